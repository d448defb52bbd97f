//! What connections cost, beside nginx: `cargo bench -p sekisho-tests --bench connections [-- HANDSHAKES]`.
//!
//! Full TLS 1.3 handshakes with the same P-256 certificate, one after the other; and the memory of connections on which
//! nothing happens. CPU is each process's own time from /proc. nginx is Debian's (`apt-get install nginx-light`); without
//! it, its rows say so. Wants 12,000 open files (`ulimit -n`). Results also go to a dated file in `target/bench`.
#![expect(clippy::print_stdout, reason = "a command that prints what it measured")]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use sekisho_tests::bench::{Nginx, cpu_each, keep};
use sekisho_tests::{Gate, Wire};

/// Handshakes with each, unless the command line says otherwise.
const HANDSHAKES: usize = 3000;

/// Connections that are open at once when memory is measured.
const OPEN: usize = 10_000;

fn main() {
    let handshakes = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(HANDSHAKES);
    let limits =
        format!("connections_max = {}\nhead_timeout_ms = 600000\nidle_timeout_ms = 600000", OPEN + 50);
    let (gate, backend) = Gate::serve(&limits, |folder| {
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    let nginx = Nginx::start(gate.folder(), backend.address);
    let mut report = format!("{handshakes} full TLS 1.3 handshakes each, one after the other\n");
    let shake = |to: SocketAddr| Wire::open(to, &gate.ready.ca).shaken();
    let mut cpu = vec![("gate", cpu_each(&|| gate.cpu(), handshakes, || shake(gate.ready.address())))];
    cpu.extend(nginx.as_ref().map(|n| ("nginx", cpu_each(&|| n.cpu(), handshakes, || shake(n.address)))));
    for (who, each) in &cpu {
        let rate = 1.0 / each.as_secs_f64();
        let _ = writeln!(
            report,
            "{who:<6} {:>5} µs of CPU each: {rate:>6.0} a second and core",
            each.as_micros()
        );
    }
    if let [(_, gate), (_, nginx)] = cpu.as_slice() {
        let _ = writeln!(report, "  ratio {:.2}", gate.as_secs_f64() / nginx.as_secs_f64());
    }
    let ca = &gate.ready.ca;
    report += &memory("gate", gate.ready.address(), ca, || gate.resident_bytes());
    if let Some(nginx) = &nginx {
        report += &memory("nginx", nginx.address, ca, || nginx.resident_bytes());
    }
    println!("{report}");
    keep("connections", &report);
}

/// Resident memory with many connections open that have shaken hands and say nothing.
fn memory(who: &str, to: SocketAddr, ca: &Path, resident: impl Fn() -> u64) -> String {
    let before = resident();
    let open: Vec<Wire> = (0..OPEN).map(|_| Wire::open(to, ca).shaken()).collect();
    std::thread::sleep(Duration::from_secs(2));
    let grown = resident().saturating_sub(before);
    let each = grown / u64::try_from(open.len()).unwrap_or(1).max(1);
    format!("{who:<6} {} idle connections: {each} bytes each, {} MiB in all\n", open.len(), resident() >> 20)
}
