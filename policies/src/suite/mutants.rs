//! Policies that differ in one place: a rule gone, weakened, narrowed or opened.

use sekisho_detectors::Confidence;

use super::coverage::Part;
use crate::access::{Access, AccessRule};
use crate::app::App;
use crate::content::{ContentRule, Effect, Mode, Obligation};
use crate::denial::PolicyRule;
use crate::facts::{Direction, Turn};
use crate::label::{Label, Level};
use crate::people::{Conversation, Grant, Service};
use crate::policy::Policy;
use crate::table::AccessTable;
use crate::zone::{Accreditation, Model, Zone};

/// The policy with one rule gone, and all others at their places.
pub(super) fn without(policy: &Policy, rule: PolicyRule) -> Policy {
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

/// Every policy that differs in one place.
pub(super) fn mutants(policy: &Policy) -> Vec<(Part, String, Policy)> {
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
            let changed = Grant { clearance: label, ..grant.clone() };
            let change = format!("clearance {}", policy.scale.written(label));
            with(Part::Grant(n), &change, &|mutant| put(&mut mutant.grants, n, changed.clone()));
        }
    }
    for (n, service) in policy.services.iter().enumerate() {
        for (change, changed) in stronger(policy, service) {
            with(Part::Service(n), &change, &|mutant| put(&mut mutant.services, n, changed.clone()));
        }
    }
    for (n, model) in policy.models.iter().enumerate() {
        for (change, changed) in model.app.iter().flat_map(|app| looser(policy, app)) {
            let changed = Model { app: Some(Box::new(changed)), ..model.clone() };
            with(Part::App(n), &change, &|mutant| put(&mut mutant.models, n, changed.clone()));
        }
    }
    all
}

fn put<T>(list: &mut [T], n: usize, value: T) {
    list.get_mut(n).into_iter().zip([value]).for_each(|(old, new)| *old = new);
}

/// What something can be changed to, with a word for each; what changes nothing is left out.
struct Changes<'a, T> {
    of: &'a T,
    all: Vec<(String, T)>,
}

impl<T: Clone + PartialEq> Changes<'_, T> {
    fn with(&mut self, change: String, edit: &dyn Fn(&mut T)) {
        let mut changed = self.of.clone();
        edit(&mut changed);
        if changed != *self.of {
            self.all.push((change, changed));
        }
    }
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
        lasting.accreditation = Some(Accreditation { expires: u64::MAX, ..accreditation.clone() });
        all.push(("accreditation without end".to_owned(), lasting));
    }
    all
}

/// The service with another ceiling or clearance, or let off what it must keep.
fn stronger(policy: &Policy, service: &Service) -> Vec<(String, Service)> {
    let mut changes = Changes { of: service, all: Vec::new() };
    let mut with = |change: String, edit: &dyn Fn(&mut Service)| changes.with(change, edit);
    for label in beside(policy, service.ceiling) {
        let change = format!("ceiling {}", policy.scale.written(label));
        with(change, &|service| service.ceiling = label);
    }
    for label in service.clearance.into_iter().flat_map(|own| beside(policy, own)) {
        let change = format!("clearance {}", policy.scale.written(label));
        with(change, &|service| service.clearance = Some(label));
    }
    with("floor dropped".to_owned(), &|service| service.floor = policy.scale.lowest());
    with("conversation optional".to_owned(), &|service| service.conversation = Conversation::Optional);
    changes.all
}

/// The application with another ceiling, or open to whoever the access rules permit.
fn looser(policy: &Policy, app: &App) -> Vec<(String, App)> {
    let mut changes = Changes { of: app, all: Vec::new() };
    let mut with = |change: String, edit: &dyn Fn(&mut App)| changes.with(change, edit);
    for label in app.ceiling.into_iter().flat_map(|own| beside(policy, own)) {
        let change = format!("ceiling {}", policy.scale.written(label));
        with(change, &|app| app.ceiling = Some(label));
    }
    with("for every service".to_owned(), &|app| app.service = None);
    changes.all
}

/// The rule dropped, weakened or narrowed.
fn weaker(policy: &Policy, rule: &ContentRule) -> Vec<(String, ContentRule)> {
    let mut changes = Changes { of: rule, all: Vec::new() };
    let mut with = |change: String, edit: &dyn Fn(&mut ContentRule)| changes.with(change, edit);
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
    changes.all
}

/// The rule dropped; a permit opened to everybody, a forbid narrowed by one.
fn narrower(policy: &Policy, rule: &AccessRule) -> Vec<(String, AccessRule)> {
    let mut changes = Changes { of: rule, all: Vec::new() };
    let mut with = |change: String, edit: &dyn Fn(&mut AccessRule)| changes.with(change, edit);
    with("dropped".to_owned(), &|rule| rule.dates.ends = Some(0));
    if rule.then == Access::Permit {
        with("for every grant".to_owned(), &|rule| rule.grants.clear());
        with("for every service".to_owned(), &|rule| rule.services.clear());
        with("for every ministry".to_owned(), &|rule| rule.ministries.clear());
        with("for every model".to_owned(), &|rule| rule.models.clear());
        with("at every level".to_owned(), &|rule| rule.levels.clear());
        with("from every network".to_owned(), &|rule| rule.networks.clear());
        with("without exceptions of networks".to_owned(), &|rule| rule.except_networks.clear());
        with("at every hour".to_owned(), &|rule| rule.hours = None);
        with("without end".to_owned(), &|rule| rule.dates.ends = None);
        return changes.all;
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
    changes.all
}

impl Policy {
    /// Makes anew what was made of the rest.
    fn derive(&mut self) {
        self.access_table = AccessTable::of(&self.access, self.sizes());
        self.words.bind(&self.content);
    }
}
