//! Backends that are silent, endless, mistyped or worse, behind `serve`: a clear answer within a bound, and nothing of
//! what they said.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{CLOUD_KEY, HELLO};
use sekisho_tests::{Ask, Backend, Gate, Reply, Script, completion};

/// Small bounds, so that waiting for them is quick.
const LIMITS: &str = "answer_bytes_max = 65536\nfirst_byte_timeout_ms = 1000\nidle_timeout_ms = 1000\n\
                      total_timeout_ms = 3000\nconnect_timeout_ms = 1000";

/// Longest wait for an answer; well above the limits.
const BOUND: Duration = Duration::from_secs(15);

/// A word that stands in bad answers, and may not come through.
const WORD: &str = "zangyou";

fn serve() -> (Gate, Backend) {
    Gate::serve(LIMITS, |folder| (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key")))
}

fn ask(gate: &Gate) -> Reply {
    let started = Instant::now();
    let reply = gate.ask(Ask::chat(HELLO).level("2"));
    assert!(started.elapsed() < BOUND, "answered after {:?}", started.elapsed());
    reply
}

/// How the exchange ended, as its completion says.
fn outcome(gate: &Gate, reply: &Reply) -> String {
    let events = gate.events_of(reply.record());
    assert_eq!(events.len(), 2, "decision and completion: {}", reply.show());
    let outcome = events.last().unwrap().pointer("/unmapped/outcome").and_then(Value::as_str);
    outcome.unwrap_or_default().to_owned()
}

fn bad_answers() -> Vec<(&'static str, Script)> {
    let ok = "HTTP/1.1 200 OK\nContent-Type: application/json";
    let chunked = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let said = completion(WORD);
    let broken = |body: &str| Script::answer(ok, body);
    vec![
        ("silence", Script::Silence),
        ("closed at once", Script::Close),
        ("closed in the head", Script::SayAndClose(b"HTTP/1.1 200 OK\r\nContent-Ty".to_vec())),
        (
            "closed in the body",
            Script::SayAndClose(
                format!("{}\r\nContent-Length: 5000\r\n\r\n{said}", ok.replace('\n', "\r\n")).into_bytes(),
            ),
        ),
        (
            "silent in the body",
            Script::Say(
                format!("{}\r\nContent-Length: 5000\r\n\r\n{said}", ok.replace('\n', "\r\n")).into_bytes(),
            ),
        ),
        (
            "endless heads",
            Script::Endlessly(b"HTTP/1.1 200 OK\r\n".to_vec(), format!("X-A: {WORD}\r\n").into_bytes()),
        ),
        ("endless body", Script::Endlessly(chunked.to_vec(), format!("7\r\n{WORD}\r\n").into_bytes())),
        (
            "endless 1xx",
            Script::Endlessly(Vec::new(), b"HTTP/1.1 103 Early Hints\r\nLink: </zangyou>\r\n\r\n".to_vec()),
        ),
        ("too long", broken(&completion(&WORD.repeat(20_000)))),
        ("HTML", Script::answer("HTTP/1.1 200 OK\nContent-Type: text/html", &said)),
        ("no type", Script::answer("HTTP/1.1 200 OK", &said)),
        (
            "a stream nobody asked for",
            Script::answer("HTTP/1.1 200 OK\nContent-Type: text/event-stream", "data: zangyou\n\n"),
        ),
        ("compressed", Script::answer(&format!("{ok}\nContent-Encoding: gzip"), &said)),
        ("no JSON", broken(WORD)),
        ("half of it", broken(&said[..said.len() - 3])),
        ("two texts", broken(&format!("{said}{said}"))),
        ("duplicate keys", broken(&said.replace("{\"choices\"", "{\"choices\":[],\"choices\""))),
        ("an array", broken(&format!("[\"{WORD}\"]"))),
        (
            "moved elsewhere",
            Script::answer(
                "HTTP/1.1 307 Moved\nLocation: https://elsewhere.example/\nContent-Type: application/json",
                "{\"a\":\"zangyou\"}",
            ),
        ),
        (
            "another protocol",
            Script::Say(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nzangyou"
                    .to_vec(),
            ),
        ),
        ("no HTTP", Script::Say(b"220 zangyou ESMTP\r\n".to_vec())),
    ]
}

#[test]
fn a_bad_answer_is_the_backends_fault_and_none_of_it_comes_through() {
    let (gate, backend) = serve();
    for (name, script) in bad_answers() {
        backend.plays(script);
        let reply = ask(&gate);
        assert!([502, 504].contains(&reply.status), "{name}: {}", reply.show());
        assert!(!reply.error().is_empty(), "{name}: {}", reply.show());
        assert!(!format!("{:?}{}", reply.heads, reply.text()).contains(WORD), "{name}: {}", reply.show());
        assert_eq!(backend.requests().len(), 1, "{name}: asked once, never again");
        assert_eq!(outcome(&gate, &reply), "sent", "{name}");
    }
    backend.plays(Script::says(WORD));
    let reply = ask(&gate);
    assert_eq!((reply.status, reply.content().as_str()), (200, WORD), "the neighbour: {}", reply.show());
    assert_eq!(outcome(&gate, &reply), "answered");
}

#[test]
fn a_backends_error_is_guarded_like_an_answer() {
    let (gate, backend) = serve();
    let body = format!(r#"{{"error":{{"message":"key {CLOUD_KEY} is wrong","type":"x"}}}}"#);
    for status in
        ["400 Bad Request", "401 Unauthorized", "429 Too Many Requests", "500 Internal Server Error"]
    {
        backend.plays(Script::answer(&format!("HTTP/1.1 {status}\nContent-Type: application/json"), &body));
        let reply = ask(&gate);
        assert!(reply.status >= 400, "{status}: {}", reply.show());
        assert_ne!(reply.status, 401, "a client is not told that the gate's own credential is wrong");
        assert!(!reply.text().contains(CLOUD_KEY), "{status}: {}", reply.show());
    }
}

#[test]
fn heads_of_the_backend_do_not_come_through() {
    let (gate, backend) = serve();
    let heads = "Set-Cookie: a=zangyou\nLocation: https://elsewhere.example/\nLink: </zangyou>\nAlt-Svc: h3=\":1\"\n\
                 X-Zangyou: zangyou\nServer: zangyou\nWWW-Authenticate: Basic realm=\"zangyou\"";
    backend.plays(Script::answer(
        &format!("HTTP/1.1 200 OK\nContent-Type: application/json\n{heads}"),
        &completion("x"),
    ));
    let reply = ask(&gate);
    assert_eq!(reply.status, 200, "{}", reply.show());
    assert!(!format!("{:?}", reply.heads).contains(WORD), "{}", reply.show());
    for never in ["set-cookie", "location", "link", "alt-svc", "www-authenticate"] {
        assert_eq!(reply.head(never), "");
    }
}

#[test]
fn the_backend_gets_built_heads_and_the_gates_own_credential() {
    let (gate, backend) = serve();
    backend.plays(Script::says("x"));
    let ask = Ask::chat(HELLO)
        .level("2")
        .head("user-agent", "zangyou/1")
        .head("cookie", "zangyou")
        .head("x-forwarded-for", "zangyou");
    let ask = ask
        .head("traceparent", "00-zangyou")
        .head("baggage", "a=zangyou")
        .head("openai-organization", "zangyou");
    assert_eq!(gate.ask(ask.head("accept-encoding", "gzip")).status, 200);
    let request = backend.requests().pop().unwrap();
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    assert!(!head.contains(WORD), "{head}");
    assert!(!head.contains(&gate.ready.token("official")), "the caller's credential stays here");
    let names: Vec<String> =
        head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0.to_ascii_lowercase())).collect();
    let known = [
        "host",
        "content-type",
        "content-length",
        "accept",
        "accept-encoding",
        "authorization",
        "user-agent",
        "traceparent",
    ];
    assert!(names.iter().all(|name| known.contains(&name.as_str())), "{names:?}");
    assert!(head.to_ascii_lowercase().contains("accept-encoding: identity"), "{head}");
}

#[test]
fn a_backend_whose_certificate_the_policy_does_not_trust_gets_nothing() {
    let (gate, backend) =
        Gate::serve(LIMITS, |folder| (folder.join("server.pem"), folder.join("server.key")));
    backend.plays(Script::says(WORD));
    let reply = ask(&gate);
    assert_eq!(reply.status, 502, "{}", reply.show());
    assert_eq!(backend.requests(), Vec::<String>::new());
    assert_eq!(outcome(&gate, &reply), "not_sent");
}

#[test]
fn serve_refuses_development_certificates() {
    let gate = Gate::start();
    gate.stop();
    let config = gate.folder().join("dev/sekisho.toml");
    let output = sekisho_tests::sekisho(&["serve", "--config", config.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn serve_closes_its_log_when_it_is_asked_to_stop() {
    let (gate, backend) = serve();
    backend.plays(Script::says("x"));
    assert_eq!(ask(&gate).status, 200);
    gate.stop();
    let folder: &Path = &gate.ready.audit_dir;
    let verified = sekisho_tests::verify(folder, &gate.ready.audit_key, &[]);
    assert_eq!(verified.code, Some(0), "{}", verified.said);
}
