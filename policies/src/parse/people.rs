//! `[[issuer]]` and `[[grant]]`.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::fields::{Fields, Text};
use super::report::Place;
use super::{Scope, Sections};
use crate::index::IssuerIndex;
use crate::subject::{Algorithm, Grant, Issuer};

const ALGORITHMS: [(&str, Algorithm); 3] =
    [("RS256", Algorithm::Rs256), ("ES256", Algorithm::Es256), ("EdDSA", Algorithm::EdDsa)];

/// Longest life of a token that a policy may allow, in seconds: a day.
const LIFETIME_MAX_S: u64 = 86_400;

/// Most tolerance for clocks that differ, in seconds (RFC 7519 §4.1.4: "no more than a few minutes").
const LEEWAY_MAX_S: u64 = 60;

pub(super) fn issuers(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<Issuer> {
    sections.all("issuer").into_iter().map(|fields| issuer(fields, scope)).collect()
}

fn issuer(mut fields: Fields<'_>, scope: &mut Scope<'_>) -> Issuer {
    let id = fields.id();
    scope.issuers.define(&id);
    let issuer = Issuer {
        id: id.text,
        iss: fields.text("iss").text,
        audience: fields.text("audience").text,
        algorithms: algorithms(&mut fields),
        types: fields.some_texts("types").into_iter().map(|text| text.text).collect(),
        subject_claim: fields.maybe_text("subject_claim").map_or_else(|| "sub".to_owned(), |text| text.text),
        lifetime_max_s: fields.number("lifetime_max_s", 1, LIFETIME_MAX_S, None),
        leeway_s: fields.number("leeway_s", 0, LEEWAY_MAX_S, Some(30)),
    };
    fields.finish();
    issuer
}

fn algorithms(fields: &mut Fields<'_>) -> Vec<Algorithm> {
    if !fields.has("algorithms") {
        fields.missing("algorithms");
    }
    fields.words("algorithms", &ALGORITHMS)
}

pub(super) fn grants(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<Grant> {
    sections.all("grant").into_iter().map(|fields| grant(fields, scope)).collect()
}

fn grant(mut fields: Fields<'_>, scope: &mut Scope<'_>) -> Grant {
    let id = fields.id();
    scope.grants.define(&id);
    let issuer = scope.issuers.resolve_some(&fields.text("issuer")).unwrap_or_default();
    let clearance = scope.label(&mut fields, "clearance").unwrap_or_else(|| scope.scale.lowest());
    let place = fields.place_of("claims");
    if !fields.has("claims") {
        fields.missing("claims");
    }
    let claims: BTreeMap<_, _> = fields.table("claims").map(claims).unwrap_or_default().into_iter().collect();
    if claims.is_empty() && fields.has("claims") {
        let help = "name a claim and its values, as `claims = { roles = [\"official\"] }`";
        fields.report.error(place, "a grant without claims would be everyone's", help);
    }
    let grant = Grant {
        id: id.text,
        issuer: IssuerIndex(issuer),
        claims,
        clearance,
        ja: fields.text("ja").text,
        en: fields.text("en").text,
    };
    fields.finish();
    grant
}

/// Claims and their values: each one string or several.
pub(super) fn claims(table: Fields<'_>) -> Vec<(String, Vec<String>)> {
    table.entries(|fields, name, place, value| Some((name.text, values(fields, place, value))))
}

fn values(fields: &Fields<'_>, place: Place, value: &DeValue<'_>) -> Vec<String> {
    let texts: Vec<Option<&str>> = match value.as_array() {
        Some(array) => array.iter().map(|item| item.get_ref().as_str()).collect(),
        None => vec![value.as_str()],
    };
    let values: Option<Vec<String>> = texts.into_iter().map(|text| text.map(str::to_owned)).collect();
    match values {
        Some(values) if !values.is_empty() && values.iter().all(|value| !value.is_empty()) => return values,
        _ => fields.report.error(
            place,
            "a claim's values are strings that are not empty",
            "write one string, or a list of them",
        ),
    }
    Vec::new()
}

/// Names of grants, as rules and tests list them.
pub(super) fn named(scope: &Scope<'_>, texts: &[Text]) -> Vec<crate::index::GrantIndex> {
    scope.grants.resolve_all(texts).into_iter().map(crate::index::GrantIndex).collect()
}
