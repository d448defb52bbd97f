//! One text that goes on from event to event.

use std::collections::BTreeMap;
use std::sync::Arc;

use sekisho_audit::{SPANS_MAX, Span, Term};
use sekisho_detectors::{Confidence, Edit, Redactor, Release, RuleIndex, RuleSet, StreamScanner};
use sekisho_policies::{Direction, FindingKey, Obligation, Route, Turn, Voice};

use super::Found;
use super::chunk::Place;
use crate::json::{Fragment, Halves};
use crate::recall::Cutter;
use crate::redact::Placeholders;
use crate::snapshot::Snapshot;

/// Where a text stands in its events, and how far it has come.
pub(super) struct Channel {
    pub(super) place: Place,
    signed: bool,
    /// The lines of what is told of it.
    pub(super) lines: Cutter,
    words: Words,
    halves: Halves,
    /// Number for spans in the record, in the order in which channels began.
    number: u32,
    /// Since when, in microseconds, something has been kept back.
    held_since: Option<u64>,
    /// Its end was told.
    pub(super) ended: bool,
}

/// How long a text is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Held {
    /// As long as what follows could change it.
    No,
    /// Until all of it is there.
    Whole,
    /// Likewise, and nothing in it may be changed.
    Signed,
}

/// How a text is given.
enum Words {
    /// As soon as possible.
    Live(Box<StreamScanner>),
    /// When all of it is there: the arguments of a tool call, and what a vendor has signed.
    Whole(String),
}

impl Channel {
    pub(super) fn new(place: Place, held: Held, rules: &Arc<RuleSet>, number: usize) -> Channel {
        let words = match held {
            Held::Whole | Held::Signed => Words::Whole(String::new()),
            Held::No => Words::Live(Box::new(StreamScanner::new(Arc::clone(rules)))),
        };
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        Channel {
            place,
            signed: held == Held::Signed,
            lines: Cutter::default(),
            words,
            halves: Halves::default(),
            number,
            held_since: None,
            ended: false,
        }
    }

    /// Takes the next piece; gives what may go on.
    pub(super) fn push(&mut self, piece: &Fragment<'_>, owner: &mut Owner<'_>, elapsed_us: u64) -> Release {
        let text = self.halves.join(piece);
        let (release, held) = match &mut self.words {
            Words::Whole(all) => {
                all.push_str(&text);
                (Release::default(), all.len())
            }
            Words::Live(scanner) => (scanner.push(&text, owner), scanner.held_back()),
        };
        // What is held came with this piece, or has been held since before.
        self.held_since = match (held, held <= text.len()) {
            (0, _) => None,
            (_, true) => Some(elapsed_us),
            (_, false) => self.held_since.or(Some(elapsed_us)),
        };
        release
    }

    /// The text is over: what is left of it, or all of it if it was kept whole.
    pub(super) fn finish(&mut self, owner: &mut Owner<'_>) -> Rest {
        self.ended = true;
        self.held_since = None;
        let half = self.halves.finish();
        match &mut self.words {
            Words::Whole(all) if self.signed => Rest::Signed(std::mem::take(all) + half),
            Words::Whole(all) => Rest::Whole(std::mem::take(all) + half),
            Words::Live(scanner) => {
                let mut release = scanner.push(half, owner);
                let last = scanner.finish(owner);
                release.text.push_str(&last.text);
                release.findings.extend(last.findings);
                release.removed_bytes += last.removed_bytes;
                Rest::Settled(release)
            }
        }
    }

    /// Bytes kept back now.
    pub(super) fn held_back(&self) -> usize {
        match &self.words {
            Words::Whole(all) => all.len(),
            Words::Live(scanner) => scanner.held_back(),
        }
    }

    pub(super) fn held_since(&self) -> Option<u64> {
        self.held_since
    }

    pub(super) fn number(&self) -> u32 {
        self.number
    }
}

/// What a finished text leaves.
pub(super) enum Rest {
    Settled(Release),
    /// Arguments, not looked at yet.
    Whole(String),
    /// Signed, not looked at yet.
    Signed(String),
}

/// Decides for a stream what the permit's route obliges to.
pub(super) struct Owner<'a> {
    pub(super) route: &'a Route,
    pub(super) placeholders: Placeholders<'a>,
}

impl Owner<'_> {
    fn obligation(&self, rule: RuleIndex, confidence: Confidence) -> Obligation {
        self.route.obligation(&key(rule, confidence))
    }
}

impl Redactor for Owner<'_> {
    /// What blocks is never told, so it does not matter what would take its place.
    fn redacts(&self, rule: RuleIndex, confidence: Confidence) -> bool {
        self.obligation(rule, confidence) != Obligation::Allow
    }

    fn placeholder(&mut self, edit: &Edit, value: &str) -> String {
        self.placeholders.name(edit.rule, value)
    }
}

/// The words of an answer are the model's, and new.
fn key(rule: RuleIndex, confidence: Confidence) -> FindingKey {
    FindingKey {
        rule,
        direction: Direction::Completion,
        voice: Voice::Assistant,
        turn: Turn::Newest,
        confidence,
    }
}

impl Found {
    /// Adds what a channel's step settled.
    pub(super) fn add(&mut self, release: &Release, channel: u32, route: &Route, snapshot: &Snapshot) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        for finding in &release.findings {
            let key = key(finding.rule, finding.confidence);
            self.summary.add(key);
            self.judged = false;
            if route.obligation(&key) == Obligation::Redact {
                self.obliged(snapshot.category(finding.rule), 1);
            }
            if self.spans.len() < SPANS_MAX {
                let (start, end) = (offset(finding.span.start), offset(finding.span.end));
                self.spans.push(Span { rule: snapshot.rule(finding.rule), segment: channel, start, end });
            }
        }
    }

    pub(super) fn obliged(&mut self, category: Term, more: u32) {
        let count = self.obligations.entry(category).or_insert(0);
        *count = count.saturating_add(more);
    }

    pub(super) fn obliged_all(&mut self, counts: &BTreeMap<Term, u32>) {
        counts.iter().for_each(|(category, count)| self.obliged(category.clone(), *count));
    }
}
