//! A loaded policy: every reference resolved, nothing left that could fail while deciding.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use sekisho_detectors::RuleSet;

use crate::access::{AccessRule, Asked, Verdict};
use crate::app::App;
use crate::content::ContentRule;
use crate::diagnostic::Diagnostic;
use crate::index::{
    AccessRuleIndex, BackendIndex, ContentRuleIndex, FieldIndex, GrantIndex, IssuerIndex, MinistryIndex,
    ModelIndex, QuotaIndex, ServiceIndex, ZoneIndex, numbered,
};
use crate::label::Label;
use crate::look::Places;
use crate::people::{CertificateName, Conversation, Grant, Issuer, Ministry, Service};
use crate::quota::Quota;
use crate::scale::{Answers, Scale};
use crate::subject::Subject;
use crate::suite::Test;
use crate::table::{AccessTable, Sizes};
use crate::vocabulary::Vocabulary;
use crate::when::UtcOffset;
use crate::zone::{Backend, BackendDialect, Field, InferenceProfile, Model, Zone};

/// A policy file: its name for messages (with folders, as `tests/people.toml`) and its text.
#[derive(Clone, Copy, Debug)]
pub struct SourceFile<'a> {
    /// The name that diagnostics begin with.
    pub name: &'a str,
    /// TOML text.
    pub text: &'a str,
}

/// What happens when findings set a floor above the declared label.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnderDeclared {
    /// The floor counts.
    Raise,
    /// The exchange is refused, so that the person declares again. An absent declaration raises all the same.
    Refuse,
}

/// What becomes of a model's reasoning that a vendor has signed, and that an obligation is about: whatever is changed in it
/// makes the vendor refuse the next turn.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SignedReasoning {
    /// The exchange is refused, or the answer cut.
    Refuse,
    /// The block goes as a whole.
    Drop,
}

/// What happens when a text was seen before at a higher label than is declared now.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Recall {
    /// That label counts like one that findings set.
    Raise,
    /// Nothing is remembered.
    Off,
}

/// Bounds that policy sets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Longest a permit is good for, in seconds.
    pub permit_s: u64,
}

/// Tells one loaded policy from another, so that a subject of one never speaks to the other. Not a digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stamp(pub(crate) u64);

/// A loaded policy. Immutable; `decide` on it is total.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) stamp: Stamp,
    pub(crate) scale: Scale,
    pub(crate) zones: Vec<Zone>,
    pub(crate) backends: Vec<Backend>,
    pub(crate) models: Vec<Model>,
    pub(crate) issuers: Vec<Issuer>,
    pub(crate) ministries: Vec<Ministry>,
    pub(crate) services: Vec<Service>,
    pub(crate) certificate_name: Option<CertificateName>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) access: Vec<AccessRule>,
    pub(crate) access_table: AccessTable,
    pub(crate) quotas: Vec<Quota>,
    pub(crate) fields: Vec<Field>,
    pub(crate) profiles: Vec<InferenceProfile>,
    pub(crate) model_names: HashMap<String, ModelIndex>,
    pub(crate) app_paths: HashMap<String, ModelIndex>,
    pub(crate) content: Vec<ContentRule>,
    pub(crate) words: Vocabulary,
    pub(crate) undeclared: Label,
    pub(crate) under_declared: UnderDeclared,
    pub(crate) recall: Recall,
    pub(crate) offset: UtcOffset,
    pub(crate) limits: Limits,
    pub(crate) tool_arguments: Answers,
    pub(crate) signed_reasoning: SignedReasoning,
    /// Shared by all that were made of this one.
    pub(crate) tests: Arc<[Test]>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) places: Places,
}

#[expect(
    clippy::indexing_slicing,
    reason = "an index is made while loading the list it numbers, and lists never change"
)]
fn at<T>(list: &[T], number: usize) -> &T {
    &list[number]
}

