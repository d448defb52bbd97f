//! Content rules: what a finding obliges to, where, and what the person is told.

use sekisho_detectors::{Category, CategoryPattern, Confidence};

use crate::facts::{Direction, Key, Turn, Voice};
use crate::index::{MinistryIndex, ZoneIndex};
use crate::label::{Label, Level};
use crate::when::Dates;

/// What must be done with a piece of text. Overlap takes the strictest: `Allow < Redact < Block`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Obligation {
    /// It may stay.
    Allow,
    /// A typed placeholder takes its place.
    Redact,
    /// The text as a whole may not pass.
    Block,
}

impl Obligation {
    /// As policies and records write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Obligation::Allow => "allow",
            Obligation::Redact => "redact",
            Obligation::Block => "block",
        }
    }
}

/// What a content rule does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// An obligation on each finding (`Allow` and `Redact`), or on the text (`Block`).
    Oblige(Obligation),
    /// The text counts as labelled at least so.
    Raise(Label),
}

/// Whether a rule is in force.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// It is.
    Enforce,
    /// It is only counted: what it would have done is recorded, and nothing changes.
    Shadow,
}

impl Mode {
    /// What it comes to at `now` for a rule of these dates; `None`: the rule does not hold. One in shadow is in force from
    /// its beginning on, and wherever it is rehearsed.
    pub(crate) fn at(self, dates: Dates, now: u64, rehearsed: bool) -> Option<Mode> {
        let begun = |begins: u64| begins <= now;
        match self {
            _ if dates.over(now) => None,
            Mode::Enforce => dates.begins.is_none_or(begun).then_some(Mode::Enforce),
            Mode::Shadow if rehearsed || dates.begins.is_some_and(begun) => Some(Mode::Enforce),
            Mode::Shadow => Some(Mode::Shadow),
        }
    }
}

/// In which zones a rule applies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ZoneScope {
    /// In all.
    Everywhere,
    /// Where an accreditation is in force.
    Accredited,
    /// Where none is in force, also because it has expired.
    Unaccredited,
    /// In these.
    Only(Vec<ZoneIndex>),
}

impl ZoneScope {
    /// True if a rule of this scope applies in `zone`.
    pub fn holds(&self, zone: ZoneIndex, accredited: bool) -> bool {
        match self {
            ZoneScope::Everywhere => true,
            ZoneScope::Accredited => accredited,
            ZoneScope::Unaccredited => !accredited,
            ZoneScope::Only(zones) => zones.contains(&zone),
        }
    }
}

/// A sentence in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

/// When, and whose exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Scene {
    pub(crate) now: u64,
    /// Whether rules in shadow are taken as if they were in force.
    pub(crate) rehearsed: bool,
    pub(crate) ministry: Option<MinistryIndex>,
}

/// From findings to an obligation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContentRule {
    /// What records and answers write.
    pub id: String,
    /// Categories it is about.
    pub categories: Vec<CategoryPattern>,
    /// Categories it is not about, although `categories` matches them.
    pub except: Vec<CategoryPattern>,
    /// The least confidence that counts.
    pub confidence: Confidence,
    /// Prompt, completion, or (`None`) both.
    pub direction: Option<Direction>,
    /// Whose words; empty means anyone's.
    pub voices: Vec<Voice>,
    /// Newest turn, earlier ones, or (`None`) all.
    pub turn: Option<Turn>,
    /// People of any of these ministries; empty means anyone.
    pub ministries: Vec<MinistryIndex>,
    /// Effective levels at which it applies; empty means all. For `allow` all up to one, for `block` all from one on.
    pub levels: Vec<Level>,
    /// Zones in which it applies.
    pub zones: ZoneScope,
    /// How many findings it takes; above 1 only for `block` and `raise`, since a count is known only at the end.
    pub at_least: u32,
    /// What it does.
    pub effect: Effect,
    /// In force or only counted.
    pub mode: Mode,
    /// From when until when it holds: an `allow` may end, and a rule in shadow is in force from a date on.
    pub dates: Dates,
    /// Why; empty only for `allow`.
    pub message: Said,
    /// What the person can do next; empty only for `allow`.
    pub next: Said,
}

impl ContentRule {
    /// True if it is about this category at all.
    pub fn about(&self, category: &Category) -> bool {
        self.categories.iter().any(|pattern| pattern.matches(category))
            && !self.except.iter().any(|pattern| pattern.matches(category))
    }

    /// True if it is about findings of this kind; the category was looked at while loading.
    pub(crate) fn counts(&self, key: &Key) -> bool {
        key.confidence >= self.confidence
            && self.direction.is_none_or(|direction| direction == key.direction)
            && self.turn.is_none_or(|turn| turn == key.turn)
            && (self.voices.is_empty() || self.voices.contains(&key.voice))
    }

    /// True if it applies at this level in this zone.
    pub(crate) fn applies(&self, level: Level, zone: ZoneIndex, accredited: bool) -> bool {
        (self.levels.is_empty() || self.levels.contains(&level)) && self.zones.holds(zone, accredited)
    }

    /// Whether it is in force in this scene or only counted; `None`: it is nothing to it.
    pub(crate) fn mode_in(&self, scene: Scene) -> Option<Mode> {
        let own =
            self.ministries.is_empty() || scene.ministry.is_some_and(|own| self.ministries.contains(&own));
        own.then(|| self.mode.at(self.dates, scene.now, scene.rehearsed)).flatten()
    }

    /// True if it is in force.
    pub(crate) fn enforced(&self, scene: Scene) -> bool {
        self.mode_in(scene) == Some(Mode::Enforce)
    }
}
