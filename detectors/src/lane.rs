//! A text as rules read it, growing at its end: the original, or one derived from it. Each byte of a derived text knows
//! the bytes of the original that it came from.
//!
//! Only a window is kept. Offsets count from the beginning of the whole text, so that they stay true when the window
//! moves: `start <= offset <= end()`.

use std::ops::Range;

/// A window of one text and its map to the original.
pub(crate) struct Lane {
    text: String,
    start: usize,
    /// Empty for the original, whose map is the identity.
    pieces: Vec<Piece>,
    is_original: bool,
    /// Where copied text meets replaced text, or text that something was removed between: places where a word may
    /// begin or end although letters stand on both sides. Sorted.
    seams: Vec<usize>,
    last: Option<Op>,
    removed: bool,
}

/// A stretch of the derived text, from `at` to the next piece's `at`.
struct Piece {
    at: usize,
    source: Range<usize>,
    /// Byte for byte; otherwise the stretch as a whole stands for `source` as a whole.
    copied: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Op {
    Copied,
    Replaced,
}

impl Lane {
    pub(crate) fn original() -> Lane {
        Lane { is_original: true, ..Lane::derived(0) }
    }

    /// A derived text whose first byte will have this offset.
    pub(crate) fn derived(start: usize) -> Lane {
        Lane {
            text: String::new(),
            start,
            pieces: Vec::new(),
            is_original: false,
            seams: Vec::new(),
            last: None,
            removed: false,
        }
    }

    pub(crate) fn start(&self) -> usize {
        self.start
    }

    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The text of a range of offsets, as far as the window has it.
    pub(crate) fn slice(&self, range: Range<usize>) -> &str {
        let from = range.start.saturating_sub(self.start);
        self.text.get(from..range.end.saturating_sub(self.start)).unwrap_or_default()
    }

    pub(crate) fn seams(&self) -> &[usize] {
        &self.seams
    }

    /// Adds to the original.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a stretch of `parent` as it is, with the seams in it.
    pub(crate) fn copy(&mut self, parent: &Lane, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.seam(Op::Copied);
        self.inherit(parent, &range);
        if parent.is_original {
            return self.piece(range.clone(), true, parent.slice(range));
        }
        let first = parent.piece_at(range.start);
        let ends = parent.pieces.iter().skip(first + 1).map(|next| next.at).chain([parent.end()]);
        for (piece, end) in parent.pieces.iter().skip(first).zip(ends) {
            let part = piece.at.max(range.start)..end.min(range.end);
            if part.is_empty() {
                break;
            }
            let offset = piece.source.start + (part.start - piece.at);
            let source = if piece.copied { offset..offset + part.len() } else { piece.source.clone() };
            self.piece(source, piece.copied, parent.slice(part));
        }
    }

    /// Adds `text` for a stretch of `parent`; stretches come in order of their ends, and may share a part when several
    /// characters are encoded together.
    pub(crate) fn replace(&mut self, parent: &Lane, range: Range<usize>, text: &str) {
        if text.is_empty() {
            self.removed = true;
            return;
        }
        self.seam(Op::Replaced);
        self.piece(parent.source(range), false, text);
    }

    /// Adds `text` of an encoding that is read in groups; a word may begin and end where a group does, because what
    /// stands before the encoded text may be of its alphabet, and then reads as anything.
    pub(crate) fn unpack(&mut self, parent: &Lane, group: Range<usize>, text: &str) {
        let source = parent.source(group);
        if self.pieces.last().is_some_and(|last| last.source != source) {
            self.seams.push(self.end());
        }
        self.piece(source, false, text);
    }

    fn seam(&mut self, op: Op) {
        let removed = std::mem::take(&mut self.removed);
        if let Some(last) = self.last.replace(op) {
            let copied = last == Op::Copied || op == Op::Copied;
            if copied && (last != op || removed) {
                self.seams.push(self.end());
            }
        }
    }

