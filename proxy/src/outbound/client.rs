//! One request to one backend, and its answer.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, HOST, HeaderName, HeaderValue};
use http::{Method, Request, Response};
use hyper::body::Incoming;
use sekisho_exchange::{Fault, Upstream};
use tokio::time::{Instant, timeout, timeout_at};

use super::SendError;
use super::address::Address;
use super::dial::{Connection, dial};
use super::pool::{Key, Pool};
use super::progress::{Parting, Progress, Teller};
use super::receive::Receiving;
use super::trust::Anchor;
use crate::config::{Limits, ms};

/// What goes out: built by [`super::Client::send`] from a recorded, cleared request, never from a client's heads.
pub(super) struct Parcel {
    pub(super) address: Address,
    /// Absent for plain text to this machine.
    pub(super) trust: Option<Anchor>,
    pub(super) method: Method,
    /// Path and query at the backend, under its base address.
    pub(super) path: String,
    /// Or from the root of its origin.
    pub(super) from_root: bool,
    /// The backend's credential.
    pub(super) credential: Vec<(HeaderName, HeaderValue)>,
    /// The dialect's heads, all of them built in the program.
    pub(super) heads: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Bytes,
    /// How long the client waits, beside the limits.
    pub(super) patience_ms: u64,
}

/// Hands the parcel over and waits for the head of the answer. `total_timeout_ms` from now the answer must be over.
pub(super) async fn deliver<'t>(
    parcel: Parcel,
    pool: &Arc<Pool>,
    limits: &Limits,
    mut teller: Teller<'t>,
) -> Result<Receiving<'t>, SendError> {
    let total_ms = limits.total_timeout_ms.min(parcel.patience_ms);
    let deadline = Instant::now() + ms(total_ms);
    let silent = Upstream::Silent { after_ms: total_ms };
    let key: Key = (parcel.address.clone(), parcel.trust.as_ref().map(|(digest, _)| *digest));
    let asked = timeout_at(deadline, exchange(parcel, &key, pool, limits, &mut teller));
    let (answer, connection) = asked.await.map_err(|_| silent)??;
    Receiving::open(answer, connection, (Arc::clone(pool), key), deadline, limits, teller)
}

async fn exchange(
    parcel: Parcel,
    key: &Key,
    pool: &Pool,
    limits: &Limits,
    teller: &mut Teller<'_>,
) -> Result<(Response<Incoming>, Connection), SendError> {
    let tls = parcel.trust.as_ref().map(|(_, config)| Arc::clone(config));
    let address = parcel.address.clone();
    let request = request(parcel, teller.progress())?;
    let first = match standing(pool, key).await {
        Some(waiting) => attempt(waiting, request, limits, teller).await,
        None => Attempt::NothingLeft(request),
    };
    match first {
        Attempt::Answered(answer, connection) => Ok((answer, connection)),
        Attempt::Failed(upstream) => Err(upstream.into()),
        // A waiting connection that had been closed took nothing; a fresh one may have the request, once.
        Attempt::NothingLeft(request) => {
            let fresh = dial(&address, tls, limits).await?;
            match attempt(fresh, request, limits, teller).await {
                Attempt::Answered(answer, connection) => Ok((answer, connection)),
                Attempt::Failed(upstream) => Err(upstream.into()),
                Attempt::NothingLeft(_) => Err(Upstream::Broken.into()),
            }
        }
    }
}

/// A waiting connection that still stands.
async fn standing(pool: &Pool, key: &Key) -> Option<Connection> {
    while let Some(mut waiting) = pool.take(key) {
        if waiting.is_alive().await {
            return Some(waiting);
        }
    }
    None
}

enum Attempt {
    Answered(Response<Incoming>, Connection),
    /// Not a byte of the request was handed to the connection; here it is again.
    NothingLeft(Request<Parting>),
    Failed(Upstream),
}

async fn attempt(
    mut connection: Connection,
    request: Request<Parting>,
    limits: &Limits,
    teller: &mut Teller<'_>,
) -> Attempt {
    connection.slot.set(Some(Arc::clone(teller.progress())));
    let within = ms(limits.first_byte_timeout_ms);
    let Connection { sender, driver, .. } = &mut connection;
    let sent = async {
        // A connection from the pool may have a last turn to take before it is free.
        let _ = sender.ready().await;
        teller.handing_over();
        sender.try_send_request(request).await
    };
    match timeout(within, driver.until(sent)).await {
        Err(_) => Attempt::Failed(Upstream::Silent { after_ms: limits.first_byte_timeout_ms }),
        Ok(Ok(answer)) => Attempt::Answered(answer, connection),
        Ok(Err(mut error)) => match error.take_message() {
            Some(request) if !teller.progress().begun() => {
                teller.given_back();
                Attempt::NothingLeft(request)
            }
            _ => Attempt::Failed(Upstream::Broken),
        },
    }
}

/// The head is built here, from nothing that a client sent. `content-length` follows from the body.
fn request(parcel: Parcel, progress: &Arc<Progress>) -> Result<Request<Parting>, SendError> {
    let defect = || SendError::Fault(Fault::Internal);
    let base = if parcel.from_root { "" } else { &parcel.address.base };
    let target = format!("{base}{}", parcel.path);
    let host = HeaderValue::from_str(&parcel.address.authority).map_err(|_| defect())?;
    let mut request = Request::new(Parting::new(parcel.body, Arc::clone(progress)));
    *request.method_mut() = parcel.method;
    *request.uri_mut() = target.parse().map_err(|_| defect())?;
    let heads = request.headers_mut();
    heads.insert(HOST, host);
    for (name, value) in parcel.heads.into_iter().chain(parcel.credential) {
        heads.insert(name, value);
    }
    // Last, so that nothing can ask for an encoding that the guard does not read.
    heads.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(request)
}
