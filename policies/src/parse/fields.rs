//! Reading one table strictly: each key is asked for once, and what nobody asked for is an error. A value that is wrong
//! is reported and replaced, so that reading goes on and finds the other faults, too; a policy with a fault never loads.

mod words;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::report::{Place, Report, did_you_mean};
use crate::keys::{EVERY, Kind};

/// Longest id.
const ID_BYTES_MAX: usize = 64;

/// A string and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) place: Place,
    pub(crate) text: String,
}

/// One table of a file.
pub(crate) struct Fields<'r> {
    pub(crate) report: &'r Report<'r>,
    /// Where the table begins.
    pub(crate) place: Place,
    table: &'r DeTable<'r>,
    /// How messages call it.
    pub(crate) what: &'static str,
    /// Which of the folders that may only tighten it stands in.
    pub(crate) layer: Option<usize>,
    /// Keys that lead here, as `zone.accreditation`.
    path: String,
    asked: Vec<&'static str>,
}

impl<'r> Fields<'r> {
    pub(crate) fn new(
        report: &'r Report<'r>,
        place: Place,
        table: &'r DeTable<'r>,
        what: &'static str,
    ) -> Self {
        Fields { report, place, table, what, layer: None, path: String::new(), asked: Vec::new() }
    }

    fn within(&self, place: Place, table: &'r DeTable<'r>, key: &'static str) -> Fields<'r> {
        let path = [self.path.as_str(), key]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(".");
        Fields { layer: self.layer, path, ..Fields::new(self.report, place, table, key) }
    }

    /// Notes what may stand here, for whoever asks what there is.
    pub(crate) fn note(&self, key: &'static str, kind: Kind) {
        self.report.asked(&self.path, key, kind);
    }

    fn value(&mut self, key: &'static str) -> Option<(Place, &'r DeValue<'r>)> {
        self.asked.push(key);
        let value: &Spanned<DeValue<'r>> = self.table.get(key)?;
        Some((Place { offset: value.span().start, ..self.place }, value.get_ref()))
    }

    fn required(&mut self, key: &'static str) -> Option<(Place, &'r DeValue<'r>)> {
        let value = self.value(key);
        if value.is_none() {
            self.missing(key);
        }
        value
    }

    /// The key may stand in the table, whether or not anybody reads it.
    pub(crate) fn knows(&mut self, key: &'static str) {
        self.asked.push(key);
    }

    /// Reports that a key is missing.
    pub(crate) fn missing(&self, key: &'static str) {
        self.report.wanted(&self.path, key);
        self.report.error(self.place, format!("{} has no `{key}`", self.what), "");
    }

    fn mistyped(&self, place: Place, key: &str, wanted: &str, found: &DeValue<'_>) {
        self.report.error(place, format!("`{key}` is {wanted}, not {}", found.type_str()), "");
    }

    /// True if the key stands in the table. Does not count as asking for it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// True if the key holds a table. Does not count as asking for it.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// True if the key holds a string. Does not count as asking for it.
    pub(crate) fn is_text(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_str())
    }

