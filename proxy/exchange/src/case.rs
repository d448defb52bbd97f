//! One exchange on its way out: read, declared, inspected, decided, cleared, or refused. Each step notes what it
//! learnt, so that a refusal after any of them is recorded with all that was known.

use std::fmt;
use std::sync::Arc;

use sekisho_audit::{
    Evidence, Fingerprinter, Opening, Outcome, Principal, Record, Term, Timestamp, Verdict, sha256,
};
use sekisho_policies::{
    Brought, Decision, Declared, Denial, Direction, Permit, PolicyRule, Question, QuotaIndex, Subject,
    Unknown,
};

use crate::arrived::{Arrived, Asked, Signed};
use crate::clear::{self, Cleared, Passage};
use crate::conversation::{Conversation, Seal, carrying};
use crate::fault::BadRequest;
use crate::inspect::Inspection;
use crate::json::JsonLimits;
use crate::ledger::{Ledger, Moment, refused};
use crate::listing::Listing;
use crate::pending::{Pending, Sealer};
use crate::recall::Remembering;
use crate::refusal::{Denied, Refusal};
use crate::reply::Reply;
use crate::request::Request;
use crate::shadow;
use crate::snapshot::Snapshot;
use crate::wire::{Dialect, Endpoint, ErrorForm, Family, Target};

/// A request and what was found in it: neither goes on without the other.
#[derive(Debug)]
pub struct Inspected {
    pub(crate) request: Request,
    pub(crate) inspection: Inspection,
    /// Digests of its texts, where they are remembered.
    texts: Vec<u64>,
}

impl Inspected {
    /// The model's name as the client wrote it.
    pub fn model(&self) -> &str {
        self.request.model()
    }

    /// What was found.
    pub fn inspection(&self) -> &Inspection {
        &self.inspection
    }
}

/// A request that may pass, and the permit that was given for it and for no other.
#[derive(Debug)]
#[must_use = "what is decided must be cleared and recorded, or refused"]
pub struct Decided {
    pub(crate) permit: Permit,
    pub(crate) inspected: Inspected,
}

impl Decided {
    /// The permit.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }
}

/// One exchange of someone identified.
pub struct Case {
    pub(crate) opening: Opening,
    pub(crate) subject: Subject,
    pub(crate) shadow_subject: Option<Result<Subject, Unknown>>,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) fingerprinter: Arc<Fingerprinter>,
    pub(crate) ledger: Ledger,
    form: ErrorForm,
    target: Option<Target>,
    pub(crate) user: Result<Option<Principal>, BadRequest>,
    pub(crate) sealer: Option<Sealer>,
    pub(crate) seal: Option<Seal>,
    pub(crate) memory: Option<Remembering>,
    pub(crate) brought: Brought,
    signed: Signed,
}

impl Case {
    /// Opens the case of someone identified under this snapshot.
    pub fn open(arrived: Arrived, snapshot: Arc<Snapshot>, fingerprinter: Arc<Fingerprinter>) -> Case {
        let Arrived { exchange, time, source, principal, subject, shadow_subject, proof, .. } = arrived;
        let Arrived { signed, user, sealer, form, target, seal, recall, .. } = arrived;
        // A subject of another policy than the snapshot's has no grants here, and `decide` knows it for a stranger.
        let policy = snapshot.policy();
        let grants = subject.grants().iter().filter_map(|grant| policy.grants().get(grant.number()));
        let grants = grants.map(|grant| snapshot.term(&grant.id)).collect();
        let service = subject.service().and_then(|index| policy.services().get(index.number()));
        let ministry = subject.ministry().and_then(|index| policy.ministries().get(index.number()));
        let owner = ministry.map_or_else(|| service.map_or("", |own| &own.id), |own| &own.id);
        let memory = recall.filter(|_| policy.recall() == sekisho_policies::Recall::Raise);
        let memory = memory.map(|recall| Remembering::new(recall, owner));
        let opening = Opening {
            exchange,
            time,
            principal,
            proof,
            service: service.map(|service| snapshot.term(&service.id)),
            ministry: ministry.map(|ministry| snapshot.term(&ministry.id)),
            grants,
            clearance: snapshot.level(subject.clearance()),
            source,
            dialect: Term::of(target.as_ref().map_or("none", |target| target.endpoint.as_str())),
            policy_digest: snapshot.policy_digest(),
            rules_digest: snapshot.rules_digest(),
        };
        Case {
            opening,
            subject,
            shadow_subject,
            snapshot,
            fingerprinter,
            ledger: Ledger { user: user.clone().ok().flatten(), ..Ledger::default() },
            user,
            sealer,
            form,
            target,
            seal,
            memory,
            brought: Brought::Nothing,
            signed,
        }
    }

