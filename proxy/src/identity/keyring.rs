//! The keys of one issuer in force, and which tokens they have verified already.
//!
//! Keys come from a file or from where the issuer publishes them; the latter grow old. Only the check of a signature is
//! remembered, and only as long as the very keys are in force that made it: everything else about a token is looked at
//! every time.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use sekisho_audit::sha256;
use sekisho_policies::Algorithm;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout};

use super::IdentityError;
use super::jwks::{JwksError, Key, KeySet};

/// Least time between two requests for the keys of one issuer, whoever wants them.
pub const ASKED_EVERY: Duration = Duration::from_secs(30);

/// How many verified signatures are remembered: those of the people who ask within a few minutes.
const REMEMBERED_MAX: usize = 16 * 1024;

/// A key set as it was read: the name is for messages.
pub struct KeyFile {
    /// The file, as the operator knows it.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// Where the keys of an issuer come from.
pub enum KeySource {
    /// A file, which holds nothing but keys that are trusted.
    File(KeyFile),
    /// The issuer publishes them; they are still to come.
    Published {
        /// How long they count after they were last seen there, in seconds.
        max_age_s: u64,
    },
}

impl From<KeyFile> for KeySource {
    fn from(file: KeyFile) -> KeySource {
        KeySource::File(file)
    }
}

/// The keys of one issuer, as they come and go.
pub struct Keyring {
    allowed: Vec<Algorithm>,
    /// Absent for files.
    max_age_s: Option<u64>,
    current: ArcSwapOption<Keys>,
    wanted: Notify,
    /// When the issuer was last asked, and each time it answers or fails to.
    asked: watch::Sender<Option<Instant>>,
}

/// One key set in force.
pub(super) struct Keys {
    set: KeySet,
    text: String,
    seen_s: AtomicU64,
    remembered: Mutex<Remembered>,
}

impl Keyring {
    /// # Errors
    /// The key set of a file is not as it should be.
    pub(super) fn of(source: KeySource, allowed: &[Algorithm]) -> Result<Keyring, JwksError> {
        let max_age_s = match &source {
            KeySource::File(_) => None,
            KeySource::Published { max_age_s } => Some(*max_age_s),
        };
        let ring = Keyring {
            allowed: allowed.to_vec(),
            max_age_s,
            current: ArcSwapOption::empty(),
            wanted: Notify::new(),
            asked: watch::Sender::new(None),
        };
        if let KeySource::File(file) = source {
            ring.take(&file.name, file.text, 0)?;
        }
        Ok(ring)
    }

    /// Whether the issuer publishes its keys.
    pub(super) fn is_published(&self) -> bool {
        self.max_age_s.is_some()
    }

    /// Puts the keys of a file, or those an issuer publishes, into force. The same text again confirms them. Of what an
    /// issuer publishes, keys that are of no use here are passed over.
    ///
    /// # Errors
    /// The set cannot be used; nothing changes then, and the keys in force grow older.
    pub fn take(&self, name: &str, text: String, now_s: u64) -> Result<(), JwksError> {
        if let Some(keys) = self.current.load().as_ref().filter(|keys| keys.text == text) {
            keys.seen_s.store(now_s, Ordering::Relaxed);
            return Ok(());
        }
        let set = match self.max_age_s {
            None => KeySet::parse(name, &text, &self.allowed)?,
            Some(_) => KeySet::published(name, &text, &self.allowed)?,
        };
        let keys = Keys { set, text, seen_s: AtomicU64::new(now_s), remembered: Mutex::default() };
        self.current.store(Some(Arc::new(keys)));
        Ok(())
    }

    /// The keys in force.
    ///
    /// # Errors
    /// [`IdentityError::NoKeys`] if none were had yet, or it is too long ago that they were seen.
    pub(super) fn keys(&self, now_s: u64) -> Result<Arc<Keys>, IdentityError> {
        let keys = self.current.load_full().ok_or(IdentityError::NoKeys)?;
        let age_s = now_s.saturating_sub(keys.seen_s.load(Ordering::Relaxed));
        if self.max_age_s.is_some_and(|max_age_s| age_s > max_age_s) {
            return Err(IdentityError::NoKeys);
        }
        Ok(keys)
    }

    /// Whether tokens of the issuer can be verified.
    pub fn is_fresh(&self, now_s: u64) -> bool {
        self.keys(now_s).is_ok()
    }

    /// For whoever asks the issuer: waits until it is worth it, at least [`ASKED_EVERY`] after the last time, at most
    /// `within`.
    pub async fn due(&self, within: Duration) {
        let last = *self.asked.borrow();
        let wanted = async {
            self.wanted.notified().await;
            if let Some(last) = last {
                tokio::time::sleep_until(last + ASKED_EVERY).await;
            }
        };
        let _ = timeout(within, wanted).await;
    }

    /// For whoever asks the issuer: it was asked, and what it said was taken or not.
    pub fn asked(&self) {
        self.asked.send_replace(Some(Instant::now()));
    }

    /// For whoever needs a key that is not here: has the issuer asked and waits for it. False at once if the issuer
    /// publishes nothing, or was asked within [`ASKED_EVERY`]: nobody can make us ask more often.
    pub async fn renewed(&self, within: Duration) -> bool {
        let mut asked = self.asked.subscribe();
        let lately = asked.borrow_and_update().is_some_and(|last| last.elapsed() < ASKED_EVERY);
        if self.max_age_s.is_none() || lately {
            return false;
        }
        self.wanted.notify_one();
        timeout(within, asked.changed()).await.is_ok_and(|changed| changed.is_ok())
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.current.load();
        f.debug_struct("Keyring").field("keys", &keys.as_ref().map(|keys| &keys.set)).finish_non_exhaustive()
    }
}

impl Keys {
    /// The key that a header asks for.
    pub(super) fn key(&self, kid: Option<&str>, alg: &str) -> Option<&Key> {
        self.set.key(kid, alg)
    }

    /// True if `key`, which `signed` itself names, has signed it. `signed` and `signature` are remembered together, so
    /// what is found again was verified byte by byte by the same key.
    pub(super) fn verified(&self, key: &Key, signed: &[u8], signature: &Vec<u8>) -> bool {
        let digest = sha256(&[signed, b".", signature]);
        if self.remembered().holds(&digest) {
            return true;
        }
        let verified = key.verifies(signed, signature);
        if verified {
            self.remembered().add(digest);
        }
        verified
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Two generations: when the younger is full, the elder is forgotten.
#[derive(Default)]
struct Remembered {
    young: HashSet<[u8; 32]>,
    old: HashSet<[u8; 32]>,
}

impl Remembered {
    fn holds(&mut self, digest: &[u8; 32]) -> bool {
        if self.young.contains(digest) {
            return true;
        }
        let held = self.old.remove(digest);
        if held {
            self.add(*digest);
        }
        held
    }

    fn add(&mut self, digest: [u8; 32]) {
        if self.young.len() >= REMEMBERED_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(digest);
    }
}
