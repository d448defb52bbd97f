//! A log on a real disk, with its keys.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use sekisho_audit::{
    Evidence, ExchangeId, Fault, Notice, Opening, Options, Principal, Record, Report, Segment, Signer, Term,
    Timestamp, verify,
};
use sekisho_log::{Log, OpenError, Recovery, Settings};

pub struct Scene {
    pub dir: PathBuf,
    pub p256: Vec<u8>,
    pub ed25519: Vec<u8>,
}

impl Scene {
    pub fn new(name: &str) -> Scene {
        let dir = std::env::temp_dir().join(format!("sekisho-log-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        let (p256, ed25519) = Signer::generate().unwrap();
        Scene { dir, p256, ed25519 }
    }

    pub fn signer(&self) -> Signer {
        Signer::from_pkcs8("example.jp/log", &self.p256, &self.ed25519).unwrap()
    }

    pub fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    pub fn open(&self) -> Result<(Log, Recovery), OpenError> {
        let idle = Duration::from_secs(60);
        Log::open(
            &self.log(),
            Settings {
                signer: self.signer(),
                segment_bytes: 1 << 18,
                exchanges_max: 64,
                idle,
                observer: None,
            },
        )
    }

    pub fn verify(&self, open: bool) -> Result<(Report, Vec<Vec<u8>>), Fault> {
        let mut leaves = Vec::new();
        let options = Options { open, all: true };
        let report =
            verify(segments(&self.log()), &self.signer().vkeys(), options, |_, l| leaves.push(l.to_vec()))?;
        Ok((report, leaves))
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

pub fn segments(dir: &Path) -> Vec<Segment> {
    let mut names: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".seg"));
    names.sort();
    names.into_iter().map(|name| Segment { bytes: std::fs::read(dir.join(&name)).unwrap(), name }).collect()
}

pub fn opening(n: u8) -> Opening {
    Opening {
        exchange: ExchangeId([n; 16]),
        time: Timestamp(0),
        principal: Principal::new(Term::of("gss"), "tanaka@example.go.jp").unwrap(),
        proof: Term::of("token"),
        service: None,
        ministry: None,
        grants: vec![],
        clearance: Term::of("1"),
        source: Ipv4Addr::LOCALHOST.into(),
        dialect: Term::of("openai.chat"),
        policy_digest: [0; 32],
        rules_digest: [0; 32],
    }
}

/// Evidence of what is given.
pub struct Given(pub Vec<Record>);

impl Evidence for Given {
    fn records(&self) -> Vec<Record> {
        self.0.clone()
    }
}

pub fn notice() -> Given {
    Given(vec![Record::Notice { time: Timestamp(0), notice: Notice::Idle }])
}

/// Waits until everything handed over so far is durable.
pub fn flush(log: &Log) {
    let (told, heard) = mpsc::channel();
    log.admit(opening(255)).unwrap().complete(notice(), move |recorded| told.send(recorded.is_ok()).unwrap());
    assert!(heard.recv().unwrap());
}

pub fn said(leaves: &[Vec<u8>], word: &str) -> usize {
    leaves.iter().filter(|leaf| String::from_utf8_lossy(leaf).contains(word)).count()
}
