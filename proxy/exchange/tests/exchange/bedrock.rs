//! Amazon Bedrock: the operations, their bodies, and their streams.

mod requests;
mod streams;

use serde_json::Value;

use super::gate::{
    AT_1, AT_2, Ask, DROPPING, RECORD, Told, answered, ask, ask_under, cleared, head, refused, text,
};
use sekisho_exchange::Received;

const KEY: &str = concat!("AKIA", "RZPUZDIKABNBHR4I");

const CONVERSE: Ask<'static> = Ask { target: "/model/jp.anthropic.claude-sonnet-4-6/converse", ..AT_2 };

fn at(target: &str) -> Ask<'_> {
    Ask { target, ..AT_2 }
}

/// A body of Converse with these blocks in the user's only message.
fn converse(blocks: &str) -> String {
    format!(r#"{{"messages":[{{"role":"user","content":[{blocks}]}}]}}"#)
}

/// A body of Converse of one text.
fn says(said: &str) -> String {
    converse(&format!(r#"{{"text":{}}}"#, serde_json::to_string(said).unwrap()))
}

/// What a client is told of an answer to a plain question.
fn answer(how: Ask<'_>, status: u16, body: &str) -> Result<(u16, Value), Box<Told>> {
    let (_, passage) = ask(how, &says("hello")).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal));
    let received = Received::new(status, Some("application/json"), body.as_bytes().to_vec());
    answered(passage, received)
        .map(|(reply, _)| (reply.status(), serde_json::from_str(&text(&reply)).unwrap()))
}

#[test]
fn a_request_goes_to_the_model_of_the_backend_and_to_nowhere_else() {
    let sent = |how: Ask<'_>, body: &str| {
        let (cleared, _) = ask(how, body).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal));
        let (backend, path) = (cleared.backend().id.clone(), cleared.path().to_owned());
        (backend, path, String::from_utf8(cleared.into_body()).unwrap())
    };
    let check = |how: Ask<'_>, backend: &str, path: &str| {
        let body = says("hello");
        assert_eq!(sent(how, &body), (backend.to_owned(), path.to_owned(), body));
    };
    let near = "/model/jp.anthropic.claude-sonnet-4-6";
    check(at("/model/claude/converse"), "near-claude", &format!("{near}/converse"));
    check(at("/model/claude/converse-stream"), "near-claude", &format!("{near}/converse-stream"));
    check(
        Ask { target: "/model/claude/converse", ..AT_1 },
        "far-claude",
        "/model/global.anthropic.claude-sonnet-4-6/converse",
    );
    check(
        at("/model/amazon.nova-lite-v1%3A0/converse"),
        "near-nova",
        "/model/amazon.nova-lite-v1%3A0/converse",
    );
    let arn =
        "/model/arn%3Aaws%3Abedrock%3Aap-northeast-1%3A123456789012%3Aapplication-inference-profile%2Fk3v8";
    check(at(&format!("{arn}/converse")), "near-claude", &format!("{near}/converse"));
}

#[test]
fn a_name_that_policy_does_not_know_and_a_place_that_the_label_does_not_allow_are_refused() {
    let check =
        |how: Ask<'_>, expect: &str| assert_eq!(refused(how, &says("hello")), expect, "{}", how.target);
    check(at("/model/jp.anthropic.claude-sonnet-4-6/converse"), "cleared");
    check(at("/model/jp.anthropic.claude-opus-4-8/converse"), "unknown-model");
    check(
        at(
            "/model/arn%3Aaws%3Abedrock%3Aap-northeast-1%3A123456789012%3Aapplication-inference-profile%2Fother/converse",
        ),
        "unknown-model",
    );
    // A model of another wire form.
    check(at("/model/m/converse"), "unknown-model");
    check(at("/model/global.anthropic.claude-sonnet-4-6/converse"), "no-zone");
    check(Ask { target: "/model/global.anthropic.claude-sonnet-4-6/converse", ..AT_1 }, "cleared");
}

