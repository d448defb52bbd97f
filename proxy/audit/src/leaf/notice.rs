//! What the log says about itself (Application Lifecycle, 6002).

use super::parts;
use crate::Notice;
use crate::canonical::Json;

/// OCSF's activities of 6002 that we use.
const START: u64 = 3;
const STOP: u64 = 4;
const OTHER: u64 = 99;

/// The notice's leaf.
pub(super) fn notice(notice: &Notice) -> Json {
    let (activity, details) = match notice {
        Notice::Started { policy_digest, rules_digest } => {
            (START, digests("started", policy_digest, rules_digest))
        }
        Notice::Reloaded { policy_digest, rules_digest } => {
            (OTHER, digests("reloaded", policy_digest, rules_digest))
        }
        Notice::Closed => (STOP, Json::object([("notice", Some(Json::text("closed")))])),
        Notice::Idle => (OTHER, Json::object([("notice", Some(Json::text("idle")))])),
        Notice::Recovered { dropped_bytes, unfinished } => (
            OTHER,
            Json::object([
                ("dropped_bytes", Some(Json::from(*dropped_bytes))),
                ("notice", Some(Json::text("recovered"))),
                ("unfinished", Some(Json::from(*unfinished))),
            ]),
        ),
        Notice::Strangers { counts, others } => (
            OTHER,
            Json::object([
                ("counts", Json::list(counts.iter().map(stranger))),
                ("notice", Some(Json::text("strangers"))),
                ("others", Some(Json::from(*others))),
            ]),
        ),
    };
    let name = (activity == OTHER).then(|| Json::text("notice"));
    Json::object([
        ("activity_id", Some(Json::from(activity))),
        ("activity_name", name),
        ("app", Some(Json::object([("name", Some(Json::text("Sekisho")))]))),
        ("category_uid", Some(Json::from(6u64))),
        ("class_uid", Some(Json::from(6002u64))),
        ("metadata", Some(parts::metadata(&["datetime"], None))),
        ("severity_id", Some(Json::from(1u64))),
        ("type_uid", Some(Json::from(600_200 + activity))),
        ("unmapped", Some(details)),
    ])
}

fn digests(notice: &'static str, policy: &[u8; 32], rules: &[u8; 32]) -> Json {
    Json::object([
        ("notice", Some(Json::text(notice))),
        ("policy_digest", Some(Json::hex(policy))),
        ("rules_digest", Some(Json::hex(rules))),
    ])
}

fn stranger(row: &crate::StrangerCount) -> Json {
    Json::object([
        ("count", Some(Json::from(row.count))),
        ("reason", Some(parts::term(&row.reason))),
        ("source", Some(Json::text(row.source))),
    ])
}
