//! What stands behind the last checkpoint of a segment: what a crash leaves there, or damage.
//!
//! A segment is full of zeros before its first use, and a commit is one write. So whatever a crash interrupts, each
//! disk sector of the commit is either what was written or still zeros, and only the newest commit can lack any.
//! Unsound bytes that no missing sector explains, or behind which another commit begins, were changed afterwards.

use crate::frame::{FRAME_HEAD_BYTES, Frame, FrameKind, PAYLOAD_BYTES_MAX, read_frame};

/// Smallest piece that disks write whole.
const SECTOR_BYTES: usize = 512;

/// How the bytes behind a checkpoint came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tail {
    /// Never written, or a commit that was interrupted: nobody was told that it is durable.
    Crash {
        /// Bytes up to the last one that is not zero.
        uncovered_bytes: usize,
    },
    /// The bytes at this offset of the segment were changed.
    Damaged(usize),
}

/// Judges a segment behind `end`, where its last checkpoint ends.
pub(super) fn judge(segment: &[u8], end: usize) -> Tail {
    let written = segment.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1).max(end);
    let crash = Tail::Crash { uncovered_bytes: written - end };
    let mut sound = end;
    while let Some(frame) = frame_at(segment, sound) {
        sound += frame.bytes();
    }
    if sound >= written {
        return crash;
    }
    let explained = match next_checkpoint(segment, sound, written) {
        None => lacks_a_sector(segment, sound, claimed_end(segment, sound)),
        // The interrupted commit's own checkpoint, if nothing follows it.
        Some((start, end)) => end >= written && lacks_a_sector(segment, sound, start),
    };
    if explained { crash } else { Tail::Damaged(sound) }
}

fn frame_at(segment: &[u8], at: usize) -> Option<Frame<'_>> {
    segment.get(at..).and_then(read_frame)
}

/// Start and end of the first sound checkpoint behind `after`.
fn next_checkpoint(segment: &[u8], after: usize, written: usize) -> Option<(usize, usize)> {
    (after..written).find_map(|at| {
        // The kind's byte first, so that the checksum is computed for few places.
        segment.get(at.saturating_add(8)).filter(|kind| **kind == FrameKind::Checkpoint.code())?;
        frame_at(segment, at).map(|frame| (at, at + frame.bytes()))
    })
}

/// Where the unsound frame at `at` says that it ends; if it says nothing possible, where its head does.
fn claimed_end(segment: &[u8], at: usize) -> usize {
    let length = segment.get(at..).and_then(|rest| rest.first_chunk::<4>());
    let length = length.and_then(|bytes| usize::try_from(u32::from_le_bytes(*bytes)).ok());
    at + FRAME_HEAD_BYTES + length.filter(|length| *length <= PAYLOAD_BYTES_MAX).unwrap_or(0)
}

/// Whether some sector of these bytes was never written, or the file ends among them.
fn lacks_a_sector(segment: &[u8], from: usize, to: usize) -> bool {
    let mut at = from;
    while at < to {
        let next = (at / SECTOR_BYTES + 1) * SECTOR_BYTES;
        match segment.get(at..next.min(to)) {
            Some(sector) if sector.iter().any(|byte| *byte != 0) => at = next,
            _ => return true,
        }
    }
    false
}
