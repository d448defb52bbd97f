//! A rule file read strictly: every key known, every value of its kind, every fault with its place.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::RuleError;
use crate::rule::Words;

/// A file being read, with the faults found so far.
pub(crate) struct Source<'f> {
    name: &'f str,
    text: &'f str,
    shipped: bool,
    errors: Vec<RuleError>,
}

impl<'f> Source<'f> {
    pub(crate) fn new(name: &'f str, text: &'f str) -> Self {
        Self { name, text, shipped: false, errors: Vec::new() }
    }

    /// A file of this crate.
    pub(crate) fn shipped(name: &'f str, text: &'f str) -> Self {
        Self { shipped: true, ..Self::new(name, text) }
    }

    pub(crate) fn is_shipped(&self) -> bool {
        self.shipped
    }

    /// The file as a table; on a syntax error, empty, with the fault noted.
    pub(crate) fn table(&mut self) -> DeTable<'f> {
        match DeTable::parse(self.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                self.fault(span, format!("not TOML: {}", error.message()));
                DeTable::new()
            }
        }
    }

    /// Notes a fault at a place.
    pub(crate) fn fault(&mut self, span: Range<usize>, message: impl Into<String>) {
        let (line, column) = self.place(span.start);
        self.errors.push(RuleError { file: self.name.to_owned(), line, column, message: message.into() });
    }

    /// Line and column of a byte, both from 1; the column in characters.
    pub(crate) fn place(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count().saturating_add(1), line.chars().count().saturating_add(1))
    }

    pub(crate) fn into_errors(self) -> Vec<RuleError> {
        self.errors
    }
}

/// A string and where it stands.
pub(crate) type Text = Spanned<String>;

/// The keys of one table, taken one by one; what is left is unknown.
pub(crate) struct Fields<'t, 's, 'f> {
    table: DeTable<'t>,
    span: Range<usize>,
    known: Vec<&'static str>,
    pub(crate) source: &'s mut Source<'f>,
}

impl<'t, 's, 'f> Fields<'t, 's, 'f> {
    pub(crate) fn new(table: DeTable<'t>, span: Range<usize>, source: &'s mut Source<'f>) -> Self {
        Self { table, span, known: Vec::new(), source }
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// A string that must be there and not be empty.
    pub(crate) fn required(&mut self, key: &'static str) -> Option<Text> {
        if !self.table.contains_key(key) {
            self.known.push(key);
            self.source.fault(self.span.clone(), format!("`{key}` is missing"));
            return None;
        }
        let text = self.string(key)?;
        if text.get_ref().trim().is_empty() {
            self.source.fault(text.span(), format!("`{key}` is empty"));
            return None;
        }
        Some(text)
    }

    /// Whether the key is there, be its array empty.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A string, if the key is there.
    pub(crate) fn string(&mut self, key: &'static str) -> Option<Text> {
        let value = self.take(key)?;
        let span = value.span();
        match value.into_inner() {
            DeValue::String(text) => Some(Spanned::new(span, text.into_owned())),
            other => self.mistyped(span, key, "a string", &other),
        }
    }

    /// `{ ja = "…", en = "…" }`, or one string for both, if the key is there.
    pub(crate) fn words(&mut self, key: &'static str) -> Option<Words> {
        let table = match self.table.get(key).map(Spanned::get_ref) {
            Some(DeValue::Table(_)) => self.take(key)?,
            _ => {
                let text = self.string(key)?.into_inner();
                return Some(Words { ja: text.clone(), en: text });
            }
        };
        let span = table.span();
        let DeValue::Table(table) = table.into_inner() else { return None };
        let mut fields = Fields::new(table, span, self.source);
        let (ja, en) = (fields.required("ja"), fields.required("en"));
        fields.finish();
        Some(Words { ja: ja?.into_inner(), en: en?.into_inner() })
    }

    /// [`Fields::words`] that must be there.
    pub(crate) fn required_words(&mut self, key: &'static str) -> Option<Words> {
        if self.table.contains_key(key) {
            return self.words(key);
        }
        self.required(key).map(|_| Words::new("", ""))
    }

    /// A whole number from 1, if the key is there.
    pub(crate) fn number(&mut self, key: &'static str) -> Option<usize> {
        let value = self.take(key)?;
        let span = value.span();
        let number = match value.get_ref() {
            DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        match number {
            Some(number @ 1..) => Some(number),
            _ => self.mistyped(span, key, "a whole number from 1", value.get_ref()),
        }
    }

    /// An array of strings that are not empty; no array is an empty one.
    pub(crate) fn strings(&mut self, key: &'static str) -> Vec<Text> {
        let mut texts = Vec::new();
        for value in self.array(key, "an array of strings") {
            let span = value.span();
            match value.into_inner() {
                DeValue::String(text) if !text.is_empty() => {
                    texts.push(Spanned::new(span, text.into_owned()))
                }
                other => {
                    let _: Option<()> =
                        self.mistyped(span, key, "an array of strings that are not empty", &other);
                }
            }
        }
        texts
    }

    /// An array of tables; no array is an empty one.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Spanned<DeTable<'t>>> {
        let mut tables = Vec::new();
        for value in self.array(key, "an array of tables") {
            let span = value.span();
            match value.into_inner() {
                DeValue::Table(table) => tables.push(Spanned::new(span, table)),
                other => {
                    let _: Option<()> = self.mistyped(span, key, "an array of tables", &other);
                }
            }
        }
        tables
    }

    /// Reports every key that was not asked for.
    pub(crate) fn finish(self) {
        for key in self.table.keys() {
            let hint = did_you_mean(key.get_ref(), self.known.iter().copied());
            self.source.fault(key.span(), format!("`{}` is no key here{hint}", key.get_ref()));
        }
    }

    fn array(&mut self, key: &'static str, kind: &str) -> Vec<Spanned<DeValue<'t>>> {
        let Some(value) = self.take(key) else {
            return Vec::new();
        };
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(values) => values.into_iter().collect(),
            other => {
                let _: Option<()> = self.mistyped(span, key, kind, &other);
                Vec::new()
            }
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'t>>> {
        self.known.push(key);
        self.table.remove(key)
    }

    fn mistyped<T>(&mut self, span: Range<usize>, key: &str, wants: &str, got: &DeValue<'_>) -> Option<T> {
        self.source.fault(span, format!("`{key}` is {wants}, not {}", got.type_str()));
        None
    }
}

/// `; did you mean `x`?` for the nearest name, or the list of all if none is near.
pub(crate) fn did_you_mean<'n>(written: &str, names: impl Iterator<Item = &'n str> + Clone) -> String {
    let nearest = names.clone().map(|name| (distance(written, name), name)).min();
    match nearest {
        Some((apart, name)) if apart <= 2 || apart * 3 <= name.len() => format!("; did you mean `{name}`?"),
        _ => format!("; there are {}", names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    }
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, &up) in b.chars().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(x != y)).min(up + 1).min(left + 1);
            diagonal = up;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, distance};

    #[test]
    fn distances() {
        assert_eq!(distance("luhn10", "luhn"), 2);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn a_near_name_is_proposed_and_otherwise_all_are_listed() {
        let names = ["luhn", "none"];
        assert_eq!(did_you_mean("luhn10", names.into_iter()), "; did you mean `luhn`?");
        assert_eq!(did_you_mean("checksum", names.into_iter()), "; there are `luhn`, `none`");
    }
}