impl Policy {
    /// Reads policy files. `rules` gives the vocabulary: which rules and categories exist. Files in a folder `rules`
    /// are skipped (they are detector rules), files in a folder `tests` may hold tests alone.
    ///
    /// # Errors
    /// Everything that is wrong, sorted by file (in the order given) and place.
    pub fn load(files: &[SourceFile<'_>], rules: &RuleSet) -> Result<Policy, Vec<Diagnostic>> {
        crate::parse::load(files, rules)
    }

    /// The levels and compartments.
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// All zones.
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// One zone of this policy.
    pub fn zone(&self, index: ZoneIndex) -> &Zone {
        at(&self.zones, index.number())
    }

    /// All backends.
    pub fn backends(&self) -> &[Backend] {
        &self.backends
    }

    /// One backend of this policy.
    pub fn backend(&self, index: BackendIndex) -> &Backend {
        at(&self.backends, index.number())
    }

    /// All model names, in the policy's order.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// One model name of this policy.
    pub fn model(&self, index: ModelIndex) -> &Model {
        at(&self.models, index.number())
    }

    /// All inference profiles.
    pub fn inference_profiles(&self) -> &[InferenceProfile] {
        &self.profiles
    }

    /// The model of that name, or of the inference profile with that ARN.
    pub fn find_model(&self, id: &str) -> Option<ModelIndex> {
        self.model_names.get(id).copied()
    }

    /// The application at that path: the name that records write, and what the policy says of it.
    pub fn find_app(&self, path: &str) -> Option<(&str, &App)> {
        let model = self.models.get(self.app_paths.get(path)?.number())?;
        Some((&model.id, model.app.as_deref()?))
    }

    /// All issuers.
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    /// One issuer of this policy.
    pub fn issuer(&self, index: IssuerIndex) -> &Issuer {
        at(&self.issuers, index.number())
    }

    /// All ministries.
    pub fn ministries(&self) -> &[Ministry] {
        &self.ministries
    }

    /// One ministry of this policy.
    pub fn ministry(&self, index: MinistryIndex) -> &Ministry {
        at(&self.ministries, index.number())
    }

    /// All services.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// One service of this policy.
    pub fn service(&self, index: ServiceIndex) -> &Service {
        at(&self.services, index.number())
    }

    /// Which name of a client certificate says who a person is; `None`: certificates stand for no person.
    pub fn certificate_name(&self) -> Option<CertificateName> {
        self.certificate_name
    }

    /// All clearance grants.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// One grant of this policy.
    pub fn grant(&self, index: GrantIndex) -> &Grant {
        at(&self.grants, index.number())
    }

    /// All access rules.
    pub fn access_rules(&self) -> &[AccessRule] {
        &self.access
    }

    /// One access rule of this policy.
    pub fn access_rule(&self, index: AccessRuleIndex) -> &AccessRule {
        at(&self.access, index.number())
    }

    /// All content rules.
    pub fn content_rules(&self) -> &[ContentRule] {
        &self.content
    }

    /// One content rule of this policy.
    pub fn content_rule(&self, index: ContentRuleIndex) -> &ContentRule {
        at(&self.content, index.number())
    }

    /// All quotas.
    pub fn quotas(&self) -> &[Quota] {
        &self.quotas
    }

    /// One quota of this policy.
    pub fn quota(&self, index: QuotaIndex) -> &Quota {
        at(&self.quotas, index.number())
    }

    /// All fields that the policy lists.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// One listed field of this policy.
    pub fn field(&self, index: FieldIndex) -> &Field {
        at(&self.fields, index.number())
    }

    /// The listed field of that id.
    pub fn listed(&self, id: &str) -> Option<FieldIndex> {
        numbered(&self.fields).find(|(_, field)| field.id == id).map(|(index, _)| index)
    }

    /// The listed field of that dialect at that path, if its value may be this one.
    pub fn find_field(&self, dialect: BackendDialect, path: &[String], value: &str) -> Option<FieldIndex> {
        let listed = |field: &Field| {
            field.dialect == dialect
                && field.path == path
                && (field.values.is_empty() || field.values.iter().any(|known| known == value))
        };
        numbered(&self.fields).find(|(_, field)| listed(field)).map(|(index, _)| index)
    }

    /// The label of a request that declares none.
    pub fn undeclared(&self) -> Label {
        self.undeclared
    }

    /// How far the policy's dates and hours are ahead of UTC.
    pub fn utc_offset(&self) -> UtcOffset {
        self.offset
    }

    /// What happens to under-declared requests.
    pub fn under_declared(&self) -> UnderDeclared {
        self.under_declared
    }

    /// What becomes of signed reasoning that an obligation is about.
    pub fn signed_reasoning(&self) -> SignedReasoning {
        self.signed_reasoning
    }

    /// What happens when a text was seen before at a higher label.
    pub fn recall(&self) -> Recall {
        self.recall
    }

    /// The first service whose requests must say with which conversation they go on.
    pub fn asks_for_conversations(&self) -> Option<&Service> {
        self.services.iter().find(|service| service.conversation == Conversation::Required)
    }

    /// Bounds.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The tests the policy carries; run by [`crate::suite::run`].
    pub fn tests(&self) -> &[Test] {
        &self.tests
    }

    /// What loading found strange, but not wrong.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The names this person may use from there at some level at `now`: what a model listing shows. Of models that can be
    /// asked for in that wire form, if one is given.
    pub fn visible_models(
        &self,
        subject: &Subject,
        dialect: Option<BackendDialect>,
        from: IpAddr,
        now: u64,
    ) -> Vec<&Model> {
        if subject.stamp() != self.stamp {
            return Vec::new();
        }
        let spoken = numbered(&self.models).filter(|(_, model)| self.speaks(model, dialect));
        let visible = spoken.filter(|(index, model)| self.visible(subject, *index, model, from, now));
        visible.map(|(_, model)| model).collect()
    }

    fn visible(&self, subject: &Subject, index: ModelIndex, model: &Model, from: IpAddr, now: u64) -> bool {
        self.scale.each().any(|label| {
            let label = label.join(subject.floor());
            let asked = Asked { subject, model: index, level: label.level(), from, now, rehearsed: false };
            let asks = matches!(self.access_table.judge(&self.access, &asked), Verdict::Permitted(_));
            let computes =
                |backend: &BackendIndex| self.ceiling(*backend, now).is_some_and(|c| c.dominates(label));
            asks && subject.clearance().dominates(label) && model.backends.iter().any(computes)
        })
    }

    /// Whether some backend of a model takes requests in that wire form.
    pub(crate) fn speaks(&self, model: &Model, dialect: Option<BackendDialect>) -> bool {
        let spoken = |index: &BackendIndex| self.backends.get(index.number()).map(|backend| backend.dialect);
        dialect.is_none() || model.backends.iter().any(|index| spoken(index) == dialect)
    }

    /// The highest label a backend may compute at `now`; `None`: nothing.
    pub(crate) fn ceiling(&self, backend: BackendIndex, now: u64) -> Option<Label> {
        let zone = self.backends.get(backend.number())?.zone;
        self.zones.get(zone.number())?.ceiling_at(now)
    }

    pub(crate) fn sizes(&self) -> Sizes {
        Sizes {
            grants: self.grants.len(),
            services: self.services.len(),
            ministries: self.ministries.len(),
            models: self.models.len(),
            levels: self.scale.levels().count(),
        }
    }

    pub(crate) fn stamp(&self) -> Stamp {
        self.stamp
    }
}
