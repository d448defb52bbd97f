//! Any text as a file of the shipped policy, or as all of one, loads or is refused with places that exist.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sekisho_detectors::RuleSet;
use sekisho_policies::{Policy, SourceFile};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().expect("the built-in rules load"));

const SHIPPED: [SourceFile<'static>; 4] = [
    SourceFile { name: "policy.toml", text: include_str!("../../policies/genai/policy.toml") },
    SourceFile { name: "where.toml", text: include_str!("../../policies/genai/where.toml") },
    SourceFile { name: "people.toml", text: include_str!("../../policies/genai/people.toml") },
    SourceFile { name: "content.toml", text: include_str!("../../policies/genai/content.toml") },
];

fuzz_target!(|text: &str| {
    let mut files = SHIPPED.map(|file| file);
    // Its length chooses which file it takes the place of; beyond them it stands alone.
    let replaced = files.get_mut(text.len() % 5).map(|file| file.text = text);
    let alone = [SourceFile { name: "policy.toml", text }];
    let files = if replaced.is_some() { files.as_slice() } else { alone.as_slice() };
    if let Err(wrong) = Policy::load(files, &RULES) {
        assert!(!wrong.is_empty(), "a refusal says why");
        for diagnostic in wrong {
            let file = files
                .iter()
                .find(|file| file.name == diagnostic.file)
                .expect("the file is one of those given");
            let lines = file.text.split('\n').count();
            assert!(
                usize::try_from(diagnostic.line).is_ok_and(|line| line <= lines),
                "no such line: {diagnostic}"
            );
        }
    }
});
