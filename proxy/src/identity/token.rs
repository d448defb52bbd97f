//! One token held against one issuer: header, signature, then claims.
//!
//! Read once, strictly; the same bytes that were verified are the ones the claims come from. Time is an argument.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_policies::{Claims, Issuer};

use super::json::Json;
use super::jwks::Key;
use super::keyring::Keys;
use super::{IdentityError, TOKEN_BYTES_MAX};

type Members = BTreeMap<String, Json>;

/// Most that clocks may differ, in seconds, whatever the policy says.
const LEEWAY_MAX_S: u64 = 30;

/// A token that has been read, and of which nothing is believed yet.
///
/// No `Debug`: it holds what a token says of a person.
pub(super) struct Token<'a> {
    /// Header and payload as sent: what was signed.
    signed: &'a str,
    header: Members,
    payload: Members,
    signature: Vec<u8>,
}

/// What an issuer vouches for.
pub(super) struct Vouched {
    /// The value of the issuer's subject claim.
    pub(super) subject: String,
    /// Claims that are strings or arrays of strings; others play no part in a policy.
    pub(super) claims: Claims,
    /// First second, since the Unix epoch, in which the token no longer counts; leeway included.
    pub(super) expires_at: u64,
    /// SHA-256 of the client certificate on whose connections alone the token counts (RFC 8705 §3.1).
    pub(super) bound_to: Option<[u8; 32]>,
    /// `jti`, if it is there.
    pub(super) token_id: Option<String>,
    /// `kid`, if it is there.
    pub(super) key_id: Option<String>,
}

