//! A classification-enforcing TLS proxy between clients and model backends.
//!
//! The life of one exchange reads down `handle.rs`. Everything that decides is in the pure crates; this one carries
//! bytes between sockets, the log and them.

pub mod admin;
pub mod certificates;
mod complaint;
pub mod config;
pub mod conversation;
mod course;
mod crowd;
mod fetch;
pub mod front;
pub mod gate;
mod handle;
pub mod identity;
pub mod keys;
pub mod loaded;
pub mod meter;
pub mod outbound;
pub mod policy_folder;
pub mod reload;
pub mod sealing;
pub mod serve;
pub mod sigv4;
pub mod strangers;
pub mod telemetry;
mod ward;
pub mod watched;
