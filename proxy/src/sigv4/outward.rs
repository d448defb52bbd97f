//! Signatures of our own, over what goes to a backend: as its bytes are, when they go.

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use sekisho_audit::{hex, sha256};
use sekisho_exchange::sigv4::{Asked, Authorization, Scope, canonical};

use super::purse::Keys;
use super::{SERVICE, moment};

const DATE: &str = "x-amz-date";
const BODY: &str = "x-amz-content-sha256";
const SESSION: &str = "x-amz-security-token";

/// A request as it will stand on the wire.
pub(crate) struct Leaving<'a> {
    pub(crate) method: &'a str,
    /// What `Host` says.
    pub(crate) host: &'a str,
    /// Path and query.
    pub(crate) target: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) body: &'a [u8],
}

impl Keys {
    /// The heads that make it a signed request. `None` if it cannot be read in one way only, or there is no such region.
    pub(crate) fn sign(
        &self,
        leaving: &Leaving<'_>,
        region: &str,
        now_s: u64,
    ) -> Option<Vec<(HeaderName, HeaderValue)>> {
        let Leaving { method, host, target, content_type, body } = *leaving;
        let (moment, body) = (moment::written(now_s)?, sha256(&[body]));
        let digest = hex(&body);
        let mut heads: Vec<(&str, &[u8])> = vec![
            ("content-type", content_type.as_bytes()),
            ("host", host.as_bytes()),
            (BODY, digest.as_bytes()),
            (DATE, moment.as_bytes()),
        ];
        heads.extend(self.session.as_ref().map(|session| (SESSION, session.as_bytes())));
        heads.sort_unstable();
        let scope = Scope::new(moment.get(..8)?, region, SERVICE)?;
        let text = canonical(&Asked { method, target, heads: &heads }).ok()?;
        let signature = self.secret.sign(&scope, &text.string_to_sign(body, &moment, &scope));
        let names = heads.iter().map(|(name, _)| (*name).to_owned()).collect();
        let signed = Authorization::new(&self.id, scope, names, signature)?;
        let mut signed = HeaderValue::from_str(&signed.to_string()).ok()?;
        signed.set_sensitive(true);
        let plain =
            |name, text: &str| Some((HeaderName::from_static(name), HeaderValue::from_str(text).ok()?));
        let mut out = vec![(AUTHORIZATION, signed), plain(BODY, &digest)?, plain(DATE, &moment)?];
        let session = self.session.clone();
        out.extend(session.map(|session| (HeaderName::from_static(SESSION), session)));
        Some(out)
    }
}
