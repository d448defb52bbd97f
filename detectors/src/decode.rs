//! Shallow decoding: percent, backslash escapes and HTML entities, as one view.
//!
//! Every form is recognised by its own sign (`%`, `\`, `&`), so text without them costs one search. Nested encodings are undone by decoding a view again; how often is the scanner's bound.

use memchr::memchr3_iter;

use crate::view::{Builder, View};

/// `text` with its escapes undone, or `None` if it has none.
pub(crate) fn decode(text: &str) -> Option<View> {
    let mut builder = Builder::new(text);
    for at in memchr3_iter(b'%', b'\\', b'&', text.as_bytes()) {
        if at >= builder.done() {
            escape_at(text, at, &mut builder);
        }
    }
    builder.finish()
}

fn escape_at(text: &str, at: usize, builder: &mut Builder<'_>) {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with('%') {
        return percent_run(rest, at, builder);
    }
    let found = if rest.starts_with('&') { entity(rest) } else { backslash(rest) };
    if let Some((c, len)) = found {
        builder.replace(at..at + len, c.encode_utf8(&mut [0; 4]));
    }
}

/// A run of `%XX`, read as UTF-8; a byte that is not UTF-8 becomes U+FFFD.
fn percent_run(rest: &str, at: usize, builder: &mut Builder<'_>) {
    let bytes: Vec<u8> = rest.as_bytes().chunks_exact(3).map_while(percent_byte).collect();
    let mut at = at;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let end = at + 3 * c.len_utf8();
            builder.replace(at..end, c.encode_utf8(&mut [0; 4]));
            at = end;
        }
        if !chunk.invalid().is_empty() {
            let end = at + 3 * chunk.invalid().len();
            builder.replace(at..end, "\u{fffd}");
            at = end;
        }
    }
}

fn percent_byte(chunk: &[u8]) -> Option<u8> {
    match *chunk {
        [b'%', high, low] => {
            let value = hex_digit(high)? * 16 + hex_digit(low)?;
            u8::try_from(value).ok()
        }
        _ => None,
    }
}

fn hex_digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

/// `\uXXXX` (with surrogate pairs), `\u{X}`, `\xXX` and the one-letter escapes of JSON.
fn backslash(rest: &str) -> Option<(char, usize)> {
    let body = rest.get(1..)?;
    match body.as_bytes().first()? {
        b'n' => Some(('\n', 2)),
        b'r' => Some(('\r', 2)),
        b't' => Some(('\t', 2)),
        quoted @ (b'"' | b'\'' | b'\\' | b'/') => Some((char::from(*quoted), 2)),
        b'x' => Some((char::from_u32(hex(body.get(1..3)?)?)?, 4)),
        b'u' if body.starts_with("u{") => {
            let digits = body.get(2..).and_then(|s| s.as_bytes().iter().take(7).position(|&b| b == b'}'))?;
            Some((char::from_u32(hex(body.get(2..2 + digits)?)?)?, digits + 4))
        }
        b'u' => {
            let unit = hex(body.get(1..5)?)?;
            match char::from_u32(unit) {
                Some(c) => Some((c, 6)),
                None => surrogate_pair(unit, body.get(5..)?),
            }
        }
        _ => None,
    }
}

fn surrogate_pair(high: u32, rest: &str) -> Option<(char, usize)> {
    let low = hex(rest.strip_prefix("\\u")?.get(..4)?)?;
    let units = [u16::try_from(high).ok()?, u16::try_from(low).ok()?];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((c, 12))
}

fn hex(digits: &str) -> Option<u32> {
    let all_hex = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    all_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// Longest entity that is read, in bytes: `&#x10FFFF;` with some leading zeros.
const ENTITY_MAX: usize = 14;

fn entity(rest: &str) -> Option<(char, usize)> {
    let end = rest.as_bytes().iter().take(ENTITY_MAX).position(|&b| b == b';')?;
    let name = rest.get(1..end)?;
    let c = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => char::from_u32(hex(digits)?)?,
            None => char::from_u32(number.parse().ok()?)?,
        },
        None => named_entity(name)?,
    };
    Some((c, end + 1))
}

/// The named entities that can stand inside what rules look for.
fn named_entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "commat" => '@',
        "period" => '.',
        "colon" => ':',
        "equals" => '=',
        "hyphen" | "dash" | "ndash" | "mdash" | "minus" => '-',
        "lowbar" => '_',
        "plus" => '+',
        "sol" => '/',
        "lpar" => '(',
        "rpar" => ')',
        "lsqb" | "lbrack" => '[',
        "rsqb" | "rbrack" => ']',
        "num" => '#',
        "shy" | "zwj" | "zwnj" => '\u{200b}',
        "NewLine" => '\n',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn check(text: &str, expect: &str) {
        assert_eq!(decode(text).map_or_else(|| text.to_owned(), |view| view.text().to_owned()), expect);
    }

    #[test]
    fn escapes_are_undone() {
        check("%41%4bIA", "AKIA");
        check("%E7%95%AA号", "番号");
        check("%ff%41", "\u{fffd}A");
        check(r"\u0041KIA \x41 \u{1f600} \ud83d\ude00", "AKIA A 😀 😀");
        check(r"a\nb\/c", "a\nb/c");
        check("a&commat;b &#65;&#x41; &amp;", "a@b AA &");
    }

    #[test]
    fn what_only_looks_like_an_escape_stays() {
        for text in
            ["100%", "%4", "%zz", r"\u00", r"\ud83d", r"\u{110000}", r"\q", "&;", "&#;", "&nosuch;", "a & b"]
        {
            check(text, text);
        }
    }
}
