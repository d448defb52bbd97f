//! The head `Authorization` of a signed request, in its one form.

use std::fmt;

use sekisho_audit::{hex, unhex};

use super::is_name;

/// The scheme, and the first line of what is signed.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Ends every scope.
const TERMINATION: &str = "aws4_request";

/// Most names of heads that are signed: more than SDKs sign, and few enough to look each one up.
const SIGNED_MAX: usize = 64;

/// What a signing key is good for. It is written `date/region/service/aws4_request`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    date: String,
    region: String,
    service: String,
}

impl Scope {
    /// `None` unless `date` has eight digits and the others are lower-case letters, digits and `-`, 1 to 64 of them.
    pub fn new(date: &str, region: &str, service: &str) -> Option<Scope> {
        let day = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
        let word = |text: &str| {
            let sign = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            (1..=64).contains(&text.len()) && text.bytes().all(sign)
        };
        let good = day && word(region) && word(service);
        good.then(|| Scope { date: date.to_owned(), region: region.to_owned(), service: service.to_owned() })
    }

    /// The day, as `20150830`.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The service's signing name.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// What the secret is mixed with, one after the other, to make a signing key.
    pub fn parts(&self) -> [&str; 4] {
        [&self.date, &self.region, &self.service, TERMINATION]
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.parts().join("/"))
    }
}

/// Who signed, what, and the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Which pair of keys: 16 to 128 letters, digits and `_`.
    pub key_id: String,
    /// What the signing key was made for.
    pub scope: Scope,
    /// Names of the heads that are signed: lower case, sorted, each once.
    signed: Vec<String>,
    /// HMAC-SHA-256.
    pub signature: [u8; 32],
}

impl Authorization {
    /// `None` unless `key_id` and `signed` are as the fields say.
    pub fn new(
        key_id: &str,
        scope: Scope,
        signed: Vec<String>,
        signature: [u8; 32],
    ) -> Option<Authorization> {
        let id = (16..=128).contains(&key_id.len())
            && key_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let named = (1..=SIGNED_MAX).contains(&signed.len()) && signed.iter().all(|name| is_name(name));
        let sorted = signed.iter().zip(signed.iter().skip(1)).all(|(one, next)| one < next);
        let good = id && named && sorted;
        good.then(|| Authorization { key_id: key_id.to_owned(), scope, signed, signature })
    }

    /// Whether a head's value is of this scheme, well written or not. Names of schemes ignore case (RFC 9110 §11.1).
    pub fn is_meant(value: &[u8]) -> bool {
        let scheme = value.split(|b| *b == b' ' || *b == b'\t').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case(ALGORITHM.as_bytes())
    }

    /// Reads a head's value: the scheme, a space, and the three parts in the order in which every SDK writes them, with a
    /// comma and at most one space between them. `None` for anything else.
    pub fn read(value: &str) -> Option<Authorization> {
        let rest = value.strip_prefix(ALGORITHM)?.strip_prefix(' ')?;
        let mut parts = rest.splitn(3, ',');
        let mut part = |name: &str, first: bool| {
            let part = parts.next()?;
            let part = if first { part } else { part.strip_prefix(' ').unwrap_or(part) };
            part.strip_prefix(name)?.strip_prefix('=')
        };
        let credential = part("Credential", true)?;
        let (signed, signature) = (part("SignedHeaders", false)?, part("Signature", false)?);
        let mut words = credential.split('/');
        let (key_id, date, region, service) = (words.next()?, words.next()?, words.next()?, words.next()?);
        if words.next() != Some(TERMINATION) || words.next().is_some() {
            return None;
        }
        // One signature has one spelling.
        let digest = unhex(signature).filter(|digest: &[u8; 32]| hex(digest) == signature)?;
        let signed = signed.split(';').map(str::to_owned).collect();
        Authorization::new(key_id, Scope::new(date, region, service)?, signed, digest)
    }

    /// Names of the heads that are signed, sorted.
    pub fn signed(&self) -> &[String] {
        &self.signed
    }

    /// Whether a head is signed; the name is in lower case.
    pub fn signs(&self, name: &str) -> bool {
        self.signed.iter().any(|signed| signed == name)
    }
}

impl fmt::Display for Authorization {
    /// As it stands in the head.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Authorization { key_id, scope, signed, signature } = self;
        let signed = signed.join(";");
        write!(
            f,
            "{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={}",
            hex(signature)
        )
    }
}

impl fmt::Debug for Authorization {
    /// Without the signature, which lets whoever has it ask once more for some minutes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorization({}, {} heads)", self.scope, self.signed.len())
    }
}
