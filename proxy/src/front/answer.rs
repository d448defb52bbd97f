//! What the front can send, and nothing else: what has been guarded and recorded, refusals, and listings.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use sekisho_exchange::{Guarded, Listing, Refusal, Refused, Reply, StrangerRefusal};
use sekisho_log::Recorded;

/// Every head that may be sent, beside those of framing and `date`. What is not here stays behind.
static HEADS: [HeaderName; 6] = [
    CONTENT_TYPE,
    CACHE_CONTROL,
    RETRY_AFTER,
    WWW_AUTHENTICATE,
    HeaderName::from_static("confidentiality-level"),
    HeaderName::from_static("sekisho-record"),
];

/// A finished answer. Only what is durable in the log can become one, and what says nothing about an exchange.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    heads: HeaderMap,
    body: Bytes,
}

impl From<Recorded<Guarded>> for Answer {
    fn from(guarded: Recorded<Guarded>) -> Answer {
        Answer::of(guarded.into_inner().into_reply())
    }
}

impl From<Recorded<Refused>> for Answer {
    fn from(refused: Recorded<Refused>) -> Answer {
        Answer::of(refused.into_inner().into_reply())
    }
}

impl From<Recorded<Listing>> for Answer {
    fn from(listing: Recorded<Listing>) -> Answer {
        Answer::of(listing.into_inner().into_reply())
    }
}

impl Answer {
    /// The answer to someone not identified; such refusals are counted, not recorded one by one.
    pub fn stranger(refusal: StrangerRefusal) -> Answer {
        Answer::of(refusal.into_reply())
    }

    /// The front's own refusal: before there is a caller, or in place of a handler that panicked.
    pub(super) fn own(refusal: &Refusal) -> Answer {
        Answer::stranger(refusal.for_stranger())
    }

    /// Private: a reply is let out only through the doors above.
    fn of(reply: Reply) -> Answer {
        let (status, written, body) = reply.into_parts();
        let mut heads = HeaderMap::new();
        for (name, value) in written {
            let known = HEADS.iter().find(|head| head.as_str() == name);
            if let (Some(name), Ok(value)) = (known, HeaderValue::from_str(&value)) {
                heads.insert(name.clone(), value);
            }
        }
        // A status that HTTP does not have would be a defect; the body is a refusal's or a guarded one all the same.
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Answer { status, heads, body: body.into() }
    }

    /// Any bytes, to test the way they go.
    #[cfg(test)]
    pub(super) fn sample(status: u16, body: impl Into<Bytes>) -> Answer {
        Answer { status: StatusCode::from_u16(status).unwrap(), heads: HeaderMap::new(), body: body.into() }
    }

    /// The response, which holds `until_taken` until the connection has taken its body.
    pub(super) fn into_response(self, until_taken: impl Send + 'static) -> Response<Whole> {
        let body =
            Whole { left: Some(self.body).filter(|b| !b.is_empty()), _until_taken: Box::new(until_taken) };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.heads;
        response
    }
}

/// A body in one piece.
pub(super) struct Whole {
    left: Option<Bytes>,
    _until_taken: Box<dyn Send>,
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.left.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.as_ref().map_or(0, |b| u64::try_from(b.len()).unwrap_or(u64::MAX)))
    }
}
