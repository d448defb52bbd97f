//! Questions that may tell a policy from one that was changed in one place.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use sekisho_detectors::Confidence;

use crate::content::{ContentRule, Obligation};
use crate::decide::{Brought, Decision, Declared, Question};
use crate::denial::{Denial, PolicyRule, Reason};
use crate::facts::{Direction, FindingKey, Key, OpaqueKey, Summary, Turn, Voice, What};
use crate::index::{BackendIndex, QuotaIndex};
use crate::label::Label;
use crate::permit::AnswerVerdict;
use crate::policy::Policy;
use crate::subject::Subject;

/// Everything that is asked about one change.
pub(super) struct Probes {
    /// As either policy knows them.
    pub(super) subjects: Vec<(Option<Subject>, Option<Subject>)>,
    pub(super) models: Vec<String>,
    pub(super) findings: Vec<Summary>,
    pub(super) used_up: Vec<Vec<QuotaIndex>>,
    pub(super) sources: BTreeSet<IpAddr>,
    pub(super) moments: BTreeSet<u64>,
}

/// What a decision comes to, in so far as somebody could notice.
#[derive(PartialEq, Eq)]
enum Seen {
    Refused(Reason, Option<PolicyRule>, Label, Vec<PolicyRule>),
    Permitted(Vec<(BackendIndex, Vec<Obligation>, Option<Reason>)>, Label, Vec<PolicyRule>),
}

impl Probes {
    /// One model for each list of zones, since backends of one zone are alike to every rule, and every application; all of
    /// them where a rule names models.
    pub(super) fn models(policy: &Policy) -> Vec<String> {
        let named = policy.access.iter().any(|rule| !rule.models.is_empty())
            || policy.quotas.iter().any(|quota| !quota.models.is_empty());
        let mut seen = Vec::new();
        let mut models = Vec::new();
        for model in &policy.models {
            let zones: Vec<_> = model.backends.iter().map(|backend| policy.backend(*backend).zone).collect();
            if named || model.app.is_some() || !seen.contains(&zones) {
                models.push(model.id.clone());
            }
            // An application is not what others are like.
            if model.app.is_none() {
                seen.push(zones);
            }
        }
        models
    }

    /// Of people to whom every rule but those of their own ministry is alike, the first.
    pub(super) fn unlike(policy: &Policy, now: u64, all: Vec<Option<Subject>>) -> Vec<Option<Subject>> {
        let mut seen = Vec::new();
        let mut people = Vec::new();
        for subject in all.into_iter().flatten() {
            let ministries = policy
                .content
                .iter()
                .map(|rule| subject.ministry().is_some_and(|own| rule.ministries.contains(&own)));
            let sign = (
                subject.clearance(),
                subject.floor(),
                policy.silent(&subject, now),
                policy.access_table.permits(
                    &policy.access,
                    &subject,
                    policy.models.len(),
                    &policy.scale,
                    now,
                ),
                ministries.collect::<Vec<bool>>(),
            );
            if !seen.contains(&sign) {
                seen.push(sign);
                people.push(Some(subject));
            }
        }
        people
    }

    /// Findings of every kind that either rule is about, as many as it takes, and one less.
    pub(super) fn findings(policy: &Policy, rules: &[&ContentRule]) -> Vec<Summary> {
        let mut all = vec![Summary::default()];
        let counts = rules.iter().flat_map(|rule| [1, rule.at_least.saturating_sub(1), rule.at_least]);
        let mut counts: Vec<u32> = counts.filter(|count| *count > 0).collect();
        counts.sort_unstable();
        counts.dedup();
        for what in words(policy, rules) {
            for key in keys(policy, what) {
                for count in &counts {
                    let mut summary = Summary::default();
                    match (key.what, key) {
                        (What::Rule(rule), Key { direction, voice, turn, confidence, .. }) => {
                            summary.add_many(FindingKey { rule, direction, voice, turn, confidence }, *count);
                        }
                        (What::Opaque(kind), Key { direction, voice, turn, listed, .. }) => {
                            summary
                                .add_opaque_many(OpaqueKey { kind, direction, voice, turn, listed }, *count);
                        }
                    }
                    all.push(summary);
                }
            }
        }
        all
    }

