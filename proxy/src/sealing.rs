//! What lies on disk and must be had back as it was: AES-256-GCM under keys of a file, bound to what it is about. The first
//! key seals, all of them open, so that keys can be changed while everything goes on.
//!
//! `1 | key id, 4 bytes | nonce, 12 bytes | sealed | tag, 16 bytes`

mod key_file;
#[cfg(test)]
mod tests;

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use sekisho_audit::{hex, unhex};

pub use key_file::{KeyFile, SealingKey};

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;

/// The keys of a file. None of them, and nothing can be sealed or opened.
#[derive(Default)]
pub struct SealingKeys(Vec<Key>);

struct Key {
    id: [u8; KEY_ID_BYTES],
    key: RandomizedNonceKey,
}

/// Why something is not opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shut {
    /// Not in the form above.
    Unreadable,
    /// The key of this id is not in the file.
    NoKey(String),
    /// It was changed, or it is about something else.
    Changed,
}

impl fmt::Display for Shut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shut::Unreadable => f.write_str("is not sealed by this program"),
            Shut::NoKey(id) => {
                write!(f, "is sealed with the key `{id}`, which is not in the file of `sealing`")
            }
            Shut::Changed => f.write_str("was changed, or sealed for another id or service"),
        }
    }
}

impl SealingKeys {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, without any of a key; no key at all.
    pub fn read(text: &str) -> Result<SealingKeys, String> {
        let mut keys: Vec<Key> = Vec::new();
        for (number, said) in (1..).zip(KeyFile::read(text)?.keys) {
            let wrong = |what: &str| format!("key {number}: {what}");
            // One id has one spelling.
            let id = unhex(&said.id).filter(|id| hex(id) == said.id);
            let id = id.ok_or_else(|| wrong("`id` is 8 lower-case hex digits"))?;
            let key: [u8; 32] = unhex(&said.key).ok_or_else(|| wrong("`key` is 64 hex digits"))?;
            let key = RandomizedNonceKey::new(&AES_256_GCM, &key);
            let key = key.map_err(|_| wrong("it cannot be used"))?;
            if keys.iter().any(|other| other.id == id) {
                return Err(wrong("another key has its `id`"));
            }
            keys.push(Key { id, key });
        }
        if keys.is_empty() { Err("there is no `[[key]]` in it".to_owned()) } else { Ok(SealingKeys(keys)) }
    }

    /// Seals with the first key. `about` is not in it and must be the same when it is opened. `None` if there is no key.
    pub fn seal(&self, plain: &[u8], about: &[u8]) -> Option<Vec<u8>> {
        let Key { id, key } = self.0.first()?;
        let mut sealed = plain.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::from(bound_to(*id, about)), &mut sealed).ok()?;
        Some([&[VERSION][..], id, nonce.as_ref(), &sealed].concat())
    }

    /// Opens what [`SealingKeys::seal`] has sealed about the same.
    ///
    /// # Errors
    /// [`Shut`].
    pub fn open(&self, sealed: &[u8], about: &[u8]) -> Result<Vec<u8>, Shut> {
        let (version, rest) = sealed.split_first().ok_or(Shut::Unreadable)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID_BYTES>().ok_or(Shut::Unreadable)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Shut::Unreadable)?;
        if *version != VERSION {
            return Err(Shut::Unreadable);
        }
        let known = self.0.iter().find(|key| key.id == *id).ok_or_else(|| Shut::NoKey(hex(id)))?;
        let mut sealed = sealed.to_vec();
        let aad = Aad::from(bound_to(*id, about));
        let opened = known.key.open_in_place(Nonce::from(nonce), aad, &mut sealed);
        opened.map(|plain| plain.to_vec()).map_err(|_| Shut::Changed)
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKeys({})", self.0.len())
    }
}

/// What something is sealed for: this version, this key, and what it is about.
fn bound_to(id: [u8; KEY_ID_BYTES], about: &[u8]) -> Vec<u8> {
    [&[VERSION][..], &id, about].concat()
}
