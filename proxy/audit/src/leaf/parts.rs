//! The pieces that several kinds of leaf share.

use std::collections::BTreeMap;

use super::Place;
use crate::canonical::Json;
use crate::{Coverage, Fingerprint, ObligationCount, Span, Tally, Term, Timestamp};

/// Members of `metadata` that say where the leaf stands.
pub(super) fn place(place: &Place<'_>) -> [(&'static str, Json); 4] {
    [
        ("log_name", Json::text(place.origin)),
        ("logged_time", Json::from(place.logged.0)),
        ("sequence", Json::from(place.index)),
        ("uid", Json::text(format_args!("{}/{}", place.origin, place.index))),
    ]
}

/// Members of the event that say when it happened.
pub(super) fn time(time: Timestamp) -> [(&'static str, Json); 2] {
    [("time", Json::from(time.0)), ("time_dt", Json::text(rfc3339(time)))]
}

/// `metadata` of an event, without its place.
pub(super) fn metadata(profiles: &[&'static str], correlation: Option<Json>) -> Json {
    let product = Json::object([
        ("name", Some(Json::text("Sekisho"))),
        ("vendor_name", Some(Json::text("Sekisho"))),
        ("version", Some(Json::text(env!("CARGO_PKG_VERSION")))),
    ]);
    Json::object([
        ("correlation_uid", correlation),
        ("product", Some(product)),
        ("profiles", Json::list(profiles.iter().map(Json::text))),
        ("version", Some(Json::text(super::OCSF_VERSION))),
    ])
}

/// What a leaf had no room for.
#[derive(Clone, Copy, Default)]
pub(super) struct Omitted {
    pub spans: usize,
    pub rows: usize,
}

/// Says in `unmapped` what was left out.
pub(super) fn note_omitted(event: &mut Json, omitted: Omitted) {
    let count = |n: usize| (n > 0).then(|| Json::from(u64::try_from(n).unwrap_or(u64::MAX)));
    let note = Json::object([("rows", count(omitted.rows)), ("spans", count(omitted.spans))]);
    if let Json::Object(members) = event
        && let Some(Json::Object(unmapped)) = members.get_mut("unmapped")
    {
        unmapped.insert("omitted", note);
    }
    if let Json::Object(members) = event
        && let Some(Json::Object(metadata)) = members.get_mut("metadata")
    {
        metadata.insert("is_truncated", Json::Bool(true));
    }
}

/// A term, cut after so many characters: with every list empty, a leaf of cut terms is below [`super::LEAF_BYTES_MAX`].
pub(super) fn term(term: &Term) -> Json {
    Json::String(term.as_str().chars().take(TERM_CHARS_MAX).collect())
}

const TERM_CHARS_MAX: usize = 128;

pub(super) fn fingerprint(print: &Fingerprint) -> Json {
    Json::object([
        ("bytes", Some(Json::from(print.length_bytes))),
        ("hmac", Some(Json::hex(&print.mac))),
        ("key_id", Some(Json::from(print.key_id))),
    ])
}

pub(super) fn findings(tallies: &[Tally]) -> Option<Json> {
    Json::list(tallies.iter().map(|tally| {
        Json::object([
            ("category", Some(term(&tally.category))),
            ("confidence", Some(term(&tally.confidence))),
            ("count", Some(Json::from(tally.count))),
            ("direction", Some(term(&tally.direction))),
            ("rule", Some(term(&tally.rule))),
            ("turn", Some(term(&tally.turn))),
            ("voice", Some(term(&tally.voice))),
        ])
    }))
}

pub(super) fn spans(spans: &[Span]) -> Option<Json> {
    Json::list(spans.iter().map(|span| {
        Json::object([
            ("end", Some(Json::from(span.end))),
            ("rule", Some(term(&span.rule))),
            ("segment", Some(Json::from(span.segment))),
            ("start", Some(Json::from(span.start))),
        ])
    }))
}

pub(super) fn obligations(counts: &[ObligationCount]) -> Option<Json> {
    Json::list(counts.iter().map(|count| {
        Json::object([
            ("category", Some(term(&count.category))),
            ("count", Some(Json::from(count.count))),
            ("obligation", Some(term(&count.obligation))),
        ])
    }))
}

pub(super) fn coverage(coverage: &Coverage) -> Json {
    let opaque = coverage
        .opaque
        .iter()
        .map(|(kind, count)| Json::object([("count", Some(Json::from(*count))), ("kind", Some(term(kind)))]));
    Json::object([
        ("bytes", Some(Json::from(coverage.bytes))),
        ("not_inspected", Json::list(opaque)),
        ("segments", Some(Json::from(coverage.segments))),
    ])
}

/// Data classification as OCSF knows it; the national level stands in `confidentiality`.
pub(super) fn classification(level: &Term) -> Option<Json> {
    Json::list([Json::object([
        ("confidentiality", Some(term(level))),
        ("confidentiality_id", Some(Json::from(99u64))),
    ])])
}

/// RFC 3339 with milliseconds, UTC.
pub(super) fn rfc3339(time: Timestamp) -> String {
    let (days, ms) = (time.0 / 86_400_000, time.0 % 86_400_000);
    // Days since 0000-03-01, so that a leap day ends its year (the usual civil-from-days arithmetic).
    let z = days + 719_468;
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
}

/// An object's members as a map that can grow.
pub(super) fn members<const N: usize>(
    members: [(&'static str, Option<Json>); N],
) -> BTreeMap<&'static str, Json> {
    members.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}
