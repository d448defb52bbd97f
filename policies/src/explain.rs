//! Why a decision is what it is: as data, and as sentences.

use crate::index::{
    AccessRuleIndex, BackendIndex, ContentRuleIndex, GrantIndex, MinistryIndex, ServiceIndex,
};
use crate::label::Label;

/// One step on the way to a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The claims earned this grant.
    Granted(GrantIndex),
    /// The person belongs to this ministry.
    Belongs(MinistryIndex),
    /// This service asks, by itself or for the person.
    Through(ServiceIndex),
    /// So this much may be handled.
    Cleared(Label),
    /// The label the request came with, or got from the policy because it declared none.
    Declared {
        /// The label.
        label: Label,
        /// True if the policy's `undeclared` stood in.
        by_policy: bool,
    },
    /// A rule's findings set a floor above the declared label.
    Raised {
        /// Which rule.
        rule: ContentRuleIndex,
        /// The floor.
        to: Label,
    },
    /// Nothing that comes from this service is below this label.
    Floor(Label),
    /// The label that counts.
    Effective(Label),
    /// This access rule permits it.
    Permitted(AccessRuleIndex),
    /// This access rule forbids it.
    Forbidden(AccessRuleIndex),
    /// No access rule permits it.
    NotPermitted,
    /// This backend is out.
    Excluded {
        /// Which.
        backend: BackendIndex,
        /// Why.
        why: Exclusion,
    },
    /// This backend may compute it.
    Route(BackendIndex),
}

/// Why a backend of the model is out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exclusion {
    /// The zone's ceiling does not dominate the effective label.
    Ceiling,
    /// It would, but the accreditation has expired.
    Expired,
    /// This content rule blocks there; `None`: something opaque that no rule allows.
    Content(Option<ContentRuleIndex>),
}
