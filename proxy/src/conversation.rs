//! Labels of conversations, sealed so that clients can keep them and nobody can change them: AES-256-GCM under keys of a
//! file. Nothing is stored; whoever has the keys can open what another process has sealed.
//!
//! `base64url(1 | key id, 4 bytes | nonce, 12 bytes | sealed | tag, 16 bytes)`, where what is sealed is the time (8 bytes),
//! the label and the ministry's id (each behind its length, 2 bytes), and zeros up to a length that is the same for all
//! labels and ministries of a policy.

mod key_file;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName};
use sekisho_audit::unhex;
use sekisho_exchange::{BadRequest, Carried, Conversation, ConversationFault, Seal};
use sekisho_policies::Policy;

pub use key_file::KeyFile;

/// The head that brings a label, or says `new`, and in which answers tell one.
pub const HEAD: HeaderName = HeaderName::from_static("sekisho-conversation");

/// Longest label as written.
pub const WRITTEN_BYTES_MAX: usize = 512;

/// Longest content of a label: with the rest of it, and in base64url, it is within [`WRITTEN_BYTES_MAX`].
const CONTENT_BYTES_MAX: usize = 320;

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;
const TIME_BYTES: usize = 8;
const LENGTH_BYTES: usize = 2;
const STEP_BYTES: usize = 32;

/// What a key is used for: what was sealed for one thing opens for no other.
const LABEL: &[u8] = b"sekisho conversation label";
const ADDRESS: &[u8] = b"sekisho address of a result";

/// The keys of a file. The first seals, all open.
#[derive(Default)]
pub struct Keys(Vec<Key>);

struct Key {
    id: [u8; KEY_ID_BYTES],
    key: RandomizedNonceKey,
}

impl Keys {
    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, without any of a key; no key at all.
    pub fn read(text: &str) -> Result<Keys, String> {
        let mut keys: Vec<Key> = Vec::new();
        for (number, said) in (1..).zip(KeyFile::read(text)?.keys) {
            let wrong = |what: &str| format!("key {number}: {what}");
            let id = said.id_bytes().ok_or_else(|| wrong("`id` is 8 lower-case hex digits"))?;
            let key: [u8; 32] = unhex(&said.key).ok_or_else(|| wrong("`key` is 64 hex digits"))?;
            let key = RandomizedNonceKey::new(&AES_256_GCM, &key);
            let key = key.map_err(|_| wrong("it cannot be used"))?;
            if keys.iter().any(|other| other.id == id) {
                return Err(wrong("another key has its `id`"));
            }
            keys.push(Key { id, key });
        }
        if keys.is_empty() { Err("there is no `[[key]]` in it".to_owned()) } else { Ok(Keys(keys)) }
    }

    /// Seals a label; `content_bytes` is the length of what is sealed. `None` if there is no key, or no room.
    pub fn seal(&self, carried: &Carried, now_s: u64, content_bytes: usize) -> Option<String> {
        self.sealed(LABEL, content(carried, now_s, content_bytes)?)
    }

    /// Seals what a client has to bring back as part of an address. `None` if there is no key.
    pub fn seal_address(&self, content: &[u8]) -> Option<String> {
        self.sealed(ADDRESS, content.to_vec())
    }

    /// Opens what was sealed as part of an address.
    pub fn open_address(&self, written: &str) -> Option<Vec<u8>> {
        self.opened(ADDRESS, written).ok()
    }

    fn sealed(&self, purpose: &[u8], mut content: Vec<u8>) -> Option<String> {
        let Key { id, key } = self.0.first()?;
        let nonce = key.seal_in_place_append_tag(Aad::from(bound_to(purpose, *id)), &mut content).ok()?;
        let head = [&[VERSION][..], id, nonce.as_ref()].concat();
        Some(URL_SAFE_NO_PAD.encode([head, content].concat()))
    }

    fn opened(&self, purpose: &[u8], written: &str) -> Result<Vec<u8>, ConversationFault> {
        let unreadable = ConversationFault::Unreadable;
        let bytes = URL_SAFE_NO_PAD.decode(written).map_err(|_| unreadable)?;
        let (version, rest) = bytes.split_first().ok_or(unreadable)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID_BYTES>().ok_or(unreadable)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(unreadable)?;
        if *version != VERSION {
            return Err(unreadable);
        }
        let known = self.0.iter().find(|key| key.id == *id).ok_or(ConversationFault::Key)?;
        let (mut sealed, nonce) = (sealed.to_vec(), Nonce::from(nonce));
        let opened = known.key.open_in_place(nonce, Aad::from(bound_to(purpose, *id)), &mut sealed);
        opened.map(|content| content.to_vec()).map_err(|_| unreadable)
    }

