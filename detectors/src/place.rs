//! Where in its line a marking stands: a mark on a document, or a mention in a sentence.
//!
//! A mark is bracketed, alone on its line or in its cell, the value of a label such as `取扱区分：`, part of a file's
//! name, beside a title, stamped with a sharing restriction, or what a text says of itself. All else is a mention:
//! 「機密性２情報の定義は？」 asks about marks and is none. Works alike on text before and after folding, so both widths of
//! every sign are listed.

mod cells;
mod left;
mod right;
mod talk;
mod words;

use std::ops::Range;

use crate::Confidence::{self, High, Medium};
use crate::nearby::{PLACEHOLDER_MAX, begins_placeholder};
use crate::sight::Sight;

use left::Left;
use right::Right;

/// Which standing a rule wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// Any; most rules.
    Anywhere,
    /// Only marks; the span takes in brackets and restriction.
    Mark,
    /// Only mentions.
    Mention,
}

/// What a match is, by its place: the span with what belongs to the mark, and how sure that is.
pub(crate) enum Standing {
    Mark(Range<usize>, Confidence),
    Mention,
}

/// How far, in bytes, a line is looked at on each side: one long enough for any stamp.
const LINE_MAX: usize = 256;

/// How far, in bytes, other lines are looked at: for a table's header, and for others of the kind.
const AROUND_MAX: usize = 512;

/// The furthest that [`judge`] looks on either side, in bytes.
pub(crate) const PLACE_REACH: usize = LINE_MAX + 2 * AROUND_MAX;

/// Judges the match at `span`.
pub(crate) fn judge(sight: &Sight<'_>, span: Range<usize>) -> Standing {
    let mark = sight.text.get(span.clone()).unwrap_or_default();
    let before = line_before(sight, span.start);
    let after = sight.after(span.end);
    if after.is_empty() {
        sight.touch();
    }
    // A sentence goes on: no bracket closes here, no line ends. Most matches in prose stop at this one look.
    let subject =
        if mark.starts_with('限') { words::without_audience(before).unwrap_or(before) } else { before };
    // What was redacted directly behind may have been a letter.
    let redacted = after.starts_with('[') && begins_placeholder(after);
    if after.starts_with('[') && after.len() < PLACEHOLDER_MAX {
        sight.touch();
    }
    if (redacted || after.starts_with(char::is_alphanumeric))
        && !left::declares(subject)
        && !talk::goes_on(after, words::is_scheme(mark), sight)
    {
        return Standing::Mention;
    }
    let line = head(after, LINE_MAX);
    let end = line.find(['\n', '\r']);
    if end.is_none() && after.len() < LINE_MAX {
        sight.touch();
    }
    let line = Line { sight, span, mark, before, after: end.and_then(|end| line.get(..end)).unwrap_or(line) };
    match line.mark() {
        Some((before, after, sure)) => {
            let start = line.span.start.saturating_sub(before);
            Standing::Mark(start..line.span.end.saturating_add(after), sure)
        }
        None => Standing::Mention,
    }
}

/// A match and the rest of its line.
struct Line<'t, 's> {
    sight: &'s Sight<'t>,
    span: Range<usize>,
    mark: &'t str,
    before: &'t str,
    after: &'t str,
}

/// Bytes before and after the match that belong to the mark, and how sure it is one.
type Marked = Option<(usize, usize, Confidence)>;

impl Line<'_, '_> {
    fn mark(&self) -> Marked {
        if self.mark.starts_with('(') {
            return self.portion();
        }
        if self.mark.starts_with('限') {
            let before = words::without_audience(self.before)?;
            let line = Line { before, mark: "関係者限り", span: self.span.clone(), ..*self };
            // What it is for belongs to the mark, but only a bracket before it tells a stream to wait for it.
            let audience = self.before.len() - before.len();
            return line.stamped().map(|(open, after, sure)| match frame_before(self.before) {
                frame if open > 0 && frame == audience + open => (frame, after, sure),
                _ => (0, 0, sure),
            });
        }
        self.stamped()
    }

    fn stamped(&self) -> Marked {
        let restriction = right::restriction(self.after);
        let after = self.after.get(restriction..).unwrap_or_default();
        if left::is_checked(self.before, self.after) {
            return Some((0, restriction, High));
        }
        let companions = right::companions(after, stem(self.mark))?;
        let listed = words::names_another_level(self.before, self.mark)
            || words::names_another_level(after, self.mark);
        let rest = after.get(companions..).unwrap_or_default();
        if let Some((open, close)) = left::opening_of_all(self.before, stem(self.mark)) {
            let close_at = rest.len() - rest.trim_start_matches(words::is_space).len();
            if rest.get(close_at..).is_some_and(|rest| rest.starts_with(close)) {
                let wide = restriction + companions + close_at + close.len_utf8();
                return if listed && close == '」' { None } else { self.bracketed(open, close, wide) };
            }
        }
        if listed {
            return None;
        }
        if words::is_abbreviation(self.mark) {
            return None;
        }
        let left = match left::of(self.before, stem(self.mark)) {
            Left::Unchecked => Left::Unchecked,
            _ if words::has_own_label(self.mark) && !self.before.ends_with(char::is_alphanumeric) => {
                Left::Named
            }
            left => left,
        };
        let right = right::of(rest);
        self.framed(&left, &right, rest, restriction).map(|sure| (0, restriction, sure))
    }

