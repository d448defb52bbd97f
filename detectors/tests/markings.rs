//! Markings against mentions of markings, one text a line in the files beside this one.

#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use std::sync::LazyLock;

use sekisho_detectors::{Confidence, RuleSet};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

fn lines(file: &str) -> impl Iterator<Item = String> {
    let kept = file.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    kept.map(|line| {
        line.replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\r", "\r")
            .replace("\\u200b", "\u{200b}")
            .replace("\\u3000", "\u{3000}")
    })
}

/// The categories of markings that a policy would act on.
fn marks(text: &str) -> Vec<&str> {
    let sure = RULES.scan(text).into_iter().filter(|finding| finding.confidence >= Confidence::Medium);
    let categories = sure.map(|finding| RULES.rule(finding.rule).category().as_str());
    let marks =
        categories.filter(|category| category.starts_with("marking.") && *category != "marking.mention");
    marks.collect()
}

#[test]
fn what_is_marked_is_found_whatever_the_layout() {
    let missed: Vec<String> = lines(include_str!("markings/marks.txt"))
        .filter(|line| {
            let (category, text) = line.split_once(": ").unwrap();
            !marks(text).contains(&category)
        })
        .collect();
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n---\n"));
}

#[test]
fn a_mention_is_no_marking() {
    let flagged: Vec<String> = lines(include_str!("markings/mentions.txt"))
        .filter_map(|text| {
            let marks = marks(&text);
            (!marks.is_empty()).then(|| format!("{marks:?} {text}"))
        })
        .collect();
    assert!(flagged.is_empty(), "{} flagged:\n{}", flagged.len(), flagged.join("\n---\n"));
}
