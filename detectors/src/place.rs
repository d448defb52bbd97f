//! Where in its line a marking stands: a mark on a document, or a mention in a sentence.
//!
//! A mark is bracketed, alone on its line, the value of a label such as `取扱区分：`, or stamped with a sharing
//! restriction. All else is a mention: 「機密性２情報の定義は？」 asks about marks and is none.
//! Works alike on text before and after folding, so both widths of every bracket are listed.

use std::ops::Range;

use crate::Confidence;
use crate::sight::Sight;

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

const PAIRS: &[(char, char)] = &[
    ('【', '】'),
    ('［', '］'),
    ('[', ']'),
    ('〔', '〕'),
    ('《', '》'),
    ('〈', '〉'),
    ('≪', '≫'),
    ('<', '>'),
    ('＜', '＞'),
    ('｛', '｝'),
    ('{', '}'),
];

const PARENTHESES: &[(char, char)] = &[('（', '）'), ('(', ')')];

/// The furthest that [`judge`] looks on either side, in bytes: a line around the match, and one around its frame.
pub(crate) const PLACE_REACH: usize = 3 * LINE_MAX;

/// Judges the match at `span`.
pub(crate) fn judge(sight: &Sight<'_>, span: Range<usize>) -> Standing {
    // A sentence goes on: no bracket closes here, no line ends. Most matches in prose stop at this one look.
    match sight.after(span.end).chars().next() {
        Some(next) if next.is_alphanumeric() => return Standing::Mention,
        Some(_) => {}
        None => sight.touch(),
    }
    let (before, after) = (line_before(sight, span.start), Ahead::of(sight, span.end));
    let (restriction, rest) = split_restriction(after);
    let end = span.end.saturating_add(restriction);
    if let Some((open, close)) = enclosed(before, rest, PAIRS) {
        return Standing::Mark(span.start.saturating_sub(open)..end.saturating_add(close), Confidence::High);
    }
    if let Some((open, close)) = enclosed(before, rest, PARENTHESES) {
        return parenthesised(sight, span.start.saturating_sub(open)..end.saturating_add(close));
    }
    let begins = is_frame(before) || ends_as_label(before);
    let restricted = restriction > 0;
    match (begins, restricted) {
        (true, true) => Standing::Mark(span.start..end, Confidence::High),
        (false, false) => Standing::Mention,
        _ if rest.is_frame() || rest.is_companion() => Standing::Mark(span.start..end, Confidence::High),
        (false, true) => Standing::Mark(span.start..end, Confidence::Medium),
        (true, false) => Standing::Mention,
    }
}

/// In parentheses it is a mark as far as nothing else stands beside them.
fn parenthesised(sight: &Sight<'_>, wide: Range<usize>) -> Standing {
    let (before, after) = (is_frame(line_before(sight, wide.start)), Ahead::of(sight, wide.end).is_frame());
    match (before, after) {
        (true, true) => Standing::Mark(wide, Confidence::High),
        (true, false) | (false, true) => Standing::Mark(wide, Confidence::Medium),
        (false, false) => Standing::Mention,
    }
}

/// How far, in bytes, a frame that a mark brings along may begin before it, if it ends `before`.
pub(crate) fn frame_before(before: &str) -> usize {
    let inner = tail(before, LINE_MAX).trim_end_matches(is_space);
    let opens = |c: char| PAIRS.iter().chain(PARENTHESES).any(|pair| pair.0 == c);
    let spaces = tail(before, LINE_MAX).len() - inner.len();
    inner.chars().next_back().filter(|&c| opens(c)).map_or(0, |c| spaces + c.len_utf8())
}

fn line_before<'t>(sight: &Sight<'t>, at: usize) -> &'t str {
    tail(sight.before(at), LINE_MAX).rsplit(['\n', '\r']).next().unwrap_or_default()
}

/// The rest of a line, which may go on beyond an open end.
#[derive(Clone, Copy)]
struct Ahead<'t, 's> {
    text: &'t str,
    sight: &'s Sight<'t>,
    /// The line ends here, or nothing further is looked at.
    complete: bool,
}

impl<'t, 's> Ahead<'t, 's> {
    fn of(sight: &'s Sight<'t>, at: usize) -> Ahead<'t, 's> {
        let after = sight.after(at);
        let line = head(after, LINE_MAX);
        match line.find(['\n', '\r']) {
            Some(end) => Ahead { text: line.get(..end).unwrap_or_default(), sight, complete: true },
            None => Ahead { text: line, sight, complete: after.len() >= LINE_MAX },
        }
    }

    /// What follows counts.
    fn touch(self) {
        if !self.complete {
            self.sight.touch();
        }
    }

    /// Nothing but what surrounds a stamp.
    fn is_frame(self) -> bool {
        let frame = is_frame(self.text);
        if frame {
            self.touch();
        }
        frame
    }

