//! What the rules find in a body, in every reading of it.

use std::collections::BTreeMap;
use std::fmt;

use sekisho_audit::{Coverage, SPANS_MAX, Span, Tally, Term};
use sekisho_detectors::{Confidence, Finding, RuleIndex, RuleSet, redact, union};
use sekisho_policies::suite::Reader;
use sekisho_policies::{Direction, FindingKey, Obligation, Opaque, OpaqueKey, Policy, Summary, Turn, Voice};

use crate::body::{Body, Handling, Noted, Place};
use crate::reading::{Stretch, readings};
use crate::redact::placeholder;
use crate::snapshot::Snapshot;
use crate::wire::Dialect;

/// What was found. Places, never texts.
pub struct Inspection {
    summary: Summary,
    pub(crate) hits: Vec<Hit>,
    pub(crate) coverage: Coverage,
}

/// One finding, wherever it stands.
pub(crate) struct Hit {
    pub key: FindingKey,
    /// At least one; several where it straddles parts.
    pub stretches: Vec<Stretch>,
}

impl Inspection {
    /// All that `decide` is told.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// What was inspected, and what was not.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Scans every reading of a body.
    pub(crate) fn of(body: &Body, dialect: Dialect, snapshot: &Snapshot, direction: Direction) -> Inspection {
        let hits = hits(body, snapshot.rules(), direction);
        let mut summary = Summary::default();
        hits.iter().for_each(|hit| summary.add(hit.key));
        opaque(body, dialect, snapshot.policy(), direction).for_each(|key| summary.add_opaque(key));
        Inspection { coverage: coverage(body, &summary), summary, hits }
    }

    /// Sample places as records write them.
    pub(crate) fn spans(&self, snapshot: &Snapshot) -> Vec<Span> {
        let places =
            self.hits.iter().flat_map(|hit| hit.stretches.iter().map(|stretch| (hit.key.rule, stretch)));
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        places
            .take(SPANS_MAX)
            .map(|(rule, stretch)| Span {
                rule: snapshot.rule(rule),
                segment: number(stretch.segment),
                start: number(stretch.start),
                end: number(stretch.end),
            })
            .collect()
    }
}

impl fmt::Debug for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Inspection({} findings, {} segments)", self.hits.len(), self.coverage.segments)
    }
}

/// Reads single texts for `policy test` and `policy explain`, as the newest words of a user's prompt.
pub struct Texts<'r>(pub &'r RuleSet);

impl Texts<'_> {
    fn key(finding: &Finding) -> FindingKey {
        let (direction, voice, turn) = (Direction::Prompt, Voice::User, Turn::Newest);
        FindingKey { rule: finding.rule, direction, voice, turn, confidence: finding.confidence }
    }
}

impl Reader for Texts<'_> {
    fn scan(&self, text: &str) -> Summary {
        let mut summary = Summary::default();
        self.0.scan_whole(text).iter().for_each(|finding| summary.add(Texts::key(finding)));
        summary
    }

    fn forwarded(&self, text: &str, owed: &dyn Fn(FindingKey) -> Obligation) -> String {
        let found = self.0.scan_whole(text).into_iter();
        let edits = union(found.filter(|finding| owed(Texts::key(finding)) != Obligation::Allow));
        let mut numbers: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        redact(text, &edits, |edit| {
            let category = self.0.rule(edit.rule).category().as_str();
            let value = text.get(edit.span.clone()).unwrap_or_default();
            let next = numbers.keys().filter(|(known, _)| *known == category).count() + 1;
            placeholder(category, *numbers.entry((category, value)).or_insert(next))
        })
    }
}

/// A finding that several readings show counts once, with the highest confidence.
fn hits(body: &Body, rules: &RuleSet, direction: Direction) -> Vec<Hit> {
    let mut found: BTreeMap<(Vec<Stretch>, RuleIndex), Confidence> = BTreeMap::new();
    for reading in readings(body) {
        for finding in rules.scan_whole(&reading.text) {
            let stretches = reading.stretches(body, &finding.span);
            if counts(body, &stretches, finding.confidence) {
                let surest = found.entry((stretches, finding.rule)).or_insert(finding.confidence);
                *surest = finding.confidence.max(*surest);
            }
        }
    }
    let hit = |((stretches, rule), confidence): ((Vec<Stretch>, RuleIndex), Confidence)| {
        let Place { voice, turn } = place(body, &stretches);
        Hit { key: FindingKey { rule, direction, voice, turn, confidence }, stretches }
    };
    found.into_iter().map(hit).collect()
}

