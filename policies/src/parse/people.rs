//! `[[issuer]]`, `[[ministry]]`, `[[service]]`, `[certificate]` and `[[grant]]`.

use std::collections::{BTreeMap, HashMap};

use toml::de::DeValue;

use super::fields::{Fields, Text};
use super::report::Place;
use super::{Scope, Sections};
use crate::index::{IssuerIndex, MinistryIndex, ServiceIndex};
use crate::keys::Kind;
use crate::label::Label;
use crate::people::{
    Algorithm, CertificateName, Conversation, Grant, Issuer, Lenience, Ministry, Service, Voucher,
};

const ALGORITHMS: [(&str, Algorithm); 3] =
    [("RS256", Algorithm::Rs256), ("ES256", Algorithm::Es256), ("EdDSA", Algorithm::EdDsa)];

const CONVERSATIONS: [(&str, Conversation); 2] =
    [("optional", Conversation::Optional), ("required", Conversation::Required)];

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
    vouching(&fields, &id);
    let untyped = fields.flag("untyped");
    let types = if untyped { fields.texts("types") } else { fields.some_texts("types") };
    let issuer = Issuer {
        id: id.text,
        iss: fields.text("iss").text,
        audience: fields.text("audience").text,
        audience_claim: text_or(&mut fields, "audience_claim", "aud"),
        algorithms: algorithms(&mut fields),
        types: types.into_iter().map(|text| text.text).collect(),
        untyped,
        required: fields.table("require").map(claims).unwrap_or_default().into_iter().collect(),
        subject_claim: text_or(&mut fields, "subject_claim", "sub"),
        lifetime_max_s: fields.number("lifetime_max_s", 1, LIFETIME_MAX_S, None),
        leeway_s: fields.number("leeway_s", 0, LEEWAY_MAX_S, Some(30)),
        bound: fields.flag("bound"),
        unbound_ceiling: scope.maybe_label(&mut fields, "unbound_ceiling"),
    };
    if untyped && issuer.required.is_empty() {
        let help = "write the claim that tells them, as `require = { token_use = \"access\" }`";
        let message = "tokens without `typ` cannot be told from others that the issuer signs";
        fields.report.error(fields.place_of("untyped"), message, help);
    }
    if issuer.bound && issuer.unbound_ceiling.is_some() {
        let help = "leave one of the two out";
        fields.report.error(fields.place_of("unbound_ceiling"), "no unbound token counts here", help);
    }
    fields.finish();
    issuer
}

fn text_or(fields: &mut Fields<'_>, key: &'static str, default: &str) -> String {
    fields.maybe_text(key).map_or_else(|| default.to_owned(), |text| text.text)
}

/// Records name whoever vouches for a person; for those without an issuer they write `service` or `certificate`.
fn vouching(fields: &Fields<'_>, id: &Text) {
    if ["service", "certificate"].contains(&id.text.as_str()) {
        let message = format!("records write `{}` for those without an issuer", id.text);
        fields.report.error(id.place, message, "choose another id");
    }
}

fn algorithms(fields: &mut Fields<'_>) -> Vec<Algorithm> {
    if !fields.has("algorithms") {
        fields.missing("algorithms");
    }
    fields.words("algorithms", &ALGORITHMS)
}

pub(super) fn ministries(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<Ministry> {
    let ministry = |mut fields: Fields<'_>| {
        let id = fields.id();
        scope.ministries.define(&id);
        let (ja, en) = (fields.text("ja").text, fields.text("en").text);
        let ministry = Ministry { id: id.text, ja, en, undeclared: None };
        fields.finish();
        ministry
    };
    sections.all("ministry").into_iter().map(ministry).collect()
}

pub(super) fn services(
    sections: &mut Sections<'_>,
    scope: &mut Scope<'_>,
    undeclared: Label,
) -> Vec<Service> {
    let mut known = HashMap::new();
    sections.all("service").into_iter().map(|fields| service(fields, scope, undeclared, &mut known)).collect()
}

