//! Facts to decision: labels, zones, rules, a total evaluation. Knows no HTTP, no JSON and no clock.

mod facts;
mod label;

pub use facts::{Direction, FindingKey, Summary, Turn, Voice};
pub use label::{Label, Level};
