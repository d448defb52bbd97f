//! A small HTTPS client for the tour: it stands where a person's program would, or GENAI's, in front of the gate.

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

use super::reply::Reply;

/// Asks the gate.
pub struct Client {
    /// Where the gate listens.
    pub gate: SocketAddr,
    /// Trusts the development CA.
    pub tls: Arc<rustls::ClientConfig>,
}

/// One request: a JSON body that is posted.
pub struct Ask {
    /// Where to.
    pub path: String,
    /// Heads beside those that every such request has.
    pub heads: Vec<(&'static str, String)>,
    /// The body.
    pub body: Value,
}

/// Longest wait for a whole exchange.
const PATIENCE: Duration = Duration::from_secs(30);

impl Client {
    /// One exchange on a connection of its own. The error names what broke, never what was said.
    pub async fn ask(&self, ask: &Ask) -> Result<Reply, String> {
        let exchange = self.exchange(ask);
        tokio::time::timeout(PATIENCE, exchange).await.map_err(|_| "no answer in time".to_owned())?
    }

    async fn exchange(&self, ask: &Ask) -> Result<Reply, String> {
        let stream = TcpStream::connect(self.gate).await.map_err(text)?;
        let name = ServerName::from(self.gate.ip());
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await.map_err(text)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(text)?;
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&ask.path)
            .header(header::HOST, self.gate.to_string())
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in &ask.heads {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(ask.body.to_string()))).map_err(text)?;
        let response = sender.send_request(request).await.map_err(text)?;
        let (parts, body) = response.into_parts();
        let head =
            |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Reply {
            status: parts.status.as_u16(),
            level: head("confidentiality-level"),
            record: head("sekisho-record"),
            decision: head("sekisho-decision"),
            content_type: head("content-type"),
            body: body.collect().await.map_err(text)?.to_bytes().to_vec(),
        })
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
