//! The API of GENAI's business applications (源内 AIアプリAPI仕様, March 2026): inputs of a form in, outputs for a screen out; what
//! takes long is fetched later at the address that the first answer names.

use sekisho_policies::Voice;

use super::shape::Media;
use super::shape::Shape::{self, Data, Dropped, Id, List, Map, Name, Number, Object, Said, Text};

/// The request's body. What an application makes of its inputs is its own business: all of them are the user's words.
pub(crate) static REQUEST: Shape =
    Object(&[("inputs", Said(Voice::User, &Map(&[("files", FILES)], &Data))), ("sessionId", Id)]);

/// Files, in both spellings that there are.
const FILES: Shape = List(&Object(&[
    ("key", Name),
    ("files", List(&FILE)),
    ("filename", Text),
    ("content", Shape::Media(Media::File)),
    ("contents", Shape::Media(Media::File)),
]));
static FILE: Shape = Object(&[
    ("filename", Text),
    ("content", Shape::Media(Media::File)),
    ("contents", Shape::Media(Media::File)),
]);

/// The answer's body, of the first request and of each that fetches what came of it.
pub(crate) static ANSWER: Shape = Said(
    Voice::Assistant,
    &Object(&[
        ("outputs", Text),
        ("artifacts", ARTIFACTS),
        ("usageMetadata", Data),
        ("statusCode", Number(0.0, 999.0)),
        ("request_id", Id),
        ("status", Name),
        // Takes its place: an address that leads back here.
        ("status_url", Dropped),
        ("progress", Data),
        ("error", Object(&[("message", Text), ("details", Data)])),
        ("created_at", Name),
        ("updated_at", Name),
    ]),
);
const ARTIFACTS: Shape = List(&Object(&[
    ("display_name", Text),
    ("content", Shape::Media(Media::File)),
    ("contents", Shape::Media(Media::File)),
]));
