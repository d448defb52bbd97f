//! What a rule found: which rule, where, how sure. Never what the text says.

use std::ops::Range;

/// Number of a rule in its [`crate::RuleSet`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RuleIndex(pub(crate) u16);

impl RuleIndex {
    /// Its place in the rule set.
    pub fn number(self) -> usize {
        usize::from(self.0)
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// The shape alone, or a checksum that one in ten random numbers passes.
    Low,
    /// Shape and one more sign: grouping, a general word nearby.
    Medium,
    /// An issuer's form, a checksum with context, or a label.
    High,
}

impl Confidence {
    /// One step less; the lowest stays.
    pub(crate) fn lowered(self) -> Self {
        match self {
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

/// One place in a text.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleIndex,
    /// Where, in bytes of the original text; always on character boundaries.
    pub span: Range<usize>,
    /// How sure.
    pub confidence: Confidence,
}
