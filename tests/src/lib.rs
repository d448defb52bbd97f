//! End to end: the binary from outside, the architecture from inside.
//!
//! [`Gate`] starts `sekisho dev` in a folder of its own; [`Ask`] is one request to it and [`Reply`] what came back,
//! with what the backends received meanwhile. Bytes that no client library would send go through [`Wire`]; stories
//! told in files through [`case`]; tokens that the gate must not believe are made by [`forge`]; a [`Backend`] may play
//! Amazon Bedrock, as [`bedrock`] scripts it, or what GENAI asks, as [`Genai`] does; [`sigv4`] signs as AWS's own SDK for
//! Rust does.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "this crate is a test harness: it may fail, and says why"
)]

mod backend;
pub mod bedrock;
pub mod bench;
pub mod case;
mod client;
pub mod eventstream;
mod exapp;
pub mod forge;
pub mod frames;
mod gate;
pub mod genai;
pub mod house;
mod process;
mod ready;
pub mod sigv4;
mod site;
mod speaking;
pub mod stream;
mod tls;
mod wire;

pub use backend::{Backend, Script, completion};
pub use client::{Ask, Kept, Reply};
pub use gate::{Gate, Verified, binary, conversation_key, sekisho, verify};
pub use genai::Genai;
pub use process::{cpu_of, resident_of};
pub use ready::Ready;
pub use site::Site;
pub use speaking::Speaking;
pub use wire::{Wire, WireReply};
