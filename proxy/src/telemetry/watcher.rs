//! From records to metrics and traces.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use sekisho_audit::{
    CompletionRecord, DecisionRecord, ExchangeId, Named, Notice, Record, Tally, Term, Timestamp, Verdict,
    Would,
};
use sekisho_log::Observer;

use super::metrics::{Instruments, s};
use super::traces::Traces;

/// Hears what became durable.
pub(super) struct Watcher {
    instruments: Arc<Instruments>,
    traces: Option<Traces>,
    /// Decisions whose exchanges are under way; the log lets no more begin than its limit.
    decided: HashMap<[u8; 16], Decided>,
}

/// What is told of a decision when its exchange has ended; the rest of the record is not kept.
pub(super) struct Decided {
    /// When the exchange began.
    pub(super) began: Timestamp,
    pub(super) level: Option<Term>,
    pub(super) model: Option<Named>,
    pub(super) verdict: Verdict,
    findings: Vec<Tally>,
}

impl Decided {
    fn of(decision: &DecisionRecord) -> Decided {
        Decided {
            began: decision.opening.time,
            level: decision.effective.clone(),
            model: decision.model.clone(),
            verdict: decision.verdict.clone(),
            findings: decision.findings.clone(),
        }
    }
}

impl Watcher {
    pub(super) fn new(instruments: Arc<Instruments>, traces: Option<Traces>) -> Watcher {
        Watcher { instruments, traces, decided: HashMap::new() }
    }

    fn completed(&mut self, end: &CompletionRecord) {
        let ExchangeId(id) = end.exchange;
        // Exchanges that a crash left have their decision in another life.
        let Some(decision) = self.decided.remove(&id) else { return };
        let labels = labels(&decision, end);
        self.instruments.exchanges.add(1, &labels);
        let duration = Duration::from_micros(end.duration_us);
        let [dialect, zone, verdict, _] = labels;
        self.instruments.duration.record(s(duration), &[dialect.clone(), zone, verdict]);
        if let Some(first_ms) = end.flow.and_then(|flow| flow.first_ms) {
            self.instruments.first.record(s(Duration::from_millis(first_ms)), &[dialect]);
        }
        for (stage, begin, over) in end.stages.spans() {
            let took = Duration::from_micros(u64::from(over - begin));
            self.instruments.stages.record(s(took), &[KeyValue::new("stage", stage.as_str())]);
        }
        self.found(&decision.findings);
        self.found(&end.findings);
        if let Some(traces) = &self.traces {
            traces.exchange(&decision, end);
        }
    }

    fn would(&self, would: &Would) {
        let (verdict, reason) = match &would.verdict {
            Verdict::Permit { .. } => ("permit", Term::of("none")),
            Verdict::Refuse { reason, .. } => ("refuse", reason.clone()),
        };
        let labels = [label("by", &would.by), KeyValue::new("verdict", verdict), label("reason", &reason)];
        self.instruments.shadow.add(1, &labels);
    }

    fn found(&self, tallies: &[Tally]) {
        for tally in tallies {
            let labels = [label("category", &tally.category), label("direction", &tally.direction)];
            self.instruments.findings.add(tally.count.into(), &labels);
        }
    }
}

impl Observer for Watcher {
    fn durable(&mut self, records: &[Record]) {
        for record in records {
            match record {
                Record::Decision(decision) => {
                    decision.would.iter().for_each(|would| self.would(would));
                    let ExchangeId(id) = decision.opening.exchange;
                    self.decided.insert(id, Decided::of(decision));
                }
                Record::Completion(end) => self.completed(end),
                Record::Notice { notice: Notice::Strangers { counts, others }, .. } => {
                    let strangers = &self.instruments.strangers;
                    counts.iter().for_each(|c| strangers.add(c.count.into(), &[label("reason", &c.reason)]));
                    strangers.add(*others, &[KeyValue::new("reason", "others")]);
                }
                Record::Notice { .. } => {}
            }
        }
    }

    fn committed(&mut self, sync: Duration, lag: Duration) {
        self.instruments.sync.record(s(sync), &[]);
        self.instruments.lag.record(s(lag), &[]);
    }
}

/// Dialect, zone, verdict and reason: words of the program and of the policy in force, so their number is bounded.
fn labels(decision: &Decided, end: &CompletionRecord) -> [KeyValue; 4] {
    let none = Term::of("none");
    let (zone, verdict, refused) = match &decision.verdict {
        Verdict::Permit { zone, .. } => (zone, "permit", None),
        Verdict::Refuse { reason, .. } => (&none, "refuse", Some(reason)),
    };
    let reason = end.reason.as_ref().or(refused).unwrap_or(&none);
    let verdict = KeyValue::new("verdict", verdict);
    [label("dialect", &end.dialect), label("zone", zone), verdict, label("reason", reason)]
}

pub(super) fn label(key: &'static str, term: &Term) -> KeyValue {
    KeyValue::new(key, term.as_str().to_owned())
}
