//! The order of rules decides which one is named, and nothing else.

use std::sync::LazyLock;

use proptest::prelude::*;
use sekisho_policies::{Decision, Declared, Direction, Obligation, Policy, Reason, Summary};

use crate::world::{RULES, TOLD, all, ask_for, ask_saying, base, each_way, found, key, load};

/// What may be found.
const NAMES: [&str; 6] =
    ["marking.level-2", "marking.level-3", "email", "jp.phone.mobile", "jp.my-number", "marking.mention-2"];

static PARTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let content = [
        "id = \"c1\"\ncategories = [\"marking.level-2\"]\nthen = \"raise\"\nto = \"2\"",
        "id = \"c2\"\ncategories = [\"marking.*\"]\nconfidence = \"high\"\nthen = \"raise\"\nto = { level = \"1\", compartments = [\"a\"] }",
        "id = \"c3\"\ncategories = [\"pii.*\"]\nzones = \"unaccredited\"\nthen = \"redact\"",
        "id = \"c4\"\ncategories = [\"pii.*\"]\nthen = \"allow\"",
        "id = \"c5\"\ncategories = [\"pii.email\"]\nlevels = [\"2\", \"3\"]\nthen = \"block\"",
        "id = \"c6\"\ncategories = [\"pii.phone\"]\nat_least = 2\nthen = \"block\"",
    ];
    let access = [
        "id = \"a1\"\nthen = \"permit\"\ngrants = [\"g-1\", \"g-11\"]",
        "id = \"a2\"\nthen = \"forbid\"\ngrants = [\"g-1\"]\nlevels = [\"2\", \"3\"]",
        "id = \"a3\"\nthen = \"permit\"\nlevels = [\"1\", \"2\"]",
        "id = \"a4\"\nthen = \"forbid\"\nmodels = [\"m-open\"]\nlevels = [\"3\"]",
    ];
    let content = content.iter().map(|rule| format!("[[content]]\ndirection = \"both\"\n{rule}\n{TOLD}"));
    content.chain(access.iter().map(|rule| format!("[[access]]\n{rule}\n{TOLD}"))).collect()
});

fn policy(parts: &[String]) -> std::sync::Arc<Policy> {
    load(&(base().replace("[[access]]\nid = \"everyone\"\nthen = \"permit\"\n", "") + &parts.concat()))
}

/// All of a decision but the names of rules: routes, what is owed on each, or the reason.
fn outcome(
    policy: &std::sync::Arc<Policy>,
    role: usize,
    declared: Declared,
    model: &str,
    findings: &Summary,
) -> Outcome {
    match ask_for(model, policy, role, declared, findings, 0) {
        Decision::Refuse(denial) => Err(denial.reason),
        Decision::Permit(permit) => Ok(permit
            .routes()
            .map(|route| {
                let owed = RULES
                    .iter()
                    .map(|(_, rule)| route.obligation(&key(rule.id(), Direction::Prompt)))
                    .collect();
                (policy.backend(route.backend()).id.clone(), owed)
            })
            .collect()),
    }
}

type Outcome = Result<Vec<(String, Vec<Obligation>)>, Reason>;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shuffled_rules_decide_alike(
        parts in Just(PARTS.clone()).prop_shuffle(),
        role in 0..12_usize,
        label in proptest::option::of(0..12_usize),
        open in any::<bool>(),
        finds in proptest::collection::vec(0..6_usize, 0..5),
    ) {
        let (straight, shuffled) = (policy(&PARTS), policy(&parts));
        let findings = found(&finds.iter().map(|name| NAMES[*name]).collect::<Vec<_>>());
        let model = if open { "m-open" } else { "m" };
        let came = [straight, shuffled].map(|policy| {
            let declared = label.map_or(Declared::Absent, |label| Declared::Level(all(policy.scale())[label]));
            outcome(&policy, role, declared, model, &findings)
        });
        prop_assert_eq!(&came[0], &came[1]);
    }

    /// Raising what is declared, brought or recalled never turns no into yes, whatever a policy says, as long as it loads.
    #[test]
    fn a_higher_label_never_turns_no_into_yes(
        parts in proptest::sample::subsequence(PARTS.clone(), 0..11),
        role in 0..12_usize,
        low in 0..12_usize,
        more in 0..12_usize,
        declared in 0..12_usize,
        open in any::<bool>(),
        finds in proptest::collection::vec(0..6_usize, 0..5),
        now in 0..3000_u64,
    ) {
        // Some of these permit nothing that others forbid, and then there is no such policy.
        let text = base().replace("[[access]]\nid = \"everyone\"\nthen = \"permit\"\n", "") + &parts.concat();
        let files = [sekisho_policies::SourceFile { name: "policy.toml", text: &text }];
        let Ok(policy) = Policy::load(&files, &RULES) else { return Ok(()) };
        let policy = std::sync::Arc::new(policy);
        let findings = found(&finds.iter().map(|name| NAMES[*name]).collect::<Vec<_>>());
        let labels = all(policy.scale());
        let (low, high) = (labels[low], labels[low].join(labels[more]));
        let model = if open { "m-open" } else { "m" };
        let ask = |said| ask_saying(model, &policy, role, said, &findings, now);
        for (less, more) in each_way(labels[declared], low).into_iter().zip(each_way(labels[declared], high)) {
            if let (Decision::Refuse(denial), Decision::Permit(_)) = (ask(less), ask(more)) {
                prop_assert!(false, "{denial:?}");
            }
        }
    }
}
