//! One exchange in one line, under the policy of `policy.toml` and the rules that ship.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use sekisho_audit::{
    CompletionRecord, DecisionRecord, Evidence, ExchangeId, Fingerprinter, Outcome, Principal, Record,
    Stages, Term, Timestamp,
};
use sekisho_detectors::RuleSet;
use sekisho_exchange::json::JsonLimits;
use sekisho_exchange::wire::{error_form, route};
use sekisho_exchange::{
    Arrived, Asked, BadRequest, Case, Cleared, Moment, Passage, Pending, Recall, Received, Refusal, Reply,
    Seal, Sealer, Signed, Snapshot,
};
use sekisho_policies::{Claims, Person, Policy, SourceFile, Voucher};

/// 2026-11-24, in milliseconds.
pub const NOW: Timestamp = Timestamp(1_795_478_400_000);
pub const LATER: Moment =
    Moment { time: Timestamp(1_795_478_400_250), elapsed_us: 250_000, stages: Stages::NONE };
pub const RECORD: &str = "07070707070707070707070707070707";

const POLICY: &str = include_str!("policy.toml");

static SNAPSHOT: LazyLock<Arc<Snapshot>> = LazyLock::new(|| snapshot(POLICY));

/// The same policy, but what is signed may go.
pub static DROPPING: LazyLock<Arc<Snapshot>> =
    LazyLock::new(|| snapshot(&format!("signed_reasoning = \"drop\"\n{POLICY}")));

fn snapshot(text: &str) -> Arc<Snapshot> {
    let rules = Arc::new(RuleSet::built_in().unwrap());
    let policy = Policy::load(&[SourceFile { name: "policy.toml", text }], &rules);
    let policy = policy.unwrap_or_else(|faults| panic!("{faults:?}"));
    Arc::new(Snapshot::new(Arc::new(policy), rules, [1; 32], [2; 32]))
}

/// Who asks, and how.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub role: &'a str,
    pub target: &'a str,
    pub header: Option<&'a str>,
}

pub const AT_1: Ask<'static> = Ask { role: "official", target: "/v1/chat/completions", header: Some("1") };
pub const AT_2: Ask<'static> = Ask { header: Some("2"), ..AT_1 };
pub const UNDECLARED: Ask<'static> = Ask { header: None, ..AT_1 };

pub fn case(role: &str, target: &str) -> Case {
    case_with(role, target, None, None)
}

/// The same, with a way to seal, and with a memory.
pub fn case_with(role: &str, target: &str, seal: Option<Seal>, recall: Option<Arc<Recall>>) -> Case {
    case_under(&SNAPSHOT, role, target, (seal, recall))
}

fn case_under(
    snapshot: &Arc<Snapshot>,
    role: &str,
    target: &str,
    (seal, recall): (Option<Seal>, Option<Arc<Recall>>),
) -> Case {
    let claims = Claims([("roles".to_owned(), vec![role.to_owned()])].into());
    let arrived = Arrived {
        exchange: ExchangeId([7; 16]),
        time: NOW,
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        principal: Principal::new(Term::of("staff"), "taro").unwrap(),
        subject: {
            let voucher = Voucher::Issuer(snapshot.policy().find_issuer("staff").unwrap());
            let person = Person { voucher, claims: &claims, bound: false };
            snapshot.policy().subject(Some(person), None).unwrap()
        },
        shadow_subject: None,
        proof: Term::of("token"),
        signed: Signed::default(),
        user: Ok(None),
        sealer: Some(Sealer::new(|bytes| Some(hex(bytes)))),
        form: error_form(target, snapshot.policy()),
        target: route("POST", target, snapshot.policy())
            .or_else(|_| route("GET", target, snapshot.policy()))
            .ok(),
        seal,
        recall,
    };
    Case::open(arrived, Arc::clone(snapshot), Arc::new(Fingerprinter::new(&[3; 32], 1)))
}

/// The story of a request up to its bytes, or the refusal with its records.
pub fn ask(ask: Ask<'_>, body: &str) -> Result<(Cleared, Passage), Box<Told>> {
    ask_under(&SNAPSHOT, ask, body)
}

pub fn ask_under(
    snapshot: &Arc<Snapshot>,
    ask: Ask<'_>,
    body: &str,
) -> Result<(Cleared, Passage), Box<Told>> {
    let mut case = case_under(snapshot, ask.role, ask.target, (None, None));
    steps(&mut case, ask, body).map_err(|refusal| told(case, refusal))
}

