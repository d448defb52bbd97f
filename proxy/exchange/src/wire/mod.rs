//! What bodies look like on the wire. Tables say whose words a place holds, what it steers, and what cannot be read
//! as text; they decide nothing.

pub(crate) mod anthropic;
mod bedrock;
pub(crate) mod converse;
pub(crate) mod exapp;
pub(crate) mod media;
pub(crate) mod native;
pub(crate) mod openai;
mod path;
pub(crate) mod shape;

use sekisho_policies::{Backend, BackendDialect};
use shape::Shape;

pub(crate) use native::Family;
pub(crate) use path::Named;
pub use path::{Target, error_form, route};

/// A wire form that clients and backends speak.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// OpenAI Chat Completions.
    OpenAiChat,
    /// Amazon Bedrock Converse and ConverseStream.
    Converse,
    /// Amazon Bedrock InvokeModel and InvokeModelWithResponseStream, with bodies of the model's own.
    Invoke(Family),
    /// Amazon Bedrock CountTokens.
    CountTokens,
    /// Amazon Bedrock ApplyGuardrail.
    Guardrail,
    /// A business application of GENAI's.
    ExApp,
    /// What came of a request to one that went on after its answer.
    ExAppStatus,
}

/// How an answer comes in pieces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Framing {
    /// Server-sent events.
    Sse,
    /// `application/vnd.amazon.eventstream`; the name of an event is the one key around what it says.
    Named,
    /// The same, with the model's own events inside.
    Wrapped,
}

/// Which part of a stream's events goes on from one to the next, and how it is told where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Script {
    /// `choices[].delta`
    Choices,
    /// `contentBlockDelta.delta`, by `contentBlockIndex`
    Blocks,
    /// `delta` of a `content_block_delta`, by `index`
    Typed,
    /// Any string, by where it stands.
    Plain,
}

/// How refusals look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorForm {
    /// OpenAI's `error` object.
    OpenAi,
    /// A `message`, and the exception's name in a head (AWS restJson1).
    Aws,
    /// `outputs`, which people see, also where an exchange was refused.
    ExApp,
    /// The same, beside a `status` for whoever polls.
    ExAppStatus,
}

