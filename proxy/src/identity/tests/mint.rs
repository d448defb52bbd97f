//! An issuer for tests: makes any token, also those that no issuer would make.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// When all tests happen: 2026-11-24, in seconds since the Unix epoch.
pub(super) const NOW: u64 = 1_795_500_000;

/// A private key, or one of the ways to pretend to have one.
#[derive(Clone, Copy)]
pub(super) enum Signer {
    Rsa,
    P256,
    Ed25519,
    /// A P-256 key that is in no key set.
    Foreign,
    /// HMAC-SHA-256 keyed with the bytes of the RSA public key as PKCS#1 DER.
    HmacOfPublicKey,
    /// An empty signature.
    Nobody,
}

pub(super) struct Keys {
    pub(super) rsa: RsaKeyPair,
    pub(super) p256: EcdsaKeyPair,
    pub(super) ed25519: Ed25519KeyPair,
    foreign: EcdsaKeyPair,
}

/// Made once: an RSA key takes a moment.
pub(super) static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    rsa: RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap(),
    p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
    ed25519: Ed25519KeyPair::generate().unwrap(),
    foreign: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
});

impl Signer {
    pub(super) fn sign(self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Signer::Rsa => {
                let mut signature = vec![0; KEYS.rsa.public_modulus_len()];
                KEYS.rsa.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
            Signer::P256 => KEYS.p256.sign(&random, message).unwrap().as_ref().to_vec(),
            Signer::Ed25519 => KEYS.ed25519.sign(message).as_ref().to_vec(),
            Signer::Foreign => KEYS.foreign.sign(&random, message).unwrap().as_ref().to_vec(),
            Signer::HmacOfPublicKey => {
                let key =
                    aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, KEYS.rsa.public_key().as_ref());
                aws_lc_rs::hmac::sign(&key, message).as_ref().to_vec()
            }
            Signer::Nobody => Vec::new(),
        }
    }
}

pub(super) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The public halves as members of a key set.
pub(super) fn rsa_jwk() -> String {
    let public = KEYS.rsa.public_key();
    let n = encoded(public.modulus().big_endian_without_leading_zero());
    let e = encoded(public.exponent().big_endian_without_leading_zero());
    format!(r#"{{"kty":"RSA","kid":"r1","use":"sig","alg":"RS256","n":"{n}","e":"{e}"}}"#)
}

pub(super) fn p256_jwk() -> String {
    let point = KEYS.p256.public_key().as_ref();
    let (x, y) = (encoded(&point[1..33]), encoded(&point[33..]));
    format!(r#"{{"kty":"EC","crv":"P-256","kid":"e1","key_ops":["verify"],"x":"{x}","y":"{y}"}}"#)
}

pub(super) fn ed25519_jwk() -> String {
    let x = encoded(KEYS.ed25519.public_key().as_ref());
    format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"d1","x":"{x}"}}"#)
}

pub(super) fn key_set(keys: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// A token in the making: header and claims as pairs of a name and raw JSON, so that any of them can be wrong.
#[derive(Clone)]
pub(super) struct Mint {
    header: Vec<(String, String)>,
    claims: Vec<(String, String)>,
    signer: Signer,
}

impl Mint {
    /// A token that is accepted, signed with ES256.
    pub(super) fn good() -> Mint {
        let pairs =
            |pairs: &[(&str, String)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        Mint {
            header: pairs(&[("alg", quoted("ES256")), ("typ", quoted("at+jwt")), ("kid", quoted("e1"))]),
            claims: pairs(&[
                ("iss", quoted("https://idp.example")),
                ("aud", quoted("sekisho")),
                ("sub", quoted("ada@agency.example")),
                ("iat", NOW.to_string()),
                ("exp", (NOW + 600).to_string()),
                ("clearance", quoted("2")),
                ("groups", r#"["a","b"]"#.to_owned()),
            ]),
            signer: Signer::P256,
        }
    }

    /// Sets a header member to raw JSON, or adds it.
    pub(super) fn header(mut self, name: &str, json: &str) -> Mint {
        put(&mut self.header, name, json);
        self
    }

    /// Sets a claim to raw JSON, or adds it.
    pub(super) fn claim(mut self, name: &str, json: &str) -> Mint {
        put(&mut self.claims, name, json);
        self
    }

    /// Adds a claim even if it is there.
    pub(super) fn again(mut self, name: &str, json: &str) -> Mint {
        self.claims.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Adds a header member even if it is there.
    pub(super) fn header_again(mut self, name: &str, json: &str) -> Mint {
        self.header.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Leaves a claim out.
    pub(super) fn without(mut self, name: &str) -> Mint {
        self.claims.retain(|(other, _)| other != name);
        self
    }

    /// Leaves a header member out.
    pub(super) fn headless(mut self, name: &str) -> Mint {
        self.header.retain(|(other, _)| other != name);
        self
    }

    /// Names algorithm and key, and signs accordingly or not.
    pub(super) fn signed(self, alg: &str, kid: &str, signer: Signer) -> Mint {
        let mint = self.header("alg", &quoted(alg)).header("kid", &quoted(kid));
        Mint { signer, ..mint }
    }

    /// The compact form.
    pub(super) fn token(&self) -> String {
        let signed = format!("{}.{}", encoded(object(&self.header)), encoded(object(&self.claims)));
        let signature = encoded(self.signer.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn put(pairs: &mut Vec<(String, String)>, name: &str, json: &str) {
    match pairs.iter_mut().find(|(other, _)| other == name) {
        Some((_, value)) => json.clone_into(value),
        None => pairs.push((name.to_owned(), json.to_owned())),
    }
}

fn object(pairs: &[(String, String)]) -> String {
    let members = pairs.iter().map(|(name, json)| format!("{}:{json}", quoted(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}
