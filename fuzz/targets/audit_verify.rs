//! Any bytes as a log verify or do not; nothing panics, and of a sound log no other bytes verify as closed.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sekisho_audit::{
    Checkpoint, FrameKind, Notice, Options, Place, Record, Segment, Signer, Timestamp, Tree, Vkey, leaf,
    leaf_hash, segment_header, segment_name, verify, write_frame,
};

/// A small closed log and the keys that vouch for it.
static LOG: LazyLock<(Vec<u8>, Vec<Vkey>)> = LazyLock::new(|| closed_log().expect("a log can be made"));

fuzz_target!(|data: &[u8]| {
    let (sound, keys) = &*LOG;
    // The first byte chooses: any bytes at all, or the sound log with the rest of the input written over it.
    let bytes = match data.split_first() {
        Some((1, change)) => written_over(sound, change),
        _ => data.to_vec(),
    };
    for open in [false, true] {
        let options = Options { open, all: true };
        let segment = Segment { name: segment_name(0), bytes: bytes.clone() };
        if let Ok(report) = verify([segment], keys, options, |_, _| {}) {
            assert!(open || bytes == *sound, "other bytes than those signed verify as a closed log");
            assert!(report.end.1 <= bytes.len(), "what is covered lies within the file");
        }
    }
});

/// The first two bytes of `change` say where the rest of it goes.
fn written_over(sound: &[u8], change: &[u8]) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    if let [low, high, change @ ..] = change {
        let at = usize::from(u16::from_le_bytes([*low, *high])) % bytes.len();
        bytes.iter_mut().skip(at).zip(change).for_each(|(byte, new)| *byte = *new);
    }
    bytes
}

fn closed_log() -> Option<(Vec<u8>, Vec<Vkey>)> {
    let (p256, ed25519) = Signer::generate().ok()?;
    let signer = Signer::from_pkcs8("fuzz.example/log", &p256, &ed25519).ok()?;
    let mut tree = Tree::default();
    let mut bytes = segment_header(signer.name(), 0, &tree);
    for (index, notice) in [Notice::Idle, Notice::Closed].into_iter().enumerate() {
        let (index, time) = (index as u64, Timestamp(1_700_000_000_000));
        let record = Record::Notice { time, notice };
        let leaf = leaf(&record, &Place { origin: signer.name(), index, logged: time });
        write_frame(&mut bytes, FrameKind::Leaf, index, &leaf);
        tree.append(leaf_hash(&leaf));
        let note = Checkpoint::of(signer.name(), &tree).sign(&signer).ok()?;
        write_frame(&mut bytes, FrameKind::Checkpoint, tree.size(), &note);
    }
    Some((bytes, signer.vkeys().to_vec()))
}
