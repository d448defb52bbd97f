//! A sorted list of words, one a line, searched where it lies.

use std::ops::Range;

/// Lines in the order of their bytes; a mark may stand after a tab, which sorts before all that words are made of.
#[derive(Clone, Copy)]
pub(super) struct List {
    text: &'static str,
    /// Length of the longest word, in characters.
    longest: usize,
}

impl List {
    pub(super) const fn new(text: &'static str, longest: usize) -> List {
        List { text, longest }
    }

    /// The mark of `word`, empty where it has none; `None` where it is not in the list.
    pub(super) fn find(self, word: &str) -> Option<&'static str> {
        let at = self.first(0..self.text.len(), |line| line < word.as_bytes());
        self.marked(at, word)
    }

    pub(super) fn contains(self, word: &str) -> bool {
        self.find(word).is_some()
    }

    /// Bytes and mark of every word that `text` begins with, the shortest first.
    pub(super) fn prefixes<'t>(self, text: &'t str) -> impl Iterator<Item = (usize, &'static str)> + 't {
        let mut lines = 0..self.text.len();
        let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(self.longest);
        ends.map_while(move |end| {
            let prefix = text.get(..end)?;
            lines = self.beginning(lines.clone(), prefix.as_bytes());
            (!lines.is_empty()).then(|| (end, self.marked(lines.start, prefix)))
        })
        .filter_map(|(end, mark)| Some((end, mark?)))
    }

    /// Bytes of the longest word that `text` begins with.
    pub(super) fn longest_prefix(self, text: &str) -> Option<usize> {
        self.prefixes(text).last().map(|(bytes, _)| bytes)
    }

    /// Every word with its mark.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.text.lines().map(|line| line.split_once('\t').unwrap_or((line, "")))
    }

    /// Of the lines in `range`, those that begin with `prefix`.
    fn beginning(self, range: Range<usize>, prefix: &[u8]) -> Range<usize> {
        let start = self.first(range.clone(), |line| line < prefix);
        let end = self.first(start..range.end, |line| line < prefix || line.starts_with(prefix));
        start..end
    }

    /// Where the first line of `range` begins that is not `before`.
    fn first(self, range: Range<usize>, before: impl Fn(&[u8]) -> bool) -> usize {
        let bytes = self.text.as_bytes();
        let Range { start: mut low, end: mut high } = range;
        while low < high {
            let middle = low + (high - low) / 2;
            let upper = bytes.get(low..middle).unwrap_or_default();
            let start = low + memchr::memrchr(b'\n', upper).map_or(0, |at| at + 1);
            let line = self.line(start);
            if before(line) {
                low = start + line.len() + 1;
            } else {
                high = start;
            }
        }
        low
    }

    fn line(self, start: usize) -> &'static [u8] {
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default()
    }

    /// The mark of the line at `start`, if its word is `word`.
    fn marked(self, start: usize, word: &str) -> Option<&'static str> {
        let rest = self.text.get(start..)?.strip_prefix(word)?;
        let mark = rest.get(..memchr::memchr(b'\n', rest.as_bytes())?)?;
        if mark.is_empty() { Some(mark) } else { mark.strip_prefix('\t') }
    }
}

/// The lists are in the order they are searched in, and no word is longer than it says.
#[cfg(test)]
pub(super) fn check(name: &str, list: List) {
    let words: Vec<&str> = list.entries().map(|(word, _)| word).collect();
    let longest = words.iter().map(|word| word.chars().count()).max();
    assert_eq!(longest, Some(list.longest), "{name}");
    for pair in words.windows(2) {
        assert_eq!(pair[0].cmp(pair[1]), std::cmp::Ordering::Less, "{name}: {pair:?}");
    }
    for word in words.into_iter().step_by(7) {
        assert!(list.contains(word), "{name}: {word}");
        assert!(list.prefixes(&format!("{word}。")).any(|(bytes, _)| bytes == word.len()), "{name}: {word}");
    }
}
