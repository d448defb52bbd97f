//! Labels: a level and the compartments that apply. A lattice, held by exhaustive tests.

/// A level's rank on the policy's scale; 0 is the lowest. Made by [`crate::Scale`] alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Level(pub(crate) u8);

/// How confidential something is. Deliberately without `Ord`: labels with compartments are only partly ordered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Label {
    pub(crate) level: Level,
    /// One bit for each compartment of the scale.
    pub(crate) compartments: u64,
}

impl Label {
    /// True if whoever holds `self` may see what is labelled `other`.
    pub fn dominates(self, other: Label) -> bool {
        self.level.0 >= other.level.0 && self.compartments & other.compartments == other.compartments
    }

    /// The least label that dominates both: the high-water mark.
    pub fn join(self, other: Label) -> Label {
        let level = Level(self.level.0.max(other.level.0));
        Label { level, compartments: self.compartments | other.compartments }
    }

    /// The greatest label that both dominate.
    pub fn meet(self, other: Label) -> Label {
        let level = Level(self.level.0.min(other.level.0));
        Label { level, compartments: self.compartments & other.compartments }
    }

    /// The level without its compartments.
    pub fn level(self) -> Level {
        self.level
    }
}
