//! Who may vouch for whom: issuers, services, ministries, and the grants that claims earn.

use std::collections::BTreeMap;

use crate::index::{IssuerIndex, MinistryIndex, ServiceIndex};
use crate::label::Label;

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
    /// A value that the audience's claim must contain.
    pub audience: String,
    /// The claim that names the audience: `aud`, unless the issuer has another place for it.
    pub audience_claim: String,
    /// The only accepted values of the header's `alg`.
    pub algorithms: Vec<Algorithm>,
    /// The only accepted values of the header's `typ`, compared without case (RFC 9068 §2.1: `at+jwt`).
    pub types: Vec<String>,
    /// Whether tokens without `typ` count too; `required` then tells them from others that the issuer signs.
    pub untyped: bool,
    /// Each of these claims must hold at least one of its values.
    pub required: BTreeMap<String, Vec<String>>,
    /// The claim that names the person.
    pub subject_claim: String,
    /// Longest `exp - iat`, in seconds.
    pub lifetime_max_s: u64,
    /// Tolerance for clocks that differ, in seconds; at most 60.
    pub leeway_s: u64,
    /// Whether a token counts only on the connection of the certificate that it names (RFC 8705 §3).
    pub bound: bool,
    /// The highest label that a token without such a certificate earns; `None`: no lower than any other.
    pub unbound_ceiling: Option<Label>,
}

/// A tenant: the organisation a person belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ministry {
    /// What policies and records write.
    pub id: String,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
    /// The least label of its requests that declare none.
    pub undeclared: Option<Label>,
}

/// A lower label for requests that declare none, while clients learn to declare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lenience {
    /// The label.
    pub label: Label,
    /// First second, in Unix time, at which it no longer counts.
    pub until: u64,
}

/// Whether requests must say with which conversation they go on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Conversation {
    /// They may.
    Optional,
    /// They must, or say that one begins.
    Required,
}

/// A program that asks, by itself or for a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Service {
    /// What policies and records write.
    pub id: String,
    /// The highest label that goes through it, whoever it speaks for.
    pub ceiling: Label,
    /// The lowest label of anything that comes through it.
    pub floor: Label,
    /// What it may handle when it speaks for nobody; `None`: it may not ask by itself.
    pub clearance: Option<Label>,
    /// What its requests count as that declare nothing, instead of what the policy says.
    pub undeclared: Option<Lenience>,
    /// Whether its requests must say with which conversation they go on.
    pub conversation: Conversation,
    /// Whose people it may speak for.
    pub ministries: Vec<MinistryIndex>,
    /// Subject alternative names of its client certificates, each `spiffe://…` or another URI, or `dns:NAME`.
    pub certificates: Vec<String>,
    /// Whether it may prove itself by a key instead, which whoever has it can use from anywhere.
    pub keys: bool,
    /// The only accepted algorithms of the context tokens by which it says for whom it asks; empty: it signs none.
    pub contexts: Vec<Algorithm>,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
}

/// Which name of a client certificate says who the person is (RFC 5280 §4.2.1.6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CertificateName {
    /// `rfc822Name`
    Email,
    /// `uniformResourceIdentifier`
    Uri,
    /// `dNSName`
    Dns,
}

impl CertificateName {
    /// The claim of a certificate that holds these names.
    pub fn claim(self) -> &'static str {
        match self {
            CertificateName::Email => "email",
            CertificateName::Uri => "uri",
            CertificateName::Dns => "dns",
        }
    }
}

/// Who has vouched for a set of claims.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Voucher {
    /// An issuer, by a token.
    Issuer(IssuerIndex),
    /// An authority of the process's own configuration, by a client certificate.
    Certificate,
    /// A service that speaks for the person, by a context token.
    Service(ServiceIndex),
}

/// What a set of claims earns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// What policies and records write.
    pub id: String,
    /// Who must have vouched for the claims.
    pub voucher: Voucher,
    /// Each of these claims must hold at least one of its values.
    pub claims: BTreeMap<String, Vec<String>>,
    /// The handling authorisation (取扱可能区分) it allows.
    pub clearance: Label,
    /// The organisation that its holders belong to.
    pub ministry: Option<MinistryIndex>,
    /// Its name in Japanese.
    pub ja: String,
    /// Its name in English.
    pub en: String,
}
