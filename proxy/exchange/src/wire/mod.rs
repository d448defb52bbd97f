//! What bodies look like on the wire. Tables say whose words a place holds, what it steers, and what cannot be read
//! as text; they decide nothing.

pub(crate) mod media;
pub(crate) mod openai;
mod path;
pub(crate) mod shape;

use sekisho_policies::BackendDialect;
use shape::Shape;

pub use path::{Target, route};

/// A wire form that clients and backends speak.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// OpenAI Chat Completions.
    OpenAiChat,
}

impl Dialect {
    /// As records write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Dialect::OpenAiChat => "openai.chat",
        }
    }

    /// As policies name it.
    pub(crate) const fn backend(self) -> BackendDialect {
        match self {
            Dialect::OpenAiChat => BackendDialect::OpenAiChat,
        }
    }

    /// Where a backend of this dialect takes requests, under its base address (which ends in `/v1`, as SDKs have it).
    pub const fn upstream_path(self) -> &'static str {
        match self {
            Dialect::OpenAiChat => "/chat/completions",
        }
    }

    pub(crate) fn request(self) -> &'static Shape {
        match self {
            Dialect::OpenAiChat => &openai::REQUEST,
        }
    }

    pub(crate) fn chunk(self) -> &'static Shape {
        match self {
            Dialect::OpenAiChat => &openai::CHUNK,
        }
    }

    pub(crate) fn answer(self) -> &'static Shape {
        match self {
            Dialect::OpenAiChat => &openai::ANSWER,
        }
    }
}

/// What can be asked of the proxy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Endpoint {
    /// The models this caller may use.
    Models,
    /// A completion.
    Chat(Dialect),
}

impl Endpoint {
    /// As records write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Endpoint::Models => "openai.models",
            Endpoint::Chat(dialect) => dialect.as_str(),
        }
    }
}
