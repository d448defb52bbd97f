//! Who may vouch for callers: the issuers that policy names, each with its keys, and the services that say for whom they ask.

use std::fmt;
use std::sync::Arc;

use sekisho_audit::{Principal, Term};
use sekisho_exchange::Signed;
use sekisho_policies::{Issuer, Policy};

use super::caller::Identified;
use super::context::Speakers;
use super::jwks::JwksError;
use super::keyring::{KeySource, Keyring};
use super::token::{Token, Vouched};
use super::{ClientCertificate, Credential, IdentityError};

/// Everyone whose tokens are accepted.
pub struct Issuers {
    trusted: Vec<Trusted>,
    pub(super) speakers: Speakers,
}

struct Trusted {
    rules: Issuer,
    id: Term,
    keys: Arc<Keyring>,
}

impl fmt::Debug for Issuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.trusted.iter().map(|trusted| &trusted.id)).finish()
    }
}

impl Issuers {
    /// The issuers that the policy names; `source` says for an issuer's id where its keys come from.
    ///
    /// # Errors
    ///
    /// Every [`JwksError`] that was found: of key sets that could not be had or read, and of a second issuer with the
    /// same `iss`, since a token could not tell which of the two is meant.
    pub fn load<S: Into<KeySource>>(
        policy: &Policy,
        source: impl FnMut(&str) -> Result<S, JwksError>,
    ) -> Result<Issuers, Vec<JwksError>> {
        Issuers::trusting(policy.issuers(), source)
    }

    /// The same, with services that say for whom they ask.
    #[must_use]
    pub fn speaking(self, speakers: Speakers) -> Issuers {
        Issuers { speakers, ..self }
    }

    /// The same, with the published keys that others have for the same issuers: they need not be asked anew.
    #[must_use]
    pub fn inheriting(mut self, others: &Issuers) -> Issuers {
        for own in self.trusted.iter_mut().filter(|own| own.keys.is_published()) {
            let same = |other: &&Trusted| {
                other.keys.is_published()
                    && (&other.id, &other.rules.iss, &other.rules.algorithms)
                        == (&own.id, &own.rules.iss, &own.rules.algorithms)
            };
            if let Some(other) = others.trusted.iter().find(same) {
                own.keys = Arc::clone(&other.keys);
            }
        }
        self
    }

    /// The services that say for whom they ask.
    pub fn speakers(&self) -> &Speakers {
        &self.speakers
    }

    /// Every issuer by its id in the policy, with its `iss` and its keys.
    pub fn keyrings(&self) -> impl Iterator<Item = (&str, &str, &Arc<Keyring>)> {
        self.trusted.iter().map(|trusted| (trusted.id.as_str(), trusted.rules.iss.as_str(), &trusted.keys))
    }

    /// The keys of the issuer that a credential names, about which nothing is believed.
    pub fn keyring(&self, credential: &Credential) -> Option<&Arc<Keyring>> {
        let token = Token::read(credential.token()).ok()?;
        let iss = token.issuer()?;
        self.trusted.iter().find(|trusted| trusted.rules.iss == iss).map(|trusted| &trusted.keys)
    }

    /// Whether tokens of any issuer can be verified; true if there is none.
    pub fn are_fresh(&self, now_s: u64) -> bool {
        self.trusted.is_empty() || self.trusted.iter().any(|trusted| trusted.keys.is_fresh(now_s))
    }

    pub(super) fn trusting<S: Into<KeySource>>(
        rules: &[Issuer],
        mut source: impl FnMut(&str) -> Result<S, JwksError>,
    ) -> Result<Issuers, Vec<JwksError>> {
        let (mut trusted, mut errors) = (Vec::<Trusted>::new(), Vec::new());
        for rules in rules {
            let read = source(&rules.id).and_then(|source| {
                if trusted.iter().any(|other| other.rules.iss == rules.iss) {
                    let message = format!("a second issuer has the `iss` `{}`", rules.iss);
                    return Err(JwksError { file: rules.id.clone(), key: None, message });
                }
                Keyring::of(source.into(), &rules.algorithms).map(Arc::new)
            });
            match read {
                Ok(keys) => trusted.push(Trusted { rules: rules.clone(), id: Term::loaded(&rules.id), keys }),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Issuers { trusted, speakers: Speakers::default() }) } else { Err(errors) }
    }

    /// Verifies a token. The issuer is looked up by the token's own `iss`, and its keys then have to confirm it.
    pub(super) fn verify(
        &self,
        credential: &Credential,
        certificate: Option<&ClientCertificate>,
        now_s: u64,
    ) -> Result<Identified, IdentityError> {
        let token = Token::read(credential.token())?;
        let iss = token.issuer().ok_or(IdentityError::UnknownIssuer)?;
        let issuer = self.trusted.iter().find(|trusted| trusted.rules.iss == iss);
        let issuer = issuer.ok_or(IdentityError::UnknownIssuer)?;
        let vouched = token.verify(&issuer.rules, &*issuer.keys.keys(now_s)?, now_s)?;
        let here = certificate.map(ClientCertificate::sha256);
        if vouched.bound_to.as_ref().is_some_and(|bound_to| Some(bound_to) != here) {
            return Err(IdentityError::Binding);
        }
        let principal = Principal::new(issuer.id.clone(), &vouched.subject).ok_or(IdentityError::Subject)?;
        let bound = vouched.bound_to.is_some();
        let Vouched { claims, expires_at, token_id, key_id, .. } = vouched;
        Ok(Identified { principal, claims, expires_at, bound, token_id, key_id, signed: Signed::default() })
    }
}
