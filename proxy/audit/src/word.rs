//! The words that a record may hold: interned terms, principals of bounded grammar, keyed fingerprints. None of them
//! can be made of a piece of a prompt.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A word that was known before any request arrived: written in this program, or loaded from policy, rules or config.
///
/// [`Term::loaded`] is for loaders alone; `tests/tests/architecture` asserts who calls it.
#[derive(Clone)]
pub struct Term(Word);

#[derive(Clone)]
enum Word {
    Static(&'static str),
    Loaded(Arc<str>),
}

impl Term {
    /// A word of this program.
    pub const fn of(word: &'static str) -> Term {
        Term(Word::Static(word))
    }

    /// A word of a loaded policy, rule file or configuration; never of a request.
    pub fn loaded(word: &str) -> Term {
        Term(Word::Loaded(Arc::from(word)))
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Word::Static(word) => word,
            Word::Loaded(word) => word,
        }
    }
}

/// Terms are equal if they are the same word, wherever it was written.
impl PartialEq for Term {
    fn eq(&self, other: &Term) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Term {}

impl PartialOrd for Term {
    fn partial_cmp(&self, other: &Term) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Term {
    fn cmp(&self, other: &Term) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Term {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.as_str())
    }
}

/// Who an issuer says the caller is: 1 to 128 ASCII bytes of `A-Z a-z 0-9 . _ @ : / + = -`, pinned to that issuer.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Principal {
    issuer: Term,
    name: Box<str>,
}

impl Principal {
    /// `None` if the name breaks the grammar; such a caller is unknown.
    pub fn new(issuer: Term, name: &str) -> Option<Principal> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._@:/+=-".contains(&b);
        let fits = (1..=128).contains(&name.len()) && name.bytes().all(allowed);
        fits.then(|| Principal { issuer, name: name.into() })
    }

    /// The issuer that vouches for the name.
    pub fn issuer(&self) -> &Term {
        &self.issuer
    }

    /// The subject as the issuer writes it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Length and keyed MAC of something that may not be written down. Made by [`crate::Fingerprinter`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fingerprint {
    /// Which key made it (the key's day; 0 before keys rotate).
    pub key_id: u32,
    /// Length of the original, in bytes.
    pub length_bytes: u64,
    /// The first 16 bytes of HMAC-SHA-256.
    pub mac: [u8; 16],
}

/// A name that a client sent: one we know, or only its fingerprint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Named {
    /// A word of the loaded policy.
    Known(Term),
    /// Anything else.
    Unknown(Fingerprint),
}
