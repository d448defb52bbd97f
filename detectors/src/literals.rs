//! The literals of many rules in one automaton, and those that may be under way at the end of a text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::gazetteer::{Standing, names, places};
use crate::prefixes::Prefixes;

/// Words of a gazetteer that matches begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Roll {
    /// Surnames but for rare ones, which are found by what stands beside them.
    Surnames,
    /// Prefectures and municipalities.
    Places,
    /// Surnames as they are read, in katakana and in hiragana.
    Kana,
}

impl Roll {
    pub(crate) const ALL: [Roll; 3] = [Roll::Surnames, Roll::Places, Roll::Kana];

    /// The automaton of its words, built when it is first asked for.
    pub(crate) fn literals(self) -> Option<&'static Literals> {
        static SURNAMES: LazyLock<Option<Literals>> = LazyLock::new(|| {
            Roll::built(
                names::surnames().filter(|(_, known)| known.standing > Standing::Rare).map(|(word, _)| word),
            )
        });
        static PLACES: LazyLock<Option<Literals>> =
            LazyLock::new(|| Roll::built(places::prefectures().chain(places::municipalities())));
        static KANA: LazyLock<Option<Literals>> =
            LazyLock::new(|| Roll::built(names::kana_surnames().filter(|word| word.len() > 3)));
        match self {
            Roll::Surnames => SURNAMES.as_ref(),
            Roll::Places => PLACES.as_ref(),
            Roll::Kana => KANA.as_ref(),
        }
    }

    fn built(words: impl Iterator<Item = &'static str>) -> Option<Literals> {
        Literals::new(words.map(|word| (0, word)), Case::Counts).ok()
    }

    /// Whether a word may begin behind `before`: in the middle of other kanji there is nothing but parts of words, unless
    /// an office stands there, as in 総務課山田. In the middle of katakana there is no reading of a name.
    pub(crate) fn may_begin(self, before: &str) -> bool {
        let inside = |c: char| match self {
            Roll::Kana => matches!(c, 'ァ'..='ヺ' | 'ー'),
            Roll::Surnames | Roll::Places => is_kanji(c) && !OFFICES.contains(c),
        };
        !before.chars().next_back().is_some_and(inside)
    }
}

/// What a word may end in that stands directly before a name or a place: offices, titles, labels.
pub(crate) const OFFICES: &str = "課部室局係長員当者省庁社名様官氏県市区町村都府道〒";

pub(crate) fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{fa0e}'..='\u{fa2d}' | '々' | '\u{20000}'..='\u{2ffff}')
}

/// Literals, each with the rules it is a sign of.
pub(crate) struct Literals {
    automaton: Option<AhoCorasick>,
    rules: Vec<Vec<u16>>,
    prefixes: Prefixes,
    case: Case,
}

/// Whether case tells literals apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    Counts,
    /// That of ASCII letters does not.
    Ignored,
}

impl Literals {
    pub(crate) fn new<'w>(of: impl Iterator<Item = (u16, &'w str)>, case: Case) -> Result<Literals, String> {
        let mut known: BTreeMap<Cow<'w, str>, Vec<u16>> = BTreeMap::new();
        for (rule, word) in of {
            let word = if case == Case::Ignored { word.to_ascii_lowercase().into() } else { word.into() };
            known.entry(word).or_default().push(rule);
        }
        let (words, rules): (Vec<Cow<'_, str>>, Vec<Vec<u16>>) = known.into_iter().unzip();
        let words: Vec<&str> = words.iter().map(Cow::as_ref).collect();
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::Standard).ascii_case_insensitive(case == Case::Ignored);
        let automaton =
            builder.build(&words).map_err(|error| format!("the literals do not compile: {error}"))?;
        let prefixes = Prefixes::of(&words);
        Ok(Literals { automaton: (!words.is_empty()).then_some(automaton), rules, prefixes, case })
    }

    /// Tells rule, place and length of each literal that begins before `end`, in any order.
    pub(crate) fn each(&self, text: &str, end: usize, mut tell: impl FnMut(u16, usize, usize)) {
        let hits = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(text));
        for hit in hits.filter(|hit| hit.start() < end) {
            let rules = self.rules.get(hit.pattern().as_usize()).map_or(&[][..], Vec::as_slice);
            rules.iter().for_each(|&rule| tell(rule, hit.start(), hit.end() - hit.start()));
        }
    }

    /// Length of the longest end of `text` that begins a literal without completing it.
    pub(crate) fn unfinished(&self, text: &str) -> usize {
        match self.case {
            Case::Counts => self.prefixes.longest(text),
            Case::Ignored => self.prefixes.longest_in_any_case(text),
        }
    }
}
