//! Addresses and tokens.

use super::{Validator, Verdict, keep_if};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "email", checksum: false, judge: email },
    Validator { name: "base62-crc32", checksum: true, judge: base62_crc32 },
    Validator { name: "openai-marker", checksum: false, judge: openai_marker },
];

/// Endings of file names that look like a domain after `@2x` and the like.
const FILE_ENDINGS: &[&str] =
    &["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "json", "html", "pdf"];

/// Longest address that random bytes are taken to make, in bytes.
const CHANCE_MAX: usize = 10;

/// RFC 5321 dot-string on the left, host name on the right that is no file name.
pub(super) fn email(text: &str) -> Verdict {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return Verdict::Reject;
    };
    let ending = domain.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let labels_valid = domain.split('.').all(|l| !l.starts_with('-') && !l.ends_with('-') && l.len() <= 63);
    let local_valid = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    // Random bytes read as text: nobody writes so short a host in both cases.
    let mixed = |of: fn(&u8) -> bool| domain.bytes().any(|byte| of(&byte));
    let chance = text.len() <= CHANCE_MAX && mixed(u8::is_ascii_lowercase) && mixed(u8::is_ascii_uppercase);
    // `git@host` is how repositories are addressed, and names nobody.
    keep_if(
        !chance && local_valid && labels_valid && local != "git" && !FILE_ENDINGS.contains(&ending.as_str()),
    )
}

/// The last six characters are the CRC-32 of the thirty before, in base 62; the prefix is not part of it.
pub(super) fn base62_crc32(text: &str) -> Verdict {
    let body = text.split_once('_').map_or("", |(_, body)| body);
    let (Some(random), Some(check)) = (body.get(..30), body.get(30..36)) else {
        return Verdict::Reject;
    };
    if checksum(random.as_bytes()) == check.as_bytes() { Verdict::Keep } else { Verdict::Lower }
}

/// What ends a token whose middle this is: its CRC-32 (ISO 3309), in base 62.
pub fn checksum(random: &[u8]) -> [u8; 6] {
    base62(crc32(random))
}

fn base62(mut value: u32) -> [u8; 6] {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = [b'0'; 6];
    for place in out.iter_mut().rev() {
        let digit = usize::try_from(value % 62).unwrap_or_default();
        *place = ALPHABET.get(digit).copied().unwrap_or(b'0');
        value /= 62;
    }
    out
}

/// CRC-32 of ISO 3309, reflected, bit by bit: thirty bytes do not earn a table.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| {
        if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
    };
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

/// Keys carry base64 of `OpenAI` in the middle.
pub(super) fn openai_marker(text: &str) -> Verdict {
    if text.contains("T3BlbkFJ") { Verdict::Keep } else { Verdict::Lower }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn addresses() {
        check(email, Verdict::Keep, &["tanaka@example.co.jp", "a.b+c@x-y.go.jp"]);
        check(
            email,
            Verdict::Reject,
            &["icon@2x.png", "a..b@example.jp", "git@github.com", ".a@b.jp", "a@-b.jp"],
        );
    }

    #[test]
    fn github_checksums_are_built_not_written() {
        assert_eq!(&base62(crc32(b"0123456789ABCDEFGHIJKLMNOPQRST")), b"4PMbyp");
        assert_eq!(&base62(crc32(format!("02{}", "A".repeat(28)).as_bytes())), b"08UrgP");
        let token = |check: &str| format!("ghp_{}{check}", "0123456789ABCDEFGHIJKLMNOPQRST");
        assert_eq!(base62_crc32(&token("4PMbyp")), Verdict::Keep);
        assert_eq!(base62_crc32(&token("4PMbyq")), Verdict::Lower);
    }
}
