//! A place on this machine where an issuer publishes its keys: plain HTTP/1.1, one answer a connection.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What is published; ends with the process.
pub struct Publisher {
    /// Where.
    pub address: SocketAddr,
    shown: Arc<Mutex<Option<String>>>,
    asked: Arc<AtomicUsize>,
}

impl Publisher {
    /// Publishes nothing yet: 503.
    pub fn start() -> Publisher {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let publisher = Publisher { address, shown: Arc::default(), asked: Arc::default() };
        let (shown, asked) = (Arc::clone(&publisher.shown), Arc::clone(&publisher.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                asked.fetch_add(1, Ordering::Relaxed);
                answer(stream, &shown.lock().unwrap_or_else(PoisonError::into_inner));
            }
        });
        publisher
    }

    /// From now on everybody gets this.
    pub fn shows(&self, text: &str) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.to_owned());
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn answer(mut stream: TcpStream, shown: &Option<String>) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.extend(byte);
    }
    let (status, body) = match shown {
        Some(text) => ("200 OK", text.as_str()),
        None => ("503 Service Unavailable", ""),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all((head + body).as_bytes());
}
