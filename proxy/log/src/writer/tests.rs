//! The writer against a device that fails on purpose.

use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::sync::mpsc;

use sekisho_audit::{Evidence, ExchangeId, Opening, Principal, Term, Timestamp};

use super::*;
use crate::recover::Recovery;
use crate::{Log, Unavailable};

/// What a device was asked to do, and from which request on it fails.
#[derive(Clone, Default)]
struct Faulty {
    state: Arc<Mutex<Counts>>,
}

#[derive(Default)]
struct Counts {
    written: Vec<u8>,
    writes: usize,
    syncs: usize,
    fail_write: Option<usize>,
    fail_sync: Option<usize>,
    slow: Option<Duration>,
    /// No further segment can be had, as on a full disk.
    full: bool,
}

impl Device for Faulty {
    fn write_at(&mut self, bytes: &[u8], _: u64) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        state.written.extend_from_slice(bytes);
        state.writes += 1;
        if state.fail_write.is_some_and(|n| state.writes >= n) {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        let slow = self.state.lock().unwrap().slow;
        std::thread::sleep(slow.unwrap_or_default());
        let mut state = self.state.lock().unwrap();
        state.syncs += 1;
        if state.fail_sync.is_some_and(|n| state.syncs >= n) { Err(io::Error::other("EIO")) } else { Ok(()) }
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }
}

impl Folder for Faulty {
    fn segment(&mut self, _: u64) -> io::Result<Box<dyn Device>> {
        if self.state.lock().unwrap().full {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(Box::new(self.clone()))
        }
    }

    fn spare_is_ready(&mut self) -> bool {
        !self.state.lock().unwrap().full
    }
}

fn log(device: &Faulty, segment_bytes: u64, exchanges_max: usize) -> Log {
    idling(device, segment_bytes, exchanges_max, Duration::from_secs(60))
}

fn idling(device: &Faulty, segment_bytes: u64, exchanges_max: usize, idle: Duration) -> Log {
    let (p256, ed25519) = Signer::generate().unwrap();
    let signer = Signer::from_pkcs8("example.jp/log", &p256, &ed25519).unwrap();
    let settings = Settings { signer, segment_bytes, exchanges_max, idle, observer: None };
    let recovered = Recovered {
        recovery: Recovery::default(),
        next_segment: 0,
        tree: Tree::default(),
        last_time: Timestamp(0),
        left: Vec::new(),
    };
    Log::start(Box::new(device.clone()), settings, recovered, None).unwrap()
}

