//! All files of a policy as one.

use toml::Spanned;
use toml::de::DeTable;

use super::fields::Fields;
use super::folder;
use super::layers::{self, Layer};
use super::names::ENTRIES_MAX;
use super::report::{Place, Report};
use crate::policy::SourceFile;

/// Arrays of tables are joined in file order, all else stands once.
pub(super) struct Sections<'r> {
    pub(super) report: &'r Report<'r>,
    pub(super) layers: Vec<Layer<'r>>,
    pub(super) files: Vec<Fields<'r>>,
    tests: Vec<Fields<'r>>,
}

impl<'r> Sections<'r> {
    pub(super) fn new(
        report: &'r Report<'r>,
        sources: &'r [SourceFile<'r>],
        tables: &'r [Spanned<DeTable<'r>>],
    ) -> Self {
        let layers = layers::find(report, sources, tables);
        let mut sections = Sections { report, layers, files: Vec::new(), tests: Vec::new() };
        for (file, (source, table)) in sources.iter().zip(tables).enumerate() {
            let place = Place { file, offset: 0 };
            let layer = layers::of(report, &sections.layers, source, place);
            let mut fields = Fields::new(report, place, table.get_ref(), "a policy file");
            fields.layer = layer;
            match folder(source.name) {
                "rules" => {}
                "tests" => {
                    fields.what = "a test file";
                    sections.tests.push(fields);
                }
                _ => {
                    fields.knows("inherits");
                    sections.files.push(fields);
                }
            }
        }
        sections
    }

    /// Every `[[key]]` of the policy files.
    pub(super) fn all(&mut self, key: &'static str) -> Vec<Fields<'r>> {
        let mut all = Vec::new();
        for fields in &mut self.files {
            if fields.layer.is_some() && fields.has(key) && !layers::may_hold(key) {
                layers::foreign(fields, key);
                fields.knows(key);
                continue;
            }
            all.extend(fields.tables(key));
        }
        if let Some(one_more) = all.get(ENTRIES_MAX) {
            let help = "split the policy, or say it with fewer";
            let message = format!("more than {} of kind {key}", ENTRIES_MAX);
            self.report.error(one_more.place, message, help);
            all.truncate(ENTRIES_MAX);
        }
        all
    }

    /// Every `[[test]]`, also of test files.
    pub(super) fn tests(&mut self) -> Vec<Fields<'r>> {
        let mut tests = self.all("test");
        tests.extend(self.tests.iter_mut().flat_map(|fields| fields.tables("test")));
        tests
    }

    /// The one value of a key that must stand in one file.
    pub(super) fn one<T>(
        &mut self,
        key: &'static str,
        read: impl FnMut(&mut Fields<'r>) -> Option<T>,
    ) -> Option<T> {
        let mut own = self.files.iter().filter(|fields| fields.layer.is_none());
        if let (false, Some(first)) = (own.clone().any(|fields| fields.has(key)), own.next()) {
            first.missing(key);
        }
        self.maybe_one(key, read)
    }

    /// The one value of a key that may stand in one file.
    pub(super) fn maybe_one<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&mut Fields<'r>) -> Option<T>,
    ) -> Option<T> {
        let mut first: Option<(Place, Option<T>)> = None;
        for fields in &mut self.files {
            fields.knows(key);
            if !fields.has(key) {
                continue;
            }
            if fields.layer.is_some() {
                // What layers say of it is read with them.
                if key != "undeclared" {
                    layers::foreign(fields, key);
                }
                continue;
            }
            let place = fields.place_of(key);
            let value = read(fields);
            match &first {
                None => first = Some((place, value)),
                Some((earlier, _)) => {
                    let help = format!("it stands at {} already", self.report.written(*earlier));
                    self.report.error(place, format!("`{key}` is set twice"), help);
                }
            }
        }
        first.and_then(|(_, value)| value)
    }

    pub(super) fn finish(self) {
        // A key that an earlier fault kept from being read is not a fault of its own.
        for fields in self.files.into_iter().chain(self.tests) {
            fields.finish();
        }
    }
}
