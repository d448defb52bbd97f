//! Where keys come from: a file, the environment, the container's or the instance's role. What is asked for stands in AWS's
//! documentation («Container credential provider», «IMDSv2»); what was given is never told, not even if it is wrong.

mod file;
mod role;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use http::header::HeaderValue;

use super::Secret;
use super::purse::Keys;
use crate::config::AwsKeys;

use role::{Container, Instance};

/// Where keys come from.
pub(crate) enum Source {
    File {
        file: PathBuf,
        profile: String,
    },
    /// Read once: the environment of a process stays as it is.
    Environment(Written),
    Container(Container),
    Instance(Instance),
}

/// Keys as text.
#[derive(Clone)]
pub(crate) struct Written {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) session: Option<String>,
    pub(super) expires_at: Option<u64>,
}

impl Source {
    /// Where the config says; `variable` is the environment.
    ///
    /// # Errors
    /// What the environment lacks, or has that cannot be right.
    pub(crate) fn of(keys: &AwsKeys, variable: &impl Fn(&str) -> Option<String>) -> Result<Source, String> {
        Ok(match keys {
            AwsKeys::File { file, profile } => Source::File { file: file.clone(), profile: profile.clone() },
            AwsKeys::Environment => Source::Environment(environment(variable)?),
            AwsKeys::Container => Source::Container(Container::of(variable)?),
            AwsKeys::Instance => Source::Instance(Instance::here()),
        })
    }

    /// Asks once.
    ///
    /// # Errors
    /// Why there are no keys.
    pub(super) async fn ask(&self) -> Result<Keys, String> {
        let written = match self {
            Source::File { file, profile } => {
                let at = |cause: &str| format!("{}: {cause}", file.display());
                let (path, profile) = (file.clone(), profile.clone());
                // Outside the reactor's turn: a disk may be slow.
                let read = tokio::task::spawn_blocking(move || file::read(&path, &profile)).await;
                read.unwrap_or_else(|_| Err("reading it panicked".to_owned())).map_err(|cause| at(&cause))?
            }
            Source::Environment(written) => written.clone(),
            Source::Container(container) => container.ask().await?,
            Source::Instance(instance) => instance.ask().await?,
        };
        written.keys().ok_or_else(|| "the keys that were given cannot stand in a request".to_owned())
    }

    /// Whether keys without an end may be others tomorrow.
    pub(super) fn changes(&self) -> bool {
        !matches!(self, Source::Environment(_))
    }
}

impl Written {
    /// `None` if something of it cannot stand in a head.
    fn keys(self) -> Option<Keys> {
        let graphic = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        let session = match self.session {
            Some(session) if graphic(&session) => Some(sensitive(&session)?),
            Some(_) => return None,
            None => None,
        };
        let good = graphic(&self.id) && graphic(&self.secret);
        let Written { id, secret, expires_at, .. } = self;
        good.then(|| Keys { id, secret: Secret::new(&secret), session, expires_at })
    }
}

fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn environment(variable: &impl Fn(&str) -> Option<String>) -> Result<Written, String> {
    let said = |name: &str| variable(name).filter(|value| !value.is_empty());
    let must = |name: &str| said(name).ok_or_else(|| format!("`aws = \"environment\"` needs `{name}`"));
    let (id, secret) = (must("AWS_ACCESS_KEY_ID")?, must("AWS_SECRET_ACCESS_KEY")?);
    Ok(Written { id, secret, session: said("AWS_SESSION_TOKEN"), expires_at: None })
}
