//! Machine-readable zones of passports, visas and cards: ICAO Doc 9303, parts 3 to 7.

use std::ops::Range;

use super::{Validator, Verdict};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "mrz", checksum: true, judge: zone },
    Validator { name: "mrz-line", checksum: true, judge: line },
];

/// A whole zone. Three right check digits prove it; a wrong one may be an error of the reader, and the shape is rare.
fn zone(text: &str) -> Verdict {
    let zone: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let fields = match zone.len() {
        // TD1: three lines of 30.
        90 => [5..15, 30..37, 38..45],
        // TD2: two lines of 36.
        72 => [36..46, 49..56, 57..64],
        // TD3 and visas of its size: two lines of 44.
        88 => [44..54, 57..64, 65..72],
        _ => return Verdict::Reject,
    };
    if fields.into_iter().all(|field| is_right(&zone, field)) { Verdict::Keep } else { Verdict::Lower }
}

/// The second line of a TD3 or TD2 alone, which has every number: all check digits must be right.
fn line(text: &str) -> Verdict {
    let all = [0..10, 13..20, 21..28].into_iter().all(|field| is_right(text.as_bytes(), field));
    if all { Verdict::Keep } else { Verdict::Reject }
}

/// Doc 9303-3 §4.9: weights 7, 3, 1; letters count from A = 10, the filler 0; modulus 10. An optional number that is not
/// there may have a filler for its check digit.
fn is_right(zone: &[u8], field: Range<usize>) -> bool {
    let Some((&check, body)) = zone.get(field).and_then(<[u8]>::split_last) else { return false };
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    };
    let sum: u32 = body.iter().zip([7, 3, 1].into_iter().cycle()).map(|(byte, w)| value(*byte) * w).sum();
    check.is_ascii_digit() && value(check) == sum % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    const TD3: &str =
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const TD2: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
    const TD1: &str =
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

    #[test]
    fn the_specimens_of_doc_9303_are_right() {
        for text in [TD3, TD2, TD1] {
            assert_eq!(zone(text), Verdict::Keep, "{text}");
            assert_eq!(zone(&text.replace("740812", "740813")), Verdict::Lower, "{text}");
        }
        assert_eq!(zone("P<UTO"), Verdict::Reject);
    }

    #[test]
    fn a_line_alone_must_be_right() {
        let second = TD3.lines().nth(1).unwrap();
        assert_eq!(line(second), Verdict::Keep);
        assert_eq!(line("TR12345672JPN9004012M3004010<<<<<<<<<<<<<<08"), Verdict::Keep);
        assert_eq!(line(&second.replace("C36", "C37")), Verdict::Reject);
        assert_eq!(line("L898902C36UTO"), Verdict::Reject);
    }
}
