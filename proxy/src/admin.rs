//! The operator's side door: plain HTTP/1.1 on a loopback address or a Unix socket. `/healthz` and `/readyz` are bare,
//! all else needs the token; what only the token's holder may see comes behind the same check.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::config;
use crate::front::Drain;

/// Most connections at once; operators and probes are few.
const CONNECTIONS_MAX: usize = 32;

/// Longest life of a connection.
const LIFE: Duration = Duration::from_secs(60);

/// From a waiting connection to the end of a request's head.
const HEAD: Duration = Duration::from_secs(5);

/// Where the admin side listens.
#[derive(Debug)]
pub enum Door {
    /// A loopback address.
    Tcp(TcpListener),
    /// A Unix socket.
    Unix(UnixListener),
}

impl Door {
    /// Opens what the config names. A socket file that a dead process left is replaced.
    ///
    /// # Errors
    /// The address or path cannot be had; a socket that something still answers on is left alone.
    pub async fn open(config: &config::Admin) -> io::Result<Door> {
        match (&config.address, &config.socket) {
            (Some(address), None) => Ok(Door::Tcp(TcpListener::bind(address).await?)),
            (_, Some(path)) => socket(path).await.map(Door::Unix),
            (None, None) => Err(io::Error::new(io::ErrorKind::InvalidInput, "neither address nor socket")),
        }
    }
}

impl Door {
    /// The TCP address, once the port is known.
    pub fn address(&self) -> Option<std::net::SocketAddr> {
        match self {
            Door::Tcp(listener) => listener.local_addr().ok(),
            Door::Unix(_) => None,
        }
    }
}

async fn socket(path: &Path) -> io::Result<UnixListener> {
    match tokio::net::UnixStream::connect(path).await {
        Ok(_) => {
            return Err(io::Error::new(io::ErrorKind::AddrInUse, "another process answers on this socket"));
        }
        Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path)?,
        Err(_) => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// The bearer token of the admin side.
pub struct Token(Box<[u8]>);

impl Token {
    /// The first line of the token file; `None` if it is shorter than 16 bytes, which could be guessed.
    pub fn read(text: &str) -> Option<Token> {
        let line = text.lines().next().unwrap_or_default().trim();
        (line.len() >= 16).then(|| Token(line.as_bytes().into()))
    }

    /// Takes the same time wherever the first difference is.
    fn opens<B>(&self, request: &Request<B>) -> bool {
        let mut given = request.headers().get_all(AUTHORIZATION).iter();
        let (Some(one), None) = (given.next(), given.next()) else {
            return false;
        };
        let token = one.as_bytes().strip_prefix(b"Bearer ");
        token.is_some_and(|token| verify_slices_are_equal(token, &self.0).is_ok())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// What the admin side tells.
pub trait Told: Send + Sync + 'static {
    /// Whether exchanges would be taken: false while draining, and when the log is dead.
    fn is_ready(&self) -> bool;

    /// Whether the policy folder holds something else than what is in force, because it could not be taken.
    fn is_outdated(&self) -> bool;

    /// The metrics in Prometheus's text format.
    fn metrics(&self) -> String;
}

/// Serves until `stop` is started.
///
/// `stop` is not the drain of the front: probes want answers until the process ends.
pub async fn run(door: Door, token: Token, told: impl Told, stop: Drain) {
    let desk = Arc::new(Desk { token, told: Box::new(told) });
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stop.wait() => break,
            Some(_) = connections.join_next() => {}
            stream = accept(&door), if connections.len() < CONNECTIONS_MAX => match stream {
                Ok(stream) => {
                    connections.spawn(serve(stream, Arc::clone(&desk)));
                }
                // A full file table does not empty by retrying at once.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
        }
    }
    connections.shutdown().await;
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn accept(door: &Door) -> io::Result<Box<dyn Stream>> {
    match door {
        Door::Tcp(listener) => listener.accept().await.map(|(s, _)| Box::new(s) as Box<dyn Stream>),
        Door::Unix(listener) => listener.accept().await.map(|(s, _)| Box::new(s) as Box<dyn Stream>),
    }
}

struct Desk {
    token: Token,
    told: Box<dyn Told>,
}

async fn serve(stream: Box<dyn Stream>, desk: Arc<Desk>) {
    let service = service_fn(move |request| {
        let answer = desk.answer(&request);
        async move { Ok::<_, Infallible>(answer) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_headers(32)
        .serve_connection(TokioIo::new(stream), service);
    let _ = timeout(LIFE, served).await;
}

impl Desk {
    fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let get = request.method() == Method::GET;
        match request.uri().path() {
            "/healthz" if get => plain(StatusCode::OK, "alive\n"),
            "/readyz" if get && self.told.is_ready() && self.told.is_outdated() => {
                plain(StatusCode::OK, "ready, by a former policy: the policy folder could not be taken\n")
            }
            "/readyz" if get && self.told.is_ready() => plain(StatusCode::OK, "ready\n"),
            "/readyz" if get => plain(StatusCode::SERVICE_UNAVAILABLE, "not ready\n"),
            "/metrics" if get && self.token.opens(request) => {
                let mut answer = plain(StatusCode::OK, self.told.metrics());
                answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROMETHEUS));
                answer
            }
            _ if self.token.opens(request) => plain(StatusCode::NOT_FOUND, "no such page\n"),
            _ => {
                let mut answer = plain(StatusCode::UNAUTHORIZED, "the admin token is needed\n");
                answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                answer
            }
        }
    }
}

/// Prometheus's text format.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Gate(bool);

    impl Told for Gate {
        fn is_ready(&self) -> bool {
            self.0
        }

        fn is_outdated(&self) -> bool {
            false
        }

        fn metrics(&self) -> String {
            "sekisho_ready 1\n".to_owned()
        }
    }

    const TOKEN: &str = "0123456789abcdef";

    fn check(ready: bool, method: &str, path: &str, authorization: &[&str], expect: u16) {
        let desk = Desk { token: Token::read(TOKEN).unwrap(), told: Box::new(Gate(ready)) };
        let mut request = Request::builder().method(method).uri(path);
        for value in authorization {
            request = request.header(AUTHORIZATION, *value);
        }
        let status = desk.answer(&request.body(()).unwrap()).status();
        assert_eq!(status.as_u16(), expect, "{method} {path} {authorization:?}");
    }

    #[test]
    fn probes_are_bare_and_the_rest_needs_the_token() {
        let good = "Bearer 0123456789abcdef";
        check(true, "GET", "/healthz", &[], 200);
        check(false, "GET", "/healthz", &[], 200);
        check(true, "GET", "/readyz", &[], 200);
        check(false, "GET", "/readyz", &[], 503);
        check(true, "POST", "/healthz", &[], 401);
        check(true, "GET", "/metrics", &[], 401);
        check(true, "GET", "/metrics", &[good], 200);
        check(true, "POST", "/metrics", &[good], 404);
        check(true, "GET", "/other", &[good], 404);
        check(true, "GET", "/metrics", &["Bearer 0123456789abcdeg"], 401);
        check(true, "GET", "/metrics", &[good, good], 401);
    }

    #[test]
    fn a_short_token_is_no_token() {
        assert!(Token::read("0123456789abcde\nmore").is_none());
        assert!(Token::read("0123456789abcdef\nmore").is_some());
    }
}
