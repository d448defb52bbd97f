//! A bare TLS connection for bytes that no client library would send.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConfig, ClientConnection, StreamOwned};
use rustls_pki_types::ServerName;

/// Sends what it is told and reads one answer.
pub struct Wire {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

/// An answer read without a client library's help.
#[derive(Clone, Debug, Default)]
pub struct WireReply {
    /// The status; 0 if none came before the connection ended.
    pub status: u16,
    /// Status line and heads.
    pub head: String,
    /// As much of the body as the head promised.
    pub body: String,
    /// How long it took from asking for the answer.
    pub took: Duration,
}

impl Wire {
    pub(crate) fn connect(gate: SocketAddr, tls: Arc<ClientConfig>) -> Wire {
        let socket = TcpStream::connect(gate).expect("the gate accepts connections");
        let connection = ClientConnection::new(tls, ServerName::from(gate.ip())).expect("a TLS connection");
        Wire { stream: StreamOwned::new(connection, socket) }
    }

    /// Sends bytes; false if the other side has closed.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).and_then(|()| self.stream.flush()).is_ok()
    }

    /// Reads one answer, or what came until the connection ended; fails the test after `within`.
    pub fn receive(&mut self, within: Duration) -> WireReply {
        let started = Instant::now();
        let mut bytes = Vec::new();
        let mut chunk = [0; 8192];
        loop {
            if let Some(reply) = complete(&bytes, false) {
                return WireReply { took: started.elapsed(), ..reply };
            }
            let left = within.checked_sub(started.elapsed()).filter(|left| !left.is_zero());
            let Some(left) = left else { panic!("no answer within {within:?}, only {} bytes", bytes.len()) };
            self.stream.sock.set_read_timeout(Some(left)).expect("a socket takes a timeout");
            match self.stream.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => bytes.extend(chunk.iter().take(count)),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => break,
            }
        }
        WireReply { took: started.elapsed(), ..complete(&bytes, true).unwrap_or_default() }
    }

    /// Ends the sending side without a word of TLS, as a crashed client does.
    pub fn abandon(self) {
        let _ = self.stream.sock.shutdown(std::net::Shutdown::Both);
    }
}

/// The answer, if the bytes hold all of it (or the connection has ended).
fn complete(bytes: &[u8], ended: bool) -> Option<WireReply> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length =
        head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
    let length = length.and_then(|l| l.trim().parse::<usize>().ok());
    let whole = ended || length.is_some_and(|length| body.len() >= length);
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    whole.then(|| WireReply { status, head: head.to_owned(), body: body.to_owned(), took: Duration::ZERO })
}
