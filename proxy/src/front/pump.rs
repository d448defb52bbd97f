//! How a streamed answer comes to the connection: a future that the body itself polls, and a slot in which it puts what
//! may go. There is no task and no channel between the backend's bytes and the client's.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use sekisho_exchange::{Ended, Released};
use sekisho_log::Recorded;

/// The answer ends without its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer broke off")
    }
}

impl std::error::Error for BrokenOff {}

/// Where a pump puts what may go to the client: what a guard released, and what of the end is on disk. Nothing else
/// passes it.
pub struct Sluice(Slot);

type Slot = Arc<Mutex<Option<Bytes>>>;

impl Sluice {
    /// Hands over what was released, and waits until the connection wants more.
    pub async fn pass(&self, released: Released) {
        self.put(released.into_bytes()).await;
    }

    /// Hands over the last events, whose record is durable.
    pub async fn end(&self, ended: Recorded<Ended>) {
        self.put(ended.into_inner().into_bytes()).await;
    }

    async fn put(&self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        *lock(&self.0) = Some(bytes.into());
        // The body that takes it polls the pump again when more is wanted, so nobody needs to be woken.
        poll_fn(|_| if lock(&self.0).is_some() { Poll::Pending } else { Poll::Ready(()) }).await;
    }
}

impl fmt::Debug for Sluice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sluice")
    }
}

type Running = Pin<Box<dyn Future<Output = Result<(), BrokenOff>> + Send>>;

/// A pump, polled by the body whose frames it makes.
pub(super) struct Pump {
    /// Dropped as soon as it is over, or has panicked.
    running: Option<Running>,
    slot: Slot,
}

impl Pump {
    pub(super) fn new<F>(pump: impl FnOnce(Sluice) -> F) -> Pump
    where
        F: Future<Output = Result<(), BrokenOff>> + Send + 'static,
    {
        let slot = Slot::default();
        Pump { running: Some(Box::pin(pump(Sluice(Arc::clone(&slot))))), slot }
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        let Some(running) = &mut self.running else {
            return Poll::Ready(None);
        };
        // Nothing of a pump that panicked is looked at again, so its invariants do not matter.
        let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx)));
        if let Some(bytes) = lock(&self.slot).take() {
            return Poll::Ready(Some(Ok(bytes)));
        }
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(Ok(()))) => {
                self.running = None;
                Poll::Ready(None)
            }
            Ok(Poll::Ready(Err(BrokenOff))) | Err(_) => {
                // What a panic left half done may panic again when it is dropped.
                let running = self.running.take();
                let _ = catch_unwind(AssertUnwindSafe(|| drop(running)));
                Poll::Ready(Some(Err(BrokenOff)))
            }
        }
    }
}

fn lock(slot: &Slot) -> MutexGuard<'_, Option<Bytes>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
impl Sluice {
    /// Hands over any bytes, to test the way they go.
    pub(super) async fn sample(&self, bytes: &[u8]) {
        self.put(bytes.to_vec()).await;
    }
}
