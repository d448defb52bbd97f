//! A refusal by policy: why, by which rule, and what a record and a message need.

use crate::content::Said;
use crate::explain::Step;
use crate::index::{AccessRuleIndex, ContentRuleIndex, QuotaIndex};
use crate::label::Label;
use crate::policy::Policy;

/// Why something is refused: a closed vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reason {
    /// The policy knows no model of that name.
    UnknownModel,
    /// No access rule permits it, or one forbids it.
    Access,
    /// It does not say with which conversation it goes on, although its service has to.
    Conversation,
    /// Findings, or texts seen before, say a higher label than was declared, and the policy refuses that.
    UnderDeclared,
    /// The person's clearance does not dominate the effective label.
    Clearance,
    /// There have been as many exchanges as a quota lets pass.
    Quota,
    /// No zone of the model's backends may compute the effective label now.
    NoZone,
    /// A content rule blocks it.
    Content,
    /// It has something that could not be inspected.
    OpaqueField,
    /// The answer's findings exceed the label announced for it.
    AnswerLabel,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 10] = [
        Reason::UnknownModel,
        Reason::Access,
        Reason::Conversation,
        Reason::UnderDeclared,
        Reason::Clearance,
        Reason::Quota,
        Reason::NoZone,
        Reason::Content,
        Reason::OpaqueField,
        Reason::AnswerLabel,
    ];

    /// As records and answers write it.
    pub fn code(self) -> &'static str {
        match self {
            Reason::UnknownModel => "unknown-model",
            Reason::Access => "access",
            Reason::Conversation => "conversation-missing",
            Reason::UnderDeclared => "under-declared",
            Reason::Clearance => "clearance",
            Reason::Quota => "quota",
            Reason::NoZone => "no-zone",
            Reason::Content => "content",
            Reason::OpaqueField => "opaque",
            Reason::AnswerLabel => "answer-label",
        }
    }
}

/// A rule of the policy, of whichever kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PolicyRule {
    /// An access rule.
    Access(AccessRuleIndex),
    /// A content rule.
    Content(ContentRuleIndex),
    /// A quota.
    Quota(QuotaIndex),
}

impl Policy {
    /// A rule's id, its message, and what the person can do next.
    pub fn rule(&self, rule: PolicyRule) -> (&str, &Said, &Said) {
        match rule {
            PolicyRule::Access(index) => {
                let rule = self.access_rule(index);
                (&rule.id, &rule.message, &rule.next)
            }
            PolicyRule::Content(index) => {
                let rule = self.content_rule(index);
                (&rule.id, &rule.message, &rule.next)
            }
            PolicyRule::Quota(index) => {
                let quota = self.quota(index);
                (&quota.id, &quota.message, &quota.next)
            }
        }
    }
}

/// A refusal by policy, with what a record and a message need.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Denial {
    /// Why.
    pub reason: Reason,
    /// The rule that said so, or whose floor led to the refusal.
    pub by: Option<PolicyRule>,
    /// The label declared, or the policy's for none.
    pub declared: Label,
    /// The least upper bound of the floors that findings set.
    pub found: Option<Label>,
    /// The label that counted.
    pub effective: Label,
    /// What the person may handle.
    pub clearance: Label,
    /// Rules in shadow mode that would have applied.
    pub shadows: Vec<PolicyRule>,
    /// How it came to this.
    pub steps: Vec<Step>,
}
