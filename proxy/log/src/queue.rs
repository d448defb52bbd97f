//! What waits for the writer, and the room that is promised to exchanges under way.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sekisho_audit::{FRAME_HEAD_BYTES, LEAF_BYTES_MAX, Record};

use crate::recorded::Dead;

/// Most bytes that the records of one exchange can take: its decision and its completion.
pub(crate) const EXCHANGE_BYTES: u64 = 2 * (LEAF_BYTES_MAX + FRAME_HEAD_BYTES) as u64;

/// Told once the records are durable, or will never be.
pub(crate) type Done = Box<dyn FnOnce(Result<(), Dead>) + Send>;

/// Records to be written together.
pub(crate) struct Submission {
    pub records: Vec<Record>,
    pub done: Option<Done>,
    /// Whether this ends an exchange, so that its room is free again.
    pub ends: bool,
}

/// The one queue in front of the writer.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Submission>,
    /// When the first of these came.
    since: Option<Instant>,
    /// Exchanges under way.
    open: usize,
    /// Bytes that can be written without asking the file system for more.
    room: u64,
    closing: bool,
    dead: bool,
}

/// What the writer is to do next.
pub(crate) enum Work {
    /// Write these, the first of which came at that moment.
    Commit(Vec<Submission>, Instant),
    /// Nothing came for a while.
    Idle,
    /// Nothing more will come.
    Close,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reserves the room of one exchange.
    pub fn admit(&self, open_max: usize) -> Result<(), crate::Unavailable> {
        let mut state = self.state();
        if state.dead || state.closing {
            return Err(crate::Unavailable::Dead);
        }
        let open = state.open + 1;
        let needed = u64::try_from(open).unwrap_or(u64::MAX).saturating_mul(EXCHANGE_BYTES);
        if open > open_max || needed > state.room {
            return Err(crate::Unavailable::Full);
        }
        state.open = open;
        Ok(())
    }

    /// Hands records over; refused at once if they can never be written.
    pub fn submit(&self, submission: Submission) {
        let mut state = self.state();
        if state.dead {
            drop(state);
            let mut submission = submission;
            return answer([&mut submission], Err(Dead));
        }
        state.since.get_or_insert_with(Instant::now);
        state.waiting.push(submission);
        self.filled.notify_one();
    }

    /// What there is to do, waiting for it at most `idle`.
    pub fn next(&self, idle: Duration) -> Work {
        let mut state = self.state();
        if state.waiting.is_empty() && !state.closing {
            let waited = self.filled.wait_timeout_while(state, idle, |s| s.waiting.is_empty() && !s.closing);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        match (state.waiting.is_empty(), state.closing) {
            (false, _) => {
                let since = state.since.take().unwrap_or_else(Instant::now);
                Work::Commit(std::mem::take(&mut state.waiting), since)
            }
            (true, true) => Work::Close,
            (true, false) => Work::Idle,
        }
    }

    /// After a commit: what was written is told, ended exchanges give their room back.
    pub fn committed(&self, done: &mut [Submission], room: u64) {
        {
            let mut state = self.state();
            state.open = state.open.saturating_sub(done.iter().filter(|s| s.ends).count());
            state.room = room;
        }
        answer(done, Ok(()));
    }

    /// Sets the room of a log that has just been opened.
    pub fn set_room(&self, room: u64) {
        self.state().room = room;
    }

    /// Asks the writer to end once the queue is empty.
    pub fn close(&self) {
        self.state().closing = true;
        self.filled.notify_one();
    }

    /// The log is dead, for good: whoever waits or will come is told.
    pub fn die(&self, mut failed: Vec<Submission>) {
        let mut waiting = {
            let mut state = self.state();
            state.dead = true;
            std::mem::take(&mut state.waiting)
        };
        answer(failed.iter_mut().chain(&mut waiting), Err(Dead));
    }

    /// Exchanges under way.
    pub fn open(&self) -> usize {
        self.state().open
    }

    /// Whether nothing can be recorded any more.
    pub fn is_dead(&self) -> bool {
        self.state().dead
    }
}

/// Tells each waiter. One that panics ends its own exchange, not the log on which all others wait.
fn answer<'s>(submissions: impl IntoIterator<Item = &'s mut Submission>, result: Result<(), Dead>) {
    for done in submissions.into_iter().filter_map(|s| s.done.take()) {
        let _ = catch_unwind(AssertUnwindSafe(|| done(result)));
    }
}
