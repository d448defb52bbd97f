//! What kind of thing a rule finds, as a dotted name, and patterns over such names.

use std::fmt;
use std::sync::Arc;

/// Kind of finding, such as `pii.jp.my-number`: two or more dotted segments of `a-z`, `0-9` and `-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Category(Arc<str>);

impl Category {
    /// Reads a category; `None` unless it has two or more segments that each begin with a letter.
    pub fn parse(text: &str) -> Option<Self> {
        (text.contains('.') && text.split('.').all(is_segment)).then(|| Self(text.into()))
    }

    /// Category of a finding whose rule is not known.
    pub(crate) fn unknown() -> Self {
        Self("opaque.unknown-rule".into())
    }

    /// The dotted name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Matches categories: `*` (all), `pii.*` (all below `pii`), or a category and the kinds of it: `pii.phone` is
/// `pii.phone.office` as well, so that a kind that is told apart one day is handled no less than before.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CategoryPattern(Arc<str>);

impl CategoryPattern {
    /// Reads a pattern; `None` if it is none of the three forms.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = match text.strip_suffix(".*") {
            Some(stem) => stem.split('.').all(is_segment),
            None => text == "*" || Category::parse(text).is_some(),
        };
        valid.then(|| Self(text.into()))
    }

    /// Whether `category` is meant.
    pub fn matches(&self, category: &Category) -> bool {
        match self.0.strip_suffix('*') {
            // The stem keeps its dot, so `pii.*` does not match `piix.email`.
            Some(stem) => category.as_str().starts_with(stem),
            None => {
                let rest = category.as_str().strip_prefix(&*self.0);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
        }
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CategoryPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_segment(segment: &str) -> bool {
    segment.starts_with(|c: char| c.is_ascii_lowercase())
        && segment.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::{Category, CategoryPattern};

    fn matches(pattern: &str, category: &str) -> bool {
        CategoryPattern::parse(pattern).unwrap().matches(&Category::parse(category).unwrap())
    }

    #[test]
    fn a_pattern_matches_all_a_branch_or_one_with_its_kinds() {
        assert!(matches("*", "pii.email"));
        assert!(matches("pii.*", "pii.jp.my-number"));
        assert!(!matches("pii.*", "piix.email"));
        assert!(!matches("pii.jp.*", "pii.email"));
        assert!(matches("pii.email", "pii.email"));
        assert!(!matches("pii.email", "pii.email-x"));
        assert!(matches("pii.phone", "pii.phone.office"));
        assert!(!matches("pii.phone.office", "pii.phone"));
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        for bad in ["", "pii", ".pii", "pii.", "Pii.email", "pii..x", "pii.1", "pii.e mail", "pii.*"] {
            assert!(Category::parse(bad).is_none(), "{bad}");
        }
        for bad in ["", "pii", "**", "p*", "pii*", ".*", "pii.*.x", "*.pii"] {
            assert!(CategoryPattern::parse(bad).is_none(), "{bad}");
        }
    }
}
