//! Contexts: a service says for whom it asks. Beside each that is believed stands the nearest that is not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_audit::sha256;
use sekisho_policies::Unknown;

use super::bindings::{CARDS, POLICY, certificate};
use super::mint::{Mint, NOW, Signer};
use super::*;
use crate::identity::{Barred, Caller, ClientCertificate, KeyList, Presented, Revoked};
use crate::identity::{ServiceKeys, Speakers, context};
use crate::sealing::{self, SealingKeys};

/// `web` says for whom it asks; `batch` does too, with the same key under another name, which no one should do.
const SPEAKING: &str = r#"
[[grant]]
id = "said"
service = "web"
claims = { role = "official" }
clearance = "2"
ja = "職員"
en = "officials, says the web front"
"#;

const BODY: &[u8] = b"{}";

fn speaking() -> Policy {
    let text = POLICY
        .replace("id = \"web\"\n", "id = \"web\"\ncontexts = [\"ES256\", \"EdDSA\"]\nkeys = true\n")
        .replace("id = \"batch\"\n", "id = \"batch\"\nkeys = true\n");
    policy(&(text + SPEAKING + CARDS))
}

/// A context that is believed, for one body.
fn good() -> Mint {
    let digest = URL_SAFE_NO_PAD.encode(sha256(&[BODY]));
    Mint::good()
        .header("typ", &quoted("sekisho-context+jwt"))
        .without("aud")
        .without("iat")
        .without("clearance")
        .without("groups")
        .claim("iss", &quoted("web"))
        .claim("sub", &quoted("ada"))
        .claim("ministry", &quoted("m"))
        .claim("role", &quoted("official"))
        .claim("exp", &(NOW + 60).to_string())
        .claim("digest", &quoted(&digest))
}

