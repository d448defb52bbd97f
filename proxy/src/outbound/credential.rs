//! The proxy's own credentials to backends. Nothing of a client's credential ever goes there.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::config::{Credential, CredentialHeader};
use crate::sigv4::{Leaving, Purse, Source};

/// Credentials by the names that the policy's backends use.
#[derive(Clone, Default)]
pub struct Credentials(BTreeMap<String, Held>);

#[derive(Clone)]
pub(super) enum Held {
    /// The same head for every request.
    Header(HeaderName, HeaderValue),
    /// Keys that sign each request, as long as there are some.
    Aws(Arc<Purse>),
}

impl Credentials {
    /// None at all.
    pub fn none() -> Credentials {
        Credentials::default()
    }

    /// Reads the files that the process config names. Keys of AWS are fetched later, for as long as the process lives.
    ///
    /// # Errors
    /// A file cannot be read, or its first line cannot stand in a header; the environment says nothing of keys that should be
    /// in it. Says which, never what stood there.
    pub fn load(config: &BTreeMap<String, Credential>) -> Result<Credentials, CredentialError> {
        let variable = |name: &str| std::env::var(name).ok();
        let mut loaded = Credentials::default();
        for (name, credential) in config {
            let held = match credential {
                Credential::Header { header, file } => read(name, *header, file)?,
                Credential::Aws(keys) => {
                    let place = format!("credential `{name}`");
                    let source = Source::of(keys, &variable);
                    let source = source.map_err(|message| CredentialError { place, message })?;
                    Held::Aws(Arc::new(Purse::new(name, source)))
                }
            };
            loaded.0.insert(name.clone(), held);
        }
        Ok(loaded)
    }

    /// The same, with the keys that the other has already, and goes on renewing.
    pub(super) fn keeping(mut self, other: &Credentials) -> Credentials {
        for (name, held) in &mut self.0 {
            if let (Held::Aws(own), Some(Held::Aws(kept))) = (held, other.0.get(name)) {
                *own = Arc::clone(kept);
            }
        }
        self
    }

    /// Everything that must be filled before it is of use.
    pub(super) fn purses(&self) -> Vec<Arc<Purse>> {
        let purse = |held: &Held| match held {
            Held::Aws(purse) => Some(Arc::clone(purse)),
            Held::Header(..) => None,
        };
        self.0.values().filter_map(purse).collect()
    }

    pub(super) fn named(&self, name: &str) -> Option<&Held> {
        self.0.get(name)
    }
}

impl Held {
    /// The heads that stand for it in this request. `None` if there are no keys that count now.
    pub(super) fn heads(
        &self,
        leaving: &Leaving<'_>,
        region: Option<&str>,
        now_s: u64,
    ) -> Option<Vec<(HeaderName, HeaderValue)>> {
        match self {
            Held::Header(name, value) => Some(vec![(name.clone(), value.clone())]),
            Held::Aws(purse) => purse.keys(now_s)?.sign(leaving, region?, now_s),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A credential that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialError {
    /// The file, or the credential's name.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for CredentialError {}

fn read(name: &str, kind: CredentialHeader, file: &Path) -> Result<Held, CredentialError> {
    let error = |message: String| CredentialError { place: file.display().to_string(), message };
    let text = std::fs::read_to_string(file).map_err(|e| error(format!("cannot be read: {e}")))?;
    let line = text.lines().next().unwrap_or_default().trim();
    let header = header(kind, line).ok_or_else(|| {
        error(format!("the first line must be the credential `{name}`: visible ASCII, not empty"))
    });
    header.map(|(name, value)| Held::Header(name, value))
}

fn header(kind: CredentialHeader, secret: &str) -> Option<(HeaderName, HeaderValue)> {
    let graphic = !secret.is_empty() && secret.bytes().all(|b| b.is_ascii_graphic());
    let (name, value) = match kind {
        CredentialHeader::Bearer => (AUTHORIZATION, format!("Bearer {secret}")),
        CredentialHeader::XApiKey => (HeaderName::from_static("x-api-key"), secret.to_owned()),
        CredentialHeader::ApiKey => (HeaderName::from_static("api-key"), secret.to_owned()),
    };
    let mut value = HeaderValue::from_str(&value).ok().filter(|_| graphic)?;
    value.set_sensitive(true);
    Some((name, value))
}
