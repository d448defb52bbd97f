//! Names of people from abroad, in Latin letters and in katakana.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::list::List;

pub(super) const GIVEN: List = List::new(include_str!("../../gazetteers/world-given.txt"), 15);
pub(super) const SURNAMES: List = List::new(include_str!("../../gazetteers/world-surnames.txt"), 15);
pub(super) const KANA: List = List::new(include_str!("../../gazetteers/world-kana.txt"), 10);

/// Whether `text` is a given name somewhere.
pub(crate) fn world_given(text: &str) -> bool {
    GIVEN.contains(&key(text))
}

/// Whether `text` is a surname somewhere.
pub(crate) fn world_surname(text: &str) -> bool {
    SURNAMES.contains(&key(text))
}

/// Whether `katakana` is the name of somebody from abroad, and no word.
pub(crate) fn world_in_kana(katakana: &str) -> bool {
    KANA.contains(katakana)
}

/// Small letters without signs, as `gazetteers/make/world.py` writes them.
fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ł' => key.push('l'),
            'ø' => key.push('o'),
            'đ' | 'ð' => key.push('d'),
            'ß' => key.push_str("ss"),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            'ı' => key.push('i'),
            'þ' => key.push_str("th"),
            _ => key.push(c),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::{world_given, world_in_kana, world_surname};

    #[test]
    fn names_are_known_in_any_case_and_with_their_signs() {
        for given in ["Emma", "RAFAEL", "siti", "Bikash", "Łukasz"] {
            assert!(world_given(given), "{given}");
        }
        for surname in ["Steinmetz", "KOWALCZYK", "Müller", "Gurung", "Nguyen"] {
            assert!(world_surname(surname), "{surname}");
        }
        assert!(world_in_kana("ダニエル") && world_in_kana("ソフィー"));
        for word in ["Will", "May", "Green", "Summer", "The", "Julia"] {
            assert!(!world_given(word), "{word}");
        }
        assert!(!world_in_kana("ユーザー") && !world_in_kana("アクセス"));
    }
}
