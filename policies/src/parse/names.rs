//! Names of one kind of entry: defined once, referred to by index.

use super::fields::Text;
use super::report::{Place, Report, did_you_mean};

/// Most entries of one kind: what an index can number, with room.
pub(crate) const ENTRIES_MAX: usize = 10_000;

/// All names of a kind, in the order of their entries.
pub(crate) struct Names<'r> {
    report: &'r Report<'r>,
    /// How messages call one.
    kind: &'static str,
    names: Vec<Text>,
}

impl<'r> Names<'r> {
    pub(crate) fn new(report: &'r Report<'r>, kind: &'static str) -> Self {
        Names { report, kind, names: Vec::new() }
    }

    /// Defines a name. Twice is a fault; so is one entry more than an index can number.
    pub(crate) fn define(&mut self, name: &Text) {
        let first = self.names.iter().find(|known| known.text == name.text && !name.text.is_empty());
        if let Some(first) = first {
            let help = format!("the first is at {}; choose another id", self.report.written(first.place));
            self.report.error(name.place, format!("{} `{}` is defined twice", self.kind, name.text), help);
        }
        if self.names.len() == ENTRIES_MAX {
            self.report.error(name.place, format!("more than {ENTRIES_MAX} of kind {}", self.kind), "");
        }
        self.names.push(name.clone());
    }

    /// The index of a name, or a fault.
    pub(crate) fn resolve(&self, name: &Text) -> Option<u16> {
        let found = self.names.iter().position(|known| known.text == name.text);
        if found.is_none() {
            let help = did_you_mean(&name.text, self.names.iter().map(|known| known.text.as_str()));
            self.report.error(name.place, format!("{} `{}` is not defined", self.kind, name.text), help);
        }
        found.and_then(|position| u16::try_from(position).ok())
    }

    /// The index of a name that a fault may have left empty.
    pub(crate) fn resolve_some(&self, name: &Text) -> Option<u16> {
        if name.text.is_empty() { None } else { self.resolve(name) }
    }

    /// The indices of several names; a name given twice is a fault.
    pub(crate) fn resolve_all(&self, names: &[Text]) -> Vec<u16> {
        let mut indices = Vec::new();
        for name in names {
            let Some(index) = self.resolve(name) else { continue };
            if indices.contains(&index) {
                self.report.error(name.place, format!("{} `{}` is named twice", self.kind, name.text), "");
            }
            indices.push(index);
        }
        indices
    }

    /// Where the entry of that name is defined, if there is one.
    pub(crate) fn place_of(&self, name: &str) -> Option<Place> {
        self.names.iter().find(|known| known.text == name).map(|known| known.place)
    }

    /// Where the entry of that index is defined.
    pub(crate) fn place(&self, index: usize) -> Option<Place> {
        self.names.get(index).map(|name| name.place)
    }
}
