//! Any bytes as a prompt and as an answer under the shipped policy: nothing panics, what is forwarded or told is strict
//! JSON, and no string of it holds a credential.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use sekisho_audit::{Evidence, ExchangeId, Fingerprinter, Outcome, Principal, Stages, Term, Timestamp};
use sekisho_exchange::json::{Document, JsonLimits};
use sekisho_exchange::wire::{ErrorForm, route};
use sekisho_exchange::{Arrived, Case, Cleared, Moment, Passage, Received, Refusal, Signed, Snapshot};
use sekisho_policies::{Claims, Person, Policy, Voucher};

#[path = "../shipped.rs"]
mod shipped;

/// 2026-11-24, in milliseconds: within the policy's accreditations.
const NOW: Timestamp = Timestamp(1_795_478_400_000);
const MOMENT: Moment = Moment { time: NOW, elapsed_us: 1000, stages: Stages::NONE };

static SNAPSHOT: LazyLock<Arc<Snapshot>> = LazyLock::new(|| {
    let policy = Policy::load(&shipped::FILES, &shipped::RULES).expect("the shipped policy loads");
    Arc::new(Snapshot::new(Arc::new(policy), Arc::clone(&shipped::RULES), [1; 32], [2; 32]))
});

/// A prompt with nothing in it, so that every input is also tried as the answer to it.
const PLAIN: &[u8] = br#"{"model":"genai-default","messages":[{"role":"user","content":"hello"}]}"#;

fuzz_target!(|data: &[u8]| {
    let (level, data) = match data.split_first() {
        Some((b'1', data)) => (Some("1"), data),
        Some((b'2', data)) => (Some("2"), data),
        _ => (None, data),
    };
    let mut case = case();
    match ask(&mut case, level, data.to_vec()) {
        Ok((cleared, _)) => holds_no_credential(cleared.body()),
        Err(refusal) => {
            assert!(!case.refuse(&refusal, MOMENT).records().is_empty(), "a refusal leaves its records")
        }
    }
    let (_, mut passage) = ask(&mut self::case(), Some("1"), PLAIN.to_vec()).expect("a plain prompt passes");
    match passage.guard(Received::new(200, Some("application/json"), data.to_vec()), || MOMENT) {
        Ok(guarded) => holds_no_credential(guarded.into_reply().body()),
        Err(refusal) => {
            let refused = passage.refuse(&refusal, Outcome::Sent, MOMENT);
            assert!(!refused.records().is_empty(), "a refusal leaves its records");
        }
    }
});

fn case() -> Case {
    let claims = Claims(
        [("roles", "official"), ("ministry", "digital")]
            .map(|(name, value)| (name.to_owned(), vec![value.to_owned()]))
            .into(),
    );
    let arrived = Arrived {
        exchange: ExchangeId([7; 16]),
        time: NOW,
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        principal: Principal::new(Term::of("staff"), "fuzz").expect("a name within the grammar"),
        subject: {
            let voucher = Voucher::Issuer(SNAPSHOT.policy().find_issuer("staff").expect("an issuer"));
            let person = Person { voucher, claims: &claims, bound: false };
            SNAPSHOT.policy().subject(Some(person), None).expect("officials are known")
        },
        shadow_subject: None,
        proof: Term::of("token"),
        signed: Signed::default(),
        user: Ok(None),
        sealer: None,
        form: ErrorForm::OpenAi,
        target: route("POST", "/v1/chat/completions", SNAPSHOT.policy()).ok(),
        seal: None,
        recall: None,
    };
    Case::open(arrived, Arc::clone(&SNAPSHOT), Arc::new(Fingerprinter::new(&[3; 32], 1)))
}

fn ask(case: &mut Case, level: Option<&str>, body: Vec<u8>) -> Result<(Cleared, Passage), Refusal> {
    let request = case.read(body, &JsonLimits::default())?;
    let declared = case.declared(&request, level, None)?;
    let inspected = case.inspect(request);
    let decided = case.decide(inspected, declared, &[], NOW)?;
    case.clear(decided, NOW)
}

fn holds_no_credential(body: &[u8]) {
    let document =
        Document::read(body.to_vec(), &JsonLimits::default()).expect("what goes on is strict JSON");
    for text in document.values().filter_map(|value| value.string()) {
        let secret =
            SNAPSHOT.rules().scan(&text).into_iter().find(|finding| {
                SNAPSHOT.rules().rule(finding.rule).category().as_str().starts_with("secret.")
            });
        assert!(secret.is_none(), "a credential goes on in a string of {body:?}");
    }
}
