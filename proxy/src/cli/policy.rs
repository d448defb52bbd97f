//! `sekisho policy`: is a folder right, does it pass its own tests, and what would it decide.

mod report;
mod sentence;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use sekisho_detectors::RuleSet;
use sekisho_policies::{
    Claims, Decision, Declared, Direction, FindingKey, Person, Policy, Question, Subject, Summary, Turn,
    Unknown, Voice, Voucher, suite,
};

use super::args::{CheckArgs, ExplainArgs, PolicyCommand};
use super::out::{BAD, GOOD, paint};
use super::{Ended, Lang, Out, Trouble, Verdict, clock};
use sekisho::policy_folder::Folder;

/// Checks, tests or explains.
pub fn run(command: PolicyCommand, lang: Lang, out: &mut Out) -> Ended {
    match command {
        PolicyCommand::Check(args) => check(&args, lang, out),
        PolicyCommand::Test(args) => test(&Folder::read(&args.dir)?, lang, out),
        PolicyCommand::Explain(args) => explain(&args, lang, out),
    }
}

/// Everything that is wrong, also with the examples that rules carry.
fn check(args: &CheckArgs, lang: Lang, out: &mut Out) -> Ended {
    let folder = Folder::read(&args.dir)?;
    let examined = folder.examine();
    report::write(args.format, &folder, &examined, lang, out)?;
    Ok(Verdict::of(examined.errors() == 0))
}

fn test(folder: &Folder, lang: Lang, out: &mut Out) -> Ended {
    let (policy, rules) = folder.load()?;
    let policy = Arc::new(policy);
    let failures = suite::run(&policy, &|text| summary(&rules, text), clock::now_s());
    for failure in &failures {
        out.line(&format!("{} {failure}", paint(BAD, lang.pick("失敗", "FAILS"))))?;
    }
    let count = policy.tests().len();
    out.line(&lang.pick(
        format!("試験{count}件、失敗{}件", failures.len()),
        format!("{count} tests, {} failed", failures.len()),
    ))?;
    Ok(Verdict::of(failures.is_empty()))
}

fn explain(args: &ExplainArgs, lang: Lang, out: &mut Out) -> Ended {
    let (policy, rules) = Folder::read(&args.dir)?.load()?;
    let policy = Arc::new(policy);
    let subject = match subject(&policy, args)? {
        Ok(subject) => subject,
        Err(unknown) => {
            out.line(&refused(lang))?;
            out.line(&sentence::unknown(unknown, lang))?;
            return Ok(Verdict::Negative);
        }
    };
    let findings = summary(&rules, &text(args)?);
    let declared = declared(&policy, args.level.as_deref())?;
    let question = Question {
        subject: &subject,
        declared,
        model: &args.model,
        findings: &findings,
        now: clock::now_s(),
    };
    let decision = policy.decide(&question);
    let (verdict, line, steps) = match &decision {
        Decision::Permit(permit) => {
            (Verdict::Positive, paint(GOOD, lang.pick("許可", "permitted")), permit.steps())
        }
        Decision::Refuse(denial) => {
            (Verdict::Negative, format!("{} ({})", refused(lang), denial.reason.code()), &denial.steps[..])
        }
    };
    out.line(&line)?;
    for step in steps {
        out.line(&format!("  {}", sentence::of(step, &policy, lang)))?;
    }
    if let Decision::Permit(permit) = &decision {
        for line in sentence::obligations(permit, &findings, &policy, &rules, lang) {
            out.line(&format!("  {line}"))?;
        }
    }
    Ok(verdict)
}

fn refused(lang: Lang) -> String {
    paint(BAD, lang.pick("拒否", "refused"))
}

/// Who it is for the policy, or why it does not know them.
fn subject(policy: &Policy, args: &ExplainArgs) -> Result<Result<Subject, Unknown>, Trouble> {
    let known: Vec<&str> = policy.issuers().iter().map(|issuer| issuer.id.as_str()).collect();
    if !known.contains(&args.issuer.as_str()) {
        return Err(Trouble::Message(format!(
            "the policy has no issuer `{}`; it has: {}",
            args.issuer,
            known.join(", ")
        )));
    }
    let claims = claims(&args.claims)?;
    let voucher = policy.find_issuer(&args.issuer).map(Voucher::Issuer);
    let person = voucher.map(|voucher| Person { voucher, claims: &claims, bound: args.bound });
    let service = match &args.service {
        None => None,
        Some(id) => Some(policy.find_service(id).ok_or_else(|| {
            let known = policy.services().iter().map(|service| service.id.as_str()).collect::<Vec<_>>();
            Trouble::Message(format!("the policy has no service `{id}`; it has: {}", known.join(", ")))
        })?),
    };
    Ok(policy.subject(person, service))
}

/// `KEY=VALUE`; a key given twice has two values.
fn claims(pairs: &[String]) -> Result<Claims, Trouble> {
    let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in pairs {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| Trouble::Message(format!("`{pair}` is not KEY=VALUE")))?;
        claims.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    Ok(Claims(claims))
}

fn declared(policy: &Policy, level: Option<&str>) -> Result<Declared, Trouble> {
    let Some(id) = level else {
        return Ok(Declared::Absent);
    };
    let label = policy.scale().level(id).ok_or_else(|| {
        let known: Vec<&str> = policy.scale().levels().map(|level| level.id.as_str()).collect();
        Trouble::Message(format!("the policy has no level `{id}`; it has: {}", known.join(", ")))
    })?;
    Ok(Declared::Level(label))
}

fn text(args: &ExplainArgs) -> Result<String, Trouble> {
    let Some(path) = &args.file else {
        return Ok(args.text.clone().unwrap_or_default());
    };
    let read = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    read.map_err(|error| Trouble::at(path.display(), error))
}

/// What the rules find in the newest words of a person.
fn summary(rules: &RuleSet, text: &str) -> Summary {
    let mut summary = Summary::default();
    for finding in rules.scan(text) {
        summary.add(FindingKey {
            rule: finding.rule,
            direction: Direction::Prompt,
            voice: Voice::User,
            turn: Turn::Newest,
            confidence: finding.confidence,
        });
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_pairs_and_a_repeated_key_has_several_values() {
        let given = |pairs: &[&str]| claims(&pairs.iter().map(|pair| (*pair).to_owned()).collect::<Vec<_>>());
        let claims = given(&["roles=a", "roles=b", "org=x=y"]).unwrap();
        assert_eq!(claims.values("roles"), ["a", "b"]);
        assert_eq!(claims.values("org"), ["x=y"]);
        assert!(given(&["roles"]).is_err());
    }
}
