//! What a connection is busy with, so that an idle one can be told from a stuck one.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The exchanges of one connection that are not over, and whether bytes wait for the client to read.
#[derive(Debug)]
pub(super) struct Pulse {
    beats: Mutex<Beats>,
    /// Written, but not yet taken by the socket.
    unflushed: AtomicBool,
    /// Since when the socket takes nothing, in milliseconds from `born`; 0 while it does.
    stalled_ms: AtomicU64,
    born: Instant,
}

#[derive(Debug)]
struct Beats {
    /// Exchange number → when it began. Numbers grow, so the first entry is the oldest.
    open: BTreeMap<u64, Instant>,
    next: u64,
    last_end: Instant,
}

/// What a look at the connection shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Exchanges run; the oldest for this long.
    Busy(Duration),
    /// Exchanges run, and the client has not taken a byte of what waits for it for this long.
    Stalled(Duration),
    /// No exchange runs, but the last answer has not been taken by the client, for this long.
    Flushing(Duration),
    /// Nothing has happened for this long.
    Quiet(Duration),
}

impl Pulse {
    pub(super) fn new() -> Arc<Pulse> {
        let beats = Beats { open: BTreeMap::new(), next: 0, last_end: Instant::now() };
        let born = Instant::now();
        let (unflushed, stalled_ms) = (AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Pulse { beats: Mutex::new(beats), unflushed, stalled_ms, born })
    }

    /// The socket took something, or all of it; or it takes nothing now.
    fn wrote(&self, taken: bool) {
        if taken {
            return self.stalled_ms.store(0, Ordering::Relaxed);
        }
        let now = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        // Only the first of several fruitless tries counts.
        let _ = self.stalled_ms.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// How long the socket has taken nothing.
    fn stalled(&self) -> Option<Duration> {
        let since = self.stalled_ms.load(Ordering::Relaxed);
        (since > 0).then(|| self.born.elapsed().saturating_sub(Duration::from_millis(since)))
    }

    /// An exchange begins; it ends when the [`Beat`] is dropped.
    pub(super) fn begin(self: &Arc<Pulse>) -> Beat {
        let mut beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        let number = beats.next;
        beats.next = number.wrapping_add(1);
        beats.open.insert(number, Instant::now());
        Beat { pulse: Arc::clone(self), number }
    }

    pub(super) fn state(&self) -> State {
        let beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
        match beats.open.first_key_value() {
            Some((_, began)) => self.stalled().map_or(State::Busy(began.elapsed()), State::Stalled),
            None if self.unflushed.load(Ordering::Relaxed) => State::Flushing(beats.last_end.elapsed()),
            None => State::Quiet(beats.last_end.elapsed()),
        }
    }
}

/// One running exchange of a connection.
#[derive(Debug)]
pub(super) struct Beat {
    pulse: Arc<Pulse>,
    number: u64,
}

impl Drop for Beat {
    fn drop(&mut self) {
        let mut beats = self.pulse.beats.lock().unwrap_or_else(PoisonError::into_inner);
        beats.open.remove(&self.number);
        beats.last_end = Instant::now();
    }
}

/// A byte stream that tells the pulse whether all that was written has left.
#[derive(Debug)]
pub(super) struct Felt<S> {
    stream: S,
    pulse: Arc<Pulse>,
}

impl<S> Felt<S> {
    pub(super) fn new(stream: S, pulse: Arc<Pulse>) -> Felt<S> {
        Felt { stream, pulse }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Felt<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Felt<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.pulse.unflushed.store(true, Ordering::Relaxed);
        let wrote = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.pulse.wrote(wrote.is_ready());
        wrote
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.pulse.unflushed.store(true, Ordering::Relaxed);
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.pulse.wrote(wrote.is_ready());
        wrote
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.pulse.wrote(flushed.is_ready());
        if let Poll::Ready(Ok(())) = flushed {
            self.pulse.unflushed.store(false, Ordering::Relaxed);
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_is_busy_until_its_beat_is_dropped() {
        let pulse = Pulse::new();
        assert!(matches!(pulse.state(), State::Quiet(_)));
        let (first, second) = (pulse.begin(), pulse.begin());
        drop(first);
        assert!(matches!(pulse.state(), State::Busy(_)));
        drop(second);
        assert!(matches!(pulse.state(), State::Quiet(_)));
    }

    #[tokio::test]
    async fn bytes_that_the_client_does_not_take_are_not_quiet() {
        let pulse = Pulse::new();
        let (ours, theirs) = tokio::io::duplex(8);
        let mut felt = Felt::new(tokio::io::BufWriter::new(ours), Arc::clone(&pulse));
        tokio::io::AsyncWriteExt::write_all(&mut felt, b"1234").await.unwrap();
        assert!(matches!(pulse.state(), State::Flushing(_)));
        tokio::io::AsyncWriteExt::flush(&mut felt).await.unwrap();
        assert!(matches!(pulse.state(), State::Quiet(_)));
        drop(theirs);
    }
}
