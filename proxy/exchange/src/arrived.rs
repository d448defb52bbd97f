//! What comes in: who asks, as far as it is known, and what they ask.

use std::net::IpAddr;
use std::sync::Arc;

use sekisho_audit::{ExchangeId, Principal, Term, Timestamp};
use sekisho_policies::{Subject, Unknown};

use crate::conversation::Seal;
use crate::fault::BadRequest;
use crate::pending::{Pending, Sealer};
use crate::recall::Recall;
use crate::wire::{ErrorForm, Target};

/// What a service has signed about the exchange itself, beside for whom it asks.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Signed {
    /// SHA-256 of the only body that the proof goes with.
    pub body_digest: Option<[u8; 32]>,
    /// The level that it declares.
    pub level: Option<String>,
}

/// What is known when someone has been identified.
pub struct Arrived {
    /// The random id that answers name.
    pub exchange: ExchangeId,
    /// When, by the log's clock.
    pub time: Timestamp,
    /// Where the connection came from.
    pub source: IpAddr,
    /// Who, for the record.
    pub principal: Principal,
    /// Who, for the policy.
    pub subject: Subject,
    /// Who, for the policy in shadow beside it.
    pub shadow_subject: Option<Result<Subject, Unknown>>,
    /// How it was proved, as `token`.
    pub proof: Term,
    /// What the proof says of the exchange.
    pub signed: Signed,
    /// For whom the service says that it asks, by a name of its own; an error if it says so in no way that counts.
    pub user: Result<Option<Principal>, BadRequest>,
    /// Seals what a client keeps for us; `None`: there is no key.
    pub sealer: Option<Sealer>,
    /// How whoever asks for this reads refusals, whether or not there is such a target.
    pub form: ErrorForm,
    /// What is asked for; `None` if it is nothing that we offer.
    pub target: Option<Target>,
    /// How to seal the label of its conversation; `None`: answers carry none.
    pub seal: Option<Seal>,
    /// What texts were seen before; `None`: nothing is remembered.
    pub recall: Option<Arc<Recall>>,
}

/// What is asked.
pub enum Asked {
    /// What a body says.
    Body(Vec<u8>),
    /// What came of this request.
    Result(Pending),
}

impl Asked {
    /// Length of the body.
    pub fn bytes(&self) -> usize {
        match self {
            Asked::Body(body) => body.len(),
            Asked::Result(_) => 0,
        }
    }
}
