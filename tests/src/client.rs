//! One request as a well-behaved client sends it, over HTTP/1.1 or HTTP/2, and what came back.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::stream::Streamed;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http2::SendRequest;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Longest wait for a whole answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request to be. `$model` in the body stands for the model that serves both levels.
#[derive(Clone, Debug)]
pub struct Ask {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) heads: Vec<(String, String)>,
    pub(crate) who: Option<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) http2: bool,
}

impl Ask {
    /// A chat with one message of the user.
    pub fn chat(text: &str) -> Ask {
        Ask::json(&json!({ "model": "$model", "messages": [{ "role": "user", "content": text }] }))
    }

    /// A body for Chat Completions.
    pub fn json(body: &Value) -> Ask {
        Ask::bytes(body.to_string())
    }

    /// A body for Chat Completions, byte for byte.
    pub fn bytes(body: impl Into<Vec<u8>>) -> Ask {
        let heads = vec![("content-type".to_owned(), "application/json".to_owned())];
        let (method, path) = ("POST".to_owned(), "/v1/chat/completions".to_owned());
        Ask { method, path, heads, who: Some("official".to_owned()), body: body.into(), http2: false }
    }

    /// A request without a body.
    pub fn get(path: &str) -> Ask {
        let mut ask = Ask::bytes("").method("GET").path(path);
        ask.heads.clear();
        ask
    }

    /// As `official` (who asks unless told otherwise), `contractor` or `stranger`.
    pub fn by(mut self, who: &str) -> Ask {
        self.who = Some(who.to_owned());
        self
    }

    /// Without a credential, or with one given by [`Ask::head`].
    pub fn nobody(mut self) -> Ask {
        self.who = None;
        self
    }

    /// Declares a level in the header.
    pub fn level(self, level: &str) -> Ask {
        self.head("confidentiality-level", level)
    }

    /// Adds a head; the same name may be added twice.
    pub fn head(mut self, name: &str, value: &str) -> Ask {
        self.heads.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes a head away.
    pub fn without(mut self, name: &str) -> Ask {
        self.heads.retain(|(n, _)| n != name);
        self
    }

    /// Another body.
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Ask {
        self.body = body.into();
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Another method.
    pub fn method(mut self, method: &str) -> Ask {
        self.method = method.to_owned();
        self
    }

    /// Another path.
    pub fn path(mut self, path: &str) -> Ask {
        self.path = path.to_owned();
        self
    }

    /// Over HTTP/2.
    pub fn http2(mut self) -> Ask {
        self.http2 = true;
        self
    }

    pub(crate) fn alpn(&self) -> &'static [&'static str] {
        if self.http2 { &["h2"] } else { &["http/1.1"] }
    }

    /// Sends and waits. An error says what broke on the way, as `connection closed before message completed`.
    pub(crate) fn send(&self, gate: SocketAddr, tls: Arc<ClientConfig>) -> Result<Reply, String> {
        patiently(self.exchange(gate, tls))
    }

    /// Over one HTTP/2 connection: resets this exchange's stream after the first bytes of its answer, then asks `next`.
    /// Gives the id of the record that was reset, and the next reply.
    pub(crate) fn reset_then(
        &self,
        next: &Ask,
        gate: SocketAddr,
        tls: Arc<ClientConfig>,
    ) -> Result<(String, Reply), String> {
        patiently(async {
            let mut sender = http2(gate, tls).await?;
            let uri = |ask: &Ask| format!("https://{gate}{}", ask.path);
            let mut response = sender.send_request(self.request(&uri(self))?).await.map_err(text)?;
            let record = response.headers().get("sekisho-record").and_then(|id| id.to_str().ok());
            let record = record.unwrap_or_default().to_owned();
            response.body_mut().frame().await.ok_or("no first bytes")?.map_err(text)?;
            // A body that is dropped before its end resets its stream (RFC 9113 §8.1, CANCEL).
            drop(response);
            let reply =
                Reply::read(sender.send_request(next.request(&uri(next))?).await.map_err(text)?).await?;
            Ok((record, reply))
        })
    }

    async fn exchange(&self, gate: SocketAddr, tls: Arc<ClientConfig>) -> Result<Reply, String> {
        let response = if self.http2 {
            let mut sender = http2(gate, tls).await?;
            sender.send_request(self.request(&format!("https://{gate}{}", self.path))?).await.map_err(text)?
        } else {
            let io = connect(gate, tls).await?;
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.map_err(text)?;
            tokio::spawn(connection);
            let request = self.clone().head("host", &gate.to_string()).request(&self.path)?;
            sender.send_request(request).await.map_err(text)?
        };
        Reply::read(response).await
    }

    fn request(&self, uri: &str) -> Result<Request<Full<Bytes>>, String> {
        let mut request = Request::builder().method(self.method.as_str()).uri(uri);
        for (name, value) in &self.heads {
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::from(self.body.clone()))).map_err(text)
    }
}

/// Runs to the end, or to the end of patience.
fn patiently<T>(exchange: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    let exchange = async { tokio::time::timeout(PATIENCE, exchange).await };
    runtime.block_on(exchange).map_err(|_| format!("no answer within {PATIENCE:?}"))?
}

