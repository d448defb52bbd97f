//! `[[test]]`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use sekisho_detectors::Confidence;

use super::fields::{Fields, Text};
use super::report::did_you_mean;
use super::rules::{CONFIDENCES, TURNS, VOICES};
use super::{Scope, Sections, people};
use crate::content::Obligation;
use crate::decide::{Brought, Declared};
use crate::denial::PolicyRule;
use crate::facts::{Direction, FindingKey, OpaqueKey, Summary, Turn, Voice, What};
use crate::imagined::NOWHERE;
use crate::index::{
    AccessRuleIndex, BackendIndex, ContentRuleIndex, FieldIndex, QuotaIndex, ServiceIndex, ZoneIndex,
};
use crate::keys::Kind;
use crate::people::Voucher;
use crate::subject::Claims;
use crate::suite::{Asker, Asks, Expect, Outcome, Said, Test};

const OUTCOMES: [(&str, Outcome); 4] = [
    ("permit", Outcome::Permit),
    ("refuse", Outcome::Refuse),
    ("unknown", Outcome::Unknown),
    ("cut", Outcome::Cut),
];

const OBLIGATIONS: [(&str, Obligation); 3] =
    [("allow", Obligation::Allow), ("redact", Obligation::Redact), ("block", Obligation::Block)];

pub(super) fn read(sections: &mut Sections<'_>, scope: &Scope<'_>) -> Vec<Test> {
    sections.tests().into_iter().filter_map(|fields| test(fields, scope)).collect()
}

fn test(mut fields: Fields<'_>, scope: &Scope<'_>) -> Option<Test> {
    let name = fields.text("name").text;
    let asker = asker(&mut fields, scope);
    let declared = scope.maybe_label(&mut fields, "level").map_or(Declared::Absent, Declared::Level);
    let brought = brought(&mut fields, scope);
    let recalled = scope.maybe_label(&mut fields, "recalled");
    let model = fields.text("model").text;
    let prompt = said(&mut fields, scope, "text", "findings", Direction::Prompt);
    let earlier = fields.maybe_text("earlier").map(|text| text.text);
    let answers = fields.has("answer") || fields.has("answer_findings");
    let answer = said(&mut fields, scope, "answer", "answer_findings", Direction::Completion);
    let now = fields.moment("at");
    let from = from(&mut fields);
    let used_up = scope.quotas.resolve_all(&fields.texts("used_up")).into_iter().map(QuotaIndex).collect();
    let expect = expect(&mut fields, scope);
    if expect.as_ref().is_some_and(|expect| expect.outcome == Outcome::Cut) && !answers {
        fields.report.error(
            fields.place_of("expect"),
            "only an answer can be cut, and the test has none",
            "",
        );
    }
    let (line, _) = fields.report.line_column(fields.place);
    let file = fields.report.file(fields.place).to_owned();
    fields.finish();
    let answer = answers.then_some(answer);
    Some(Test {
        name,
        file,
        line,
        asker: asker?,
        declared,
        brought,
        recalled,
        model,
        prompt,
        earlier,
        answer,
        from,
        used_up,
        now,
        expect: expect?,
    })
}

/// `conversation = "new"`, or a label; a level that is called so is written as a table.
fn brought(fields: &mut Fields<'_>, scope: &Scope<'_>) -> Brought {
    if fields.says("conversation", "new") {
        fields.knows("conversation");
        return Brought::New;
    }
    scope.maybe_label(fields, "conversation").map_or(Brought::Nothing, Brought::Label)
}

/// Where the connection comes from.
fn from(fields: &mut Fields<'_>) -> IpAddr {
    let Some(text) = fields.maybe_text("from") else { return NOWHERE };
    text.text.parse().unwrap_or_else(|_| {
        let help = "write one as `10.1.2.3` or `2001:db8::1`";
        fields.report.error(text.place, format!("`{}` is no address", text.text), help);
        NOWHERE
    })
}

/// Claims with who vouches for them, or grants, or a service alone; a service may speak for any person.
fn asker(fields: &mut Fields<'_>, scope: &Scope<'_>) -> Option<Asker> {
    let service = fields.maybe_text("service");
    let service = service.and_then(|text| scope.services.resolve(&text)).map(ServiceIndex);
    let asks = asks(fields, scope, service)?;
    Some(Asker { asks, service })
}

fn asks(fields: &mut Fields<'_>, scope: &Scope<'_>, service: Option<ServiceIndex>) -> Option<Asks> {
    match (fields.has("claims"), fields.has("grants")) {
        (true, false) => {
            let speaks = fields.flag("context");
            let voucher = match service.filter(|_| speaks) {
                Some(service) => Voucher::Service(service),
                None => people::voucher(fields, scope),
            };
            let bound = fields.flag("bound");
            let claims: BTreeMap<_, _> = people::claims(fields.table("claims")?).into_iter().collect();
            Some(Asks::Claims { voucher, bound, claims: Claims(claims) })
        }
        (false, true) => {
            let grants = fields.texts("grants");
            Some(Asks::Grants(people::named(scope, &grants)))
        }
        (false, false) if service.is_some() => Some(Asks::Nobody),
        _ => {
            let help = "write `grants = […]`, or `issuer = \"…\"` and `claims = { … }`, or a `service`";
            fields.report.error(fields.place, "a test says who asks, once", help);
            let _ = (fields.maybe_text("issuer"), fields.table("claims"), fields.texts("grants"));
            None
        }
    }
}

