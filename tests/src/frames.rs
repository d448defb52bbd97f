//! HTTP/2 frame by frame, for what no client library would send (RFC 9113; HPACK without compression, RFC 7541 §6.2.2).

use std::time::{Duration, Instant};

use crate::Wire;

/// Frame types (RFC 9113 §6).
pub const DATA: u8 = 0;
/// See [`DATA`].
pub const HEADERS: u8 = 1;
/// See [`DATA`].
pub const PRIORITY: u8 = 2;
/// See [`DATA`].
pub const RST_STREAM: u8 = 3;
/// See [`DATA`].
pub const SETTINGS: u8 = 4;
/// See [`DATA`].
pub const PING: u8 = 6;
/// See [`DATA`].
pub const GOAWAY: u8 = 7;
/// See [`DATA`].
pub const WINDOW_UPDATE: u8 = 8;
/// See [`DATA`].
pub const CONTINUATION: u8 = 9;

/// Flags: this frame ends the stream, or acknowledges.
pub const END_STREAM: u8 = 1;
/// Flags: the header list is complete.
pub const END_HEADERS: u8 = 4;

/// A connection that has said its preface and empty settings.
pub struct Frames {
    wire: Wire,
    read: Vec<u8>,
}

/// How a stream ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// An answer with this status, as written in three digits.
    Answered(String),
    /// The stream alone was reset, with this error code (RFC 9113 §7).
    Reset(u32),
    /// The whole connection was ended, with this error code or without a word.
    Gone(Option<u32>),
}

impl Frames {
    pub(crate) fn over(mut wire: Wire) -> Frames {
        wire.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let mut frames = Frames { wire, read: Vec::new() };
        frames.send(SETTINGS, 0, 0, b"");
        frames
    }

    /// Sends a frame; false if the other side has closed.
    pub fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> bool {
        self.wire.send(&frame(kind, flags, stream, payload))
    }

    /// Sends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) -> bool {
        self.wire.send(bytes)
    }

    /// From now on, sending fails when the other side takes nothing for so long.
    pub fn patience(&mut self, within: Duration) {
        self.wire.patience(within);
    }

    /// Waits for the end of a stream; fails the test after `within`.
    pub fn end_of(&mut self, stream: u32, within: Duration) -> End {
        let started = Instant::now();
        loop {
            let left = within.checked_sub(started.elapsed()).filter(|left| !left.is_zero());
            let left = left.unwrap_or_else(|| panic!("stream {stream} has no end within {within:?}"));
            let Some((kind, on, payload)) = self.next(left) else { return End::Gone(None) };
            match kind {
                HEADERS if on == stream => return End::Answered(status(&payload)),
                RST_STREAM if on == stream => return End::Reset(number(&payload, 0)),
                GOAWAY if number(&payload, 4) != 0 => return End::Gone(Some(number(&payload, 4))),
                _ => {}
            }
        }
    }

    /// The next frame: type, stream and payload; nothing once the connection has ended.
    fn next(&mut self, within: Duration) -> Option<(u8, u32, Vec<u8>)> {
        loop {
            if let Some(head) = self.read.get(..9) {
                let length = usize::try_from(number(&[&[0], head].concat(), 0)).unwrap_or(usize::MAX);
                let (kind, stream) = (head.get(3).copied()?, number(head, 5) & (u32::MAX >> 1));
                if self.read.len() >= 9 + length {
                    let payload = self.read.drain(..9 + length).skip(9).collect();
                    return Some((kind, stream, payload));
                }
            }
            self.read.extend(self.wire.more(within)?);
        }
    }
}

/// One frame (RFC 9113 §4.1).
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut frame = length.get(1..).unwrap_or_default().to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A header list: every field literal, without indexing, without Huffman.
pub fn fields(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            length(&mut block, text.len());
            block.extend(text.as_bytes());
        }
    }
    block
}

/// An integer with a 7-bit prefix (RFC 7541 §5.1).
fn length(block: &mut Vec<u8>, length: usize) {
    let byte = |value: usize| u8::try_from(value & 0x7f).unwrap_or(0);
    if length < 127 {
        return block.push(byte(length));
    }
    block.push(127);
    let mut rest = length - 127;
    while rest >= 128 {
        block.push(byte(rest) | 0x80);
        rest >>= 7;
    }
    block.push(byte(rest));
}

/// `:status`, which comes first (RFC 9113 §8.3.2): a static entry, or a literal of name 8 whose value is Huffman coded.
fn status(block: &[u8]) -> String {
    const STATIC: [(u8, &str); 7] = [
        (0x88, "200"),
        (0x89, "204"),
        (0x8a, "206"),
        (0x8b, "304"),
        (0x8c, "400"),
        (0x8d, "404"),
        (0x8e, "500"),
    ];
    let first = block.first().copied().unwrap_or(0);
    if let Some((_, status)) = STATIC.iter().find(|(code, _)| *code == first) {
        return (*status).to_owned();
    }
    let bits: String = block.iter().skip(2).take(3).map(|byte| format!("{byte:08b}")).collect();
    let known = (100..600).map(|status: u32| status.to_string());
    known.into_iter().find(|status| bits.starts_with(&huffman(status))).unwrap_or_default()
}

/// Digits in the code of RFC 7541, appendix B.
fn huffman(digits: &str) -> String {
    const CODES: [&str; 10] =
        ["00000", "00001", "00010", "011001", "011010", "011011", "011100", "011101", "011110", "011111"];
    digits.bytes().filter_map(|digit| CODES.get(usize::from(digit.wrapping_sub(b'0')))).copied().collect()
}

/// A 32-bit number in a payload; 0 beyond its end.
fn number(payload: &[u8], at: usize) -> u32 {
    payload.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
}
