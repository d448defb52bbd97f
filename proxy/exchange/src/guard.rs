//! The way back: from whatever a backend sent to bytes that may be told to the client.

use std::fmt;

use sekisho_audit::{CompletionRecord, Evidence, Outcome, Record, Term, Timestamp};
use sekisho_policies::{AnswerVerdict, Direction};

use crate::body::Body;
use crate::case::shadowed;
use crate::clear::Passage;
use crate::fault::{Fault, Upstream};
use crate::inspect::Inspection;
use crate::json::{Document, Kind, NodeId, Splice, Value};
use crate::ledger::{Moment, completion};
use crate::pending::{Pending, address};
use crate::redact::{Placeholders, Plan, counted};
use crate::refusal::{Denied, Refusal, Told};
use crate::reply::Reply;
use crate::wire::shape::Shape;
use crate::wire::{Dialect, ErrorForm};

/// What a backend sent, of which nothing is trusted.
pub struct Received {
    status: u16,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Received {
    /// Status, `Content-Type` as received, and the whole body.
    pub fn new(status: u16, content_type: Option<&str>, body: Vec<u8>) -> Received {
        Received { status, content_type: content_type.map(str::to_owned), body }
    }

    /// Length of the body.
    pub fn bytes(&self) -> usize {
        self.body.len()
    }

    fn is_json(&self) -> bool {
        let mut parts = self.content_type.as_deref().unwrap_or_default().split(';').map(str::trim);
        let essence = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
        let utf8 =
            |p: &str| p.eq_ignore_ascii_case("charset=utf-8") || p.eq_ignore_ascii_case("charset=\"utf-8\"");
        essence && parts.all(utf8)
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({}, {} bytes)", self.status, self.body.len())
    }
}

/// An answer that may be told, with the end of its exchange. Made here alone; never copied.
#[must_use = "what is guarded must be recorded and told, or the exchange refused"]
pub struct Guarded {
    reply: Reply,
    completion: CompletionRecord,
}

impl Guarded {
    /// The HTTP status told to the client.
    pub fn status(&self) -> u16 {
        self.reply.status()
    }

    /// The answer.
    pub fn into_reply(self) -> Reply {
        self.reply
    }
}

impl Evidence for Guarded {
    fn records(&self) -> Vec<Record> {
        vec![Record::Completion(Box::new(self.completion.clone()))]
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guarded({}, {:?})", self.completion.exchange, self.reply)
    }
}

impl Passage {
    /// Looks at every string, key and number of an answer, carries out obligations, and judges the rest.
    ///
    /// # Errors
    /// An upstream fault if it cannot be read in one way only, a cut if policy says so. Either way nothing of it may
    /// be told; what was found is kept for [`Passage::refuse`].
    pub fn guard(&mut self, received: Received, moment: impl FnOnce() -> Moment) -> Result<Guarded, Refusal> {
        self.seen.received = Some(self.fingerprinter.fingerprint("body", &received.body));
        let status = passing(received.status, self.dialect)?;
        if !received.is_json() {
            return Err(Upstream::WrongType.into());
        }
        let unreadable = |error: crate::json::JsonError| Upstream::Unreadable(Some(error.fault));
        let document = Document::read(received.body, &self.limits).map_err(unreadable)?;
        let shape = self.dialect.answer();
        let body = self.opened(document, shape)?;
        let inspection = Inspection::of(&body, self.dialect, &self.snapshot, Direction::Completion);
        self.seen.inspected(&inspection, &self.snapshot);
        self.judge(&inspection)?;
        let (body, plan) = self.carried_out(body, &inspection, shape)?;
        self.seen.obligations = counted(&plan.counts);
        self.told(&body);
        let moment = moment();
        let told = match status {
            200 | 202 => self.own_fields(&body, moment.time)?,
            _ => self.error(&body),
        };
        Ok(self.guarded(status, told, moment))
    }

    fn opened(&self, document: Document, shape: &'static Shape) -> Result<Body, Refusal> {
        let body = Body::open(document, shape, &self.limits);
        body.map_err(|_| Upstream::Unreadable(None).into())
    }

    fn judge(&mut self, inspection: &Inspection) -> Result<(), Refusal> {
        let summary = inspection.summary();
        self.seen.shadow =
            shadowed(&self.permit.answer_shadows(self.permit.first(), summary), &self.snapshot);
        match self.permit.judge_answer(self.permit.first(), summary) {
            AnswerVerdict::Release => Ok(()),
            AnswerVerdict::Cut(denial) => Err(Refusal::Cut(Box::new(Denied::of(&denial, &self.snapshot)))),
        }
    }

