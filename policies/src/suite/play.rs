//! One test, played.

use std::sync::Arc;

use super::{Asker, Asks, Expect, Outcome, Read, Reader, Test};
use crate::decide::{Decision, Question};
use crate::denial::{Denial, PolicyRule};
use crate::facts::{Direction, FindingKey, Key, Turn};
use crate::label::Label;
use crate::permit::{AnswerVerdict, Permit, Route};
use crate::policy::Policy;
use crate::subject::{Person, Subject};

/// What a test's exchange came to.
enum Came {
    Unknown,
    Refused(Denial),
    Permitted(Permit, Vec<PolicyRule>),
    Cut(Denial),
}

/// Why the policy does not keep a test's promise.
pub(super) fn check(
    policy: &Arc<Policy>,
    test: &Test,
    read: &Read,
    reader: &dyn Reader,
    now: u64,
) -> Result<(), String> {
    let came = play(policy, test, read, now);
    let expect = &test.expect;
    if came.outcome() != expect.outcome {
        return Err(format!("{} instead of `{}`", came.tell(policy), expect.outcome.as_str()));
    }
    match &came {
        Came::Unknown => Ok(()),
        Came::Refused(denial) | Came::Cut(denial) => {
            shadowed(policy, expect, &denial.shadows)?;
            refused(policy, expect, denial)
        }
        Came::Permitted(permit, shadows) => {
            shadowed(policy, expect, shadows)?;
            permitted(policy, test, permit, read)?;
            forwarded(test, permit.first(), reader)
        }
    }
}

fn play(policy: &Arc<Policy>, test: &Test, read: &Read, now: u64) -> Came {
    let Some(subject) = test.asker.subject(policy) else {
        return Came::Unknown;
    };
    let question = Question {
        subject: &subject,
        declared: test.declared,
        brought: test.brought,
        recalled: test.recalled,
        model: &test.model,
        dialect: None,
        findings: &read.prompt,
        used_up: &test.used_up,
        from: test.from,
        now: test.now.unwrap_or(now),
    };
    let permit = match policy.decide(&question) {
        Decision::Refuse(denial) => return Came::Refused(denial),
        Decision::Permit(permit) => permit,
    };
    let Some(answer) = &read.answer else {
        let shadows = permit.shadows().to_vec();
        return Came::Permitted(permit, shadows);
    };
    match permit.judge_answer(permit.first(), answer) {
        AnswerVerdict::Cut(denial) => Came::Cut(denial),
        AnswerVerdict::Release => {
            let shadows = permit.answer_shadows(permit.first(), answer);
            let shadows = permit.shadows().iter().copied().chain(shadows).collect();
            Came::Permitted(permit, shadows)
        }
    }
}

fn refused(policy: &Policy, expect: &Expect, denial: &Denial) -> Result<(), String> {
    let code = denial.reason.code();
    if let Some(reason) = expect.reason.as_ref().filter(|reason| *reason != code) {
        return Err(format!("refused for `{code}` instead of `{reason}`"));
    }
    if let Some(wanted) = expect.rule.filter(|wanted| denial.by != Some(*wanted)) {
        let by = denial.by.map_or("no rule", |rule| policy.rule(rule).0);
        return Err(format!("refused by `{by}` instead of `{}`", policy.rule(wanted).0));
    }
    same_label(policy, expect, denial.effective)
}

