//! What SDKs send beside what people say raises nothing.

use std::collections::BTreeMap;

use sekisho_corpora::score::hits;
use sekisho_corpora::traffic::identifiers;
use sekisho_detectors::RuleSet;

#[test]
fn a_hundred_thousand_structural_identifiers_raise_nothing() {
    let rules = RuleSet::built_in().expect("the shipped rules load");
    // One text of each kind that a rule takes for something else.
    let mut wrong: BTreeMap<(&str, String), String> = BTreeMap::new();
    for (name, text) in identifiers(100_000) {
        for hit in hits(&rules, &text).into_iter() {
            wrong.entry((name, hit.rule)).or_insert_with(|| text.clone());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
