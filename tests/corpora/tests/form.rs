//! The corpora's own form: that they are what they say, not how well anything is found in them.
#![expect(clippy::expect_used, clippy::string_slice, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sekisho_corpora::check;
use sekisho_corpora::corpus::{Kind, Share, Text, texts};
use sekisho_corpora::families;
use sekisho_corpora::made::secrets::ISSUERS;

static TEXTS: LazyLock<Vec<Text>> = LazyLock::new(|| {
    let of = |share: Share| texts(&share.folder()).expect("every text can be read");
    [of(Share::Open), of(Share::Held)].concat()
});

fn of(kind: Kind) -> impl Iterator<Item = &'static Text> {
    TEXTS.iter().filter(move |text| text.kind == kind)
}

fn by_hand(kind: Kind) -> usize {
    of(kind).filter(|text| text.by_hand).count()
}

#[test]
fn there_are_a_thousand_of_each_and_hundreds_by_hand() {
    let counts = |kind| (of(kind).count(), by_hand(kind));
    let (positive, by_hand_positive) = counts(Kind::Positive);
    let (negative, by_hand_negative) = counts(Kind::Negative);
    assert!(positive >= 1000 && by_hand_positive >= 350, "{positive} positive, {by_hand_positive} by hand");
    assert!(negative >= 1000 && by_hand_negative >= 350, "{negative} negative, {by_hand_negative} by hand");
    assert!(of(Kind::Mention).count() >= 100);
}

#[test]
fn positive_texts_have_gold_and_others_have_none() {
    for text in TEXTS.iter() {
        assert_eq!(
            text.marked.gold.is_empty(),
            text.kind != Kind::Positive,
            "{}: {}",
            text.place,
            text.marked.body
        );
    }
}

#[test]
fn spans_lie_in_order_on_characters_and_have_a_row_in_the_table() {
    for text in of(Kind::Positive) {
        let mut end = 0;
        for gold in &text.marked.gold {
            assert!(gold.span.start >= end && gold.span.end > gold.span.start, "{}", text.place);
            assert!(text.marked.body.get(gold.span.clone()).is_some(), "{}", text.place);
            assert!(families::of(&gold.category).is_some(), "{}: `{}` has no row", text.place, gold.category);
            end = gold.span.end;
        }
    }
}

#[test]
fn no_text_stands_there_twice() {
    let mut seen: BTreeMap<&str, &Text> = BTreeMap::new();
    let again = |text: &'static Text| {
        let before = seen.insert(&text.marked.body, text)?;
        Some(format!("{} and {} are the same", text.place, before.place))
    };
    let twice: Vec<String> = TEXTS.iter().filter_map(again).collect();
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

#[test]
fn every_check_digit_is_right() {
    for text in of(Kind::Positive) {
        for gold in &text.marked.gold {
            let says = &text.marked.body[gold.span.clone()];
            assert!(check::holds(&gold.category, says), "{}: {} `{says}`", text.place, gold.category);
        }
    }
}

#[test]
fn every_category_and_every_issuer_is_there() {
    for family in families::FAMILIES {
        let spans = of(Kind::Positive).flat_map(|text| &text.marked.gold);
        let count = spans.filter(|gold| families::within(&gold.category, family.gold)).count();
        assert!(count >= 12, "`{}` has {count} spans", family.gold);
    }
    for issuer in ISSUERS.iter() {
        let count = of(Kind::Positive).filter(|text| text.issuer == Some(issuer.id)).count();
        assert!(count >= 4, "`{}` has {count} texts", issuer.id);
    }
}

#[test]
fn nobody_is_named_over_and_over() {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for text in of(Kind::Positive) {
        for gold in text.marked.gold.iter().filter(|gold| gold.category.starts_with("name.")) {
            *names.entry(&text.marked.body[gold.span.clone()]).or_default() += 1;
        }
    }
    let all: usize = names.values().sum();
    let most = names.iter().max_by_key(|(_, count)| **count).expect("there are names");
    assert!(*most.1 * 50 < all, "{most:?} of {all}");
}
