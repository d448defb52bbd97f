//! Reading a backend's answer within bounds: whole, or as it comes.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Response};
use http_body::Body;
use hyper::body::Incoming;
use sekisho_exchange::{Fault, Received, Upstream};
use tokio::time::{Instant, Sleep, sleep_until};

use super::SendError;
use super::dial::Connection;
use super::pool::{Key, Pool};
use super::progress::Teller;
use crate::config::{Limits, ms};
use crate::front::Share;

/// An answer whose head is there. It tells how far the request got until it is dropped or streamed.
pub struct Receiving<'t> {
    status: u16,
    content_type: Option<String>,
    intake: Intake,
    _teller: Teller<'t>,
}

impl<'t> Receiving<'t> {
    pub(super) fn open(
        answer: Response<Incoming>,
        connection: Connection,
        home: (Arc<Pool>, Key),
        deadline: Instant,
        limits: &Limits,
        teller: Teller<'t>,
    ) -> Result<Receiving<'t>, SendError> {
        let (head, body) = answer.into_parts();
        if is_encoded(&head.headers) {
            return Err(Upstream::Encoded.into());
        }
        // 101 and other interim answers never end an exchange (RFC 9110 §15.2).
        if head.status.is_informational() {
            return Err(Upstream::Broken.into());
        }
        let mut types = head.headers.get_all(CONTENT_TYPE).iter();
        let content_type = match (types.next(), types.next()) {
            (Some(one), None) => one.to_str().ok().map(str::to_owned),
            _ => None,
        };
        let intake = Intake::new(body, connection, home, deadline, limits);
        Ok(Receiving { status: head.status.as_u16(), content_type, intake, _teller: teller })
    }

    /// The status as received.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The one `Content-Type` as received.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Reads to the end, into the exchange's share of the byte budget.
    ///
    /// # Errors
    /// A bound was broken, or the answer broke off.
    pub async fn whole(mut self, share: &Share) -> Result<Received, SendError> {
        let whole = self.bytes(share).await?;
        Ok(Received::new(self.status, self.content_type.as_deref(), whole))
    }

    pub(super) async fn bytes(&mut self, share: &Share) -> Result<Vec<u8>, SendError> {
        let mut whole = Vec::new();
        room(share, &mut whole, self.intake.announced()?)?;
        while let Some(bytes) = self.intake.next().await? {
            room(share, &mut whole, bytes.len())?;
            whole.extend_from_slice(&bytes);
        }
        Ok(whole)
    }

    /// The body, to be read as it comes.
    pub fn stream(self) -> Intake {
        self.intake
    }
}

impl fmt::Debug for Receiving<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiving").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The body of an answer under way. Dropped before its end, it closes the connection.
pub struct Intake {
    body: Incoming,
    connection: Option<Connection>,
    home: Option<(Arc<Pool>, Key)>,
    idle: Duration,
    /// When something came last.
    latest: Instant,
    deadline: Instant,
    total_ms: u64,
    alarm: Pin<Box<Sleep>>,
    bytes_max: usize,
    bytes: usize,
    /// Seen behind bytes that had to be told first.
    fault: Option<SendError>,
}

/// Most bytes that are given at once when more are there.
const GULP_BYTES: usize = 16 * 1024;

impl Intake {
    fn new(
        body: Incoming,
        connection: Connection,
        home: (Arc<Pool>, Key),
        deadline: Instant,
        limits: &Limits,
    ) -> Intake {
        let (idle, latest) = (ms(limits.idle_timeout_ms), Instant::now());
        Intake {
            body,
            connection: Some(connection),
            home: Some(home),
            idle,
            latest,
            deadline,
            total_ms: limits.total_timeout_ms,
            alarm: Box::pin(sleep_until(deadline.min(latest + idle))),
            bytes_max: limits.answer_bytes_max,
            bytes: 0,
            fault: None,
        }
    }

    /// Length of the body, if the head says it; 0 otherwise.
    fn announced(&self) -> Result<usize, SendError> {
        let announced = self.body.size_hint().exact().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        if announced > self.bytes_max { Err(self.too_large()) } else { Ok(announced) }
    }

