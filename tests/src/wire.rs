//! A bare TLS connection for bytes that no client library would send.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::{ClientConfig, ClientConnection, StreamOwned};
use rustls_pki_types::ServerName;
use tokio::net::TcpSocket;

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
    /// Connects to whoever listens there with a certificate that the CA in this file vouches for.
    pub fn open(address: SocketAddr, ca: &std::path::Path) -> Wire {
        Wire::connect(address, crate::tls::client(ca, &[]))
    }

    pub(crate) fn connect(gate: SocketAddr, tls: Arc<ClientConfig>) -> Wire {
        Wire::on(TcpStream::connect(gate).expect("the gate accepts connections"), gate, tls)
    }

    /// Over a socket that takes a few kilobytes before they are read: who sends to it soon has to wait.
    pub(crate) fn narrow(gate: SocketAddr, tls: Arc<ClientConfig>) -> Wire {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let connected = runtime.expect("a runtime starts").block_on(async {
            let socket = TcpSocket::new_v4()?;
            socket.set_recv_buffer_size(4096)?;
            socket.set_send_buffer_size(4096)?;
            let stream = socket.connect(gate).await?.into_std()?;
            stream.set_nonblocking(false).map(|()| stream)
        });
        Wire::on(connected.expect("the gate accepts connections"), gate, tls)
    }

    fn on(socket: TcpStream, gate: SocketAddr, tls: Arc<ClientConfig>) -> Wire {
        socket.set_nodelay(true).expect("a socket takes options");
        let connection = ClientConnection::new(tls, ServerName::from(gate.ip())).expect("a TLS connection");
        Wire { stream: StreamOwned::new(connection, socket) }
    }

    /// Waits for the end of the handshake.
    pub fn shaken(mut self) -> Wire {
        self.stream.conn.complete_io(&mut self.stream.sock).expect("hands are shaken");
        self
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

    pub(crate) fn patience(&self, within: Duration) {
        self.stream.sock.set_write_timeout(Some(within)).expect("a socket takes a timeout");
    }

    /// What comes next; nothing once the connection has ended. Fails the test if neither happens `within`.
    pub(crate) fn more(&mut self, within: Duration) -> Option<Vec<u8>> {
        let mut chunk = vec![0; 8192];
        self.stream.sock.set_read_timeout(Some(within)).expect("a socket takes a timeout");
        let read = self.stream.read(&mut chunk);
        let silent = read
            .as_ref()
            .is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
        assert!(!silent, "neither an answer nor an end within {within:?}");
        let count = read.unwrap_or(0);
        chunk.truncate(count);
        (count > 0).then_some(chunk)
    }

    /// Reads until this text has come; fails the test if it does not within ten seconds.
    pub fn until(&mut self, text: &str) -> String {
        let started = Instant::now();
        let (mut bytes, mut chunk) = (Vec::new(), [0; 8192]);
        loop {
            let come = String::from_utf8_lossy(&bytes).into_owned();
            if come.contains(text) {
                return come;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "`{text}` did not come, but: {come}");
            self.stream
                .sock
                .set_read_timeout(Some(Duration::from_secs(10)))
                .expect("a socket takes a timeout");
            let count = self.stream.read(&mut chunk).unwrap_or(0);
            assert!(count > 0, "`{text}` did not come, but: {come}");
            bytes.extend(chunk.iter().take(count));
        }
    }

    /// Reads a streamed answer to its `[DONE]`; tells when its events came, from now on.
    pub fn arrivals(&mut self) -> Vec<Duration> {
        let started = Instant::now();
        let (mut tail, mut chunk, mut arrivals) = (Vec::new(), [0; 65536], Vec::new());
        while !tail.ends_with(b"\r\n0\r\n\r\n") {
            let count = self.stream.read(&mut chunk).expect("the stream goes on");
            assert!(count > 0, "the stream broke off");
            tail.extend(chunk.iter().take(count));
            let text = String::from_utf8_lossy(&tail);
            let complete = text.rfind("\n\n").map_or(0, |at| at + 2);
            let events = text.get(..complete).unwrap_or_default().matches("data: ").count();
            arrivals.extend(std::iter::repeat_n(started.elapsed(), events));
            tail.drain(..complete.min(tail.len()));
        }
        arrivals
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
