//! Findings lie on character boundaries of the original, in order, and redacting them takes them out.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sekisho_detectors::{RuleSet, redact, union};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().expect("the built-in rules load"));

fuzz_target!(|text: &str| {
    let findings = RULES.scan(text);
    assert!(findings.is_sorted_by_key(|finding| finding.span.start), "findings are in order");
    let found =
        |span: &std::ops::Range<usize>| text.get(span.clone()).expect("spans lie on character boundaries");
    assert!(
        findings.iter().all(|finding| !found(&finding.span).is_empty()),
        "a finding is a piece of the text"
    );

    let edits = union(findings);
    assert!(edits.is_sorted_by(|a, b| a.span.end <= b.span.start), "edits do not overlap");
    let gone: usize = edits.iter().map(|edit| edit.span.len()).sum();
    let redacted = redact(text, &edits, |_| String::new());
    assert_eq!(redacted.len() + gone, text.len(), "exactly the edits are taken out");
});
