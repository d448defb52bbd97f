//! The inside of a JSON string: between the quotes as written, and the characters it means.

use std::borrow::Cow;
use std::ops::Range;

use super::reader::JsonFault;

/// One character that a string means, and the bytes that wrote it.
pub(super) struct Unit {
    pub written: Range<usize>,
    pub char: char,
}

/// What was wrong, and at which byte of the content.
pub(super) type Broken = (JsonFault, usize);

/// The characters of a string's content, in order; ends with the first fault.
pub(super) fn units(raw: &str) -> impl Iterator<Item = Result<Unit, Broken>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = raw.get(at..)?;
        let unit = match rest.as_bytes().first()? {
            b'\\' => escape(rest).map_err(|fault| (fault, at)),
            _ => rest.chars().next().map(|c| (c, c.len_utf8())).ok_or((JsonFault::Escape, at)),
        };
        Some(match unit {
            Ok((char, length)) => {
                let written = at..at + length;
                at += length;
                Ok(Unit { written, char })
            }
            Err(broken) => {
                at = raw.len();
                Err(broken)
            }
        })
    })
}

/// The character that an escape at the start of `rest` means, and how many bytes wrote it.
fn escape(rest: &str) -> Result<(char, usize), JsonFault> {
    let simple = |c| Ok((c, 2));
    match rest.as_bytes().get(1) {
        Some(b'"') => simple('"'),
        Some(b'\\') => simple('\\'),
        Some(b'/') => simple('/'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(b'n') => simple('\n'),
        Some(b'r') => simple('\r'),
        Some(b't') => simple('\t'),
        Some(b'u') => unicode_escape(rest),
        _ => Err(JsonFault::Escape),
    }
}

/// `\uXXXX`, or two of them as a surrogate pair (RFC 8259 §7).
fn unicode_escape(rest: &str) -> Result<(char, usize), JsonFault> {
    let first = code_unit(rest, 0)?;
    if let Some(char) = char::from_u32(first) {
        return Ok((char, 6));
    }
    let second = code_unit(rest, 6).map_err(|_| JsonFault::LoneSurrogate)?;
    let paired = (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&second);
    let code = 0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF);
    let char = char::from_u32(code).filter(|_| paired);
    char.map(|c| (c, 12)).ok_or(JsonFault::LoneSurrogate)
}

fn code_unit(rest: &str, at: usize) -> Result<u32, JsonFault> {
    let digits = rest.get(at..at + 6).and_then(|e| e.strip_prefix("\\u")).ok_or(JsonFault::Escape)?;
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| hex).ok_or(JsonFault::Escape)
}

/// What a string's content means; borrowed if it has no escapes.
pub(super) fn decode(raw: &str) -> Result<Cow<'_, str>, Broken> {
    if !raw.contains('\\') {
        return Ok(Cow::Borrowed(raw));
    }
    units(raw).map(|unit| unit.map(|u| u.char)).collect::<Result<String, _>>().map(Cow::Owned)
}

/// A piece of a text that may have been cut inside a surrogate pair.
pub struct Fragment<'t> {
    /// The second half of a pair, before the text.
    pub low: Option<u16>,
    /// What stands between.
    pub text: Cow<'t, str>,
    /// The first half of a pair, after the text.
    pub high: Option<u16>,
}

/// What a string's content means, if halves of pairs stand at its ends alone.
pub(super) fn fragment(raw: &str) -> Result<Fragment<'_>, Broken> {
    let half = |raw: &str, at, from: u32| {
        code_unit(raw, at)
            .ok()
            .filter(|unit| (from..from + 0x400).contains(unit))
            .and_then(|u| u16::try_from(u).ok())
    };
    let low = half(raw, 0, 0xDC00);
    let body = if low.is_some() { raw.get(6..).unwrap_or_default() } else { raw };
    let skipped = raw.len() - body.len();
    match decode(body) {
        Ok(text) => Ok(Fragment { low, text, high: None }),
        Err((JsonFault::LoneSurrogate, at)) if at + 6 == body.len() => {
            let high = half(body, at, 0xD800).ok_or((JsonFault::LoneSurrogate, skipped + at))?;
            let text = decode(body.get(..at).unwrap_or_default())?;
            Ok(Fragment { low, text, high: Some(high) })
        }
        Err((fault, at)) => Err((fault, skipped + at)),
    }
}

/// Joins pieces of a text at the halves of pairs; a half without its partner becomes U+FFFD.
#[derive(Default)]
pub(crate) struct Halves {
    high: Option<u16>,
}

impl Halves {
    /// What may be read now that this piece has come.
    pub fn join(&mut self, fragment: &Fragment<'_>) -> String {
        let Fragment { low, text, high } = fragment;
        let nothing_new = low.is_none() && text.is_empty() && high.is_none();
        if nothing_new {
            return String::new();
        }
        let units = self.high.take().into_iter().chain(*low);
        let mut joined: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect();
        joined.push_str(text);
        self.high = *high;
        joined
    }

    /// What is left when nothing more comes.
    pub fn finish(&mut self) -> &'static str {
        if self.high.take().is_some() { "\u{fffd}" } else { "" }
    }
}

