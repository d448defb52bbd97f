//! `Sekisho-Context`: a service says for whom it asks, in a token (JWT) that it signs with a key of its own. It counts for a
//! minute at most, and either on the connection of one client certificate or for one body.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use sekisho_audit::{Principal, Term};
use sekisho_exchange::Signed;
use sekisho_policies::{Algorithm, Policy, Service, ServiceIndex};

use super::caller::Identified;
use super::credential::token;
use super::jwks::JwksError;
use super::keyring::{KeySource, Keyring};
use super::token::{Form, Token};
use super::{ClientCertificate, Credential, IdentityError};

/// Longest time that a context may still count, in seconds.
const CONTEXT_S_MAX: u64 = 60;

/// How far clocks may differ, in seconds: the services stand beside us.
const LEEWAY_S: u64 = 5;

/// What `typ` may be (RFC 8725 §3.11); libraries write the second unless told otherwise.
const TYPES: [&str; 2] = ["sekisho-context+jwt", "JWT"];

/// What `aud` must contain, if it is there.
const AUDIENCE: &str = "sekisho";

/// The context of a request.
///
/// # Errors
/// [`IdentityError::SeveralCredentials`] if there is more than one; otherwise as a credential's token.
pub fn context(heads: &HeaderMap) -> Result<Option<Credential>, IdentityError> {
    let mut sent = heads.get_all("sekisho-context").iter();
    match (sent.next(), sent.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => token(value.as_bytes()).map(Some),
        (Some(_), Some(_)) => Err(IdentityError::SeveralCredentials),
    }
}

/// Every service that says for whom it asks.
#[derive(Default)]
pub struct Speakers(Vec<Speaker>);

struct Speaker {
    service: ServiceIndex,
    id: Term,
    algorithms: Vec<Algorithm>,
    keys: Arc<Keyring>,
}

/// For whom a service asks.
pub(super) struct Spoken {
    pub(super) service: ServiceIndex,
    pub(super) who: Identified,
}

impl Speakers {
    /// The services that the policy lets sign contexts; `source` says for a service's id where its public keys are.
    ///
    /// # Errors
    /// Every [`JwksError`] that was found.
    pub fn load<S: Into<KeySource>>(
        policy: &Policy,
        mut source: impl FnMut(&str) -> Result<S, JwksError>,
    ) -> Result<Speakers, Vec<JwksError>> {
        let (mut speakers, mut errors) = (Vec::new(), Vec::new());
        for service in policy.services().iter().filter(|service| !service.contexts.is_empty()) {
            let Some(index) = policy.find_service(&service.id) else { continue };
            let keys = source(&service.id).and_then(|keys| Keyring::of(keys.into(), &service.contexts));
            match keys {
                Ok(keys) => speakers.push(Speaker::new(index, service, keys)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Speakers(speakers)) } else { Err(errors) }
    }

    /// Each service by its id in the policy, with its keys.
    pub fn keyrings(&self) -> impl Iterator<Item = (&str, &Arc<Keyring>)> {
        self.0.iter().map(|speaker| (speaker.id.as_str(), &speaker.keys))
    }

    /// Verifies a context. The service is looked up by the token's own `iss`, and its keys then have to confirm it.
    pub(super) fn verify(
        &self,
        context: &Credential,
        certificate: Option<&ClientCertificate>,
        now_s: u64,
    ) -> Result<Spoken, IdentityError> {
        let token = Token::read(context.token())?;
        let iss = token.issuer().ok_or(IdentityError::UnknownIssuer)?;
        let speaker = self.0.iter().find(|speaker| speaker.id.as_str() == iss);
        let speaker = speaker.ok_or(IdentityError::UnknownIssuer)?;
        let form = Form { algorithms: &speaker.algorithms, types: &TYPES, untyped: false };
        token.authentic(&form, &*speaker.keys.keys(now_s)?)?;
        if token.has("aud") {
            token.addressed("aud", AUDIENCE)?;
        }
        let expires_at = brief(&token, now_s)?;
        let bound_to = token.bound_to()?;
        let signed = Signed { body_digest: token.digest()?, level: token.text("confidentiality_level")? };
        if bound_to.as_ref().is_some_and(|to| Some(to) != certificate.map(ClientCertificate::sha256))
            || (bound_to.is_none() && signed.body_digest.is_none())
        {
            return Err(IdentityError::Binding);
        }
        let subject = token.text("sub")?.ok_or(IdentityError::Claim)?;
        let who = Identified {
            principal: Principal::new(speaker.id.clone(), &subject).ok_or(IdentityError::Subject)?,
            claims: token.claims(),
            expires_at,
            bound: true,
            token_id: token.text("jti")?,
            key_id: token.key_id(),
            signed,
        };
        Ok(Spoken { service: speaker.service, who })
    }
}

impl Speaker {
    fn new(index: ServiceIndex, service: &Service, keys: Keyring) -> Speaker {
        let (id, algorithms) = (Term::loaded(&service.id), service.contexts.clone());
        Speaker { service: index, id, algorithms, keys: Arc::new(keys) }
    }
}

/// First second in which it no longer counts: `exp`, a minute from now at most. `iat` and `nbf` may be left out, since the
/// former says all.
fn brief(token: &Token<'_>, now_s: u64) -> Result<u64, IdentityError> {
    let exp = token.moment("exp")?.ok_or(IdentityError::Claim)?;
    let begins = token.moment("iat")?.max(token.moment("nbf")?).unwrap_or(0);
    let expires_at = exp.saturating_add(LEEWAY_S);
    if now_s >= expires_at {
        Err(IdentityError::Expired)
    } else if begins > now_s.saturating_add(LEEWAY_S) {
        Err(IdentityError::NotYetValid)
    } else if exp > now_s.saturating_add(CONTEXT_S_MAX + LEEWAY_S) {
        Err(IdentityError::LivesTooLong)
    } else {
        Ok(expires_at)
    }
}

impl fmt::Debug for Speakers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|speaker| &speaker.id)).finish()
    }
}
