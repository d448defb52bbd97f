//! The way to a backend and back, against real sockets on loopback.

mod answers;
mod equipment;
mod ways;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Method;
use sekisho_audit::Outcome;
use sekisho_certs::{Authority, Host};
use sekisho_policies::{TrustAnchor, Url};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::address::Address;
use super::client::{Parcel, deliver};
use super::pool::Pool;
use super::progress::Teller;
use super::*;
use crate::config::Limits;
use crate::front::{Budget, Versions, served};

fn limits() -> Limits {
    Limits {
        answer_bytes_max: 1000,
        connect_timeout_ms: 500,
        first_byte_timeout_ms: 300,
        idle_timeout_ms: 300,
        total_timeout_ms: 1000,
        ..Limits::default()
    }
}

/// A backend that plays a script on each connection, given its number from 0.
struct Backend {
    address: SocketAddr,
    trust: Trust,
    connections: Arc<AtomicUsize>,
}

async fn backend<S, F>(script: S) -> Backend
where
    S: Fn(usize, TlsStream<TcpStream>) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let authority = Authority::development("backend test", now, 3600).unwrap();
    let issued = authority.issue_server(&[Host::parse("127.0.0.1").unwrap()], now, 3600).unwrap();
    let tls = served(issued.certificate_pem.as_bytes(), issued.key_pem.as_bytes(), Versions::Tls13, None);
    let acceptor = TlsAcceptor::from(tls.unwrap().config());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let number = count.fetch_add(1, Ordering::SeqCst);
            if let Ok(stream) = acceptor.accept(stream).await {
                tokio::spawn(script(number, stream));
            }
        }
    });
    let trust = Trust::none().with_file("ca.pem", authority.certificate_pem().as_bytes()).unwrap();
    Backend { address, trust, connections }
}

/// A backend that reads one request and writes these bytes, then closes.
async fn says(bytes: &'static str) -> Backend {
    backend(move |_, mut stream| async move {
        hear(&mut stream).await;
        let _ = stream.write_all(bytes.as_bytes()).await;
        let _ = stream.shutdown().await;
    })
    .await
}

/// Reads a request whose body is `{}`.
async fn hear(stream: &mut TlsStream<TcpStream>) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(b"{}") {
        match stream.read_u8().await {
            Ok(byte) => heard.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(heard).unwrap()
}

/// What came back.
#[derive(Debug)]
struct Raw {
    status: u16,
    content_type: Option<String>,
    body: Vec<u8>,
}

/// Who sends: one pool, one budget, and what progress was told.
struct Sender {
    pool: Arc<Pool>,
    budget: Budget,
    told: Mutex<Vec<Outcome>>,
}

fn sender() -> Sender {
    Sender { pool: Arc::default(), budget: Budget::of_bytes(10_000), told: Mutex::default() }
}

impl Sender {
    async fn send(&self, to: &Backend) -> Result<Raw, SendError> {
        let url = Url::parse(&format!("https://{}/base", to.address)).unwrap();
        let trust = to.trust.get(&anchor());
        self.parcel(parcel(&url, trust)).await
    }

    async fn parcel(&self, parcel: Parcel) -> Result<Raw, SendError> {
        let mut reached = |outcome| self.told.lock().unwrap().push(outcome);
        let mut receiving = deliver(parcel, &self.pool, &limits(), Teller::new(&mut reached)).await?;
        let body = receiving.bytes(&self.budget.share()).await?;
        Ok(Raw {
            status: receiving.status(),
            content_type: receiving.content_type().map(str::to_owned),
            body,
        })
    }

    fn told(&self) -> Vec<Outcome> {
        self.told.lock().unwrap().clone()
    }
}

fn anchor() -> TrustAnchor {
    TrustAnchor::File("ca.pem".to_owned())
}

fn parcel(url: &Url, trust: Option<super::trust::Anchor>) -> Parcel {
    Parcel {
        patience_ms: u64::MAX,
        from_root: false,
        address: Address::of(url),
        trust,
        method: Method::POST,
        path: "/v1/chat/completions".to_owned(),
        credential: vec![(HeaderName::from_static("x-api-key"), HeaderValue::from_static("secret"))],
        heads: Vec::new(),
        body: Bytes::from_static(b"{}"),
    }
}