fn opening() -> Opening {
    Opening {
        exchange: ExchangeId([1; 16]),
        time: Timestamp(0),
        principal: Principal::new(Term::of("gss"), "a").unwrap(),
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

/// Evidence that is only a notice.
struct Note;

impl Evidence for Note {
    fn records(&self) -> Vec<Record> {
        vec![Record::Notice { time: Timestamp(0), notice: Notice::Idle }]
    }
}

fn completes(log: &Log) -> bool {
    let (told, heard) = mpsc::channel();
    let Ok(entry) = log.admit(opening()) else { return false };
    entry.complete(Note, move |recorded| told.send(recorded.is_ok()).unwrap());
    heard.recv().unwrap()
}

#[test]
fn after_a_failed_write_or_sync_nothing_is_recorded_any_more_and_everybody_is_told() {
    let healthy = Faulty::default();
    let log_ = log(&healthy, 1 << 20, 8);
    assert!(completes(&log_) && completes(&log_));
    assert!(!log_.is_dead());
    let faults: [fn(&mut Counts); 2] = [|c| c.fail_write = Some(2), |c| c.fail_sync = Some(2)];
    for set in faults {
        let device = Faulty::default();
        set(&mut device.state.lock().unwrap());
        let log = log(&device, 1 << 20, 8);
        assert!(completes(&log));
        assert!(!completes(&log), "the second commit fails");
        assert!(log.is_dead());
        assert!(!completes(&log), "and is never tried again");
        assert_eq!(log.admit(opening()).unwrap_err(), Unavailable::Dead);
        assert_eq!(device.state.lock().unwrap().writes, 2);
        assert!(log.close().is_err());
    }
}

#[test]
fn what_waits_while_one_group_syncs_shares_the_next_sync() {
    let device = Faulty::default();
    device.state.lock().unwrap().slow = Some(Duration::from_millis(30));
    let log = log(&device, 1 << 20, 64);
    let (told, heard) = mpsc::channel();
    for _ in 0..60 {
        let told = told.clone();
        log.admit(opening()).unwrap().complete(Note, move |recorded| told.send(recorded.is_ok()).unwrap());
    }
    assert!((0..60).all(|_| heard.recv().unwrap()));
    let syncs = device.state.lock().unwrap().syncs;
    assert!(syncs < 30, "{syncs} syncs for 60 records handed over at once");
}

#[test]
fn room_is_promised_only_once() {
    let device = Faulty::default();
    let log = log(&device, 1 << 20, 2);
    let one = log.admit(opening()).unwrap();
    let _two = log.admit(opening()).unwrap();
    assert_eq!(log.admit(opening()).unwrap_err(), Unavailable::Full);
    let (told, heard) = mpsc::channel();
    one.complete(Note, move |recorded| told.send(recorded.is_ok()).unwrap());
    assert!(heard.recv().unwrap());
    assert!(log.admit(opening()).is_ok(), "the room of an exchange that ended is free again");
    let small = super::tests::log(&Faulty::default(), EXCHANGE_BYTES * 3, 1000);
    let held: Vec<_> = (0..1000).map_while(|_| small.admit(opening()).ok()).collect();
    assert!(held.len() < 6, "{} exchanges were promised room for three segments' worth", held.len());
}

#[test]
fn on_a_full_disk_exchanges_are_refused_until_there_is_room_and_the_log_lives() {
    let device = Faulty::default();
    let log = idling(&device, 1 << 18, 1000, Duration::from_millis(1));
    device.state.lock().unwrap().full = true;
    while log.admit(opening()).is_ok_and(|entry| {
        let (told, heard) = mpsc::channel();
        entry.complete(Note, move |recorded| told.send(recorded.is_ok()).unwrap());
        heard.recv().unwrap()
    }) {}
    // The idle notices take what is left of the segment, and then stop.
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(log.admit(opening()).unwrap_err(), Unavailable::Full);
    assert!(!log.is_dead());
    device.state.lock().unwrap().full = false;
    let again = (0..2000).any(|_| {
        std::thread::sleep(Duration::from_millis(1));
        completes(&log)
    });
    assert!(again, "room came back");
}

#[test]
fn a_waiter_that_panics_ends_its_own_exchange_alone() {
    let log = log(&Faulty::default(), 1 << 20, 8);
    log.admit(opening()).unwrap().complete(Note, |_| std::panic::resume_unwind(Box::new(())));
    assert!(completes(&log) && completes(&log));
}

#[test]
fn the_log_may_be_dropped_or_closed_by_a_waiter() {
    let log_ = log(&Faulty::default(), 1 << 20, 8);
    let (told, heard) = mpsc::channel();
    let inner = log_.clone();
    log_.admit(opening()).unwrap().complete(Note, move |_| told.send(inner.close()).unwrap());
    assert_eq!(heard.recv().unwrap(), Ok(()));
    drop(log_);
    let log_ = log(&Faulty::default(), 1 << 20, 8);
    let (told, heard) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let last = log_.clone();
    log_.admit(opening()).unwrap().complete(Note, move |_| {
        wait.recv().unwrap();
        drop(last);
        told.send(()).unwrap();
    });
    drop(log_);
    go.send(()).unwrap();
    heard.recv().unwrap();
}

/// Evidence that cannot tell what it is.
struct Broken;

impl Evidence for Broken {
    fn records(&self) -> Vec<Record> {
        std::panic::resume_unwind(Box::new(()))
    }
}

#[test]
fn a_panic_while_records_are_told_leaves_both_records_to_the_guard() {
    for completing in [false, true] {
        let device = Faulty::default();
        let log = log(&device, 1 << 20, 8);
        let mut entry = log.admit(opening()).unwrap();
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            if completing {
                entry.complete(Broken, |_| {});
            } else {
                entry.decide(Broken, |_| {});
            }
        }));
        assert!(ended.is_err());
        assert!(completes(&log));
        log.close().unwrap();
        let written = device.state.lock().unwrap().written.clone();
        let said = |word: &str| String::from_utf8_lossy(&written).matches(word).count();
        assert_eq!(
            (said("\"activity_name\":\"decision\""), said("\"activity_name\":\"completion\"")),
            (1, 1)
        );
    }
}
