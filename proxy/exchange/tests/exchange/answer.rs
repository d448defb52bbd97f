//! The way back: from whatever a backend sent to what the client is told.

use sekisho_audit::{Evidence, Outcome};
use sekisho_exchange::Received;

use super::gate::{
    AT_1, AT_2, LATER, RECORD, answer, answered, ask, chat, completion, decision, head, said, text,
};

const KEY: &str = concat!("AKIA", "RZPUZDIKABNBHR4I");

/// The body told, or the code of the refusal.
fn told(body: &str) -> Result<String, &'static str> {
    answer(AT_2, 200, body).map(|(reply, _)| text(&reply)).map_err(|told| {
        assert!(!text(&told.reply).contains("RZPUZ"));
        told.refusal.code()
    })
}

fn choice(message: &str) -> String {
    format!(r#"{{"model":"m","choices":[{{"message":{message}}}]}}"#)
}

#[test]
fn a_whole_exchange_from_bytes_to_bytes() {
    let question = chat("鍵は{KEY}、連絡先はa@example.jp").replace("{KEY}", KEY);
    let (cleared, passage) = ask(AT_2, &question).map_err(|told| told.refusal.code()).unwrap();
    let forwarded = String::from_utf8(cleared.body().to_vec()).unwrap();
    let expect = chat("鍵は[secret.cloud:1]、連絡先は[pii.email:1]").replace("\"m\"", "\"near-model\"");
    assert_eq!(forwarded, expect);
    let decided = decision(&cleared.records());

    let reply = said("[pii.email:1] と b@example.jp に送りました");
    let received = Received::new(200, Some("application/json; charset=utf-8"), reply.clone().into_bytes());
    let (reply_told, ended) = answered(passage, received).map_err(|told| told.refusal.code()).unwrap();
    let expect = said("[pii.email:1] と [pii.email:2] に送りました").replace("near-model", "m");
    assert_eq!((reply_told.status(), text(&reply_told)), (200, expect));
    assert_eq!(head(&reply_told, "confidentiality-level"), Some("2"));
    assert_eq!(head(&reply_told, "sekisho-record"), Some(RECORD));
    assert_eq!(head(&reply_told, "content-type"), Some("application/json"));

    assert_eq!(
        (ended.exchange, ended.outcome, ended.status),
        (decided.opening.exchange, Outcome::Answered, 200)
    );
    assert_eq!(ended.received.map(|f| f.length_bytes), u64::try_from(reply.len()).ok());
    assert_eq!(ended.released.map(|f| f.length_bytes), u64::try_from(reply_told.body().len()).ok());
    assert_eq!((ended.findings.len(), ended.obligations.len(), ended.reason), (1, 1, None));
    assert_eq!(ended.duration_us, LATER.elapsed_us);
}

#[test]
fn a_clean_answer_keeps_its_bytes_but_for_the_model() {
    assert_eq!(
        told(&said("本日の議事は以上です。")).unwrap(),
        said("本日の議事は以上です。").replace("near-model", "m")
    );
    let spaced =
        "{ \"choices\" : [ ],\n\"usage\":{\"total_tokens\":1.0e2}, \"new\":[1,\"x\"] ,\"model\":\"z\" }";
    assert_eq!(told(spaced).unwrap(), spaced.replace("\"z\"", "\"m\""));
}

#[test]
fn logprobs_are_nulled_always() {
    let body = r#"{"model":"m","choices":[{"logprobs":{"content":[{"token":"a","bytes":[97],"top_logprobs":[]}]},"index":0}]}"#;
    assert_eq!(told(body).unwrap(), r#"{"model":"m","choices":[{"logprobs":null,"index":0}]}"#);
    let many = r#"{"model":"m","choices":[{"logprobs":null},{"logprobs":{"content":["a@example.jp"]}}]}"#;
    assert_eq!(told(many).unwrap(), r#"{"model":"m","choices":[{"logprobs":null},{"logprobs":null}]}"#);
}

#[test]
fn every_choice_part_and_argument_is_looked_at() {
    let check = |message: &str, expect: &str| assert_eq!(told(&choice(message)).unwrap(), choice(expect));
    check(
        r#"{"content":[{"type":"text","text":"番号は1234 5678"},{"type":"text","text":" 9018です"}]}"#,
        r#"{"content":[{"type":"text","text":"番号は[pii.jp.my-number:1]"},{"type":"text","text":"[pii.jp.my-number:2]です"}]}"#,
    );
    check(
        r#"{"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"to\":\"\\u0061@example.jp\"}"}}]}"#,
        r#"{"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"to\":\"[pii.email:1]\"}"}}]}"#,
    );
    check(r#"{"reasoning_content":"a@example.jp"}"#, r#"{"reasoning_content":"[pii.email:1]"}"#);
    check(r#"{"brand_new":{"x":["a@example.jp"]}}"#, r#"{"brand_new":{"x":["[pii.email:1]"]}}"#);
    check(r#"{"brand_new":{"x":["a@example"]}}"#, r#"{"brand_new":{"x":["a@example"]}}"#);
}

#[test]
fn what_cannot_be_taken_out_cuts_the_answer() {
    assert_eq!(told(&choice(r#"{"new":{"a@example.jp":1}}"#)), Err("answer-not-removable"));
    assert_eq!(told(&choice(r#"{"new":{"マイナンバー":123456789018}}"#)), Err("answer-not-removable"));
    let named = format!(
        r#"{{"tool_calls":[{{"id":"1","type":"function","function":{{"name":"{KEY}","arguments":""}}}}]}}"#
    );
    assert_eq!(told(&choice(&named)), Err("answer-not-removable"));
    let sound = r#"{"audio":{"id":"a","data":"UklGRiQAAABXQVZF","expires_at":1,"transcript":""}}"#;
    assert_eq!(told(&choice(sound)), Err("opaque"));
}

#[test]
fn a_cut_answer_tells_nothing_of_itself() {
    let cut = answer(AT_2, 200, &said("【機密性３情報】本件の詳細")).map(|_| ()).unwrap_err();
    assert_eq!((cut.refusal.code(), cut.reply.status()), ("answer-label", 403));
    let told = text(&cut.reply);
    assert!(!told.contains("本件の詳細") && told.contains(RECORD) && told.contains("marked-3"));
    let ended = completion(&cut.records);
    assert_eq!(cut.records.len(), 1);
    assert_eq!((ended.outcome, ended.status, ended.released), (Outcome::Cut(0), 403, None));
    assert!(ended.received.is_some() && !ended.findings.is_empty());
    assert_eq!(ended.rule.map(|rule| rule.to_string()).as_deref(), Some("marked-3"));
    assert!(answer(AT_2, 200, &said("機密性３情報とは何かを説明します")).is_ok());
    assert_eq!(
        answer(AT_1, 200, &said("カード番号 4111 1111 1111 1111")).map(|_| ()).unwrap_err().refusal.code(),
        "content"
    );
}

#[test]
fn an_answer_that_cannot_be_read_in_one_way_is_the_backends_fault() {
    let told = |status, kind: Option<&str>, body: &[u8]| {
        let (_, passage) = ask(AT_2, &chat("hello")).map_err(|told| told.refusal.code()).unwrap();
        let received = Received::new(status, kind, body.to_vec());
        answered(passage, received).map(|(reply, _)| reply.status()).map_err(|told| {
            assert_eq!(completion(&told.records).outcome, Outcome::Sent);
            (told.reply.status(), told.refusal.code())
        })
    };
    let json = Some("application/json");
    assert_eq!(told(200, json, br#"{"model":"x"}"#), Ok(200));
    assert_eq!(told(200, json, br#"{"model":"x","model":"y"}"#), Err((502, "upstream-unreadable")));
    assert_eq!(told(200, json, b"[]"), Err((502, "upstream-unreadable")));
    assert_eq!(told(200, json, b"\x1f\x8b\x08"), Err((502, "upstream-unreadable")));
    assert_eq!(told(200, json, b""), Err((502, "upstream-unreadable")));
    assert_eq!(told(200, Some("text/html"), b"{}"), Err((502, "upstream-type")));
    assert_eq!(told(200, Some("application/json; charset=utf-16"), b"{}"), Err((502, "upstream-type")));
    assert_eq!(told(200, Some("text/event-stream"), b"{}"), Err((502, "upstream-type")));
    assert_eq!(told(200, None, b"{}"), Err((502, "upstream-type")));
    assert_eq!(told(301, json, b"{}"), Err((502, "upstream-status")));
    assert_eq!(told(204, json, b""), Err((502, "upstream-status")));
}

#[test]
fn a_backends_error_is_told_in_our_shape_and_guarded() {
    let error = |status| {
        answer(AT_2, status, &format!(r#"{{"error":{{"message":"no {KEY} here","code":"x","host":"h"}}}}"#))
    };
    let (reply, ended) = error(422).map_err(|told| told.refusal.code()).unwrap();
    assert_eq!(reply.status(), 400);
    assert_eq!(
        text(&reply),
        format!(
            r#"{{"error":{{"message":"no [secret.cloud:1] here","type":"sekisho_upstream_error","param":null,"code":"upstream-error"}},"sekisho":{{"record":"{RECORD}","rule":null}}}}"#
        )
    );
    assert_eq!((ended.outcome, ended.status), (Outcome::Answered, 400));
    assert_eq!(error(429).map(|(reply, _)| reply.status()).map_err(|_| ()), Ok(429));
    for status in [401, 403, 404, 500, 302] {
        let told = error(status).map(|_| ()).unwrap_err();
        assert_eq!((told.refusal.code(), told.reply.status()), ("upstream-status", 502));
        assert!(!text(&told.reply).contains("here"));
    }
    assert_eq!(error(503).map(|_| ()).unwrap_err().reply.status(), 503);
}

#[test]
fn the_models_name_is_written_where_it_stands_and_nowhere_else() {
    let model = |body: &str| {
        let (reply, _) = answer(AT_1, 200, body).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal));
        String::from_utf8(reply.body().to_vec()).unwrap()
    };
    assert_eq!(model(r#"{"model":"near-model","x":1}"#), r#"{"model":"m","x":1}"#);
    assert_eq!(model(r#"{"Model":"near-model","x":1}"#), r#"{"Model":"near-model","x":1}"#);
}
