//! What a connection is busy with, so that an idle one can be told from a stuck one.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// No exchange runs, but the last answer has not been taken by the client, for this long.
    Flushing(Duration),
    /// Nothing has happened for this long.
    Quiet(Duration),
}

impl Pulse {
    pub(super) fn new() -> Arc<Pulse> {
        let beats = Beats { open: BTreeMap::new(), next: 0, last_end: Instant::now() };
        Arc::new(Pulse { beats: Mutex::new(beats), unflushed: AtomicBool::new(false) })
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
            Some((_, began)) => State::Busy(began.elapsed()),
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
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.pulse.unflushed.store(true, Ordering::Relaxed);
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
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
