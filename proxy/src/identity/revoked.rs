//! Who no longer counts although the proof is good: persons, services, tokens and keys by name, from a file that somebody
//! keeps fresh. A list that is too old says nothing, so nobody passes by it.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Deserialize;

use super::caller::SERVICE;
use super::{Caller, Pair, at_line};

/// A list of revocations, as it was read.
#[derive(Default)]
pub struct Revoked {
    /// By issuer's id, `certificate` or `service`.
    names: HashMap<String, Names>,
    /// When it was made and how long it counts, in seconds (since the Unix epoch); without a list nothing grows old.
    fresh: Option<(u64, u64)>,
}

/// What is revoked of one issuer.
#[derive(Default)]
struct Names {
    /// Names of principals.
    subjects: HashSet<String>,
    /// Tokens, by `jti`.
    tokens: HashSet<String>,
    /// Keys, by `kid`.
    keys: HashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issued: toml::value::Datetime,
    #[serde(default)]
    revoked: Vec<Entry>,
}

/// One revocation: an issuer and exactly one name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    issuer: String,
    subject: Option<String>,
    token: Option<String>,
    key: Option<String>,
}

/// Why somebody may not pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Barred {
    /// They, their token or its key are on the list.
    Revoked,
    /// The list is older than it may be.
    Stale,
}

impl Revoked {
    /// Reads a list that counts for `max_age_s` seconds from when it was made.
    ///
    /// # Errors
    /// What is wrong, as a person reads it.
    pub fn read(text: &str, max_age_s: u64) -> Result<Revoked, String> {
        let file: File = toml::from_str(text).map_err(|error| at_line(text, &error))?;
        let issued: jiff::Timestamp = file.issued.to_string().parse().map_err(|_| {
            "`issued` is no moment; write it with its offset, as 2026-11-25T09:00:00Z".to_owned()
        })?;
        let issued_s = u64::try_from(issued.as_second()).map_err(|_| "`issued` is before 1970".to_owned())?;
        let mut names: HashMap<String, Names> = HashMap::new();
        for (number, Entry { issuer, subject, token, key }) in (1..).zip(file.revoked) {
            let names = names.entry(issuer).or_default();
            match (subject, token, key) {
                (Some(subject), None, None) => names.subjects.insert(subject),
                (None, Some(token), None) => names.tokens.insert(token),
                (None, None, Some(key)) => names.keys.insert(key),
                _ => return Err(format!("revocation {number} names one of `subject`, `token` and `key`")),
            };
        }
        Ok(Revoked { names, fresh: Some((issued_s, max_age_s)) })
    }

    /// Whether this list was made no earlier than the other.
    pub fn follows(&self, other: &Revoked) -> bool {
        self.fresh >= other.fresh
    }

    /// # Errors
    /// They are revoked, or the list is too old to say that they are not.
    pub fn allow(&self, caller: &Caller, now_s: u64) -> Result<(), Barred> {
        if self.is_stale(now_s) {
            return Err(Barred::Stale);
        }
        let own = self.names.get(caller.principal.issuer().as_str()).is_some_and(|names| {
            let holds =
                |set: &HashSet<String>, id: &Option<String>| id.as_ref().is_some_and(|id| set.contains(id));
            names.subjects.contains(caller.principal.name())
                || holds(&names.tokens, &caller.token_id)
                || holds(&names.keys, &caller.key_id)
        });
        if own || self.bars_service(caller) { Err(Barred::Revoked) } else { Ok(()) }
    }

    /// Whether a service's pair of keys is on the list: then it signs for nobody, whatever else is shown beside it.
    pub(crate) fn bars_pair(&self, pair: &Pair) -> bool {
        self.names.get(SERVICE).is_some_and(|names| names.keys.contains(pair.id()))
    }

    /// A service that is revoked speaks for nobody, either.
    fn bars_service(&self, caller: &Caller) -> bool {
        let services = self.names.get(SERVICE).map(|names| &names.subjects);
        services
            .zip(caller.service.as_ref())
            .is_some_and(|(revoked, service)| revoked.contains(service.as_str()))
    }

    /// Whether the list is older than it may be.
    pub fn is_stale(&self, now_s: u64) -> bool {
        self.fresh.is_some_and(|(issued_s, max_age_s)| now_s >= issued_s.saturating_add(max_age_s))
    }
}

impl fmt::Debug for Revoked {
    /// A number: who is on it, is nobody's to see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |names: &Names| names.subjects.len() + names.tokens.len() + names.keys.len();
        write!(f, "Revoked({} names)", self.names.values().map(count).sum::<usize>())
    }
}
