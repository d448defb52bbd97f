//! AWS Signature Version 4, both ways: what a request's text is, `sekisho_exchange::sigv4` says; here are the keys.

mod inward;
mod moment;
mod outward;
mod purse;
mod source;
#[cfg(test)]
mod tests;

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256, Tag};
use sekisho_exchange::sigv4::Scope;

pub(crate) use inward::{Claim, Received, is_presigned};
pub(crate) use outward::Leaving;
pub(crate) use purse::{Purse, keep};
pub(crate) use source::Source;

/// The signing name of Amazon Bedrock, for which clients sign, and we.
pub(crate) const SERVICE: &str = "bedrock";

/// A secret access key, ready to make signing keys. It is never shown.
pub struct Secret(hmac::Key);

impl Secret {
    /// Of the secret as its owner writes it.
    pub fn new(secret: &str) -> Secret {
        Secret(hmac::Key::new(HMAC_SHA256, format!("AWS4{secret}").as_bytes()))
    }

    /// The signature of a string to sign.
    pub fn sign(&self, scope: &Scope, text: &str) -> [u8; 32] {
        bytes(&hmac::sign(&self.signing_key(scope), text.as_bytes()))
    }

    /// Whether this is the signature, in a time that does not depend on where it differs.
    pub fn verifies(&self, scope: &Scope, text: &str, signature: &[u8; 32]) -> bool {
        hmac::verify(&self.signing_key(scope), text.as_bytes(), signature).is_ok()
    }

    /// One key a day, region and service: each part of the scope is mixed in with what came of those before it.
    fn signing_key(&self, scope: &Scope) -> hmac::Key {
        scope.parts().iter().fold(self.0.clone(), |key, part| {
            hmac::Key::new(HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref())
        })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

fn bytes(tag: &Tag) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}