    /// What the log must know before it admits the exchange.
    pub fn opening(&self) -> &Opening {
        &self.opening
    }

    /// Who asks.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The policy and rules of this exchange.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// Whether the proof of who asks goes with this body; a request without a body has an empty one.
    ///
    /// # Errors
    /// It was made for another.
    pub fn proved_for(&self, body: &[u8]) -> Result<(), Refusal> {
        let other = self.signed.body_digest.is_some_and(|digest| digest != sha256(&[body]));
        if other { Err(Refusal::Bad(BadRequest::ContextDigest)) } else { Ok(()) }
    }

    /// Takes what is asked: a body, or what came of an earlier request.
    ///
    /// # Errors
    /// The body is not the one that the proof goes with, or cannot be read in one way only; nothing is under way that this
    /// caller could fetch.
    pub fn take(&mut self, asked: Asked, limits: &JsonLimits, now: Timestamp) -> Result<Request, Refusal> {
        match asked {
            Asked::Body(body) => self.read(body, limits),
            Asked::Result(pending) => self.resume(&pending, limits, now),
        }
    }

    fn resume(&mut self, pending: &Pending, limits: &JsonLimits, now: Timestamp) -> Result<Request, Refusal> {
        self.proved_for(&[])?;
        self.user.as_ref().map_err(|bad| *bad)?;
        let Some(Target { path, .. }) = &self.target else {
            return Err(Refusal::Bad(BadRequest::UnknownPath));
        };
        let app = path.model.as_deref().unwrap_or_default();
        let label = pending.claimed(self, app, now)?;
        // It goes on with what was begun, whatever else is said of a conversation.
        if self.brought == Brought::Nothing {
            self.brought = Brought::Label(label);
        }
        let request = Request::resume(path, pending.place(), label, limits);
        self.ledger.model = Some(self.snapshot.model(request.model(), &self.fingerprinter));
        Ok(request)
    }

    /// Reads the body.
    ///
    /// # Errors
    /// It is not the one that the proof goes with, or cannot be read in one way only.
    pub fn read(&mut self, body: Vec<u8>, limits: &JsonLimits) -> Result<Request, Refusal> {
        self.ledger.seen.received = Some(self.fingerprinter.fingerprint("body", &body));
        self.proved_for(&body)?;
        self.user.as_ref().map_err(|bad| *bad)?;
        let Some(Target { endpoint: Endpoint::Ask(dialect), path, .. }) = &self.target else {
            return Err(Refusal::Bad(BadRequest::UnknownPath));
        };
        let dialect = match (dialect, &path.model) {
            (Dialect::Invoke(_), Some(model)) => {
                Dialect::Invoke(Family::of_model(self.snapshot.policy(), model))
            }
            (dialect, _) => *dialect,
        };
        let policy = self.snapshot.policy();
        let app = path.model.as_ref().and_then(|model| policy.find_model(model));
        let app = app.and_then(|index| policy.model(index).app.as_deref());
        let request = Request::read(dialect, path, app, body, limits)?;
        self.ledger.model = Some(self.snapshot.model(request.model(), &self.fingerprinter));
        Ok(request)
    }

    /// With which conversation it goes on.
    ///
    /// # Errors
    /// The conversation is another ministry's, or its label none of the policy's.
    pub fn goes_on(&mut self, conversation: &Conversation) -> Result<(), Refusal> {
        let ministry = self.opening.ministry.as_ref();
        (self.brought, self.ledger.conversation) = conversation.brought(ministry, &self.snapshot)?;
        Ok(())
    }

    /// The level that header, path, body and the service's context declare.
    ///
    /// # Errors
    /// As [`Request::declared`].
    pub fn declared(
        &mut self,
        request: &Request,
        header: Option<&str>,
        path: Option<&str>,
    ) -> Result<Declared, Refusal> {
        let said = [header, path, self.signed.level.as_deref()];
        let declared = request.declared(said, self.snapshot.policy())?;
        if let Declared::Level(label) = declared {
            self.ledger.declared = Some(self.snapshot.level(label));
        }
        Ok(declared)
    }