    /// The first question that two policies answer otherwise, as words.
    pub(super) fn difference(&self, old: &Arc<Policy>, new: &Arc<Policy>) -> Option<String> {
        let known = self.subjects.iter().filter_map(|(old, new)| old.as_ref().zip(new.as_ref()));
        let levels = old.scale.each().map(Declared::Level);
        let levels: Vec<Declared> = std::iter::once(Declared::Absent).chain(levels).collect();
        let asked = old.asks_for_conversations().or(new.asks_for_conversations());
        let brought = std::iter::once(Brought::Nothing).chain(asked.map(|_| Brought::New));
        let said: Vec<_> =
            brought.flat_map(|brought| levels.iter().map(move |declared| (*declared, brought))).collect();
        for findings in &self.findings {
            for ((before, after), model) in
                known.clone().flat_map(|s| self.models.iter().map(move |m| (s, m)))
            {
                for (declared, brought) in &said {
                    for (used_up, from, now) in self.circumstances() {
                        let subject = before;
                        let question = Question {
                            subject,
                            declared: *declared,
                            brought: *brought,
                            recalled: None,
                            model,
                            dialect: None,
                            findings,
                            used_up,
                            from,
                            now,
                        };
                        if see(old, &question) != see(new, &Question { subject: after, ..question }) {
                            return Some(told(old, &question));
                        }
                    }
                }
            }
        }
        None
    }

    fn circumstances(&self) -> impl Iterator<Item = (&[QuotaIndex], IpAddr, u64)> {
        let sources = self.used_up.iter().flat_map(|used| self.sources.iter().map(move |from| (used, from)));
        sources.flat_map(|(used, from)| self.moments.iter().map(move |now| (used.as_slice(), *from, *now)))
    }
}

/// One word of each category that one rule alone is about, and one that both are.
fn words(policy: &Policy, rules: &[&ContentRule]) -> Vec<What> {
    let mut seen = Vec::new();
    let mut words = Vec::new();
    for (what, word) in policy.words.iter() {
        let about: Vec<bool> = rules.iter().map(|rule| rule.about(&word.category)).collect();
        let known = (about, word.rules.clone());
        if known.0.contains(&true) && !seen.contains(&known) {
            seen.push(known);
            words.push(what);
        }
    }
    words
}

/// A voice that no rule names is like any other.
fn keys(policy: &Policy, what: What) -> Vec<Key> {
    let named = |voice: &Voice| policy.content.iter().any(|rule| rule.voices.contains(voice));
    let voices = [Voice::System, Voice::Assistant, Voice::Tool, Voice::Other].into_iter().filter(named);
    let voices: Vec<Voice> = std::iter::once(Voice::User).chain(voices).collect();
    let mut keys = Vec::new();
    for direction in [Direction::Prompt, Direction::Completion] {
        for voice in &voices {
            for turn in [Turn::Newest, Turn::Earlier] {
                for confidence in [Confidence::High, Confidence::Medium, Confidence::Low] {
                    keys.push(Key { what, direction, voice: *voice, turn, confidence, listed: None });
                }
            }
        }
    }
    keys
}

fn see(policy: &Arc<Policy>, question: &Question<'_>) -> Seen {
    let shadows = |mut shadows: Vec<PolicyRule>| {
        shadows.sort_by_key(|rule| format!("{rule:?}"));
        shadows
    };
    let permit = match policy.decide(question) {
        Decision::Refuse(Denial { reason, by, effective, shadows: would, .. }) => {
            return Seen::Refused(reason, by, effective, shadows(would));
        }
        Decision::Permit(permit) => permit,
    };
    let routes = permit.routes().map(|route| {
        let owed = question.findings.all().map(|(key, _)| route.owed(&key)).collect();
        let cut = match permit.judge_answer(route, question.findings) {
            AnswerVerdict::Cut(denial) => Some(denial.reason),
            AnswerVerdict::Release => None,
        };
        (route.backend(), owed, cut)
    });
    Seen::Permitted(routes.collect(), permit.effective(), shadows(permit.shadows().to_vec()))
}

fn told(policy: &Policy, question: &Question<'_>) -> String {
    let subject = question.subject;
    let grants = subject.grants().iter().map(|grant| policy.grant(*grant).id.as_str());
    let service = subject.service().map(|service| policy.service(service).id.as_str());
    let who: Vec<&str> = grants.chain(service).collect();
    let level = match question.declared {
        Declared::Absent => "no level".to_owned(),
        Declared::Level(label) => format!("level {}", policy.scale.written(label)),
    };
    let found = question.findings.all().next().map(|(key, count)| {
        let of = policy.words.get(&key.what).map_or("", |word| word.category.as_str());
        format!(
            ", {count} x {of} ({:?}, {:?}, {:?}, {:?})",
            key.direction, key.voice, key.turn, key.confidence
        )
    });
    let found = found.unwrap_or_default().to_lowercase();
    format!("{} at {level} for `{}`{found}", who.join(" through "), question.model)
}
