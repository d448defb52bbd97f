//! Keys that come and go.

use std::sync::Arc;
use std::time::Duration;

use sekisho_policies::Url;

use super::*;
use crate::identity::{ASKED_EVERY, KeySource, Keyring, discovered};

const DAY_S: u64 = 24 * 3600;

fn published() -> (Issuers, Arc<Keyring>) {
    let source = |_: &str| Ok(KeySource::Published { max_age_s: DAY_S });
    let issuers = Issuers::trusting(&[rules()], source).unwrap();
    let ring = Arc::clone(issuers.keyrings().next().unwrap().2);
    (issuers, ring)
}

fn take(ring: &Keyring, keys: &[String], now_s: u64) -> Result<(), String> {
    ring.take("idp", key_set(keys), now_s).map_err(|error| error.to_string())
}

#[test]
fn keys_that_are_published_count_from_when_they_come_until_they_are_too_old() {
    let (issuers, ring) = published();
    let at = |now_s: u64| {
        let mint = Mint::good().claim("iat", &now_s.to_string()).claim("exp", &(now_s + 600).to_string());
        ask(&issuers, &mint.token(), now_s).map(|_| ()).err()
    };
    assert_eq!((at(NOW), issuers.are_fresh(NOW)), (Some(IdentityError::NoKeys), false));
    take(&ring, &[p256_jwk()], NOW).unwrap();
    assert_eq!((at(NOW), issuers.are_fresh(NOW)), (None, true));
    assert_eq!(at(NOW + DAY_S), None);
    assert_eq!(at(NOW + DAY_S + 1), Some(IdentityError::NoKeys));
    // The same keys, seen again.
    take(&ring, &[p256_jwk()], NOW + DAY_S).unwrap();
    assert_eq!(at(NOW + 2 * DAY_S), None);
}

#[test]
fn a_key_that_is_taken_away_verifies_nothing_any_more_not_even_what_it_has_verified() {
    let (issuers, ring) = published();
    let (elder, younger) = (Mint::good(), Mint::good().signed("EdDSA", "d1", Signer::Ed25519));
    let (elder, younger) = (elder.token(), younger.token());
    let met = |token: &str| ask(&issuers, token, NOW).err();
    take(&ring, &[p256_jwk()], NOW).unwrap();
    assert_eq!((met(&elder), met(&younger)), (None, Some(IdentityError::UnknownKey)));
    take(&ring, &[p256_jwk(), ed25519_jwk()], NOW).unwrap();
    assert_eq!((met(&elder), met(&younger)), (None, None));
    take(&ring, &[ed25519_jwk()], NOW).unwrap();
    assert_eq!((met(&elder), met(&younger)), (Some(IdentityError::UnknownKey), None));
    // Another key under the name of the first.
    take(&ring, &[ed25519_jwk().replace("d1", "e1")], NOW).unwrap();
    assert_eq!(met(&elder), Some(IdentityError::Algorithm));
}

/// A policy that is loaded anew need not ask the same issuer anew, and asks another.
#[test]
fn published_keys_are_handed_on_to_the_same_issuer_alone() {
    let (old, ring) = published();
    take(&ring, &[p256_jwk()], NOW).unwrap();
    let met = |rules: Issuer, source: fn() -> KeySource| {
        let next = Issuers::trusting(&[rules], |_| Ok(source())).unwrap().inheriting(&old);
        ask(&next, &Mint::good().token(), NOW).map(|_| ()).err()
    };
    let published = || KeySource::Published { max_age_s: DAY_S };
    assert_eq!(met(rules(), published), None);
    // What else the policy says of it is its own affair.
    assert_eq!(
        met(Issuer { audience: "other".to_owned(), ..rules() }, published),
        Some(IdentityError::Audience)
    );
    let renamed = Issuer { id: "other".to_owned(), ..rules() };
    assert_eq!(met(renamed, published), Some(IdentityError::NoKeys));
    let fewer = Issuer { algorithms: vec![Algorithm::Es256], ..rules() };
    assert_eq!(met(fewer, published), Some(IdentityError::NoKeys));
    let file = || key_file(&[ed25519_jwk()]).into();
    assert_eq!(met(rules(), file), Some(IdentityError::UnknownKey), "what a file holds is what counts");
}

#[test]
fn a_signature_that_is_remembered_is_the_signature_of_those_bytes_alone() {
    let issuers = issuers();
    let token = Mint::good().token();
    let other = Mint::good().claim("sub", &quoted("eve@agency.example")).token();
    assert!(ask(&issuers, &token, NOW).is_ok() && ask(&issuers, &token, NOW).is_ok());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (others, _) = other.rsplit_once('.').unwrap();
    let mixed = format!("{others}.{signature}");
    assert_eq!(ask(&issuers, &mixed, NOW).err(), Some(IdentityError::Signature));
    let (head, _) = signed.split_once('.').unwrap();
    let (_, claims) = others.split_once('.').unwrap();
    assert_eq!(
        ask(&issuers, &format!("{head}.{claims}.{signature}"), NOW).err(),
        Some(IdentityError::Signature)
    );
    // All but the signature is looked at every time.
    assert_eq!(ask(&issuers, &token, NOW + 700).err(), Some(IdentityError::Expired));
}

