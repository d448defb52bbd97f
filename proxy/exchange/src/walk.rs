//! The walk over one document, with the table that describes it in the other hand.

use sekisho_policies::{Opaque, Turn, Voice};

use crate::body::{Body, Handling, Layer, Noted, Part, Place, Segment, SignedBlock};
use crate::json::{Document, JsonLimits, Kind, Value};
use crate::wire::media::{self, Found};
use crate::wire::shape::{HARMLESS_NUMBER_BYTES, Media, Shape};

/// A document that stands in a string.
pub(crate) struct Opened {
    pub document: Document,
    pub segment: usize,
}

pub(crate) struct Walk<'b> {
    body: &'b mut Body,
    limits: &'b JsonLimits,
    layer: usize,
    opened: Vec<Opened>,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct At {
    place: Place,
    keyed: bool,
}

impl<'b> Walk<'b> {
    /// Adds a document to the body as a layer; returns the documents that its strings hold.
    pub fn layer(
        body: &'b mut Body,
        document: Document,
        inside: Option<usize>,
        shape: &'static Shape,
        limits: &'b JsonLimits,
    ) -> Vec<Opened> {
        let place = inside.and_then(|outer| body.segments.get(outer)).map_or(Place::ELSEWHERE, |s| s.place);
        let (layer, first) = (body.layers.len(), body.segments.len());
        let mut walk = Walk { body, limits, layer, opened: Vec::new() };
        walk.value(document.root(), shape, At { place, keyed: false });
        let opened = walk.opened;
        let segments = first..body.segments.len();
        body.layers.push(Layer { document, inside, segments });
        body.opened.extend(inside.map(|outer| (outer, layer)));
        opened
    }

    fn value(&mut self, value: Value<'_>, shape: &'static Shape, at: At) {
        // What goes for another reason than its shape was noted before the walk began; each value is met once.
        if self.layer == 0 && self.body.dropped.first() == Some(&value.id()) {
            return;
        }
        if let Shape::Dropped = shape {
            return self.body.dropped.push(value.id());
        }
        if value.kind() == Kind::Null {
            return;
        }
        match shape.resolve(value) {
            Shape::Said(voice, shape) => {
                self.value(value, shape, At { place: Place { voice: *voice, ..at.place }, ..at });
            }
            Shape::Conversation(message) => self.conversation(value, message, at),
            Shape::Signed(shape) => self.signed(value, shape, at),
            shape => {
                self.effect(value, shape, at);
                self.contents(value, shape, at);
            }
        }
    }

    /// Whatever stands in it can only go with all of it.
    fn signed(&mut self, value: Value<'_>, shape: &'static Shape, at: At) {
        let before = self.body.segments.len();
        self.value(value, shape, at);
        let mut element = value;
        while let Some(parent) = element.parent().filter(|_| element.key_span().is_some()) {
            element = parent;
        }
        if self.layer == 0 && element.parent().is_some() {
            let segments = before..self.body.segments.len();
            self.body.signed.push(SignedBlock { element: element.id(), segments });
        }
    }

    /// Notes what a value is or does beyond its words.
    fn effect(&mut self, value: Value<'_>, shape: &'static Shape, at: At) {
        let text = value.string();
        let word = text.as_deref().unwrap_or(value.raw());
        match shape {
            Shape::Unknown(kind) => self.note(*kind, value, at),
            Shape::Word(known) if !known.contains(&word) => self.note(Opaque::Field, value, at),
            Shape::Steers(harmless) if !harmless.contains(&word) => self.note(Opaque::Steers, value, at),
            Shape::Tag => self.body.tags.push(value.id()),
            _ => {}
        }
    }

    fn note(&mut self, kind: Opaque, value: Value<'_>, at: At) {
        self.body.opaque.push(Noted { kind, place: at.place, layer: self.layer, node: value.id() });
    }

    fn contents(&mut self, value: Value<'_>, shape: &'static Shape, at: At) {
        match value.kind() {
            Kind::Object => self.members(value, shape, at),
            Kind::Array => self.elements(value, shape, at),
            Kind::String => self.string(value, shape, at),
            Kind::Number if !harmless(value.raw(), shape) => {
                self.segment(value, Part::Number, Handling::Machine, At { keyed: true, ..at });
            }
            Kind::Number | Kind::Bool | Kind::Null => {}
        }
    }

    /// A key that the table names is the table's word and needs no look.
    fn members(&mut self, object: Value<'_>, shape: &'static Shape, at: At) {
        for member in object.children() {
            let key = member.key().unwrap_or_default();
            match shape.named(&key) {
                Some(shape) => self.value(member, shape, at),
                None => {
                    let number = !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
                    let handling = if number { Handling::Machine } else { Handling::Fixed };
                    self.segment(member, Part::Key, handling, at);
                    self.value(member, shape.inside(), At { keyed: true, ..at });
                }
            }
        }
    }

