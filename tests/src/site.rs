//! A place on this machine that answers in plain HTTP/1.1, one answer a connection: where an issuer publishes its keys, or
//! where telemetry is collected.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The place; it ends with the process.
pub struct Site {
    /// Where.
    pub address: SocketAddr,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    shown: Option<String>,
    received: Vec<Vec<u8>>,
}

impl Site {
    /// Answers 503 until something is shown.
    pub fn start() -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let site = Site { address, known: Arc::default() };
        let known = Arc::clone(&site.known);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &known);
            }
        });
        site
    }

    /// From now on everybody gets this, with 200.
    pub fn shows(&self, text: &str) {
        self.known().shown = Some(text.to_owned());
    }

    /// Every request so far, head and body.
    pub fn received(&self) -> Vec<Vec<u8>> {
        self.known().received.clone()
    }

    /// How many requests came.
    pub fn asked(&self) -> usize {
        self.known().received.len()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer(mut stream: TcpStream, known: &Mutex<Known>) {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        request.extend(byte);
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = stream.read_exact(&mut body);
    request.extend(body);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.received.push(request);
    let (status, body) = match &known.shown {
        Some(text) => ("200 OK", text.as_str()),
        None => ("503 Service Unavailable", ""),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all((head + body).as_bytes());
}
