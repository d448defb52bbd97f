//! Bodies that are broken, hostile or half there: a clear answer within a bound, nothing forwarded, and a record.

use std::time::Duration;

use crate::HELLO;
use sekisho_tests::{Ask, Gate, WireReply};

/// Longest wait for an answer to what is broken.
const BOUND: Duration = Duration::from_secs(20);

fn messages(content: &str) -> String {
    format!(r#"{{"model":"$model","messages":[{{"role":"user","content":{content}}}]}}"#)
}

/// JSON that is none, or that two parsers could read differently.
fn unreadable() -> Vec<(&'static str, Vec<u8>)> {
    let whole = messages("\"x\"");
    let bytes = |bytes: &[u8]| {
        let (before, after) = whole.split_once("\"x\"").unwrap();
        [before.as_bytes(), b"\"", bytes, b"\"", after.as_bytes()].concat()
    };
    let text = |text: String| text.into_bytes();
    vec![
        ("nothing", Vec::new()),
        ("no JSON", text("hello".to_owned())),
        ("half of it", text(whole[..40].to_owned())),
        ("more after the end", text(format!("{whole} {{}}"))),
        ("two texts", text(format!("{whole}\n{whole}"))),
        ("a byte order mark", text(format!("\u{feff}{whole}"))),
        ("duplicate keys", br#"{"model":"x","model":"y","messages":[]}"#.to_vec()),
        ("duplicate keys by escape", br#"{"model":"x","mod\u0065l":"y","messages":[]}"#.to_vec()),
        ("duplicate keys deep down", text(messages(r#"[{"type":"text","text":"a","text":"b"}]"#))),
        ("a lone surrogate", bytes(br"\ud800")),
        ("a lone low surrogate", bytes(br"\udc00x")),
        ("swapped surrogates", bytes(br"\udc00\ud800")),
        ("an unknown escape", bytes(br"\x41")),
        ("a raw control character", bytes(b"a\x01b")),
        ("a raw line break in a string", bytes(b"a\nb")),
        ("bytes that are not UTF-8", bytes(b"\xff")),
        ("overlong UTF-8", bytes(b"\xc0\xaf")),
        ("a surrogate as UTF-8", bytes(b"\xed\xa0\x80")),
        ("a comment", text(format!("{whole}//x"))),
        ("a trailing comma", text(messages("\"x\","))),
        ("NaN", text(messages("NaN"))),
        ("a leading zero", text(messages("01"))),
        ("single quotes", text(messages("'x'"))),
        ("UTF-16", whole.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("200 levels of nesting", text(format!("{}{}", "[".repeat(200), "]".repeat(200)))),
        ("100,000 levels of nesting", text("[".repeat(100_000))),
    ]
}

/// JSON, but no chat.
fn no_chat() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("an array", b"[]".to_vec()),
        ("a string", b"\"x\"".to_vec()),
        ("null", b"null".to_vec()),
        ("no messages", br#"{"model":"$model"}"#.to_vec()),
        ("messages that are no list", br#"{"model":"$model","messages":"x"}"#.to_vec()),
        ("no model", br#"{"messages":[{"role":"user","content":"x"}]}"#.to_vec()),
        ("a model that is a number", br#"{"model":1,"messages":[{"role":"user","content":"x"}]}"#.to_vec()),
    ]
}

#[test]
fn a_broken_body_is_a_bad_request_that_is_recorded() {
    let gate = Gate::shared();
    let mut records = Vec::new();
    for (name, body) in unreadable().into_iter().chain(no_chat()) {
        let reply = gate.ask(Ask::bytes(body).level("1"));
        assert!([400, 415].contains(&reply.status), "{name}: {}", reply.show());
        let status = reply.status;
        let reply = reply.refused(status);
        assert_eq!(
            reply.record().len(),
            32,
            "{name}: the caller is known, so it is recorded: {}",
            reply.show()
        );
        records.push((name, reply.record().to_owned()));
    }
    let events: Vec<String> = gate.events().iter().map(ToString::to_string).collect();
    for (name, record) in records {
        let count = events.iter().filter(|event| event.contains(&record)).count();
        assert_eq!(count, 2, "{name}: decision and completion");
    }
    gate.ask(Ask::bytes(messages(r#""\ud83d\ude00""#)).level("1")).passed();
}

#[test]
fn compressed_and_mistyped_bodies_are_refused() {
    let gate = Gate::shared();
    for encoding in ["gzip", "br", "deflate", "zstd", "identity, gzip", "x"] {
        let reply = gate.ask(Ask::chat(HELLO).level("1").head("content-encoding", encoding));
        assert!([400, 415].contains(&reply.status), "{encoding}: {}", reply.show());
        assert_eq!(reply.backend, "");
    }
    let typed = |value: &str| {
        gate.ask(Ask::chat(HELLO).level("1").without("content-type").head("content-type", value))
    };
    for wrong in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/jsonp",
        "",
    ] {
        let reply = typed(wrong);
        assert!([400, 415].contains(&reply.status), "{wrong}: {}", reply.show());
        assert_eq!(reply.backend, "");
    }
    typed("application/json").passed();
    typed("application/json; charset=utf-8").passed();
}

/// A request head that promises this much, then `body`, then whatever `after` does with the connection.
fn promised(length: &str, body: &[u8]) -> (WireReply, String) {
    let gate = Gate::shared();
    let head = head(&gate, &format!("Content-Length: {length}"));
    gate.alone(|| {
        let mut wire = gate.wire();
        wire.send(head.as_bytes());
        wire.send(body);
        wire.receive(Duration::from_secs(90))
    })
}

fn head(gate: &Gate, framing: &str) -> String {
    let token = gate.ready.token("official");
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer {token}\r\n\
         Confidentiality-Level: 1\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
    )
}

#[test]
fn a_body_that_says_it_is_huge_is_refused_before_it_is_read() {
    for length in ["99999999999", "18446744073709551615", "1073741824"] {
        let (reply, backend) = promised(length, b"{");
        assert!([400, 413, 431].contains(&reply.status), "{length}: {}", reply.head);
        assert!(reply.took < BOUND && backend.is_empty(), "{length}: {:?}", reply.took);
    }
}

#[test]
fn a_body_that_grows_without_end_is_cut_off() {
    let gate = Gate::shared();
    let (reply, backend) = gate.alone(|| {
        let mut wire = gate.wire();
        wire.send(head(&gate, "Transfer-Encoding: chunked").as_bytes());
        let mut chunk = b"10000\r\n".to_vec();
        chunk.extend([b' '; 0x10000]);
        chunk.extend(b"\r\n");
        // 256 MiB, unless the other side closes first.
        for _ in 0..4096 {
            if !wire.send(&chunk) {
                break;
            }
        }
        wire.receive(BOUND)
    });
    assert!([0, 400, 413].contains(&reply.status), "{}", reply.head);
    assert_eq!(backend, "");
}

#[test]
fn a_body_that_stops_half_way_is_answered_in_time() {
    let (reply, backend) = promised("1000", b"{\"model\":");
    assert!([400, 408].contains(&reply.status), "{}", reply.head);
    assert_eq!(backend, "");
}

#[test]
fn a_body_that_breaks_off_is_recorded_and_not_forwarded() {
    let gate = Gate::start();
    let mut wire = gate.wire();
    wire.send(head(&gate, "Content-Length: 1000").as_bytes());
    wire.send(b"{\"model\":");
    // Until the gate has begun to wait for the body.
    std::thread::sleep(Duration::from_millis(300));
    wire.abandon();
    let started = std::time::Instant::now();
    let recorded = || gate.events().iter().filter(|event| event.to_string().contains("official")).count();
    while recorded() < 2 {
        assert!(started.elapsed() < BOUND, "no record of the broken exchange: {:?}", gate.events());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(gate.received(), "");
}

#[test]
fn a_connection_that_never_speaks_is_closed() {
    let gate = Gate::shared();
    let mut wire = gate.wire();
    wire.send(b"POST /v1/chat/comp");
    assert!([0, 400, 408].contains(&wire.receive(Duration::from_secs(90)).status));
}
