//! The proxy's own credentials to backends. Nothing of a client's credential ever goes there.

use std::collections::BTreeMap;
use std::fmt;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::config::{Credential, CredentialHeader};

/// Credentials by the names that the policy's backends use.
#[derive(Clone, Default)]
pub struct Credentials(BTreeMap<String, (HeaderName, HeaderValue)>);

impl Credentials {
    /// None at all.
    pub fn none() -> Credentials {
        Credentials::default()
    }

    /// Reads the files that the process config names.
    ///
    /// # Errors
    /// A file cannot be read, or its first line cannot stand in a header; says which, never what stood in it.
    pub fn load(config: &BTreeMap<String, Credential>) -> Result<Credentials, CredentialError> {
        let mut loaded = Credentials::default();
        for (name, credential) in config {
            let error =
                |message: String| CredentialError { file: credential.file.display().to_string(), message };
            let text = std::fs::read_to_string(&credential.file)
                .map_err(|e| error(format!("cannot be read: {e}")))?;
            let line = text.lines().next().unwrap_or_default().trim();
            let header = header(credential.header, line).ok_or_else(|| {
                error(format!("the first line must be the credential `{name}`: visible ASCII, not empty"))
            })?;
            loaded.0.insert(name.clone(), header);
        }
        Ok(loaded)
    }

    pub(super) fn named(&self, name: &str) -> Option<&(HeaderName, HeaderValue)> {
        self.0.get(name)
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
    /// The file.
    pub file: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

impl std::error::Error for CredentialError {}

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
