//! What must not compile: a `Recorded` that the log did not make, or that is used twice.

#[test]
fn only_the_log_makes_a_recorded_and_only_once() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
