//! What holds for every whole text.

use proptest::prelude::*;
use sekisho_detectors::{CategoryPattern, Finding, RuleIndex, redact, union};

use crate::texts::{RULES, config, placeholder, text};

/// What is still found in a redacted text. A value that was no finding because it was glued to a base64 run stands free
/// when a part of the run is gone: for whole texts the gate refuses then, and docs/leaks.md says what streams do.
pub fn left(
    redacted: &str,
    counts: impl Fn(&Finding) -> bool,
) -> Vec<(&'static str, std::ops::Range<usize>)> {
    let glued = |f: &Finding| {
        redacted[..f.span.start].ends_with("secret.cloud:1]")
            || redacted[f.span.end..].starts_with("[secret.cloud:1]")
    };
    let left = RULES.scan(redacted).into_iter().filter(|f| counts(f) && !glued(f));
    left.map(|f| (RULES.rule(f.rule).id(), f.span)).collect()
}

fn well_formed(text: &str, findings: &[Finding]) -> bool {
    let sorted = findings.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start);
    sorted && findings.iter().all(|f| f.span.start < f.span.end && text.get(f.span.clone()).is_some())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn spans_are_sorted_and_on_character_boundaries(text in text()) {
        prop_assert!(well_formed(&text, &RULES.scan(&text)));
    }

    #[test]
    fn any_text_is_scanned(text in any::<String>()) {
        prop_assert!(well_formed(&text, &RULES.scan(&text)));
    }

    #[test]
    fn redacted_text_has_no_findings(text in text()) {
        let redacted = redact(&text, &union(RULES.scan(&text)), placeholder);
        let left = left(&redacted, |_| true);
        prop_assert!(left.is_empty(), "{:?} in {:?} from {:?}", left, redacted, text);
    }

    #[test]
    fn redacting_some_rules_leaves_none_of_them(text in text(), chosen in any::<u64>()) {
        let is_chosen = |f: &Finding| {
            let at = RULES.iter().position(|(index, _)| index == f.rule).unwrap_or_default();
            chosen >> (at % 64) & 1 == 1
        };
        let redacted = redact(&text, &union(RULES.scan(&text).into_iter().filter(is_chosen)), placeholder);
        let left = left(&redacted, is_chosen);
        prop_assert!(left.is_empty(), "{:?} in {:?} from {:?}", left, redacted, text);
    }

    #[test]
    fn text_after_a_full_stop_and_an_empty_line_takes_no_finding_away(text in text(), more in "[ぁ-ん、。a-z ]{0,40}") {
        let before = RULES.scan(&text);
        let after = RULES.scan(&format!("{text}。\n\n{more}"));
        for finding in before.iter().filter(|f| f.span.end + 16 < text.len()) {
            let kept = after.iter().any(|f| {
                is_or_is_kind(f.rule, finding.rule) && f.span.start <= finding.span.start && f.span.end >= finding.span.end
            });
            prop_assert!(kept, "{:?} of {:?}", finding, text);
        }
    }
}

/// Whether a finding is this rule's, or of a kind that what stands beside it may tell.
fn is_or_is_kind(found: RuleIndex, rule: RuleIndex) -> bool {
    let of = CategoryPattern::parse(RULES.rule(rule).category().as_str()).unwrap();
    found == rule || of.matches(RULES.rule(found).category())
}

#[test]
fn every_example_is_found_between_all_kinds_of_neighbours() {
    let neighbours =
        [("これは、", "。以上"), ("(", ")"), ("\"", "\","), ("。", "、"), ("\n", "\n"), ("👍", "👍")];
    // One kind for each example, by turns: there are thousands, and each rule has several.
    let mut turns = neighbours.iter().cycle();
    for (index, rule) in RULES.iter().filter(|(_, rule)| !rule.category().as_str().starts_with("marking.")) {
        // What stands in a table is told by its first row, which has nothing before it.
        for example in rule.examples().filter(|example| !example.contains('\n')) {
            let text = example.replace(['«', '»'], "");
            let (before, after) = turns.next().unwrap();
            let around = format!("{before}{text}{after}");
            assert!(
                RULES.scan(&around).iter().any(|f| is_or_is_kind(f.rule, index)),
                "{}: {around}",
                rule.id()
            );
        }
    }
}

#[test]
fn a_placeholder_of_any_category_is_no_finding_and_no_context() {
    let categories = RULES.iter().map(|(_, rule)| rule.category().as_str());
    for category in categories.chain(["pii.jp.address", "pii.person-name", "exfil.link", "opaque.document"]) {
        for number in [1, 12, 999] {
            let placeholder = format!("[{category}:{number}]");
            assert_eq!(RULES.scan(&placeholder), [], "{placeholder}");
            let beside = format!("{placeholder}123456789018{placeholder} 123 456 789 018");
            let confidences: Vec<_> = RULES.scan(&beside).iter().map(|f| f.confidence).collect();
            assert_eq!(confidences, [sekisho_detectors::Confidence::Low], "{beside}");
        }
    }
}
