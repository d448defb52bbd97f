//! JSON as bytes with places: a strict reader that refuses what two parsers could read differently, and splices
//! that change named places and nothing else.

mod document;
mod reader;
mod splice;
mod string;
#[cfg(test)]
mod tests;

pub use document::{Document, Kind, NodeId, Value};
pub use reader::{JsonError, JsonFault, JsonLimits};
pub use splice::Splice;
pub use string::Fragment;
pub(crate) use string::{Halves, decoded_range, quote};
