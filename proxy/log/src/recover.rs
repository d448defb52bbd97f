//! Opening a folder: what a crash left behind the last checkpoint is cut; what was acknowledged must be whole.

use std::collections::HashMap;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::net::IpAddr;
use std::path::Path;

use sekisho_audit::{
    CompletionRecord, ExchangeId, Fault, Notice, Options, Principal, Record, Report, Segment, Signer, Term,
    Timestamp, Tree, Unfinished, segment_name, unfinished, verify,
};

/// What opening a log found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recovery {
    /// Records that were there.
    pub records: u64,
    /// Bytes behind the last checkpoint that were cut.
    pub dropped_bytes: u64,
    /// Exchanges that had no completion; they get one that says `unknown`.
    pub unfinished: u32,
    /// Whether the log had not been closed in good order.
    pub crashed: bool,
}

/// Why a log cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Another process holds the folder.
    Locked,
    /// The file system refuses.
    Folder {
        /// What was tried.
        what: &'static str,
        /// Its answer.
        error: io::Error,
    },
    /// What had been acknowledged is not whole; nothing was changed.
    Damaged(Fault),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Locked => f.write_str("another process holds this log"),
            OpenError::Folder { what, error } => write!(f, "{what}: {error}"),
            OpenError::Damaged(fault) => write!(f, "the log is damaged: {fault}"),
        }
    }
}

impl std::error::Error for OpenError {}

/// Where the writer goes on.
pub(crate) struct Recovered {
    pub recovery: Recovery,
    pub next_segment: u64,
    pub tree: Tree,
    pub last_time: Timestamp,
    pub left: Vec<Left>,
}

/// An exchange that a crash left without its end.
pub(crate) struct Left {
    exchange: ExchangeId,
    principal: Principal,
    source: IpAddr,
    dialect: Term,
}

impl Recovered {
    /// What the log has to say first.
    pub fn notices(&self, time: Timestamp) -> Vec<Record> {
        let Recovery { dropped_bytes, unfinished, crashed, .. } = self.recovery;
        let notice = Record::Notice { time, notice: Notice::Recovered { dropped_bytes, unfinished } };
        let ends = self.left.iter().map(|left| left.end(time));
        ends.chain(crashed.then_some(notice)).collect()
    }
}

impl Left {
    fn end(&self, time: Timestamp) -> Record {
        let who = (self.principal.clone(), self.source);
        let bare = CompletionRecord::bare(self.exchange, who, self.dialect.clone(), time);
        Record::Completion(Box::new(CompletionRecord { reason: Some(Term::of("crash")), ..bare }))
    }
}

/// Locks a folder and brings its log to the state of the last checkpoint.
pub(crate) fn recover(dir: &Path, signer: &Signer) -> Result<(File, Recovered), OpenError> {
    let lock = lock(dir)?;
    let files = segment_count(dir)?;
    let mut left = HashMap::new();
    let mut trouble = None;
    let segments = (0..files).map_while(|number| match std::fs::read(dir.join(segment_name(number))) {
        Ok(bytes) => Some(Segment { name: segment_name(number), bytes }),
        Err(error) => {
            trouble = Some(error);
            None
        }
    });
    if files == 0 {
        return Ok((lock, begin(Recovery::default())));
    }
    let options = Options { open: true, all: false };
    let report = verify(segments, &signer.vkeys(), options, |_, leaf| note(&mut left, leaf));
    if let Some(error) = trouble {
        return Err(OpenError::Folder { what: "cannot read a segment", error });
    }
    let report = report.map_err(OpenError::Damaged)?;
    cut(dir, files, &report)?;
    let mut left: Vec<Left> = left.into_values().collect();
    left.sort_by_key(|left| left.exchange.0);
    let unfinished = u32::try_from(left.len()).unwrap_or(u32::MAX);
    let Report { records, uncovered_bytes, closed, .. } = report;
    let recovery = Recovery { records, dropped_bytes: uncovered_bytes, unfinished, crashed: !closed };
    if report.checkpoints == 0 {
        return Ok((lock, begin(recovery)));
    }
    let (next_segment, last_time, tree) = (report.end.0 + 1, report.last_time, report.tree);
    Ok((lock, Recovered { recovery, next_segment, tree, last_time, left }))
}

fn begin(recovery: Recovery) -> Recovered {
    let (tree, last_time) = (Tree::default(), Timestamp::default());
    Recovered { recovery, next_segment: 0, tree, last_time, left: Vec::new() }
}

fn lock(dir: &Path) -> Result<File, OpenError> {
    let folder = |what| move |error| OpenError::Folder { what, error };
    std::fs::create_dir_all(dir).map_err(folder("cannot make the log's folder"))?;
    // The folder's own name has to outlive a power loss too; where its parent may not be opened, it is older.
    if let Some(parent) = dir.parent().and_then(|parent| File::open(parent).ok()) {
        parent.sync_all().map_err(folder("cannot make the log's folder durable"))?;
    }
    let mut options = OpenOptions::new();
    let lock = options.write(true).create(true).truncate(false).open(dir.join("lock"));
    let lock = lock.map_err(folder("cannot open the log's lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked),
        Err(TryLockError::Error(error)) => Err(OpenError::Folder { what: "cannot lock the log", error }),
    }
}

/// One more than the highest segment number in the folder, so that a gap is met as a missing file.
fn segment_count(dir: &Path) -> Result<u64, OpenError> {
    let folder = |error| OpenError::Folder { what: "cannot list the log's folder", error };
    let mut count = 0;
    for entry in std::fs::read_dir(dir).map_err(folder)? {
        let name = entry.map_err(folder)?.file_name();
        let number =
            name.to_str().and_then(|name| name.strip_suffix(".seg")).and_then(|n| n.parse::<u64>().ok());
        count = count.max(number.map_or(0, |number| number.saturating_add(1)));
    }
    Ok(count)
}

/// Keeps track of exchanges under way.
fn note(left: &mut HashMap<[u8; 16], Left>, leaf: &[u8]) {
    match unfinished(leaf) {
        Some(Unfinished::Opens { exchange, principal, source, dialect }) => {
            left.insert(exchange.0, Left { exchange, principal, source, dialect });
        }
        Some(Unfinished::Ends(exchange)) => {
            left.remove(&exchange.0);
        }
        None => {}
    }
}

/// Cuts what stands behind the last checkpoint: the tail of its segment, and a segment begun but not committed.
fn cut(dir: &Path, files: u64, report: &Report) -> Result<(), OpenError> {
    let folder = |error| OpenError::Folder { what: "cannot cut what was not committed", error };
    let keep = if report.checkpoints == 0 { 0 } else { report.end.0 + 1 };
    // From the end, so that being interrupted leaves no gap.
    for number in (keep..files).rev() {
        std::fs::remove_file(dir.join(segment_name(number))).map_err(folder)?;
    }
    if report.checkpoints > 0 {
        let path = dir.join(segment_name(report.end.0));
        let file = OpenOptions::new().write(true).open(path).map_err(folder)?;
        file.set_len(u64::try_from(report.end.1).unwrap_or(u64::MAX)).map_err(folder)?;
        file.sync_all().map_err(folder)?;
    }
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(folder)
}
