//! From a permit to the exact bytes for one backend: obligations carried out, the proxy's own fields written.

use std::fmt;
use std::sync::Arc;

use sekisho_audit::{DecisionRecord, Evidence, Fingerprinter, Opening, Outcome, Record, Timestamp, Verdict};
use sekisho_policies::{Backend, BackendIndex, Direction, Permit, Policy};

use crate::body::Body;
use crate::case::{Case, Decided, Inspected, Refused};
use crate::conversation::{Seal, carrying};
use crate::fault::{BadRequest, Fault};
use crate::inspect::Inspection;
use crate::json::{Document, JsonLimits, Kind, Splice, Value};
use crate::ledger::{Moment, Seen, refused};
use crate::pending::{Sealer, owner};
use crate::recall::Remembering;
use crate::redact::{Names, Placeholders, Plan, counted};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::snapshot::Snapshot;
use crate::wire::Dialect;

/// The exact bytes that may go to one backend, with the decision that lets them.
///
/// Made here alone, after a permit; never copied.
#[must_use = "what is cleared must be recorded and sent, or the exchange refused"]
pub struct Cleared {
    policy: Arc<Policy>,
    backend: BackendIndex,
    credential: Option<String>,
    dialect: Dialect,
    path: String,
    from_root: bool,
    expires_at: u64,
    stream: bool,
    patience_ms: Option<u64>,
    body: Vec<u8>,
    decision: DecisionRecord,
}

impl Cleared {
    /// Where it goes: address and trust anchor.
    pub fn backend(&self) -> &Backend {
        self.policy.backend(self.backend)
    }

    /// The backend's number in the policy.
    pub fn backend_index(&self) -> BackendIndex {
        self.backend
    }

    /// Name of the credential that goes with it.
    pub fn credential(&self) -> Option<&str> {
        self.credential.as_deref()
    }

    /// The HTTP method.
    pub fn method(&self) -> &'static str {
        if self.from_root { "GET" } else { "POST" }
    }

    /// The path under the backend's base address, or from the root of its origin: the backend has said it itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether the path is one from the root.
    pub fn from_root(&self) -> bool {
        self.from_root
    }

    /// Every head but the credential and those of framing.
    pub fn heads(&self) -> Vec<(&'static str, &str)> {
        let accept = if self.stream { self.dialect.framing().content_type() } else { "application/json" };
        let typed = (!self.from_root).then_some(("content-type", "application/json"));
        let mut heads = Vec::from_iter(typed);
        heads.extend([
            ("accept", accept),
            ("accept-encoding", "identity"),
            ("user-agent", concat!("sekisho/", env!("CARGO_PKG_VERSION"))),
        ]);
        let apps = matches!(self.dialect, Dialect::ExApp | Dialect::ExAppStatus);
        let user = self.decision.user.as_ref().filter(|_| apps);
        heads.extend(user.map(|user| ("x-user-id", user.name())));
        heads
    }

    /// How long the client waits for an answer, in milliseconds; `None`: as long as the limits allow.
    pub fn patience_ms(&self) -> Option<u64> {
        self.patience_ms
    }

    /// First second, in Unix time, at which it may no longer be sent.
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// The exact body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The exact body, for sending it.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }
}

impl Evidence for Cleared {
    fn records(&self) -> Vec<Record> {
        vec![Record::Decision(Box::new(self.decision.clone()))]
    }
}

impl fmt::Debug for Cleared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cleared({}, {} bytes)", self.decision.opening.exchange, self.body.len())
    }
}

/// What the way back needs.
pub struct Passage {
    pub(crate) opening: Opening,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) fingerprinter: Arc<Fingerprinter>,
    pub(crate) permit: Permit,
    pub(crate) dialect: Dialect,
    pub(crate) limits: JsonLimits,
    /// Whether the client asked for a stream.
    pub(crate) stream: bool,
    /// The name that the client asked for.
    pub(crate) model: String,
    pub(crate) names: Names,
    pub(crate) seen: Seen,
    pub(crate) sealer: Option<Sealer>,
    /// Who may fetch what comes later.
    pub(crate) owner: Option<String>,
    pub(crate) seal: Option<Seal>,
    pub(crate) memory: Option<Remembering>,
}

impl Passage {
    /// Ends the exchange after its decision was recorded. `outcome` says how far it had got.
    pub fn refuse(self, refusal: &Refusal, outcome: Outcome, moment: Moment) -> Refused {
        let outcome = if refusal.is_cut() { Outcome::Cut(0) } else { outcome };
        let form = self.dialect.error_form();
        let mut completion = refused(&self.opening, moment, outcome, (refusal, form));
        self.seen.clone().write(&mut completion);
        let reply = self.carrying(refusal.reply(form, Some(self.opening.exchange)));
        Refused { reply, records: vec![Record::Completion(Box::new(completion))] }
    }

    /// The answer with the label of its conversation: no less than the request's, no less than what is announced.
    pub(crate) fn carrying(&self, reply: Reply) -> Reply {
        let level = self.snapshot.level(self.permit.announced());
        carrying(reply, self.seal.as_ref(), &level, self.opening.ministry.as_ref())
    }
}

impl fmt::Debug for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passage({})", self.opening.exchange)
    }
}

