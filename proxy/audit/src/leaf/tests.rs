//! Leaves against the published schema and against their own promises.

use std::net::Ipv4Addr;

use serde_json::Value;

use super::*;
use crate::*;

fn opening() -> Opening {
    Opening {
        exchange: ExchangeId([7; 16]),
        time: Timestamp(1_700_000_000_000),
        principal: Principal::new(Term::of("gss"), "tanaka@example.go.jp").unwrap(),
        proof: Term::of("bound-token"),
        service: Some(Term::of("genai-web")),
        ministry: Some(Term::of("digital-agency")),
        grants: vec![Term::of("official")],
        clearance: Term::of("2"),
        source: Ipv4Addr::LOCALHOST.into(),
        dialect: Term::of("openai.chat"),
        policy_digest: [1; 32],
        rules_digest: [2; 32],
    }
}

fn tally(count: u32) -> Tally {
    let [direction, voice, turn, confidence] = ["prompt", "user", "newest", "high"].map(Term::of);
    let (rule, category) = (Term::of("aws.access-key-id"), Term::of("secret.cloud"));
    Tally { rule, category, direction, voice, turn, confidence, count }
}

fn decision() -> DecisionRecord {
    let print = Fingerprinter::new(&[3; 32], 1).fingerprint("body", b"x");
    DecisionRecord {
        opening: opening(),
        time: Timestamp(1_700_000_000_001),
        user: None,
        model: Some(Named::Known(Term::of("tsuzumi-2"))),
        declared: Some(Term::of("1")),
        found: Some(Term::of("2")),
        conversation: Conversation {
            said: Some(Term::of("continued")),
            brought: Some(Term::of("1")),
            recalled: Some(Recalled { level: Term::of("2"), count: 3 }),
        },
        effective: Some(Term::of("2")),
        verdict: Verdict::Permit { zone: Term::of("gov"), backend: Term::of("tsuzumi-gov"), attempt: 1 },
        findings: vec![tally(1)],
        spans: vec![Span { rule: Term::of("aws.access-key-id"), segment: 0, start: 3, end: 23 }],
        obligations: vec![ObligationCount {
            obligation: Term::of("redact"),
            category: Term::of("secret.cloud"),
            count: 1,
        }],
        shadow: vec![Term::of("trial")],
        would: vec![Would {
            by: Term::of("shadow-rules"),
            policy_digest: [5; 32],
            verdict: Verdict::Refuse {
                reason: Term::of("content"),
                rule: Some(Term::of("trial")),
                status: 403,
            },
            effective: Some(Term::of("2")),
        }],
        received: Some(print),
        forwarded: Some(print),
        coverage: Coverage { segments: 4, bytes: 120, opaque: vec![(Term::of("opaque.media"), 1)] },
    }
}

#[test]
fn a_decision_says_what_its_conversation_brings_and_what_was_seen_before() {
    let event = |record| -> Value {
        serde_json::from_slice(&leaf(&Record::Decision(Box::new(record)), &place("o", 0))).unwrap()
    };
    let said = event(decision());
    let unmapped = &said["unmapped"];
    assert_eq!((&unmapped["conversation"], &unmapped["recalled"]), (&"continued".into(), &3.into()));
    assert_eq!((&unmapped["levels"]["brought"], &unmapped["levels"]["recalled"]), (&"1".into(), &"2".into()));
    let silent = event(DecisionRecord { conversation: Conversation::default(), ..decision() });
    let unmapped = silent["unmapped"].as_object().unwrap();
    assert!(!unmapped.contains_key("conversation") && !unmapped.contains_key("recalled"));
    assert!(silent["unmapped"]["levels"].get("brought").is_none());
}

fn completion() -> CompletionRecord {
    CompletionRecord {
        exchange: ExchangeId([7; 16]),
        principal: opening().principal,
        source: opening().source,
        dialect: opening().dialect,
        time: Timestamp(1_700_000_000_400),
        outcome: Outcome::Answered,
        status: 200,
        reason: None,
        rule: None,
        announced: Some(Term::of("2")),
        received: decision().received,
        released: decision().received,
        findings: vec![],
        spans: vec![],
        shadow: Vec::new(),
        obligations: vec![],
        coverage: Coverage::default(),
        duration_us: 399_000,
        stages: Stages::default(),
        flow: None,
    }
}

