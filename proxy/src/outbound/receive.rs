//! Reading a backend's answer: whole, within bounds, or not at all.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Response};
use http_body::Body;
use http_body_util::BodyExt;
use sekisho_exchange::{Fault, Upstream};
use tokio::time::timeout;

use super::SendError;
use crate::config::{Limits, ms};
use crate::front::Share;

/// An answer as it came; nothing has looked into it yet.
pub(super) struct Raw {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Reads to the end. The caller bounds the time in all.
pub(super) async fn read<B>(answer: Response<B>, share: &Share, limits: &Limits) -> Result<Raw, SendError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (head, mut body) = answer.into_parts();
    if is_encoded(&head.headers) {
        return Err(Upstream::Encoded.into());
    }
    // 101 and other interim answers never end an exchange (RFC 9110 §15.2).
    if head.status.is_informational() {
        return Err(Upstream::Broken.into());
    }
    let body = whole(&mut body, share, limits).await?;
    let mut types = head.headers.get_all(CONTENT_TYPE).iter();
    let content_type = match (types.next(), types.next()) {
        (Some(one), None) => one.to_str().ok().map(str::to_owned),
        _ => None,
    };
    Ok(Raw { status: head.status.as_u16(), content_type, body })
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|v| !v.as_bytes().eq_ignore_ascii_case(b"identity"))
}

async fn whole<B>(body: &mut B, share: &Share, limits: &Limits) -> Result<Vec<u8>, SendError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let too_large = Upstream::TooLarge { limit_bytes: limits.answer_bytes_max };
    let announced = body.size_hint().exact().and_then(|n| usize::try_from(n).ok());
    if announced.is_some_and(|n| n > limits.answer_bytes_max) {
        return Err(too_large.into());
    }
    let mut whole = Vec::new();
    room(share, &mut whole, announced.unwrap_or(0))?;
    loop {
        let silent = Upstream::Silent { after_ms: limits.idle_timeout_ms };
        let frame = timeout(ms(limits.idle_timeout_ms), body.frame()).await.map_err(|_| silent)?;
        let Some(frame) = frame else { return Ok(whole) };
        // Trailers say nothing that a client is told.
        let Ok(data) = frame.map_err(|_| Upstream::Broken)?.into_data() else {
            continue;
        };
        if data.len() > limits.answer_bytes_max.saturating_sub(whole.len()) {
            return Err(too_large.into());
        }
        room(share, &mut whole, data.len())?;
        whole.extend_from_slice(&data);
    }
}

fn room(share: &Share, whole: &mut Vec<u8>, more: usize) -> Result<(), SendError> {
    match share.room(whole, more) {
        true => Ok(()),
        false => Err(Fault::Overload.into()),
    }
}

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Raw").field("status", &self.status).finish_non_exhaustive()
    }
}
