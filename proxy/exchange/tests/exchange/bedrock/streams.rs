//! Event streams: what goes on from event to event, what is held, and how they end.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sekisho_audit::{CompletionRecord, Evidence};
use sekisho_exchange::eventstream::{self, Decoder, Message, MessageKind};
use sekisho_exchange::{Ending, Passage};

use super::super::gate::{LATER, completion};
use super::*;

/// What a client is told, and how it ended.
struct Streamed {
    messages: Vec<Message>,
    completion: CompletionRecord,
}

impl Streamed {
    /// The events, by name, and what they say.
    fn events(&self) -> Vec<(String, Value)> {
        let events = self.messages.iter().filter(|message| message.kind == MessageKind::Event);
        events.map(|event| (event.name.clone(), serde_json::from_slice(&event.payload).unwrap())).collect()
    }

    /// The model's own events.
    fn native(&self) -> Vec<Value> {
        let decoded = |payload: &Value| STANDARD.decode(payload["bytes"].as_str().unwrap()).unwrap();
        self.events().iter().map(|(_, payload)| serde_json::from_slice(&decoded(payload)).unwrap()).collect()
    }

    /// The words at that place of every delta, joined.
    fn words(&self, pointer: &str) -> String {
        let events = self.events();
        let deltas =
            events.iter().filter(|(name, _)| name == "contentBlockDelta").map(|(_, payload)| payload);
        deltas.filter_map(|payload| payload.pointer(pointer).and_then(Value::as_str)).collect()
    }

    fn names(&self) -> Vec<String> {
        self.events().into_iter().map(|(name, _)| name).collect()
    }

    fn exception(&self) -> Option<(&str, Value)> {
        let last = self.messages.last().filter(|last| last.kind == MessageKind::Exception)?;
        Some((last.name.as_str(), serde_json::from_slice(&last.payload).unwrap()))
    }
}

/// Streams these bytes through a guard; a push takes as many of them.
fn streamed_in(how: Ask<'_>, body: &str, bytes: &[u8], piece: usize) -> Streamed {
    let (_, passage) = ask(how, body).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal));
    guarded(passage, bytes, piece)
}

fn guarded(passage: Passage, bytes: &[u8], piece: usize) -> Streamed {
    assert!(passage.streams(200, Some("application/vnd.amazon.eventstream")));
    assert!(!passage.streams(200, Some("text/event-stream")));
    let mut guard = passage.stream();
    let (mut told, mut ending) = (Vec::new(), Ending::Complete);
    for part in bytes.chunks(piece) {
        match guard.push(part, 0) {
            Ok(released) => told.extend(released.into_bytes()),
            Err(refusal) => {
                ending = Ending::Refused(refusal);
                break;
            }
        }
    }
    let ended = guard.end(ending, LATER);
    let completion = completion(&ended.records());
    told.extend(ended.into_bytes());
    let (mut decoder, mut messages) = (Decoder::new(1 << 20), Vec::new());
    decoder.push(&told, &mut messages).unwrap();
    decoder.finish().unwrap();
    Streamed { messages, completion }
}

const STREAM: Ask<'static> = Ask { target: "/model/jp.anthropic.claude-sonnet-4-6/converse-stream", ..AT_2 };

fn streamed(events: &[(&str, &str)]) -> Streamed {
    let mut bytes = Vec::new();
    events.iter().for_each(|(name, payload)| {
        eventstream::event(name, "application/json", payload.as_bytes(), &mut bytes);
    });
    let whole = streamed_in(STREAM, &says("hello"), &bytes, bytes.len().max(1));
    let cut = streamed_in(STREAM, &says("hello"), &bytes, 7);
    // However it was cut, the same words arrive.
    assert_eq!(whole.words("/delta/text"), cut.words("/delta/text"));
    assert_eq!(whole.exception(), cut.exception());
    whole
}

