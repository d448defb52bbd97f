//! The closed table of paths: byte for byte, or refused.

use std::time::Duration;

use crate::HELLO;
use sekisho_tests::{Ask, Gate, WireReply};

#[test]
fn a_path_that_is_not_in_the_table_is_refused() {
    for path in [
        "/v1/no/such/thing",
        "/",
        "/v1/chat",
        "/v1/chat/completions/",
        "//v1/chat/completions",
        "/v1//chat/completions",
        "/v1/./chat/completions",
        "/v1/x/../chat/completions",
        "/v1/chat%2fcompletions",
        "/v1/chat%2Fcompletions",
        "/v1/%63hat/completions",
        "/V1/chat/completions",
        "/v1/chat/completions;x=1",
        "/v1/chat/completions%00",
        "/v1/chat/completions%20",
        "/level/1/level/2/v1/chat/completions",
        "/level/1/level/1/v1/chat/completions",
        "/level//v1/chat/completions",
        "/level/1%2f/v1/chat/completions",
        "/level/1",
        "/Level/1/v1/chat/completions",
        "/v1/responses",
        "/v1/embeddings",
        "/healthz/../v1/models",
    ] {
        let reply = Gate::shared().ask(Ask::chat(HELLO).path(path).level("1"));
        assert!([400, 403, 404].contains(&reply.status), "{path}: {}", reply.show());
        let status = reply.status;
        reply.refused(status);
    }
    Gate::shared().ask(Ask::chat(HELLO).level("1")).passed();
}

#[test]
fn a_level_in_the_path_must_be_one() {
    for level in ["9", "0", "x", "%31", "1.0"] {
        let reply = Gate::shared().ask(Ask::chat(HELLO).path(&format!("/level/{level}/v1/chat/completions")));
        assert!([400, 404].contains(&reply.status), "{level}: {}", reply.show());
        let status = reply.status;
        reply.refused(status);
    }
}

#[test]
fn a_query_is_refused_since_no_endpoint_knows_one() {
    for path in ["/v1/chat/completions?x=1", "/v1/chat/completions?", "/v1/models?limit=5"] {
        let ask =
            if path.contains("models") { Ask::get(path) } else { Ask::chat(HELLO).path(path).level("1") };
        let reply = Gate::shared().ask(ask);
        assert!([400, 403, 404].contains(&reply.status), "{path}: {}", reply.show());
        let status = reply.status;
        reply.refused(status);
    }
}

#[test]
fn a_known_path_with_another_method_is_refused() {
    for (method, path) in [
        ("GET", "/v1/chat/completions"),
        ("PUT", "/v1/chat/completions"),
        ("DELETE", "/v1/models"),
        ("POST", "/v1/models"),
        ("OPTIONS", "/v1/chat/completions"),
        ("TRACE", "/v1/models"),
    ] {
        let reply = Gate::shared().ask(Ask::chat(HELLO).method(method).path(path).level("1"));
        assert!([400, 403, 404, 405].contains(&reply.status), "{method} {path}: {}", reply.show());
        assert_eq!(reply.backend, "");
    }
}

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
