//! Keys of crypto-assets: Base58Check and the recovery phrases of BIP-39, both of which end in bits of SHA-256.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Validator, Verdict, keep_if};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "base58check", checksum: true, judge: lower_unless_base58check },
    Validator { name: "base58check-only", checksum: true, judge: |text| keep_if(is_base58check(text)) },
    Validator { name: "bip39", checksum: true, judge: bip39 },
];

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

fn lower_unless_base58check(text: &str) -> Verdict {
    if is_base58check(text) { Verdict::Keep } else { Verdict::Lower }
}

/// The last four bytes are the first of the SHA-256 of the SHA-256 of the rest.
fn is_base58check(text: &str) -> bool {
    let Some(bytes) = base58(text) else { return false };
    let Some((body, check)) = bytes.split_last_chunk::<4>() else { return false };
    sha256(&sha256(body)).starts_with(check)
}

/// The number a text stands for, in bytes, biggest first.
fn base58(text: &str) -> Option<Vec<u8>> {
    let mut number: Vec<u8> = Vec::new();
    for byte in text.bytes() {
        let digit = BASE58.iter().position(|known| *known == byte)?;
        let mut carry = u32::try_from(digit).ok()?;
        for place in number.iter_mut().rev() {
            carry += u32::from(*place) * 58;
            *place = u8::try_from(carry & 0xff).ok()?;
            carry >>= 8;
        }
        while carry > 0 {
            number.insert(0, u8::try_from(carry & 0xff).ok()?);
            carry >>= 8;
        }
    }
    let zeros = text.bytes().take_while(|byte| *byte == b'1').count();
    number.splice(0..0, std::iter::repeat_n(0, zeros));
    Some(number)
}

/// The English list of BIP-39, in its order.
static WORDS: LazyLock<HashMap<&str, u16>> =
    LazyLock::new(|| include_str!("../../data/bip39-english.txt").lines().zip(0..).collect());

/// All are words of the list, and their last bits are the first ones of the SHA-256 of the others.
fn bip39(text: &str) -> Verdict {
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let Some(indices) = words.map(|word| WORDS.get(word).copied()).collect::<Option<Vec<u16>>>() else {
        return Verdict::Reject;
    };
    if !matches!(indices.len(), 12 | 15 | 18 | 21 | 24) {
        return Verdict::Reject;
    }
    let bits: Vec<u8> = indices
        .iter()
        .flat_map(|index| (0..11).rev().map(move |bit| u8::from(index >> bit & 1 == 1)))
        .collect();
    let (entropy, check) = bits.split_at(bits.len() / 33 * 32);
    let bytes: Vec<u8> =
        entropy.chunks(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | bit)).collect();
    let digest = sha256(&bytes);
    let expected = digest.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    if expected.take(check.len()).eq(check.iter().copied()) { Verdict::Keep } else { Verdict::Lower }
}

/// The first 32 bits of the fractions of the cube roots of the first 64 primes (FIPS 180-4 §4.2.2).
const K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/// SHA-256 (FIPS 180-4 §6.2), plainly: a few dozen bytes at a time do not earn a dependency.
fn sha256(message: &[u8]) -> [u8; 32] {
    let mut state: [u32; 8] =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    let bits = u64::try_from(message.len()).unwrap_or_default() * 8;
    let zeros = (119 - message.len() % 64) % 64;
    let padding = [0x80].into_iter().chain(std::iter::repeat_n(0, zeros)).chain(bits.to_be_bytes());
    let padded: Vec<u8> = message.iter().copied().chain(padding).collect();
    padded.chunks(64).for_each(|block| compress(&mut state, block));
    let mut digest = [0; 32];
    digest.iter_mut().zip(state.iter().flat_map(|word| word.to_be_bytes())).for_each(|(to, byte)| *to = byte);
    digest
}

fn compress(state: &mut [u32; 8], block: &[u8]) {
    let words = block.chunks(4).map(|word| word.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)));
    let mut schedule: Vec<u32> = words.collect();
    while let Some([w0, w1, .., w9, _, _, _, _, w14, _]) =
        schedule.last_chunk::<16>().filter(|_| schedule.len() < 64)
    {
        let s0 = w1.rotate_right(7) ^ w1.rotate_right(18) ^ w1 >> 3;
        let s1 = w14.rotate_right(17) ^ w14.rotate_right(19) ^ w14 >> 10;
        schedule.push(w0.wrapping_add(s0).wrapping_add(*w9).wrapping_add(s1));
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (word, k) in schedule.iter().zip(K) {
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let t1 = h.wrapping_add(s1).wrapping_add(e & f ^ !e & g).wrapping_add(k).wrapping_add(*word);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let t2 = s0.wrapping_add(a & b ^ a & c ^ b & c);
        (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
    }
    for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *word = word.wrapping_add(add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn sha256_is_that_of_the_standard() {
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        for (text, digest) in [
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (long, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        ] {
            assert_eq!(hex(&sha256(text.as_bytes())), digest);
        }
    }

    #[test]
    fn base58check_is_checked() {
        let sample = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ";
        assert!(is_base58check(sample) && is_base58check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
        assert!(
            !is_base58check(&sample.replace("TJ", "TK")) && !is_base58check("0OIl") && !is_base58check("")
        );
    }

    #[test]
    fn phrases_are_words_with_a_checksum() {
        let abandon = "abandon ".repeat(11);
        assert_eq!(bip39(&format!("{abandon}about")), Verdict::Keep);
        assert_eq!(bip39(&format!("{abandon}zoo")), Verdict::Lower);
        assert_eq!(bip39(&format!("{abandon}sekisho")), Verdict::Reject);
        assert_eq!(bip39(&abandon), Verdict::Reject);
        assert_eq!(WORDS.len(), 2048);
    }
}
