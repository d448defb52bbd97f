//! The vocabulary that content rules speak about: detector rules and opaque kinds, by category.

use std::collections::BTreeMap;

use sekisho_detectors::{Category, CategoryPattern, RuleSet};

use super::fields::Fields;
use super::report::did_you_mean;
use crate::content::ContentRule;
use crate::facts::{Opaque, What};
use crate::vocabulary::{Vocabulary, Word};

/// Everything that can be found.
pub(super) struct Words {
    words: BTreeMap<What, Word>,
}

impl Words {
    pub(super) fn new(rules: &RuleSet) -> Words {
        let word = |id: &str, category: Category| Word::new(id, category);
        let found =
            rules.iter().map(|(index, rule)| (What::Rule(index), word(rule.id(), rule.category().clone())));
        let opaque = Opaque::ALL.iter().filter_map(|kind| {
            Category::parse(kind.category())
                .map(|category| (What::Opaque(*kind), word(kind.category(), category)))
        });
        Words { words: found.chain(opaque).collect() }
    }

    /// Patterns of categories; one that matches nothing is a fault.
    pub(super) fn patterns(&self, fields: &mut Fields<'_>, key: &'static str) -> Vec<CategoryPattern> {
        let mut patterns = Vec::new();
        for text in fields.texts(key) {
            let Some(pattern) = CategoryPattern::parse(&text.text) else {
                let message = format!("`{}` is no pattern of categories", text.text);
                fields.report.error(text.place, message, "write `*`, `pii.*` or one category");
                continue;
            };
            if !self.words.values().any(|word| pattern.matches(&word.category)) {
                let message = format!("no rule finds `{}`", text.text);
                fields.report.error(text.place, message, did_you_mean(&text.text, self.categories()));
            }
            patterns.push(pattern);
        }
        patterns
    }

    /// What is found under a rule's id or a category; of several rules the first.
    pub(super) fn find(&self, name: &str) -> Option<What> {
        let by_id = self.words.iter().find(|(_, word)| word.id == name);
        let found = by_id.or_else(|| self.words.iter().find(|(_, word)| word.category.as_str() == name));
        found.map(|(what, _)| *what)
    }

    /// Every name that [`Words::find`] knows.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.words.values().map(|word| word.id.as_str()).chain(self.categories())
    }

    fn categories(&self) -> impl Iterator<Item = &str> {
        self.words.values().map(|word| word.category.as_str())
    }

    /// Every word with the content rules about it.
    pub(super) fn bind(&self, content: &[ContentRule]) -> Vocabulary {
        let mut vocabulary = Vocabulary::of(self.words.iter().map(|(what, word)| (*what, word.clone())));
        vocabulary.bind(content);
        vocabulary
    }

    /// Every category that can be found, for lints.
    pub(super) fn each(&self) -> impl Iterator<Item = &Category> {
        self.words.values().map(|word| &word.category)
    }
}
