//! Characters that are spelt as numbers: `414b…`, `41 4b …`, `0x41, 0x4b`, `65 75 …`.

use std::ops::Range;

/// What a run of numbers says.
pub(super) struct Spelt {
    pub(super) text: String,
    /// The number of each byte of the text.
    places: Vec<Range<usize>>,
}

impl Spelt {
    /// Where in the original a part of the text stands.
    pub(super) fn source(&self, span: &Range<usize>) -> Option<Range<usize>> {
        let first = self.places.get(span.start)?;
        let last = self.places.get(span.end.checked_sub(1)?)?;
        Some(first.start..last.end)
    }
}

/// Fewest characters that are worth reading: of the digests and sums that are written so, hardly any is as long a text.
const CHARACTERS_MIN: usize = 12;

/// The runs of numbers in a text that spell printable ASCII, in base 16 and 10.
pub(super) fn spelt(text: &str) -> Vec<Spelt> {
    let bytes = text.as_bytes();
    [hexadecimal, decimal].into_iter().flat_map(|number| runs(bytes, number)).collect()
}

/// A character's number at a place, and its end.
type Number = fn(&[u8], usize) -> Option<(u8, usize)>;

fn runs(bytes: &[u8], number: Number) -> Vec<Spelt> {
    let (mut all, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let begins =
            !at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric)
                || bytes.get(at.saturating_sub(2)..at).is_some_and(|sign| sign.eq_ignore_ascii_case(b"0x"));
        let (spelt, end) = if begins { run(bytes, at, number) } else { (None, at + 1) };
        all.extend(spelt);
        at = end.max(at + 1);
    }
    all
}

/// The run that begins at a place, if it is long enough, and its end.
fn run(bytes: &[u8], from: usize, number: Number) -> (Option<Spelt>, usize) {
    let (mut text, mut places, mut at, mut end) = (String::new(), Vec::new(), from, from);
    while let Some((value, to)) = number(bytes, at) {
        if !(b' '..=b'~').contains(&value) {
            break;
        }
        text.push(char::from(value));
        places.push(at..to);
        end = to;
        at = to + divider(bytes.get(to..).unwrap_or_default());
    }
    let long = text.len() >= CHARACTERS_MIN;
    (long.then_some(Spelt { text, places }), end)
}

/// Length of what divides two numbers: a sign, spaces and `0x`.
fn divider(rest: &[u8]) -> usize {
    let sign = usize::from(rest.first().is_some_and(|byte| b",:-;".contains(byte)));
    let spaces = rest.iter().skip(sign).take(2).take_while(|&&byte| byte == b' ' || byte == b'\n').count();
    let prefix =
        rest.get(sign + spaces..sign + spaces + 2).is_some_and(|two| two.eq_ignore_ascii_case(b"0x"));
    sign + spaces + if prefix { 2 } else { 0 }
}

/// Two digits of base 16.
fn hexadecimal(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let digits = std::str::from_utf8(bytes.get(at..at + 2)?).ok()?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    plain.then(|| u8::from_str_radix(digits, 16).ok().map(|value| (value, at + 2)))?
}

/// Two or three digits of base 10, alone.
fn decimal(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = bytes.get(at..)?;
    let length = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let ends = !rest.get(length).is_some_and(u8::is_ascii_alphanumeric);
    let digits =
        std::str::from_utf8(rest.get(..length)?).ok().filter(|_| (2..=3).contains(&length) && ends)?;
    Some((digits.parse().ok()?, at + length))
}
