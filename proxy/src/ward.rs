//! A streamed exchange under way: its guard and its place in the log, held together so that whatever ends it, what the
//! guard knows is written down.

use std::sync::Arc;

use sekisho_audit::Stage;
use sekisho_exchange::{Ended, Ending, Moment, Refusal, Released, ResponseGuard};
use sekisho_log::{Dead, Entry, Log, Recorded};
use tokio::sync::oneshot;

use crate::course::Course;
use crate::crowd::Place;
use crate::front::Share;

/// Keeps a streamed exchange. Dropped before its end, as when the client goes away, it hands the end over to the log at
/// once.
pub(crate) struct Ward {
    /// Both are there until the end.
    kept: Option<(Entry, ResponseGuard)>,
    log: Log,
    course: Arc<Course>,
    /// What the stream holds of the byte budget, and its person's place.
    _holds: (Share, Option<Place>),
}

impl Ward {
    pub(crate) fn new(
        entry: Entry,
        guard: ResponseGuard,
        log: Log,
        course: Arc<Course>,
        holds: (Share, Option<Place>),
    ) -> Ward {
        Ward { kept: Some((entry, guard)), log, course, _holds: holds }
    }

    /// As [`ResponseGuard::push`].
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Released, Refusal> {
        let elapsed_us = self.course.elapsed_us();
        match &mut self.kept {
            Some((_, guard)) => guard.push(bytes, elapsed_us),
            None => Err(sekisho_exchange::Fault::Internal.into()),
        }
    }

    /// As [`ResponseGuard::is_over`].
    pub(crate) fn is_over(&self) -> bool {
        self.kept.as_ref().is_none_or(|(_, guard)| guard.is_over())
    }

    /// Ends the exchange and waits until that is durable.
    pub(crate) async fn end(mut self, ending: Ending) -> Result<Recorded<Ended>, Dead> {
        let moment = self.moment();
        let Some((entry, guard)) = self.kept.take() else { return Err(Dead) };
        let (done, durable) = oneshot::channel();
        entry.complete(guard.end(ending, moment), |recorded| drop(done.send(recorded)));
        durable.await.unwrap_or(Err(Dead))
    }

    /// The moment at which the answer is over.
    fn moment(&self) -> Moment {
        self.course.over(Stage::Guard);
        Moment { time: self.log.now(), elapsed_us: self.course.elapsed_us(), stages: self.course.stages() }
    }
}

impl Drop for Ward {
    fn drop(&mut self) {
        if let Some((entry, guard)) = self.kept.take() {
            let ended = guard.end(Ending::Abandoned, self.moment());
            entry.complete(ended, |_| ());
        }
    }
}
