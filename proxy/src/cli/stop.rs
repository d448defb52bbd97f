//! Being asked to stop: SIGTERM, or Ctrl-C.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Trouble;

/// Hears the signals from the moment it is made.
pub struct Stop {
    term: Signal,
    int: Signal,
}

impl Stop {
    /// Takes the signals over; from now on they no longer end the process by themselves.
    pub fn new() -> Result<Stop, Trouble> {
        let hear = |kind| signal(kind).map_err(|error| Trouble::at("signals", error));
        Ok(Stop { term: hear(SignalKind::terminate())?, int: hear(SignalKind::interrupt())? })
    }

    /// Returns when the process is asked to stop.
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
    }
}
