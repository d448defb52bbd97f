//! The parts of an answer cannot be written down outside the front.

use sekisho::front::Answer;

fn main() {
    let _answer =
        Answer { status: http::StatusCode::OK, heads: http::HeaderMap::new(), body: bytes::Bytes::new() };
}