    /// Neither bracket nor parenthesis around it.
    fn framed(&self, left: &Left, right: &Right, rest: &str, restriction: usize) -> Option<Confidence> {
        let (plain, restricted) = (words::is_plain(self.mark), restriction > 0);
        if let Some(sure) = self.named(right, plain) {
            return sure;
        }
        match (left, right) {
            (Left::Unchecked, _) => None,
            (Left::Bare | Left::Checked, Right::End) => {
                Some(if plain && self.mark.is_ascii() { Medium } else { High })
            }
            (Left::Named, Right::End | Right::Stop | Right::Quote | Right::Cell | Right::Comma) => Some(High),
            (Left::Named, Right::Title { .. } | Right::Text | Right::Dash) => Some(High),
            // `Subject: TLP:GREEN weekly digest`
            (Left::Named, _) if stem(self.mark) == "TLP" && rest.starts_with(' ') && !talk::talks(rest) => {
                Some(Medium)
            }
            (Left::Checked, _) if !talk::talks(rest) => Some(High),
            (_, Right::Cell) | (Left::Cell, Right::End) => self.cell(),
            (Left::Comma, Right::Comma | Right::Quote | Right::End) => self.cell(),
            (Left::Bare, Right::Comma) => self.cell(),
            (Left::Listed, Right::End | Right::Stop) if !plain => self.stands_alone().then_some(Medium),
            (Left::Bare, Right::Stop | Right::Notice) => Some(Medium),
            (Left::Sentence, Right::Notice) if !plain => Some(Medium),
            (Left::Sentence, Right::End | Right::Stop | Right::Quote)
                if !plain && !words::is_scheme(self.mark) =>
            {
                Some(Medium)
            }
            (Left::Bare, Right::Title { wide }) if *wide || !plain => Some(Medium),
            (Left::Bare, Right::Title { .. }) if words::is_document(rest) && self.stands_alone() => {
                Some(Medium)
            }
            (Left::Bare, Right::Text | Right::Dash) if !words::is_scheme(self.mark) && !plain => Some(Medium),
            (Left::Bare, Right::Dash) if !plain => self.stands_alone().then_some(Medium),
            (Left::Aside { wide: true }, Right::Title { wide: true }) if !plain => Some(Medium),
            (Left::Named, Right::Notice) => Some(Medium),
            (Left::Aside { wide: true }, Right::End) if !(plain && self.mark.is_ascii()) => Some(High),
            (Left::Aside { wide: false }, Right::End) if !plain => {
                Some(if restricted { High } else { Medium })
            }
            (Left::Declared, Right::Notice | Right::Stop | Right::Point | Right::Comma | Right::End) => {
                Some(Medium)
            }
            _ if restricted && !talk::talks(rest) && !rest.starts_with(char::is_alphanumeric) => Some(Medium),
            _ => None,
        }
    }

    /// Part of a file's name or of a word that is put together with `_`; `None` if it is no such part.
    fn named(&self, right: &Right, plain: bool) -> Option<Option<Confidence>> {
        let glued = left::is_glued(self.before) || *right == Right::Name;
        let word = left::word(self.before).len() + right::word(self.after).len();
        let ending = right::has_file_ending(self.after);
        let joined = self.after.starts_with(['_', '＿']) && *right == Right::Name
            || left::is_glued(self.before) && self.before.ends_with(['_', '＿']);
        match (ending, glued) {
            (true, _) if right::word(self.after).len() <= 120 && (glued || *right == Right::Ending) => {
                Some(Some(High))
            }
            (false, _) if joined && word > 0 => {
                let code = self.mark.is_ascii() && (plain || !self.mark.contains('I'));
                Some((!code && !talk::talks(self.after)).then_some(Medium))
            }
            _ => None,
        }
    }

    /// A cell of a table or of a list of values: its column says what it is.
    fn cell(&self) -> Option<Confidence> {
        let earlier = tail(self.sight.before(self.span.start), AROUND_MAX + LINE_MAX);
        let earlier = earlier.strip_suffix(self.before).unwrap_or(earlier);
        cells::judge(self.before, self.mark, self.after, earlier, stem(self.mark))
    }

    /// As a portion of a text is marked, `(S//NF)`: before the portion, or after its title.
    fn portion(&self) -> Marked {
        let begins = matches!(left::of(self.before, ""), Left::Bare | Left::Listed);
        let ends = right::of(self.after) == Right::End && !talk::talks(self.before);
        let spaced = self.after.is_empty() || self.after.starts_with(words::is_space);
        (spaced && (begins || ends) && !talk::talks(self.after)).then_some((0, 0, High))
    }

