//! A request whose body was read, and the level it declares.

use std::borrow::Cow;
use std::fmt;

use sekisho_policies::{App, Declared, Label, Policy};

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
    /// What the form of an application says of the level; `Some(None)` is no word.
    level: Option<Option<String>>,
    /// Where the backend tells what came of an earlier request, and the label of that.
    pub(crate) resumed: Option<(String, Label)>,
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
        app: Option<&App>,
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
        let by_form = app.and_then(|app| level_of_form(root, app)).map(|level| (level.id(), word(level)));
        let (node, level) = by_form.unzip();
        let body = Body::open_without(node, document, dialect.request(), limits);
        let body = body.map_err(|_| BadRequest::Nesting)?;
        Ok(Request {
            dialect,
            path: path.clone(),
            body,
            limits: *limits,
            model,
            stream,
            level,
            resumed: None,
        })
    }

    /// Asks what came of an earlier request; it has no body.
    pub(crate) fn resume(path: &Named, place: &str, label: Label, limits: &JsonLimits) -> Request {
        Request {
            dialect: Dialect::ExAppStatus,
            path: path.clone(),
            body: Body::default(),
            limits: *limits,
            model: path.model.clone().unwrap_or_default(),
            stream: false,
            level: None,
            resumed: Some((place.to_owned(), label)),
        }
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
        let (in_body, scale) = (self.level_in_body(policy)?, policy.scale());
        let (mut declared, mut handling) = (Declared::Absent, None);
        for written in elsewhere.into_iter().chain([in_body.as_deref()]).flatten() {
            // Compartments without a level apply to whatever level is said elsewhere.
            match written.strip_prefix('+') {
                Some(_) => handling = Some(format!("{}{written}", scale.id(scale.lowest()))),
                None => declared = agreed(declared, scale.read(written).ok_or(BadRequest::LevelUnknown)?)?,
            }
        }
        // What came of a request is no less than the request.
        let declared = match (&self.resumed, declared) {
            (Some((_, label)), Declared::Level(said)) => Declared::Level(said.join(*label)),
            (Some((_, label)), Declared::Absent) => Declared::Level(*label),
            (None, declared) => declared,
        };
        let Some(handling) = handling else { return Ok(declared) };
        let handling = scale.read(&handling).ok_or(BadRequest::LevelUnknown)?;
        let level = match declared {
            Declared::Level(label) => label,
            Declared::Absent => policy.undeclared(),
        };
        Ok(Declared::Level(level.join(handling)))
    }

    /// The level as the scale writes it.
    fn level_in_body(&self, policy: &Policy) -> Result<Option<String>, BadRequest> {
        if let Some(word) = &self.level {
            let app = policy.find_model(&self.model).and_then(|index| policy.model(index).app.as_deref());
            let label =
                word.as_deref().and_then(|word| app?.declared(word)).ok_or(BadRequest::LevelUnknown)?;
            return Ok(Some(policy.scale().written(label)));
        }
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

/// The input by which the form of an application declares the level, if it is there.
fn level_of_form<'d>(root: Value<'d>, app: &App) -> Option<Value<'d>> {
    root.get("inputs")?.get(app.level_key.as_deref()?)
}

fn word(value: Value<'_>) -> Option<String> {
    value.string().map(Cow::into_owned)
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