fn bound(certificate: &ClientCertificate) -> Mint {
    let print = URL_SAFE_NO_PAD.encode(certificate.sha256());
    good().without("digest").claim("cnf", &format!(r#"{{"x5t#S256":"{print}"}}"#))
}

/// Who comes with this context, and with a credential and a certificate beside it.
fn come(
    mint: &Mint,
    beside: Option<&str>,
    certificate: Option<&ClientCertificate>,
    keys: &ServiceKeys,
) -> Result<Caller, IdentityError> {
    let heads = head(&[("sekisho-context", &mint.token())]);
    let sent = beside.map(|token| credential(&head(&[("api-key", token)])).unwrap());
    let context = context(&heads)?;
    let presented = Presented {
        credential: sent.as_ref(),
        pair: None,
        context: context.as_ref(),
        certificate,
        keys,
        shadow: None,
    };
    ask_with(&presented)
}

fn ask_with(presented: &Presented<'_>) -> Result<Caller, IdentityError> {
    let policy = speaking();
    let speakers = Speakers::load(&policy, |service| {
        assert_eq!(service, "web");
        Ok(key_file(&[p256_jwk(), ed25519_jwk()]))
    });
    let issuers = Issuers::load(&policy, |_| Ok(key_file(&[p256_jwk()]))).unwrap();
    issuers.speaking(speakers.unwrap()).identify(presented, NOW, &policy)
}

fn ask(mint: &Mint) -> Result<Caller, IdentityError> {
    come(mint, None, None, &ServiceKeys::default())
}

fn check(mint: &Mint, expect: IdentityError) {
    assert_eq!(ask(mint).err(), Some(expect), "{}", mint.token());
}

#[test]
fn a_service_says_for_whom_it_asks() {
    let caller = ask(&good()).unwrap();
    assert_eq!(format!("{}/{}", caller.principal.issuer(), caller.principal.name()), "web/ada");
    assert_eq!((caller.proof.as_str(), caller.service.as_ref().unwrap().as_str()), ("context", "web"));
    assert_eq!(caller.signed.body_digest, Some(sha256(&[BODY])));
    assert_eq!(caller.expires_at, NOW + 65);
    assert!(!caller.is_service());
    assert_eq!(speaking().scale().id(caller.subject.clearance()), "1", "the service's ceiling");
    let level = good().claim("confidentiality_level", &quoted("1"));
    assert_eq!(ask(&level).unwrap().signed.level.as_deref(), Some("1"));
    check(&good().claim("confidentiality_level", "1"), IdentityError::Claim);
    assert!(ask(&good().header("typ", &quoted("JWT"))).is_ok());
    assert!(ask(&good().signed("EdDSA", "d1", Signer::Ed25519)).is_ok());
    check(&good().header("typ", &quoted("at+jwt")), IdentityError::Type);
    check(&good().headless("typ"), IdentityError::Type);
    check(&good().signed("ES256", "e1", Signer::Foreign), IdentityError::Signature);
    check(&good().signed("RS256", "r1", Signer::Rsa), IdentityError::Algorithm);
    check(&good().signed("none", "e1", Signer::Nobody), IdentityError::Algorithm);
    check(&good().header("crit", r#"["exp"]"#), IdentityError::Header);
}

#[test]
fn it_speaks_in_its_own_name_and_for_its_own_ministries() {
    // The issuer of tokens is nobody here, and the web front is no issuer of tokens.
    check(&good().claim("iss", &quoted("https://idp.example")), IdentityError::UnknownIssuer);
    check(&good().claim("iss", &quoted("batch")), IdentityError::UnknownIssuer);
    check(&good().without("iss"), IdentityError::UnknownIssuer);
    let as_token = come(&good(), Some(&good().token()), None, &ServiceKeys::default());
    assert_eq!(as_token.err(), Some(IdentityError::SeveralCredentials));
    check(&good().claim("ministry", &quoted("n")), IdentityError::Unknown(Unknown::NotServed));
    check(&good().claim("ministry", &quoted("x")), IdentityError::Unknown(Unknown::NoMinistry));
    check(&good().claim("ministry", r#"["m","n"]"#), IdentityError::Unknown(Unknown::NoMinistry));
    check(&good().without("ministry"), IdentityError::Unknown(Unknown::NoMinistry));
    check(&good().claim("role", &quoted("visitor")), IdentityError::Unknown(Unknown::NoGrant));
    check(&good().without("sub"), IdentityError::Claim);
    check(&good().claim("sub", &quoted("a\u{0}")), IdentityError::Subject);
    check(&good().claim("jti", "7"), IdentityError::Claim);
    assert!(ask(&good().claim("aud", r#"["sekisho"]"#)).is_ok());
    check(&good().claim("aud", &quoted("elsewhere")), IdentityError::Audience);
}

#[test]
fn a_context_counts_for_a_minute() {
    let until = |exp: u64| good().claim("exp", &exp.to_string());
    assert!(ask(&until(NOW + 65)).is_ok(), "clocks differ");
    check(&until(NOW + 66), IdentityError::LivesTooLong);
    assert!(ask(&until(NOW - 4)).is_ok());
    check(&until(NOW - 5), IdentityError::Expired);
    check(&until(u64::MAX), IdentityError::LivesTooLong);
    check(&good().without("exp"), IdentityError::Claim);
    check(&good().claim("exp", "1e12"), IdentityError::Claim);
    for begins in ["iat", "nbf"] {
        assert!(ask(&good().claim(begins, &(NOW + 5).to_string())).is_ok());
        check(&good().claim(begins, &(NOW + 6).to_string()), IdentityError::NotYetValid);
    }
}

#[test]
fn it_is_bound_to_a_connection_or_to_a_body() {
    let (web, other) = (certificate("spiffe://agency.example/web"), certificate("spiffe://x/other"));
    let on = |mint: &Mint, certificate| come(mint, None, certificate, &ServiceKeys::default());
    assert_eq!(on(&bound(&web), Some(&web)).unwrap().signed.body_digest, None);
    assert_eq!(on(&bound(&web), Some(&other)).err(), Some(IdentityError::Binding));
    assert_eq!(on(&bound(&web), None).err(), Some(IdentityError::Binding));
    check(&good().without("digest"), IdentityError::Binding);
    check(&good().claim("digest", &quoted("")), IdentityError::Claim);
    check(&good().claim("digest", &quoted("AAAA")), IdentityError::Claim);
    check(&good().claim("digest", "null"), IdentityError::Claim);
    check(&good().claim("cnf", r#"{"jkt":"x"}"#), IdentityError::Binding);
    // Bound twice, both must hold.
    let digest = quoted(&URL_SAFE_NO_PAD.encode(sha256(&[BODY])));
    let twice = bound(&web).claim("digest", &digest);
    assert!(on(&twice, Some(&web)).unwrap().signed.body_digest.is_some());
    assert_eq!(on(&twice, Some(&other)).err(), Some(IdentityError::Binding));
}

#[test]
fn nobody_else_is_named_beside_it() {
    let (mut list, none) = (KeyList::default(), ServiceKeys::default());
    let key = |list: &mut KeyList, service| list.issue(service, NOW, 3600).unwrap();
    let (web, batch) = (key(&mut list, "web"), key(&mut list, "batch"));
    let keys = ServiceKeys::read(&toml::to_string(&list).unwrap(), &SealingKeys::default()).unwrap();
    assert!(come(&good(), Some(&web), None, &keys).is_ok());
    assert_eq!(come(&good(), Some(&batch), None, &keys).err(), Some(IdentityError::SeveralCredentials));
    assert_eq!(come(&good(), Some(&web), None, &none).err(), Some(IdentityError::ServiceKey));
    let person = Mint::good().token();
    assert_eq!(come(&good(), Some(&person), None, &keys).err(), Some(IdentityError::SeveralCredentials));
    let shown = |uri: &str| come(&good(), None, Some(&certificate(uri)), &keys).err();
    assert_eq!(shown("spiffe://agency.example/web"), None);
    assert_eq!(shown("spiffe://agency.example/batch"), Some(IdentityError::SeveralCredentials));
    // With `[certificate] person`, any other certificate is a person's.
    assert_eq!(shown("mailto:ada@agency.example"), Some(IdentityError::SeveralCredentials));
    let twice = head(&[("sekisho-context", "a"), ("sekisho-context", "a")]);
    assert_eq!(context(&twice).err(), Some(IdentityError::SeveralCredentials));
}

/// A request that the same service has signed, or another.
#[test]
fn a_pair_beside_it_is_of_the_same_service() {
    let (mut file, mut list) = (sealing::KeyFile::default(), KeyList::default());
    file.make(NOW, false).unwrap();
    let sealing = SealingKeys::read(&toml::to_string(&file).unwrap()).unwrap();
    let [web, batch] =
        ["web", "batch"].map(|service| list.issue_pair(service, NOW, 3600, &sealing).unwrap().id);
    let keys = ServiceKeys::read(&toml::to_string(&list).unwrap(), &sealing).unwrap();
    let come = |pair: &str| {
        let heads = head(&[("sekisho-context", &good().token())]);
        let context = context(&heads).unwrap();
        let (context, pair) = (context.as_ref(), Some(keys.pair(pair, NOW).unwrap()));
        let presented =
            Presented { credential: None, pair, context, certificate: None, keys: &keys, shadow: None };
        ask_with(&presented).map(|caller| caller.proof.to_string())
    };
    assert_eq!(come(&web).as_deref(), Ok("context"));
    assert_eq!(come(&batch), Err(IdentityError::SeveralCredentials));
}

#[test]
fn person_token_and_service_are_revoked_by_name() {
    let caller = ask(&good().claim("jti", &quoted("t1"))).unwrap();
    let allow = |entry: &str| {
        let list = format!("issued = 2026-11-24T00:00:00Z\n[[revoked]]\n{entry}\n");
        Revoked::read(&list, u64::MAX).unwrap().allow(&caller, NOW)
    };
    for entry in ["issuer = \"web\"\nsubject = \"ada\"", "issuer = \"web\"\ntoken = \"t1\""]
        .into_iter()
        .chain(["issuer = \"web\"\nkey = \"e1\"", "issuer = \"service\"\nsubject = \"web\""])
    {
        assert_eq!(allow(entry), Err(Barred::Revoked), "{entry}");
    }
    assert_eq!(allow("issuer = \"agency\"\nsubject = \"ada\""), Ok(()));
}

#[test]
fn every_service_that_speaks_has_keys() {
    let load = |file: fn() -> Result<KeyFile, JwksError>| Speakers::load(&speaking(), |_| file());
    assert!(load(|| Ok(key_file(&[p256_jwk()]))).is_ok());
    let none = || Err(JwksError { file: "config".to_owned(), key: None, message: "none".to_owned() });
    assert_eq!(load(none).unwrap_err().len(), 1);
    let rsa = load(|| Ok(key_file(&[rsa_jwk()]))).unwrap_err();
    assert!(rsa[0].to_string().contains("RS256"), "{}", rsa[0]);
}