impl<'a> Token<'a> {
    /// Splits and reads a compact JWS (RFC 7515 §7.1).
    pub(super) fn read(text: &'a str) -> Result<Token<'a>, IdentityError> {
        if text.len() > TOKEN_BYTES_MAX {
            return Err(IdentityError::TooLarge);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(IdentityError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(IdentityError::Malformed)?;
        // A further dot would be in `payload`, where base64url refuses it.
        Ok(Token {
            signed,
            header: object(header)?,
            payload: object(payload)?,
            signature: decode(signature)?,
        })
    }

    /// Who the token says has issued it; to be believed only once that issuer's key has verified it.
    pub(super) fn issuer(&self) -> Option<&str> {
        self.payload.get("iss")?.text()
    }

    /// Verifies the token as one of this issuer's.
    pub(super) fn verify(self, issuer: &Issuer, keys: &Keys, now_s: u64) -> Result<Vouched, IdentityError> {
        self.plain_header()?;
        self.typed(issuer)?;
        let key = self.key(issuer, keys)?;
        if !keys.verified(key, self.signed.as_bytes(), &self.signature) {
            return Err(IdentityError::Signature);
        }
        if self.issuer() != Some(issuer.iss.as_str()) {
            return Err(IdentityError::UnknownIssuer);
        }
        self.addressed(issuer)?;
        let expires_at = self.timely(issuer, now_s)?;
        let subject =
            self.payload.get(&issuer.subject_claim).and_then(Json::text).ok_or(IdentityError::Claim)?;
        let bound_to = self.bound_to()?;
        let text = |value: &Json| value.text().map(str::to_owned);
        // A `jti` that is no string could not be named when it is revoked.
        let token_id = self.payload.get("jti").map(|id| text(id).ok_or(IdentityError::Claim)).transpose()?;
        Ok(Vouched {
            subject: subject.to_owned(),
            claims: self.claims(),
            expires_at,
            bound_to,
            token_id,
            key_id: self.header.get("kid").and_then(text),
        })
    }

    /// Nothing in the header may change what is verified or with which key (RFC 8725 §3.10, RFC 7797 §6).
    fn plain_header(&self) -> Result<(), IdentityError> {
        let forbidden = ["crit", "jwk", "jku", "x5u", "x5c", "b64", "enc", "zip"];
        if forbidden.iter().any(|name| self.header.contains_key(*name)) {
            return Err(IdentityError::Header);
        }
        Ok(())
    }

    /// `typ` tells access tokens from other things the issuer signs (RFC 8725 §3.11). It is a media type: case does
    /// not matter and `application/` may be left out (RFC 7515 §4.1.9).
    fn typed(&self, issuer: &Issuer) -> Result<(), IdentityError> {
        let sent = self.header.get("typ").and_then(Json::text).ok_or(IdentityError::Type)?;
        let accepted =
            issuer.types.iter().any(|accepted| short_type(accepted).eq_ignore_ascii_case(short_type(sent)));
        if accepted { Ok(()) } else { Err(IdentityError::Type) }
    }

    /// The key, found by `kid`; it says the algorithm, and the header must say the same.
    fn key<'k>(&self, issuer: &Issuer, keys: &'k Keys) -> Result<&'k Key, IdentityError> {
        let alg = self.header.get("alg").and_then(Json::text).ok_or(IdentityError::Algorithm)?;
        if !issuer.algorithms.iter().any(|allowed| allowed.as_str() == alg) {
            return Err(IdentityError::Algorithm);
        }
        let kid = match self.header.get("kid") {
            None => None,
            Some(kid) => Some(kid.text().ok_or(IdentityError::UnknownKey)?),
        };
        let key = keys.key(kid, alg).ok_or(IdentityError::UnknownKey)?;
        if key.algorithm().as_str() == alg { Ok(key) } else { Err(IdentityError::Algorithm) }
    }

    fn addressed(&self, issuer: &Issuer) -> Result<(), IdentityError> {
        let audience = self.payload.get("aud").and_then(Json::texts).ok_or(IdentityError::Claim)?;
        if audience.contains(&issuer.audience.as_str()) { Ok(()) } else { Err(IdentityError::Audience) }
    }

    /// `exp` and `iat` must be there, since without both nobody can tell how long a token lives (RFC 9068 §2.2).
    fn timely(&self, issuer: &Issuer, now_s: u64) -> Result<u64, IdentityError> {
        let (exp, iat) = (self.moment("exp")?, self.moment("iat")?);
        let (exp, iat) = (exp.ok_or(IdentityError::Claim)?, iat.ok_or(IdentityError::Claim)?);
        let leeway_s = issuer.leeway_s.min(LEEWAY_MAX_S);
        let expires_at = exp.saturating_add(leeway_s);
        if now_s >= expires_at {
            return Err(IdentityError::Expired);
        }
        let begins = self.moment("nbf")?.map_or(iat, |nbf| nbf.max(iat));
        if begins > now_s.saturating_add(leeway_s) {
            return Err(IdentityError::NotYetValid);
        }
        match exp.checked_sub(iat) {
            None => Err(IdentityError::Claim),
            Some(lifetime_s) if lifetime_s > issuer.lifetime_max_s => Err(IdentityError::LivesTooLong),
            Some(_) => Ok(expires_at),
        }
    }

    /// A NumericDate (RFC 7519 §2), whole seconds only: a fraction would be a second way to write the same moment.
    fn moment(&self, claim: &str) -> Result<Option<u64>, IdentityError> {
        match self.payload.get(claim) {
            None => Ok(None),
            Some(value) => value.integer().map(Some).ok_or(IdentityError::Claim),
        }
    }

    /// `cnf` says who may use the token (RFC 7800 §3.1). A way of saying it that is not checked here binds all the same,
    /// so such a token counts nowhere.
    fn bound_to(&self) -> Result<Option<[u8; 32]>, IdentityError> {
        let Some(confirmation) = self.payload.get("cnf") else { return Ok(None) };
        let Json::Object(members) = confirmation else { return Err(IdentityError::Claim) };
        let print = members.get("x5t#S256").and_then(Json::text).filter(|_| members.len() == 1);
        let print = decode(print.ok_or(IdentityError::Binding)?)?;
        print.try_into().map(Some).map_err(|_| IdentityError::Claim)
    }

    fn claims(&self) -> Claims {
        let texts = |value: &Json| Some(value.texts()?.into_iter().map(str::to_owned).collect());
        Claims(self.payload.iter().filter_map(|(name, value)| Some((name.clone(), texts(value)?))).collect())
    }
}

fn short_type(media_type: &str) -> &str {
    match media_type.split_at_checked("application/".len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
        _ => media_type,
    }
}

fn object(part: &str) -> Result<Members, IdentityError> {
    Json::object(&decode(part)?).map_err(|_| IdentityError::Malformed)
}

/// No padding, no other alphabet, no stray bits at the end: one value has one encoding.
fn decode(part: &str) -> Result<Vec<u8>, IdentityError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| IdentityError::Malformed)
}
