//! A request whose body was read, and the level it declares.

use std::fmt;

use sekisho_policies::{Declared, Label, Scale};

use crate::body::Body;
use crate::fault::BadRequest;
use crate::json::{Document, JsonLimits, Kind, Value};
use crate::wire::Dialect;
use crate::wire::openai::LEVEL_KEY;

/// A body that every parser reads the same, taken apart.
pub struct Request {
    pub(crate) dialect: Dialect,
    pub(crate) body: Body,
    pub(crate) limits: JsonLimits,
    model: String,
}

impl Request {
    /// Reads a body of this dialect.
    ///
    /// # Errors
    /// It is not strict JSON, not an object, has no `model` or no `messages`, asks for a stream, or nests too deep.
    pub fn read(dialect: Dialect, body: Vec<u8>, limits: &JsonLimits) -> Result<Request, BadRequest> {
        let document = Document::read(body, limits).map_err(BadRequest::Json)?;
        let model = fields(document.root())?;
        let body = Body::open(document, dialect.request(), limits).map_err(|_| BadRequest::Nesting)?;
        Ok(Request { dialect, body, limits: *limits, model })
    }

    /// The model's name as the client wrote it.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The level that header, path and body declare.
    ///
    /// # Errors
    /// `LevelUnknown` if one of them is no level of the scale; `LevelsDiffer` if two are not the same.
    pub fn declared(
        &self,
        header: Option<&str>,
        path: Option<&str>,
        scale: &Scale,
    ) -> Result<Declared, BadRequest> {
        let in_body = self.level_in_body()?;
        let mut declared = Declared::Absent;
        for id in [header, path, in_body.as_deref()].into_iter().flatten() {
            let label = scale.level(id).ok_or(BadRequest::LevelUnknown)?;
            declared = agreed(declared, label)?;
        }
        Ok(declared)
    }

    fn level_in_body(&self) -> Result<Option<String>, BadRequest> {
        let root = self.body.outermost().map(Document::root);
        let level = root.and_then(|root| root.get("metadata")).and_then(|metadata| metadata.get(LEVEL_KEY));
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

/// What this program must know itself; returns the model's name.
fn fields(root: Value<'_>) -> Result<String, BadRequest> {
    let kind_of = |name| root.get(name).map(Value::kind);
    let model = root.get("model").and_then(Value::string).filter(|name| !name.is_empty());
    let model = model.ok_or(BadRequest::Field("model"))?;
    if kind_of("messages") != Some(Kind::Array) {
        return Err(BadRequest::Field("messages"));
    }
    match root.get("stream").map(Value::raw) {
        Some("true") => return Err(BadRequest::Stream),
        None | Some("false" | "null") => {}
        Some(_) => return Err(BadRequest::Field("stream")),
    }
    if !matches!(kind_of("stream_options"), None | Some(Kind::Null)) {
        return Err(BadRequest::Stream);
    }
    Ok(model.into_owned())
}
