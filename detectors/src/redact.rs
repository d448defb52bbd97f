//! Findings to edits, and a text with its edits made.

use std::cmp::Reverse;
use std::ops::Range;

use crate::{Confidence, Finding, RuleIndex};

/// One stretch of a text to replace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Where, in bytes of the original text.
    pub span: Range<usize>,
    /// Which rule names the placeholder.
    pub rule: RuleIndex,
}

/// Longest edit that grows by joining, in bytes: a stream must end one some time. A finding that begins in a longer one
/// begins an edit of its own where that one ends.
pub const EDIT_BYTES_MAX: usize = 16 << 10;

/// Merges overlapping and touching spans; the result is sorted and disjoint.
///
/// No span is dropped, only joined: the placeholder is named by the rule whose finding begins first, is longest,
/// is surest, in this order.
pub fn union(findings: impl IntoIterator<Item = Finding>) -> Vec<Edit> {
    let mut sorted: Vec<Finding> = findings.into_iter().collect();
    sorted.sort_by_key(naming_order);
    let mut edits = Edits::default();
    sorted.iter().for_each(|finding| edits.add(finding));
    edits.close_before(usize::MAX);
    edits.closed
}

/// Edits being made, from findings in the order of the text.
#[derive(Default)]
pub(crate) struct Edits {
    closed: Vec<Edit>,
    /// The last one, which the next finding may join.
    open: Option<Edit>,
}

impl Edits {
    /// Adds a finding; none added before may come after it in naming order.
    pub(crate) fn add(&mut self, finding: &Finding) {
        let Finding { rule, span, .. } = finding;
        if span.is_empty() {
            return;
        }
        match &mut self.open {
            Some(edit) if span.end <= edit.span.end => {}
            Some(edit) if span.start <= edit.span.end && edit.span.len() < EDIT_BYTES_MAX => {
                edit.span.end = span.end;
            }
            open => {
                let start = open.as_ref().map_or(span.start, |edit| edit.span.end.max(span.start));
                self.closed.extend(open.replace(Edit { span: start..span.end, rule: *rule }));
            }
        }
    }

    /// Nothing that begins before `settled` will be added any more.
    pub(crate) fn close_before(&mut self, settled: usize) {
        if self.open.as_ref().is_some_and(|edit| edit.span.end < settled) {
            self.closed.extend(self.open.take());
        }
    }

    /// The edit that may still grow.
    pub(crate) fn open(&self) -> Option<&Edit> {
        self.open.as_ref()
    }

    /// The edits that are complete.
    pub(crate) fn take_closed(&mut self) -> Vec<Edit> {
        std::mem::take(&mut self.closed)
    }
}

pub(crate) fn naming_order(f: &Finding) -> (usize, Reverse<usize>, Reverse<Confidence>, RuleIndex) {
    (f.span.start, Reverse(f.span.end), Reverse(f.confidence), f.rule)
}

/// The text with each edit replaced by what `placeholder` returns for it.
///
/// Edits are expected as [`union`] makes them. What is not so is made safe, never skipped: a span that is not on
/// character boundaries or passes the end grows or shrinks to them, an edit that overlaps the one before joins it.
pub fn redact(text: &str, edits: &[Edit], mut placeholder: impl FnMut(&Edit) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut seam = Seam::default();
    let mut copied = 0;
    for edit in edits {
        let start = floor_boundary(text, edit.span.start);
        let end = ceil_boundary(text, edit.span.end);
        if start >= end || end <= copied {
            continue;
        }
        if start >= copied {
            seam.text(&mut out, text.get(copied..start).unwrap_or_default());
            seam.placeholder(&mut out, &placeholder(edit));
        }
        copied = end;
    }
    seam.text(&mut out, text.get(copied..).unwrap_or_default());
    out
}

/// Where text follows a placeholder. `[pii.email:1](//evil.example/…)` would be a link, and with a `!` before it a picture that is
/// fetched at once, of a text that had neither: a space takes the two apart (CommonMark 6.3, 4.7).
#[derive(Default)]
pub(crate) struct Seam {
    /// Whether the last that went out is a placeholder in brackets.
    open: bool,
}

impl Seam {
    pub(crate) fn text(&mut self, out: &mut String, text: &str) {
        if self.open && text.starts_with(['(', '[', ':']) {
            out.push(' ');
        }
        self.open &= text.is_empty();
        out.push_str(text);
    }