fn records() -> Vec<Record> {
    let refusal = Verdict::Refuse { reason: Term::of("clearance"), rule: Some(Term::of("r")), status: 403 };
    let unknown = Named::Unknown(Fingerprinter::new(&[3; 32], 1).fingerprint("model", b"x"));
    let refused = DecisionRecord { verdict: refusal, model: Some(unknown), forwarded: None, ..decision() };
    let cut = CompletionRecord {
        outcome: Outcome::Cut(12),
        reason: Some(Term::of("content")),
        rule: Some(Term::of("r")),
        ..completion()
    };
    let flow = Flow { received_bytes: 9, held_ms_max: 3, first_ms: Some(41), ..Flow::default() };
    let mut stages = Stages::default();
    Stage::ALL.into_iter().zip(1..).for_each(|(stage, n)| stages.over(stage, n * 1000));
    let streamed = CompletionRecord { flow: Some(flow), stages, ..completion() };
    let notices = [
        Notice::Started { policy_digest: [1; 32], rules_digest: [2; 32] },
        Notice::Reloaded { policy_digest: [3; 32], rules_digest: [4; 32] },
        Notice::Recovered { dropped_bytes: 17, unfinished: 1 },
        Notice::Idle,
        Notice::Closed,
        Notice::Strangers {
            counts: vec![StrangerCount {
                source: Ipv4Addr::LOCALHOST.into(),
                reason: Term::of("token"),
                count: 3,
            }],
            others: 5,
        },
    ];
    let exchanges = [
        Record::Decision(Box::new(decision())),
        Record::Decision(Box::new(refused)),
        Record::Completion(Box::new(completion())),
        Record::Completion(Box::new(cut)),
        Record::Completion(Box::new(streamed)),
    ];
    let notices = notices.map(|notice| Record::Notice { time: Timestamp(5), notice });
    exchanges.into_iter().chain(notices).collect()
}

fn schema(class: u64) -> jsonschema::Validator {
    let text = match class {
        6003 => include_str!("../../tests/schema/api_activity.json"),
        _ => include_str!("../../tests/schema/application_lifecycle.json"),
    };
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

#[test]
fn every_leaf_is_valid_by_the_published_schema_and_canonical() {
    for record in records() {
        let bytes = leaf(&record, &place("example.jp/log", 41));
        let event: Value = serde_json::from_slice(&bytes).unwrap();
        let validator = schema(event["class_uid"].as_u64().unwrap());
        let errors: Vec<String> =
            validator.iter_errors(&event).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?} in {event}");
        assert_eq!(String::from_utf8(bytes).unwrap(), serde_jcs::to_string(&event).unwrap());
        assert_eq!(event["metadata"]["sequence"], 41);
    }
}

#[test]
fn the_schema_would_notice_what_is_missing_or_new() {
    let mut event: Value = serde_json::from_slice(&leaf(&records()[0], &place("o", 0))).unwrap();
    let validator = schema(6003);
    assert!(validator.is_valid(&event));
    event["surprise"] = Value::from(1);
    assert!(!validator.is_valid(&event));
    event.as_object_mut().unwrap().remove("surprise");
    event.as_object_mut().unwrap().remove("actor");
    assert!(!validator.is_valid(&event));
}

#[test]
fn a_record_of_any_length_fits_and_says_what_it_left_out() {
    let many = DecisionRecord { findings: vec![tally(1); 5000], ..decision() };
    let bytes = leaf(&Record::Decision(Box::new(many)), &place("example.jp/log", 0));
    assert!(bytes.len() <= LEAF_BYTES_MAX);
    let event: Value = serde_json::from_slice(&bytes).unwrap();
    let kept = event["unmapped"]["findings"].as_array().unwrap().len();
    assert_eq!(event["unmapped"]["omitted"]["rows"].as_u64().unwrap() + kept as u64, 5000);
    assert_eq!(event["metadata"]["is_truncated"], true);
    assert!(schema(6003).is_valid(&event));
}

#[test]
fn no_list_and_no_name_of_a_policy_makes_a_leaf_too_long() {
    let long = Term::loaded(&"\u{6A5F}".repeat(9000));
    let opening = Opening {
        grants: vec![long.clone(); 3000],
        clearance: long.clone(),
        dialect: long.clone(),
        ..opening()
    };
    let refusal = Verdict::Refuse { reason: long.clone(), rule: Some(long.clone()), status: 403 };
    let many = DecisionRecord {
        opening,
        model: Some(Named::Known(long.clone())),
        declared: Some(long.clone()),
        found: Some(long.clone()),
        conversation: Conversation {
            said: Some(long.clone()),
            brought: Some(long.clone()),
            recalled: Some(Recalled { level: long.clone(), count: 1 }),
        },
        effective: Some(long.clone()),
        verdict: refusal,
        findings: vec![Tally { rule: long.clone(), ..tally(1) }; 300],
        shadow: vec![long.clone(); 3000],
        coverage: Coverage { opaque: vec![(long, 1); 3000], ..Coverage::default() },
        ..decision()
    };
    let bytes = leaf(&Record::Decision(Box::new(many)), &place("example.jp/log", 0));
    assert!(bytes.len() <= LEAF_BYTES_MAX, "{}", bytes.len());
    let event: Value = serde_json::from_slice(&bytes).unwrap();
    assert!(event["unmapped"]["omitted"]["rows"].as_u64().unwrap() > 9000);
    assert!(schema(6003).is_valid(&event));
}

