//! How much the process holds at once: bytes of request bodies and of backend answers. They are taken before they are
//! read and come back when the exchange is over, so that many callers together cannot do what one may not.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Process-wide stock of bytes. Clones share one stock.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Semaphore>);

impl Budget {
    /// A stock of this many bytes.
    pub fn of_bytes(bytes: usize) -> Budget {
        Budget(Arc::new(Semaphore::new(bytes.min(Semaphore::MAX_PERMITS))))
    }

    /// Bytes nobody holds now.
    pub fn free_bytes(&self) -> usize {
        self.0.available_permits()
    }

    /// The share of one exchange, empty so far.
    pub fn share(&self) -> Share {
        Share { stock: Arc::clone(&self.0), taken: Arc::default() }
    }
}

/// What one exchange has taken from the [`Budget`]. It is given back when the last clone is dropped: that is when the
/// answer has been handed to the connection and the handler is gone.
#[derive(Clone)]
pub struct Share {
    stock: Arc<Semaphore>,
    taken: Arc<Mutex<Vec<OwnedSemaphorePermit>>>,
}

impl Share {
    /// Takes so many bytes more; false, and nothing taken, if the process has not got them.
    #[must_use]
    pub fn take(&self, bytes: usize) -> bool {
        let Ok(bytes) = u32::try_from(bytes) else {
            return false;
        };
        let Ok(permit) = Arc::clone(&self.stock).try_acquire_many_owned(bytes) else {
            return false;
        };
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(permit);
        true
    }

    /// Makes room in `whole` for `more` bytes, paid for before it is allocated; false if the process has not got them.
    /// Grows by doubling, so that paying is rare.
    #[must_use]
    pub(crate) fn room(&self, whole: &mut Vec<u8>, more: usize) -> bool {
        if more <= whole.capacity().saturating_sub(whole.len()) {
            return true;
        }
        let growth = more.max(whole.capacity());
        let paid = self.take(growth);
        if paid {
            whole.reserve_exact(growth);
        }
        paid
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_with_the_last_clone_of_a_share() {
        let budget = Budget::of_bytes(10);
        let share = budget.share();
        let other = share.clone();
        assert!(share.take(6));
        assert!(other.take(4));
        assert!(!budget.share().take(1));
        drop(share);
        assert_eq!(budget.free_bytes(), 0);
        drop(other);
        assert_eq!(budget.free_bytes(), 10);
    }
}
