//! From TOML files to a policy. Names are defined before they are referred to (scale, zones, backends, models, issuers,
//! ministries, services, grants, then rules and tests), so one pass resolves everything; every fault of every file is
//! told at once.

mod apps;
mod bedrock;
mod fields;
mod layers;
mod lint;
mod moment;
mod names;
mod people;
mod places;
mod quotas;
mod report;
mod rules;
mod scale;
mod sections;
mod tests;
mod when;
mod words;

use std::collections::HashMap;

use sekisho_detectors::RuleSet;
use toml::Spanned;
use toml::de::DeTable;

use self::names::Names;
use self::report::{Place, Report};
use self::sections::Sections;
use self::words::Words;
use crate::diagnostic::Diagnostic;
use crate::index::{MinistryIndex, ModelIndex, numbered};
use crate::keys::Key;
use crate::look::Places;
use crate::people::CertificateName;
use crate::policy::{Limits, Policy, Recall, SignedReasoning, SourceFile, Stamp, UnderDeclared};
use crate::scale::{ANSWERS, Answers};
use crate::table::AccessTable;
use crate::when::UtcOffset;
use crate::zone::{InferenceProfile, Model};

/// Longest and default life of a permit, in seconds. Long enough to clear and record; the answer may take longer.
const PERMIT_S: (u64, u64) = (300, 60);

/// What later sections of a policy may refer to.
struct Scope<'r> {
    scale: crate::scale::Scale,
    zones: Names<'r>,
    backends: Names<'r>,
    models: Names<'r>,
    profiles: Names<'r>,
    paths: Names<'r>,
    issuers: Names<'r>,
    ministries: Names<'r>,
    services: Names<'r>,
    certificate_name: Option<CertificateName>,
    grants: Names<'r>,
    content: Names<'r>,
    quotas: Names<'r>,
    fields: Names<'r>,
    /// How far the policy's local time is ahead of UTC.
    offset: UtcOffset,
    /// Whose each folder is that inherits; `None`: everybody's.
    layers: Vec<Option<MinistryIndex>>,
    access: Names<'r>,
    words: Words,
}

/// Every key that is asked for while reading these files, whatever is wrong with them.
pub(crate) fn keys(files: &[SourceFile<'_>], rules: &RuleSet) -> Vec<Key> {
    let report = Report::noting(files);
    {
        let tables = syntax(&report, files);
        let mut sections = Sections::new(&report, files, &tables);
        read(&report, &mut sections, rules, stamp(files));
    }
    report.keys()
}

pub(crate) fn load(files: &[SourceFile<'_>], rules: &RuleSet) -> Result<Policy, Vec<Diagnostic>> {
    let report = Report::new(files);
    let tables = syntax(&report, files);
    if report.failed() {
        return Err(report.diagnostics());
    }
    let mut sections = Sections::new(&report, files, &tables);
    let policy = read(&report, &mut sections, rules, stamp(files));
    sections.finish();
    match policy {
        Some(mut policy) if !report.failed() => {
            policy.warnings = report.diagnostics();
            Ok(policy)
        }
        _ => Err(report.diagnostics()),
    }
}

impl<'r> Scope<'r> {
    /// Nothing but the scale and the vocabulary is known yet.
    fn new(
        report: &'r Report<'r>,
        scale: crate::scale::Scale,
        offset: UtcOffset,
        rules: &RuleSet,
    ) -> Scope<'r> {
        Scope {
            scale,
            zones: Names::new(report, "zone"),
            backends: Names::new(report, "backend"),
            models: Names::new(report, "model"),
            profiles: Names::new(report, "inference profile"),
            paths: Names::new(report, "path"),
            issuers: Names::new(report, "issuer"),
            ministries: Names::new(report, "ministry"),
            services: Names::new(report, "service"),
            certificate_name: None,
            grants: Names::new(report, "grant"),
            content: Names::new(report, "content rule"),
            quotas: Names::new(report, "quota"),
            fields: Names::new(report, "field"),
            offset,
            layers: Vec::new(),
            access: Names::new(report, "access rule"),
            words: Words::new(rules),
        }
    }
}

fn read<'r>(
    report: &'r Report<'r>,
    sections: &mut Sections<'r>,
    rules: &RuleSet,
    stamp: Stamp,
) -> Option<Policy> {
    let offset = when::offset(sections);
    report.offset.set(offset);
    let scale = scale::read(report, sections)?;
    let mut scope = Scope::new(report, scale, offset, rules);
    let undeclared = sections.one("undeclared", |fields| scope.label(fields, "undeclared"));
    let mut undeclared = undeclared.unwrap_or_else(|| scope.scale.lowest());
    let mut ministries = people::ministries(sections, &mut scope);
    scope.layers = layers::ministries(&sections.layers, &scope);
    for (ministry, label) in layers::undeclared(sections, &scope, undeclared) {
        match ministry.and_then(|index| ministries.get_mut(index.number())) {
            Some(own) => own.undeclared = Some(own.undeclared.map_or(label, |other| other.join(label))),
            None => undeclared = undeclared.join(label),
        }
    }
    let zones = places::zones(sections, &mut scope);
    let backends = places::backends(sections, &mut scope, &zones);
    let mut models = places::models(sections, &mut scope);
    let profiles = bedrock::profiles(report, sections, &mut scope, &backends);
    let issuers = people::issuers(sections, &mut scope);
    let services = people::services(sections, &mut scope, undeclared);
    models.extend(apps::read(sections, &mut scope, &backends));
    scope.certificate_name = people::certificate_name(sections);
    let grants = people::grants(sections, &mut scope, &services);
    let access = rules::access(sections, &mut scope);
    let content = rules::content(sections, &mut scope);
    let quotas = quotas::read(sections, &mut scope);
    let fields = places::fields(sections, &mut scope);
    let under_declared = under_declared(sections);
    let limits = limits(sections);
    let tool_arguments = tool_arguments(sections);
    let tests = tests::read(sections, &scope);
    let words = scope.words.bind(&content);
    let mut policy = Policy {
        stamp,
        access_table: AccessTable::default(),
        model_names: model_names(&models, &profiles),
        app_paths: app_paths(&models),
        quotas,
        fields,
        profiles,
        zones,
        backends,
        models,
        issuers,
        ministries,
        services,
        certificate_name: scope.certificate_name,
        grants,
        access,
        content,
        words,
        undeclared,
        under_declared,
        recall: recall(sections),
        scale: scope.scale.clone(),
        offset,
        limits,
        tool_arguments,
        signed_reasoning: signed_reasoning(sections),
        tests: tests.into(),
        warnings: Vec::new(),
        places: Places::default(),
    };
    policy.access_table = AccessTable::of(&policy.access, policy.sizes());
    policy.places = lint::places(report, &policy, &scope);
    lint::check(report, &policy, &scope);
    Some(policy)
}

