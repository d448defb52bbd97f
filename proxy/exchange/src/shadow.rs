//! What another policy would have decided, or this one if its rules in shadow were in force: recorded where it differs,
//! and acted on by nobody.

use std::sync::Arc;

use sekisho_audit::{Term, Verdict, Would};
use sekisho_policies::{Brought, Decision, Declared, Direction, Label, Question, Subject, Unknown};

use crate::case::{Case, Inspected};
use crate::inspect::Inspection;
use crate::snapshot::Snapshot;

/// Everything that would have been decided otherwise.
pub(crate) fn differences(
    case: &Case,
    inspected: &Inspected,
    question: &Question<'_>,
    decision: &Decision,
) -> Vec<Would> {
    let told = Told::of(decision, &case.snapshot);
    let rules = rehearsed(case, question, decision);
    let policy = case.snapshot.shadow().and_then(|shadow| decided(case, shadow, inspected, question));
    let differs =
        |would: &Would| told != Told { verdict: would.verdict.clone(), effective: would.effective.clone() };
    rules.into_iter().chain(policy).filter(differs).collect()
}

/// A decision as records tell it.
#[derive(PartialEq, Eq)]
struct Told {
    verdict: Verdict,
    effective: Option<Term>,
}

impl Told {
    fn of(decision: &Decision, snapshot: &Snapshot) -> Told {
        let policy = snapshot.policy();
        match decision {
            Decision::Permit(permit) => Told {
                verdict: Verdict::Permit {
                    zone: snapshot.term(&policy.zone(permit.first().zone()).id),
                    backend: snapshot.term(&policy.backend(permit.first().backend()).id),
                    attempt: 1,
                },
                effective: Some(snapshot.level(permit.effective())),
            },
            Decision::Refuse(denial) => Told {
                verdict: Verdict::Refuse {
                    reason: Term::of(denial.reason.code()),
                    rule: denial.by.map(|rule| snapshot.term(policy.rule(rule).0)),
                    status: 403,
                },
                effective: Some(snapshot.level(denial.effective)),
            },
        }
    }

    fn would(self, by: &'static str, snapshot: &Snapshot) -> Would {
        let Told { verdict, effective } = self;
        Would { by: Term::of(by), policy_digest: snapshot.policy_digest(), verdict, effective }
    }
}

/// The policy in force asks again only if a rule in shadow would have applied.
fn rehearsed(case: &Case, question: &Question<'_>, decision: &Decision) -> Option<Would> {
    let shadows = match decision {
        Decision::Permit(permit) => permit.shadows(),
        Decision::Refuse(denial) => &denial.shadows,
    };
    if shadows.is_empty() {
        return None;
    }
    let snapshot = &case.snapshot;
    Some(Told::of(&snapshot.policy().rehearse(question), snapshot).would("shadow-rules", snapshot))
}

/// The other policy sees the same request with its own eyes: its people, its scale, its rules and its list of fields.
fn decided(
    case: &Case,
    shadow: &Arc<Snapshot>,
    inspected: &Inspected,
    question: &Question<'_>,
) -> Option<Would> {
    let unlike = |reason: &'static str| {
        let verdict = Verdict::Refuse { reason: Term::of(reason), rule: None, status: 403 };
        Some(Told { verdict, effective: None }.would("shadow-policy", shadow))
    };
    let subject: &Result<Subject, Unknown> = case.shadow_subject.as_ref()?;
    let subject = match subject {
        Ok(subject) => subject,
        Err(unknown) => return unlike(unknown.code()),
    };
    let Some((declared, brought, recalled)) = on_its_scale(case, shadow, question) else {
        return unlike("unknown-level");
    };
    let alike = shadow.rules_digest() == case.snapshot.rules_digest()
        && shadow.policy().fields().is_empty()
        && case.snapshot.policy().fields().is_empty();
    let own;
    let findings = if alike {
        question.findings
    } else {
        let request = &inspected.request;
        own = Inspection::of(&request.body, request.dialect, shadow, Direction::Prompt);
        own.summary()
    };
    let asked = Question { subject, declared, brought, recalled, findings, used_up: &[], ..*question };
    Some(Told::of(&shadow.policy().decide(&asked), shadow).would("shadow-policy", shadow))
}

/// The labels that a request comes with, as the other policy writes them; `None` if it has none of that name.
fn on_its_scale(
    case: &Case,
    shadow: &Snapshot,
    question: &Question<'_>,
) -> Option<(Declared, Brought, Option<Label>)> {
    let read = |label| shadow.policy().scale().read(&case.snapshot.policy().scale().written(label));
    let declared = match question.declared {
        Declared::Absent => Declared::Absent,
        Declared::Level(label) => Declared::Level(read(label)?),
    };
    let brought = match question.brought {
        Brought::Label(label) => Brought::Label(read(label)?),
        other => other,
    };
    // What it does not know it has never seen.
    Some((declared, brought, question.recalled.and_then(read)))
}