    /// True if the key holds this string. Does not count as asking for it.
    pub(crate) fn says(&self, key: &str, word: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().as_str() == Some(word))
    }

    /// Where a key's value stands, or the table if it is absent.
    pub(crate) fn place_of(&self, key: &str) -> Place {
        let offset = self.table.get(key).map_or(self.place.offset, |value| value.span().start);
        Place { offset, ..self.place }
    }

    fn string(&self, place: Place, key: &str, value: &DeValue<'_>) -> Option<Text> {
        match value.as_str() {
            Some("") => self.report.error(place, format!("`{key}` is empty"), ""),
            Some(text) => {
                return Some(Text { place, text: text.to_owned() });
            }
            None => self.mistyped(place, key, "a string", value),
        }
        None
    }

    /// A string that may be absent.
    pub(crate) fn maybe_text(&mut self, key: &'static str) -> Option<Text> {
        self.note(key, Kind::Text);
        let (place, value) = self.value(key)?;
        self.string(place, key, value)
    }

    /// A string that must stand there; empty after a fault.
    pub(crate) fn text(&mut self, key: &'static str) -> Text {
        self.note(key, Kind::Text);
        let empty = Text { place: self.place, text: String::new() };
        let Some((place, value)) = self.required(key) else {
            return empty;
        };
        self.string(place, key, value).unwrap_or(empty)
    }

    /// An id: letters, digits, `.`, `-`, `_`, at most 64.
    pub(crate) fn id(&mut self) -> Text {
        self.note("id", Kind::Id);
        let id = self.text("id");
        self.made_of(&id, "", ID_BYTES_MAX);
        id
    }

    /// What clients call a model: an id that may have colons, as vendors' versions do, and may be longer.
    pub(crate) fn model_id(&mut self) -> Text {
        let id = self.text("id");
        self.made_of(&id, ":", 2 * ID_BYTES_MAX);
        id
    }

    fn made_of(&self, id: &Text, others: &str, bytes_max: usize) {
        let allowed =
            |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b) || others.as_bytes().contains(&b);
        if !id.text.bytes().all(allowed) || id.text.len() > bytes_max {
            let help = format!(
                "use at most {bytes_max} of `A-Z a-z 0-9 . - _{}{others}`",
                if others.is_empty() { "" } else { " " }
            );
            self.report.error(id.place, format!("`{}` is no id", id.text), help);
        }
    }

    /// Several strings; absent means none, but an empty list is a fault, since elsewhere none means all.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<Text> {
        self.note(key, Kind::Texts);
        let Some((place, value)) = self.value(key) else {
            return Vec::new();
        };
        let Some(array) = value.as_array() else {
            self.mistyped(place, key, "a list of strings", value);
            return Vec::new();
        };
        if array.is_empty() {
            self.report.error(
                place,
                format!("`{key}` is an empty list"),
                "name at least one, or leave the key out",
            );
        }
        let at = |item: &Spanned<DeValue<'_>>| Place { offset: item.span().start, ..self.place };
        array.iter().filter_map(|item| self.string(at(item), key, item.get_ref())).collect()
    }

    /// Several strings of which there must be one.
    pub(crate) fn some_texts(&mut self, key: &'static str) -> Vec<Text> {
        if !self.has(key) {
            self.missing(key);
        }
        self.texts(key)
    }

    /// A number within bounds, or `default` if it is absent.
    pub(crate) fn number(&mut self, key: &'static str, least: u64, most: u64, default: Option<u64>) -> u64 {
        self.note(key, Kind::Number { least, most, default });
        let Some((place, value)) = self.value(key) else {
            if default.is_none() {
                self.missing(key);
            }
            return default.unwrap_or(least);
        };
        let Some(integer) = value.as_integer() else {
            self.mistyped(place, key, "a number", value);
            return least;
        };
        match u64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()) {
            Ok(number) if (least..=most).contains(&number) => number,
            _ => {
                self.report.error(
                    place,
                    format!("`{key}` is out of bounds"),
                    format!("use {least} to {most}"),
                );
                least
            }
        }
    }

    /// True or false; absent means false.
    pub(crate) fn flag(&mut self, key: &'static str) -> bool {
        self.note(key, Kind::Flag);
        let Some((place, value)) = self.value(key) else { return false };
        let flag = value.as_bool();
        if flag.is_none() {
            self.mistyped(place, key, "true or false", value);
        }
        flag.unwrap_or(false)
    }

    /// A table inside this one.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<Fields<'r>> {
        self.note(key, Kind::Table);
        let (place, value) = self.value(key)?;
        match value.as_table() {
            Some(table) => Some(self.within(place, table, key)),
            None => {
                self.mistyped(place, key, "a table", value);
                None
            }
        }
    }

    /// An array of tables; absent means none.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Fields<'r>> {
        self.note(key, Kind::Tables);
        let Some((place, value)) = self.value(key) else {
            return Vec::new();
        };
        let Some(array) = value.as_array() else {
            self.report.error(
                place,
                format!("`{key}` is {}", value.type_str()),
                format!("begin each with `[[{key}]]`"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in array.iter() {
            let place = Place { offset: item.span().start, ..self.place };
            match item.get_ref().as_table() {
                Some(table) => tables.push(self.within(place, table, key)),
                None => self.mistyped(place, key, "a list of tables", item.get_ref()),
            }
        }
        tables
    }

    /// All keys of a table whose keys are names chosen by the policy, with their values read by `read`.
    pub(crate) fn entries<T>(
        self,
        kind: Kind,
        mut read: impl FnMut(&Self, Text, Place, &'r DeValue<'r>) -> Option<T>,
    ) -> Vec<T> {
        self.note(EVERY, kind);
        let mut entries = Vec::new();
        for (key, value) in self.table.iter() {
            let name = Text {
                place: Place { offset: key.span().start, ..self.place },
                text: key.get_ref().to_string(),
            };
            let place = Place { offset: value.span().start, ..self.place };
            entries.extend(read(&self, name, place, value.get_ref()));
        }
        entries
    }

    /// Every key that nobody asked for is a fault.
    pub(crate) fn finish(self) {
        for (key, _) in self.table.iter() {
            let written: &str = key.get_ref();
            if !self.asked.contains(&written) {
                let place = Place { offset: key.span().start, ..self.place };
                let help = did_you_mean(written, self.asked.iter().copied());
                self.report.error(place, format!("{} has no key `{written}`", self.what), help);
            }
        }
    }
}
