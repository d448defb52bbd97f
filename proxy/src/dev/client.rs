//! A small HTTPS client for the tour: it stands where a person's program would, in front of the gate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Asks the gate as one person.
pub struct Client {
    /// Where the gate listens.
    pub gate: SocketAddr,
    /// Trusts the development CA.
    pub tls: Arc<rustls::ClientConfig>,
}

/// What the gate said.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The level it was announced at.
    pub level: Option<String>,
    /// The id to appeal with.
    pub record: Option<String>,
    /// The whole body as text.
    pub text: String,
}

impl Reply {
    /// The events of a stream, `[DONE]` too.
    pub fn events(&self) -> Vec<&str> {
        self.text.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).collect()
    }

    /// What a stream says: its words joined, and the message of the error that ended it.
    pub fn streamed(&self) -> (String, Option<String>) {
        let (mut words, mut error) = (String::new(), None);
        for event in self.events() {
            let event: Value = serde_json::from_str(event).unwrap_or_default();
            words += event.pointer("/choices/0/delta/content").and_then(Value::as_str).unwrap_or_default();
            error = event.pointer("/error/message").and_then(Value::as_str).map(str::to_owned).or(error);
        }
        (words, error)
    }

    /// What the model says, or the message of a refusal.
    pub fn words(&self) -> Option<String> {
        let body: Value = serde_json::from_str(&self.text).ok()?;
        let words = body.pointer("/choices/0/message/content").or_else(|| body.pointer("/error/message"))?;
        words.as_str().map(str::to_owned)
    }
}

/// Longest wait for a whole exchange.
const PATIENCE: Duration = Duration::from_secs(30);

impl Client {
    /// One Chat Completions exchange on a connection of its own. The error names what broke, never what was said.
    pub async fn ask(&self, token: &str, level: Option<&str>, body: &Value) -> Result<Reply, String> {
        let exchange = self.exchange(token, level, body);
        tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| "no answer in time".to_owned())?
    }

    async fn exchange(&self, token: &str, level: Option<&str>, body: &Value) -> Result<Reply, String> {
        let stream = TcpStream::connect(self.gate).await.map_err(text)?;
        let name = ServerName::from(self.gate.ip());
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await.map_err(text)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(text)?;
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/v1/chat/completions")
            .header(header::HOST, self.gate.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(level) = level {
            request = request.header("confidentiality-level", level);
        }
        let request = request.body(Full::new(Bytes::from(body.to_string()))).map_err(text)?;
        let response = sender.send_request(request).await.map_err(text)?;
        let head = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (status, level, record) =
            (response.status().as_u16(), head("confidentiality-level"), head("sekisho-record"));
        let body = response.into_body().collect().await.map_err(text)?.to_bytes();
        Ok(Reply { status, level, record, text: String::from_utf8_lossy(&body).into_owned() })
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
