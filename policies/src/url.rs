//! Addresses of backends: the few forms that are allowed, checked once. Not a general URL reader.

use std::net::{Ipv4Addr, Ipv6Addr};

/// `https://host[:port][/path]`, or the same with `http` when the host is a loopback address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Url {
    text: String,
    tls: bool,
    host: String,
    port: u16,
    path: String,
}

impl Url {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it and what would be right, as one clause.
    pub fn parse(text: &str) -> Result<Url, &'static str> {
        let (tls, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err("an address begins with `https://`"),
        };
        let (authority, path) = match rest.find('/').and_then(|slash| rest.split_at_checked(slash)) {
            Some((authority, path)) => (authority, path.trim_end_matches('/')),
            None => (rest, ""),
        };
        let (host, port) = split_port(authority)?;
        let port = match port {
            Some(port) => {
                port.parse().ok().filter(|port| *port != 0).ok_or("a port is a number from 1 to 65535")?
            }
            None if tls => 443,
            None => 80,
        };
        if !is_host(host) {
            return Err("the host is a DNS name in lower case or an IP address, without user or password");
        }
        if !tls && !is_loopback(host) {
            return Err("`http` is for loopback addresses alone (127.0.0.1 or [::1]); use `https`");
        }
        if !path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b)) || path.contains("..") {
            return Err(
                "the path has letters, digits, `/`, `-`, `.`, `_` and `~` only; no query and no fragment",
            );
        }
        Ok(Url { text: text.to_owned(), tls, host: host.to_owned(), port, path: path.to_owned() })
    }

    /// As the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True for `https`.
    pub fn tls(&self) -> bool {
        self.tls
    }

    /// The host; an IPv6 address keeps its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also when it is the scheme's own.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path without a final slash: empty, or beginning with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), &'static str> {
    let bracket = authority.find(']').map_or(0, |end| end + 1);
    let (head, tail) = authority.split_at_checked(bracket).ok_or("the host is missing")?;
    let (host, port) = match tail.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (tail, None),
    };
    match (head.is_empty(), host.is_empty()) {
        (true, false) => Ok((host, port)),
        (false, true) => Ok((head, port)),
        _ => Err("the host is missing or is not one name"),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<Ipv6Addr>().is_ok();
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

/// Names are not looked up: `localhost` is whatever a resolver says.
fn is_loopback(host: &str) -> bool {
    host == "[::1]" || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Url;

    fn parts(text: &str) -> Option<(bool, String, u16, String)> {
        Url::parse(text).ok().map(|url| (url.tls(), url.host().to_owned(), url.port(), url.path().to_owned()))
    }

    #[test]
    fn https_anywhere_and_http_on_loopback_are_addresses() {
        assert_eq!(parts("https://a.example/v1/"), Some((true, "a.example".into(), 443, "/v1".into())));
        assert_eq!(
            parts("https://[2001:db8::1]:8443"),
            Some((true, "[2001:db8::1]".into(), 8443, String::new()))
        );
        assert_eq!(parts("http://127.0.0.1:8080/x"), Some((false, "127.0.0.1".into(), 8080, "/x".into())));
        assert_eq!(parts("http://[::1]"), Some((false, "[::1]".into(), 80, String::new())));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "a.example",
            "ftp://a.example",
            "http://a.example",
            "http://localhost:1",
            "http://127.0.0.1.example",
            "https://",
            "https:///v1",
            "https://user@a.example",
            "https://user:pw@a.example",
            "https://A.example",
            "https://a..example",
            "https://a.example:0",
            "https://a.example:99999",
            "https://a.example:",
            "https://a.example/v1?x=1",
            "https://a.example/v1#x",
            "https://a.example/../x",
            "https://a.example?x",
            "https://[::1",
            "https://[::1]x",
            "https://-a.example",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }
}
