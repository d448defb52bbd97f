//! Every example of every rule, in pieces: whatever is found in the whole is redacted however the text comes.

use std::sync::Arc;

use sekisho_detectors::{Confidence, Edit, Redactor, RuleIndex, StreamScanner, redact, union};

use crate::texts::{RULES, placeholder};

/// Redacts all that any rule finds.
struct All;

impl Redactor for All {
    fn redacts(&self, _: RuleIndex, _: Confidence) -> bool {
        true
    }

    fn placeholder(&mut self, edit: &Edit, _: &str) -> String {
        placeholder(edit)
    }
}

/// What is told of a text that comes in these parts.
fn told<'t>(parts: impl Iterator<Item = &'t str>) -> String {
    let mut scanner = StreamScanner::new(Arc::clone(&RULES));
    let mut told: String = parts.map(|part| scanner.push(part, &mut All).text).collect();
    told += &scanner.finish(&mut All).text;
    told
}

/// The same ways of cutting in every run (a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

/// Random ways of cutting each example, beside character by character; a rule's first example is also cut everywhere in two.
const RANDOM: usize = 4;

fn play(text: &str, everywhere: bool, dice: &mut Dice) {
    let expect = redact(text, &union(RULES.scan(text)), placeholder);
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    for &at in places.iter().filter(|_| everywhere) {
        assert_eq!(told([&text[..at], &text[at..]].into_iter()), expect, "{text:?} cut at {at}");
    }
    assert_eq!(told(text.split_inclusive(|_: char| true)), expect, "{text:?}, character by character");
    for _ in 0..RANDOM {
        let mut cuts: Vec<usize> = (0..1 + dice.below(8)).map(|_| places[dice.below(places.len())]).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        assert_eq!(
            told(cuts.windows(2).map(|pair| &text[pair[0]..pair[1]])),
            expect,
            "{text:?} cut at {cuts:?}"
        );
    }
}

#[test]
fn no_example_of_any_rule_leaks_a_byte_for_any_way_of_cutting_it() {
    let mut dice = Dice(20_261_126);
    let mut seen = vec![false; RULES.iter().count()];
    for (_, rule) in RULES.iter() {
        for (number, example) in rule.examples().enumerate() {
            let text = example.replace(['«', '»'], "");
            RULES.scan(&text).iter().for_each(|finding| seen[finding.rule.number()] = true);
            play(&text, number == 0, &mut dice);
        }
    }
    let unseen: Vec<&str> =
        RULES.iter().filter(|(index, _)| !seen[index.number()]).map(|(_, rule)| rule.id()).collect();
    assert!(unseen.is_empty(), "rules that nothing tries: {unseen:?}");
}
