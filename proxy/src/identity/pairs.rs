//! Pairs of keys with which services sign as they would for AWS: an id of AWS's form, and a secret of ours, which a scanner
//! knows by its prefix and checksum. To verify what it signed the secret must be had back, so it lies here sealed.

use std::fmt;

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::service_keys::{Known, fresh};
use crate::sealing::{SealingKeys, Shut};
use crate::sigv4::Secret;

/// What every access key id begins with.
pub const ID_PREFIX: &str = "SKSH";

/// What every secret begins with.
pub const SECRET_PREFIX: &str = "sekisho4_";

/// Characters of an id behind its prefix, of five random bits each. AWS's ids are as long.
const ID_RANDOM: usize = 16;

const ID_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A pair that counts.
pub struct Pair {
    pub(super) known: Known,
    pub(super) secret: Secret,
}

impl Pair {
    /// The access key id.
    pub(super) fn id(&self) -> &str {
        &self.known.id
    }

    /// What verifies a signature by it.
    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }
}

/// A pair that was just made. What is in it is nowhere else; it has no `Debug`.
pub struct IssuedPair {
    /// The access key id.
    pub id: String,
    /// The secret access key.
    pub secret: String,
}

impl IssuedPair {
    pub(super) fn fresh() -> Result<IssuedPair, String> {
        let mut bytes = [0; ID_RANDOM];
        rand::fill(&mut bytes).map_err(|_| "no randomness is to be had".to_owned())?;
        let letters = bytes.iter().filter_map(|byte| ID_ALPHABET.get(usize::from(byte % 32)));
        let id = ID_PREFIX.chars().chain(letters.map(|letter| char::from(*letter))).collect();
        Ok(IssuedPair { id, secret: fresh(SECRET_PREFIX)? })
    }
}

/// Whether this is an id of ours.
pub(super) fn is_id(id: &str) -> bool {
    let letters = id.strip_prefix(ID_PREFIX).map(str::as_bytes);
    letters.is_some_and(|rest| rest.len() == ID_RANDOM && rest.iter().all(|b| ID_ALPHABET.contains(b)))
}

/// The secret of a service's pair as it lies in the file. Under another id or for another service it cannot be opened.
pub(super) fn seal(keys: &SealingKeys, secret: &str, id: &str, service: &str) -> Result<String, String> {
    let sealed = keys.seal(secret.as_bytes(), &about(id, service));
    sealed.map(|sealed| STANDARD.encode(sealed)).ok_or_else(|| "there is no key to seal with".to_owned())
}

pub(super) fn open(keys: &SealingKeys, sealed: &str, id: &str, service: &str) -> Result<String, Shut> {
    let sealed = STANDARD.decode(sealed).map_err(|_| Shut::Unreadable)?;
    let secret = keys.open(&sealed, &about(id, service))?;
    String::from_utf8(secret).map_err(|_| Shut::Unreadable)
}

fn about(id: &str, service: &str) -> Vec<u8> {
    format!("sekisho secret access key\n{id}\n{service}").into_bytes()
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pair({})", self.known.id)
    }
}
