//! The proof that something was decided: made by `decide` alone, spent once.

use std::sync::Arc;

use crate::content::{ContentRule, Effect, Obligation, Scene};
use crate::decide::Declared;
use crate::denial::{Denial, PolicyRule, Reason};
use crate::explain::Step;
use crate::facts::{FindingKey, Key, OpaqueKey, Summary};
use crate::index::{BackendIndex, ZoneIndex};
use crate::label::Label;
use crate::policy::Policy;
use crate::scale::Answers;

/// Leave to compute one exchange at certain backends until a certain time. Neither made nor copied outside this crate.
#[derive(Debug)]
#[must_use = "a permit that is not spent permits nothing"]
pub struct Permit {
    pub(crate) effective: Label,
    pub(crate) declared: Declared,
    pub(crate) found: Option<Label>,
    pub(crate) expires_at: u64,
    pub(crate) first: Route,
    pub(crate) others: Vec<Route>,
    pub(crate) shadows: Vec<PolicyRule>,
    pub(crate) steps: Vec<Step>,
}

/// One backend that the label and the content allow, and what must be done with findings on the way there and back.
pub struct Route {
    policy: Arc<Policy>,
    backend: BackendIndex,
    zone: ZoneIndex,
    effective: Label,
    accredited: bool,
    scene: Scene,
}

/// What becomes of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AnswerVerdict {
    /// It may go back, with its obligations carried out.
    Release,
    /// Nothing more of it may.
    Cut(Denial),
}

impl Permit {
    /// The label that counts: declared, joined with what was found.
    pub fn effective(&self) -> Label {
        self.effective
    }

    /// The label told with the answer; dominates the effective one.
    pub fn announced(&self) -> Label {
        self.effective
    }

    /// When text of an answer may go.
    pub fn answers(&self) -> Answers {
        self.first.policy.scale.name(self.announced()).answers
    }

    /// When arguments of tool calls may go.
    pub fn tool_arguments(&self) -> Answers {
        self.first.policy.tool_arguments
    }

    /// The label that came with the request.
    pub fn declared(&self) -> Declared {
        self.declared
    }

    /// The least upper bound of the floors that findings set.
    pub fn found(&self) -> Option<Label> {
        self.found
    }

    /// First second, in Unix time, at which it is no longer good.
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// The backend to use first. There always is one.
    pub fn first(&self) -> &Route {
        &self.first
    }

    /// Every backend allowed, in the policy's order; at least one.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        [&self.first].into_iter().chain(&self.others)
    }

    /// Rules in shadow mode that would have applied.
    pub fn shadows(&self) -> &[PolicyRule] {
        &self.shadows
    }

    /// How it came to this; [`crate::explain`] makes sentences of it.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Judges the findings of an answer that came over one of this permit's routes.
    pub fn judge_answer(&self, route: &Route, findings: &Summary) -> AnswerVerdict {
        let policy = &route.policy;
        let weighed = policy.weigh(findings, route.scene);
        let denial = |reason, by| Denial {
            reason,
            by,
            declared: self.announced(),
            found: weighed.found,
            effective: weighed.found.map_or(self.announced(), |found| self.announced().join(found)),
            clearance: self.announced(),
            shadows: self.answer_shadows(route, findings),
            steps: Vec::new(),
        };
        if let Some(rule) = weighed.above(self.announced()) {
            return AnswerVerdict::Cut(denial(Reason::AnswerLabel, Some(rule)));
        }
        match policy.blocked(route, &weighed, findings) {
            Some(block) => AnswerVerdict::Cut(denial(block.reason(), block.by())),
            None => AnswerVerdict::Release,
        }
    }

    /// Rules in shadow mode that would have applied to an answer.
    pub fn answer_shadows(&self, route: &Route, findings: &Summary) -> Vec<PolicyRule> {
        let weighed = route.policy.weigh(findings, route.scene);
        route.policy.shadows(&weighed, route.scene, [route].into_iter())
    }

    /// A permit does not outlive the accreditation it rests on.
    pub(crate) fn expires_with_accreditations(&mut self) {
        let expiries =
            self.routes().filter(|route| route.accredited).filter_map(Route::accreditation_expires);
        if let Some(first) = expiries.min() {
            self.expires_at = self.expires_at.min(first);
        }
    }
}

