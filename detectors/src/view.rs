//! A text derived from another, with the way back: each byte knows the bytes it came from.
//!
//! A view keeps only what differs. Rules match in views; findings are mapped back before anyone sees them.

use std::ops::Range;

/// A derived text and its map to the text it was derived from.
pub(crate) struct View {
    text: String,
    pieces: Vec<Piece>,
    /// Where copied text meets replaced text, or text that something was removed between: places where a word may
    /// begin or end although letters stand on both sides. Sorted.
    seams: Vec<usize>,
}

/// A stretch of the derived text, from `at` to the next piece's `at`.
struct Piece {
    at: usize,
    source: Range<usize>,
    /// Byte for byte; otherwise the stretch as a whole stands for `source` as a whole.
    copied: bool,
}

impl View {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading { text: &self.text, seams: &self.seams }
    }

    /// The smallest range of the source that all bytes of `span` come from.
    pub(crate) fn source(&self, span: Range<usize>) -> Range<usize> {
        let start = self.byte_source(span.start).start;
        let end = self.byte_source(span.end.saturating_sub(1)).end;
        start..end.max(start)
    }

    fn byte_source(&self, at: usize) -> Range<usize> {
        let index = self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1);
        let Some(piece) = self.pieces.get(index) else {
            return 0..0;
        };
        if !piece.copied {
            return piece.source.clone();
        }
        let start = piece.source.start.saturating_add(at.saturating_sub(piece.at));
        start..start.saturating_add(1)
    }
}

/// Builds a view by naming what is replaced, left to right; all else is copied.
pub(crate) struct Builder<'a> {
    source: &'a str,
    view: View,
    copied: usize,
    /// Leave out what is not replaced, instead of copying it.
    extracts: bool,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self {
            source,
            view: View { text: String::new(), pieces: Vec::new(), seams: Vec::new() },
            copied: 0,
            extracts: false,
        }
    }

    /// A builder that leaves out what is not replaced.
    pub(crate) fn extracting(source: &'a str) -> Self {
        Self { extracts: true, ..Self::new(source) }
    }

    /// Everything before this stands as it will be.
    pub(crate) fn done(&self) -> usize {
        self.copied
    }

    /// Puts `replacement` for `range`; ranges come in order of their ends, and may share a part when several
    /// characters are encoded together.
    pub(crate) fn replace(&mut self, range: Range<usize>, replacement: &str) {
        self.copy_to(range.start);
        self.copied = range.end;
        self.push(range, replacement, false);
    }

    /// The view, or `None` if nothing was replaced.
    pub(crate) fn finish(mut self) -> Option<View> {
        if self.copied == 0 {
            return None;
        }
        self.copy_to(self.source.len());
        Some(self.view)
    }

    fn copy_to(&mut self, end: usize) {
        if self.extracts {
            return;
        }
        let text = self.source.get(self.copied..end).unwrap_or_default();
        self.push(self.copied..end, text, true);
    }

    fn push(&mut self, source: Range<usize>, text: &str, copied: bool) {
        if text.is_empty() {
            return;
        }
        let at = self.view.text.len();
        if self.view.pieces.last().is_some_and(|last| last.copied || copied) {
            self.view.seams.push(at);
        }
        self.view.pieces.push(Piece { at, source, copied });
        self.view.text.push_str(text);
    }
}

/// A text as rules read it: the original, which has no seams, or a view.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) text: &'a str,
    pub(crate) seams: &'a [usize],
}

impl<'a> Reading<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, seams: &[] }
    }

    /// Whether a match may begin or end here: not between two ASCII alphanumerics, unless at a seam. Kanji and kana
    /// are no word characters, so a token glued to them is found.
    pub(crate) fn parted(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        let alphanumeric =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let joined = alphanumeric(at.checked_sub(1)) && alphanumeric(Some(at));
        !joined || self.seams.binary_search(&at).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::Builder;

    #[test]
    fn a_span_maps_to_all_it_came_from() {
        let mut builder = Builder::new("ab%41cd");
        builder.replace(2..5, "A");
        let view = builder.finish().unwrap();
        assert_eq!(view.text(), "abAcd");
        assert_eq!(view.source(1..3), 1..5);
        assert_eq!(view.source(2..3), 2..5);
        assert_eq!(view.source(2..4), 2..6);
    }

    #[test]
    fn what_was_removed_lies_inside_a_span_but_not_at_its_edge() {
        let mut builder = Builder::new("-12-34-");
        for at in [0, 3, 6] {
            builder.replace(at..at + 1, "");
        }
        let view = builder.finish().unwrap();
        assert_eq!(view.text(), "1234");
        assert_eq!(view.source(0..4), 1..6);
        assert_eq!(view.source(2..4), 4..6);
    }

    #[test]
    fn without_a_replacement_there_is_no_view() {
        assert!(Builder::new("plain").finish().is_none());
    }
}
