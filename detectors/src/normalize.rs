//! Folding: width, compatibility forms, odd hyphens, invisible characters and runs of kanji digits, as one view.
//!
//! NFKC of each character with its combining marks, plus what NFKC leaves alone. Text that needs none of it, such
//! as plain ASCII, kana and kanji, costs one pass and no memory. Does not fold look-alikes of other scripts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::view::{Builder, View};

/// The folded view of `text`, or `None` if folding changes nothing.
pub(crate) fn fold(text: &str) -> Option<View> {
    let mut builder = Builder::new(text);
    let mut kanji_digits = KanjiDigits::default();
    for (at, c) in text.char_indices() {
        if at < builder.done() {
            continue;
        }
        if let Some(digit) = kanji_digits.next(text, at, c) {
            builder.replace(at..at + c.len_utf8(), digit);
        } else if !is_plain(c) {
            fold_at(text, at, c, &mut builder);
        }
    }
    builder.finish()
}

fn fold_at(text: &str, at: usize, c: char, builder: &mut Builder<'_>) {
    let end = at + c.len_utf8();
    if is_invisible(c) {
        return builder.replace(at..end, "");
    }
    if is_hyphen(c) && between_alphanumerics(text, at, end) {
        return builder.replace(at..end, "-");
    }
    let end = cluster_end(text, end);
    let cluster = text.get(at..end).unwrap_or_default();
    if !cluster.nfkc().eq(cluster.chars()) {
        builder.replace(at..end, &cluster.nfkc().filter(|&c| !is_invisible(c)).collect::<String>());
    }
}

/// Characters that folding never changes and that begin no cluster worth folding: ASCII, kana, common kanji.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\u{7e}' | 'ぁ'..='ん' | 'ァ'..='ヺ' | '\u{3001}'..='\u{3011}' | '\u{4e00}'..='\u{9fff}')
}

/// Most combining marks that are read with one character; more are left as they are, so that work stays linear.
const MARKS_MAX: usize = 4;

fn cluster_end(text: &str, after: usize) -> usize {
    let rest = text.get(after..).unwrap_or_default();
    let marks = rest
        .chars()
        .take(MARKS_MAX)
        .take_while(|&c| canonical_combining_class(c) != 0 || matches!(c, '\u{ff9e}' | '\u{ff9f}'));
    after + marks.map(char::len_utf8).sum::<usize>()
}

/// Zero-width, soft hyphen, bidi controls, variation selectors, tags and fillers.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Dashes, minus signs and the long vowel marks, which stand for a hyphen only between alphanumerics.
fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{30fc}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '\u{ff70}'
    )
}

fn between_alphanumerics(text: &str, at: usize, end: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().chars().rev();
    let after = text.get(end..).unwrap_or_default().chars();
    nearest_is_alphanumeric(before) && nearest_is_alphanumeric(after)
}

/// How far a hyphen looks past spaces and invisible characters for its neighbour.
const NEIGHBOUR_MAX: usize = 4;

fn nearest_is_alphanumeric(chars: impl Iterator<Item = char>) -> bool {
    let mut visible = chars.take(NEIGHBOUR_MAX).filter(|&c| !is_invisible(c) && !c.is_whitespace());
    visible.next().is_some_and(|c| {
        let folded = std::iter::once(c).nfkc().next();
        folded.is_some_and(|c| c.is_ascii_alphanumeric())
    })
}

/// Positional kanji digits count as digits only in runs of [`KANJI_RUN_MIN`]: 一二三 alone is a word.
#[derive(Default)]
struct KanjiDigits {
    /// End of the run that was last measured; characters before it need no second look.
    measured: usize,
    folds: bool,
}

const KANJI_RUN_MIN: usize = 7;

impl KanjiDigits {
    fn next(&mut self, text: &str, at: usize, c: char) -> Option<&'static str> {
        let digit = kanji_digit(c)?;
        if at >= self.measured {
            let run = text.get(at..).unwrap_or_default().chars().take_while(|&c| kanji_digit(c).is_some());
            let (count, bytes) = run.fold((0, 0), |(n, bytes), c| (n + 1, bytes + c.len_utf8()));
            self.measured = at + bytes;
            self.folds = count >= KANJI_RUN_MIN;
        }
        self.folds.then_some(digit)
    }
}

fn kanji_digit(c: char) -> Option<&'static str> {
    Some(match c {
        '〇' | '零' => "0",
        '一' => "1",
        '二' => "2",
        '三' => "3",
        '四' => "4",
        '五' => "5",
        '六' => "6",
        '七' => "7",
        '八' => "8",
        '九' => "9",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fold;

    fn check(text: &str, expect: &str) {
        assert_eq!(fold(text).map_or_else(|| text.to_owned(), |view| view.text().to_owned()), expect);
    }

    #[test]
    fn width_and_compatibility_forms_fold() {
        check("１２３４　５６７８", "1234 5678");
        check("ｔａｎａｋａ＠example", "tanaka@example");
        check("ﾏｲﾅﾝﾊﾞｰ", "マイナンバー");
        check("𝟏𝟐①㈱", "121(株)");
        check("機密性３情報［Ａ］", "機密性3情報[A]");
    }

    #[test]
    fn hyphens_fold_only_between_alphanumerics() {
        check("03ー1234ー5678", "03-1234-5678");
        check("03－1234−5678", "03-1234-5678");
        check("０３‐1234 – 5678", "03-1234 - 5678");
        check("メールとデータ", "メールとデータ");
        check("第1ー部", "第1ー部");
    }

    #[test]
    fn invisible_characters_go() {
        check("12\u{200b}34\u{ad}5\u{feff}6", "123456");
        check("\u{202e}辻\u{e0100}さん", "辻さん");
    }

    #[test]
    fn kanji_digits_fold_in_long_runs_only() {
        check("一二三四五六七八九〇一八", "123456789018");
        check("一二三四五六", "一二三四五六");
        check("第一二回と三四五六七八九", "第一二回と3456789");
    }

    #[test]
    fn plain_text_needs_no_view() {
        assert!(fold("Plain text, 今日はよい天気です。メールは、まだ来ない。「はい」").is_none());
    }
}
