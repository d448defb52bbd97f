//! A request as it arrived: nothing of it is decoded, normalised or trusted yet.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use http::HeaderMap;
use sekisho_audit::Stage;
use sekisho_exchange::BadRequest;
use sekisho_exchange::wire::BodyTypes;

use super::body::{self, BodyError, Unread};
use super::budget::Share;
use crate::config::Limits;
use crate::course::Course;
use crate::identity::ClientCertificate;

/// One request, its body still on the wire.
pub struct Arrival {
    /// The method as received.
    pub method: String,
    /// Path and query as received, neither decoded nor normalised.
    pub target: String,
    /// For which host it is: what `Host` says, or the authority of HTTP/2.
    pub authority: String,
    /// The header lines; at most `headers_max`.
    pub headers: HeaderMap,
    /// The other end of the connection, or who a named balancer says is behind it.
    pub peer: SocketAddr,
    /// The client's certificate, if it showed one; chain and revocation are verified.
    pub certificate: Option<Arc<ClientCertificate>>,
    /// How far the exchange has come since its head was complete.
    pub course: Arc<Course>,
    pub(super) body: Unread,
    /// A body that was read before anybody asked for it.
    pub(super) kept: Option<Vec<u8>>,
    pub(super) share: Share,
}

impl Arrival {
    /// Reads the whole JSON body, within size, time and the process's byte budget.
    ///
    /// A second call finds an empty body.
    ///
    /// # Errors
    /// The body is not `application/json` in UTF-8, is encoded, too large, too slow, broken off, followed by trailers,
    /// or the process has no bytes left for it. What was read is dropped.
    pub async fn read_body(&mut self, limits: &Limits, types: BodyTypes) -> Result<Vec<u8>, BodyError> {
        body::check_head(&self.headers, types)?;
        match self.kept.take() {
            Some(kept) => {
                self.course.over(Stage::Read);
                Ok(kept)
            }
            None => self.read(limits).await,
        }
    }

    /// Reads the body now and keeps it for [`Arrival::read_body`]: who asks may be known by what it is.
    ///
    /// # Errors
    /// As there, but for its type, which is not looked at.
    pub(crate) async fn keep_body(&mut self, limits: &Limits) -> Result<&[u8], BodyError> {
        let body = self.read(limits).await?;
        Ok(self.kept.insert(body))
    }

    async fn read(&mut self, limits: &Limits) -> Result<Vec<u8>, BodyError> {
        let Some(mut body) = self.body.take() else {
            return Ok(Vec::new());
        };
        let read = body::read(&mut body, &self.share, limits).await;
        self.course.over(Stage::Read);
        // What comes too slowly is not waited for once more.
        if read.is_err() && read != Err(BadRequest::BodyTimeout.into()) {
            self.body.put_back(body);
        }
        read
    }

    /// This exchange's share of the process's byte budget.
    pub fn share(&self) -> Share {
        self.share.clone()
    }
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival").field("peer", &self.peer).finish_non_exhaustive()
    }
}