fn permitted(policy: &Policy, test: &Test, permit: &Permit, read: &Read) -> Result<(), String> {
    let expect = &test.expect;
    same_label(policy, expect, permit.effective())?;
    let route = permit.first();
    if let Some(wanted) = expect.backend.filter(|wanted| *wanted != route.backend()) {
        let (came, wanted) = (&policy.backend(route.backend()).id, &policy.backend(wanted).id);
        return Err(format!("goes to backend `{came}` instead of `{wanted}`"));
    }
    if let Some(wanted) = expect.zone.filter(|wanted| *wanted != route.zone()) {
        let (came, wanted) = (&policy.zone(route.zone()).id, &policy.zone(wanted).id);
        return Err(format!("goes to zone `{came}` instead of `{wanted}`"));
    }
    let findings = read.answer.as_ref().unwrap_or(&read.prompt);
    for (what, wanted) in &expect.obligations {
        let category = policy.words.get(what).map_or("", |word| word.category.as_str());
        let of_category =
            |key: &Key| policy.words.get(&key.what).is_some_and(|word| word.category.as_str() == category);
        let owed = findings.all().filter(|(key, _)| of_category(key)).map(|(key, _)| route.owed(&key)).max();
        let Some(owed) = owed else {
            return Err(format!("found no `{category}`"));
        };
        if owed != *wanted {
            return Err(format!(
                "`{category}` comes to `{}` instead of `{}`",
                owed.as_str(),
                wanted.as_str()
            ));
        }
    }
    Ok(())
}

/// The answer's text if the test has one, otherwise the prompt's.
fn forwarded(test: &Test, route: &Route, reader: &dyn Reader) -> Result<(), String> {
    let Some(wanted) = &test.expect.forwarded else { return Ok(()) };
    let answer = test.answer.as_ref().and_then(|said| said.text.as_ref());
    let direction = if answer.is_some() { Direction::Completion } else { Direction::Prompt };
    let text = answer.or(test.prompt.text.as_ref()).map_or("", String::as_str);
    let owed = |key: FindingKey| route.obligation(&FindingKey { direction, turn: Turn::Newest, ..key });
    let came = reader.forwarded(text, &owed);
    if came == *wanted { Ok(()) } else { Err(format!("goes on as `{came}` instead of `{wanted}`")) }
}

fn shadowed(policy: &Policy, expect: &Expect, shadows: &[PolicyRule]) -> Result<(), String> {
    match expect.shadows.iter().find(|wanted| !shadows.contains(wanted)) {
        Some(wanted) => Err(format!("rule `{}` would not have applied", policy.rule(*wanted).0)),
        None => Ok(()),
    }
}

fn same_label(policy: &Policy, expect: &Expect, effective: Label) -> Result<(), String> {
    match expect.effective {
        Some(wanted) if wanted != effective => {
            let scale = policy.scale();
            Err(format!(
                "counts as level `{}` instead of `{}`",
                scale.written(effective),
                scale.written(wanted)
            ))
        }
        _ => Ok(()),
    }
}

impl Asker {
    pub(super) fn subject(&self, policy: &Policy) -> Option<Subject> {
        let subject = match &self.asks {
            Asks::Claims { voucher, bound, claims } => {
                policy.subject(Some(Person { voucher: *voucher, claims, bound: *bound }), self.service)
            }
            Asks::Grants(grants) => policy.holder(grants.clone(), self.service, None, None),
            Asks::Nobody => policy.subject(None, self.service),
        };
        subject.ok()
    }
}

impl Came {
    fn outcome(&self) -> Outcome {
        match self {
            Came::Unknown => Outcome::Unknown,
            Came::Refused(_) => Outcome::Refuse,
            Came::Permitted(..) => Outcome::Permit,
            Came::Cut(..) => Outcome::Cut,
        }
    }

    fn tell(&self, policy: &Policy) -> String {
        let why = |denial: &Denial| {
            let rule = denial.by.map(|rule| format!(" by `{}`", policy.rule(rule).0)).unwrap_or_default();
            format!("`{}`{rule}", denial.reason.code())
        };
        match self {
            Came::Unknown => "nobody is known by these claims".to_owned(),
            Came::Refused(denial) => format!("refused for {}", why(denial)),
            Came::Permitted(permit, _) => {
                format!("permitted to `{}`", policy.backend(permit.first().backend()).id)
            }
            Came::Cut(denial) => format!("answer cut for {}", why(denial)),
        }
    }
}
