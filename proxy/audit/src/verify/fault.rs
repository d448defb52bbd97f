//! What can be wrong with a log, and where.

use std::fmt;

/// The first thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The segment's file name.
    pub file: String,
    /// Bytes from its start.
    pub offset: usize,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong with a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// No keys, or keys of different logs.
    Keys,
    /// There is no segment, or none where this number should be.
    MissingSegment,
    /// The segment's header is not what should follow here.
    Header,
    /// The bytes are no sound frame although more of the log follows.
    Damaged,
    /// A leaf's number is not the next.
    Index,
    /// A leaf says that it belongs to another log.
    Origin,
    /// A leaf follows the end of the log within the segment that the end closes.
    AfterEnd,
    /// A leaf is older than the one before it, or tells no time.
    Time,
    /// A checkpoint's form, origin, size or root is wrong.
    Checkpoint,
    /// A signature is wrong or missing, or there is one that none of the keys made.
    Signature,
    /// Bytes stand behind the last checkpoint.
    Uncovered,
    /// The log was not closed in good order; `--open` accounts for what is covered.
    NotClosed,
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FaultKind::Keys => "the key file needs the verifier keys of one log",
            FaultKind::MissingSegment => "a segment is missing, or stands under another name",
            FaultKind::Header => "the segment's header does not continue this log",
            FaultKind::Damaged => "the bytes were changed: no sound frame",
            FaultKind::Index => "a record is missing, doubled or out of order",
            FaultKind::Origin => "a record belongs to another log",
            FaultKind::AfterEnd => "a record follows the one that ends the log",
            FaultKind::Time => "a record is older than the one before it",
            FaultKind::Checkpoint => "the checkpoint does not match the records before it",
            FaultKind::Signature => "the checkpoint is not signed by exactly these keys",
            FaultKind::Uncovered => "bytes stand behind the last checkpoint",
            FaultKind::NotClosed => {
                "the log ends without having been closed: cut short, crashed or still open (`--open` tells what is covered)"
            }
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.file, self.offset, self.kind)
    }
}

impl std::error::Error for Fault {}