/// What clients may ask for: models, and profiles that stand for one.
fn model_names(models: &[Model], profiles: &[InferenceProfile]) -> HashMap<String, ModelIndex> {
    let own = numbered(models).map(|(index, model)| (model.id.clone(), index));
    own.chain(profiles.iter().map(|profile| (profile.arn.clone(), profile.model))).collect()
}

/// What clients may ask by a path.
fn app_paths(models: &[Model]) -> HashMap<String, ModelIndex> {
    let paths = numbered(models).filter_map(|(index, model)| Some((model.app.as_ref()?.path.clone(), index)));
    paths.collect()
}

/// `under_declared`: after a fault nothing passes that would have to be raised.
fn under_declared(sections: &mut Sections<'_>) -> UnderDeclared {
    let words = [("raise", UnderDeclared::Raise), ("refuse", UnderDeclared::Refuse)];
    let written = sections.one("under_declared", |fields| fields.word("under_declared", &words, None));
    written.unwrap_or(UnderDeclared::Refuse)
}

/// `recall`: without a word, texts are known again.
fn recall(sections: &mut Sections<'_>) -> Recall {
    let words = [("raise", Recall::Raise), ("off", Recall::Off)];
    let written = sections.maybe_one("recall", |fields| fields.word("recall", &words, Some(Recall::Raise)));
    written.unwrap_or(Recall::Raise)
}

fn limits(sections: &mut Sections<'_>) -> Limits {
    let (most, default) = PERMIT_S;
    let permit_s = sections.maybe_one("limits", |fields| {
        let mut limits = fields.table("limits")?;
        let permit_s = limits.number("permit_s", 1, most, Some(default));
        limits.finish();
        Some(permit_s)
    });
    Limits { permit_s: permit_s.unwrap_or(default) }
}

/// `[answers] tool_arguments`: arguments are actions, not reading, so without a word they are held until complete.
fn tool_arguments(sections: &mut Sections<'_>) -> Answers {
    let written = sections.maybe_one("answers", |fields| {
        let mut answers = fields.table("answers")?;
        let tool_arguments = answers.word("tool_arguments", &ANSWERS, Some(Answers::Whole));
        answers.finish();
        tool_arguments
    });
    written.unwrap_or(Answers::Whole)
}

/// `signed_reasoning`: without a word nothing goes that nobody asked to go.
fn signed_reasoning(sections: &mut Sections<'_>) -> SignedReasoning {
    let words = [("refuse", SignedReasoning::Refuse), ("drop", SignedReasoning::Drop)];
    let written =
        sections.maybe_one("signed_reasoning", |fields| fields.maybe_word("signed_reasoning", &words));
    written.unwrap_or(SignedReasoning::Refuse)
}

/// Parses every file; syntax faults are told all at once.
fn syntax<'a>(report: &Report<'a>, files: &'a [SourceFile<'a>]) -> Vec<Spanned<DeTable<'a>>> {
    let mut tables = Vec::new();
    for (file, source) in files.iter().enumerate() {
        let text = if folder(source.name) == "rules" { "" } else { source.text };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let place = Place { file, offset: error.span().map_or(0, |span| span.start) };
            report.error(place, error.message().to_owned(), "");
        }
        tables.push(table);
    }
    tables
}

/// The last folder that a file is in, by its name.
fn folder(name: &str) -> &str {
    folder_of(name).rsplit(['/', '\\']).next().unwrap_or("")
}

/// The folders that a file is in, by its name.
fn folder_of(name: &str) -> &str {
    name.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder)
}

/// FNV-1a over names and texts: tells policies apart, proves nothing.
fn stamp(files: &[SourceFile<'_>]) -> Stamp {
    let bytes =
        files.iter().flat_map(|file| file.name.bytes().chain([0]).chain(file.text.bytes()).chain([0]));
    Stamp(
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }),
    )
}
