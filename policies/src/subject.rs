//! Who asks: issuers, the grants that their claims earn, and the clearance that follows.

use std::collections::BTreeMap;

use crate::index::{GrantIndex, IssuerIndex, numbered};
use crate::label::Label;
use crate::policy::{Policy, Stamp};

/// What a verified token says, flattened: each claim with its one or several strings.
///
/// No `Debug`: claims are about a person.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Claims(pub BTreeMap<String, Vec<String>>);

impl Claims {
    /// The values of one claim; empty if absent.
    pub fn values(&self, claim: &str) -> &[String] {
        self.0.get(claim).map_or(&[], Vec::as_slice)
    }
}

/// A signature algorithm an issuer may use (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// As the header's `alg` writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Es256 => "ES256",
            Algorithm::EdDsa => "EdDSA",
        }
    }
}

/// Whose tokens count, and what they must look like. Keys are in the process's own configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issuer {
    /// What policies and records write.
    pub id: String,
    /// The claim `iss`, byte for byte.
    pub iss: String,
    /// A value that the claim `aud` must contain.
    pub audience: String,
    /// The only accepted values of the header's `alg`.
    pub algorithms: Vec<Algorithm>,
    /// The only accepted values of the header's `typ`, compared without case (RFC 9068 §2.1: `at+jwt`).
    pub types: Vec<String>,
    /// The claim that names the person or service.
    pub subject_claim: String,
    /// Longest `exp - iat`, in seconds.
    pub lifetime_max_s: u64,
    /// Tolerance for clocks that differ, in seconds; at most 60.
    pub leeway_s: u64,
}

/// What a set of claims earns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// What policies and records write.
    pub id: String,
    /// Who must have signed the claims.
    pub issuer: IssuerIndex,
    /// Each of these claims must hold at least one of its values.
    pub claims: BTreeMap<String, Vec<String>>,
    /// The handling authorisation (取扱可能区分) it allows.
    pub clearance: Label,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
}

impl Grant {
    fn earned(&self, issuer: IssuerIndex, claims: &Claims) -> bool {
        let holds = |(claim, wanted): (&String, &Vec<String>)| {
            claims.values(claim).iter().any(|value| wanted.contains(value))
        };
        self.issuer == issuer && self.claims.iter().all(holds)
    }
}

/// Someone the policy knows: made by [`Policy::subject`] alone, so a `Subject` always has a grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    clearance: Label,
    grants: Vec<GrantIndex>,
    stamp: Stamp,
}

impl Subject {
    /// The greatest lower bound of all grants earned: a second, lower role lowers what one may see.
    pub fn clearance(&self) -> Label {
        self.clearance
    }

    /// The grants earned, in the policy's order; never empty.
    pub fn grants(&self) -> &[GrantIndex] {
        &self.grants
    }

    /// Which policy knows this subject.
    pub(crate) fn stamp(&self) -> Stamp {
        self.stamp
    }
}

impl Policy {
    /// Who it is that an issuer vouches for; `None` if nothing in the policy grants these claims anything.
    pub fn subject(&self, issuer_id: &str, claims: &Claims) -> Option<Subject> {
        let (issuer, _) =
            numbered::<IssuerIndex, _>(self.issuers()).find(|(_, issuer)| issuer.id == issuer_id)?;
        let earned = numbered(self.grants()).filter(|(_, grant)| grant.earned(issuer, claims));
        self.holder(earned.map(|(index, _)| index).collect())
    }

    /// The subject that holds these grants; `None` without any.
    pub(crate) fn holder(&self, grants: Vec<GrantIndex>) -> Option<Subject> {
        let clearances =
            grants.iter().filter_map(|index| self.grants().get(index.number())).map(|grant| grant.clearance);
        let clearance = clearances.reduce(Label::meet)?;
        Some(Subject { clearance, grants, stamp: self.stamp() })
    }
}
