//! One token held against one issuer: header, signature, then claims.
//!
//! Read once, strictly; the same bytes that were verified are the ones the claims come from. Time is an argument.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_policies::{Algorithm, Claims, Issuer};

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

/// What a token must look like.
pub(super) struct Form<'a, T> {
    /// The only accepted algorithms.
    pub(super) algorithms: &'a [Algorithm],
    /// The only accepted values of `typ`.
    pub(super) types: &'a [T],
    /// Whether `typ` may be absent.
    pub(super) untyped: bool,
}

/// What an issuer vouches for.
pub(super) struct Vouched {
    /// The value of the issuer's subject claim.
    pub(super) subject: String,
    /// What policies can ask for.
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
        let Issuer { algorithms, types, untyped, .. } = issuer;
        self.authentic(&Form { algorithms, types, untyped: *untyped }, keys)?;
        if self.issuer() != Some(issuer.iss.as_str()) {
            return Err(IdentityError::UnknownIssuer);
        }
        self.addressed(&issuer.audience_claim, &issuer.audience)?;
        let claims = self.claims();
        if !claims.hold(&issuer.required) {
            return Err(IdentityError::Type);
        }
        let expires_at = self.timely(issuer, now_s)?;
        let subject =
            self.payload.get(&issuer.subject_claim).and_then(Json::text).ok_or(IdentityError::Claim)?;
        Ok(Vouched {
            subject: subject.to_owned(),
            claims,
            expires_at,
            bound_to: self.bound_to()?,
            // A `jti` that is no string could not be named when it is revoked.
            token_id: self.text("jti")?,
            key_id: self.key_id(),
        })
    }

    /// Signed by one of these keys, with one of these algorithms, as one of these types.
    pub(super) fn authentic<T: AsRef<str>>(
        &self,
        form: &Form<'_, T>,
        keys: &Keys,
    ) -> Result<(), IdentityError> {
        self.plain_header()?;
        self.typed(form)?;
        let key = self.key(form.algorithms, keys)?;
        let verified = keys.verified(key, self.signed.as_bytes(), &self.signature);
        if verified { Ok(()) } else { Err(IdentityError::Signature) }
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
    fn typed<T: AsRef<str>>(&self, form: &Form<'_, T>) -> Result<(), IdentityError> {
        if form.untyped && !self.header.contains_key("typ") {
            return Ok(());
        }
        let sent = self.header.get("typ").and_then(Json::text).ok_or(IdentityError::Type)?;
        let same = |accepted: &T| short_type(accepted.as_ref()).eq_ignore_ascii_case(short_type(sent));
        let accepted = form.types.iter().any(same);
        if accepted { Ok(()) } else { Err(IdentityError::Type) }
    }

    /// The key, found by `kid`; it says the algorithm, and the header must say the same.
    fn key<'k>(&self, algorithms: &[Algorithm], keys: &'k Keys) -> Result<&'k Key, IdentityError> {
        let alg = self.header.get("alg").and_then(Json::text).ok_or(IdentityError::Algorithm)?;
        if !algorithms.iter().any(|allowed| allowed.as_str() == alg) {
            return Err(IdentityError::Algorithm);
        }
        let kid = match self.header.get("kid") {
            None => None,
            Some(kid) => Some(kid.text().ok_or(IdentityError::UnknownKey)?),
        };
        let key = keys.key(kid, alg).ok_or(IdentityError::UnknownKey)?;
        if key.algorithm().as_str() == alg { Ok(key) } else { Err(IdentityError::Algorithm) }
    }

    pub(super) fn addressed(&self, claim: &str, to: &str) -> Result<(), IdentityError> {
        let audience = self.payload.get(claim).and_then(Json::texts).ok_or(IdentityError::Claim)?;
        if audience.contains(&to) { Ok(()) } else { Err(IdentityError::Audience) }
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
    pub(super) fn moment(&self, claim: &str) -> Result<Option<u64>, IdentityError> {
        match self.payload.get(claim) {
            None => Ok(None),
            Some(value) => value.integer().map(Some).ok_or(IdentityError::Claim),
        }
    }

    /// `cnf` says who may use the token (RFC 7800 §3.1). A way of saying it that is not checked here binds all the same,
    /// so such a token counts nowhere.
    pub(super) fn bound_to(&self) -> Result<Option<[u8; 32]>, IdentityError> {
        let Some(confirmation) = self.payload.get("cnf") else { return Ok(None) };
        let Json::Object(members) = confirmation else { return Err(IdentityError::Claim) };
        let print = members.get("x5t#S256").and_then(Json::text).filter(|_| members.len() == 1);
        hash(print.ok_or(IdentityError::Binding)?).map(Some)
    }

    /// `digest`: SHA-256 of the one body that the token goes with.
    pub(super) fn digest(&self) -> Result<Option<[u8; 32]>, IdentityError> {
        self.text("digest")?.as_deref().map(hash).transpose()
    }

    pub(super) fn has(&self, claim: &str) -> bool {
        self.payload.contains_key(claim)
    }

    /// A claim that is a string wherever it occurs.
    pub(super) fn text(&self, claim: &str) -> Result<Option<String>, IdentityError> {
        let value = self.payload.get(claim);
        value.map(|value| value.text().map(str::to_owned).ok_or(IdentityError::Claim)).transpose()
    }

    /// `kid`, if it is there.
    pub(super) fn key_id(&self) -> Option<String> {
        self.header.get("kid").and_then(Json::text).map(str::to_owned)
    }

    /// Claims that are strings or lists of strings; and those of objects and of lists of objects, named `outer.inner`. A
    /// claim that is itself called so is the only one.
    pub(super) fn claims(&self) -> Claims {
        let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (outer, value) in &self.payload {
            let objects = match value {
                Json::Array(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            for (inner, value) in objects.iter().filter_map(Json::members).flatten() {
                let texts = value.texts().unwrap_or_default().into_iter().map(str::to_owned);
                claims.entry(format!("{outer}.{inner}")).or_default().extend(texts);
            }
        }
        let texts = |value: &Json| Some(value.texts()?.into_iter().map(str::to_owned).collect());
        claims.extend(self.payload.iter().filter_map(|(name, value)| Some((name.clone(), texts(value)?))));
        Claims(claims)
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

/// SHA-256 in base64url.
fn hash(part: &str) -> Result<[u8; 32], IdentityError> {
    decode(part)?.try_into().map_err(|_| IdentityError::Claim)
}

/// No padding, no other alphabet, no stray bits at the end: one value has one encoding.
fn decode(part: &str) -> Result<Vec<u8>, IdentityError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| IdentityError::Malformed)
}
