//! `[[quota]]`.

use super::fields::Fields;
use super::{Scope, Sections, people};
use crate::content::Mode;
use crate::index::{ModelIndex, ServiceIndex};
use crate::quota::{EVERY, Every, PER, Per, Quota};

pub(super) fn read(sections: &mut Sections<'_>, scope: &mut Scope<'_>) -> Vec<Quota> {
    sections.all("quota").into_iter().map(|fields| quota(fields, scope)).collect()
}

fn quota(mut fields: Fields<'_>, scope: &mut Scope<'_>) -> Quota {
    let id = fields.id();
    scope.quotas.define(&id);
    scope.another_kind(&fields, &id);
    let models = scope.models.resolve_all(&fields.texts("models"));
    let services = scope.services.resolve_all(&fields.texts("services"));
    let quota = Quota {
        id: id.text,
        per: fields.word("per", &PER, None).unwrap_or(Per::Person),
        exchanges: u32::try_from(fields.number("exchanges", 1, 1_000_000_000, None)).unwrap_or(1),
        every: fields.word("every", &EVERY, None).unwrap_or(Every::Day),
        grants: people::named(scope, &fields.texts("grants")),
        services: services.into_iter().map(ServiceIndex).collect(),
        ministries: scope.own_ministries(&mut fields),
        models: models.into_iter().map(ModelIndex).collect(),
        mode: scope.mode_now(&mut fields),
        message: fields.said("message", true),
        next: fields.said("next", true),
        offset: scope.offset,
    };
    fields.finish();
    quota
}

impl Scope<'_> {
    fn mode_now(&self, fields: &mut Fields<'_>) -> Mode {
        let (mode, from) = self.mode(fields);
        if from.is_some() {
            let help = "leave it out, and `mode` when the day has come";
            fields.report.error(fields.place_of("enforce_from"), "a quota has no `enforce_from`", help);
        }
        mode
    }
}
