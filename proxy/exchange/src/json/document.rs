//! A document that was read: its text as received and a flat list of values in document order.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::reader::{self, JsonError, JsonLimits};
use super::string::{self, Fragment};

/// A JSON text that every parser reads the same, with the place of every value.
pub struct Document {
    pub(super) text: String,
    /// In the order of the text; a value's descendants follow it directly.
    pub(super) nodes: Vec<Node>,
}

pub(super) struct Node {
    pub kind: Kind,
    pub span: Range<usize>,
    /// The member's key token, quotes included.
    pub key: Option<Range<usize>>,
    pub parent: Option<usize>,
    /// Number among the elements of its array, from 0; 0 elsewhere.
    pub position: usize,
    /// Index of the first node that is no descendant; `index < after <= nodes.len()`.
    pub after: usize,
}

/// The kinds of JSON values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// Kept as written.
    Number,
    /// With or without escapes.
    String,
    /// `[…]`
    Array,
    /// `{…}`
    Object,
}

/// Names a value within its document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(super) usize);

impl Document {
    /// Reads one document; see [`JsonError`] for what is refused.
    ///
    /// # Errors
    /// The first fault and its place, never the text.
    pub fn read(bytes: Vec<u8>, limits: &JsonLimits) -> Result<Document, JsonError> {
        reader::read(bytes, limits, false)
    }

    /// As [`Document::read`], but strings may begin and end with half of a surrogate pair: servers that cut UTF-16 into
    /// deltas send such. [`Value::fragment`] tells them.
    ///
    /// # Errors
    /// As [`Document::read`].
    pub fn read_delta(bytes: Vec<u8>, limits: &JsonLimits) -> Result<Document, JsonError> {
        reader::read(bytes, limits, true)
    }

    /// The text exactly as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The outermost value.
    pub fn root(&self) -> Value<'_> {
        Value { document: self, id: NodeId(0) }
    }

    /// Every value, in the order of the text.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.nodes.len()).map(|index| Value { document: self, id: NodeId(index) })
    }

    /// The value of that name; `None` if it is another document's.
    pub fn value(&self, id: NodeId) -> Option<Value<'_>> {
        (id.0 < self.nodes.len()).then_some(Value { document: self, id })
    }
}

impl fmt::Debug for Document {
    /// Sizes only: the text is content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes, {} values)", self.text.len(), self.nodes.len())
    }
}

/// One value of a document.
#[derive(Clone, Copy)]
pub struct Value<'d> {
    document: &'d Document,
    id: NodeId,
}

impl<'d> Value<'d> {
    /// Its name within the document.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What kind of value it is.
    pub fn kind(self) -> Kind {
        self.node().map_or(Kind::Null, |node| node.kind)
    }

    /// Where it stands, in bytes of [`Document::text`]; a string's quotes included.
    pub fn span(self) -> Range<usize> {
        self.node().map_or(0..0, |node| node.span.clone())
    }

    /// The value as written.
    pub fn raw(self) -> &'d str {
        self.document.text.get(self.span()).unwrap_or_default()
    }

    /// A string's text, escapes decoded.
    pub fn string(self) -> Option<Cow<'d, str>> {
        (self.kind() == Kind::String).then(|| decoded(self.raw()))
    }

    /// A string's text without the halves of surrogate pairs at its ends, and those.
    pub fn fragment(self) -> Option<Fragment<'d>> {
        let raw = self.raw();
        let content = raw.get(1..raw.len().saturating_sub(1)).filter(|_| self.kind() == Kind::String)?;
        string::fragment(content).ok()
    }

    /// The key, if it is an object's member.
    pub fn key(self) -> Option<Cow<'d, str>> {
        let token = self.key_span()?;
        Some(decoded(self.document.text.get(token).unwrap_or_default()))
    }

    /// Where the key stands, quotes included.
    pub fn key_span(self) -> Option<Range<usize>> {
        self.node()?.key.clone()
    }

    /// The array or object that holds it.
    pub fn parent(self) -> Option<Value<'d>> {
        let parent = self.node()?.parent?;
        Some(Value { document: self.document, id: NodeId(parent) })
    }

    /// Number among the elements of its array, from 0; 0 elsewhere.
    pub fn position(self) -> usize {
        self.node().map_or(0, |node| node.position)
    }

    /// An array's elements or an object's members, in order.
    pub fn children(self) -> impl Iterator<Item = Value<'d>> + use<'d> {
        let after = self.node().map_or(0, |node| node.after);
        let mut next = self.id.0 + 1;
        std::iter::from_fn(move || {
            let child = Value { document: self.document, id: NodeId(next) };
            let node = child.node().filter(|_| next < after)?;
            next = node.after;
            Some(child)
        })
    }

    /// The member of that key, if this is an object that has one.
    pub fn get(self, key: &str) -> Option<Value<'d>> {
        self.children().find(|child| child.key().is_some_and(|k| k == key))
    }

    /// True for itself and for its elements or members.
    pub fn is_or_holds(self, id: NodeId) -> bool {
        let other = Value { document: self.document, id };
        id == self.id || other.parent().is_some_and(|parent| parent.id == self.id)
    }

    fn node(self) -> Option<&'d Node> {
        self.document.nodes.get(self.id.0)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {:?}", self.kind(), self.span())
    }
}

/// The reader has refused every token that does not decode, but for halves at its ends: they read U+FFFD.
fn decoded(token: &str) -> Cow<'_, str> {
    let raw = token.get(1..token.len().saturating_sub(1)).unwrap_or_default();
    if let Ok(text) = string::decode(raw) {
        return text;
    }
    match string::fragment(raw) {
        Ok(Fragment { low, text, high }) => {
            let half = |half: Option<u16>| if half.is_some() { "\u{fffd}" } else { "" };
            Cow::Owned(format!("{}{text}{}", half(low), half(high)))
        }
        Err(_) => Cow::Borrowed(raw),
    }
}
