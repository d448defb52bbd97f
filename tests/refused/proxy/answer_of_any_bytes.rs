//! Bytes that nobody guarded cannot be answered.

use sekisho::front::Answer;

fn main() {
    let body = http_body_util::Full::new(bytes::Bytes::from_static(b"anything"));
    let _answer: Answer = body.into();
}
