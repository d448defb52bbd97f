//! The attack table: what RFC 8725 warns of, and what libraries were seen to let through.

use super::mint::{Mint, NOW, Signer, encoded, p256_jwk, quoted, rsa_jwk};
use super::*;

#[test]
fn the_algorithm_is_the_keys_and_not_the_headers() {
    let named = |alg: &str, kid: &str, signer| Mint::good().signed(alg, kid, signer);
    check(&named("RS256", "r1", Signer::Rsa), Ok(()));
    for none in ["none", "None", "NONE", "nOnE", ""] {
        check(&named(none, "e1", Signer::Nobody), Err(IdentityError::Algorithm));
        check(&named(none, "e1", Signer::P256), Err(IdentityError::Algorithm));
    }
    for hmac in ["HS256", "HS384", "HS512"] {
        check(&named(hmac, "r1", Signer::HmacOfPublicKey), Err(IdentityError::Algorithm));
    }
    check(&named("RS256", "r1", Signer::HmacOfPublicKey), Err(IdentityError::Signature));
    check(&named("RS256", "e1", Signer::P256), Err(IdentityError::Algorithm));
    check(&named("ES256", "r1", Signer::Rsa), Err(IdentityError::Algorithm));
    check(&named("EdDSA", "e1", Signer::P256), Err(IdentityError::Algorithm));
    check(&named("PS256", "r1", Signer::Rsa), Err(IdentityError::Algorithm));
    check(&named("RS512", "r1", Signer::Rsa), Err(IdentityError::Algorithm));
    check(&named("es256", "e1", Signer::P256), Err(IdentityError::Algorithm));
    check(&Mint::good().headless("alg"), Err(IdentityError::Algorithm));
    check(&Mint::good().header("alg", "[\"ES256\"]"), Err(IdentityError::Algorithm));
}

#[test]
fn only_the_issuers_key_signs() {
    check(&Mint::good().signed("ES256", "e1", Signer::P256), Ok(()));
    check(&Mint::good().signed("ES256", "e1", Signer::Foreign), Err(IdentityError::Signature));
    check(&Mint::good().signed("ES256", "e1", Signer::Nobody), Err(IdentityError::Signature));
    check(&Mint::good().signed("ES256", "e1", Signer::Rsa), Err(IdentityError::Signature));
    check(&Mint::good().signed("ES256", "e2", Signer::P256), Err(IdentityError::UnknownKey));
    check(&Mint::good().header("kid", "1"), Err(IdentityError::UnknownKey));
    check(&Mint::good().header("kid", "null"), Err(IdentityError::UnknownKey));
}

