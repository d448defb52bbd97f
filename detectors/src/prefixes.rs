//! Words that may be under way at the end of a text.

/// Words in order: those that begin alike stand side by side, so that one search tells whether any begins so.
pub(crate) struct Prefixes {
    words: Box<[Box<str>]>,
    /// Length of the longest, in bytes.
    longest: usize,
}

impl Prefixes {
    /// Of words that are sorted.
    pub(crate) fn of(words: &[&str]) -> Prefixes {
        let longest = words.iter().map(|word| word.len()).max().unwrap_or(0);
        Prefixes { words: words.iter().map(|&word| word.into()).collect(), longest }
    }

    /// Length of the longest end of `text` that begins a word without completing it.
    pub(crate) fn longest(&self, text: &str) -> usize {
        self.longest_end(self.end(text))
    }

    /// [`Prefixes::longest`] of words in lower case, whatever the case of `text`.
    pub(crate) fn longest_in_any_case(&self, text: &str) -> usize {
        self.longest_end(&self.end(text).to_ascii_lowercase())
    }

    /// As much of the end of a text as may begin a word.
    fn end<'t>(&self, text: &'t str) -> &'t str {
        let from = (text.len() + 1).saturating_sub(self.longest);
        text.get(text.ceil_char_boundary(from)..).unwrap_or_default()
    }

    fn longest_end(&self, text: &str) -> usize {
        let mut ends = text.char_indices().filter_map(|(at, _)| text.get(at..));
        ends.find(|end| self.begins(end)).map_or(0, str::len)
    }

    /// Whether a word begins with `end` and goes on: the first word behind it in order does, if any.
    fn begins(&self, end: &str) -> bool {
        let next = self.words.partition_point(|word| **word <= *end);
        self.words.get(next).is_some_and(|word| word.starts_with(end))
    }
}

#[cfg(test)]
mod tests {
    use super::Prefixes;

    #[test]
    fn the_longest_beginning_counts_and_a_whole_word_does_not() {
        let prefixes = Prefixes::of(&["-----BEGIN ", "aab", "aabcd", "機密性"]);
        let check = |text: &str, expect| assert_eq!(prefixes.longest(text), expect, "{text}");
        check("x-----BEG", 8);
        check("-----BEGIN ", 0);
        check("------", 5);
        check("秘機密", 6);
        check("xaa", 2);
        check("aaab", 3);
        check("aaabcd", 0);
        check("", 0);
        assert_eq!(Prefixes::of(&["key"]).longest_in_any_case("a KE"), 2);
        assert_eq!(Prefixes::of(&[]).longest("a"), 0);
    }
}
