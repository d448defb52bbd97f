//! Whoever is not known costs little: no memory beyond a connection's, no line in the log, no work for their words.

use std::time::Duration;

use sekisho_tests::{Ask, Gate, Wire};

use crate::HELLO;

const CONNECTIONS: usize = 200;

/// What the gate may hold for all of them: a connection's buffers and TLS, and not their bodies.
const MEMORY_MAX: u64 = CONNECTIONS as u64 * (192 << 10);

#[test]
fn bodies_of_strangers_are_not_kept() {
    let gate = Gate::start();
    gate.ask(Ask::chat(HELLO).level("1")).passed();
    let before = gate.resident_bytes();
    let head = |credential: &str| {
        format!(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: gate\r\n{credential}Content-Type: application/json\r\n\
             Content-Length: 8000000\r\n\r\n"
        )
    };
    let megabyte = vec![b' '; 1 << 20];
    let heads = [
        head(""),
        head("Authorization: Bearer x\r\n"),
        head(&format!("X-Api-Key: {}\r\n", "a".repeat(8000))),
    ];
    let opened: Vec<Wire> = (0..CONNECTIONS)
        .map(|n| {
            let mut wire = gate.wire();
            wire.send(heads[n % heads.len()].as_bytes());
            // The gate may close in the midst of it.
            wire.send(&megabyte);
            wire
        })
        .collect();
    let grown = gate.resident_bytes().saturating_sub(before);
    assert!(grown < MEMORY_MAX, "{} KiB more are held for {CONNECTIONS} strangers", grown >> 10);
    for mut wire in opened.into_iter().take(3) {
        assert!([0, 401].contains(&wire.receive(Duration::from_secs(30)).status));
    }
    gate.ask(Ask::chat(HELLO).level("1")).passed();
}

#[test]
fn strangers_do_not_fill_the_log() {
    let gate = Gate::start();
    gate.ask(Ask::chat(HELLO).level("1")).passed();
    let before = gate.events().len();
    let mut wire = gate.wire();
    for _ in 0..2000 {
        let sent =
            wire.send(b"GET /v1/models HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer no.no.no\r\n\r\n");
        assert!(sent && wire.receive(Duration::from_secs(10)).status == 401);
    }
    gate.stop();
    let told = gate.events().split_off(before);
    let bytes: usize = told.iter().map(|event| event.to_string().len()).sum();
    assert!(told.len() < 20 && bytes < 64 << 10, "{} events, {bytes} bytes for 2,000 strangers", told.len());
    let counted = told.iter().filter(|event| event.to_string().contains("token-malformed")).count();
    assert!(counted > 0, "they are counted all the same");
}
