//! The vocabulary in which a dialect describes its bodies: for each place, whose words it holds and what they do.
//!
//! A shape never exempts text from inspection, but for the media it names: it says what may be edited, what steers,
//! and which places nobody has described.

use sekisho_policies::{Opaque, Voice};

use crate::json::{Kind, Value};

/// What a place in a body is for. `null` fits every shape.
pub(crate) enum Shape {
    /// Words to be read; may be edited.
    Text,
    /// A name that other places refer to: inspected, never edited.
    Name,
    /// A random id. As `Name`; only findings that are more than a bare shape count.
    Id,
    /// One of these words; any other has an effect nobody has described.
    Word(&'static [&'static str]),
    /// A number, harmless between these bounds when written in at most [`HARMLESS_NUMBER_BYTES`].
    Number(f64, f64),
    /// A measured number between these bounds: harmless however many digits follow its point.
    Float(f64, f64),
    /// `true` or `false`.
    Flag,
    /// Any JSON of the caller's own: schemas, arguments, metadata. All of it is text.
    Data,
    /// Decides where data is computed, fetched, kept or sent, unless it is one of these values.
    Steers(&'static [&'static str]),
    /// Bytes that are not text, in a form that says which.
    Media(Media),
    /// Goes before anything passes, and so is not inspected: removed from a request, nulled in an answer.
    Dropped,
    /// Names an account at the vendor: overwritten before it leaves, whatever it is.
    Tag,
    /// An object with any keys; these members are special.
    Map(&'static [(&'static str, Shape)], &'static Shape),
    /// An array.
    List(&'static Shape),
    /// An object with these members.
    Object(&'static [(&'static str, Shape)]),
    /// An object whose `type` selects the shape, none being an empty one; without a match it is the second.
    Tagged(&'static [(&'static str, Shape)], &'static Shape),
    /// The first that fits the kind of value.
    Either(&'static [Shape]),
    /// The conversation: each element has a `role` and a turn.
    Conversation(&'static Shape),
    /// Signed by a vendor, so that nothing in it can be changed: it stays as it is, or goes with the whole element of the list
    /// that it stands in.
    Signed(&'static Shape),
    /// Spoken by that voice from here on.
    Said(Voice, &'static Shape),
    /// Described by no table.
    Unknown(Opaque),
    /// In an event of a stream: words that go on from event to event. Whatever the value, its strings are such.
    Flow,
    /// In an event of a stream: a piece of the arguments of a tool call.
    Arguments,
    /// In an event of a stream: a piece of what a vendor signs when it is whole.
    Withheld,
    /// In an event of a stream: described by no table, and nothing says that its strings do not go on.
    Foreign,
}

/// A shape that stands elsewhere, so that tables can refer to each other.
pub(crate) const fn same(shape: &'static Shape) -> Shape {
    Shape::Either(std::slice::from_ref(shape))
}

/// A field that no table describes.
pub(crate) const FIELD: &Shape = &Shape::Unknown(Opaque::Field);

/// Longest number that bounds may call harmless, in bytes as written: none of the numbers people have is shorter
/// than its context.
pub(crate) const HARMLESS_NUMBER_BYTES: usize = 10;

/// How bytes stand in a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Media {
    /// A `data:` URL of an image; any other URL makes the backend fetch.
    ImageUrl,
    /// Base64 of an image.
    Image,
    /// Base64 of a film.
    Video,
    /// Base64 of a file of whatever kind.
    File,
    /// Base64 of a sound.
    Sound,
    /// A document, as a `data:` URL or bare base64.
    Document,
}

impl Shape {
    /// The shape that this value has here; [`FIELD`] if none was described.
    pub fn resolve(&'static self, value: Value<'_>) -> &'static Shape {
        match self {
            Shape::Either(shapes) => {
                let fitting = shapes.iter().find(|shape| shape.fits(value.kind()));
                fitting.map_or(FIELD, |shape| shape.resolve(value))
            }
            Shape::Tagged(shapes, other) => {
                let tag = value.get("type").and_then(Value::string).unwrap_or_default();
                let tagged = shapes.iter().find(|(known, _)| tag == *known);
                tagged.map_or(*other, |(_, shape)| shape.resolve(value))
            }
            shape if shape.fits(value.kind()) => shape,
            _ => FIELD,
        }
    }

    /// The shape of the member of that key; `None` if the key is the caller's own word.
    pub fn named(&'static self, key: &str) -> Option<&'static Shape> {
        let (Shape::Object(members) | Shape::Map(members, _)) = self else {
            return None;
        };
        members.iter().find(|(known, _)| *known == key).map(|(_, shape)| shape)
    }

    /// The shape of elements, and of members whose key is the caller's own word.
    pub fn inside(&'static self) -> &'static Shape {
        match self {
            Shape::List(shape) | Shape::Conversation(shape) | Shape::Map(_, shape) => shape,
            Shape::Object(_) => FIELD,
            Shape::Flow | Shape::Arguments | Shape::Withheld => &Shape::Flow,
            Shape::Foreign => &Shape::Foreign,
            _ => &Shape::Data,
        }
    }

    fn fits(&self, kind: Kind) -> bool {
        match self {
            Shape::Text | Shape::Name | Shape::Id | Shape::Word(_) | Shape::Media(_) => kind == Kind::String,
            Shape::Number(..) | Shape::Float(..) => kind == Kind::Number,
            Shape::Flag => kind == Kind::Bool,
            Shape::Map(..) | Shape::Object(_) | Shape::Tagged(..) => kind == Kind::Object,
            Shape::List(_) | Shape::Conversation(_) => kind == Kind::Array,
            Shape::Either(shapes) => shapes.iter().any(|shape| shape.fits(kind)),
            Shape::Said(_, shape) | Shape::Signed(shape) => shape.fits(kind),
            Shape::Data | Shape::Steers(_) | Shape::Dropped | Shape::Tag | Shape::Unknown(_) => true,
            Shape::Flow | Shape::Arguments | Shape::Withheld | Shape::Foreign => true,
        }
    }
}
