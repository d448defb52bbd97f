//! Keys that this gate has issued to services: a prefix and a checksum by which anybody's scanner knows them, and 178 bits
//! that nobody guesses. Of those that are sent only their SHA-256 lies here; of those that sign, see [`super::pairs`].

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::rand;
use jiff::Timestamp;
use sekisho_audit::{hex, sha256, unhex};
use sekisho_detectors::checksum;
use serde::{Deserialize, Serialize};
use toml::value::Datetime;

use super::pairs::{self, IssuedPair, Pair};
use super::{IdentityError, at_line, moment};
use crate::sealing::SealingKeys;
use crate::sigv4::Secret;

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
    /// SHA-256 of the key, in hex, if it is one that is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The secret of a pair that signs, sealed, in base64. Its id is the access key id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
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

/// The keys that count.
#[derive(Default)]
pub struct ServiceKeys {
    /// By their SHA-256.
    sent: HashMap<[u8; 32], Known>,
    /// By their access key id.
    pairs: HashMap<String, Pair>,
}

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
        let key = fresh(PREFIX)?;
        let digest = hex(&sha256(&[key.as_bytes()]));
        let id = digest.get(..12).unwrap_or_default().to_owned();
        self.add(id, service, (Some(digest), None), (now_s, lifetime_s))?;
        Ok(key)
    }

    /// Makes a pair that signs for a service and adds it. What it returns is nowhere else, but for the secret, sealed.
    ///
    /// # Errors
    /// No randomness, no key to seal with, or a moment that cannot be written.
    pub fn issue_pair(
        &mut self,
        service: &str,
        now_s: u64,
        lifetime_s: u64,
        keys: &SealingKeys,
    ) -> Result<IssuedPair, String> {
        let pair = IssuedPair::fresh()?;
        let sealed = pairs::seal(keys, &pair.secret, &pair.id, service)?;
        self.add(pair.id.clone(), service, (None, Some(sealed)), (now_s, lifetime_s))?;
        Ok(pair)
    }

    /// Seals every secret anew, with the first key, so that the others are needed no more. Says how many there were.
    ///
    /// # Errors
    /// One that none of the keys opens; nothing was changed then.
    pub fn reseal(&mut self, keys: &SealingKeys) -> Result<usize, String> {
        let mut anew = Vec::new();
        for (number, key) in (1..).zip(&self.keys) {
            let ServiceKey { id, service, sealed, .. } = key;
            anew.push(match sealed {
                None => None,
                Some(sealed) => {
                    let secret = pairs::open(keys, sealed, id, service);
                    let secret = secret.map_err(|shut| format!("key {number}: `sealed` {shut}"))?;
                    Some(pairs::seal(keys, &secret, id, service)?)
                }
            });
        }
        let count = anew.iter().flatten().count();
        self.keys.iter_mut().zip(anew).for_each(|(key, sealed)| key.sealed = sealed);
        Ok(count)
    }

    fn add(
        &mut self,
        id: String,
        service: &str,
        (sha256, sealed): (Option<String>, Option<String>),
        (now_s, lifetime_s): (u64, u64),
    ) -> Result<(), String> {
        let (issued, expires) = (moment(now_s)?, moment(now_s.saturating_add(lifetime_s))?);
        self.keys.push(ServiceKey { id, service: service.to_owned(), sha256, sealed, issued, expires });
        Ok(())
    }
}

impl ServiceKeys {
    /// The keys of a file. `sealing` opens the secrets in it.
    ///
    /// # Errors
    /// As [`KeyList::read`]; two keys alike, a digest that is none, a secret that is not opened, a moment without its offset.
    pub fn read(text: &str, sealing: &SealingKeys) -> Result<ServiceKeys, String> {
        let mut keys = ServiceKeys::default();
        for (number, key) in (1..).zip(KeyList::read(text)?.keys) {
            let added = keys.add(key, sealing);
            added.map_err(|what| format!("key {number}: {what}"))?;
        }
        Ok(keys)
    }

    fn add(&mut self, key: ServiceKey, sealing: &SealingKeys) -> Result<(), String> {
        let ServiceKey { id, service, sha256, sealed, expires, .. } = key;
        let expires: Timestamp = expires.to_string().parse().map_err(|_| {
            "`expires` is no moment; write it with its offset, as 2027-04-01T00:00:00Z".to_owned()
        })?;
        let expires_at = u64::try_from(expires.as_second()).unwrap_or(0);
        let known = Known { id, service, expires_at };
        let twice = match (sha256, sealed) {
            (Some(sha256), None) => {
                // One digest has one spelling.
                let digest = unhex(&sha256).filter(|digest| hex(digest) == sha256);
                let digest = digest.ok_or("`sha256` is 64 lower-case hex digits")?;
                self.sent.insert(digest, known).is_some()
            }
            (None, Some(_)) if !pairs::is_id(&known.id) => {
                return Err("the `id` of a pair is `SKSH` and 16 letters or digits from 2 to 7".to_owned());
            }
            (None, Some(sealed)) => {
                let secret = pairs::open(sealing, &sealed, &known.id, &known.service);
                let secret = Secret::new(&secret.map_err(|shut| format!("`sealed` {shut}"))?);
                self.pairs.insert(known.id.clone(), Pair { known, secret }).is_some()
            }
            _ => return Err("write exactly one of `sha256` and `sealed`".to_owned()),
        };
        if twice { Err("it is there twice".to_owned()) } else { Ok(()) }
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
        let known = self.sent.get(&sha256(&[key.as_bytes()])).ok_or(IdentityError::ServiceKey)?;
        if now_s >= known.expires_at { Err(IdentityError::Expired) } else { Ok(known) }
    }

    /// The pair of an access key id. Whoever names it has proved nothing yet.
    ///
    /// # Errors
    /// As [`ServiceKeys::find`].
    pub(crate) fn pair(&self, id: &str, now_s: u64) -> Result<&Pair, IdentityError> {
        // An id is no secret: it stands in every request.
        let pair = self.pairs.get(id).ok_or(IdentityError::ServiceKey)?;
        if now_s >= pair.known.expires_at { Err(IdentityError::Expired) } else { Ok(pair) }
    }
}

impl fmt::Debug for ServiceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServiceKeys({})", self.sent.len() + self.pairs.len())
    }
}

/// Characters with equal chances: bytes beyond the last whole alphabet are thrown away.
pub(super) fn fresh(prefix: &str) -> Result<String, String> {
    let mut random = String::with_capacity(RANDOM);
    while random.len() < RANDOM {
        let mut bytes = [0; 2 * RANDOM];
        rand::fill(&mut bytes).map_err(|_| "no randomness is to be had".to_owned())?;
        let fair =
            bytes.iter().filter_map(|byte| (*byte < 248).then(|| ALPHABET.get(usize::from(byte % 62)))?);
        random.extend(fair.take(RANDOM - random.len()).map(|byte| char::from(*byte)));
    }
    let check = checksum(random.as_bytes());
    Ok(format!("{prefix}{random}{}", check.map(char::from).iter().collect::<String>()))
}