    pub(crate) fn placeholder(&mut self, out: &mut String, placeholder: &str) {
        self.text(out, placeholder);
        self.open = placeholder.ends_with(']');
    }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at = at.saturating_sub(1);
    }
    at
}

fn ceil_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at = at.saturating_add(1);
    }
    at
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may fail")]
mod tests {
    use proptest::prelude::*;

    use super::{Edit, redact, union};
    use crate::{Confidence, Finding, RuleIndex};

    fn finding(start: usize, end: usize, rule: u16, confidence: Confidence) -> Finding {
        Finding { rule: RuleIndex(rule), span: start..end, confidence }
    }

    fn check(findings: &[(usize, usize, u16, Confidence)], expect: &[(usize, usize, u16)]) {
        let edits = union(findings.iter().map(|&(s, e, r, c)| finding(s, e, r, c)));
        let got: Vec<_> = edits.iter().map(|e| (e.span.start, e.span.end, e.rule.0)).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn overlapping_and_touching_spans_are_one_edit() {
        use Confidence::{High, Low};
        check(&[(0, 4, 1, Low), (2, 6, 2, High)], &[(0, 6, 1)]);
        check(&[(0, 4, 1, Low), (4, 6, 2, High)], &[(0, 6, 1)]);
        check(&[(0, 4, 1, Low), (5, 6, 2, High)], &[(0, 4, 1), (5, 6, 2)]);
    }

    #[test]
    fn the_first_then_longest_then_surest_rule_names_it() {
        use Confidence::{High, Low};
        check(&[(1, 4, 1, High), (0, 2, 2, Low)], &[(0, 4, 2)]);
        check(&[(0, 2, 1, High), (0, 4, 2, Low)], &[(0, 4, 2)]);
        check(&[(0, 4, 1, Low), (0, 4, 2, High)], &[(0, 4, 2)]);
        check(&[(0, 4, 2, High), (0, 4, 1, High)], &[(0, 4, 1)]);
    }

    #[test]
    fn spans_inside_a_character_grow_to_it() {
        let edit = |span| Edit { span, rule: RuleIndex(0) };
        assert_eq!(redact("あいう", &[edit(4..5)], |_| "_".into()), "あ_う");
        assert_eq!(redact("あいう", &[edit(6..99)], |_| "_".into()), "あい_");
        assert_eq!(redact("あいう", &[edit(0..4), edit(5..6)], |_| "_".into()), "_う");
    }

    #[test]
    fn no_placeholder_becomes_the_label_of_a_link() {
        let redacted =
            |text: &str| redact(text, &[Edit { span: 1..2, rule: RuleIndex(0) }], |_| "[x:1]".into());
        assert_eq!(redacted("!a(//evil.example/b)"), "![x:1] (//evil.example/b)");
        assert_eq!(redacted("!a[1]"), "![x:1] [1]");
        assert_eq!(redacted("\na: //evil.example"), "\n[x:1] : //evil.example");
        assert_eq!(redacted("!a（35歳）"), "![x:1]（35歳）");
        assert_eq!(redacted("!a"), "![x:1]");
    }

    proptest! {
        #[test]
        fn union_is_sorted_disjoint_and_covers_the_same_bytes(
            spans in prop::collection::vec((0usize..60, 0usize..12, 0u16..4), 0..12)
        ) {
            let findings: Vec<_> =
                spans.iter().map(|&(s, n, r)| finding(s, s + n, r, Confidence::Low)).collect();
            let covered = |at: usize| findings.iter().any(|f| f.span.contains(&at));
            let edits = union(findings.clone());
            for pair in edits.windows(2) {
                prop_assert!(pair[0].span.end < pair[1].span.start);
            }
            for at in 0..80 {
                prop_assert_eq!(covered(at), edits.iter().any(|e| e.span.contains(&at)));
            }
        }

        #[test]
        fn all_outside_the_spans_is_kept_byte_for_byte(
            text in ".{0,40}", cuts in prop::collection::vec((0usize..120, 1usize..9), 0..5)
        ) {
            let edits = union(cuts.iter().map(|&(s, n)| {
                let start = super::floor_boundary(&text, s);
                finding(start, super::ceil_boundary(&text, s + n), 0, Confidence::Low)
            }));
            let mut expect = String::new();
            let mut at = 0;
            for edit in &edits {
                expect += &text[at..edit.span.start];
                expect += "\u{1}";
                at = edit.span.end;
            }
            expect += &text[at..];
            prop_assert_eq!(redact(&text, &edits, |_| "\u{1}".into()), expect);
        }
    }
}
