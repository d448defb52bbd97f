//! The single writer: takes all that waits, writes it in one piece that ends in a signed checkpoint, syncs once, and
//! only then tells anybody. While it syncs, the next group gathers; there is no timer.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sekisho_audit::{
    Checkpoint, FrameKind, Notice, Place, Record, Signer, Timestamp, Tree, leaf, leaf_hash, segment_header,
    write_frame,
};

use crate::clock::Clock;
use crate::folder::{Device, Folder};
use crate::log::{Observer, Settings};
use crate::queue::{EXCHANGE_BYTES, Queue, Submission, Work};
use crate::recorded::Dead;
use crate::recover::Recovered;

/// Room kept free in a segment for the checkpoint of a commit and the segment's own header.
const OVERHEAD_BYTES: u64 = 4096;

pub(crate) struct Writer {
    folder: Box<dyn Folder>,
    segment: Box<dyn Device>,
    signer: Signer,
    segment_bytes: u64,
    idle: Duration,
    queue: Arc<Queue>,
    clock: Arc<Clock>,
    /// Number of the open segment.
    number: u64,
    /// Bytes of the open segment that are written, and synced unless a commit is under way.
    position: u64,
    tree: Tree,
    /// The tree as of the last commit.
    committed: Tree,
    /// When the last leaf was written.
    logged: Timestamp,
    observer: Option<Box<dyn Observer>>,
}

impl Writer {
    /// Opens the segment after the recovered ones.
    pub fn begin(
        mut folder: Box<dyn Folder>,
        settings: Settings,
        recovered: Recovered,
        queue: Arc<Queue>,
        clock: Arc<Clock>,
    ) -> io::Result<Writer> {
        let segment = folder.segment(recovered.next_segment)?;
        let Settings { signer, segment_bytes, idle, observer, .. } = settings;
        let (number, tree, logged) = (recovered.next_segment, recovered.tree, recovered.last_time);
        let committed = tree.clone();
        let position = 0;
        Ok(Writer {
            folder,
            segment,
            signer,
            segment_bytes,
            idle,
            queue,
            clock,
            number,
            position,
            tree,
            committed,
            logged,
            observer,
        })
    }

    /// Writes until closed, or until the first error: a failed write or sync is never tried again, since the kernel
    /// may have dropped the pages and would then report success.
    pub fn run(&mut self) -> Result<(), Dead> {
        let _end = End(Arc::clone(&self.queue));
        loop {
            match self.queue.next(self.idle) {
                Work::Commit(waiting, since) => self.groups(waiting, since)?,
                Work::Idle if self.has_room_to_idle() => self.say(Notice::Idle)?,
                Work::Idle => {
                    let room = self.room();
                    self.queue.set_room(room);
                }
                Work::Close => {
                    self.say(Notice::Closed)?;
                    return self.segment.truncate(self.position).map_err(|_| Dead);
                }
            }
        }
    }

    /// Whether a sign of life can be written without asking a full disk for a segment, which would end the log.
    fn has_room_to_idle(&mut self) -> bool {
        self.position.saturating_add(2 * OVERHEAD_BYTES) <= self.segment_bytes || self.folder.spare_is_ready()
    }

    /// Bytes that can be written before a new segment must be had from the file system.
    pub fn room(&mut self) -> u64 {
        let segment = self.segment_bytes.saturating_sub(OVERHEAD_BYTES);
        let here = segment.saturating_sub(self.position);
        // A group that does not fit into the rest of a segment leaves that rest unused.
        let here = here.saturating_sub(EXCHANGE_BYTES);
        if self.folder.spare_is_ready() { here.saturating_add(segment) } else { here }
    }

    fn say(&mut self, notice: Notice) -> Result<(), Dead> {
        let record = Record::Notice { time: self.clock.now(), notice };
        self.groups(vec![Submission { records: vec![record], done: None, ends: false }], Instant::now())
    }

    /// Writes what waits, since that moment, in as few commits as the segment's size allows.
    fn groups(&mut self, mut waiting: Vec<Submission>, since: Instant) -> Result<(), Dead> {
        while !waiting.is_empty() {
            let mut bytes = Vec::new();
            let mut taken = 0;
            for submission in &waiting {
                if taken > 0 && length(&bytes) > self.segment_bytes / 4 {
                    break;
                }
                self.leaves(&submission.records, &mut bytes);
                taken += 1;
            }
            let rest = waiting.split_off(taken);
            let Ok(sync) = self.commit(bytes) else {
                self.queue.die(waiting.into_iter().chain(rest).collect());
                return Err(Dead);
            };
            let room = self.room();
            self.queue.committed(&mut waiting, room);
            if let Some(observer) = &mut self.observer {
                waiting.iter().for_each(|submission| observer.durable(&submission.records));
                observer.committed(sync, since.elapsed());
            }
            waiting = rest;
        }
        Ok(())
    }

    fn leaves(&mut self, records: &[Record], out: &mut Vec<u8>) {
        for record in records {
            self.logged = self.logged.max(self.clock.now());
            let place = Place { origin: self.signer.name(), index: self.tree.size(), logged: self.logged };
            let payload = leaf(record, &place);
            write_frame(out, FrameKind::Leaf, self.tree.size(), &payload);
            self.tree.append(leaf_hash(&payload));
        }
    }

    /// One write, one sync: the leaves and the checkpoint over them. Tells how long the sync took.
    fn commit(&mut self, mut bytes: Vec<u8>) -> io::Result<Duration> {
        let note =
            Checkpoint::of(self.signer.name(), &self.tree).sign(&self.signer).map_err(io::Error::other)?;
        write_frame(&mut bytes, FrameKind::Checkpoint, self.tree.size(), &note);
        let needed = length(&bytes);
        if self.position > 0 && self.position.saturating_add(needed) > self.segment_bytes {
            self.segment.truncate(self.position)?;
            self.segment = self.folder.segment(self.number + 1)?;
            self.number += 1;
            self.position = 0;
        }
        if self.position == 0 {
            let mut whole = segment_header(self.signer.name(), self.number, &self.committed);
            whole.extend_from_slice(&bytes);
            bytes = whole;
        }
        self.segment.write_at(&bytes, self.position)?;
        let written = Instant::now();
        self.segment.sync()?;
        self.position = self.position.saturating_add(length(&bytes));
        self.committed = self.tree.clone();
        Ok(written.elapsed())
    }
}

/// However the writer ends, by a panic too, nobody waits for it any more.
struct End(Arc<Queue>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.die(Vec::new());
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
