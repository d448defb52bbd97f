//! The front against real sockets on loopback.

mod bodies;
mod ends;
mod heads;
mod streams;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sekisho_certs::{Authority, Host, bundle};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;
use crate::config::Limits;

/// Longer than any bound that a test sets; a test that waits so long has failed.
const FAR: Duration = Duration::from_secs(5);

/// Bounds short enough for tests.
fn limits() -> Limits {
    Limits {
        body_bytes_max: 1000,
        head_timeout_ms: 300,
        handshake_timeout_ms: 300,
        body_timeout_ms: 600,
        body_idle_timeout_ms: 300,
        drain_timeout_ms: 2000,
        ..Limits::default()
    }
}

/// Answers with the body, or with what was wrong with it.
async fn echo(mut arrival: Arrival) -> Answer {
    match arrival.read_body(&limits(), sekisho_exchange::wire::BodyTypes::Json).await {
        Ok(body) => Answer::sample(200, format!("{} {} {}", arrival.method, arrival.target, body.len())),
        Err(error) => Answer::sample(400, format!("{error:?}")),
    }
}

struct Running {
    address: SocketAddr,
    authority: CertificateDer<'static>,
    budget: Budget,
    drain: Drain,
    ended: JoinHandle<()>,
}

async fn start<H: Handler>(limits: Limits, handler: H) -> Running {
    start_behind(&[], limits, handler).await
}

async fn start_behind<H: Handler>(balancers: &[&str], limits: Limits, handler: H) -> Running {
    let balancers = balancers.iter().map(|net| net.parse().unwrap()).collect();
    let around = Surroundings { balancers, names: Vec::new() };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let authority = Authority::development("front test", now, 3600).unwrap();
    let issued = authority.issue_server(&[Host::parse("127.0.0.1").unwrap()], now, 3600).unwrap();
    let tls = served(issued.certificate_pem.as_bytes(), issued.key_pem.as_bytes(), Versions::Tls13, None);
    let tls = Arc::new(Tls::new(tls.unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let budget = Budget::of_bytes(limits.body_budget_bytes);
    let drain = Drain::new();
    let front = run(listener, tls, around, limits, budget.clone(), drain.clone(), Arc::new(handler));
    let ended = tokio::spawn(front);
    let authority = bundle(authority.certificate_pem().as_bytes()).unwrap().remove(0);
    Running { address, authority, budget, drain, ended }
}

impl Running {
    async fn connect(&self, alpn: &[&str]) -> TlsStream<TcpStream> {
        self.connect_after(b"", alpn).await.unwrap()
    }

    /// Connects and says something before TLS begins.
    async fn connect_after(&self, first: &[u8], alpn: &[&str]) -> std::io::Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.clone()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|p| p.as_bytes().to_vec()).collect();
        // An IP address sends no SNI (RFC 6066 §3).
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        // Otherwise a reader who does not read takes as many megabytes as the system grants.
        socket.set_recv_buffer_size(64 << 10).unwrap();
        let mut stream = socket.connect(self.address).await?;
        stream.write_all(first).await?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// Sends bytes over HTTP/1.1 and returns what comes until the server closes.
    async fn say(&self, bytes: &str) -> String {
        let mut stream = self.connect(&["http/1.1"]).await;
        stream.write_all(bytes.as_bytes()).await.unwrap();
        hear(&mut stream).await
    }
}

async fn hear(stream: &mut TlsStream<TcpStream>) -> String {
    let mut heard = Vec::new();
    let _ = timeout(FAR, stream.read_to_end(&mut heard)).await.expect("the server closes in time");
    String::from_utf8(heard).unwrap()
}

/// A request that closes its connection; `heads` are whole lines.
fn post(heads: &str, body: &str) -> String {
    format!("POST /v1/x?y=%20 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{heads}\r\n{body}")
}
