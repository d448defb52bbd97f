//! The one module that opens a connection which carries content.
//!
//! What leaves is an [`Outbound`], made from a recorded, cleared request alone and spent by one send. The address is
//! the permit's; heads are built; nothing is ever sent twice.

mod address;
mod client;
mod credential;
mod dial;
mod pool;
mod progress;
mod receive;
mod trust;

use std::fmt;
use std::sync::Arc;

use http::header::{HeaderName, HeaderValue};
use sekisho_audit::{Outcome, Timestamp};
use sekisho_exchange::{Cleared, Fault, Refusal, Upstream};
use sekisho_log::Recorded;
use sekisho_policies::Policy;

use crate::config::Limits;
use crate::sigv4::{Leaving, Purse};
use client::{Parcel, deliver};
use credential::Held;
use pool::Pool;
use progress::Teller;

pub use credential::{CredentialError, Credentials};
pub use receive::{Intake, Receiving};
pub use trust::{SYSTEM_BUNDLE, Trust, TrustError, client_config};

pub(crate) use address::Address;
pub(crate) use dial::tcp;

/// The right to send one cleared request once. Not [`Clone`]; spent by [`Client::send`].
#[derive(Debug)]
#[must_use = "what is recorded as permitted should be sent"]
pub struct Outbound(Recorded<Cleared>);

impl Outbound {
    /// Only what is durable in the log may leave.
    pub fn new(cleared: Recorded<Cleared>) -> Outbound {
        Outbound(cleared)
    }
}

/// Sends to the backends of one loaded policy. Waiting connections belong to an address and an anchor, so those of the
/// policy before may serve the next, and none outlives the anchor under which it was opened.
pub struct Client {
    trust: Trust,
    credentials: Credentials,
    pool: Arc<Pool>,
    limits: Limits,
}

impl Client {
    /// A client with everything that the policy's backends need.
    ///
    /// # Errors
    /// A backend whose anchor or credential is missing.
    pub fn new(
        policy: &Policy,
        trust: Trust,
        credentials: Credentials,
        limits: Limits,
    ) -> Result<Client, Missing> {
        let client = Client { trust, credentials, pool: Arc::default(), limits };
        for backend in policy.backends() {
            let missing = |what| Missing { backend: backend.id.clone(), what };
            if backend.url.tls() && client.trust.get(&backend.trust_anchor).is_none() {
                return Err(missing("trust anchor".to_owned()));
            }
            for name in backend.credential.iter().chain(backend.credentials.values()) {
                match client.credentials.named(name) {
                    None => {
                        let what =
                            format!("credential: write `[credentials.{name}]` into the process config");
                        return Err(missing(what));
                    }
                    Some(Held::Aws(_)) if backend.region.is_none() => {
                        let what = format!("`region`, for which the keys of `[credentials.{name}]` sign");
                        return Err(missing(what));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(client)
    }

    /// The same, with the waiting connections of another, and the keys that it has and goes on renewing.
    #[must_use]
    pub fn sharing(self, other: &Client) -> Client {
        let credentials = self.credentials.keeping(&other.credentials);
        Client { pool: Arc::clone(&other.pool), credentials, ..self }
    }

    /// Everything that must be filled with keys before it is of use.
    pub(crate) fn purses(&self) -> Vec<Arc<Purse>> {
        self.credentials.purses()
    }

    /// Sends the request to the backend that its permit names, and waits for the head of the answer.
    ///
    /// `reached` hears `PartlySent` before the connection gets the request, `NotSent` if it gave it back untouched, and
    /// `Sent`, when what this returns is dropped, read or streamed, if the last byte had been handed to the socket.
    /// Dropping the future closes the connection.
    ///
    /// # Errors
    /// No answer, or one that breaks a bound; the permit's time ran out before anything was sent.
    pub async fn send<'t>(
        &self,
        outbound: Outbound,
        now: Timestamp,
        reached: &'t mut (dyn FnMut(Outcome) + Send),
    ) -> Result<Receiving<'t>, SendError> {
        let cleared = outbound.0.into_inner();
        if now.0 / 1000 >= cleared.expires_at() {
            return Err(Fault::Expired.into());
        }
        let parcel = self.parcel(cleared, now.0 / 1000)?;
        deliver(parcel, &self.pool, &self.limits, Teller::new(reached)).await
    }

    /// Address, anchor and credential of the backend that the permit names, and the cleared bytes.
    fn parcel(&self, cleared: Cleared, now_s: u64) -> Result<Parcel, SendError> {
        let backend = cleared.backend();
        let defect = || SendError::Fault(Fault::Internal);
        let trust = match backend.url.tls() {
            true => Some(self.trust.get(&backend.trust_anchor).ok_or_else(defect)?),
            false => None,
        };
        let head = |(name, value): (&'static str, &str)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
        };
        let heads: Option<Vec<_>> = cleared.heads().into_iter().map(head).collect();
        let address = Address::of(&backend.url);
        let credential = self.credential(&cleared, &address, now_s)?;
        Ok(Parcel {
            address,
            trust,
            method: cleared.method().parse().map_err(|_| defect())?,
            path: cleared.path().to_owned(),
            from_root: cleared.from_root(),
            credential,
            heads: heads.ok_or_else(defect)?,
            patience_ms: cleared.patience_ms().unwrap_or(u64::MAX),
            body: cleared.into_body().into(),
        })
    }

    /// The heads by which the backend knows us. A signature is over the very bytes that leave, made when they do.
    fn credential(
        &self,
        cleared: &Cleared,
        address: &Address,
        now_s: u64,
    ) -> Result<Vec<(HeaderName, HeaderValue)>, SendError> {
        let Some(name) = cleared.credential() else { return Ok(Vec::new()) };
        let held = self.credentials.named(name).ok_or(SendError::Fault(Fault::Internal))?;
        let heads = cleared.heads();
        let content_type = heads.iter().find(|(name, _)| *name == "content-type");
        let leaving = Leaving {
            method: cleared.method(),
            host: &address.authority,
            target: &format!("{}{}", if cleared.from_root() { "" } else { &address.base }, cleared.path()),
            content_type: content_type.map_or("", |(_, value)| value),
            body: cleared.body(),
        };
        let region = cleared.backend().region.as_deref();
        held.heads(&leaving, region, now_s).ok_or(SendError::Fault(Fault::Credential))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

/// What a backend of the policy lacks before anything could be sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The backend's id.
    pub backend: String,
    /// What is missing.
    pub what: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "backend `{}` has no {}", self.backend, self.what)
    }
}

impl std::error::Error for Missing {}

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendError {
    /// The backend's fault, or the way's to it.
    Upstream(Upstream),
    /// Ours.
    Fault(Fault),
}

impl From<SendError> for Refusal {
    fn from(error: SendError) -> Refusal {
        match error {
            SendError::Upstream(upstream) => upstream.into(),
            SendError::Fault(fault) => fault.into(),
        }
    }
}

impl From<Upstream> for SendError {
    fn from(upstream: Upstream) -> SendError {
        SendError::Upstream(upstream)
    }
}

impl From<Fault> for SendError {
    fn from(fault: Fault) -> SendError {
        SendError::Fault(fault)
    }
}

#[cfg(test)]
mod tests;
