//! Opening a connection to a backend: name, TCP, TLS, HTTP/1.1. The only place in the process that dials for content.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use sekisho_exchange::Upstream;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::progress::{Parting, Slot, Watched};
use crate::config::{Limits, ms};

/// An open connection; closed when dropped.
pub(super) struct Connection {
    pub(super) sender: SendRequest<Parting>,
    pub(super) slot: Slot,
    task: AbortHandle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
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
async fn tcp(address: &Address, within: Duration) -> Result<TcpStream, Upstream> {
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
        .handshake(io)
        .await;
    let (sender, connection) = opened.map_err(|_| Upstream::Broken)?;
    let task = tokio::spawn(async move {
        // The exchange that uses the connection hears of its failure through `sender`.
        let _ = connection.await;
    });
    Ok(Connection { sender, slot, task: task.abort_handle() })
}
