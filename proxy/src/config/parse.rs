//! From the file to a [`Config`]: strict, and every error says where and what would be right.

use std::fmt;
use std::path::{Path, PathBuf};

use sekisho_policies::Url;
use toml::de::{DeTable, DeValue};

use super::{Admin, Config, Credential, Issuer, Limits};

/// What is wrong with a config file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub file: String,
    /// From 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.message),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads a config file.
    ///
    /// # Errors
    /// The file cannot be read, or see [`Config::parse`].
    pub fn load(file: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(file)
            .map_err(|e| Source { file, text: "" }.error(None, format!("cannot be read: {e}")))?;
        Config::parse(&text, file)
    }

    /// Understands the text of a config file; `file` names it in errors, and its folder is where paths begin.
    ///
    /// # Errors
    /// Not TOML, an unknown or missing key, or a value that cannot be right.
    pub fn parse(text: &str, file: &Path) -> Result<Config, ConfigError> {
        let source = Source { file, text };
        let mut config: Config = toml::from_str(text)
            .map_err(|e| source.error(e.span().map(|s| s.start), e.message().replace('\n', ", ")))?;
        match wrong(&config) {
            Some((keys, message)) => Err(source.error(place(text, &keys), message)),
            None => {
                config.root(file.parent().unwrap_or(Path::new("")));
                Ok(config)
            }
        }
    }

    /// Joins every path with the folder of the file that named it; absolute ones stay.
    fn root(&mut self, dir: &Path) {
        let Config { listen, admin, policy, audit, issuers, revocations, services, .. } = self;
        let Config { conversation, credentials, .. } = self;
        let sockets = admin.socket.iter_mut();
        let clients =
            listen.clients.iter_mut().flat_map(|c| std::iter::once(&mut c.anchors).chain(&mut c.revoked));
        let paths =
            [&mut listen.certificate, &mut listen.key, &mut admin.token, &mut policy.dir, &mut audit.dir];
        let sockets = sockets.chain(&mut policy.shadow);
        let keys = [&mut audit.p256_key, &mut audit.ed25519_key, &mut audit.fingerprint_key];
        let revocations = revocations.iter_mut().map(|r| &mut r.file);
        let revocations = revocations.chain(
            services
                .iter_mut()
                .flat_map(|s| s.keys.iter_mut().chain(&mut s.sealing).chain(s.contexts.values_mut())),
        );
        let issuers = issuers.values_mut().flat_map(|i| i.jwks.iter_mut().chain(&mut i.anchors));
        let issuers = issuers.chain(revocations).chain(conversation.iter_mut().map(|own| &mut own.keys));
        let credentials = credentials.values_mut().filter_map(Credential::file_mut);
        for path in sockets.chain(clients).chain(paths).chain(keys).chain(issuers).chain(credentials) {
            *path = PathBuf::from_iter([dir, path]);
        }
    }
}

/// The first value that cannot be right: the keys that lead to it, and what would be.
fn wrong(config: &Config) -> Option<(Vec<&str>, String)> {
    config.issuers.iter().find_map(|(id, issuer)| keyless(id, issuer)).or_else(|| misplaced(config))
}

/// Keys come from one place, which is asked before they are too old.
fn keyless<'c>(id: &'c str, issuer: &'c Issuer) -> Option<(Vec<&'c str>, String)> {
    let sources = [issuer.jwks.is_some(), issuer.jwks_url.is_some(), issuer.discovery];
    if sources.iter().filter(|given| **given).count() != 1 {
        let message =
            "write exactly one of `jwks = \"FILE\"`, `jwks_url = \"https://…\"` and `discovery = true`";
        return Some((vec!["issuers", id], message.to_owned()));
    }
    if let Some(Err(cause)) = issuer.jwks_url.as_deref().map(Url::parse) {
        return Some((vec!["issuers", id, "jwks_url"], cause.to_owned()));
    }
    if issuer.refresh_s < 30 {
        return Some((vec!["issuers", id, "refresh_s"], "an issuer is asked every 30 s at most".to_owned()));
    }
    if issuer.max_age_s < 2 * issuer.refresh_s {
        let message = format!("keys must outlive one failed request: at least {} s", 2 * issuer.refresh_s);
        return Some((vec!["issuers", id, "max_age_s"], message));
    }
    None
}

