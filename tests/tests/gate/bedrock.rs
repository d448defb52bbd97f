//! Amazon Bedrock behind the real binary: what clients get, and what the backend gets of them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{CLOUD_KEY, HELLO, MY_NUMBER};
use sekisho_tests::bedrock::{plays, serve};
use sekisho_tests::eventstream::{Messages, event, exception};
use sekisho_tests::{Ask, Gate, Reply, Script};

fn ask(gate: &Gate, operation: &str, text: &str) -> Reply {
    let body = json!({ "messages": [{ "role": "user", "content": [{ "text": text }] }] });
    let path = format!("/model/jp.anthropic.claude-sonnet-4-6/{operation}");
    gate.ask(Ask::json(&body).path(&path).level("2"))
}

fn stream(gate: &Gate, text: &str) -> (Reply, Messages) {
    let reply = ask(gate, "converse-stream", text);
    assert_eq!(reply.status, 200, "{}", reply.show());
    assert_eq!(reply.head("content-type"), "application/vnd.amazon.eventstream");
    let messages = Messages::of(&reply.body);
    (reply, messages)
}

/// What the exception that ended a stream says.
fn ended(messages: &Messages) -> (&str, &str) {
    let (name, payload) = messages.exception.as_ref().unwrap();
    (name, payload["message"].as_str().unwrap_or_default())
}

#[test]
fn an_answer_passes_whole_and_in_a_stream() {
    let (gate, backend) = serve("");
    let whole = ask(&gate, "converse", HELLO);
    assert_eq!(whole.json()["output"]["message"]["content"][0]["text"], HELLO, "{}", whole.show());
    let (reply, messages) = stream(&gate, HELLO);
    assert_eq!((messages.text().as_str(), &messages.exception), (HELLO, &None));
    assert!(messages.events.len() > 8 && reply.record().len() == 32, "{}", reply.show());
    assert_eq!(reply.head("confidentiality-level"), "2");
    assert_eq!(messages.events.last().unwrap().0, "metadata");
    assert_eq!(backend.requests().len(), 2);
}

#[test]
fn the_backend_is_asked_by_the_models_whole_name_and_as_nobody_but_the_gate() {
    let (gate, backend) = serve("");
    let body = json!({ "messages": [{ "role": "user", "content": [{ "text": HELLO }] }] });
    let path = "/model/amazon.nova-lite-v1%3A0/converse";
    let asked = Ask::json(&body).path(path).level("2").head("amz-sdk-request", "attempt=1");
    assert_eq!(gate.ask(asked).status, 200);
    let [request] = backend.requests().try_into().unwrap();
    let head = request.split("\r\n\r\n").next().unwrap();
    assert!(head.starts_with("POST ") && head.lines().next().unwrap().contains(path), "{head}");
    assert!(!head.contains(&gate.ready.token("official")) && !head.contains("amz-sdk"), "{head}");
    let other = Ask::json(&body).path("/model/amazon.nova-pro-v1%3A0/converse").level("2");
    assert!(gate.ask(other).status >= 400, "a model that nobody approved");
    assert!(backend.requests().is_empty());
}

#[test]
fn a_secret_that_is_cut_over_frames_does_not_come_through() {
    let (gate, _backend) = serve("");
    for (sample, secret, expect) in [
        ("aws-key", CLOUD_KEY, "キーは[secret.cloud:1]です。"),
        ("my-number", MY_NUMBER, "番号は[pii.jp.my-number:1]です。"),
    ] {
        let (reply, messages) = stream(&gate, &format!("dev:utter {sample}"));
        assert_eq!((messages.text().as_str(), &messages.exception), (expect, &None));
        for piece in secret.as_bytes().windows(5).map(|piece| String::from_utf8_lossy(piece).into_owned()) {
            assert!(!reply.text().contains(&piece), "{piece} in {}", reply.show());
        }
    }
}

#[test]
fn a_marking_in_mid_stream_ends_it_with_an_exception_that_names_the_record() {
    let (gate, _backend) = serve("");
    let (reply, messages) = stream(&gate, "dev:utter late-marking-3");
    assert_eq!(messages.text(), "要約は次のとおりです。\n");
    assert!(!reply.text().contains("本件"), "{}", reply.show());
    let (name, message) = ended(&messages);
    assert!(name.ends_with("Exception") && message.contains(reply.record()), "{name}: {message}");
}

