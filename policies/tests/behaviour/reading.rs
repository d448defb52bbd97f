//! Every fault of a policy is told at once, with its place and what would be right.

use proptest::prelude::*;
use sekisho_policies::{Policy, SourceFile};

use crate::world::{RAISES, RULES, TOLD, base, load};

/// The diagnostics of the small world with `more` added.
fn faults(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(name, text)| SourceFile { name, text }).collect();
    match Policy::load(&files, &RULES) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

/// `more` as a file of its own, beside the small world.
pub fn check(more: &str, expect: &[&str]) {
    let base = base();
    assert_eq!(faults(&[("policy.toml", &base), ("more.toml", more)]), expect, "{more}");
}

#[test]
fn the_small_world_is_without_fault() {
    check("", &[]);
    check(RAISES, &[]);
}

#[test]
fn syntax_faults_are_all_told() {
    let told = faults(&[("a.toml", "x = \n[[y]\n"), ("b.toml", "z = \"\u{3042}\" =\n")]);
    assert!(told.len() >= 3, "{told:?}");
    assert!(told[0].starts_with("a.toml:1:") && told.last().unwrap().starts_with("b.toml:1:"), "{told:?}");
}

#[test]
fn slips_are_told_with_what_was_meant() {
    check(
        "undeclard = \"1\"\n",
        &["more.toml:1:1: a policy file has no key `undeclard`; did you mean `undeclared`?"],
    );
    check(
        "undeclared = \"1\"\n",
        &["more.toml:1:14: `undeclared` is set twice; it stands at policy.toml:2 already"],
    );
    check(
        "[[model]]\nid = \"x\"\nbackends = [\"b-opn\"]\n",
        &["more.toml:3:13: backend `b-opn` is not defined; did you mean `b-open`?"],
    );
    check(
        "[[model]]\nid = \"m\"\nbackends = [\"b-open\"]\n",
        &["more.toml:2:6: model `m` is defined twice; the first is at policy.toml:62; choose another id"],
    );
    check(
        "[[model]]\nid = \"x\"\nbackends = []\n",
        &["more.toml:3:12: `backends` is an empty list; name at least one, or leave the key out"],
    );
    check(
        "[[model]]\nid = \"機\"\nbackends = [7]\n",
        &[
            "more.toml:2:6: `機` is no id; use at most 128 of `A-Z a-z 0-9 . - _ :`",
            "more.toml:3:13: `backends` is a string, not integer",
        ],
    );
}

#[test]
fn how_answers_are_given_is_stream_or_whole() {
    check(
        "[[level]]\nid = \"9\"\nja = \"九\"\nen = \"nine\"\nanswers = \"hole\"\n",
        &["more.toml:5:11: `hole` is no `answers`; did you mean `whole`?"],
    );
    check("[answers]\ntool_arguments = \"stream\"\n", &[]);
    check(
        "[answers]\ntool_arguments = \"never\"\n",
        &["more.toml:2:18: `never` is no `tool_arguments`; known: `stream`, `whole`"],
    );
    check(
        "[answers]\ntool_argument = \"whole\"\n",
        &["more.toml:2:1: answers has no key `tool_argument`; did you mean `tool_arguments`?"],
    );
}

#[test]
fn a_rule_is_told_what_it_lacks() {
    check(
        "[[content]]\nid = \"x\"\ncategories = [\"pii.emial\"]\ndirection = \"prompt\"\nthen = \"redact\"\n",
        &[
            "more.toml:1:1: content has no `message`; write `message = { ja = \"…\", en = \"…\" }`: what a person reads",
            "more.toml:1:1: content has no `next`; write `next = { ja = \"…\", en = \"…\" }`: what a person reads",
            "more.toml:3:15: no rule finds `pii.emial`; did you mean `pii.email`?",
        ],
    );
    check(
        &format!("[[content]]\nid = \"x\"\ncategories = [\"pii.email\"]\nthen = \"blok\"\n{TOLD}"),
        &[
            "more.toml:1:1: content has no `direction`",
            "more.toml:4:8: `blok` is no `then`; did you mean `block`?",
        ],
    );
    check(
        &format!(
            "[[content]]\nid = \"x\"\ncategories = [\"pii.email\"]\ndirection = \"both\"\nthen = \"redact\"\nat_least = 3\n{TOLD}"
        ),
        &[
            "more.toml:6:12: a count is known only when the text has ended; redact or allow each finding, or `block` or `raise` at a count",
        ],
    );
    check(
        &format!(
            "[[content]]\nid = \"x\"\ncategories = [\"pii.email\"]\ndirection = \"both\"\nthen = \"raise\"\nto = \"1\"\nlevels = [\"1\"]\n{TOLD}"
        ),
        &[
            "more.toml:6:6: raising to the lowest level changes nothing; name a higher level, or use `allow` to count only",
            "more.toml:7:10: a rule that raises has no `levels`; a floor counts before level and zone are known; leave the key out",
        ],
    );
}

