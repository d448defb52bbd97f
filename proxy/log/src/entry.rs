//! One exchange's place in the log, from admission to completion. Whatever ends the exchange, its records are written.

use sekisho_audit::{
    CompletionRecord, Conversation, Coverage, DecisionRecord, Evidence, Opening, Outcome, Record, Term,
    Timestamp, Verdict,
};

use crate::log::Log;
use crate::queue::Submission;
use crate::recorded::{Dead, Recorded};

/// The place of one exchange, and its drop guard: dropped before its completion, it hands over what is known, to the
/// same queue, at once.
pub struct Entry {
    log: Log,
    opening: Opening,
    decided: bool,
    finished: bool,
    outcome: Outcome,
}

impl Entry {
    pub(crate) fn new(log: Log, opening: Opening) -> Entry {
        Entry { log, opening, decided: false, finished: false, outcome: Outcome::NotSent }
    }

    /// Hands over the decision. `done` gets the value back as recorded, on the log's thread, once it is durable.
    pub fn decide<T, F>(&mut self, value: T, done: F)
    where
        T: Evidence + Send + 'static,
        F: FnOnce(Result<Recorded<T>, Dead>) + Send + 'static,
    {
        self.submit(value, done, false);
        // Only now: a panic while the value tells its records must not look as if they had been handed over.
        self.decided = true;
    }

    /// Notes how far the exchange got: what the completion says if nobody else writes it.
    pub fn reached(&mut self, outcome: Outcome) {
        self.outcome = outcome;
    }

    /// How far the exchange got.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Hands over the completion, or both records in one commit if nothing was decided yet; `done` as in
    /// [`Entry::decide`].
    pub fn complete<T, F>(mut self, value: T, done: F)
    where
        T: Evidence + Send + 'static,
        F: FnOnce(Result<Recorded<T>, Dead>) + Send + 'static,
    {
        self.submit(value, done, true);
        self.finished = true;
    }

    fn submit<T, F>(&self, value: T, done: F, ends: bool)
    where
        T: Evidence + Send + 'static,
        F: FnOnce(Result<Recorded<T>, Dead>) + Send + 'static,
    {
        let records = value.records();
        let done = Box::new(move |result: Result<(), Dead>| done(result.map(|()| Recorded::new(value))));
        self.log.submit(Submission { records, done: Some(done), ends });
    }

    /// The decision of an exchange that ended before one was made.
    fn abandoned(&self, time: Timestamp) -> Record {
        Record::Decision(Box::new(DecisionRecord {
            opening: self.opening.clone(),
            time,
            user: None,
            model: None,
            declared: None,
            found: None,
            conversation: Conversation::default(),
            effective: None,
            verdict: Verdict::Refuse { reason: ABANDONED, rule: None, status: 0 },
            findings: Vec::new(),
            spans: Vec::new(),
            obligations: Vec::new(),
            shadow: Vec::new(),
            would: Vec::new(),
            received: None,
            forwarded: None,
            coverage: Coverage::default(),
        }))
    }
}

/// Why an exchange ended that nobody completed: the client went away, or a fault ended it.
pub(crate) const ABANDONED: Term = Term::of("abandoned");

impl Drop for Entry {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let time = self.log.now();
        let opening = &self.opening;
        let completion = CompletionRecord {
            outcome: self.outcome,
            reason: Some(ABANDONED),
            duration_us: time.0.saturating_sub(opening.time.0).saturating_mul(1000),
            ..CompletionRecord::of(opening, time)
        };
        let decision = (!self.decided).then(|| self.abandoned(time));
        let records = decision.into_iter().chain([Record::Completion(Box::new(completion))]).collect();
        self.log.submit(Submission { records, done: None, ends: true });
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Entry({}, {:?})", self.opening.exchange, self.outcome)
    }
}
