//! The two leaves of an exchange: what was decided, and what became of it (API Activity, 6003).

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::parts::{self, term};
use crate::canonical::Json;
use crate::{
    CompletionRecord, DecisionRecord, ExchangeId, Fingerprint, Flow, Named, Opening, Outcome, Principal,
    Stages, Term, Verdict, Would,
};

const PROFILES: [&str; 4] = ["ai_operation", "data_classification", "datetime", "security_control"];

/// How OCSF's `security_control` profile names what happened.
struct Control {
    action_id: u64,
    disposition_id: u64,
    severity_id: u64,
    status_id: u64,
}

const ALLOWED: Control = Control { action_id: 1, disposition_id: 1, severity_id: 1, status_id: 1 };
const CORRECTED: Control = Control { action_id: 4, disposition_id: 11, severity_id: 1, status_id: 1 };
const BLOCKED: Control = Control { action_id: 2, disposition_id: 2, severity_id: 3, status_id: 2 };
const FAILED: Control = Control { action_id: 2, disposition_id: 27, severity_id: 3, status_id: 2 };

/// The decision's leaf.
pub(super) fn decision(record: &DecisionRecord) -> Json {
    let opening = &record.opening;
    let redacted = record.obligations.iter().any(|o| o.obligation.as_str() == "redact" && o.count > 0);
    let control = match &record.verdict {
        Verdict::Refuse { .. } => BLOCKED,
        Verdict::Permit { .. } if redacted => CORRECTED,
        Verdict::Permit { .. } => ALLOWED,
    };
    let level = record.effective.as_ref().or(record.declared.as_ref());
    let caller = Caller {
        exchange: opening.exchange,
        principal: &opening.principal,
        source: opening.source,
        dialect: &opening.dialect,
    };
    let mut event = caller.event(control, "decision", level);
    event.extend(parts::members([
        ("ai_model", ai_model(record)),
        ("policy", Some(policy(opening))),
        ("unmapped", Some(decision_details(record))),
    ]));
    if let Verdict::Refuse { reason, rule, status } = &record.verdict {
        event.extend(parts::members([
            ("firewall_rule", rule.as_ref().map(|rule| Json::object([("uid", Some(term(rule)))]))),
            ("status_code", Some(Json::text(status))),
            ("status_detail", Some(term(reason))),
        ]));
    }
    Json::Object(event)
}

/// The completion's leaf.
pub(super) fn completion(record: &CompletionRecord) -> Json {
    let redacted = record.obligations.iter().any(|o| o.obligation.as_str() == "redact" && o.count > 0);
    let control = match record.outcome {
        Outcome::Answered if record.reason.is_some() => BLOCKED,
        Outcome::Answered if redacted => CORRECTED,
        Outcome::Answered => ALLOWED,
        Outcome::Cut(_) if broke_off(record) => FAILED,
        Outcome::Cut(_) => BLOCKED,
        Outcome::NotSent if record.reason.is_some() => BLOCKED,
        _ => FAILED,
    };
    let caller = Caller {
        exchange: record.exchange,
        principal: &record.principal,
        source: record.source,
        dialect: &record.dialect,
    };
    let mut event = caller.event(control, "completion", record.announced.as_ref());
    event.extend(parts::members([
        ("duration", Some(Json::from(record.duration_us / 1000))),
        ("firewall_rule", record.rule.as_ref().map(|rule| Json::object([("uid", Some(term(rule)))]))),
        ("status_code", Some(Json::text(record.status))),
        ("status_detail", record.reason.as_ref().map(term)),
        ("unmapped", Some(completion_details(record))),
    ]));
    Json::Object(event)
}

/// Whether an answer ended for another reason than a decision: the client went away, or the backend failed.
fn broke_off(record: &CompletionRecord) -> bool {
    let reason = record.reason.as_ref().map_or("", Term::as_str);
    reason == "abandoned" || reason.starts_with("upstream-") || reason == "overload" || reason == "internal"
}

