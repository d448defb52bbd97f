//! Every string, key and number of a body: whose words they are, and what may be done about them. JSON inside a
//! string is opened as a layer of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use sekisho_policies::{Opaque, Turn, Voice};

use crate::json::{Document, JsonLimits, NodeId, Value};
use crate::walk::Walk;
use crate::wire::shape::Shape;

/// How often JSON may stand in a string of JSON.
pub(crate) const LAYERS_DEEP_MAX: usize = 4;

/// More documents stand inside each other than this program opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TooNested;

/// A body taken apart.
#[derive(Default)]
pub(crate) struct Body {
    /// The body itself, then what its strings hold; a layer comes after the one it stands in.
    pub layers: Vec<Layer>,
    pub segments: Vec<Segment>,
    /// The layer that a segment opened into.
    pub opened: BTreeMap<usize, usize>,
    /// Texts, by segment, that a reader may join.
    pub joins: Vec<Vec<usize>>,
    /// The segments of the conversation.
    pub spoken: Range<usize>,
    /// What is no text, steers, or has an effect that nobody has described.
    pub opaque: Vec<Noted>,
    /// Values of the first layer that go before anything passes.
    pub dropped: Vec<NodeId>,
    /// Account tags of the first layer.
    pub tags: Vec<NodeId>,
    /// What stays as it is or goes whole.
    pub signed: Vec<SignedBlock>,
}

/// A block of the first layer that a vendor has signed.
pub(crate) struct SignedBlock {
    /// The element of a list that goes with it.
    pub element: NodeId,
    /// What stands in it.
    pub segments: Range<usize>,
}

/// Something that is no text, steers, or that nobody has described.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Noted {
    pub kind: Opaque,
    pub place: Place,
    /// Which value, and of which layer.
    pub layer: usize,
    pub node: NodeId,
}

/// A document, and the segment it stands in; `None` for the body itself.
pub(crate) struct Layer {
    pub document: Document,
    pub inside: Option<usize>,
    /// Its segments, in the order of its text.
    pub segments: Range<usize>,
}

impl Layer {
    /// The first segment whose content ends after `at`.
    pub fn first_ending_after(&self, at: usize, content: impl Fn(&usize) -> Range<usize>) -> usize {
        let (mut low, mut high) = (self.segments.start, self.segments.end);
        while low < high {
            let middle = low.midpoint(high);
            if content(&middle).end <= at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// One string, key or number.
#[derive(Clone, Copy)]
pub(crate) struct Segment {
    pub layer: usize,
    pub node: NodeId,
    pub part: Part,
    pub handling: Handling,
    pub place: Place,
    /// The caller chose the key, so it may say what the value is.
    pub keyed: bool,
}

/// Which part of a member or element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Key,
    Text,
    Number,
}

/// What can be done about a finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Handling {
    /// It can be replaced.
    Edit,
    /// Nothing can be changed here.
    Fixed,
    /// As `Fixed`, and written by a machine: a bare shape is no finding.
    Machine,
    /// A layer was opened; changes are made there.
    Layered,
    /// In a stream: goes on in the next event, and is judged with it.
    Flowing,
    /// In a stream: a piece of a tool call's arguments, judged when all pieces are there.
    Argument,
    /// In a stream: a piece of what is signed, judged when all pieces are there.
    Withheld,
    /// In a stream: may go on, and nobody knows how; does not pass.
    Foreign,
}

/// Whose words, and when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    pub voice: Voice,
    pub turn: Turn,
}

impl Place {
    /// Everything outside the conversation.
    pub const ELSEWHERE: Place = Place { voice: Voice::Other, turn: Turn::Newest };
}

impl Body {
    /// Takes a body apart; `shape` describes it.
    pub fn open(document: Document, shape: &'static Shape, limits: &JsonLimits) -> Result<Body, TooNested> {
        Body::open_without(None, document, shape, limits)
    }

    /// The same, but this value of the document goes before anything passes.
    pub fn open_without(
        without: Option<NodeId>,
        document: Document,
        shape: &'static Shape,
        limits: &JsonLimits,
    ) -> Result<Body, TooNested> {
        let mut body = Body { dropped: without.into_iter().collect(), ..Body::default() };
        let mut opened = Walk::layer(&mut body, document, None, shape, limits);
        for _ in 0..LAYERS_DEEP_MAX {
            for inner in std::mem::take(&mut opened) {
                let shape = &Shape::Data;
                opened.extend(Walk::layer(&mut body, inner.document, Some(inner.segment), shape, limits));
            }
        }
        if opened.is_empty() { Ok(body) } else { Err(TooNested) }
    }

    /// The element of a list that goes if a segment must not stay as it is.
    pub fn signed_around(&self, segment: usize) -> Option<NodeId> {
        self.signed.iter().find(|block| block.segments.contains(&segment)).map(|block| block.element)
    }

    /// The document that stands in a segment.
    pub fn opened_in(&self, segment: usize) -> Option<&Layer> {
        self.layers.get(*self.opened.get(&segment)?)
    }

    /// The body itself.
    pub fn outermost(&self) -> Option<&Document> {
        self.layers.first().map(|layer| &layer.document)
    }

    /// The decoded text of a segment.
    pub fn text(&self, segment: &Segment) -> Cow<'_, str> {
        let Some(value) = self.value(segment) else {
            return Cow::Borrowed("");
        };
        match segment.part {
            Part::Key => value.key(),
            Part::Text => value.string(),
            Part::Number => Some(Cow::Borrowed(value.raw())),
        }
        .unwrap_or_default()
    }

    /// The nearest key above a segment's value.
    pub fn key(&self, segment: &Segment) -> Option<Cow<'_, str>> {
        let mut value = self.value(segment)?;
        loop {
            if let Some(key) = value.key() {
                return Some(key);
            }
            value = value.parent()?;
        }
    }

    /// Where a segment stands in its layer's text, without quotes.
    pub fn content(&self, segment: &Segment) -> Option<Range<usize>> {
        let value = self.value(segment)?;
        let quoted = |token: Range<usize>| token.start + 1..token.end.saturating_sub(1);
        Some(match segment.part {
            Part::Key => quoted(value.key_span()?),
            Part::Text => quoted(value.span()),
            Part::Number => value.span(),
        })
    }

    /// The keys that lead to a value of the body itself, with `[]` for each list, and what the value is; `None` for what
    /// stands in a string.
    pub fn path(&self, noted: &Noted) -> Option<(Vec<String>, Cow<'_, str>)> {
        let value = self.outermost().filter(|_| noted.layer == 0)?.value(noted.node)?;
        let (mut keys, mut at) = (Vec::new(), value);
        while let Some(parent) = at.parent() {
            keys.push(at.key().map_or_else(|| "[]".to_owned(), Cow::into_owned));
            at = parent;
        }
        keys.reverse();
        Some((keys, value.string().unwrap_or(Cow::Borrowed(value.raw()))))
    }

    fn value(&self, segment: &Segment) -> Option<Value<'_>> {
        self.layers.get(segment.layer)?.document.value(segment.node)
    }
}
