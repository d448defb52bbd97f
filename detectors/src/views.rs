//! Which derived texts one text calls for.
//!
//! Each is folded, then read through one layer of encoding, and what that gives is treated alike, to a fixed depth.
//! Their number and total length are bounded by the text's: escapes only shrink it, and base64 gives three quarters
//! of its long runs for each of four shifts.

use std::ops::Range;

use crate::base64;
use crate::decode::decode;
use crate::normalize::fold;
use crate::view::{Reading, View};

/// How many layers of encoding are undone, and how many of them may be base64.
const DEPTH: usize = 3;
const BASE64_DEPTH: usize = 2;

/// The derived texts of one text.
pub(crate) struct Views<'t> {
    original: &'t str,
    nodes: Vec<Node>,
}

struct Node {
    view: View,
    /// The node it is made from; the original if there is none.
    parent: Option<usize>,
}

impl<'t> Views<'t> {
    pub(crate) fn of(original: &'t str) -> Self {
        let mut views = Self { original, nodes: Vec::new() };
        views.grow(None, 0);
        views
    }

    /// Every derived text, with what brings its spans back to the original.
    pub(crate) fn iter(
        &self,
    ) -> impl Iterator<Item = (Reading<'_>, impl Fn(Range<usize>) -> Range<usize> + '_)> {
        (0..).zip(&self.nodes).map(move |(at, node)| (node.view.reading(), move |span| self.back(at, span)))
    }

    fn grow(&mut self, base: Option<usize>, depth: usize) {
        let folded = fold(self.text(base));
        let base = folded.map(|view| self.push(view, base)).or(base);
        if depth < DEPTH {
            let decoded = decode(self.text(base));
            self.push_and_grow(decoded, base, depth);
        }
        if depth < BASE64_DEPTH {
            for shift in 0..base64::SHIFTS {
                let content = base64::contents(self.text(base), shift);
                self.push_and_grow(content, base, depth);
            }
        }
    }

    fn push_and_grow(&mut self, view: Option<View>, base: Option<usize>, depth: usize) {
        if let Some(view) = view {
            let node = self.push(view, base);
            self.grow(Some(node), depth + 1);
        }
    }

    fn push(&mut self, view: View, parent: Option<usize>) -> usize {
        self.nodes.push(Node { view, parent });
        self.nodes.len() - 1
    }

    fn text(&self, node: Option<usize>) -> &str {
        node.and_then(|at| self.nodes.get(at)).map_or(self.original, |node| node.view.text())
    }

    /// A span of a node as one of the original, grown to whole characters.
    fn back(&self, node: usize, span: Range<usize>) -> Range<usize> {
        let mut span = span;
        let mut at = Some(node);
        while let Some(node) = at.and_then(|at| self.nodes.get(at)) {
            span = node.view.source(span);
            at = node.parent;
        }
        on_boundaries(self.original, span)
    }
}

fn on_boundaries(text: &str, span: Range<usize>) -> Range<usize> {
    let start = (0..=span.start.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let end = (span.end..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    start..end
}

#[cfg(test)]
mod tests {
    use super::Views;

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(
            Views::of(text).iter().map(|(reading, _)| reading.text.to_owned()).collect::<Vec<_>>(),
            expect
        );
    }

    #[test]
    fn plain_text_calls_for_none() {
        check("Plain text, 今日はよい天気です。", &[]);
    }

    #[test]
    fn layers_are_undone_one_by_one() {
        check("%2541", &["%41", "A"]);
        check("％41", &["%41", "A"]);
        check("%25252541", &["%252541", "%2541", "%41"]);
    }

    #[test]
    fn spans_come_back_through_all_layers() {
        let views = Views::of("号%2541x");
        let spans: Vec<_> = views.iter().map(|(reading, back)| back(3..reading.text.len() - 1)).collect();
        assert_eq!(spans, [3..8, 3..8]);
    }
}
