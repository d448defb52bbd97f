//! What a backend says is guarded like what a person says.

use serde_json::{Value, json};

use crate::{CLOUD_KEY, MY_NUMBER};
use sekisho_tests::{Ask, Gate, Reply};

fn utter(sample: &str) -> Reply {
    Gate::shared().ask(Ask::chat(&format!("dev:utter {sample}")).level("2"))
}

#[test]
fn a_clean_answer_comes_through_whole() {
    assert_eq!(utter("clean").passed().content(), "本日の議事は以上です。");
}

#[test]
fn a_long_answer_comes_through_whole() {
    let content = utter("long").passed().content();
    assert!(content.len() > 40_000 && content.lines().all(|line| line.ends_with("移りました。")));
}

#[test]
fn a_secret_that_never_stood_in_the_prompt_does_not_come_back() {
    for (sample, secret) in [("my-number", MY_NUMBER), ("aws-key", CLOUD_KEY), ("marking-3", "本件の詳細")]
    {
        let reply = utter(sample);
        assert!([200, 403].contains(&reply.status), "{}", reply.show());
        assert!(!reply.backend.is_empty(), "the backend was asked: {}", reply.show());
        assert!(!reply.text().contains(secret), "{}", reply.show());
    }
}

#[test]
fn a_cut_answer_is_a_refusal_with_a_record_and_nothing_of_the_answer() {
    let reply = utter("marking-3");
    assert_eq!(reply.status, 403, "{}", reply.show());
    assert!(!reply.error().is_empty() && reply.record().len() == 32, "{}", reply.show());
    for part in ["【", "本件", "choices"] {
        assert!(!reply.text().contains(part), "{}", reply.show());
    }
}

#[test]
fn both_records_of_a_cut_answer_are_in_the_log() {
    let gate = Gate::shared();
    let cut = gate.ask(Ask::chat("dev:utter marking-3").level("2"));
    let clean = gate.ask(Ask::chat("dev:utter clean").level("2"));
    for reply in [cut, clean] {
        assert_eq!(gate.events_of(reply.record()).len(), 2, "{}", reply.show());
    }
}

#[test]
fn each_of_several_answers_is_guarded() {
    let body = json!({ "model": "$model", "n": 3, "messages": [{ "role": "user", "content": "dev:utter aws-key" }] });
    let reply = Gate::shared().ask(Ask::json(&body).level("2"));
    assert!(!reply.text().contains(CLOUD_KEY), "{}", reply.show());
    let body =
        json!({ "model": "$model", "n": 3, "messages": [{ "role": "user", "content": "dev:utter clean" }] });
    let reply = Gate::shared().ask(Ask::json(&body).level("2")).passed();
    assert_eq!(reply.json()["choices"].as_array().unwrap().len(), 3);
}

#[test]
fn logprobs_are_nulled_always() {
    let body = json!({ "model": "$model", "logprobs": true, "top_logprobs": 2,
        "messages": [{ "role": "user", "content": "dev:utter clean" }] });
    let reply = Gate::shared().ask(Ask::json(&body).level("1"));
    assert!([200, 403].contains(&reply.status), "{}", reply.show());
    let null = |pointer: &str| reply.json().pointer(pointer).is_none_or(Value::is_null);
    assert!(null("/choices/0/logprobs"), "{}", reply.show());
}

#[test]
fn the_heads_of_an_answer_are_built_not_copied() {
    let reply = utter("clean").passed();
    let known = [
        "content-type",
        "content-length",
        "date",
        "confidentiality-level",
        "sekisho-record",
        "sekisho-conversation",
        "cache-control",
        "vary",
        "x-content-type-options",
        "sekisho-environment",
        "connection",
        "x-request-id",
        "server",
    ];
    let unknown: Vec<_> = reply.heads.keys().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    for never in ["set-cookie", "location", "link", "alt-svc"] {
        assert_eq!(reply.head(never), "");
    }
}
