//! The clock, in one place.

use std::time::{SystemTime, UNIX_EPOCH};

/// The time, in seconds of the Unix epoch; 0 for a clock that stands before it.
pub fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
