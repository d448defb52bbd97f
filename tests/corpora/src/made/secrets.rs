//! Tokens of issuers that document their formats, built from parts at run time: a valid one never stands in the tree.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::draw::Draw;

/// Somebody who gives out tokens, and how one looks.
#[derive(Debug)]
pub struct Issuer {
    /// Such as `github.classic`.
    pub id: &'static str,
    vendor: &'static str,
    variable: &'static str,
    shape: &'static str,
    /// Whether the token alone says whose it is. Of others, only a name beside them does.
    pub telling: bool,
    /// Whether the shape was checked against a source, rather than remembered.
    pub checked: bool,
}

/// All issuers of the list.
pub static ISSUERS: LazyLock<Vec<Issuer>> = LazyLock::new(|| {
    include_str!("../../words/issuers.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(issuer)
        .collect()
});

fn issuer(line: &'static str) -> Option<Issuer> {
    let mut fields = line.split('|');
    let [id, vendor, variable, shape, kind] =
        [fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?];
    Some(Issuer {
        id,
        vendor,
        variable,
        shape,
        telling: kind.starts_with('p'),
        checked: !kind.ends_with('?'),
    })
}

impl Issuer {
    pub(super) fn make(&self, what: &str, draw: &mut Draw) -> String {
        match what {
            "vendor" => self.vendor.to_owned(),
            "variable" => self.variable.to_owned(),
            _ => token(self.shape, draw),
        }
    }
}

/// Makes the token of an issuer, by its id.
pub fn make(draw: &mut Draw, maker: &str) -> Option<String> {
    match maker {
        "pem" => Some(pem(draw, "PRIVATE KEY", 12)),
        "pem.rsa" => Some(pem(draw, "RSA PRIVATE KEY", 24)),
        "pem.ec" => Some(pem(draw, "EC PRIVATE KEY", 3)),
        "pem.openssh" => Some(pem(draw, "OPENSSH PRIVATE KEY", 8)),
        "pem.encrypted" => Some(pem(draw, "ENCRYPTED PRIVATE KEY", 16)),
        "pem.certificate" => Some(pem(draw, "CERTIFICATE", 14)),
        "pem.public" => Some(pem(draw, "PUBLIC KEY", 4)),
        "pgp" => Some(pem(draw, "PGP PRIVATE KEY BLOCK", 14)),
        _ => ISSUERS.iter().find(|issuer| issuer.id == maker).map(|issuer| token(issuer.shape, draw)),
    }
}

fn pem(draw: &mut Draw, label: &str, lines: usize) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for _ in 0..lines {
        text += &draw.pattern("{b64}");
        text.push('\n');
    }
    text + &draw.pattern("{b40}==\n") + &format!("-----END {label}-----")
}

fn token(shape: &str, draw: &mut Draw) -> String {
    if let Some(prefix) = shape.strip_prefix("@crc:") {
        return crc(prefix, draw);
    }
    if let Some(service) = shape.strip_prefix("@azure:") {
        return azure(service, draw);
    }
    match shape {
        "@age" => age(draw),
        "@jwt" => jwt(draw),
        "@discord" => {
            let id = STANDARD_NO_PAD.encode(draw.number(18));
            format!("{id}.{}", draw.pattern("G{w5}.{w38}"))
        }
        "@bedrock-long" => {
            let name = draw.pattern("BedrockAPIKey-{a4}-at-{d12}:{b60}=");
            format!("ABSK{}", STANDARD.encode(name))
        }
        "@bedrock-short" => {
            let url = draw.pattern("bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Credential=ASIA{216}&X-Amz-Signature={x64}");
            format!("bedrock-api-key-{}", STANDARD.encode(url))
        }
        _ => {
            let mut shape = draw.pattern(shape);
            while shape.contains("@uuid") {
                shape = shape.replacen("@uuid", &draw.uuid(), 1);
            }
            shape
        }
    }
}

/// 30 characters and the base62 of their CRC-32, as GitHub and npm have it.
fn crc(prefix: &str, draw: &mut Draw) -> String {
    let body = draw.pattern("{n30}");
    let mut sum = crc32fast::hash(body.as_bytes()) as usize;
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut check = [b'0'; 6];
    for digit in check.iter_mut().rev() {
        *digit = alphabet[sum % 62];
        sum /= 62;
    }
    format!("{prefix}{body}{}", String::from_utf8_lossy(&check))
}

