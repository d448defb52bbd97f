//! What the front can send, and nothing else: what has been guarded and recorded, refusals, and listings.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderMap, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use sekisho_exchange::wire::ErrorForm;
use sekisho_exchange::{Guarded, Listing, Opened, Refusal, Refused, Reply, StrangerRefusal};
use sekisho_log::Recorded;

use crate::conversation;

use super::pump::{BrokenOff, Pump, Sluice};

/// Every head that may be sent, beside those of framing and `date`. What is not here stays behind.
static HEADS: [HeaderName; 11] = [
    ALLOW,
    CONTENT_TYPE,
    CACHE_CONTROL,
    RETRY_AFTER,
    WWW_AUTHENTICATE,
    HeaderName::from_static("confidentiality-level"),
    HeaderName::from_static("confidentiality-handling"),
    HeaderName::from_static("sekisho-record"),
    HeaderName::from_static("x-amzn-errortype"),
    HeaderName::from_static("sekisho-decision"),
    conversation::HEAD,
];

/// An answer. Only what is durable in the log can become a whole one, and what says nothing about an exchange; a
/// streamed one is made of what a guard released.
pub struct Answer {
    status: StatusCode,
    heads: HeaderMap,
    body: Content,
}

enum Content {
    Whole(Bytes),
    Streamed(Pump),
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.status.as_u16())
    }
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

    /// An answer whose head goes at once, and whose events as `pump` hands them to the sluice it is given. A pump that
    /// fails breaks the answer off, so that no client takes it for complete.
    pub fn streamed<F>(head: Opened, pump: impl FnOnce(Sluice) -> F) -> Answer
    where
        F: Future<Output = Result<(), BrokenOff>> + Send + 'static,
    {
        let answer = Answer::of(head.into_reply());
        Answer { body: Content::Streamed(Pump::new(pump)), ..answer }
    }

    /// The front's own refusal: before there is a caller, or in place of a handler that panicked.
    pub(super) fn own(refusal: &Refusal, form: ErrorForm) -> Answer {
        Answer::stranger(refusal.for_stranger(form))
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
        Answer { status, heads, body: Content::Whole(body.into()) }
    }

    /// Any bytes, to test the way they go.
    #[cfg(test)]
    pub(super) fn sample(status: u16, body: impl Into<Bytes>) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            heads: HeaderMap::new(),
            body: Content::Whole(body.into()),
        }
    }

    /// A stream of anything, to test the way it goes.
    #[cfg(test)]
    pub(super) fn sample_stream<F>(pump: impl FnOnce(Sluice) -> F) -> Answer
    where
        F: Future<Output = Result<(), BrokenOff>> + Send + 'static,
    {
        Answer { body: Content::Streamed(Pump::new(pump)), ..Answer::sample(200, "") }
    }

    /// The response, which holds `until_taken` until the connection has taken its body.
    pub(super) fn into_response(self, until_taken: impl Send + 'static) -> Response<Outgoing> {
        let mut response = Response::new(Outgoing { body: self.body, _until_taken: Box::new(until_taken) });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.heads;
        response
    }
}

/// A body on its way to the client.
pub(super) struct Outgoing {
    body: Content,
    _until_taken: Box<dyn Send>,
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match &mut self.body {
            Content::Whole(left) => {
                let bytes = std::mem::take(left);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Content::Streamed(pump) => pump.poll_next(cx).map_ok(Frame::data),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.body, Content::Whole(left) if left.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.body {
            Content::Whole(left) => SizeHint::with_exact(u64::try_from(left.len()).unwrap_or(u64::MAX)),
            Content::Streamed(_) => SizeHint::default(),
        }
    }
}
