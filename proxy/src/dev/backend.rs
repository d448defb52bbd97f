//! Scripted backends: HTTP/1.1 over TLS on loopback, no model behind them. Which of them is meant stands first in the path,
//! in which form it is asked behind it.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::answer::Answer;
use super::ledger::{Arrived, Ledger};
use super::speech::Speech;
use super::{app, bedrock, chat};

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

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, ledger: Arc<Ledger>) {
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let service = service_fn(move |request| respond(request, Arc::clone(&ledger)));
    // A connection that the gate closes early is no news.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(request: Request<Incoming>, ledger: Arc<Ledger>) -> Result<Response<Speech>, Infallible> {
    let answer = answer(request, &ledger).await;
    Ok(answer.unwrap_or_else(|(status, what)| failed(status, what)).into_response())
}

async fn answer(request: Request<Incoming>, ledger: &Ledger) -> Result<Answer, (StatusCode, &'static str)> {
    const NO_PATH: (StatusCode, &str) = (StatusCode::NOT_FOUND, "no such path");
    let path = request.uri().path().to_owned();
    let (backend, place) = path.strip_prefix('/').and_then(|path| path.split_once('/')).ok_or(NO_PATH)?;
    if request.method() == Method::GET {
        return place.strip_prefix("status/").and_then(app::answered_later).ok_or(NO_PATH);
    }
    let asked = Asked::at(place).filter(|_| request.method() == Method::POST).ok_or(NO_PATH)?;
    let body = Limited::new(request.into_body(), BODY_BYTES_MAX).collect().await;
    let body = body.map_err(|_| (StatusCode::BAD_REQUEST, "the body broke off"))?.to_bytes();
    let arrived = Arrived { backend: backend.to_owned(), body: body.to_vec() };
    ledger.write(arrived).map_err(|_| (StatusCode::INTERNAL_SERVER_ERROR, "cannot keep the body"))?;
    let body =
        serde_json::from_slice(&body).map_err(|_| (StatusCode::BAD_REQUEST, "the body is not JSON"))?;
    match asked {
        Asked::Chat => Ok(chat::completed(&body)),
        Asked::Model(model, operation) => bedrock::operated(model, operation, &body).ok_or(NO_PATH),
        Asked::Form => Ok(app::filled_in(backend, &body)),
    }
}

/// What failed, in a shape of which each form reads its part.
fn failed(status: StatusCode, what: &str) -> Answer {
    Answer::json(status, &json!({ "error": { "message": what }, "message": what, "outputs": what }))
}

/// What is asked for, with a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked<'p> {
    /// Chat Completions.
    Chat,
    /// An operation of Amazon Bedrock on a model.
    Model(&'p str, &'p str),
    /// An application, by its form.
    Form,
}

impl<'p> Asked<'p> {
    /// By what stands behind the backend's name.
    fn at(place: &'p str) -> Option<Asked<'p>> {
        Some(match place {
            "v1/chat/completions" => Asked::Chat,
            "invoke" => Asked::Form,
            _ => {
                let (model, operation) = place.strip_prefix("model/")?.split_once('/')?;
                Asked::Model(model, operation)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_says_in_which_form_a_backend_is_asked() {
        let check = |place, expect| assert_eq!(Asked::at(place), expect, "{place}");
        check("v1/chat/completions", Some(Asked::Chat));
        check("model/jp.m%3A0/converse-stream", Some(Asked::Model("jp.m%3A0", "converse-stream")));
        check("invoke", Some(Asked::Form));
        for place in ["", "v1/models", "model/m", "status/x"] {
            check(place, None);
        }
    }
}
