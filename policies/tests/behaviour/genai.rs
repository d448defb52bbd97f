//! The shipped policy loads and keeps the promises of its own tests.

use std::sync::{Arc, LazyLock};

use sekisho_detectors::{RuleFile, RuleSet};
use sekisho_policies::{Policy, SourceFile, look, suite};

use crate::world::Scans;

const FILES: [SourceFile<'static>; 10] = [
    SourceFile { name: "policy.toml", text: include_str!("../../genai/policy.toml") },
    SourceFile { name: "where.toml", text: include_str!("../../genai/where.toml") },
    SourceFile { name: "people.toml", text: include_str!("../../genai/people.toml") },
    SourceFile { name: "content.toml", text: include_str!("../../genai/content.toml") },
    SourceFile { name: "tests/people.toml", text: include_str!("../../genai/tests/people.toml") },
    SourceFile { name: "tests/places.toml", text: include_str!("../../genai/tests/places.toml") },
    SourceFile { name: "tests/content.toml", text: include_str!("../../genai/tests/content.toml") },
    SourceFile { name: "tests/markings.toml", text: include_str!("../../genai/tests/markings.toml") },
    SourceFile { name: "tests/bedrock.toml", text: include_str!("../../genai/tests/bedrock.toml") },
    SourceFile { name: "tests/apps.toml", text: include_str!("../../genai/tests/apps.toml") },
];

static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    let files = [
        ("rules/answer-hosts.toml", include_str!("../../genai/rules/answer-hosts.toml")),
        ("rules/official-contacts.toml", include_str!("../../genai/rules/official-contacts.toml")),
    ];
    RuleSet::built_in_with(&files.map(|(name, text)| RuleFile { name, text })).unwrap()
});

/// 2026-11-24.
const NOW: u64 = 1_795_478_400;

fn load(rules: &RuleSet) -> Arc<Policy> {
    match Policy::load(&FILES, rules) {
        Ok(policy) => Arc::new(policy),
        Err(faults) => panic!("{}", faults.iter().map(|fault| format!("{fault}\n")).collect::<String>()),
    }
}

#[test]
fn the_shipped_policy_keeps_its_promises() {
    let policy = load(&RULES);
    let failures = suite::run(&policy, &Scans(&RULES), NOW);
    assert!(
        failures.is_empty(),
        "{}",
        failures.iter().map(|failure| format!("{failure}\n")).collect::<String>()
    );
    assert!(policy.tests().len() > 40);
}

#[test]
fn the_shipped_policy_has_nothing_that_does_nothing() {
    let policy = load(&RULES);
    assert_eq!(look(&policy, &Scans(&RULES), NOW), []);
}

#[test]
fn the_first_model_serves_both_levels() {
    let policy = load(&RULES);
    assert_eq!(policy.models().first().map(|model| model.id.as_str()), Some("genai-default"));
}

#[test]
fn its_tests_notice_every_change_that_changes_a_decision() {
    let policy = load(&RULES);
    let coverage = suite::coverage(&policy, &Scans(&RULES), NOW, &|_| true);
    let survivors = coverage.iter().flat_map(|(part, tested)| {
        let id = part.id(&policy);
        tested
            .survivors
            .iter()
            .map(move |survivor| format!("{id}: {}: {}\n", survivor.change, survivor.example))
    });
    assert_eq!(survivors.collect::<String>(), "");
    assert!(coverage.values().map(|tested| tested.noticed).sum::<usize>() > 50);
}
