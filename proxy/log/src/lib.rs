//! The durable append: segments, group commit, recovery; the only maker of Recorded.
