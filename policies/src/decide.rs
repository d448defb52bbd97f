//! Facts to decision. Total: every reference was resolved when the policy was loaded, so nothing here can fail.
//!
//! The order of the questions is the order in which a person would want to hear the answers: is there such a model,
//! may they ask for it, did they declare rightly, are they cleared, is there a place for it, may the content go there.

use std::net::IpAddr;
use std::sync::Arc;

use crate::access::{Asked, Verdict};
use crate::content::{Mode, Scene};
use crate::denial::{Denial, PolicyRule, Reason};
use crate::explain::{Exclusion, Step};
use crate::facts::Summary;
use crate::index::{BackendIndex, ModelIndex, QuotaIndex};
use crate::label::Label;
use crate::people::Conversation;
use crate::permit::{Permit, Route};
use crate::policy::{Policy, Recall, UnderDeclared};
use crate::subject::Subject;
use crate::weigh::Weighed;
use crate::zone::{BackendDialect, Model};

/// The label a request came with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Declared {
    /// None; the policy's `undeclared` counts.
    Absent,
    /// This one.
    Level(Label),
}

/// What a request says of the conversation that it goes on with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Brought {
    /// Nothing.
    Nothing,
    /// That one begins.
    New,
    /// That it had come to this label.
    Label(Label),
}

impl Brought {
    /// The label, if it goes on with one.
    pub fn label(self) -> Option<Label> {
        match self {
            Brought::Label(label) => Some(label),
            Brought::Nothing | Brought::New => None,
        }
    }
}

/// All that a decision rests on, besides the policy.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// Who asks.
    pub subject: &'a Subject,
    /// At which label.
    pub declared: Declared,
    /// Going on with which conversation.
    pub brought: Brought,
    /// The label of texts in the prompt that were seen before, if that is known.
    pub recalled: Option<Label>,
    /// For which model, as the client names it.
    pub model: &'a str,
    /// In which wire form: a backend of another cannot take it. `None`: in whichever the model's backends speak.
    pub dialect: Option<BackendDialect>,
    /// What was found in the prompt.
    pub findings: &'a Summary,
    /// Quotas that are used up, of those that [`Policy::quotas_of`] names.
    pub used_up: &'a [QuotaIndex],
    /// Where the connection comes from.
    pub from: IpAddr,
    /// Unix time, in seconds.
    pub now: u64,
}

/// The answer to a [`Question`].
#[derive(Debug)]
pub enum Decision {
    /// It may be computed at the permit's backends.
    Permit(Permit),
    /// It may not.
    Refuse(Denial),
}

impl Policy {
    /// Decides. Pure and total; the same question to the same policy has the same answer.
    pub fn decide(self: &Arc<Policy>, question: &Question<'_>) -> Decision {
        self.answer(question, false)
    }

    /// What would be decided if all rules in shadow were in force.
    pub fn rehearse(self: &Arc<Policy>, question: &Question<'_>) -> Decision {
        self.answer(question, true)
    }

    fn answer(self: &Arc<Policy>, question: &Question<'_>, rehearsed: bool) -> Decision {
        let scene = Scene { now: question.now, ministry: question.subject.ministry(), rehearsed };
        let weighed = self.weigh(question.findings, scene);
        let mut case = Case::new(self, question, scene, weighed);
        match case.judge(self, question) {
            Ok(routes) => case.permit(self, question, routes),
            Err(refusal) => Decision::Refuse(case.refuse(refusal)),
        }
    }

    /// What a request counts as that declares nothing. A service may be treated more leniently until a date, a ministry
    /// more strictly.
    pub(crate) fn silent(&self, subject: &Subject, now: u64) -> Label {
        let service = subject.service().and_then(|index| self.services.get(index.number()));
        let lenient = service.and_then(|service| service.undeclared).filter(|lenience| now < lenience.until);
        let label = lenient.map_or(self.undeclared, |lenience| lenience.label);
        let ministry = subject.ministry().and_then(|index| self.ministries.get(index.number()));
        ministry.and_then(|ministry| ministry.undeclared).map_or(label, |own| label.join(own))
    }

    /// The label that is declared, or that counts because none is.
    pub fn taken(&self, declared: Declared, subject: &Subject, now: u64) -> Label {
        match declared {
            Declared::Level(label) => label,
            Declared::Absent => self.silent(subject, now),
        }
    }
}

/// Why a case is refused, before it is written up.
struct Refusal {
    reason: Reason,
    by: Option<PolicyRule>,
}

impl Refusal {
    fn of(reason: Reason, by: Option<PolicyRule>) -> Refusal {
        Refusal { reason, by }
    }
}

/// One question on its way to a decision.
struct Case {
    scene: Scene,
    declared: Label,
    effective: Label,
    clearance: Label,
    /// What texts that were seen before had come to, if the policy asks for that.
    recalled: Option<Label>,
    weighed: Weighed,
    shadows: Vec<PolicyRule>,
    steps: Vec<Step>,
}