    /// Where a word may begin or end in the parent, it may here.
    fn inherit(&mut self, parent: &Lane, range: &Range<usize>) {
        let first = parent.seams.partition_point(|&seam| seam < range.start);
        let within = parent.seams.iter().skip(first).take_while(|&&seam| seam < range.end);
        let end = self.end();
        for at in within.map(|seam| end + (seam - range.start)) {
            if self.seams.last() != Some(&at) {
                self.seams.push(at);
            }
        }
    }

    fn piece(&mut self, source: Range<usize>, copied: bool, text: &str) {
        let at = self.end();
        match self.pieces.last_mut() {
            Some(last) if copied && last.copied && last.source.end == source.start => {
                last.source.end = source.end;
            }
            _ => self.pieces.push(Piece { at, source, copied }),
        }
        self.text.push_str(text);
    }

    /// The smallest range of the original that all bytes of `span` come from.
    pub(crate) fn source(&self, span: Range<usize>) -> Range<usize> {
        if self.is_original {
            return span;
        }
        let start = self.byte_source(span.start).start;
        let end = self.byte_source(span.end.saturating_sub(1)).end;
        start..end.max(start)
    }

    /// Where in the original a byte of this text begins; for the end, where the text goes on.
    pub(crate) fn source_start(&self, at: usize) -> usize {
        match self.pieces.last() {
            None => at,
            Some(last) if at >= self.end() => last.source.end,
            Some(_) => self.byte_source(at).start,
        }
    }

    fn byte_source(&self, at: usize) -> Range<usize> {
        let Some(piece) = self.pieces.get(self.piece_at(at)) else {
            return 0..0;
        };
        if !piece.copied {
            return piece.source.clone();
        }
        let start = piece.source.start.saturating_add(at.saturating_sub(piece.at));
        start..start.saturating_add(1)
    }

    fn piece_at(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    /// The first character of the window that comes from `source` or later.
    pub(crate) fn first_from(&self, source: usize) -> usize {
        let at = if self.is_original {
            source
        } else {
            let index = self.pieces.partition_point(|piece| piece.source.start < source);
            let next = self.pieces.get(index).map_or(self.end(), |piece| piece.at);
            match index.checked_sub(1).and_then(|before| self.pieces.get(before)) {
                Some(piece) if piece.copied => next.min(piece.at + (source - piece.source.start)),
                _ => next,
            }
        };
        self.ceil(at.max(self.start))
    }

    /// The end of the longest text before `end` that comes from before `source` alone.
    pub(crate) fn last_to(&self, source: usize, end: usize) -> usize {
        let at = if self.is_original {
            source
        } else {
            let index = self.pieces.partition_point(|piece| piece.source.end <= source);
            match self.pieces.get(index) {
                Some(piece) if piece.copied => piece.at + source.saturating_sub(piece.source.start),
                Some(piece) => piece.at,
                None => end,
            }
        };
        self.floor(at.min(end))
    }

    fn ceil(&self, at: usize) -> usize {
        let mut at = at.min(self.end());
        while !self.text.is_char_boundary(at - self.start) {
            at += 1;
        }
        at
    }

    fn floor(&self, at: usize) -> usize {
        let mut at = at.clamp(self.start, self.end());
        while !self.text.is_char_boundary(at - self.start) {
            at -= 1;
        }
        at
    }

    /// Whether a word may begin or end here: not between two ASCII alphanumerics, unless at a seam.
    pub(crate) fn parted(&self, at: usize) -> bool {
        parted(&self.text, at.saturating_sub(self.start)) || self.seams.binary_search(&at).is_ok()
    }

    /// Forgets what comes from before `source`, once it is worth it.
    pub(crate) fn trim(&mut self, source: usize) {
        let from = self.first_from(source);
        if from - self.start < TRIM_MIN {
            return;
        }
        self.text.drain(..from - self.start);
        self.start = from;
        let first = self.piece_at(from);
        self.pieces.drain(..first);
        let gone = self.seams.partition_point(|&seam| seam < from);
        self.seams.drain(..gone);
    }
}

/// Least that is forgotten at once, so that moving the window costs little for each byte.
const TRIM_MIN: usize = 4096;

/// Not between two ASCII alphanumerics. Kanji and kana are no word characters, so a token glued to them is found.
pub(crate) fn parted(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let alphanumeric =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    !(alphanumeric(at.checked_sub(1)) && alphanumeric(Some(at)))
}

#[cfg(test)]
mod tests {
    use super::Lane;

