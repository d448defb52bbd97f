//! A request whose body was read, and the level it declares.

use std::fmt;

use sekisho_policies::{Declared, Label, Policy};

use crate::body::Body;
use crate::fault::BadRequest;
use crate::json::{Document, JsonLimits, Kind, Value};
use crate::wire::openai::LEVEL_KEY;
use crate::wire::{Dialect, Named};

/// A body that every parser reads the same, taken apart.
pub struct Request {
    pub(crate) dialect: Dialect,
    pub(crate) path: Named,
    pub(crate) body: Body,
    pub(crate) limits: JsonLimits,
    model: String,
    stream: bool,
}

impl Request {
    /// Reads a body of this dialect; the path may have said more.
    ///
    /// # Errors
    /// It is not strict JSON, not an object, nests too deep, or what nobody else says is missing in it: `model` or
    /// `messages`.
    pub(crate) fn read(
        dialect: Dialect,
        path: &Named,
        body: Vec<u8>,
        limits: &JsonLimits,
    ) -> Result<Request, BadRequest> {
        let document = Document::read(body, limits).map_err(BadRequest::Json)?;
        let root = document.root();
        if root.kind() != Kind::Object {
            return Err(BadRequest::Field("{}"));
        }
        let (model, stream) = match (&path.model, path.stream) {
            (Some(model), Some(stream)) => (model.clone(), stream),
            _ => (model(root)?, stream(root)?),
        };
        let body = Body::open(document, dialect.request(), limits).map_err(|_| BadRequest::Nesting)?;
        Ok(Request { dialect, path: path.clone(), body, limits: *limits, model, stream })
    }

    /// The model's name as the client wrote it.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Whether the answer is asked for event by event.
    pub fn is_stream(&self) -> bool {
        self.stream
    }

    /// The level that the body declares, and those that were said elsewhere.
    ///
    /// # Errors
    /// `LevelUnknown` if one of them is no label of the scale; `LevelsDiffer` if two are not the same.
    pub fn declared(&self, elsewhere: [Option<&str>; 3], policy: &Policy) -> Result<Declared, BadRequest> {
        let (in_body, scale) = (self.level_in_body()?, policy.scale());
        let (mut declared, mut handling) = (Declared::Absent, None);
        for written in elsewhere.into_iter().chain([in_body.as_deref()]).flatten() {
            // Compartments without a level apply to whatever level is said elsewhere.
            match written.strip_prefix('+') {
                Some(_) => handling = Some(format!("{}{written}", scale.id(scale.lowest()))),
                None => declared = agreed(declared, scale.read(written).ok_or(BadRequest::LevelUnknown)?)?,
            }
        }
        let Some(handling) = handling else { return Ok(declared) };
        let handling = scale.read(&handling).ok_or(BadRequest::LevelUnknown)?;
        let level = match declared {
            Declared::Level(label) => label,
            Declared::Absent => policy.undeclared(),
        };
        Ok(Declared::Level(level.join(handling)))
    }

    fn level_in_body(&self) -> Result<Option<String>, BadRequest> {
        let root = self.body.outermost().map(Document::root);
        let remarks = self.dialect.remarks().and_then(|key| root?.get(key));
        let level = remarks.and_then(|remarks| remarks.get(LEVEL_KEY));
        match level {
            Some(level) if level.kind() == Kind::String => Ok(level.string().map(|id| id.into_owned())),
            Some(level) if level.kind() != Kind::Null => Err(BadRequest::LevelUnknown),
            _ => Ok(None),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({}, {} segments)", self.dialect.as_str(), self.body.segments.len())
    }
}

fn agreed(declared: Declared, label: Label) -> Result<Declared, BadRequest> {
    match declared {
        Declared::Level(other) if other != label => Err(BadRequest::LevelsDiffer),
        _ => Ok(Declared::Level(label)),
    }
}

/// The model's name, which this program must know itself.
fn model(root: Value<'_>) -> Result<String, BadRequest> {
    let model = root.get("model").and_then(Value::string).filter(|name| !name.is_empty());
    let model = model.ok_or(BadRequest::Field("model"))?;
    if root.get("messages").map(Value::kind) != Some(Kind::Array) {
        return Err(BadRequest::Field("messages"));
    }
    Ok(model.into_owned())
}

/// Whether a stream is asked for; options of one without it would mean two things to two readers.
fn stream(root: Value<'_>) -> Result<bool, BadRequest> {
    let stream = match root.get("stream").map(Value::raw) {
        Some("true") => true,
        None | Some("false" | "null") => false,
        Some(_) => return Err(BadRequest::Field("stream")),
    };
    match root.get("stream_options").map(Value::kind) {
        None | Some(Kind::Null) => Ok(stream),
        Some(Kind::Object) if stream => Ok(stream),
        Some(_) => Err(BadRequest::Field("stream_options")),
    }
}
