//! Tokens and client certificates together: what is bound to what, who a certificate stands for, and who may speak for whom.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_certs::{Authority, bundle};
use sekisho_policies::Unknown;

use super::mint::{Mint, NOW};
use super::*;
use crate::identity::{Barred, Caller, ClientCertificate, Presented, Revoked, ServiceKeys};

pub(super) const POLICY: &str = r#"
undeclared = "2"
under_declared = "refuse"
level = [{ id = "1", ja = "一", en = "one" }, { id = "2", ja = "二", en = "two" }]
ministry = [{ id = "m", ja = "甲省", en = "Ministry M" }, { id = "n", ja = "乙省", en = "Ministry N" }]

[[issuer]]
id = "agency"
iss = "https://idp.example"
audience = "sekisho"
algorithms = ["ES256"]
types = ["at+jwt"]
lifetime_max_s = 3600

[[service]]
id = "web"
ceiling = "1"
floor = "1"
ministries = ["m"]
certificates = ["spiffe://agency.example/web"]
ja = "画面"
en = "the web front"

[[service]]
id = "batch"
ceiling = "2"
clearance = "1"
certificates = ["spiffe://agency.example/batch"]
ja = "夜間処理"
en = "the nightly batch"

[[grant]]
id = "official"
issuer = "agency"
claims = { clearance = "2" }
clearance = "2"
ministry = "m"
ja = "職員"
en = "officials"

[[grant]]
id = "elsewhere"
issuer = "agency"
claims = { clearance = "n" }
clearance = "2"
ministry = "n"
ja = "他省職員"
en = "officials of the other ministry"
"#;

pub(super) const CARDS: &str = r#"
[certificate]
person = "uri"

[[grant]]
id = "card"
certificate = true
claims = { uri = "mailto:ada@agency.example" }
clearance = "2"
ministry = "m"
ja = "カード"
en = "card holders"
"#;

pub(super) fn certificate(uri: &str) -> ClientCertificate {
    let authority = Authority::development("clients", NOW - 60, 3600).unwrap();
    let issued = authority.issue_client("client", uri, NOW - 60, 600).unwrap();
    ClientCertificate::read(&bundle(issued.certificate_pem.as_bytes()).unwrap()[0]).unwrap()
}

