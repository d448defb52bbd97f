//! The gate from outside: what clients send, what backends see, what clients get, what the log keeps.
//!
//! Run a part of it: `cargo test -p sekisho-tests --test gate levels::`.
#![expect(clippy::unwrap_used, clippy::string_slice, clippy::indexing_slicing, reason = "a test may fail")]

mod answers;
mod backends;
mod bedrock;
mod canary;
mod certificates;
mod content;
mod contexts;
mod conversations;
mod endings;
mod exapps;
mod keys;
mod levels;
mod log;
mod policies;
mod refusals;
mod reloads;
mod revocations;
mod service_keys;
mod sigv4;
mod splits;
mod stories;
mod streams;
mod telemetry;

/// A My Number with a right check digit that belongs to nobody.
const MY_NUMBER: &str = "123456789018";

/// A cloud key that belongs to nobody, in two pieces so that no scanner takes this file for a leak.
const CLOUD_KEY: &str = concat!("AKIA", "RZPUZDIKABNBHR4I");

/// Fine weather: nothing in it is to be found.
const HELLO: &str = "こんにちは、議事録の要約をお願いします";
