//! `sekisho policy`: is a folder right, does it keep its own promises, what does it say, what would it decide, and whom would
//! a change affect.

mod coverage;
mod explain;
mod format;
mod impact;
mod new;
mod recorded;
mod report;
mod schema;
mod sentence;
mod show;
mod test;

use std::sync::Arc;

use sekisho::policy_folder::Folder;
use sekisho_detectors::RuleSet;
use sekisho_policies::Policy;

use super::args::{CheckArgs, PolicyCommand};
use super::{Ended, Lang, Out, Trouble, Verdict, clock};

/// Does what was asked.
pub fn run(command: PolicyCommand, lang: Lang, out: &mut Out) -> Ended {
    match command {
        PolicyCommand::New(args) => new::run(&args, lang, out),
        PolicyCommand::Check(args) => check(&args, lang, out),
        PolicyCommand::Fmt(args) => format::run(&args, lang, out),
        PolicyCommand::Show(args) => show::run(&args, lang, out),
        PolicyCommand::Test(args) => test::run(&args, lang, out),
        PolicyCommand::Explain(args) => explain::run(&args, lang, out),
        PolicyCommand::Impact(args) => impact::run(&args, lang, out),
        PolicyCommand::Schema => schema::run(out),
    }
}

/// Everything that is wrong, also with the examples that rules carry, and what deserves a look.
fn check(args: &CheckArgs, lang: Lang, out: &mut Out) -> Ended {
    let folder = Folder::read(&args.dir)?;
    let examined = folder.examine(clock::now_s());
    report::write(args.format, &folder, &examined, lang, out)?;
    let strict = args.strict && !examined.diagnostics.is_empty();
    Ok(Verdict::of(examined.errors() == 0 && !strict))
}

/// A policy and its rules, ready to decide.
fn load(dir: &std::path::Path) -> Result<(Arc<Policy>, RuleSet), Trouble> {
    let (policy, rules) = Folder::read(dir)?.load()?;
    Ok((Arc::new(policy), rules))
}

/// A moment as people write it, in the policy's local time.
fn written(policy: &Policy, seconds: u64) -> String {
    let offset = i32::try_from(policy.utc_offset().minutes() * 60).ok();
    let offset = offset.and_then(|seconds| jiff::tz::Offset::from_seconds(seconds).ok());
    let offset = offset.unwrap_or(jiff::tz::Offset::UTC);
    let time = i64::try_from(seconds).ok().and_then(|s| jiff::Timestamp::from_second(s).ok());
    let text = time.map_or_else(|| "?".to_owned(), |time| time.display_with_offset(offset).to_string());
    // A day's first second is the day.
    text.split_once("T00:00:00").map(|(day, _)| day.to_owned()).unwrap_or(text)
}
