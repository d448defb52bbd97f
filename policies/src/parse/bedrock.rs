//! `[[inference_profile]]`, and what a backend on Amazon Bedrock must say.

use super::fields::Fields;
use super::report::Report;
use super::{Scope, Sections};
use crate::bedrock::{ANYWHERE, Residence, is_arn, residence, spread};
use crate::index::ModelIndex;
use crate::zone::{Backend, BackendDialect, InferenceProfile};

/// `[[inference_profile]]`.
pub(super) fn profiles(
    report: &Report<'_>,
    sections: &mut Sections<'_>,
    scope: &mut Scope<'_>,
    backends: &[Backend],
) -> Vec<InferenceProfile> {
    let tables = sections.all("inference_profile").into_iter();
    let profiles: Vec<_> = tables.filter_map(|fields| profile(fields, scope)).collect();
    fit(report, scope, backends, &profiles);
    profiles
}

fn profile(mut fields: Fields<'_>, scope: &mut Scope<'_>) -> Option<InferenceProfile> {
    let arn = fields.text("arn");
    scope.profiles.define(&arn);
    let whole = is_arn(&arn.text) && arn.text.bytes().all(|b| b.is_ascii_graphic());
    if !whole && !arn.text.is_empty() {
        let help = "write it whole, as `arn:aws:bedrock:ap-northeast-1:123456789012:application-inference-profile/…`";
        fields.report.error(arn.place, format!("`{}` is no ARN", arn.text), help);
    }
    let model = scope.models.resolve_some(&fields.text("model")).map(ModelIndex);
    let regions = fields.some_texts("regions");
    for region in regions.iter().filter(|region| !is_region(&region.text) && region.text != ANYWHERE) {
        let help = "write regions as `ap-northeast-1`, or `global` for anywhere";
        fields.report.error(region.place, format!("`{}` is no region", region.text), help);
    }
    fields.finish();
    let regions = regions.into_iter().map(|region| region.text).collect();
    Some(InferenceProfile { arn: arn.text, model: model?, regions })
}

/// `ap-northeast-1`, `us-gov-west-1`
fn is_region(text: &str) -> bool {
    let mut parts = text.rsplit('-');
    let number = parts.next().is_some_and(|part| part.len() == 1 && part.bytes().all(|b| b.is_ascii_digit()));
    let words: Vec<&str> = parts.collect();
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    number && (2..=3).contains(&words.len()) && words.iter().all(word)
}

/// A backend's region is what requests to it are signed for.
pub(super) fn has_region(fields: &Fields<'_>, dialect: BackendDialect, region: Option<&str>) {
    match region {
        None if dialect == BackendDialect::Bedrock => {
            let help = "write the region that it is asked in, as `region = \"ap-northeast-1\"`";
            fields.report.error(fields.place, "a backend on Amazon Bedrock has a `region`", help);
        }
        Some(region) if dialect == BackendDialect::Bedrock && !is_region(region) => {
            let message = format!("`{region}` is no region");
            fields.report.error(fields.place_of("region"), message, "write it as `ap-northeast-1`");
        }
        _ => {}
    }
}

/// Every backend on Amazon Bedrock is deployed as its model's name says; profiles are known only now.
fn fit(report: &Report<'_>, scope: &Scope<'_>, backends: &[Backend], profiles: &[InferenceProfile]) {
    for backend in backends.iter().filter(|backend| backend.dialect == BackendDialect::Bedrock) {
        let Some(place) = scope.backends.place_of(&backend.id) else { continue };
        if let Err((message, help)) = fits(backend, profiles) {
            report.error(place, message, help);
        }
    }
}

fn fits(backend: &Backend, profiles: &[InferenceProfile]) -> Result<(), (String, String)> {
    let model = &backend.upstream_model;
    let told = if is_arn(model) {
        let profile = profiles.iter().find(|profile| profile.arn == *model);
        let unknown = || {
            let message =
                format!("backend `{}` asks for an ARN that hides what it computes, and where", backend.id);
            (message, "write an `[[inference_profile]]` with its model and regions".to_owned())
        };
        spread(&profile.ok_or_else(unknown)?.regions)
    } else {
        residence(model).map_err(|prefix| {
            let message = format!("where models with the prefix `{prefix}.` are computed is not known");
            (message, "ask by the ARN of an `[[inference_profile]]` that says in which regions".to_owned())
        })?
    };
    let region = backend.region.as_deref().unwrap_or_default();
    if let Residence::Country(regions) = told
        && !regions.contains(&region)
    {
        let message = format!("`{model}` is not computed in the country of the region `{region}`");
        return Err((message, format!("it is computed in {}", regions.join(", "))));
    }
    let deployments = told.deployments();
    if deployments.contains(&backend.deployment) {
        return Ok(());
    }
    let (word, called) =
        (backend.deployment.as_str(), deployments.iter().map(|kind| format!("`{}`", kind.as_str())));
    let message = format!("`{model}` is not deployed as `{word}`");
    Err((message, format!("its name says {}", called.collect::<Vec<_>>().join(" or "))))
}