impl Route {
    pub(crate) fn new(
        policy: Arc<Policy>,
        backend: BackendIndex,
        zone: ZoneIndex,
        effective: Label,
        scene: Scene,
    ) -> Route {
        let accredited = policy.zones.get(zone.number()).is_some_and(|zone| zone.accredited(scene.now));
        Route { policy, backend, zone, effective, accredited, scene }
    }

    /// Where it goes.
    pub fn backend(&self) -> BackendIndex {
        self.backend
    }

    /// In which zone that is.
    pub fn zone(&self) -> ZoneIndex {
        self.zone
    }

    /// Name of the credential that goes with it: the ministry's own, or the backend's.
    pub fn credential(&self) -> Option<&str> {
        let backend = self.policy.backends.get(self.backend.number())?;
        let own = self.scene.ministry.and_then(|ministry| backend.credentials.get(&ministry));
        own.or(backend.credential.as_ref()).map(String::as_str)
    }

    /// The policy that decided so: whose entries the indices number.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }

    /// What must be done with a finding of this kind on this route: the strictest that any rule in force says.
    ///
    /// No `allow` lowers what another rule demands; a narrower permission is written by narrowing the other rule
    /// (`except`, `zones`, `levels`, …). Without any rule a finding may stay, except that something opaque, or of a rule
    /// this policy was not loaded with, blocks. Rules that need a count (`at_least`) are judged by
    /// `decide` and [`Permit::judge_answer`] alone, since one finding cannot tell.
    pub fn obligation(&self, key: &FindingKey) -> Obligation {
        self.owed(&Key::from(*key))
    }

    /// The same for something opaque; `Redact` means that it must be taken out whole.
    pub fn obligation_opaque(&self, key: &OpaqueKey) -> Obligation {
        self.owed(&Key::from(*key))
    }

    pub(crate) fn owed(&self, key: &Key) -> Obligation {
        if self.lets(key) {
            return Obligation::Allow;
        }
        let Some(word) = self.policy.words.get(&key.what) else {
            return Obligation::Block;
        };
        let rules =
            word.about(self.scene.ministry).filter_map(|index| self.policy.content.get(index.number()));
        let in_force = rules.filter(|rule| {
            rule.at_least <= 1 && rule.counts(key) && rule.enforced(self.scene) && self.within(rule)
        });
        let obligations = in_force.filter_map(|rule| match rule.effect {
            Effect::Oblige(obligation) => Some(obligation),
            Effect::Raise(_) => None,
        });
        let silent = if word.opaque { Obligation::Block } else { Obligation::Allow };
        obligations.max().unwrap_or(silent)
    }

    /// True if a rule's levels and zones include this place.
    pub(crate) fn within(&self, rule: &ContentRule) -> bool {
        rule.applies(self.effective.level(), self.zone, self.accredited)
    }

    /// True if the policy lists the field and lets it pass at this level.
    pub(crate) fn lets(&self, key: &Key) -> bool {
        let field = key.listed.and_then(|index| self.policy.fields.get(index.number()));
        field.is_some_and(|field| field.levels.is_empty() || field.levels.contains(&self.effective.level()))
    }

    pub(crate) fn scene(&self) -> Scene {
        self.scene
    }

    fn accreditation_expires(&self) -> Option<u64> {
        let zone = self.policy.zones.get(self.zone.number())?;
        zone.accreditation.as_ref().map(|accreditation| accreditation.expires)
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Route")
            .field("backend", &self.backend)
            .field("zone", &self.zone)
            .finish_non_exhaustive()
    }
}
