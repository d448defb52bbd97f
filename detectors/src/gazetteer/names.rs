//! Surnames, given names, and words that look like them.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::list::List;
use super::romaji;

pub(super) const SURNAMES: List = List::new(include_str!("../../gazetteers/surnames.txt"), 5);
pub(super) const GIVEN: List = List::new(include_str!("../../gazetteers/given.txt"), 4);
pub(super) const SURNAMES_KANA: List = List::new(include_str!("../../gazetteers/surnames-kana.txt"), 10);
pub(super) const GIVEN_READINGS: List = List::new(include_str!("../../gazetteers/given-readings.txt"), 8);
pub(super) const GIVEN_KANA: List = List::new(include_str!("../../gazetteers/given-kana.txt"), 8);
pub(super) const SURNAMES_ROMAJI: List = List::new(include_str!("../../gazetteers/surnames-romaji.txt"), 20);
pub(super) const GIVEN_ROMAJI: List = List::new(include_str!("../../gazetteers/given-romaji.txt"), 13);
pub(super) const WORDS: List = List::new(include_str!("../../gazetteers/not-names-words.txt"), 5);

/// How often a surname is met.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Standing {
    /// In a dictionary only: some hundred bearers or fewer.
    Rare,
    /// Not rare; also forms of family registers such as 髙橋.
    Known,
    /// Met in newspapers.
    Common,
}

/// What is known of a surname in kanji.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Surname {
    pub(crate) standing: Standing,
    /// It is an ordinary word as well, as 林 and 仲間 are.
    pub(crate) word: bool,
}

/// What is known of a given name in kanji.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Given {
    Name,
    /// A word that some are called by, as 大学 and 政治 are.
    Word,
}

/// Whether `text`, all of it, is a surname.
///
/// An old form is as common as the new one, and no word.
pub(crate) fn surname(text: &str) -> Option<Surname> {
    let written = SURNAMES.find(text).map(described);
    if !text.contains(OLD_FORMS.map(|(old, _)| old)) {
        return written;
    }
    let new = SURNAMES.find(&new_forms(text)).map(described);
    let standing = written.map(|surname| surname.standing).max(new.map(|surname| surname.standing));
    standing.map(|standing| Surname { standing, word: false })
}

/// Kanji of family registers, and those of newspapers.
const OLD_FORMS: [(char, char); 24] = [
    ('﨑', '崎'),
    ('髙', '高'),
    ('濵', '浜'),
    ('濱', '浜'),
    ('眞', '真'),
    ('國', '国'),
    ('齋', '斎'),
    ('齊', '斉'),
    ('邊', '辺'),
    ('邉', '辺'),
    ('澤', '沢'),
    ('櫻', '桜'),
    ('廣', '広'),
    ('嶋', '島'),
    ('嶌', '島'),
    ('德', '徳'),
    ('瀨', '瀬'),
    ('瀧', '滝'),
    ('龍', '竜'),
    ('條', '条'),
    ('壽', '寿'),
    ('惠', '恵'),
    ('栁', '柳'),
    ('𠮷', '吉'),
];

fn new_forms(text: &str) -> String {
    let new = |c: char| OLD_FORMS.iter().find(|(old, _)| *old == c).map_or(c, |(_, new)| *new);
    text.chars().map(new).collect()
}

/// Every surname that `text` begins with, its bytes and what is known of it, the shortest first.
pub(crate) fn surname_prefixes(text: &str) -> impl Iterator<Item = (usize, Surname)> + '_ {
    SURNAMES.prefixes(text).map(|(bytes, mark)| (bytes, described(mark)))
}

fn described(mark: &str) -> Surname {
    let standing = match mark.as_bytes().first() {
        Some(b'c') => Standing::Common,
        Some(b'k' | b'v') => Standing::Known,
        _ => Standing::Rare,
    };
    Surname { standing, word: mark.ends_with('w') }
}

/// Whether `text` is a given name that has a kanji in it.
pub(crate) fn given(text: &str) -> Option<Given> {
    GIVEN.find(text).map(|mark| if mark.is_empty() { Given::Name } else { Given::Word })
}

/// Whether `katakana` is a given name that is written in kana, as さくら is.
pub(crate) fn given_in_kana(katakana: &str) -> bool {
    GIVEN_KANA.contains(katakana)
}

/// Whether `katakana` is how a surname is read.
pub(crate) fn kana_surname(katakana: &str) -> bool {
    SURNAMES_KANA.contains(katakana)
}

/// Whether `katakana` is how a given name is read.
pub(crate) fn kana_given(katakana: &str) -> bool {
    GIVEN_READINGS.contains(katakana) || GIVEN_KANA.contains(katakana)
}

/// Whether `text` is a surname in Latin letters: Hepburn or official spelling, with or without its long vowels.
pub(crate) fn romaji_surname(text: &str) -> bool {
    romaji::key(text).is_some_and(|key| SURNAMES_ROMAJI.contains(&key))
}

/// Whether `text` is a given name in Latin letters.
pub(crate) fn romaji_given(text: &str) -> bool {
    romaji::key(text).is_some_and(|key| GIVEN_ROMAJI.contains(&key))
}

/// Whether `text` looks like a name, perhaps with an honorific, and is a word, a place or an organisation.
///
/// Latin letters are compared in lower case.
pub(crate) fn not_a_name(text: &str) -> bool {
    static WRITTEN: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let written = WRITTEN.get_or_init(|| {
        let lines = [
            include_str!("../../gazetteers/not-names.txt"),
            include_str!("../../gazetteers/not-names-history.txt"),
            include_str!("../../gazetteers/not-names-romaji.txt"),
        ];
        lines.into_iter().flat_map(str::lines).flat_map(before_remark).collect()
    });
    written.contains(text) || WORDS.contains(text)
}

/// The words of a line, up to a remark.
fn before_remark(line: &'static str) -> impl Iterator<Item = &'static str> {
    line.split('#').next().unwrap_or_default().split_whitespace()
}

/// Every surname as it is read, in katakana, for rules that begin at one.
pub(crate) fn kana_surnames() -> impl Iterator<Item = &'static str> {
    SURNAMES_KANA.entries().map(|(word, _)| word)
}

/// Every surname in kanji, for rules that begin at one.
pub(crate) fn surnames() -> impl Iterator<Item = (&'static str, Surname)> {
    SURNAMES.entries().map(|(word, mark)| (word, surname(word).unwrap_or(described(mark))))
}