pub(crate) fn clear(
    case: &mut Case,
    decided: Decided,
    now: Timestamp,
) -> Result<(Cleared, Passage), Refusal> {
    let Decided { permit, inspected } = decided;
    let request = &inspected.request;
    if now.0 / 1000 >= permit.expires_at() {
        return Err(Fault::Expired.into());
    }
    let snapshot = Arc::clone(&case.snapshot);
    let policy = snapshot.policy();
    let app = policy.find_model(request.model()).and_then(|index| policy.model(index).app.clone());
    let mut names = Names::default();
    let (redacted, plan) = carried_out(case, &permit, &inspected, &mut names)?;
    case.ledger.seen.obligations = counted(&plan.counts);
    let backend = permit.first().backend();
    let upstream_model = &snapshot.policy().backend(backend).upstream_model;
    let named = request.dialect.names_model().then_some(upstream_model.as_str());
    let body =
        own_fields(redacted.as_ref().unwrap_or(&request.body), request.dialect, named, case).into_bytes();
    let forwarded = case.fingerprinter.fingerprint("body", &body);
    let verdict = Verdict::Permit {
        zone: snapshot.term(&snapshot.policy().zone(permit.first().zone()).id),
        backend: snapshot.term(&snapshot.policy().backend(backend).id),
        attempt: 1,
    };
    let decision = case.ledger.clone().decision(&case.opening, now, verdict, Some(forwarded));
    let cleared = Cleared {
        policy: Arc::clone(snapshot.policy()),
        backend,
        credential: permit.first().credential().map(str::to_owned),
        dialect: request.dialect,
        path: match &request.resumed {
            Some((place, _)) => place.clone(),
            None => request.dialect.upstream_path(policy.backend(backend), &request.path),
        },
        from_root: request.resumed.is_some(),
        expires_at: permit.expires_at(),
        stream: request.is_stream(),
        patience_ms: app.as_ref().map(|app| app.timeout_s.saturating_mul(1000).saturating_sub(TELLING_MS)),
        body,
        decision,
    };
    let passage = Passage {
        opening: case.opening.clone(),
        snapshot,
        fingerprinter: Arc::clone(&case.fingerprinter),
        permit,
        dialect: request.dialect,
        limits: request.limits,
        stream: request.is_stream(),
        model: request.model().to_owned(),
        names,
        seen: Seen::default(),
        sealer: case.sealer.clone(),
        owner: app.map(|app| owner(case, &app)),
        seal: case.seal.clone(),
        memory: case.memory.clone(),
    };
    Ok((cleared, passage))
}

/// What is left of a client's patience for telling it what came of it, in milliseconds.
const TELLING_MS: u64 = 750;

/// The body with its obligations carried out, taken apart anew; `None` if there were none.
///
/// Law: the rescan finds nothing that still obliges to anything.
fn carried_out(
    case: &Case,
    permit: &Permit,
    inspected: &Inspected,
    names: &mut Names,
) -> Result<(Option<Body>, Plan), Refusal> {
    let (snapshot, route) = (&case.snapshot, permit.first());
    let Inspected { request, inspection, .. } = inspected;
    let plan = Plan::of(&request.body, inspection, route, snapshot).map_err(Refusal::Stuck)?;
    if plan.is_empty() {
        return Ok((None, plan));
    }
    plan.leaves_no_list_empty(&request.body).map_err(Refusal::Stuck)?;
    let mut placeholders = Placeholders { snapshot, fingerprinter: &case.fingerprinter, names };
    let text = plan.apply(&request.body, &mut placeholders);
    let document = Document::read(text.into_bytes(), &request.limits).map_err(BadRequest::Json)?;
    let body =
        Body::open(document, request.dialect.request(), &request.limits).map_err(|_| BadRequest::Nesting)?;
    let again = Inspection::of(&body, request.dialect, snapshot, Direction::Prompt);
    let left = Plan::of(&body, &again, route, snapshot).and_then(|plan| plan.nothing_left(snapshot));
    left.map_err(Refusal::Stuck)?;
    Ok((Some(body), plan))
}

/// Writes the fields that are the proxy's own, and takes away those that end here.
fn own_fields(body: &Body, dialect: Dialect, model: Option<&str>, case: &Case) -> String {
    let Some(document) = body.outermost() else {
        return String::new();
    };
    let mut splice = Splice::new(document);
    model.into_iter().for_each(|model| splice.set_member(document.root().id(), "model", model));
    body.dropped.iter().for_each(|node| splice.remove(*node));
    for tag in &body.tags {
        splice.set_string(*tag, &account_tag(case));
    }
    let remarks = dialect.remarks().and_then(|key| document.root().get(key));
    if let Some(remarks) = remarks.filter(|remarks| emptied(*remarks, body)) {
        splice.remove(remarks.id());
    }
    splice.apply()
}

fn emptied(metadata: Value<'_>, body: &Body) -> bool {
    let mut members = metadata.children().map(Value::id).peekable();
    metadata.kind() == Kind::Object
        && members.peek().is_some()
        && members.all(|id| body.dropped.contains(&id))
}

/// Stands for issuer and label, and tells the vendor nothing else. Letters alone: no scanner takes it for a number.
fn account_tag(case: &Case) -> String {
    let issuer = case.opening.principal.issuer().as_str();
    let level = case.ledger.effective.as_ref().map_or("", |level| level.as_str());
    let mac = case.fingerprinter.fingerprint("account-tag", format!("{issuer}\n{level}").as_bytes()).mac;
    let letters = mac.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|nibble| char::from(b'a' + nibble));
    format!("sekisho-{}", letters.collect::<String>())
}
