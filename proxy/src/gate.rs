//! What all exchanges share, and the small steps of `handle.rs` that need it.

mod identify;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arc_swap::ArcSwap;
use aws_lc_rs::rand;
use http::{HeaderMap, HeaderName, HeaderValue};
use sekisho_audit::{Evidence, ExchangeId, Fingerprinter, Principal, Stage, Term};
use sekisho_exchange::wire::{ErrorForm, Target, error_form};
use sekisho_exchange::{
    Arrived, Asked, BadRequest, Case, Conversation, Fault, Inspected, Moment, Pending, Recall, Refusal,
    ResponseGuard, Sealer,
};
use sekisho_log::{Dead, Entry, Log, Recorded, Unavailable};
use sekisho_policies::QuotaIndex;
use tokio::sync::oneshot;

use crate::config::Limits;
use crate::conversation;
use crate::crowd::{Crowd, Place};
use crate::front::{Answer, Arrival, Handler};
use crate::handle::handle;
use crate::identity::{Caller, Revoked, ServiceKeys};
use crate::loaded::Loaded;
use crate::meter::Meter;
use crate::strangers::Strangers;
use crate::ward::Ward;
use crate::watched::Watched;

/// The checkpoint itself.
pub struct Gate {
    /// Policy, issuers and the way to the backends; an exchange takes them once.
    pub loaded: ArcSwap<Loaded>,
    /// Whether the policy folder holds something else that could not be taken.
    pub outdated: AtomicBool,
    /// Who no longer counts.
    pub revocations: Watched<Revoked>,
    /// Which keys were issued to services.
    pub service_keys: Watched<ServiceKeys>,
    /// Where every exchange is recorded.
    pub log: Log,
    /// The keys that seal labels of conversations.
    pub conversations: Watched<conversation::Keys>,
    /// How long such a label counts, in seconds.
    pub conversation_lifetime_s: u64,
    /// What texts were seen before.
    pub recall: Arc<Recall>,
    /// Makes keyed fingerprints for records.
    pub fingerprinter: Arc<Fingerprinter>,
    /// The bounds.
    pub limits: Limits,
    /// Who came without being known.
    pub strangers: Strangers,
    /// How many exchanges each person has under way.
    pub crowd: Crowd,
    /// How many they have had.
    pub meter: Meter,
}

const LEVEL: HeaderName = HeaderName::from_static("confidentiality-level");
const HANDLING: HeaderName = HeaderName::from_static("confidentiality-handling");

impl Gate {
    /// A place for one more exchange of this person; a service that asks by itself needs none.
    pub(crate) fn place(&self, caller: &Caller) -> Result<Option<Place>, Refusal> {
        if caller.is_service() {
            return Ok(None);
        }
        let place = self.crowd.enter(&caller.principal, self.limits.person_exchanges_max);
        place.map(Some).map_err(Refusal::from)
    }

    /// Opens the case of someone identified, under the policy that knows them.
    pub(crate) fn open(
        &self,
        loaded: &Loaded,
        arrival: &Arrival,
        caller: Caller,
        target: Option<&Target>,
    ) -> Case {
        arrival.course.over(Stage::Identify);
        let arrived = Arrived {
            exchange: exchange_id(),
            time: self.log.now(),
            source: arrival.peer.ip(),
            principal: caller.principal,
            subject: caller.subject,
            shadow_subject: caller.shadow,
            proof: caller.proof,
            signed: caller.signed,
            user: user(&arrival.headers, target, caller.service.as_ref()),
            sealer: {
                let keys = self.conversations.current();
                Some(Sealer::new(move |content| keys.seal_address(content)))
            },
            form: error_form(&arrival.target, loaded.snapshot.policy()),
            target: target.cloned(),
            seal: conversation::seal(
                self.conversations.current(),
                self.log.now().0 / 1000,
                loaded.conversation_bytes,
            ),
            recall: Some(Arc::clone(&self.recall)),
        };
        Case::open(arrived, Arc::clone(&loaded.snapshot), Arc::clone(&self.fingerprinter))
    }

    /// What is asked: the body, or what came of an earlier request whose seal is ours.
    pub(crate) async fn asked(&self, arrival: &mut Arrival, target: &Target) -> Result<Asked, Refusal> {
        let steers = |(name, value): (&HeaderName, &HeaderValue)| {
            target.endpoint.is_steered_by(name.as_str(), value.to_str().unwrap_or_default())
        };
        if arrival.headers.iter().any(steers) {
            return Err(BadRequest::SteeringHead.into());
        }
        match target.sealed() {
            Some(sealed) => {
                let pending = self.conversations.current().open_address(sealed).and_then(Pending::read);
                Ok(Asked::Result(pending.ok_or(BadRequest::NothingPending)?))
            }
            None => {
                let body = arrival.read_body(&self.limits, target.endpoint.body_types()).await?;
                Ok(Asked::Body(body))
            }
        }
    }

    /// Reserves the exchange's place in the log.
    pub(crate) fn admit(&self, case: &Case) -> Result<Entry, Refusal> {
        self.log.admit(case.opening().clone()).map_err(|unavailable| match unavailable {
            Unavailable::Full => Fault::Overload.into(),
            Unavailable::Dead => Fault::LogDead.into(),
        })
    }

    /// What the head says of the conversation that the request goes on with.
    pub(crate) fn conversation(&self, arrival: &Arrival) -> Result<Conversation, BadRequest> {
        let now_s = self.log.now().0 / 1000;
        let keys = self.conversations.current();
        conversation::said(&arrival.headers, &keys, now_s, self.conversation_lifetime_s)
    }