fn delta(text: &str) -> (&'static str, String) {
    let text = serde_json::to_string(text).unwrap();
    ("contentBlockDelta", format!(r#"{{"contentBlockIndex":0,"delta":{{"text":{text}}},"p":"abcdefgh"}}"#))
}

/// An answer of these pieces of text.
fn said(pieces: &[&str]) -> Streamed {
    let mut events = vec![("messageStart", r#"{"role":"assistant","p":"ab"}"#.to_owned())];
    events.extend(pieces.iter().map(|piece| delta(piece)));
    events.extend([
        ("contentBlockStop", r#"{"contentBlockIndex":0}"#.to_owned()),
        ("messageStop", r#"{"stopReason":"end_turn"}"#.to_owned()),
        (
            "metadata",
            r#"{"usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":5}}"#
                .to_owned(),
        ),
    ]);
    let events: Vec<(&str, &str)> = events.iter().map(|(name, payload)| (*name, payload.as_str())).collect();
    streamed(&events)
}

#[test]
fn a_clean_stream_passes_with_all_its_events_and_without_padding() {
    let told = said(&["本日の", "議事は", "以上です。"]);
    assert_eq!(told.words("/delta/text"), "本日の議事は以上です。");
    let names = told.names();
    assert_eq!((names[0].as_str(), names[4].as_str()), ("messageStart", "contentBlockStop"), "{names:?}");
    assert_eq!(names[5..], ["messageStop", "metadata"]);
    assert!(told.messages.iter().all(|message| message.content_type.as_deref() == Some("application/json")));
    assert!(
        !told.messages.iter().any(|message| String::from_utf8_lossy(&message.payload).contains("abcdefgh"))
    );
    assert_eq!(told.completion.outcome, sekisho_audit::Outcome::Answered);
}

#[test]
fn a_key_over_several_events_is_redacted_before_its_block_ends() {
    let (first, second) = KEY.split_at(9);
    let told = said(&["鍵は", first, second, "です"]);
    assert_eq!(told.words("/delta/text"), "鍵は[secret.cloud:1]です");
    let ended_on = said(&["鍵は", first, second]);
    assert_eq!(ended_on.words("/delta/text"), "鍵は[secret.cloud:1]");
    let names = ended_on.names();
    assert!(
        names.iter().rposition(|name| name == "contentBlockDelta")
            < names.iter().position(|name| name == "contentBlockStop")
    );
}

#[test]
fn what_blocks_ends_the_stream_with_an_exception_that_sdks_raise() {
    let told = said(&["支払は ", "4111 1111 ", "1111 1111", " です"]);
    let (name, body) = told.exception().expect("an exception");
    assert_eq!((name, body["sekisho"]["code"].as_str()), ("validationException", Some("content")));
    assert_eq!(told.words("/delta/text"), "支払は ");
    assert!(said(&["番号は ", "4111 1111 ", "1111 1112", " です"]).exception().is_none());
}

#[test]
fn arguments_of_a_tool_call_are_held_until_they_are_whole() {
    let (first, second) = KEY.split_at(5);
    let piece = |input: &str| {
        format!(
            r#"{{"contentBlockIndex":1,"delta":{{"toolUse":{{"input":{}}}}}}}"#,
            serde_json::to_string(input).unwrap()
        )
    };
    let (one, two) = (piece(&format!(r#"{{"q":"{first}"#)), piece(&format!(r#"{second}"}}"#)));
    let told = streamed(&[
        (
            "contentBlockStart",
            r#"{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"tooluse_abc","name":"search"}}}"#,
        ),
        ("contentBlockDelta", &one),
        ("contentBlockDelta", &two),
        ("contentBlockStop", r#"{"contentBlockIndex":1}"#),
        ("messageStop", r#"{"stopReason":"tool_use"}"#),
    ]);
    assert_eq!(told.words("/delta/toolUse/input"), r#"{"q":"[secret.cloud:1]"}"#);
    assert_eq!(told.events()[0].1["start"]["toolUse"]["name"], "search");
}

/// A block of reasoning in these pieces, and its signature.
fn reasoning(pieces: &[&str]) -> Vec<(&'static str, String)> {
    let delta = |member: &str, text: &str| {
        format!(r#"{{"contentBlockIndex":0,"delta":{{"reasoningContent":{{"{member}":"{text}"}}}}}}"#)
    };
    let mut events: Vec<_> = pieces.iter().map(|piece| ("contentBlockDelta", delta("text", piece))).collect();
    events.push(("contentBlockDelta", delta("signature", "c2lnbmF0dXJl")));
    events.push(("contentBlockStop", r#"{"contentBlockIndex":0}"#.to_owned()));
    events
}

#[test]
fn signed_reasoning_is_told_when_it_is_whole_and_clean() {
    let reasons = |pieces: &[&str]| {
        let events = reasoning(pieces);
        let events: Vec<(&str, &str)> =
            events.iter().map(|(name, payload)| (*name, payload.as_str())).collect();
        streamed(&events)
    };
    let told = reasons(&["まず", "次に"]);
    assert_eq!(told.words("/delta/reasoningContent/text"), "まず次に");
    assert_eq!(told.words("/delta/reasoningContent/signature"), "c2lnbmF0dXJl");
    assert_eq!(told.names(), ["contentBlockDelta", "contentBlockDelta", "contentBlockStop"]);
    let (first, second) = KEY.split_at(9);
    let told = reasons(&["まず", first, second]);
    assert_eq!(told.exception().expect("an exception").1["sekisho"]["code"], "answer-not-removable");
    assert_eq!(told.words("/delta/reasoningContent/signature"), "");
}

#[test]
fn signed_reasoning_that_may_go_goes_with_its_signature_and_the_rest_is_told() {
    let (first, second) = KEY.split_at(9);
    let mut bytes = Vec::new();
    let after = r#"{"contentBlockIndex":1,"delta":{"text":"済。"}}"#.to_owned();
    for (name, payload) in
        reasoning(&["まず", first, second]).into_iter().chain([("contentBlockDelta", after)])
    {
        eventstream::event(name, "application/json", payload.as_bytes(), &mut bytes);
    }
    let (_, passage) = ask_under(&DROPPING, STREAM, &says("hello")).map_err(|told| told.refusal).unwrap();
    let told = guarded(passage, &bytes, 9);
    assert_eq!(told.names(), ["contentBlockStop", "contentBlockDelta"]);
    assert_eq!(told.words("/delta/text"), "済。");
    assert!(told.exception().is_none());
    assert_eq!(told.completion.obligations.len(), 1);
}

#[test]
fn an_event_that_nobody_knows_says_nothing() {
    let told = streamed(&[
        ("novelEvent", r#"{"words":"秘密の言葉"}"#),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"novel":"目新しい"}}"#),
    ]);
    assert_eq!(told.events()[0], ("novelEvent".to_owned(), serde_json::json!({ "words": null })));
    assert_eq!(told.words("/delta/novel"), "目新しい");
}

#[test]
fn what_is_no_event_of_the_dialect_breaks_the_stream() {
    for (name, payload) in [
        ("contentBlockDelta", r#"{"contentBlockIndex":0.0,"delta":{"text":"a"}}"#),
        ("contentBlockDelta", r#"{"delta":{"text":"a"},"delta":{"text":"b"}}"#),
        ("contentBlockDelta", r#"{"delta":{"text":"a"}},"x":{}"#),
        ("contentBlockDelta", r#""text""#),
        ("contentBlockDelta", ""),
        ("content-block", "{}"),
    ] {
        let told = streamed(&[(name, payload)]);
        let (exception, body) = told.exception().expect("an exception");
        assert_eq!(
            (exception, body["sekisho"]["code"].as_str()),
            ("modelStreamErrorException", Some("upstream-unreadable")),
            "{payload}"
        );
    }
}

#[test]
fn a_damaged_or_unfinished_message_is_no_end() {
    let mut bytes = Vec::new();
    eventstream::event("messageStop", "application/json", br#"{"stopReason":"end_turn"}"#, &mut bytes);
    let code = |bytes: &[u8]| {
        let told = streamed_in(STREAM, &says("hello"), bytes, 5);
        told.exception().map(|(_, body)| body["sekisho"]["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(code(&bytes), None);
    assert_eq!(code(&bytes[..bytes.len() - 1]).as_deref(), Some("upstream-broken"));
    let last = bytes.len() - 6;
    bytes[last] ^= 1;
    assert_eq!(code(&bytes).as_deref(), Some("upstream-unreadable"));
}

#[test]
fn a_failure_that_the_backend_reports_is_told_in_its_words_and_guarded() {
    let mut bytes = Vec::new();
    let (name, payload) = delta("済。");
    eventstream::event(name, "application/json", payload.as_bytes(), &mut bytes);
    let said = format!(r#"{{"message":"the key {KEY} is out of credit"}}"#);
    eventstream::exception("throttlingException", said.as_bytes(), &mut bytes);
    let told = streamed_in(STREAM, &says("hello"), &bytes, 11);
    let (name, body) = told.exception().expect("an exception");
    assert_eq!(
        (name, body["message"].as_str()),
        ("modelStreamErrorException", Some("the key [secret.cloud:1] is out of credit"))
    );
    assert_eq!(told.words("/delta/text"), "済。");
}

/// Streams the model's own events.
fn native(target: &str, body: &str, events: &[&str]) -> Streamed {
    let mut bytes = Vec::new();
    for event in events {
        let payload = format!(r#"{{"bytes":"{}","p":"abcd"}}"#, STANDARD.encode(event));
        eventstream::event("chunk", "application/json", payload.as_bytes(), &mut bytes);
    }
    let level = if target.contains("claude") { "2" } else { "1" };
    streamed_in(Ask { target, header: Some(level), ..AT_1 }, body, &bytes, 13)
}

#[test]
fn events_of_claude_are_guarded_inside_their_base64() {
    let (first, second) = KEY.split_at(9);
    let text = |piece: &str| {
        format!(
            r#"{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{piece}"}}}}"#
        )
    };
    let body = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}"#;
    let told = native(
        "/model/claude/invoke-with-response-stream",
        body,
        &[
            r#"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude","stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}"#,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            &text("鍵は"),
            &text(first),
            &text(second),
            r#"{"type":"content_block_stop","index":0}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}"#,
            r#"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":1}}"#,
        ],
    );
    let events = told.native();
    let words: String =
        events.iter().filter_map(|event| event.pointer("/delta/text").and_then(Value::as_str)).collect();
    assert_eq!(words, "鍵は[secret.cloud:1]");
    assert!(events.iter().all(|event| event.get("p").is_none()));
    assert_eq!(
        (events[0]["type"].as_str(), events.last().unwrap()["type"].as_str()),
        (Some("message_start"), Some("message_stop"))
    );
    assert_eq!(events[1]["content_block"]["type"], "text");
}

#[test]
fn events_of_other_models_are_guarded_string_by_string() {
    let (first, second) = KEY.split_at(9);
    let words = |told: &Streamed, pointer: &str| -> String {
        told.native().iter().filter_map(|event| event.pointer(pointer).and_then(Value::as_str)).collect()
    };
    let llama = native(
        "/model/meta.llama3-1-70b-instruct-v1%3A0/invoke-with-response-stream",
        r#"{"prompt":"hello"}"#,
        &[
            &format!(r#"{{"generation":"鍵は{first}","prompt_token_count":1,"stop_reason":null}}"#),
            &format!(r#"{{"generation":"{second}","stop_reason":null}}"#),
            r#"{"generation":"","generation_token_count":3,"stop_reason":"stop"}"#,
        ],
    );
    assert_eq!(words(&llama, "/generation"), "鍵は[secret.cloud:1]");
    assert_eq!(llama.native().last().unwrap()["stop_reason"], "stop");
    let other = native(
        "/model/stability.sd3-large-v1%3A0/invoke-with-response-stream",
        r#"{"a":"hello"}"#,
        &[&format!(r#"{{"x":{{"y":["{first}"]}}}}"#), &format!(r#"{{"x":{{"y":["{second}"]}}}}"#)],
    );
    assert_eq!(words(&other, "/x/y/0"), "[secret.cloud:1]");
}

#[test]
fn a_chunk_holds_base64_of_an_event_and_nothing_else() {
    let body = r#"{"prompt":"hello"}"#;
    let target = "/model/meta.llama3-1-70b-instruct-v1%3A0/invoke-with-response-stream";
    for payload in [
        r#"{"bytes":"e"}"#,
        r#"{"bytes":7}"#,
        r#"{"other":"e30="}"#,
        r#"{"bytes":"e30=","bytes":"e30="}"#,
        r#"{"bytes":"//8="}"#,
    ] {
        let mut bytes = Vec::new();
        eventstream::event("chunk", "application/json", payload.as_bytes(), &mut bytes);
        let told = streamed_in(Ask { target, ..AT_1 }, body, &bytes, 64);
        assert_eq!(
            told.exception().expect("an exception").1["sekisho"]["code"],
            "upstream-unreadable",
            "{payload}"
        );
    }
}
