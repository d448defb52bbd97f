//! What holds for every text.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::sync::LazyLock;

use proptest::prelude::*;
use sekisho_detectors::{Edit, Finding, RuleSet, redact, union};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

fn placeholder(edit: &Edit) -> String {
    format!("[{}:1]", RULES.rule(edit.rule).category())
}

/// Text as people and attackers write it: pieces that are signs of something, and noise between.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => "[0-9]{1,13}",
        1 => "[ -~]{0,8}",
        1 => ".{0,4}",
        1 => prop::collection::vec(any::<u8>(), 0..6).prop_map(|b| String::from_utf8_lossy(&b).into_owned()),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

const PIECES: &[&str] = &[
    "番号は",
    "マイナンバー",
    "です",
    " ",
    "\n",
    "-",
    "－",
    "ー",
    "\u{200b}",
    "1234",
    "5678",
    "9018",
    "123456789018",
    "7000012050002",
    "T",
    "4111",
    "1111",
    "03",
    "090",
    "0120",
    "(",
    ")",
    "（",
    "）",
    "【",
    "】",
    "[",
    "]",
    "|",
    "機密性",
    "機密性３",
    "2",
    "情報",
    "限り",
    "内線",
    "電話",
    "〒",
    "100-0001",
    "@",
    "tanaka",
    "example.co.jp",
    ".",
    "AKIARZPUZDIKABNBHR4I",
    "AKIA",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "sk-proj-",
    "%41",
    "%",
    "\\u0041",
    "&#65;",
    "QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6",
    "👨‍👩‍👧",
    "が",
    "か\u{3099}",
    "ﾊﾞ",
    "１２３４",
    "秘",
    "[pii.email:1]",
];

fn well_formed(text: &str, findings: &[Finding]) -> bool {
    let sorted = findings.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start);
    sorted && findings.iter().all(|f| f.span.start < f.span.end && text.get(f.span.clone()).is_some())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

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
        let left: Vec<_> = RULES.scan(&redacted).iter().map(|f| (RULES.rule(f.rule).id(), f.span.clone())).collect();
        prop_assert!(left.is_empty(), "{:?} in {:?} from {:?}", left, redacted, text);
    }

    #[test]
    fn redacting_some_rules_leaves_none_of_them(text in text(), chosen in any::<u64>()) {
        let is_chosen = |f: &Finding| {
            let at = RULES.iter().position(|(index, _)| index == f.rule).unwrap_or_default();
            chosen >> (at % 64) & 1 == 1
        };
        let redacted = redact(&text, &union(RULES.scan(&text).into_iter().filter(is_chosen)), placeholder);
        let left: Vec<_> = RULES.scan(&redacted).into_iter().filter(is_chosen).map(|f| (RULES.rule(f.rule).id(), f.span)).collect();
        prop_assert!(left.is_empty(), "{:?} in {:?} from {:?}", left, redacted, text);
    }

    #[test]
    fn text_after_a_full_stop_and_an_empty_line_takes_no_finding_away(text in text(), more in "[ぁ-ん、。a-z ]{0,40}") {
        let before = RULES.scan(&text);
        let after = RULES.scan(&format!("{text}。\n\n{more}"));
        for finding in before.iter().filter(|f| f.span.end + 16 < text.len()) {
            let kept = after.iter().any(|f| {
                f.rule == finding.rule && f.span.start <= finding.span.start && f.span.end >= finding.span.end
            });
            prop_assert!(kept, "{:?} of {:?}", finding, text);
        }
    }
}

#[test]
fn every_example_is_found_between_all_kinds_of_neighbours() {
    let neighbours = [
        ("", ""),
        ("これは、", "。以上"),
        ("(", ")"),
        ("\"", "\","),
        ("。", "、"),
        ("\n", "\n"),
        ("👍", "👍"),
    ];
    for (index, rule) in RULES.iter().filter(|(_, rule)| !rule.category().as_str().starts_with("marking.")) {
        for example in rule.examples() {
            let text = example.replace(['«', '»'], "");
            for (before, after) in neighbours {
                let around = format!("{before}{text}{after}");
                assert!(RULES.scan(&around).iter().any(|f| f.rule == index), "{}: {around}", rule.id());
            }
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