    fn bracketed(&self, open: usize, close: char, after: usize) -> Marked {
        let outer = self.before.get(..self.before.len().saturating_sub(open)).unwrap_or_default();
        let rest = self.after.get(after..).unwrap_or_default();
        let rest = rest.get(right::restriction(rest)..).unwrap_or_default();
        let states = left::declares(outer) && talk::is_notice(rest);
        if states
            || words::is_parenthesis(close) && left::ends_with_this_text(outer) && !words::is_plain(self.mark)
        {
            return Some((open, after, Medium));
        }
        if talk::continues(rest) {
            return None;
        }
        // Quoted, brackets and all, it is spoken of.
        let quotes = [('「', '」'), ('『', '』'), ('“', '”'), ('"', '"')];
        if quotes.iter().any(|(open, close)| outer.ends_with(*open) && rest.starts_with(*close)) {
            return None;
        }
        // So it is as an example.
        if ["例：", "例:", "例えば", "例えば、"].iter().any(|word| outer.ends_with(word)) {
            return None;
        }
        let left = left::of(outer, "");
        let nested = left::opening_of_all(outer, "").is_some_and(|(_, close)| rest.starts_with(close));
        let sure = if close == '」' {
            let stamps = right::of(rest) == Right::End || talk::orders(rest);
            let titled = matches!(right::of(rest), Right::Title { wide: true });
            (left == Left::Bare && (stamps || titled)).then_some(Medium)
        } else if nested {
            Some(High)
        } else if words::is_parenthesis(close) {
            match (left, right::of(rest)) {
                (Left::Unchecked, _) => None,
                (_, Right::Name | Right::Ending) => Some(High),
                (Left::Bare | Left::Named, Right::End) => Some(High),
                (Left::Bare, _) if !talk::talks(rest) => Some(Medium),
                (_, Right::End) if !talk::talks(outer) => Some(Medium),
                _ => None,
            }
        } else if words::is_plain(self.mark) && self.mark.is_ascii() && close.is_ascii() {
            // `[SECRET]` in a text stands for a secret more often than it marks one.
            (left == Left::Bare && close == ']' || matches!(left, Left::Named)).then_some(Medium)
        } else {
            Some(High)
        };
        sure.map(|sure| (open, after, sure))
    }

    /// As a heading or an item, a mark has no others of its kind nearby: who explains the levels lists them.
    fn stands_alone(&self) -> bool {
        let earlier = tail(self.sight.before(self.span.start), AROUND_MAX);
        let after = self.sight.after(self.span.end);
        if after.len() < AROUND_MAX {
            self.sight.touch();
        }
        let later = head(after, AROUND_MAX);
        if words::is_scheme(self.mark) {
            return ![earlier, later].iter().any(|text| words::names_another_level(text, self.mark));
        }
        let is_item = |line: Option<&str>| line.is_some_and(left::is_short_item);
        let mut above = earlier.strip_suffix(self.before).unwrap_or(earlier).lines().rev();
        let mut below = later.lines().skip(1);
        let filled = |line: &&str| !line.trim().is_empty();
        !is_item(above.find(filled)) && !is_item(below.find(filled))
    }
}

/// What all marks of a scheme begin with.
fn stem(mark: &str) -> &str {
    let chars =
        if mark.starts_with("TLP") || mark.starts_with("tlp") || mark.starts_with('機') { 3 } else { 2 };
    mark.char_indices().nth(chars).and_then(|(at, _)| mark.get(..at)).unwrap_or(mark)
}

/// Longest name, in bytes, of those that a restriction is for that is taken into its mark.
const AUDIENCE_MAX: usize = 48;

/// How far, in bytes, a frame that a mark brings along may begin before it, if it ends `before`.
pub(crate) fn frame_before(before: &str) -> usize {
    let before = tail(before, LINE_MAX);
    let audience = before.len() - words::before_audience(before).len();
    let frame = |before| left::opening(before).map(|(bytes, _)| bytes);
    let around = || frame(words::before_audience(before)).filter(|_| audience <= AUDIENCE_MAX);
    frame(before).or_else(|| around().map(|bytes| bytes + audience)).unwrap_or(0)
}

fn line_before<'t>(sight: &Sight<'t>, at: usize) -> &'t str {
    tail(sight.before(at), LINE_MAX).rsplit(['\n', '\r']).next().unwrap_or_default()
}

/// The last `max` bytes or a little less, on a character boundary.
pub(crate) fn tail(text: &str, max: usize) -> &str {
    let from = text.len().saturating_sub(max);
    (from..=text.len()).find_map(|at| text.get(at..)).unwrap_or_default()
}

/// The first `max` bytes or a little less, on a character boundary.
pub(crate) fn head(text: &str, max: usize) -> &str {
    (0..=max.min(text.len())).rev().find_map(|at| text.get(..at)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
