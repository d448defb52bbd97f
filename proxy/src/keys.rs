//! Where the keys of issuers come from, and who keeps them fresh: a file is read again when it changes, an issuer is asked
//! again and again, and at once if a token names a key that nobody has seen.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use sekisho_log::Log;
use sekisho_policies::Url;
use tokio::task::JoinSet;

use crate::complaint::Complaint;
use crate::config::{Config, Issuer};
use crate::fetch::{self, Trust};
use crate::identity::{Issuers, JwksError, KeyFile, KeySource, Keyring, discovered};
use crate::loaded::LoadError;

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
    Published(Url, Trust),
    /// Said by the issuer, whose `iss` this is.
    Discovered(Url, Trust),
}

/// Where the keys of an issuer come from, as the config says; a file is read.
///
/// # Errors
/// The config says nothing, or the file cannot be read.
pub fn source(config: &Config, issuer: &str) -> Result<KeySource, JwksError> {
    let Some(known) = config.issuers.get(issuer) else {
        let message =
            format!("no keys for the issuer `{issuer}`: write `[issuers.{issuer}]` into the process config");
        return Err(JwksError { file: "config".to_owned(), key: None, message });
    };
    match &known.jwks {
        Some(file) => held(file).map(KeySource::from),
        None => Ok(KeySource::Published { max_age_s: known.max_age_s }),
    }
}

/// The keys by which a service signs contexts, as the config says.
///
/// # Errors
/// The config says nothing, or the file cannot be read.
pub fn contexts(config: &Config, service: &str) -> Result<KeyFile, JwksError> {
    let Some(file) = config.services.as_ref().and_then(|services| services.contexts.get(service)) else {
        let message = format!(
            "no keys for the contexts of service `{service}`: write `{service} = \"FILE\"` below `[services.contexts]` in the process config"
        );
        return Err(JwksError { file: "config".to_owned(), key: None, message });
    };
    held(file)
}

fn held(file: &Path) -> Result<KeyFile, JwksError> {
    let name = file.display().to_string();
    match fs::read_to_string(file) {
        Ok(text) => Ok(KeyFile { name, text }),
        Err(error) => Err(JwksError { file: name, key: None, message: format!("cannot be read: {error}") }),
    }
}

/// One keeper for each issuer, and for each service that signs contexts.
///
/// # Errors
/// An `iss` below which nothing can be looked up, or anchors that are none.
pub fn keepers(config: &Config, issuers: &Issuers) -> Result<Vec<Keeper>, LoadError> {
    let keepers =
        issuers.keyrings().filter_map(|(id, iss, ring)| Some((config.issuers.get(id)?, id, iss, ring)));
    let keepers = keepers.map(|(known, id, iss, ring)| Keeper::of(known, id, iss, Arc::clone(ring)));
    let files = config.services.iter().flat_map(|services| &services.contexts);
    let speaking = issuers.speakers().keyrings().filter_map(|(id, ring)| {
        let (_, file) = files.clone().find(|(service, _)| *service == id)?;
        Some(Ok(Keeper { ring: Arc::clone(ring), place: Place::File(file.clone()), every: FILE_EVERY }))
    });
    keepers.chain(speaking).collect()
}

/// Asks every issuer once, all at the same time, and from then on keeps their keys fresh. An issuer that does not answer
/// keeps nobody else out.
pub async fn keep(keepers: Vec<Keeper>, log: &Log) -> JoinSet<()> {
    let mut first = JoinSet::new();
    for keeper in keepers {
        let now_s = log.now().0 / 1000;
        first.spawn(async move {
            if keeper.asks() {
                Complaint::default().tell(keeper.ask(now_s).await.err());
            }
            keeper
        });
    }
    let mut kept = JoinSet::new();
    for keeper in first.join_all().await {
        let log = log.clone();
        kept.spawn(keeper.keep(move || log.now().0 / 1000));
    }
    kept
}

impl Keeper {
    fn of(known: &Issuer, id: &str, iss: &str, ring: Arc<Keyring>) -> Result<Keeper, LoadError> {
        let at = |url: &str| {
            let url = Url::parse(url)
                .map_err(|cause| LoadError(vec![format!("issuer `{id}`: `{url}`: {cause}")]))?;
            let trust = Trust::of(&url, known.anchors.as_deref())?;
            Ok((url, trust))
        };
        let every = Duration::from_secs(known.refresh_s);
        let (place, every) = match (&known.jwks, &known.jwks_url) {
            (Some(file), _) => (Place::File(file.clone()), FILE_EVERY),
            (None, Some(url)) => at(url).map(|(url, trust)| (Place::Published(url, trust), every))?,
            (None, None) => at(iss).map(|(iss, trust)| (Place::Discovered(iss, trust), every))?,
        };
        Ok(Keeper { ring, place, every })
    }

    /// Whether there is somebody to ask; a file was read when the issuers were loaded.
    pub fn asks(&self) -> bool {
        !matches!(self.place, Place::File(_))
    }

    /// Asks once.
    ///
    /// # Errors
    /// Why there are no keys, or no newer ones.
    pub async fn ask(&self, now_s: u64) -> Result<(), String> {
        let taken = match &self.place {
            Place::File(file) => self.take(&file.display().to_string(), read(file.clone()).await, now_s),
            Place::Published(url, trust) => self.take(url.as_str(), published(url, trust).await, now_s),
            Place::Discovered(iss, trust) => match discover(iss, trust).await {
                Ok(url) => self.take(url.as_str(), published(&url, trust).await, now_s),
                Err(cause) => Err(cause),
            },
        };
        self.ring.asked();
        taken
    }

    /// Keeps the keys fresh for ever. What goes wrong is told once, not every time.
    pub async fn keep(self, now_s: impl Fn() -> u64) {
        let (mut complaint, mut wait) = (Complaint::default(), self.every);
        loop {
            self.ring.due(wait).await;
            let fault = self.ask(now_s()).await.err();
            wait = if fault.is_none() { self.every } else { self.every.min(FAILED_EVERY) };
            complaint.tell(
                fault.map(|fault| format!("{fault}; the keys known so far stay until they are too old")),
            );
        }
    }

    fn take(&self, name: &str, text: Result<String, String>, now_s: u64) -> Result<(), String> {
        self.ring.take(name, text?, now_s).map_err(|error| error.to_string())
    }
}

/// Outside the reactor's turn: a disk may be slow.
async fn read(file: PathBuf) -> Result<String, String> {
    let name = file.display().to_string();
    let read = tokio::task::spawn_blocking(move || fs::read_to_string(file)).await;
    read.map_err(io::Error::other).flatten().map_err(|error| format!("{name}: cannot be read: {error}"))
}

async fn published(url: &Url, trust: &Trust) -> Result<String, String> {
    fetch::get(url, trust).await.map_err(|error| format!("{}: {error}", url.as_str()))
}

/// Where an issuer says that its keys are (OpenID Connect Discovery 1.0 §4.2, §4.3).
async fn discover(iss: &Url, trust: &Trust) -> Result<Url, String> {
    let place = format!("{}/.well-known/openid-configuration", iss.as_str().trim_end_matches('/'));
    let at = |cause: &dyn std::fmt::Display| format!("{place}: {cause}");
    let url = Url::parse(&place).map_err(|cause| at(&cause))?;
    let text = fetch::get(&url, trust).await.map_err(|error| at(&error))?;
    discovered(&text, iss).map_err(|cause| at(&cause))
}

#[cfg(test)]
mod tests;
