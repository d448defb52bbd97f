//! Answers that stream, behind the real binary: what passes at once, what is kept back, and how it ends.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{CLOUD_KEY, HELLO, MY_NUMBER};
use sekisho_tests::stream::{DONE, Streamed, chunk, finish};
use sekisho_tests::{Ask, Backend, Gate, Reply, Script};

const LIMITS: &str = "answer_bytes_max = 65536\nfirst_byte_timeout_ms = 1000\nidle_timeout_ms = 1000\n\
                      total_timeout_ms = 4000\nconnect_timeout_ms = 1000\nrelease_timeout_ms = 1000";

fn serve() -> (Gate, Backend) {
    Gate::serve(LIMITS, |folder| (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key")))
}

fn body(text: &str) -> Value {
    json!({ "model": "$model", "stream": true, "messages": [{ "role": "user", "content": text }] })
}

fn ask(gate: &Gate, text: &str) -> Reply {
    gate.ask(Ask::json(&body(text)).level("2"))
}

fn says(text: &str) -> String {
    chunk(&[(0, json!({ "content": text }))])
}

/// The completion of an exchange in the log, once it is there.
fn completion(gate: &Gate, record: &str) -> Value {
    let started = Instant::now();
    loop {
        if let [_, completion] = gate.events_of(record).as_slice() {
            return completion.clone();
        }
        assert!(started.elapsed() < Duration::from_secs(20), "no completion of {record}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn unmapped<'v>(event: &'v Value, pointer: &str) -> &'v Value {
    event.pointer(&format!("/unmapped/{pointer}")).unwrap_or(&Value::Null)
}

#[test]
fn an_ordinary_answer_streams_whole_over_both_protocols() {
    let gate = Gate::shared();
    for ask in [Ask::json(&body(HELLO)), Ask::json(&body(HELLO)).http2()] {
        let reply = gate.ask(ask.level("2")).passed();
        assert_eq!(reply.head("content-type"), "text/event-stream");
        assert_eq!(reply.head("confidentiality-level"), "2");
        let told = reply.stream();
        assert_eq!(told.content(), HELLO);
        assert!(told.done && told.events.len() > 5, "{}", reply.show());
        let completion = completion(&gate, reply.record());
        assert_eq!(unmapped(&completion, "outcome"), "answered");
        assert_eq!(unmapped(&completion, "flow/released_bytes"), &json!(reply.body.len()));
    }
}

#[test]
fn a_secret_that_is_cut_over_chunks_does_not_come_through() {
    for (sample, secret, expect) in [
        ("aws-key", CLOUD_KEY, "キーは[secret.cloud:1]です。"),
        ("my-number", MY_NUMBER, "番号は[pii.jp.my-number:1]です。"),
    ] {
        let reply = ask(&Gate::shared(), &format!("dev:utter {sample}")).passed();
        assert_eq!(reply.stream().content(), expect);
        for piece in secret.as_bytes().windows(5).map(|piece| String::from_utf8_lossy(piece).into_owned()) {
            assert!(!reply.text().contains(&piece), "{piece} in {}", reply.show());
        }
    }
}

#[test]
fn a_marking_in_mid_stream_ends_it_with_an_error_that_names_the_record() {
    let gate = Gate::shared();
    let reply = ask(&gate, "dev:utter late-marking-3").passed();
    let told = reply.stream();
    assert_eq!(told.content(), "要約は次のとおりです。\n");
    assert!(!told.done && !reply.text().contains("本件"), "{}", reply.show());
    let error = told.error().unwrap();
    assert_eq!((&error["type"], &error["code"]), (&json!("sekisho_refusal"), &json!("answer-label")));
    assert!(error["message"].as_str().unwrap().contains(reply.record()));
    let completion = completion(&gate, reply.record());
    assert_eq!(
        (unmapped(&completion, "outcome"), &completion["status_detail"]),
        (&json!("cut"), &json!("answer-label"))
    );
}

#[test]
fn a_refused_request_is_no_stream() {
    let refused = ask(&Gate::shared(), &format!("番号は{MY_NUMBER}です")).refused(403);
    assert_eq!(refused.head("content-type"), "application/json");
}

#[test]
fn several_choices_usage_and_tools_come_through() {
    let gate = Gate::shared();
    let mut many = body(HELLO);
    many["n"] = 3.into();
    many["stream_options"] = json!({ "include_usage": true });
    let told = gate.ask(Ask::json(&many).level("2")).passed().stream();
    assert_eq!(told.contents(3), [HELLO; 3]);
    assert!(told.events.last().unwrap()["usage"]["total_tokens"].is_u64());
    let mut call = body("dev:call aws-key");
    call["tools"] = json!([{ "type": "function", "function": { "name": "find", "parameters": {} } }]);
    let reply = gate.ask(Ask::json(&call).level("2")).passed();
    let told = reply.stream();
    let deltas = told
        .events
        .iter()
        .filter_map(|event| event.pointer("/choices/0/delta/tool_calls/0/function/arguments"));
    let pieces: Vec<&str> = deltas.filter_map(Value::as_str).filter(|piece| !piece.is_empty()).collect();
    assert_eq!(pieces, [r#"{"text":"キーは[secret.cloud:1]です。"}"#], "{}", reply.show());
}

/// Reads from a stream of the hostile backend as it comes.
struct Reading {
    wire: sekisho_tests::Wire,
    record: String,
}

impl Reading {
    fn begin(gate: &Gate) -> Reading {
        let mut wire = gate.wire();
        let body = body("hello").to_string().replace("$model", gate.ready.model());
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {}\r\nConfidentiality-Level: 2\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            gate.ready.token("official"),
            body.len()
        );
        assert!(wire.send(format!("{head}{body}").as_bytes()));
        let head = wire.until("\r\n\r\n");
        let record = head.lines().find_map(|line| line.strip_prefix("sekisho-record: "));
        Reading { wire, record: record.unwrap().to_owned() }
    }
}

#[test]
fn a_token_passes_while_the_backend_still_speaks() {
    let (gate, backend) = serve();
    let texts = ["速報です。", "続きです。", "以上です。"].map(says);
    backend.plays(Script::stream(
        texts.into_iter().chain([finish(1), DONE.into()]),
        Duration::from_millis(300),
        true,
    ));
    let started = Instant::now();
    let mut reading = Reading::begin(&gate);
    reading.wire.until("速報です。");
    let first = started.elapsed();
    reading.wire.until("[DONE]");
    assert!(
        started.elapsed() > first + Duration::from_millis(800),
        "the rest came with the first, after {first:?}"
    );
    let completion = completion(&gate, &reading.record);
    assert_eq!(unmapped(&completion, "outcome"), "answered");
}

#[test]
fn a_backend_that_dies_in_mid_event_leaves_an_error_and_nothing_that_was_held() {
    let (gate, backend) = serve();
    let half = says("x").split_at(20).0.to_owned();
    for (texts, what) in
        [(vec![says("鍵はAKIARZPU"), half], "in mid-event"), (vec![says("鍵はAKIARZPU")], "between events")]
    {
        backend.plays(Script::stream(texts, Duration::from_millis(50), false));
        let reply = ask(&gate, "hello");
        let told = reply.stream();
        assert_eq!(told.content(), "鍵は", "{what}");
        assert_eq!(told.error().unwrap()["code"], "upstream-broken", "{what}: {}", reply.show());
        assert!(!told.done);
        let completion = completion(&gate, reply.record());
        assert_eq!(
            (unmapped(&completion, "outcome"), &completion["status_detail"]),
            (&json!("cut"), &json!("upstream-broken"))
        );
    }
}

#[test]
fn a_backend_that_falls_silent_or_never_ends_is_given_up() {
    let (gate, backend) = serve();
    let pieces = |more: Vec<(Duration, Vec<u8>)>| {
        let Script::Pieces(mut pieces) = Script::stream([says("始めます。")], Duration::ZERO, false)
        else {
            unreachable!()
        };
        pieces.pop();
        pieces.extend(more);
        Script::Pieces(pieces)
    };
    let check = |script: Script, code: &str| {
        backend.plays(script);
        let reply = ask(&gate, "hello");
        assert_eq!(reply.stream().content().split('。').next(), Some("始めます"), "{}", reply.show());
        assert_eq!(reply.stream().error().unwrap()["code"], code, "{}", reply.show());
    };
    check(pieces(vec![(Duration::from_secs(600), Vec::new())]), "upstream-silent");
    let text = says("まだ続きます。");
    let chunk = format!("{:x}\r\n{text}\r\n", text.len()).into_bytes();
    check(pieces(vec![(Duration::ZERO, chunk.clone()); 2000]), "upstream-too-large");
    check(pieces(vec![(Duration::from_millis(100), chunk); 100]), "upstream-silent");
    // Comments keep a stream alive, as servers mean them to, and pass without what they say.
    let comment = ": AKIARZPUZDIKABNBHR4I\n\n";
    let comment = format!("{:x}\r\n{comment}\r\n", comment.len()).into_bytes();
    let mut alive = vec![(Duration::from_millis(400), comment); 5];
    let end = format!("{}{DONE}", finish(1));
    alive.push((Duration::ZERO, format!("{:x}\r\n{end}\r\n0\r\n\r\n", end.len()).into_bytes()));
    backend.plays(pieces(alive));
    let reply = ask(&gate, "hello");
    assert!(
        reply.stream().done && reply.text().contains(":\n\n") && !reply.text().contains("AKIA"),
        "{}",
        reply.show()
    );
}

#[test]
fn a_client_that_goes_away_is_recorded_and_its_backend_let_go() {
    let (gate, backend) = serve();
    let texts: Vec<String> = (0..40).map(|_| says("まだ続きます。")).collect();
    backend.plays(Script::stream(texts, Duration::from_millis(50), true));
    let mut reading = Reading::begin(&gate);
    reading.wire.until("まだ");
    let record = reading.record.clone();
    reading.wire.abandon();
    let started = Instant::now();
    let completion = completion(&gate, &record);
    assert!(started.elapsed() < Duration::from_secs(2), "recorded as soon as it is noticed");
    assert_eq!(
        (unmapped(&completion, "outcome"), &completion["status_detail"]),
        (&json!("cut"), &json!("abandoned"))
    );
    assert!(unmapped(&completion, "flow/released_bytes").as_u64().unwrap() > 0);
}

#[test]
fn a_stream_that_is_reset_ends_alone() {
    let (gate, backend) = serve();
    let texts: Vec<String> = (0..60).map(|_| says("まだ続きます。")).collect();
    backend.plays(Script::stream(texts, Duration::from_millis(50), true));
    let next = Ask::get("/v1/models");
    let (record, reply) = gate.reset_then(Ask::json(&body(HELLO)).level("2"), next);
    assert_eq!(reply.status, 200, "the connection goes on: {}", reply.show());
    let started = Instant::now();
    let completion = completion(&gate, &record);
    assert!(started.elapsed() < Duration::from_secs(2), "recorded as soon as it is noticed");
    assert_eq!(
        (unmapped(&completion, "outcome"), &completion["status_detail"]),
        (&json!("cut"), &json!("abandoned"))
    );
}

#[test]
fn a_client_that_does_not_read_is_not_read_ahead_for_and_is_dropped_in_time() {
    let (gate, backend) = serve();
    let large = "読".repeat(300);
    let texts: Vec<String> = (0..60).map(|_| says(&large)).collect();
    backend.plays(Script::stream(texts, Duration::ZERO, true));
    let mut reading = Reading::begin(&gate);
    reading.wire.until("読");
    let started = Instant::now();
    let completion = completion(&gate, &reading.record);
    // Small answers fit into the sockets' own buffers; either it was all taken there, or the reader was dropped.
    let outcome = unmapped(&completion, "outcome").as_str().unwrap();
    assert!(["answered", "cut"].contains(&outcome) && started.elapsed() < Duration::from_secs(10));
}

#[test]
fn sigterm_lets_a_stream_end() {
    let gate = Gate::start();
    let told = std::thread::scope(|scope| {
        let running = scope.spawn(|| gate.ask_freely(Ask::json(&body("dev:utter clean")).level("2")));
        std::thread::sleep(Duration::from_millis(20));
        gate.signal("TERM");
        running.join().unwrap()
    });
    if let Ok(reply) = told
        && reply.status == 200
    {
        let told: Streamed = reply.stream();
        assert!(told.done && told.content() == "本日の議事は以上です。", "{}", reply.show());
    }
    assert_eq!(gate.wait().code(), Some(0), "{}", gate.said());
    assert_eq!(gate.verify(&[]).code, Some(0));
}

#[test]
fn a_person_has_so_many_exchanges_under_way_and_takes_no_place_of_others() {
    let (gate, backend) = Gate::serve(&format!("{LIMITS}\nperson_exchanges_max = 2"), |folder| {
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    let texts: Vec<String> = (0..60).map(|_| says("まだ続きます。")).collect();
    backend.plays(Script::stream(texts, Duration::from_millis(50), true));
    let (first, mut second) = (Reading::begin(&gate), Reading::begin(&gate));
    backend.plays(Script::says("はい"));
    let another = |who: &str| gate.ask(Ask::chat(HELLO).by(who).level("1"));
    let refused = another("official").refused(429);
    assert_eq!(refused.json()["error"]["code"], "too-many-exchanges");
    assert_eq!(refused.head("retry-after"), "2");
    assert_eq!(completion(&gate, refused.record())["status_code"], "429");
    assert_eq!(another("contractor").status, 200);
    // A place is free again when its exchange has ended, however it did.
    first.wire.abandon();
    gate.wait_until("the place comes back", || another("official").status == 200);
    second.wire.until("まだ");
}
