//! What the front offers in TLS: 1.3 (1.2 only by choice), one certificate for every name, ALPN h2 and http/1.1.
//! A client without SNI or ALPN is served, over HTTP/1.1.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::NoServerSessionStorage;
use rustls::version::{TLS12, TLS13};
use rustls::{ServerConfig, SupportedProtocolVersion};

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
    /// Certificate and key do not belong together, or are of a kind that TLS cannot use.
    Pair(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsError::Certificate(why) => write!(f, "the TLS certificate cannot be read: {why}"),
            TlsError::Key(why) => write!(f, "the TLS key cannot be read: {why}"),
            TlsError::Pair(why) => write!(f, "the TLS certificate and key cannot serve: {why}"),
        }
    }
}

impl std::error::Error for TlsError {}

/// A server config from a PEM certificate chain (leaf first) and its PEM key.
///
/// # Errors
/// [`TlsError`] when either cannot be read or the two do not match.
pub fn server_config(chain: &[u8], key: &[u8], versions: Versions) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = certificates(chain)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|e| TlsError::Key(e.to_string()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(offered(versions))
        .map_err(|e| TlsError::Pair(e.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| TlsError::Pair(e.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Resumption would let a session outlive a change of certificate, and early data could be replayed; neither buys
    // much on connections that live for many exchanges.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(Arc::new(config))
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let chain = chain.map_err(|e| TlsError::Certificate(e.to_string()))?;
    match chain.is_empty() {
        true => Err(TlsError::Certificate("no `BEGIN CERTIFICATE` in it".to_owned())),
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
