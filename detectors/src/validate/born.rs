//! Dates that are of birth by what stands beside them: a name, a sex, 生.

use super::japan_dates::{is_birth_date, numbers};
use super::{Validator, Verdict, keep_if};
use crate::gazetteer;
use crate::literals::is_kanji;

pub(super) const LIST: &[Validator] = &[
    Validator { name: "birth-date-beside", checksum: false, judge: birth_date_beside },
    Validator {
        name: "birth-date-bracketed",
        checksum: false,
        judge: |text| keep_if(text.split(['(', '（']).nth(1).is_some_and(is_birth_date)),
    },
    Validator {
        name: "birth-date-past",
        checksum: false,
        judge: |text| keep_if(is_birth_date(text) && !is_recent(text)),
    },
];

/// A date behind a name or a sex: a day on which somebody grown up was born, or one that only words about births tell
/// from the day of a meeting.
fn birth_date_beside(text: &str) -> Verdict {
    const SIGNS: [char; 14] =
        [' ', '\u{3000}', '\t', '(', '（', ',', '、', '|', ':', '：', '・', '/', '男', '女'];
    let begins = text.char_indices().filter(|(_, c)| SIGNS.contains(c)).map(|(at, c)| at + c.len_utf8());
    let Some(date) = begins.filter_map(|at| text.get(at..)).find(|rest| is_birth_date(rest)) else {
        return Verdict::Reject;
    };
    if is_recent(date) { Verdict::NeedsLabel } else { Verdict::Keep }
}

/// 生 behind a date is that of 生まれ, unless a word begins with it: 生産, 生徒.
pub(super) fn born(_: &str, _: &str, after: &str) -> Verdict {
    const WORDS: [char; 10] = ['産', '徒', '活', '成', '育', '物', '命', '態', '涯', '協'];
    keep_if(!after.starts_with(WORDS))
}

/// A date behind a surname and a given name: an old one is that of a birth, as most things that have a name and an old
/// date in the files of an office are.
pub(super) fn behind_name(before: &str, matched: &str, _: &str) -> Verdict {
    const SIGNS: [char; 14] =
        [' ', '\u{3000}', '\t', '(', '（', ',', '、', '|', '｜', '/', '／', '"', '\'', '・'];
    const HONORIFICS: [&str; 6] = ["さん", "ちゃん", "くん", "様", "氏", "殿"];
    let head = before.trim_end_matches(SIGNS);
    let name = HONORIFICS.iter().find_map(|word| head.strip_suffix(word)).unwrap_or(head);
    let is_part = |c: &char| is_kanji(*c) || matches!(c, 'ぁ'..='ん' | 'ァ'..='ヶ' | 'ー' | ' ' | '\u{3000}');
    let length: usize = name.chars().rev().take(NAME_MAX).take_while(is_part).map(char::len_utf8).sum();
    let run = name.get(name.len() - length..).unwrap_or_default();
    let parts: Vec<&str> = run.split([' ', '\u{3000}']).filter(|part| !part.is_empty()).collect();
    let known = match parts.as_slice() {
        [.., surname, middle, given] => names_somebody(middle, given) || names_somebody(surname, given),
        [surname, given] => names_somebody(surname, given),
        [glued] if head.len() < before.len() => gazetteer::surname_prefixes(glued)
            .filter_map(|(bytes, _)| glued.get(bytes..))
            .any(|given| gazetteer::given(given).is_some() && !"都道府県市区町村郡島".contains(given)),
        _ => false,
    };
    match (known, is_recent(matched)) {
        (false, _) => Verdict::Reject,
        (true, true) => Verdict::NeedsLabel,
        (true, false) => Verdict::Keep,
    }
}

/// Longest name with its spaces, in characters.
const NAME_MAX: usize = 16;

/// A surname that is known and something short behind it.
fn names_somebody(surname: &str, given: &str) -> bool {
    let whole = gazetteer::surname_prefixes(surname).any(|(bytes, _)| bytes == surname.len());
    whole && given.chars().nth(5).is_none()
}

/// Whether a date is of the last years, in which most things in the files of an office happened.
fn is_recent(date: &str) -> bool {
    let year = numbers(date).first().map_or(0, |(year, _)| *year);
    date.starts_with(['令', 'R', 'r']) || (RECENT..=2099).contains(&year) || year / 10_000 >= RECENT
}

/// The first of the years that are nobody's of whom a list has dates of birth and no label.
const RECENT: u32 = 2012;
