//! The keys of an issuer, from a JSON Web Key Set (RFC 7517): one that the operator has put into a file, or that the
//! issuer publishes.
//!
//! Each key pins one algorithm. In a file a key that could not be used is an error, not a gap: what the file holds is what
//! is trusted. An issuer publishes keys for others too, so there it is passed over.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use sekisho_policies::{Algorithm, Url};

use super::json::Json;

type Members = std::collections::BTreeMap<String, Json>;

/// Longest key set in bytes, and most keys in it. An issuer in the middle of a rotation has three or four.
const SET_BYTES_MAX: usize = 64 * 1024;
const KEYS_MAX: usize = 32;

/// Why a key set was not taken. Key sets are configuration, so what stands in them may be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JwksError {
    /// The file, as its reader names it.
    pub file: String,
    /// Which key of `keys`, from 0; `None` if the set as a whole is wrong.
    pub key: Option<usize>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for JwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            Some(key) => write!(f, "{}: keys[{key}]: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for JwksError {}

/// The keys of one issuer.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<Key>,
}

/// A public key and the one algorithm it is used with.
#[derive(Debug)]
pub(super) struct Key {
    kid: Option<String>,
    algorithm: Algorithm,
    public: DecodingKey,
}

impl KeySet {
    /// Reads a key set. `file` is for messages; `allowed` are the algorithms that policy lets the issuer use.
    ///
    /// # Errors
    ///
    /// [`JwksError`] for JSON that is not strict, a set without keys or with more than 32, a `kid` twice, several
    /// keys of which one has none, a symmetric or private key, an unknown type or curve, RSA below 2048 bits or with
    /// an exponent below 65537, a point that is not on its curve, `use` other than `sig`, `key_ops` without `verify`,
    /// and an `alg` that is not the key's or not allowed.
    pub fn parse(file: &str, text: &str, allowed: &[Algorithm]) -> Result<KeySet, JwksError> {
        let (keys, unfit) = KeySet::read(file, text, allowed)?;
        unfit.into_iter().next().map_or(Ok(keys), Err)
    }

    /// Reads a key set that an issuer publishes at `name`: as [`KeySet::parse`], but keys that are of no use here are
    /// passed over.
    ///
    /// # Errors
    ///
    /// [`JwksError`] for JSON that is not strict, a set with no usable key or with more than 32 keys, a `kid` twice,
    /// several usable keys of which one has none, and anything secret in it: such an issuer has lost its key.
    pub fn published(name: &str, text: &str, allowed: &[Algorithm]) -> Result<KeySet, JwksError> {
        let (keys, unfit) = KeySet::read(name, text, allowed)?;
        match unfit.into_iter().next().filter(|_| keys.keys.is_empty()) {
            Some(unfit) => Err(unfit),
            None => Ok(keys),
        }
    }

    /// The usable keys, and what is wrong with the others.
    fn read(file: &str, text: &str, allowed: &[Algorithm]) -> Result<(KeySet, Vec<JwksError>), JwksError> {
        let whole = |message: String| JwksError { file: file.to_owned(), key: None, message };
        let entries = entries(text).map_err(whole)?;
        let (mut keys, mut unfit) = (Vec::<Key>::with_capacity(entries.len()), Vec::new());
        for (number, entry) in entries.iter().enumerate() {
            let this = |message: String| JwksError { file: file.to_owned(), key: Some(number), message };
            let Json::Object(members) = entry else {
                return Err(this("a key is a JSON object".to_owned()));
            };
            without_secrets(members).map_err(this)?;
            match Key::read(members, allowed) {
                Ok(key) if keys.iter().any(|other| other.kid == key.kid) => {
                    return Err(this(match key.kid {
                        Some(kid) => format!("`kid` `{kid}` occurs twice"),
                        None => "only one key may be without `kid`".to_owned(),
                    }));
                }
                Ok(key) => keys.push(key),
                Err(message) => unfit.push(this(message)),
            }
        }
        Ok((KeySet { keys }, unfit))
    }

