//! Requests of the process itself: the keys that an issuer publishes, what a collector of telemetry is told, and the keys of a
//! role by which we sign. No content of any exchange comes near this module.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, HOST, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::version::{TLS12, TLS13};
use sekisho_policies::Url;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::loaded::LoadError;
use crate::outbound::{Address, SYSTEM_BUNDLE, client_config, tcp};

/// From the first packet to the last byte.
const WITHIN: Duration = Duration::from_secs(5);

/// Largest document: four times what the largest key set here may have.
const BYTES_MAX: usize = 256 * 1024;

/// Why there is no document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FetchError {
    /// No connection.
    Unreachable,
    /// The certificate is not one of an authority that is trusted.
    Tls,
    /// It took longer than five seconds.
    Slow,
    /// Another status than 200; where a redirection leads is not looked at.
    Status(StatusCode),
    /// More than 256 KiB, compressed, or not UTF-8.
    Unfit,
    /// It broke off.
    Broken,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FetchError::Unreachable => f.write_str("cannot be reached"),
            FetchError::Tls => {
                f.write_str("its certificate is not one that `anchors` (or the system) vouches for")
            }
            FetchError::Slow => write!(f, "gave no answer within {} s", WITHIN.as_secs()),
            FetchError::Status(status) => write!(f, "answered {status}, not 200"),
            FetchError::Unfit => {
                write!(f, "what it gave is larger than {BYTES_MAX} bytes, compressed or not UTF-8")
            }
            FetchError::Broken => f.write_str("the answer broke off"),
        }
    }
}

impl std::error::Error for FetchError {}

/// Whose certificates are believed. Nobody's are needed for plain text, which goes to this very machine alone.
#[derive(Clone, Default)]
pub struct Trust(Option<Arc<ClientConfig>>);

impl Trust {
    /// For a place at `url`: the authorities of a PEM file, or the system's if there are to be any.
    ///
    /// # Errors
    /// The file cannot be read, or holds none.
    pub fn of(url: &Url, anchors: Option<&Path>) -> Result<Trust, LoadError> {
        if !url.tls() && anchors.is_none() {
            return Ok(Trust::default());
        }
        let file = anchors.unwrap_or(Path::new(SYSTEM_BUNDLE));
        let pem = std::fs::read(file).map_err(|error| LoadError::at(file, error))?;
        let config = client_config(&file.display().to_string(), &pem, &[&TLS13, &TLS12]);
        config.map(|config| Trust(Some(config))).map_err(|error| LoadError::all([error]))
    }
}

/// The document at `url`.
pub async fn get(url: &Url, trust: &Trust) -> Result<String, FetchError> {
    let mut request = Request::new(Full::default());
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    send(url, trust, request).await.and_then(document)
}

/// Sends a request to `url`, whatever it says of its own target, and gives the answer. Asks for no encoding.
pub async fn send(
    url: &Url,
    trust: &Trust,
    mut request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, FetchError> {
    let address = Address::of(url);
    let path = if url.path().is_empty() { "/" } else { url.path() };
    *request.uri_mut() = path.parse().map_err(|_| FetchError::Broken)?;
    let host = HeaderValue::from_str(&address.authority).map_err(|_| FetchError::Broken)?;
    request.headers_mut().insert(HOST, host);
    request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    timeout(WITHIN, open(&address, trust, request)).await.unwrap_or(Err(FetchError::Slow))
}

/// A place on this machine or beside it, where nothing is encrypted: a loopback address, or one of those that AWS has given to
/// its agents, which no router passes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Nearby(SocketAddr);

/// Of Amazon ECS, and of EKS Pod Identity.
const AGENTS: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
];

impl Nearby {
    /// `None` for any other address.
    pub(crate) fn at(socket: SocketAddr) -> Option<Nearby> {
        let near = socket.ip().is_loopback() || AGENTS.contains(&socket.ip());
        near.then_some(Nearby(socket))
    }

    /// Where the agent of Amazon ECS answers.
    pub(crate) const fn ecs() -> Nearby {
        Nearby(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)), 80))
    }

    /// Where an instance's metadata are.
    pub(crate) const fn metadata() -> Nearby {
        Nearby(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), 80))
    }
}

/// Sends a request to a place nearby, and gives the document that it answers with.
pub(crate) async fn near(place: Nearby, mut request: Request<Full<Bytes>>) -> Result<String, FetchError> {
    let Nearby(socket) = place;
    let host = match (socket.ip(), socket.port()) {
        (IpAddr::V4(ip), 80) => ip.to_string(),
        (IpAddr::V6(ip), 80) => format!("[{ip}]"),
        _ => socket.to_string(),
    };
    let host = HeaderValue::from_str(&host).map_err(|_| FetchError::Broken)?;
    request.headers_mut().insert(HOST, host);
    request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let asked = async {
        let stream = TcpStream::connect(socket).await.map_err(|_| FetchError::Unreachable)?;
        exchange(stream, request).await
    };
    timeout(WITHIN, asked).await.unwrap_or(Err(FetchError::Slow)).and_then(document)
}

/// The text of an answer that is one.
pub(crate) fn document(answer: Response<Bytes>) -> Result<String, FetchError> {
    match answer.status() {
        StatusCode::OK => String::from_utf8(answer.into_body().into()).map_err(|_| FetchError::Unfit),
        status => Err(FetchError::Status(status)),
    }
}

async fn open(
    address: &Address,
    trust: &Trust,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, FetchError> {
    let stream = tcp(address, WITHIN).await.map_err(|_| FetchError::Unreachable)?;
    if !address.secure {
        return exchange(stream, request).await;
    }
    let tls = trust.0.clone().ok_or(FetchError::Tls)?;
    let name = address.server_name().ok_or(FetchError::Tls)?;
    let stream = TlsConnector::from(tls).connect(name, stream).await.map_err(|_| FetchError::Tls)?;
    exchange(stream, request).await
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let opened = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = opened.map_err(|_| FetchError::Broken)?;
    let asked = async { read(sender.send_request(request).await).await };
    tokio::pin!(asked, connection);
    tokio::select! {
        read = &mut asked => read,
        // The other side may close as soon as it has said all.
        _ = &mut connection => asked.await,
    }
}

async fn read(answer: hyper::Result<Response<Incoming>>) -> Result<Response<Bytes>, FetchError> {
    let (head, body) = answer.map_err(|_| FetchError::Broken)?.into_parts();
    let body = Limited::new(body, BYTES_MAX).collect().await;
    let body = body.map_err(|error| match error.is::<LengthLimitError>() {
        true => FetchError::Unfit,
        false => FetchError::Broken,
    })?;
    Ok(Response::from_parts(head, body.to_bytes()))
}
