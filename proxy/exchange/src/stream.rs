//! The way back, event by event: what a backend streams, and what of it may be told at which moment.
//!
//! Words that go on from event to event are [`Channel`]s: what nothing that follows could change goes on at once, the
//! rest when that is certain. Everything else of an event is judged with the event. Nothing is told that was not
//! judged, nothing is told after a verdict, and the last event only when the end is recorded.

mod channel;
mod chunk;
mod event;
mod framing;

use std::collections::BTreeMap;
use std::fmt;

use sekisho_audit::{CompletionRecord, Evidence, Flow, Outcome, Record, Running, Span, Term};
use sekisho_policies::{AnswerVerdict, Answers, Summary};

use crate::case::shadowed;
use crate::clear::Passage;
use crate::inspect::tallies;
use crate::ledger::{Moment, completion, refused};
use crate::refusal::{Denied, Refusal, Told};
use crate::reply::Reply;
use channel::Channel;
use chunk::Ends;
use event::Texts;
use framing::{Events, Item};

impl Passage {
    /// Whether a backend's answer is guarded event by event; otherwise it is read whole for [`Passage::guard`].
    pub fn streams(&self, status: u16, content_type: Option<&str>) -> bool {
        let mut parts = content_type.unwrap_or_default().split(';').map(str::trim);
        let expected = self.dialect.framing().content_type();
        let essence = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(expected));
        self.stream && status == 200 && essence
    }

    /// Guards event by event from here on.
    pub fn stream(self) -> ResponseGuard {
        let (received, released) = (self.fingerprinter.begin("body"), self.fingerprinter.begin("body"));
        ResponseGuard {
            events: Events::new(self.dialect.framing(), self.limits),
            passage: self,
            channels: BTreeMap::new(),
            found: Found::default(),
            constant: None,
            named: BTreeMap::new(),
            head: None,
            out: Vec::new(),
            over: false,
            reported: None,
            flow: Flow::default(),
            told: Vec::new(),
            received,
            released,
        }
    }
}

/// The head of a streamed answer. Only the guard makes it.
pub struct Opened(Reply);

impl Opened {
    /// Status and heads; no body.
    pub fn into_reply(self) -> Reply {
        self.0
    }
}

/// Bytes of a stream that may be told now: whole events. Only the guard makes them; never copied.
#[must_use = "what is released is to be told"]
pub struct Released(Vec<u8>);

impl Released {
    /// True if nothing may be told yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for Released {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Released({} bytes)", self.0.len())
    }
}

/// How a stream ends.
#[derive(Debug)]
pub enum Ending {
    /// The backend has said all.
    Complete,
    /// By a decision or a fault.
    Refused(Refusal),
    /// Nobody listens any more.
    Abandoned,
}

/// The end of a stream: its last events, and the record that must be durable before they are told.
#[must_use = "the end of a stream must be recorded"]
pub struct Ended {
    tail: Vec<u8>,
    completion: CompletionRecord,
}

impl Ended {
    /// The last events.
    pub fn into_bytes(self) -> Vec<u8> {
        self.tail
    }
}

impl Evidence for Ended {
    fn records(&self) -> Vec<Record> {
        vec![Record::Completion(Box::new(self.completion.clone()))]
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ended({}, {} bytes)", self.completion.exchange, self.tail.len())
    }
}

/// Guards one streamed answer.
pub struct ResponseGuard {
    passage: Passage,
    events: Events,
    /// Words under way, by where in an event they stand.
    channels: BTreeMap<String, Channel>,
    found: Found,
    /// What of the last event does not go on, if nothing was found in it: mostly the same in the next.
    constant: Option<String>,
    /// What names a part of a delta, by where it stands.
    named: BTreeMap<String, String>,
    /// How every event begins, for those that are added.
    head: Option<String>,
    /// Events that may be told and were not yet.
    out: Vec<u8>,
    over: bool,
    /// What the backend said of its own failure, inspected.
    reported: Option<String>,
    flow: Flow,
    /// Digests of texts that were told, until they are kept.
    told: Vec<u64>,
    received: Running,
    released: Running,
}

/// What was found in all of the answer so far.
#[derive(Default)]
struct Found {
    summary: Summary,
    /// Whether it was judged since something was added.
    judged: bool,
    spans: Vec<Span>,
    obligations: BTreeMap<Term, u32>,
}

impl ResponseGuard {
    /// What is told before the first event.
    pub fn head(&self) -> Opened {
        let scale = self.passage.snapshot.policy().scale();
        let content_type = self.passage.dialect.framing().content_type();
        let reply = Reply::events(content_type).labelled(self.passage.permit.announced(), scale);
        let reply = reply.head("sekisho-record", self.passage.opening.exchange);
        Opened(self.passage.carrying(reply))
    }

    /// Takes bytes as they came; gives what may be told now. `elapsed_us` is the time since the exchange began.
    ///
    /// # Errors
    /// A verdict or a fault, to be passed to [`ResponseGuard::end`]: nothing more of the answer may be told than what
    /// that gives.
    pub fn push(&mut self, bytes: &[u8], elapsed_us: u64) -> Result<Released, Refusal> {
        self.received.update(bytes);
        self.flow.received_bytes = self.flow.received_bytes.saturating_add(length(bytes));
        let mut items = Vec::new();
        let read = self.events.push(bytes, &mut items);
        self.take(items, elapsed_us)?;
        read?;
        self.note_held(elapsed_us);
        if self.passage.permit.answers() == Answers::Whole || self.out.is_empty() {
            return Ok(Released(Vec::new()));
        }
        let out = std::mem::take(&mut self.out);
        Ok(self.releases(out, elapsed_us))
    }

