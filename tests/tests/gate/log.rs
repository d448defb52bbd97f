//! The log as a stranger checks it.

use std::path::Path;

use sekisho_audit::{Options, Segment, Vkey};

use crate::HELLO;
use sekisho_tests::{Ask, Gate};

/// A log's segments, in order.
fn segments(folder: &Path) -> Vec<Segment> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".seg"));
    names.sort();
    names
        .into_iter()
        .map(|name| Segment { bytes: std::fs::read(folder.join(&name)).unwrap(), name })
        .collect()
}

#[test]
fn one_flipped_bit_anywhere_in_a_closed_log_is_caught() {
    let gate = Gate::start();
    gate.ask(Ask::chat(HELLO).level("1")).passed();
    gate.ask(Ask::chat(HELLO).by("contractor").level("2")).refused(403);
    gate.stop();
    let keys: Vec<Vkey> = std::fs::read_to_string(&gate.ready.audit_key)
        .unwrap()
        .lines()
        .map(|line| Vkey::parse(line).unwrap())
        .collect();
    let whole = segments(&gate.ready.audit_dir);
    let verify =
        |segments: Vec<Segment>| sekisho_audit::verify(segments, &keys, Options::default(), |_, _| {});
    let report = verify(whole.clone()).unwrap();
    assert!(report.closed && report.records >= 5, "two exchanges, a start and an end: {}", report.records);

    for (number, segment) in whole.iter().enumerate() {
        for at in 0..segment.bytes.len() {
            let mut changed = whole.clone();
            // Another bit each time; all of them would take eight times as long and say the same.
            changed[number].bytes[at] ^= 1 << (at % 8);
            assert!(verify(changed).is_err(), "{} byte {at} was changed, and nobody noticed", segment.name);
        }
    }
}

#[test]
fn a_closed_log_that_was_cut_short_anywhere_is_caught() {
    let gate = Gate::start();
    gate.ask(Ask::chat(HELLO).level("1")).passed();
    gate.stop();
    for segment in segments(&gate.ready.audit_dir) {
        let path = gate.ready.audit_dir.join(&segment.name);
        for length in [segment.bytes.len() - 1, segment.bytes.len() * 2 / 3, segment.bytes.len() / 3] {
            std::fs::write(&path, &segment.bytes[..length]).unwrap();
            let verified = gate.verify(&[]);
            assert_eq!(verified.code, Some(1), "cut to {length}: {}", verified.said);
        }
        std::fs::write(&path, [segment.bytes.as_slice(), b"x"].concat()).unwrap();
        assert_eq!(gate.verify(&[]).code, Some(1), "one byte more");
        std::fs::write(&path, &segment.bytes).unwrap();
        assert_eq!(gate.verify(&[]).code, Some(0));
    }
}

#[test]
fn an_open_log_verifies_as_open() {
    let gate = Gate::start();
    gate.ask(Ask::chat(HELLO).level("1")).passed();
    let verified = gate.verify(&["--open"]);
    assert_eq!(verified.code, Some(0), "{}", verified.said);
    assert_ne!(gate.verify(&[]).code, Some(0), "a log in use is not closed");
}

#[test]
fn another_key_does_not_verify() {
    let (gate, other) = (Gate::start(), Gate::start());
    gate.ask(Ask::chat(HELLO).level("1")).passed();
    gate.stop();
    assert_eq!(gate.verify(&[]).code, Some(0));
    assert_eq!(sekisho_tests::verify(&gate.ready.audit_dir, &other.ready.audit_key, &[]).code, Some(1));
}