impl Case {
    fn new(policy: &Policy, question: &Question<'_>, scene: Scene, weighed: Weighed) -> Case {
        let subject = question.subject;
        let mut steps: Vec<Step> = subject.grants().iter().map(|grant| Step::Granted(*grant)).collect();
        steps.extend(subject.ministry().map(Step::Belongs));
        steps.extend(subject.service().map(Step::Through));
        steps.push(Step::Cleared(subject.clearance()));
        let declared = policy.taken(question.declared, subject, question.now);
        steps.push(Step::Declared { label: declared, by_policy: question.declared == Declared::Absent });
        let raising = weighed.raised.iter().filter(|(_, floor)| !declared.dominates(*floor));
        steps.extend(raising.map(|(rule, floor)| Step::Raised { rule: *rule, to: *floor }));
        let recalled = question.recalled.filter(|_| policy.recall == Recall::Raise);
        steps.extend(recalled.filter(|label| !declared.dominates(*label)).map(Step::Recalled));
        steps.extend(question.brought.label().map(Step::Brought));
        let floor = subject.floor();
        if !declared.dominates(floor) {
            steps.push(Step::Floor(floor));
        }
        let joined = [weighed.found, recalled, question.brought.label(), Some(floor)];
        let effective = joined.into_iter().flatten().fold(declared, Label::join);
        steps.push(Step::Effective(effective));
        let shadows = policy.shadows(&weighed, scene, [].iter());
        Case { scene, declared, effective, clearance: subject.clearance(), recalled, weighed, shadows, steps }
    }

    fn judge(&mut self, policy: &Arc<Policy>, question: &Question<'_>) -> Result<Vec<Route>, Refusal> {
        if question.subject.stamp() != policy.stamp() {
            // Another policy's grants say nothing here.
            return Err(Refusal::of(Reason::Access, None));
        }
        let Some(model) = policy.find_model(question.model) else {
            return Err(Refusal::of(Reason::UnknownModel, None));
        };
        if !policy.speaks(policy.model(model), question.dialect) {
            return Err(Refusal::of(Reason::UnknownModel, None));
        }
        let app = policy.model(model).app.as_deref();
        if app.is_some_and(|app| app.service.is_some() && app.service != question.subject.service()) {
            return Err(Refusal::of(Reason::Access, None));
        }
        self.may_ask(policy, question, model)?;
        self.goes_on(policy, question)?;
        self.declared_rightly(policy, question)?;
        if !self.clearance.dominates(self.effective) {
            let declared_is_fine = self.clearance.dominates(self.declared);
            let rule = self.weighed.above(self.clearance).filter(|_| declared_is_fine);
            return Err(Refusal::of(Reason::Clearance, rule));
        }
        let routes = self.places(policy, question, model)?;
        self.quotas(policy, question, model)?;
        Ok(routes)
    }

    /// Whether it says with which conversation it goes on, where the service has to.
    fn goes_on(&mut self, policy: &Policy, question: &Question<'_>) -> Result<(), Refusal> {
        let service = question.subject.service().and_then(|index| policy.services.get(index.number()));
        let required = service.is_some_and(|service| service.conversation == Conversation::Required);
        if required && question.brought == Brought::Nothing {
            self.steps.push(Step::Loose);
            return Err(Refusal::of(Reason::Conversation, None));
        }
        Ok(())
    }

    /// What a conversation had come to is said by whoever brings it, so it is joined and not held against the
    /// declaration; nor does it stand in for one, or bringing more would turn no into yes.
    fn declared_rightly(&self, policy: &Policy, question: &Question<'_>) -> Result<(), Refusal> {
        let refuses = policy.under_declared == UnderDeclared::Refuse && question.declared != Declared::Absent;
        let raising = self.weighed.above(self.declared);
        let recalled = self.recalled.is_some_and(|label| !self.declared.dominates(label));
        if refuses && (raising.is_some() || recalled) {
            return Err(Refusal::of(Reason::UnderDeclared, raising));
        }
        Ok(())
    }

    fn may_ask(
        &mut self,
        policy: &Policy,
        question: &Question<'_>,
        model: ModelIndex,
    ) -> Result<(), Refusal> {
        let Question { subject, from, now, .. } = *question;
        let asked = Asked {
            subject,
            model,
            level: self.effective.level(),
            from,
            now,
            rehearsed: self.scene.rehearsed,
        };
        let shadows = policy.access_table.shadows(&policy.access, &asked);
        self.shadows.extend(shadows.into_iter().map(PolicyRule::Access));
        match policy.access_table.judge(&policy.access, &asked) {
            Verdict::Permitted(rule) => {
                self.steps.push(Step::Permitted(rule));
                Ok(())
            }
            Verdict::Forbidden(rule) => {
                self.steps.push(Step::Forbidden(rule));
                Err(Refusal::of(Reason::Access, Some(PolicyRule::Access(rule))))
            }
            Verdict::NotPermitted => {
                self.steps.push(Step::NotPermitted);
                Err(Refusal::of(Reason::Access, None))
            }
        }
    }

