//! What must not compile: proofs that are made up, copied, or spent twice.

#[test]
fn undecided_and_unguarded_bytes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile-fail/*.rs");
}
