//! What a policy may not contain although every part of it reads well: rules that can never change anything. And what
//! it may, but should know about.

use sekisho_detectors::Category;

use super::Scope;
use super::names::{ENTRIES_MAX, Names};
use super::report::{Place, Report};
use crate::access::{Access, AccessRule};
use crate::content::{ContentRule, Effect, Mode};
use crate::denial::PolicyRule;
use crate::index::{BackendIndex, GrantIndex, IssuerIndex, MinistryIndex, ServiceIndex, ZoneIndex, numbered};
use crate::look::{Dated, Places};
use crate::people::Voucher;
use crate::policy::Policy;
use crate::when::Dates;

/// Where each rule and each date stands, for whoever looks at a loaded policy later.
pub(super) fn places(report: &Report<'_>, policy: &Policy, scope: &Scope<'_>) -> Places {
    let here = |place: Option<Place>| place.map(|place| report.located(place));
    let mut places = Places::default();
    let mut dated = |place: Option<Place>, at: Option<u64>, what: String, loosening: bool| {
        if let (Some(place), Some(at)) = (here(place), at) {
            places.dates.push(Dated { place, at, what, loosening });
        }
    };
    for (number, zone) in policy.zones.iter().enumerate() {
        let expires = zone.accreditation.as_ref().map(|own| own.expires);
        dated(scope.zones.place(number), expires, format!("the accreditation of zone `{}`", zone.id), false);
    }
    for (number, service) in policy.services.iter().enumerate() {
        let until = service.undeclared.map(|own| own.until);
        let what = format!("the lower level for what service `{}` does not declare", service.id);
        dated(scope.services.place(number), until, what, true);
    }
    for (number, rule) in policy.access.iter().enumerate() {
        dated(scope.access.place(number), rule.dates.ends, format!("access rule `{}`", rule.id), true);
    }
    for (number, rule) in policy.content.iter().enumerate() {
        dated(scope.content.place(number), rule.dates.ends, format!("content rule `{}`", rule.id), true);
    }
    let access =
        numbered(&policy.access).map(|(index, _)| PolicyRule::Access(index)).zip(scope.access.places());
    let content =
        numbered(&policy.content).map(|(index, _)| PolicyRule::Content(index)).zip(scope.content.places());
    let quotas =
        numbered(&policy.quotas).map(|(index, _)| PolicyRule::Quota(index)).zip(scope.quotas.places());
    places.rules =
        access.chain(content).chain(quotas).map(|(rule, place)| (rule, report.located(place))).collect();
    let located = |names: &Names<'_>| names.places().map(|place| report.located(place)).collect();
    places.models = located(&scope.models);
    places.zones = located(&scope.zones);
    places.grants = located(&scope.grants);
    places.services = located(&scope.services);
    places
}

pub(super) fn check(report: &Report<'_>, policy: &Policy, scope: &Scope<'_>) {
    // What is too large is wrong already, and comparing each rule with each other would take long.
    if report.failed() && policy.access.len().max(policy.content.len()) >= ENTRIES_MAX {
        return;
    }
    access(report, policy, scope);
    content(report, policy, scope);
    // Whatever a fault kept from being read would seem unused.
    if !report.failed() {
        unused(report, policy, scope);
    }
}

/// A permit that one forbid covers whole permits nothing; one that another permit covers, or a forbid that another does,
/// changes nothing.
fn access(report: &Report<'_>, policy: &Policy, scope: &Scope<'_>) {
    for (number, rule) in policy.access.iter().enumerate() {
        let others = policy.access.iter().enumerate().filter(|(other, _)| *other != number);
        let by = others.into_iter().find(|(other, cover)| {
            (cover.then == Access::Forbid || rule.then == Access::Permit)
                && includes(cover, rule)
                // Of two that say the same, the second is the one too many.
                && (*other < number || cover.then != rule.then || !includes(rule, cover))
        });
        // What is only one too many is told when nothing is wrong.
        let by = by.filter(|(_, cover)| cover.then != rule.then || !report.failed());
        if let (Some((_, cover)), Some(place)) = (by, scope.access.place(number)) {
            let help = "narrow one of them, or leave this one out";
            if cover.then == rule.then {
                let message =
                    format!("access rule `{}` changes nothing: `{}` is about all of it", rule.id, cover.id);
                report.warn(place, message, help);
            } else {
                let message =
                    format!("access rule `{}` permits nothing: `{}` forbids all of it", rule.id, cover.id);
                report.error(place, message, help);
            }
        }
    }
}

/// Whether a rule applies wherever another one does.
fn includes(cover: &AccessRule, rule: &AccessRule) -> bool {
    covers(&cover.grants, &rule.grants)
        && covers(&cover.services, &rule.services)
        && covers(&cover.ministries, &rule.ministries)
        && covers(&cover.models, &rule.models)
        && covers(&cover.levels, &rule.levels)
        && covers(&cover.networks, &rule.networks)
        && cover.except_networks.is_empty()
        && cover.hours.is_none()
        && always(cover.mode, cover.dates)
        && rule.mode == Mode::Enforce
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
    as_strict
        && always(cover.mode, cover.dates)
        && always(rule.mode, rule.dates)
        && cover.confidence <= rule.confidence
        && cover.at_least <= rule.at_least
        && cover.direction.is_none_or(|direction| rule.direction == Some(direction))
        && cover.turn.is_none_or(|turn| rule.turn == Some(turn))
        && covers(&cover.ministries, &rule.ministries)
        && covers(&cover.voices, &rule.voices)
        && covers(&cover.levels, &rule.levels)
        && (cover.zones == crate::content::ZoneScope::Everywhere || cover.zones == rule.zones)
        // A rule about nothing has a fault of its own.
        && scope.words.each().any(|category| rule.about(category))
        && scope.words.each().all(|category| !rule.about(category) || cover.about(category))
}

/// In force, and without dates.
fn always(mode: Mode, dates: Dates) -> bool {
    mode == Mode::Enforce && dates == Dates::default()
}

/// Lists in which none means all.
fn covers<T: PartialEq>(cover: &[T], covered: &[T]) -> bool {
    cover.is_empty() || (!covered.is_empty() && covered.iter().all(|item| cover.contains(item)))
}

fn unused(report: &Report<'_>, policy: &Policy, scope: &Scope<'_>) {
    for (index, ministry) in numbered::<MinistryIndex, _>(&policy.ministries) {
        let of_grants = policy.grants.iter().any(|grant| grant.ministry == Some(index));
        let served =
            policy.services.iter().any(|own| own.ministries.contains(&index) && !own.contexts.is_empty());
        if let (false, Some(place)) = (of_grants || served, scope.ministries.place(index.number())) {
            report.warn(place, format!("nobody belongs to ministry `{}`", ministry.id), "");
        }
    }
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
        // One that says where people belong is of use beside others.
        let used = grant.ministry.is_some() || policy.access.iter().filter(permits).any(named);
        if let (false, Some(place)) = (used, scope.grants.place(index.number())) {
            report.warn(
                place,
                format!("no access rule permits holders of grant `{}` anything", grant.id),
                "",
            );
        }
    }
}
