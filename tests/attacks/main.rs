//! What is sent to do harm, from outside: each attack beside the nearest request that passes. `docs/leaks.md` has the list.
//!
//! Run a part of it: `cargo test -p sekisho-tests --test attacks http2::`.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may fail")]

mod bodies;
mod floods;
mod heads;
mod http2;
mod identity;
mod paths;
mod scanners;
mod strangers;

/// Fine weather: nothing in it is to be found.
const HELLO: &str = "こんにちは、議事録の要約をお願いします";
