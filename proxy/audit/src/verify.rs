//! Verifies a log from its bytes and the keys of those who vouch for it. Imports nothing of the writer, knows no policy
//! and no wire format, and opens no file.
//!
//! What is checked: every frame's checksum; that segments follow one another and belong to this log; that leaves are
//! numbered densely, name this log and never go back in time; size and root of every checkpoint; the signatures of the first and the
//! last checkpoint (or of all); and that nothing stands behind the last one. So every byte of a closed log counts.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::checkpoint::SignedCheckpoint;
use crate::frame::{Frame, FrameKind, read_frame, segment_header, segment_name};
use crate::keys::Vkey;
use crate::leaf::{Said, is_closing, read_place};
use crate::merkle::{Hash, Tree, leaf_hash};
use crate::record::Timestamp;

mod fault;
mod tail;

pub use fault::{Fault, FaultKind};
use tail::Tail;

/// One segment file.
#[derive(Clone)]
pub struct Segment {
    /// Its file name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How strictly to verify.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Account for an open or crashed log up to its last checkpoint, instead of refusing it.
    pub open: bool,
    /// Check the signatures of every checkpoint.
    pub all: bool,
}

/// What a log that verifies holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// How many records are covered.
    pub records: u64,
    /// How many checkpoints.
    pub checkpoints: u64,
    /// Root over all of them.
    pub root: Hash,
    /// Time of the last covered record.
    pub last_time: Timestamp,
    /// Whether the log was ended in good order.
    pub closed: bool,
    /// Bytes behind the last checkpoint that say something; 0 if closed.
    pub uncovered_bytes: u64,
    /// Number of the segment that holds the last checkpoint, and the bytes in it up to its end.
    pub end: (u64, usize),
    /// The tree as of the last checkpoint.
    pub tree: Tree,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = BASE64_STANDARD.encode(self.root);
        write!(f, "{} records, {} checkpoints, root {root}", self.records, self.checkpoints)?;
        match (self.closed, self.uncovered_bytes) {
            (true, _) => f.write_str("; closed in good order"),
            (false, 0) => f.write_str("; not closed, nothing follows the last checkpoint"),
            (false, bytes) => {
                write!(f, "; not closed, {bytes} bytes after the last checkpoint are not covered")
            }
        }
    }
}

/// Verifies a whole log, its segments in order, holding two of them at a time; `each` is shown every covered leaf
/// with its index once the checkpoint that covers it was read.
///
/// # Errors
/// The first fault.
pub fn verify(
    segments: impl IntoIterator<Item = Segment>,
    keys: &[Vkey],
    options: Options,
    mut each: impl FnMut(u64, &[u8]),
) -> Result<Report, Fault> {
    let origin = keys.first().map(Vkey::name).filter(|name| keys.iter().all(|key| key.name() == *name));
    let fault = |kind| Fault { file: segment_name(0), offset: 0, kind };
    let origin = origin.ok_or_else(|| fault(FaultKind::Keys))?;
    let mut segments = segments.into_iter();
    let mut segment = segments.next().ok_or_else(|| fault(FaultKind::MissingSegment))?;
    let mut walk = Walk::new(origin, keys, options);
    loop {
        let rest = walk.segment(&segment, &mut each)?;
        let Some(next) = segments.next() else { return walk.finish(&segment, rest) };
        if rest == 0 || rest < segment.bytes.len() {
            return Err(walk.fault(&segment, rest, FaultKind::Damaged));
        }
        segment = next;
    }
}

/// What has been read so far.
struct Walk<'k> {
    origin: &'k str,
    keys: &'k [Vkey],
    options: Options,
    number: u64,
    tree: Tree,
    time: Timestamp,
    closing: bool,
    /// As of the last checkpoint.
    covered: Report,
    last: Option<(SignedCheckpoint, String, usize)>,
}

