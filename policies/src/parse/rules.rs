//! `[[access]]` and `[[content]]`.

use std::net::IpAddr;

use ipnet::IpNet;
use sekisho_detectors::Confidence;

use super::fields::Fields;
use super::scale::Closed;
use super::{Scope, Sections, layers, people};
use crate::access::{Access, AccessRule};
use crate::content::{ContentRule, Effect, Mode, Obligation, ZoneScope};
use crate::facts::{Direction, Turn, Voice};
use crate::index::{ModelIndex, ServiceIndex, ZoneIndex};
use crate::keys::Kind;
use crate::label::Label;
use crate::when::Dates;

/// Confidences by name.
pub(super) const CONFIDENCES: [(&str, Confidence); 3] =
    [("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)];

/// Voices by name.
pub(super) const VOICES: [(&str, Voice); 5] = [
    ("system", Voice::System),
    ("user", Voice::User),
    ("assistant", Voice::Assistant),
    ("tool", Voice::Tool),
    ("other", Voice::Other),
];

/// Turns by name.
pub(super) const TURNS: [(&str, Turn); 2] = [("newest", Turn::Newest), ("earlier", Turn::Earlier)];

/// Directions by name.
pub(super) const DIRECTIONS: [(&str, Direction); 2] =
    [("prompt", Direction::Prompt), ("completion", Direction::Completion)];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Oblige(Obligation),
    Raise,
}

const THENS: [(&str, Then); 4] = [
    ("allow", Then::Oblige(Obligation::Allow)),
    ("redact", Then::Oblige(Obligation::Redact)),
    ("block", Then::Oblige(Obligation::Block)),
    ("raise", Then::Raise),
];

pub(super) fn access(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<AccessRule> {
    sections.all("access").into_iter().map(|fields| access_rule(fields, scope)).collect()
}

fn access_rule(mut fields: Fields<'_>, scope: &mut Scope<'_>) -> AccessRule {
    let id = fields.id();
    scope.access.define(&id);
    let thens = [("permit", Access::Permit), ("forbid", Access::Forbid)];
    let then = fields.word("then", &thens, None).unwrap_or(Access::Forbid);
    layers::tightens(&fields, "then", then == Access::Permit);
    let models = scope.models.resolve_all(&fields.texts("models"));
    let services = scope.services.resolve_all(&fields.texts("services"));
    let (mode, enforce_from) = scope.mode(&mut fields);
    if then == Access::Permit && mode == Mode::Shadow {
        let help = "leave `mode` out: what a permit would allow is not allowed without it";
        fields.report.error(fields.place_of("mode"), "only a rule that forbids can be in shadow", help);
    }
    let mut dates = scope.dates(&mut fields);
    if enforce_from.is_some() {
        if dates.begins.is_some() {
            let help = "leave `begins` out: a rule in shadow is in force from `enforce_from` on";
            fields.report.error(fields.place_of("begins"), "two dates say when it is in force", help);
        }
        dates.begins = enforce_from;
    }
    let rule = AccessRule {
        id: id.text,
        then,
        grants: people::named(scope, &fields.texts("grants")),
        services: services.into_iter().map(ServiceIndex).collect(),
        ministries: scope.own_ministries(&mut fields),
        models: models.into_iter().map(ModelIndex).collect(),
        levels: scope.levels(&mut fields, if then == Access::Permit { Closed::Down } else { Closed::Up }),
        networks: networks(&mut fields, "networks"),
        except_networks: networks(&mut fields, "except_networks"),
        hours: scope.hours(&mut fields),
        mode,
        dates,
        message: fields.said("message", then == Access::Forbid),
        next: fields.said("next", then == Access::Forbid),
    };
    fields.finish();
    rule
}

/// Networks as `10.0.0.0/8`, or single addresses.
fn networks(fields: &mut Fields<'_>, key: &'static str) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for text in fields.texts(key) {
        let address = || text.text.parse::<IpAddr>().map(IpNet::from);
        match text.text.parse::<IpNet>().or_else(|_| address()) {
            Ok(network) if network == network.trunc() => networks.push(network),
            Ok(network) => {
                let message = format!("`{}` is an address within a network", text.text);
                fields.report.error(text.place, message, format!("the network is `{}`", network.trunc()));
            }
            Err(_) => {
                let help = "write a network as `10.0.0.0/8` or `2001:db8::/32`, or one address";
                fields.report.error(text.place, format!("`{}` is no network", text.text), help);
            }
        }
    }
    networks
}

pub(super) fn content(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<ContentRule> {
    sections.all("content").into_iter().map(|fields| content_rule(fields, scope)).collect()
}

fn content_rule(mut fields: Fields<'_>, scope: &mut Scope<'_>) -> ContentRule {
    let id = fields.id();
    scope.content.define(&id);
    let then = fields.word("then", &THENS, None).unwrap_or(Then::Oblige(Obligation::Block));
    if !fields.has("categories") {
        fields.missing("categories");
    }
    let told = then != Then::Oblige(Obligation::Allow);
    layers::tightens(&fields, "then", !told);
    scope.another_kind(&fields, &id);
    let (mode, enforce_from) = scope.mode(&mut fields);
    let ends = fields.moment("ends");
    if told && ends.is_some() {
        let help = "leave it out; what is allowed for a while is said by an `allow` that ends";
        fields.report.error(fields.place_of("ends"), "only a rule that allows has an end", help);
    }
    if !told && mode == Mode::Shadow {
        let help = "leave `mode` out";
        fields.report.error(fields.place_of("mode"), "a rule that allows is never only counted", help);
    }
    let rule = ContentRule {
        id: id.text,
        categories: scope.words.patterns(&mut fields, "categories"),
        except: scope.words.patterns(&mut fields, "except"),
        confidence: fields.word("confidence", &CONFIDENCES, Some(Confidence::Low)).unwrap_or(Confidence::Low),
        direction: direction(&mut fields),
        voices: fields.words("voices", &VOICES),
        turn: fields.maybe_word("turn", &TURNS),
        ministries: scope.own_ministries(&mut fields),
        levels: scope.levels(&mut fields, closed(then)),
        zones: zones(&mut fields, scope),
        at_least: u32::try_from(fields.number("at_least", 1, 1_000_000, Some(1))).unwrap_or(1),
        effect: effect(&mut fields, scope, then),
        mode,
        dates: Dates { begins: enforce_from, ends },
        message: fields.said("message", told),
        next: fields.said("next", told),
    };
    fit_together(&fields, &rule);
    fields.finish();
    rule
}

/// What only replaces something may do so at any levels.
fn closed(then: Then) -> Closed {
    match then {
        Then::Oblige(Obligation::Allow) => Closed::Down,
        Then::Oblige(Obligation::Block) => Closed::Up,
        Then::Oblige(Obligation::Redact) | Then::Raise => Closed::Not,
    }
}

/// A rule says which way it looks, so that nobody forgets the answers; `both` is a choice, too.
fn direction(fields: &mut Fields<'_>) -> Option<Direction> {
    let words = DIRECTIONS.map(|(word, direction)| (word, Some(direction)));
    let [prompt, completion] = words;
    fields.word("direction", &[prompt, completion, ("both", None)], None).flatten()
}

fn zones(fields: &mut Fields<'_>, scope: &Scope<'_>) -> ZoneScope {
    fields.note("zones", Kind::WordOrTexts(vec!["accredited".to_owned(), "unaccredited".to_owned()]));
    if !fields.has("zones") {
        return ZoneScope::Everywhere;
    }
    if fields.is_text("zones") {
        let words = [("accredited", true), ("unaccredited", false)];
        return match fields.word("zones", &words, None) {
            Some(true) => ZoneScope::Accredited,
            Some(false) => ZoneScope::Unaccredited,
            None => ZoneScope::Everywhere,
        };
    }
    let zones = scope.zones.resolve_all(&fields.texts("zones"));
    ZoneScope::Only(zones.into_iter().map(ZoneIndex).collect())
}

fn effect(fields: &mut Fields<'_>, scope: &Scope<'_>, then: Then) -> Effect {
    let lowest = scope.scale.lowest();
    match then {
        Then::Raise => {
            let floor: Option<Label> = scope.label(fields, "to");
            if floor == Some(lowest) {
                let help = "name a higher level, or use `allow` to count only";
                fields.report.error(
                    fields.place_of("to"),
                    "raising to the lowest level changes nothing",
                    help,
                );
            }
            Effect::Raise(floor.unwrap_or(lowest))
        }
        Then::Oblige(obligation) => {
            if fields.has("to") {
                fields.report.error(fields.place_of("to"), "`to` belongs to `then = \"raise\"` alone", "");
                let _ = scope.maybe_label(fields, "to");
            }
            Effect::Oblige(obligation)
        }
    }
}

fn fit_together(fields: &Fields<'_>, rule: &ContentRule) {
    let raises = matches!(rule.effect, Effect::Raise(_));
    let counts = raises || rule.effect == Effect::Oblige(Obligation::Block);
    if rule.at_least > 1 && !counts {
        let help = "redact or allow each finding, or `block` or `raise` at a count";
        fields.report.error(
            fields.place_of("at_least"),
            "a count is known only when the text has ended",
            help,
        );
    }
    for key in ["levels", "zones"] {
        if raises && fields.has(key) {
            let help = "a floor counts before level and zone are known; leave the key out";
            fields.report.error(fields.place_of(key), format!("a rule that raises has no `{key}`"), help);
        }
    }
    if rule.direction == Some(Direction::Completion) && rule.turn == Some(Turn::Earlier) {
        let help = "leave `turn` out, or look at the prompt";
        fields.report.error(
            fields.place_of("turn"),
            "never applies: an answer is never an earlier turn",
            help,
        );
    }
}