    /// Opens a label of at most this age.
    ///
    /// # Errors
    /// Why it counts for nothing.
    pub fn open(&self, written: &str, now_s: u64, lifetime_s: u64) -> Result<Carried, ConversationFault> {
        let unreadable = ConversationFault::Unreadable;
        if written.len() > WRITTEN_BYTES_MAX {
            return Err(unreadable);
        }
        let (sealed_s, carried) = read(&self.opened(LABEL, written)?).ok_or(unreadable)?;
        if now_s >= sealed_s.saturating_add(lifetime_s) {
            Err(ConversationFault::Expired)
        } else {
            Ok(carried)
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.len())
    }
}

/// What a label is sealed for: this purpose, this version, this key.
fn bound_to(purpose: &[u8], id: [u8; KEY_ID_BYTES]) -> Vec<u8> {
    [purpose, &[VERSION], &id].concat()
}

fn content(carried: &Carried, now_s: u64, content_bytes: usize) -> Option<Vec<u8>> {
    let mut content = now_s.to_be_bytes().to_vec();
    for text in [&carried.level, carried.ministry.as_deref().unwrap_or_default()] {
        content.extend(u16::try_from(text.len()).ok()?.to_be_bytes());
        content.extend(text.as_bytes());
    }
    if content.len() > content_bytes {
        return None;
    }
    content.resize(content_bytes, 0);
    Some(content)
}

fn read(content: &[u8]) -> Option<(u64, Carried)> {
    let (time, rest) = content.split_first_chunk::<TIME_BYTES>()?;
    let (level, rest) = text(rest)?;
    let (ministry, _) = text(rest)?;
    // No id is empty.
    let ministry = Some(ministry).filter(|id| !id.is_empty());
    Some((u64::from_be_bytes(*time), Carried { level, ministry }))
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
    let (text, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((String::from_utf8(text.to_vec()).ok()?, rest))
}

/// The length of what is sealed under a policy, whatever the label and whoever asks: a length tells neither.
///
/// # Errors
/// Its longest label and ministry do not fit into a head.
pub fn content_bytes(policy: &Policy) -> Result<usize, String> {
    let (scale, longest) = (policy.scale(), |lengths: Vec<usize>| lengths.into_iter().max().unwrap_or(0));
    let levels = longest(scale.levels().map(|level| level.id.len()).collect());
    let compartments: usize = scale.compartment_ids().map(|id| id.len() + 1).sum();
    let ministries = longest(policy.ministries().iter().map(|ministry| ministry.id.len()).collect());
    let bytes = TIME_BYTES + 2 * LENGTH_BYTES + levels + compartments + ministries;
    let bytes = bytes.next_multiple_of(STEP_BYTES);
    if bytes > CONTENT_BYTES_MAX {
        let room = CONTENT_BYTES_MAX - TIME_BYTES - 2 * LENGTH_BYTES;
        return Err(format!(
            "a level with every compartment and a ministry's id have {} bytes, and no more than {room} fit into the label of a conversation",
            levels + compartments + ministries
        ));
    }
    Ok(bytes)
}

/// What a request says of the conversation that it goes on with.
///
/// # Errors
/// It says it twice, or brings what is no label of ours.
pub fn said(
    headers: &HeaderMap,
    keys: &Keys,
    now_s: u64,
    lifetime_s: u64,
) -> Result<Conversation, BadRequest> {
    let unreadable = BadRequest::Conversation(ConversationFault::Unreadable);
    let mut lines = headers.get_all(&HEAD).iter();
    let line = match (lines.next(), lines.next()) {
        (None, _) => return Ok(Conversation::Unsaid),
        (Some(line), None) => line.to_str().map_err(|_| unreadable)?,
        (Some(_), Some(_)) => return Err(unreadable),
    };
    if line == "new" {
        return Ok(Conversation::New);
    }
    keys.open(line, now_s, lifetime_s).map(Conversation::Continued).map_err(BadRequest::Conversation)
}

/// How answers of an exchange that began now are sealed; `None` if there are no keys.
pub fn seal(keys: Arc<Keys>, now_s: u64, content_bytes: usize) -> Option<Seal> {
    if keys.0.is_empty() {
        return None;
    }
    Some(Seal::new(move |level, ministry| {
        let carried = Carried { level: level.to_owned(), ministry: ministry.map(str::to_owned) };
        keys.seal(&carried, now_s, content_bytes)
    }))
}

#[cfg(test)]
mod tests;