/// `undeclared = { level = "1", until = 2027-03-31 }`: less than the policy says, but not for ever.
fn lenience(fields: &mut Fields<'_>, scope: &Scope<'_>, undeclared: Label) -> Option<Lenience> {
    let mut table = fields.table("undeclared")?;
    let label = scope.label(&mut table, "level");
    if !table.has("until") {
        table.missing("until");
    }
    let until = table.moment("until");
    table.finish();
    if label.is_some_and(|label| label == undeclared) {
        let help = "leave it out";
        fields.report.error(fields.place_of("undeclared"), "the policy says the same for everybody", help);
    }
    Some(Lenience { label: label?, until: until? })
}

fn service(
    mut fields: Fields<'_>,
    scope: &mut Scope<'_>,
    undeclared: Label,
    earlier: &mut HashMap<String, String>,
) -> Service {
    let id = fields.id();
    scope.services.define(&id);
    let ceiling = scope.label(&mut fields, "ceiling").unwrap_or_else(|| scope.scale.lowest());
    let floor = scope.maybe_label(&mut fields, "floor").unwrap_or_else(|| scope.scale.lowest());
    if !ceiling.dominates(floor) {
        let help = "nothing could ever go through this service; lower the one or raise the other";
        fields.report.error(fields.place_of("floor"), "the floor is above the ceiling", help);
    }
    let ministries = scope.ministries.resolve_all(&fields.texts("ministries"));
    let service = Service {
        id: id.text.clone(),
        ceiling,
        floor,
        clearance: scope.maybe_label(&mut fields, "clearance"),
        undeclared: lenience(&mut fields, scope, undeclared),
        conversation: fields
            .word("conversation", &CONVERSATIONS, Some(Conversation::Optional))
            .unwrap_or(Conversation::Optional),
        ministries: ministries.into_iter().map(MinistryIndex).collect(),
        certificates: certificates(&mut fields, &id.text, earlier),
        keys: fields.flag("keys"),
        contexts: contexts(&mut fields, &id, scope),
        ja: fields.text("ja").text,
        en: fields.text("en").text,
    };
    if service.clearance.is_none() && service.ministries.is_empty() {
        let help = "give it a `clearance` of its own, or the `ministries` whose people it speaks for";
        fields.report.error(fields.place, format!("service `{}` may ask for nobody", service.id), help);
    }
    if !service.contexts.is_empty() && service.ministries.is_empty() {
        let help = "name the `ministries` whose people it speaks for, or leave `contexts` out";
        let message = format!("service `{}` speaks for nobody", service.id);
        fields.report.error(fields.place_of("contexts"), message, help);
    }
    if service.certificates.is_empty() && !service.keys && service.contexts.is_empty() {
        let help = "name its `certificates` or the algorithms of its `contexts`, or write `keys = true` if a key that was issued to it is enough";
        fields.report.error(
            fields.place,
            format!("nobody can prove to be the service `{}`", service.id),
            help,
        );
    }
    fields.finish();
    service
}

/// Algorithms of context tokens. Their persons are known by the service's id, which must then be nobody else's.
fn contexts(fields: &mut Fields<'_>, id: &Text, scope: &Scope<'_>) -> Vec<Algorithm> {
    let contexts = fields.words("contexts", &ALGORITHMS);
    if contexts.is_empty() {
        return contexts;
    }
    vouching(fields, id);
    if let Some(place) = scope.issuers.place_of(&id.text) {
        let help = format!(
            "its people could not be told from those of the issuer at {}; choose another id",
            fields.report.written(place)
        );
        fields.report.error(id.place, format!("an issuer is called `{}` too", id.text), help);
    }
    contexts
}

