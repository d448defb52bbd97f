//! The tests that live in a rule: texts it must find, with «…» around the span, and texts it must not.

use std::ops::Range;

use crate::{Rule, RuleError, RuleIndex, RuleSet};

/// Samples that one rule gets wrong.
pub(crate) fn check(rules: &RuleSet, index: RuleIndex, rule: &Rule, file: &str) -> Vec<RuleError> {
    let examples =
        rule.examples.iter().filter_map(|sample| Some((sample, missed(rules, index, &sample.text)?)));
    let negatives =
        rule.negatives.iter().filter_map(|sample| Some((sample, found(rules, index, &sample.text)?)));
    let error = |(sample, message): (&crate::rule::Sample, String)| RuleError {
        file: file.to_owned(),
        line: sample.line,
        column: sample.column,
        message: format!("rule `{}`: {message}", rule.id),
    };
    examples.chain(negatives).map(error).collect()
}

fn missed(rules: &RuleSet, index: RuleIndex, marked: &str) -> Option<String> {
    let (text, spans) = unmark(marked);
    if spans.is_empty() {
        return Some("an example marks what is to be found with «…»".into());
    }
    let mut found = spans_of(rules, &text, |rule| is_or_is_kind(rules, rule, index));
    found.dedup();
    (found != spans).then(|| format!("the example is to be found at {spans:?}, and is at {found:?}"))
}

fn found(rules: &RuleSet, index: RuleIndex, text: &str) -> Option<String> {
    let found = spans_of(rules, text, |rule| rule == index);
    (!found.is_empty()).then(|| format!("the negative is found at {found:?}"))
}

fn spans_of(rules: &RuleSet, text: &str, is_meant: impl Fn(RuleIndex) -> bool) -> Vec<Range<usize>> {
    rules.scan(text).into_iter().filter(|f| is_meant(f.rule)).map(|f| f.span).collect()
}

/// Whether a finding is the rule's, or one that a kind may have taken from it.
fn is_or_is_kind(rules: &RuleSet, found: RuleIndex, index: RuleIndex) -> bool {
    found == index || rules.engine().kinds.get(&index.0).is_some_and(|kinds| kinds.contains(&found.0))
}

/// The text without its marks, and the spans they stood around.
pub(crate) fn unmark(marked: &str) -> (String, Vec<Range<usize>>) {
    let mut text = String::new();
    let mut spans = Vec::new();
    let mut start = 0;
    for c in marked.chars() {
        match c {
            '«' => start = text.len(),
            '»' => spans.push(start..text.len()),
            _ => text.push(c),
        }
    }
    (text, spans)
}
