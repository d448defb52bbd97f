//! Access rules: who may ask for which models at which levels. Nothing is permitted that no rule permits.

use crate::content::Said;
use crate::index::{AccessRuleIndex, GrantIndex, MinistryIndex, ModelIndex, ServiceIndex, numbered};
use crate::label::Level;
use crate::subject::Subject;

/// What an access rule says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Access {
    /// Yes, unless another rule forbids it.
    Permit,
    /// No, whatever permits it.
    Forbid,
}

/// One access rule. An empty list means all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessRule {
    /// What records write.
    pub id: String,
    /// Permit or forbid.
    pub then: Access,
    /// Holders of any of these grants.
    pub grants: Vec<GrantIndex>,
    /// Asked by or through any of these services.
    pub services: Vec<ServiceIndex>,
    /// People of any of these ministries.
    pub ministries: Vec<MinistryIndex>,
    /// Any of these models.
    pub models: Vec<ModelIndex>,
    /// Any of these effective levels.
    pub levels: Vec<Level>,
    /// Why; empty only for a permit.
    pub message: Said,
    /// What the person can do next; empty only for a permit.
    pub next: Said,
}

impl AccessRule {
    fn is_about(&self, subject: &Subject, model: ModelIndex, level: Level) -> bool {
        let holds = |grant: &GrantIndex| subject.grants().contains(grant);
        (self.grants.is_empty() || self.grants.iter().any(holds))
            && (self.services.is_empty() || subject.service().is_some_and(|own| self.services.contains(&own)))
            && (self.ministries.is_empty()
                || subject.ministry().is_some_and(|own| self.ministries.contains(&own)))
            && (self.models.is_empty() || self.models.contains(&model))
            && (self.levels.is_empty() || self.levels.contains(&level))
    }
}

/// What the access rules together say. Independent of their order, except for which of several rules is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Permitted(AccessRuleIndex),
    Forbidden(AccessRuleIndex),
    NotPermitted,
}

/// Forbid wins over permit, and permit over silence.
pub(crate) fn judge(rules: &[AccessRule], subject: &Subject, model: ModelIndex, level: Level) -> Verdict {
    let mut permitted = None;
    for (index, rule) in numbered::<AccessRuleIndex, _>(rules) {
        if !rule.is_about(subject, model, level) {
            continue;
        }
        match rule.then {
            Access::Forbid => return Verdict::Forbidden(index),
            Access::Permit => permitted = permitted.or(Some(index)),
        }
    }
    permitted.map_or(Verdict::NotPermitted, Verdict::Permitted)
}
