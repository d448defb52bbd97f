//! Tokens of every kind against one issuer. Beside each accepted token stands the nearest one that is refused.

mod attacks;
mod bindings;
mod callers;
mod contexts;
mod keyring;
mod keys;
mod mint;
mod mutations;
mod pairs;
mod revocations;
mod service_keys;

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use sekisho_detectors::RuleSet;
use sekisho_policies::{Algorithm, Issuer, Policy, SourceFile};

use super::caller::Identified;
use super::{Credential, IdentityError, Issuers, JwksError, KeyFile, Sent, sent};
use mint::{Mint, NOW, Signer, ed25519_jwk, key_set, p256_jwk, quoted, rsa_jwk};

fn rules() -> Issuer {
    Issuer {
        id: "agency".to_owned(),
        iss: "https://idp.example".to_owned(),
        audience: "sekisho".to_owned(),
        algorithms: vec![Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa],
        audience_claim: "aud".to_owned(),
        types: vec!["at+jwt".to_owned(), "JWT".to_owned()],
        untyped: false,
        required: BTreeMap::new(),
        subject_claim: "sub".to_owned(),
        lifetime_max_s: 3600,
        leeway_s: 30,
        bound: false,
        unbound_ceiling: None,
    }
}

fn policy(text: &str) -> Policy {
    let file = SourceFile { name: "policy.toml", text };
    Policy::load(&[file], &RuleSet::load(&[]).unwrap()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn key_file(keys: &[String]) -> KeyFile {
    KeyFile { name: "keys.json".to_owned(), text: key_set(keys) }
}

fn issuers_with(keys: &[String]) -> Issuers {
    Issuers::trusting(&[rules()], |_| Ok(key_file(keys))).unwrap()
}

fn issuers() -> Issuers {
    issuers_with(&[rsa_jwk(), p256_jwk(), ed25519_jwk()])
}

fn head(fields: &[(&'static str, &str)]) -> HeaderMap {
    let field = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
    };
    let mut heads = HeaderMap::new();
    for (name, value) in fields.iter().map(field) {
        heads.append(name, value);
    }
    heads
}

/// The token of a head; a signature is none.
fn credential(heads: &HeaderMap) -> Result<Credential, IdentityError> {
    match sent(heads)? {
        Sent::Token(token) => Ok(token),
        Sent::Signature(signature) => panic!("{signature:?}"),
    }
}

/// The whole way: head, credential, token.
fn ask(issuers: &Issuers, token: &str, now_s: u64) -> Result<Identified, IdentityError> {
    issuers.verify(&credential(&head(&[("authorization", &format!("Bearer {token}"))]))?, None, now_s)
}

fn accepted(mint: &Mint) -> Identified {
    let token = mint.token();
    ask(&issuers(), &token, NOW).unwrap_or_else(|error| panic!("{error}: {token}"))
}

fn check(mint: &Mint, expect: Result<(), IdentityError>) {
    let token = mint.token();
    assert_eq!(ask(&issuers(), &token, NOW).map(|_| ()), expect, "{token}");
}

#[test]
fn a_good_token_tells_who_with_which_claims_and_until_when() {
    let who = accepted(&Mint::good().claim("realm", r#"{"roles":["x"]}"#).claim("mixed", r#"["a",1]"#));
    assert_eq!(who.principal.name(), "ada@agency.example");
    assert_eq!(who.principal.issuer().as_str(), "agency");
    assert_eq!(who.expires_at, NOW + 600 + 30);
    assert_eq!(who.claims.0["clearance"], ["2"]);
    assert_eq!(who.claims.0["groups"], ["a", "b"]);
    for ignored in ["realm", "mixed", "exp"] {
        assert!(!who.claims.0.contains_key(ignored), "{ignored}");
    }
}

#[test]
fn claims_of_objects_have_the_names_of_both() {
    let identities = r#"[{"providerName":"entra-id","primary":"true","at":1},{"providerName":"gss"}]"#;
    let mint = Mint::good().claim("realm", r#"{"roles":["x"]}"#).claim("identities", identities);
    let claims = accepted(&mint).claims;
    assert_eq!(claims.values("realm.roles"), ["x"]);
    assert_eq!(claims.values("identities.providerName"), ["entra-id", "gss"]);
    assert!(claims.values("identities.at").is_empty());
    let literal = accepted(&mint.claim("realm.roles", r#"["y"]"#)).claims;
    assert_eq!(literal.values("realm.roles"), ["y"], "a claim of that very name is the only one");
}

/// Amazon Cognito writes neither `typ` nor, in access tokens, `aud`.
#[test]
fn tokens_without_typ_or_aud_count_where_policy_says_how_else_to_tell_them() {
    let required = BTreeMap::from([("token_use".to_owned(), vec!["access".to_owned()])]);
    let cognito = Issuer {
        untyped: true,
        audience_claim: "client_id".to_owned(),
        types: Vec::new(),
        required,
        ..rules()
    };
    let issuers = Issuers::trusting(&[cognito], |_| Ok(key_file(&[p256_jwk()]))).unwrap();
    let access = || {
        Mint::good()
            .headless("typ")
            .without("aud")
            .claim("client_id", "\"sekisho\"")
            .claim("token_use", "\"access\"")
    };
    let came = |mint: &Mint| ask(&issuers, &mint.token(), NOW).map(|_| ()).err();
    assert_eq!(came(&access()), None);
    assert_eq!(came(&access().claim("token_use", "\"id\"")), Some(IdentityError::Type));
    assert_eq!(came(&access().without("token_use")), Some(IdentityError::Type));
    assert_eq!(came(&access().claim("client_id", "\"other\"")), Some(IdentityError::Audience));
    assert_eq!(came(&access().without("client_id").claim("aud", "\"sekisho\"")), Some(IdentityError::Claim));
    assert_eq!(came(&access().header("typ", "\"JWT\"")), Some(IdentityError::Type));
    assert_eq!(came(&access().header("typ", "null")), Some(IdentityError::Type));
    check(&access(), Err(IdentityError::Type));
}

#[test]
fn each_of_the_three_algorithms_is_accepted_with_its_own_key() {
    check(&Mint::good().signed("RS256", "r1", Signer::Rsa), Ok(()));
    check(&Mint::good().signed("ES256", "e1", Signer::P256), Ok(()));
    check(&Mint::good().signed("EdDSA", "d1", Signer::Ed25519), Ok(()));
}

#[test]
fn tokens_of_the_jsonwebtoken_crate_are_accepted() {
    use jsonwebtoken::{EncodingKey, Header};
    let pkcs8 = mint::KEYS.p256.to_pkcs8v1().unwrap();
    let mut header = Header::new(jsonwebtoken::Algorithm::ES256);
    header.kid = Some("e1".to_owned());
    let claims = serde_json::json!({
        "iss": "https://idp.example", "aud": ["sekisho"], "sub": "ada", "iat": NOW, "exp": NOW + 1
    });
    let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_der(pkcs8.as_ref())).unwrap();
    assert_eq!(ask(&issuers(), &token, NOW).unwrap().principal.name(), "ada");
}

#[test]
fn a_head_holds_exactly_one_credential() {
    let check = |fields: &[(&'static str, &str)], expect: Result<(), IdentityError>| {
        assert_eq!(credential(&head(fields)).map(|_| ()), expect, "{fields:?}");
    };
    check(&[("authorization", "Bearer a.b.c")], Ok(()));
    check(&[("authorization", "bearer  a.b.c")], Ok(()));
    check(&[("x-api-key", "a.b.c")], Ok(()));
    check(&[("api-key", "a.b.c")], Ok(()));
    check(&[], Err(IdentityError::NoCredential));
    check(&[("cookie", "a.b.c")], Err(IdentityError::NoCredential));
    check(&[("x-api-key", "a.b.c"), ("x-api-key", "a.b.c")], Err(IdentityError::SeveralCredentials));
    check(&[("x-api-key", "a.b.c"), ("api-key", "a.b.c")], Err(IdentityError::SeveralCredentials));
    check(&[("authorization", "Bearer a"), ("api-key", "a")], Err(IdentityError::SeveralCredentials));
    check(
        &[("authorization", "Bearer a"), ("authorization", "Basic a")],
        Err(IdentityError::SeveralCredentials),
    );
    check(&[("authorization", "Bearer a"), ("x-goog-api-key", "a")], Err(IdentityError::SeveralCredentials));
    check(&[("x-goog-api-key", "a.b.c")], Err(IdentityError::UnsupportedCredential));
    check(&[("authorization", "Basic YTpi")], Err(IdentityError::UnsupportedCredential));
    check(&[("authorization", "Bearera.b.c")], Err(IdentityError::UnsupportedCredential));
    check(&[("authorization", "a.b.c")], Err(IdentityError::UnsupportedCredential));
    check(&[("authorization", "")], Err(IdentityError::UnsupportedCredential));
    check(&[("authorization", "AWS4-HMAC-SHA256")], Err(IdentityError::SignatureForm));
    check(&[("authorization", "aws4-hmac-sha256 Credential=x")], Err(IdentityError::SignatureForm));
    check(&[("x-api-key", "AWS4-HMAC-SHA256 x")], Err(IdentityError::Malformed));
    let signed = "AWS4-HMAC-SHA256 Credential=SKSHAAAAAAAAAAAAAAAA/20150830/x/bedrock/aws4_request, SignedHeaders=host, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
    assert!(matches!(sent(&head(&[("authorization", signed)])), Ok(Sent::Signature(_))));
    check(&[("authorization", signed), ("x-api-key", "a")], Err(IdentityError::SeveralCredentials));
    check(&[("authorization", signed), ("authorization", signed)], Err(IdentityError::SeveralCredentials));
    check(&[("authorization", "Bearer")], Err(IdentityError::Malformed));
    check(&[("authorization", "Bearer ")], Err(IdentityError::Malformed));
    check(&[("authorization", "Bearer a.b.c d")], Err(IdentityError::Malformed));
    check(&[("x-api-key", "")], Err(IdentityError::Malformed));
    check(&[("x-api-key", "Bearer a.b.c")], Err(IdentityError::Malformed));
}

#[test]
fn every_issuer_has_keys_and_an_iss_of_its_own() {
    let other = Issuer { id: "other".to_owned(), iss: "https://other.example".to_owned(), ..rules() };
    let load = |rules: &[Issuer]| Issuers::trusting(rules, |_| Ok(key_file(&[p256_jwk()]))).map(|_| ());
    assert_eq!(load(&[rules(), other.clone()]), Ok(()));
    let twin = Issuer { iss: rules().iss, ..other.clone() };
    let errors = load(&[rules(), twin]).unwrap_err();
    assert_eq!(errors[0].to_string(), "other: a second issuer has the `iss` `https://idp.example`");
    let empty = |_: &str| Ok(key_file(&[]));
    assert_eq!(Issuers::trusting(&[rules(), other], empty).unwrap_err().len(), 2);
}

#[test]
fn one_issuers_key_signs_for_no_other() {
    let other = Issuer { id: "other".to_owned(), iss: "https://other.example".to_owned(), ..rules() };
    let keys = |id: &str| {
        let jwk = if id == "other" { p256_jwk() } else { rsa_jwk().replace("r1", "e1") };
        Ok(key_file(&[jwk]))
    };
    let issuers = Issuers::trusting(&[rules(), other], keys).unwrap();
    let theirs = Mint::good().claim("iss", "\"https://other.example\"");
    assert_eq!(ask(&issuers, &theirs.token(), NOW).unwrap().principal.issuer().as_str(), "other");
    let forged = Mint::good();
    assert_eq!(ask(&issuers, &forged.token(), NOW).err(), Some(IdentityError::Algorithm));
}

#[test]
fn debug_of_a_credential_shows_its_length_alone() {
    let sent = credential(&head(&[("x-api-key", "secret-value")])).unwrap();
    assert_eq!(format!("{sent:?}"), "Credential(12 bytes)");
}

#[test]
fn codes_are_distinct_and_statuses_are_those_of_http() {
    let codes: std::collections::BTreeSet<_> = IdentityError::ALL.iter().map(|error| error.code()).collect();
    assert_eq!(codes.len(), IdentityError::ALL.len());
    for error in IdentityError::ALL {
        assert_eq!(error.challenge().is_some(), error.status() == 401, "{error:?}");
    }
}