/// Numbers and ids without context are only shapes; what touches no segment was put there by a reading.
fn counts(body: &Body, stretches: &[Stretch], confidence: Confidence) -> bool {
    let machine = |s: &Stretch| body.segments.get(s.segment).is_some_and(|s| s.handling == Handling::Machine);
    !stretches.is_empty() && (confidence >= Confidence::Medium || !stretches.iter().all(machine))
}

fn place(body: &Body, stretches: &[Stretch]) -> Place {
    let first = stretches.first().and_then(|stretch| body.segments.get(stretch.segment));
    first.map_or(Place::ELSEWHERE, |segment| segment.place)
}

/// In an answer, what nobody has described steers nothing any more, and may pass. In a prompt, the policy may list it.
fn opaque<'b>(
    body: &'b Body,
    dialect: Dialect,
    policy: &'b Policy,
    direction: Direction,
) -> impl Iterator<Item = OpaqueKey> + 'b {
    let steers = |kind| matches!(kind, Opaque::Field | Opaque::Tool | Opaque::Steers);
    let listed = move |noted: &Noted| {
        let (path, value) = body.path(noted).filter(|_| !policy.fields().is_empty() && steers(noted.kind))?;
        policy.find_field(dialect.backend(), &path, &value)
    };
    let counted =
        body.opaque.iter().filter(move |noted| direction == Direction::Prompt || !steers(noted.kind));
    counted.map(move |noted| {
        let Place { voice, turn } = noted.place;
        OpaqueKey { kind: noted.kind, direction, voice, turn, listed: listed(noted) }
    })
}

fn coverage(body: &Body, summary: &Summary) -> Coverage {
    let mut unread: BTreeMap<Opaque, u32> = BTreeMap::new();
    for (key, count) in
        summary.opaque().filter(|(key, _)| matches!(key.kind, Opaque::Media | Opaque::Document))
    {
        let sum = unread.entry(key.kind).or_insert(0);
        *sum = sum.saturating_add(count);
    }
    let length = |segment| u64::try_from(body.text(segment).len()).unwrap_or(u64::MAX);
    Coverage {
        segments: u32::try_from(body.segments.len()).unwrap_or(u32::MAX),
        bytes: body.segments.iter().map(length).sum(),
        opaque: unread.into_iter().map(|(kind, count)| (Term::of(kind.category()), count)).collect(),
    }
}

/// A summary as records write it.
pub(crate) fn tallies(summary: &Summary, snapshot: &Snapshot) -> Vec<Tally> {
    let found = summary.iter().map(|(key, count)| tally(&key, count, snapshot));
    found.chain(summary.opaque().map(|(key, count)| opaque_tally(&key, count, snapshot))).collect()
}

fn tally(key: &FindingKey, count: u32, snapshot: &Snapshot) -> Tally {
    Tally {
        rule: snapshot.rule(key.rule),
        category: snapshot.category(key.rule),
        direction: direction_term(key.direction),
        voice: voice_term(key.voice),
        turn: turn_term(key.turn),
        confidence: Term::of(match key.confidence {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }),
        count,
    }
}

/// No rule finds it, so its category stands for one, or the policy's name for a field that it lists.
fn opaque_tally(key: &OpaqueKey, count: u32, snapshot: &Snapshot) -> Tally {
    let listed = key.listed.and_then(|index| snapshot.policy().fields().get(index.number()));
    Tally {
        rule: listed.map_or(Term::of(key.kind.category()), |field| snapshot.term(&field.id)),
        category: Term::of(key.kind.category()),
        direction: direction_term(key.direction),
        voice: voice_term(key.voice),
        turn: turn_term(key.turn),
        confidence: Term::of("high"),
        count,
    }
}

fn direction_term(direction: Direction) -> Term {
    Term::of(match direction {
        Direction::Prompt => "prompt",
        Direction::Completion => "completion",
    })
}

fn voice_term(voice: Voice) -> Term {
    Term::of(match voice {
        Voice::System => "system",
        Voice::User => "user",
        Voice::Assistant => "assistant",
        Voice::Tool => "tool",
        Voice::Other => "other",
    })
}

fn turn_term(turn: Turn) -> Term {
    Term::of(match turn {
        Turn::Newest => "newest",
        Turn::Earlier => "earlier",
    })
}

#[cfg(test)]
mod tests;
