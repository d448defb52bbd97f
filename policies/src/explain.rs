//! Why a decision is what it is, and what would have been enough: as data. Sentences are made by whoever shows them.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use sekisho_detectors::Category;

use crate::decide::{Brought, Decision, Declared, Question};
use crate::denial::{Denial, PolicyRule};
use crate::facts::Summary;
use crate::imagined::{HOUR_S, NOWHERE};
use crate::index::{
    AccessRuleIndex, BackendIndex, ContentRuleIndex, GrantIndex, MinistryIndex, ModelIndex, QuotaIndex,
    ServiceIndex, numbered,
};
use crate::label::Label;
use crate::policy::Policy;

/// One step on the way to a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The claims earned this grant.
    Granted(GrantIndex),
    /// The person belongs to this ministry.
    Belongs(MinistryIndex),
    /// This service asks, by itself or for the person.
    Through(ServiceIndex),
    /// So this much may be handled.
    Cleared(Label),
    /// The label the request came with, or got from the policy because it declared none.
    Declared {
        /// The label.
        label: Label,
        /// True if it declared none.
        by_policy: bool,
    },
    /// A rule's findings set a floor above the declared label.
    Raised {
        /// Which rule.
        rule: ContentRuleIndex,
        /// The floor.
        to: Label,
    },
    /// Texts in it were seen before at this label, which is above the declared one.
    Recalled(Label),
    /// The conversation that it goes on with had come to this label.
    Brought(Label),
    /// It does not say with which conversation it goes on, although its service has to.
    Loose,
    /// Nothing that comes from this service is below this label.
    Floor(Label),
    /// The label that counts.
    Effective(Label),
    /// This access rule permits it.
    Permitted(AccessRuleIndex),
    /// This access rule forbids it.
    Forbidden(AccessRuleIndex),
    /// No access rule permits it.
    NotPermitted,
    /// This quota is used up.
    UsedUp(QuotaIndex),
    /// This backend is out.
    Excluded {
        /// Which.
        backend: BackendIndex,
        /// Why.
        why: Exclusion,
    },
    /// This backend may compute it.
    Route(BackendIndex),
}

/// Why a backend of the model is out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exclusion {
    /// It speaks another wire form than the request.
    Dialect,
    /// The ceiling of the application does not dominate the effective label.
    App,
    /// The zone's ceiling does not dominate the effective label.
    Ceiling,
    /// It would, but the accreditation has expired.
    Expired,
    /// This content rule blocks there; `None`: something opaque that no rule allows.
    Content(Option<ContentRuleIndex>),
}

/// One thing that, changed alone, would have let the same request pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remedy {
    /// Another model.
    Model(ModelIndex),
    /// Another declared label.
    Declare(Label),
    /// Another conversation, which begins with it.
    Begin,
    /// A text without findings of this category.
    Without(Category),
    /// A holder of this grant alone.
    Grant(GrantIndex),
    /// A connection from this address, and so from its network.
    From(IpAddr),
    /// The same at this moment, in Unix seconds.
    At(u64),
}

/// Every single change after which the policy permits what it refuses; each was asked of the policy itself.
pub fn enough(policy: &Arc<Policy>, question: &Question<'_>, denial: &Denial) -> Vec<Remedy> {
    let permits = |question: &Question<'_>| matches!(policy.decide(question), Decision::Permit(_));
    let mut remedies = Vec::new();
    for (index, model) in numbered::<ModelIndex, _>(&policy.models) {
        if permits(&Question { model: &model.id, ..*question }) {
            remedies.push(Remedy::Model(index));
        }
    }
    for label in policy.scale.each() {
        if permits(&Question { declared: Declared::Level(label), ..*question }) {
            remedies.push(Remedy::Declare(label));
        }
    }
    if question.brought != Brought::New && permits(&Question { brought: Brought::New, ..*question }) {
        remedies.push(Remedy::Begin);
    }
    for category in categories(policy, question.findings) {
        let findings = &question
            .findings
            .without(|what| policy.words.get(&what).is_some_and(|word| word.category == category));
        if permits(&Question { findings, ..*question }) {
            remedies.push(Remedy::Without(category));
        }
    }
    for (index, _) in numbered::<GrantIndex, _>(&policy.grants) {
        let holder =
            policy.holder(vec![index], question.subject.service(), None, question.subject.ministry());
        if holder.is_ok_and(|subject| permits(&Question { subject: &subject, ..*question })) {
            remedies.push(Remedy::Grant(index));
        }
    }
    let elsewhere = policy.sources().into_iter().filter(|from| *from != NOWHERE);
    let elsewhere = elsewhere.filter(|from| permits(&Question { from: *from, ..*question }));
    remedies.extend(elsewhere.map(Remedy::From));
    remedies.extend(later(policy, question, denial).map(Remedy::At));
    remedies
}

/// The first moment from now on at which it would pass: when a quota begins anew, when a rule's dates say so, or at one
/// of the full hours of the coming week.
fn later(policy: &Arc<Policy>, question: &Question<'_>, denial: &Denial) -> Option<u64> {
    let quota = match denial.by {
        Some(PolicyRule::Quota(index)) => {
            Some(question.now.saturating_add(policy.quota(index).rest_s(question.now)))
        }
        _ => None,
    };
    let next_hour = (question.now / HOUR_S + 1).saturating_mul(HOUR_S);
    let moments: BTreeSet<u64> = policy.dates().chain(policy.hours_of_week(next_hour)).collect();
    let mut later = moments.into_iter().filter(|moment| *moment > question.now);
    let permits =
        |now: &u64| matches!(policy.decide(&Question { now: *now, ..*question }), Decision::Permit(_));
    quota.or_else(|| later.find(permits))
}

fn categories(policy: &Policy, findings: &Summary) -> Vec<Category> {
    let mut categories: Vec<Category> = findings
        .all()
        .filter_map(|(key, _)| policy.words.get(&key.what))
        .map(|word| word.category.clone())
        .collect();
    categories.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    categories.dedup();
    categories
}
