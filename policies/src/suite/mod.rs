//! The tests a policy carries: what each says, and whether the policy decides so. A policy that changes what its own
//! tests promise does not go out.

mod coverage;
mod mutants;
mod play;
mod probes;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::content::Obligation;
use crate::decide::{Brought, Declared};
use crate::denial::PolicyRule;
use crate::facts::{Direction, FindingKey, Summary, Turn, What};
use crate::index::{BackendIndex, GrantIndex, QuotaIndex, ServiceIndex, ZoneIndex};
use crate::label::Label;
use crate::people::Voucher;
use crate::policy::Policy;
use crate::subject::Claims;

pub(crate) use coverage::unmissed;
pub use coverage::{Part, Survivor, Tested, coverage};

/// Who reads texts for a test: policies know no text.
pub trait Reader {
    /// What the rules find in a text, as if it were the newest words of a user's prompt.
    fn scan(&self, text: &str) -> Summary;

    /// The text as it goes on, when each finding of the rules owes this.
    fn forwarded(&self, text: &str, owed: &dyn Fn(FindingKey) -> Obligation) -> String;
}

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
    pub(crate) brought: Brought,
    pub(crate) recalled: Option<Label>,
    pub(crate) model: String,
    pub(crate) prompt: Said,
    pub(crate) earlier: Option<String>,
    pub(crate) answer: Option<Said>,
    pub(crate) from: IpAddr,
    pub(crate) used_up: Vec<QuotaIndex>,
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
    pub(crate) rule: Option<PolicyRule>,
    pub(crate) effective: Option<Label>,
    pub(crate) zone: Option<ZoneIndex>,
    pub(crate) backend: Option<BackendIndex>,
    pub(crate) obligations: Vec<(What, Obligation)>,
    pub(crate) forwarded: Option<String>,
    pub(crate) shadows: Vec<PolicyRule>,
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

/// Runs all tests. `now` counts for tests that name no moment.
pub fn run(policy: &Arc<Policy>, reader: &dyn Reader, now: u64) -> Vec<Failure> {
    let failures = policy.tests().iter().filter_map(|test| {
        let message = play::check(policy, test, &Read::of(test, reader), reader, now).err()?;
        Some(Failure { file: test.file.clone(), line: test.line, name: test.name.clone(), message })
    });
    failures.collect()
}

/// What a test's texts hold; read once, however often it is played.
struct Read {
    prompt: Summary,
    answer: Option<Summary>,
}

impl Read {
    fn of(test: &Test, reader: &dyn Reader) -> Read {
        let mut prompt = summary(&test.prompt, reader, Direction::Prompt);
        if let Some(text) = &test.earlier {
            prompt.merge(&placed(&reader.scan(text), Direction::Prompt, Turn::Earlier));
        }
        let answer = test.answer.as_ref().map(|said| summary(said, reader, Direction::Completion));
        Read { prompt, answer }
    }
}

fn summary(said: &Said, reader: &dyn Reader, direction: Direction) -> Summary {
    let mut all = said.findings.clone();
    if let Some(text) = &said.text {
        all.merge(&placed(&reader.scan(text), direction, Turn::Newest));
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