    fn is_companion(self) -> bool {
        let could = is_companion(self.text, !self.complete);
        if could {
            self.touch();
        }
        could && is_companion(self.text, false)
    }
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

/// Length of `（メンバー限り）` and its kind directly after the mark, and what follows.
fn split_restriction<'t, 's>(after: Ahead<'t, 's>) -> (usize, Ahead<'t, 's>) {
    let none = (0, after);
    let opened = after.text.trim_start_matches([' ', '\u{3000}']);
    if opened.is_empty() {
        after.touch();
    }
    let Some(body) = opened.strip_prefix(['（', '(']) else {
        return none;
    };
    let Some((inner, _)) = body.split_once(['）', ')']) else {
        after.touch();
        return none;
    };
    let restricts = ["限り", "限定", "限", "関係者", "取扱注意", "複製禁止", "転送禁止"];
    if !restricts.iter().any(|word| inner.ends_with(word)) {
        return none;
    }
    let closed = body.get(inner.len()..).and_then(|s| s.chars().next()).map_or(0, char::len_utf8);
    let len = after.text.len() - body.len() + inner.len() + closed;
    (len, Ahead { text: after.text.get(len..).unwrap_or_default(), ..after })
}

/// How many bytes on each side belong to a bracket pair around the match, if there is one.
fn enclosed(before: &str, after: Ahead<'_, '_>, pairs: &[(char, char)]) -> Option<(usize, usize)> {
    let inner_before = before.trim_end_matches(is_space);
    let open = inner_before.chars().next_back()?;
    let (_, close) = pairs.iter().find(|pair| pair.0 == open)?;
    let Some(at) = after.text.find(*close) else {
        after.touch();
        return None;
    };
    let inside = after.text.get(..at)?;
    let opening = before.len() - inner_before.len() + open.len_utf8();
    is_companion(inside, false).then_some((opening, at + close.len_utf8()))
}

/// What may follow a mark inside its frame: nothing, or more marks after a separator. With `more`, whether it could
/// become that.
fn is_companion(rest: &str, more: bool) -> bool {
    let mut chars = rest.trim_matches(is_space).chars();
    match chars.next() {
        None => true,
        Some(first) => {
            let separated = rest.starts_with(is_space) || "/／・,、，;；|｜:：".contains(first);
            let words = ["完全性", "可用性", "限り", "取扱", "注意", "禁止", "共有範囲", "限定"];
            let nested = rest.contains(['[', ']', '【', '】']);
            let short = rest.chars().count() <= 40;
            separated && !nested && short && (more || words.iter().any(|word| rest.contains(word)))
        }
    }
}

/// Nothing but what surrounds a stamp: spaces, rules, bullets, emphasis, table bars.
fn is_frame(side: &str) -> bool {
    side.chars().all(|c| is_space(c) || "*_#>|-=+~`※●○■□◆◇▲△★☆│┃─━┌┐└┘├┤".contains(c))
}

/// `格付け：`, `機密性区分:` and other labels whose value follows.
fn ends_as_label(before: &str) -> bool {
    let Some(label) = before.trim_end_matches(is_space).strip_suffix(['：', ':']) else {
        return false;
    };
    let words = ["格付", "区分", "機密性", "取扱", "分類", "レベル", "件名", "Subject", "subject"];
    label.chars().count() <= 20 && words.iter().any(|word| label.contains(word))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::{Standing, judge};
    use crate::Confidence::{self, High, Medium};
    use crate::sight::Sight;

    /// `«…»` is what was matched; `expect` the whole mark, or nothing for a mention.
    fn check(marked: &str, expect: Option<(&str, Confidence)>) {
        let start = marked.find('«').unwrap();
        let end = marked.find('»').unwrap() - '«'.len_utf8();
        let text = marked.replace(['«', '»'], "");
        match (judge(&Sight::whole(&text), start..end), expect) {
            (Standing::Mark(span, sure), Some(want)) => {
                assert_eq!((text.get(span).unwrap(), sure), want, "{marked}")
            }
            (Standing::Mention, None) => {}
            (Standing::Mark(..), None) => panic!("taken for a mark: {marked}"),
            (Standing::Mention, Some(_)) => panic!("taken for a mention: {marked}"),
        }
    }

    #[test]
    fn marks() {
        check("【«機密性３情報»】本件の詳細", Some(("【機密性３情報】", High)));
        check("件名：【 «機2» 】会議", Some(("【 機2 】", High)));
        check("資料1\n　«機密性2情報»\n本文", Some(("機密性2情報", High)));
        check("«機密性２情報»（メンバー限り）", Some(("機密性２情報（メンバー限り）", High)));
        check("会議資料　«機密性２情報»(社内限り)", Some(("機密性２情報(社内限り)", High)));
        check("［«機密性2情報»／完全性2情報］", Some(("［機密性2情報／完全性2情報］", High)));
        check("格付け：«機密性2情報»", Some(("機密性2情報", High)));
        check("（«機密性2情報»）", Some(("（機密性2情報）", High)));
        check("資料１（«機密性2情報»）", Some(("（機密性2情報）", Medium)));
        check("| «機密性2情報» |", Some(("機密性2情報", High)));
        check("■ «機密性2情報» ■", Some(("機密性2情報", High)));
    }

    #[test]
    fn mentions() {
        check("「«機密性２情報»の定義は？」", None);
        check("«機密性２情報»の定義は？", None);
        check("本件は«機密性2情報»です", None);
        check("当該文書（«機密性2情報»）は送れない", None);
        check("【«機密性３情報»とは】", None);
        check("説明：«機密性2情報»とは", None);
        check("«機密性1情報»、機密性2情報の違い", None);
        check("| «機密性3情報» | 秘密文書に相当する |", None);
    }
}
