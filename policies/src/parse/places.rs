//! `[[zone]]`, `[[backend]]` and `[[model]]`.

use super::fields::{Fields, Text};
use super::{Scope, Sections};
use crate::index::{BackendIndex, ZoneIndex};
use crate::zone::{Accreditation, Backend, BackendDialect, Deployment, Model, TrustAnchor, Url, Zone};

const DEPLOYMENTS: [(&str, Deployment); 4] = [
    ("dedicated", Deployment::Dedicated),
    ("regional", Deployment::Regional),
    ("data-zone", Deployment::DataZone),
    ("global", Deployment::Global),
];

const DIALECTS: [(&str, BackendDialect); 1] = [("openai-chat", BackendDialect::OpenAiChat)];

pub(super) fn zones(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<Zone> {
    sections.all("zone").into_iter().map(|fields| zone(fields, scope)).collect()
}

fn zone(mut fields: Fields<'_>, scope: &mut Scope<'_>) -> Zone {
    let id = fields.id();
    scope.zones.define(&id);
    let lowest = scope.scale.lowest();
    let zone = Zone {
        ja: fields.text("ja").text,
        en: fields.text("en").text,
        ceiling: scope.label(&mut fields, "ceiling").unwrap_or(lowest),
        unaccredited_ceiling: scope.maybe_label(&mut fields, "unaccredited_ceiling"),
        accreditation: accreditation(&mut fields),
        id: id.text,
    };
    let report = fields.report;
    if zone.ceiling != lowest && zone.accreditation.is_none() && !fields.has("accreditation") {
        let help = "write `accreditation = { evidence = \"…\", expires = 2027-03-31 }`, or lower the ceiling";
        report.error(
            fields.place_of("ceiling"),
            "a ceiling above the lowest level rests on an accreditation",
            help,
        );
    }
    if zone.unaccredited_ceiling.is_some_and(|ceiling| ceiling != lowest) {
        let help =
            format!("use `{}`, or leave the key out: then nothing is computed there", scope.scale.id(lowest));
        let place = fields.place_of("unaccredited_ceiling");
        report.error(place, "without accreditation a zone may hold the lowest level at most", help);
    }
    if zone.unaccredited_ceiling.is_some() && !fields.has("accreditation") {
        let place = fields.place_of("unaccredited_ceiling");
        report.error(
            place,
            "`unaccredited_ceiling` is never used: the zone has no accreditation that could expire",
            "",
        );
    }
    fields.finish();
    zone
}

fn accreditation(fields: &mut Fields<'_>) -> Option<Accreditation> {
    let mut table = fields.table("accreditation")?;
    let evidence = table.text("evidence").text;
    if !table.has("expires") {
        table.missing("expires");
    }
    let expires = table.moment("expires");
    table.finish();
    Some(Accreditation { evidence, expires: expires? })
}

pub(super) fn backends(sections: &mut Sections<'_>, scope: &mut Scope<'_>, zones: &[Zone]) -> Vec<Backend> {
    sections.all("backend").into_iter().filter_map(|fields| backend(fields, scope, zones)).collect()
}

/// `None` after a fault: the name is defined all the same, so that references to it are no faults of their own.
fn backend(mut fields: Fields<'_>, scope: &mut Scope<'_>, zones: &[Zone]) -> Option<Backend> {
    let id = fields.id();
    scope.backends.define(&id);
    let zone = scope.zones.resolve_some(&fields.text("zone"));
    let address = fields.text("url");
    let url = url(&fields, &address);
    let anchor = fields.text("trust_anchor").text;
    let trust_anchor = if anchor == "system" { TrustAnchor::System } else { TrustAnchor::File(anchor) };
    let upstream_model = fields.text("upstream_model").text;
    let deployment = fields.word("deployment", &DEPLOYMENTS, None);
    let dialect = fields.word("dialect", &DIALECTS, None);
    let credential = fields.maybe_text("credential").map(|text| text.text);
    let region = fields.maybe_text("region").map(|text| text.text);
    let above = zone
        .and_then(|zone| zones.get(usize::from(zone)))
        .filter(|zone| zone.ceiling != scope.scale.lowest());
    if let (Some(zone), Some(deployment)) = (above, deployment) {
        fit_for(&fields, zone, deployment, &trust_anchor);
    }
    fields.finish();
    let (zone, url) = (ZoneIndex(zone?), url?);
    let (deployment, dialect) = (deployment?, dialect?);
    Some(Backend {
        id: id.text,
        zone,
        url,
        trust_anchor,
        upstream_model,
        deployment,
        dialect,
        credential,
        region,
    })
}

fn url(fields: &Fields<'_>, address: &Text) -> Option<Url> {
    if address.text.is_empty() {
        return None;
    }
    let url = Url::parse(&address.text);
    if let Err(help) = &url {
        fields.report.error(address.place, "`url` cannot be a backend's address", *help);
    }
    url.ok()
}

/// Above the lowest level, an accreditation is about fixed machines behind a known certificate.
fn fit_for(fields: &Fields<'_>, zone: &Zone, deployment: Deployment, anchor: &TrustAnchor) {
    if !deployment.stays() {
        let message = format!("deployment `{}` may compute outside zone `{}`", deployment.as_str(), zone.id);
        fields.report.error(
            fields.place_of("deployment"),
            message,
            "use `dedicated` or `regional`, or a zone of the lowest level",
        );
    }
    if *anchor == TrustAnchor::System {
        let message =
            format!("zone `{}` is above the lowest level and trusts no public certificate", zone.id);
        fields.report.error(
            fields.place_of("trust_anchor"),
            message,
            "name the PEM file of the operator's CA",
        );
    }
}

pub(super) fn models(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<Model> {
    sections.all("model").into_iter().map(|fields| model(fields, scope)).collect()
}

fn model(mut fields: Fields<'_>, scope: &mut Scope<'_>) -> Model {
    let id = fields.id();
    scope.models.define(&id);
    let backends = scope.backends.resolve_all(&fields.some_texts("backends"));
    fields.finish();
    Model { id: id.text, backends: backends.into_iter().map(BackendIndex).collect() }
}
