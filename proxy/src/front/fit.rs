//! What a request must be before anyone looks at who sent it: one target in origin form, one host, no change of
//! protocol. hyper has already refused what could be read in two ways (RFC 9112 §6.3: lengths; §5.1: odd field names).

use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING, UPGRADE};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Method, Version};
use sekisho_exchange::BadRequest;

/// The target as received: path and query, undecoded. A fragment, which no client may send, is not part of it.
///
/// # Errors
/// `Method` for `CONNECT`, `Target` for any other form than origin form, `Misdirected` for a host that is none of `names`
/// (if there are any), `Head` for the rest.
pub(super) fn target(head: &Parts, names: &[String]) -> Result<String, BadRequest> {
    protocol(head)?;
    host(head)?;
    addressee(head, names)?;
    expectation(head)?;
    if head.headers.contains_key(CONTENT_LENGTH) && head.headers.contains_key(TRANSFER_ENCODING) {
        return Err(BadRequest::Head);
    }
    // HTTP/2 always names scheme and authority beside the path (RFC 9113 §8.3.1).
    if head.version < Version::HTTP_2 && head.uri.authority().is_some() {
        return Err(BadRequest::Target);
    }
    head.uri.path_and_query().map(|target| target.as_str().to_owned()).ok_or(BadRequest::Target)
}

/// For which host the request is, as it says. Of a request that is fit there is one, or none in HTTP/1.0.
pub(super) fn authority(head: &Parts) -> String {
    let host = || head.headers.get(HOST).and_then(|host| host.to_str().ok());
    head.uri.authority().map(Authority::as_str).or_else(host).unwrap_or_default().to_owned()
}

fn protocol(head: &Parts) -> Result<(), BadRequest> {
    let upgrade = head.headers.get_all(CONNECTION).iter().any(|v| {
        v.to_str().is_ok_and(|v| v.split(',').any(|token| token.trim().eq_ignore_ascii_case("upgrade")))
    });
    match (head.method == Method::CONNECT, upgrade || head.headers.contains_key(UPGRADE)) {
        (true, _) => Err(BadRequest::Method),
        (false, true) => Err(BadRequest::Head),
        (false, false) => Ok(()),
    }
}

fn host(head: &Parts) -> Result<(), BadRequest> {
    let hosts = head.headers.get_all(HOST).iter().count();
    let authority = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    match (head.version, hosts) {
        (Version::HTTP_11, 1) => Ok(()),
        (Version::HTTP_11, _) => Err(BadRequest::Head),
        (_, 0) => Ok(()),
        (Version::HTTP_10, 1) => Ok(()),
        // Whatever stands before us would have to choose (RFC 9113 §8.3.1).
        (_, 1) if head.headers.get(HOST).map(HeaderValue::as_bytes) == authority => Ok(()),
        _ => Err(BadRequest::Head),
    }
}

/// A connection that was opened for another name, or a name that was made to point here, is none of ours (RFC 9110
/// §15.5.20).
fn addressee(head: &Parts, names: &[String]) -> Result<(), BadRequest> {
    if names.is_empty() {
        return Ok(());
    }
    let said = head.headers.get(HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let host = head.uri.authority().or(said.as_ref()).map(Authority::host);
    let ours = |host: &str| names.iter().any(|name| name.eq_ignore_ascii_case(host.trim_matches(['[', ']'])));
    match host.is_some_and(ours) {
        true => Ok(()),
        false => Err(BadRequest::Misdirected),
    }
}

fn expectation(head: &Parts) -> Result<(), BadRequest> {
    let known = |v: &http::HeaderValue| v.as_bytes().eq_ignore_ascii_case(b"100-continue");
    match head.headers.get_all(EXPECT).iter().all(known) {
        true => Ok(()),
        false => Err(BadRequest::Head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn check(
        version: Version,
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        expect: Result<&str, BadRequest>,
    ) {
        let mut request = Request::builder().version(version).method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(target(&head, &[]).as_deref(), expect.as_deref(), "{method} {uri} {headers:?}");
    }

    #[test]
    fn the_target_comes_as_it_was_sent() {
        let host = ("host", "a");
        let h1 = Version::HTTP_11;
        check(h1, "GET", "/v1/m%6fdels?a=%20b", &[host], Ok("/v1/m%6fdels?a=%20b"));
        check(h1, "GET", "/v1//models/../x", &[host], Ok("/v1//models/../x"));
        check(h1, "GET", "https://a/v1/models", &[host], Err(BadRequest::Target));
        check(Version::HTTP_2, "GET", "https://a/v1/models", &[], Ok("/v1/models"));
        check(h1, "CONNECT", "a:443", &[host], Err(BadRequest::Method));
    }

    #[test]
    fn a_request_is_for_one_of_our_names_if_there_are_any() {
        let names = ["gate.example".to_owned(), "2001:db8::1".to_owned()];
        let came = |version: Version, uri: &str, host: Option<&str>| {
            let mut request = Request::builder().version(version).uri(uri);
            if let Some(host) = host {
                request = request.header("host", host);
            }
            target(&request.body(()).unwrap().into_parts().0, &names).map(|_| ())
        };
        for host in ["gate.example", "GATE.example:8443", "[2001:db8::1]", "[2001:db8::1]:8443"] {
            assert_eq!(came(Version::HTTP_11, "/", Some(host)), Ok(()), "{host}");
            assert_eq!(came(Version::HTTP_2, &format!("https://{host}/"), None), Ok(()), "{host}");
        }
        for host in
            ["elsewhere.example", "gate.example.", "gate.example@x", "xgate.example", "2001:db8::1", ""]
        {
            assert_eq!(came(Version::HTTP_11, "/", Some(host)), Err(BadRequest::Misdirected), "{host}");
        }
        assert_eq!(came(Version::HTTP_2, "https://elsewhere.example/", None), Err(BadRequest::Misdirected));
        assert_eq!(came(Version::HTTP_10, "/", None), Err(BadRequest::Misdirected));
    }

    #[test]
    fn one_host_no_upgrade_and_no_strange_expectation() {
        let host = ("host", "a");
        let h1 = Version::HTTP_11;
        check(h1, "GET", "/", &[], Err(BadRequest::Head));
        check(h1, "GET", "/", &[host, host], Err(BadRequest::Head));
        check(Version::HTTP_10, "GET", "/", &[], Ok("/"));
        check(Version::HTTP_2, "GET", "https://a/", &[host], Ok("/"));
        check(Version::HTTP_2, "GET", "https://b/", &[host], Err(BadRequest::Head));
        check(Version::HTTP_2, "GET", "https://a/", &[host, host], Err(BadRequest::Head));
        check(h1, "GET", "/", &[host, ("upgrade", "websocket")], Err(BadRequest::Head));
        check(h1, "GET", "/", &[host, ("connection", "keep-alive, Upgrade")], Err(BadRequest::Head));
        check(h1, "GET", "/", &[host, ("connection", "keep-alive")], Ok("/"));
        check(h1, "POST", "/", &[host, ("expect", "100-Continue")], Ok("/"));
        check(h1, "POST", "/", &[host, ("expect", "200-ok")], Err(BadRequest::Head));
        check(
            h1,
            "POST",
            "/",
            &[host, ("content-length", "1"), ("transfer-encoding", "chunked")],
            Err(BadRequest::Head),
        );
    }
}