    fn original(text: &str) -> Lane {
        let mut lane = Lane::original();
        lane.push(text);
        lane
    }

    #[test]
    fn a_span_maps_to_all_it_came_from() {
        let root = original("ab%41cd");
        let mut lane = Lane::derived(0);
        lane.copy(&root, 0..2);
        lane.replace(&root, 2..5, "A");
        lane.copy(&root, 5..7);
        assert_eq!(lane.slice(0..5), "abAcd");
        assert_eq!(lane.source(1..3), 1..5);
        assert_eq!(lane.source(2..3), 2..5);
        assert_eq!(lane.source(2..4), 2..6);
        assert_eq!(lane.seams(), [2, 3]);
        let mut inner = Lane::derived(1);
        inner.copy(&lane, 1..5);
        assert_eq!((inner.slice(1..5), inner.source(1..3), inner.source(3..4)), ("bAcd", 1..5, 5..6));
    }

    #[test]
    fn what_was_removed_lies_inside_a_span_but_not_at_its_edge() {
        let root = original("-12-34-");
        let mut lane = Lane::derived(0);
        lane.replace(&root, 0..1, "");
        lane.copy(&root, 1..3);
        lane.replace(&root, 3..4, "");
        lane.copy(&root, 4..6);
        lane.replace(&root, 6..7, "");
        assert_eq!(lane.slice(0..4), "1234");
        assert_eq!(lane.source(0..4), 1..6);
        assert_eq!(lane.source(2..4), 4..6);
        assert_eq!(lane.seams(), [2]);
    }

    #[test]
    fn a_copy_has_the_seams_of_its_parent() {
        let root = original("ab%41cd");
        let mut lane = Lane::derived(0);
        lane.copy(&root, 0..2);
        lane.replace(&root, 2..5, "A");
        lane.copy(&root, 5..7);
        let mut whole = Lane::derived(7);
        whole.copy(&lane, 0..5);
        let mut parts = Lane::derived(7);
        (0..5).for_each(|at| parts.copy(&lane, at..at + 1));
        assert_eq!((whole.seams(), parts.seams()), (&[9, 10][..], &[9, 10][..]));
        let mut from_a_seam = Lane::derived(0);
        from_a_seam.copy(&lane, 3..5);
        assert_eq!(from_a_seam.seams(), [0]);
    }

    #[test]
    fn places_of_the_original_are_found_in_the_derived_text() {
        let root = original("ab&#65;cd");
        let mut lane = Lane::derived(0);
        lane.copy(&root, 0..2);
        lane.replace(&root, 2..7, "A");
        lane.copy(&root, 7..9);
        let from: Vec<_> = (0..10).map(|source| lane.first_from(source)).collect();
        assert_eq!(from, [0, 1, 2, 3, 3, 3, 3, 3, 4, 5]);
        let to: Vec<_> = (0..10).map(|source| lane.last_to(source, 5)).collect();
        assert_eq!(to, [0, 1, 2, 2, 2, 2, 2, 3, 4, 5]);
    }

    #[test]
    fn a_window_that_moves_keeps_its_offsets() {
        let mut lane = original(&"あ".repeat(3000));
        lane.trim(6001);
        assert_eq!((lane.start(), lane.end(), lane.slice(6003..6006)), (6003, 9000, "あ"));
        lane.trim(6500);
        assert_eq!(lane.start(), 6003);
    }
}
