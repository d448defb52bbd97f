//! One client connection: handshake, exchanges, an orderly end.

use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};
use tokio_rustls::TlsAcceptor;

use super::exchange::{self, Line};
use super::pulse::{Felt, Pulse, State};
use super::tls::Shown;
use super::{Budget, Drain, Handler, Surroundings, Tls, balanced};
use crate::config::{Limits, ms};

/// How often a connection is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// How long a connection with nothing in flight may take to say goodbye (HTTP/2: GOAWAY, a ping, GOAWAY again).
const GOODBYE: Duration = Duration::from_secs(1);

/// What all connections of a listener share.
pub(super) struct Site<H> {
    pub(super) tls: Arc<Tls>,
    pub(super) around: Surroundings,
    pub(super) limits: Limits,
    pub(super) budget: Budget,
    pub(super) exchanges: Arc<Semaphore>,
    drain: Drain,
    pub(super) handler: Arc<H>,
}

impl<H> Site<H> {
    pub(super) fn new(
        tls: Arc<Tls>,
        around: Surroundings,
        limits: Limits,
        budget: Budget,
        drain: Drain,
        handler: Arc<H>,
    ) -> Self {
        let exchanges = Arc::new(Semaphore::new(limits.exchanges_max.min(Semaphore::MAX_PERMITS)));
        Site { tls, around, limits, budget, exchanges, drain, handler }
    }
}

/// Serves a connection to its end. Every failure here is the connection's alone and has no one to be told to.
pub(super) async fn serve<H: Handler>(site: Arc<Site<H>>, mut stream: TcpStream) {
    let Ok(peer) = stream.peer_addr() else { return };
    // Answers are written whole; waiting for more to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let served = site.tls.current();
    let handshake = timeout(ms(site.limits.handshake_timeout_ms), async {
        let client = balanced::client(&mut stream, peer, &site.around.balancers).await?;
        io::Result::Ok((client, TlsAcceptor::from(served.config()).accept(stream).await?))
    });
    let shaken = tokio::select! {
        () = site.drain.wait() => return,
        shaken = handshake => shaken,
    };
    let Ok(Ok((peer, tls))) = shaken else { return };
    // A certificate that the TLS library verified and nobody can read stands for nobody, so nobody is served.
    let Ok(shown) = Shown::read(tls.get_ref().1, served) else { return };
    let h2 = tls.get_ref().1.alpn_protocol() == Some(b"h2");
    let pulse = Pulse::new();
    let io = TokioIo::new(Felt::new(tls, Arc::clone(&pulse)));
    let line = Line { site: Arc::clone(&site), peer, shown: shown.map(Arc::new), pulse: Arc::clone(&pulse) };
    let service = service_fn(move |request| exchange::answer(line.clone(), request));
    if h2 {
        let streams = Streams::default();
        let served = h2_builder(&site.limits, streams.clone()).serve_connection(io, service);
        attend(served, &pulse, &site.limits, &site.drain).await;
        streams.end();
    } else {
        let served = h1_builder(&site.limits).serve_connection(io, service);
        attend(served, &pulse, &site.limits, &site.drain).await;
    }
}

fn h1_builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(ms(limits.head_timeout_ms))
        .max_headers(usize::try_from(limits.headers_max).unwrap_or(usize::MAX))
        .max_header_size(usize::try_from(limits.head_bytes_max).unwrap_or(usize::MAX))
        .max_buf_size(
            limits.connection_buffer().max(usize::try_from(limits.head_bytes_max).unwrap_or(usize::MAX)),
        );
    builder
}

fn h2_builder(limits: &Limits, streams: Streams) -> http2::Builder<Streams> {
    let mut builder = http2::Builder::new(streams);
    builder
        .timer(TokioTimer::new())
        .max_send_buf_size(limits.connection_buffer())
        .max_header_list_size(limits.head_bytes_max)
        .max_concurrent_streams(limits.h2_streams_max)
        .max_pending_accept_reset_streams(limits.h2_resets_max)
        .max_local_error_reset_streams(limits.h2_resets_max)
        .keep_alive_interval(ms(limits.idle_timeout_ms))
        .keep_alive_timeout(ms(limits.head_timeout_ms));
    builder
}

/// Drives a connection until it ends by itself, is asked to, or is stuck.
async fn attend<C: GracefulConnection>(served: C, pulse: &Pulse, limits: &Limits, drain: &Drain) {
    let mut served = pin!(served);
    let mut look = interval(LOOK);
    let mut closing: Option<Instant> = None;
    loop {
        let close = tokio::select! {
            _ = served.as_mut() => return,
            () = drain.wait(), if closing.is_none() => true,
            _ = look.tick() => match verdict(pulse.state(), limits, closing.map(|since| since.elapsed())) {
                Verdict::Stay => false,
                Verdict::Close => true,
                Verdict::Drop => return,
            },
        };
        if close {
            closing = Some(Instant::now());
            served.as_mut().graceful_shutdown();
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    Stay,
    Close,
    Drop,
}

/// An exchange has a longest possible life, an unread answer too; a quiet connection is closed politely, and dropped
/// when the other side does not take part. `closing` is how long ago it was asked to close.
fn verdict(state: State, limits: &Limits, closing: Option<Duration>) -> Verdict {
    let exchange_max = limits
        .body_timeout_ms
        .saturating_add(limits.connect_timeout_ms)
        .saturating_add(limits.total_timeout_ms)
        .saturating_add(limits.release_timeout_ms);
    match state {
        State::Busy(age) if age > ms(exchange_max) => Verdict::Drop,
        State::Stalled(age) | State::Flushing(age) if age > ms(limits.release_timeout_ms) => Verdict::Drop,
        State::Quiet(age) if closing.is_some_and(|asked| age.min(asked) > GOODBYE) => Verdict::Drop,
        State::Quiet(age) if closing.is_none() && age > ms(limits.idle_timeout_ms) => Verdict::Close,
        State::Busy(_) | State::Stalled(_) | State::Flushing(_) | State::Quiet(_) => Verdict::Stay,
    }
}

/// Runs the streams of one HTTP/2 connection, and ends them with it: an exchange whose client has gone must not go on
/// towards a backend.
#[derive(Clone, Default)]
struct Streams(Arc<Mutex<JoinSet<()>>>);

impl Streams {
    fn end(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while set.try_join_next().is_some() {}
        set.spawn(stream);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_stays_as_long_as_it_may_and_no_longer() {
        let limits = Limits::default();
        let idle = ms(limits.idle_timeout_ms);
        let more = Duration::from_millis(1);
        let long = Some(idle);
        let check =
            |state, closing, expect| assert_eq!(verdict(state, &limits, closing), expect, "{state:?}");
        check(State::Quiet(idle), None, Verdict::Stay);
        check(State::Quiet(idle + more), None, Verdict::Close);
        check(State::Quiet(idle + more), Some(GOODBYE), Verdict::Stay);
        check(State::Quiet(GOODBYE), long, Verdict::Stay);
        check(State::Quiet(GOODBYE + more), long, Verdict::Drop);
        check(State::Flushing(ms(limits.release_timeout_ms)), long, Verdict::Stay);
        check(State::Flushing(ms(limits.release_timeout_ms) + more), long, Verdict::Drop);
        check(State::Stalled(ms(limits.release_timeout_ms)), None, Verdict::Stay);
        check(State::Stalled(ms(limits.release_timeout_ms) + more), None, Verdict::Drop);
        check(State::Busy(ms(limits.total_timeout_ms)), long, Verdict::Stay);
        check(State::Busy(ms(2 * limits.total_timeout_ms)), None, Verdict::Drop);
    }
}