    fn too_large(&self) -> SendError {
        Upstream::TooLarge { limit_bytes: self.bytes_max }.into()
    }

    /// What has come: all that is there now, [`GULP_BYTES`] or a little more of it. Waits only if nothing is there.
    /// `None` is the end, after which the connection waits for another exchange.
    ///
    /// # Errors
    /// A bound was broken, or the answer broke off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, SendError> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// Looks once whether this is the end, so that the connection can be used again.
    pub async fn close(mut self) {
        let _ = poll_fn(|cx| Poll::Ready(self.poll_next(cx))).await;
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, SendError>> {
        if let Some(fault) = self.fault.take() {
            return Poll::Ready(Err(fault));
        }
        let mut gulp = Gulp::default();
        loop {
            match self.poll_frame(cx) {
                Poll::Ready(Ok(Some(bytes))) => {
                    gulp.add(bytes);
                    if gulp.len() >= GULP_BYTES {
                        return Poll::Ready(Ok(gulp.finish()));
                    }
                }
                Poll::Ready(Ok(None)) if gulp.len() > 0 => return Poll::Ready(Ok(gulp.finish())),
                // What came before the fault is told first.
                Poll::Ready(Err(fault)) if gulp.len() > 0 => {
                    self.fault = Some(fault);
                    return Poll::Ready(Ok(gulp.finish()));
                }
                Poll::Pending if gulp.len() > 0 => return Poll::Ready(Ok(gulp.finish())),
                Poll::Pending => return self.poll_alarm(cx).map(Err),
                ended => return ended,
            }
        }
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, SendError>> {
        loop {
            let mut frame = Pin::new(&mut self.body).poll_frame(cx);
            if frame.is_pending() {
                self.connection.iter_mut().for_each(|connection| connection.driver.drive(cx));
                frame = Pin::new(&mut self.body).poll_frame(cx);
            }
            let Some(frame) = ready!(frame) else {
                self.go_home();
                return Poll::Ready(Ok(None));
            };
            // Trailers say nothing that a client is told.
            let Ok(data) = frame.map_err(|_| Upstream::Broken)?.into_data() else { continue };
            self.bytes = self.bytes.saturating_add(data.len());
            if self.bytes > self.bytes_max {
                return Poll::Ready(Err(self.too_large()));
            }
            self.latest = Instant::now();
            return Poll::Ready(Ok(Some(data)));
        }
    }

    /// Rings when nothing has come for too long, or when it takes too long in all.
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<SendError> {
        loop {
            ready!(self.alarm.as_mut().poll(cx));
            let now = Instant::now();
            let idle_ms = u64::try_from(self.idle.as_millis()).unwrap_or(u64::MAX);
            if now >= self.deadline {
                return Poll::Ready(Upstream::Silent { after_ms: self.total_ms }.into());
            }
            if now >= self.latest + self.idle {
                return Poll::Ready(Upstream::Silent { after_ms: idle_ms }.into());
            }
            self.alarm.as_mut().reset(self.deadline.min(self.latest + self.idle));
        }
    }

    fn go_home(&mut self) {
        if let (Some(connection), Some((pool, key))) = (self.connection.take(), self.home.take()) {
            pool.put(key, connection);
        }
    }
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Intake({} bytes)", self.bytes)
    }
}

/// Pieces that are there at once, given as one; a piece alone is not copied.
#[derive(Default)]
struct Gulp {
    first: Bytes,
    more: BytesMut,
}

impl Gulp {
    fn len(&self) -> usize {
        self.first.len().max(self.more.len())
    }

    fn add(&mut self, bytes: Bytes) {
        if self.len() == 0 {
            self.first = bytes;
            return;
        }
        if self.more.is_empty() {
            self.more.extend_from_slice(&self.first);
        }
        self.more.extend_from_slice(&bytes);
    }

    fn finish(self) -> Option<Bytes> {
        Some(if self.more.is_empty() { self.first } else { self.more.freeze() })
    }
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|v| !v.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn room(share: &Share, whole: &mut Vec<u8>, more: usize) -> Result<(), SendError> {
    match share.room(whole, more) {
        true => Ok(()),
        false => Err(Fault::Overload.into()),
    }
}
