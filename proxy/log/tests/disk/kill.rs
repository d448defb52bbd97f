//! kill -9 under load: whatever was acknowledged is there afterwards.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use sekisho_audit::{
    CompletionRecord, Coverage, Evidence, ExchangeId, FaultKind, Opening, Outcome, Record, Signer,
    Unfinished, unfinished,
};
use sekisho_log::{Log, Settings};

use crate::scene::{Scene, opening, said};

/// Tells the process to be killed where keys and log are.
const DIR: &str = "SEKISHO_TEST_APPEND_DIR";

struct End(Opening);

impl Evidence for End {
    fn records(&self) -> Vec<Record> {
        let Opening { exchange, principal, source, dialect, time, .. } = self.0.clone();
        vec![Record::Completion(Box::new(CompletionRecord {
            exchange,
            principal,
            source,
            dialect,
            time,
            outcome: Outcome::Answered,
            status: 200,
            reason: None,
            rule: None,
            announced: None,
            received: None,
            released: None,
            findings: vec![],
            shadow: Vec::new(),
            spans: vec![],
            obligations: vec![],
            coverage: Coverage::default(),
            duration_us: 0,
            stages: sekisho_audit::Stages::NONE,
            flow: None,
        }))]
    }
}

#[test]
#[ignore = "run, and killed, by the test below in a process of its own"]
fn append_until_killed() {
    let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) else { return };
    let key = |name| std::fs::read(dir.join(name)).unwrap();
    let signer = Signer::from_pkcs8("example.jp/log", &key("p256"), &key("ed25519")).unwrap();
    let settings = Settings {
        signer,
        segment_bytes: 1 << 18,
        exchanges_max: 16,
        idle: Duration::from_secs(10),
        observer: None,
    };
    let (log, _) = Log::open(&dir.join("log"), settings).unwrap();
    let process = u128::from(std::process::id()) << 64;
    for n in 0..u128::MAX {
        let opening = Opening { exchange: ExchangeId((process | n).to_be_bytes()), ..opening(0) };
        match log.admit(opening.clone()) {
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
            Ok(entry) => entry.complete(End(opening), |recorded| {
                if let Ok(recorded) = recorded {
                    // One write, so that a line is whole or absent.
                    let line = format!("{}\n", recorded.0.exchange);
                    let _ = std::io::stdout().lock().write_all(line.as_bytes());
                }
            }),
        }
    }
}

#[test]
fn killed_under_load_it_loses_nothing_that_was_acknowledged() {
    let scene = Scene::new("kill");
    std::fs::write(scene.dir.join("p256"), &scene.p256).unwrap();
    std::fs::write(scene.dir.join("ed25519"), &scene.ed25519).unwrap();
    let mut acknowledged = HashSet::new();
    for round in 1..=4 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "kill::append_until_killed", "--ignored", "--nocapture"]);
        let mut child = command.env(DIR, &scene.dir).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let ids = lines.filter(|line| line.len() == 32 && line.bytes().all(|b| b.is_ascii_hexdigit()));
        for (n, line) in ids.enumerate() {
            acknowledged.insert(line);
            if n == 100 * round {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let fault = scene.verify(false).unwrap_err();
        assert_eq!(fault.kind, FaultKind::NotClosed);
        let (_, leaves) = scene.verify(true).unwrap();
        let recorded: HashSet<String> = leaves
            .iter()
            .filter_map(|leaf| match unfinished(leaf)? {
                Unfinished::Ends(exchange) | Unfinished::Opens { exchange, .. } => Some(exchange.to_string()),
            })
            .collect();
        assert_eq!(acknowledged.difference(&recorded).count(), 0, "round {round}");
    }
    assert!(acknowledged.len() > 1000);
    let (log, recovery) = scene.open().unwrap();
    assert!(recovery.crashed);
    log.close().unwrap();
    let (report, leaves) = scene.verify(false).unwrap();
    assert!(report.closed);
    assert_eq!(said(&leaves, "\"notice\":\"recovered\""), 4);
}