#[test]
fn of_what_an_issuer_publishes_only_what_is_of_use_is_taken() {
    let (issuers, ring) = published();
    let foreign = r#"{"kty":"EC","crv":"P-384","kid":"x","x":"AA","y":"AA"}"#.to_owned();
    let encrypting = rsa_jwk().replace("\"sig\"", "\"enc\"");
    take(&ring, &[foreign.clone(), encrypting, p256_jwk()], NOW).unwrap();
    assert!(ask(&issuers, &Mint::good().token(), NOW).is_ok());
    let none = take(&ring, std::slice::from_ref(&foreign), NOW).unwrap_err();
    assert!(none.starts_with("idp: keys[0]: `kty` `EC` with `crv` `P-384`"), "{none}");
    let secret = take(&ring, &[p256_jwk(), p256_jwk().replace("\"x\"", "\"d\"")], NOW).unwrap_err();
    assert!(secret.contains("secret key material"), "{secret}");
    assert!(take(&ring, &[p256_jwk(), p256_jwk()], NOW).unwrap_err().contains("occurs twice"));
    // In a file nothing is passed over.
    let file = |keys: &[String]| Issuers::trusting(&[rules()], |_| Ok(key_file(keys))).map(|_| ());
    assert_eq!(file(&[p256_jwk()]), Ok(()));
    assert_eq!(file(&[foreign, p256_jwk()]).unwrap_err().len(), 1);
    // What was wrong changed nothing.
    assert!(ask(&issuers, &Mint::good().token(), NOW).is_ok());
}

#[test]
fn an_issuer_says_where_its_keys_are_on_its_own_host() {
    let iss = Url::parse("https://idp.example/v2").unwrap();
    let check = |text: &str, expect: Result<&str, &str>| {
        let found = discovered(text, &iss);
        let found = found.as_ref().map(Url::as_str).map_err(String::as_str);
        assert_eq!(found, expect, "{text}");
    };
    check(
        r#"{"issuer":"https://idp.example/v2","jwks_uri":"https://idp.example/keys","x":[1,null]}"#,
        Ok("https://idp.example/keys"),
    );
    check(
        r#"{"issuer":"https://idp.example","jwks_uri":"https://idp.example/keys"}"#,
        Err("`issuer` is not `https://idp.example/v2`"),
    );
    check(r#"{"issuer":"https://idp.example/v2"}"#, Err("`jwks_uri` is missing"));
    check(
        r#"{"issuer":"https://idp.example/v2","jwks_uri":"https://keys.example/keys"}"#,
        Err("`jwks_uri` is at another host, `keys.example`: if that is right, write it as `jwks_url`"),
    );
    assert!(discovered(r#"{"issuer":1,"issuer":2}"#, &iss).is_err());
}

#[tokio::test(start_paused = true)]
async fn nobody_can_make_an_issuer_be_asked_more_often_than_every_half_minute() {
    let (_, ring) = published();
    let long = Duration::from_secs(3600);
    // A keeper that asks whenever it is due.
    let keeper = Arc::clone(&ring);
    let asked = tokio::spawn(async move {
        let mut times = Vec::new();
        for _ in 0..3 {
            keeper.due(long).await;
            times.push(tokio::time::Instant::now());
            keeper.asked();
        }
        times
    });
    let wants = tokio::spawn(async move {
        loop {
            ring.renewed(Duration::from_secs(3)).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    let times = asked.await.unwrap();
    wants.abort();
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        gaps.iter().all(|gap| (ASKED_EVERY..ASKED_EVERY + Duration::from_secs(1)).contains(gap)),
        "{gaps:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_needs_a_key_waits_for_it_but_not_for_ever() {
    let (_, ring) = published();
    // Nobody asks.
    assert!(!ring.renewed(Duration::from_secs(3)).await);
    let keeper = Arc::clone(&ring);
    let kept = tokio::spawn(async move {
        keeper.due(Duration::from_secs(3600)).await;
        keeper.asked();
    });
    assert!(ring.renewed(Duration::from_secs(3)).await);
    kept.await.unwrap();
    // It was asked just now.
    assert!(!ring.renewed(Duration::from_secs(3)).await);
    let file = Issuers::trusting(&[rules()], |_| Ok(key_file(&[p256_jwk()]))).unwrap();
    assert!(!file.keyrings().next().unwrap().2.renewed(Duration::from_secs(3)).await);
}
