//! Prefectures, municipalities, wards and towns.

use super::list::List;

pub(super) const PREFECTURES: List = List::new(include_str!("../../gazetteers/prefectures.txt"), 4);
pub(super) const MUNICIPALITIES: List = List::new(include_str!("../../gazetteers/municipalities.txt"), 10);
pub(super) const WARDS: List = List::new(include_str!("../../gazetteers/wards.txt"), 5);
pub(super) const TOWNS: List = List::new(include_str!("../../gazetteers/towns.txt"), 12);

/// Bytes of the prefecture that `text` begins with.
pub(crate) fn prefecture_prefix(text: &str) -> Option<usize> {
    PREFECTURES.longest_prefix(text)
}

/// Bytes of the longest municipality that `text` begins with: with or without its county, a designated city with or
/// without its ward. Wards alone are not in it, but Tokyo's are.
pub(crate) fn municipality_prefix(text: &str) -> Option<usize> {
    MUNICIPALITIES.longest_prefix(text)
}

/// Bytes of the ward of a designated city that `text` begins with.
pub(crate) fn ward_prefix(text: &str) -> Option<usize> {
    WARDS.longest_prefix(text)
}

/// Bytes of the longest town (町域) that `text` begins with, however the ケ in it is written.
pub(crate) fn town_prefix(text: &str) -> Option<usize> {
    TOWNS.longest_prefix(&one_ke(text))
}

pub(crate) fn is_prefecture(text: &str) -> bool {
    PREFECTURES.contains(text)
}

pub(crate) fn is_municipality(text: &str) -> bool {
    MUNICIPALITIES.contains(text)
}

/// Every prefecture, for rules that begin at one.
pub(crate) fn prefectures() -> impl Iterator<Item = &'static str> {
    PREFECTURES.entries().map(|(word, _)| word)
}

/// Every municipality and every part of one that stands for it, for rules that begin at one.
pub(crate) fn municipalities() -> impl Iterator<Item = &'static str> {
    MUNICIPALITIES.entries().map(|(word, _)| word)
}

/// 霞が関, 霞ヶ関 and 霞ガ関 are 霞ケ関: as long in bytes, as the list has it. Only so much as a town may have.
fn one_ke(text: &str) -> String {
    let mut folded = String::with_capacity(64);
    let mut chars = text.chars().take(TOWNS_LONGEST).peekable();
    let mut after_kanji = false;
    while let Some(c) = chars.next() {
        let between = after_kanji && chars.peek().is_some_and(|&next| is_kanji(next));
        folded.push(if between && matches!(c, 'ヶ' | 'が' | 'ガ') { 'ケ' } else { c });
        after_kanji = is_kanji(c) || c == '々';
    }
    folded
}

/// One more than the list has, so that the character after ケ is seen.
const TOWNS_LONGEST: usize = 13;

fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}
