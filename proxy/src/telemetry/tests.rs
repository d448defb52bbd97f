//! What becomes of records, and which environments are taken.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use sekisho_audit::{
    CompletionRecord, Conversation, Coverage, DecisionRecord, ExchangeId, Flow, Notice, Opening, Outcome,
    Principal, Record, Stage, Stages, StrangerCount, Tally, Term, Timestamp, Verdict, Would,
};

use super::*;

fn opening(id: u8) -> Opening {
    Opening {
        exchange: ExchangeId([id; 16]),
        time: Timestamp(1_700_000_000_000),
        principal: Principal::new(Term::of("staff"), "somebody").unwrap(),
        proof: Term::of("token"),
        service: None,
        ministry: None,
        grants: Vec::new(),
        clearance: Term::of("2"),
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        dialect: Term::of("openai.chat"),
        policy_digest: [0; 32],
        rules_digest: [0; 32],
    }
}

fn decision(id: u8, verdict: Verdict) -> Record {
    let tally = Tally {
        rule: Term::of("r"),
        category: Term::of("pii.email"),
        direction: Term::of("prompt"),
        voice: Term::of("user"),
        turn: Term::of("newest"),
        confidence: Term::of("high"),
        count: 3,
    };
    Record::Decision(Box::new(DecisionRecord {
        opening: opening(id),
        time: Timestamp(1_700_000_000_001),
        model: None,
        user: None,
        declared: None,
        found: None,
        conversation: Conversation::default(),
        effective: Some(Term::of("2")),
        verdict,
        findings: vec![tally],
        spans: Vec::new(),
        obligations: Vec::new(),
        shadow: Vec::new(),
        would: vec![Would {
            by: Term::of("shadow-rules"),
            policy_digest: [0; 32],
            verdict: Verdict::Refuse { reason: Term::of("content"), rule: None, status: 403 },
            effective: None,
        }],
        received: None,
        forwarded: None,
        coverage: Coverage::default(),
    }))
}

fn completion(id: u8, reason: Option<&'static str>) -> Record {
    let mut stages = Stages::NONE;
    stages.over(Stage::Identify, 70);
    stages.over(Stage::Read, 100);
    Record::Completion(Box::new(CompletionRecord {
        outcome: Outcome::Answered,
        status: 200,
        reason: reason.map(Term::of),
        duration_us: 30_000,
        stages,
        flow: Some(Flow { first_ms: Some(20), ..Flow::default() }),
        ..CompletionRecord::of(&opening(id), Timestamp(1_700_000_000_030))
    }))
}

fn permit() -> Verdict {
    Verdict::Permit { zone: Term::of("gov"), backend: Term::of("b"), attempt: 1 }
}

fn refusal() -> Verdict {
    Verdict::Refuse { reason: Term::of("clearance"), rule: None, status: 403 }
}

/// The metrics after these records.
fn after(records: &[Record]) -> String {
    let telemetry = Telemetry::with(|_| None).unwrap();
    let mut observer = telemetry.observer();
    observer.durable(records);
    observer.committed(Duration::from_micros(300), Duration::from_millis(2));
    telemetry.watch(|| State {
        ready: true,
        outdated: false,
        open: 4,
        issuers: vec![("staff".to_owned(), false)],
    });
    telemetry.text()
}

#[track_caller]
fn has(text: &str, beginning: &str, value: &str) {
    let line = text.lines().find(|line| line.starts_with(beginning));
    assert_eq!(line.and_then(|line| line.rsplit(' ').next()), Some(value), "{beginning} in {text}");
}

#[test]
fn an_exchange_counts_once_when_its_end_is_durable() {
    let counted = "sekisho_exchanges_total";
    assert!(!after(&[decision(1, permit())]).contains(counted));
    // A completion whose decision was in another life.
    assert!(!after(&[completion(1, None)]).contains(counted));
    let text = after(&[
        decision(1, permit()),
        decision(2, refusal()),
        completion(2, None),
        completion(1, Some("abandoned")),
        completion(1, None),
    ]);
    let with = |labels: &str| format!("{counted}{{dialect=\"openai.chat\",{labels}");
    has(&text, &with(r#"reason="abandoned",verdict="permit",zone="gov""#), "1");
    has(&text, &with(r#"reason="clearance",verdict="refuse",zone="none""#), "1");
    assert_eq!(text.lines().filter(|line| line.starts_with(counted)).count(), 2);
    has(&text, "sekisho_findings_total{category=\"pii.email\",direction=\"prompt\"", "6");
    has(
        &text,
        "sekisho_stage_duration_seconds_bucket{stage=\"read\",otel_scope_name=\"sekisho\",le=\"0.00005\"}",
        "2",
    );
    has(&text, "sekisho_log_sync_duration_seconds_count", "1");
    has(&text, "sekisho_exchanges_open", "4");
    has(&text, "sekisho_issuer_fresh{issuer=\"staff\"", "0");
    assert!(!text.contains("somebody"), "no person: {text}");
}

#[test]
fn the_paper_names_every_metric_and_no_other() {
    let counts = vec![StrangerCount { source: Ipv4Addr::LOCALHOST.into(), reason: Term::of("r"), count: 7 }];
    let strangers = Notice::Strangers { counts, others: 5 };
    let strangers = Record::Notice { time: Timestamp(1), notice: strangers };
    let text = after(&[decision(1, permit()), completion(1, None), strangers]);
    has(&text, "sekisho_strangers_total{reason=\"r\"", "7");
    has(&text, "sekisho_strangers_total{reason=\"others\"", "5");
    let told: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let paper = include_str!("../../../docs/operations.md");
    let rows = paper.lines().filter_map(|line| line.strip_prefix("| `sekisho_"));
    let named: BTreeSet<String> =
        rows.filter_map(|row| row.split('`').next()).map(|name| format!("sekisho_{name}")).collect();
    assert_eq!(told, named.iter().map(String::as_str).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_is_told_only_if_the_environment_names_one_and_right() {
    let start = |environment: &[(&str, &str)]| {
        let variable =
            |name: &str| environment.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let telemetry = Telemetry::with(variable);
        telemetry.map(|telemetry| telemetry.tracers.is_some()).map_err(|error| error.to_string())
    };
    let place = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    assert_eq!(start(&[]), Ok(false));
    assert_eq!(start(&[place]), Ok(true));
    assert_eq!(start(&[place, ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]), Ok(true));
    assert_eq!(start(&[place, ("OTEL_SDK_DISABLED", "true")]), Ok(false));
    assert_eq!(start(&[place, ("OTEL_TRACES_EXPORTER", "none")]), Ok(false));
    assert_eq!(start(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9/here")]), Ok(true));
    assert_eq!(start(&[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://127.0.0.1:9/here")]), Ok(false));
    let grpc = start(&[place, ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]).unwrap_err();
    assert_eq!(grpc, "OTEL_EXPORTER_OTLP_PROTOCOL: `grpc` is not spoken here; write `http/protobuf`");
    let plain = start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4318")]).unwrap_err();
    assert!(
        plain.starts_with(
            "OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector.example:4318/v1/metrics`: `http` is for"
        ),
        "{plain}"
    );
    let none = start(&[place, ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such/file")]).unwrap_err();
    assert!(none.starts_with("OTEL_EXPORTER_OTLP_CERTIFICATE: /no/such/file: "), "{none}");
}
