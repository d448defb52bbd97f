//! Keyed fingerprints: enough to recognise the same bytes again with the key, nothing without it.

use std::fmt;

use aws_lc_rs::hmac;

use crate::Fingerprint;

/// Makes fingerprints under one key. An unkeyed hash of a short secret would be the secret (a phone number is found
/// in seconds), so there is none in a record.
#[derive(Clone)]
pub struct Fingerprinter {
    key: hmac::Key,
    key_id: u32,
}

impl Fingerprinter {
    /// A maker of fingerprints; `key_id` names the key in records.
    pub fn new(key: &[u8; 32], key_id: u32) -> Fingerprinter {
        Fingerprinter { key: hmac::Key::new(hmac::HMAC_SHA256, key), key_id }
    }

    /// The fingerprint of `bytes` within a domain: equal bytes of different domains do not match.
    ///
    /// HMAC-SHA-256 over the domain, a zero byte and the bytes, cut to its first 16 bytes (RFC 2104 §5).
    pub fn fingerprint(&self, domain: &'static str, bytes: &[u8]) -> Fingerprint {
        let mut running = self.begin(domain);
        running.update(bytes);
        running.finish()
    }

    /// The fingerprint of bytes that come piece by piece; however they are cut, it is the same.
    pub fn begin(&self, domain: &'static str) -> Running {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(domain.as_bytes());
        context.update(&[0]);
        Running { context, key_id: self.key_id, length_bytes: 0 }
    }
}

/// A fingerprint under way.
pub struct Running {
    context: hmac::Context,
    key_id: u32,
    length_bytes: u64,
}

impl Running {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
        self.length_bytes = self.length_bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    /// The fingerprint of all that came.
    pub fn finish(self) -> Fingerprint {
        let tag = self.context.sign();
        let mut mac = [0; 16];
        mac.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        Fingerprint { key_id: self.key_id, length_bytes: self.length_bytes, mac }
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Running({} bytes)", self.length_bytes)
    }
}

impl fmt::Debug for Fingerprinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprinter(key {})", self.key_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_depends_on_key_domain_and_bytes() {
        let one = Fingerprinter::new(&[1; 32], 1);
        let other = Fingerprinter::new(&[2; 32], 1);
        let print = one.fingerprint("body", b"text");
        assert_eq!(print, one.fingerprint("body", b"text"));
        assert_eq!(print.length_bytes, 4);
        assert_ne!(print.mac, one.fingerprint("body", b"texT").mac);
        assert_ne!(print.mac, one.fingerprint("model", b"text").mac);
        assert_ne!(print.mac, other.fingerprint("body", b"text").mac);
    }

    #[test]
    fn a_fingerprint_does_not_depend_on_how_its_bytes_are_cut() {
        let maker = Fingerprinter::new(&[1; 32], 1);
        for at in 0..=5 {
            let (first, second) = b"bytes".split_at(at);
            let mut running = maker.begin("body");
            running.update(first);
            running.update(second);
            assert_eq!(running.finish(), maker.fingerprint("body", b"bytes"));
        }
    }

    #[test]
    fn the_key_is_never_shown() {
        assert_eq!(format!("{:?}", Fingerprinter::new(&[0x41; 32], 7)), "Fingerprinter(key 7)");
    }
}
