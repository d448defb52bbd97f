//! Folding: width, compatibility forms, odd hyphens, invisible characters and runs of kanji digits.
//!
//! NFKC of each character with its combining marks, plus what NFKC leaves alone. Text that needs none of it, such
//! as plain ASCII, kana and kanji, costs one pass and no memory. Look-alikes of Greek and Cyrillic are folded where they
//! stand in one word with ASCII letters, and nowhere else.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// How far folding has come in a text that grows.
#[derive(Default)]
pub(crate) struct Fold {
    kanji_digits: KanjiDigits,
}

impl Fold {
    /// Folds `text` from the byte `from` on, telling what takes the place of what; returns where it stopped. It stops
    /// early at what more text could change, unless this is all (`last`).
    ///
    /// `offset` is where `text` begins in the whole; places told are bytes of `text`.
    pub(crate) fn step(
        &mut self,
        text: &str,
        offset: usize,
        from: usize,
        last: bool,
        mut replace: impl FnMut(Range<usize>, &str),
    ) -> usize {
        let mut at = from;
        while let Some(rest) = text.get(at..) {
            at += rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                break;
            };
            let end = at + c.len_utf8();
            let next = match kanji_digit(c) {
                Some(digit) => match self.kanji_digits.folds(text, offset, at, last) {
                    Some(true) => Step::Replace(end, digit.into()),
                    Some(false) => Step::Keep(end),
                    None => Step::Wait,
                },
                None if is_plain(c) => Step::Keep(end),
                None => fold_at(text, at, c, last),
            };
            match next {
                Step::Keep(end) => at = end,
                Step::Replace(end, folded) => {
                    replace(at..end, &folded);
                    at = end;
                }
                Step::Wait => break,
            }
        }
        at
    }
}

/// What becomes of the character here, up to where.
enum Step {
    Keep(usize),
    Replace(usize, String),
    /// What follows decides.
    Wait,
}

fn fold_at(text: &str, at: usize, c: char, last: bool) -> Step {
    let end = at + c.len_utf8();
    if is_invisible(c) {
        return Step::Replace(end, String::new());
    }
    if let Some(latin) = latin(c) {
        return match in_ascii_word(text, at, end, last) {
            Some(true) => Step::Replace(end, latin.into()),
            Some(false) => Step::Keep(end),
            None => Step::Wait,
        };
    }
    if is_hyphen(c) {
        match between_alphanumerics(text, at, end, last) {
            Some(true) => return Step::Replace(end, "-".into()),
            Some(false) => {}
            None => return Step::Wait,
        }
    }
    let Some(end) = cluster_end(text, end, last) else {
        return Step::Wait;
    };
    let cluster = text.get(at..end).unwrap_or_default();
    if cluster.nfkc().eq(cluster.chars()) {
        // Its marks are looked at by themselves: they may fold although the whole does not.
        return Step::Keep(at + c.len_utf8());
    }
    Step::Replace(end, cluster.nfkc().filter(|&c| !is_invisible(c)).collect())
}

/// Characters that folding never changes and that begin no cluster worth folding: ASCII, kana, common kanji.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\u{7e}' | 'ぁ'..='ん' | 'ァ'..='ヺ' | '\u{3001}'..='\u{3011}' | '\u{4e00}'..='\u{9fff}')
}

/// Most combining marks that are read with one character; more are left as they are, so that work stays linear.
const MARKS_MAX: usize = 4;

