//! A backend that behaves as badly as it is told to, over TLS on loopback.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// What the backend does once it has read a request.
#[derive(Clone, Debug)]
pub enum Script {
    /// Sends these bytes and keeps the connection open.
    Say(Vec<u8>),
    /// Sends these bytes and closes.
    SayAndClose(Vec<u8>),
    /// Sends the first bytes, then the second again and again.
    Endlessly(Vec<u8>, Vec<u8>),
    /// Sends piece after piece, each after a pause, and keeps the connection open.
    Pieces(Vec<(Duration, Vec<u8>)>),
    /// Sends nothing, and stays.
    Silence,
    /// Closes at once.
    Close,
    /// Does what this says about the request: its head and body as they came.
    Asked(fn(&str) -> Script),
}

impl Script {
    /// A whole answer: status line and heads (without the length), and the body.
    pub fn answer(head: &str, body: &str) -> Script {
        let head = head.replace('\n', "\r\n");
        Script::Say(format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
    }

    /// A streamed answer: each text is written at once, as a chunk of its own; `ends` says whether the body is complete
    /// or the connection just closes.
    pub fn stream(texts: impl IntoIterator<Item = String>, pause: Duration, ends: bool) -> Script {
        Script::chunked("text/event-stream", texts.into_iter().map(String::into_bytes), pause, ends)
    }

    /// The same of bytes, and of this type.
    pub fn chunked(
        content_type: &str,
        bytes: impl IntoIterator<Item = Vec<u8>>,
        pause: Duration,
        ends: bool,
    ) -> Script {
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let mut pieces = vec![(Duration::ZERO, head.into_bytes())];
        let chunk = |bytes: Vec<u8>| {
            [format!("{:x}\r\n", bytes.len()).into_bytes(), bytes, b"\r\n".to_vec()].concat()
        };
        pieces.extend(bytes.into_iter().filter(|bytes| !bytes.is_empty()).map(|bytes| (pause, chunk(bytes))));
        // An empty piece closes the connection.
        pieces.push((pause, if ends { b"0\r\n\r\n".to_vec() } else { Vec::new() }));
        Script::Pieces(pieces)
    }

    /// A chat completion that says this.
    pub fn says(text: &str) -> Script {
        Script::answer("HTTP/1.1 200 OK\nContent-Type: application/json", &completion(text))
    }
}

/// A chat completion with one choice.
pub fn completion(text: &str) -> String {
    let message = serde_json::json!({ "role": "assistant", "content": text });
    let choice = serde_json::json!({ "index": 0, "message": message, "finish_reason": "stop" });
    serde_json::json!({ "id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice] })
        .to_string()
}

/// The listener; it ends with the process of the test.
pub struct Backend {
    /// Where it listens.
    pub address: SocketAddr,
    script: Arc<Mutex<Script>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Backend {
    /// Listens with this certificate chain and key (PEM files).
    pub fn start(chain: &Path, key: &Path) -> Backend {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of loopback is free");
        let address = listener.local_addr().expect("a bound listener has an address");
        let chain = CertificateDer::pem_file_iter(chain).expect("the chain can be read");
        let chain = chain.map(|certificate| certificate.expect("the chain is PEM")).collect();
        let key = PrivateKeyDer::from_pem_file(key).expect("the key can be read");
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has TLS 1.3")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("chain and key belong together");
        let (script, requests) = (Arc::new(Mutex::new(Script::Silence)), Arc::new(Mutex::new(Vec::new())));
        let backend = Backend { address, script: Arc::clone(&script), requests: Arc::clone(&requests) };
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let (config, script, requests) =
                    (Arc::clone(&config), Arc::clone(&script), Arc::clone(&requests));
                std::thread::spawn(move || serve(socket, config, &script, &requests));
            }
        });
        backend
    }

    /// What to do from the next request on.
    pub fn plays(&self, script: Script) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = script;
    }

    /// The requests read since the last call: head and body as they came.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn serve(socket: TcpStream, tls: Arc<ServerConfig>, script: &Mutex<Script>, requests: &Mutex<Vec<String>>) {
    let Ok(connection) = ServerConnection::new(tls) else { return };
    let _ = socket.set_nodelay(true);
    let mut stream = StreamOwned::new(connection, socket);
    while let Some(request) = request(&mut stream) {
        let script = match script.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            Script::Asked(answer) => answer(&request),
            script => script,
        };
        requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        if play(&mut stream, script).is_none() {
            return;
        }
    }
}

/// One request by its `Content-Length`; `None` when the other side is gone.
fn request(stream: &mut impl Read) -> Option<String> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 8192]);
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length = lower.lines().find_map(|l| l.strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text.into_owned());
            }
        }
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => bytes.extend(chunk.iter().take(count)),
            _ => return None,
        }
    }
}

/// `None` when the connection ends here.
fn play(stream: &mut impl Write, script: Script) -> Option<()> {
    let mut say = |bytes: &[u8]| stream.write_all(bytes).and_then(|()| stream.flush()).ok();
    match script {
        Script::Say(bytes) => say(&bytes),
        Script::SayAndClose(bytes) => say(&bytes).and(None),
        // What is asked is played by what it says.
        Script::Close | Script::Asked(_) => None,
        Script::Pieces(pieces) => pieces.into_iter().try_for_each(|(pause, bytes)| {
            std::thread::sleep(pause);
            if bytes.is_empty() { None } else { say(&bytes) }
        }),
        Script::Endlessly(first, again) => {
            say(&first)?;
            loop {
                say(&again)?;
            }
        }
        Script::Silence => {
            // Longer than any test waits.
            std::thread::sleep(Duration::from_secs(600));
            None
        }
    }
}
