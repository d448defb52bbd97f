//! What is found where, with the rules that ship.

use std::sync::LazyLock;

use sekisho_detectors::RuleSet;
use sekisho_policies::{Direction, Opaque, Turn, Voice};

use super::{Place, hits};
use crate::body::Body;
use crate::json::{Document, JsonLimits};
use crate::wire::Dialect;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

fn body(json: &str) -> Body {
    let limits = JsonLimits::default();
    let document = Document::read(json.as_bytes().to_vec(), &limits).unwrap();
    Body::open(document, Dialect::OpenAiChat.request(), &limits).unwrap()
}

/// Each finding as `rule voice turn: text|text`, a part for every segment it stands in.
fn found(json: &str) -> Vec<String> {
    let body = body(json);
    let hits = hits(&body, &RULES, Direction::Prompt);
    hits.iter()
        .map(|hit| {
            let texts = hit
                .stretches
                .iter()
                .map(|s| body.text(&body.segments[s.segment]).get(s.start..s.end).unwrap().to_owned());
            let rule = RULES.rule(hit.key.rule).id();
            let parts = texts.collect::<Vec<_>>().join("|");
            format!("{rule} {:?} {:?}: {parts}", hit.key.voice, hit.key.turn)
        })
        .collect()
}

fn check(json: &str, expect: &[&str]) {
    assert_eq!(found(json), expect, "{json}");
}