    /// The body with its obligations carried out, and what they were.
    ///
    /// Law: the rescan finds nothing that still obliges to anything.
    pub(crate) fn carried_out(
        &mut self,
        body: Body,
        inspection: &Inspection,
        shape: &'static Shape,
    ) -> Result<(Body, Plan), Refusal> {
        let (snapshot, route) = (&self.snapshot, self.permit.first());
        let plan = Plan::of(&body, inspection, route, snapshot).map_err(Refusal::CutStuck)?;
        if plan.is_empty() {
            return Ok((body, plan));
        }
        let fingerprinter = &self.fingerprinter;
        let mut placeholders = Placeholders { snapshot, fingerprinter, names: &mut self.names };
        let text = plan.apply(&body, &mut placeholders);
        let unreadable = |error: crate::json::JsonError| Upstream::Unreadable(Some(error.fault));
        // What was read strictly has no halves to begin with; an event of a stream may.
        let document = Document::read_delta(text.into_bytes(), &self.limits).map_err(unreadable)?;
        let body = self.opened(document, shape)?;
        let again = Inspection::of(&body, self.dialect, snapshot, Direction::Completion);
        let left = Plan::of(&body, &again, route, snapshot).and_then(|plan| plan.nothing_left(snapshot));
        left.map_err(Refusal::CutStuck)?;
        Ok((body, plan))
    }

    /// The client sees the name it asked for; what repeats the answer token by token is nulled.
    fn own_fields(&self, body: &Body, now: Timestamp) -> Result<String, Refusal> {
        let document = body.outermost().filter(|document| document.root().kind() == Kind::Object);
        let document = document.ok_or(Upstream::Unreadable(None))?;
        let mut splice = Splice::new(document);
        // Added beside a `Model`, it would make a body that two readers could take differently.
        if self.dialect.names_model() && document.root().get("model").is_some() {
            splice.set_member(document.root().id(), "model", &self.model);
        }
        body.dropped.iter().for_each(|node| splice.set_null(*node));
        if let Some((place, address)) = self.fetched_at(document.root(), now)? {
            splice.set_string(place, &address);
        }
        Ok(splice.apply())
    }

    /// Where a client fetches what comes later: where the backend says it, sealed, below the application's own path.
    fn fetched_at(&self, root: Value<'_>, now: Timestamp) -> Result<Option<(NodeId, String)>, Refusal> {
        let said = root.get("status_url").filter(|said| said.kind() != Kind::Null);
        let (Some(said), Some(owner), Dialect::ExApp) = (said, &self.owner, self.dialect) else {
            return Ok(None);
        };
        let policy = self.snapshot.policy();
        let label = policy.scale().written(self.permit.announced());
        let place = said.string().unwrap_or_default();
        let pending = Pending::new(&self.model, &place, label, owner.clone(), now);
        let pending = pending.ok_or(Upstream::Unreadable(None))?;
        let sealed = self.sealer.as_ref().and_then(|sealer| sealer.seal(&pending.write()));
        let address = address(policy, &self.model, &sealed.ok_or(Fault::NoSeal)?);
        Ok(address.map(|address| (said.id(), address)))
    }

    /// A backend's error in the dialect's shape; of the backend's words only its message.
    fn error(&self, body: &Body) -> String {
        let root = body.outermost().map(Document::root);
        let inner = root.and_then(|root| root.get("error")).or(root);
        let message = inner.and_then(|error| error.get("message").or(error.get("outputs")));
        let message = message.and_then(Value::string);
        let message = message.unwrap_or("the model refused the request".into());
        let told = Told {
            message: message.into_owned(),
            kind: "sekisho_upstream_error",
            code: UPSTREAM_ERROR,
            record: Some(self.opening.exchange),
            rule: None,
        };
        told.body(self.dialect.error_form())
    }

    fn guarded(&self, status: u16, told: String, moment: Moment) -> Guarded {
        let announced = self.permit.announced();
        let mut completion = completion(&self.opening, moment, Outcome::Answered, status);
        completion.announced = Some(self.snapshot.level(announced));
        completion.reason = (status >= 300).then_some(Term::of(UPSTREAM_ERROR));
        completion.released = Some(self.fingerprinter.fingerprint("body", told.as_bytes()));
        self.seen.clone().write(&mut completion);
        let reply = match (self.dialect.error_form(), status) {
            (ErrorForm::Aws, 429) => {
                Reply::json(status, told).head("x-amzn-errortype", "ThrottlingException")
            }
            (ErrorForm::Aws, 400) => {
                Reply::json(status, told).head("x-amzn-errortype", "ValidationException")
            }
            _ => Reply::json(status, told),
        };
        let reply = reply
            .labelled(announced, self.snapshot.policy().scale())
            .head("sekisho-record", self.opening.exchange);
        Guarded { reply: self.carrying(reply), completion }
    }
}

/// The code of an answer that tells a backend's error.
const UPSTREAM_ERROR: &str = "upstream-error";

/// The status for the client, where what the backend says about the request can help it.
fn passing(status: u16, dialect: Dialect) -> Result<u16, Upstream> {
    match status {
        200 => Ok(200),
        202 if dialect == Dialect::ExApp => Ok(202),
        400 | 413 | 422 => Ok(400),
        429 => Ok(429),
        other => Err(Upstream::Status(other)),
    }
}
