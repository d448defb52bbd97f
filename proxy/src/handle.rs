//! The life of one exchange: identify → read → inspect → decide → (refuse | clear) → record → send → guard the
//! answer → record the end.
//!
//! Every step hands the next one a value that only it can make, so the order below is no convention: bytes that were
//! not decided on, recorded or guarded have no type that the next step would take.

use sekisho_audit::Stage;
use sekisho_exchange::wire::{Endpoint, Target, route};
use sekisho_exchange::{BadRequest, Case, Cleared, Ending, Fault, Guarded, Passage, Refusal};
use sekisho_log::Entry;

use crate::front::{Answer, Arrival, BrokenOff, Sluice};
use crate::gate::Gate;
use crate::outbound::{Client, Intake, Outbound};
use crate::ward::Ward;

/// Answers one request. Whatever happens, the exchange of an identified caller leaves its two records: a refusal and
/// a guarded answer say them here, and dropping the entry says them for everything else.
pub async fn handle(gate: &Gate, mut arrival: Arrival) -> Answer {
    let loaded = gate.loaded.load_full();
    let caller = match gate.identify(&loaded, &mut arrival).await {
        Ok(caller) => caller,
        Err(stranger) => return gate.turn_away(&arrival, &stranger),
    };
    let place = gate.place(&caller);
    let target = route(&arrival.method, &arrival.target, loaded.snapshot.policy());
    let mut case = gate.open(&loaded, &arrival, caller, target.as_ref().ok());
    let mut entry = match gate.admit(&case) {
        Ok(entry) => entry,
        Err(fault) => return gate.turn_away(&arrival, &fault),
    };
    let place = match place {
        Ok(place) => place,
        Err(crowded) => return gate.end(entry, case.refuse(&crowded, gate.moment(&arrival))).await,
    };
    if matches!(&target, Ok(Target { endpoint: Endpoint::Models, .. })) {
        return match case.proved_for(&[]) {
            Ok(()) => gate.end(entry, case.list(gate.moment(&arrival))).await,
            Err(refusal) => gate.end(entry, case.refuse(&refusal, gate.moment(&arrival))).await,
        };
    }
    let (cleared, mut passage) = match ask(gate, &mut case, &mut arrival, target).await {
        Ok(cleared) => cleared,
        Err(refusal) => return gate.end(entry, case.refuse(&refusal, gate.moment(&arrival))).await,
    };
    match fetch(gate, &loaded.client, &mut entry, &arrival, cleared, &mut passage).await {
        Ok(Fetched::Whole(guarded)) => gate.end(entry, *guarded).await,
        Ok(Fetched::Stream(intake)) => {
            let guard = passage.stream();
            let (head, ward) = (guard.head(), gate.ward(entry, guard, &arrival, place));
            Answer::streamed(head, |sluice| pass(intake, ward, sluice))
        }
        Err(refusal) => {
            let refused = passage.refuse(&refusal, entry.outcome(), gate.moment(&arrival));
            gate.end(entry, refused).await
        }
    }
}

/// Read → declare → inspect → decide → clear. After the read, nothing waits and nothing but the values counts.
async fn ask(
    gate: &Gate,
    case: &mut Case,
    arrival: &mut Arrival,
    target: Result<Target, BadRequest>,
) -> Result<(Cleared, Passage), Refusal> {
    let target = target?;
    let header = gate.declared(arrival)?;
    case.goes_on(&gate.conversation(arrival)?)?;
    let asked = gate.asked(arrival, &target).await?;
    unhurried(asked.bytes(), || {
        let request = case.take(asked, &gate.limits.json(), gate.log.now())?;
        let declared = case.declared(&request, header.as_deref(), target.level.as_deref())?;
        let inspected = case.inspect(request);
        arrival.course.over(Stage::Inspect);
        let used_up = gate.count(case, &inspected);
        let decided = case.decide(inspected, declared, &used_up, gate.log.now())?;
        let cleared = case.clear(decided, gate.log.now());
        arrival.course.over(Stage::Decide);
        cleared
    })
}

/// What a backend answered.
enum Fetched {
    Whole(Box<Guarded>),
    Stream(Box<Intake>),
}

/// Record → send → guard, if the answer is no stream.
async fn fetch(
    gate: &Gate,
    client: &Client,
    entry: &mut Entry,
    arrival: &Arrival,
    cleared: Cleared,
    passage: &mut Passage,
) -> Result<Fetched, Refusal> {
    let recorded = gate.record(entry, cleared).await.map_err(|_| Fault::LogDead)?;
    arrival.course.over(Stage::Record);
    let mut reached = |outcome| entry.reached(outcome);
    let outbound = Outbound::new(recorded);
    let receiving = client.send(outbound, gate.log.now(), &mut reached).await?;
    arrival.course.over(Stage::Send);
    if passage.streams(receiving.status(), receiving.content_type()) {
        gate.reserve_stream(arrival)?;
        return Ok(Fetched::Stream(Box::new(receiving.stream())));
    }
    let received = receiving.whole(&arrival.share()).await?;
    let guarded = unhurried(received.bytes(), || passage.guard(received, || gate.guarded(arrival)))?;
    Ok(Fetched::Whole(Box::new(guarded)))
}

/// Guard, event by event → record the end → let the last event go. Polled by the answer's own body: nothing is read from
/// the backend that the client's connection would not take.
async fn pass(mut intake: Box<Intake>, mut ward: Ward, sluice: Sluice) -> Result<(), BrokenOff> {
    let ending = loop {
        match intake.next().await {
            Ok(Some(bytes)) => match unhurried(bytes.len(), || ward.push(&bytes)) {
                Ok(released) => sluice.pass(released).await,
                Err(refusal) => break Ending::Refused(refusal),
            },
            Ok(None) => break Ending::Complete,
            Err(error) => break Ending::Refused(error.into()),
        }
        if ward.is_over() {
            break Ending::Complete;
        }
    };
    intake.close().await;
    let ended = ward.end(ending).await.map_err(|_| BrokenOff)?;
    sluice.end(ended).await;
    Ok(())
}

/// Bodies above this are worked on outside the reactor's turn, so that nobody else waits for them.
const LONG_BODY_BYTES: usize = 32 * 1024;

pub(crate) fn unhurried<T>(body_bytes: usize, work: impl FnOnce() -> T) -> T {
    if body_bytes > LONG_BODY_BYTES { tokio::task::block_in_place(work) } else { work() }
}
