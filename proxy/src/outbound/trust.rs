//! Whose certificates a backend may show. The anchors are what the policy names, and nothing else.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use sekisho_audit::sha256;
use sekisho_policies::{Policy, TrustAnchor};

/// The name under which the operating system's anchors are kept. No file of a policy folder has it.
const SYSTEM: &str = "";

/// Where Debian and its kin keep the system's anchors as one PEM bundle.
pub const SYSTEM_BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// One TLS client config for each trust anchor of a policy.
#[derive(Clone, Default)]
pub struct Trust(BTreeMap<String, Anchor>);

/// SHA-256 of an anchor's file, and what it makes of TLS.
pub(super) type Anchor = ([u8; 32], Arc<ClientConfig>);

impl Trust {
    /// Trusts nobody.
    pub fn none() -> Trust {
        Trust::default()
    }

    /// The anchors that the backends of a policy name. `read` gives the bytes of a file of the policy folder, by the
    /// name that the policy writes; the system's anchors come from [`SYSTEM_BUNDLE`], if any backend wants them.
    ///
    /// # Errors
    /// An anchor cannot be read, or is none.
    pub fn of(policy: &Policy, read: impl Fn(&str) -> io::Result<Vec<u8>>) -> Result<Trust, TrustError> {
        let mut trust = Trust::none();
        for backend in policy.backends().iter().filter(|b| b.url.tls()) {
            let (name, pem) = match &backend.trust_anchor {
                TrustAnchor::File(name) if trust.0.contains_key(name) => continue,
                TrustAnchor::File(name) => (name.as_str(), read(name)),
                TrustAnchor::System if trust.0.contains_key(SYSTEM) => continue,
                TrustAnchor::System => (SYSTEM, std::fs::read(SYSTEM_BUNDLE)),
            };
            let error = |e| TrustError { file: name.to_owned(), message: format!("cannot be read: {e}") };
            trust = trust.with_file(name, &pem.map_err(error)?)?;
        }
        Ok(trust)
    }

    /// Adds the anchors of a PEM file, under the name that the policy uses for it.
    ///
    /// # Errors
    /// The file holds no certificate, or one that cannot be an anchor; then nothing is added.
    pub fn with_file(mut self, name: &str, pem: &[u8]) -> Result<Trust, TrustError> {
        self.0.insert(name.to_owned(), (sha256(&[pem]), client_config(name, pem, &[&TLS13])?));
        Ok(self)
    }

    /// Adds the operating system's anchors, for backends that say so.
    ///
    /// # Errors
    /// As [`Trust::with_file`].
    pub fn with_system(self, pem: &[u8]) -> Result<Trust, TrustError> {
        self.with_file(SYSTEM, pem)
    }

    /// What a backend's connections are pooled under, and opened with.
    pub(super) fn get(&self, anchor: &TrustAnchor) -> Option<Anchor> {
        let name = match anchor {
            TrustAnchor::File(name) if name == SYSTEM => return None,
            TrustAnchor::File(name) => name,
            TrustAnchor::System => SYSTEM,
        };
        self.0.get(name).cloned()
    }
}

/// A trust anchor that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustError {
    /// The name of the file.
    pub file: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = if self.file == SYSTEM { SYSTEM_BUNDLE } else { &self.file };
        write!(f, "{file}: {}", self.message)
    }
}

impl std::error::Error for TrustError {}

/// TLS that trusts the certificates of a PEM file; `name` is for messages.
///
/// # Errors
/// The file holds no certificate, or one that cannot be an anchor.
pub fn client_config(
    name: &str,
    pem: &[u8],
    versions: &[&'static SupportedProtocolVersion],
) -> Result<Arc<ClientConfig>, TrustError> {
    let error = |message: String| TrustError { file: name.to_owned(), message };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|e| error(format!("not a PEM certificate: {e}")))?;
        roots.add(certificate).map_err(|e| error(format!("not a trust anchor: {e}")))?;
    }
    if roots.is_empty() {
        return Err(error("no `BEGIN CERTIFICATE` in it".to_owned()));
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .map_err(|e| error(e.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
