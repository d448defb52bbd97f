//! The life of one exchange, without a socket.
//!
//! `wire::route` → [`Case::open`] → [`Case::goes_on`] → [`Case::read`] → [`Case::declared`] → [`Case::inspect`] → [`Case::decide`] →
//! [`Case::clear`] → (recorded, sent) → [`Passage::guard`]. Each step takes what the one before it made, so that none
//! can be left out. Whatever fails is a [`Refusal`]; [`Case::refuse`] before the decision was recorded, and
//! [`Passage::refuse`] after it, make an answer and its records of it.

mod arrived;
mod body;
mod case;
mod clear;
mod conversation;
pub mod eventstream;
mod fault;
mod guard;
mod inspect;
pub mod json;
mod ledger;
mod listing;
mod messages;
mod pending;
mod reading;
mod recall;
mod redact;
mod refusal;
mod reply;
mod request;
mod shadow;
pub mod sigv4;
mod snapshot;
pub mod sse;
mod stream;
mod walk;
pub mod wire;

pub use arrived::{Arrived, Asked, Signed};
pub use case::{Case, Decided, Inspected, Refused};
pub use clear::{Cleared, Passage};
pub use conversation::{Carried, Conversation, Seal};
pub use fault::{BadRequest, ConversationFault, Fault, Stranger, Upstream};
pub use guard::{Guarded, Received};
pub use inspect::{Inspection, Texts};
pub use ledger::Moment;
pub use listing::Listing;
pub use pending::{Pending, Sealer};
pub use recall::Recall;
pub use refusal::{Denied, Found, Refusal, StrangerRefusal};
pub use reply::Reply;
pub use request::Request;
pub use snapshot::Snapshot;
pub use stream::{Ended, Ending, Opened, Released, ResponseGuard};
