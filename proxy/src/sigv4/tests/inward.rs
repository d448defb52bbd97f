//! What a signed request claims. Beside the request that is good stands the nearest that is not.

use http::HeaderMap;

use super::*;
use crate::identity::IdentityError;
use crate::sigv4::{Claim, Received, is_presigned};

/// 2015-08-30T12:36:00Z.
const AT_S: u64 = 1_440_938_160;

/// A request that a client signs and sends.
#[derive(Clone)]
struct Request {
    method: String,
    target: String,
    authority: String,
    heads: Vec<(String, String)>,
    signed: Vec<String>,
    service: String,
    date: String,
}

impl Request {
    fn good() -> Request {
        let heads = [("content-type", "application/json"), DATE, ("confidentiality-level", "2")];
        Request {
            method: "POST".to_owned(),
            target: "/model/jp.anthropic.claude%3A0/converse".to_owned(),
            authority: "gate.example:8443".to_owned(),
            heads: heads.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            signed: ["confidentiality-level", "content-type", "host", "x-amz-date"].map(str::to_owned).into(),
            service: "bedrock".to_owned(),
            date: "20150830".to_owned(),
        }
    }

    fn head(mut self, name: &str, value: &str, signed: bool) -> Request {
        self.heads.push((name.to_owned(), value.to_owned()));
        if signed {
            self.signed.push(name.to_owned());
            self.signed.sort();
        }
        self
    }

    fn set(mut self, name: &str, value: &str) -> Request {
        self.heads.iter_mut().filter(|(n, _)| n == name).for_each(|(_, v)| value.clone_into(v));
        self
    }

    fn unsigned(mut self, name: &str) -> Request {
        self.signed.retain(|signed| signed != name);
        self
    }

    /// As a client signs it that sends this body.
    fn authorization(&self, body: &str) -> Authorization {
        let scope = Scope::new(&self.date, "ap-northeast-1", &self.service).unwrap();
        let hosts = ["host", ":authority"].map(|name| (name.to_owned(), self.authority.clone()));
        let mut heads: Vec<(&str, &[u8])> = Vec::new();
        for (name, value) in self.heads.iter().chain(&hosts) {
            if self.signed.contains(name) {
                heads.push((name, value.as_bytes()));
            }
        }
        let moment = self.heads.iter().find(|(name, _)| name == "x-amz-date").map_or("", |(_, value)| value);
        let asked = Asked { method: &self.method, target: &self.target, heads: &heads };
        // What cannot be signed is signed in vain.
        let text = canonical(&asked).map(|c| c.string_to_sign(sha256(&[body.as_bytes()]), moment, &scope));
        let signature = Secret::new(SECRET).sign(&scope, &text.unwrap_or_default());
        Authorization::new("SKSHAAAAAAAAAAAAAAAA", scope, self.signed.clone(), signature).unwrap()
    }

    /// Received at this time with somebody's signature.
    fn claim(&self, authorization: Authorization, now_s: u64) -> Result<Claim, IdentityError> {
        let mut heads = HeaderMap::new();
        for (name, value) in &self.heads {
            heads.append(http::HeaderName::try_from(name.as_str()).unwrap(), value.parse().unwrap());
        }
        let Request { method, target, authority, .. } = self;
        Claim::read(Received { method, target, authority, heads: &heads }, authorization, now_s)
    }
}

/// Signed and received as it is, with a body.
fn check(request: &Request, expect: Result<(), IdentityError>) {
    let claim = request.claim(request.authorization("{}"), AT_S);
    let verified = claim.and_then(|claim| {
        claim.verify(&Secret::new(SECRET), claim.body().unwrap_or_else(|| sha256(&[b"{}"])))
    });
    assert_eq!(verified, expect, "{} {} {:?}", request.method, request.target, request.heads);
}

#[test]
fn a_request_is_what_was_signed() {
    check(&Request::good(), Ok(()));
    let signature = Request::good().authorization("{}");
    let received = |request: Request| {
        let claim = request.claim(signature.clone(), AT_S)?;
        claim.verify(&Secret::new(SECRET), sha256(&[b"{}"]))
    };
    let mismatch = Err(IdentityError::SignatureMismatch);
    assert_eq!(received(Request::good()), Ok(()));
    assert_eq!(received(Request { method: "PUT".to_owned(), ..Request::good() }), mismatch);
    let target = "/model/jp.anthropic.claude%3A0/invoke".to_owned();
    assert_eq!(received(Request { target, ..Request::good() }), mismatch);
    let target = "/model/jp.anthropic.claude:0/converse".to_owned();
    assert_eq!(received(Request { target, ..Request::good() }), mismatch);
    let authority = "other.example:8443".to_owned();
    assert_eq!(received(Request { authority, ..Request::good() }), mismatch);
    assert_eq!(received(Request::good().set("confidentiality-level", "1")), mismatch);
    assert_eq!(received(Request::good().set("x-amz-date", "20150830T123601Z")), mismatch);
    // Heads that are not signed, and say nothing here, are added on the way.
    assert_eq!(received(Request::good().head("x-amzn-trace-id", "Root=1", false)), Ok(()));
    let claim = Request::good().claim(signature.clone(), AT_S).unwrap();
    assert_eq!(claim.verify(&Secret::new(SECRET), sha256(&[b"{ }"])), mismatch);
    assert_eq!(claim.verify(&Secret::new("another"), sha256(&[b"{}"])), mismatch);
    assert_eq!(claim.key_id(), "SKSHAAAAAAAAAAAAAAAA");
    assert!(!format!("{claim:?}").contains("gate.example"), "{claim:?}");
}

