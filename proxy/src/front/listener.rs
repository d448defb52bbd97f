//! Accepting connections, within bounds, until asked to stop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection::{self, Site};
use super::{Budget, Drain, Handler, Surroundings, Tls};
use crate::config::{Limits, ms};

/// How long accepting rests after an error such as a full file table (EMFILE), which does not go away by retrying.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// Serves until `drain` is started and everything in flight has ended or `drain_timeout_ms` is over.
///
/// The listener is closed as soon as `drain` is started. When this returns, no connection and no handler is left.
pub async fn run<H: Handler>(
    listener: TcpListener,
    tls: Arc<Tls>,
    around: Surroundings,
    limits: Limits,
    budget: Budget,
    drain: Drain,
    handler: Arc<H>,
) {
    let places = Arc::new(Semaphore::new(limits.connections_max.min(Semaphore::MAX_PERMITS)));
    let site = Arc::new(Site::new(tls, around, limits, budget, drain.clone(), handler));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = drain.wait() => break,
            // Reaping keeps the set as small as the number of open connections.
            Some(_) = connections.join_next() => {}
            (stream, place) = next(&listener, &places) => {
                let Ok(stream) = stream else {
                    sleep(ACCEPT_REST).await;
                    continue;
                };
                connections.spawn(one(Arc::clone(&site), stream, place));
            }
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(ms(site.limits.drain_timeout_ms), ended).await;
    connections.shutdown().await;
}

/// The next connection, once there is a place for it; until then it waits in the kernel's backlog.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (io::Result<TcpStream>, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so a place always comes.
    let place = Arc::clone(places).acquire_owned().await.ok();
    (listener.accept().await.map(|(stream, _)| stream), place)
}

async fn one<H: Handler>(site: Arc<Site<H>>, stream: TcpStream, place: Option<OwnedSemaphorePermit>) {
    connection::serve(site, stream).await;
    drop(place);
}
