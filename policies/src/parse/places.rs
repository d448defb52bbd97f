//! `[[zone]]`, `[[backend]]`, `[[model]]` and `[[field]]`.

use std::collections::BTreeMap;

use super::fields::{Fields, Text};
use super::scale::Closed;
use super::{Scope, Sections, bedrock};
use crate::index::{BackendIndex, MinistryIndex, ZoneIndex};
use crate::keys::Kind;
use crate::zone::{
    Accreditation, Accredited, Backend, BackendDialect, Deployment, Field, Model, TrustAnchor, Url, Zone,
};

const DEPLOYMENTS: [(&str, Deployment); 5] = [
    ("dedicated", Deployment::Dedicated),
    ("regional", Deployment::Regional),
    ("country", Deployment::Country),
    ("data-zone", Deployment::DataZone),
    ("global", Deployment::Global),
];

const DIALECTS: [(&str, BackendDialect); 3] = [
    ("openai-chat", BackendDialect::OpenAiChat),
    ("bedrock", BackendDialect::Bedrock),
    ("exapp", BackendDialect::ExApp),
];

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
        let help = "write `accreditation = { evidence = \"…\", expires = 2027-03-31, names = […] }`, or lower the ceiling";
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
    let names = accredited(&mut table);
    if !table.has("expires") {
        table.missing("expires");
    }
    let expires = table.moment("expires");
    table.finish();
    Some(Accreditation { evidence, expires: expires?, names })
}

/// What the evidence says of each backend.
fn accredited(table: &mut Fields<'_>) -> Vec<Accredited> {
    if !table.has("names") {
        table.missing("names");
    }
    let named = |mut fields: Fields<'_>| {
        let address = fields.text("url");
        let url = url(&fields, &address);
        let trust_anchor = trust_anchor(&mut fields);
        let upstream_model = fields.text("upstream_model").text;
        let deployment = fields.word("deployment", &DEPLOYMENTS, None);
        fields.finish();
        Some(Accredited { url: url?, trust_anchor, upstream_model, deployment: deployment? })
    };
    table.tables("names").into_iter().filter_map(named).collect()
}

fn trust_anchor(fields: &mut Fields<'_>) -> TrustAnchor {
    let anchor = fields.text("trust_anchor").text;
    if anchor == "system" { TrustAnchor::System } else { TrustAnchor::File(anchor) }
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
    let trust_anchor = trust_anchor(&mut fields);
    let upstream_model = fields.text("upstream_model").text;
    let deployment = fields.word("deployment", &DEPLOYMENTS, None);
    let dialect = fields.word("dialect", &DIALECTS, None);
    let credential = fields.maybe_text("credential").map(|text| text.text);
    let credentials = credentials(&mut fields, scope);
    let region = fields.maybe_text("region").map(|text| text.text);
    if let Some(dialect) = dialect {
        bedrock::has_region(&fields, dialect, region.as_deref());
    }
    let above = zone
        .and_then(|zone| zones.get(usize::from(zone)))
        .filter(|zone| zone.ceiling != scope.scale.lowest());
    if let (Some(zone), Some(deployment)) = (above, deployment) {
        fit_for(&fields, zone, deployment, &trust_anchor);
    }
    let (zone, url) = (ZoneIndex(zone?), url?);
    let (deployment, dialect) = (deployment?, dialect?);
    let backend = Backend {
        id: id.text,
        zone,
        url,
        trust_anchor,
        upstream_model,
        deployment,
        dialect,
        credential,
        credentials,
        region,
    };
    if let Some(zone) = above {
        is_named(&fields, zone, &backend);
    }
    fields.finish();
    Some(backend)
}

/// `credentials = { mof = "…" }`: by ministry.
fn credentials(fields: &mut Fields<'_>, scope: &Scope<'_>) -> BTreeMap<MinistryIndex, String> {
    let Some(table) = fields.table("credentials") else { return BTreeMap::new() };
    let entries = table.entries(Kind::Text, |fields, name, place, value| {
        let ministry = scope.ministries.resolve(&name).map(MinistryIndex)?;
        let credential = value.as_str().filter(|credential| !credential.is_empty());
        if credential.is_none() {
            let help = "write the name of a credential of the process config";
            fields.report.error(place, "a credential is named by a string", help);
        }
        Some((ministry, credential?.to_owned()))
    });
    entries.into_iter().collect()
}

/// What was accredited is these four together: whoever changes one of them has another backend, which nobody looked at.
fn is_named(fields: &Fields<'_>, zone: &Zone, backend: &Backend) {
    let Some(accreditation) = &zone.accreditation else { return };
    let differing = |named: &Accredited| {
        let differs = [
            ("url", named.url != backend.url),
            ("trust_anchor", named.trust_anchor != backend.trust_anchor),
            ("upstream_model", named.upstream_model != backend.upstream_model),
            ("deployment", named.deployment != backend.deployment),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect::<Vec<_>>()
    };
    let nearest = accreditation.names.iter().map(differing).min_by_key(Vec::len);
    let (key, help) = match nearest.as_deref() {
        Some([]) => return,
        Some([key]) => (*key, format!("all but its `{key}` is as the accreditation names it")),
        _ => ("zone", "name its url, trust_anchor, upstream_model and deployment in `accreditation.names`, if the evidence does".to_owned()),
    };
    let message = format!("backend `{}` is not what zone `{}` was accredited for", backend.id, zone.id);
    fields.report.error(fields.place_of(key), message, help);
}

/// `[[field]]`.
pub(super) fn fields(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<Field> {
    let field = |mut fields: Fields<'_>| {
        let id = fields.id();
        scope.fields.define(&id);
        let field = Field {
            id: id.text,
            dialect: fields.word("dialect", &DIALECTS, None).unwrap_or(BackendDialect::OpenAiChat),
            path: path(&mut fields),
            values: fields.texts("values").into_iter().map(|text| text.text).collect(),
            levels: scope.levels(&mut fields, Closed::Down),
        };
        fields.finish();
        field
    };
    sections.all("field").into_iter().map(field).collect()
}

/// `reasoning.effort`, `tools[].strict`
fn path(fields: &mut Fields<'_>) -> Vec<String> {
    let text = fields.text("path");
    let keys = text.text.split('.');
    let plain =
        |key: &str| key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)) && !key.is_empty();
    if !text.text.is_empty() && !keys.clone().all(|key| plain(key.trim_end_matches("[]"))) {
        let help = "write keys from the outermost object on, as `reasoning.effort` or `tools[].strict`";
        fields.report.error(text.place, format!("`{}` is no path", text.text), help);
    }
    let lists = |key: &str| key.matches("[]").count();
    keys.flat_map(|key| {
        let name = key.trim_end_matches("[]").to_owned();
        std::iter::once(name).chain(std::iter::repeat_n("[]".to_owned(), lists(key)))
    })
    .collect()
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
            "use `dedicated`, `regional` or `country`, or a zone of the lowest level",
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
    let id = fields.model_id();
    scope.models.define(&id);
    let backends = scope.backends.resolve_all(&fields.some_texts("backends"));
    fields.finish();
    Model { id: id.text, backends: backends.into_iter().map(BackendIndex).collect(), app: None }
}
