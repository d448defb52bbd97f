//! Every bound of the process, by name, with its default. Over a bound stands a clear refusal: never a hang, never a
//! pass.

use std::time::Duration;

use sekisho_exchange::json::JsonLimits;
use serde::Deserialize;

/// The `[limits]` table of the process config. Units are in the names; everything has a default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Longest request head: HTTP/1.1 request line with header lines, or HTTP/2 header list (RFC 9113 §6.5.2).
    pub head_bytes_max: u32,
    /// Most header lines in a request.
    pub headers_max: u32,
    /// Longest request body, as sent and as read; there is no decompression.
    pub body_bytes_max: usize,
    /// Bytes of request bodies and backend answers that all exchanges together may hold.
    pub body_budget_bytes: usize,
    /// Longest answer of a backend.
    pub answer_bytes_max: usize,
    /// Most bytes that one connection, to a client or to a backend, keeps of what the other side has not taken yet; beyond
    /// it nothing more is read from where they come. At least 8 KiB.
    pub connection_buffer_bytes: usize,
    /// Bytes of the budget that every streamed answer takes: text that is held, and what must be remembered to judge it.
    pub stream_bytes: usize,
    /// Deepest nesting of a JSON body.
    pub json_depth_max: usize,
    /// Most values (objects, arrays, scalars) in a JSON body.
    pub json_nodes_max: usize,
    /// Most texts that are remembered of those seen above the lowest level, and most of those seen at it: 16 bytes for each
    /// of either, once they are there.
    pub recall_texts_max: usize,
    /// Most exchanges at once, of all callers together.
    pub exchanges_max: usize,
    /// Most exchanges at once of one person, through whatever service; services that ask by themselves have no such limit.
    pub person_exchanges_max: usize,
    /// Most client connections at once; further ones wait in the listener's backlog.
    pub connections_max: usize,
    /// From the accepted connection to the end of the TLS handshake.
    pub handshake_timeout_ms: u64,
    /// From the first moment a connection waits for a request to the end of that request's head (so an unused
    /// HTTP/1.1 connection lives no longer).
    pub head_timeout_ms: u64,
    /// From the request head to the end of its body.
    pub body_timeout_ms: u64,
    /// Longest silence within a request body.
    pub body_idle_timeout_ms: u64,
    /// Name resolution, TCP and TLS towards a backend, together.
    pub connect_timeout_ms: u64,
    /// From a request handed to a backend to the head of its answer.
    pub first_byte_timeout_ms: u64,
    /// Longest silence within a backend's answer; longest life of an unused connection to a client or a backend.
    pub idle_timeout_ms: u64,
    /// From a request handed to a backend to the last byte of its answer.
    pub total_timeout_ms: u64,
    /// From a finished answer to the moment the client has taken all of it.
    pub release_timeout_ms: u64,
    /// How long exchanges in flight may go on after the process was asked to stop.
    pub drain_timeout_ms: u64,
    /// Most concurrent HTTP/2 streams of one connection.
    pub h2_streams_max: u32,
    /// Most HTTP/2 streams that a client reset before they were accepted, and most that the proxy reset itself
    /// (CVE-2023-44487 and its kin); beyond either the connection is closed.
    pub h2_resets_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            head_bytes_max: 32 * 1024,
            headers_max: 100,
            body_bytes_max: 8 * 1024 * 1024,
            body_budget_bytes: 512 * 1024 * 1024,
            answer_bytes_max: 16 * 1024 * 1024,
            connection_buffer_bytes: 64 * 1024,
            stream_bytes: 64 * 1024,
            json_depth_max: 64,
            json_nodes_max: 200_000,
            recall_texts_max: 1_000_000,
            exchanges_max: 1024,
            person_exchanges_max: 32,
            connections_max: 4096,
            handshake_timeout_ms: 10_000,
            head_timeout_ms: 30_000,
            body_timeout_ms: 60_000,
            body_idle_timeout_ms: 15_000,
            connect_timeout_ms: 5_000,
            first_byte_timeout_ms: 120_000,
            idle_timeout_ms: 60_000,
            total_timeout_ms: 300_000,
            release_timeout_ms: 60_000,
            drain_timeout_ms: 30_000,
            h2_streams_max: 128,
            h2_resets_max: 64,
        }
    }
}

impl Limits {
    /// The part that bounds a JSON body.
    pub fn json(&self) -> JsonLimits {
        JsonLimits { depth_max: self.json_depth_max, nodes_max: self.json_nodes_max }
    }

    /// The buffer of a connection; hyper takes no smaller one.
    pub(crate) fn connection_buffer(&self) -> usize {
        self.connection_buffer_bytes.max(8 * 1024)
    }

    /// Every limit by name, for checks and for operators.
    pub fn all(&self) -> Vec<(&'static str, u64)> {
        let wide = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        vec![
            ("head_bytes_max", u64::from(self.head_bytes_max)),
            ("headers_max", u64::from(self.headers_max)),
            ("body_bytes_max", wide(self.body_bytes_max)),
            ("body_budget_bytes", wide(self.body_budget_bytes)),
            ("answer_bytes_max", wide(self.answer_bytes_max)),
            ("connection_buffer_bytes", wide(self.connection_buffer_bytes)),
            ("stream_bytes", wide(self.stream_bytes)),
            ("json_depth_max", wide(self.json_depth_max)),
            ("json_nodes_max", wide(self.json_nodes_max)),
            ("recall_texts_max", wide(self.recall_texts_max)),
            ("exchanges_max", wide(self.exchanges_max)),
            ("person_exchanges_max", wide(self.person_exchanges_max)),
            ("connections_max", wide(self.connections_max)),
            ("handshake_timeout_ms", self.handshake_timeout_ms),
            ("head_timeout_ms", self.head_timeout_ms),
            ("body_timeout_ms", self.body_timeout_ms),
            ("body_idle_timeout_ms", self.body_idle_timeout_ms),
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("first_byte_timeout_ms", self.first_byte_timeout_ms),
            ("idle_timeout_ms", self.idle_timeout_ms),
            ("total_timeout_ms", self.total_timeout_ms),
            ("release_timeout_ms", self.release_timeout_ms),
            ("drain_timeout_ms", self.drain_timeout_ms),
            ("h2_streams_max", u64::from(self.h2_streams_max)),
            ("h2_resets_max", wide(self.h2_resets_max)),
        ]
    }
}

/// Milliseconds of the config as a duration.
pub(crate) const fn ms(value: u64) -> Duration {
    Duration::from_millis(value)
}
