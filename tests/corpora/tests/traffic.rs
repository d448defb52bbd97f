//! What SDKs send beside what people say raises nothing.

use std::collections::BTreeMap;

use sekisho_corpora::score::hits;
use sekisho_corpora::traffic::identifiers;
use sekisho_detectors::RuleSet;

/// Shapes that a rule still takes for something else. Each is a fault of the rule; the list only gets shorter.
const KNOWN: &[(&str, &str)] = &[
    // A dozen digits of a fraction are no card, no telephone.
    ("log probability", "credit-card"),
    ("embedding", "jp.phone.toll-free"),
    // Random bytes in base64 that happen to hold an `@` and a dot.
    ("thought signature", "email"),
    // Three middle groups of a UUID that happen to be decimal.
    ("UUID", "jp.my-number"),
    ("UUID, upper case", "jp.my-number"),
    ("Azure request", "jp.my-number"),
    ("request id of AWS", "jp.my-number"),
    ("idempotency key of an SDK", "jp.my-number"),
    // Encrypted reasoning is a Fernet token by its form; what it is in says that it opens nothing.
    ("encrypted reasoning", "openstack.fernet-token"),
];

#[test]
fn a_hundred_thousand_structural_identifiers_raise_nothing() {
    let rules = RuleSet::built_in().expect("the shipped rules load");
    // One text of each kind that a rule takes for something else.
    let mut wrong: BTreeMap<(&str, String), String> = BTreeMap::new();
    for (name, text) in identifiers(100_000) {
        for hit in hits(&rules, &text).into_iter().filter(|hit| !KNOWN.contains(&(name, &hit.rule))) {
            wrong.entry((name, hit.rule)).or_insert_with(|| text.clone());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
