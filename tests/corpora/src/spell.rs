//! Ways to write the same thing: full-width, spaced out, encoded, hidden.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// The text spelled so; nothing if no spelling has this name.
pub fn spell(text: &str, spelling: &str) -> Option<String> {
    Some(match spelling {
        "wide" => text.chars().map(wide).collect(),
        "wide-digits" => text.chars().map(|c| if c.is_ascii_digit() { wide(c) } else { c }).collect(),
        "four" => grouped(text, 4, " "),
        "four-hyphen" => grouped(text, 4, "-"),
        "four-wide" => grouped(text, 4, "－").chars().map(wide).collect(),
        "no-hyphen" => text.replace('-', ""),
        "dots" => text.replace('-', "."),
        "spaces" => text.replace('-', " "),
        "minus" => text.replace('-', "−"),
        "en-dash" => text.replace('-', "–"),
        "hyphen2010" => text.replace('-', "‐"),
        "long-vowel" => text.replace('-', "ー"),
        "no" => text.replace('-', "の"),
        "spaced" => joined(text, " "),
        "wide-spaced" => joined(text, "　"),
        "zero-width" => joined(text, "\u{200b}"),
        "joiner" => joined(text, "\u{2060}"),
        "soft-hyphen" => grouped(text, 3, "\u{ad}"),
        "lines" => grouped(text, text.chars().count().div_ceil(2), "\n"),
        "dashes" => grouped(text, 5, "-"),
        "kanji" => text.chars().map(kanji).collect(),
        "homoglyph" => text.chars().map(homoglyph).collect(),
        "entities" => text.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
        "entities-hex" => text.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect(),
        "escapes" => text.encode_utf16().map(|u| format!("\\u{u:04x}")).collect(),
        "percent" => text.bytes().map(|b| format!("%{b:02X}")).collect(),
        "hex" => text.bytes().map(|b| format!("{b:02x}")).collect(),
        "base64" => STANDARD.encode(text),
        "base64url" => URL_SAFE_NO_PAD.encode(text),
        "base64-twice" => STANDARD.encode(STANDARD.encode(text)),
        "reversed" => text.chars().rev().collect(),
        "rot13" => text.chars().map(rot13).collect(),
        "upper" => text.to_uppercase(),
        "lower" => text.to_lowercase(),
        "json" => serde_json::Value::from(text).to_string().trim_matches('"').to_owned(),
        _ => return None,
    })
}

fn wide(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

fn kanji(c: char) -> char {
    c.to_digit(10).and_then(|d| "〇一二三四五六七八九".chars().nth(d as usize)).unwrap_or(c)
}

/// Letters of other scripts that look alike: Cyrillic, and Greek where Cyrillic has none.
fn homoglyph(c: char) -> char {
    match c {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'o' => 'о',
        'p' => 'р',
        'x' => 'х',
        'y' => 'у',
        's' => 'ѕ',
        'i' => 'і',
        'A' => 'А',
        'B' => 'В',
        'E' => 'Е',
        'H' => 'Н',
        'I' => 'Ι',
        'K' => 'К',
        'M' => 'М',
        'O' => 'О',
        'P' => 'Р',
        'T' => 'Т',
        'X' => 'Х',
        _ => c,
    }
}

/// A letter thirteen further on.
pub fn rot13(c: char) -> char {
    let turn = |base: u8| char::from((u8::try_from(c).unwrap_or(base) - base + 13) % 26 + base);
    match c {
        'a'..='z' => turn(b'a'),
        'A'..='Z' => turn(b'A'),
        _ => c,
    }
}

fn joined(text: &str, by: &str) -> String {
    text.chars().map(String::from).collect::<Vec<_>>().join(by)
}

fn grouped(text: &str, size: usize, by: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(size.max(1)).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(by)
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn spellings_are_what_their_names_say() {
        let check = |text, spelling, expect: &str| assert_eq!(spell(text, spelling).as_deref(), Some(expect));
        check("123456789018", "four", "1234 5678 9018");
        check("12a", "wide", "１２ａ");
        check("03-1", "kanji", "〇三-一");
        check("ab", "entities", "&#97;&#98;");
        check("ab", "hex", "6162");
        check("Uryyb", "rot13", "Hello");
        check("ghp", "zero-width", "g\u{200b}h\u{200b}p");
        assert_eq!(spell("x", "unheard-of"), None);
    }
}
