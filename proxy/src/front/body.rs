//! Reading a request's body: whole, within bounds, or not at all.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, EXPECT, HeaderValue};
use http_body::Body;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use sekisho_exchange::wire::BodyTypes;
use sekisho_exchange::{BadRequest, Fault, Refusal};
use tokio::time::timeout;

use super::budget::Share;
use crate::config::{Limits, ms};

/// Why a body was not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyError {
    /// It is not what a JSON body may be.
    Bad(BadRequest),
    /// The process has no room for it.
    Fault(Fault),
}

impl From<BadRequest> for BodyError {
    fn from(bad: BadRequest) -> BodyError {
        BodyError::Bad(bad)
    }
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Refusal {
        match error {
            BodyError::Bad(bad) => bad.into(),
            BodyError::Fault(fault) => fault.into(),
        }
    }
}

/// Longest time spent on bytes that nobody will look at.
const DISCARD: Duration = Duration::from_secs(2);

/// The body of a request as long as nobody has read it.
#[derive(Clone)]
pub(super) struct Unread {
    body: Arc<Mutex<Option<Incoming>>>,
    /// The client sends the body only when asked (RFC 9110 §10.1.1).
    waits: bool,
}

impl Unread {
    pub(super) fn new(body: Incoming, headers: &HeaderMap) -> Unread {
        Unread { body: Arc::new(Mutex::new(Some(body))), waits: headers.contains_key(EXPECT) }
    }

    pub(super) fn take(&self) -> Option<Incoming> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn put_back(&self, body: Incoming) {
        *self.body.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
    }

    /// Whether bytes may still come that nobody has taken.
    pub(super) fn is_left(&self) -> bool {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.as_ref().is_some_and(|body| !body.is_end_stream())
    }

    /// Takes what the client still sends of a refused body, within bounds: a client that only writes would otherwise
    /// see a reset connection in place of the refusal.
    pub(super) async fn discard(&self, limits: &Limits) {
        let Some(mut body) = self.take() else { return };
        if self.waits || body.is_end_stream() {
            return;
        }
        let mut left = limits.body_bytes_max;
        let all = async {
            while let Some(Ok(frame)) = body.frame().await {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                match left.checked_sub(bytes) {
                    Some(rest) => left = rest,
                    None => return,
                }
            }
        };
        let _ = timeout(DISCARD, all).await;
    }
}

/// Whether the head announces plain JSON.
pub(super) fn check_head(headers: &HeaderMap, types: BodyTypes) -> Result<(), BadRequest> {
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(BadRequest::ContentEncoding);
    }
    let mut said = headers.get_all(CONTENT_TYPE).iter();
    let (one, another) = (said.next(), said.next());
    let unsaid = types == BodyTypes::Unsaid;
    match one.map(HeaderValue::to_str) {
        None if unsaid => Ok(()),
        Some(Ok(one))
            if another.is_none() && (is_json(one) || unsaid && one == "application/octet-stream") =>
        {
            Ok(())
        }
        _ => Err(BadRequest::ContentType),
    }
}

/// `application/json`, alone or with `charset=utf-8` (RFC 9110 §8.3.1: names and this value ignore case).
fn is_json(value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().is_some_and(|e| e.eq_ignore_ascii_case("application/json"));
    let charset =
        |p: &str| p.eq_ignore_ascii_case("charset=utf-8") || p.eq_ignore_ascii_case("charset=\"utf-8\"");
    essence && parts.next().is_none_or(charset) && parts.next().is_none()
}

/// Reads to the end, within `body_timeout_ms`.
pub(super) async fn read<B>(body: &mut B, share: &Share, limits: &Limits) -> Result<Vec<u8>, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    match timeout(ms(limits.body_timeout_ms), collect(body, share, limits)).await {
        Ok(read) => read,
        Err(_) => Err(BadRequest::BodyTimeout.into()),
    }
}

async fn collect<B>(body: &mut B, share: &Share, limits: &Limits) -> Result<Vec<u8>, BodyError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let too_large = BadRequest::BodyTooLarge { limit_bytes: limits.body_bytes_max };
    let announced = body.size_hint().exact().and_then(|n| usize::try_from(n).ok());
    if announced.is_some_and(|n| n > limits.body_bytes_max) {
        return Err(too_large.into());
    }
    let mut whole = Vec::new();
    // A body of known length is paid for before its first byte is read.
    room(share, &mut whole, announced.unwrap_or(0))?;
    loop {
        let frame = timeout(ms(limits.body_idle_timeout_ms), body.frame()).await;
        let Some(frame) = frame.map_err(|_| BadRequest::BodyTimeout)? else {
            return Ok(whole);
        };
        // Trailers could carry text that nobody inspects.
        let data =
            frame.map_err(|_| BadRequest::BodyBroken)?.into_data().map_err(|_| BadRequest::BodyBroken)?;
        if data.len() > limits.body_bytes_max.saturating_sub(whole.len()) {
            return Err(too_large.into());
        }
        room(share, &mut whole, data.len())?;
        whole.extend_from_slice(&data);
    }
}

fn room(share: &Share, whole: &mut Vec<u8>, more: usize) -> Result<(), BodyError> {
    match share.room(whole, more) {
        true => Ok(()),
        false => Err(BodyError::Fault(Fault::Overload)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_json_is_read() {
        let check = |value: &str, expect| assert_eq!(is_json(value), expect, "{value}");
        check("application/json", true);
        check("Application/JSON; charset=UTF-8", true);
        check("application/json;charset=\"utf-8\"", true);
        check("application/json; charset=utf-16", false);
        check("application/json; charset=utf-8; charset=utf-16", false);
        check("application/json;", false);
        check("application/foo+json", false);
        check("text/plain", false);
        check("", false);
    }

    #[test]
    fn an_encoding_is_refused_even_if_it_is_identity() {
        let check = |pairs: &[(http::HeaderName, &str)], expect| {
            let headers: HeaderMap = pairs.iter().map(|(n, v)| (n.clone(), v.parse().unwrap())).collect();
            assert_eq!(check_head(&headers, BodyTypes::Json), expect, "{pairs:?}");
        };
        let json = (CONTENT_TYPE, "application/json");
        check(std::slice::from_ref(&json), Ok(()));
        check(&[json.clone(), (CONTENT_ENCODING, "gzip")], Err(BadRequest::ContentEncoding));
        check(&[json, (CONTENT_ENCODING, "identity")], Err(BadRequest::ContentEncoding));
        check(&[], Err(BadRequest::ContentType));
    }

    #[test]
    fn a_body_may_be_bytes_of_any_kind_where_its_path_says_what_it_is() {
        let check = |value: Option<&str>, expect| {
            let headers: HeaderMap = value.iter().map(|v| (CONTENT_TYPE, v.parse().unwrap())).collect();
            assert_eq!(check_head(&headers, BodyTypes::Unsaid).is_ok(), expect, "{value:?}");
        };
        check(None, true);
        check(Some("application/json"), true);
        check(Some("application/octet-stream"), true);
        check(Some("text/plain"), false);
        check(Some("application/json; charset=utf-16"), false);
    }
}
