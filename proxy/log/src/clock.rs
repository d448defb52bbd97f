//! A clock that never runs backwards, within the process or behind the log.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sekisho_audit::Timestamp;

/// Wall-clock time, held at its highest value so far.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    highest: AtomicU64,
}

impl Clock {
    /// A clock that begins no earlier than this.
    pub fn not_before(time: Timestamp) -> Clock {
        Clock { highest: AtomicU64::new(time.0) }
    }

    /// The time now, or the latest time told so far if the system's clock was set back.
    pub fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let system = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        Timestamp(self.highest.fetch_max(system, Ordering::Relaxed).max(system))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_from_the_future_holds_the_clock() {
        let ahead = Timestamp(1 << 50);
        let clock = Clock::not_before(ahead);
        assert_eq!((clock.now(), clock.now()), (ahead, ahead));
        assert!(Clock::default().now() < ahead);
    }
}
