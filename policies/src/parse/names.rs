//! Names of one kind of entry: defined once, referred to by index.

use std::collections::{HashMap, HashSet};

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
    /// The first entry of each name.
    numbers: HashMap<String, u16>,
}

impl<'r> Names<'r> {
    pub(crate) fn new(report: &'r Report<'r>, kind: &'static str) -> Self {
        Names { report, kind, names: Vec::new(), numbers: HashMap::new() }
    }

    /// Defines a name. Twice is a fault.
    pub(crate) fn define(&mut self, name: &Text) {
        if let Some(first) = self.place_of(&name.text) {
            let help = format!("the first is at {}; choose another id", self.report.written(first));
            self.report.error(name.place, format!("{} `{}` is defined twice", self.kind, name.text), help);
        }
        if let (false, Ok(number)) = (name.text.is_empty(), u16::try_from(self.names.len())) {
            self.numbers.entry(name.text.clone()).or_insert(number);
        }
        self.names.push(name.clone());
    }

    /// The index of a name, if it is defined.
    pub(crate) fn find(&self, name: &str) -> Option<u16> {
        self.numbers.get(name).copied()
    }

    /// The index of a name, or a fault.
    pub(crate) fn resolve(&self, name: &Text) -> Option<u16> {
        let found = self.find(&name.text);
        if found.is_none() {
            let help = did_you_mean(&name.text, self.names.iter().map(|known| known.text.as_str()));
            self.report.error(name.place, format!("{} `{}` is not defined", self.kind, name.text), help);
        }
        found
    }

    /// The index of a name that a fault may have left empty.
    pub(crate) fn resolve_some(&self, name: &Text) -> Option<u16> {
        if name.text.is_empty() { None } else { self.resolve(name) }
    }

    /// The indices of several names; a name given twice is a fault.
    pub(crate) fn resolve_all(&self, names: &[Text]) -> Vec<u16> {
        let mut indices = Vec::new();
        let mut seen = HashSet::new();
        for name in names {
            let Some(index) = self.resolve(name) else { continue };
            if !seen.insert(index) {
                self.report.error(name.place, format!("{} `{}` is named twice", self.kind, name.text), "");
            }
            indices.push(index);
        }
        indices
    }

    /// Where the entry of that name is defined, if there is one.
    pub(crate) fn place_of(&self, name: &str) -> Option<Place> {
        self.find(name).and_then(|number| self.place(usize::from(number)))
    }

    /// Where each entry is defined, in their order.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place> {
        self.names.iter().map(|name| name.place)
    }

    /// Where the entry of that index is defined.
    pub(crate) fn place(&self, index: usize) -> Option<Place> {
        self.names.get(index).map(|name| name.place)
    }
}
