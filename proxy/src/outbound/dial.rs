//! Opening a connection to a backend: name, TCP, TLS, HTTP/1.1. The only place in the process that dials for content.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use sekisho_exchange::Upstream;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::progress::{Parting, Slot, Watched};
use crate::config::{Limits, ms};

/// An open connection; closed when dropped.
///
/// No task of its own moves its bytes: the exchange that uses it does, with [`Driver::drive`], so that no byte of an
/// answer waits for another task to be woken.
pub(super) struct Connection {
    pub(super) sender: SendRequest<Parting>,
    pub(super) slot: Slot,
    pub(super) driver: Driver,
}

impl Connection {
    /// Whether the other side still stands; what it has sent meanwhile is seen here.
    pub(super) async fn is_alive(&mut self) -> bool {
        poll_fn(|cx| {
            self.driver.drive(cx);
            Poll::Ready(!self.driver.over && !self.sender.is_closed())
        })
        .await
    }
}

/// What moves the bytes of a connection when it is polled.
pub(super) struct Driver {
    wire: Pin<Box<dyn Future<Output = ()> + Send>>,
    over: bool,
}

impl Driver {
    /// Moves what can be moved now. Failures are heard by whoever waits for an answer.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) {
        if !self.over && self.wire.as_mut().poll(cx).is_ready() {
            self.over = true;
        }
    }

    /// Drives until `future` is done.
    pub(super) async fn until<F: Future>(&mut self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            if let Poll::Ready(done) = future.as_mut().poll(cx) {
                return Poll::Ready(done);
            }
            self.drive(cx);
            // What was moved may be what it waits for; asking at once saves a turn.
            future.as_mut().poll(cx)
        })
        .await
    }
}

/// Dials within `connect_timeout_ms`. `tls` is absent for plain text alone, which goes to this very machine or nowhere.
pub(super) async fn dial(
    address: &Address,
    tls: Option<Arc<ClientConfig>>,
    limits: &Limits,
) -> Result<Connection, Upstream> {
    match timeout(ms(limits.connect_timeout_ms), open(address, tls, limits)).await {
        Ok(opened) => opened,
        Err(_) => Err(Upstream::Unreachable),
    }
}

async fn open(
    address: &Address,
    tls: Option<Arc<ClientConfig>>,
    limits: &Limits,
) -> Result<Connection, Upstream> {
    let stream = tcp(address, ms(limits.connect_timeout_ms)).await?;
    let _ = stream.set_nodelay(true);
    match tls {
        None => http(stream, limits).await,
        Some(config) => {
            let name = address.server_name().ok_or(Upstream::Tls)?;
            let stream = TlsConnector::from(config).connect(name, stream).await.map_err(|e| handshake(&e))?;
            http(stream, limits).await
        }
    }
}

/// Tries each address of the host in turn, none of them longer than its part of the time.
pub(crate) async fn tcp(address: &Address, within: Duration) -> Result<TcpStream, Upstream> {
    let found =
        lookup_host((address.host.as_str(), address.port)).await.map_err(|_| Upstream::Unreachable)?;
    let usable: Vec<SocketAddr> = found.filter(|a| address.secure || a.ip().is_loopback()).collect();
    let each = within / u32::try_from(usable.len()).unwrap_or(u32::MAX).max(1);
    for socket in usable {
        if let Ok(Ok(stream)) = timeout(each, TcpStream::connect(socket)).await {
            return Ok(stream);
        }
    }
    Err(Upstream::Unreachable)
}

/// A refused certificate is told apart from a broken line.
fn handshake(error: &io::Error) -> Upstream {
    match error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        true => Upstream::Tls,
        false => Upstream::Unreachable,
    }
}

async fn http<S>(stream: S, limits: &Limits) -> Result<Connection, Upstream>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let slot = Slot::default();
    let io = TokioIo::new(Watched::new(stream, slot.clone()));
    let opened = http1::Builder::new()
        .max_headers(usize::try_from(limits.headers_max).unwrap_or(usize::MAX))
        .max_header_size(usize::try_from(limits.head_bytes_max).unwrap_or(usize::MAX))
        .max_buf_size(limits.connection_buffer())
        .handshake(io)
        .await;
    let (sender, connection) = opened.map_err(|_| Upstream::Broken)?;
    let wire = Box::pin(async move {
        // The exchange that uses the connection hears of its failure through `sender`.
        let _ = connection.await;
    });
    Ok(Connection { sender, slot, driver: Driver { wire, over: false } })
}
