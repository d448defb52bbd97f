//! Texts that were seen before at a higher label than is declared now: keyed digests of long lines and sentences, in this
//! process alone, bounded, and nothing of what they say.
//!
//! It sees what is repeated word for word, as a summary that is pasted into another chat. What somebody has put into
//! other words it does not see, nor what another process saw, or this one before it was started.

mod cutter;
mod exchange;
mod memory;

use std::collections::hash_map::{DefaultHasher, RandomState};
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sekisho_policies::{Label, Scale, Voice};

use crate::body::{Body, Handling, Part, Segment};
pub(crate) use cutter::Cutter;
use memory::Memory;

/// Most texts of one exchange that are kept: whoever wants to make the process forget has to come often.
pub(crate) const KEPT_MAX: usize = 4096;

/// How many texts are looked at while others wait.
const AT_ONCE: usize = 1024;

/// What a process remembers.
pub struct Recall {
    key: RandomState,
    memory: Mutex<Memory>,
}

impl Recall {
    /// Remembers at most so many texts of each kind (seen above the lowest level, and seen at it) under this key; the
    /// oldest are forgotten.
    pub fn new(key: RandomState, texts_max: usize) -> Recall {
        Recall { key, memory: Mutex::new(Memory::new(texts_max)) }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Whatever a panic left is still only digests.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Recall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recall")
    }
}

/// Texts of one request that were seen before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    /// The least upper bound of what they had come to.
    pub label: Label,
    /// How many there are.
    pub count: u32,
}

/// The memory as one exchange uses it: for texts of its own ministry, and for nobody else's.
#[derive(Clone)]
pub(crate) struct Remembering {
    recall: Arc<Recall>,
    /// Begun with whose texts they are, so that the same text of others has another digest.
    begun: DefaultHasher,
    /// The label as which texts of this exchange are kept; `None`: they are not.
    pub label: Option<Label>,
}

impl Remembering {
    pub fn new(recall: Arc<Recall>, owner: &str) -> Remembering {
        let mut begun = recall.key.build_hasher();
        begun.write(owner.as_bytes());
        // No UTF-8 has this byte.
        begun.write_u8(0xff);
        Remembering { recall, begun, label: None }
    }

    /// The digests of what people and models say in a body, each once.
    pub fn texts(&self, body: &Body) -> Vec<u64> {
        let mut digests = Vec::new();
        let mut cutter = Cutter::default();
        for (_, segment) in body.segments.iter().enumerate().filter(|(at, own)| counts(body, *at, own)) {
            let mut each = |line: &str| digests.push(self.digest(line));
            cutter.push(&body.text(segment), &mut each);
            cutter.finish(&mut each);
        }
        digests.sort_unstable();
        digests.dedup();
        digests
    }

    pub fn digest(&self, line: &str) -> u64 {
        let mut hasher = self.begun.clone();
        hasher.write(line.as_bytes());
        hasher.finish()
    }

    /// What of these was seen at a label that this one does not dominate.
    pub fn seen(&self, texts: &[u64], than: Label, scale: &Scale) -> Option<Seen> {
        let mut seen: Option<Seen> = None;
        for some in texts.chunks(AT_ONCE) {
            let memory = self.recall.memory();
            let labels = some.iter().filter_map(|text| memory.label(*text, scale));
            for label in labels.filter(|label| !than.dominates(*label)) {
                let Seen { label: before, count } = seen.unwrap_or(Seen { label, count: 0 });
                seen = Some(Seen { label: before.join(label), count: count.saturating_add(1) });
            }
        }
        seen
    }

    /// Keeps these, as what the exchange is.
    pub fn keep(&self, texts: &[u64], scale: &Scale) {
        let Some(label) = self.label.filter(|_| !texts.is_empty()) else { return };
        let kept = texts.get(..KEPT_MAX).unwrap_or(texts);
        kept.chunks(AT_ONCE).for_each(|some| self.recall.memory().keep(some, label, scale));
    }
}

/// Instructions of the application and descriptions of its tools are the same in every exchange, whatever its level.
fn counts(body: &Body, at: usize, segment: &Segment) -> bool {
    let said = match segment.place.voice {
        Voice::User | Voice::Assistant => true,
        Voice::Tool => spoken(body, at),
        Voice::System | Voice::Other => false,
    };
    // What is JSON is seen as the strings in it.
    said && segment.part == Part::Text && segment.handling == Handling::Edit
}

/// Whether it stands in the conversation, or in a string of it.
fn spoken(body: &Body, mut at: usize) -> bool {
    let holder = |at: usize| body.layers.get(body.segments.get(at)?.layer)?.inside;
    while let Some(outer) = holder(at) {
        at = outer;
    }
    body.spoken.contains(&at)
}
