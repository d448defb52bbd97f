//! Contexts: a service says for whom it asks, for one body or on one connection.

use std::fs;

use serde_json::{Value, json};

use crate::HELLO;
use sekisho_tests::{Ask, Reply, Speaking, forge, sekisho};

/// Asks with a context for this very body.
fn says(scene: &Speaking, body: &Value, change: impl FnOnce(&mut Value)) -> Reply {
    let body = body.to_string();
    let context = scene.context(change, body.as_bytes());
    scene.gate.ask(Ask::bytes(body).nobody().head("sekisho-context", &context))
}

fn hello(scene: &Speaking) -> Value {
    json!({ "model": scene.gate.ready.model(), "messages": [{ "role": "user", "content": HELLO }] })
}

#[test]
fn a_person_is_known_by_what_their_service_signs() {
    let scene = Speaking::serve();
    let reply = says(&scene, &hello(&scene), |claims| claims["confidentiality_level"] = json!("1"));
    assert_eq!((reply.status, reply.head("confidentiality-level")), (200, "1"), "{}", reply.show());
    let events = scene.gate.events_of(reply.record());
    let known = &events[0]["unmapped"];
    assert_eq!(
        (&known["proof"], &known["service"], &known["ministry"]),
        (&json!("context"), &json!("genai-web"), &json!("digital")),
        "{known}"
    );
    let user = events[0].pointer("/actor/user").unwrap().to_string();
    assert!(user.contains("ada@digital.go.jp") && user.contains("genai-web"), "{user}");
    let seen = scene.backend.requests().concat().to_lowercase();
    assert!(!seen.contains("sekisho-context"), "a context ends here");
    // The nearest that are not.
    let visitor = says(&scene, &hello(&scene), |claims| claims["role"] = json!("visitor"));
    assert_eq!((visitor.status, visitor.record()), (403, ""), "{}", visitor.show());
    let old = says(&scene, &hello(&scene), |claims| claims["exp"] = json!(forge::now_s() - 60));
    assert!(old.refused(401).error().contains("token-expired"));
    let loose = says(&scene, &hello(&scene), |claims| claims["digest"] = Value::Null);
    assert!(loose.refused(401).error().contains("token-claim"));
    let above = says(&scene, &hello(&scene), |claims| claims["confidentiality_level"] = json!("3"));
    assert_eq!(above.status, 403, "{}", above.show());
}

#[test]
fn a_context_goes_with_one_body_and_one_person() {
    let scene = Speaking::serve();
    let body = hello(&scene).to_string();
    let context = scene.context(|_| (), body.as_bytes());
    let ask = |body: &str| Ask::bytes(body).nobody().head("sekisho-context", &context);
    assert_eq!(scene.gate.ask(ask(&body).level("1")).status, 200);
    assert_eq!(scene.backend.requests().len(), 1);
    let other = scene.gate.ask(ask(&format!("{body} ")).level("1")).refused(400);
    assert!(other.error().contains("digest"), "{}", other.show());
    assert_eq!(scene.gate.events_of(other.record())[0]["unmapped"]["verdict"]["reason"], "context-digest");
    let models = Ask::get("/v1/models").nobody();
    let stolen = scene.gate.ask(models.clone().head("sekisho-context", &context)).refused(400);
    assert!(stolen.error().contains("digest"), "{}", stolen.show());
    assert_eq!(scene.gate.ask(models.head("sekisho-context", &scene.context(|_| (), b""))).status, 200);
    // With another person's token beside it, nobody could say who asks.
    let both = Ask::bytes(body.as_str()).head("sekisho-context", &context).level("1");
    scene.gate.ask(both).refused(400);
    scene.gate.ask(ask(&body).head("sekisho-context", &context).level("1")).refused(400);
    // A level is declared once, or the same.
    let levels = scene.context(|claims| claims["confidentiality_level"] = json!("1"), body.as_bytes());
    let differ = Ask::bytes(body.as_str()).nobody().head("sekisho-context", &levels).level("2");
    scene.gate.ask(differ).refused(400);
    assert_eq!(scene.backend.requests(), [""; 0], "nothing of these left");
}

#[test]
fn a_policy_whose_service_has_no_keys_does_not_start() {
    let scene = Speaking::serve();
    scene.gate.stop();
    let home = scene.gate.folder().join("dev");
    forge::certificate(scene.gate.folder());
    let text = fs::read_to_string(home.join("sekisho.toml")).unwrap();
    let text = text.replace("[services.contexts]\ngenai-web", "[services.contexts]\ngenai");
    let text = text.replace("keys/gate.pem", "../server.pem").replace("keys/gate.key", "../server.key");
    let text = text.replace("keys/conversation.toml", "../conversation.toml");
    fs::write(home.join("sekisho.toml"), text).unwrap();
    let config = home.join("sekisho.toml");
    let output = sekisho(&["--lang", "en", "serve", "--config", config.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("no keys for the contexts of service `genai-web`"), "{said}");
}
