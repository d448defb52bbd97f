//! Coverage by mutation: each rule is dropped or weakened, and somebody should notice. A change that changes no decision
//! counts for nothing; one that does, and that no test notices, is a promise that nobody keeps.

use std::collections::BTreeMap;
use std::sync::Arc;

use sekisho_detectors::Confidence;

use super::probes::Probes;
use super::{Read, Reader, play};
use crate::access::AccessRule;
use crate::content::{ContentRule, Effect, Mode, Obligation};
use crate::denial::PolicyRule;
use crate::facts::{Direction, Turn};
use crate::index::QuotaIndex;
use crate::label::{Label, Level};
use crate::look::each_subject;
use crate::policy::Policy;
use crate::table::AccessTable;
use crate::zone::Zone;

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
}

impl Part {
    fn of(rule: PolicyRule) -> Part {
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

/// For each part of the policy that stands in one of its own files, which changes its tests notice. All tests must hold as
/// it is.
pub fn coverage(
    policy: &Arc<Policy>,
    reader: &dyn Reader,
    now: u64,
    own: &dyn Fn(&str) -> bool,
) -> BTreeMap<Part, Tested> {
    let reads: Vec<Read> = policy.tests().iter().map(|test| Read::of(test, reader)).collect();
    let noticed = |mutant: &Arc<Policy>| {
        let mut tests = policy.tests().iter().zip(&reads);
        tests.any(|(test, read)| play::check(mutant, test, read, reader, now).is_err())
    };
    let mut coverage: BTreeMap<Part, Tested> = BTreeMap::new();
    let mutants = mutants(policy).into_iter();
    for (part, change, mutant) in mutants.filter(|(part, ..)| policy.places.file(*part).is_some_and(own)) {
        let tested = coverage.entry(part).or_default();
        let mutant = Arc::new(mutant);
        if noticed(&mutant) {
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
    let reads: Vec<Read> = policy.tests().iter().map(|test| Read::of(test, reader)).collect();
    let missed = |mutant: &Arc<Policy>| {
        let mut tests = policy.tests().iter().zip(&reads);
        tests.any(|(test, read)| play::check(mutant, test, read, reader, now).is_err())
    };
    let rules = policy.places.rules.iter().map(|(rule, _)| *rule);
    let unmissed = rules.filter(|rule| {
        let without = Arc::new(without(policy, *rule));
        // What changes no decision is no test's business.
        !missed(&without)
            && probes(policy, &without, Part::of(*rule), now).difference(policy, &without).is_some()
    });
    unmissed.collect()
}

/// The policy with one rule gone, and all others at their places.
fn without(policy: &Policy, rule: PolicyRule) -> Policy {
    let mut without = policy.clone();
    match rule {
        PolicyRule::Access(index) => {
            without.access.get_mut(index.number()).into_iter().for_each(|rule| rule.dates.ends = Some(0));
        }
        PolicyRule::Content(index) => {
            without.content.get_mut(index.number()).into_iter().for_each(|rule| rule.dates.ends = Some(0));
        }
        PolicyRule::Quota(index) => {
            without.quotas.get_mut(index.number()).into_iter().for_each(|quota| quota.mode = Mode::Shadow);
        }
    }
    without
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
    let networks = policy.access.iter().flat_map(|rule| rule.networks.iter().chain(&rule.except_networks));
    let nowhere = std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    let mut sources: Vec<_> =
        std::iter::once(nowhere).chain(networks.map(|network| network.addr())).collect();
    sources.sort();
    sources.dedup();
    Probes {
        subjects,
        models: Probes::models(policy),
        findings: Probes::findings(policy, &rules),
        used_up: std::iter::once(Vec::new()).chain(quotas.map(|quota| vec![quota])).collect(),
        sources,
        moments: moments(policy, now),
    }
}

/// Now; before and after each date; and every hour of a week, if a rule has hours.
fn moments(policy: &Policy, now: u64) -> Vec<u64> {
    let mut moments = vec![now];
    let rules =
        policy.access.iter().map(|rule| rule.dates).chain(policy.content.iter().map(|rule| rule.dates));
    let dates = rules.flat_map(|dates| [dates.begins, dates.ends]).flatten();
    let zones = policy.zones.iter().filter_map(|zone| zone.accreditation.as_ref().map(|own| own.expires));
    let services = policy.services.iter().filter_map(|service| service.undeclared.map(|own| own.until));
    moments.extend(dates.chain(zones).chain(services).flat_map(|date| [date.saturating_sub(1), date]));
    if policy.access.iter().any(|rule| rule.hours.is_some()) {
        moments.extend((0..7 * 24).map(|hour| now.saturating_add(hour * 3600)));
    }
    moments.sort_unstable();
    moments.dedup();
    moments
}

/// Every policy that differs in one place.
fn mutants(policy: &Policy) -> Vec<(Part, String, Policy)> {
    let mut all = Vec::new();
    let mut with = |part: Part, change: &str, edit: &dyn Fn(&mut Policy)| {
        let mut mutant = policy.clone();
        edit(&mut mutant);
        mutant.derive();
        all.push((part, change.to_owned(), mutant));
    };
    for (n, rule) in policy.content.iter().enumerate() {
        for (change, changed) in weaker(policy, rule) {
            with(Part::Content(n), &change, &|mutant| put(&mut mutant.content, n, changed.clone()));
        }
    }
    for (n, rule) in policy.access.iter().enumerate() {
        for (change, changed) in narrower(policy, rule) {
            with(Part::Access(n), &change, &|mutant| put(&mut mutant.access, n, changed.clone()));
        }
    }
    for (n, _) in policy.quotas.iter().enumerate() {
        with(Part::Quota(n), "dropped", &|mutant| {
            mutant.quotas.get_mut(n).into_iter().for_each(|quota| quota.mode = Mode::Shadow);
        });
    }
    for (n, zone) in policy.zones.iter().enumerate() {
        for (change, changed) in ceilings(policy, zone) {
            with(Part::Zone(n), &change, &|mutant| put(&mut mutant.zones, n, changed.clone()));
        }
    }
    for (n, grant) in policy.grants.iter().enumerate() {
        for label in beside(policy, grant.clearance) {
            let changed = crate::people::Grant { clearance: label, ..grant.clone() };
            let change = format!("clearance {}", policy.scale.written(label));
            with(Part::Grant(n), &change, &|mutant| put(&mut mutant.grants, n, changed.clone()));
        }
    }
    for (n, service) in policy.services.iter().enumerate() {
        for label in beside(policy, service.ceiling) {
            let changed = crate::people::Service { ceiling: label, ..service.clone() };
            let change = format!("ceiling {}", policy.scale.written(label));
            with(Part::Service(n), &change, &|mutant| put(&mut mutant.services, n, changed.clone()));
        }
        if service.floor != policy.scale.lowest() {
            let changed = crate::people::Service { floor: policy.scale.lowest(), ..service.clone() };
            with(Part::Service(n), "floor dropped", &|mutant| put(&mut mutant.services, n, changed.clone()));
        }
    }
    all
}

fn put<T>(list: &mut [T], n: usize, value: T) {
    list.get_mut(n).into_iter().zip([value]).for_each(|(old, new)| *old = new);
}

/// The levels just above and below.
fn beside(policy: &Policy, label: Label) -> Vec<Label> {
    let Label { level: Level(rank), compartments } = label;
    let known = policy.scale.levels().count();
    let beside = [rank.checked_sub(1), rank.checked_add(1)].into_iter().flatten();
    let beside = beside.filter(|rank| usize::from(*rank) < known);
    beside.map(|rank| Label { level: Level(rank), compartments }).collect()
}

fn ceilings(policy: &Policy, zone: &Zone) -> Vec<(String, Zone)> {
    let changed = |label: Label| {
        (format!("ceiling {}", policy.scale.written(label)), Zone { ceiling: label, ..zone.clone() })
    };
    let mut all: Vec<_> = beside(policy, zone.ceiling).into_iter().map(changed).collect();
    if let Some(accreditation) = &zone.accreditation {
        let mut lasting = zone.clone();
        lasting.accreditation =
            Some(crate::zone::Accreditation { expires: u64::MAX, ..accreditation.clone() });
        all.push(("accreditation without end".to_owned(), lasting));
    }
    all
}

/// The rule dropped, weakened or narrowed.
fn weaker(policy: &Policy, rule: &ContentRule) -> Vec<(String, ContentRule)> {
    let mut all = Vec::new();
    let mut with = |change: String, edit: &dyn Fn(&mut ContentRule)| {
        let mut changed = rule.clone();
        edit(&mut changed);
        if changed != *rule {
            all.push((change, changed));
        }
    };
    with("dropped".to_owned(), &|rule| rule.dates.ends = Some(0));
    match rule.effect {
        Effect::Oblige(Obligation::Block) if rule.at_least <= 1 => {
            with("redacts".to_owned(), &|rule| rule.effect = Effect::Oblige(Obligation::Redact));
        }
        Effect::Raise(floor) => {
            for lower in beside(policy, floor).into_iter().filter(|lower| floor.dominates(*lower)) {
                let change = format!("raises to {}", policy.scale.written(lower));
                with(change, &|rule| rule.effect = Effect::Raise(lower));
            }
        }
        Effect::Oblige(_) => {}
    }
    if rule.at_least > 1 {
        with(format!("at_least {}", rule.at_least + 1), &|rule| rule.at_least += 1);
        with(format!("at_least {}", rule.at_least - 1), &|rule| rule.at_least -= 1);
    }
    for (confidence, name) in [(Confidence::Medium, "medium"), (Confidence::High, "high")] {
        if confidence > rule.confidence {
            with(format!("confidence {name}"), &|rule| rule.confidence = confidence);
        }
    }
    if rule.direction.is_none() {
        with("direction prompt".to_owned(), &|rule| rule.direction = Some(Direction::Prompt));
        with("direction completion".to_owned(), &|rule| rule.direction = Some(Direction::Completion));
    }
    if rule.turn.is_none() && rule.direction != Some(Direction::Completion) {
        with("turn newest".to_owned(), &|rule| rule.turn = Some(Turn::Newest));
        with("turn earlier".to_owned(), &|rule| rule.turn = Some(Turn::Earlier));
    }
    if rule.categories.len() > 1 {
        for (n, category) in rule.categories.iter().enumerate() {
            with(format!("without `{category}`"), &|rule| drop(rule.categories.remove(n)));
        }
    }
    if rule.mode == Mode::Enforce && rule.effect != Effect::Oblige(Obligation::Allow) {
        with("in shadow".to_owned(), &|rule| rule.mode = Mode::Shadow);
    }
    all
}

/// The rule dropped; a permit opened to everybody, a forbid narrowed by one.
fn narrower(policy: &Policy, rule: &AccessRule) -> Vec<(String, AccessRule)> {
    let mut all = Vec::new();
    let mut with = |change: String, edit: &dyn Fn(&mut AccessRule)| {
        let mut changed = rule.clone();
        edit(&mut changed);
        if changed != *rule {
            all.push((change, changed));
        }
    };
    with("dropped".to_owned(), &|rule| rule.dates.ends = Some(0));
    if rule.then == crate::access::Access::Permit {
        with("for every grant".to_owned(), &|rule| rule.grants.clear());
        with("for every service".to_owned(), &|rule| rule.services.clear());
        with("for every ministry".to_owned(), &|rule| rule.ministries.clear());
        with("for every model".to_owned(), &|rule| rule.models.clear());
        with("at every level".to_owned(), &|rule| rule.levels.clear());
        with("from every network".to_owned(), &|rule| rule.networks.clear());
        with("without exceptions of networks".to_owned(), &|rule| rule.except_networks.clear());
        with("at every hour".to_owned(), &|rule| rule.hours = None);
        with("without end".to_owned(), &|rule| rule.dates.ends = None);
        return all;
    }
    fn each<T>(list: &[T]) -> std::ops::Range<usize> {
        if list.len() > 1 { 0..list.len() } else { 0..0 }
    }
    for n in each(&rule.grants) {
        let id = rule.grants.get(n).map_or("", |grant| policy.grant(*grant).id.as_str());
        with(format!("without grant `{id}`"), &|rule| {
            rule.grants.remove(n);
        });
    }
    for n in each(&rule.models) {
        let id = rule.models.get(n).map_or("", |model| policy.model(*model).id.as_str());
        with(format!("without model `{id}`"), &|rule| {
            rule.models.remove(n);
        });
    }
    for n in each(&rule.networks) {
        with("without one of its networks".to_owned(), &|rule| {
            rule.networks.remove(n);
        });
    }
    with("in shadow".to_owned(), &|rule| rule.mode = Mode::Shadow);
    all
}

impl Policy {
    /// Makes anew what was made of the rest.
    fn derive(&mut self) {
        self.access_table = AccessTable::of(&self.access, self.sizes());
        self.words.bind(&self.content);
    }
}
