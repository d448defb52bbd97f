//! Any text as a file of the shipped policy, or as all of one, loads or is refused with places that exist.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sekisho_policies::{Access, Diagnostic, Policy, SourceFile};

#[path = "../shipped.rs"]
mod shipped;
use shipped::{FILES as SHIPPED, RULES};

/// How a ministry's folder begins.
const INHERITS: &str = "inherits = { folder = \"../..\", ministry = \"mof\" }\n";

fuzz_target!(|text: &str| {
    let own = format!("{INHERITS}{text}");
    let mut files = SHIPPED.to_vec();
    // Its length chooses which file it takes the place of; beyond them it stands alone, or is a ministry's.
    match text.len() % 6 {
        5 => files.push(SourceFile { name: "ministries/mof/policy.toml", text: &own }),
        4 => files = vec![SourceFile { name: "policy.toml", text }],
        replaced => files.get_mut(replaced).into_iter().for_each(|file| file.text = text),
    }
    match Policy::load(&files, &RULES) {
        Ok(policy) if files.len() > SHIPPED.len() => {
            let permits = |policy: &Policy| {
                policy.access_rules().iter().filter(|rule| rule.then == Access::Permit).count()
            };
            assert_eq!(permits(&policy), permits(&AGENCY), "a ministry permits nothing");
            assert_eq!(policy.zones(), AGENCY.zones(), "nor does it move anything");
        }
        Ok(_) => {}
        Err(wrong) => {
            assert!(!wrong.is_empty(), "a refusal says why");
            wrong.iter().for_each(|diagnostic| exists(diagnostic, &files));
        }
    }
});

static AGENCY: LazyLock<Policy> =
    LazyLock::new(|| Policy::load(&SHIPPED, &RULES).expect("the shipped policy loads"));

fn exists(diagnostic: &Diagnostic, files: &[SourceFile<'_>]) {
    let file =
        files.iter().find(|file| file.name == diagnostic.file).expect("the file is one of those given");
    let lines = file.text.split('\n').count();
    assert!(diagnostic.line <= lines, "no such line: {diagnostic}");
}
