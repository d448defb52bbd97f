//! The durable append: a thread of its own, segments, group commit, recovery. The only maker of [`Recorded`].
//!
//! Whoever wants to use a value that must be recorded hands it to an [`Entry`]; it comes back as `Recorded` once its
//! records, and a signed checkpoint over them, are on the disk. No tokio in here: callers pass a callback.

mod clock;
mod entry;
mod folder;
mod log;
mod queue;
mod recorded;
mod recover;
mod writer;

pub use entry::Entry;
pub use log::{Log, Observer, Settings, Unavailable};
pub use recorded::{Dead, Recorded};
pub use recover::{OpenError, Recovery};
