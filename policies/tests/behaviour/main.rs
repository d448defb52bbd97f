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

/// Who may make what is the compiler's business.
#[test]
fn permits_are_neither_made_nor_copied_outside() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
