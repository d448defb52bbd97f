//! What the gate adds to a request: `cargo bench -p sekisho-tests --bench latency [-- REQUESTS]`.
//!
//! One client, one kept connection each: to a scripted backend alone, and through the gate to the same backend, in
//! turns, so that both see the same machine. CPU is the process's own time from /proc: backend and gate are one process
//! in `dev`, so the backend's share (measured first) is taken off. Results also go to a dated file in `target/bench`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a command that prints what it measured, or fails"
)]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use sekisho_tests::bench::keep;
use sekisho_tests::{Ask, Gate, Kept};

/// Requests of each kind, unless the command line says otherwise.
const REQUESTS: usize = 2000;

/// Prose of a prompt, in bytes: about what a page of text has.
const PROMPT_BYTES: usize = 4096;

fn main() {
    let requests = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(REQUESTS);
    let gate = Gate::start();
    let ask = gate.with_token(Ask::chat(&prose()).level("1"));
    let mut alone = Kept::open(backend(&gate), &gate.ready.ca);
    let mut through = Kept::open(gate.ready.address(), &gate.ready.ca);
    let to_backend = ask.clone().path(&backend_path(&gate));
    for _ in 0..requests / 10 {
        assert_eq!(alone.ask(&to_backend).status, 200);
        assert_eq!(through.ask(&ask).status, 200);
    }
    let (mut direct, mut gated) = (Vec::new(), Vec::new());
    for _ in 0..requests {
        direct.push(timed(|| alone.ask(&to_backend).status));
        gated.push(timed(|| through.ask(&ask).status));
    }
    let backend_cpu = cpu_of(&gate, requests, || alone.ask(&to_backend).status);
    let both_cpu = cpu_of(&gate, requests, || through.ask(&ask).status);
    let syncs = (0..200).map(|_| timed_sync(gate.folder())).collect();
    let report = report(requests, direct, gated, syncs, (backend_cpu, both_cpu));
    println!("{report}");
    keep("latency", &report);
}

/// Fine weather, again and again.
fn prose() -> String {
    let sentence = "本日は晴天なり。議事は順に進められ、各課の報告のあと質疑に移りました。";
    sentence.repeat(PROMPT_BYTES / sentence.len())
}

/// A backend's URL as the policy in force names it.
fn backend_url(gate: &Gate) -> String {
    let policy =
        fs::read_to_string(gate.ready.policy_dir.join("where.toml")).expect("the policy can be read");
    let url = policy.split("\"https://").nth(1).and_then(|rest| rest.split('"').next());
    url.expect("the policy names a backend's URL").to_owned()
}

fn backend(gate: &Gate) -> SocketAddr {
    let url = backend_url(gate);
    let authority = url.split('/').next().unwrap_or_default();
    authority.parse().expect("dev's backends have an address and a port")
}

fn backend_path(gate: &Gate) -> String {
    let url = backend_url(gate);
    let base = url.split_once('/').map_or("", |(_, path)| path);
    format!("/{}/v1/chat/completions", base.trim_end_matches('/').trim_end_matches("/v1"))
}

fn timed(exchange: impl FnOnce() -> u16) -> Duration {
    let started = Instant::now();
    assert_eq!(exchange(), 200);
    started.elapsed()
}

/// One small append made durable on the disk that holds the log.
fn timed_sync(folder: &Path) -> Duration {
    let mut file =
        File::options().append(true).create(true).open(folder.join("sync")).expect("a file can be made");
    file.write_all(&[0; 4096]).expect("the disk takes it");
    let started = Instant::now();
    file.sync_data().expect("the disk makes it durable");
    started.elapsed()
}

/// CPU time of the process for each of so many exchanges.
fn cpu_of(gate: &Gate, requests: usize, mut exchange: impl FnMut() -> u16) -> Duration {
    let before = gate.cpu();
    (0..requests).for_each(|_| assert_eq!(exchange(), 200));
    (gate.cpu() - before) / u32::try_from(requests).unwrap_or(u32::MAX)
}

fn report(
    requests: usize,
    direct: Vec<Duration>,
    gated: Vec<Duration>,
    syncs: Vec<Duration>,
    (backend_cpu, both_cpu): (Duration, Duration),
) -> String {
    let mut report = format!("{requests} requests of {PROMPT_BYTES} bytes each way, one at a time\n");
    let [d50, d99] = percentiles(direct);
    let [g50, g99] = percentiles(gated);
    let [s50, s99] = percentiles(syncs);
    let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
    let _ = write!(
        report,
        "{}",
        rows(&[
            ("backend alone", d50, d99),
            ("through the gate", g50, g99),
            ("added", g50.saturating_sub(d50), g99.saturating_sub(d99)),
            ("one fdatasync (two an exchange)", s50, s99),
        ])
    );
    let _ = writeln!(report, "ratio p50 {:.2}, p99 {:.2}", ratio(g50, d50), ratio(g99, d99));
    let cpu = both_cpu.saturating_sub(backend_cpu);
    let _ = writeln!(report, "CPU a request: gate {}, backend {}", us(cpu), us(backend_cpu));
    report
}

fn rows(rows: &[(&str, Duration, Duration)]) -> String {
    rows.iter()
        .map(|(name, p50, p99)| format!("{name:<34} p50 {:>9}  p99 {:>9}\n", us(*p50), us(*p99)))
        .collect()
}

fn percentiles(mut times: Vec<Duration>) -> [Duration; 2] {
    times.sort();
    [50, 99].map(|percent| times.get(times.len() * percent / 100).copied().unwrap_or_default())
}

fn us(time: Duration) -> String {
    format!("{} µs", time.as_micros())
}
