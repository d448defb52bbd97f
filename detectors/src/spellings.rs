//! How a key of Latin words is written by people and by programs.

use std::collections::HashSet;

use crate::literals::is_kanji;

/// All spellings of all keys, each once, whatever its case.
pub(crate) fn spelled<'k>(keys: impl Iterator<Item = &'k String>) -> Vec<String> {
    let mut seen = HashSet::new();
    keys.flat_map(|key| spellings(key)).filter(|key| seen.insert(key.to_ascii_lowercase())).collect()
}

/// A key of two or three words of ASCII in every way in which identifiers join them: `pension number`, `pension_number`,
/// `pension-number` and `pensionNumber`, case making no difference. A key of two kanji also as forms set it: `内　線`. Any
/// other key is itself.
fn spellings(key: &str) -> Vec<String> {
    let words: Vec<&str> = key.split(' ').collect();
    let joins = (2..=3).contains(&words.len()) && words.iter().all(|word| is_word(word));
    if joins {
        return [" ", "_", "-", ""].iter().map(|joint| words.join(joint)).collect();
    }
    match key.chars().collect::<Vec<char>>()[..] {
        [first, second] if [first, second].into_iter().all(is_kanji) => {
            ["", " ", "\u{3000}", "  ", "\u{3000}\u{3000}"]
                .iter()
                .map(|gap| format!("{first}{gap}{second}"))
                .collect()
        }
        _ => vec![key.to_owned()],
    }
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn words_are_joined_as_identifiers_are() {
        assert_eq!(
            spellings("pension number"),
            ["pension number", "pension_number", "pension-number", "pensionnumber"]
        );
        assert_eq!(spellings("内線"), ["内線", "内 線", "内　線", "内  線", "内　　線"]);
        for key in ["内線表", "pension", "bic ", "driver's license", "IP アドレス", "a b c d", " ", ""]
        {
            assert_eq!(spellings(key), [key]);
        }
    }
}