#[test]
fn a_refusal_is_one_that_sdks_raise() {
    let told = |how: Ask<'_>, body: &str| ask(how, body).map(|_| ()).unwrap_err();
    let check = |told: &Told, status: u16, exception: &str, code: &str| {
        assert_eq!((told.reply.status(), head(&told.reply, "x-amzn-errortype")), (status, Some(exception)));
        let body: Value = serde_json::from_str(&text(&told.reply)).unwrap();
        assert_eq!(
            (body["sekisho"]["code"].as_str(), body["sekisho"]["record"].as_str()),
            (Some(code), Some(RECORD))
        );
        assert!(body["message"].as_str().unwrap().contains(" / "), "{body}");
    };
    let card = told(CONVERSE, &says("4111 1111 1111 1111"));
    check(&card, 403, "AccessDeniedException", "content");
    assert!(text(&card.reply).contains("no-cards"));
    check(&told(CONVERSE, "{"), 400, "ValidationException", "json");
    check(&told(at("/model/other/converse"), &says("a")), 404, "ResourceNotFoundException", "unknown-model");
}

#[test]
fn findings_are_redacted_wherever_they_stand() {
    let check = |target: &str, body: &str, expect: &str| assert_eq!(cleared(at(target), body), expect);
    let swap = |body: String, expect: &str| (body.replace("KEY", KEY), body.replace("KEY", expect));
    let bodies = [
        converse(r#"{"text":"KEY"}"#),
        converse(r#"{"toolResult":{"toolUseId":"t","content":[{"text":"KEY"},{"json":{"a":["KEY"]}}]}}"#),
        converse(r#"{"document":{"format":"txt","name":"n","source":{"text":"KEY"}}}"#).replace("document", "searchResult").replace(r#""format":"txt","name":"n","source":{"text":"KEY"}"#, r#""source":"s","title":"KEY","content":[]"#),
        r#"{"system":[{"text":"KEY"}],"messages":[]}"#.to_owned(),
        r#"{"messages":[{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"n","input":{"q":"KEY"}}}]}]}"#.to_owned(),
        r#"{"messages":[],"toolConfig":{"tools":[{"toolSpec":{"name":"n","description":"KEY","inputSchema":{"json":{"type":"object"}}}}]}}"#.to_owned(),
    ];
    for body in bodies {
        let (sent, expect) = swap(body, "[secret.cloud:1]");
        check(CONVERSE.target, &sent, &expect);
    }
    let claude = "/model/claude/invoke";
    let (sent, expect) = swap(
        r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":100,"system":"KEY","messages":[{"role":"user","content":[{"type":"text","text":"KEY"}]}]}"#.to_owned(),
        "[secret.cloud:1]",
    );
    check(claude, &sent, &expect);
    let (sent, expect) = swap(r#"{"prompt":"KEY"}"#.to_owned(), "[secret.cloud:1]");
    assert_eq!(
        cleared(Ask { target: "/model/meta.llama3-1-70b-instruct-v1%3A0/invoke", ..AT_1 }, &sent),
        expect
    );
}

#[test]
fn an_answer_is_guarded_in_all_its_blocks_and_in_what_a_guardrail_found() {
    let body = r#"{"output":{"message":{"role":"assistant","content":[{"text":"KEY"},{"toolUse":{"toolUseId":"t","name":"n","input":{"a":"KEY"}}}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":5},"trace":{"guardrail":{"match":"KEY"}}}"#;
    let (status, told) =
        answer(CONVERSE, 200, &body.replace("KEY", KEY)).map_err(|told| told.refusal).unwrap();
    let expect: Value = serde_json::from_str(&body.replace("KEY", "[secret.cloud:1]")).unwrap();
    assert_eq!((status, told), (200, expect));
    let blocked = answer(CONVERSE, 200, &body.replace("KEY", "4111 1111 1111 1111")).map(|_| ()).unwrap_err();
    assert_eq!(
        (blocked.refusal.code(), head(&blocked.reply, "x-amzn-errortype")),
        ("content", Some("AccessDeniedException"))
    );
}

#[test]
fn a_backends_error_is_told_as_its_sdk_expects() {
    let (status, told) = answer(CONVERSE, 400, &format!(r#"{{"message":"no such field {KEY}"}}"#))
        .map_err(|told| told.refusal)
        .unwrap();
    assert_eq!((status, told["message"].as_str()), (400, Some("no such field [secret.cloud:1]")));
    assert_eq!(
        answer(CONVERSE, 403, r#"{"message":"x"}"#).map(|_| ()).unwrap_err().refusal.code(),
        "upstream-status"
    );
}
