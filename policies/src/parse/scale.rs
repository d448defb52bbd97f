//! `[[level]]` and `[[compartment]]`, and labels in terms of them.

use super::fields::{Fields, Text};
use super::names::Names;
use super::report::{Report, did_you_mean};
use super::{Scope, Sections};
use crate::keys::Kind;
use crate::label::{Label, Level};
use crate::scale::{ANSWERS, Answers, COMPARTMENTS_MAX, CompartmentDef, LevelDef, Scale};

/// The scale; `None` if there is none, and then nothing else can be read.
pub(super) fn read<'r>(report: &'r Report<'r>, sections: &mut Sections<'r>) -> Option<Scale> {
    let mut names = Names::new(report, "level");
    let levels = sections.all("level").into_iter().map(|mut fields| {
        let id = fields.id();
        names.define(&id);
        let (ja, en) = (fields.text("ja").text, fields.text("en").text);
        let answers = fields.word("answers", &ANSWERS, Some(Answers::Stream)).unwrap_or(Answers::Whole);
        fields.finish();
        LevelDef { id: id.text, ja, en, answers }
    });
    let levels: Vec<LevelDef> = levels.collect();
    let mut names = Names::new(report, "compartment");
    let compartments = sections.all("compartment").into_iter().map(|mut fields| {
        let id = fields.id();
        names.define(&id);
        let def = CompartmentDef { id: id.text, ja: fields.text("ja").text, en: fields.text("en").text };
        fields.finish();
        def
    });
    let scale = Scale::new(levels, compartments.collect());
    if let (None, Some(first)) = (&scale, sections.files.first()) {
        let message = format!("a scale has 1 to 255 levels and at most {COMPARTMENTS_MAX} compartments");
        report.error(first.place, message, "begin with `[[level]]`, the lowest first");
    }
    scale
}

/// Which way a list of levels goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// What is allowed at a level is allowed below it.
    Down,
    /// What is refused at a level is refused above it.
    Up,
    /// It neither lets pass nor stops.
    Not,
}

impl Scope<'_> {
    /// A label: a level's id, or `{ level = "2", compartments = ["…"] }`. A fault if absent.
    pub(super) fn label(&self, fields: &mut Fields<'_>, key: &'static str) -> Option<Label> {
        fields.note(key, Kind::Label);
        if !fields.has(key) {
            fields.missing(key);
        }
        self.maybe_label(fields, key)
    }

    /// A label that may be absent.
    pub(super) fn maybe_label(&self, fields: &mut Fields<'_>, key: &'static str) -> Option<Label> {
        fields.note(key, Kind::Label);
        if !fields.is_table(key) {
            let level = fields.maybe_text(key)?;
            return self.level(fields, &level);
        }
        let mut table = fields.table(key)?;
        let level = table.text("level");
        let compartments = table.texts("compartments");
        let mut label = self.level(&table, &level);
        for compartment in &compartments {
            let with = self.scale.label(&level.text, &[&compartment.text]);
            if label.is_some() && with.is_none() {
                let message = format!("compartment `{}` is not defined", compartment.text);
                table.report.error(
                    compartment.place,
                    message,
                    did_you_mean(&compartment.text, self.scale.compartment_ids()),
                );
            }
            label = label.zip(with).map(|(label, with)| label.join(with));
        }
        table.finish();
        label
    }

    /// Level ids that a rule lists. Raising a label never turns no into yes, so what permits reaches up to some level
    /// without a gap, and what forbids reaches from some level on.
    pub(super) fn levels(&self, fields: &mut Fields<'_>, closed: Closed) -> Vec<Level> {
        let texts = fields.texts("levels");
        let levels: Vec<Level> =
            texts.iter().filter_map(|text| self.level(fields, text)).map(Label::level).collect();
        let within = |rank: u8| levels.contains(&Level(rank));
        let known = u8::try_from(self.scale.levels().count()).unwrap_or(u8::MAX);
        let gap = (1..known).find(|rank| match closed {
            Closed::Down => within(*rank) && !within(rank - 1),
            Closed::Up => within(rank - 1) && !within(*rank),
            Closed::Not => false,
        });
        if let (Some(_), false) = (gap, levels.is_empty()) {
            let (message, help) = match closed {
                Closed::Down => {
                    ("what is allowed at a level is allowed below it", "name the levels below, too")
                }
                Closed::Up | Closed::Not => {
                    ("what is refused at a level is refused above it", "name the levels above, too")
                }
            };
            fields.report.error(fields.place_of("levels"), message, help);
        }
        levels
    }

    pub(super) fn level(&self, fields: &Fields<'_>, text: &Text) -> Option<Label> {
        let label = self.scale.level(&text.text);
        if label.is_none() {
            let help = did_you_mean(&text.text, self.scale.levels().map(|level| level.id.as_str()));
            fields.report.error(text.place, format!("level `{}` is not defined", text.text), help);
        }
        label
    }
}
