//! Numbers that are parts of longer ones: the groups of a UUID, the digits of a fraction, figures of a column.

use std::ops::Range;

use crate::place::{head, tail};
use crate::sight::Sight;

/// How far a number is seen to go on, in bytes: the last group of a UUID has twelve, a column is indented by so much.
const GROUP_MAX: usize = 16;

/// Shortest group that makes a number with hyphens part of a longer identifier; a branch or an extension is shorter.
const GROUP_MIN: usize = 4;

/// Whether the number at `found` goes on before or behind it, by the sign that its own groups are written with:
/// `550e8400-«1234-5678-9018»-…`, `0.«123456789018»`, one figure a line. The full stop of a sentence, `No.` and a dash
/// in prose join nothing.
pub(crate) fn is_joined(sight: &Sight<'_>, found: &Range<usize>) -> bool {
    let Some(number) = sight.text.get(found.clone()) else { return false };
    let is_part = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_whitespace() || b"-.".contains(&byte);
    if !number.bytes().all(is_part) {
        return false;
    }
    let before = tail(sight.before(found.start), GROUP_MAX + 1);
    let behind = head(sight.after(found.end), GROUP_MAX + 1);
    if behind.len() <= GROUP_MAX && goes_to_its_end(behind) {
        sight.touch();
    }
    by_dot(number, before, behind) || by_hyphen(number, before, behind) || by_line(number, before, behind)
}

/// Whether what follows could still turn out to be a group of the number.
fn goes_to_its_end(behind: &str) -> bool {
    let rest = behind.trim_start_matches(['-', '.', ' ', '\t', '\r', '\n', '\u{3000}']);
    rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The digits before or behind a decimal point, or a group among dotted ones.
fn by_dot(number: &str, before: &str, behind: &str) -> bool {
    let dotted = number.contains('.');
    if !dotted && !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let left = before.strip_suffix('.').is_some_and(|rest| match rest.chars().next_back() {
        Some(c) => c.is_ascii_digit() || dotted && !c.is_alphabetic(),
        None => dotted,
    });
    left || behind.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The middle of an identifier, whose other groups are hexadecimals or hold digits.
fn by_hyphen(number: &str, before: &str, behind: &str) -> bool {
    let left = before.strip_suffix('-').map(|rest| {
        let length = rest.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
        tail(rest, length)
    });
    let right = behind.strip_prefix('-').map(|rest| {
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        head(rest, length)
    });
    number.contains('-') && (left.is_some_and(is_group) || right.is_some_and(is_group))
}

/// A group of hexadecimals or digits among letters, not a word.
fn is_group(text: &str) -> bool {
    let hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.len() >= GROUP_MIN && (hexadecimal || text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Figures of a column or of a row with tabs: more of them stand above or below, left or right.
fn by_line(number: &str, before: &str, behind: &str) -> bool {
    let blank = [' ', '\t', '\r', '\n', '\u{3000}'];
    let is_digit = |c: char| c.is_ascii_digit();
    ['\n', '\t'].into_iter().filter(|sign| number.contains(*sign)).any(|sign| {
        let (left, right) = (before.trim_end_matches(blank), behind.trim_start_matches(blank));
        let gap_left = before.strip_prefix(left).unwrap_or_default();
        let gap_right = behind.strip_suffix(right).unwrap_or_default();
        gap_left.contains(sign) && left.ends_with(is_digit)
            || gap_right.contains(sign) && right.starts_with(is_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::is_joined;
    use crate::sight::Sight;

    fn joined(text: &str) -> bool {
        let (before, rest) = text.split_once('«').unwrap();
        let (number, after) = rest.split_once('»').unwrap();
        let whole = format!("{before}{number}{after}");
        is_joined(&Sight::whole(&whole), &(before.len()..before.len() + number.len()))
    }

    #[test]
    fn parts_of_longer_numbers_are_joined() {
        let parts = [
            "550e8400-«1234-5678-9018»-446655440000",
            "«1234-5678-9018»-446655440000",
            "deadbeef-«1234-5678-9018»",
            "4111-«1111-1111-1111»",
            "0.«123456789018»",
            "-12.«4111111111111111» です",
            "1.«1234.5678.9018»",
            "[.«2006.0021.0008»]",
            "«1234.5678.9018».1",
            "«123456789018».5",
            "2737\n«2738\n2740\n2741»\n2746",
            "2737\r\n«2738\r\n2740\r\n2741»です",
            "«2738\n  2740\n  2741»\n  2746",
            "12\t«1234\t5678\t9018»\t7",
            "«2463\t0034\n2464\t0035»\n2465",
        ];
        parts.iter().for_each(|text| assert!(joined(text), "{text}"));
    }

    #[test]
    fn numbers_that_stand_alone_are_not() {
        let numbers = [
            "«123456789018»",
            "番号は«123456789018».",
            "番号は«123456789018». 次に",
            "No.«123456789018»",
            "TEL.«03-1234-5678»",
            "TEL.«03.1234.5678»",
            "tel:«03-1234-5678»",
            "tel-«03-1234-5678»",
            "1.«03-1234-5678»",
            "番号-«1234-5678-9018»-個人",
            "«1234-5678-9018»-の人",
            "«1234-5678-9018» - 2026",
            "«03-1234-5678»-101",
            "number-«1234-5678-9018»-person",
            "2026,«123456789018»,2027",
            "2026-«123456789018»-2027",
            "«123456789018».csv",
            "1234-«1234 5678 9018»",
            "2026\n«123456789018»\n2027",
            "1\t«1234 5678 9018»\t2",
            "«1234 5678\n 9018»です\n2026",
            "番号\n«1234\n5678\n9018»\n田中",
        ];
        numbers.iter().for_each(|text| assert!(!joined(text), "{text}"));
    }
}
