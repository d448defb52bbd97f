//! More of something than anybody needs: the connection ends or waits, the gate's memory stays, others are served.

use std::time::Duration;

use sekisho_tests::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, End, Frames, HEADERS, PING, RST_STREAM, SETTINGS,
    WINDOW_UPDATE, fields, frame,
};
use sekisho_tests::{Ask, Gate};

use crate::HELLO;

const BOUND: Duration = Duration::from_secs(30);

/// What one hostile connection may cost; a gate at rest moves by less than a tenth of this.
const MEMORY_MAX: u64 = 16 << 20;

fn head(path: &str) -> Vec<u8> {
    fields(&[
        (":method", "POST"),
        (":scheme", "https"),
        (":authority", "gate"),
        (":path", path),
        ("content-type", "application/json"),
    ])
}

/// Plays a flood on a connection of a gate of its own.
fn flood(play: impl FnOnce(&mut Frames)) {
    let gate = Gate::start();
    gate.ask(Ask::chat(HELLO).level("1")).passed();
    let before = gate.resident_bytes();
    let mut frames = gate.frames();
    play(&mut frames);
    let grown = gate.resident_bytes().saturating_sub(before);
    assert!(grown < MEMORY_MAX, "{} KiB more are held", grown >> 10);
    gate.ask(Ask::chat(HELLO).level("1")).passed();
}

/// Sends the same bytes again and again, until the other side has had enough; gives how many times it took them.
fn again(frames: &mut Frames, times: usize, bytes: &[u8]) -> usize {
    (0..times).take_while(|_| frames.raw(bytes)).count()
}

/// CVE-2024-27316 and its kin.
#[test]
fn a_head_that_goes_on_for_ever_ends_the_connection() {
    flood(|frames| {
        frames.send(HEADERS, 0, 1, &head("/v1/models"));
        let more = frame(CONTINUATION, 0, 1, &fields(&[("x-a", &"a".repeat(16_000))]));
        let taken = again(frames, 4096, &more);
        assert!(taken < 4096, "64 MB of head were taken");
        assert!(matches!(frames.end_of(1, BOUND), End::Gone(_)));
    });
    flood(|frames| {
        frames.send(HEADERS, 0, 1, &head("/v1/models"));
        let taken = again(frames, 1_000_000, &frame(CONTINUATION, 0, 1, b""));
        assert!(taken < 1_000_000, "a million empty continuations were taken");
    });
}

/// A field that is put into the table once and named many times (RFC 7541 §7.3).
#[test]
fn a_head_that_unpacks_to_very_much_is_refused() {
    flood(|frames| {
        let mut block = head("/v1/models");
        // Literal with incremental indexing: `x` and 4,000 bytes, from then on entry 62.
        block.extend([0x40, 1, b'x', 0x7f, 0xa1, 0x1e]);
        block.extend([b'a'; 4000]);
        block.extend([0xbe; 10_000]);
        frames.send(HEADERS, END_HEADERS | END_STREAM, 1, &block);
        let end = frames.end_of(1, BOUND);
        assert!(end != End::Answered("200".to_owned()), "{end:?}");
    });
}

/// CVE-2023-44487.
#[test]
fn streams_that_are_reset_at_once_end_the_connection() {
    flood(|frames| {
        let block = head("/v1/chat/completions");
        let taken = (0..20_000_u32).map(|n| 2 * n + 1).take_while(|stream| {
            frames.send(HEADERS, END_HEADERS, *stream, &block)
                && frames.send(RST_STREAM, 0, *stream, &8_u32.to_be_bytes())
        });
        assert!(taken.count() < 20_000, "20,000 resets were taken");
    });
}

/// CVE-2025-8671: the client makes the server reset, by what is wrong on one stream alone.
#[test]
fn streams_that_the_gate_is_made_to_reset_end_the_connection() {
    flood(|frames| {
        let block = head("/v1/chat/completions");
        let taken = (0..20_000_u32).map(|n| 2 * n + 1).take_while(|stream| {
            frames.send(HEADERS, END_HEADERS, *stream, &block)
                && frames.send(WINDOW_UPDATE, 0, *stream, &0_u32.to_be_bytes())
        });
        assert!(taken.count() < 20_000, "20,000 faults were taken");
    });
}

/// Frames that ask for an answer each, from a client that reads none.
#[test]
fn answers_that_nobody_reads_do_not_pile_up() {
    for bytes in [frame(PING, 0, 0, b"12345678"), frame(SETTINGS, 0, 0, &[0, 4, 0, 1, 0, 0])] {
        flood(|frames| {
            let many = bytes.repeat(1024);
            frames.patience(Duration::from_secs(1));
            let taken = again(frames, 16 * 1024, &many);
            assert!(taken < 16 * 1024, "16 million frames were taken");
        });
    }
}

/// Frames that carry nothing cost nothing but their reading.
#[test]
fn empty_data_is_not_kept() {
    flood(|frames| {
        frames.send(HEADERS, END_HEADERS, 1, &head("/v1/chat/completions"));
        frames.patience(Duration::from_secs(1));
        let many = frame(DATA, 0, 1, b"").repeat(1024);
        again(frames, 1024, &many);
    });
}
