//! The client's side of TLS: trusts the development CA and nothing else.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// A configuration that offers these ALPN names; none is a client without ALPN.
pub fn client(ca: &Path, alpn: &[&str]) -> Arc<ClientConfig> {
    config(ca, alpn, None)
}

/// The same, showing the certificate in `NAME.pem` with the key in `NAME.key`.
pub fn client_with(ca: &Path, alpn: &[&str], shown: &Path) -> Arc<ClientConfig> {
    config(ca, alpn, Some(shown))
}

fn config(ca: &Path, alpn: &[&str], shown: Option<&Path>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca).expect("the CA file can be read") {
        roots.add(certificate.expect("the CA file holds PEM")).expect("the CA is a certificate");
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("the provider has TLS 1.3");
    let builder = builder.with_root_certificates(roots);
    let mut config = match shown {
        None => builder.with_no_client_auth(),
        Some(shown) => {
            let leaf = CertificateDer::from_pem_file(shown.with_extension("pem")).expect("a certificate");
            let key = PrivateKeyDer::from_pem_file(shown.with_extension("key")).expect("a key");
            builder.with_client_auth_cert(vec![leaf], key).expect("they belong together")
        }
    };
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}
