//! Where a word of ASCII begins in other writing: a value that somebody put into a Japanese sentence, or on a line.

use std::ops::Range;

use super::Engine;
use crate::lane::Lane;
use crate::matcher::Begin;
use crate::track::Candidate;

impl Engine {
    /// Every candidate where a word of ASCII begins in `range`.
    pub(super) fn at_words(&self, lane: &Lane, range: Range<usize>, out: &mut Vec<Candidate>) {
        let kept = lane.slice(lane.start()..range.end);
        let from = range.start - lane.start();
        let mut add = |rules: &[u16], at: usize| {
            let at = lane.start() + at;
            out.extend(rules.iter().map(|&rule| self.candidate(lane, rule, at, Begin::Literal(0))));
        };
        if !self.word_rules.is_empty() {
            words_from(kept, from, lane.start() == 0).for_each(|at| add(&self.word_rules, at));
        }
    }
}

/// Most openers and spaces that may stand before a word.
const OPENERS_MAX: usize = 3;

/// Where words begin in `text` from `from` on: at a visible character, behind other writing or at the beginning of a
/// line, with no more than a few spaces and openers between. Each is known by what stands before it; `whole` says that
/// nothing stood before the text.
fn words_from(text: &str, from: usize, whole: bool) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let visible = bytes.iter().enumerate().skip(from).filter(|(_, byte)| byte.is_ascii_graphic());
    visible.map(|(at, _)| at).filter(move |&at| begins(bytes.get(..at).unwrap_or_default(), whole))
}

/// Whether what comes next begins a word.
fn begins(before: &[u8], whole: bool) -> bool {
    let opener = |byte: &u8| {
        matches!(byte, b' ' | b'>' | b'"' | b'\'' | b'`' | b'*' | b'(' | b'[' | b'<' | b'|' | b':')
    };
    let openers = before.iter().rev().take(OPENERS_MAX).take_while(|byte| opener(byte)).count();
    match before.len().checked_sub(openers + 1).and_then(|at| before.get(at)) {
        Some(byte) => !byte.is_ascii() || *byte == b'\n',
        None => whole && openers == before.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, from: usize, expect: &[&str]) {
        let begun: Vec<&str> = words_from(text, from, true)
            .map(|at| text.get(at..).unwrap().split([' ', '\n', '\u{3000}', '」', 'で']).next().unwrap())
            .collect();
        assert_eq!(begun, expect, "{text}");
    }

    #[test]
    fn words_begin_in_other_writing_and_on_lines() {
        check("「Abc」で def ghi", 0, &["Abc", "def"]);
        check("Abc def\nghi", 0, &["Abc", "ghi"]);
        check("は `x` と", 0, &["`x`", "x`"]);
        check("abc def", 4, &[]);
        check("あabc", 4, &[]);
    }
}
