//! Coverage by mutation: each rule is dropped or weakened, and somebody should notice. A change that changes no decision
//! counts for nothing; one that does, and that no test notices, is a promise that nobody keeps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::mutants::{mutants, without};
use super::probes::Probes;
use super::{Read, Reader, play};
use crate::denial::PolicyRule;
use crate::imagined::each_subject;
use crate::index::QuotaIndex;
use crate::policy::Policy;

/// What of a policy is changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// A content rule, by its place in the policy.
    Content(usize),
    /// An access rule.
    Access(usize),
    /// A quota.
    Quota(usize),
    /// A zone.
    Zone(usize),
    /// A grant.
    Grant(usize),
    /// A service.
    Service(usize),
    /// An application, by its place among the models.
    App(usize),
}

impl Part {
    pub(crate) fn of(rule: PolicyRule) -> Part {
        match rule {
            PolicyRule::Access(index) => Part::Access(index.number()),
            PolicyRule::Content(index) => Part::Content(index.number()),
            PolicyRule::Quota(index) => Part::Quota(index.number()),
        }
    }

    /// Its id in the policy.
    pub fn id(self, policy: &Policy) -> &str {
        let id = match self {
            Part::Content(n) => policy.content.get(n).map(|rule| &rule.id),
            Part::Access(n) => policy.access.get(n).map(|rule| &rule.id),
            Part::Quota(n) => policy.quotas.get(n).map(|quota| &quota.id),
            Part::Zone(n) => policy.zones.get(n).map(|zone| &zone.id),
            Part::Grant(n) => policy.grants.get(n).map(|grant| &grant.id),
            Part::Service(n) => policy.services.get(n).map(|service| &service.id),
            Part::App(n) => policy.models.get(n).map(|model| &model.id),
        };
        id.map_or("", String::as_str)
    }
}

/// A change that no test notices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Survivor {
    /// Of what.
    pub part: Part,
    /// What was changed.
    pub change: String,
    /// A question that is answered otherwise.
    pub example: String,
}

/// How well the tests cover one part.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tested {
    /// Changes that a test notices.
    pub noticed: usize,
    /// Changes that alter some decision, and that none notices.
    pub survivors: Vec<Survivor>,
    /// Changes that alter no decision.
    pub equivalent: usize,
}

/// A policy's tests with their texts read, which holds them against other policies.
struct Watch<'a> {
    policy: &'a Policy,
    reads: Vec<Read>,
    reader: &'a dyn Reader,
    now: u64,
}

impl<'a> Watch<'a> {
    fn of(policy: &'a Policy, reader: &'a dyn Reader, now: u64) -> Watch<'a> {
        let reads = policy.tests().iter().map(|test| Read::of(test, reader)).collect();
        Watch { policy, reads, reader, now }
    }

    /// Whether some test no longer holds.
    fn notices(&self, mutant: &Arc<Policy>) -> bool {
        let mut tests = self.policy.tests().iter().zip(&self.reads);
        tests.any(|(test, read)| play::check(mutant, test, read, self.reader, self.now).is_err())
    }
}

/// For each part of the policy that stands in one of its own files, which changes its tests notice. All tests must hold as
/// it is.
pub fn coverage(
    policy: &Arc<Policy>,
    reader: &dyn Reader,
    now: u64,
    own: &dyn Fn(&str) -> bool,
) -> BTreeMap<Part, Tested> {
    let watch = Watch::of(policy, reader, now);
    let mut coverage: BTreeMap<Part, Tested> = BTreeMap::new();
    let mutants = mutants(policy).into_iter();
    for (part, change, mutant) in mutants.filter(|(part, ..)| policy.places.file(*part).is_some_and(own)) {
        let tested = coverage.entry(part).or_default();
        let mutant = Arc::new(mutant);
        if watch.notices(&mutant) {
            tested.noticed += 1;
        } else {
            match probes(policy, &mutant, part, now).difference(policy, &mutant) {
                Some(example) => tested.survivors.push(Survivor { part, change, example }),
                None => tested.equivalent += 1,
            }
        }
    }
    coverage
}

/// Rules whose absence changes some decision, and no test notices.
pub(crate) fn unmissed(policy: &Arc<Policy>, reader: &dyn Reader, now: u64) -> Vec<PolicyRule> {
    let watch = Watch::of(policy, reader, now);
    let rules = policy.places.rules.iter().map(|(rule, _)| *rule);
    let unmissed = rules.filter(|rule| {
        let without = Arc::new(without(policy, *rule));
        // What changes no decision is no test's business.
        !watch.notices(&without)
            && probes(policy, &without, Part::of(*rule), now).difference(policy, &without).is_some()
    });
    unmissed.collect()
}

fn probes(policy: &Policy, mutant: &Policy, part: Part, now: u64) -> Probes {
    let (rules, quotas) = match part {
        Part::Content(n) => (policy.content.get(n).into_iter().chain(mutant.content.get(n)).collect(), None),
        Part::Quota(n) => (Vec::new(), u16::try_from(n).ok().map(QuotaIndex)),
        _ => (Vec::new(), None),
    };
    let all = each_subject(policy);
    let subjects = match part {
        // What a finding leads to asks nobody who they are.
        Part::Content(_) => {
            Probes::unlike(policy, now, all).into_iter().map(|who| (who.clone(), who)).collect()
        }
        _ => all.into_iter().zip(each_subject(mutant)).collect(),
    };
    Probes {
        subjects,
        models: Probes::models(policy),
        findings: Probes::findings(policy, &rules),
        used_up: std::iter::once(Vec::new()).chain(quotas.map(|quota| vec![quota])).collect(),
        sources: policy.sources(),
        moments: moments(policy, now),
    }
}

/// Now; before and after each date; and every hour of a week, if a rule has hours.
fn moments(policy: &Policy, now: u64) -> BTreeSet<u64> {
    let zones = policy.zones.iter().filter_map(|zone| zone.accreditation.as_ref().map(|own| own.expires));
    let services = policy.services.iter().filter_map(|service| service.undeclared.map(|own| own.until));
    let dates = policy.dates().chain(zones).chain(services).flat_map(|date| [date.saturating_sub(1), date]);
    std::iter::once(now).chain(dates).chain(policy.hours_of_week(now)).collect()
}