#[test]
fn strangers_without_room_stay_counted() {
    let row = |n: u32| StrangerCount {
        source: std::net::Ipv6Addr::from(u128::MAX - u128::from(n)).into(),
        reason: Term::of("token"),
        count: 2,
    };
    let notice = Notice::Strangers { counts: (0..256).map(row).collect(), others: 5 };
    let bytes = leaf(&Record::Notice { time: Timestamp(5), notice }, &place("o", 0));
    assert!(bytes.len() <= LEAF_BYTES_MAX);
    let event: Value = serde_json::from_slice(&bytes).unwrap();
    let named = event["unmapped"]["counts"].as_array().unwrap().len() as u64;
    assert!(named > 0);
    assert_eq!(named * 2 + event["unmapped"]["others"].as_u64().unwrap(), 256 * 2 + 5);
    assert!(schema(6002).is_valid(&event));
}

#[test]
fn place_and_closing_are_read_from_the_bytes() {
    let origin = "o,\"logged_time\":9";
    for record in records() {
        let bytes = leaf(&record, &place(origin, 3));
        assert_eq!(read_place(&bytes, origin, 3), Said::Here(Timestamp(77)));
        assert_eq!(read_place(&bytes, origin, 4), Said::OtherIndex);
        assert_eq!(read_place(&bytes, "o", 3), Said::OtherLog);
        let closed = matches!(record, Record::Notice { notice: Notice::Closed, .. });
        assert_eq!(is_closing(&bytes), closed);
    }
    assert_eq!(read_place(b"{}", "o", 3), Said::Nothing);
}

fn place(origin: &str, index: u64) -> Place<'_> {
    Place { origin, index, logged: Timestamp(77) }
}

#[test]
fn an_exchange_is_recognised_in_both_its_leaves() {
    let opening = opening();
    let opens = Unfinished::Opens {
        exchange: opening.exchange,
        principal: opening.principal,
        source: opening.source,
        dialect: opening.dialect,
    };
    let said: Vec<_> = records().iter().map(|record| unfinished(&leaf(record, &place("o", 0)))).collect();
    let ends = Some(Unfinished::Ends(ExchangeId([7; 16])));
    assert_eq!(said[..5], [Some(opens.clone()), Some(opens), ends.clone(), ends.clone(), ends]);
    assert!(said[5..].iter().all(Option::is_none));
}

#[test]
fn dates_are_those_of_the_calendar() {
    for (ms, expect) in [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
        (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
    ] {
        assert_eq!(parts::rfc3339(Timestamp(ms)), expect);
    }
}

#[test]
fn an_answer_that_broke_off_was_blocked_only_if_a_decision_cut_it() {
    let disposition = |reason| {
        let cut =
            CompletionRecord { outcome: Outcome::Cut(12), reason: Some(Term::of(reason)), ..completion() };
        let bytes = leaf(&Record::Completion(Box::new(cut)), &place("example.jp/log", 1));
        let event: Value = serde_json::from_slice(&bytes).unwrap();
        event["disposition_id"].as_u64().unwrap()
    };
    assert_eq!(["content", "answer-label"].map(disposition), [2, 2]);
    assert_eq!(["abandoned", "upstream-broken", "upstream-silent"].map(disposition), [27, 27, 27]);
}

#[test]
fn an_exchange_tells_how_long_each_stage_took_that_it_came_to() {
    let mut stages = Stages::default();
    stages.over(Stage::Identify, 80);
    stages.over(Stage::Read, 200);
    stages.over(Stage::Decide, 250);
    let record = CompletionRecord { stages, ..completion() };
    let bytes = leaf(&Record::Completion(Box::new(record)), &place("example.jp/log", 1));
    let event: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        event["unmapped"]["stages_us"],
        serde_json::json!({ "identify": 80, "read": 120, "decide": 50 })
    );
    let bytes = leaf(&Record::Completion(Box::new(completion())), &place("example.jp/log", 1));
    let event: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(event["unmapped"].get("stages_us"), None);
}

#[test]
fn a_stream_tells_how_it_flowed() {
    let flow = Flow {
        received_bytes: 900,
        released_bytes: 800,
        removed_bytes: 20,
        held_bytes_max: 31,
        held_ms_max: 70,
        first_ms: Some(5),
    };
    let record = CompletionRecord { flow: Some(flow), ..completion() };
    let bytes = leaf(&Record::Completion(Box::new(record)), &place("example.jp/log", 1));
    let event: Value = serde_json::from_slice(&bytes).unwrap();
    let expect = serde_json::json!({ "received_bytes": 900, "released_bytes": 800, "removed_bytes": 20, "held_bytes_max": 31, "held_ms_max": 70, "first_ms": 5 });
    assert_eq!(event["unmapped"]["flow"], expect);
}
