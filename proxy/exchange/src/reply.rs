//! What may be said to a client: a status, heads from a closed list, and a body that something in this crate vouches
//! for.

use std::fmt;

use sekisho_policies::{Label, Scale};

/// A built answer. Made in this crate alone.
pub struct Reply {
    status: u16,
    heads: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(status: u16, body: String) -> Reply {
        let heads =
            vec![("content-type", "application/json".to_owned()), ("cache-control", "no-store".to_owned())];
        Reply { status, heads, body: body.into_bytes() }
    }

    /// An answer whose body comes event by event, beside it.
    pub(crate) fn events(content_type: &str) -> Reply {
        let heads = vec![("content-type", content_type.to_owned()), ("cache-control", "no-store".to_owned())];
        Reply { status: 200, heads, body: Vec::new() }
    }

    pub(crate) fn head(mut self, name: &'static str, value: impl ToString) -> Reply {
        self.heads.push((name, value.to_string()));
        self
    }

    /// Tells a label: its level, and its compartments if it has any.
    pub(crate) fn labelled(self, label: Label, scale: &Scale) -> Reply {
        let reply = self.head("confidentiality-level", scale.id(label));
        let compartments: Vec<&str> = scale.compartments(label).map(|def| def.id.as_str()).collect();
        if compartments.is_empty() {
            reply
        } else {
            reply.head("confidentiality-handling", compartments.join(", "))
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Every head, in lower case, without those of framing.
    pub fn heads(&self) -> &[(&'static str, String)] {
        &self.heads
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Status, heads, body.
    pub fn into_parts(self) -> (u16, Vec<(&'static str, String)>, Vec<u8>) {
        (self.status, self.heads, self.body)
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({}, {} bytes)", self.status, self.body.len())
    }
}
