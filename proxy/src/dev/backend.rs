//! Scripted model backends: HTTP/1.1 over TLS on loopback, OpenAI Chat Completions, no model behind them.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::ledger::{Arrived, Ledger};
use super::samples::{self, Said};
use super::speech::Speech;

/// One listener that plays every backend of the policy; the first part of the path says which one is meant.
pub struct Backends {
    listener: TcpListener,
    /// Where it listens.
    pub addr: SocketAddr,
}

impl Backends {
    /// Takes a free port on loopback.
    pub async fn bind() -> std::io::Result<Backends> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        Ok(Backends { listener, addr })
    }

    /// Answers until the process ends.
    pub async fn run(self, tls: Arc<rustls::ServerConfig>, ledger: Arc<Ledger>) {
        let acceptor = TlsAcceptor::from(tls);
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            tokio::spawn(serve(stream, acceptor.clone(), Arc::clone(&ledger)));
        }
    }
}

/// After a failed accept (no file descriptors left), so that the loop does not spin.
const ACCEPT_PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// Largest request body, in bytes; the gate's own limit is lower.
const BODY_BYTES_MAX: usize = 64 << 20;

/// Most answers for one prompt (`n`).
const CHOICES_MAX: u64 = 8;

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, ledger: Arc<Ledger>) {
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(move |request| answer(request, Arc::clone(&ledger)));
    // A connection that the gate closes early is no news.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, ledger: Arc<Ledger>) -> Result<Response<Speech>, Infallible> {
    let path = request.uri().path().to_owned();
    if request.method() != Method::POST || !path.ends_with("/chat/completions") {
        return Ok(reply(StatusCode::NOT_FOUND, &json!({ "error": { "message": "no such path" } })));
    }
    let Ok(body) = Limited::new(request.into_body(), BODY_BYTES_MAX).collect().await else {
        return Ok(reply(StatusCode::BAD_REQUEST, &json!({ "error": { "message": "the body broke off" } })));
    };
    let body = body.to_bytes();
    let arrived = Arrived { backend: backend_in(&path), body: body.to_vec() };
    if ledger.write(arrived).is_err() {
        return Ok(reply(
            StatusCode::INTERNAL_SERVER_ERROR,
            &json!({ "error": { "message": "cannot keep the body" } }),
        ));
    }
    Ok(match serde_json::from_slice(&body) {
        Ok(prompt) if streams(&prompt) => stream(&prompt),
        Ok(prompt) => reply(StatusCode::OK, &completion(&prompt)),
        Err(_) => reply(StatusCode::BAD_REQUEST, &json!({ "error": { "message": "the body is not JSON" } })),
    })
}

/// `/ID/v1/chat/completions` → `ID`.
fn backend_in(path: &str) -> String {
    path.split('/').nth(1).unwrap_or_default().to_owned()
}

fn streams(prompt: &Value) -> bool {
    prompt.get("stream") == Some(&Value::Bool(true))
}

fn stream(prompt: &Value) -> Response<Speech> {
    let said = samples::reply(&last_user_text(prompt), prompt);
    let mut response = Response::new(Speech::streamed(&said, prompt, choices(prompt)));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/event-stream; charset=utf-8"));
    response
}

fn choices(prompt: &Value) -> u64 {
    prompt.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, CHOICES_MAX)
}

fn reply(status: StatusCode, body: &Value) -> Response<Speech> {
    let mut response = Response::new(Speech::whole(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

/// An answer in the shape of OpenAI's `chat.completion`.
fn completion(prompt: &Value) -> Value {
    let (message, finish) = match samples::reply(&last_user_text(prompt), prompt) {
        Said::Text(text) => (json!({ "role": "assistant", "content": text, "refusal": null }), "stop"),
        Said::Call { name, arguments } => {
            let call = json!({ "id": "call_development", "type": "function", "function": { "name": name, "arguments": arguments } });
            (json!({ "role": "assistant", "content": null, "tool_calls": [call] }), "tool_calls")
        }
    };
    let choice =
        |index| json!({ "index": index, "message": message, "logprobs": null, "finish_reason": finish });
    json!({
        "id": "chatcmpl-development", "object": "chat.completion", "created": 1,
        "model": prompt.get("model").cloned().unwrap_or_default(),
        "choices": (0..choices(prompt)).map(choice).collect::<Vec<_>>(),
        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 },
    })
}

/// The content of the last message of the role `user`: the string, or its text parts joined.
fn last_user_text(prompt: &Value) -> String {
    let messages = prompt.get("messages").and_then(Value::as_array);
    let user = |message: &&Value| message.get("role").and_then(Value::as_str) == Some("user");
    match messages.and_then(|list| list.iter().rev().find(user)).and_then(|message| message.get("content")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(prompt: &Value) -> String {
        let answer = completion(prompt);
        answer.pointer("/choices/0/message/content").and_then(Value::as_str).unwrap().to_owned()
    }

    #[test]
    fn the_last_words_of_the_person_come_back() {
        let talk = json!([{ "role": "user", "content": "一" }, { "role": "assistant", "content": "二" }]);
        assert_eq!(said(&json!({ "messages": talk })), "一");
        let parts = json!([{ "type": "text", "text": "議事" }, { "type": "text", "text": "録" }]);
        assert_eq!(said(&json!({ "messages": [{ "role": "user", "content": parts }] })), "議事録");
        assert_eq!(said(&json!({})), "");
    }

    #[test]
    fn as_many_answers_come_as_were_asked_for() {
        let count = |n: u64| completion(&json!({ "n": n }))["choices"].as_array().unwrap().len();
        assert_eq!((count(0), count(3), count(1000)), (1, 3, 8));
    }

    #[test]
    fn the_path_says_which_backend_is_meant() {
        assert_eq!(backend_in("/gov-cloud/v1/chat/completions"), "gov-cloud");
        assert_eq!(backend_in("/"), "");
    }
}