impl Dialect {
    /// As records write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Dialect::OpenAiChat => "openai.chat",
            Dialect::Converse => "bedrock.converse",
            Dialect::Invoke(_) => "bedrock.invoke-model",
            Dialect::CountTokens => "bedrock.count-tokens",
            Dialect::Guardrail => "bedrock.apply-guardrail",
            Dialect::ExApp => "genai.exapp",
            Dialect::ExAppStatus => "genai.exapp-status",
        }
    }

    /// As policies name it.
    pub(crate) const fn backend(self) -> BackendDialect {
        match self {
            Dialect::OpenAiChat => BackendDialect::OpenAiChat,
            Dialect::Converse | Dialect::Invoke(_) | Dialect::CountTokens | Dialect::Guardrail => {
                BackendDialect::Bedrock
            }
            Dialect::ExApp | Dialect::ExAppStatus => BackendDialect::ExApp,
        }
    }

    /// Where a backend takes requests for one of its models, under its base address.
    pub(crate) fn upstream_path(self, backend: &Backend, path: &Named) -> String {
        let model = &backend.upstream_model;
        let stream = path.stream.unwrap_or_default();
        match self {
            // The base address ends in `/v1`, as SDKs have it.
            Dialect::OpenAiChat => "/chat/completions".to_owned(),
            Dialect::Converse => {
                bedrock::model_path(model, if stream { "converse-stream" } else { "converse" })
            }
            Dialect::Invoke(_) => {
                bedrock::model_path(model, if stream { "invoke-with-response-stream" } else { "invoke" })
            }
            Dialect::CountTokens => bedrock::model_path(model, "count-tokens"),
            Dialect::Guardrail => bedrock::guardrail_path(model, path.version.as_deref().unwrap_or("DRAFT")),
            // The base address is all of it, to the last slash; what is fetched has an address of its own.
            Dialect::ExApp | Dialect::ExAppStatus => {
                let ends = backend.url.path().is_empty() || backend.url.as_str().ends_with('/');
                if ends { "/" } else { "" }.to_owned()
            }
        }
    }

    pub(crate) fn request(self) -> &'static Shape {
        match self {
            Dialect::OpenAiChat => &openai::REQUEST,
            Dialect::Converse => &converse::REQUEST,
            Dialect::Invoke(family) => family.request(),
            Dialect::CountTokens => &converse::COUNT,
            Dialect::Guardrail => &converse::GUARDRAIL,
            Dialect::ExApp | Dialect::ExAppStatus => &exapp::REQUEST,
        }
    }

    pub(crate) fn chunk(self) -> &'static Shape {
        match self {
            Dialect::OpenAiChat => &openai::CHUNK,
            Dialect::Converse | Dialect::CountTokens | Dialect::Guardrail => &converse::CHUNK,
            Dialect::Invoke(family) => family.chunk(),
            Dialect::ExApp | Dialect::ExAppStatus => &exapp::ANSWER,
        }
    }

    pub(crate) fn answer(self) -> &'static Shape {
        match self {
            Dialect::OpenAiChat => &openai::ANSWER,
            Dialect::Converse => &converse::ANSWER,
            Dialect::Invoke(family) => family.answer(),
            Dialect::CountTokens => &converse::COUNTED,
            Dialect::Guardrail => &converse::ASSESSED,
            Dialect::ExApp | Dialect::ExAppStatus => &exapp::ANSWER,
        }
    }

    pub(crate) const fn framing(self) -> Framing {
        match self {
            Dialect::OpenAiChat | Dialect::ExApp | Dialect::ExAppStatus => Framing::Sse,
            Dialect::Invoke(_) => Framing::Wrapped,
            Dialect::Converse | Dialect::CountTokens | Dialect::Guardrail => Framing::Named,
        }
    }

    pub(crate) const fn script(self) -> Script {
        match self {
            Dialect::OpenAiChat | Dialect::ExApp | Dialect::ExAppStatus => Script::Choices,
            Dialect::Invoke(family) => family.script(),
            Dialect::Converse | Dialect::CountTokens | Dialect::Guardrail => Script::Blocks,
        }
    }

    pub(crate) const fn error_form(self) -> ErrorForm {
        match self {
            Dialect::OpenAiChat => ErrorForm::OpenAi,
            Dialect::Converse | Dialect::Invoke(_) | Dialect::CountTokens | Dialect::Guardrail => {
                ErrorForm::Aws
            }
            Dialect::ExApp => ErrorForm::ExApp,
            Dialect::ExAppStatus => ErrorForm::ExAppStatus,
        }
    }

    /// Whether a body names its model, and so whether the proxy writes it there.
    pub(crate) const fn names_model(self) -> bool {
        matches!(self, Dialect::OpenAiChat)
    }

    /// The member of a body in which callers say what they like of it, the level too; it goes if nothing else is in it.
    pub(crate) const fn remarks(self) -> Option<&'static str> {
        match self {
            Dialect::OpenAiChat => Some("metadata"),
            Dialect::Converse => Some("requestMetadata"),
            _ => None,
        }
    }
}

impl Framing {
    /// The type of a streamed answer.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Framing::Sse => "text/event-stream",
            Framing::Named | Framing::Wrapped => "application/vnd.amazon.eventstream",
        }
    }
}

/// What a body must say that it is. Whatever it says, it is read as strict JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyTypes {
    /// `application/json`.
    Json,
    /// The same, nothing, or bytes of any kind: SDKs that do not look into what they are given say no more.
    Unsaid,
}

/// What can be asked of the proxy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Endpoint {
    /// The models this caller may use.
    Models,
    /// Something to be computed.
    Ask(Dialect),
}

impl Endpoint {
    /// As records write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Endpoint::Models => "openai.models",
            Endpoint::Ask(dialect) => dialect.as_str(),
        }
    }

    /// Whether a head of a request, its name in lower case, asks for what does not go on: then the request is refused.
    pub fn is_steered_by(self, name: &str, value: &str) -> bool {
        matches!(self, Endpoint::Ask(Dialect::Invoke(_))) && bedrock::steers(name, value)
    }

    /// Whether a head says for whom a service asks, by a name of the service's own.
    pub const fn names_users(self) -> bool {
        matches!(self, Endpoint::Ask(Dialect::ExApp | Dialect::ExAppStatus))
    }

    /// What bodies must say of themselves.
    pub const fn body_types(self) -> BodyTypes {
        match self {
            Endpoint::Ask(Dialect::Invoke(_)) => BodyTypes::Unsaid,
            _ => BodyTypes::Json,
        }
    }

    pub(crate) const fn error_form(self) -> ErrorForm {
        match self {
            Endpoint::Models => ErrorForm::OpenAi,
            Endpoint::Ask(dialect) => dialect.error_form(),
        }
    }
}

#[cfg(test)]
mod tests;
