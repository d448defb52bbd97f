//! Metrics and traces as operators get them.

use std::time::{Duration, Instant};

use crate::HELLO;
use sekisho_tests::{Ask, Gate, Site};

fn under(collector: &Site) -> Gate {
    Gate::start_under(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", collector.address)),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=agency".to_owned()),
        ("OTEL_BSP_SCHEDULE_DELAY", "100".to_owned()),
    ])
}

fn ask(gate: &Gate) {
    gate.ask(Ask::chat(HELLO).level("1")).passed();
    gate.ask(Ask::chat(HELLO).by("contractor").level("2")).refused(403);
    gate.ask(Ask::chat(HELLO).nobody().level("1")).refused(401);
}

#[test]
fn metrics_count_what_the_log_says() {
    let gate = Gate::start();
    ask(&gate);
    let metrics = gate.admin("/metrics");
    let line = |beginning: &str| {
        let found = metrics.lines().find(|line| line.starts_with(beginning));
        found.unwrap_or_else(|| panic!("no {beginning} in {metrics}")).rsplit(' ').next().unwrap().to_owned()
    };
    assert!(metrics.starts_with("HTTP/1.1 200") && metrics.contains("version=0.0.4"), "{metrics}");
    let permitted =
        "sekisho_exchanges_total{dialect=\"openai.chat\",reason=\"none\",verdict=\"permit\",zone=";
    assert_eq!(line(permitted), "1");
    let refused = "sekisho_exchanges_total{dialect=\"openai.chat\",reason=\"clearance\",verdict=\"refuse\",zone=\"none\"";
    assert_eq!(line(refused), "1");
    assert_eq!(line("sekisho_stage_duration_seconds_count{stage=\"identify\""), "2");
    assert_eq!(line("sekisho_stage_duration_seconds_count{stage=\"guard\""), "1");
    assert_eq!(line("sekisho_ready"), "1");
    assert_eq!(line("sekisho_exchanges_open"), "0");
    assert_eq!(line("sekisho_issuer_fresh{issuer=\"staff\""), "1");
    let events = gate.events();
    let stages = events.iter().filter_map(|event| event["unmapped"].get("stages_us"));
    assert_eq!(stages.filter(|stages| stages.get("guard").is_some()).count(), 1);
}

#[test]
fn every_exchange_of_somebody_known_is_a_trace_with_its_stages() {
    let collector = Site::start();
    collector.shows("");
    let gate = under(&collector);
    ask(&gate);
    gate.stop();
    let traces: Vec<_> =
        collector.received().into_iter().filter(|r| r.starts_with(b"POST /v1/traces ")).collect();
    let told = |word: &str| {
        let word = word.as_bytes();
        traces.iter().map(|trace| trace.windows(word.len()).filter(|w| *w == word).count()).sum::<usize>()
    };
    assert_eq!(told("sekisho.record"), 2, "one for each that was known");
    for stage in ["identify", "read", "inspect", "decide", "record", "send", "guard"] {
        assert!(told(stage) >= 1, "{stage}");
    }
    assert!(traces.iter().all(|trace| {
        let head = String::from_utf8_lossy(trace).to_lowercase();
        head.contains("x-tenant: agency") && head.contains("content-type: application/x-protobuf")
    }));
}

#[test]
fn a_collector_that_is_away_or_silent_keeps_nobody_waiting() {
    // Accepts into its backlog and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gate = Gate::start_under(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{}", silent.local_addr().unwrap())),
        ("OTEL_BSP_SCHEDULE_DELAY", "10".to_owned()),
    ]);
    (0..50).for_each(|_| drop(gate.ask(Ask::chat(HELLO).level("1")).passed()));
    drop(silent);
    let started = Instant::now();
    while !gate
        .admin("/metrics")
        .lines()
        .any(|line| line.starts_with("sekisho_telemetry_failures_total") && !line.ends_with(" 0"))
    {
        assert!(started.elapsed() < Duration::from_secs(60), "{}", gate.admin("/metrics"));
        std::thread::sleep(Duration::from_millis(200));
    }
    gate.ask(Ask::chat(HELLO).level("1")).passed();
}
