//! Addresses in Latin letters: of Japan, door first, and of countries whose postal code ends them.

use crate::validate::{Verdict, keep_if};

/// What a part of a Japanese address ends in.
const UNITS: &[&str] = &["shi", "ku", "cho", "machi", "gun", "mura", "ken", "fu", "to", "chome", "dori"];

/// What streets of English-speaking countries end in.
const STREETS: &[&str] = &[
    "street",
    "st",
    "avenue",
    "ave",
    "boulevard",
    "blvd",
    "road",
    "rd",
    "drive",
    "dr",
    "lane",
    "ln",
    "way",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "highway",
    "hwy",
    "parkway",
    "pkwy",
    "terrace",
    "crescent",
    "close",
];

/// Prefectures as they are written abroad.
const PREFECTURES: &[&str] = &[
    "hokkaido",
    "aomori",
    "iwate",
    "miyagi",
    "akita",
    "yamagata",
    "fukushima",
    "ibaraki",
    "tochigi",
    "gunma",
    "saitama",
    "chiba",
    "tokyo",
    "kanagawa",
    "niigata",
    "toyama",
    "ishikawa",
    "fukui",
    "yamanashi",
    "nagano",
    "gifu",
    "shizuoka",
    "aichi",
    "mie",
    "shiga",
    "kyoto",
    "osaka",
    "hyogo",
    "nara",
    "wakayama",
    "tottori",
    "shimane",
    "okayama",
    "hiroshima",
    "yamaguchi",
    "tokushima",
    "kagawa",
    "ehime",
    "kochi",
    "fukuoka",
    "saga",
    "nagasaki",
    "kumamoto",
    "oita",
    "miyazaki",
    "kagoshima",
    "okinawa",
];

/// A door, words that begin with capitals, and an end that an address has.
pub(crate) fn address(text: &str) -> Verdict {
    let parts: Vec<&str> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let Some(((_, words), last)) = parts.split_first().zip(parts.last()) else { return Verdict::Reject };
    let is_word =
        |word: &&str| word.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '#');
    if words.len() < 2 || !words.iter().all(is_word) || text.ends_with([' ', ',', '.', '\'', '-', '#']) {
        return Verdict::Reject;
    }
    keep_if(is_japanese(words, last) || is_english(words, last))
}

/// A municipality or a prefecture is named, and a prefecture, a city, a postal code or the country ends it.
fn is_japanese(words: &[&str], last: &str) -> bool {
    let unit =
        |word: &&str| word.rsplit_once('-').is_some_and(|(_, unit)| UNITS.contains(&lower(unit).as_str()));
    let prefecture = |word: &&str| PREFECTURES.contains(&lower(word).as_str());
    let country = lower(last) == "japan";
    let city = words.iter().any(&unit);
    let named = city || words.iter().any(&prefecture);
    country || named && is_code(last, &[3, 4]) || city && (unit(&last) || prefecture(&last))
}

/// A street, and a state with its postal code.
fn is_english(words: &[&str], last: &str) -> bool {
    let state = words
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|word| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()));
    let street = words.iter().any(|word| STREETS.contains(&lower(word.trim_end_matches('.')).as_str()));
    street && state && (is_code(last, &[5]) || is_code(last, &[5, 4]))
}

/// Digits in groups of these lengths, with hyphens between.
fn is_code(text: &str, lengths: &[usize]) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.len() == lengths.len()
        && groups
            .iter()
            .zip(lengths)
            .all(|(group, length)| group.len() == *length && group.bytes().all(|byte| byte.is_ascii_digit()))
}

fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn doors_first() {
        check(
            address,
            Verdict::Keep,
            &[
                "3-14-8-202 Kita-Kashiwa, Kashiwa-shi, Chiba 277-0832",
                "5-8-15-102 Chuo, Kofu, Yamanashi 400-0032, Japan",
                "1-2-3 Kasumigaseki, Chiyoda-ku, Tokyo",
                "1200 Kapiolani Blvd #804, Honolulu, HI 96814",
            ],
        );
        check(
            address,
            Verdict::Reject,
            &[
                "3-14 Final Report",
                "12 Angry Men",
                "2024-04-01 Release Notes",
                "10 Downing Street",
                "1-2 Tokyo,",
            ],
        );
    }
}
