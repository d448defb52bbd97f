//! Reading PEM: certificate bundles and private keys, with errors that say which section is wrong.

use rustls_pki_types::pem::{PemObject, SectionKind};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::parse_x509_certificate;

use crate::CertError;

type Section = (SectionKind, Vec<u8>);

/// The certificates of a bundle, in the order in which they stand there.
///
/// # Errors
///
/// [`CertError::Missing`] if there is none; [`CertError::Unexpected`] for a section of another kind, a private key
/// above all, since a file of trust anchors or a chain is handed around; [`CertError::NotACertificate`] if a section
/// does not parse or has bytes after the certificate.
pub fn bundle(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertError> {
    let mut certificates = Vec::new();
    for (number, section) in Section::pem_slice_iter(pem).enumerate() {
        let section_number = number.saturating_add(1);
        let (kind, der) = section.map_err(|cause| CertError::Pem(cause.to_string()))?;
        if kind != SectionKind::Certificate {
            let found = kind_name(kind);
            return Err(CertError::Unexpected { section: section_number, found, wanted: "certificate" });
        }
        whole_certificate(&der, section_number)?;
        certificates.push(CertificateDer::from(der));
    }
    if certificates.is_empty() { Err(CertError::Missing("certificate")) } else { Ok(certificates) }
}

/// The one private key of a PEM text (PKCS#8, PKCS#1 or SEC 1).
///
/// # Errors
///
/// [`CertError::Missing`] if there is none, [`CertError::Unexpected`] if another section stands beside it.
pub fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, CertError> {
    let mut key = None;
    for (number, section) in Section::pem_slice_iter(pem).enumerate() {
        let (kind, der) = section.map_err(|cause| CertError::Pem(cause.to_string()))?;
        let unexpected = CertError::Unexpected {
            section: number.saturating_add(1),
            found: kind_name(kind),
            wanted: "single private key",
        };
        let read = PrivateKeyDer::from_pem(kind, der).ok_or_else(|| unexpected.clone())?;
        if key.replace(read).is_some() {
            return Err(unexpected);
        }
    }
    key.ok_or(CertError::Missing("private key"))
}

fn whole_certificate(der: &[u8], section: usize) -> Result<(), CertError> {
    match parse_x509_certificate(der) {
        Ok(([], _)) => Ok(()),
        Ok(_) => Err(CertError::NotACertificate { section, cause: "bytes follow it".to_owned() }),
        Err(cause) => Err(CertError::NotACertificate { section, cause: cause.to_string() }),
    }
}

fn kind_name(kind: SectionKind) -> &'static str {
    match kind {
        SectionKind::Certificate => "certificate",
        SectionKind::PublicKey => "public key",
        SectionKind::RsaPrivateKey | SectionKind::PrivateKey | SectionKind::EcPrivateKey => "private key",
        SectionKind::Crl => "revocation list",
        SectionKind::Csr => "request for a certificate",
        _ => "section of another kind",
    }
}
