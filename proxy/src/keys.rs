//! Where the keys of issuers come from, and who keeps them fresh: a file is read again when it changes, an issuer is asked
//! again and again, and at once if a token names a key that nobody has seen.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::version::{TLS12, TLS13};
use sekisho_policies::Url;

use crate::config::{Config, Issuer};
use crate::fetch;
use crate::identity::{Issuers, JwksError, KeyFile, KeySource, Keyring, discovered};
use crate::loaded::LoadError;
use crate::outbound::{SYSTEM_BUNDLE, client_config};

/// How often a file is looked at.
const FILE_EVERY: Duration = Duration::from_secs(2);

/// How soon an issuer that could not be asked is asked again.
const FAILED_EVERY: Duration = Duration::from_secs(30);

/// Keeps the keys of one issuer fresh.
pub struct Keeper {
    ring: Arc<Keyring>,
    place: Place,
    every: Duration,
}

enum Place {
    File(PathBuf),
    Published(Url, Arc<ClientConfig>),
    /// Said by the issuer, whose `iss` this is.
    Discovered(Url, Arc<ClientConfig>),
}

/// Where the keys of an issuer come from, as the config says; a file is read.
///
/// # Errors
/// The config says nothing, or the file cannot be read.
pub fn source(config: &Config, issuer: &str) -> Result<KeySource, JwksError> {
    let missing = |file: String, message: String| JwksError { file, key: None, message };
    let Some(known) = config.issuers.get(issuer) else {
        let message =
            format!("no keys for the issuer `{issuer}`: write `[issuers.{issuer}]` into the process config");
        return Err(missing("config".to_owned(), message));
    };
    let Some(file) = &known.jwks else {
        return Ok(KeySource::Published { max_age_s: known.max_age_s });
    };
    let name = file.display().to_string();
    match fs::read_to_string(file) {
        Ok(text) => Ok(KeyFile { name, text }.into()),
        Err(error) => Err(missing(name, format!("cannot be read: {error}"))),
    }
}

/// One keeper for each issuer.
///
/// # Errors
/// An `iss` below which nothing can be looked up, or anchors that are none.
pub fn keepers(config: &Config, issuers: &Issuers) -> Result<Vec<Keeper>, LoadError> {
    let mut anchors = BTreeMap::new();
    let keepers =
        issuers.keyrings().filter_map(|(id, iss, ring)| Some((config.issuers.get(id)?, id, iss, ring)));
    keepers.map(|(known, id, iss, ring)| Keeper::of(known, id, iss, Arc::clone(ring), &mut anchors)).collect()
}

type Anchors = BTreeMap<PathBuf, Arc<ClientConfig>>;

impl Keeper {
    fn of(
        known: &Issuer,
        id: &str,
        iss: &str,
        ring: Arc<Keyring>,
        anchors: &mut Anchors,
    ) -> Result<Keeper, LoadError> {
        let at = |url: &str| {
            Url::parse(url).map_err(|cause| LoadError(vec![format!("issuer `{id}`: `{url}`: {cause}")]))
        };
        let every = Duration::from_secs(known.refresh_s);
        let (place, every) = match (&known.jwks, &known.jwks_url) {
            (Some(file), _) => (Place::File(file.clone()), FILE_EVERY),
            (None, Some(url)) => (Place::Published(at(url)?, tls(known, anchors)?), every),
            (None, None) => (Place::Discovered(at(iss)?, tls(known, anchors)?), every),
        };
        Ok(Keeper { ring, place, every })
    }

    /// Asks once, for the start.
    ///
    /// # Errors
    /// Why there are no keys, or no newer ones.
    pub async fn ask(&self, now_s: u64) -> Result<(), String> {
        let taken = match &self.place {
            Place::File(file) => self.take(&file.display().to_string(), read(file), now_s),
            Place::Published(url, tls) => self.take(url.as_str(), published(url, tls).await, now_s),
            Place::Discovered(iss, tls) => match discover(iss, tls).await {
                Ok(url) => self.take(url.as_str(), published(&url, tls).await, now_s),
                Err(cause) => Err(cause),
            },
        };
        self.ring.asked();
        taken
    }

    /// Keeps the keys fresh for ever. What goes wrong is told once, not every time.
    pub async fn keep(self, now_s: impl Fn() -> u64) {
        let (mut told, mut wait) = (String::new(), self.every);
        loop {
            self.ring.due(wait).await;
            let fault = self.ask(now_s()).await.err().unwrap_or_default();
            if !fault.is_empty() && fault != told {
                let _ = writeln!(
                    std::io::stderr(),
                    "sekisho: {fault}; the keys known so far stay until they are too old"
                );
            }
            wait = if fault.is_empty() { self.every } else { self.every.min(FAILED_EVERY) };
            told = fault;
        }
    }

    fn take(&self, name: &str, text: Result<String, String>, now_s: u64) -> Result<(), String> {
        self.ring.take(name, text?, now_s).map_err(|error| error.to_string())
    }
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: cannot be read: {error}", file.display()))
}

async fn published(url: &Url, tls: &Arc<ClientConfig>) -> Result<String, String> {
    fetch::get(url, tls).await.map_err(|error| format!("{}: {error}", url.as_str()))
}

/// Where an issuer says that its keys are (OpenID Connect Discovery 1.0 §4.2, §4.3).
async fn discover(iss: &Url, tls: &Arc<ClientConfig>) -> Result<Url, String> {
    let place = format!("{}/.well-known/openid-configuration", iss.as_str().trim_end_matches('/'));
    let at = |cause: &dyn std::fmt::Display| format!("{place}: {cause}");
    let url = Url::parse(&place).map_err(|cause| at(&cause))?;
    let text = fetch::get(&url, tls).await.map_err(|error| at(&error))?;
    discovered(&text, iss).map_err(|cause| at(&cause))
}

/// The TLS that a place is asked with; issuers with the same anchors share it.
fn tls(known: &Issuer, anchors: &mut Anchors) -> Result<Arc<ClientConfig>, LoadError> {
    let file = known.anchors.clone().unwrap_or_else(|| PathBuf::from(SYSTEM_BUNDLE));
    if let Some(tls) = anchors.get(&file) {
        return Ok(Arc::clone(tls));
    }
    let pem = fs::read(&file).map_err(|error| LoadError::at(&file, error))?;
    let tls = client_config(&file.display().to_string(), &pem, &[&TLS13, &TLS12])
        .map_err(|error| LoadError::all([error]))?;
    anchors.insert(file, Arc::clone(&tls));
    Ok(tls)
}

#[cfg(test)]
mod tests;
