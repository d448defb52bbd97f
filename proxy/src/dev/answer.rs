//! What a scripted backend answers with.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use super::speech::Speech;

/// An answer: its status, what its body is, and the body.
pub struct Answer {
    status: StatusCode,
    content_type: &'static str,
    speech: Speech,
}

impl Answer {
    /// A whole body of JSON.
    pub fn json(status: StatusCode, body: &Value) -> Answer {
        Answer { status, content_type: "application/json", speech: Speech::whole(body.to_string()) }
    }

    /// Event by event.
    pub fn stream(content_type: &'static str, events: Vec<Bytes>) -> Answer {
        Answer { status: StatusCode::OK, content_type, speech: Speech::events(events) }
    }

    /// As it goes over the wire.
    pub fn into_response(self) -> Response<Speech> {
        let mut response = Response::new(self.speech);
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        response
    }
}
