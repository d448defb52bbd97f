//! Small documents for the process itself, such as the keys that an issuer publishes. What goes out is a path; no content
//! of any exchange, and no credential, comes near this module.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, HOST, HeaderValue};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use sekisho_policies::Url;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::outbound::{Address, tcp};

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

/// The document at `url`, over TLS as `tls` says, or in plain text from this very machine.
pub async fn get(url: &Url, tls: &Arc<ClientConfig>) -> Result<String, FetchError> {
    timeout(WITHIN, document(url, tls)).await.unwrap_or(Err(FetchError::Slow))
}

async fn document(url: &Url, tls: &Arc<ClientConfig>) -> Result<String, FetchError> {
    let address = Address::of(url);
    let stream = tcp(&address, WITHIN).await.map_err(|_| FetchError::Unreachable)?;
    if !url.tls() {
        return exchange(stream, url, &address).await;
    }
    let name = address.server_name().ok_or(FetchError::Tls)?;
    let stream =
        TlsConnector::from(Arc::clone(tls)).connect(name, stream).await.map_err(|_| FetchError::Tls)?;
    exchange(stream, url, &address).await
}

async fn exchange<S>(stream: S, url: &Url, address: &Address) -> Result<String, FetchError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let opened = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = opened.map_err(|_| FetchError::Broken)?;
    let asked = async { read(sender.send_request(request(url, address)?).await).await };
    tokio::pin!(asked, connection);
    tokio::select! {
        read = &mut asked => read,
        // The other side may close as soon as it has said all.
        _ = &mut connection => asked.await,
    }
}

fn request(url: &Url, address: &Address) -> Result<Request<Empty<Bytes>>, FetchError> {
    let path = if url.path().is_empty() { "/" } else { url.path() };
    let host = HeaderValue::from_str(&address.authority).map_err(|_| FetchError::Broken)?;
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = path.parse().map_err(|_| FetchError::Broken)?;
    request.headers_mut().insert(HOST, host);
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
    request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(request)
}

async fn read(answer: hyper::Result<http::Response<hyper::body::Incoming>>) -> Result<String, FetchError> {
    let answer = answer.map_err(|_| FetchError::Broken)?;
    if answer.status() != StatusCode::OK {
        return Err(FetchError::Status(answer.status()));
    }
    let body = Limited::new(answer.into_body(), BYTES_MAX).collect().await;
    let body = body.map_err(|error| match error.is::<http_body_util::LengthLimitError>() {
        true => FetchError::Unfit,
        false => FetchError::Broken,
    })?;
    String::from_utf8(body.to_bytes().into()).map_err(|_| FetchError::Unfit)
}
