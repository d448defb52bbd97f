//! What the front offers in TLS: 1.3 (1.2 only by choice), one certificate for every name, ALPN h2 and http/1.1.
//! A client without SNI or ALPN is served, over HTTP/1.1.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion};
use sekisho_certs::CertError;

use crate::identity::ClientCertificate;

/// Which versions of TLS are spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Versions {
    /// TLS 1.3 alone.
    #[default]
    Tls13,
    /// TLS 1.2 too, for clients that know no better.
    Tls12And13,
}

/// Why certificate and key cannot serve.
#[derive(Debug)]
pub enum TlsError {
    /// The certificate file holds no PEM certificate, or a damaged one.
    Certificate(String),
    /// The key file holds no PEM private key, or a damaged one.
    Key(String),
    /// What client certificates are held against cannot be read.
    Clients(String),
    /// Certificate and key do not belong together, or are of a kind that TLS cannot use.
    Pair(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsError::Certificate(why) => write!(f, "the TLS certificate cannot be read: {why}"),
            TlsError::Key(why) => write!(f, "the TLS key cannot be read: {why}"),
            TlsError::Clients(why) => write!(f, "client certificates cannot be verified: {why}"),
            TlsError::Pair(why) => write!(f, "the TLS certificate and key cannot serve: {why}"),
        }
    }
}

impl std::error::Error for TlsError {}

/// What client certificates are held against.
#[derive(Clone, PartialEq, Eq)]
pub struct Clients {
    /// PEM of the authorities that may sign them.
    pub anchors: Vec<u8>,
    /// PEM of their revocation lists (RFC 5280 §5), each a file; with any, a chain whose status none of them tells is
    /// refused, and so is one whose list has expired.
    pub revoked: Vec<Vec<u8>>,
    /// Whether a client without a certificate is turned away in the handshake.
    pub required: bool,
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clients({} lists, required: {})", self.revoked.len(), self.required)
    }
}

impl Clients {
    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
        let wrong = |error: &dyn fmt::Display| TlsError::Clients(error.to_string());
        let mut roots = RootCertStore::empty();
        for anchor in certificates(&self.anchors).map_err(TlsError::Clients)? {
            roots.add(anchor).map_err(|e| wrong(&e))?;
        }
        let mut lists = Vec::new();
        for pem in &self.revoked {
            lists.push(CertificateRevocationListDer::from_pem_slice(pem).map_err(|e| wrong(&e))?);
        }
        let some = !lists.is_empty();
        let mut builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .with_crls(lists);
        if some {
            builder = builder.enforce_revocation_expiration();
        }
        if !self.required {
            builder = builder.allow_unauthenticated();
        }
        builder.build().map_err(|e| wrong(&e))
    }
}

/// What a handshake goes by: the listener's certificate, and what client certificates are held against.
pub struct Served {
    config: Arc<ServerConfig>,
    clients: Arc<dyn ClientCertVerifier>,
}

impl Served {
    /// For whoever shakes hands.
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

/// What handshakes go by at this moment.
pub struct Tls(ArcSwap<Served>);

impl Tls {
    /// At first.
    pub fn new(served: Served) -> Tls {
        Tls(ArcSwap::from_pointee(served))
    }

    /// From now on, for open connections too: a client certificate is held against the new authorities and lists before
    /// the next exchange.
    pub fn renew(&self, served: Served) {
        self.0.store(Arc::new(served));
    }

    pub(super) fn current(&self) -> Arc<Served> {
        self.0.load_full()
    }
}

/// The certificate that the client of a finished handshake has shown and proved.
pub(super) struct Shown {
    certificate: Arc<ClientCertificate>,
    chain: Vec<CertificateDer<'static>>,
    /// Against what it was verified last.
    verified: ArcSwap<Served>,
}

impl Shown {
    /// # Errors
    /// It does not parse.
    pub(super) fn read(connection: &ServerConnection, by: Arc<Served>) -> Result<Option<Shown>, CertError> {
        let chain = connection.peer_certificates().unwrap_or_default();
        let Some(leaf) = chain.first() else { return Ok(None) };
        let certificate = Arc::new(ClientCertificate::read(leaf)?);
        let chain = chain.iter().map(|der| der.clone().into_owned()).collect();
        Ok(Some(Shown { certificate, chain, verified: ArcSwap::new(by) }))
    }

    /// The certificate, if it still counts: its authority may have changed, or revoked it, since the handshake.
    pub(super) fn certificate(&self, tls: &Tls) -> Option<Arc<ClientCertificate>> {
        let now = tls.current();
        if !Arc::ptr_eq(&now, &self.verified.load()) {
            let (leaf, intermediates) = self.chain.split_first()?;
            now.clients.verify_client_cert(leaf, intermediates, UnixTime::now()).ok()?;
            self.verified.store(now);
        }
        Some(Arc::clone(&self.certificate))
    }
}

/// What to shake hands by, from a PEM certificate chain (leaf first) and its PEM key.
///
/// # Errors
/// [`TlsError`] when either cannot be read or the two do not match.
pub fn served(
    chain: &[u8],
    key: &[u8],
    versions: Versions,
    clients: Option<&Clients>,
) -> Result<Served, TlsError> {
    let chain = certificates(chain).map_err(TlsError::Certificate)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let clients = match clients {
        Some(clients) => clients.verifier(&provider)?,
        None => WebPkiClientVerifier::no_client_auth(),
    };
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|e| TlsError::Key(e.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(offered(versions))
        .map_err(|e| TlsError::Pair(e.to_string()))?
        .with_client_cert_verifier(Arc::clone(&clients))
        .with_single_cert(chain, key)
        .map_err(|e| TlsError::Pair(e.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Resumption would let a session outlive a change of certificate, and early data could be replayed; neither buys
    // much on connections that live for many exchanges.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(Served { config: Arc::new(config), clients })
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let chain = chain.map_err(|e| e.to_string())?;
    match chain.is_empty() {
        true => Err("no `BEGIN CERTIFICATE` in it".to_owned()),
        false => Ok(chain),
    }
}

fn offered(versions: Versions) -> &'static [&'static SupportedProtocolVersion] {
    const TLS13_ALONE: &[&SupportedProtocolVersion] = &[&TLS13];
    const TLS12_TOO: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];
    match versions {
        Versions::Tls13 => TLS13_ALONE,
        Versions::Tls12And13 => TLS12_TOO,
    }
}
