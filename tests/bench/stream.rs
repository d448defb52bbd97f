//! What the gate adds to a stream, beside nginx that inspects nothing: `cargo bench -p sekisho-tests --bench stream
//! [-- STREAMS]`.
//!
//! One scripted backend, TLS on all sides. CPU is each process's own time from /proc. nginx is Debian's (`apt-get install
//! nginx-light`); without it, its rows say so. Results also go to a dated file in `target/bench`.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a command that prints what it measured, or fails"
)]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use sekisho_tests::bench::{Nginx, cpu_each, keep};
use sekisho_tests::stream::{DONE, chunk, finish};
use sekisho_tests::{Backend, Gate, Script, Wire};

/// Streams of each kind, unless the command line says otherwise.
const STREAMS: usize = 300;

/// Deltas of a stream.
const CHUNKS: usize = 200;

/// Between two deltas when a stream is paced.
const PACE: Duration = Duration::from_micros(500);

/// Streams that are open at once when memory is measured.
const OPEN: usize = 2000;

fn main() {
    let streams = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(STREAMS);
    let (gate, backend) = Gate::serve(
        &format!("exchanges_max = {0}\nperson_exchanges_max = {0}\nconnections_max = {0}", OPEN + 50),
        |folder| (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key")),
    );
    let nginx = Nginx::start(gate.folder(), backend.address);
    let ask = request(&gate);
    let ca = gate.folder().join("dev/ca.pem");
    let mut report =
        format!("{CHUNKS} deltas of Japanese prose a stream, {streams} streams, one at a time\n");

    for (name, pause, count) in [("burst", Duration::ZERO, streams), ("paced", PACE, streams / 6)] {
        backend.plays(Script::stream(texts(), pause, true));
        let mut cpu = vec![(
            "gate",
            cpu_each(&|| gate.cpu(), count, || play(&gate.ready.ca, gate.ready.address(), &ask)),
        )];
        if let Some(nginx) = &nginx {
            cpu.push((
                "nginx",
                cpu_each(&|| nginx.cpu(), count, || play(&gate.ready.ca, nginx.address, &ask)),
            ));
        }
        for (who, each) in &cpu {
            let _ = writeln!(report, "CPU a stream, {name:<6} {who:<6} {:>7} µs", each.as_micros());
        }
        if let [(_, gate), (_, nginx)] = cpu.as_slice() {
            let _ = writeln!(report, "  ratio {:.2}", gate.as_secs_f64() / nginx.as_secs_f64());
        }
    }

    backend.plays(Script::stream(texts(), Duration::from_millis(2), true));
    let direct = timed(&ca, backend.address, &ask, streams / 20);
    let gated = timed(&gate.ready.ca, gate.ready.address(), &ask, streams / 20);
    for (who, (first, gaps)) in [("backend alone", direct), ("through the gate", gated)] {
        let [f50, f99] = percentiles(first);
        let [g50, g99] = percentiles(gaps);
        let _ = writeln!(
            report,
            "{who:<17} first event p50 {f50:>6} p99 {f99:>6} µs, gap p50 {g50:>6} p99 {g99:>6} µs"
        );
    }
    report += &memory(&gate, &backend, &ask);
    println!("{report}");
    keep("stream", &report);
}

/// The events of one stream.
fn texts() -> Vec<String> {
    let prose = "本日の会議では、来年度の事業計画について議論しました。各課からの報告を踏まえ、予算の見直しと人員の配置を次回までに検討します。";
    let chars: Vec<char> = prose.chars().cycle().take(CHUNKS * 3).collect();
    let mut texts: Vec<String> = chars
        .chunks(3)
        .map(|piece| chunk(&[(0, json!({ "content": piece.iter().collect::<String>() }))]))
        .collect();
    texts.push(finish(1));
    texts.push(DONE.to_owned());
    texts
}

/// One request as bytes.
fn request(gate: &Gate) -> Vec<u8> {
    let body = json!({ "model": gate.ready.model(), "stream": true, "messages": [{ "role": "user", "content": "要約してください" }] });
    let body = body.to_string();
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {}\r\nConfidentiality-Level: 2\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        gate.ready.token("official"),
        body.len()
    )
    .into_bytes()
}

thread_local! {
    static KEPT: std::cell::RefCell<Option<(SocketAddr, Wire)>> = const { std::cell::RefCell::new(None) };
}

/// One stream over a connection that is kept; when its events came.
fn play(ca: &Path, to: SocketAddr, ask: &[u8]) -> Vec<Duration> {
    KEPT.with_borrow_mut(|kept| {
        if kept.as_ref().is_none_or(|(address, _)| *address != to) {
            *kept = Some((to, Wire::open(to, ca)));
        }
        let (_, wire) = kept.as_mut().expect("it was just made");
        assert!(wire.send(ask), "the connection is kept");
        let arrivals = wire.arrivals();
        // Frames of HTTP/1.1 may cut an event's first word in two, which hides it from the count.
        assert!(arrivals.len() > CHUNKS * 9 / 10, "every event comes: {}", arrivals.len());
        arrivals
    })
}

/// When the first events came, and the gaps between the others, in microseconds.
fn timed(ca: &Path, to: SocketAddr, ask: &[u8], count: usize) -> (Vec<u128>, Vec<u128>) {
    let (mut first, mut gaps) = (Vec::new(), Vec::new());
    for _ in 0..count.max(5) {
        let arrivals = play(ca, to, ask);
        first.extend(arrivals.first().map(Duration::as_micros));
        gaps.extend(arrivals.windows(2).map(|pair| match pair {
            [one, next] => (*next - *one).as_micros(),
            _ => 0,
        }));
    }
    (first, gaps)
}

fn percentiles(mut times: Vec<u128>) -> [u128; 2] {
    times.sort_unstable();
    [50, 99].map(|percent| times.get(times.len() * percent / 100).copied().unwrap_or_default())
}

/// Resident memory with many streams open, each some way through its answer.
fn memory(gate: &Gate, backend: &Backend, ask: &[u8]) -> String {
    let before = gate.resident_bytes();
    let mut pieces = texts();
    pieces.truncate(CHUNKS);
    let Script::Pieces(mut script) = Script::stream(pieces, Duration::ZERO, false) else {
        return String::new();
    };
    script.pop();
    script.push((Duration::from_secs(3600), vec![b'0']));
    backend.plays(Script::Pieces(script));
    let mut open = Vec::new();
    for _ in 0..OPEN {
        let mut wire = Wire::open(gate.ready.address(), &gate.ready.ca);
        if !wire.send(ask) {
            break;
        }
        wire.until("data: ");
        open.push(wire);
    }
    std::thread::sleep(Duration::from_secs(2));
    let each = (gate.resident_bytes() - before) / u64::try_from(open.len()).unwrap_or(1).max(1);
    format!(
        "memory with {} open streams: {} KiB each, {} MiB in all\n",
        open.len(),
        each / 1024,
        gate.resident_bytes() >> 20
    )
}
