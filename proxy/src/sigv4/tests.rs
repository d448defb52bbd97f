//! AWS's published examples, and what AWS's own crate signs.

use sekisho_audit::{hex, sha256};
use sekisho_exchange::sigv4::{Asked, Authorization, canonical};

use super::*;

mod inward;
mod oracle;
mod outward;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const DATE: (&str, &str) = ("x-amz-date", "20150830T123600Z");

/// One request of the examples: signed at their moment, in their region, with their key.
fn signed(service: &str, method: &str, target: &str, heads: &[(&str, &str)], body: &str) -> String {
    let scope = Scope::new("20150830", "us-east-1", service).unwrap();
    let heads: Vec<(&str, &[u8])> = heads.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let canonical = canonical(&Asked { method, target, heads: &heads }).unwrap();
    let text = canonical.string_to_sign(sha256(&[body.as_bytes()]), DATE.1, &scope);
    let secret = Secret::new(SECRET);
    let signature = secret.sign(&scope, &text);
    assert!(secret.verifies(&scope, &text, &signature));
    let mut other = signature;
    other[31] ^= 1;
    assert!(!secret.verifies(&scope, &text, &other), "one bit makes another signature");
    hex(&signature)
}

fn check(line: &str, more: &[(&str, &str)], body: &str, expect: &str) {
    let (method, target) = line.split_once(' ').unwrap();
    let heads = [&[("host", "example.amazonaws.com"), DATE], more].concat();
    assert_eq!(signed("service", method, target, &heads, body), expect, "{line} {more:?}");
}

/// IAM User Guide, «Create a signed request»: the example that it works out.
#[test]
fn the_guides_example_is_signed_as_the_guide_says() {
    let heads = [
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("host", "iam.amazonaws.com"),
        DATE,
    ];
    let signature = signed("iam", "GET", "/?Action=ListUsers&Version=2010-05-08", &heads, "");
    assert_eq!(signature, "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

/// AWS's signing test suite, by the names of its cases; of those with dots and slashes the normalised ones.
#[test]
fn the_test_suite_agrees() {
    let vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
    // get-vanilla, get-slash, get-slash-dot-slash, get-relative, get-relative-relative
    for line in ["GET /", "GET //", "GET /./", "GET /example/..", "GET /example1/example2/../.."] {
        check(line, &[], "", vanilla);
    }
    let get = |target: &str, expect: &str| check(&format!("GET {target}"), &[], "", expect);
    // get-slash-pointless-dot, get-slashes, get-space, get-utf8
    get("/./example", "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5");
    get("//example//", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84");
    get("/example space/", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741");
    get("/ሴ", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
    // get-unreserved, get-vanilla-query-unreserved
    let unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    get(&format!("/{unreserved}"), "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
    get(
        &format!("/?{unreserved}={unreserved}"),
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
    );
    // get-vanilla-empty-query-key, -query-order-key-case, -query-order-encoded, -utf8-query
    get("/?Param1=value1", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb");
    get("/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    get(
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
    );
    get("/?ሴ=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
    // get-header-value-trim, get-vanilla-with-session-token
    check(
        "GET /",
        &[("my-header1", " value1"), ("my-header2", " \"a   b   c\"")],
        "",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    );
    check(
        "GET /",
        &[("x-amz-security-token", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267")],
        "",
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
    );
}

#[test]
fn the_test_suites_posts_agree() {
    // post-vanilla, post-header-key-case, post-sts-header-after; post-vanilla-query
    check("POST /", &[], "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    check(
        "POST /?Param1=value1",
        &[],
        "",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    );
    // post-header-key-sort, post-header-value-case
    check(
        "POST /",
        &[("my-header1", "value1")],
        "",
        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    );
    check(
        "POST /",
        &[("my-header1", "VALUE1")],
        "",
        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
    );
    // post-x-www-form-urlencoded, as it was first published and with the body's hash in a head of its own
    let form = ("content-type", "application/x-www-form-urlencoded");
    check(
        "POST /",
        &[form],
        "Param1=value1",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    );
    let hash = "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e";
    check(
        "POST /",
        &[form, ("content-length", "13"), ("x-amz-content-sha256", hash)],
        "Param1=value1",
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
    );
}

#[test]
fn a_secret_is_never_shown() {
    assert_eq!(format!("{:?}", Secret::new(SECRET)), "Secret");
}