fn misplaced(config: &Config) -> Option<(Vec<&str>, String)> {
    let Admin { address, socket, .. } = &config.admin;
    match (address, socket) {
        (Some(address), None) if !address.ip().is_loopback() => {
            let message =
                format!("`{address}` is no loopback address; write `127.0.0.1:PORT`, or a `socket` instead");
            return Some((vec!["admin", "address"], message));
        }
        (Some(_), Some(_)) => {
            return Some((vec!["admin", "socket"], "write `address` or `socket`, not both".to_owned()));
        }
        (None, None) => {
            return Some((
                vec!["admin"],
                "write `address = \"127.0.0.1:PORT\"` or `socket = \"PATH\"`".to_owned(),
            ));
        }
        (Some(_), None) | (None, Some(_)) => {}
    }
    if config.audit.segment_bytes < 64 * 1024 {
        return Some((vec!["audit", "segment_bytes"], "a segment holds at least 65536 bytes".to_owned()));
    }
    if config.conversation.as_ref().is_some_and(|own| own.lifetime_s == 0) {
        return Some((vec!["conversation", "lifetime_s"], "a label counts for at least 1 s".to_owned()));
    }
    let origin = &config.audit.origin;
    if origin.is_empty() || origin.chars().any(|c| c.is_whitespace() || c == '+') {
        let message =
            "an origin is a name such as `sekisho.example.jp/log/1`, without blanks and `+`".to_owned();
        return Some((vec!["audit", "origin"], message));
    }
    unbounded(&config.limits)
}

/// A limit of zero would refuse everything; a budget below one body would refuse the largest body for ever.
fn unbounded(limits: &Limits) -> Option<(Vec<&'static str>, String)> {
    if let Some((name, _)) = limits.all().into_iter().find(|(_, value)| *value == 0) {
        return Some((vec!["limits", name], format!("`{name}` must be at least 1")));
    }
    if limits.body_budget_bytes < limits.body_bytes_max {
        let message =
            format!("the budget of all bodies cannot be below `body_bytes_max` ({})", limits.body_bytes_max);
        return Some((vec!["limits", "body_budget_bytes"], message));
    }
    // RFC 9113 §6.5.2 lets no smaller head through than real clients send; below this hyper's own floor applies.
    if limits.head_bytes_max < 8192 {
        return Some((vec!["limits", "head_bytes_max"], "a head of 8192 bytes must fit".to_owned()));
    }
    None
}

/// Where the value of the last key begins, or else the deepest table that was written.
fn place(text: &str, keys: &[&str]) -> Option<usize> {
    let mut here = None;
    let document = DeTable::parse(text).ok()?;
    let mut table = Some(document.get_ref());
    for key in keys {
        let Some((_, value)) = table.and_then(|t| t.iter().find(|(k, _)| k.get_ref() == key)) else {
            break;
        };
        here = Some(value.span().start);
        table = match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
    }
    here
}

struct Source<'a> {
    file: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn error(&self, at: Option<usize>, message: String) -> ConfigError {
        let before = at.and_then(|at| self.text.get(..self.text.floor_char_boundary(at)));
        let (line, column) = match before {
            Some(before) => {
                let last = before.rsplit('\n').next().unwrap_or_default();
                (before.matches('\n').count() + 1, last.chars().count() + 1)
            }
            None => (0, 0),
        };
        ConfigError { file: self.file.display().to_string(), line, column, message }
    }
}

#[cfg(test)]
mod tests;
