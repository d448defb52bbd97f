//! A log that was changed on the disk, by accident or on purpose.

use sekisho_audit::{FaultKind, Options, Segment, verify};
use sekisho_log::OpenError;

use crate::scene::{Scene, flush, said, segments};

/// A closed log of two sessions, so of two segments.
fn closed(name: &str) -> (Scene, Vec<Segment>) {
    let scene = Scene::new(name);
    for _ in 0..2 {
        let (log, _) = scene.open().unwrap();
        flush(&log);
        log.close().unwrap();
    }
    let files = segments(&scene.log());
    assert_eq!(files.len(), 2);
    (scene, files)
}

#[test]
fn every_changed_byte_of_a_closed_log_is_caught_and_so_is_every_cut() {
    let (scene, mut files) = closed("bytes");
    let keys = scene.signer().vkeys();
    let judge = |files: &[Segment]| verify(files.iter().cloned(), &keys, Options::default(), |_, _| {});
    assert!(judge(&files).is_ok());
    for n in 0..files.len() {
        let whole = files.get(n).unwrap().bytes.clone();
        for at in 0..whole.len() {
            let file = files.get_mut(n).unwrap();
            *file.bytes.get_mut(at).unwrap() ^= 1 << (at % 8);
            assert!(judge(&files).is_err(), "segment {n}, byte {at}");
            let file = files.get_mut(n).unwrap();
            file.bytes.clone_from(&whole);
            file.bytes.truncate(at);
            assert!(judge(&files).is_err(), "segment {n} cut to {at} bytes");
            files.get_mut(n).unwrap().bytes.clone_from(&whole);
        }
        files.get_mut(n).unwrap().bytes.push(0);
        assert!(judge(&files).is_err(), "segment {n} with a zero more");
        files.get_mut(n).unwrap().bytes = whole;
    }
    files.remove(0);
    assert_eq!(judge(&files).unwrap_err().kind, FaultKind::MissingSegment);
}

#[test]
fn what_was_acknowledged_and_then_damaged_is_not_opened() {
    let scene = Scene::new("damage");
    let (log, _) = scene.open().unwrap();
    flush(&log);
    flush(&log);
    log.close().unwrap();
    drop(log);
    let path = scene.log().join("00000000.seg");
    let honest = std::fs::read(&path).unwrap();
    let mut damaged = honest.clone();
    *damaged.get_mut(400).unwrap() ^= 1;
    std::fs::write(&path, damaged).unwrap();
    let Err(OpenError::Damaged(fault)) = scene.open() else { unreachable!("a damaged log was opened") };
    assert_eq!(fault.file, "00000000.seg");
    std::fs::write(&path, &honest).unwrap();
    assert!(scene.open().is_ok());
}

#[test]
fn bytes_behind_the_last_checkpoint_are_cut_and_told() {
    let scene = Scene::new("torn");
    let (log, _) = scene.open().unwrap();
    flush(&log);
    log.close().unwrap();
    drop(log);
    let path = scene.log().join("00000000.seg");
    let mut torn = std::fs::read(&path).unwrap();
    torn.extend(*b"half a frame");
    std::fs::write(&path, torn).unwrap();
    assert_eq!(scene.verify(false).unwrap_err().kind, FaultKind::Uncovered);
    let (log, recovery) = scene.open().unwrap();
    assert_eq!((recovery.dropped_bytes, recovery.crashed), (12, true));
    log.close().unwrap();
    let (_, leaves) = scene.verify(false).unwrap();
    assert_eq!(said(&leaves, "\"dropped_bytes\":12"), 1);
}
