//! Access rules: who may ask for which models at which levels, from where and when. Nothing is permitted that no rule
//! permits.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::content::{Mode, Said};
use crate::index::{AccessRuleIndex, GrantIndex, MinistryIndex, ModelIndex, ServiceIndex};
use crate::label::Level;
use crate::subject::Subject;
use crate::when::{Dates, Hours};

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
    /// Any of these effective levels: for a permit all up to one, for a forbid all from one on.
    pub levels: Vec<Level>,
    /// From any of these networks.
    pub networks: Vec<IpNet>,
    /// Not from these.
    pub except_networks: Vec<IpNet>,
    /// Within these hours; `None`: at all times.
    pub hours: Option<Hours>,
    /// In force or only counted; a permit is always in force.
    pub mode: Mode,
    /// From when until when it holds; before, a rule in shadow is counted.
    pub dates: Dates,
    /// Why; empty only for a permit.
    pub message: Said,
    /// What the person can do next; empty only for a permit.
    pub next: Said,
}

/// What access rules are asked.
pub(crate) struct Asked<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) model: ModelIndex,
    pub(crate) level: Level,
    pub(crate) from: IpAddr,
    pub(crate) now: u64,
    /// Whether rules in shadow are taken as if they were in force.
    pub(crate) rehearsed: bool,
}

impl AccessRule {
    /// Whether the rule is in force at this moment for this place or only counted; `None`: it is nothing to it. The tables
    /// have looked at all else.
    pub(crate) fn mode_at(&self, asked: &Asked<'_>) -> Option<Mode> {
        let Asked { from, now, rehearsed, .. } = *asked;
        let within =
            |networks: &[IpNet]| networks.iter().any(|network| network.contains(&from.to_canonical()));
        let holds = (self.networks.is_empty() || within(&self.networks))
            && !within(&self.except_networks)
            && self.hours.is_none_or(|hours| hours.hold(now));
        holds.then(|| self.mode.at(self.dates, now, rehearsed)).flatten()
    }
}

/// What the access rules together say. Independent of their order, except for which of several rules is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Permitted(AccessRuleIndex),
    Forbidden(AccessRuleIndex),
    NotPermitted,
}