    /// The label that the head declares, as scales write it: the level, then each compartment after a `+`.
    pub(crate) fn declared(&self, arrival: &Arrival) -> Result<Option<String>, BadRequest> {
        let one = |name: &HeaderName| {
            let mut lines = arrival.headers.get_all(name).iter();
            match (lines.next(), lines.next()) {
                (None, _) => Ok(None),
                (Some(line), None) => line.to_str().map(Some).map_err(|_| BadRequest::LevelUnknown),
                (Some(_), Some(_)) => Err(BadRequest::Head),
            }
        };
        let (level, handling) = (one(&LEVEL)?, one(&HANDLING)?);
        if level.is_none() && handling.is_none() {
            return Ok(None);
        }
        if level.is_some_and(str::is_empty) {
            return Err(BadRequest::LevelUnknown);
        }
        let handling =
            handling.into_iter().flat_map(|line| line.split(',')).map(|id| format!("+{}", id.trim()));
        Ok(Some(level.map(str::to_owned).into_iter().chain(handling).collect()))
    }

    /// Counts the exchange; says which quotas are used up.
    pub(crate) fn count(&self, case: &Case, inspected: &Inspected) -> Vec<QuotaIndex> {
        let now_s = self.log.now().0 / 1000;
        let (policy, person) = (case.snapshot().policy(), &case.opening().principal);
        self.meter.count(policy, case.subject(), person, inspected.model(), now_s)
    }

    /// This moment of the exchange.
    pub(crate) fn moment(&self, arrival: &Arrival) -> Moment {
        let course = &arrival.course;
        Moment { time: self.log.now(), elapsed_us: course.elapsed_us(), stages: course.stages() }
    }

    /// The moment at which an answer has been guarded.
    pub(crate) fn guarded(&self, arrival: &Arrival) -> Moment {
        arrival.course.over(Stage::Guard);
        self.moment(arrival)
    }

    /// Hands a decision to the log and waits until it is durable.
    pub(crate) async fn record<T>(&self, entry: &mut Entry, value: T) -> Result<Recorded<T>, Dead>
    where
        T: Evidence + Send + 'static,
    {
        let (done, durable) = oneshot::channel();
        entry.decide(value, |recorded| drop(done.send(recorded)));
        durable.await.unwrap_or(Err(Dead))
    }

    /// Hands the end of an exchange to the log; what the client is told waits until it is durable.
    pub(crate) async fn end<T>(&self, entry: Entry, value: T) -> Answer
    where
        T: Evidence + Send + 'static,
        Answer: From<Recorded<T>>,
    {
        let (done, durable) = oneshot::channel();
        entry.complete(value, |recorded| drop(done.send(recorded)));
        match durable.await.unwrap_or(Err(Dead)) {
            Ok(recorded) => recorded.into(),
            Err(Dead) => Answer::stranger(Refusal::from(Fault::LogDead).for_stranger(ErrorForm::OpenAi)),
        }
    }

    /// Takes what a stream holds from the byte budget.
    pub(crate) fn reserve_stream(&self, arrival: &Arrival) -> Result<(), Fault> {
        if arrival.share().take(self.limits.stream_bytes) { Ok(()) } else { Err(Fault::Overload) }
    }

    /// Keeps a streamed exchange to its end.
    pub(crate) fn ward(
        &self,
        entry: Entry,
        guard: ResponseGuard,
        arrival: &Arrival,
        place: Option<Place>,
    ) -> Ward {
        Ward::new(entry, guard, self.log.clone(), Arc::clone(&arrival.course), (arrival.share(), place))
    }

    /// Refuses someone who has no record: a stranger, or anyone while the log takes none.
    pub(crate) fn turn_away(&self, arrival: &Arrival, refusal: &Refusal) -> Answer {
        let form = self.refused(arrival.peer.ip(), &arrival.target, refusal);
        Answer::stranger(refusal.for_stranger(form))
    }
}

impl Handler for Gate {
    async fn handle(&self, arrival: Arrival) -> Answer {
        handle(self, arrival).await
    }

    fn refused(&self, source: IpAddr, target: &str, refusal: &Refusal) -> ErrorForm {
        self.strangers.count(source, Term::of(refusal.code()));
        error_form(target, self.loaded.load().snapshot.policy())
    }
}

const USER: HeaderName = HeaderName::from_static("x-user-id");

/// For whom a service says that it asks, where the wire form has a place for it.
fn user(
    heads: &HeaderMap,
    target: Option<&Target>,
    service: Option<&Term>,
) -> Result<Option<Principal>, BadRequest> {
    let Some(service) = service.filter(|_| target.is_some_and(|target| target.endpoint.names_users())) else {
        return Ok(None);
    };
    let mut lines = heads.get_all(USER).iter();
    match (lines.next(), lines.next()) {
        (None, _) => Ok(None),
        (Some(line), None) => {
            let name = line.to_str().ok().and_then(|name| Principal::new(service.clone(), name));
            name.map(Some).ok_or(BadRequest::Head)
        }
        (Some(_), Some(_)) => Err(BadRequest::Head),
    }
}

/// 128 random bits. Without randomness there would be no TLS either; the id is then zero and names nothing.
fn exchange_id() -> ExchangeId {
    let mut id = [0; 16];
    let _ = rand::fill(&mut id);
    ExchangeId(id)
}
