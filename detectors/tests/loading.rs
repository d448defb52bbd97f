//! What a rule file may not say, and how it is told.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use sekisho_detectors::{RuleFile, RuleSet};

const GOOD: &str = r#"[[rule]]
id = "own.project"
category = "own.project-name"
name = "project name"
about = "Not public yet."
sources = ["house rules"]
anchors = ["PRJ-"]
pattern = 'PRJ-[0-9]{4}'
confidence = "high"
examples = ["see «PRJ-1234»"]
negatives = ["PRJ-12"]
"#;

fn load(text: &str) -> Result<RuleSet, Vec<String>> {
    let files = [RuleFile { name: "own.toml", text }];
    RuleSet::load(&files).map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn check(from: &str, to: &str, expect: &str) {
    assert!(GOOD.contains(from), "{from}");
    let errors = load(&GOOD.replace(from, to)).unwrap_err();
    assert_eq!(errors.first().map(String::as_str), Some(expect), "{errors:?}");
}

#[test]
fn a_good_file_loads_and_finds() {
    let rules = load(GOOD).unwrap();
    assert_eq!(rules.check_examples(), []);
    assert_eq!(rules.scan("PRJ-1234").len(), 1);
    assert!(rules.find("own.project").is_some());
    let files = [RuleFile { name: "own.toml", text: GOOD }];
    assert!(RuleSet::built_in_with(&files).unwrap().find("aws.access-key-id").is_some());
}

#[test]
fn faults_are_told_with_their_place_and_what_would_be_right() {
    check(
        "confidence = \"high\"",
        "confidence = \"hihg\"",
        "own.toml:9:14: `hihg` is unknown; did you mean `high`?",
    );
    check("pattern =", "patern =", "own.toml:1:1: `pattern` is missing");
    check("sources", "source", "own.toml:1:1: `sources` says where the format is documented: at least one");
    check("[[rule]]", "[[rules]]", "own.toml:1:3: `rules` is no key here; did you mean `rule`?");
    check(
        "\"own.project-name\"",
        "\"Own\"",
        "own.toml:3:12: `Own` is no category: write lower-case segments with dots, such as `pii.email`",
    );
    check("[\"PRJ-\"]", "\"PRJ-\"", "own.toml:7:11: `anchors` is an array of strings, not string");
    check(
        "'PRJ-[0-9]{4}'",
        "'PRJ-[0-9]+'",
        "own.toml:8:11: a match has no bound of 1024 bytes: write `{1,64}` for `+`",
    );
    check(
        "about",
        "validator = \"luhn10\"\nabout",
        "own.toml:5:13: `luhn10` is unknown; did you mean `luhn`?",
    );
    check(
        "anchors = [\"PRJ-\"]",
        "",
        "own.toml:1:1: a rule needs `anchors`, literals its pattern begins with, `keys`, words that its value is assigned to, or `start = \"digit\"`",
    );
    check(
        "about",
        "validator = \"luhn\"\nunless = [\"x\"]\nabout",
        "own.toml:6:11: `unless` is for rules without a checksum: words must not talk a finding away",
    );
}

#[test]
fn two_rules_of_one_id_are_refused() {
    let errors = load(&format!("{GOOD}\n{GOOD}")).unwrap_err();
    assert_eq!(errors, ["own.toml:14:6: another rule has the id `own.project`"]);
}

#[test]
fn a_syntax_error_has_its_place() {
    let errors = load("[[rule]]\nid = \n").unwrap_err();
    assert!(errors[0].starts_with("own.toml:2:"), "{errors:?}");
}

#[test]
fn samples_that_disagree_are_told_with_their_place() {
    let check = |from: &str, to: &str, expect: &str| {
        let errors = load(&GOOD.replace(from, to)).unwrap().check_examples();
        assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [expect]);
    };
    check(
        "see «PRJ-1234»",
        "see «PRJ-123»",
        "own.toml:10:13: rule `own.project`: the example is to be found at [4..11], and is at []",
    );
    check(
        "see «PRJ-1234»",
        "see PRJ-1234",
        "own.toml:10:13: rule `own.project`: an example marks what is to be found with «…»",
    );
    check(
        "[\"PRJ-12\"]",
        "[\"PRJ-1234\"]",
        "own.toml:11:14: rule `own.project`: the negative is found at [0..8]",
    );
}

#[test]
fn debugging_a_rule_set_shows_no_rules() {
    assert_eq!(format!("{:?}", load(GOOD).unwrap()), "RuleSet { rules: 1, .. }");
}

#[test]
fn a_rule_that_looks_further_than_a_stream_keeps_is_refused() {
    let context = |within: usize| {
        format!(
            "confidence = \"high\"\n[[rule.context]]\nwords = [\"project\"]\nconfidence = \"high\"\nwithin = {within}\n"
        )
    };
    // A context table ends the rule, so the samples come first.
    let with = |within: usize| {
        let rule = GOOD.replace("confidence = \"high\"\n", "");
        format!("{rule}{}", context(within))
    };
    assert!(load(&with(400)).is_ok());
    let errors = load(&with(1000)).unwrap_err();
    let expect = "own.toml:1:1: the rule looks 4136 bytes ahead and 4128 back; streams keep 4096 and 2048: shorten `pattern`, `lead` or `within`";
    assert_eq!(errors, [expect]);
}

#[test]
fn a_body_runs_on_in_one_way() {
    let with = |line: &str| load(&GOOD.replace("confidence =", &format!("{line}\nconfidence =")));
    let rules = with("run = '[a-z]'").unwrap();
    assert_eq!(rules.scan("PRJ-1234abcD").first().map(|f| f.span.clone()), Some(0..11));
    let told = |line| with(line).unwrap_err().remove(0);
    assert_eq!(told("run = 'a+'"), "own.toml:9:7: `run` is a set of ASCII characters, such as `[A-Za-z0-9]`");
    assert_eq!(
        told("run = '[あ]'"),
        "own.toml:9:7: `run` is a set of ASCII characters, such as `[A-Za-z0-9]`"
    );
    assert_eq!(
        told("until = \"x\"\nrun = '[a]'"),
        "own.toml:10:7: a body ends with `until` or with `run`, not both"
    );
}
