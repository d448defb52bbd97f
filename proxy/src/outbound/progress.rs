//! How much of a request has left: nothing, perhaps something, or all that the connection could hand to the socket.

use std::convert::Infallible;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use sekisho_audit::Outcome;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Most bytes handed to the connection at once.
const PIECE_BYTES: usize = 64 * 1024;

/// How far one request got, as its connection sees it.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The connection began to take the body. begun >= taken >= sent
    begun: AtomicBool,
    taken: AtomicBool,
    sent: AtomicBool,
}

impl Progress {
    /// Whether any byte of the body may have left.
    pub(super) fn begun(&self) -> bool {
        self.begun.load(Ordering::SeqCst)
    }

    fn flushed(&self) {
        if self.taken.load(Ordering::SeqCst) {
            self.sent.store(true, Ordering::SeqCst);
        }
    }
}

/// Tells an exchange how far its request got: at the latest when this is dropped, whatever ends the sending.
///
/// What it has told is never less than what has happened: `PartlySent` is told before the connection gets the request.
pub(super) struct Teller<'a> {
    progress: Arc<Progress>,
    reached: &'a mut (dyn FnMut(Outcome) + Send),
}

impl<'a> Teller<'a> {
    pub(super) fn new(reached: &'a mut (dyn FnMut(Outcome) + Send)) -> Teller<'a> {
        Teller { progress: Arc::default(), reached }
    }

    pub(super) fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// The connection is about to get the request.
    pub(super) fn handing_over(&mut self) {
        (self.reached)(Outcome::PartlySent);
    }

    /// The connection gave the request back untouched.
    pub(super) fn given_back(&mut self) {
        (self.reached)(Outcome::NotSent);
    }
}

impl Drop for Teller<'_> {
    fn drop(&mut self) {
        if self.progress.sent.load(Ordering::SeqCst) {
            (self.reached)(Outcome::Sent);
        }
    }
}

/// A request's body on its way out.
pub(super) struct Parting {
    left: Bytes,
    progress: Arc<Progress>,
}

impl Parting {
    pub(super) fn new(body: Bytes, progress: Arc<Progress>) -> Parting {
        Parting { left: body, progress }
    }
}

impl Body for Parting {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.progress.begun.store(true, Ordering::SeqCst);
        let length = self.left.len().min(PIECE_BYTES);
        let piece = self.left.split_to(length);
        if self.left.is_empty() {
            self.progress.taken.store(true, Ordering::SeqCst);
        }
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.left.len()).unwrap_or(u64::MAX))
    }
}

/// Whose progress a connection's flushes are; one exchange at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot(Arc<Mutex<Option<Arc<Progress>>>>);

impl Slot {
    pub(super) fn set(&self, progress: Option<Arc<Progress>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    fn flushed(&self) {
        if let Some(progress) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            progress.flushed();
        }
    }
}

/// A byte stream whose flushes are told.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    slot: Slot,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, slot: Slot) -> Watched<S> {
        Watched { stream, slot }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if let Poll::Ready(Ok(())) = flushed {
            self.slot.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
