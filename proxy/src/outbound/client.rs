//! One request to one backend, and its answer.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, HOST, HeaderName, HeaderValue};
use http::{Method, Request, Response};
use hyper::body::Incoming;
use rustls::ClientConfig;
use sekisho_exchange::{Fault, Upstream};
use tokio::time::timeout;

use super::SendError;
use super::address::Address;
use super::dial::{Connection, dial};
use super::pool::{Key, Pool};
use super::progress::{Parting, Progress, Teller};
use super::receive::{self, Raw};
use crate::config::{Limits, ms};
use crate::front::Share;

/// What goes out: built by [`super::Client::send`] from a recorded, cleared request, never from a client's heads.
pub(super) struct Parcel {
    pub(super) address: Address,
    /// The trust anchor's name and what it makes of TLS; absent for plain text to this machine.
    pub(super) trust: Option<(String, Arc<ClientConfig>)>,
    pub(super) method: Method,
    /// Path and query at the backend.
    pub(super) path: String,
    /// The backend's credential.
    pub(super) credential: Option<(HeaderName, HeaderValue)>,
    /// The dialect's heads, all of them built in the program.
    pub(super) heads: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Bytes,
}

/// Hands the parcel over and waits for the answer, `total_timeout_ms` at most.
pub(super) async fn deliver(
    parcel: Parcel,
    pool: &Pool,
    share: &Share,
    limits: &Limits,
    teller: &mut Teller<'_>,
) -> Result<Raw, SendError> {
    match timeout(ms(limits.total_timeout_ms), exchange(parcel, pool, share, limits, teller)).await {
        Ok(ended) => ended,
        Err(_) => Err(Upstream::Silent { after_ms: limits.total_timeout_ms }.into()),
    }
}

async fn exchange(
    parcel: Parcel,
    pool: &Pool,
    share: &Share,
    limits: &Limits,
    teller: &mut Teller<'_>,
) -> Result<Raw, SendError> {
    let key: Key = (parcel.address.clone(), parcel.trust.as_ref().map(|(name, _)| name.clone()));
    let tls = parcel.trust.as_ref().map(|(_, config)| Arc::clone(config));
    let address = parcel.address.clone();
    let request = request(parcel, teller.progress())?;
    let first = match pool.take(&key) {
        Some(waiting) => attempt(waiting, request, limits, teller).await,
        None => Attempt::NothingLeft(request),
    };
    let (answer, connection) = match first {
        Attempt::Answered(answer, connection) => (answer, connection),
        Attempt::Failed(upstream) => return Err(upstream.into()),
        // A waiting connection that had been closed took nothing; a fresh one may have the request, once.
        Attempt::NothingLeft(request) => {
            let fresh = dial(&address, tls, limits).await?;
            match attempt(fresh, request, limits, teller).await {
                Attempt::Answered(answer, connection) => (answer, connection),
                Attempt::Failed(upstream) => return Err(upstream.into()),
                Attempt::NothingLeft(_) => return Err(Upstream::Broken.into()),
            }
        }
    };
    let raw = receive::read(answer, share, limits).await?;
    pool.put(key, connection);
    Ok(raw)
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
    let sent = async {
        // A connection from the pool may have a last turn to take before it is free.
        let _ = connection.sender.ready().await;
        teller.handing_over();
        connection.sender.try_send_request(request).await
    };
    match timeout(within, sent).await {
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
    let target = format!("{}{}", parcel.address.base, parcel.path);
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
