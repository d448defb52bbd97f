//! What a process works with, read from its config once at start: policy, rules, keys, credentials. Everything that is
//! wrong is told at once, by file.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use sekisho_audit::{Fingerprinter, Signer, sha256, unhex};
use sekisho_detectors::RuleSet;
use sekisho_exchange::Snapshot;
use sekisho_policies::{Policy, TrustAnchor};

use crate::config::Config;
use crate::conversation;
use crate::identity::{Issuers, Speakers};
use crate::keys;
use crate::outbound::{Client, Credentials, Trust};
use crate::policy_folder::{self, Folder, Part};

/// Why a process cannot start: one message for each thing that is wrong.
#[derive(Debug)]
pub struct LoadError(pub Vec<String>);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for LoadError {}

impl LoadError {
    pub(crate) fn at(path: &Path, cause: impl fmt::Display) -> LoadError {
        LoadError(vec![format!("{}: {cause}", path.display())])
    }

    pub(crate) fn all(errors: impl IntoIterator<Item = impl ToString>) -> LoadError {
        LoadError(errors.into_iter().map(|error| error.to_string()).collect())
    }
}

/// How often a folder is read that changes while it is read.
const READS_MAX: usize = 5;

/// Policy and what goes with it: one value, so that parts of two policies never meet.
pub struct Loaded {
    /// Policy, rules and their words.
    pub snapshot: Arc<Snapshot>,
    /// Who may vouch for callers.
    pub issuers: Issuers,
    /// The way to the policy's backends.
    pub client: Client,
    /// The length of what is sealed in the label of a conversation.
    pub conversation_bytes: usize,
}

impl Loaded {
    /// SHA-256 over the policy folder: its files, those of its folders, and those that it inherits.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn folder(config: &Config) -> Result<[u8; 32], LoadError> {
        let mut files = Vec::new();
        let mut parts = policy_folder::parts(&config.policy.dir)?;
        if let Some(shadow) = &config.policy.shadow {
            parts.extend(policy_folder::parts(shadow)?);
        }
        for dir in parts.into_iter().flat_map(Part::folders) {
            for path in policy_folder::paths(&dir)?.into_iter().filter(|path| path.is_file()) {
                let bytes = fs::read(&path).map_err(|error| LoadError::at(&path, error))?;
                files.push((path.display().to_string(), bytes));
            }
        }
        files.sort();
        Ok(digest(texts(&files)))
    }

    /// As [`Loaded::read`], with what [`Loaded::folder`] says of the same files. A folder that changes meanwhile is read
    /// again: nobody shall get half of two policies.
    ///
    /// # Errors
    /// As [`Loaded::read`]; or it does not stop changing.
    pub fn settled(config: &Config, now: Option<&Loaded>) -> Result<(Loaded, [u8; 32]), LoadError> {
        let settled = settled(|| Loaded::folder(config), || Loaded::read(config, now))?;
        settled.ok_or_else(|| LoadError::at(&config.policy.dir, "its files change while they are read"))
    }

    /// Reads the policy folder and the keys that go with it. What is in force now hands on what it knows of the same
    /// issuers, and its connections to the same backends.
    ///
    /// # Errors
    /// Everything that is wrong in the first of: rules, policy, key sets, anchors and credentials.
    pub fn read(config: &Config, now: Option<&Loaded>) -> Result<Loaded, LoadError> {
        let dir = &config.policy.dir;
        let folder = Folder::read(dir)?;
        let (policy, rules) = folder.load()?;
        rules.warm();
        let conversation_bytes = conversations(config, &policy)?;
        let issuers = Issuers::load(&policy, |id| keys::source(config, id)).map_err(LoadError::all)?;
        let speakers = Speakers::load(&policy, |id| keys::contexts(config, id)).map_err(LoadError::all)?;
        let issuers = issuers.speaking(speakers);
        let trust = Trust::of(&policy, |name| fs::read(dir.join(name))).map_err(|e| LoadError::all([e]))?;
        let credentials = Credentials::load(&config.credentials).map_err(|e| LoadError::all([e]))?;
        let client = Client::new(&policy, trust, credentials, config.limits.clone());
        let client = client.map_err(|e| LoadError::all([e]))?;
        let (issuers, client) = match now {
            Some(now) => (issuers.inheriting(&now.issuers), client.sharing(&now.client)),
            None => (issuers, client),
        };
        let anchors = anchors(&policy, dir)?;
        let snapshot = snapshot(&folder, (policy, rules), &anchors);
        let snapshot = match &config.policy.shadow {
            Some(dir) => snapshot.beside(Arc::new(shadow(dir)?)),
            None => snapshot,
        };
        Ok(Loaded { snapshot: Arc::new(snapshot), issuers, client, conversation_bytes })
    }
}

/// How long labels of conversations are. A policy that asks for them where nobody could have one would refuse all that
/// goes on.
fn conversations(config: &Config, policy: &Policy) -> Result<usize, LoadError> {
    if config.conversation.is_some() {
        return conversation::content_bytes(policy).map_err(|cause| LoadError::at(&config.policy.dir, cause));
    }
    match policy.asks_for_conversations() {
        None => Ok(0),
        Some(service) => Err(LoadError(vec![format!(
            "service `{}` must say with which conversation it goes on, and no keys seal their labels: write `[conversation]` with `keys = \"FILE\"` into the process config",
            service.id
        )])),
    }
}