/// Maps a stretch of the content as written to the stretch of the decoded text that it touches.
///
/// An escape that is touched in part is touched whole.
pub(crate) fn decoded_range(raw: &str, written: &Range<usize>) -> Range<usize> {
    if !raw.contains('\\') {
        return written.clone();
    }
    let (mut at, mut start, mut end) = (0, None, 0);
    for unit in units(raw).map_while(Result::ok) {
        let after = at + unit.char.len_utf8();
        if unit.written.end > written.start && unit.written.start < written.end {
            start = start.or(Some(at));
            end = after;
        }
        at = after;
    }
    start.unwrap_or(end)..end
}

/// A text as a JSON string token.
///
/// Escapes what RFC 8259 §7 asks for, and C1 controls and U+2028, U+2029 too: some readers take them for line ends.
pub(crate) fn quote(text: &str) -> String {
    let mut token = String::with_capacity(text.len() + 2);
    token.push('"');
    let mut copied = 0;
    for (at, char) in text.char_indices().filter(|(_, char)| is_escaped(*char)) {
        token.push_str(text.get(copied..at).unwrap_or_default());
        copied = at + char.len_utf8();
        match char {
            '"' => token.push_str("\\\""),
            '\\' => token.push_str("\\\\"),
            '\n' => token.push_str("\\n"),
            '\r' => token.push_str("\\r"),
            '\t' => token.push_str("\\t"),
            _ => token.push_str(&format!("\\u{:04x}", u32::from(char))),
        }
    }
    token.push_str(text.get(copied..).unwrap_or_default());
    token.push('"');
    token
}

const fn is_escaped(char: char) -> bool {
    matches!(char, '"' | '\\' | '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Halves, decode, decoded_range, fragment, quote};
    use crate::json::JsonFault;

    fn check(raw: &str, expect: Result<&str, (JsonFault, usize)>) {
        assert_eq!(decode(raw).as_deref().map_err(Clone::clone), expect, "{raw}");
    }

    #[test]
    fn escapes_mean_one_character_each() {
        check(r#"a\"\\\/\b\f\n\r\t"#, Ok("a\"\\/\u{8}\u{c}\n\r\t"));
        check(r"\u0041\u3042\uD83D\uDE00", Ok("Aあ😀"));
        check(r"\x41", Err((JsonFault::Escape, 0)));
        check(r"ab\u00g1", Err((JsonFault::Escape, 2)));
        check(r"\u+041", Err((JsonFault::Escape, 0)));
        check(r"\u00", Err((JsonFault::Escape, 0)));
    }

    #[test]
    fn a_surrogate_without_its_partner_is_refused() {
        check(r"x\ud800", Err((JsonFault::LoneSurrogate, 1)));
        check(r"\ud800\u0041", Err((JsonFault::LoneSurrogate, 0)));
        check(r"\udc00\ud800", Err((JsonFault::LoneSurrogate, 0)));
        check(r"\ud83d\ude00", Ok("😀"));
    }

    #[test]
    fn halves_of_pairs_may_stand_at_the_ends_alone() {
        let check = |raw, expect: Result<(Option<u16>, &str, Option<u16>), _>| {
            let found = fragment(raw);
            let found = found.as_ref().map(|f| (f.low, f.text.as_ref(), f.high)).map_err(Clone::clone);
            assert_eq!(found, expect, "{raw}");
        };
        check(r"\ude00a\ud83d", Ok((Some(0xde00), "a", Some(0xd83d))));
        check(r"\ud83d\ude00", Ok((None, "😀", None)));
        check(r"\ude00", Ok((Some(0xde00), "", None)));
        check(r"\\ud83d", Ok((None, r"\ud83d", None)));
        check(r"a\ud83da", Err((JsonFault::LoneSurrogate, 1)));
        check(r"a\ude00", Err((JsonFault::LoneSurrogate, 1)));
        check(r"\ude00\ude00", Err((JsonFault::LoneSurrogate, 6)));
    }

    #[test]
    fn a_written_stretch_maps_to_every_character_it_touches() {
        let raw = r"a\u0041あ\n";
        assert_eq!(decode(raw).unwrap(), "aAあ\n");
        assert_eq!(decoded_range(raw, &(0..1)), 0..1);
        assert_eq!(decoded_range(raw, &(3..4)), 1..2);
        assert_eq!(decoded_range(raw, &(0..8)), 0..5);
        assert_eq!(decoded_range(raw, &(10..12)), 5..6);
    }

    proptest! {
        #[test]
        fn a_text_cut_into_halves_is_joined_again(
            text in "[a😀あ\u{10ffff}\"]{0,12}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)
        ) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(units.len() + 1)).collect();
            places.extend([0, units.len()]);
            places.sort_unstable();
            let (mut halves, mut joined) = (Halves::default(), String::new());
            for pair in places.windows(2) {
                let escaped: String = units[pair[0]..pair[1]].iter().map(|unit| format!("\\u{unit:04x}")).collect();
                joined += &halves.join(&fragment(&escaped).unwrap());
            }
            joined += halves.finish();
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn quoting_is_undone_by_decoding(text in any::<String>()) {
            let token = quote(&text);
            prop_assert_eq!(decode(token.get(1..token.len() - 1).unwrap()).unwrap(), text.as_str());
            prop_assert_eq!(serde_json::from_str::<String>(&token).unwrap(), text);
        }
    }
}
