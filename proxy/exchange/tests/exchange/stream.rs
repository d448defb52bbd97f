//! The way back, event by event: what is told, what is not, and what is written down about it.

mod cuts;
mod ends;

use sekisho_audit::{CompletionRecord, Evidence, Outcome};
use sekisho_exchange::{Ending, Passage, Refusal, Upstream};
use serde_json::{Value, json};

use super::gate::{AT_1, AT_2, Ask, LATER, ask, completion};

const KEY: &str = concat!("AKIA", "RZPUZDIKABNBHR4I");

fn passage(how: Ask<'_>) -> Passage {
    let body = r#"{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}"#;
    let (cleared, passage) = ask(how, body).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal));
    assert!(cleared.heads().contains(&("accept", "text/event-stream")));
    assert!(passage.streams(200, Some("text/event-stream; charset=utf-8")));
    passage
}

/// What a client is told, and how it ended.
struct Told {
    /// What each push let go, then the end.
    steps: Vec<String>,
    completion: CompletionRecord,
}

impl Told {
    fn all(&self) -> String {
        self.steps.concat()
    }

    /// The JSON of every event but `[DONE]`.
    fn events(&self) -> Vec<Value> {
        let all = self.all();
        let data = all.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
        data.filter(|data| *data != "[DONE]").map(|data| serde_json::from_str(data).unwrap()).collect()
    }

    /// The words of a choice's field, joined.
    fn words(&self, choice: u64, pointer: &str) -> String {
        let events = self.events();
        let choices = events.iter().filter_map(|event| event["choices"].as_array()).flatten();
        let deltas = choices.filter(|c| c["index"] == choice).map(|c| &c["delta"]);
        deltas.filter_map(|delta| delta.pointer(pointer).and_then(Value::as_str)).collect()
    }

    fn content(&self) -> String {
        self.words(0, "/content")
    }

    fn error(&self) -> Option<(String, String)> {
        let error = self.events().pop()?.get("error")?.clone();
        Some((error["code"].as_str()?.to_owned(), error["message"].as_str()?.to_owned()))
    }
}

/// Streams these bytes through a guard; a push takes one of them.
fn streamed(how: Ask<'_>, parts: &[&[u8]]) -> Told {
    let mut guard = passage(how).stream();
    let mut steps = Vec::new();
    let mut ending = Ending::Complete;
    for (number, part) in (0..).zip(parts) {
        match guard.push(part, number * 1000) {
            Ok(released) => steps.push(String::from_utf8(released.into_bytes()).unwrap()),
            Err(refusal) => {
                ending = Ending::Refused(refusal);
                break;
            }
        }
        if guard.is_over() {
            break;
        }
    }
    let ended = guard.end(ending, LATER);
    let completion = completion(&ended.records());
    steps.push(String::from_utf8(ended.into_bytes()).unwrap());
    Told { steps, completion }
}

/// One event of these choices.
fn event(choices: &Value) -> String {
    let event = json!({ "id": "c-1", "object": "chat.completion.chunk", "created": 1_795_478_400, "model": "near-model", "choices": choices });
    format!("data: {event}\n\n")
}

fn delta(text: &str) -> String {
    event(&json!([{ "index": 0, "delta": { "content": text }, "finish_reason": null }]))
}

fn finish(reason: &str) -> String {
    event(&json!([{ "index": 0, "delta": {}, "finish_reason": reason }]))
}

const DONE: &str = "data: [DONE]\n\n";

/// An answer of these deltas, as clients are told it.
fn said(deltas: &[&str]) -> Told {
    let mut parts = vec![event(
        &json!([{ "index": 0, "delta": { "role": "assistant", "content": "" }, "finish_reason": null }]),
    )];
    parts.extend(deltas.iter().map(|text| delta(text)));
    parts.extend([finish("stop"), DONE.to_owned()]);
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    streamed(AT_2, &parts)
}

