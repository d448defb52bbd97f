//! What `decide` is told about the findings: a bounded summary, never a text and never a place in it.

use std::collections::BTreeMap;

use sekisho_detectors::{Confidence, RuleIndex};

use crate::index::FieldIndex;

/// Which way the text goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Direction {
    /// Towards a backend.
    Prompt,
    /// Back to the client.
    Completion,
}

/// Whose words they are, as the backend will read them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Voice {
    /// Instructions of the application (`system`, `developer`).
    System,
    /// The person.
    User,
    /// The model.
    Assistant,
    /// Results and descriptions of tools.
    Tool,
    /// Everything else in a body.
    Other,
}

/// Where in the conversation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Turn {
    /// After the last answer of the model, and everything outside the conversation.
    Newest,
    /// Repeated from before.
    Earlier,
}

/// All that may tell one finding from another when obligations are chosen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FindingKey {
    /// The detector rule.
    pub rule: RuleIndex,
    /// Which way.
    pub direction: Direction,
    /// Whose words.
    pub voice: Voice,
    /// Newest turn or earlier.
    pub turn: Turn,
    /// How sure the rule is.
    pub confidence: Confidence,
}

/// What stands in a body but cannot be inspected as text, or has an effect nobody described. Found by whoever reads the
/// body, not by a detector rule; policies name it by category.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Opaque {
    /// A field the dialect does not describe.
    Field,
    /// A tool type the dialect does not describe.
    Tool,
    /// A field that steers where data is computed, fetched, kept or sent.
    Steers,
    /// Pictures, sound, video.
    Media,
    /// A document sent as a file.
    Document,
    /// A vendor's signature over earlier output.
    Signature,
    /// State that only the vendor can read.
    State,
    /// Bytes that do not begin as their declared type does.
    Mismatch,
    /// An encoding that was not undone.
    Encoding,
}

impl Opaque {
    /// All of them.
    pub const ALL: [Opaque; 9] = [
        Opaque::Field,
        Opaque::Tool,
        Opaque::Steers,
        Opaque::Media,
        Opaque::Document,
        Opaque::Signature,
        Opaque::State,
        Opaque::Mismatch,
        Opaque::Encoding,
    ];

    /// The category that content rules and records write.
    pub fn category(self) -> &'static str {
        match self {
            Opaque::Field => "opaque.field",
            Opaque::Tool => "opaque.tool",
            Opaque::Steers => "opaque.steers",
            Opaque::Media => "opaque.media",
            Opaque::Document => "opaque.document",
            Opaque::Signature => "opaque.signature",
            Opaque::State => "opaque.state",
            Opaque::Mismatch => "opaque.mismatch",
            Opaque::Encoding => "opaque.encoding",
        }
    }
}

/// All that may tell one opaque thing from another when obligations are chosen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpaqueKey {
    /// What it is.
    pub kind: Opaque,
    /// Which way.
    pub direction: Direction,
    /// Whose words.
    pub voice: Voice,
    /// Newest turn or earlier.
    pub turn: Turn,
    /// The field of the policy's list that it is.
    pub listed: Option<FieldIndex>,
}

/// How often each kind of finding occurred. Bounded by rules × directions × voices × turns × confidences.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    counts: BTreeMap<FindingKey, u32>,
    opaque: BTreeMap<OpaqueKey, u32>,
}

impl Summary {
    /// Counts one more; saturates.
    pub fn add(&mut self, key: FindingKey) {
        self.add_many(key, 1);
    }

    /// Counts so many more; saturates. Zero changes nothing.
    pub fn add_many(&mut self, key: FindingKey, more: u32) {
        if more > 0 {
            let count = self.counts.entry(key).or_insert(0);
            *count = count.saturating_add(more);
        }
    }

    /// Counts one more opaque thing; saturates.
    pub fn add_opaque(&mut self, key: OpaqueKey) {
        self.add_opaque_many(key, 1);
    }

    /// Counts so many more of it; saturates.
    pub fn add_opaque_many(&mut self, key: OpaqueKey, more: u32) {
        if more > 0 {
            let count = self.opaque.entry(key).or_insert(0);
            *count = count.saturating_add(more);
        }
    }

    /// Every kind that occurred, with its count, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (FindingKey, u32)> + '_ {
        self.counts.iter().map(|(key, count)| (*key, *count))
    }

    /// Every kind of opaque thing that occurred, with its count, in a fixed order.
    pub fn opaque(&self) -> impl Iterator<Item = (OpaqueKey, u32)> + '_ {
        self.opaque.iter().map(|(key, count)| (*key, *count))
    }

    /// True if nothing was found.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.opaque.is_empty()
    }

    /// Counts everything that `other` counts, too.
    pub fn merge(&mut self, other: &Summary) {
        for (key, count) in other.iter() {
            self.add_many(key, count);
        }
        for (key, count) in other.opaque() {
            self.add_opaque_many(key, count);
        }
    }

    /// The same without what is of those kinds.
    pub(crate) fn without(&self, gone: impl Fn(What) -> bool) -> Summary {
        let counts = self.counts.iter().filter(|(key, _)| !gone(What::Rule(key.rule)));
        let opaque = self.opaque.iter().filter(|(key, _)| !gone(What::Opaque(key.kind)));
        Summary {
            counts: counts.map(|(k, n)| (*k, *n)).collect(),
            opaque: opaque.map(|(k, n)| (*k, *n)).collect(),
        }
    }

    /// Findings and opaque things alike, as content rules see them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Key, u32)> + '_ {
        let findings = self.iter().map(|(key, count)| (Key::from(key), count));
        findings.chain(self.opaque().map(|(key, count)| (Key::from(key), count)))
    }
}

/// What a finding is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum What {
    Rule(RuleIndex),
    Opaque(Opaque),
}

/// A finding or an opaque thing, as content rules see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key {
    pub(crate) what: What,
    pub(crate) direction: Direction,
    pub(crate) voice: Voice,
    pub(crate) turn: Turn,
    pub(crate) confidence: Confidence,
    pub(crate) listed: Option<FieldIndex>,
}

impl From<FindingKey> for Key {
    fn from(key: FindingKey) -> Key {
        let FindingKey { rule, direction, voice, turn, confidence } = key;
        Key { what: What::Rule(rule), direction, voice, turn, confidence, listed: None }
    }
}

/// That something is opaque is never in doubt.
impl From<OpaqueKey> for Key {
    fn from(key: OpaqueKey) -> Key {
        let OpaqueKey { kind, direction, voice, turn, listed } = key;
        Key { what: What::Opaque(kind), direction, voice, turn, confidence: Confidence::High, listed }
    }
}
