//! How a process ends: in good order, and not.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::HELLO;
use sekisho_tests::{Ask, Gate};

#[test]
fn sigterm_lets_open_exchanges_end_and_closes_the_log() {
    let gate = Gate::start();
    std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..4).map(|_| scope.spawn(|| gate.ask_freely(Ask::chat("dev:utter long").level("2")))).collect();
        std::thread::sleep(Duration::from_millis(150));
        gate.signal("TERM");
        for exchange in running {
            // Whoever was let in is answered whole; whoever came too late was never let in.
            if let Ok(reply) = exchange.join().unwrap() {
                assert!([200, 503].contains(&reply.status), "{}", reply.show());
            }
        }
    });
    assert_eq!(gate.wait().code(), Some(0), "{}", gate.said());
    let verified = gate.verify(&[]);
    assert_eq!(verified.code, Some(0), "{}", verified.said);
}

#[test]
fn a_request_half_way_through_its_body_does_not_keep_the_process_alive() {
    let gate = Gate::start();
    let mut wire = gate.wire();
    wire.send(format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: 1000\r\n\r\n{{",
        gate.ready.token("official")
    ).as_bytes());
    gate.stop();
}

/// How long the load runs before the process is killed.
const LOAD: Duration = Duration::from_millis(1500);

#[test]
fn kill_9_under_load_loses_no_acknowledged_record() {
    let gate = Gate::start();
    let acknowledged = Mutex::new(Vec::new());
    let killed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for who in ["official", "contractor", "official", "contractor"] {
            let (gate, acknowledged, killed) = (&gate, &acknowledged, &killed);
            scope.spawn(move || {
                while !killed.load(Ordering::Relaxed) {
                    // Contractors are refused at Level 2: refusals are acknowledged records too.
                    if let Ok(reply) = gate.ask_freely(Ask::chat(HELLO).by(who).level("2")) {
                        acknowledged.lock().unwrap().push(reply.record().to_owned());
                    }
                }
            });
        }
        let started = Instant::now();
        while started.elapsed() < LOAD || acknowledged.lock().unwrap().len() < 20 {
            assert!(started.elapsed() < Duration::from_secs(60), "too few answers: {}", gate.said());
            std::thread::sleep(Duration::from_millis(10));
        }
        gate.signal("KILL");
        killed.store(true, Ordering::Relaxed);
    });
    gate.wait();
    let acknowledged = acknowledged.into_inner().unwrap();

    let verified = gate.verify(&["--open"]);
    assert_eq!(verified.code, Some(0), "a killed log verifies up to its last checkpoint: {}", verified.said);
    all_are_there(&gate, &acknowledged);

    let again = Gate::start_in(gate.folder().to_owned());
    again.ask(Ask::chat(HELLO).level("1")).passed();
    all_are_there(&again, &acknowledged);
    again.stop();
    let verified = again.verify(&[]);
    assert_eq!(verified.code, Some(0), "after recovery the log closes whole: {}", verified.said);
}

fn all_are_there(gate: &Gate, acknowledged: &[String]) {
    let events: Vec<String> = gate.events().iter().map(ToString::to_string).collect();
    for record in acknowledged {
        let count = events.iter().filter(|event| event.contains(record)).count();
        assert_eq!(count, 2, "of {} acknowledged exchanges, {record} lacks a record", acknowledged.len());
    }
}

#[test]
fn a_restart_keeps_ca_keys_and_log() {
    let first = Gate::start();
    let ca = std::fs::read(&first.ready.ca).unwrap();
    let old_token = first.ready.token("official");
    let record = first.ask(Ask::chat(HELLO).level("1")).passed().record().to_owned();
    first.stop();
    let second = Gate::start_in(first.folder().to_owned());
    assert_eq!(std::fs::read(&second.ready.ca).unwrap(), ca);
    let ask = Ask::chat(HELLO).nobody().head("authorization", &format!("Bearer {old_token}")).level("1");
    second.ask(ask).passed();
    assert_eq!(second.events_of(&record).len(), 2, "the log goes on where it ended");
}

#[test]
fn a_log_that_was_changed_while_it_was_down_is_not_continued() {
    let first = Gate::start();
    first.ask(Ask::chat(HELLO).level("1")).passed();
    first.stop();
    let segment = largest_file(&first.ready.audit_dir);
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let output = sekisho_tests::sekisho(&[
        "dev",
        "--dir",
        first.folder().join("dev").to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
        "--tour",
    ]);
    assert!(!output.status.success(), "it must refuse to start");
}

fn largest_file(folder: &std::path::Path) -> std::path::PathBuf {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.into_iter().max_by_key(|path| std::fs::metadata(path).unwrap().len()).unwrap()
}
