//! A client's certificate as identity: whose it is, and what tokens may be bound to it. The TLS library has verified chain
//! and revocation; what it cannot know is that a connection outlives the certificate.

use std::collections::BTreeMap;
use std::fmt;

use sekisho_audit::{Principal, Term, sha256};
use sekisho_certs::{CertError, Certificate, Host, inspect};
use sekisho_policies::{CertificateName, Claims};

use super::IdentityError;

/// The leaf of a verified client chain.
pub struct ClientCertificate {
    /// SHA-256 of its DER (RFC 8705 §3.1).
    sha256: [u8; 32],
    about: Certificate,
    /// Its names as policies write those of services.
    names: Vec<String>,
    claims: Claims,
}

impl ClientCertificate {
    /// Reads the DER of a leaf.
    ///
    /// # Errors
    /// It does not parse, which no verified leaf should.
    pub fn read(der: &[u8]) -> Result<ClientCertificate, CertError> {
        let about = inspect(der)?;
        let dns: Vec<String> = about.hosts.iter().filter_map(dns).collect();
        let names = about.uris.iter().cloned().chain(dns.iter().map(|name| format!("dns:{name}"))).collect();
        let claims = claims(&about, dns);
        Ok(ClientCertificate { sha256: sha256(&[der]), about, names, claims })
    }

    /// # Errors
    /// [`IdentityError::Certificate`] before its first or after its last second.
    pub(super) fn valid_at(&self, now_s: u64) -> Result<(), IdentityError> {
        self.about.check_validity(now_s).map_err(|_| IdentityError::Certificate)
    }

    /// First second, since the Unix epoch, in which it no longer counts.
    pub(super) fn expires_at(&self) -> u64 {
        self.about.not_after_s.saturating_add(1)
    }

    pub(super) fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The person it stands for, by its one name of that kind.
    ///
    /// # Errors
    /// [`IdentityError::Subject`] if it has none or several of them, or one that breaks the principal's grammar.
    pub(super) fn person(&self, name: CertificateName) -> Result<Principal, IdentityError> {
        let [own] = self.claims.values(name.claim()) else { return Err(IdentityError::Subject) };
        Principal::new(Term::of("certificate"), own).ok_or(IdentityError::Subject)
    }
}

impl fmt::Debug for ClientCertificate {
    /// Whose it is, is for records alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}

fn dns(host: &Host) -> Option<String> {
    match host {
        Host::Dns(name) => Some(name.clone()),
        Host::Ip(_) => None,
    }
}

/// What grants can ask for: `uri`, `dns`, `email` (alternative names), `cn`, `o`, `ou` (subject).
fn claims(about: &Certificate, dns: Vec<String>) -> Claims {
    let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let names = [("uri", about.uris.clone()), ("dns", dns), ("email", about.emails.clone())];
    claims.extend(names.map(|(claim, values)| (claim.to_owned(), values)));
    for (claim, value) in &about.attributes {
        claims.entry((*claim).to_owned()).or_default().push(value.clone());
    }
    Claims(claims)
}
