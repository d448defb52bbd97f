//! Heads of HTTP/1.1 that two parsers could read differently, that claim what they must not, or that have no end.

use std::fs;
use std::time::Duration;

use crate::HELLO;
use sekisho_tests::{Ask, Gate, Script, WireReply};

/// Sends one request head (`TOKEN` and `BODY` are filled in) and its body, as they stand.
fn raw(head: &str) -> (WireReply, String) {
    let gate = Gate::shared();
    let body =
        format!(r#"{{"model":"{}","messages":[{{"role":"user","content":"hello"}}]}}"#, gate.ready.model());
    let head =
        head.replace("TOKEN", &gate.ready.token("official")).replace("LENGTH", &body.len().to_string());
    let head = head.replace('\n', "\r\n");
    gate.alone(|| {
        let mut wire = gate.wire();
        wire.send(format!("{head}\r\n\r\n{body}").as_bytes());
        wire.receive(Duration::from_secs(20))
    })
}

const GOOD: &str = "POST /v1/chat/completions HTTP/1.1\nHost: gate\nAuthorization: Bearer TOKEN\n\
                    Confidentiality-Level: 1\nContent-Type: application/json\nContent-Length: LENGTH";

#[test]
fn heads_that_two_parsers_could_read_differently_are_refused() {
    let (reply, backend) = raw(GOOD);
    assert_eq!(
        (reply.status, backend.lines().count()),
        (200, 1),
        "the neighbour of all below: {}",
        reply.body
    );
    for (name, from, to) in [
        ("absolute form", "POST /v1", "POST https://elsewhere.example/v1"),
        ("absolute form over http", "POST /v1", "POST http://gate/v1"),
        ("a space in the path", "/v1/chat", "/v1/ chat"),
        ("two lengths", "Content-Length: LENGTH", "Content-Length: LENGTH\nContent-Length: 1"),
        ("two lengths in one", "Content-Length: LENGTH", "Content-Length: LENGTH, 1"),
        ("a signed length", "Content-Length: LENGTH", "Content-Length: +LENGTH"),
        ("length and chunks", "Content-Length: LENGTH", "Content-Length: LENGTH\nTransfer-Encoding: chunked"),
        ("an unknown transfer coding", "Content-Length: LENGTH", "Transfer-Encoding: gzip"),
        ("a folded head", "Host: gate", "Host: gate\nX-A: b\n c: d"),
        ("a space before the colon", "Host: gate", "Host: gate\nX-A : b"),
        ("no host", "Host: gate\n", ""),
        ("two hosts", "Host: gate", "Host: gate\nHost: other"),
        ("CONNECT", "POST /v1/chat/completions", "CONNECT elsewhere.example:443"),
        ("asterisk", "POST /v1/chat/completions", "OPTIONS *"),
        ("HTTP/1.0 with an upgrade", "Host: gate", "Host: gate\nConnection: upgrade\nUpgrade: websocket"),
        (
            "HTTP/2 over upgrade",
            "Host: gate",
            "Host: gate\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c",
        ),
        ("a version that is none", "HTTP/1.1", "HTTP/9.9"),
        ("a length in another base", "Content-Length: LENGTH", "Content-Length: 0x10"),
        ("chunks, said twice", "Content-Length: LENGTH", "Transfer-Encoding: chunked, chunked"),
        ("chunks, not last", "Content-Length: LENGTH", "Transfer-Encoding: chunked, identity"),
        ("chunks by an odd blank", "Content-Length: LENGTH", "Transfer-Encoding:\u{b}chunked"),
        ("a bare carriage return", "Host: gate", "Host: gate\nX-A: b\rX-B: c"),
        ("a zero byte", "Host: gate", "Host: gate\nX-A: b\0c"),
        ("a name that is empty", "Host: gate", "Host: gate\n: b"),
        ("a name with a slash", "Host: gate", "Host: gate\nX/A: b"),
        ("two levels", "Confidentiality-Level: 1", "Confidentiality-Level: 1\nConfidentiality-Level: 1"),
        ("two levels in one", "Confidentiality-Level: 1", "Confidentiality-Level: 1, 1"),
        ("two contexts", "Host: gate", "Host: gate\nSekisho-Context: a\nSekisho-Context: a"),
        ("a blank before the version", "HTTP/1.1", " HTTP/1.1"),
        ("a tab in the request line", "POST /v1", "POST\t/v1"),
    ] {
        let (reply, backend) = raw(&GOOD.replace(from, to));
        // Reading it in the one safe way is as good as refusing it; an upgrade may be ignored.
        let ignored = name.contains("upgrade") && reply.status == 200;
        assert!(ignored || (reply.status != 200 && backend.is_empty()), "{name}: {} {backend}", reply.head);
    }
}

#[test]
fn heads_without_end_are_cut_off() {
    let many: String = (0..5000).map(|n| format!("X-{n}: y\n")).collect();
    let long = format!("X-Long: {}\n", "y".repeat(1 << 20));
    for heads in [many, long] {
        let (reply, backend) = raw(&GOOD.replace("Host: gate\n", &format!("Host: gate\n{heads}")));
        assert!(reply.status != 200 && backend.is_empty(), "{}", reply.head);
    }
}

/// The same words as chunks, with what comes after the last of them.
fn chunked(trailers: &str) -> (WireReply, String) {
    let gate = Gate::shared();
    let body =
        format!(r#"{{"model":"{}","messages":[{{"role":"user","content":"hello"}}]}}"#, gate.ready.model());
    let head = GOOD.replace("TOKEN", &gate.ready.token("official"));
    let head = head.replace("Content-Length: LENGTH", "Transfer-Encoding: chunked").replace('\n', "\r\n");
    gate.alone(|| {
        let mut wire = gate.wire();
        wire.send(format!("{head}\r\n\r\n{:x}\r\n{body}\r\n0\r\n{trailers}\r\n", body.len()).as_bytes());
        wire.receive(Duration::from_secs(20))
    })
}

#[test]
fn nothing_is_said_after_the_body() {
    let (reply, backend) = chunked("");
    assert_eq!(
        (reply.status, backend.lines().count()),
        (200, 1),
        "the neighbour of all below: {}",
        reply.body
    );
    for trailer in ["Authorization: Bearer x", "Confidentiality-Level: 1", "X-A: b"] {
        let (reply, backend) = chunked(&format!("{trailer}\r\n"));
        assert!(reply.status == 400 && backend.is_empty(), "{trailer}: {} {}", reply.head, reply.body);
    }
}

#[test]
fn a_credential_in_another_place_is_none() {
    let gate = Gate::shared();
    let token = gate.ready.token("official");
    let path = "/v1/chat/completions";
    for (query, head, value) in [
        (format!("?api-key={token}"), "accept", "*/*".to_owned()),
        (format!("?access_token={token}"), "accept", "*/*".to_owned()),
        (String::new(), "cookie", format!("authorization=Bearer {token}")),
        (String::new(), "proxy-authorization", format!("Bearer {token}")),
        (String::new(), "x-forwarded-access-token", token.clone()),
        (String::new(), "x-amzn-oidc-data", token.clone()),
    ] {
        let ask = Ask::chat(HELLO).nobody().path(&format!("{path}{query}")).head(head, &value).level("1");
        let reply = gate.ask(ask);
        assert!([400, 401].contains(&reply.status) && reply.backend.is_empty(), "{}", reply.show());
        assert!(!reply.text().contains(&token), "it is not repeated: {}", reply.show());
    }
}

/// What a balancer or a browser may have added says nothing here.
#[test]
fn heads_that_claim_something_change_nothing() {
    let gate = Gate::shared();
    let mut ask = Ask::chat(HELLO).by("contractor").level("2");
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.9"),
        ("forwarded", "for=203.0.113.9;proto=https"),
        ("x-real-ip", "203.0.113.9"),
        ("x-original-url", "/v1/models"),
        ("x-http-method-override", "GET"),
        ("x-user-id", "official"),
        ("x-amzn-trace-id", "Root=1-2-3"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ] {
        ask = ask.head(name, value);
    }
    let reply = gate.ask(ask).refused(403);
    let events = gate.events_of(reply.record());
    let event = events[0].to_string();
    assert!(event.contains("127.0.0.1") && !event.contains("203.0.113.9"), "{event}");
}

/// A name that was made to point here (DNS rebinding), or a connection that was opened for another name.
#[test]
fn a_request_for_another_name_is_misdirected() {
    let (gate, backend) = Gate::serve("", |folder| {
        let config = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text.replace("[listen]", "[listen]\nnames = [\"127.0.0.1\"]")).unwrap();
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    assert_eq!(gate.ask(Ask::chat(HELLO).level("1")).status, 200);
    assert_eq!(gate.ask(Ask::chat(HELLO).level("1").http2()).status, 200);
    let mut wire = gate.wire();
    wire.send(b"GET /v1/models HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n");
    let reply = wire.receive(Duration::from_secs(20));
    assert_eq!(reply.status, 421, "{} {}", reply.head, reply.body);
    assert!(reply.body.contains("misdirected") && reply.body.contains("not served here"), "{}", reply.body);
}
