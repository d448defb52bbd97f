//! Text to findings: rules as data, bounded matching, redaction. Knows no levels, no people and no vendors' policies.

mod finding;

pub use finding::{Confidence, Finding, RuleIndex};
