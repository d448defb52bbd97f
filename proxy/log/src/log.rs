//! The log as the rest of the process sees it.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sekisho_audit::{Notice, Opening, Record, Signer, Timestamp};

use crate::clock::Clock;
use crate::entry::Entry;
use crate::folder::{DiskFolder, Folder};
use crate::queue::{Queue, Submission};
use crate::recorded::Dead;
use crate::recover::{OpenError, Recovered, Recovery, recover};
use crate::writer::Writer;

/// Hears what has become durable, on the log's own thread, after whoever waited for it: it must not wait for anything.
pub trait Observer: Send {
    /// These records are durable.
    fn durable(&mut self, records: &[Record]);

    /// A commit is durable. Its sync took so long, and the first of its records had waited so long.
    fn committed(&mut self, sync: Duration, lag: Duration);
}

/// How a log is kept.
pub struct Settings {
    /// Signs the checkpoints; its name is the log's origin.
    pub signer: Signer,
    /// Size of a segment file; at least 256 KiB.
    pub segment_bytes: u64,
    /// Most exchanges under way.
    pub exchanges_max: usize,
    /// After how long a silence the checkpoint is renewed.
    pub idle: Duration,
    /// Hears of every commit.
    pub observer: Option<Box<dyn Observer>>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("signer", &self.signer).finish_non_exhaustive()
    }
}

/// Smallest segment that has room for a few exchanges.
pub(crate) const SEGMENT_BYTES_MIN: u64 = 256 * 1024;

/// Why no exchange can begin now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unavailable {
    /// Too much is under way for what is left of queue or disk; it may pass.
    Full,
    /// The log cannot write; only a restart helps.
    Dead,
}

/// One log, held by this process alone. Clones are the same log.
#[derive(Clone)]
pub struct Log {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Arc<Queue>,
    clock: Arc<Clock>,
    exchanges_max: usize,
    writer: Mutex<Option<JoinHandle<Result<(), Dead>>>>,
    /// Held for as long as the log is.
    _lock: Option<File>,
}

impl Log {
    /// Opens the log in a folder, or begins one there. What a crash left is cut, ended and recorded.
    ///
    /// # Errors
    /// Another process holds it, the file system refuses, or what was acknowledged is damaged.
    pub fn open(dir: &Path, settings: Settings) -> Result<(Log, Recovery), OpenError> {
        let segment_bytes = settings.segment_bytes.max(SEGMENT_BYTES_MIN);
        let (lock, recovered) = recover(dir, &settings.signer)?;
        let folder = DiskFolder::new(dir, segment_bytes);
        let recovery = recovered.recovery.clone();
        let log = Log::start(Box::new(folder), Settings { segment_bytes, ..settings }, recovered, Some(lock))
            .map_err(|error| OpenError::Folder { what: "cannot write the first segment", error })?;
        Ok((log, recovery))
    }

    pub(crate) fn start(
        folder: Box<dyn Folder>,
        settings: Settings,
        recovered: Recovered,
        lock: Option<File>,
    ) -> std::io::Result<Log> {
        let queue = Arc::new(Queue::default());
        let clock = Arc::new(Clock::not_before(recovered.last_time));
        let exchanges_max = settings.exchanges_max;
        let notices = recovered.notices(clock.now());
        let mut writer = Writer::begin(folder, settings, recovered, Arc::clone(&queue), Arc::clone(&clock))?;
        queue.set_room(writer.room());
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(move || writer.run())?;
        let writer = Mutex::new(Some(thread));
        let log = Log { shared: Arc::new(Shared { queue, clock, exchanges_max, writer, _lock: lock }) };
        for record in notices {
            log.submit(Submission { records: vec![record], done: None, ends: false });
        }
        Ok(log)
    }

    /// Wall-clock time that never runs backwards, within the process or behind the log.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Reserves the room of one exchange, for its decision and its completion.
    ///
    /// # Errors
    /// There is no room now, or the log is dead.
    pub fn admit(&self, opening: Opening) -> Result<Entry, Unavailable> {
        self.shared.queue.admit(self.shared.exchanges_max)?;
        Ok(Entry::new(self.clone(), opening))
    }

    /// Records something about the process itself.
    pub fn notice(&self, notice: Notice) {
        let record = Record::Notice { time: self.now(), notice };
        self.submit(Submission { records: vec![record], done: None, ends: false });
    }

    /// Exchanges under way.
    pub fn open_exchanges(&self) -> usize {
        self.shared.queue.open()
    }

    /// Whether nothing can be recorded any more.
    pub fn is_dead(&self) -> bool {
        self.shared.queue.is_dead()
    }

    /// Writes what waits, says that this is the end, cuts the segment there. Closing twice is closing once; from
    /// within a callback it only asks for it, since the thread that closes is the one that calls.
    ///
    /// Exchanges that are under way lose their end, and get one that says `unknown` when the log is next opened: end
    /// them first.
    ///
    /// # Errors
    /// It could not be written; the log then counts as crashed.
    pub fn close(&self) -> Result<(), Dead> {
        self.shared.close()
    }

    pub(crate) fn submit(&self, submission: Submission) {
        self.shared.queue.submit(submission);
    }
}

impl Shared {
    fn close(&self) -> Result<(), Dead> {
        self.queue.close();
        match self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(writer) if writer.thread().id() != std::thread::current().id() => {
                writer.join().unwrap_or(Err(Dead))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Best effort: who wants to know calls `close`.
        let _ = self.close();
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}
