//! Key pairs as files hold them: the private key in PEM, the public one as a set of one JWK.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::cli::Trouble;

/// A new P-256 key, as PKCS #8 (RFC 5208).
pub fn p256() -> Result<Vec<u8>, Trouble> {
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    document.map(|document| document.as_ref().to_vec()).map_err(|error| Trouble::at("P-256 key", error))
}

/// RFC 7468: lines of 64 characters.
pub fn pem(pkcs8: &[u8]) -> String {
    let text = STANDARD.encode(pkcs8);
    let lines = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n");
    format!("-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\n", lines.collect::<String>())
}

/// The public half of a P-256 key, as a JWK set (RFC 7517 §5, RFC 7518 §6.2.1).
pub fn jwks(pkcs8: &[u8], kid: &str) -> Result<String, Trouble> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8);
    let pair = pair.map_err(|error| Trouble::at("P-256 key", error))?;
    // An uncompressed point (SEC 1, 2.3.3): 04, then 32 bytes each of x and y.
    let point = pair.public_key().as_ref().get(1..).unwrap_or_default();
    let (x, y) = point.split_at_checked(32).unwrap_or_default();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let key = json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": encode(x), "y": encode(y),
    });
    Ok(json!({ "keys": [key] }).to_string())
}
