//! Texts with gold spans, and how much of them the built-in rules find.
//!
//! [`corpus`] reads the texts below `texts/` and makes what their notation ([`mark`]) leaves to be made; [`score`] scans
//! them and compares; [`benign`] counts false alarms in installed code and prose; [`traffic`] makes the identifiers that
//! SDKs send. Nothing here knows a rule.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "this crate measures: it may fail, and says why"
)]

pub mod benign;
pub mod check;
pub mod corpus;
pub mod draw;
pub mod families;
pub mod made;
pub mod mark;
pub mod report;
pub mod score;
pub mod spell;
pub mod traffic;
