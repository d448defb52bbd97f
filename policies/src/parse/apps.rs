//! `[[app]]`: applications that are asked by a path of their own.

use super::fields::{Fields, Text};
use super::{Scope, Sections};
use crate::app::{App, Owner};
use crate::index::{BackendIndex, ServiceIndex};
use crate::keys::Kind;
use crate::label::Label;
use crate::zone::{Backend, BackendDialect, Model};

const OWNERS: [(&str, Owner); 2] = [("person", Owner::Person), ("service", Owner::Service)];

/// Longest and default time that clients wait, in seconds: what GENAI Web waits for without being told otherwise.
const TIMEOUT_S: (u64, u64) = (300, 29);

/// Paths that are taken.
const TAKEN: [&str; 4] = ["/v1/", "/model/", "/guardrail/", "/level/"];

pub(super) fn read(sections: &mut Sections<'_>, scope: &mut Scope<'_>, backends: &[Backend]) -> Vec<Model> {
    let apps = sections.all("app").into_iter();
    apps.filter_map(|fields| app(fields, scope, backends)).collect()
}

fn app(mut fields: Fields<'_>, scope: &mut Scope<'_>, backends: &[Backend]) -> Option<Model> {
    let id = fields.id();
    scope.models.define(&id);
    let path = fields.text("path");
    scope.paths.define(&path);
    is_path(&fields, &path);
    let named = fields.text("backend");
    let backend = scope.backends.resolve_some(&named);
    speaks(&fields, &named, backend.and_then(|index| backends.get(usize::from(index))));
    let level_key = fields.maybe_text("level_key");
    let levels = levels(&mut fields, scope);
    if level_key.is_some() != fields.has("levels") {
        let help = "write both `level_key` and `levels = { \"機密性１情報\" = \"1\", … }`, or neither";
        fields.report.error(fields.place, "a level is declared by an input and its words", help);
    }
    let service = fields.maybe_text("service").and_then(|name| scope.services.resolve(&name));
    let ceiling = scope.maybe_label(&mut fields, "ceiling");
    let owner = fields.word("owner", &OWNERS, Some(Owner::Person)).unwrap_or(Owner::Person);
    let (most, default) = TIMEOUT_S;
    let timeout_s = fields.number("timeout_s", 1, most, Some(default));
    fields.finish();
    let app = App {
        path: path.text,
        level_key: level_key.map(|key| key.text),
        levels,
        service: service.map(ServiceIndex),
        ceiling,
        owner,
        timeout_s,
    };
    Some(Model { id: id.text, backends: vec![BackendIndex(backend?)], app: Some(Box::new(app)) })
}

/// `levels = { "機密性１情報" = "1" }`: what the form says, and the level that it means.
fn levels(fields: &mut Fields<'_>, scope: &Scope<'_>) -> Vec<(String, Label)> {
    let Some(table) = fields.table("levels") else { return Vec::new() };
    table.entries(Kind::Text, |fields, word, place, value| {
        let level = Text { place, text: value.as_str().unwrap_or_default().to_owned() };
        scope.level(fields, &level).map(|label| (word.text, label))
    })
}

fn is_path(fields: &Fields<'_>, path: &Text) {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    let whole = path.text.starts_with('/') && path.text.bytes().all(plain) && !path.text.contains("//");
    let taken = TAKEN.iter().any(|taken| path.text.starts_with(taken)) || path.text == "/";
    if !path.text.is_empty() && (!whole || taken || path.text.contains("/.")) {
        let help = "write a path of its own, as `/apps/minutes/invoke`: letters, digits, `-`, `.`, `_` and `~` between slashes";
        fields.report.error(path.place, format!("`{}` cannot be an app's path", path.text), help);
    }
}

fn speaks(fields: &Fields<'_>, named: &Text, backend: Option<&Backend>) {
    if let Some(backend) = backend.filter(|backend| backend.dialect != BackendDialect::ExApp) {
        let message = format!("backend `{}` speaks `{}`", backend.id, backend.dialect.as_str());
        fields.report.error(named.place, message, "an app's backend has `dialect = \"exapp\"`");
    }
}
