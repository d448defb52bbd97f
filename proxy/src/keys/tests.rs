//! Issuers that publish their keys, well and badly, on this very machine.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use super::*;
use crate::fetch::FetchError;

type Pages = Arc<Mutex<BTreeMap<&'static str, String>>>;

/// Answers each path with what is written for it, in plain HTTP/1.1.
fn publisher(pages: &[(&'static str, String)]) -> (SocketAddr, Pages) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let pages: Pages = Arc::new(Mutex::new(pages.iter().cloned().collect()));
    let served = Arc::clone(&pages);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut head) = (stream.unwrap(), Vec::new());
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && head.first().is_none_or(|first| *first == b'G') {
                stream.read_exact(&mut byte).unwrap();
                head.push(byte[0]);
            }
            // What is no request is hung up on.
            let head = String::from_utf8(head).unwrap();
            let Some(path) = head.split(' ').nth(1) else { continue };
            let none = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned();
            let answer = served.lock().unwrap().get(path).cloned().unwrap_or(none);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, pages)
}

fn page(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn url(address: SocketAddr, path: &str) -> Url {
    Url::parse(&format!("http://{address}{path}")).unwrap()
}

const EMPTY: &str = r#"{"keys":[]}"#;

#[tokio::test]
async fn a_document_is_what_the_place_itself_says() {
    let large = page(&"x".repeat(256 * 1024 + 1));
    let (address, _) = publisher(&[
        ("/good", page(EMPTY)),
        ("/large", large),
        ("/moved", "HTTP/1.1 302 Found\r\nlocation: /good\r\ncontent-length: 0\r\n\r\n".to_owned()),
        ("/cut", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\nconnection: close\r\n\r\n{".to_owned()),
        ("/silent", String::new()),
    ]);
    let get = async |path: &str| fetch::get(&url(address, path), &Trust::default()).await;
    assert_eq!(get("/good").await.as_deref(), Ok(EMPTY));
    assert_eq!(get("/large").await, Err(FetchError::Unfit));
    assert_eq!(get("/moved").await, Err(FetchError::Status(http::StatusCode::FOUND)));
    assert_eq!(get("/cut").await, Err(FetchError::Broken));
    assert_eq!(get("/silent").await, Err(FetchError::Broken));
    assert_eq!(get("/other").await, Err(FetchError::Status(http::StatusCode::NOT_FOUND)));
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(fetch::get(&url(gone, "/good"), &Trust::default()).await, Err(FetchError::Unreachable));
    // TLS is spoken where the address says so, and nothing else.
    let secure = Url::parse(&format!("https://{address}/good")).unwrap();
    assert_eq!(fetch::get(&secure, &Trust::default()).await, Err(FetchError::Tls));
}

#[tokio::test]
async fn an_issuer_is_asked_where_its_keys_are() {
    let (address, pages) = publisher(&[("/keys", page(EMPTY))]);
    let iss = url(address, "/v2");
    let about = |iss: &str| page(&format!(r#"{{"issuer":"{iss}","jwks_uri":"http://{address}/keys"}}"#));
    let place = format!("http://{address}/v2/.well-known/openid-configuration");
    let not_there = discover(&iss, &Trust::default()).await.unwrap_err();
    assert_eq!(not_there, format!("{place}: answered 404 Not Found, not 200"));
    pages.lock().unwrap().insert("/v2/.well-known/openid-configuration", about(iss.as_str()));
    assert_eq!(
        discover(&iss, &Trust::default()).await.map(|url| url.path().to_owned()).as_deref(),
        Ok("/keys")
    );
    pages.lock().unwrap().insert("/v2/.well-known/openid-configuration", about("https://other.example"));
    let other = discover(&iss, &Trust::default()).await.unwrap_err();
    assert_eq!(other, format!("{place}: `issuer` is not `http://{address}/v2`"));
}
