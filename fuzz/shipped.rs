//! The shipped policy and its rules.

use std::sync::{Arc, LazyLock};

use sekisho_detectors::{RuleFile, RuleSet};
use sekisho_policies::SourceFile;

/// The built-in rules, and the policy's own.
pub static RULES: LazyLock<Arc<RuleSet>> = LazyLock::new(|| {
    let files = [
        ("rules/answer-hosts.toml", include_str!("../policies/genai/rules/answer-hosts.toml")),
        ("rules/official-contacts.toml", include_str!("../policies/genai/rules/official-contacts.toml")),
    ];
    let files = files.map(|(name, text)| RuleFile { name, text });
    Arc::new(RuleSet::built_in_with(&files).expect("the rules load"))
});

/// The policy, without its tests.
pub const FILES: [SourceFile<'static>; 4] = [
    SourceFile { name: "policy.toml", text: include_str!("../policies/genai/policy.toml") },
    SourceFile { name: "where.toml", text: include_str!("../policies/genai/where.toml") },
    SourceFile { name: "people.toml", text: include_str!("../policies/genai/people.toml") },
    SourceFile { name: "content.toml", text: include_str!("../policies/genai/content.toml") },
];
