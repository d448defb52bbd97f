//! What is undecided, unrecorded or unguarded does not compile.

#[test]
fn nothing_leaves_without_its_proof() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
