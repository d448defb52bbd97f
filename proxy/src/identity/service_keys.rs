//! Keys that this gate has issued to services: a prefix and a checksum by which anybody's scanner knows them, and 178 bits
//! that nobody guesses. Here lies only their SHA-256.

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::rand;
use jiff::Timestamp;
use sekisho_audit::{hex, sha256, unhex};
use sekisho_detectors::checksum;
use serde::{Deserialize, Serialize};
use toml::value::Datetime;

use super::{IdentityError, at_line};

/// What every key begins with.
pub const PREFIX: &str = "sekisho_";

/// Characters between prefix and checksum.
const RANDOM: usize = 30;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// One key, as the file says it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceKey {
    /// By which it is named in records, and revoked.
    pub id: String,
    /// The service's id in the policy.
    pub service: String,
    /// SHA-256 of the key, in hex.
    pub sha256: String,
    /// When it was issued.
    pub issued: Datetime,
    /// From when on it no longer counts.
    pub expires: Datetime,
}

/// The file: `[[key]]`, once each.
#[derive(Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyList {
    /// All of them.
    #[serde(default, rename = "key")]
    pub keys: Vec<ServiceKey>,
}

/// The keys that count, by their SHA-256.
#[derive(Default)]
pub struct ServiceKeys(HashMap<[u8; 32], Known>);

/// What is known of one key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) service: String,
    pub(super) expires_at: u64,
}

impl KeyList {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong, as a person reads it, with its line.
    pub fn read(text: &str) -> Result<KeyList, String> {
        toml::from_str(text).map_err(|error| at_line(text, &error))
    }

    /// Makes a key for a service and adds it. What it returns is nowhere else.
    ///
    /// # Errors
    /// No randomness, or a moment that cannot be written.
    pub fn issue(&mut self, service: &str, now_s: u64, lifetime_s: u64) -> Result<String, String> {
        let key = fresh()?;
        let digest = hex(&sha256(&[key.as_bytes()]));
        let id = digest.get(..12).unwrap_or_default().to_owned();
        let expires = moment(now_s.saturating_add(lifetime_s))?;
        let service = service.to_owned();
        self.keys.push(ServiceKey { id, service, sha256: digest, issued: moment(now_s)?, expires });
        Ok(key)
    }
}

impl ServiceKeys {
    /// The keys of a file.
    ///
    /// # Errors
    /// As [`KeyList::read`]; two keys alike, a digest that is none, a moment without its offset.
    pub fn read(text: &str) -> Result<ServiceKeys, String> {
        let mut keys = HashMap::new();
        for (number, key) in (1..).zip(KeyList::read(text)?.keys) {
            let wrong = |what: &str| format!("key {number}: {what}");
            // One digest has one spelling.
            let digest = unhex(&key.sha256).filter(|digest| hex(digest) == key.sha256);
            let digest = digest.ok_or_else(|| wrong("`sha256` is 64 lower-case hex digits"))?;
            let expires: Timestamp = key.expires.to_string().parse().map_err(|_| {
                wrong("`expires` is no moment; write it with its offset, as 2027-04-01T00:00:00Z")
            })?;
            let expires_at = u64::try_from(expires.as_second()).unwrap_or(0);
            if keys.insert(digest, Known { id: key.id, service: key.service, expires_at }).is_some() {
                return Err(wrong("it is there twice"));
            }
        }
        Ok(ServiceKeys(keys))
    }

    /// Whether a credential is a key of ours, by its looks.
    pub(super) fn looks_like(token: &str) -> bool {
        token.starts_with(PREFIX)
    }

    /// What is known of a key.
    ///
    /// # Errors
    /// [`IdentityError::ServiceKey`] if it is not one of these, [`IdentityError::Expired`] if its time is over.
    pub(super) fn find(&self, key: &str, now_s: u64) -> Result<&Known, IdentityError> {
        // What is looked up is a digest, so how long it takes tells nothing about any key.
        let known = self.0.get(&sha256(&[key.as_bytes()])).ok_or(IdentityError::ServiceKey)?;
        if now_s >= known.expires_at { Err(IdentityError::Expired) } else { Ok(known) }
    }
}

impl fmt::Debug for ServiceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceKeys({})", self.0.len())
    }
}

/// Characters with equal chances: bytes beyond the last whole alphabet are thrown away.
fn fresh() -> Result<String, String> {
    let mut random = String::with_capacity(RANDOM);
    while random.len() < RANDOM {
        let mut bytes = [0; 2 * RANDOM];
        rand::fill(&mut bytes).map_err(|_| "no randomness is to be had".to_owned())?;
        let fair =
            bytes.iter().filter_map(|byte| (*byte < 248).then(|| ALPHABET.get(usize::from(byte % 62)))?);
        random.extend(fair.take(RANDOM - random.len()).map(|byte| char::from(*byte)));
    }
    let check = checksum(random.as_bytes());
    Ok(format!("{PREFIX}{random}{}", check.map(char::from).iter().collect::<String>()))
}

fn moment(at_s: u64) -> Result<Datetime, String> {
    let at = i64::try_from(at_s).ok().and_then(|s| Timestamp::from_second(s).ok());
    at.and_then(|at| at.to_string().parse().ok()).ok_or_else(|| "that day cannot be written".to_owned())
}
