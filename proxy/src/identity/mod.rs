//! Who asks: one credential from the head, one issuer that policy names, one key that pins one algorithm; and the client
//! certificate of the connection, which stands for a service or a person, and to which a token may be bound.
//!
//! The signature is checked by `jsonwebtoken` over aws-lc-rs; every claim is checked here, since that crate alone
//! accepts tokens without `iss` or `aud`, with `iss` as an array, with any `typ` and with any `crit` (RFC 8725 is
//! the checklist). Nothing in this module shows a token or a piece of one.

use jiff::Timestamp;
use toml::value::Datetime;

mod caller;
mod certificate;
mod context;
mod credential;
mod error;
mod issuers;
mod json;
mod jwks;
mod keyring;
mod pairs;
mod revoked;
mod service_keys;
mod token;

pub use caller::{Caller, Presented};
pub use certificate::ClientCertificate;
pub use context::{Speakers, context};
pub use credential::{Credential, Sent, TOKEN_BYTES_MAX, sent};
pub use error::IdentityError;
pub use issuers::Issuers;
pub use jwks::{JwksError, KeySet, discovered};
pub use keyring::{ASKED_EVERY, KeyFile, KeySource, Keyring};
pub use pairs::{IssuedPair, Pair};
pub use revoked::{Barred, Revoked};
pub use service_keys::{KeyList, ServiceKey, ServiceKeys};

/// What is wrong with a file, and in which line. The whole error would show that line, and so what stands in it.
pub(crate) fn at_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message().replace('\n', ", "))
}

/// A moment as files write it.
pub(crate) fn moment(at_s: u64) -> Result<Datetime, String> {
    let at = i64::try_from(at_s).ok().and_then(|s| Timestamp::from_second(s).ok());
    at.and_then(|at| at.to_string().parse().ok()).ok_or_else(|| "that day cannot be written".to_owned())
}

#[cfg(test)]
mod tests;