async fn connect(gate: SocketAddr, tls: Arc<ClientConfig>) -> Result<TokioIo<TlsStream<TcpStream>>, String> {
    let stream = TcpStream::connect(gate).await.map_err(text)?;
    let stream = TlsConnector::from(tls).connect(ServerName::from(gate.ip()), stream).await;
    stream.map(TokioIo::new).map_err(text)
}

async fn http2(gate: SocketAddr, tls: Arc<ClientConfig>) -> Result<SendRequest<Full<Bytes>>, String> {
    let io = connect(gate, tls).await?;
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.map_err(text)?;
    tokio::spawn(connection);
    Ok(sender)
}

/// A connection over HTTP/1.1 that is kept open between requests.
pub struct Kept {
    runtime: tokio::runtime::Runtime,
    sender: hyper::client::conn::http1::SendRequest<Full<Bytes>>,
    host: String,
}

impl Kept {
    /// Connects to a gate or a backend whose certificate the CA in this file vouches for.
    pub fn open(address: SocketAddr, ca: &Path) -> Kept {
        Kept::over(address, crate::tls::client(ca, &["http/1.1"]))
    }

    pub(crate) fn over(address: SocketAddr, tls: Arc<ClientConfig>) -> Kept {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        let sender = runtime.block_on(async {
            let stream = TcpStream::connect(address).await.expect("somebody listens");
            stream.set_nodelay(true).expect("a socket takes options");
            let name = ServerName::from(address.ip());
            let stream = TlsConnector::from(tls).connect(name, stream).await.expect("the CA vouches for it");
            let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
                .await
                .expect("HTTP/1.1 is spoken");
            tokio::spawn(connection);
            sender
        });
        Kept { runtime, sender, host: address.to_string() }
    }

    /// One exchange.
    pub fn ask(&mut self, ask: &Ask) -> Reply {
        let request =
            ask.clone().head("host", &self.host).request(&ask.path).expect("the request is well formed");
        let sender = &mut self.sender;
        let exchange = async {
            sender.ready().await.map_err(text)?;
            Reply::read(sender.send_request(request).await.map_err(text)?).await
        };
        self.runtime.block_on(exchange).expect("an answer comes")
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// What came back, and what the backends received meanwhile.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Heads by lower-case name; a name that came twice has its values joined by a comma.
    pub heads: BTreeMap<String, String>,
    /// The whole body.
    pub body: Vec<u8>,
    /// Lines that the backends wrote down between asking and now: the bodies that they received.
    pub backend: String,
}

impl Reply {
    async fn read(response: Response<Incoming>) -> Result<Reply, String> {
        let status = response.status().as_u16();
        let mut heads: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in response.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            let joined = heads.entry(name.to_string()).or_default();
            *joined = if joined.is_empty() { value.into_owned() } else { format!("{joined},{value}") };
        }
        let body = response.into_body().collect().await.map_err(text)?.to_bytes().to_vec();
        Ok(Reply { status, heads, body, backend: String::new() })
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as a stream.
    pub fn stream(&self) -> Streamed {
        Streamed::of(&self.text())
    }

    /// The body as JSON; `Null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A head's value; empty if it did not come.
    pub fn head(&self, name: &str) -> &str {
        self.heads.get(name).map_or("", String::as_str)
    }

    /// What the model said in its first choice.
    pub fn content(&self) -> String {
        self.string("/choices/0/message/content")
    }

    /// What a refusal says, in OpenAI's error shape.
    pub fn error(&self) -> String {
        self.string("/error/message")
    }

    /// The id of the exchange's record.
    pub fn record(&self) -> &str {
        self.head("sekisho-record")
    }

    /// What the backends received, as JSON: one body a line.
    pub fn received(&self) -> Vec<Value> {
        self.backend.lines().map(|l| serde_json::from_str(l).expect("a backend keeps JSON")).collect()
    }

    fn string(&self, pointer: &str) -> String {
        self.json().pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// For messages of failed tests; texts of these tests are no secrets.
    pub fn show(&self) -> String {
        format!("{} {:?}\n{}\nthe backends received: {}", self.status, self.heads, self.text(), self.backend)
    }

    /// Answered, and exactly one body reached a backend.
    #[track_caller]
    pub fn passed(self) -> Reply {
        assert_eq!(self.status, 200, "{}", self.show());
        assert_eq!(self.backend.lines().count(), 1, "one request goes to one backend: {}", self.show());
        assert_eq!(self.record().len(), 32, "an answer names its record: {}", self.show());
        self
    }

    /// Refused with this status in the dialect's shape, and nothing reached a backend.
    #[track_caller]
    pub fn refused(self, status: u16) -> Reply {
        assert_eq!(self.status, status, "{}", self.show());
        assert!(!self.error().is_empty(), "a refusal says why in OpenAI's error shape: {}", self.show());
        assert_eq!(self.backend, "", "nothing reaches a backend: {}", self.show());
        self
    }
}