/// Where the character and its marks end; `None` if a mark may follow.
fn cluster_end(text: &str, after: usize, last: bool) -> Option<usize> {
    let rest = text.get(after..).unwrap_or_default();
    let is_mark = |c: char| canonical_combining_class(c) != 0 || matches!(c, '\u{ff9e}' | '\u{ff9f}');
    let marks = rest.chars().take(MARKS_MAX).take_while(|&c| is_mark(c));
    let (count, bytes) = marks.fold((0, 0), |(n, bytes), c| (n + 1, bytes + c.len_utf8()));
    let decided = last || count == MARKS_MAX || bytes < rest.len();
    decided.then_some(after + bytes)
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

fn between_alphanumerics(text: &str, at: usize, end: usize, last: bool) -> Option<bool> {
    let before = text.get(..at).unwrap_or_default().chars().rev();
    let after = text.get(end..).unwrap_or_default();
    if nearest_is_alphanumeric(before) != Some(true) {
        return Some(false);
    }
    let full = last || after.chars().nth(NEIGHBOUR_MAX - 1).is_some();
    nearest_is_alphanumeric(after.chars()).or(full.then_some(false))
}

/// How far a hyphen looks past spaces and invisible characters for its neighbour.
const NEIGHBOUR_MAX: usize = 4;

/// `None` if nothing visible stands there.
fn nearest_is_alphanumeric(chars: impl Iterator<Item = char>) -> Option<bool> {
    let mut visible = chars.take(NEIGHBOUR_MAX).filter(|&c| !is_invisible(c) && !c.is_whitespace());
    let folded = std::iter::once(visible.next()?).nfkc().next();
    Some(folded.is_some_and(|c| c.is_ascii_alphanumeric()))
}

/// How far a look-alike looks for an ASCII letter in its word, in characters.
const WORD_MAX: usize = 8;

/// Whether an ASCII letter stands in the same word, near by; `None` if the word may go on.
fn in_ascii_word(text: &str, at: usize, end: usize, last: bool) -> Option<bool> {
    let is_word = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || latin(*c).is_some();
    let before = text.get(..at).unwrap_or_default();
    let mut near = before.chars().rev().take(WORD_MAX).take_while(is_word);
    let rest = text.get(end..).unwrap_or_default();
    let after = || rest.chars().take(WORD_MAX).take_while(is_word);
    if near.any(|c| c.is_ascii_alphabetic()) || after().any(|c| c.is_ascii_alphabetic()) {
        return Some(true);
    }
    let seen: usize = after().map(char::len_utf8).sum();
    let decided = last || seen < rest.len() || after().count() == WORD_MAX;
    decided.then_some(false)
}

/// The Latin letter that a Greek or Cyrillic one is drawn like.
fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        'А' | 'Α' => "A",
        'В' | 'Β' => "B",
        'С' | 'Ϲ' => "C",
        'Е' | 'Ε' => "E",
        'Ԍ' => "G",
        'Н' | 'Η' => "H",
        'І' | 'Ι' | 'Ӏ' => "I",
        'Ј' => "J",
        'К' | 'Κ' => "K",
        'М' | 'Μ' => "M",
        'Ν' => "N",
        'О' | 'Ο' => "O",
        'Р' | 'Ρ' => "P",
        'Ѕ' => "S",
        'Т' | 'Τ' => "T",
        'Х' | 'Χ' => "X",
        'У' | 'Υ' | 'Ү' => "Y",
        'Ζ' => "Z",
        'а' => "a",
        'с' => "c",
        'ԁ' => "d",
        'е' => "e",
        'һ' => "h",
        'і' | 'ι' => "i",
        'ј' => "j",
        'ӏ' => "l",
        'о' | 'ο' => "o",
        'р' | 'ρ' => "p",
        'ԛ' => "q",
        'ѕ' => "s",
        'ν' | 'ѵ' => "v",
        'ԝ' => "w",
        'х' | 'χ' => "x",
        'у' | 'γ' => "y",
        _ => return None,
    })
}

/// Positional kanji digits count as digits only in runs of [`KANJI_RUN_MIN`]: 一二三 alone is a word.
#[derive(Default)]
struct KanjiDigits {
    /// End of the run that was last measured; characters before it need no second look, and a run that goes on there
    /// is the same run.
    measured: usize,
    folds: bool,
}

const KANJI_RUN_MIN: usize = 7;

impl KanjiDigits {
    /// Whether the digit here folds; `None` if the run may yet grow long enough.
    fn folds(&mut self, text: &str, offset: usize, at: usize, last: bool) -> Option<bool> {
        let rest = text.get(at..).unwrap_or_default();
        let here = offset + at;
        if here < self.measured {
            return Some(self.folds);
        }
        let run = rest.chars().take_while(|&c| kanji_digit(c).is_some());
        let (count, bytes) = run.fold((0, 0), |(n, bytes), c| (n + 1, bytes + c.len_utf8()));
        let goes_on = self.folds && here == self.measured;
        if !goes_on && !last && count < KANJI_RUN_MIN && bytes == rest.len() {
            return None;
        }
        self.measured = here + bytes;
        self.folds = goes_on || count >= KANJI_RUN_MIN;
        Some(self.folds)
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
    use super::Fold;

    /// `text` folded, with pauses after every `step` characters.
    fn folded(text: &str, step: usize) -> String {
        let (mut fold, mut out, mut copied, mut at) = (Fold::default(), String::new(), 0, 0);
        let ends: Vec<usize> =
            text.char_indices().map(|(at, _)| at).step_by(step).chain([text.len()]).collect();
        for end in ends {
            let seen = text.get(..end).unwrap();
            at = fold.step(seen, 0, at, end == text.len(), |range, with| {
                out += text.get(copied..range.start).unwrap();
                out += with;
                copied = range.end;
            });
        }
        out + text.get(copied..).unwrap()
    }

    fn check(text: &str, expect: &str) {
        for step in [1, 2, 3, 7, 1000] {
            assert_eq!(folded(text, step), expect, "{text} by {step}");
        }
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
    fn look_alikes_fold_in_ascii_words_only() {
        check("АКІАRZPUZDIK", "AKIARZPUZDIK");
        check("ghр_аbс1", "ghp_abc1");
        check("Мой пароль: Москва", "Мой пароль: Москва");
        check("α と β、ν=3", "α と β、ν=3");
        check("В 2024 году", "В 2024 году");
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
        let text = "Plain text, 今日はよい天気です。メールは、まだ来ない。「はい」";
        Fold::default().step(text, 0, 0, true, |_, _| panic!("nothing is replaced"));
    }
}
