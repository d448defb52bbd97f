//! The issuers that policy names, each with the keys from its file; and the way from a credential to a caller.

use std::fmt;

use sekisho_audit::{Principal, Term};
use sekisho_policies::{Claims, Issuer, Policy, Subject};

use super::jwks::{JwksError, KeySet};
use super::token::Token;
use super::{Credential, IdentityError};

/// Every issuer whose tokens are accepted.
pub struct Issuers {
    trusted: Vec<Trusted>,
}

struct Trusted {
    rules: Issuer,
    id: Term,
    keys: KeySet,
}

/// A key set as it was read: the name is for messages.
pub struct KeyFile {
    /// The file, as the operator knows it.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// Who asks, as far as a token and the policy can tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The name in the token, pinned to its issuer.
    pub principal: Principal,
    /// What the policy knows of them.
    pub subject: Subject,
    /// First second, since the Unix epoch, in which the token no longer counts; leeway included.
    pub expires_at: u64,
}

/// Who the token is about, before policy has been asked what that earns.
///
/// No `Debug`: claims are about a person.
pub(super) struct Identified {
    pub(super) principal: Principal,
    pub(super) claims: Claims,
    pub(super) expires_at: u64,
}

impl fmt::Debug for Issuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.trusted.iter().map(|trusted| &trusted.id)).finish()
    }
}

impl Issuers {
    /// Reads the key set of every issuer that the policy names; `key_file` gives it for an issuer's id.
    ///
    /// # Errors
    ///
    /// Every [`JwksError`] that was found: of key sets that could not be had or read, and of a second issuer with the
    /// same `iss`, since a token could not tell which of the two is meant.
    pub fn load(
        policy: &Policy,
        key_file: impl FnMut(&str) -> Result<KeyFile, JwksError>,
    ) -> Result<Issuers, Vec<JwksError>> {
        Issuers::trusting(policy.issuers(), key_file)
    }

    /// Who sent this credential. `policy` is the one these issuers were loaded for; `now_s` is in seconds since the
    /// Unix epoch.
    ///
    /// # Errors
    ///
    /// Any [`IdentityError`] but those of [`super::credential`]; [`IdentityError::UnknownSubject`] if the token is
    /// good and no grant applies.
    pub fn identify(
        &self,
        credential: &Credential,
        now_s: u64,
        policy: &Policy,
    ) -> Result<Caller, IdentityError> {
        let who = self.verify(credential, now_s)?;
        let subject = policy.subject(who.principal.issuer().as_str(), &who.claims);
        let subject = subject.ok_or(IdentityError::UnknownSubject)?;
        Ok(Caller { principal: who.principal, subject, expires_at: who.expires_at })
    }

    pub(super) fn trusting(
        rules: &[Issuer],
        mut key_file: impl FnMut(&str) -> Result<KeyFile, JwksError>,
    ) -> Result<Issuers, Vec<JwksError>> {
        let (mut trusted, mut errors) = (Vec::<Trusted>::new(), Vec::new());
        for rules in rules {
            let read = key_file(&rules.id).and_then(|file| {
                if trusted.iter().any(|other| other.rules.iss == rules.iss) {
                    let message = format!("a second issuer has the `iss` `{}`", rules.iss);
                    return Err(JwksError { file: file.name, key: None, message });
                }
                KeySet::parse(&file.name, &file.text, &rules.algorithms)
            });
            match read {
                Ok(keys) => trusted.push(Trusted { rules: rules.clone(), id: Term::loaded(&rules.id), keys }),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Issuers { trusted }) } else { Err(errors) }
    }

    /// Verifies a token. The issuer is looked up by the token's own `iss`, and its keys then have to confirm it.
    pub(super) fn verify(&self, credential: &Credential, now_s: u64) -> Result<Identified, IdentityError> {
        let token = Token::read(credential.token())?;
        let iss = token.issuer().ok_or(IdentityError::UnknownIssuer)?;
        let issuer = self.trusted.iter().find(|trusted| trusted.rules.iss == iss);
        let issuer = issuer.ok_or(IdentityError::UnknownIssuer)?;
        let vouched = token.verify(&issuer.rules, &issuer.keys, now_s)?;
        let principal = Principal::new(issuer.id.clone(), &vouched.subject).ok_or(IdentityError::Subject)?;
        Ok(Identified { principal, claims: vouched.claims, expires_at: vouched.expires_at })
    }
}