#[test]
fn a_clean_stream_passes_as_it_comes_under_the_name_that_was_asked_for() {
    let told = said(&["本日の", "議事は", "以上です。"]);
    assert_eq!(told.steps.len(), 7);
    assert!(told.steps[..5].iter().all(|step| step.matches("data: ").count() == 1), "{:?}", told.steps);
    assert_eq!(told.content(), "本日の議事は以上です。");
    assert_eq!(told.steps[5..], ["", DONE], "the last event waits for the record");
    let events = told.events();
    assert!(events.iter().all(|event| event["model"] == "m" && event["id"] == "c-1"));
    assert_eq!(events[0]["choices"][0]["delta"]["role"], "assistant");
    assert_eq!(events[4]["choices"][0]["finish_reason"], "stop");
    let ended = told.completion;
    assert_eq!((ended.outcome, ended.status, ended.reason), (Outcome::Answered, 200, None));
    let flow = ended.flow.unwrap();
    assert_eq!(Some(flow.received_bytes), ended.received.map(|print| print.length_bytes));
    assert_eq!(Some(flow.released_bytes), ended.released.map(|print| print.length_bytes));
    assert_eq!((flow.removed_bytes, flow.first_ms), (0, Some(0)));
    // No more than the word that was being written.
    assert!(flow.held_bytes_max < 16, "{}", flow.held_bytes_max);
}

#[test]
fn a_key_cut_anywhere_does_not_come_through() {
    for at in 1..KEY.len() {
        let (first, second) = KEY.split_at(at);
        let told = said(&["値は", first, second, "です"]);
        assert_eq!(told.content(), "値は[secret.cloud:1]です");
        assert!(!told.all().contains("RZPU"));
        let flow = told.completion.flow.unwrap();
        assert_eq!((flow.removed_bytes, flow.held_bytes_max), (20, 20), "until what follows is no letter");
        assert_eq!((told.completion.findings.len(), told.completion.obligations[0].count), (1, 1));
    }
}

#[test]
fn what_is_held_is_told_before_its_choice_is_finished() {
    let told = said(&["see AKI"]);
    assert_eq!(told.content(), "see AKI");
    let last = told.events().len() - 1;
    assert_eq!(told.events()[last]["choices"][0]["finish_reason"], "stop");
    let held = told.events()[last - 1]["choices"][0]["delta"]["content"].as_str().unwrap().to_owned();
    assert!(held.ends_with("AKI"), "{held}");
    let at_once = streamed(
        AT_2,
        &[event(&json!([{ "index": 0, "delta": { "content": KEY }, "finish_reason": "stop" }])).as_bytes()],
    );
    assert_eq!((at_once.content().as_str(), at_once.events().len()), ("[secret.cloud:1]", 1));
    let unfinished = streamed(AT_2, &[delta("a AKI").as_bytes()]);
    assert_eq!(unfinished.content(), "a AKI");
    assert!(!unfinished.all().contains("[DONE]"), "what the backend did not say is not said");
}

#[test]
fn usage_and_comments_stay_where_they_are() {
    let usage = "data: {\"id\":\"c-1\",\"model\":\"z\",\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n";
    let parts = [
        delta("AK"),
        ": OPENROUTER PROCESSING\n\n".into(),
        delta("IA"),
        finish("stop"),
        usage.into(),
        DONE.into(),
    ];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    let told = streamed(AT_2, &parts);
    assert_eq!(told.steps[1], ":\n\n");
    assert_eq!(told.content(), "AKIA");
    assert_eq!(told.events().last().unwrap()["usage"]["total_tokens"], 3);
}

#[test]
fn choices_and_fields_interleave_and_do_not_mix() {
    let (first, second) = KEY.split_at(7);
    let both = |a: &str, b: &str| {
        event(
            &json!([{ "index": 0, "delta": { "content": a } }, { "index": 1, "delta": { "reasoning_content": b } }]),
        )
    };
    let parts =
        [both(first, second), both("…", first), both(second, second), both("。", "。"), finish("stop")];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    let told = streamed(AT_2, &parts);
    assert_eq!(told.content(), format!("{first}…{second}。"));
    assert_eq!(told.words(1, "/reasoning_content"), format!("{second}{KEY}。"), "not at a word's beginning");
    let parts = [both("", first), both("", second), both("", "。")];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    assert_eq!(streamed(AT_2, &parts).words(1, "/reasoning_content"), "[secret.cloud:1]。");
}

