//! Persons, from lists of surnames and given names with their readings.

use std::sync::LazyLock;

use super::kana::{half_width, katakana, romaji};
use crate::draw::Draw;

/// A name as it is written and as it is read.
type Word = (&'static str, &'static str);

static COMMON: LazyLock<Vec<Word>> = LazyLock::new(|| words(include_str!("../../words/surnames-common.txt")));
static RARE: LazyLock<Vec<Word>> = LazyLock::new(|| words(include_str!("../../words/surnames-rare.txt")));
static GIVEN: LazyLock<Vec<Word>> = LazyLock::new(|| words(include_str!("../../words/given.txt")));

/// Of a hundred persons, so many have a surname that few have, or an old form of one.
const RARE_PERCENT: usize = 25;

fn words(list: &'static str) -> Vec<Word> {
    list.lines().filter_map(|line| line.split_once(' ')).collect()
}

/// Somebody.
#[derive(Clone, Debug)]
pub struct Person {
    family: Word,
    given: Word,
    pub(super) rare: bool,
}

impl Person {
    pub(super) fn draw(draw: &mut Draw) -> Self {
        let rare = draw.percent(RARE_PERCENT);
        let families = if rare { &RARE } else { &COMMON };
        Self { family: *draw.pick(families), given: *draw.pick(&GIVEN), rare }
    }

    /// The name written as `maker` says.
    pub(super) fn make(&self, maker: &str) -> Option<String> {
        let (family, given) = (self.family, self.given);
        let latin = |word: Word| romaji(word.1);
        Some(match maker {
            "name" | "full" => format!("{}{}", family.0, given.0),
            "spaced" => format!("{} {}", family.0, given.0),
            "wide" => format!("{}　{}", family.0, given.0),
            "family" => family.0.to_owned(),
            "given" => given.0.to_owned(),
            "kana" => format!("{} {}", katakana(family.1), katakana(given.1)),
            "kana.tight" => katakana(&format!("{}{}", family.1, given.1)),
            "kana.family" => katakana(family.1),
            "hiragana" => format!("{} {}", family.1, given.1),
            "half-kana" => half_width(&katakana(&format!("{} {}", family.1, given.1))),
            "romaji" => format!("{} {}", latin(family).to_uppercase(), titled(&latin(given))),
            "western" => format!("{} {}", titled(&latin(given)), titled(&latin(family))),
            "romaji.family" => titled(&latin(family)),
            "mailbox" => format!("{}.{}", latin(given), latin(family)),
            _ => return None,
        })
    }
}

fn titled(word: &str) -> String {
    word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{COMMON, GIVEN, RARE};

    #[test]
    fn there_are_enough_names() {
        assert!(COMMON.len() + RARE.len() >= 250 && RARE.len() >= 80 && GIVEN.len() >= 250);
    }
}
