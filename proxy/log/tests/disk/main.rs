//! The log on a real disk: closing, reopening, crashes, damage.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod damage;
mod kill;
mod scene;

use std::sync::mpsc;

use sekisho_audit::{Notice, Outcome, Record, Term, Unfinished, unfinished};
use sekisho_log::{Log, OpenError};

use scene::{Given, Scene, flush, opening, said, segments};

#[test]
fn a_log_closed_and_opened_again_is_one_log() {
    let scene = Scene::new("reopen");
    for round in 1..=3 {
        let (log, recovery) = scene.open().unwrap();
        assert_eq!((recovery.crashed, recovery.dropped_bytes), (false, 0));
        flush(&log);
        log.close().unwrap();
        drop(log);
        let (report, _) = scene.verify(false).unwrap();
        assert_eq!((report.records, report.closed), (round * 2, true));
    }
}

#[test]
fn two_processes_cannot_hold_one_log() {
    let scene = Scene::new("lock");
    let (log, _) = scene.open().unwrap();
    assert!(matches!(scene.open(), Err(OpenError::Locked)));
    drop(log);
    assert!(scene.open().is_ok());
}

#[test]
fn whatever_ends_an_exchange_it_has_two_records() {
    let scene = Scene::new("guard");
    let (log, _) = scene.open().unwrap();
    drop(log.admit(opening(1)).unwrap());
    let mut sent = log.admit(opening(2)).unwrap();
    sent.reached(Outcome::PartlySent);
    drop(sent);
    let panicking = log.admit(opening(3)).unwrap();
    let ended = std::thread::spawn(move || {
        let _held = panicking;
        std::panic::resume_unwind(Box::new(()));
    });
    assert!(ended.join().is_err());
    flush(&log);
    log.close().unwrap();
    let (_, leaves) = scene.verify(false).unwrap();
    let course: Vec<Unfinished> = leaves.iter().filter_map(|leaf| unfinished(leaf)).collect();
    let ends = course.iter().filter(|c| matches!(c, Unfinished::Ends(_))).count();
    assert_eq!((course.len(), ends), (6, 3));
    assert_eq!(
        (said(&leaves, "\"outcome\":\"not_sent\""), said(&leaves, "\"outcome\":\"partly_sent\"")),
        (2, 1)
    );
}

#[test]
fn many_segments_follow_one_another() {
    let scene = Scene::new("segments");
    let (log, _) = scene.open().unwrap();
    for _ in 0..700 {
        log.notice(Notice::Idle);
        log.notice(Notice::Idle);
        flush(&log);
    }
    log.close().unwrap();
    assert!(segments(&scene.log()).len() > 3);
    assert_eq!(scene.verify(false).unwrap().0.records, 2101);
}

#[test]
fn an_exchange_that_a_crash_left_is_ended_as_unknown() {
    let scene = Scene::new("unfinished");
    let (log, _) = scene.open().unwrap();
    let mut entry = log.admit(opening(7)).unwrap();
    let (told, heard) = mpsc::channel();
    let decision = scene_decision(&log);
    entry.decide(decision, move |recorded| told.send(recorded.is_ok()).unwrap());
    assert!(heard.recv().unwrap());
    let copy =
        Scene { dir: scene.dir.join("copy"), p256: scene.p256.clone(), ed25519: scene.ed25519.clone() };
    std::fs::create_dir_all(copy.log()).unwrap();
    segments(&scene.log()).iter().for_each(|s| std::fs::write(copy.log().join(&s.name), &s.bytes).unwrap());
    drop(entry);
    let (log, recovery) = copy.open().unwrap();
    assert_eq!((recovery.unfinished, recovery.crashed), (1, true));
    log.close().unwrap();
    let (_, leaves) = copy.verify(false).unwrap();
    assert_eq!(said(&leaves, "\"outcome\":\"unknown\""), 1);
}

/// The pair of records that an exchange dropped before its decision leaves; here only the first of them.
fn scene_decision(log: &Log) -> Given {
    let record = sekisho_audit::DecisionRecord {
        opening: opening(7),
        time: log.now(),
        user: None,
        model: None,
        declared: None,
        found: None,
        conversation: sekisho_audit::Conversation::default(),
        effective: None,
        verdict: sekisho_audit::Verdict::Refuse { reason: Term::of("clearance"), rule: None, status: 403 },
        findings: vec![],
        spans: vec![],
        obligations: vec![],
        shadow: vec![],
        would: vec![],
        received: None,
        forwarded: None,
        coverage: sekisho_audit::Coverage::default(),
    };
    Given(vec![Record::Decision(Box::new(record))])
}
