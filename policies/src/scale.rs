//! The scale: which levels and compartments exist, lowest first. Data, so that a government can name its own.

use crate::label::{Label, Level};

/// Most compartments a scale may name: one bit each in a [`Label`].
pub const COMPARTMENTS_MAX: usize = 64;

/// A level as the policy names it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LevelDef {
    /// What requests and policies write, as `2`.
    pub id: String,
    /// Its name in Japanese, as 機密性２情報.
    pub ja: String,
    /// Its name in English.
    pub en: String,
    /// How answers at this level are given.
    pub answers: Answers,
}

/// When text of a streamed answer may go.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Answers {
    /// As soon as nothing that follows could change what must become of it.
    #[default]
    Stream,
    /// When all of it has been inspected.
    Whole,
}

/// As policies write it.
pub(crate) const ANSWERS: [(&str, Answers); 2] = [("stream", Answers::Stream), ("whole", Answers::Whole)];

/// A compartment (取扱制限: who, beyond the level, may see it) as the policy names it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CompartmentDef {
    /// What requests and policies write.
    pub id: String,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
}

/// All levels, lowest first, and all compartments. The only maker of [`Label`]s.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scale {
    below: Vec<LevelDef>,
    top: LevelDef,
    compartments: Vec<CompartmentDef>,
}

impl Scale {
    /// A scale of at most 255 levels (lowest first) and [`COMPARTMENTS_MAX`] compartments; `None` if it has no level
    /// or is larger.
    pub(crate) fn new(mut levels: Vec<LevelDef>, compartments: Vec<CompartmentDef>) -> Option<Scale> {
        if levels.len() > usize::from(u8::MAX) || compartments.len() > COMPARTMENTS_MAX {
            return None;
        }
        let top = levels.pop()?;
        Some(Scale { below: levels, top, compartments })
    }

    /// The label of a bare level; `None` if the scale has no such level.
    pub fn level(&self, id: &str) -> Option<Label> {
        let rank = self.levels().position(|level| level.id == id)?;
        u8::try_from(rank).ok().map(|rank| Label { level: Level(rank), compartments: 0 })
    }

    /// The label of a level with compartments; `None` if the scale lacks one of them.
    pub fn label(&self, level: &str, compartments: &[&str]) -> Option<Label> {
        let mut label = self.level(level)?;
        for id in compartments {
            let bit = self.compartments.iter().position(|compartment| compartment.id == *id)?;
            label.compartments |= 1 << bit;
        }
        Some(label)
    }

    /// The lowest level without compartments: every label dominates it.
    pub fn lowest(&self) -> Label {
        Label { level: Level(0), compartments: 0 }
    }

    /// The label of every level, without compartments, lowest first.
    pub fn each(&self) -> impl Iterator<Item = Label> {
        (0..=u8::MAX).zip(self.levels()).map(|(rank, _)| Label { level: Level(rank), compartments: 0 })
    }

    /// Every level, lowest first.
    pub fn levels(&self) -> impl Iterator<Item = &LevelDef> {
        self.below.iter().chain([&self.top])
    }

    /// How the policy names the label's level. Total: a label of another scale reads as the highest level.
    pub fn name(&self, label: Label) -> &LevelDef {
        self.below.get(usize::from(label.level.0)).unwrap_or(&self.top)
    }

    /// The id of the label's level.
    pub fn id(&self, label: Label) -> &str {
        &self.name(label).id
    }

    /// The label that [`Scale::written`] writes so; `None` if the scale has none.
    pub fn read(&self, written: &str) -> Option<Label> {
        let mut parts = written.split('+');
        let level = parts.next()?;
        self.label(level, &parts.collect::<Vec<_>>())
    }

    /// A label in one word: the level's id, then each compartment's after a `+`, as `3+a+b`. Ids hold no `+`.
    pub fn written(&self, label: Label) -> String {
        let compartments = self.compartments(label).map(|def| format!("+{}", def.id));
        std::iter::once(self.id(label).to_owned()).chain(compartments).collect()
    }

    /// The ids of all compartments, in the policy's order.
    pub fn compartment_ids(&self) -> impl Iterator<Item = &str> {
        self.compartments.iter().map(|def| def.id.as_str())
    }

    /// The compartments of a label, in the policy's order.
    pub fn compartments(&self, label: Label) -> impl Iterator<Item = &CompartmentDef> {
        self.compartments
            .iter()
            .enumerate()
            .filter(move |(bit, _)| label.compartments >> bit & 1 == 1)
            .map(|(_, def)| def)
    }
}
