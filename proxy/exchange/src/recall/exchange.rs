//! The memory in the course of an exchange: asked before the decision, told after it, and told what the answer says.

use sekisho_audit::{Recalled, Timestamp};
use sekisho_policies::{Declared, Label};

use super::{Cutter, KEPT_MAX};
use crate::body::Body;
use crate::case::Case;
use crate::clear::Passage;

impl Case {
    /// What texts had come to that were seen before, as far as it is above what is declared.
    pub(crate) fn recalled(&mut self, texts: &[u64], declared: Declared, now: Timestamp) -> Option<Label> {
        let policy = self.snapshot.policy();
        let taken = policy.taken(declared, &self.subject, now.0 / 1000);
        let seen = self.memory.as_ref().and_then(|memory| memory.seen(texts, taken, policy.scale()))?;
        let level = self.snapshot.level(seen.label);
        self.ledger.conversation.recalled = Some(Recalled { level, count: seen.count });
        Some(seen.label)
    }

    /// Keeps texts as what somebody says or shows that they are: the policy's word for silence says nothing about them. What
    /// is refused is remembered too, but has been nowhere at the lowest level.
    pub(crate) fn remember(
        &mut self,
        texts: &[u64],
        declared: Declared,
        shown: [Option<Label>; 2],
        passes: bool,
    ) {
        let Some(memory) = &mut self.memory else { return };
        let scale = self.snapshot.policy().scale();
        let said = match declared {
            Declared::Level(label) => Some(label),
            Declared::Absent => None,
        };
        let least = Some(self.subject.floor());
        let all = shown.into_iter().chain([said, self.brought.label(), least]);
        let label = all.flatten().fold(scale.lowest(), Label::join);
        let told = label != scale.lowest() || (said.is_some() && passes);
        memory.label = told.then_some(label);
        memory.keep(texts, scale);
    }
}

impl Passage {
    /// Keeps the texts of a whole answer.
    pub(crate) fn told(&self, body: &Body) {
        if let Some(memory) = &self.memory {
            memory.keep(&memory.texts(body), self.snapshot.policy().scale());
        }
    }

    /// Notes the lines that words of a stream complete.
    pub(crate) fn tells(&self, words: &str, lines: &mut Cutter, told: &mut Vec<u64>) {
        if let Some(memory) = self.memory.as_ref().filter(|_| told.len() < KEPT_MAX) {
            lines.push(words, &mut |line: &str| told.push(memory.digest(line)));
        }
    }

    /// Keeps what was noted of a stream.
    pub(crate) fn keep(&self, told: &[u64]) {
        if let Some(memory) = &self.memory {
            memory.keep(told, self.snapshot.policy().scale());
        }
    }
}
