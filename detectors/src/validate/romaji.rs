//! Words of Japanese in Latin letters, as people in Japan make passwords of them: `kaikan_3F_natsu`, `manabi no mori`.

use super::words::is_placeholder;

/// Words of English, and of programs, that could be read as Japanese.
#[rustfmt::skip]
const ENGLISH: &[&str] = &[
    "again", "anyone", "chain", "train", "brain", "area", "audio", "auto", "banana", "base", "bean", "been", "beta", "bike", "bone", "bonus", "data", "date", "demo", "done", "euro",
    "even", "gain", "gate", "gene", "hero", "hide", "hiragana", "home", "honda", "hope", "human", "idea", "info", "into", "inside", "iso", "issue", "japan",
    "java", "join", "joke", "kafka", "kana", "kappa", "karate", "katakana", "kibana", "kimono", "make", "man", "maze", "mean", "media", "memo", "menu", "meta",
    "metadata", "midi", "mine", "mini", "mode", "mono", "moon", "more", "name", "nano", "node", "nokia", "none", "noon", "note", "onto", "open", "oven", "panda",
    "pane", "piano", "pike", "pipe", "potato", "radio", "rain", "rate", "ratio", "redo", "repo", "ride", "rise", "rite", "robe", "role", "roman", "romaji", "rope",
    "rose", "rule", "same", "sane", "seen", "semi", "site", "size", "some", "soon", "studio", "sudo", "taken", "tape", "time", "todo", "toke", "token", "tomato",
    "tone", "toyota", "tune", "type", "undo", "unite", "wage", "wake", "wide", "wine", "women", "zero", "zeta", "zone",
];

/// How long English words end that could be read so: `generate`, `session`.
const ENGLISH_ENDS: &[&str] = &["e", "ion", "ain", "tten", "tton", "oon", "eason"];

/// Whether a word of small letters, or with a capital first, reads as Japanese: syllables and nothing else.
pub(super) fn is_word(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let cased = word.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    let ends = ENGLISH_ENDS.iter().any(|end| lower.ends_with(end)) && !lower.ends_with("kaze");
    let english = ENGLISH.contains(&lower.as_str()) || (word.len() >= 6 && ends);
    cased && word.len() >= 4 && !english && reads(lower.as_bytes())
}

/// Words joined by hyphens, dots or the like, one of them Japanese, and the others words, numbers or initials.
pub(super) fn is_joined(value: &str) -> bool {
    let parts: Vec<&str> =
        value.split(['-', '_', '.', ' ', '=', '+', '!', '#', '&', '@', '%', '*']).collect();
    let plain = |part: &&str| part.len() <= 12 && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let sung = |part: &&str| is_word(part.trim_matches(|c: char| c.is_ascii_digit()));
    let short = |part: &&&str| part.len() >= 2 && reads(part.to_ascii_lowercase().as_bytes());
    let syllables = parts.iter().filter(short).map(|part| part.len()).sum::<usize>();
    let capital = value.bytes().any(|b| b.is_ascii_uppercase());
    let said = parts.iter().any(sung) || (capital && parts.len() >= 3 && syllables >= 6);
    parts.len() >= 2 && parts.iter().all(plain) && said && !is_placeholder(value)
}

/// Vowels, consonants before vowels, `n`, doubled consonants, and what makes syllables of two letters.
fn reads(word: &[u8]) -> bool {
    const HEADS: &[&[u8]] = &[
        b"sh", b"ch", b"ts", b"ky", b"gy", b"ny", b"hy", b"my", b"ry", b"by", b"py", b"sy", b"ty", b"zy",
        b"jy", b"k", b"s", b"t", b"n", b"h", b"m", b"y", b"r", b"w", b"g", b"z", b"d", b"b", b"p", b"j",
        b"f",
    ];
    let is_vowel = |byte: Option<&u8>| byte.is_some_and(|byte| b"aiueo".contains(byte));
    let mut rest = word;
    while let Some((&first, behind)) = rest.split_first() {
        let head = HEADS.iter().find(|head| rest.starts_with(head) && is_vowel(rest.get(head.len())));
        rest = match head {
            _ if is_vowel(Some(&first)) => behind,
            Some(head) => rest.get(head.len() + 1..).unwrap_or_default(),
            None if first == b'n' => behind,
            None if b"kstpc".contains(&first)
                && behind.first().is_some_and(|&next| next == first || (first == b't' && next == b'c')) =>
            {
                behind
            }
            None => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_as_japanese_or_not() {
        for word in [
            "natsu", "kaikan", "Iwashi", "manabou", "dosanko", "shisaa", "tegami", "kippu", "Higashi",
            "koucha", "matcha",
        ] {
            assert!(is_word(word), "{word}");
        }
        for word in
            ["server", "config", "token", "login", "admin", "secret", "windows", "data", "Office", "KUMO"]
        {
            assert!(!is_word(word), "{word}");
        }
    }

    #[test]
    fn words_are_joined() {
        for value in
            ["kaikan_3F_natsu", "dosanko-ro", "luks-Aki-no-yo", "Budou=Tana4", "shisaa-2tou", "yuki.daruma"]
        {
            assert!(is_joined(value), "{value}");
        }
        for value in ["web-server-01", "kaikan", "token-data", "your-sakura"] {
            assert!(!is_joined(value), "{value}");
        }
    }
}
