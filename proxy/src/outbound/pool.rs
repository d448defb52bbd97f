//! Connections that wait for their next exchange.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::address::Address;
use super::dial::Connection;

/// Most waiting connections to one backend; more are closed.
const WAITING_MAX: usize = 64;

/// Longest wait. Servers close after 5 s (uvicorn) to 75 s (nginx); one that closed is noticed, but the exchange that
/// meets the very moment fails, and a content-carrying request is never sent twice.
const WAIT: Duration = Duration::from_secs(15);

/// What makes two exchanges share a connection: the same address under the same anchor, by its SHA-256.
pub(super) type Key = (Address, Option<[u8; 32]>);

/// Waiting connections, newest last.
#[derive(Default)]
pub(super) struct Pool(Mutex<BTreeMap<Key, Vec<(Connection, Instant)>>>);

impl Pool {
    /// The connection that was used last; whoever takes it asks whether it still stands.
    pub(super) fn take(&self, key: &Key) -> Option<Connection> {
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = pool.get_mut(key)?;
        waiting.retain(|(_, since)| since.elapsed() < WAIT);
        waiting.pop().map(|(connection, _)| connection)
    }

    pub(super) fn put(&self, key: Key, connection: Connection) {
        connection.slot.set(None);
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = pool.entry(key).or_default();
        if waiting.len() < WAITING_MAX {
            waiting.push((connection, Instant::now()));
        }
    }
}
