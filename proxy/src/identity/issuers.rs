//! The issuers that policy names, each with the keys from its file; and the way from a credential to a caller.

use std::fmt;
use std::sync::Arc;

use sekisho_audit::{Principal, Term};
use sekisho_policies::{Claims, Issuer, Person, Policy, ServiceIndex, Subject, Voucher};

use super::jwks::JwksError;
use super::keyring::{KeySource, Keyring};
use super::service_keys::ServiceKeys;
use super::token::{Token, Vouched};
use super::{ClientCertificate, Credential, IdentityError};

/// Every issuer whose tokens are accepted.
pub struct Issuers {
    trusted: Vec<Trusted>,
}

struct Trusted {
    rules: Issuer,
    id: Term,
    keys: Arc<Keyring>,
}

/// Who asks, as far as token, certificate and policy can tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The name in the token or the certificate, pinned to who vouches for it; a service that asks by itself is its own.
    pub principal: Principal,
    /// How it was proved: `token`, `bound-token`, `certificate` or `service-key`.
    pub proof: Term,
    /// What the policy knows of them.
    pub subject: Subject,
    /// The service that asks, by itself or for the person: its id in the policy.
    pub service: Option<Term>,
    /// First second, since the Unix epoch, in which the proof no longer counts; leeway included.
    pub expires_at: u64,
    /// The token's `jti`, by which it can be revoked.
    pub token_id: Option<String>,
    /// The `kid` of the key that signed it, or the id of a service's key.
    pub key_id: Option<String>,
}

/// What a request brings along to say who asks.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// The one credential in its head.
    pub credential: Option<&'a Credential>,
    /// The certificate of its connection.
    pub certificate: Option<&'a ClientCertificate>,
    /// The keys of services that count.
    pub keys: &'a ServiceKeys,
}

/// Who a token or certificate is about, before policy has been asked what that earns.
///
/// No `Debug`: claims are about a person.
pub(super) struct Identified {
    pub(super) principal: Principal,
    pub(super) claims: Claims,
    pub(super) expires_at: u64,
    /// Whether it counts on this connection alone.
    pub(super) bound: bool,
    pub(super) token_id: Option<String>,
    key_id: Option<String>,
}

/// Who vouches for services: the policy itself.
pub(super) const SERVICE: &str = "service";

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

    /// Who asks: a person by a token, a person or a service by the connection's certificate, or the one through the
    /// other. `policy` is the one these issuers were loaded for; `now_s` is in seconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// Any [`IdentityError`] but those of [`super::credential`]; [`IdentityError::NoCredential`] if there is no
    /// credential, and no certificate that stands for anyone; [`IdentityError::SeveralCredentials`] if a certificate
    /// stands for a person beside a token that does not name it, or for anybody else than the service whose key is sent.
    pub fn identify(
        &self,
        presented: &Presented<'_>,
        now_s: u64,
        policy: &Policy,
    ) -> Result<Caller, IdentityError> {
        let Presented { credential, certificate, keys } = *presented;
        certificate.map_or(Ok(()), |certificate| certificate.valid_at(now_s))?;
        let service = certificate.and_then(|certificate| policy.service_of(certificate.names()));
        // A certificate of a service stands for no person.
        let named = policy.certificate_name().filter(|_| service.is_none()).zip(certificate);
        if let Some(key) = credential.map(Credential::token).filter(|token| ServiceKeys::looks_like(token)) {
            let known = keys.find(key, now_s)?;
            let keyed = policy.find_service(&known.service).filter(|index| policy.service(*index).keys);
            let keyed = keyed.ok_or(IdentityError::ServiceKey)?;
            if named.is_some() || service.is_some_and(|service| service != keyed) {
                return Err(IdentityError::SeveralCredentials);
            }
            return Caller::service(keyed, "service-key", known.expires_at, Some(known.id.clone()), policy);
        }
        let (who, voucher, proof) = match (credential, named) {
            (Some(credential), named) => {
                let who = self.verify(credential, certificate, now_s)?;
                if named.is_some() && !who.bound {
                    return Err(IdentityError::SeveralCredentials);
                }
                let issuer = policy.find_issuer(who.principal.issuer().as_str());
                let voucher = Voucher::Issuer(issuer.ok_or(IdentityError::UnknownIssuer)?);
                let proof = if who.bound { "bound-token" } else { "token" };
                (who, voucher, proof)
            }
            (None, Some((name, certificate))) => {
                let (principal, claims) = (certificate.person(name)?, certificate.claims().clone());
                let expires_at = certificate.expires_at();
                let who =
                    Identified { principal, claims, expires_at, bound: true, token_id: None, key_id: None };
                (who, Voucher::Certificate, "certificate")
            }
            (None, None) => {
                let (service, certificate) = service.zip(certificate).ok_or(IdentityError::NoCredential)?;
                return Caller::service(service, "certificate", certificate.expires_at(), None, policy);
            }
        };
        let person = Person { voucher, claims: &who.claims, bound: who.bound };
        let subject = policy.subject(Some(person), service).map_err(IdentityError::Unknown)?;
        let Identified { principal, expires_at, token_id, key_id, .. } = who;
        let service = service.map(|index| Term::loaded(&policy.service(index).id));
        Ok(Caller { principal, proof: Term::of(proof), subject, service, expires_at, token_id, key_id })
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
        if errors.is_empty() { Ok(Issuers { trusted }) } else { Err(errors) }
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
        Ok(Identified { principal, claims, expires_at, bound, token_id, key_id })
    }
}

impl Caller {
    /// Whether a service asks by itself.
    pub fn is_service(&self) -> bool {
        self.service.is_some() && self.principal.issuer().as_str() == SERVICE
    }

    /// A service that asks by itself.
    fn service(
        index: ServiceIndex,
        proof: &'static str,
        expires_at: u64,
        key_id: Option<String>,
        policy: &Policy,
    ) -> Result<Caller, IdentityError> {
        let subject = policy.subject(None, Some(index)).map_err(IdentityError::Unknown)?;
        let id = &policy.service(index).id;
        let principal = Principal::new(Term::of(SERVICE), id).ok_or(IdentityError::Subject)?;
        Ok(Caller {
            principal,
            proof: Term::of(proof),
            subject,
            service: Some(Term::loaded(id)),
            expires_at,
            token_id: None,
            key_id,
        })
    }
}
