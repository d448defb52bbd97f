//! The tests a policy carries: what each says, and whether the policy decides so. A policy that changes what its own
//! tests promise does not go out.

use std::fmt;
use std::sync::Arc;

use crate::content::Obligation;
use crate::decide::{Decision, Declared, Question};
use crate::denial::Denial;
use crate::facts::{Direction, FindingKey, Key, Summary, Turn, What};
use crate::index::{BackendIndex, ContentRuleIndex, GrantIndex, ServiceIndex, ZoneIndex};
use crate::label::Label;
use crate::people::Voucher;
use crate::permit::{AnswerVerdict, Permit};
use crate::policy::Policy;
use crate::subject::{Claims, Person, Subject};

/// One `[[test]]`.
pub struct Test {
    /// The sentence it proves.
    pub name: String,
    /// The file it stands in.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    pub(crate) asker: Asker,
    pub(crate) declared: Declared,
    pub(crate) model: String,
    pub(crate) prompt: Said,
    pub(crate) earlier: Option<String>,
    pub(crate) answer: Option<Said>,
    pub(crate) now: Option<u64>,
    pub(crate) expect: Expect,
}

impl fmt::Debug for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.name)
    }
}

/// Who asks in a test, and through which service.
pub(crate) struct Asker {
    pub(crate) asks: Asks,
    pub(crate) service: Option<ServiceIndex>,
}

pub(crate) enum Asks {
    Claims { voucher: Voucher, bound: bool, claims: Claims },
    Grants(Vec<GrantIndex>),
    Nobody,
}

/// Text to scan, findings to assume, or both.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) text: Option<String>,
    pub(crate) findings: Summary,
}

/// What must come out; whatever is `None` is not looked at.
pub(crate) struct Expect {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<String>,
    pub(crate) rule: Option<ContentRuleIndex>,
    pub(crate) effective: Option<Label>,
    pub(crate) zone: Option<ZoneIndex>,
    pub(crate) backend: Option<BackendIndex>,
    pub(crate) obligations: Vec<(What, Obligation)>,
}

/// The outcomes a test may promise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It passes, and so does the answer, if the test has one.
    Permit,
    /// It is refused.
    Refuse,
    /// The policy knows nobody with these claims.
    Unknown,
    /// It passes, but the answer is cut.
    Cut,
}

impl Outcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Outcome::Permit => "permit",
            Outcome::Refuse => "refuse",
            Outcome::Unknown => "unknown",
            Outcome::Cut => "cut",
        }
    }
}

/// A test that did not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The file of the test.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The sentence it should have proved.
    pub name: String,
    /// What came out instead, and what was promised.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.name, self.message)
    }
}

/// Runs all tests. `scan` says what the rules find in a text, as if it were the newest words of a user's prompt;
/// `now` counts for tests that name no moment.
pub fn run(policy: &Arc<Policy>, scan: &dyn Fn(&str) -> Summary, now: u64) -> Vec<Failure> {
    let failures = policy.tests().iter().filter_map(|test| {
        let message = check(policy, test, scan, now).err()?;
        Some(Failure { file: test.file.clone(), line: test.line, name: test.name.clone(), message })
    });
    failures.collect()
}

/// What a test's exchange came to.
enum Came {
    Unknown,
    Refused(Denial),
    Permitted(Permit),
    Cut(Denial),
}

fn check(policy: &Arc<Policy>, test: &Test, scan: &dyn Fn(&str) -> Summary, now: u64) -> Result<(), String> {
    let mut findings = summary(&test.prompt, scan, Direction::Prompt, Turn::Newest);
    if let Some(text) = &test.earlier {
        findings.merge(&placed(&scan(text), Direction::Prompt, Turn::Earlier));
    }
    let answer = test.answer.as_ref().map(|said| summary(said, scan, Direction::Completion, Turn::Newest));
    let came = play(policy, test, &findings, answer.as_ref(), now);
    let expect = &test.expect;
    if came.outcome() != expect.outcome {
        return Err(format!("{} instead of `{}`", came.tell(policy), expect.outcome.as_str()));
    }
    match &came {
        Came::Unknown => Ok(()),
        Came::Refused(denial) | Came::Cut(denial) => refused(policy, expect, denial),
        Came::Permitted(permit) => permitted(policy, expect, permit, answer.as_ref().unwrap_or(&findings)),
    }
}

fn play(policy: &Arc<Policy>, test: &Test, findings: &Summary, answer: Option<&Summary>, now: u64) -> Came {
    let Some(subject) = test.asker.subject(policy) else {
        return Came::Unknown;
    };
    let now = test.now.unwrap_or(now);
    let question = Question { subject: &subject, declared: test.declared, model: &test.model, findings, now };
    let permit = match policy.decide(&question) {
        Decision::Refuse(denial) => return Came::Refused(denial),
        Decision::Permit(permit) => permit,
    };
    match answer.map(|answer| permit.judge_answer(permit.first(), answer)) {
        Some(AnswerVerdict::Cut(denial)) => Came::Cut(denial),
        _ => Came::Permitted(permit),
    }
}

fn refused(policy: &Policy, expect: &Expect, denial: &Denial) -> Result<(), String> {
    let code = denial.reason.code();
    if let Some(reason) = expect.reason.as_ref().filter(|reason| *reason != code) {
        return Err(format!("refused for `{code}` instead of `{reason}`"));
    }
    if let Some(wanted) = expect.rule.filter(|wanted| denial.rule != Some(*wanted)) {
        let by = denial.rule.map_or("no rule", |rule| policy.content_rule(rule).id.as_str());
        return Err(format!("refused by `{by}` instead of `{}`", policy.content_rule(wanted).id));
    }
    same_label(policy, expect, denial.effective)
}

fn permitted(policy: &Policy, expect: &Expect, permit: &Permit, findings: &Summary) -> Result<(), String> {
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

fn same_label(policy: &Policy, expect: &Expect, effective: Label) -> Result<(), String> {
    match expect.effective {
        Some(wanted) if wanted != effective => {
            let scale = policy.scale();
            Err(format!("counts as level `{}` instead of `{}`", scale.id(effective), scale.id(wanted)))
        }
        _ => Ok(()),
    }
}

fn summary(said: &Said, scan: &dyn Fn(&str) -> Summary, direction: Direction, turn: Turn) -> Summary {
    let mut all = said.findings.clone();
    if let Some(text) = &said.text {
        all.merge(&placed(&scan(text), direction, turn));
    }
    all
}

/// The same findings, found elsewhere.
fn placed(found: &Summary, direction: Direction, turn: Turn) -> Summary {
    let mut placed = Summary::default();
    for (key, count) in found.iter() {
        placed.add_many(FindingKey { direction, turn, ..key }, count);
    }
    placed
}

impl Asker {
    fn subject(&self, policy: &Policy) -> Option<Subject> {
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
            Came::Permitted(_) => Outcome::Permit,
            Came::Cut(..) => Outcome::Cut,
        }
    }

    fn tell(&self, policy: &Policy) -> String {
        let why = |denial: &Denial| {
            let rule =
                denial.rule.map(|rule| format!(" by `{}`", policy.content_rule(rule).id)).unwrap_or_default();
            format!("`{}`{rule}", denial.reason.code())
        };
        match self {
            Came::Unknown => "nobody is known by these claims".to_owned(),
            Came::Refused(denial) => format!("refused for {}", why(denial)),
            Came::Permitted(permit) => {
                format!("permitted to `{}`", policy.backend(permit.first().backend()).id)
            }
            Came::Cut(denial) => format!("answer cut for {}", why(denial)),
        }
    }
}
