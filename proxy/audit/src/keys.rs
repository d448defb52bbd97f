//! The keys of a log: what signs its checkpoints, and the lines by which others know them (C2SP signed-note).
//!
//! Each checkpoint is signed twice: ECDSA P-256 for the lists that ask for it and for every HSM, Ed25519 for stock
//! witnesses.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::merkle::sha256;

/// Signature types of signed-note.
const TYPE_ED25519: u8 = 0x01;
const TYPE_ECDSA: u8 = 0x02;

/// SubjectPublicKeyInfo of a P-256 key before its 65 bytes of uncompressed point (RFC 5480 §2).
const P256_SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// Why a key is not one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyError {
    /// Not a PKCS#8 key of the kind that is needed.
    Pkcs8,
    /// A key name is 1 to 255 bytes of visible ASCII without `+`.
    Name,
    /// Not a verifier line `name+hash+key`, or of an unknown kind.
    Vkey,
    /// The key's hash does not match its bytes.
    VkeyHash,
    /// The library could not make or sign.
    Crypto,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::Pkcs8 => "not a PKCS#8 key of the kind needed here",
            KeyError::Name => "a key's name is 1 to 255 visible ASCII characters without `+`",
            KeyError::Vkey => "not a verifier key; a line reads `name+hash+key` (C2SP signed-note)",
            KeyError::VkeyHash => "the verifier key's hash does not match the key; the line was changed",
            KeyError::Crypto => "the cryptographic library refused",
        })
    }
}

impl std::error::Error for KeyError {}

/// Signs checkpoints with both keys of a log.
pub struct Signer {
    name: String,
    p256: EcdsaKeyPair,
    ed25519: Ed25519KeyPair,
    random: SystemRandom,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

impl Signer {
    /// A signer from two PKCS#8 keys in DER; `name` is the log's origin.
    ///
    /// # Errors
    /// A key of another kind, or a name that signed notes cannot hold.
    pub fn from_pkcs8(name: &str, p256: &[u8], ed25519: &[u8]) -> Result<Signer, KeyError> {
        let visible = name.bytes().all(|b| b.is_ascii_graphic() && b != b'+');
        if !visible || !(1..=255).contains(&name.len()) {
            return Err(KeyError::Name);
        }
        let p256 =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, p256).map_err(|_| KeyError::Pkcs8)?;
        let ed25519 = Ed25519KeyPair::from_pkcs8(ed25519)
            .or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(ed25519))
            .map_err(|_| KeyError::Pkcs8)?;
        Ok(Signer { name: name.to_owned(), p256, ed25519, random: SystemRandom::new() })
    }

    /// New keys as PKCS#8 in DER: P-256, then Ed25519.
    ///
    /// # Errors
    /// The system's random source failed.
    pub fn generate() -> Result<(Vec<u8>, Vec<u8>), KeyError> {
        let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| KeyError::Crypto)?;
        let p256 = p256.to_pkcs8v1().map_err(|_| KeyError::Crypto)?;
        let ed25519 = Ed25519KeyPair::generate().map_err(|_| KeyError::Crypto)?;
        let ed25519 = ed25519.to_pkcs8().map_err(|_| KeyError::Crypto)?;
        Ok((p256.as_ref().to_vec(), ed25519.as_ref().to_vec()))
    }

    /// The log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What others verify with: P-256, then Ed25519.
    pub fn vkeys(&self) -> [Vkey; 2] {
        let spki = [P256_SPKI.as_slice(), self.p256.public_key().as_ref()].concat();
        [
            Vkey::new(&self.name, TYPE_ECDSA, spki),
            Vkey::new(&self.name, TYPE_ED25519, self.ed25519.public_key().as_ref().to_vec()),
        ]
    }

    /// The two signature lines of a note text.
    ///
    /// # Errors
    /// The library could not sign.
    pub fn sign(&self, text: &[u8]) -> Result<String, KeyError> {
        let p256 = self.p256.sign(&self.random, text).map_err(|_| KeyError::Crypto)?;
        let ed25519 = self.ed25519.sign(text);
        let [p256_key, ed25519_key] = self.vkeys();
        Ok(p256_key.line(p256.as_ref()) + &ed25519_key.line(ed25519.as_ref()))
    }
}

/// A key that verifies one signature line of a log's checkpoints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vkey {
    name: String,
    kind: u8,
    /// Ed25519: 32 bytes. ECDSA: SubjectPublicKeyInfo in DER.
    key: Vec<u8>,
}

impl Vkey {
    fn new(name: &str, kind: u8, key: Vec<u8>) -> Vkey {
        Vkey { name: name.to_owned(), kind, key }
    }

    /// Reads one `name+hash+key` line.
    ///
    /// # Errors
    /// The line is not one, or its hash does not match.
    pub fn parse(line: &str) -> Result<Vkey, KeyError> {
        let mut parts = line.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Vkey);
        };
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| KeyError::Vkey)?;
        let (kind, key) = bytes.split_first().ok_or(KeyError::Vkey)?;
        let fits = match *kind {
            TYPE_ED25519 => key.len() == 32,
            TYPE_ECDSA => key.len() == P256_SPKI.len() + 65 && key.starts_with(&P256_SPKI),
            _ => false,
        };
        if !fits || name.is_empty() {
            return Err(KeyError::Vkey);
        }
        let vkey = Vkey::new(name, *kind, key.to_vec());
        if crate::canonical::hex(&vkey.id()) != hash {
            return Err(KeyError::VkeyHash);
        }
        Ok(vkey)
    }

    /// Whose key it is: the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// True if `signature` is this key's over `text`.
    pub fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        match self.kind {
            TYPE_ED25519 => UnparsedPublicKey::new(&ED25519, &self.key).verify(text, signature).is_ok(),
            _ => {
                let point = self.key.get(P256_SPKI.len()..).unwrap_or_default();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(text, signature).is_ok()
            }
        }
    }

    /// First four bytes of SHA-256 over name, newline, type and key (Ed25519), or over the SPKI (ECDSA).
    pub(crate) fn id(&self) -> [u8; 4] {
        let hash = match self.kind {
            TYPE_ED25519 => sha256(&[self.name.as_bytes(), b"\n", &[self.kind], &self.key]),
            _ => sha256(&[&self.key]),
        };
        let [a, b, c, d, ..] = hash;
        [a, b, c, d]
    }

    fn line(&self, signature: &[u8]) -> String {
        let bytes = [self.id().as_slice(), signature].concat();
        format!("\u{2014} {} {}\n", self.name, BASE64_STANDARD.encode(bytes))
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind], self.key.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, crate::canonical::hex(&self.id()), BASE64_STANDARD.encode(key))
    }
}
