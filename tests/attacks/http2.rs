//! HTTP/2 as no client library speaks it (RFC 9113): what is malformed is refused, stream by stream or with the connection.

use std::time::Duration;

use sekisho_tests::Gate;
use sekisho_tests::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, End, Frames, HEADERS, PRIORITY, RST_STREAM, WINDOW_UPDATE,
    fields,
};

const BOUND: Duration = Duration::from_secs(20);

type Field<'f> = (&'f str, &'f str);

/// What the head of a request is changed into.
type Change = fn(Vec<Field<'_>>) -> Vec<Field<'_>>;

/// What a connection does that it must not.
type Break<'b> = dyn Fn(&mut Frames) -> bool + 'b;

fn body(gate: &Gate) -> String {
    format!(r#"{{"model":"{}","messages":[{{"role":"user","content":"hello"}}]}}"#, gate.ready.model())
}

/// The head of a request that passes.
fn good<'f>(bearer: &'f str, length: &'f str) -> Vec<Field<'f>> {
    vec![
        (":method", "POST"),
        (":scheme", "https"),
        (":authority", "gate"),
        (":path", "/v1/chat/completions"),
        ("authorization", bearer),
        ("confidentiality-level", "1"),
        ("content-type", "application/json"),
        ("content-length", length),
    ]
}

/// Sends a request whose head was changed; gives how it ended and what reached a backend.
fn sent(gate: &Gate, change: impl FnOnce(Vec<Field<'_>>) -> Vec<Field<'_>>) -> (End, String) {
    let (bearer, body) = (format!("Bearer {}", gate.ready.token("official")), body(gate));
    let block = fields(&change(good(&bearer, &body.len().to_string())));
    gate.alone(|| {
        let mut frames = gate.frames();
        frames.send(HEADERS, END_HEADERS, 1, &block);
        frames.send(DATA, END_STREAM, 1, body.as_bytes());
        frames.end_of(1, BOUND)
    })
}

fn with<'f>(mut head: Vec<Field<'f>>, field: Field<'f>) -> Vec<Field<'f>> {
    head.push(field);
    head
}

/// With this value in place of the field's.
fn but<'f>(head: Vec<Field<'f>>, name: &str, value: &'f str) -> Vec<Field<'f>> {
    head.into_iter().map(|(own, old)| if own == name { (own, value) } else { (own, old) }).collect()
}

fn without<'f>(head: Vec<Field<'f>>, name: &str) -> Vec<Field<'f>> {
    head.into_iter().filter(|(own, _)| *own != name).collect()
}

fn passes(gate: &Gate) {
    let (end, backend) = sent(gate, |head| head);
    assert_eq!(
        (end, backend.lines().count()),
        (End::Answered("200".to_owned()), 1),
        "the neighbour of all others"
    );
}

#[test]
fn heads_that_are_malformed_are_refused() {
    let gate = Gate::shared();
    passes(&gate);
    let changes: [(&str, Change); 24] = [
        ("two paths", |head| [vec![(":path", "/v1/models")], head].concat()),
        ("a path after the others", |head| with(without(head, ":path"), (":path", "/v1/chat/completions"))),
        ("no path", |head| without(head, ":path")),
        ("an empty path", |head| but(head, ":path", "")),
        ("no method", |head| without(head, ":method")),
        ("no scheme", |head| without(head, ":scheme")),
        ("absolute form", |head| but(head, ":path", "https://gate/v1/chat/completions")),
        ("a path without its slash", |head| but(head, ":path", "v1/chat/completions")),
        ("asterisk", |head| but(but(head, ":method", "OPTIONS"), ":path", "*")),
        ("a status in a request", |head| [vec![(":status", "200")], head].concat()),
        ("a pseudo-field nobody knows", |head| [vec![(":level", "1")], head].concat()),
        ("CONNECT", |head| but(without(without(head, ":path"), ":scheme"), ":method", "CONNECT")),
        ("CONNECT with a protocol", |head| {
            [vec![(":protocol", "websocket")], but(head, ":method", "CONNECT")].concat()
        }),
        ("capitals in a name", |head| with(head, ("X-A", "b"))),
        ("connection", |head| with(head, ("connection", "keep-alive"))),
        ("transfer-encoding", |head| with(head, ("transfer-encoding", "chunked"))),
        ("upgrade", |head| with(head, ("upgrade", "h2c"))),
        ("te of another kind", |head| with(head, ("te", "gzip"))),
        ("a line break in a value", |head| with(head, ("x-a", "b\r\nx-c: d"))),
        ("a zero byte in a value", |head| with(head, ("x-a", "b\0c"))),
        ("a colon in a name", |head| with(head, ("x:a", "b"))),
        ("another host", |head| with(head, ("host", "elsewhere.example"))),
        ("two credentials", |head| with(head, ("authorization", "Bearer x"))),
        ("two levels", |head| with(head, ("confidentiality-level", "2"))),
    ];
    for (name, change) in changes {
        let (end, backend) = sent(&gate, change);
        assert!(end != End::Answered("200".to_owned()) && backend.is_empty(), "{name}: {end:?} {backend}");
    }
    let (end, _) = sent(&gate, |head| with(head, ("host", "gate")));
    assert_eq!(end, End::Answered("200".to_owned()), "the same host twice is one host");
}

#[test]
fn a_body_is_as_long_as_was_said() {
    let gate = Gate::shared();
    for length in ["0", "1", "99999", "+1", "18446744073709551616"] {
        let (end, backend) = sent(&gate, |head| but(head, "content-length", length));
        assert!(end != End::Answered("200".to_owned()) && backend.is_empty(), "{length}: {end:?} {backend}");
    }
    let (end, _) = sent(&gate, |head| without(head, "content-length"));
    assert_eq!(end, End::Answered("200".to_owned()), "or was not said");
}

/// After the body: heads (trailers), more data, a second request on the same stream.
#[test]
fn a_stream_ends_with_its_body() {
    let gate = Gate::shared();
    let (bearer, body) = (format!("Bearer {}", gate.ready.token("official")), body(&gate));
    let length = body.len().to_string();
    let head = fields(&good(&bearer, &length));
    let trailers: [Vec<Field<'_>>; 3] =
        [vec![("authorization", "Bearer x")], vec![("x-a", "b")], vec![(":path", "/v1/models")]];
    for trailer in trailers {
        let (end, backend) = gate.alone(|| {
            let mut frames = gate.frames();
            frames.send(HEADERS, END_HEADERS, 1, &head);
            frames.send(DATA, 0, 1, body.as_bytes());
            frames.send(HEADERS, END_HEADERS | END_STREAM, 1, &fields(&trailer));
            frames.end_of(1, BOUND)
        });
        assert!(
            end != End::Answered("200".to_owned()) && backend.is_empty(),
            "{trailer:?}: {end:?} {backend}"
        );
    }
    passes(&gate);
}

/// What breaks the framing itself ends the connection, and nothing more is read from it.
#[test]
fn frames_that_break_the_rules_end_the_connection() {
    let gate = Gate::shared();
    let block = fields(&good("Bearer x", "1"));
    let breaks: [(&str, &Break<'_>); 9] = [
        ("data before any head", &|frames| frames.send(DATA, END_STREAM, 1, b"{}")),
        ("a head on stream 0", &|frames| frames.send(HEADERS, END_HEADERS, 0, &block)),
        ("a head on a stream of the server's", &|frames| frames.send(HEADERS, END_HEADERS, 2, &block)),
        ("a continuation of nothing", &|frames| frames.send(CONTINUATION, END_HEADERS, 1, &block)),
        ("something in the midst of a head", &|frames| {
            frames.send(HEADERS, 0, 1, &block);
            frames.send(DATA, 0, 1, b"{}")
        }),
        ("a frame above the largest", &|frames| frames.send(DATA, 0, 1, &[0; 16_385])),
        ("a window that overflows", &|frames| {
            (0..3).all(|_| frames.send(WINDOW_UPDATE, 0, 0, &0x7fff_ffff_u32.to_be_bytes()))
        }),
        ("a head that HPACK cannot read", &|frames| frames.send(HEADERS, END_HEADERS, 1, &[0xff; 64])),
        ("no preface but HTTP/1.1", &|frames| frames.raw(b"GET / HTTP/1.1\r\nhost: gate\r\n\r\n")),
    ];
    for (name, act) in breaks {
        let (end, backend) = gate.alone(|| {
            let mut frames = gate.frames();
            act(&mut frames);
            frames.end_of(99, BOUND)
        });
        assert!(matches!(end, End::Gone(_)) && backend.is_empty(), "{name}: {end:?} {backend}");
    }
    // Priorities, which say nothing any more (RFC 9113 §5.3), and unknown frames (§5.5) are passed over.
    let bearer = format!("Bearer {}", gate.ready.token("official"));
    let body = body(&gate);
    let (end, _) = gate.alone(|| {
        let mut frames = gate.frames();
        frames.send(PRIORITY, 0, 1, &[0, 0, 0, 0, 1]);
        frames.send(0xee, 0xff, 7, b"unknown");
        frames.send(HEADERS, END_HEADERS, 1, &fields(&good(&bearer, &body.len().to_string())));
        frames.send(RST_STREAM, 0, 1, &8_u32.to_be_bytes());
        frames.send(HEADERS, END_HEADERS, 3, &fields(&good(&bearer, &body.len().to_string())));
        frames.send(DATA, END_STREAM, 3, body.as_bytes());
        frames.end_of(3, BOUND)
    });
    assert_eq!(end, End::Answered("200".to_owned()));
}
