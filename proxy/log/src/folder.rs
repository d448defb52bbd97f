//! The files of a log: one folder, one segment open for writing, one spare prepared ahead.
//!
//! A segment is written full of zeros before its first use. Overwriting blocks that exist needs no change of the file
//! system's own records, so a sync takes a fraction of what it takes after growing a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sekisho_audit::segment_name;

/// One segment, open for writing.
pub(crate) trait Device: Send {
    /// Writes all of `bytes` at an offset.
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Makes what was written durable.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts the segment to a length, durably.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

/// Where segments come from.
pub(crate) trait Folder: Send {
    /// The segment of this number, full of zeros.
    fn segment(&mut self, number: u64) -> io::Result<Box<dyn Device>>;
    /// Whether the next segment can be had at once, its blocks its own.
    fn spare_is_ready(&mut self) -> bool;
}

/// A real folder.
pub(crate) struct DiskFolder {
    path: PathBuf,
    segment_bytes: u64,
    spare: Spare,
}

/// The segment prepared ahead.
enum Spare {
    Preparing(JoinHandle<io::Result<File>>),
    Ready(File),
    /// The file system refused, then; it may have room again later.
    Failed(Instant),
}

const SPARE: &str = "spare";

/// How long to wait before a spare is tried again on a full disk.
const RETRY: Duration = Duration::from_secs(5);

impl DiskFolder {
    /// The folder at `path`; begins to prepare its first segment.
    pub fn new(path: &Path, segment_bytes: u64) -> DiskFolder {
        let spare = Spare::prepare(path, segment_bytes);
        DiskFolder { path: path.to_owned(), segment_bytes, spare }
    }

    /// Takes the spare, waiting for it if it is being prepared.
    fn take(&mut self) -> io::Result<File> {
        let failed = Spare::Failed(Instant::now());
        match std::mem::replace(&mut self.spare, failed) {
            Spare::Ready(file) => Ok(file),
            Spare::Preparing(thread) => joined(thread),
            Spare::Failed(_) => Err(io::ErrorKind::StorageFull.into()),
        }
    }
}

impl Spare {
    fn prepare(path: &Path, bytes: u64) -> Spare {
        let path = path.join(SPARE);
        Spare::Preparing(std::thread::spawn(move || {
            zeroed(&path, bytes).inspect_err(|_| {
                // What a full disk took is given back.
                let _ = std::fs::remove_file(&path);
            })
        }))
    }
}

impl Folder for DiskFolder {
    fn segment(&mut self, number: u64) -> io::Result<Box<dyn Device>> {
        let file = self.take()?;
        std::fs::rename(self.path.join(SPARE), self.path.join(segment_name(number)))?;
        File::open(&self.path)?.sync_all()?;
        self.spare = Spare::prepare(&self.path, self.segment_bytes);
        Ok(Box::new(file))
    }

    fn spare_is_ready(&mut self) -> bool {
        let now = Instant::now();
        self.spare = match std::mem::replace(&mut self.spare, Spare::Failed(now)) {
            Spare::Preparing(thread) if thread.is_finished() => {
                joined(thread).map_or(Spare::Failed(now), Spare::Ready)
            }
            Spare::Failed(then) if now.duration_since(then) >= RETRY => {
                Spare::prepare(&self.path, self.segment_bytes)
            }
            other => other,
        };
        matches!(self.spare, Spare::Ready(_))
    }
}

fn joined(thread: JoinHandle<io::Result<File>>) -> io::Result<File> {
    thread.join().unwrap_or_else(|_| Err(io::Error::other("the spare segment could not be prepared")))
}

impl Drop for DiskFolder {
    fn drop(&mut self) {
        let _ = self.take();
        let _ = std::fs::remove_file(self.path.join(SPARE));
    }
}

fn zeroed(path: &Path, bytes: u64) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    let zeros = vec![0; 1 << 20];
    let mut left = bytes;
    while left > 0 {
        let step = usize::try_from(left).unwrap_or(usize::MAX).min(zeros.len());
        file.write_all(zeros.get(..step).unwrap_or_default())?;
        left = left.saturating_sub(u64::try_from(step).unwrap_or(u64::MAX));
    }
    file.sync_all()?;
    Ok(file)
}

impl Device for File {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)?;
        self.sync_all()
    }
}
