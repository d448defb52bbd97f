//! What a request says of the conversation that it goes on with, and the label that its answer carries. Nothing is opened
//! or sealed here: whoever opens a case brings what was opened, and the way to seal.

use std::fmt;
use std::sync::Arc;

use sekisho_audit::{self as audit, Term};
use sekisho_policies::{Brought, Policy};

use crate::fault::{BadRequest, ConversationFault};
use crate::reply::Reply;
use crate::snapshot::Snapshot;

/// What a request says of the conversation that it goes on with.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Conversation {
    /// Nothing.
    #[default]
    Unsaid,
    /// That one begins.
    New,
    /// The label of an earlier answer, whose seal was ours.
    Continued(Carried),
}

/// What a sealed label holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Carried {
    /// The label, as its scale writes it.
    pub level: String,
    /// Whose conversation it is, by the ministry's id.
    pub ministry: Option<String>,
}

/// Seals a label for whoever is told an answer: from the label as its scale writes it, and the ministry's id.
#[derive(Clone)]
pub struct Seal(Arc<Sealing>);

type Sealing = dyn Fn(&str, Option<&str>) -> Option<String> + Send + Sync;

impl Seal {
    /// From a way to seal; `None` of it means that the answer carries no label.
    pub fn new(seal: impl Fn(&str, Option<&str>) -> Option<String> + Send + Sync + 'static) -> Seal {
        Seal(Arc::new(seal))
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal")
    }
}

/// The head that carries the label.
const HEAD: &str = "sekisho-conversation";

/// The answer with the label that its conversation has come to.
pub(crate) fn carrying(reply: Reply, seal: Option<&Seal>, level: &Term, ministry: Option<&Term>) -> Reply {
    let sealed = seal.and_then(|Seal(seal)| seal(level.as_str(), ministry.map(Term::as_str)));
    match sealed {
        Some(label) => reply.head(HEAD, label),
        None => reply,
    }
}

impl Conversation {
    /// The label that it brings for someone of this ministry, and what the record says of it.
    ///
    /// # Errors
    /// It is another ministry's, or its label is none of the policy's.
    pub(crate) fn brought(
        &self,
        ministry: Option<&Term>,
        snapshot: &Snapshot,
    ) -> Result<(Brought, audit::Conversation), BadRequest> {
        let record =
            |said| audit::Conversation { said: Some(Term::of(said)), ..audit::Conversation::default() };
        let Carried { level, ministry: own } = match self {
            Conversation::Unsaid => return Ok((Brought::Nothing, audit::Conversation::default())),
            Conversation::New => return Ok((Brought::New, record("new"))),
            Conversation::Continued(carried) => carried,
        };
        if own.as_deref() != ministry.map(Term::as_str) {
            return Err(BadRequest::Conversation(ConversationFault::Ministry));
        }
        let policy: &Policy = snapshot.policy();
        let label = policy.scale().read(level).ok_or(ConversationFault::Label);
        let label = label.map_err(BadRequest::Conversation)?;
        let brought = Some(snapshot.level(label));
        Ok((Brought::Label(label), audit::Conversation { brought, ..record("continued") }))
    }
}