#[test]
fn a_rule_that_changes_nothing_is_a_fault() {
    let rule =
        |id: &str, rest: &str| format!("[[content]]\nid = \"{id}\"\ndirection = \"both\"\n{rest}\n{TOLD}");
    let wide = rule("wide", "categories = [\"pii.*\"]\nthen = \"redact\"");
    let narrow = |then: &str| {
        wide.clone() + &rule("narrow", &format!("categories = [\"pii.email\"]\nthen = \"{then}\""))
    };
    check(
        &narrow("redact"),
        &[
            "more.toml:9:6: content rule `narrow` changes nothing: `wide` applies wherever it does and is as strict; narrow one of them, or leave this one out",
        ],
    );
    check(&narrow("block"), &[]);
    let forbid = "[[access]]\nid = \"none\"\nthen = \"forbid\"\n";
    check(&format!("{forbid}{TOLD}"), &[]
        .iter()
        .copied()
        .chain(["policy.toml:35:6: access rule `everyone` permits nothing: `none` forbids all of it; narrow one of them, or leave this one out"])
        .collect::<Vec<_>>());
}

#[test]
fn no_policy_file_lifts_the_lattice() {
    let zone = |rest: &str| format!("[[zone]]\nid = \"z\"\nja = \"域\"\nen = \"zone\"\n{rest}");
    check(
        &zone("ceiling = \"2\"\n"),
        &[
            "more.toml:5:11: a ceiling above the lowest level rests on an accreditation; write `accreditation = { evidence = \"…\", expires = 2027-03-31, names = […] }`, or lower the ceiling",
        ],
    );
    check(
        &zone(
            "ceiling = \"3\"\nunaccredited_ceiling = \"2\"\naccreditation = { evidence = \"e\", expires = 2027-03-31, names = [] }\n",
        ),
        &[
            "more.toml:6:24: without accreditation a zone may hold the lowest level at most; use `1`, or leave the key out: then nothing is computed there",
        ],
    );
    let backend = |url: &str, anchor: &str, deployment: &str| {
        format!(
            "[[backend]]\nid = \"b\"\nzone = \"closed\"\nurl = \"{url}\"\ntrust_anchor = \"{anchor}\"\nupstream_model = \"m\"\n\
             deployment = \"{deployment}\"\ndialect = \"openai-chat\"\n[[model]]\nid = \"x\"\nbackends = [\"b\"]\n"
        )
    };
    check(&backend("http://127.0.0.1:2", "ca.pem", "dedicated"), &[]);
    check(
        &backend("http://127.0.0.1:2", "ca.pem", "regional"),
        &[
            "more.toml:7:14: backend `b` is not what zone `closed` was accredited for; all but its `deployment` is as the accreditation names it",
        ],
    );
    check(
        &backend("https://a.example", "ca.pem", "regional"),
        &[
            "more.toml:3:8: backend `b` is not what zone `closed` was accredited for; name its url, trust_anchor, upstream_model and deployment in `accreditation.names`, if the evidence does",
        ],
    );
    check(
        &backend("http://a.example", "system", "global"),
        &[
            "more.toml:4:7: `url` cannot be a backend's address; `http` is for loopback addresses alone (127.0.0.1 or [::1]); use `https`",
            "more.toml:5:16: zone `closed` is above the lowest level and trusts no public certificate; name the PEM file of the operator's CA",
            "more.toml:7:14: deployment `global` may compute outside zone `closed`; use `dedicated`, `regional` or `country`, or a zone of the lowest level",
        ],
    );
}