impl<'k> Walk<'k> {
    fn new(origin: &'k str, keys: &'k [Vkey], options: Options) -> Walk<'k> {
        let tree = Tree::default();
        let covered = Report {
            records: 0,
            checkpoints: 0,
            root: tree.root(),
            last_time: Timestamp::default(),
            closed: false,
            uncovered_bytes: 0,
            end: (0, 0),
            tree: tree.clone(),
        };
        let time = Timestamp::default();
        Walk { origin, keys, options, number: 0, tree, time, closing: false, covered, last: None }
    }

    /// Reads one segment; returns where its last checkpoint ends.
    fn segment(&mut self, segment: &Segment, each: &mut impl FnMut(u64, &[u8])) -> Result<usize, Fault> {
        if segment.name != segment_name(self.number) {
            return Err(self.fault(segment, 0, FaultKind::MissingSegment));
        }
        let header = segment_header(self.origin, self.number, &self.tree);
        self.number += 1;
        self.closing = false;
        if !segment.bytes.starts_with(&header) {
            // A sound frame says something else than what should follow; what is none is judged as a tail.
            let none = read_frame(&segment.bytes).is_none();
            return if none { Ok(0) } else { Err(self.fault(segment, 0, FaultKind::Header)) };
        }
        let (mut at, mut covered) = (header.len(), 0);
        let mut pending = Vec::new();
        while let Some(frame) = segment.bytes.get(at..).and_then(read_frame) {
            match frame.kind {
                FrameKind::Header => return Err(self.fault(segment, at, FaultKind::Header)),
                FrameKind::Leaf => {
                    self.leaf(&frame).map_err(|kind| self.fault(segment, at, kind))?;
                    pending.push(frame);
                }
                FrameKind::Checkpoint => {
                    self.checkpoint(segment, at, &frame, pending.is_empty())?;
                    pending.drain(..).for_each(|leaf| each(leaf.index, leaf.payload));
                    covered = at + frame.bytes();
                    self.covered.end = (self.number - 1, covered);
                }
            }
            at += frame.bytes();
        }
        Ok(covered)
    }

    fn leaf(&mut self, frame: &Frame<'_>) -> Result<(), FaultKind> {
        if frame.index != self.tree.size() {
            return Err(FaultKind::Index);
        }
        if self.closing {
            return Err(FaultKind::AfterEnd);
        }
        match read_place(frame.payload, self.origin, frame.index) {
            Said::Here(time) if time >= self.time => self.time = time,
            Said::Here(_) | Said::Nothing => return Err(FaultKind::Time),
            Said::OtherLog => return Err(FaultKind::Origin),
            Said::OtherIndex => return Err(FaultKind::Index),
        }
        self.closing = is_closing(frame.payload);
        self.tree.append(leaf_hash(frame.payload));
        Ok(())
    }

    fn checkpoint(
        &mut self,
        segment: &Segment,
        at: usize,
        frame: &Frame<'_>,
        idle: bool,
    ) -> Result<(), Fault> {
        let fault = |kind| Err(Fault { file: segment.name.clone(), offset: at, kind });
        let Some(signed) = SignedCheckpoint::parse(frame.payload) else {
            return fault(FaultKind::Checkpoint);
        };
        let said = &signed.checkpoint;
        let right =
            said.origin == self.origin && said.size == self.tree.size() && said.root == self.tree.root();
        if !right || frame.index != said.size || idle {
            return fault(FaultKind::Checkpoint);
        }
        let first = self.covered.checkpoints == 0;
        if (first || self.options.all) && !signed.is_signed_by(self.keys) {
            return fault(FaultKind::Signature);
        }
        self.covered.records = said.size;
        self.covered.root = said.root;
        self.covered.checkpoints += 1;
        self.covered.last_time = self.time;
        self.covered.closed = self.closing;
        self.covered.tree = self.tree.clone();
        self.last = Some((signed, segment.name.clone(), at));
        Ok(())
    }

    /// Judges what stands behind the last checkpoint, and that checkpoint's signatures.
    fn finish(mut self, segment: &Segment, rest: usize) -> Result<Report, Fault> {
        if let Some((signed, file, offset)) = self.last.take()
            && !signed.is_signed_by(self.keys)
        {
            return Err(Fault { file, offset, kind: FaultKind::Signature });
        }
        let uncovered_bytes = match tail::judge(&segment.bytes, rest) {
            Tail::Damaged(at) => return Err(self.fault(segment, at, FaultKind::Damaged)),
            Tail::Crash { uncovered_bytes } => u64::try_from(uncovered_bytes).unwrap_or(u64::MAX),
        };
        // An empty segment behind the end is not the end.
        let closed = self.covered.closed && self.covered.end.0 + 1 == self.number;
        match (self.options.open, closed && rest == segment.bytes.len()) {
            (_, true) => Ok(self.covered),
            (true, false) => Ok(Report { closed: false, uncovered_bytes, ..self.covered }),
            (false, false) if closed => Err(self.fault(segment, rest, FaultKind::Uncovered)),
            (false, false) => Err(self.fault(segment, rest, FaultKind::NotClosed)),
        }
    }

    fn fault(&self, segment: &Segment, offset: usize, kind: FaultKind) -> Fault {
        Fault { file: segment.name.clone(), offset, kind }
    }
}

#[cfg(test)]
mod tests;
