//! An authority that signs: made for development, or loaded from PEM and used again.

use std::fmt;
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PublicKeyData, SanType, SerialNumber,
};

use crate::{CertError, Certificate, DEVELOPMENT_MARK, Host, inspect};

/// A certificate authority with its key. Keys are P-256.
pub struct Authority {
    certificate_pem: String,
    about: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its private key, both as PEM.
#[derive(Clone)]
pub struct Issued {
    /// The leaf alone; its authority is what the peer trusts.
    pub certificate_pem: String,
    /// The private key (PKCS#8).
    pub key_pem: String,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("certificate_pem", &self.certificate_pem).finish_non_exhaustive()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("about", &self.about).finish_non_exhaustive()
    }
}

impl Authority {
    /// A new authority with a new key, for one machine and a short time.
    ///
    /// `name` becomes the common name; the organisation is [`DEVELOPMENT_MARK`]. Times are in seconds since the Unix
    /// epoch and in seconds.
    ///
    /// # Errors
    ///
    /// [`CertError::Validity`], or [`CertError::Signing`] if there is no randomness.
    pub fn development(name: &str, not_before_s: u64, lifetime_s: u64) -> Result<Authority, CertError> {
        let key = KeyPair::generate().map_err(signing)?;
        let mut params = dated(name, true, not_before_s, lifetime_s)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(signing)?;
        let about = inspect(certificate.der())?;
        Ok(Authority { certificate_pem: certificate.pem(), about, issuer: Issuer::new(params, key) })
    }

    /// An authority that was made before.
    ///
    /// # Errors
    ///
    /// Those of reading PEM; [`CertError::NotAnAuthority`] if the certificate may not sign certificates,
    /// [`CertError::KeyMismatch`] if the key is another's. Whether it is still valid is told by
    /// [`Certificate::check_validity`], since that needs a clock.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Authority, CertError> {
        let chain = crate::bundle(certificate_pem.as_bytes())?;
        let der = chain.first().ok_or(CertError::Missing("certificate"))?;
        let about = inspect(der)?;
        crate::private_key(key_pem.as_bytes())?;
        let key = KeyPair::from_pem(key_pem).map_err(|_| CertError::Key)?;
        may_sign(der, &key)?;
        let issuer = Issuer::from_ca_cert_der(der, key).map_err(signing)?;
        Ok(Authority { certificate_pem: certificate_pem.to_owned(), about, issuer })
    }

    /// The authority's certificate: what clients are told to trust.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The private key (PKCS#8 PEM). Whoever holds it can pass for any server of this authority.
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// What stands in the authority's certificate.
    pub fn about(&self) -> &Certificate {
        &self.about
    }

    /// A certificate with a new key for a server that answers under these names.
    ///
    /// # Errors
    ///
    /// [`CertError::NoName`] without hosts, [`CertError::Validity`], [`CertError::OutlivesAuthority`].
    pub fn issue_server(&self, hosts: &[Host], now_s: u64, lifetime_s: u64) -> Result<Issued, CertError> {
        let first = hosts.first().ok_or(CertError::NoName)?;
        let names = hosts.iter().map(general_name).collect::<Result<Vec<_>, _>>()?;
        self.issue(&first.to_string(), names, ExtendedKeyUsagePurpose::ServerAuth, now_s, lifetime_s)
    }

    /// A certificate with a new key for a client that is named by a URI, as `spiffe://agency.example/app`.
    ///
    /// # Errors
    ///
    /// [`CertError::Uri`], [`CertError::Validity`], [`CertError::OutlivesAuthority`].
    pub fn issue_client(
        &self,
        name: &str,
        uri: &str,
        now_s: u64,
        lifetime_s: u64,
    ) -> Result<Issued, CertError> {
        let wrong = || CertError::Uri(uri.to_owned());
        if !uri.contains(':') || !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(wrong());
        }
        let names = vec![SanType::URI(uri.try_into().map_err(|_| wrong())?)];
        self.issue(name, names, ExtendedKeyUsagePurpose::ClientAuth, now_s, lifetime_s)
    }

    fn issue(
        &self,
        name: &str,
        names: Vec<SanType>,
        purpose: ExtendedKeyUsagePurpose,
        now_s: u64,
        lifetime_s: u64,
    ) -> Result<Issued, CertError> {
        let mut params = dated(name, self.about.is_development, now_s, lifetime_s)?;
        if now_s.saturating_add(lifetime_s) > self.about.not_after_s {
            return Err(CertError::OutlivesAuthority { not_after_s: self.about.not_after_s });
        }
        params.subject_alt_names = names;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![purpose];
        // Says `CA:FALSE` and brings the subject key identifier with it.
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(signing)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(signing)?;
        Ok(Issued { certificate_pem: certificate.pem(), key_pem: key.serialize_pem() })
    }
}

/// 253402300799 is 9999-12-31T23:59:59Z, the last moment that GeneralizedTime can say.
const LAST_SECOND: u64 = 253_402_300_799;

/// Parameters with subject, serial number and both ends of the validity, since rcgen's default runs from 1975 to 4096.
fn dated(name: &str, mark: bool, from_s: u64, lifetime_s: u64) -> Result<CertificateParams, CertError> {
    let until_s = from_s.checked_add(lifetime_s).filter(|until| lifetime_s > 0 && *until <= LAST_SECOND);
    let until_s = until_s.ok_or(CertError::Validity)?;
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let mut subject = DistinguishedName::new();
    if mark {
        subject.push(DnType::OrganizationName, DEVELOPMENT_MARK);
    }
    // RFC 5280, appendix A.1: `ub-common-name` is 64 characters.
    subject.push(DnType::CommonName, name.chars().take(64).collect::<String>());
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.serial_number = Some(serial()?);
    params.not_before = epoch + Duration::from_secs(from_s);
    params.not_after = epoch + Duration::from_secs(until_s);
    Ok(params)
}

/// 128 bits, 126 of them random: the first is clear, so that the number is positive, and the second is set, so that
/// it has its full length and is never zero (RFC 5280 §4.1.2.2).
fn serial() -> Result<SerialNumber, CertError> {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| CertError::Signing("no randomness".to_owned()))?;
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x3f) | 0x40;
    }
    Ok(SerialNumber::from_slice(&bytes))
}

fn may_sign(der: &[u8], key: &KeyPair) -> Result<(), CertError> {
    let (_, x509) = x509_parser::parse_x509_certificate(der).map_err(|_| CertError::NotAnAuthority)?;
    let is_ca = x509.basic_constraints().ok().flatten().is_some_and(|extension| extension.value.ca);
    let signs = x509.key_usage().ok().flatten().is_some_and(|extension| extension.value.key_cert_sign());
    if !(is_ca && signs) {
        return Err(CertError::NotAnAuthority);
    }
    if x509.public_key().raw != key.subject_public_key_info().as_slice() {
        return Err(CertError::KeyMismatch);
    }
    Ok(())
}

fn general_name(host: &Host) -> Result<SanType, CertError> {
    Ok(match host {
        Host::Ip(address) => SanType::IpAddress(*address),
        Host::Dns(name) => {
            SanType::DnsName(name.as_str().try_into().map_err(|_| CertError::Name(name.clone()))?)
        }
    })
}

fn signing(cause: rcgen::Error) -> CertError {
    CertError::Signing(cause.to_string())
}