    /// The key that a header asks for. Without `kid` there must be only one key that the algorithm could mean.
    pub(super) fn key(&self, kid: Option<&str>, alg: &str) -> Option<&Key> {
        match kid {
            Some(_) => self.keys.iter().find(|key| key.kid.as_deref() == kid),
            None => {
                let mut fitting = self.keys.iter().filter(|key| key.algorithm.as_str() == alg);
                let first = fitting.next();
                if fitting.next().is_some() { None } else { first }
            }
        }
    }
}

impl Key {
    /// The one algorithm this key is used with.
    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// True if `signature` over `message` is this key's.
    ///
    /// The provider is named: jsonwebtoken's default is found from crate features at run time and would panic if
    /// another crate turned a second one on.
    pub(super) fn verifies(&self, message: &[u8], signature: &Vec<u8>) -> bool {
        let algorithm = match self.algorithm {
            Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
            Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        };
        let verifier = (DEFAULT_PROVIDER.verifier_factory)(&algorithm, &self.public);
        verifier.is_ok_and(|verifier| verifier.verify(message, signature).is_ok())
    }

    fn read(members: &Members, allowed: &[Algorithm]) -> Result<Key, String> {
        let kty = text(members, "kty")?.ok_or("`kty` is missing")?;
        let crv = text(members, "crv")?;
        let (algorithm, public) = match (kty, crv) {
            ("RSA", _) => (Algorithm::Rs256, rsa(members)?),
            ("EC", Some("P-256")) => (Algorithm::Es256, p256(members)?),
            ("OKP", Some("Ed25519")) => (Algorithm::EdDsa, ed25519(members)?),
            ("oct", _) => return Err("a symmetric key cannot tell who signed".to_owned()),
            _ => return Err(unknown_kind(kty, crv)),
        };
        for_signatures(members, algorithm, allowed)?;
        let kid = text(members, "kid")?.map(str::to_owned);
        Ok(Key { kid, algorithm, public })
    }
}

/// Where an issuer says that its keys are, in the document that it publishes about itself (OpenID Connect Discovery 1.0
/// §3): at a place of its own host.
///
/// # Errors
/// The document is about another issuer (§4.3), or says no such place.
pub fn discovered(text: &str, iss: &Url) -> Result<Url, String> {
    let members = Json::object(text.as_bytes()).map_err(|cause| cause.to_string())?;
    let said = |name: &str| members.get(name).and_then(Json::text).ok_or(format!("`{name}` is missing"));
    if said("issuer")? != iss.as_str() {
        return Err(format!("`issuer` is not `{}`", iss.as_str()));
    }
    let place = said("jwks_uri")?;
    let url = Url::parse(place).map_err(|cause| format!("`jwks_uri`: {cause}"))?;
    if (url.tls(), url.host()) != (iss.tls(), iss.host()) {
        let message = format!(
            "`jwks_uri` is at another host, `{}`: if that is right, write it as `jwks_url`",
            url.host()
        );
        return Err(message);
    }
    Ok(url)
}

/// RFC 7518 §6.2.2, §6.3.2, §6.4.1.
fn without_secrets(members: &Members) -> Result<(), String> {
    let secret = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().find(|n| members.contains_key(**n));
    secret.map_or(Ok(()), |secret| {
        Err(format!("it holds secret key material (`{secret}`); only public keys belong in this file"))
    })
}

fn entries(text: &str) -> Result<Vec<Json>, String> {
    if text.len() > SET_BYTES_MAX {
        return Err(format!("a key set may have {SET_BYTES_MAX} bytes at most"));
    }
    let mut members = Json::object(text.as_bytes()).map_err(|cause| cause.to_string())?;
    match members.remove("keys") {
        Some(Json::Array(entries)) if entries.is_empty() => {
            Err("`keys` is empty; no token could be accepted".to_owned())
        }
        Some(Json::Array(entries)) if entries.len() > KEYS_MAX => {
            Err(format!("`keys` has more than {KEYS_MAX} entries"))
        }
        Some(Json::Array(entries)) => Ok(entries),
        _ => Err("`keys` is missing or no array".to_owned()),
    }
}

