//! What is known of an exchange so far, so that whatever ends it, the record says all of it.

use sekisho_audit::{
    CompletionRecord, Conversation, Coverage, DecisionRecord, Fingerprint, Named, ObligationCount, Opening,
    Outcome, Principal, Span, Stages, Tally, Term, Timestamp, Verdict, Would,
};

use crate::inspect::{Inspection, tallies};
use crate::refusal::Refusal;
use crate::snapshot::Snapshot;
use crate::wire::ErrorForm;

/// When something is recorded: both are measured by the caller, since this crate has no clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// The log's clock.
    pub time: Timestamp,
    /// Since the exchange began, in microseconds.
    pub elapsed_us: u64,
    /// What of it was over when.
    pub stages: Stages,
}

/// What was found in one body, and done about it.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub received: Option<Fingerprint>,
    pub findings: Vec<Tally>,
    pub spans: Vec<Span>,
    pub obligations: Vec<ObligationCount>,
    pub shadow: Vec<Term>,
    pub coverage: Coverage,
}

impl Seen {
    pub fn inspected(&mut self, inspection: &Inspection, snapshot: &Snapshot) {
        self.findings = tallies(inspection.summary(), snapshot);
        self.spans = inspection.spans(snapshot);
        self.coverage = inspection.coverage.clone();
    }

    /// Writes down what was found in an answer.
    pub fn write(self, completion: &mut CompletionRecord) {
        completion.received = self.received;
        completion.findings = self.findings;
        completion.spans = self.spans;
        completion.shadow = self.shadow;
        completion.obligations = self.obligations;
        completion.coverage = self.coverage;
    }
}

/// The request's side.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    pub user: Option<Principal>,
    pub model: Option<Named>,
    pub declared: Option<Term>,
    pub found: Option<Term>,
    pub conversation: Conversation,
    pub effective: Option<Term>,
    pub would: Vec<Would>,
    pub seen: Seen,
}

impl Ledger {
    pub fn decision(
        self,
        opening: &Opening,
        time: Timestamp,
        verdict: Verdict,
        forwarded: Option<Fingerprint>,
    ) -> DecisionRecord {
        let Seen { received, findings, spans, obligations, shadow, coverage } = self.seen;
        DecisionRecord {
            opening: opening.clone(),
            time: time.max(opening.time),
            user: self.user,
            model: self.model,
            declared: self.declared,
            found: self.found,
            conversation: self.conversation,
            effective: self.effective,
            verdict,
            findings,
            spans,
            obligations,
            shadow,
            would: self.would,
            received,
            forwarded,
            coverage,
        }
    }
}

/// The end of an exchange that nothing was found in.
pub(crate) fn completion(
    opening: &Opening,
    moment: Moment,
    outcome: Outcome,
    status: u16,
) -> CompletionRecord {
    let duration_us = moment.elapsed_us;
    let stages = moment.stages;
    CompletionRecord { outcome, status, duration_us, stages, ..CompletionRecord::of(opening, moment.time) }
}

/// The end of an exchange that a refusal ended.
pub(crate) fn refused(
    opening: &Opening,
    moment: Moment,
    outcome: Outcome,
    (refusal, form): (&Refusal, ErrorForm),
) -> CompletionRecord {
    CompletionRecord {
        reason: Some(Term::of(refusal.code())),
        rule: refusal.rule().cloned(),
        ..completion(opening, moment, outcome, refusal.status_in(form))
    }
}