    /// True once the backend has said that the stream is over: nothing that follows is looked at.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Ends the stream. What is held is judged once more; so [`Ending::Complete`] may become a refusal.
    pub fn end(mut self, ending: Ending, moment: Moment) -> Ended {
        let ending = match ending {
            Ending::Complete => match self.complete(moment.elapsed_us) {
                Ok(()) => Ending::Complete,
                Err(refusal) => Ending::Refused(refusal),
            },
            other => other,
        };
        let whole = self.passage.permit.answers() == Answers::Whole;
        let mut tail = std::mem::take(&mut self.out);
        match &ending {
            Ending::Complete if self.over => self.events.over(&mut tail),
            Ending::Complete => {}
            Ending::Refused(refusal) => {
                if whole {
                    tail.clear();
                }
                self.events.error(refusal, &self.told(refusal), &mut tail);
            }
            Ending::Abandoned => tail.clear(),
        }
        let tail = self.releases(tail, moment.elapsed_us).into_bytes();
        self.passage.keep(&self.told);
        let completion = self.completion(&ending, moment);
        Ended { tail, completion }
    }

    fn take(&mut self, items: Vec<Item>, elapsed_us: u64) -> Result<(), Refusal> {
        for item in items {
            match item {
                _ if self.over => {}
                Item::KeepAlive => self.events.keep_alive(&mut self.out),
                Item::Over => self.over = true,
                Item::Event(data) => self.event(data, elapsed_us)?,
                Item::Failure(said) => return Err(self.reports(said)),
            }
        }
        Ok(())
    }

    /// The last event may lack its end, and what is held is judged as it is.
    fn complete(&mut self, elapsed_us: u64) -> Result<(), Refusal> {
        let mut items = Vec::new();
        self.events.finish(&mut items)?;
        self.take(items, elapsed_us)?;
        self.note_held(elapsed_us);
        self.flush(&Ends::All, &mut Texts::default())?;
        self.judge()
    }

    /// Asks the policy about all that was found, if anything was since it was last asked.
    fn judge(&mut self) -> Result<(), Refusal> {
        if std::mem::replace(&mut self.found.judged, true) {
            return Ok(());
        }
        let permit = &self.passage.permit;
        match permit.judge_answer(permit.first(), &self.found.summary) {
            AnswerVerdict::Release => Ok(()),
            AnswerVerdict::Cut(denial) => {
                Err(Refusal::Cut(Box::new(Denied::of(&denial, &self.passage.snapshot))))
            }
        }
    }

    fn releases(&mut self, bytes: Vec<u8>, elapsed_us: u64) -> Released {
        self.released.update(&bytes);
        self.flow.released_bytes = self.flow.released_bytes.saturating_add(length(&bytes));
        if !bytes.is_empty() {
            self.flow.first_ms.get_or_insert(elapsed_us / 1000);
        }
        Released(bytes)
    }

    fn note_held(&mut self, elapsed_us: u64) {
        let held: usize = self.channels.values().map(Channel::held_back).sum();
        self.flow.held_bytes_max = self.flow.held_bytes_max.max(u64::try_from(held).unwrap_or(u64::MAX));
        let since = self.channels.values().filter_map(Channel::held_since).min();
        let held_ms = since.map_or(0, |since| elapsed_us.saturating_sub(since) / 1000);
        self.flow.held_ms_max = self.flow.held_ms_max.max(held_ms);
    }

    /// What is told of the end: the backend's own words, if it failed and they may be told.
    fn told(&self, refusal: &Refusal) -> Told {
        let told = refusal.told(self.passage.dialect.error_form(), Some(self.passage.opening.exchange));
        match &self.reported {
            Some(message) => {
                Told { message: message.clone(), kind: "sekisho_upstream_error", rule: None, ..told }
            }
            None => told,
        }
    }

    fn completion(self, ending: &Ending, moment: Moment) -> CompletionRecord {
        let Passage { opening, snapshot, permit, dialect, mut seen, .. } = self.passage;
        let cut = Outcome::Cut(self.flow.released_bytes);
        let mut completion = match ending {
            Ending::Complete => completion(&opening, moment, Outcome::Answered, TOLD),
            Ending::Refused(refusal) => {
                let told = (refusal, dialect.error_form());
                CompletionRecord { status: TOLD, ..refused(&opening, moment, cut, told) }
            }
            Ending::Abandoned => {
                let reason = Some(Term::of("abandoned"));
                CompletionRecord { reason, ..completion(&opening, moment, cut, TOLD) }
            }
        };
        seen.received = Some(self.received.finish());
        seen.findings = tallies(&self.found.summary, &snapshot);
        seen.spans = self.found.spans;
        seen.obligations = crate::redact::counted(&self.found.obligations);
        seen.shadow = shadowed(&permit.answer_shadows(permit.first(), &self.found.summary), &snapshot);
        seen.write(&mut completion);
        completion.announced = Some(snapshot.level(permit.announced()));
        completion.released = Some(self.released.finish());
        completion.flow = Some(self.flow);
        completion
    }
}

impl fmt::Debug for ResponseGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseGuard({}, {} channels)", self.passage.opening.exchange, self.channels.len())
    }
}

/// The status of every stream: it is told before the first event.
const TOLD: u16 = 200;

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