    /// Looks at every string, key and number.
    pub fn inspect(&mut self, request: Request) -> Inspected {
        let inspection = Inspection::of(&request.body, request.dialect, &self.snapshot, Direction::Prompt);
        self.ledger.seen.inspected(&inspection, &self.snapshot);
        let texts = self.memory.as_ref().map(|memory| memory.texts(&request.body)).unwrap_or_default();
        Inspected { request, inspection, texts }
    }

    /// Asks the policy.
    ///
    /// # Errors
    /// The policy's denial.
    pub fn decide(
        &mut self,
        inspected: Inspected,
        declared: Declared,
        used_up: &[QuotaIndex],
        now: Timestamp,
    ) -> Result<Decided, Refusal> {
        let recalled = self.recalled(&inspected.texts, declared, now);
        let question = Question {
            subject: &self.subject,
            declared,
            brought: self.brought,
            recalled,
            model: inspected.request.model(),
            dialect: Some(inspected.request.dialect.backend()),
            findings: inspected.inspection.summary(),
            used_up,
            from: self.opening.source,
            now: now.0 / 1000,
        };
        let decision = self.snapshot.policy().decide(&question);
        self.ledger.would = shadow::differences(self, &inspected, &question, &decision);
        let found = match &decision {
            Decision::Permit(permit) => permit.found(),
            Decision::Refuse(denial) => denial.found,
        };
        let passes = matches!(decision, Decision::Permit(_));
        self.remember(&inspected.texts, declared, [found, recalled], passes);
        match decision {
            Decision::Permit(permit) => {
                self.ledger.found = permit.found().map(|label| self.snapshot.level(label));
                self.ledger.effective = Some(self.snapshot.level(permit.effective()));
                self.ledger.seen.shadow = shadowed(permit.shadows(), &self.snapshot);
                Ok(Decided { permit, inspected })
            }
            Decision::Refuse(denial) => Err(self.denied(&denial, now.0 / 1000)),
        }
    }

    fn denied(&mut self, denial: &Denial, now_s: u64) -> Refusal {
        self.ledger.found = denial.found.map(|label| self.snapshot.level(label));
        self.ledger.effective = Some(self.snapshot.level(denial.effective));
        self.ledger.seen.shadow = shadowed(&denial.shadows, &self.snapshot);
        Refusal::Denied(Box::new(Denied::at(denial, &self.snapshot, now_s)))
    }

    /// Makes the exact bytes for the permit's first backend, and what the way back needs.
    ///
    /// # Errors
    /// The permit has expired, or something must go that cannot be taken out where it stands.
    pub fn clear(&mut self, decided: Decided, now: Timestamp) -> Result<(Cleared, Passage), Refusal> {
        clear::clear(self, decided, now)
    }

    /// Ends the exchange before anything was decided for it: one commit with both records.
    pub fn refuse(self, refusal: &Refusal, moment: Moment) -> Refused {
        let form = self.form;
        let verdict = Verdict::Refuse {
            reason: Term::of(refusal.code()),
            rule: refusal.rule().cloned(),
            status: refusal.status_in(form),
        };
        let reply = refusal.reply(form, Some(self.opening.exchange));
        let reply = match &self.ledger.effective {
            // What was refused is not to be tried again lower.
            Some(level) => carrying(reply, self.seal.as_ref(), level, self.opening.ministry.as_ref()),
            None => reply,
        };
        let decision = self.ledger.decision(&self.opening, moment.time, verdict, None);
        let completion = refused(&self.opening, moment, Outcome::NotSent, (refusal, form));
        let records = vec![Record::Decision(Box::new(decision)), Record::Completion(Box::new(completion))];
        Refused { reply, records }
    }

    /// Answers `GET /v1/models`: what this person may use.
    pub fn list(self, moment: Moment) -> Listing {
        Listing::of(self, moment)
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({})", self.opening.exchange)
    }
}

pub(crate) fn shadowed(rules: &[PolicyRule], snapshot: &Snapshot) -> Vec<Term> {
    rules.iter().map(|rule| snapshot.term(snapshot.policy().rule(*rule).0)).collect()
}

/// A refusal with what must be recorded before it is told.
#[derive(Debug)]
pub struct Refused {
    pub(crate) reply: Reply,
    pub(crate) records: Vec<Record>,
}

impl Refused {
    /// The answer.
    pub fn into_reply(self) -> Reply {
        self.reply
    }
}

impl Evidence for Refused {
    fn records(&self) -> Vec<Record> {
        self.records.clone()
    }
}
