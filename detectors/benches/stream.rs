//! What a token costs in a stream, and how much of it is kept back: `cargo bench -p sekisho-detectors --bench stream
//! [-- FILE…]`.
//!
//! Each text is pushed ten bytes at a time (a token, roughly). Beside the scanner, in turns: what streaming gateways do
//! without one, scanning the last 256 bytes anew at every token. Without files the texts are this project's own prose,
//! English from its papers and Japanese from the shipped policy.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a command that prints what it measured, or fails"
)]
#![expect(clippy::disallowed_methods, reason = "a benchmark has a clock and reads files")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sekisho_detectors::{Confidence, Edit, Redactor, RuleIndex, RuleSet, StreamScanner};

/// Bytes pushed at once.
const TOKEN_BYTES: usize = 10;
/// What the other way looks at for each token.
const WINDOW_BYTES: usize = 256;
/// Turns; the median counts.
const ROUNDS: usize = 5;

struct All;

impl Redactor for All {
    fn redacts(&self, _: RuleIndex, _: Confidence) -> bool {
        true
    }

    fn placeholder(&mut self, _: &Edit, _: &str) -> String {
        "[…]".into()
    }
}

fn main() {
    let rules = Arc::new(RuleSet::built_in().expect("the shipped rules load"));
    let files: Vec<PathBuf> =
        std::env::args().skip(1).filter(|a| !a.starts_with('-')).map(PathBuf::from).collect();
    let texts =
        if files.is_empty() { own() } else { files.iter().map(|file| (shown(file), read(file))).collect() };
    println!(
        "{:<28} {:>9} {:>9} {:>11} {:>11} {:>9}",
        "text", "tokens", "ns/token", "window ns", "held mean", "held max"
    );
    for (name, text) in texts {
        let tokens = tokens(&text);
        let (mut streamed, mut windowed) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            streamed.push(stream(&rules, &tokens));
            windowed.push(window(&rules, &text, &tokens));
        }
        let each = |times: &mut Vec<Duration>| {
            times.sort_unstable();
            let median = times.get(times.len() / 2).copied().unwrap_or_default();
            median.as_nanos() / tokens.len().max(1) as u128
        };
        let (held, most) = held(&rules, &tokens);
        println!(
            "{name:<28} {:>9} {:>9} {:>11} {held:>9.2} B {most:>7} B",
            tokens.len(),
            each(&mut streamed),
            each(&mut windowed)
        );
    }
}

/// The project's own prose.
fn own() -> Vec<(String, String)> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the project").to_owned();
    let papers =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/threat-model.md", "docs/operations.md"];
    let english: String = papers.iter().map(|name| read(&root.join(name))).collect();
    let policy = read(&root.join("policies/genai/content.toml"));
    let japanese: String =
        policy.lines().filter_map(|line| line.split("ja = \"").nth(1)?.split('"').next()).collect();
    vec![("English, own papers".into(), english), ("Japanese, shipped policy".into(), japanese.repeat(20))]
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).expect("the file is UTF-8 text")
}

fn shown(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn tokens(text: &str) -> Vec<&str> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let end = (TOKEN_BYTES.min(rest.len())..=rest.len())
            .find(|at| rest.is_char_boundary(*at))
            .unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn stream(rules: &Arc<RuleSet>, tokens: &[&str]) -> Duration {
    let mut scanner = StreamScanner::new(Arc::clone(rules));
    let started = Instant::now();
    for token in tokens {
        std::hint::black_box(scanner.push(token, &mut All));
    }
    started.elapsed()
}

fn window(rules: &RuleSet, text: &str, tokens: &[&str]) -> Duration {
    let mut end = 0;
    let started = Instant::now();
    for token in tokens {
        end += token.len();
        let from = (end.saturating_sub(WINDOW_BYTES)..end).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        std::hint::black_box(rules.scan(text.get(from..end).unwrap_or_default()));
    }
    started.elapsed()
}

/// Mean and most bytes kept back after a token.
fn held(rules: &Arc<RuleSet>, tokens: &[&str]) -> (f64, usize) {
    let mut scanner = StreamScanner::new(Arc::clone(rules));
    let held = tokens.iter().map(|token| {
        scanner.push(token, &mut All);
        scanner.held_back()
    });
    let (sum, most) = held.fold((0, 0), |(sum, most), held| (sum + held, most.max(held)));
    #[expect(clippy::cast_precision_loss, reason = "a mean of small numbers")]
    let mean = sum as f64 / tokens.len().max(1) as f64;
    (mean, most)
}