fn said(
    fields: &mut Fields<'_>,
    scope: &Scope<'_>,
    text: &'static str,
    findings: &'static str,
    direction: Direction,
) -> Said {
    let text = fields.maybe_text(text).map(|text| text.text);
    let mut summary = Summary::default();
    for table in fields.tables(findings) {
        finding(table, scope, direction, &mut summary);
    }
    Said { text, findings: summary }
}

/// `{ of = "pii.phone", count = 60, voice = "user", turn = "newest", confidence = "high" }`
fn finding(mut fields: Fields<'_>, scope: &Scope<'_>, direction: Direction, summary: &mut Summary) {
    let of = fields.text("of");
    let count = u32::try_from(fields.number("count", 1, 1_000_000, Some(1))).unwrap_or(1);
    let voice = fields.word("voice", &VOICES, Some(Voice::User)).unwrap_or(Voice::User);
    let turn = fields.word("turn", &TURNS, Some(Turn::Newest)).unwrap_or(Turn::Newest);
    let confidence =
        fields.word("confidence", &CONFIDENCES, Some(Confidence::High)).unwrap_or(Confidence::High);
    let listed = fields.maybe_text("field").and_then(|text| scope.fields.resolve(&text)).map(FieldIndex);
    match what(&fields, scope, &of) {
        Some(What::Rule(rule)) => {
            summary.add_many(FindingKey { rule, direction, voice, turn, confidence }, count)
        }
        Some(What::Opaque(kind)) => {
            summary.add_opaque_many(OpaqueKey { kind, direction, voice, turn, listed }, count);
        }
        None => {}
    }
    fields.finish();
}

fn what(fields: &Fields<'_>, scope: &Scope<'_>, of: &Text) -> Option<What> {
    let found = scope.words.find(&of.text);
    if found.is_none() && !of.text.is_empty() {
        let help = did_you_mean(&of.text, scope.words.names());
        fields.report.error(of.place, format!("no rule finds `{}`", of.text), help);
    }
    found
}

fn expect(fields: &mut Fields<'_>, scope: &Scope<'_>) -> Option<Expect> {
    let outcome = fields.word("expect", &OUTCOMES, None);
    let reasons = crate::denial::Reason::ALL.map(|reason| (reason.code(), reason.code()));
    let reason = fields.maybe_word("reason", &reasons).map(str::to_owned);
    let rule = fields.maybe_text("rule").and_then(|text| scope.rule(&text));
    let shadows = fields.texts("shadows").iter().filter_map(|text| scope.rule(text)).collect();
    let effective = scope.maybe_label(fields, "effective");
    let zone = fields.maybe_text("zone").and_then(|text| scope.zones.resolve(&text)).map(ZoneIndex);
    let backend =
        fields.maybe_text("backend").and_then(|text| scope.backends.resolve(&text)).map(BackendIndex);
    let obligations = fields.table("obligations").map(|table| obligations(table, scope)).unwrap_or_default();
    let foreign: &[&str] = match outcome {
        Some(Outcome::Permit) => &["reason", "rule"],
        Some(Outcome::Refuse | Outcome::Cut) => &["zone", "backend", "obligations", "forwarded"],
        Some(Outcome::Unknown) => {
            &["reason", "rule", "effective", "zone", "backend", "obligations", "forwarded", "shadows"]
        }
        None => &[],
    };
    for key in foreign.iter().filter(|key| fields.has(key)) {
        let message = format!("`{key}` is never looked at when the test expects this outcome");
        fields.report.error(fields.place_of(key), message, "leave it out");
    }
    let forwarded = fields.maybe_text("forwarded").map(|text| text.text);
    Some(Expect {
        outcome: outcome?,
        reason,
        rule,
        effective,
        zone,
        backend,
        obligations,
        forwarded,
        shadows,
    })
}

impl Scope<'_> {
    /// A rule of any kind by its id, or a fault.
    fn rule(&self, id: &Text) -> Option<PolicyRule> {
        if let Some(index) = self.access.find(&id.text) {
            return Some(PolicyRule::Access(AccessRuleIndex(index)));
        }
        if let Some(index) = self.quotas.find(&id.text) {
            return Some(PolicyRule::Quota(QuotaIndex(index)));
        }
        self.content.resolve(id).map(|index| PolicyRule::Content(ContentRuleIndex(index)))
    }
}

fn obligations(table: Fields<'_>, scope: &Scope<'_>) -> Vec<(What, Obligation)> {
    table.entries(Kind::word(&OBLIGATIONS), |fields, name, place, value| {
        let what = what(fields, scope, &name)?;
        let text = Text { place, text: value.as_str().unwrap_or_default().to_owned() };
        let obligation = fields.choose("obligation", &text, &OBLIGATIONS)?;
        Some((what, obligation))
    })
}