pub fn told(case: Case, refusal: Refusal) -> Box<Told> {
    let refused = case.refuse(&refusal, LATER);
    let records = refused.records();
    Box::new(Told { refusal, reply: refused.into_reply(), records })
}

/// Stands for a seal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

/// The story of a question about what came of a request, by the address that its answer named.
pub fn fetch(how: Ask<'_>) -> Result<(Cleared, Passage), Box<Told>> {
    let mut case = case(how.role, how.target);
    fetched(&mut case, how).map_err(|refusal| told(case, refusal))
}

fn fetched(case: &mut Case, how: Ask<'_>) -> Result<(Cleared, Passage), Refusal> {
    let target = route("GET", how.target, case.snapshot().policy())?;
    let sealed = target.sealed().and_then(unhex).and_then(Pending::read);
    let asked = Asked::Result(sealed.ok_or(BadRequest::NothingPending)?);
    let request = case.take(asked, &JsonLimits::default(), NOW)?;
    let declared = case.declared(&request, how.header, target.level.as_deref())?;
    let inspected = case.inspect(request);
    let decided = case.decide(inspected, declared, &[], NOW)?;
    case.clear(decided, NOW)
}

pub fn steps(case: &mut Case, ask: Ask<'_>, body: &str) -> Result<(Cleared, Passage), Refusal> {
    let target = route("POST", ask.target, case.snapshot().policy())?;
    let request = case.read(body.as_bytes().to_vec(), &JsonLimits::default())?;
    let declared = case.declared(&request, ask.header, target.level.as_deref())?;
    let inspected = case.inspect(request);
    let decided = case.decide(inspected, declared, &[], NOW)?;
    case.clear(decided, NOW)
}

/// What the client is told instead.
pub struct Told {
    pub refusal: Refusal,
    pub reply: Reply,
    pub records: Vec<Record>,
}

/// The exact body for the backend.
pub fn cleared(how: Ask<'_>, body: &str) -> String {
    match ask(how, body) {
        Ok((cleared, _)) => String::from_utf8(cleared.into_body()).unwrap(),
        Err(told) => panic!("refused: {:?}", told.refusal),
    }
}

/// The code of the refusal.
pub fn refused(how: Ask<'_>, body: &str) -> &'static str {
    ask(how, body).map(|_| "cleared").unwrap_or_else(|told| told.refusal.code())
}

/// A request of one user message.
pub fn chat(content: &str) -> String {
    let content = serde_json::to_string(content).unwrap();
    format!(r#"{{"model":"m","messages":[{{"role":"user","content":{content}}}]}}"#)
}

/// An answer of one choice.
pub fn said(content: &str) -> String {
    let content = serde_json::to_string(content).unwrap();
    format!(
        r#"{{"id":"c-1","model":"near-model","choices":[{{"index":0,"message":{{"role":"assistant","content":{content}}}}}]}}"#
    )
}

/// What the client is told of a backend's answer to a plain question at that level.
pub fn answer(how: Ask<'_>, status: u16, body: &str) -> Result<(Reply, CompletionRecord), Box<Told>> {
    let (_, passage) = ask(how, &chat("hello")).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal));
    answered(passage, Received::new(status, Some("application/json"), body.as_bytes().to_vec()))
}

pub fn answered(mut passage: Passage, received: Received) -> Result<(Reply, CompletionRecord), Box<Told>> {
    match passage.guard(received, || LATER) {
        Ok(guarded) => {
            let completion = completion(&guarded.records());
            Ok((guarded.into_reply(), completion))
        }
        Err(refusal) => {
            let refused = passage.refuse(&refusal, Outcome::Sent, LATER);
            let records = refused.records();
            Err(Box::new(Told { refusal, reply: refused.into_reply(), records }))
        }
    }
}

pub fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body().to_vec()).unwrap()
}

pub fn head<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    reply.heads().iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

pub fn decision(records: &[Record]) -> DecisionRecord {
    let decision = records.iter().find_map(|record| match record {
        Record::Decision(decision) => Some((**decision).clone()),
        _ => None,
    });
    decision.expect("a decision")
}

pub fn completion(records: &[Record]) -> CompletionRecord {
    let completion = records.iter().find_map(|record| match record {
        Record::Completion(completion) => Some((**completion).clone()),
        _ => None,
    });
    completion.expect("a completion")
}
