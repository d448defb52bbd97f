//! The credential in a head: exactly one, in one of the places where real clients put it.

use std::fmt;

use http::HeaderMap;
use http::header::HeaderValue;
use sekisho_exchange::sigv4::Authorization;

use super::IdentityError;

/// Longest token that is looked at, in bytes. Tokens of large directories with many groups stay below 6 KiB; parsing
/// more than this for someone unknown would be work for nothing.
pub const TOKEN_BYTES_MAX: usize = 8 * 1024;

/// A token as it was sent. It has no `Display`, its `Debug` says only its length, and only this module's verifier
/// reads it.
pub struct Credential {
    token: Box<str>,
}

impl Credential {
    /// The token's text, for the verifier alone.
    pub(super) fn token(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({} bytes)", self.token.len())
    }
}

/// The one credential of a request.
#[derive(Debug)]
pub enum Sent {
    /// A JWT, or a service's key.
    Token(Credential),
    /// A signature over the request, which nobody has looked at.
    Signature(Authorization),
}

/// Where clients put a credential. `x-goog-api-key` is looked at only so that it cannot ride beside another one.
const PLACES: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/// The one credential of a request.
///
/// # Errors
///
/// [`IdentityError::NoCredential`] if there is none, [`IdentityError::SeveralCredentials`] if there is more than one
/// field (equal or not: two readers could choose differently), [`IdentityError::UnsupportedCredential`] for another
/// scheme than `Bearer` and AWS's, [`IdentityError::TooLarge`] above [`TOKEN_BYTES_MAX`], [`IdentityError::Malformed`] for
/// bytes that no token has, [`IdentityError::SignatureForm`] for what is no `Authorization` of AWS's form.
pub fn sent(heads: &HeaderMap) -> Result<Sent, IdentityError> {
    let mut sent =
        PLACES.into_iter().flat_map(|place| heads.get_all(place).iter().map(move |value| (place, value)));
    let (place, value) = sent.next().ok_or(IdentityError::NoCredential)?;
    if sent.next().is_some() {
        return Err(IdentityError::SeveralCredentials);
    }
    match place {
        "authorization" if Authorization::is_meant(value.as_bytes()) => signature(value).map(Sent::Signature),
        "authorization" => bearer(value).map(Sent::Token),
        "x-goog-api-key" => Err(IdentityError::UnsupportedCredential),
        _ => token(value.as_bytes()).map(Sent::Token),
    }
}

fn signature(value: &HeaderValue) -> Result<Authorization, IdentityError> {
    if value.len() > TOKEN_BYTES_MAX {
        return Err(IdentityError::TooLarge);
    }
    value.to_str().ok().and_then(Authorization::read).ok_or(IdentityError::SignatureForm)
}

/// `Bearer` in any case, spaces, and the token (RFC 6750 §2.1, RFC 9110 §11.4).
fn bearer(value: &HeaderValue) -> Result<Credential, IdentityError> {
    let bytes = value.as_bytes();
    let (scheme, rest) = bytes.split_at_checked(6).ok_or(IdentityError::UnsupportedCredential)?;
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(IdentityError::UnsupportedCredential);
    }
    match rest.first() {
        None => Err(IdentityError::Malformed),
        Some(b' ') => token(rest.trim_ascii_start()),
        Some(_) => Err(IdentityError::UnsupportedCredential),
    }
}

/// Visible ASCII only; what a JWT is made of is checked where it is split.
pub(super) fn token(bytes: &[u8]) -> Result<Credential, IdentityError> {
    if bytes.len() > TOKEN_BYTES_MAX {
        return Err(IdentityError::TooLarge);
    }
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_graphic) {
        return Err(IdentityError::Malformed);
    }
    let token = std::str::from_utf8(bytes).map_err(|_| IdentityError::Malformed)?;
    Ok(Credential { token: token.into() })
}
