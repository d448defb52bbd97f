//! `[[access]]` and `[[content]]`.

use sekisho_detectors::Confidence;

use super::fields::Fields;
use super::names::Names;
use super::{Scope, Sections, people};
use crate::access::{Access, AccessRule};
use crate::content::{ContentRule, Effect, Mode, Obligation, ZoneScope};
use crate::facts::{Direction, Turn, Voice};
use crate::index::{MinistryIndex, ModelIndex, ServiceIndex, ZoneIndex};
use crate::label::Label;

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

const MODES: [(&str, Mode); 2] = [("enforce", Mode::Enforce), ("shadow", Mode::Shadow)];

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
    let mut names = Names::new(sections.report, "access rule");
    let rule = |fields: Fields<'_>| {
        scope.access.push(fields.place);
        access_rule(fields, scope, &mut names)
    };
    sections.all("access").into_iter().map(rule).collect()
}

fn access_rule(mut fields: Fields<'_>, scope: &Scope<'_>, names: &mut Names<'_>) -> AccessRule {
    let id = fields.id();
    names.define(&id);
    let thens = [("permit", Access::Permit), ("forbid", Access::Forbid)];
    let then = fields.word("then", &thens, None).unwrap_or(Access::Forbid);
    let models = scope.models.resolve_all(&fields.texts("models"));
    let services = scope.services.resolve_all(&fields.texts("services"));
    let ministries = scope.ministries.resolve_all(&fields.texts("ministries"));
    let rule = AccessRule {
        id: id.text,
        then,
        grants: people::named(scope, &fields.texts("grants")),
        services: services.into_iter().map(ServiceIndex).collect(),
        ministries: ministries.into_iter().map(MinistryIndex).collect(),
        models: models.into_iter().map(ModelIndex).collect(),
        levels: scope.levels(&mut fields),
        message: fields.said("message", then == Access::Forbid),
        next: fields.said("next", then == Access::Forbid),
    };
    fields.finish();
    rule
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
    let rule = ContentRule {
        id: id.text,
        categories: scope.words.patterns(&mut fields, "categories"),
        except: scope.words.patterns(&mut fields, "except"),
        confidence: fields.word("confidence", &CONFIDENCES, Some(Confidence::Low)).unwrap_or(Confidence::Low),
        direction: direction(&mut fields),
        voices: fields.words("voices", &VOICES),
        turn: fields.maybe_word("turn", &TURNS),
        levels: scope.levels(&mut fields),
        zones: zones(&mut fields, scope),
        at_least: u32::try_from(fields.number("at_least", 1, 1_000_000, Some(1))).unwrap_or(1),
        effect: effect(&mut fields, scope, then),
        mode: fields.word("mode", &MODES, Some(Mode::Enforce)).unwrap_or(Mode::Enforce),
        message: fields.said("message", told),
        next: fields.said("next", told),
    };
    fit_together(&fields, &rule);
    fields.finish();
    rule
}

/// A rule says which way it looks, so that nobody forgets the answers; `both` is a choice, too.
fn direction(fields: &mut Fields<'_>) -> Option<Direction> {
    let words = DIRECTIONS.map(|(word, direction)| (word, Some(direction)));
    let [prompt, completion] = words;
    fields.word("direction", &[prompt, completion, ("both", None)], None).flatten()
}

fn zones(fields: &mut Fields<'_>, scope: &Scope<'_>) -> ZoneScope {
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