/// Raising a label never turns no into yes: what lets pass has no gap below, what stops none above.
#[test]
fn lists_of_levels_have_no_gap() {
    let access = |then: &str, levels: &str| {
        format!("[[access]]\nid = \"x\"\nthen = \"{then}\"\nmodels = [\"m-open\"]\nlevels = {levels}\n{TOLD}")
    };
    let content = |then: &str, levels: &str| {
        format!(
            "[[content]]\nid = \"x\"\ncategories = [\"opaque.media\"]\ndirection = \"both\"\nthen = \"{then}\"\nlevels = {levels}\n{TOLD}"
        )
    };
    let below = |line: usize| {
        format!(
            "more.toml:{line}:10: what is allowed at a level is allowed below it; name the levels below, too"
        )
    };
    let above = |line: usize| {
        format!(
            "more.toml:{line}:10: what is refused at a level is refused above it; name the levels above, too"
        )
    };
    check(&access("permit", "[\"1\", \"2\"]"), &[]);
    check(&access("permit", "[\"2\"]"), &[&below(5)]);
    check(&access("permit", "[\"1\", \"3\"]"), &[&below(5)]);
    check(&access("forbid", "[\"3\", \"2\"]"), &[]);
    check(&access("forbid", "[\"2\"]"), &[&above(5)]);
    check(&content("allow", "[\"1\"]"), &[]);
    check(&content("allow", "[\"2\", \"3\"]"), &[&below(6)]);
    check(&content("block", "[\"2\", \"3\"]"), &[]);
    check(&content("block", "[\"1\"]"), &[&above(6)]);
    // What only replaces something neither lets pass nor stops.
    check(&content("redact", "[\"1\"]"), &[]);
}

#[test]
fn what_does_nothing_is_a_warning() {
    let policy = load(&(base() + "[[zone]]\nid = \"z\"\nja = \"域\"\nen = \"zone\"\nceiling = \"1\"\n"));
    let told: Vec<_> = policy.warnings().iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(told, ["zone `z` has no backend"]);
}

#[test]
fn files_of_the_rules_folder_are_not_policy_and_tests_hold_tests_alone() {
    let base = base();
    assert_eq!(faults(&[("p/policy.toml", &base), ("p/rules/own.toml", "[[rule]]\n")]), [""; 0]);
    let told = faults(&[("p/policy.toml", &base), ("p/tests/t.toml", "[[model]]\nid = \"x\"\n")]);
    assert_eq!(told, ["p/tests/t.toml:1:3: a test file has no key `model`; known: `test`"]);
}

#[test]
fn without_a_scale_nothing_else_is_read() {
    assert_eq!(
        faults(&[("policy.toml", "x = 1\n")])[0],
        "policy.toml:1:1: a scale has 1 to 255 levels and at most 64 compartments; begin with `[[level]]`, the lowest first"
    );
    assert!(!faults(&[]).is_empty() || Policy::load(&[], &RULES).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a slip of the hand makes of a policy: it loads, or says why and where.
    #[test]
    fn a_slip_never_ends_the_reader(from in 0..6000_usize, length in 0..40_usize, put in "[\\]\\[=\"'{},.#a1あ\n]{0,4}") {
        let text = base() + RAISES;
        let cut = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (start, end) = (cut(from), cut(from + length));
        let mut slipped = text.clone();
        slipped.replace_range(start..end, &put);
        if let Err(faults) = Policy::load(&[SourceFile { name: "policy.toml", text: &slipped }], &RULES) {
            let lines = slipped.lines().count().max(1) + 1;
            prop_assert!(!faults.is_empty());
            prop_assert!(faults.iter().all(|fault| (1..=lines).contains(&fault.line) && fault.column >= 1));
        }
    }
}

#[test]
fn the_papers_policy_loads() {
    let paper = include_str!("../../../docs/identity.md");
    let blocks = paper.split("```toml\n# policy\n").skip(1).filter_map(|rest| rest.split("```").next());
    let shown: String = blocks.collect();
    assert!(shown.contains("[[service]]") && shown.contains("[certificate]"));
    let base = base().replace("clearance =", "ministry = \"digital-agency\"\nclearance =");
    assert_eq!(faults(&[("policy.toml", &base), ("paper.toml", &shown)]), Vec::<String>::new());
}
