//! Tokens that must not be believed.

use sekisho_tests::forge::Header;
use serde_json::{Value, json};

use crate::HELLO;
use sekisho_tests::{Ask, Gate, Reply, forge};

fn with_token(token: &str) -> Reply {
    Gate::shared().ask(Ask::chat(HELLO).nobody().head("authorization", &format!("Bearer {token}")).level("1"))
}

fn official() -> (String, Value, Value) {
    let token = Gate::shared().ready.token("official");
    let (head, claims) = forge::read(&token);
    (token, head, claims)
}

fn kid(head: &Value) -> Option<String> {
    head.get("kid").and_then(Value::as_str).map(str::to_owned)
}

#[test]
fn the_right_token_opens() {
    with_token(&official().0).passed();
}

#[test]
fn a_changed_token_is_refused() {
    let (token, _, _) = official();
    let parts: Vec<&str> = token.split('.').collect();
    let (_, _, mut claims) = official();
    claims["sub"] = json!("somebody-else");
    let body = forge::unsigned(&json!({}), &claims, b"").split('.').nth(1).unwrap().to_owned();
    for wrong in [
        format!("{}AAAAAA", &token[..token.len() - 6]),
        format!("{}.{}.{}", parts[0], body, parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}.{}", parts[2]),
        format!("{token}="),
        token[1..].to_owned(),
        "x".to_owned(),
        "..".to_owned(),
        "a".repeat(100_000),
    ] {
        let reply = with_token(&wrong);
        let status = reply.status;
        assert!([400, 401, 431].contains(&status), "{}", reply.show());
        assert_eq!(reply.backend, "");
    }
}

#[test]
fn alg_none_is_refused() {
    let (_, head, claims) = official();
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let mut head = head.clone();
        head["alg"] = json!(alg);
        with_token(&forge::unsigned(&head, &claims, b"")).refused(401);
        with_token(&forge::unsigned(&head, &claims, b"signature")).refused(401);
    }
}

#[test]
fn a_signature_by_another_key_is_refused() {
    let (_, head, claims) = official();
    with_token(&forge::foreign(kid(&head), &claims)).refused(401);
    with_token(&forge::foreign(None, &claims)).refused(401);
    with_token(&forge::foreign(Some("../../etc/passwd".to_owned()), &claims)).refused(401);
}

#[test]
fn a_symmetric_signature_with_public_bytes_is_refused() {
    let (_, head, claims) = official();
    let ca = std::fs::read(&Gate::shared().ready.ca).unwrap();
    for secret in [ca.as_slice(), b"", b"secret"] {
        with_token(&forge::symmetric(kid(&head), &claims, secret)).refused(401);
    }
}

#[test]
fn a_key_brought_along_in_the_head_is_not_used() {
    let (_, head, claims) = official();
    let mut head = head.clone();
    head["jwk"] = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" });
    head["jku"] = json!("https://elsewhere.example/jwks.json");
    head["x5u"] = json!("https://elsewhere.example/cert.pem");
    with_token(&forge::unsigned(&head, &claims, &[0; 64])).refused(401);
}

/// The official's claims, changed, signed by the issuer that the gate trusts.
fn genuine(change: impl FnOnce(&mut Value, &mut Header)) -> Reply {
    let gate = Gate::shared();
    let (_, head, mut claims) = official();
    let mut head: Header = serde_json::from_value(head).unwrap();
    change(&mut claims, &mut head);
    with_token(&forge::genuine(&head, &claims, &gate.folder().join("dev")))
}

fn without(claim: &str) -> Reply {
    genuine(|claims, _| {
        claims.as_object_mut().unwrap().remove(claim);
    })
}

fn with(claim: &str, value: Value) -> Reply {
    genuine(|claims, _| claims[claim] = value)
}

#[test]
fn a_token_out_of_its_time_is_refused() {
    let now = forge::now_s();
    genuine(|_, _| {}).passed();
    with("exp", json!(now - 60)).refused(401);
    with("exp", json!(0)).refused(401);
    with("nbf", json!(now + 600)).refused(401);
    with("iat", json!(now + 600)).refused(401);
    with("exp", json!(now + 10 * 365 * 86_400)).refused(401);
}

#[test]
fn a_token_for_somebody_else_or_by_somebody_else_is_refused() {
    let (_, _, claims) = official();
    with("aud", json!("https://elsewhere.example/")).refused(401);
    with("aud", json!([])).refused(401);
    with("iss", json!("https://elsewhere.example/")).refused(401);
    with("iss", json!([claims["iss"]])).refused(401);
    with("iss", json!(format!("{}/", claims["iss"].as_str().unwrap()))).refused(401);
}

#[test]
fn a_token_that_lacks_what_the_policy_requires_is_refused() {
    for claim in ["aud", "iss", "exp", "sub"] {
        without(claim).refused(401);
    }
    for (claim, value) in
        [("exp", json!("9999999999")), ("exp", json!(null)), ("nbf", json!("0")), ("sub", json!(7))]
    {
        with(claim, value).refused(401);
    }
    genuine(|_, head| head.typ = Some("JWT".to_owned())).refused(401);
    genuine(|_, head| head.typ = None).refused(401);
    genuine(|_, head| head.kid = Some("another".to_owned())).refused(401);
}

#[test]
fn a_name_outside_the_grammar_is_nobody() {
    for name in ["", "a b", "山田", "x\"y", "a\nb", &"x".repeat(129)] {
        let reply = with("sub", json!(name));
        let status = reply.status;
        assert!([401, 403].contains(&status), "{}", reply.show());
        assert_eq!(reply.refused(status).record(), "");
    }
    with("sub", json!("x".repeat(128))).passed();
}

#[test]
fn claims_that_earn_nothing_open_nothing() {
    for roles in [json!([]), json!(["Official"]), json!("stranger"), json!({ "official": true }), json!(null)]
    {
        let reply = with("roles", roles);
        let status = reply.status;
        assert!([401, 403].contains(&status), "{}", reply.show());
        reply.refused(status);
    }
    // Two roles: what both of them allow.
    with("roles", json!(["official", "contractor"])).passed();
    let both = genuine(|claims, _| claims["roles"] = json!(["official", "contractor"]));
    assert_eq!(both.passed().head("confidentiality-level"), "1");
}

#[test]
fn exactly_one_credential_is_taken() {
    let gate = Gate::shared();
    let official = gate.ready.token("official");
    let bearer = format!("Bearer {official}");
    let ask = || Ask::chat(HELLO).nobody().level("1");
    gate.ask(ask().head("x-api-key", &official)).passed();
    for two in [
        ask().head("authorization", &bearer).head("x-api-key", &official),
        ask().head("authorization", &bearer).head("authorization", &bearer),
        ask().head("x-api-key", &official).head("x-api-key", &official),
        ask().head("authorization", &bearer).head("x-api-key", &gate.ready.token("contractor")),
    ] {
        let reply = gate.ask(two);
        let status = reply.status;
        assert!([400, 401].contains(&status), "{}", reply.show());
        reply.refused(status);
    }
    for other in ["Basic b2ZmaWNpYWw6eA==", "Bearer", "Bearer ", "bearer", "", "Token x"] {
        gate.ask(ask().head("authorization", other)).refused(401);
    }
}

#[test]
fn the_callers_credential_never_reaches_a_backend() {
    let gate = Gate::shared();
    let reply = gate.ask(Ask::chat(HELLO).level("1")).passed();
    assert!(!reply.backend.contains(&gate.ready.token("official")));
}
