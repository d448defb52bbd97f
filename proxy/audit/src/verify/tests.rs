//! Attacks on a log, each beside the honest one.

use proptest::prelude::*;

use super::*;
use crate::checkpoint::Checkpoint;
use crate::frame::write_frame;
use crate::keys::Signer;
use crate::{Notice, Place, Record, leaf};

const ORIGIN: &str = "example.jp/log";

fn signer() -> Signer {
    let (p256, ed25519) = Signer::generate().unwrap();
    Signer::from_pkcs8(ORIGIN, &p256, &ed25519).unwrap()
}

/// Writes commits of so many records each, one list a segment; the last record closes the log.
fn write(signer: &Signer, plan: &[&[u64]], close: bool) -> Vec<(String, Vec<u8>)> {
    write_as(ORIGIN, signer, plan, close)
}

fn write_as(origin: &str, signer: &Signer, plan: &[&[u64]], close: bool) -> Vec<(String, Vec<u8>)> {
    let mut tree = Tree::default();
    let mut segments = Vec::new();
    for (number, commits) in plan.iter().enumerate() {
        let mut bytes = segment_header(origin, number as u64, &tree);
        for (n, records) in commits.iter().enumerate() {
            let ends = close && number + 1 == plan.len() && n + 1 == commits.len();
            for k in 0..*records {
                let notice = if ends && k + 1 == *records { Notice::Closed } else { Notice::Idle };
                let record = Record::Notice { time: Timestamp(tree.size() * 10), notice };
                let payload =
                    leaf(&record, &Place { origin, index: tree.size(), logged: Timestamp(tree.size() * 10) });
                write_frame(&mut bytes, FrameKind::Leaf, tree.size(), &payload);
                tree.append(leaf_hash(&payload));
            }
            let note = Checkpoint::of(origin, &tree).sign(signer).unwrap();
            write_frame(&mut bytes, FrameKind::Checkpoint, tree.size(), &note);
        }
        segments.push((segment_name(number as u64), bytes));
    }
    segments
}

fn check(log: &[(String, Vec<u8>)], keys: &[Vkey], open: bool) -> Result<Report, FaultKind> {
    verify(segments(log), keys, Options { open, all: false }, |_, _| {}).map_err(|fault| fault.kind)
}

fn segments(log: &[(String, Vec<u8>)]) -> impl Iterator<Item = Segment> + '_ {
    log.iter().cloned().map(|(name, bytes)| Segment { name, bytes })
}

