//! A name that a server certificate may carry: an IP address or a DNS name.

use std::fmt;
use std::net::IpAddr;

use crate::CertError;

/// An entry of the subject alternative names (RFC 5280 §4.2.1.6).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Host {
    /// An address; clients that connect to it compare bytes, no name is looked up.
    Ip(IpAddr),
    /// A DNS name in lower case, perhaps with a leading `*.`.
    Dns(String),
}

impl Host {
    /// Reads an IP address, with or without brackets, or a DNS name (RFC 1123 §2.1, labels to 63 and 253 bytes in all).
    ///
    /// # Errors
    ///
    /// [`CertError::Name`] for anything else. A name that ends in digits and dots is taken for a mistyped address.
    pub fn parse(name: &str) -> Result<Host, CertError> {
        let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Host::Ip(address));
        }
        let labels = name.strip_prefix("*.").unwrap_or(name);
        let last_is_number = labels.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
        if name.len() > 253 || last_is_number || !labels.split('.').all(is_label) {
            return Err(CertError::Name(name.to_owned()));
        }
        Ok(Host::Dns(name.to_ascii_lowercase()))
    }
}

fn is_label(label: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Ip(address) => address.fmt(f),
            Host::Dns(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expect: Option<&str>) {
        assert_eq!(Host::parse(name).ok().map(|host| host.to_string()).as_deref(), expect, "{name}");
    }

    #[test]
    fn a_host_is_an_address_or_a_dns_name() {
        check("127.0.0.1", Some("127.0.0.1"));
        check("127.0.0.256", None);
        check("[::1]", Some("::1"));
        check("::1", Some("::1"));
        check("[::1", None);
        check("localhost", Some("localhost"));
        check("Gate.Example", Some("gate.example"));
        check("*.gate.example", Some("*.gate.example"));
        check("gate.*.example", None);
        check("", None);
        check("gate..example", None);
        check("-gate.example", None);
        check("gate_1.example", None);
        check("関所.example", None);
        check(&"a".repeat(63), Some(&"a".repeat(63)));
        check(&"a".repeat(64), None);
    }
}
