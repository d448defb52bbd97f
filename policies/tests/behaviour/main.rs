//! What policies promise, through the public API alone.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod apps;
mod bedrock;
mod conversations;
mod deciding;
mod genai;
mod laws;
mod layers;
mod order;
mod reading;
mod rules;
mod services;
mod suites;
mod vouchers;
mod world;
