//! What a policy may not contain although every part of it reads well: rules that can never change anything. And what
//! it may, but should know about.

use sekisho_detectors::Category;

use super::Scope;
use super::report::Report;
use crate::access::{Access, AccessRule};
use crate::content::{ContentRule, Effect};
use crate::index::{BackendIndex, GrantIndex, IssuerIndex, ServiceIndex, ZoneIndex, numbered};
use crate::people::Voucher;
use crate::policy::Policy;

pub(super) fn check(report: &Report<'_>, policy: &Policy, scope: &Scope<'_>) {
    access(report, policy, scope);
    content(report, policy, scope);
    // Whatever a fault kept from being read would seem unused.
    if !report.failed() {
        unused(report, policy, scope);
    }
}

/// A permit that one forbid covers whole permits nothing.
fn access(report: &Report<'_>, policy: &Policy, scope: &Scope<'_>) {
    let forbids: Vec<&AccessRule> = policy.access.iter().filter(|rule| rule.then == Access::Forbid).collect();
    for (number, rule) in policy.access.iter().enumerate().filter(|(_, rule)| rule.then == Access::Permit) {
        let by = forbids.iter().find(|forbid| {
            covers(&forbid.grants, &rule.grants)
                && covers(&forbid.services, &rule.services)
                && covers(&forbid.ministries, &rule.ministries)
                && covers(&forbid.models, &rule.models)
                && covers(&forbid.levels, &rule.levels)
        });
        if let (Some(forbid), Some(place)) = (by, scope.access.get(number)) {
            let message =
                format!("access rule `{}` permits nothing: `{}` forbids all of it", rule.id, forbid.id);
            report.error(*place, message, "narrow one of them, or leave this one out");
        }
    }
}

/// A rule in force that another one, at least as strict, covers whole changes nothing.
fn content(report: &Report<'_>, policy: &Policy, scope: &Scope<'_>) {
    for (number, rule) in policy.content.iter().enumerate() {
        let Some(place) = scope.content.place(number) else {
            continue;
        };
        let named = |category: &Category| rule.categories.iter().any(|pattern| pattern.matches(category));
        if scope.words.each().any(named) && !scope.words.each().any(|category| rule.about(category)) {
            report.error(
                place,
                format!("content rule `{}` is about nothing: `except` takes all of it", rule.id),
                "",
            );
        }
        let others = policy.content.iter().enumerate().filter(|(other, _)| *other != number);
        let by = others.into_iter().find(|(other, cover)| {
            shadows(cover, rule, scope) && (*other < number || !shadows(rule, cover, scope))
        });
        if let Some((_, cover)) = by {
            let message = format!(
                "content rule `{}` changes nothing: `{}` applies wherever it does and is as strict",
                rule.id, cover.id
            );
            report.error(place, message, "narrow one of them, or leave this one out");
        }
    }
}

fn shadows(cover: &ContentRule, rule: &ContentRule, scope: &Scope<'_>) -> bool {
    let as_strict = match (cover.effect, rule.effect) {
        (Effect::Oblige(cover), Effect::Oblige(rule)) => cover >= rule,
        (Effect::Raise(cover), Effect::Raise(rule)) => cover.dominates(rule),
        _ => false,
    };
    // A rule with an empty list of patterns has a fault of its own.
    let same_finds = !rule.categories.is_empty()
        && scope.words.each().all(|category| !rule.about(category) || cover.about(category));
    as_strict
        && same_finds
        && cover.enforced()
        && rule.enforced()
        && cover.confidence <= rule.confidence
        && cover.at_least <= rule.at_least
        && cover.direction.is_none_or(|direction| rule.direction == Some(direction))
        && cover.turn.is_none_or(|turn| rule.turn == Some(turn))
        && covers(&cover.voices, &rule.voices)
        && covers(&cover.levels, &rule.levels)
        && (cover.zones == crate::content::ZoneScope::Everywhere || cover.zones == rule.zones)
}

/// Lists in which none means all.
fn covers<T: PartialEq>(cover: &[T], covered: &[T]) -> bool {
    cover.is_empty() || (!covered.is_empty() && covered.iter().all(|item| cover.contains(item)))
}

fn unused(report: &Report<'_>, policy: &Policy, scope: &Scope<'_>) {
    for (index, zone) in numbered::<ZoneIndex, _>(&policy.zones) {
        let used = policy.backends.iter().any(|backend| backend.zone == index);
        if let (false, Some(place)) = (used, scope.zones.place(index.number())) {
            report.warn(place, format!("zone `{}` has no backend", zone.id), "");
        }
    }
    for (index, backend) in numbered::<BackendIndex, _>(&policy.backends) {
        let used = policy.models.iter().any(|model| model.backends.contains(&index));
        if let (false, Some(place)) = (used, scope.backends.place(index.number())) {
            report.warn(place, format!("backend `{}` serves no model", backend.id), "");
        }
    }
    for (index, issuer) in numbered::<IssuerIndex, _>(&policy.issuers) {
        let used = policy.grants.iter().any(|grant| grant.voucher == Voucher::Issuer(index));
        if let (false, Some(place)) = (used, scope.issuers.place(index.number())) {
            report.warn(place, format!("nobody of issuer `{}` is granted anything", issuer.id), "");
        }
    }
    for (index, service) in numbered::<ServiceIndex, _>(&policy.services) {
        let used = policy.grants.iter().any(|grant| grant.voucher == Voucher::Service(index));
        let speaks = !service.contexts.is_empty();
        if let (true, false, Some(place)) = (speaks, used, scope.services.place(index.number())) {
            let message = format!("nobody whom service `{}` speaks for is granted anything", service.id);
            report.warn(place, message, "");
        }
    }
    for (index, grant) in numbered::<GrantIndex, _>(&policy.grants) {
        let permits = |rule: &&AccessRule| rule.then == Access::Permit;
        let named = |rule: &AccessRule| rule.grants.is_empty() || rule.grants.contains(&index);
        let used = policy.access.iter().filter(permits).any(named);
        if let (false, Some(place)) = (used, scope.grants.place(index.number())) {
            report.warn(
                place,
                format!("no access rule permits holders of grant `{}` anything", grant.id),
                "",
            );
        }
    }
}
