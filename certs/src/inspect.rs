//! What stands in a certificate, for people and for the checks at start.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::x509::X509Name;

use crate::{CertError, DEVELOPMENT_MARK, Host, bundle};

/// What a certificate says of itself. That it was signed by somebody is not checked here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certificate {
    /// The subject, as `CN=gate, O=Sekisho development`.
    pub subject: String,
    /// The issuer, written likewise.
    pub issuer: String,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// Addresses and DNS names it is good for.
    pub hosts: Vec<Host>,
    /// URIs it names (SPIFFE ids of clients).
    pub uris: Vec<String>,
    /// Mail addresses it names.
    pub emails: Vec<String>,
    /// Common names, organisations and units of the subject, in that order: `("cn", "…")`, `("o", "…")`, `("ou", "…")`.
    pub attributes: Vec<(&'static str, String)>,
    /// First second of its validity, since the Unix epoch.
    pub not_before_s: u64,
    /// Last second of its validity, since the Unix epoch.
    pub not_after_s: u64,
    /// True if it may sign others.
    pub is_ca: bool,
    /// True if it may stand for a server.
    pub for_servers: bool,
    /// True if it may stand for a client.
    pub for_clients: bool,
    /// True if subject or issuer carries [`DEVELOPMENT_MARK`].
    pub is_development: bool,
}

/// Reads the first certificate of a PEM text, or one in DER.
///
/// # Errors
///
/// As [`bundle`]; DER that does not parse is [`CertError::NotACertificate`] with section 1.
pub fn inspect(pem_or_der: &[u8]) -> Result<Certificate, CertError> {
    // DER of a certificate begins with a SEQUENCE; no PEM text does.
    if pem_or_der.first() == Some(&0x30) {
        return read(pem_or_der);
    }
    let certificates = bundle(pem_or_der)?;
    read(certificates.first().ok_or(CertError::Missing("certificate"))?)
}

impl Certificate {
    /// Whether it is valid at `now_s`, in seconds since the Unix epoch; both ends count (RFC 5280 §4.1.2.5).
    ///
    /// # Errors
    ///
    /// [`CertError::NotYetValid`] or [`CertError::Expired`].
    pub fn check_validity(&self, now_s: u64) -> Result<(), CertError> {
        if now_s < self.not_before_s {
            return Err(CertError::NotYetValid { not_before_s: self.not_before_s });
        }
        if now_s > self.not_after_s {
            return Err(CertError::Expired { not_after_s: self.not_after_s });
        }
        Ok(())
    }
}

fn read(der: &[u8]) -> Result<Certificate, CertError> {
    let broken = |cause: String| CertError::NotACertificate { section: 1, cause };
    let (rest, x509) = x509_parser::parse_x509_certificate(der).map_err(|cause| broken(cause.to_string()))?;
    if !rest.is_empty() {
        return Err(broken("bytes follow it".to_owned()));
    }
    let usage = x509.extended_key_usage().map_err(|cause| broken(cause.to_string()))?;
    let constraints = x509.basic_constraints().map_err(|cause| broken(cause.to_string()))?;
    let Names { hosts, uris, emails } = alternative_names(&x509).map_err(broken)?;
    Ok(Certificate {
        subject: x509.subject().to_string(),
        issuer: x509.issuer().to_string(),
        serial: x509.tbs_certificate.raw_serial().iter().map(|byte| format!("{byte:02x}")).collect(),
        hosts,
        uris,
        emails,
        attributes: attributes(x509.subject()),
        not_before_s: seconds(x509.validity().not_before.timestamp()),
        not_after_s: seconds(x509.validity().not_after.timestamp()),
        is_ca: constraints.is_some_and(|extension| extension.value.ca),
        for_servers: usage.as_ref().is_some_and(|extension| extension.value.server_auth),
        for_clients: usage.as_ref().is_some_and(|extension| extension.value.client_auth),
        is_development: is_marked(x509.subject()) || is_marked(x509.issuer()),
    })
}

/// A time before 1970 counts as 1970: it began long ago, or has long ended.
fn seconds(timestamp: i64) -> u64 {
    u64::try_from(timestamp).unwrap_or(0)
}

fn is_marked(name: &X509Name<'_>) -> bool {
    name.iter_organization().any(|organisation| organisation.as_str() == Ok(DEVELOPMENT_MARK))
}

/// An attribute that is no string says nothing.
fn attributes(subject: &X509Name<'_>) -> Vec<(&'static str, String)> {
    let common = subject.iter_common_name().map(|value| ("cn", value));
    let organisations = subject.iter_organization().map(|value| ("o", value));
    let units = subject.iter_organizational_unit().map(|value| ("ou", value));
    let all = common.chain(organisations).chain(units);
    all.filter_map(|(name, value)| Some((name, value.as_str().ok()?.to_owned()))).collect()
}

#[derive(Default)]
struct Names {
    hosts: Vec<Host>,
    uris: Vec<String>,
    emails: Vec<String>,
}

fn alternative_names(x509: &X509Certificate<'_>) -> Result<Names, String> {
    let mut names = Names::default();
    let Some(extension) = x509.subject_alternative_name().map_err(|cause| cause.to_string())? else {
        return Ok(names);
    };
    for name in &extension.value.general_names {
        match name {
            GeneralName::DNSName(dns) => names.hosts.push(Host::Dns((*dns).to_owned())),
            GeneralName::IPAddress(octets) => names.hosts.push(Host::Ip(address(octets)?)),
            GeneralName::URI(uri) => names.uris.push((*uri).to_owned()),
            GeneralName::RFC822Name(email) => names.emails.push((*email).to_owned()),
            _ => {}
        }
    }
    Ok(names)
}

fn address(octets: &[u8]) -> Result<IpAddr, String> {
    let v4 = <[u8; 4]>::try_from(octets).map(Ipv4Addr::from).map(IpAddr::V4);
    let v6 = <[u8; 16]>::try_from(octets).map(Ipv6Addr::from).map(IpAddr::V6);
    v4.or(v6).map_err(|_| "an address has neither 4 nor 16 bytes".to_owned())
}
