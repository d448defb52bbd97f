//! One exchange from bytes to bytes, without a socket, as the proxy will drive it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod answer;
mod bedrock;
mod conversations;
mod exapp;
mod gate;
mod laws;
mod prompt;
mod recall;
mod refusal;
mod stream;
