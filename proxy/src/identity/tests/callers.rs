//! From a credential to a caller, with a policy that grants one claim one level.

use sekisho_policies::Unknown;

use super::mint::{Mint, NOW};
use super::*;
use crate::identity::{Caller, Presented, ServiceKeys};

const POLICY: &str = r#"
undeclared = "2"
under_declared = "refuse"

[[level]]
id = "1"
ja = "機密性1情報"
en = "Level 1"

[[level]]
id = "2"
ja = "機密性2情報"
en = "Level 2"

[[issuer]]
id = "agency"
iss = "https://idp.example"
audience = "sekisho"
algorithms = ["ES256"]
types = ["at+jwt"]
lifetime_max_s = 3600

[[grant]]
id = "official"
issuer = "agency"
claims = { clearance = "2" }
clearance = "2"
ja = "職員"
en = "officials"
"#;

fn identify(mint: &Mint, key: &str) -> Result<Caller, IdentityError> {
    let policy = policy(POLICY);
    let issuers = Issuers::load(&policy, |issuer| {
        assert_eq!(issuer, "agency");
        Ok(key_file(&[key.to_owned()]))
    });
    let sent = credential(&head(&[("x-api-key", &mint.token())])).unwrap();
    let keys = ServiceKeys::default();
    let presented = Presented {
        credential: Some(&sent),
        pair: None,
        context: None,
        certificate: None,
        keys: &keys,
        shadow: None,
    };
    issuers.unwrap().identify(&presented, NOW, &policy)
}

#[test]
fn a_caller_is_known_by_a_grant_and_a_stranger_by_none() {
    let known = identify(&Mint::good(), &p256_jwk()).unwrap();
    assert_eq!(known.principal.name(), "ada@agency.example");
    assert_eq!(policy(POLICY).scale().id(known.subject.clearance()), "2");
    assert_eq!(known.expires_at, NOW + 630);
    let several = identify(&Mint::good().claim("clearance", r#"["1","2"]"#), &p256_jwk());
    assert!(several.is_ok());
    for stranger in ["\"3\"", "2", "true", r#"["1","3"]"#, r#"["2",2]"#, r#"{"2":"2"}"#, "\" 2\""] {
        let refused = identify(&Mint::good().claim("clearance", stranger), &p256_jwk());
        assert_eq!(refused.err(), Some(IdentityError::Unknown(Unknown::NoGrant)), "{stranger}");
    }
    let silent = identify(&Mint::good().without("clearance"), &p256_jwk());
    assert_eq!(silent.err(), Some(IdentityError::Unknown(Unknown::NoGrant)));
}

#[test]
fn what_the_policy_does_not_list_is_refused_before_any_grant() {
    let identify = |mint: Mint| identify(&mint, &p256_jwk()).err();
    assert_eq!(identify(Mint::good().header("typ", "\"JWT\"")), Some(IdentityError::Type));
    assert_eq!(identify(Mint::good().signed("EdDSA", "d1", Signer::Ed25519)), Some(IdentityError::Algorithm));
    assert_eq!(identify(Mint::good().signed("ES256", "e1", Signer::Foreign)), Some(IdentityError::Signature));
}

#[test]
fn a_key_of_an_algorithm_that_the_policy_does_not_list_is_not_loaded() {
    let load = |key: String| {
        Issuers::load(&policy(POLICY), |_| Ok(key_file(std::slice::from_ref(&key)))).map(|_| ())
    };
    assert_eq!(load(p256_jwk()), Ok(()));
    let errors = load(rsa_jwk()).unwrap_err();
    assert!(errors[0].message.contains("does not let this issuer sign with `RS256`"), "{errors:?}");
}