fn check_messages(messages: &str, expect: &[&str]) {
    check(&format!(r#"{{"model":"m","messages":[{messages}]}}"#), expect);
}

#[test]
fn each_role_has_its_voice_and_what_precedes_the_last_answer_is_earlier() {
    check_messages(
        r#"{"role":"system","content":"a@example.jp"},{"role":"user","content":"b@example.jp"},
           {"role":"assistant","content":"c@example.jp"},{"role":"tool","tool_call_id":"1","content":"d@example.jp"},
           {"role":"user","content":"e@example.jp"}"#,
        &[
            "email System Earlier: a@example.jp",
            "email User Earlier: b@example.jp",
            "email Assistant Earlier: c@example.jp",
            "email Tool Newest: d@example.jp",
            "email User Newest: e@example.jp",
        ],
    );
}

#[test]
fn an_answer_that_nothing_follows_makes_nothing_earlier() {
    check_messages(
        r#"{"role":"user","content":"b@example.jp"},{"role":"assistant","content":"c@example.jp"}"#,
        &["email User Newest: b@example.jp", "email Assistant Newest: c@example.jp"],
    );
}

#[test]
fn escapes_hide_nothing() {
    check_messages(
        r#"{"role":"user","content":"\u0061\u0040example.jp"}"#,
        &["email User Newest: a@example.jp"],
    );
    check_messages(r#"{"role":"user","c\u006fntent":"a@example.jp"}"#, &["email User Newest: a@example.jp"]);
}

#[test]
fn splitting_over_parts_hides_nothing() {
    let parts = |a: &str, b: &str| {
        format!(
            r#"{{"role":"user","content":[{{"type":"text","text":"{a}"}},{{"type":"text","text":"{b}"}}]}}"#
        )
    };
    check_messages(&parts("番号は1234 5678", " 9018です"), &["jp.my-number User Newest: 1234 5678| 9018"]);
    check_messages(&parts("tanaka@exam", "ple.jp"), &["email User Newest: tanaka@exam|ple.jp"]);
    check_messages(&parts("番号は1234 5678", " 9019です"), &[]);
}

#[test]
fn keys_numbers_and_unknown_fields_are_looked_at() {
    check(
        r#"{"model":"m","messages":[],"new":{"a@example.jp":1,"note":"b@example.jp"}}"#,
        &["email Other Newest: a@example.jp", "email Other Newest: b@example.jp"],
    );
    check(
        r#"{"model":"m","messages":[],"new":{"マイナンバー":123456789018}}"#,
        &["jp.my-number Other Newest: 123456789018"],
    );
    check(
        r#"{"model":"m","messages":[],"new":{"マイナンバー":"123456789018"}}"#,
        &["jp.my-number Other Newest: 123456789018"],
    );
    check(
        r#"{"model":"m","messages":[],"new":{"マイナンバー":1.23456789018e11}}"#,
        &["jp.my-number Other Newest: 1.2345678901"],
    );
}

#[test]
fn a_number_without_context_is_only_a_number() {
    check(r#"{"model":"m","messages":[],"seed":123456789018}"#, &[]);
    check(r#"{"model":"m","messages":[],"new":{"マイナンバー":123456789019}}"#, &[]);
}

#[test]
fn json_in_strings_is_opened_as_often_as_it_is_packed() {
    let call = |arguments: &str| {
        let arguments = crate::json::quote(arguments);
        format!(
            r#"{{"role":"assistant","tool_calls":[{{"id":"1","type":"function","function":{{"name":"f","arguments":{arguments}}}}}]}}"#
        )
    };
    check_messages(&call(r#"{"to":"\u0061@example.jp"}"#), &["email Assistant Newest: a@example.jp"]);
    let twice = format!(r#"{{"x":{}}}"#, crate::json::quote(r#"["\u0061@example.jp"]"#));
    check_messages(&call(&twice), &["email Assistant Newest: a@example.jp"]);
    check_messages(
        &call(r#"{"マイナンバー": 123456789018}"#),
        &["jp.my-number Assistant Newest: 123456789018"],
    );
    check_messages(&call("{not json, a@example.jp"), &["email Assistant Newest: a@example.jp"]);
}

#[test]
fn more_layers_than_are_opened_is_an_error() {
    let packed = |times| (0..times).fold(r#""x""#.to_owned(), |json, _| crate::json::quote(&json));
    let opens = |times| {
        let json = format!(r#"{{"new":{}}}"#, packed(times));
        let document = Document::read(json.into_bytes(), &JsonLimits::default()).unwrap();
        Body::open(document, Dialect::OpenAiChat.request(), &JsonLimits::default()).is_ok()
    };
    assert!(opens(4));
    assert!(!opens(5));
}

#[test]
fn what_steers_or_cannot_be_read_is_noted() {
    let check = |member: &str, expect: &[Opaque]| {
        let json = format!(r#"{{"model":"m","messages":[],{member}}}"#);
        let kinds: Vec<_> = body(&json).opaque.iter().map(|noted| noted.kind).collect();
        assert_eq!(kinds, expect, "{member}");
    };
    check(r#""store":false"#, &[]);
    check(r#""store":true"#, &[Opaque::Steers]);
    check(r#""store":null"#, &[]);
    check(r#""web_search_options":{}"#, &[Opaque::Steers]);
    check(r#""prompt_cache_retention":"24h""#, &[Opaque::Steers]);
    check(r#""prompt_cache_retention":"in_memory""#, &[]);
    check(r#""brand_new":1"#, &[Opaque::Field]);
    check(r#""brand_new":{"a":{"b":1}}"#, &[Opaque::Field]);
    check(r#""temperature":0.7"#, &[]);
    check(r#""temperature":"hot""#, &[Opaque::Field]);
    check(r#""service_tier":"elsewhere""#, &[Opaque::Field]);
    check(r#""modalities":["text"]"#, &[]);
    check(r#""modalities":["text","audio"]"#, &[Opaque::Field]);
    check(r#""tools":[{"type":"function","function":{"name":"f","parameters":{"x":{}}}}]"#, &[]);
    check(r#""tools":[{"type":"function","function":{"name":"f"},"x":1}]"#, &[Opaque::Field]);
    check(r#""tools":[{"type":"mcp","server_url":"https://example.jp"}]"#, &[Opaque::Tool]);
    check(r#""tools":[{"Type":"function"}]"#, &[Opaque::Tool]);
    check(r#""response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"a":1}}}"#, &[]);
    check(r#""metadata":{"a":"b"},"user":"u","logprobs":true,"top_logprobs":3"#, &[]);
}

#[test]
fn media_is_noted_and_addresses_steer() {
    let check = |part: &str, expect: &[Opaque]| {
        let json = format!(r#"{{"model":"m","messages":[{{"role":"user","content":[{part}]}}]}}"#);
        let body = body(&json);
        let user = Place { voice: Voice::User, turn: Turn::Newest };
        let expect: Vec<_> = expect.iter().map(|kind| (*kind, user)).collect();
        let noted: Vec<_> = body.opaque.iter().map(|noted| (noted.kind, noted.place)).collect();
        assert_eq!(noted, expect, "{part}");
    };
    check(r#"{"type":"text","text":"a"}"#, &[]);
    check(
        r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAAN"}}"#,
        &[Opaque::Media],
    );
    check(
        r#"{"type":"image_url","image_url":{"url":"data:image/png;base64,44GC44GE"}}"#,
        &[Opaque::Mismatch],
    );
    check(r#"{"type":"image_url","image_url":{"url":"https://example.jp/a.png"}}"#, &[Opaque::Steers]);
    check(r#"{"type":"file","file":{"file_id":"file-1"}}"#, &[Opaque::Steers]);
    check(
        r#"{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0xLjcK","filename":"a.pdf"}}"#,
        &[Opaque::Document],
    );
    check(r#"{"type":"video_url","video_url":{"url":"x"}}"#, &[Opaque::Field]);
}