#[test]
fn a_refused_request_is_no_stream_and_says_so_as_aws_does() {
    let (gate, backend) = serve("");
    for operation in ["converse", "converse-stream"] {
        let refused = ask(&gate, operation, &format!("番号は{MY_NUMBER}です"));
        assert_eq!((refused.status, refused.head("content-type")), (403, "application/json"));
        assert_eq!(refused.head("x-amzn-errortype"), "AccessDeniedException");
        let message = refused.json()["message"].as_str().unwrap_or_default().to_owned();
        assert!(message.contains(refused.record()) && !message.contains(MY_NUMBER), "{}", refused.show());
    }
    assert!(backend.requests().is_empty());
}

#[test]
fn what_is_no_operation_is_told_as_aws_tells_it() {
    let (gate, backend) = serve("exchanges_max = 1\nfirst_byte_timeout_ms = 3000");
    let body = json!({ "messages": [] });
    let model = "/model/amazon.nova-lite-v1%3A0";
    for (method, path, status, name) in [
        ("POST", format!("{model}/invoke-with-bidirectional-stream"), 404, "ResourceNotFoundException"),
        ("POST", format!("{model}/converse/"), 404, "ResourceNotFoundException"),
        ("GET", format!("{model}/converse"), 405, "ValidationException"),
        ("POST", "/model/%E3%81%82/converse".to_owned(), 400, "ValidationException"),
    ] {
        let refused = gate.ask(Ask::json(&body).method(method).path(&path));
        assert_eq!((refused.status, refused.head("x-amzn-errortype")), (status, name), "{}", refused.show());
        assert!(refused.json()["message"].as_str().is_some_and(|said| said.contains(refused.record())));
        assert_eq!(refused.head("allow"), if status == 405 { "POST" } else { "" });
    }
    // Also before anybody is known, and by whoever has no place left for one more.
    let stranger = gate.ask(Ask::json(&body).path(&format!("{model}/converse")).nobody());
    assert_eq!((stranger.status, stranger.head("x-amzn-errortype")), (401, "UnrecognizedClientException"));
    backend.plays(Script::Silence);
    let more = || Ask::json(&body).path(&format!("{model}/converse")).level("2");
    std::thread::scope(|scope| {
        let first = scope.spawn(|| gate.ask_freely(more()).unwrap());
        gate.wait_until("the backend was asked", || !backend.requests().is_empty());
        let overload = gate.ask_freely(more()).unwrap();
        let told = (overload.status, overload.head("x-amzn-errortype"));
        assert_eq!(told, (503, "ServiceUnavailableException"), "{}", overload.show());
        let silent = first.join().unwrap();
        assert_eq!((silent.status, silent.head("x-amzn-errortype")), (504, "ModelTimeoutException"));
    });
}

/// The words of a stream that has not ended.
fn begun(texts: &[&str]) -> Vec<u8> {
    let delta = |text: &&str| {
        event("contentBlockDelta", &json!({ "contentBlockIndex": 0, "delta": { "text": text } }))
    };
    let start = event("messageStart", &json!({ "role": "assistant" }));
    [start].into_iter().chain(texts.iter().map(delta)).collect::<Vec<_>>().concat()
}

#[test]
fn a_stream_that_is_damaged_or_breaks_off_leaves_an_exception_and_nothing_that_was_held() {
    let (gate, backend) = serve("");
    let whole = begun(&["鍵は", "AKIARZPU"]);
    let mut damaged = [whole.clone(), begun(&["ZDIKABNBHR4I"])].concat();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    let half = [whole.as_slice(), &begun(&["続き"])[..50]].concat();
    for (what, bytes, ends) in [
        ("a checksum", damaged, true),
        ("in mid-frame", half.clone(), true),
        ("in mid-frame, and closed", half, false),
        ("between frames", whole, false),
    ] {
        backend.plays(plays(&bytes, &[7], Duration::ZERO, ends));
        let (reply, messages) = stream(&gate, HELLO);
        assert_eq!(messages.text(), "鍵は", "{what}");
        assert!(!reply.text().contains("AKIA"), "{what}: {}", reply.show());
        assert!(ended(&messages).1.contains(reply.record()), "{what}");
    }
}

