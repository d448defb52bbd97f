//! A rule as the rest of the system sees it.

use crate::{Category, Confidence};

/// One rule: what it finds, how sure it is, why it exists.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(crate) id: String,
    pub(crate) category: Category,
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) confidence: Confidence,
    pub(crate) sources: Vec<String>,
    pub(crate) examples: Vec<Sample>,
    pub(crate) negatives: Vec<Sample>,
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
            name: "unknown rule".into(),
            about: "An index that is not of this rule set.".into(),
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

    /// Name for people, in English.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why it matters, in one sentence.
    pub fn about(&self) -> &str {
        &self.about
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
