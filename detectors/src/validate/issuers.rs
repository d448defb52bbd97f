//! Checks that issuers publish for keys of their own form.

use super::{Validator, Verdict, keep_if};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "azure-cask", checksum: true, judge: azure_cask },
    Validator { name: "presigned", checksum: false, judge: presigned },
    Validator { name: "entra-secret", checksum: false, judge: entra_secret },
    Validator { name: "length-40", checksum: false, judge: of_length::<40> },
    Validator { name: "length-44", checksum: false, judge: of_length::<44> },
    Validator { name: "length-52", checksum: false, judge: of_length::<52> },
    Validator { name: "length-56", checksum: false, judge: of_length::<56> },
    Validator { name: "length-88", checksum: false, judge: of_length::<88> },
];

/// For keys with their mark in the middle: what stands before it is held back in a stream from its first character on,
/// so the pattern takes any number of them, and here it is seen whether they were all.
fn of_length<const N: usize>(text: &str) -> Verdict {
    keep_if(text.len() == N)
}

/// Three characters, a digit and `Q~`, of 37 to 40 in all.
fn entra_secret(text: &str) -> Verdict {
    let digit = text.as_bytes().get(3).is_some_and(u8::is_ascii_digit);
    keep_if(digit && text.get(4..6) == Some("Q~") && (37..=40).contains(&text.len()))
}

/// A presigned request of AWS, unless it is one of the suite that AWS publishes to test signers.
fn presigned(text: &str) -> Verdict {
    keep_if(!text.contains("AKIDEXAMPLE"))
}

/// Azure's common annotated security keys: the last four of 84 characters are the beginning of a Marvin checksum, in base
/// 62, of the 60 bytes that the first 80 are base64 of.
fn azure_cask(text: &str) -> Verdict {
    let (Some(body), Some(check)) = (text.get(..80), text.get(80..84)) else {
        return Verdict::Reject;
    };
    let hash = marvin(&bytes_of_base64(body), CASK_SEED);
    if base62(hash.swap_bytes()).starts_with(check.as_bytes()) { Verdict::Keep } else { Verdict::Lower }
}

/// `Default0`, as a number.
const CASK_SEED: u64 = u64::from_be_bytes(*b"Default0");

/// Marvin32, both halves of its state as one.
fn marvin(bytes: &[u8], seed: u64) -> u32 {
    let (low, high) = marvin_state(bytes, seed);
    low ^ high
}

/// The state of Marvin32 after `bytes` and its padding, low half first.
fn marvin_state(bytes: &[u8], seed: u64) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = seed.to_le_bytes();
    let mut state = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        state = mixed(state, u32::from_le_bytes(*word));
    }
    // A byte 0x80 ends the text, and zeros fill the word.
    let last = rest.iter().rev().fold(0x80, |word, &byte| (word << 8) | u32::from(byte));
    mixed(mixed(state, last), 0)
}

fn mixed((low, high): (u32, u32), word: u32) -> (u32, u32) {
    let low = low.wrapping_add(word);
    let high = high ^ low;
    let low = low.rotate_left(20).wrapping_add(high);
    let high = high.rotate_left(9) ^ low;
    let low = low.rotate_left(27).wrapping_add(high);
    (low, high.rotate_left(19))
}

/// The number in base 62, most significant digit first, without leading zeros.
fn base62(mut value: u32) -> Vec<u8> {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = Vec::new();
    while value > 0 {
        let digit = usize::try_from(value % 62).unwrap_or_default();
        digits.extend(ALPHABET.get(digit));
        value /= 62;
    }
    digits.reverse();
    digits
}

/// Whole groups of four characters; what is no base64 counts as zero bits.
fn bytes_of_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for group in text.as_bytes().as_chunks::<4>().0 {
        let bits = group.iter().fold(0, |bits, &c| (bits << 6) | sextet(c));
        let [_, a, b, c] = bits.to_be_bytes();
        bytes.extend([a, b, c]);
    }
    bytes
}

fn sextet(c: u8) -> u32 {
    let value = match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => 0,
    };
    u32::from(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marvin_gives_the_published_values() {
        let state = |bytes: &[u8]| {
            let (low, high) = marvin_state(bytes, 0x004F_B61A_001B_DBCC);
            (u64::from(high) << 32) | u64::from(low)
        };
        assert_eq!(state(b""), 0x30ED_35C1_00CD_3C7D);
        assert_eq!(state(b"\xAF"), 0x48E7_3FC7_7D75_DDC1);
        assert_eq!(state(b"\xE7\x0F"), 0xB5F6_E1FC_485D_BFF8);
    }

    #[test]
    fn a_cask_key_is_kept_with_its_checksum_and_lowered_without() {
        let body = format!("{}JQQJ99AAAAAAAAAAAAAAAAAAAZDO", "0123456789ab".repeat(4) + "0123");
        assert_eq!(body.len(), 80);
        let check = base62(marvin(&bytes_of_base64(&body), CASK_SEED).swap_bytes());
        let key = format!("{body}{}", std::str::from_utf8(&check[..4]).unwrap());
        assert_eq!(azure_cask(&key), Verdict::Keep);
        assert_eq!(azure_cask(&format!("{body}~~~~")), Verdict::Lower);
        assert_eq!(azure_cask("JQQJ99"), Verdict::Reject);
    }
}
