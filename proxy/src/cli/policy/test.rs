//! `policy test`: does the policy keep its own promises, and would its tests notice if it did not.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use sekisho::policy_folder::{self, Folder};
use sekisho_exchange::Texts;
use sekisho_policies::suite::{self, Failure};
use serde_json::{Value, json};

use super::coverage;
use crate::cli::args::{PlainFormat, TestArgs};
use crate::cli::out::{self, BAD, paint};
use crate::cli::{Ended, Lang, Out, Trouble, Verdict, clock};

/// How often a watched folder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Runs the tests once, or each time the folder changes.
pub fn run(args: &TestArgs, lang: Lang, out: &mut Out) -> Ended {
    if !args.watch {
        return once(args, lang, out);
    }
    let mut seen = None;
    loop {
        let now = policy_folder::stamp(&args.dir);
        if seen != Some(now) {
            seen = Some(now);
            // A folder that is being edited may well not load; whoever edits it wants to hear why, and to go on.
            if let Err(Trouble::Message(message)) = once(args, lang, out) {
                out::complain(&message);
            }
            out.flush()?;
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn once(args: &TestArgs, lang: Lang, out: &mut Out) -> Ended {
    let folder = Folder::read(&args.dir)?;
    let (policy, rules) = folder.load()?;
    let policy = Arc::new(policy);
    let (reader, now) = (Texts(&rules), clock::now_s());
    let failures = suite::run(&policy, &reader, now);
    let count = policy.tests().len();
    // What a failing test notices says nothing.
    let covered = (args.coverage && failures.is_empty())
        .then(|| suite::coverage(&policy, &reader, now, &|file| folder.owns(file)));
    let survivors =
        covered.iter().flat_map(|parts| parts.values()).any(|tested| !tested.survivors.is_empty());
    match args.format {
        PlainFormat::Json => {
            let parts = covered.as_ref().map(|parts| coverage::plain(parts, &policy));
            out.line(
                &json!({ "tests": count, "failures": plain(&failures), "coverage": parts }).to_string(),
            )?;
        }
        PlainFormat::Text => {
            for failure in &failures {
                out.line(&format!("{} {failure}", paint(BAD, lang.pick("失敗", "FAILS"))))?;
            }
            if let Some(parts) = &covered {
                coverage::write(parts, &policy, lang, out)?;
            }
            out.line(&summary(&args.dir, count, failures.len(), lang))?;
        }
    }
    Ok(Verdict::of(failures.is_empty() && !survivors))
}

fn summary(dir: &Path, count: usize, failed: usize, lang: Lang) -> String {
    if count == 0 {
        return lang
            .pick(format!("{}に試験がありません", dir.display()), format!("{} has no tests", dir.display()));
    }
    lang.pick(format!("試験{count}件、失敗{failed}件"), format!("{count} tests, {failed} failed"))
}

fn plain(failures: &[Failure]) -> Value {
    let failure = |Failure { file, line, name, message }: &Failure| json!({ "file": file, "line": line, "name": name, "message": message });
    Value::from_iter(failures.iter().map(failure))
}
