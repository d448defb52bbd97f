//! Checkpoints: the size and root of a log at one moment, signed (C2SP tlog-checkpoint in a signed-note).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::keys::{KeyError, Signer, Vkey};
use crate::merkle::{Hash, Tree};

/// What a checkpoint says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The log's unique name.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The state of a tree.
    pub fn of(origin: &str, tree: &Tree) -> Checkpoint {
        Checkpoint { origin: origin.to_owned(), size: tree.size(), root: tree.root() }
    }

    /// The three lines that are signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root))
    }

    /// The whole note: text, empty line, signature lines.
    ///
    /// # Errors
    /// The signer could not sign.
    pub fn sign(&self, signer: &Signer) -> Result<Vec<u8>, KeyError> {
        let text = self.text();
        let signatures = signer.sign(text.as_bytes())?;
        Ok(format!("{text}\n{signatures}").into_bytes())
    }
}

/// A note whose form is right; whether its signatures are is asked separately.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedCheckpoint {
    /// What it says.
    pub checkpoint: Checkpoint,
    text: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Signature {
    name: String,
    key_id: [u8; 4],
    bytes: Vec<u8>,
}

impl SignedCheckpoint {
    /// Reads a note; `None` unless it has exactly the canonical form.
    pub fn parse(note: &[u8]) -> Option<SignedCheckpoint> {
        let note = std::str::from_utf8(note).ok()?;
        let (text, lines) = note.split_once("\n\n")?;
        let mut fields = text.split('\n');
        let origin = fields.next()?.to_owned();
        let size: u64 = fields.next()?.parse().ok()?;
        let root = BASE64_STANDARD.decode(fields.next()?).ok()?.try_into().ok()?;
        let checkpoint = Checkpoint { origin, size, root };
        // Re-written and compared, so that no second spelling of the same checkpoint passes.
        let text = format!("{text}\n");
        if fields.next().is_some() || checkpoint.text() != text {
            return None;
        }
        let lines = lines.strip_suffix('\n')?.split('\n');
        let signatures = lines.map(Signature::parse).collect::<Option<Vec<_>>>()?;
        Some(SignedCheckpoint { checkpoint, text, signatures })
    }

    /// True if these keys, each of them and no other, have signed.
    pub fn is_signed_by(&self, keys: &[Vkey]) -> bool {
        let signed = |key: &Vkey| {
            let mine = |s: &&Signature| s.name == key.name() && s.key_id == key.id();
            let mut lines = self.signatures.iter().filter(mine);
            let one = lines.next().is_some_and(|s| key.verify(self.text.as_bytes(), &s.bytes));
            one && lines.next().is_none()
        };
        let known = |s: &Signature| keys.iter().any(|key| s.name == key.name() && s.key_id == key.id());
        !keys.is_empty() && keys.iter().all(signed) && self.signatures.iter().all(known)
    }
}

impl Signature {
    fn parse(line: &str) -> Option<Signature> {
        let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let bytes = BASE64_STANDARD.decode(encoded).ok()?;
        let (key_id, rest) = bytes.split_first_chunk::<4>()?;
        Some(Signature { name: name.to_owned(), key_id: *key_id, bytes: rest.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signed_note::{StandardVerifier, Verifier};

    fn signer(name: &str) -> Signer {
        let (p256, ed25519) = Signer::generate().unwrap();
        Signer::from_pkcs8(name, &p256, &ed25519).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint { origin: "example.jp/log".to_owned(), size: 7, root: [9; 32] }
    }

    #[test]
    fn a_note_is_signed_by_its_keys_and_by_no_others() {
        let (ours, other) = (signer("example.jp/log"), signer("example.jp/log"));
        let note = SignedCheckpoint::parse(&checkpoint().sign(&ours).unwrap()).unwrap();
        assert_eq!(note.checkpoint, checkpoint());
        let [p256, ed25519] = ours.vkeys();
        assert!(note.is_signed_by(&[ed25519.clone(), p256.clone()]));
        assert!(!note.is_signed_by(&other.vkeys()));
        assert!(!note.is_signed_by(&[]), "no key vouches for nothing");
        assert!(!note.is_signed_by(&[p256]), "a line that nobody vouches for is not passed over");
        assert!(!note.is_signed_by(&[ed25519]));
    }

    #[test]
    fn any_other_spelling_of_a_note_is_none() {
        let note = String::from_utf8(checkpoint().sign(&signer("example.jp/log")).unwrap()).unwrap();
        assert!(SignedCheckpoint::parse(note.as_bytes()).is_some());
        let others = [
            ("\n7\n", "\n07\n"),
            ("\n7\n", "\n+7\n"),
            ("\n\n", "\n\n\n"),
            ("\u{2014} ", "- "),
            ("\n\u{2014} ", "\r\n\u{2014} "),
            ("=\n", "=\r\n"),
            ("=\n", "\n"),
        ];
        for (from, to) in others {
            assert!(note.contains(from), "{from:?}");
            assert_eq!(SignedCheckpoint::parse(note.replacen(from, to, 1).as_bytes()), None, "{to:?}");
        }
    }

    #[test]
    fn an_independent_verifier_takes_the_ed25519_line() {
        let signer = signer("example.jp/log");
        let [_, ed25519] = signer.vkeys();
        let verifier = StandardVerifier::new(&ed25519.to_string()).unwrap();
        let note = checkpoint().sign(&signer).unwrap();
        let parsed = SignedCheckpoint::parse(&note).unwrap();
        let line = parsed.signatures.iter().find(|s| s.key_id == ed25519.id()).unwrap();
        assert_eq!(verifier.key_id(), u32::from_be_bytes(ed25519.id()));
        assert!(verifier.verify(parsed.text.as_bytes(), &line.bytes));
        assert!(!verifier.verify(b"another text", &line.bytes));
    }

    #[test]
    fn verifier_lines_are_read_back_and_changed_ones_are_not() {
        for vkey in signer("example.jp/log").vkeys() {
            let line = vkey.to_string();
            assert_eq!(Vkey::parse(&line), Ok(vkey));
            let last = line.trim_end_matches('=').chars().next_back().unwrap();
            let other = if last == 'A' { "E" } else { "A" };
            assert!(Vkey::parse(&line.replacen(last, other, 1)).is_err() || line.matches(last).count() > 1);
            assert!(Vkey::parse(&line.replace('+', "-")).is_err());
        }
    }
}
