//! Signatures of clients, by pairs that this gate has issued: all that can be looked at before the body, and then the rest.

use std::fmt;

use http::HeaderMap;
use sekisho_audit::{hex, unhex};
use sekisho_exchange::sigv4::{AUTHORITY, Asked, Authorization, Canonical, canonical};

use super::{SERVICE, Secret, moment};
use crate::identity::IdentityError;

/// How far the client's clock may be off, in seconds: as AWS has it.
const CLOCK_S_MAX: u64 = 300;

/// For which host a request is, as HTTP/1.1 and HTTP/2 have it; here it is the same, whatever came over which.
const HOSTS: [&str; 2] = ["host", AUTHORITY];

const DATE: &str = "x-amz-date";
const BODY: &str = "x-amz-content-sha256";
const SESSION: &str = "x-amz-security-token";

/// Heads that say what is decided on. SDKs sign them if they are there before signing: `before-sign` and earlier in boto3, the
/// `build` step in JavaScript. Whoever adds one behind the signer could lower a level in somebody else's name.
const SAYING: [&str; 3] = ["confidentiality-level", "confidentiality-handling", "x-user-id"];

/// The same by how they begin: AWS's own, those of its Bedrock, and ours.
const SAYING_PREFIXES: [&str; 3] = ["x-amz-", "x-amzn-bedrock-", "sekisho-"];

/// A request as it came.
#[derive(Clone, Copy)]
pub(crate) struct Received<'a> {
    pub(crate) method: &'a str,
    /// Path and query, undecoded.
    pub(crate) target: &'a str,
    /// For which host it is: the authority of HTTP/2, `Host` of HTTP/1.1.
    pub(crate) authority: &'a str,
    pub(crate) heads: &'a HeaderMap,
}

/// What a signed request claims. Nobody is known by it before [`Claim::verify`].
pub(crate) struct Claim {
    authorization: Authorization,
    /// As `x-amz-date` has it.
    moment: String,
    canonical: Canonical,
    /// SHA-256 of the body, if the head says it.
    body: Option<[u8; 32]>,
}

impl Claim {
    /// Looks at everything but key, body and signature.
    ///
    /// # Errors
    /// What is wrong with it, as [`IdentityError`] says.
    pub(crate) fn read(
        received: Received<'_>,
        authorization: Authorization,
        now_s: u64,
    ) -> Result<Claim, IdentityError> {
        if is_presigned(received.target) {
            return Err(IdentityError::SeveralCredentials);
        }
        if received.heads.contains_key(SESSION) {
            return Err(IdentityError::SessionToken);
        }
        let heads = signed(received, &authorization)?;
        let moment = text(received.heads, DATE)?.ok_or(IdentityError::SignatureHeads)?.to_owned();
        let at_s = moment::read(&moment).ok_or(IdentityError::SignatureForm)?;
        let scope = &authorization.scope;
        if scope.service() != SERVICE || moment.get(..8) != Some(scope.date()) {
            return Err(IdentityError::SignatureScope);
        }
        if at_s.abs_diff(now_s) > CLOCK_S_MAX {
            return Err(IdentityError::SignatureClock);
        }
        let asked = Asked { method: received.method, target: received.target, heads: &heads };
        let canonical = canonical(&asked).map_err(|_| IdentityError::SignatureForm)?;
        Ok(Claim { moment, canonical, body: body(received.heads)?, authorization })
    }

    /// Who is said to have signed.
    pub(crate) fn key_id(&self) -> &str {
        &self.authorization.key_id
    }

    /// SHA-256 of the body, if the head says it; otherwise only the body itself can.
    pub(crate) fn body(&self) -> Option<[u8; 32]> {
        self.body
    }

    /// # Errors
    /// [`IdentityError::SignatureMismatch`] if this secret has not signed this request with a body of this SHA-256.
    pub(crate) fn verify(&self, secret: &Secret, body: [u8; 32]) -> Result<(), IdentityError> {
        let Authorization { scope, signature, .. } = &self.authorization;
        let text = self.canonical.string_to_sign(body, &self.moment, scope);
        match secret.verifies(scope, &text, signature) {
            true => Ok(()),
            false => Err(IdentityError::SignatureMismatch),
        }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claim({:?})", self.authorization)
    }
}

/// Whether a signature stands in the query, where AWS puts it for requests that are passed on.
pub(crate) fn is_presigned(target: &str) -> bool {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|part| part.get(..6).is_some_and(|begins| begins.eq_ignore_ascii_case("x-amz-")))
}

/// The heads that are signed, each as it came; all that have to be are among them.
fn signed<'a>(
    received: Received<'a>,
    authorization: &'a Authorization,
) -> Result<Vec<(&'a str, &'a [u8])>, IdentityError> {
    let saying =
        |name: &str| SAYING.contains(&name) || SAYING_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let mut there = received.heads.keys().map(http::HeaderName::as_str);
    let unsigned = there.any(|name| saying(name) && !authorization.signs(name));
    let addressed = HOSTS.iter().any(|name| authorization.signs(name));
    if unsigned || !addressed || !authorization.signs(DATE) {
        return Err(IdentityError::SignatureHeads);
    }
    let value = |name: &'a String| {
        if HOSTS.contains(&name.as_str()) {
            return Ok((name.as_str(), received.authority.as_bytes()));
        }
        let mut lines = received.heads.get_all(name.as_str()).iter();
        match (lines.next(), lines.next()) {
            (Some(line), None) => Ok((name.as_str(), line.as_bytes())),
            _ => Err(IdentityError::SignatureHeads),
        }
    };
    authorization.signed().iter().map(value).collect()
}

/// What the head says of the body. A body that is not signed, or in pieces, is none that can be held to what was signed.
fn body(heads: &HeaderMap) -> Result<Option<[u8; 32]>, IdentityError> {
    let Some(said) = text(heads, BODY)? else { return Ok(None) };
    // One digest has one spelling.
    let digest = unhex(said).filter(|digest: &[u8; 32]| hex(digest) == said);
    digest.map(Some).ok_or(IdentityError::UnsignedBody)
}

fn text<'a>(heads: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, IdentityError> {
    let value = heads.get(name).map(|value| value.to_str());
    value.transpose().map_err(|_| IdentityError::SignatureForm)
}