fn jwt(draw: &mut Draw) -> String {
    let subject = draw.uuid();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT","kid":"2026-01"}"#);
    let claims =
        format!(r#"{{"iss":"https://login.example.go.jp","sub":"{subject}","exp":17{}}}"#, draw.digits(8));
    format!("{header}.{}.{}", URL_SAFE_NO_PAD.encode(claims), draw.pattern("{w86}"))
}

/// A key of 84 characters as several Azure services give it out: whose it is from character 76, a checksum from 80.
fn azure(service: &str, draw: &mut Draw) -> String {
    let body =
        draw.pattern("{n52}JQQJ99{A1}") + &draw.chars("ABCDEFGHIJKL", 1) + &draw.pattern("{n16}") + service;
    let bytes = STANDARD.decode(&body).unwrap_or_default();
    let mut sum = u32::from_be_bytes(marvin32(&bytes).to_le_bytes()) as usize;
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut check = Vec::new();
    while sum > 0 || check.len() < 4 {
        check.push(alphabet[sum % 62]);
        sum /= 62;
    }
    check.reverse();
    body + &String::from_utf8_lossy(&check[..4])
}

/// Marvin32 with the seed that Azure's keys have.
fn marvin32(bytes: &[u8]) -> u32 {
    let seed = u64::from_be_bytes(*b"Default0");
    let (low, high) = (seed & 0xffff_ffff, seed >> 32);
    let mut state = (low as u32, high as u32);
    let mix = |(mut a, mut b): (u32, u32)| {
        b ^= a;
        a = a.rotate_left(20).wrapping_add(b);
        b = b.rotate_left(9) ^ a;
        a = a.rotate_left(27).wrapping_add(b);
        (a, b.rotate_left(19))
    };
    let mut blocks = bytes.chunks_exact(4);
    for block in &mut blocks {
        let word = block.iter().rev().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        state = mix((state.0.wrapping_add(word), state.1));
    }
    let last = blocks.remainder().iter().rev().fold(0x80u32, |word, byte| word << 8 | u32::from(*byte));
    let (a, b) = mix(mix((state.0.wrapping_add(last), state.1)));
    a ^ b
}

const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// An identity of age: 32 bytes in bech32 (BIP 173).
fn age(draw: &mut Draw) -> String {
    let prefix = "age-secret-key-";
    let mut data: Vec<u32> = (0..51).map(|_| u32::try_from(draw.below(32)).unwrap_or(0)).collect();
    // 256 bits are 51 groups of five and one bit, padded with zeros.
    data.push(u32::try_from(draw.below(2) * 16).unwrap_or(0));
    let high = prefix.bytes().map(|b| u32::from(b) >> 5);
    let low = prefix.bytes().map(|b| u32::from(b) & 31);
    let all: Vec<u32> = high.chain([0]).chain(low).chain(data.iter().copied()).chain([0; 6]).collect();
    let sum = polymod(&all) ^ 1;
    data.extend((0..6).map(|n| sum >> (5 * (5 - n)) & 31));
    let text: String = data.iter().map(|group| char::from(BECH32[*group as usize])).collect();
    format!("{prefix}1{text}").to_uppercase()
}

fn polymod(values: &[u32]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.iter().fold(1, |sum, value| {
        let top = sum >> 25;
        let shifted = (sum & 0x1ff_ffff) << 5 ^ value;
        GENERATOR.iter().enumerate().fold(shifted, |s, (n, g)| if top >> n & 1 == 1 { s ^ g } else { s })
    })
}

#[cfg(test)]
mod tests {
    use super::{ISSUERS, crc, token};
    use crate::draw::Draw;

    #[test]
    fn every_shape_makes_a_token_without_a_hole() {
        let mut draw = Draw::of("shapes");
        for issuer in ISSUERS.iter() {
            let made = token(issuer.shape, &mut draw);
            assert!(
                made.len() >= 8 && !made.contains(['{', '}']) && !made.contains("@uuid"),
                "{}: {made}",
                issuer.id
            );
        }
        assert!(ISSUERS.len() > 200);
    }

    #[test]
    fn a_token_is_as_long_as_the_vendor_says() {
        let mut draw = Draw::of("lengths");
        assert_eq!(crc("ghp_", &mut draw).len(), 40);
        assert_eq!(token("@azure:AZDO", &mut draw).len(), 84);
        assert_eq!(token("@age", &mut draw).len(), 74);
    }
}
