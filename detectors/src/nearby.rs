//! The words around a match, which make it surer; never beyond a placeholder, so that redacting brings no word nearer.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::Confidence;
use crate::lane::parted;
use crate::place::{head, tail};
use crate::sight::Sight;
use crate::validate::{Around, Verdict};

/// Words that make a match surer.
pub(crate) struct Context {
    pub(crate) written: Vec<String>,
    pub(crate) words: AhoCorasick,
    pub(crate) confidence: Confidence,
    /// How far a word may stand from the match on either side, in characters.
    pub(crate) within: usize,
}

/// What the lines around a match say of it.
pub(crate) fn lines(
    sight: &Sight<'_>,
    found: &Range<usize>,
    around: Option<Around>,
    work: &mut u64,
) -> Verdict {
    let Some(Around { back, ahead, judge }) = around else { return Verdict::Keep };
    let before = sight_back(sight.before(found.start), back);
    let after = sight_ahead(sight, found.end, ahead);
    *work = work.saturating_add((before.len() + after.len()) as u64);
    judge(before, sight.text.get(found.clone()).unwrap_or_default(), after)
}

/// At most `chars` characters back, and not past a placeholder: redacting must bring no word nearer.
pub(crate) fn sight_back(before: &str, chars: usize) -> &str {
    let from = before.char_indices().rev().take(chars).last().map_or(before.len(), |(at, _)| at);
    let window = before.get(from..).unwrap_or_default();
    let mut closers = window.rmatch_indices(']').map(|(at, _)| at);
    let placeholder = closers.find(|at| ends_placeholder(before.get(..from + at).unwrap_or_default()));
    placeholder.and_then(|at| window.get(at + 1..)).unwrap_or(window)
}

/// At most `chars` characters ahead, and not past a placeholder.
pub(crate) fn sight_ahead<'t>(sight: &Sight<'t>, from: usize, chars: usize) -> &'t str {
    let after = sight.after(from);
    let to = after.char_indices().nth(chars).map_or(after.len(), |(at, _)| at);
    let window = after.get(..to).unwrap_or_default();
    // A bracket near the end may open a placeholder that ends beyond it.
    if to == after.len() || (window.contains('[') && after.len() < to + PLACEHOLDER_MAX) {
        sight.touch();
    }
    let mut openers = window.match_indices('[').map(|(at, _)| at);
    let placeholder = openers.find(|&at| begins_placeholder(after.get(at..).unwrap_or_default()));
    placeholder.and_then(|at| window.get(..at)).unwrap_or(window)
}

/// Longest category and number that are taken for a placeholder, in bytes.
pub(crate) const PLACEHOLDER_MAX: usize = 64;

/// Whether what stands at `at` is a part of a placeholder's name: `password` in `[secret.password:1]` is no key.
pub(crate) fn names_placeholder(text: &str, at: usize) -> bool {
    let before = tail(text.get(..at).unwrap_or_default(), PLACEHOLDER_MAX);
    let name = before.rfind('[').and_then(|open| before.get(open + 1..));
    let is_name = name.is_some_and(|name| name.chars().all(is_in_name));
    is_name
        && name.is_some_and(|name| begins_placeholder(text.get(at - name.len() - 1..).unwrap_or_default()))
}

fn is_in_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.'
}

/// Whether `[name:` and a digit stand here.
pub(crate) fn begins_placeholder(text: &str) -> bool {
    let body = head(text, PLACEHOLDER_MAX).strip_prefix('[').unwrap_or_default();
    let rest = body.trim_start_matches(is_in_name);
    rest.len() < body.len()
        && rest.strip_prefix(':').is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether `:` and digits end here, as inside the last bracket of a placeholder.
fn ends_placeholder(text: &str) -> bool {
    let text = tail(text, PLACEHOLDER_MAX);
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && rest.ends_with(':')
}

/// A word of ASCII must stand alone; one that begins and ends otherwise may be part of a longer one.
pub(crate) fn has_word(words: &AhoCorasick, window: &str) -> bool {
    words.find_overlapping_iter(window).any(|hit| parted(window, hit.start()) && parted(window, hit.end()))
}