    fn elements(&mut self, array: Value<'_>, shape: &'static Shape, at: At) {
        let mut join = Vec::new();
        for element in array.children() {
            let before = self.body.segments.len();
            self.value(element, shape.inside(), at);
            let added = self.body.segments.iter().enumerate().skip(before);
            join.extend(added.filter(|(_, s)| readable(s, element)).map(|(index, _)| index));
        }
        if join.len() > 1 {
            self.body.joins.push(join);
        }
    }

    fn string(&mut self, value: Value<'_>, shape: &'static Shape, at: At) {
        match shape {
            Shape::Name | Shape::Word(_) => self.segment(value, Part::Text, Handling::Fixed, at),
            Shape::Id => self.segment(value, Part::Text, Handling::Machine, at),
            Shape::Flow => self.segment(value, Part::Text, Handling::Flowing, at),
            Shape::Arguments => self.segment(value, Part::Text, Handling::Argument, at),
            Shape::Withheld => self.segment(value, Part::Text, Handling::Withheld, at),
            Shape::Foreign => self.segment(value, Part::Text, Handling::Foreign, at),
            Shape::Media(media) => self.media(value, *media, at),
            _ => self.text(value, at),
        }
    }

    fn media(&mut self, value: Value<'_>, media: Media, at: At) {
        let text = value.string().unwrap_or_default();
        match media::recognise(media, &text) {
            Found::Media => self.note(Opaque::Media, value, at),
            Found::Document => self.note(Opaque::Document, value, at),
            Found::Readable => {
                self.note(Opaque::Document, value, at);
                self.text(value, at);
            }
            Found::Mismatch => {
                self.note(Opaque::Mismatch, value, at);
                self.text(value, at);
            }
            Found::Remote => {
                self.note(Opaque::Steers, value, at);
                self.text(value, at);
            }
        }
    }

    fn text(&mut self, value: Value<'_>, at: At) {
        let document = self.json_in(&value.string().unwrap_or_default());
        let handling = if document.is_some() { Handling::Layered } else { Handling::Edit };
        let segment = self.body.segments.len();
        self.segment(value, Part::Text, handling, at);
        self.opened.extend(document.map(|document| Opened { document, segment }));
    }

    /// A text that only looks like JSON is text.
    fn json_in(&self, text: &str) -> Option<Document> {
        let trimmed = text.trim_ascii();
        let ends = |first, last| trimmed.starts_with(first) && trimmed.ends_with(last) && trimmed.len() > 1;
        let looks = ends('{', '}') || ends('[', ']') || ends('"', '"');
        looks.then(|| Document::read(text.as_bytes().to_vec(), self.limits).ok()).flatten()
    }

    fn segment(&mut self, value: Value<'_>, part: Part, handling: Handling, at: At) {
        let (layer, node) = (self.layer, value.id());
        self.body.segments.push(Segment { layer, node, part, handling, place: at.place, keyed: at.keyed });
    }

    /// Messages speak with the voice of their role. What follows the model's last answer is new; an answer that
    /// nothing follows is being continued, and so is new as well.
    fn conversation(&mut self, messages: Value<'_>, shape: &'static Shape, at: At) {
        let voices: Vec<Voice> = messages.children().map(voice).collect();
        let before_last = voices.iter().rposition(|v| *v != Voice::Assistant).unwrap_or(0);
        let first = self.body.segments.len();
        let answered = voices.iter().take(before_last).rposition(|v| *v == Voice::Assistant);
        for (index, (message, voice)) in messages.children().zip(voices).enumerate() {
            let turn = if answered.is_some_and(|last| index <= last) { Turn::Earlier } else { Turn::Newest };
            self.value(message, shape, At { place: Place { voice, turn }, ..at });
        }
        self.body.spoken = first..self.body.segments.len();
    }
}

fn voice(message: Value<'_>) -> Voice {
    match message.get("role").and_then(Value::string).as_deref() {
        Some("system" | "developer") => Voice::System,
        Some("user") => Voice::User,
        Some("assistant") => Voice::Assistant,
        Some("tool" | "function") => Voice::Tool,
        _ => Voice::Other,
    }
}

/// True for a list's element, or its direct member, that is text.
fn readable(segment: &Segment, element: Value<'_>) -> bool {
    let text = segment.part == Part::Text && matches!(segment.handling, Handling::Edit | Handling::Layered);
    text && element.is_or_holds(segment.node)
}

fn harmless(token: &str, shape: &Shape) -> bool {
    let within = |least: &f64, most: &f64| token.parse::<f64>().is_ok_and(|n| (*least..=*most).contains(&n));
    match shape {
        Shape::Number(least, most) => token.len() <= HARMLESS_NUMBER_BYTES && within(least, most),
        Shape::Float(least, most) => within(least, most),
        _ => false,
    }
}