#[test]
fn kid_may_be_missing_only_where_one_key_is_meant() {
    let token = Mint::good().headless("kid").token();
    let mut second = p256_jwk().replace("\"e1\"", "\"e2\"");
    assert_eq!(ask(&issuers(), &token, NOW).map(|_| ()), Ok(()));
    assert_eq!(ask(&issuers_with(&[p256_jwk(), second]), &token, NOW).err(), Some(IdentityError::UnknownKey));
    assert_eq!(ask(&issuers_with(&[rsa_jwk()]), &token, NOW).err(), Some(IdentityError::UnknownKey));
    second = p256_jwk().replace(r#""kid":"e1","#, "");
    assert_eq!(ask(&issuers_with(&[second.clone()]), &token, NOW).map(|_| ()), Ok(()));
    let named = Mint::good().token();
    assert_eq!(ask(&issuers_with(&[second]), &named, NOW).err(), Some(IdentityError::UnknownKey));
}

#[test]
fn a_header_brings_no_key_and_demands_nothing() {
    check(&Mint::good().header("x5t", &quoted("abc")).header("cty", &quoted("x")), Ok(()));
    check(&Mint::good().header("jwk", &p256_jwk()), Err(IdentityError::Header));
    for name in ["jku", "x5u"] {
        check(&Mint::good().header(name, &quoted("https://idp.example/keys")), Err(IdentityError::Header));
    }
    check(&Mint::good().header("x5c", "[]"), Err(IdentityError::Header));
    check(&Mint::good().header("crit", r#"["exp"]"#), Err(IdentityError::Header));
    check(&Mint::good().header("crit", "[]"), Err(IdentityError::Header));
    check(&Mint::good().header("b64", "false"), Err(IdentityError::Header));
    check(&Mint::good().header("zip", &quoted("DEF")), Err(IdentityError::Header));
}

#[test]
fn typ_is_one_that_the_issuer_may_use() {
    for good in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/at+jwt", "JWT", "jwt"] {
        check(&Mint::good().header("typ", &quoted(good)), Ok(()));
    }
    for bad in
        ["", "logout+jwt", "id_token", "dpop+jwt", "application/", "application/application/JWT", "JWT "]
    {
        check(&Mint::good().header("typ", &quoted(bad)), Err(IdentityError::Type));
    }
    check(&Mint::good().header("typ", "null"), Err(IdentityError::Type));
    check(&Mint::good().headless("typ"), Err(IdentityError::Type));
}

#[test]
fn the_issuer_is_one_string_byte_for_byte() {
    check(&Mint::good().claim("iss", &quoted("https://idp.example")), Ok(()));
    for other in
        ["https://idp.example/", "https://IDP.example", "http://idp.example", " https://idp.example", ""]
    {
        check(&Mint::good().claim("iss", &quoted(other)), Err(IdentityError::UnknownIssuer));
    }
    check(&Mint::good().claim("iss", r#"["https://idp.example"]"#), Err(IdentityError::UnknownIssuer));
    check(&Mint::good().claim("iss", "1"), Err(IdentityError::UnknownIssuer));
    check(&Mint::good().claim("iss", "null"), Err(IdentityError::UnknownIssuer));
    check(&Mint::good().without("iss"), Err(IdentityError::UnknownIssuer));
}

#[test]
fn the_audience_names_this_service() {
    check(&Mint::good().claim("aud", r#""sekisho""#), Ok(()));
    check(&Mint::good().claim("aud", r#"["other","sekisho"]"#), Ok(()));
    check(&Mint::good().claim("aud", r#"["sekisho"]"#), Ok(()));
    check(&Mint::good().claim("aud", r#""other""#), Err(IdentityError::Audience));
    check(&Mint::good().claim("aud", r#"["other"]"#), Err(IdentityError::Audience));
    check(&Mint::good().claim("aud", r#""Sekisho""#), Err(IdentityError::Audience));
    check(&Mint::good().claim("aud", r#""sekisho other""#), Err(IdentityError::Audience));
    check(&Mint::good().claim("aud", "[]"), Err(IdentityError::Audience));
    check(&Mint::good().claim("aud", r#"["sekisho",1]"#), Err(IdentityError::Claim));
    check(&Mint::good().claim("aud", r#"[["sekisho"]]"#), Err(IdentityError::Claim));
    check(&Mint::good().claim("aud", "1"), Err(IdentityError::Claim));
    check(&Mint::good().claim("aud", "null"), Err(IdentityError::Claim));
    check(&Mint::good().without("aud"), Err(IdentityError::Claim));
}

#[test]
fn a_token_counts_from_nbf_and_iat_to_exp() {
    let times =
        |iat: u64, exp: u64| Mint::good().claim("iat", &iat.to_string()).claim("exp", &exp.to_string());
    check(&times(NOW - 600, NOW - 29), Ok(()));
    check(&times(NOW - 600, NOW - 30), Err(IdentityError::Expired));
    check(&times(NOW + 30, NOW + 60), Ok(()));
    check(&times(NOW + 31, NOW + 60), Err(IdentityError::NotYetValid));
    check(&times(NOW, NOW + 3600), Ok(()));
    check(&times(NOW, NOW + 3601), Err(IdentityError::LivesTooLong));
    check(&times(0, u64::MAX), Err(IdentityError::LivesTooLong));
    check(&times(NOW + 20, NOW + 19), Err(IdentityError::Claim));
    check(&Mint::good().claim("nbf", &(NOW + 30).to_string()), Ok(()));
    check(&Mint::good().claim("nbf", &(NOW + 31).to_string()), Err(IdentityError::NotYetValid));
}

#[test]
fn moments_are_whole_seconds() {
    let exp = (NOW + 600).to_string();
    check(&Mint::good().claim("exp", &exp), Ok(()));
    for claim in ["exp", "iat", "nbf"] {
        for wrong in [format!("\"{exp}\""), format!("{exp}.0"), "1e10".to_owned(), "-1".to_owned()] {
            check(&Mint::good().claim(claim, &wrong), Err(IdentityError::Claim));
        }
        for wrong in ["null", "true", "[]", "{}", "99999999999999999999999"] {
            check(&Mint::good().claim(claim, wrong), Err(IdentityError::Claim));
        }
    }
    check(&Mint::good().without("exp"), Err(IdentityError::Claim));
    check(&Mint::good().without("iat"), Err(IdentityError::Claim));
}

#[test]
fn the_subject_is_a_principal() {
    let named = |name: &str| Mint::good().claim("sub", &quoted(name));
    check(&named(&"a".repeat(128)), Ok(()));
    check(&named(&"a".repeat(129)), Err(IdentityError::Subject));
    check(&named(""), Err(IdentityError::Subject));
    check(&named("ada lovelace"), Err(IdentityError::Subject));
    check(&named("ada\n"), Err(IdentityError::Subject));
    check(&named("阿田"), Err(IdentityError::Subject));
    check(&Mint::good().claim("sub", r#"["ada"]"#), Err(IdentityError::Claim));
    check(&Mint::good().claim("sub", "1"), Err(IdentityError::Claim));
    check(&Mint::good().without("sub"), Err(IdentityError::Claim));
}

#[test]
fn nothing_is_said_twice() {
    check(&Mint::good().again("extra", "1"), Ok(()));
    for claim in ["iss", "aud", "sub", "exp", "clearance"] {
        check(&Mint::good().again(claim, &quoted("x")), Err(IdentityError::Malformed));
    }
    check(&Mint::good().again("nested", r#"{"a":1,"a":2}"#), Err(IdentityError::Malformed));
    check(&Mint::good().header_again("alg", &quoted("none")), Err(IdentityError::Malformed));
    check(&Mint::good().header_again("kid", &quoted("e1")), Err(IdentityError::Malformed));
}

#[test]
fn the_compact_form_is_three_parts_of_canonical_base64url() {
    let good = Mint::good().token();
    let parts: Vec<&str> = good.split('.').collect();
    let check = |token: &str, expect| assert_eq!(ask(&issuers(), token, NOW).map(|_| ()), expect, "{token}");
    check(&good, Ok(()));
    let two = format!("{}.{}", parts[0], parts[1]);
    for garbage in [two.as_str(), parts[0], "..", ".", "a", "a.b.c", "e30.e30.", "e30.e30.e30"] {
        let error = ask(&issuers(), garbage, NOW).err().unwrap();
        assert!(
            matches!(error, IdentityError::Malformed | IdentityError::UnknownIssuer),
            "{garbage}: {error}"
        );
    }
    for trailing in [".", ".x", "..", "=", "==", "%", "/", ","] {
        check(&format!("{good}{trailing}"), Err(IdentityError::Malformed));
    }
    check(&format!("{good}A"), Err(IdentityError::Signature));
    check(&format!(".{good}"), Err(IdentityError::Malformed));
    check(&format!("{}=.{}.{}", parts[0], parts[1], parts[2]), Err(IdentityError::Malformed));
    check(&format!("{}.{}.", parts[0], parts[1]), Err(IdentityError::Signature));
    let array = format!("{}.{}.{}", parts[0], encoded("[]"), parts[2]);
    check(&array, Err(IdentityError::Malformed));
    let padded = format!("{}.{}.{}", parts[0], encoded("{} {}"), parts[2]);
    check(&padded, Err(IdentityError::Malformed));
    let marked = format!("{}.{}.{}", encoded("\u{feff}{}"), parts[1], parts[2]);
    check(&marked, Err(IdentityError::Malformed));
}

#[test]
fn a_token_has_8_kib_at_most() {
    let filled = |length: usize| Mint::good().claim("filler", &quoted(&"a".repeat(length))).token();
    let longest = (0..7000).rev().map(filled).find(|token| token.len() <= crate::identity::TOKEN_BYTES_MAX);
    let longest = longest.unwrap();
    assert!(longest.len() > crate::identity::TOKEN_BYTES_MAX - 4);
    assert_eq!(ask(&issuers(), &longest, NOW).map(|_| ()), Ok(()));
    assert_eq!(ask(&issuers(), &filled(7000), NOW).err(), Some(IdentityError::TooLarge));
}
