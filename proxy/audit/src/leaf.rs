//! A record as the bytes of its leaf: an OCSF 1.8 event in canonical JSON.
//!
//! Exchanges are API Activity (6003) with the profiles `ai_operation`, `security_control`, `data_classification` and
//! `datetime`; what the log says about itself is Application Lifecycle (6002). What OCSF has no place for stands in
//! `unmapped`, as closed as the rest.

mod exchange;
mod notice;
mod pairs;
mod parts;

use crate::canonical::Json;
use crate::{Record, Timestamp};

pub use pairs::{Unfinished, unfinished};

/// Version of the schema that leaves follow.
pub const OCSF_VERSION: &str = "1.8.0";

/// Longest leaf, so that room for an exchange can be reserved before it begins. Well below the 65,535 bytes of a C2SP
/// tlog-tiles entry.
pub const LEAF_BYTES_MAX: usize = 16 * 1024;

/// Where a leaf stands in its log.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The log's unique name.
    pub origin: &'a str,
    /// The leaf's number, from 0.
    pub index: u64,
    /// When it was written: never before the leaf ahead of it, whatever time its event tells.
    pub logged: Timestamp,
}

/// The leaf of a record: at most [`LEAF_BYTES_MAX`] bytes.
///
/// A record that is longer loses sample places first, then findings, and says how many of each.
pub fn leaf(record: &Record, place: &Place<'_>) -> Vec<u8> {
    let whole = event(record, place).to_bytes();
    if whole.len() <= LEAF_BYTES_MAX {
        return whole;
    }
    let mut kept = 512;
    loop {
        let mut short = record.clone();
        let omitted = shorten(&mut short, kept);
        let mut event = event(&short, place);
        parts::note_omitted(&mut event, omitted);
        let bytes = event.to_bytes();
        if bytes.len() <= LEAF_BYTES_MAX || kept == 0 {
            return bytes;
        }
        kept /= 2;
    }
}

fn event(record: &Record, place: &Place<'_>) -> Json {
    let (time, class) = match record {
        Record::Decision(decision) => (decision.time, exchange::decision(decision)),
        Record::Completion(completion) => (completion.time, exchange::completion(completion)),
        Record::Notice { time, notice } => (*time, notice::notice(notice)),
    };
    let Json::Object(mut members) = class else {
        return class;
    };
    if let Some(Json::Object(metadata)) = members.get_mut("metadata") {
        metadata.extend(parts::place(place));
    }
    members.extend(parts::time(time));
    Json::Object(members)
}

/// Cuts the lists of a record to `kept` entries and its sample places to none; tells what went.
fn shorten(record: &mut Record, kept: usize) -> parts::Omitted {
    let mut omitted = parts::Omitted::default();
    match record {
        Record::Decision(decision) => {
            omitted.spans = cut(&mut decision.spans, 0);
            omitted.rows = cut(&mut decision.findings, kept)
                + cut(&mut decision.obligations, kept)
                + cut(&mut decision.shadow, kept)
                + cut(&mut decision.would, kept)
                + cut(&mut decision.opening.grants, kept)
                + cut(&mut decision.coverage.opaque, kept);
        }
        Record::Completion(end) => {
            omitted.spans = cut(&mut end.spans, 0);
            omitted.rows = cut(&mut end.findings, kept)
                + cut(&mut end.shadow, kept)
                + cut(&mut end.obligations, kept)
                + cut(&mut end.coverage.opaque, kept);
        }
        Record::Notice { notice: crate::Notice::Strangers { counts, others }, .. } => {
            // The failures stay counted, under nobody's name.
            let unnamed = counts.iter().skip(kept).map(|row| u64::from(row.count));
            *others = unnamed.fold(*others, u64::saturating_add);
            omitted.rows = cut(counts, kept);
        }
        Record::Notice { .. } => {}
    }
    omitted
}

/// Cuts a list; tells how many entries went.
fn cut<T>(list: &mut Vec<T>, kept: usize) -> usize {
    let gone = list.len().saturating_sub(kept);
    list.truncate(kept);
    gone
}

/// What a leaf says about where and when it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Said {
    /// In this log, at this index, written then.
    Here(Timestamp),
    /// In another log.
    OtherLog,
    /// At another index.
    OtherIndex,
    /// It is no leaf of this crate.
    Nothing,
}

/// Reads where a leaf says that it stands, against where it was found.
///
/// Reads the members by their fixed spelling: canonical bytes have only one, and no string can hold a bare quote.
pub(crate) fn read_place(leaf: &[u8], origin: &str, index: u64) -> Said {
    let text = std::str::from_utf8(leaf).unwrap_or_default();
    let behind = |member| text.split_once(member).map(|(_, rest)| rest);
    let digits = |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok();
    let (Some(name), Some(sequence), Some(logged)) =
        (behind("\"log_name\":"), behind("\"sequence\":"), behind("\"logged_time\":").and_then(digits))
    else {
        return Said::Nothing;
    };
    // The member that follows ends the name, so that no longer name passes.
    let expected = [Json::text(origin).to_bytes().as_slice(), b",\"logged_time\":"].concat();
    if !name.as_bytes().starts_with(&expected) {
        Said::OtherLog
    } else if digits(sequence) != Some(index) {
        Said::OtherIndex
    } else {
        Said::Here(Timestamp(logged))
    }
}

/// What the log says when it ends in good order, as it stands in a leaf.
pub(crate) fn is_closing(leaf: &[u8]) -> bool {
    let text = std::str::from_utf8(leaf).unwrap_or_default();
    text.starts_with("{\"activity_id\":4,") && text.contains("\"class_uid\":6002,")
}

#[cfg(test)]
mod tests;