/// The SDK for JavaScript signs `:authority` over HTTP/2, and no `host`.
#[test]
fn the_host_is_signed_under_either_name() {
    let mut request = Request::good().unsigned("host");
    request.signed.insert(0, ":authority".to_owned());
    check(&request, Ok(()));
    let signature = request.authorization("{}");
    let other = Request { authority: "other.example".to_owned(), ..request };
    let claim = other.claim(signature, AT_S).unwrap();
    let verified = claim.verify(&Secret::new(SECRET), sha256(&[b"{}"]));
    assert_eq!(verified, Err(IdentityError::SignatureMismatch));
}

#[test]
fn clocks_differ_by_five_minutes_at_most() {
    let request = Request::good();
    let at = |now_s| request.claim(request.authorization("{}"), now_s).map(|_| ());
    assert_eq!(at(AT_S - 300), Ok(()));
    assert_eq!(at(AT_S - 301), Err(IdentityError::SignatureClock));
    assert_eq!(at(AT_S + 300), Ok(()));
    assert_eq!(at(AT_S + 301), Err(IdentityError::SignatureClock));
}

#[test]
fn the_scope_is_bedrock_and_the_day_of_the_moment() {
    let scope = Err(IdentityError::SignatureScope);
    check(&Request { service: "bedrock-runtime".to_owned(), ..Request::good() }, scope);
    check(&Request { service: "s3".to_owned(), ..Request::good() }, scope);
    check(&Request { date: "20150829".to_owned(), ..Request::good() }, scope);
    for moment in ["2015-08-30T12:36:00Z", "20150830T126000Z", "1440938160"] {
        check(&Request::good().set("x-amz-date", moment), Err(IdentityError::SignatureForm));
    }
}

#[test]
fn what_is_decided_on_is_signed() {
    let heads = Err(IdentityError::SignatureHeads);
    check(&Request::good().unsigned("content-type"), Ok(()));
    check(&Request::good().unsigned("host"), heads);
    check(&Request::good().unsigned("x-amz-date"), heads);
    check(&Request::good().unsigned("confidentiality-level"), heads);
    for name in [
        "confidentiality-handling",
        "sekisho-context",
        "sekisho-conversation",
        "x-amz-target",
        "x-amzn-bedrock-guardrailidentifier",
        "x-user-id",
    ] {
        check(&Request::good().head(name, "a", true), Ok(()));
        check(&Request::good().head(name, "a", false), heads);
    }
    // Signed and not there, or there twice.
    let mut absent = Request::good();
    absent.signed.insert(0, "accept".to_owned());
    check(&absent, heads);
    check(&Request::good().head("content-type", "application/json", false), heads);
    check(&Request::good().head("a-head", "a\tb", true), Err(IdentityError::SignatureForm));
}

#[test]
fn the_body_is_signed_as_a_whole_and_no_session_token_counts() {
    let digest = hex(&sha256(&[b"{}"]));
    let with = |value: &str| Request::good().head("x-amz-content-sha256", value, true);
    check(&with(&digest), Ok(()));
    check(&Request::good().head("x-amz-content-sha256", &digest, false), Err(IdentityError::SignatureHeads));
    check(&with(&hex(&sha256(&[b"{ }"]))), Err(IdentityError::SignatureMismatch));
    for value in [
        "UNSIGNED-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "STREAMING-AWS4-HMAC-SHA256-EVENTS",
        "",
        &digest.to_uppercase(),
    ] {
        check(&with(value), Err(IdentityError::UnsignedBody));
    }
    check(&Request::good().head("x-amz-security-token", "t", true), Err(IdentityError::SessionToken));
    check(&Request::good().head("x-amz-security-token", "t", false), Err(IdentityError::SessionToken));
}

#[test]
fn nothing_is_signed_in_the_query() {
    for target in ["/?X-Amz-Signature=00", "/?a=1&x-amz-algorithm=AWS4-HMAC-SHA256", "/?X-Amz-Date"] {
        assert!(is_presigned(target), "{target}");
        let request = Request { target: target.to_owned(), ..Request::good() };
        check(&request, Err(IdentityError::SeveralCredentials));
    }
    for target in ["/", "/?", "/?a=X-Amz-Signature", "/X-Amz-Signature=1", "/?ああX-Amz-"] {
        assert!(!is_presigned(target), "{target}");
    }
    check(&Request { target: "/?a=b".to_owned(), ..Request::good() }, Ok(()));
    check(&Request { target: "/?a=b+c".to_owned(), ..Request::good() }, Err(IdentityError::SignatureForm));
}
