//! However a text is cut, what a stream releases is what the whole text redacts to (Law 1), and never more (Law 2).
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use sekisho_detectors::{Confidence, Edit, Redactor, RuleIndex, RuleSet, StreamScanner, redact, union};

static RULES: LazyLock<Arc<RuleSet>> =
    LazyLock::new(|| Arc::new(RuleSet::built_in().expect("the built-in rules load")));

struct All;

impl Redactor for All {
    fn redacts(&self, _: RuleIndex, _: Confidence) -> bool {
        true
    }

    fn placeholder(&mut self, edit: &Edit, _: &str) -> String {
        format!("[{}]", RULES.rule(edit.rule).category())
    }
}

fuzz_target!(|input: (&str, Vec<u8>)| {
    let (text, sizes) = input;
    let whole = redact(text, &union(RULES.scan(text)), |edit| All.placeholder(edit, ""));
    let mut scanner = StreamScanner::new(Arc::clone(&RULES));
    let (mut out, mut rest) = (String::new(), text);
    for size in sizes {
        let at = (usize::from(size)..=rest.len()).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(at);
        out += &scanner.push(piece, &mut All).text;
        assert!(whole.starts_with(&out), "what is out is a beginning of the whole");
        rest = after;
    }
    out += &scanner.push(rest, &mut All).text;
    out += &scanner.finish(&mut All).text;
    assert_eq!(out, whole, "cutting changes nothing");
});