#[test]
fn a_stream_has_so_many_texts_and_no_more() {
    let fields = |count: usize| {
        let delta: serde_json::Map<_, _> = (0..count).map(|n| (format!("f{n}"), json!("word "))).collect();
        event(&json!([{ "index": 0, "delta": delta }]))
    };
    let most = [fields(1024), fields(1024), finish("stop")];
    let told = streamed(AT_2, &most.each_ref().map(String::as_bytes));
    assert_eq!((told.error(), told.words(0, "/f1023")), (None, "word word ".to_owned()));
    let more = [fields(1025), finish("stop")];
    let told = streamed(AT_2, &more.each_ref().map(String::as_bytes));
    assert_eq!(told.error().map(|(code, _)| code).as_deref(), Some("upstream-unreadable"));
}

#[test]
fn a_field_of_a_delta_that_nobody_knows_is_a_text_like_any_other() {
    let (first, second) = KEY.split_at(7);
    let new =
        |text: &str| event(&json!([{ "index": 0, "delta": { "thought": [{ "index": 4, "words": text }] } }]));
    let parts = [new(first), new(second), finish("stop")];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    let told = streamed(AT_2, &parts);
    assert_eq!(told.words(0, "/thought/0/words"), "[secret.cloud:1]");
    assert!(!told.all().contains("RZPU"));
}

#[test]
fn what_stands_beside_the_deltas_and_nobody_knows_does_not_pass() {
    let parts = [
        r#"data: {"provider":"AKIARZPU","choices":[{"index":0,"logprobs":{"content":[{"token":"x"}]},"delta":{"content":"a"},"new":["ZDIKABNBHR4I"]}],"obfuscation":"xyz"}"#,
        "\n\n",
    ];
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    let told = streamed(AT_2, &parts);
    let event = &told.events()[0];
    assert_eq!(event["provider"], Value::Null);
    assert_eq!(event["obfuscation"], Value::Null);
    assert_eq!(event["choices"][0]["new"], json!([null]));
    assert_eq!(event["choices"][0]["logprobs"], Value::Null);
    assert_eq!(told.content(), "a");
}

fn call(arguments: &str, first: bool) -> String {
    let mut piece = json!({ "index": 0, "function": { "arguments": arguments } });
    if first {
        piece["id"] = "call_1".into();
        piece["type"] = "function".into();
        piece["function"]["name"] = "find".into();
    }
    event(&json!([{ "index": 0, "delta": { "tool_calls": [piece] }, "finish_reason": null }]))
}

fn called(arguments: &[&str]) -> Told {
    let mut parts = vec![call("", true)];
    parts.extend(arguments.iter().map(|piece| call(piece, false)));
    parts.extend([finish("tool_calls"), DONE.to_owned()]);
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    streamed(AT_2, &parts)
}

const ARGUMENTS: &str = "/tool_calls/0/function/arguments";