fn unknown_kind(kty: &str, crv: Option<&str>) -> String {
    let curve = crv.map(|crv| format!(" with `crv` `{crv}`")).unwrap_or_default();
    format!("`kty` `{kty}`{curve} is not supported; RSA, EC with P-256 and OKP with Ed25519 are")
}

/// `use`, `key_ops` and `alg` (RFC 7517 §4.2 to §4.4) must not say anything else than that this key checks signatures.
fn for_signatures(members: &Members, algorithm: Algorithm, allowed: &[Algorithm]) -> Result<(), String> {
    if let Some(other) = text(members, "use")?.filter(|purpose| *purpose != "sig") {
        return Err(format!("`use` is `{other}`; only `sig` belongs in this file"));
    }
    if let Some(operations) = members.get("key_ops") {
        let verifies = operations.texts().is_some_and(|operations| operations.contains(&"verify"));
        if !verifies {
            return Err("`key_ops` does not hold `verify`".to_owned());
        }
    }
    let name = algorithm.as_str();
    if let Some(other) = text(members, "alg")?.filter(|alg| *alg != name) {
        return Err(format!("`alg` is `{other}`, but such a key is used with `{name}`"));
    }
    if !allowed.contains(&algorithm) {
        return Err(format!("the policy does not let this issuer sign with `{name}`"));
    }
    Ok(())
}

fn rsa(members: &Members) -> Result<DecodingKey, String> {
    let (n, e) = (bytes(members, "n")?, bytes(members, "e")?);
    if n.first() == Some(&0) || e.first() == Some(&0) {
        return Err("`n` or `e` begins with a zero byte (RFC 7518 §6.3.1)".to_owned());
    }
    // The first byte is not zero, so `e` ≥ 65536 iff it has three bytes or more; an even one would not be an exponent.
    if !(3..=4).contains(&e.len()) || e.last().is_some_and(|last| last % 2 == 0) {
        return Err("`e` must be odd, 65537 or more, and have 4 bytes at most".to_owned());
    }
    let unused_bits = n.first().map_or(0, |first| first.leading_zeros());
    let bits = n.len().saturating_mul(8).saturating_sub(usize::try_from(unused_bits).unwrap_or(0));
    if !(2048..=8192).contains(&bits) {
        return Err(format!("an RSA key has 2048 to 8192 bits; this one has {bits}"));
    }
    Ok(DecodingKey::from_rsa_raw_components(&n, &e))
}

fn p256(members: &Members) -> Result<DecodingKey, String> {
    let (x, y) = (bytes(members, "x")?, bytes(members, "y")?);
    if x.len() != 32 || y.len() != 32 {
        return Err("`x` and `y` must have 32 bytes each (RFC 7518 §6.2.1.2)".to_owned());
    }
    let point = [[4_u8].as_slice(), &x, &y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point)
        .map_err(|_| "`x` and `y` are not a point of P-256".to_owned())?;
    Ok(DecodingKey::from_ec_der(&point))
}

fn ed25519(members: &Members) -> Result<DecodingKey, String> {
    let x = bytes(members, "x")?;
    if x.len() != 32 {
        return Err("`x` must have 32 bytes (RFC 8032 §5.1.5)".to_owned());
    }
    ParsedPublicKey::new(&ED25519, &x).map_err(|_| "`x` is not an Ed25519 public key".to_owned())?;
    Ok(DecodingKey::from_ed_der(&x))
}

fn text<'a>(members: &'a Members, name: &str) -> Result<Option<&'a str>, String> {
    match members.get(name) {
        None => Ok(None),
        Some(value) => value.text().map(Some).ok_or_else(|| format!("`{name}` is not a string")),
    }
}

/// Base64url without padding, of the canonical form only (RFC 7515 §2).
fn bytes(members: &Members, name: &str) -> Result<Vec<u8>, String> {
    let encoded = text(members, name)?.ok_or_else(|| format!("`{name}` is missing"))?;
    URL_SAFE_NO_PAD.decode(encoded).map_err(|_| format!("`{name}` is not base64url without padding"))
}
