//! Key sets: what is taken, and what is refused with file and key.

use sekisho_policies::Algorithm;

use super::mint::{ed25519_jwk, encoded, key_set, p256_jwk, rsa_jwk};
use crate::identity::KeySet;

const ALL: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa];

fn check(text: &str, expect: Result<(), &str>) {
    match (KeySet::parse("idp.json", text, &ALL), expect) {
        (Ok(_), Ok(())) => {}
        (Err(error), Err(message)) => assert!(error.to_string().contains(message), "{error} / {message}"),
        (read, expect) => panic!("{read:?} / {expect:?}: {text}"),
    }
}

/// One key, and the same key with one member changed.
fn changed(jwk: String, from: &str, to: &str, expect: Result<(), &str>) {
    assert!(jwk.contains(from), "{from}");
    check(&key_set(std::slice::from_ref(&jwk)), Ok(()));
    check(&key_set(&[jwk.replacen(from, to, 1)]), expect);
}

#[test]
fn a_set_is_strict_json_with_keys() {
    check(&key_set(&[rsa_jwk(), p256_jwk(), ed25519_jwk()]), Ok(()));
    check("", Err("idp.json: EOF"));
    check("[]", Err("idp.json: not an object"));
    check("{}", Err("idp.json: `keys` is missing or no array"));
    check(r#"{"keys":[]}"#, Err("`keys` is empty"));
    check(r#"{"keys":[1]}"#, Err("idp.json: keys[0]: a key is a JSON object"));
    check(&format!("{}x", key_set(&[p256_jwk()])), Err("trailing characters"));
    check(&key_set(&[p256_jwk().replace(r#""kty""#, r#""kid":"e1","kty""#)]), Err("twice"));
    check(&key_set(&vec![p256_jwk(); 33]), Err("more than 32"));
}

#[test]
fn a_key_is_named_once() {
    let other = p256_jwk().replace("\"e1\"", "\"e2\"");
    let nameless = p256_jwk().replace(r#""kid":"e1","#, "");
    check(&key_set(&[p256_jwk(), other.clone(), nameless.clone()]), Ok(()));
    check(&key_set(&[p256_jwk(), other, p256_jwk()]), Err("keys[2]: `kid` `e1` occurs twice"));
    check(&key_set(&[nameless.clone(), nameless]), Err("keys[1]: only one key may be without `kid`"));
    changed(p256_jwk(), r#""kid":"e1""#, r#""kid":1"#, Err("`kid` is not a string"));
}

#[test]
fn only_public_keys_that_can_tell_who_signed() {
    check(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#, Err("secret key material"));
    check(r#"{"keys":[{"kty":"oct"}]}"#, Err("a symmetric key"));
    changed(p256_jwk(), r#""kid""#, r#""d":"AAAA","kid""#, Err("secret key material (`d`)"));
    changed(p256_jwk(), "P-256", "P-384", Err("`kty` `EC` with `crv` `P-384` is not supported"));
    changed(p256_jwk(), "P-256", "secp256k1", Err("not supported"));
    changed(ed25519_jwk(), "Ed25519", "X25519", Err("not supported"));
    changed(ed25519_jwk(), "OKP", "okp", Err("not supported"));
    changed(ed25519_jwk(), r#""kty":"OKP","#, "", Err("`kty` is missing"));
}

#[test]
fn a_key_is_for_signatures_with_its_own_algorithm() {
    changed(rsa_jwk(), r#""use":"sig""#, r#""use":"enc""#, Err("`use` is `enc`"));
    changed(rsa_jwk(), r#""use":"sig","#, "", Ok(()));
    changed(p256_jwk(), r#"["verify"]"#, r#"["sign","verify"]"#, Ok(()));
    changed(p256_jwk(), r#"["verify"]"#, r#"["deriveKey"]"#, Err("`key_ops` does not hold `verify`"));
    for other in ["PS256", "RS512", "RS384", "HS256", "none", "ES256", "rs256"] {
        changed(
            rsa_jwk(),
            r#""alg":"RS256""#,
            &format!(r#""alg":"{other}""#),
            Err("such a key is used with `RS256`"),
        );
    }
    changed(rsa_jwk(), r#""alg":"RS256","#, "", Ok(()));
    let set = key_set(&[rsa_jwk()]);
    let refused = KeySet::parse("idp.json", &set, &[Algorithm::Es256]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "idp.json: keys[0]: the policy does not let this issuer sign with `RS256`"
    );
}

#[test]
fn numbers_of_a_key_are_whole_and_strong() {
    let rsa = |n: &[u8], e: &[u8]| {
        key_set(&[format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, encoded(n), encoded(e))])
    };
    let exponent = [1, 0, 1];
    let modulus = |bytes: usize, first: u8| {
        let mut modulus = vec![0xa5; bytes];
        modulus[0] = first;
        modulus
    };
    check(&rsa(&modulus(256, 0x80), &exponent), Ok(()));
    check(&rsa(&modulus(256, 0x7f), &exponent), Err("this one has 2047"));
    check(&rsa(&modulus(128, 0x80), &exponent), Err("this one has 1024"));
    check(&rsa(&modulus(257, 0x00), &exponent), Err("begins with a zero byte"));
    check(&rsa(&modulus(1024, 0x80), &exponent), Ok(()));
    check(&rsa(&modulus(1025, 0x01), &exponent), Err("this one has 8193"));
    check(&rsa(&[], &exponent), Err("this one has 0"));
    check(&rsa(&modulus(256, 0x80), &[3]), Err("`e` must be odd"));
    check(&rsa(&modulus(256, 0x80), &[1, 0, 0]), Err("`e` must be odd"));
    check(&rsa(&modulus(256, 0x80), &[1, 0, 0, 0, 1]), Err("`e` must be odd"));
    check(&rsa(&modulus(256, 0x80), &[]), Err("`e` must be odd"));
}

#[test]
fn points_lie_on_their_curve() {
    let (x, y) = (encoded([1; 32]), encoded([2; 32]));
    check(&key_set(&[format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#)]), Err("not a point"));
    let short = encoded([1; 31]);
    check(&key_set(&[format!(r#"{{"kty":"EC","crv":"P-256","x":"{short}","y":"{y}"}}"#)]), Err("32 bytes"));
    check(&key_set(&[format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{short}"}}"#)]), Err("32 bytes"));
    changed(p256_jwk(), r#""y":"#, r#""z":"#, Err("`y` is missing"));
    let padded = p256_jwk().replace("\"}", "=\"}");
    check(&key_set(&[padded]), Err("`y` is not base64url"));
}