/// Names of client certificates; two services with one name could not be told apart.
fn certificates(fields: &mut Fields<'_>, own: &str, earlier: &mut HashMap<String, String>) -> Vec<String> {
    let mut names = Vec::new();
    for text in fields.texts("certificates") {
        let dns = text.text.strip_prefix("dns:");
        if dns.is_none_or(str::is_empty) && !text.text.contains("://") {
            let help = "write `spiffe://DOMAIN/PATH` or another URI, or `dns:NAME`";
            fields.report.error(text.place, "this is no name that a certificate carries", help);
        }
        if let Some(other) = earlier.insert(text.text.clone(), own.to_owned()) {
            let message = format!("the service `{other}` has this certificate already");
            fields.report.error(text.place, message, "a certificate stands for one service");
        }
        names.push(text.text);
    }
    names
}

/// `[certificate] person`: certificates stand for no person unless this says by which name.
pub(super) fn certificate_name(sections: &mut Sections<'_>) -> Option<CertificateName> {
    let names =
        [("email", CertificateName::Email), ("uri", CertificateName::Uri), ("dns", CertificateName::Dns)];
    sections.maybe_one("certificate", |fields| {
        let mut certificate = fields.table("certificate")?;
        let name = certificate.word("person", &names, None);
        certificate.finish();
        name
    })
}

pub(super) fn grants(sections: &mut Sections<'_>, scope: &mut Scope<'_>, services: &[Service]) -> Vec<Grant> {
    sections.all("grant").into_iter().map(|fields| grant(fields, scope, services)).collect()
}

fn grant(mut fields: Fields<'_>, scope: &mut Scope<'_>, services: &[Service]) -> Grant {
    let id = fields.id();
    scope.grants.define(&id);
    let voucher = match fields.maybe_text("service") {
        Some(service) => speaker(&mut fields, &service, scope, services),
        None => voucher(&mut fields, scope),
    };
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
        voucher,
        claims,
        clearance,
        ministry: fields
            .maybe_text("ministry")
            .and_then(|text| scope.ministries.resolve(&text))
            .map(MinistryIndex),
        ja: fields.text("ja").text,
        en: fields.text("en").text,
    };
    fields.finish();
    grant
}

/// `service = "…"`: it says so itself, by its context tokens.
fn speaker(fields: &mut Fields<'_>, name: &Text, scope: &Scope<'_>, services: &[Service]) -> Voucher {
    if fields.flag("certificate") || fields.maybe_text("issuer").is_some() {
        let help = "leave two of `issuer`, `service` and `certificate` out";
        fields.report.error(name.place, "claims have one voucher", help);
    }
    let known = scope.services.resolve_some(name).map(ServiceIndex);
    let silent = |index: ServiceIndex| services.get(index.number()).is_some_and(|s| s.contexts.is_empty());
    if known.is_some_and(silent) {
        let help = "write `contexts = [\"ES256\"]` there if it may say for whom it asks";
        fields.report.error(name.place, format!("service `{}` signs no contexts", name.text), help);
    }
    Voucher::Service(known.unwrap_or(ServiceIndex(0)))
}

/// `issuer = "…"`, or `certificate = true`.
pub(super) fn voucher(fields: &mut Fields<'_>, scope: &Scope<'_>) -> Voucher {
    if !fields.flag("certificate") {
        let issuer = scope.issuers.resolve_some(&fields.text("issuer"));
        return Voucher::Issuer(IssuerIndex(issuer.unwrap_or_default()));
    }
    let place = fields.place_of("certificate");
    if fields.maybe_text("issuer").is_some() {
        fields.report.error(place, "claims have one voucher", "leave `issuer` or `certificate` out");
    } else if scope.certificate_name.is_none() {
        let help = "write `[certificate]` with `person = \"email\"`, `\"uri\"` or `\"dns\"`";
        fields.report.error(place, "no certificate stands for a person", help);
    }
    Voucher::Certificate
}

/// Claims and their values: each one string or several.
pub(super) fn claims(table: Fields<'_>) -> Vec<(String, Vec<String>)> {
    table.entries(Kind::TextOrTexts, |fields, name, place, value| {
        Some((name.text, values(fields, place, value)))
    })
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
