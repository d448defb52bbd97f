//! Who could ask, from where and when: what a policy is held against while nobody asks.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use crate::index::{GrantIndex, ServiceIndex, numbered};
use crate::policy::Policy;
use crate::subject::Subject;

/// An address that no network holds (RFC 5737 §3).
pub(crate) const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

pub(crate) const HOUR_S: u64 = 3600;
const WEEK_HOURS: u64 = 7 * 24;

/// Most people that are imagined for one policy.
const PEOPLE_MAX: usize = 500;

/// Whoever there could be: see [`each_subject`].
pub(crate) fn subjects(policy: &Policy) -> Vec<Subject> {
    each_subject(policy).into_iter().flatten().collect()
}

/// Every service alone; and, by themselves and through every service, holders of each grant, and of each grant that says
/// nothing of a ministry together with each that does. With a place for those that there cannot be, so that two policies
/// can be compared.
pub(crate) fn each_subject(policy: &Policy) -> Vec<Option<Subject>> {
    let services = numbered::<ServiceIndex, _>(&policy.services).map(|(index, _)| Some(index));
    let services: Vec<_> = std::iter::once(None).chain(services).collect();
    let (placed, free): (Vec<GrantIndex>, Vec<GrantIndex>) = numbered::<GrantIndex, _>(&policy.grants)
        .map(|(index, _)| index)
        .partition(|index| policy.grant(*index).ministry.is_some());
    let alone = placed.iter().chain(&free).map(|grant| vec![*grant]);
    let pairs = free.iter().flat_map(|free| placed.iter().map(move |placed| vec![*free, *placed]));
    let people: Vec<Vec<GrantIndex>> =
        std::iter::once(Vec::new()).chain(alone).chain(pairs).take(PEOPLE_MAX).collect();
    let mut subjects = Vec::new();
    for grants in people {
        for service in &services {
            let subject = match grants.is_empty() {
                false => policy.holder(grants.clone(), *service, None, None),
                true => policy.subject(None, *service),
            };
            subjects.push(subject.ok());
        }
    }
    subjects
}

impl Policy {
    /// [`NOWHERE`], and an address in each network that an access rule names or excepts.
    pub(crate) fn sources(&self) -> BTreeSet<IpAddr> {
        let named = self.access.iter().flat_map(|rule| rule.networks.iter().chain(&rule.except_networks));
        std::iter::once(NOWHERE).chain(named.map(|network| network.addr())).collect()
    }

    /// Every date at which a rule begins or ends, in Unix seconds.
    pub(crate) fn dates(&self) -> impl Iterator<Item = u64> {
        let access = self.access.iter().map(|rule| rule.dates);
        let dates = access.chain(self.content.iter().map(|rule| rule.dates));
        dates.flat_map(|dates| [dates.begins, dates.ends]).flatten()
    }

    /// Every hour of the week that begins `from` then; nothing if no rule has hours.
    pub(crate) fn hours_of_week(&self, from: u64) -> impl Iterator<Item = u64> {
        let matter = self.access.iter().any(|rule| rule.hours.is_some());
        (0..if matter { WEEK_HOURS } else { 0 }).map(move |hour| from.saturating_add(hour * HOUR_S))
    }

    /// The grants of somebody of that ministry (or of any) who may use some model, and that model; for examples.
    pub fn somebody(&self, ministry: Option<&str>, now: u64) -> Option<(Vec<&str>, &str)> {
        subjects(self).into_iter().filter(|subject| subject.service().is_none()).find_map(|subject| {
            let own = subject.ministry().map(|index| self.ministry(index).id.as_str());
            let model =
                self.visible_models(&subject, None, NOWHERE, now).first().map(|model| model.id.as_str())?;
            let grants = subject.grants().iter().map(|grant| self.grant(*grant).id.as_str()).collect();
            (ministry.is_none() || own == ministry).then_some((grants, model))
        })
    }
}