/// What is read between two looks that are alike; `None` if there are none.
fn settled<T, E>(
    mut look: impl FnMut() -> Result<[u8; 32], E>,
    mut read: impl FnMut() -> Result<T, E>,
) -> Result<Option<(T, [u8; 32])>, E> {
    for _ in 0..READS_MAX {
        let (before, read) = (look()?, read());
        if look()? == before {
            return read.map(|read| Some((read, before)));
        }
    }
    Ok(None)
}

/// A policy that is only asked: it reaches no backend and needs no key.
fn shadow(dir: &Path) -> Result<Snapshot, LoadError> {
    let folder = Folder::read(dir)?;
    let loaded = folder.load()?;
    Ok(snapshot(&folder, loaded, &[]))
}

fn snapshot(folder: &Folder, (policy, rules): (Policy, RuleSet), anchors: &[(String, Vec<u8>)]) -> Snapshot {
    let policy_digest = digest(texts(&folder.policy).chain(texts(anchors)));
    let rules_digest = digest(rules.sources().map(|(name, text)| (name, text.as_bytes())));
    Snapshot::new(Arc::new(policy), Arc::new(rules), policy_digest, rules_digest)
}

/// The anchor files that backends name: they say where data goes, so they belong to the policy's digest.
fn anchors(policy: &Policy, dir: &Path) -> Result<Vec<(String, Vec<u8>)>, LoadError> {
    let mut anchors = Vec::new();
    for backend in policy.backends() {
        if let TrustAnchor::File(name) = &backend.trust_anchor {
            let path = dir.join(name);
            let bytes = fs::read(&path).map_err(|error| LoadError::at(&path, error))?;
            anchors.push((name.clone(), bytes));
        }
    }
    anchors.sort();
    anchors.dedup();
    Ok(anchors)
}

fn texts<T: AsRef<[u8]>>(files: &[(String, T)]) -> impl Iterator<Item = (&str, &[u8])> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_ref()))
}

/// SHA-256 over each file's name (without its folder) and text, with their lengths between them.
fn digest<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> [u8; 32] {
    let mut all = Vec::new();
    for (name, bytes) in files {
        let name = name.rsplit('/').next().unwrap_or(name);
        for part in [name.as_bytes(), bytes] {
            all.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            all.extend_from_slice(part);
        }
    }
    sha256(&[&all])
}

/// The log's signer, from its two PEM files.
///
/// # Errors
/// A file cannot be read or holds no key of its kind.
pub fn signer(config: &Config) -> Result<Signer, LoadError> {
    let audit = &config.audit;
    let (p256, ed25519) = (pkcs8(&audit.p256_key)?, pkcs8(&audit.ed25519_key)?);
    Signer::from_pkcs8(&audit.origin, &p256, &ed25519).map_err(|error| LoadError::at(&audit.p256_key, error))
}

fn pkcs8(path: &Path) -> Result<Vec<u8>, LoadError> {
    use rustls::pki_types::PrivatePkcs8KeyDer;
    use rustls::pki_types::pem::PemObject;
    let pem = fs::read(path).map_err(|error| LoadError::at(path, error))?;
    let key = PrivatePkcs8KeyDer::from_pem_slice(&pem);
    let key = key.map_err(|_| LoadError::at(path, "no PEM block `PRIVATE KEY` (PKCS#8) in it"))?;
    Ok(key.secret_pkcs8_der().to_vec())
}

/// The maker of fingerprints, from 64 hex digits.
///
/// # Errors
/// The file cannot be read or holds something else.
pub fn fingerprinter(config: &Config) -> Result<Fingerprinter, LoadError> {
    let path = &config.audit.fingerprint_key;
    let text = fs::read_to_string(path).map_err(|error| LoadError::at(path, error))?;
    let key = unhex(text.trim()).ok_or_else(|| LoadError::at(path, "the key is 64 hex digits"))?;
    Ok(Fingerprinter::new(&key, 0))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A folder that changes with each of so many reads, the first of which finds a fault.
    fn check(changes: u8, expect: Result<Option<u8>, &str>) {
        let version = Cell::new(0_u8);
        let look = || Ok([version.get(); 32]);
        let read = || {
            let found = version.get();
            version.set(found + u8::from(found < changes));
            if found == 0 { Err("half of it") } else { Ok(found) }
        };
        let came = settled(look, read).map(|came| {
            came.map(|(read, seen)| {
                assert_eq!([read; 32], seen, "what was read is what was seen");
                read
            })
        });
        assert_eq!(came, expect, "{changes} changes");
    }

    #[test]
    fn what_changes_while_it_is_read_is_read_again() {
        // What stays faulty is faulty; what was only half there is not.
        check(0, Err("half of it"));
        check(1, Ok(Some(1)));
        check(4, Ok(Some(4)));
        check(200, Ok(None));
    }
}
