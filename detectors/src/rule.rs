//! A rule as the rest of the system sees it.

use crate::{Category, Confidence};

/// One rule: what it finds, how sure it is, why it exists.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(crate) id: String,
    pub(crate) category: Category,
    pub(crate) name: Words,
    pub(crate) about: Words,
    pub(crate) reason: Option<Words>,
    pub(crate) confidence: Confidence,
    pub(crate) sources: Vec<String>,
    pub(crate) examples: Vec<Sample>,
    pub(crate) negatives: Vec<Sample>,
}

/// The same for Japanese and for English readers. A rule file may say it once, for both.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

impl Words {
    pub(crate) fn new(ja: &str, en: &str) -> Words {
        Words { ja: ja.to_owned(), en: en.to_owned() }
    }
}

/// A test text of a rule file and where it stands there.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Rule {
    pub(crate) fn unknown() -> Self {
        Self {
            id: "unknown".into(),
            category: Category::unknown(),
            name: Words::new("不明な規則", "unknown rule"),
            about: Words::new("この規則集にない番号です。", "An index that is not of this rule set."),
            reason: None,
            confidence: Confidence::High,
            sources: Vec::new(),
            examples: Vec::new(),
            negatives: Vec::new(),
        }
    }

    /// Unique name, such as `aws.access-key-id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What kind of thing it finds.
    pub fn category(&self) -> &Category {
        &self.category
    }

    /// Name for people.
    pub fn name(&self) -> &Words {
        &self.name
    }

    /// What it is and what could happen, in a sentence or two.
    pub fn about(&self) -> &Words {
        &self.about
    }

    /// Why the rule is as sure as it is; every rule of this crate says so.
    pub fn reason(&self) -> Option<&Words> {
        self.reason.as_ref()
    }

    /// Highest confidence a finding of this rule can have.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Where the format is documented.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Texts that must be found; `«…»` marks the span.
    pub fn examples(&self) -> impl Iterator<Item = &str> {
        self.examples.iter().map(|sample| sample.text.as_str())
    }

    /// Texts in which this rule must find nothing.
    pub fn negatives(&self) -> impl Iterator<Item = &str> {
        self.negatives.iter().map(|sample| sample.text.as_str())
    }
}
