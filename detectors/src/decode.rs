//! Shallow decoding: percent, backslash escapes, HTML entities, and tokens in pieces.
//!
//! Every form is recognised by its own sign (`%`, `\`, `&`, a separator), so text without them costs one search. Nested
//! encodings are undone by decoding what this gives again; how often is the scanner's bound.

use std::ops::Range;

use memchr::memchr3;

use crate::join::{Join, join, separates};

/// Whether tokens in pieces are joined as well. They are once, and not in what that gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pieces {
    Joined,
    Left,
}

/// Undoes the escapes of `text` from the byte `from` on, telling what takes the place of what; returns where it stopped.
/// It stops early at what more text could complete, unless this is all (`last`).
pub(crate) fn decode(
    text: &str,
    from: usize,
    last: bool,
    pieces: Pieces,
    mut replace: impl FnMut(Range<usize>, &str),
) -> usize {
    let mut at = from;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let sign = match pieces {
            Pieces::Joined => {
                rest.bytes().position(|byte| matches!(byte, b'%' | b'\\' | b'&') || separates(byte))
            }
            Pieces::Left => memchr3(b'%', b'\\', b'&', rest.as_bytes()),
        };
        let Some(sign) = sign else { return text.len() };
        at += sign;
        match escape_at(text, at, last, &mut replace) {
            Some(next) => at = next,
            None => return at,
        }
    }
}

/// Where to go on; `None` if more text decides.
fn escape_at(
    text: &str,
    at: usize,
    last: bool,
    replace: &mut impl FnMut(Range<usize>, &str),
) -> Option<usize> {
    let rest = text.get(at..).unwrap_or_default();
    if rest.bytes().next().is_some_and(separates) {
        return match join(text, at, last) {
            Join::No => Some(at + 1),
            Join::Wait => None,
            Join::Yes(end) => {
                replace(at..end, "");
                Some(end)
            }
        };
    }
    if rest.starts_with('%') {
        return percent_at(rest, at, last, replace);
    }
    let found = if rest.starts_with('&') { entity(rest) } else { backslash(rest) };
    match found {
        Some((c, len)) => {
            replace(at..at + len, c.encode_utf8(&mut [0; 4]));
            Some(at + len)
        }
        None if !last && may_become_escape(rest) => None,
        None => Some(at + 1),
    }
}

/// One character of a run of `%XX`, read as UTF-8; what is not UTF-8 becomes U+FFFD.
fn percent_at(
    rest: &str,
    at: usize,
    last: bool,
    replace: &mut impl FnMut(Range<usize>, &str),
) -> Option<usize> {
    let run = rest.as_bytes().chunks(3).take(4);
    let bytes: Vec<u8> = run.map_while(percent_byte).collect();
    let tail = rest.as_bytes().get(3 * bytes.len()..).unwrap_or_default();
    let may_go_on = !last && bytes.len() < 4 && may_become_percent(tail);
    let Some(chunk) = bytes.utf8_chunks().next() else {
        return if may_go_on { None } else { Some(at + 1) };
    };
    if let Some(c) = chunk.valid().chars().next() {
        let end = at + 3 * c.len_utf8();
        replace(at..end, c.encode_utf8(&mut [0; 4]));
        return Some(end);
    }
    let is_all = chunk.invalid().len() == bytes.len();
    let unfinished = std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_none());
    if is_all && unfinished && may_go_on {
        return None;
    }
    let end = at + 3 * chunk.invalid().len();
    replace(at..end, "\u{fffd}");
    Some(end)
}

/// Whether what is left of a text is the beginning of `%XX`.
fn may_become_percent(tail: &[u8]) -> bool {
    match tail {
        [] | [b'%'] => true,
        [b'%', high] => hex_digit(*high).is_some(),
        _ => false,
    }
}

/// Longest escape that is read, in bytes: `&#x10FFFF;` with some leading zeros.
const ESCAPE_MAX: usize = 14;

/// Whether more text could make an escape of what stands here. Generous: it costs a short wait, and nothing else.
fn may_become_escape(rest: &str) -> bool {
    let body = rest.as_bytes().get(1..).unwrap_or_default();
    let fits = |byte: &u8| match rest.as_bytes().first() {
        Some(b'&') => byte.is_ascii_alphanumeric() || *byte == b'#',
        _ => byte.is_ascii_hexdigit() || matches!(byte, b'u' | b'x' | b'{' | b'\\'),
    };
    rest.len() < ESCAPE_MAX && body.iter().all(fits)
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

fn entity(rest: &str) -> Option<(char, usize)> {
    let end = rest.as_bytes().iter().take(ESCAPE_MAX).position(|&b| b == b';')?;
    let name = rest.get(1..end)?;
    let c = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => char::from_u32(hex(digits)?)?,
            None => char::from_u32(decimal(number)?)?,
        },
        None => named_entity(name)?,
    };
    Some((c, end + 1))
}

/// Digits alone: a sign, which `parse` takes, makes no entity.
fn decimal(digits: &str) -> Option<u32> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
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
    use super::{Pieces, decode};

    /// `text` decoded, with pauses after every `step` characters.
    fn decoded(text: &str, step: usize) -> String {
        let (mut out, mut copied, mut at) = (String::new(), 0, 0);
        let ends: Vec<usize> =
            text.char_indices().map(|(at, _)| at).step_by(step).chain([text.len()]).collect();
        for end in ends {
            at = decode(text.get(..end).unwrap(), at, end == text.len(), Pieces::Joined, |range, with| {
                out += text.get(copied..range.start).unwrap();
                out += with;
                copied = range.end;
            });
        }
        out + text.get(copied..).unwrap()
    }

    fn check(text: &str, expect: &str) {
        for step in [1, 2, 3, 5, 1000] {
            assert_eq!(decoded(text, step), expect, "{text} by {step}");
        }
    }

    #[test]
    fn escapes_are_undone() {
        check("%41%4bIA", "AKIA");
        check("%E7%95%AA号", "番号");
        check("%ff%41", "\u{fffd}A");
        check("%E7%95", "\u{fffd}");
        check("%E7%95%", "\u{fffd}%");
        check("%F0%9F%98%80%F0%9F%41", "😀\u{fffd}A");
        check(r"\\\\u0041", r"\\u0041");
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
