//! The promise of streams, kept by the real binary: whatever rules find, and however an answer is cut into deltas and
//! these into packets, not a byte of it comes through.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::json;

use sekisho_detectors::{RuleSet, redact, union};
use sekisho_tests::stream::{DONE, chunk, finish};
use sekisho_tests::{Ask, Backend, Gate, Script};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

/// A policy that takes out all that any rule finds in an answer.
const ALL_GOES: &str = r#"
[[content]]
id = "all-goes"
categories = ["pii.*", "secret.*", "marking.*", "exfil.*"]
except = ["exfil.image.host", "exfil.link.host"]
direction = "completion"
then = "redact"
message = { ja = "伏せました。", en = "Replaced." }
next = { ja = "続けられます。", en = "Go on." }
"#;

/// Choices in one answer: each is a text of its own, cut in its own way, and they take turns.
const CHOICES: usize = 100;

/// Random ways of cutting each example, beside all cuts in two.
const RANDOM: usize = 100;

fn serve() -> (Gate, Backend) {
    Gate::serve("", |folder| {
        let policy = folder.join("dev/policy");
        std::fs::write(policy.join("content.toml"), ALL_GOES).unwrap();
        std::fs::remove_dir_all(policy.join("tests")).unwrap();
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    })
}

/// An example of every category. That the detectors keep the promise for all examples is tried by their own tests; what is
/// tried here is that the gate keeps it with them.
fn examples() -> Vec<String> {
    let mut seen = BTreeSet::new();
    let firsts = RULES.iter().filter(|(_, rule)| seen.insert(rule.category()));
    let firsts: Vec<_> = firsts.filter_map(|(_, rule)| rule.examples().next()).collect();
    firsts.into_iter().map(|example| example.replace(['«', '»'], "")).collect()
}

/// What must come of a text; numbers of placeholders depend on what else the answer holds.
fn expected(text: &str) -> String {
    let placeholder = |edit: &sekisho_detectors::Edit| format!("[{}:#]", RULES.rule(edit.rule).category());
    redact(text, &union(RULES.scan(text)), placeholder)
}

fn unnumbered(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let placeholder = digits > 0 && after[digits..].starts_with(']') && before.contains('[');
        out += before;
        out.push(':');
        rest = if placeholder {
            out.push('#');
            &after[digits..]
        } else {
            after
        };
    }
    out + rest
}

/// The same ways of cutting in every run (a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

/// A text in the parts between these places.
fn cut(text: &str, mut places: Vec<usize>) -> Vec<String> {
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| text[pair[0]..pair[1]].to_owned()).collect()
}

/// Every way to cut a text in two, then random ways of more.
fn ways(text: &str, dice: &mut Dice) -> Vec<Vec<String>> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let mut ways: Vec<Vec<String>> = places.iter().map(|at| cut(text, vec![*at])).collect();
    for _ in 0..RANDOM {
        let count = 1 + dice.below(12);
        ways.push(cut(text, (0..count).map(|_| places[dice.below(places.len())]).collect()));
    }
    ways
}

/// One answer whose choices say these parts, one part an event; packets end anywhere.
fn answer(choices: &[Vec<String>], dice: &mut Dice) -> Script {
    let longest = choices.iter().map(Vec::len).max().unwrap_or(0);
    let mut body = String::new();
    for step in 0..longest {
        let deltas: Vec<_> = choices
            .iter()
            .enumerate()
            .filter_map(|(index, parts)| Some((index, json!({ "content": parts.get(step)? }))))
            .collect();
        body += &chunk(&deltas);
    }
    body += &finish(choices.len());
    body += DONE;
    let mut packets = Vec::new();
    while !body.is_empty() {
        let size = (1 + dice.below(4000)).min(body.len());
        let size = (size..=body.len()).find(|at| body.is_char_boundary(*at)).unwrap();
        let rest = body.split_off(size);
        packets.push(std::mem::replace(&mut body, rest));
    }
    Script::stream(packets, Duration::ZERO, true)
}

/// Plays every example whose turn it is, cut in all those ways.
fn play(part: usize, parts: usize) {
    let (gate, backend) = serve();
    let mut dice = Dice(20_261_125);
    let examples = examples();
    let mine: Vec<&String> = examples.iter().skip(part).step_by(parts).collect();
    assert!(!mine.is_empty());
    for text in mine {
        let expect = expected(text);
        for ways in ways(text, &mut dice).chunks(CHOICES) {
            backend.plays(answer(ways, &mut dice));
            let ask = Ask::json(
                &json!({ "model": "$model", "stream": true, "messages": [{ "role": "user", "content": "hello" }] }),
            );
            let reply = gate.ask_freely(ask.level("2")).unwrap();
            assert_eq!(reply.status, 200, "{}", reply.show());
            let told = reply.stream();
            assert!(told.done, "{:?}", told.error());
            for (way, content) in ways.iter().zip(told.contents(ways.len())) {
                assert_eq!(unnumbered(&content), expect, "{way:?}");
            }
        }
    }
}

/// Two halves, which run side by side.
#[test]
fn no_example_of_any_category_leaks_a_byte_for_any_way_of_cutting_it() {
    play(0, 2);
}

#[test]
fn nor_does_any_of_the_other_half() {
    play(1, 2);
}