fn bound(certificate: &ClientCertificate) -> Mint {
    let print = URL_SAFE_NO_PAD.encode(certificate.sha256());
    Mint::good().claim("cnf", &format!(r#"{{"x5t#S256":"{print}"}}"#))
}

type Came = Result<(String, String, String), IdentityError>;

fn caller(
    policy: &Policy,
    mint: Option<&Mint>,
    certificate: Option<&ClientCertificate>,
    now_s: u64,
) -> Result<Caller, IdentityError> {
    let issuers = Issuers::load(policy, |_| Ok(key_file(&[p256_jwk()]))).unwrap();
    let sent = mint.map(|mint| credential(&head(&[("api-key", &mint.token())])).unwrap());
    let presented = Presented {
        credential: sent.as_ref(),
        pair: None,
        context: None,
        certificate,
        keys: &ServiceKeys::default(),
        shadow: None,
    };
    issuers.identify(&presented, now_s, policy)
}

/// Principal, proof and clearance.
fn ask(policy: &Policy, mint: Option<&Mint>, certificate: Option<&ClientCertificate>, now_s: u64) -> Came {
    let Caller { principal, proof, subject, .. } = caller(policy, mint, certificate, now_s)?;
    let name = format!("{}/{}", principal.issuer(), principal.name());
    Ok((name, proof.to_string(), policy.scale().id(subject.clearance()).to_owned()))
}

fn known(name: &str, proof: &str, clearance: &str) -> Came {
    Ok((name.to_owned(), proof.to_owned(), clearance.to_owned()))
}

const ADA: &str = "agency/ada@agency.example";

#[test]
fn a_bound_token_counts_on_the_connection_of_its_certificate_alone() {
    let policy = policy(POLICY);
    let (own, other) = (certificate("spiffe://x/own"), certificate("spiffe://x/other"));
    assert_eq!(ask(&policy, Some(&bound(&own)), Some(&own), NOW), known(ADA, "bound-token", "2"));
    assert_eq!(ask(&policy, Some(&bound(&own)), Some(&other), NOW), Err(IdentityError::Binding));
    assert_eq!(ask(&policy, Some(&bound(&own)), None, NOW), Err(IdentityError::Binding));
    assert_eq!(ask(&policy, Some(&Mint::good()), Some(&own), NOW), known(ADA, "token", "2"));
}

#[test]
fn a_binding_that_cannot_be_checked_binds_all_the_same() {
    let (policy, own) = (policy(POLICY), certificate("spiffe://x/own"));
    let print = URL_SAFE_NO_PAD.encode(own.sha256());
    for (confirmation, expect) in [
        (r#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#.to_owned(), IdentityError::Binding),
        (format!(r#"{{"x5t#S256":"{print}","jkt":"x"}}"#), IdentityError::Binding),
        ("{}".to_owned(), IdentityError::Binding),
        (r#"{"x5t#S256":7}"#.to_owned(), IdentityError::Binding),
        (r#"{"x5t#S256":""}"#.to_owned(), IdentityError::Claim),
        (format!(r#"{{"x5t#S256":"{print}="}}"#), IdentityError::Malformed),
        ("null".to_owned(), IdentityError::Claim),
        (quoted(&print), IdentityError::Claim),
    ] {
        let mint = Mint::good().claim("cnf", &confirmation);
        assert_eq!(ask(&policy, Some(&mint), Some(&own), NOW), Err(expect), "{confirmation}");
    }
}

#[test]
fn an_issuer_may_ask_for_binding_or_trust_less_without() {
    let own = certificate("spiffe://x/own");
    let must = policy(&POLICY.replace("lifetime_max_s = 3600", "lifetime_max_s = 3600\nbound = true"));
    let unbound = Err(IdentityError::Unknown(Unknown::Unbound));
    assert_eq!(ask(&must, Some(&bound(&own)), Some(&own), NOW), known(ADA, "bound-token", "2"));
    assert_eq!(ask(&must, Some(&Mint::good()), Some(&own), NOW), unbound);
    let less =
        policy(&POLICY.replace("lifetime_max_s = 3600", "lifetime_max_s = 3600\nunbound_ceiling = \"1\""));
    assert_eq!(ask(&less, Some(&bound(&own)), Some(&own), NOW), known(ADA, "bound-token", "2"));
    assert_eq!(ask(&less, Some(&Mint::good()), Some(&own), NOW), known(ADA, "token", "1"));
}

#[test]
fn a_certificate_stands_for_a_service_that_speaks_for_its_own_ministry() {
    let policy = policy(POLICY);
    let (web, batch) =
        (certificate("spiffe://agency.example/web"), certificate("spiffe://agency.example/batch"));
    let unknown = |why| Err(IdentityError::Unknown(why));
    // The service's ceiling counts beside the person's clearance.
    assert_eq!(ask(&policy, Some(&Mint::good()), Some(&web), NOW), known(ADA, "token", "1"));
    let elsewhere = Mint::good().claim("clearance", "\"n\"");
    assert_eq!(ask(&policy, Some(&elsewhere), Some(&web), NOW), unknown(Unknown::NotServed));
    assert_eq!(ask(&policy, Some(&elsewhere), None, NOW), known(ADA, "token", "2"));
    assert_eq!(ask(&policy, Some(&Mint::good()), Some(&batch), NOW), unknown(Unknown::NotServed));
    let both = Mint::good().claim("clearance", r#"["2","n"]"#);
    assert_eq!(ask(&policy, Some(&both), None, NOW), unknown(Unknown::SeveralMinistries));
    assert_eq!(ask(&policy, None, Some(&batch), NOW), known("service/batch", "certificate", "1"));
    assert_eq!(ask(&policy, None, Some(&web), NOW), unknown(Unknown::ServiceAlone));
    assert_eq!(
        ask(&policy, None, Some(&certificate("spiffe://agency.example/web/2")), NOW),
        Err(IdentityError::NoCredential)
    );
    assert_eq!(ask(&policy, None, None, NOW), Err(IdentityError::NoCredential));
}

#[test]
fn a_caller_names_the_service_it_came_through_so_that_it_can_be_revoked() {
    let policy = policy(POLICY);
    let list = "issued = 2026-11-25T00:00:00Z\n[[revoked]]\nissuer = \"service\"\nsubject = \"web\"\n";
    let revoked = Revoked::read(list, u64::MAX).unwrap();
    let web = certificate("spiffe://agency.example/web");
    let through = caller(&policy, Some(&Mint::good()), Some(&web), NOW).unwrap();
    assert_eq!(revoked.allow(&through, NOW), Err(Barred::Revoked));
    let alone = caller(&policy, Some(&Mint::good()), None, NOW).unwrap();
    assert_eq!(revoked.allow(&alone, NOW), Ok(()));
    let batch = caller(&policy, None, Some(&certificate("spiffe://agency.example/batch")), NOW).unwrap();
    assert_eq!(revoked.allow(&batch, NOW), Ok(()));
}

#[test]
fn a_certificate_stands_for_a_person_only_if_policy_says_so() {
    let (cards, none) = (policy(&format!("{POLICY}{CARDS}")), policy(POLICY));
    let (ada, bob) = (certificate("mailto:ada@agency.example"), certificate("mailto:bob@agency.example"));
    assert_eq!(
        ask(&cards, None, Some(&ada), NOW),
        known("certificate/mailto:ada@agency.example", "certificate", "2")
    );
    assert_eq!(ask(&none, None, Some(&ada), NOW), Err(IdentityError::NoCredential));
    assert_eq!(ask(&cards, None, Some(&bob), NOW), Err(IdentityError::Unknown(Unknown::NoGrant)));
    // Two persons, or one twice: only the token that names the certificate says which is meant.
    assert_eq!(ask(&cards, Some(&Mint::good()), Some(&ada), NOW), Err(IdentityError::SeveralCredentials));
    assert_eq!(ask(&cards, Some(&bound(&ada)), Some(&ada), NOW), known(ADA, "bound-token", "2"));
}

#[test]
fn a_connection_does_not_outlive_its_certificate() {
    let (policy, batch) = (policy(POLICY), certificate("spiffe://agency.example/batch"));
    let last = NOW - 60 + 600;
    assert!(ask(&policy, None, Some(&batch), last).is_ok());
    assert_eq!(ask(&policy, None, Some(&batch), last + 1), Err(IdentityError::Certificate));
    assert_eq!(ask(&policy, None, Some(&batch), NOW - 61), Err(IdentityError::Certificate));
    // Not even for a token that needs none.
    assert_eq!(ask(&policy, Some(&Mint::good()), Some(&batch), last + 1), Err(IdentityError::Certificate));
}

#[test]
fn a_certificate_shows_nothing_when_printed() {
    assert_eq!(format!("{:?}", certificate("mailto:ada@agency.example")), "ClientCertificate");
}
