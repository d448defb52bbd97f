//! Folders that inherit: they name another folder, and may only tighten what it says. A ministry's folder is one whose
//! rules count for its own people alone.

use toml::Spanned;
use toml::de::DeTable;

use super::fields::{Fields, Text};
use super::report::{Place, Report};
use super::{Scope, Sections, folder_of};
use crate::index::MinistryIndex;
use crate::label::Label;
use crate::policy::SourceFile;

/// The tables that can only tighten, if what they hold is looked at.
const TIGHTENING: [&str; 4] = ["access", "content", "quota", "test"];

/// A folder that inherits.
pub(super) struct Layer<'r> {
    folder: &'r str,
    ministry: Option<Text>,
}

/// Every folder with a file that says `inherits`.
pub(super) fn find<'r>(
    report: &'r Report<'r>,
    sources: &[SourceFile<'r>],
    tables: &'r [Spanned<DeTable<'r>>],
) -> Vec<Layer<'r>> {
    let mut layers: Vec<Layer<'r>> = Vec::new();
    for (file, (source, table)) in sources.iter().zip(tables).enumerate() {
        let place = Place { file, offset: 0 };
        let mut fields = Fields::new(report, place, table.get_ref(), "a policy file");
        if !fields.has("inherits") {
            continue;
        }
        let place = fields.place_of("inherits");
        let Some(mut inherits) = fields.table("inherits") else { continue };
        inherits.text("folder");
        let ministry = inherits.maybe_text("ministry");
        inherits.finish();
        let folder = folder_of(source.name);
        if layers.iter().any(|layer| layer.folder == folder) {
            report.error(place, "`inherits` is set twice in this folder", "leave one of them out");
        }
        layers.push(Layer { folder, ministry });
    }
    layers
}

/// The layer that a file belongs to. A folder of a ministry that does not say what it inherits would be no layer, and could
/// loosen everything: that is a fault.
pub(super) fn of(
    report: &Report<'_>,
    layers: &[Layer<'_>],
    source: &SourceFile<'_>,
    place: Place,
) -> Option<usize> {
    let folder = folder_of(source.name);
    let folder = folder.strip_suffix("/tests").unwrap_or(if folder == "tests" { "" } else { folder });
    let layer = layers.iter().position(|layer| layer.folder == folder);
    let ministry =
        folder.rsplit('/').next().filter(|_| folder_of(folder).rsplit('/').next() == Some("ministries"));
    if let Some(id) = ministry {
        let said = layer.and_then(|layer| layers.get(layer)).and_then(|layer| layer.ministry.as_ref());
        if said.is_none_or(|said| said.text != id) {
            let help = format!(
                "begin its policy.toml with `inherits = {{ folder = \"../..\", ministry = \"{id}\" }}`"
            );
            report.error(place, format!("this is the folder of ministry `{id}` and does not say so"), help);
        }
    }
    layer
}

/// True if a table of that name may stand in a layer.
pub(super) fn may_hold(key: &str) -> bool {
    TIGHTENING.contains(&key)
}

/// Reports a key that may not stand in a layer.
pub(super) fn foreign(fields: &Fields<'_>, key: &str) {
    let message = format!("a folder that inherits may only tighten, and has no `{key}`");
    let help = "it may hold `[[access]]` that forbids, `[[content]]` that redacts, blocks or raises, `[[quota]]`, `[[test]]` and a higher `undeclared`";
    fields.report.error(fields.place_of(key), message, help);
}

/// The ministry of each layer; `None`: it counts for everybody.
pub(super) fn ministries(layers: &[Layer<'_>], scope: &Scope<'_>) -> Vec<Option<MinistryIndex>> {
    let ministry = |layer: &Layer<'_>| scope.ministries.resolve(layer.ministry.as_ref()?).map(MinistryIndex);
    layers.iter().map(ministry).collect()
}

/// The labels that layers want for requests that declare none; each must dominate what it inherits.
pub(super) fn undeclared(
    sections: &mut Sections<'_>,
    scope: &Scope<'_>,
    inherited: Label,
) -> Vec<(Option<MinistryIndex>, Label)> {
    let mut labels = Vec::new();
    for fields in sections.files.iter_mut().filter(|fields| fields.layer.is_some()) {
        let ministry = fields.layer.and_then(|layer| scope.layers.get(layer).copied()).flatten();
        let Some(label) = scope.maybe_label(fields, "undeclared") else { continue };
        if !label.dominates(inherited) {
            let help = format!("the folder that it inherits says `{}`", scope.scale.id(inherited));
            fields.report.error(
                fields.place_of("undeclared"),
                "a folder that inherits may only tighten",
                help,
            );
        }
        labels.push((ministry, label));
    }
    labels
}

impl Scope<'_> {
    /// Records name a rule by its id alone, so no two kinds share one.
    pub(super) fn another_kind(&self, fields: &Fields<'_>, id: &Text) {
        let others = [&self.access, &self.content].into_iter().filter_map(|kind| kind.place_of(&id.text));
        if let Some(other) = others.into_iter().find(|place| *place != id.place) {
            let help = format!("it is at {}; choose another id", fields.report.written(other));
            fields.report.error(id.place, format!("another rule is called `{}`", id.text), help);
        }
    }

    /// The ministries that an entry is about: in a ministry's folder that one, without a word.
    pub(super) fn own_ministries(&self, fields: &mut Fields<'_>) -> Vec<MinistryIndex> {
        let own = fields.layer.and_then(|layer| self.layers.get(layer).copied()).flatten();
        if own.is_some() && fields.has("ministries") {
            let help = "leave it out";
            let place = fields.place_of("ministries");
            fields.report.error(place, "what stands in a ministry's folder is about its people alone", help);
        }
        let written = self.ministries.resolve_all(&fields.texts("ministries"));
        own.map_or_else(|| written.into_iter().map(MinistryIndex).collect(), |own| vec![own])
    }
}

/// Reports what would loosen if it stood in a layer.
pub(super) fn tightens(fields: &Fields<'_>, key: &'static str, loosens: bool) {
    if loosens && fields.layer.is_some() {
        let message = "a folder that inherits may only tighten";
        fields.report.error(
            fields.place_of(key),
            message,
            "leave the rule out, or ask for it where the policy is kept",
        );
    }
}