/// What both leaves tell alike.
struct Caller<'a> {
    exchange: ExchangeId,
    principal: &'a Principal,
    source: IpAddr,
    dialect: &'a Term,
}

impl Caller<'_> {
    fn event(
        &self,
        control: Control,
        record: &'static str,
        level: Option<&Term>,
    ) -> std::collections::BTreeMap<&'static str, Json> {
        let user = user(self.principal);
        let api = Json::object([
            ("operation", Some(term(self.dialect))),
            ("request", Some(Json::object([("uid", Some(Json::text(self.exchange)))]))),
        ]);
        parts::members([
            ("action_id", Some(Json::from(control.action_id))),
            ("activity_id", Some(Json::from(99u64))),
            ("activity_name", Some(Json::text(record))),
            ("actor", Some(Json::object([("user", Some(user))]))),
            ("api", Some(api)),
            ("category_uid", Some(Json::from(6u64))),
            ("class_uid", Some(Json::from(6003u64))),
            ("disposition_id", Some(Json::from(control.disposition_id))),
            ("is_alert", (control.status_id == 2).then_some(Json::Bool(true))),
            ("metadata", Some(metadata(self.exchange, level))),
            ("severity_id", Some(Json::from(control.severity_id))),
            ("src_endpoint", Some(Json::object([("ip", Some(Json::text(self.source)))]))),
            ("status_id", Some(Json::from(control.status_id))),
            ("type_uid", Some(Json::from(600_399u64))),
        ])
    }
}

fn metadata(exchange: ExchangeId, level: Option<&Term>) -> Json {
    let mut metadata = parts::metadata(&PROFILES, Some(Json::text(exchange)));
    if let (Json::Object(members), Some(classes)) = (&mut metadata, level.and_then(parts::classification)) {
        members.insert("data_classifications", classes);
    }
    metadata
}

/// The model that was asked for, where policy knows it; the backend that answers is its provider.
fn ai_model(record: &DecisionRecord) -> Option<Json> {
    let Some(Named::Known(model)) = &record.model else {
        return None;
    };
    let provider = match &record.verdict {
        Verdict::Permit { backend, .. } => term(backend),
        Verdict::Refuse { .. } => Json::text("none"),
    };
    Some(Json::object([("ai_provider", Some(provider)), ("name", Some(term(model)))]))
}

fn policy(opening: &Opening) -> Json {
    Json::object([
        ("is_applied", Some(Json::Bool(true))),
        ("name", Some(Json::text("policy"))),
        ("uid", Some(Json::hex(&opening.policy_digest))),
    ])
}

fn decision_details(record: &DecisionRecord) -> Json {
    let opening = &record.opening;
    let unknown_model = match &record.model {
        Some(Named::Unknown(print)) => Some(parts::fingerprint(print)),
        _ => None,
    };
    let conversation = &record.conversation;
    let levels = Json::object([
        ("brought", conversation.brought.as_ref().map(term)),
        ("clearance", Some(term(&opening.clearance))),
        ("declared", record.declared.as_ref().map(term)),
        ("effective", record.effective.as_ref().map(term)),
        ("found", record.found.as_ref().map(term)),
        ("recalled", conversation.recalled.as_ref().map(|recalled| term(&recalled.level))),
    ]);
    Json::object([
        ("conversation", conversation.said.as_ref().map(term)),
        ("coverage", Some(parts::coverage(&record.coverage))),
        ("findings", parts::findings(&record.findings)),
        ("forwarded", record.forwarded.as_ref().map(parts::fingerprint)),
        ("grants", Json::list(opening.grants.iter().map(term))),
        ("levels", Some(levels)),
        ("ministry", opening.ministry.as_ref().map(term)),
        ("model_unknown", unknown_model),
        ("obligations", parts::obligations(&record.obligations)),
        ("opened_at", Some(Json::from(opening.time.0))),
        ("proof", Some(term(&opening.proof))),
        ("recalled", conversation.recalled.as_ref().map(|recalled| Json::from(recalled.count))),
        ("received", record.received.as_ref().map(parts::fingerprint)),
        ("record", Some(Json::text("decision"))),
        ("rules_digest", Some(Json::hex(&opening.rules_digest))),
        ("service", opening.service.as_ref().map(term)),
        ("shadow", Json::list(record.shadow.iter().map(term))),
        ("spans", parts::spans(&record.spans)),
        ("user_claimed", record.user.as_ref().map(user)),
        ("verdict", Some(verdict(&record.verdict))),
        ("would", Json::list(record.would.iter().map(would))),
    ])
}