#[test]
fn an_event_that_nobody_knows_says_nothing() {
    let (gate, backend) = serve("");
    let surprise = event("surprise", &json!({ "text": "驚きました。", "count": 1 }));
    backend.plays(plays(&[begun(&["始めます。"]), surprise].concat(), &[7], Duration::ZERO, true));
    let (reply, messages) = stream(&gate, HELLO);
    assert_eq!((messages.text().as_str(), &messages.exception), ("始めます。", &None));
    assert!(!reply.text().contains("驚"), "{}", reply.show());
}

#[test]
fn a_native_body_may_come_without_a_type_and_no_other_may() {
    let (gate, _backend) = serve("");
    let titan = json!({ "inputText": HELLO });
    let invoke = Ask::json(&titan).path("/model/amazon.titan-text-express-v1/invoke").level("2");
    let typed =
        |kind: &str| gate.ask(invoke.clone().without("content-type").head("content-type", kind)).status;
    assert_eq!(gate.ask(invoke.clone().without("content-type")).status, 200, "as boto3 sends it");
    assert_eq!(typed("application/octet-stream"), 200, "as the SDK for JavaScript sends it");
    assert_eq!((typed("application/json"), typed("text/plain")), (200, 415));
    let body = json!({ "messages": [{ "role": "user", "content": [{ "text": HELLO }] }] });
    let converse = Ask::json(&body).path("/model/amazon.nova-lite-v1%3A0/converse").level("2");
    assert_eq!(gate.ask(converse.clone().without("content-type")).status, 415);
    assert_eq!(gate.ask(converse).status, 200);
}

#[test]
fn an_exception_of_the_backend_ends_the_stream_without_what_it_says() {
    let (gate, backend) = serve("");
    let said = format!("the key {CLOUD_KEY} is too long");
    let bytes = [begun(&["始めます。"]), exception("throttlingException", &said)].concat();
    backend.plays(plays(&bytes, &[7], Duration::ZERO, true));
    let (reply, messages) = stream(&gate, HELLO);
    assert_eq!(messages.text(), "始めます。");
    assert!(!ended(&messages).0.is_empty() && !reply.text().contains(CLOUD_KEY), "{}", reply.show());
}

#[test]
fn a_native_stream_is_read_inside_its_base64() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let (gate, _backend) = serve("");
    let body = json!({ "inputText": "dev:utter aws-key" });
    let path = "/model/amazon.titan-text-express-v1/invoke-with-response-stream";
    let reply = gate.ask(Ask::json(&body).path(path).level("2"));
    let messages = Messages::of(&reply.body);
    let natives = messages.events.iter().filter_map(|(_, payload)| payload["bytes"].as_str());
    let natives: Vec<Value> =
        natives.map(|bytes| serde_json::from_slice(&STANDARD.decode(bytes).unwrap()).unwrap()).collect();
    let words: String = natives.iter().filter_map(|native| native["outputText"].as_str()).collect();
    assert_eq!(words, "キーは[secret.cloud:1]です。", "{}", reply.show());
    assert_eq!(messages.exception, None);
}

#[test]
fn a_head_that_chooses_a_guardrail_is_refused_and_one_that_changes_nothing_is_not() {
    let (gate, backend) = serve("");
    let body = json!({ "anthropic_version": "bedrock-2023-05-31", "max_tokens": 64,
        "messages": [{ "role": "user", "content": HELLO }] });
    let ask = |name: &str, value: &str| {
        let path = "/model/jp.anthropic.claude-sonnet-4-6/invoke";
        gate.ask(Ask::json(&body).path(path).level("2").head(name, value))
    };
    assert_eq!(ask("x-amzn-bedrock-trace", "DISABLED").status, 200);
    assert_eq!(backend.requests().len(), 1);
    for (name, value) in [
        ("x-amzn-bedrock-guardrailidentifier", "gr-1"),
        ("x-amzn-bedrock-trace", "ENABLED"),
        ("x-amzn-bedrock-performanceconfig-latency", "optimized"),
    ] {
        let refused = ask(name, value);
        assert_eq!(
            (refused.status, refused.head("x-amzn-errortype")),
            (400, "ValidationException"),
            "{name}"
        );
    }
    assert!(backend.requests().is_empty());
}
