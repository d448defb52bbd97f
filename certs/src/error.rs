//! What can be wrong with a certificate, a key or a request for one.

use std::fmt;

use crate::moment::Moment;

/// Why a certificate could not be made, read or used. Never shows key material.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CertError {
    /// A name for the subject alternative names is neither an IP address nor a DNS name.
    Name(String),
    /// A URI that is empty or holds other than visible ASCII.
    Uri(String),
    /// A certificate for a server needs a name, one for a client a URI.
    NoName,
    /// The validity is empty, or ends after the year 9999 (RFC 5280 §4.1.2.5).
    Validity,
    /// The certificate would live longer than the authority that signs it.
    OutlivesAuthority {
        /// When the authority ends, in seconds since the Unix epoch.
        not_after_s: u64,
    },
    /// The PEM text cannot be read.
    Pem(String),
    /// The PEM text has no section of the wanted kind.
    Missing(&'static str),
    /// A PEM section does not belong in this file.
    Unexpected {
        /// Number of the section, from 1.
        section: usize,
        /// What it is.
        found: &'static str,
        /// What belongs here.
        wanted: &'static str,
    },
    /// A section says it is a certificate but is none.
    NotACertificate {
        /// Number of the section, from 1.
        section: usize,
        /// What the parser says.
        cause: String,
    },
    /// The key is not a private key of a supported kind.
    Key,
    /// The key does not belong to the certificate.
    KeyMismatch,
    /// The certificate may not sign others.
    NotAnAuthority,
    /// The certificate is not valid yet.
    NotYetValid {
        /// When it begins, in seconds since the Unix epoch.
        not_before_s: u64,
    },
    /// The certificate has expired.
    Expired {
        /// When it ended, in seconds since the Unix epoch.
        not_after_s: u64,
    },
    /// The library that encodes and signs refused.
    Signing(String),
}

impl fmt::Display for CertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CertError::Name(name) => write!(f, "`{name}` is neither an IP address nor a DNS name"),
            CertError::Uri(uri) => write!(f, "`{uri}` is not a URI"),
            CertError::NoName => f.write_str("no name was given"),
            CertError::Validity => f.write_str("the validity is empty or ends after the year 9999"),
            CertError::OutlivesAuthority { not_after_s } => {
                write!(f, "it would outlive its authority, which ends at {not_after_s} s after 1970")
            }
            CertError::Pem(cause) => write!(f, "the PEM text cannot be read: {cause}"),
            CertError::Missing(wanted) => write!(f, "there is no {wanted} in the PEM text"),
            CertError::Unexpected { section, found, wanted } => {
                write!(f, "section {section} is a {found}, but only a {wanted} belongs here")
            }
            CertError::NotACertificate { section, cause } => {
                write!(f, "section {section} is not an X.509 certificate: {cause}")
            }
            CertError::Key => f.write_str("not a private key of a supported kind"),
            CertError::KeyMismatch => f.write_str("the key does not belong to the certificate"),
            CertError::NotAnAuthority => f.write_str("the certificate may not sign others"),
            CertError::NotYetValid { not_before_s } => {
                write!(f, "the certificate is not valid before {not_before_s} s after 1970")
            }
            CertError::Expired { not_after_s } => {
                write!(f, "the certificate expired {}", Moment(*not_after_s))
            }
            CertError::Signing(cause) => write!(f, "the certificate cannot be made: {cause}"),
        }
    }
}

impl std::error::Error for CertError {}
