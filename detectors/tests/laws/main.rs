//! What holds for every text, whole or in pieces.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test may fail")]

mod examples;
mod hosts;
mod naive;
mod stream;
mod texts;
mod whole;
