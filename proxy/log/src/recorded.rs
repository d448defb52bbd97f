//! The proof that a value's records are durable.

use std::fmt;
use std::ops::Deref;

/// A value whose records are on the disk under a signed checkpoint. Only the log makes one.
pub struct Recorded<T> {
    value: T,
}

impl<T> Recorded<T> {
    pub(crate) fn new(value: T) -> Recorded<T> {
        Recorded { value }
    }

    /// The value, the proof being spent.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Recorded<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> fmt::Debug for Recorded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorded")
    }
}

/// The log can no longer write, or was closed; what was handed over is not recorded and is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dead;

impl fmt::Display for Dead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the log cannot write")
    }
}

impl std::error::Error for Dead {}