fn user(principal: &Principal) -> Json {
    Json::object([("domain", Some(term(principal.issuer()))), ("uid", Some(Json::text(principal.name())))])
}

fn verdict(verdict: &Verdict) -> Json {
    match verdict {
        Verdict::Permit { zone, backend, attempt } => Json::object([
            ("attempt", Some(Json::from(u64::from(*attempt)))),
            ("backend", Some(term(backend))),
            ("decision", Some(Json::text("permit"))),
            ("zone", Some(term(zone))),
        ]),
        Verdict::Refuse { reason, rule, .. } => Json::object([
            ("decision", Some(Json::text("refuse"))),
            ("reason", Some(term(reason))),
            ("rule", rule.as_ref().map(term)),
        ]),
    }
}

fn would(would: &Would) -> Json {
    Json::object([
        ("by", Some(term(&would.by))),
        ("effective", would.effective.as_ref().map(term)),
        ("policy_digest", Some(Json::hex(&would.policy_digest))),
        ("verdict", Some(verdict(&would.verdict))),
    ])
}

fn completion_details(record: &CompletionRecord) -> Json {
    let print = |print: &Option<Fingerprint>| print.as_ref().map(parts::fingerprint);
    let (outcome, released) = outcome(record.outcome);
    Json::object([
        ("announced", record.announced.as_ref().map(term)),
        ("coverage", Some(parts::coverage(&record.coverage))),
        ("cut_after_bytes", released.map(Json::from)),
        ("duration_us", Some(Json::from(record.duration_us))),
        ("findings", parts::findings(&record.findings)),
        ("flow", record.flow.as_ref().map(flow)),
        ("obligations", parts::obligations(&record.obligations)),
        ("outcome", Some(Json::text(outcome))),
        ("received", print(&record.received)),
        ("record", Some(Json::text("completion"))),
        ("released", print(&record.released)),
        ("shadow", Json::list(record.shadow.iter().map(term))),
        ("spans", parts::spans(&record.spans)),
        ("stages_us", stages(&record.stages)),
    ])
}

fn stages(stages: &Stages) -> Option<Json> {
    let took = stages.spans().map(|(stage, begin, end)| (stage.as_str(), Json::from(u64::from(end - begin))));
    let took: BTreeMap<_, _> = took.collect();
    (!took.is_empty()).then(|| Json::Object(took.into_iter().collect()))
}

fn flow(flow: &Flow) -> Json {
    Json::object([
        ("first_ms", flow.first_ms.map(Json::from)),
        ("held_bytes_max", Some(Json::from(flow.held_bytes_max))),
        ("held_ms_max", Some(Json::from(flow.held_ms_max))),
        ("received_bytes", Some(Json::from(flow.received_bytes))),
        ("released_bytes", Some(Json::from(flow.released_bytes))),
        ("removed_bytes", Some(Json::from(flow.removed_bytes))),
    ])
}

fn outcome(outcome: Outcome) -> (&'static str, Option<u64>) {
    match outcome {
        Outcome::NotSent => ("not_sent", None),
        Outcome::PartlySent => ("partly_sent", None),
        Outcome::Sent => ("sent", None),
        Outcome::Answered => ("answered", None),
        Outcome::Cut(bytes) => ("cut", Some(bytes)),
        Outcome::Unknown => ("unknown", None),
    }
}
