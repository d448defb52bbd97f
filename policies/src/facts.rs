//! What `decide` is told about the findings: a bounded summary, never a text and never a place in it.

use std::collections::BTreeMap;

use sekisho_detectors::{Confidence, RuleIndex};

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

/// How often each kind of finding occurred. Bounded by rules × directions × voices × turns × confidences.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    counts: BTreeMap<FindingKey, u32>,
}

impl Summary {
    /// Counts one more; saturates.
    pub fn add(&mut self, key: FindingKey) {
        let count = self.counts.entry(key).or_insert(0);
        *count = count.saturating_add(1);
    }

    /// Every kind that occurred, with its count, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (FindingKey, u32)> + '_ {
        self.counts.iter().map(|(key, count)| (*key, *count))
    }

    /// True if nothing was found.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}
