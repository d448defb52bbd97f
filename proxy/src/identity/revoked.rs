//! Who no longer counts although the proof is good: persons, services, tokens and keys by name, from a file that somebody
//! keeps fresh. A list that is too old says nothing, so nobody passes by it.

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;

use super::Caller;

/// A list of revocations, as it was read.
#[derive(Default)]
pub struct Revoked {
    named: HashSet<Named>,
    /// When it was made and how long it counts, in seconds (since the Unix epoch); without a list nothing grows old.
    fresh: Option<(u64, u64)>,
}

/// One revocation.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    /// An issuer's id, `certificate` or `service`.
    issuer: String,
    /// The principal's name.
    subject: Option<String>,
    /// A token's `jti`.
    token: Option<String>,
    /// A key's `kid`.
    key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issued: toml::value::Datetime,
    #[serde(default)]
    revoked: Vec<Named>,
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
        // The whole error would show a line of the file, and so who is on it.
        let told = |error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            format!("line {}: {}", before.matches('\n').count() + 1, error.message().replace('\n', ", "))
        };
        let file: File = toml::from_str(text).map_err(told)?;
        let issued: jiff::Timestamp = file.issued.to_string().parse().map_err(|_| {
            "`issued` is no moment; write it with its offset, as 2026-11-25T09:00:00Z".to_owned()
        })?;
        let issued_s = u64::try_from(issued.as_second()).map_err(|_| "`issued` is before 1970".to_owned())?;
        for (number, named) in (1..).zip(&file.revoked) {
            let names = [&named.subject, &named.token, &named.key];
            if names.into_iter().flatten().count() != 1 {
                return Err(format!("revocation {number} names one of `subject`, `token` and `key`"));
            }
        }
        Ok(Revoked { named: file.revoked.into_iter().collect(), fresh: Some((issued_s, max_age_s)) })
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
        let issuer = || caller.principal.issuer().as_str().to_owned();
        let bare = || Named { issuer: issuer(), subject: None, token: None, key: None };
        let subject = Named { subject: Some(caller.principal.name().to_owned()), ..bare() };
        let token = caller.token_id.as_ref().map(|id| Named { token: Some(id.clone()), ..bare() });
        let key = caller.key_id.as_ref().map(|id| Named { key: Some(id.clone()), ..bare() });
        let on_list =
            [Some(subject), token, key].into_iter().flatten().any(|name| self.named.contains(&name));
        if on_list { Err(Barred::Revoked) } else { Ok(()) }
    }

    /// Whether the list is older than it may be.
    pub fn is_stale(&self, now_s: u64) -> bool {
        self.fresh.is_some_and(|(issued_s, max_age_s)| now_s >= issued_s.saturating_add(max_age_s))
    }
}

impl fmt::Debug for Revoked {
    /// A number: who is on it, is nobody's to see.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revoked({} names)", self.named.len())
    }
}
