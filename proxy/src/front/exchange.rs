//! One request on a connection: from its head to the body that goes back, whatever happens in between.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use http::{Request, Response};
use hyper::body::Incoming;
use sekisho_exchange::{Fault, Refusal, Stranger};

use super::answer::Outgoing;
use super::body::Unread;
use super::connection::Site;
use super::fit;
use super::pulse::Pulse;
use super::tls::Shown;
use super::{Answer, Arrival, Handler};
use crate::course::Course;
use crate::identity::{ClientCertificate, IdentityError};

/// What the exchanges of one connection share.
pub(super) struct Line<H> {
    pub(super) site: Arc<Site<H>>,
    pub(super) peer: SocketAddr,
    pub(super) shown: Option<Arc<Shown>>,
    pub(super) pulse: Arc<Pulse>,
}

impl<H> Clone for Line<H> {
    fn clone(&self) -> Line<H> {
        let Line { site, peer, shown, pulse } = self;
        Line { site: Arc::clone(site), peer: *peer, shown: shown.clone(), pulse: Arc::clone(pulse) }
    }
}

impl<H> Line<H> {
    /// The client's certificate, if there is one and it still counts.
    fn certificate(&self) -> Result<Option<Arc<ClientCertificate>>, Refusal> {
        let Some(shown) = &self.shown else { return Ok(None) };
        let refused = || Refusal::Stranger(Stranger::Credential(IdentityError::Certificate.code()));
        shown.certificate(&self.site.tls).map(Some).ok_or_else(refused)
    }
}

/// Answers one request. The exchange counts as running until the connection has taken the whole answer.
pub(super) async fn answer<H: Handler>(
    line: Line<H>,
    request: Request<Incoming>,
) -> Result<Response<Outgoing>, Infallible> {
    let course = Arc::new(Course::begin());
    let beat = line.pulse.begin();
    let site = &line.site;
    let share = site.budget.share();
    let place = Arc::clone(&site.exchanges).try_acquire_owned();
    let (head, body) = request.into_parts();
    let uri = head.uri.clone();
    let own = |refusal| own(&line, uri.path(), refusal);
    let body = Unread::new(body, &head.headers);
    let answer = match (&place, fit::target(&head, &site.around.names), line.certificate()) {
        (Err(_), ..) => own(Fault::Overload.into()),
        (Ok(_), Err(bad), _) => own(bad.into()),
        (Ok(_), Ok(_), Err(refusal)) => own(refusal),
        (Ok(_), Ok(target), Ok(certificate)) => {
            let arrival = Arrival {
                method: head.method.as_str().to_owned(),
                target,
                authority: fit::authority(&head),
                headers: head.headers,
                peer: line.peer,
                certificate,
                course,
                body: body.clone(),
                kept: None,
                share: share.clone(),
            };
            let handled = contained(async { site.handler.handle(arrival).await }).await;
            handled.unwrap_or_else(|Panicked| own(Fault::Internal.into()))
        }
    };
    // Whoever is refused unread must not keep others out while the rest of the body is thrown away.
    let place = place.ok().filter(|_| !body.is_left());
    body.discard(&site.limits).await;
    Ok(answer.into_response((beat, share, place)))
}

/// The front's own refusal, which the handler hears of, so that it is counted.
fn own<H: Handler>(line: &Line<H>, path: &str, refusal: Refusal) -> Answer {
    let form = line.site.handler.refused(line.peer.ip(), path, &refusal);
    Answer::own(&refusal, form)
}

/// The handler panicked.
struct Panicked;

/// Runs a handler so that a panic ends it alone. All that it held is dropped while the panic unwinds, which is when
/// its record is completed.
async fn contained<F: Future>(handler: F) -> Result<F::Output, Panicked> {
    let mut handler = pin!(handler);
    // Nothing of a future that panicked is looked at again, so its invariants do not matter.
    poll_fn(move |cx| match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(cx))) {
        Ok(Poll::Ready(answer)) => Poll::Ready(Ok(answer)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}