#[test]
fn arguments_of_a_tool_call_are_told_when_they_are_complete() {
    let told = called(&["{\"city\":", "\"東京\"", "}"]);
    assert_eq!(told.words(0, ARGUMENTS), "{\"city\":\"東京\"}");
    let events = told.events();
    assert_eq!(events[0]["choices"][0]["delta"]["tool_calls"][0]["function"]["name"], "find");
    assert!(
        events[1..4].iter().all(|e| e["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"] == "")
    );
    assert_eq!(events[4]["choices"][0]["delta"]["tool_calls"][0]["index"], 0);
    assert_eq!(events[5]["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(told.completion.flow.unwrap().held_bytes_max, 17);
}

#[test]
fn arguments_are_read_as_the_json_they_are() {
    let told = called(&["{\"key\":\"\\u0041KIA", "RZPUZDIKABNBHR4I\",\"n\":1}"]);
    assert_eq!(told.words(0, ARGUMENTS), "{\"key\":\"[secret.cloud:1]\",\"n\":1}");
    assert_eq!(told.completion.flow.unwrap().removed_bytes, 20);
    let no_json = called(&["call me at a@ex", "ample.jp"]);
    assert_eq!(no_json.words(0, ARGUMENTS), "call me at [pii.email:1]");
    let number = called(&["{\"my number\":1234", "56789018}"]);
    assert_eq!(number.error().unwrap().0, "answer-not-removable", "a number has no place for a placeholder");
    assert!(!number.all().contains("56789018"));
}

#[test]
fn a_marking_above_the_announced_level_cuts_the_stream_before_it() {
    let told = said(&["要約します。", "\n【機密性", "３情報】", "\n本件の詳細", "です"]);
    let (code, message) = told.error().unwrap();
    assert_eq!(code, "answer-label");
    assert!(message.contains("機密性３") && message.contains("07070707"), "{message}");
    assert_eq!(told.content(), "要約します。\n");
    assert!(!told.all().contains("本件") && !told.all().contains("[DONE]"));
    let ended = told.completion;
    assert!(matches!(ended.outcome, Outcome::Cut(bytes) if bytes > 0));
    assert_eq!(
        (ended.status, ended.reason.unwrap().as_str(), ended.rule.unwrap().as_str()),
        (200, "answer-label", "marked-3")
    );
    assert_eq!(said(&["機密性３情報とは何ですか"]).content(), "機密性３情報とは何ですか");
}

#[test]
fn what_blocks_cuts_the_stream_and_is_not_told() {
    let told = said(&["カード番号は4111 1111", " 1111 1111", "です。ほかには"]);
    assert_eq!(told.error().unwrap().0, "content");
    assert!(!told.content().is_empty() && "カード番号は".starts_with(&told.content()), "{}", told.content());
    assert_eq!(said(&["予算は4111 1111 千円"]).content(), "予算は4111 1111 千円");
}

#[test]
fn halves_of_surrogate_pairs_meet_again() {
    let raw = |text: &str| delta("TEXT").replace("TEXT", text);
    let parts = [raw(r"a\ud83d"), raw(r"\ude00b"), raw(r"\ud83d"), raw("c"), finish("stop")];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    assert_eq!(streamed(AT_2, &parts).content(), "a😀b\u{fffd}c");
}

#[test]
fn a_text_that_goes_on_after_its_end_breaks_the_stream() {
    let after = |text: &str| {
        let parts = [delta("AKIA"), finish("stop"), delta(text), DONE.to_owned()];
        streamed(AT_2, &parts.iter().map(String::as_bytes).collect::<Vec<_>>())
    };
    assert_eq!(after("").error(), None);
    let told = after("RZPUZDIKABNBHR4I");
    assert_eq!(told.error().unwrap().0, "upstream-unreadable");
    assert!(!told.all().contains("RZPU"));
}

#[test]
fn what_names_a_part_of_a_delta_may_be_repeated_but_not_go_on() {
    let (first, second) = KEY.split_at(10);
    let places = [
        (r#"{"role":"@"}"#, "assistant"),
        (r#"{"tool_calls":[{"index":0,"id":"@"}]}"#, "call_1"),
        (r#"{"tool_calls":[{"index":0,"function":{"name":"@"}}]}"#, "find"),
    ];
    for (delta, plain) in places {
        let said = |text: &str| {
            let delta: Value = serde_json::from_str(&delta.replace('@', text)).unwrap();
            event(&json!([{ "index": 0, "delta": delta }]))
        };
        let check = |one: &str, next: &str| {
            streamed(AT_2, &[said(one).as_bytes(), said("").as_bytes(), said(next).as_bytes()])
        };
        let told = check(first, second);
        assert_eq!(told.error().unwrap().0, "upstream-unreadable", "{delta}");
        assert!(!told.all().contains(second), "{delta}");
        assert_eq!(check(plain, plain).error(), None, "{delta}");
    }
}

#[test]
fn an_index_is_written_in_one_way() {
    let (first, second) = KEY.split_at(10);
    let said = |index: &str, text: &str| {
        event(&json!([{ "index": 77, "delta": { "content": text } }])).replace("77", index)
    };
    for other in ["1.0", "1e0", "\"1\"", "null", "-1"] {
        let told =
            streamed(AT_2, &[said("1", first).as_bytes(), said(other, second).as_bytes(), DONE.as_bytes()]);
        assert_eq!(told.error().unwrap().0, "upstream-unreadable", "{other}");
        assert!(!told.all().contains(second), "{other}");
    }
    let told = streamed(AT_2, &[said("1", first).as_bytes(), said("1", second).as_bytes(), DONE.as_bytes()]);
    assert_eq!(told.words(1, "/content"), "[secret.cloud:1]");
}
