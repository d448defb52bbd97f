//! What deserves a look in a policy that loads: what ends soon, what nobody can use, what no test would miss.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::denial::PolicyRule;
use crate::diagnostic::{Diagnostic, Severity};
use crate::imagined::subjects;
use crate::index::{ModelIndex, numbered};
use crate::policy::Policy;
use crate::suite::{self, Part, Reader};

/// A place in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Located {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// A date that a policy rests on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Dated {
    pub(crate) place: Located,
    pub(crate) at: u64,
    pub(crate) what: String,
    /// Whether what ends is a permission, and not what one rests on.
    pub(crate) loosening: bool,
}

/// Where things stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Places {
    pub(crate) rules: Vec<(PolicyRule, Located)>,
    pub(crate) models: Vec<Located>,
    pub(crate) zones: Vec<Located>,
    pub(crate) grants: Vec<Located>,
    pub(crate) services: Vec<Located>,
    pub(crate) dates: Vec<Dated>,
}

impl Places {
    /// The file that a part of the policy stands in.
    pub(crate) fn file(&self, part: Part) -> Option<&str> {
        let place = match part {
            Part::Content(_) | Part::Access(_) | Part::Quota(_) => {
                self.rules.iter().find(|(rule, _)| Part::of(*rule) == part).map(|(_, place)| place)
            }
            Part::Zone(n) => self.zones.get(n),
            Part::Grant(n) => self.grants.get(n),
            Part::Service(n) => self.services.get(n),
            Part::App(n) => self.models.get(n),
        };
        place.map(|place| place.file.as_str())
    }
}

/// How long before a date people are told.
const SOON_S: u64 = 30 * DAY_S;
const DAY_S: u64 = 86_400;

/// Most plays of tests, and questions about models, for what is only a hint.
const WORK_MAX: usize = 2_000_000;

/// Everything that deserves a look at `now`, in the order of files and lines.
pub fn look(policy: &Arc<Policy>, reader: &dyn Reader, now: u64) -> Vec<Diagnostic> {
    let mut found = policy.warnings.clone();
    found.extend(policy.places.dates.iter().filter_map(|dated| dated.told(now)));
    for model in unusable(policy, now) {
        if let (Some(place), Some(known)) =
            (policy.places.models.get(model.number()), policy.models.get(model.number()))
        {
            let help = "no holder of any grant is permitted it at a level that its backends may compute";
            found.push(place.warns(format!("nobody may use model `{}`", known.id), help));
        }
    }
    match (untested(policy, reader, now), policy.places.rules.first()) {
        (Some(untested), _) => {
            for (rule, place) in policy.places.rules.iter().filter(|(rule, _)| untested.contains(rule)) {
                let help = "write a `[[test]]` that fails without it";
                found.push(place.warns(format!("no test would miss rule `{}`", policy.rule(*rule).0), help));
            }
        }
        (None, Some((_, place))) => {
            let message = "there are too many rules to say here which of them no test would miss";
            found.push(place.warns(message.to_owned(), "`policy test --coverage` says it, in its time"));
        }
        (None, None) => {}
    }
    found.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    found
}

impl Located {
    fn warns(&self, message: String, help: &str) -> Diagnostic {
        let Located { file, line, column } = self.clone();
        let help = (!help.is_empty()).then(|| help.to_owned());
        Diagnostic { file, line, column, message, help, severity: Severity::Warning }
    }
}

impl Dated {
    fn told(&self, now: u64) -> Option<Diagnostic> {
        let Dated { place, at, what, loosening } = self;
        if now >= *at {
            let message =
                if *loosening { format!("{what} has ended") } else { format!("{what} has expired") };
            let help = if *loosening { "leave it out" } else { "renew it, or lower the ceiling" };
            return Some(place.warns(message, help));
        }
        let days = (at - now).div_ceil(DAY_S);
        let word = if *loosening { "ends" } else { "expires" };
        (at - now <= SOON_S).then(|| place.warns(format!("{what} {word} in {days} days"), ""))
    }
}

/// Models that no single grant and no service alone can use, from any network that a rule names, at any hour of a week.
fn unusable(policy: &Policy, now: u64) -> Vec<ModelIndex> {
    let subjects = subjects(policy);
    let sources = policy.sources();
    let moments: BTreeSet<u64> = std::iter::once(now).chain(policy.hours_of_week(now)).collect();
    if subjects.len() * sources.len() * moments.len() * policy.models.len() > WORK_MAX {
        return Vec::new();
    }
    let mut usable: BTreeSet<&str> = BTreeSet::new();
    for subject in &subjects {
        for from in &sources {
            let visible = moments.iter().flat_map(|now| policy.visible_models(subject, None, *from, *now));
            usable.extend(visible.map(|model| model.id.as_str()));
        }
    }
    let unusable =
        numbered::<ModelIndex, _>(&policy.models).filter(|(_, model)| !usable.contains(model.id.as_str()));
    unusable.map(|(index, _)| index).collect()
}

/// Rules without which every test would still pass; `None` if it would take long to find out: each is taken out of a copy,
/// and whoever there is asks it for every model at every level.
fn untested(policy: &Arc<Policy>, reader: &dyn Reader, now: u64) -> Option<Vec<PolicyRule>> {
    let questions = subjects(policy).len() * policy.models.len() * policy.scale.levels().count();
    let work = policy.places.rules.len() * (policy.tests.len() + policy.places.rules.len() + questions);
    (work <= WORK_MAX).then(|| suite::unmissed(policy, reader, now))
}
