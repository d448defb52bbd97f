//! A folder that inherits can only tighten.

use std::sync::Arc;

use proptest::prelude::*;
use sekisho_policies::{Decision, Declared, Policy, SourceFile, Summary};

use crate::world::{RAISES, RULES, TOLD, all, ask, ask_saying, base, each_way, found};

fn agency() -> String {
    base().replace("clearance =", "ministry = \"mof\"\nclearance =").replacen(
        "ministry = \"mof\"",
        "ministry = \"meti\"",
        6,
    ) + RAISES
        + "[[ministry]]\nid = \"mof\"\nja = \"財\"\nen = \"MOF\"\n[[ministry]]\nid = \"meti\"\nja = \"経\"\nen = \"METI\"\n"
}

fn read(own: &str) -> Result<Arc<Policy>, Vec<String>> {
    let (agency, name) = (agency(), "genai/ministries/mof/policy.toml");
    let files = [SourceFile { name: "genai/policy.toml", text: &agency }, SourceFile { name, text: own }];
    Policy::load(&files, &RULES)
        .map(Arc::new)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn check(own: &str, expect: &[&str]) {
    assert_eq!(read(own).err().unwrap_or_default(), expect, "{own}");
}

const BEGIN: &str = "inherits = { folder = \"../..\", ministry = \"mof\" }\n";

#[test]
fn what_would_loosen_is_a_fault() {
    let with = |rest: &str| format!("{BEGIN}{rest}");
    check(BEGIN, &[]);
    check(
        "",
        &[
            "genai/ministries/mof/policy.toml:1:1: this is the folder of ministry `mof` and does not say so; begin its policy.toml with `inherits = { folder = \"../..\", ministry = \"mof\" }`",
        ],
    );
    check(
        "inherits = { folder = \"../..\", ministry = \"meti\" }\n",
        &[
            "genai/ministries/mof/policy.toml:1:1: this is the folder of ministry `mof` and does not say so; begin its policy.toml with `inherits = { folder = \"../..\", ministry = \"mof\" }`",
        ],
    );
    let tighten =
        "a folder that inherits may only tighten; leave the rule out, or ask for it where the policy is kept";
    check(
        &with("[[access]]\nid = \"x\"\nthen = \"permit\"\n"),
        &[&format!("genai/ministries/mof/policy.toml:4:8: {tighten}")],
    );
    check(
        &with(&format!(
            "[[content]]\nid = \"x\"\ncategories = [\"pii.*\"]\ndirection = \"both\"\nthen = \"allow\"\n{TOLD}"
        )),
        &[&format!("genai/ministries/mof/policy.toml:6:8: {tighten}")],
    );
    let holds = "it may hold `[[access]]` that forbids, `[[content]]` that redacts, blocks or raises, `[[quota]]`, `[[test]]` and a higher `undeclared`";
    check(
        &with("[[model]]\nid = \"x\"\nbackends = [\"b-open\"]\n"),
        &[&format!(
            "genai/ministries/mof/policy.toml:2:1: a folder that inherits may only tighten, and has no `model`; {holds}"
        )],
    );
    check(
        &with("under_declared = \"refuse\"\n"),
        &[&format!(
            "genai/ministries/mof/policy.toml:2:18: a folder that inherits may only tighten, and has no `under_declared`; {holds}"
        )],
    );
    check(
        &with("undeclared = \"1\"\n"),
        &[
            "genai/ministries/mof/policy.toml:2:14: a folder that inherits may only tighten; the folder that it inherits says `2`",
        ],
    );
    check(&with("undeclared = \"3\"\n"), &[]);
    check(
        &with(&format!("[[access]]\nid = \"x\"\nthen = \"forbid\"\nministries = [\"meti\"]\n{TOLD}")),
        &[
            "genai/ministries/mof/policy.toml:5:14: what stands in a ministry's folder is about its people alone; leave it out",
        ],
    );
}

#[test]
fn a_ministrys_rules_are_its_peoples_alone() {
    let strict = read(&format!(
        "{BEGIN}undeclared = \"3\"\n[[content]]\nid = \"no-mail\"\ncategories = [\"pii.email\"]\ndirection = \"prompt\"\nthen = \"block\"\n{TOLD}"
    ))
    .unwrap();
    let one = Declared::Level(strict.scale().lowest());
    let refused = |role, declared, findings: &Summary| {
        matches!(ask(&strict, role, declared, findings, 0), Decision::Refuse(_))
    };
    let email = found(&["email"]);
    // g-0 to g-5 are METI's, g-6 to g-11 MOF's.
    assert!(refused(11, one, &email) && !refused(5, one, &email) && !refused(11, one, &Summary::default()));
    let effective = |role| match ask(&strict, role, Declared::Absent, &Summary::default(), 0) {
        Decision::Permit(permit) => strict.scale().written(permit.effective()),
        Decision::Refuse(denial) => strict.scale().written(denial.effective),
    };
    assert_eq!((effective(11), effective(5)), ("3".to_owned(), "2".to_owned()));
}

/// What may be found.
const NAMES: [&str; 5] =
    ["marking.level-2", "email", "jp.phone.mobile", "aws.access-key-id", "jp.corporate-number"];

/// Rules a ministry may write.
const RULES_OF_ITS_OWN: [&str; 6] = [
    "[[access]]\nid = \"t1\"\nthen = \"forbid\"\nlevels = [\"2\", \"3\"]\n",
    "[[access]]\nid = \"t2\"\nthen = \"forbid\"\nmodels = [\"m-open\"]\n",
    "[[content]]\nid = \"t3\"\ncategories = [\"pii.*\"]\ndirection = \"both\"\nthen = \"redact\"\n",
    "[[content]]\nid = \"t4\"\ncategories = [\"pii.email\"]\ndirection = \"both\"\nzones = \"unaccredited\"\nthen = \"block\"\n",
    "[[content]]\nid = \"t5\"\ncategories = [\"pii.phone\"]\ndirection = \"prompt\"\nat_least = 2\nthen = \"raise\"\nto = \"3\"\n",
    "[[content]]\nid = \"t6\"\ncategories = [\"secret.*\"]\ndirection = \"prompt\"\nthen = \"raise\"\nto = { level = \"1\", compartments = [\"b\"] }\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a ministry adds: what passes with it passes without it, to no more places and with no less done to it.
    #[test]
    fn inheriting_only_tightens(
        chosen in proptest::sample::subsequence(RULES_OF_ITS_OWN.to_vec(), 0..6),
        everyone in any::<bool>(),
        role in 0..12_usize,
        label in proptest::option::of(0..12_usize),
        finds in proptest::collection::vec(0..5_usize, 0..5),
    ) {
        let loose = {
            let agency = agency();
            Arc::new(Policy::load(&[SourceFile { name: "genai/policy.toml", text: &agency }], &RULES).unwrap())
        };
        let rules: String = chosen.iter().map(|rule| format!("{rule}{TOLD}")).collect();
        let tight = if everyone {
            let agency = agency();
            let own = format!("inherits = {{ folder = \"../genai\" }}\n{rules}");
            let files = [SourceFile { name: "genai/policy.toml", text: &agency }, SourceFile { name: "own/policy.toml", text: &own }];
            Arc::new(Policy::load(&files, &RULES).unwrap())
        } else {
            read(&format!("{BEGIN}{rules}")).unwrap()
        };
        let findings = found(&finds.iter().map(|name| NAMES[*name]).collect::<Vec<_>>());
        let declared = label.map_or(Declared::Absent, |label| Declared::Level(all(loose.scale())[label]));
        let (without, with) = (ask(&loose, role, declared, &findings, 0), ask(&tight, role, declared, &findings, 0));
        match (without, with) {
            (_, Decision::Refuse(_)) => {}
            (Decision::Refuse(denial), Decision::Permit(_)) => prop_assert!(false, "{denial:?}"),
            (Decision::Permit(without), Decision::Permit(with)) => {
                prop_assert!(with.effective().dominates(without.effective()));
                for route in with.routes() {
                    let same = without.routes().find(|other| other.backend() == route.backend()).unwrap();
                    for (key, _) in findings.iter() {
                        prop_assert!(route.obligation(&key) >= same.obligation(&key));
                    }
                }
            }
        }
    }

    /// Raising what is declared, brought or recalled never turns no into yes.
    #[test]
    fn a_higher_label_never_opens_a_door(
        chosen in proptest::sample::subsequence(RULES_OF_ITS_OWN.to_vec(), 0..6),
        role in 0..12_usize,
        low in 0..12_usize,
        more in 0..12_usize,
        declared in 0..12_usize,
        open in any::<bool>(),
        finds in proptest::collection::vec(0..5_usize, 0..5),
    ) {
        let rules: String = chosen.iter().map(|rule| format!("{rule}{TOLD}")).collect();
        let policy = read(&format!("{BEGIN}{rules}")).unwrap();
        let findings = found(&finds.iter().map(|name| NAMES[*name]).collect::<Vec<_>>());
        let labels = all(policy.scale());
        let (low, high) = (labels[low], labels[low].join(labels[more]));
        let model = if open { "m-open" } else { "m" };
        let ask = |said| ask_saying(model, &policy, role, said, &findings, 0);
        for (less, more) in each_way(labels[declared], low).into_iter().zip(each_way(labels[declared], high)) {
            if let (Decision::Refuse(denial), Decision::Permit(_)) = (ask(less), ask(more)) {
                prop_assert!(false, "{denial:?}");
            }
        }
    }
}