#[test]
fn an_honest_log_verifies_and_shows_its_leaves_in_order() {
    let signer = signer();
    let log = write(&signer, &[&[2, 1], &[3]], true);
    let mut seen = Vec::new();
    let options = Options { open: false, all: true };
    let report = verify(segments(&log), &signer.vkeys(), options, |index, _| seen.push(index)).unwrap();
    assert_eq!((report.records, report.checkpoints, report.closed, report.end.0), (6, 3, true, 1));
    assert_eq!(seen, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn every_changed_bit_of_a_closed_log_is_caught() {
    let signer = signer();
    let mut log = write(&signer, &[&[1], &[1]], true);
    let keys = signer.vkeys();
    assert!(check(&log, &keys, false).is_ok());
    for segment in 0..log.len() {
        for bit in 0..log[segment].1.len() * 8 {
            log[segment].1[bit / 8] ^= 1 << (bit % 8);
            assert!(check(&log, &keys, false).is_err(), "segment {segment} bit {bit}");
            log[segment].1[bit / 8] ^= 1 << (bit % 8);
        }
    }
}

#[test]
fn a_closed_log_cut_short_anywhere_is_caught() {
    let signer = signer();
    let log = write(&signer, &[&[2], &[1, 1]], true);
    let keys = signer.vkeys();
    for segment in 0..log.len() {
        for length in 0..log[segment].1.len() {
            let mut cut = log.clone();
            cut[segment].1.truncate(length);
            assert!(check(&cut, &keys, false).is_err(), "segment {segment} at {length}");
        }
    }
    assert_eq!(check(&log[..1], &keys, false), Err(FaultKind::NotClosed), "the last segment is missing");
}

#[test]
fn segments_out_of_place_are_caught() {
    let signer = signer();
    let keys = signer.vkeys();
    let log = write(&signer, &[&[1], &[1], &[1]], true);
    let check = |order: &[usize], rename: bool| {
        let pick = |(place, n): (usize, &usize)| {
            (if rename { segment_name(place as u64) } else { log[*n].0.clone() }, log[*n].1.clone())
        };
        check(&order.iter().enumerate().map(pick).collect::<Vec<_>>(), &keys, false).err()
    };
    assert_eq!(check(&[0, 1, 2], true), None);
    assert_eq!(check(&[0, 2], false), Some(FaultKind::MissingSegment));
    assert_eq!(check(&[0, 2], true), Some(FaultKind::Header));
    assert_eq!(check(&[0, 1, 1, 2], true), Some(FaultKind::Header));
    assert_eq!(check(&[1, 0, 2], true), Some(FaultKind::Header));
    assert_eq!(check(&[], true), Some(FaultKind::MissingSegment));
}

#[test]
fn another_key_another_log_and_a_rewritten_past_are_caught() {
    let (signer, other) = (signer(), signer());
    let log = write(&signer, &[&[2, 1]], true);
    assert!(check(&log, &signer.vkeys(), false).is_ok());
    assert_eq!(check(&log, &other.vkeys(), false), Err(FaultKind::Signature));
    assert_eq!(check(&log, &[], false), Err(FaultKind::Keys));
    let forged = write(&other, &[&[1, 1]], true);
    assert_eq!(check(&forged, &signer.vkeys(), false), Err(FaultKind::Signature));
    // A dropped record, everything after it written anew but for what only the key holder can write.
    let mut tree = Tree::default();
    let mut bytes = segment_header(ORIGIN, 0, &tree);
    let record = Record::Notice { time: Timestamp(0), notice: Notice::Closed };
    let payload = leaf(&record, &Place { origin: ORIGIN, index: 0, logged: Timestamp(0) });
    write_frame(&mut bytes, FrameKind::Leaf, 0, &payload);
    tree.append(leaf_hash(&payload));
    let note = Checkpoint { size: 2, ..Checkpoint::of(ORIGIN, &tree) }.sign(&signer).unwrap();
    write_frame(&mut bytes, FrameKind::Checkpoint, 2, &note);
    assert_eq!(check(&[(segment_name(0), bytes)], &signer.vkeys(), false), Err(FaultKind::Checkpoint));
}

#[test]
fn an_open_log_is_accounted_for_up_to_its_last_checkpoint() {
    let signer = signer();
    let keys = signer.vkeys();
    let mut log = write(&signer, &[&[2, 1]], false);
    assert_eq!(check(&log, &keys, false), Err(FaultKind::NotClosed));
    assert_eq!(check(&log, &keys, true).unwrap().records, 3);
    let whole = log[0].1.len();
    log[0].1.extend([0; 512]);
    assert_eq!(check(&log, &keys, true).unwrap().uncovered_bytes, 0);
    let first_leaf = segment_header(ORIGIN, 0, &Tree::default()).len();
    let half = log[0].1[first_leaf..first_leaf + 200].to_vec();
    log[0].1.truncate(whole);
    log[0].1.extend(&half);
    let report = check(&log, &keys, true).unwrap();
    assert_eq!((report.records, report.uncovered_bytes, report.end), (3, 200, (0, whole)));
    assert_eq!(
        report.to_string().split_once("; ").unwrap().1,
        "not closed, 200 bytes after the last checkpoint are not covered"
    );
    log[0].1.truncate(whole);
    log[0].1.extend([0; 2000]);
    // What a crash cannot have left there.
    log[0].1[whole + 9] = 9;
    assert_eq!(check(&log, &keys, true), Err(FaultKind::Damaged));
    log[0].1.truncate(whole);
    // Damage before the last checkpoint is no crash.
    log[0].1[whole - 900] ^= 1;
    assert!(matches!(check(&log, &keys, true), Err(FaultKind::Damaged)));
}

/// A log of two commits in one segment whose second one lost these of its sectors, and where the first one ends.
fn torn(lost: impl Fn(usize) -> bool) -> (Signer, Vec<(String, Vec<u8>)>, usize) {
    let signer = signer();
    let mut log = write(&signer, &[&[1, 3]], false);
    let mut keep = segment_header(ORIGIN, 0, &Tree::default()).len();
    // The first commit: a leaf and its checkpoint.
    for _ in 0..2 {
        keep += read_frame(&log[0].1[keep..]).unwrap().bytes();
    }
    let bytes = &mut log[0].1;
    let written = bytes.iter_mut().enumerate().skip(keep);
    written.filter(|(at, _)| lost(at / 512)).for_each(|(_, byte)| *byte = 0);
    bytes.resize(bytes.len() + 4096, 0);
    (signer, log, keep)
}

#[test]
fn a_commit_that_lost_any_of_its_sectors_is_a_crash_and_a_changed_one_is_not() {
    for lost in 1..64u32 {
        // Sectors of the second commit: at most a few, so every choice of them.
        let (signer, log, keep) = torn(|sector| lost >> (sector % 6) & 1 == 1);
        let report = check(&log, &signer.vkeys(), true);
        let report = report.unwrap_or_else(|kind| unreachable!("{kind:?} with {lost:b} lost"));
        assert!(report.records == 1 || report.uncovered_bytes == 0, "{lost:b}");
        if report.records == 1 {
            assert_eq!(report.end.1, keep);
        }
    }
    let (signer, mut log, keep) = torn(|_| false);
    assert_eq!(check(&log, &signer.vkeys(), true).unwrap().records, 4);
    let end = log[0].1.len() - 4096;
    // Every byte but the three upper ones of the last note's length, which may claim to reach into what is unwritten.
    for at in (keep + 4..end - 700).step_by(7).chain(end - 300..end) {
        log[0].1[at] ^= 0x40;
        assert_eq!(check(&log, &signer.vkeys(), true), Err(FaultKind::Damaged), "at {at} of {keep}..{end}");
        log[0].1[at] ^= 0x40;
    }
}

#[test]
fn an_empty_or_unwritten_segment_is_not_the_end() {
    let signer = signer();
    let keys = signer.vkeys();
    let mut log = write(&signer, &[&[1]], true);
    assert!(check(&log, &keys, false).is_ok());
    for length in [0, 1, 4096] {
        log.push((segment_name(1), vec![0; length]));
        assert_eq!(check(&log, &keys, false), Err(FaultKind::NotClosed));
        assert!(!check(&log, &keys, true).unwrap().closed, "opened again and not closed since");
        log.push((segment_name(2), vec![0; length]));
        assert_eq!(check(&log, &keys, true), Err(FaultKind::Damaged));
        log.truncate(1);
    }
}

#[test]
fn what_belongs_to_another_log_or_follows_the_end_is_caught() {
    let (p256, ed25519) = Signer::generate().unwrap();
    let [ours, theirs] =
        [ORIGIN, "example.jp/other"].map(|name| Signer::from_pkcs8(name, &p256, &ed25519).unwrap());
    // The same keys under another name: a log is its origin, not its keys.
    let other = write_as("example.jp/other", &theirs, &[&[1]], true);
    assert!(check(&other, &theirs.vkeys(), false).is_ok());
    assert_eq!(check(&other, &ours.vkeys(), false), Err(FaultKind::Header));
    let mixed = [ours.vkeys(), theirs.vkeys()].concat();
    assert_eq!(check(&other, &mixed, false), Err(FaultKind::Keys));
    let strange = |origin, index, after_end| {
        let mut tree = Tree::default();
        let mut bytes = segment_header(ORIGIN, 0, &tree);
        for n in 0..=u64::from(after_end) {
            let record = Record::Notice { time: Timestamp(0), notice: Notice::Closed };
            let payload = leaf(&record, &Place { origin, index: index + n, logged: Timestamp(0) });
            write_frame(&mut bytes, FrameKind::Leaf, n, &payload);
            tree.append(leaf_hash(&payload));
        }
        let note = Checkpoint::of(ORIGIN, &tree).sign(&ours).unwrap();
        write_frame(&mut bytes, FrameKind::Checkpoint, tree.size(), &note);
        check(&[(segment_name(0), bytes)], &ours.vkeys(), false).map(|report| report.records)
    };
    assert_eq!(strange(ORIGIN, 0, false), Ok(1));
    assert_eq!(strange("example.jp/other", 0, false), Err(FaultKind::Origin));
    assert_eq!(strange(ORIGIN, 1, false), Err(FaultKind::Index));
    assert_eq!(strange(ORIGIN, 0, true), Err(FaultKind::AfterEnd));
}

#[test]
fn histories_that_were_mixed_are_caught() {
    // Two branches signed by the same keys, as after a roll-back of the disk: neither continues the other.
    let signer = signer();
    let [one, other] = [&[2u64, 1][..], &[3, 1]].map(|commits| write(&signer, &[commits, &[1]], true));
    let keys = signer.vkeys();
    assert!(check(&one, &keys, false).is_ok() && check(&other, &keys, false).is_ok());
    let fork = [one[0].clone(), other[1].clone()];
    assert_eq!(check(&fork, &keys, false), Err(FaultKind::Header));
    // An old segment under a new name, its header written anew as anybody can.
    let mut replayed = one.clone();
    let header = segment_header(ORIGIN, 0, &Tree::default()).len();
    let mut tree = Tree::default();
    assert_eq!(
        verify(segments(&one), &keys, Options::default(), |_, l| tree.append(leaf_hash(l))).unwrap().tree,
        tree
    );
    let bytes = [segment_header(ORIGIN, 2, &tree), one[0].1[header..].to_vec()].concat();
    replayed.push((segment_name(2), bytes));
    assert_eq!(check(&replayed, &keys, false), Err(FaultKind::Index));
    // A record taken out, numbers and checksums made to fit: the next checkpoint knows.
    let mut dropped = one.clone();
    let first = read_frame(&one[0].1[header..]).unwrap().bytes();
    let second = read_frame(&one[0].1[header + first..]).unwrap();
    let mut bytes = one[0].1[..header].to_vec();
    write_frame(&mut bytes, FrameKind::Leaf, 0, second.payload);
    bytes.extend(&one[0].1[header + first + second.bytes()..]);
    dropped[0].1 = bytes;
    assert_eq!(check(&dropped, &keys, false), Err(FaultKind::Index));
}

proptest! {
    #[test]
    fn an_honest_log_changed_anywhere_is_judged_without_a_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        length: prop::sample::Index,
        open: bool,
    ) {
        let signer = signer();
        let mut log = write(&signer, &[&[1, 1]], true);
        let honest = log.clone();
        let bytes = &mut log[0].1;
        bytes.truncate(length.index(bytes.len()) + 1);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let judged = check(&log, &signer.vkeys(), open);
        prop_assert!(open || log == honest || judged.is_err());
    }

    #[test]
    fn any_bytes_are_judged_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), open: bool) {
        let keys = signer().vkeys();
        let _ = check(&[(segment_name(0), bytes)], &keys, open);
    }
}
