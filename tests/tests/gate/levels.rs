//! The declared level: three ways to say it, what silence means, and what contradictions cost.

use serde_json::{Value, json};

use crate::HELLO;
use sekisho_tests::{Ask, Gate, Reply};

fn ask(change: impl FnOnce(Ask) -> Ask) -> Reply {
    Gate::shared().ask(change(Ask::chat(HELLO)))
}

fn with_metadata(metadata: Value) -> Ask {
    Ask::json(
        &json!({ "model": "$model", "messages": [{ "role": "user", "content": HELLO }], "metadata": metadata }),
    )
}

#[track_caller]
fn announced(reply: Reply, level: &str) {
    let reply = reply.passed();
    assert_eq!(reply.head("confidentiality-level"), level, "{}", reply.show());
    assert_eq!(reply.content(), HELLO);
}

#[test]
fn the_header_declares() {
    announced(ask(|a| a.level("1")), "1");
    announced(ask(|a| a.level("2")), "2");
}

#[test]
fn the_path_declares() {
    announced(ask(|a| a.path("/level/1/v1/chat/completions")), "1");
    announced(ask(|a| a.path("/level/2/v1/chat/completions")), "2");
}

#[test]
fn openais_metadata_declares_and_is_not_forwarded() {
    let reply = Gate::shared().ask(with_metadata(json!({ "confidentiality_level": "1" })));
    let forwarded = reply.received();
    announced(reply, "1");
    assert_eq!(forwarded[0].pointer("/metadata/confidentiality_level"), None);
}

#[test]
fn other_metadata_stays_when_the_level_is_taken_out() {
    let reply =
        Gate::shared().ask(with_metadata(json!({ "a": "x", "confidentiality_level": "1", "b": "y" })));
    assert_eq!(reply.received()[0].get("metadata"), Some(&json!({ "a": "x", "b": "y" })));
}

#[test]
fn undeclared_request_takes_the_policys_undeclared_level() {
    announced(ask(|a| a), "2");
}

#[test]
fn the_same_level_said_twice_is_one_level() {
    announced(ask(|a| a.path("/level/1/v1/chat/completions").level("1")), "1");
}

#[test]
fn two_levels_that_differ_are_a_bad_request() {
    ask(|a| a.path("/level/1/v1/chat/completions").level("2")).refused(400);
    ask(|a| a.level("1").level("2")).refused(400);
    let gate = Gate::shared();
    gate.ask(with_metadata(json!({ "confidentiality_level": "1" })).level("2")).refused(400);
    gate.ask(with_metadata(json!({ "confidentiality_level": "2" })).path("/level/1/v1/chat/completions"))
        .refused(400);
}

#[test]
fn what_is_no_level_is_a_bad_request() {
    for level in ["9", "0", "", "two", "２", "1 ", "1,2", "01", "-1", "1\u{a0}"] {
        let reply = ask(|a| a.level(level));
        // A header's value is trimmed before anybody sees it.
        if level.trim_end_matches(' ') == "1" {
            reply.passed()
        } else {
            reply.refused(400)
        };
    }
    for level in [json!("9"), json!(1), json!(["1"]), json!({ "level": "1" }), json!("")] {
        Gate::shared().ask(with_metadata(json!({ "confidentiality_level": level }))).refused(400);
    }
}

#[test]
fn a_level_that_is_null_is_no_declaration() {
    announced(Gate::shared().ask(with_metadata(json!({ "confidentiality_level": null }))), "2");
}

#[test]
fn a_level_above_the_callers_clearance_is_refused() {
    ask(|a| a.by("contractor").level("2")).refused(403);
    ask(|a| a.by("contractor")).refused(403);
    announced(ask(|a| a.by("contractor").level("1")), "1");
}

#[test]
fn level_3_goes_nowhere() {
    ask(|a| a.level("3")).refused(403);
}

#[test]
fn one_name_is_served_by_different_zones_at_different_levels() {
    let gate = Gate::shared();
    let backend_of = |level: &str| {
        let record = gate.ask(Ask::chat(HELLO).level(level)).passed().record().to_owned();
        gate.events_of(&record)[0].to_string()
    };
    let (one, two) = (backend_of("1"), backend_of("2"));
    assert!(one.contains("commercial") || one != two, "level 1 may go where level 2 may not:\n{one}\n{two}");
}

#[test]
fn both_protocols_are_checked_alike() {
    announced(ask(|a| a.http2().level("1")), "1");
    ask(|a| a.http2().by("contractor").level("2")).refused(403);
}

#[test]
fn models_are_listed_for_those_who_may_use_them() {
    let gate = Gate::shared();
    let names = |who: &str| -> Vec<String> {
        let reply = gate.ask(Ask::get("/v1/models").by(who));
        assert_eq!((reply.status, reply.record().len()), (200, 32), "{}", reply.show());
        assert_eq!(reply.json().get("object"), Some(&json!("list")));
        let data = reply.json().get("data").and_then(Value::as_array).cloned().unwrap();
        data.iter().map(|model| model["id"].as_str().unwrap().to_owned()).collect()
    };
    let (official, contractor) = (names("official"), names("contractor"));
    assert!(official.len() >= 7 && official.iter().any(|name| name == gate.ready.model()), "{official:?}");
    assert!(contractor.iter().all(|name| official.contains(name)), "{contractor:?}");
    gate.ask(Ask::get("/v1/models").by("stranger")).refused(403);
    gate.ask(Ask::get("/v1/models").nobody()).refused(401);
}

#[test]
fn a_model_that_is_not_in_the_policy_is_refused() {
    let chat = |model: &str| json!({ "model": model, "messages": [{ "role": "user", "content": HELLO }] });
    let reply = Gate::shared().ask(Ask::json(&chat("gpt-99-unheard-of")).level("1"));
    assert!([403, 404].contains(&reply.status), "{}", reply.show());
    let status = reply.status;
    reply.refused(status);
}