    /// Last of all: whoever hears of it is told of nothing that waiting would not mend.
    fn quotas(&mut self, policy: &Policy, question: &Question<'_>, model: ModelIndex) -> Result<(), Refusal> {
        for index in question.used_up {
            let quota = policy.quotas.get(index.number());
            match quota.filter(|quota| quota.is_about(question.subject, model)).map(|quota| quota.mode) {
                Some(mode) if mode == Mode::Enforce || self.scene.rehearsed => {
                    self.steps.push(Step::UsedUp(*index));
                    return Err(Refusal::of(Reason::Quota, Some(PolicyRule::Quota(*index))));
                }
                Some(_) => self.shadows.push(PolicyRule::Quota(*index)),
                None => {}
            }
        }
        Ok(())
    }

    /// Every backend of the model that the label and the content leave, in the policy's order.
    fn places(
        &mut self,
        policy: &Arc<Policy>,
        question: &Question<'_>,
        model: ModelIndex,
    ) -> Result<Vec<Route>, Refusal> {
        let Model { backends, app, .. } = policy.model(model);
        let ceiling = app.as_ref().and_then(|app| app.ceiling);
        let above = ceiling.is_some_and(|ceiling| !ceiling.dominates(self.effective));
        let mut dominating = Vec::new();
        for backend in backends {
            let place = if above { Err(Exclusion::App) } else { self.place(policy, question, *backend) };
            match place {
                Ok(route) => dominating.push(route),
                Err(why) => self.steps.push(Step::Excluded { backend: *backend, why }),
            }
        }
        let access = std::mem::take(&mut self.shadows);
        self.shadows = policy.shadows(&self.weighed, self.scene, dominating.iter());
        self.shadows.extend(access.into_iter().filter(|rule| matches!(rule, PolicyRule::Access(_))));
        let mut first_block = None;
        let mut routes = Vec::new();
        for route in dominating {
            let Some(block) = policy.blocked(&route, &self.weighed, question.findings) else {
                routes.push(route);
                continue;
            };
            let why = Exclusion::Content(block.rule());
            self.steps.push(Step::Excluded { backend: route.backend(), why });
            first_block = first_block.or(Some(block));
        }
        match first_block {
            _ if !routes.is_empty() => Ok(routes),
            Some(block) => Err(Refusal::of(block.reason(), block.by())),
            None => Err(Refusal::of(Reason::NoZone, self.weighed.above(self.declared))),
        }
    }

    /// The rule no policy can lift: the zone's ceiling dominates the effective label.
    fn place(
        &self,
        policy: &Arc<Policy>,
        question: &Question<'_>,
        index: BackendIndex,
    ) -> Result<Route, Exclusion> {
        let backend = policy.backends.get(index.number()).ok_or(Exclusion::Ceiling)?;
        if question.dialect.is_some_and(|dialect| dialect != backend.dialect) {
            return Err(Exclusion::Dialect);
        }
        let zone_index = backend.zone;
        let zone = policy.zones.get(zone_index.number()).ok_or(Exclusion::Ceiling)?;
        match zone.ceiling_at(question.now) {
            Some(ceiling) if ceiling.dominates(self.effective) => {
                Ok(Route::new(Arc::clone(policy), index, zone_index, self.effective, self.scene))
            }
            _ if zone.ceiling.dominates(self.effective) => Err(Exclusion::Expired),
            _ => Err(Exclusion::Ceiling),
        }
    }

    fn permit(mut self, policy: &Arc<Policy>, question: &Question<'_>, routes: Vec<Route>) -> Decision {
        self.steps.extend(routes.iter().map(|route| Step::Route(route.backend())));
        let mut routes = routes.into_iter();
        let Some(first) = routes.next() else {
            return Decision::Refuse(self.refuse(Refusal::of(Reason::NoZone, None)));
        };
        let mut permit = Permit {
            effective: self.effective,
            declared: question.declared,
            found: self.weighed.found,
            expires_at: question.now.saturating_add(policy.limits.permit_s),
            first,
            others: routes.collect(),
            shadows: self.shadows,
            steps: self.steps,
        };
        permit.expires_with_accreditations();
        Decision::Permit(permit)
    }

    fn refuse(self, refusal: Refusal) -> Denial {
        Denial {
            reason: refusal.reason,
            by: refusal.by,
            declared: self.declared,
            found: self.weighed.found,
            effective: self.effective,
            clearance: self.clearance,
            shadows: self.shadows,
            steps: self.steps,
        }
    }
}
