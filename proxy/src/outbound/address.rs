//! Where a backend is, as the permit says.

use rustls::pki_types::ServerName;
use sekisho_policies::Url;

/// A backend's address as the connection needs it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Address {
    /// TLS, or plain text to this very machine.
    pub(crate) secure: bool,
    /// Name or IP address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What `Host` says: the port only where it is not the scheme's own (RFC 9110 §7.2).
    pub(crate) authority: String,
    /// What stands before every path; without a trailing slash.
    pub(crate) base: String,
}

impl Address {
    pub(crate) fn of(url: &Url) -> Address {
        let authority = match (url.tls(), url.port()) {
            (true, 443) | (false, 80) => url.host().to_owned(),
            (_, port) => format!("{}:{port}", url.host()),
        };
        Address {
            secure: url.tls(),
            host: url.host().trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port(),
            authority,
            base: url.path().to_owned(),
        }
    }

    /// The name that the backend's certificate must carry.
    pub(crate) fn server_name(&self) -> Option<ServerName<'static>> {
        ServerName::try_from(self.host.clone()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expect: (bool, &str, u16, &str, &str)) {
        let a = Address::of(&Url::parse(url).unwrap());
        assert_eq!((a.secure, &*a.host, a.port, &*a.authority, &*a.base), expect, "{url}");
        assert!(a.server_name().is_some(), "{url}");
    }

    #[test]
    fn a_url_names_scheme_host_port_and_base() {
        check("https://a.example", (true, "a.example", 443, "a.example", ""));
        check("https://a.example:443/v1/", (true, "a.example", 443, "a.example", "/v1"));
        check("https://a.example:8443/x/y", (true, "a.example", 8443, "a.example:8443", "/x/y"));
        check("http://[::1]:81", (false, "::1", 81, "[::1]:81", ""));
    }
}
