//! The command line. Every command ends in one of three exit codes:
//! 0 done, 1 done and the answer is negative (findings, a log that does not verify), 2 wrong use or an error.

mod args;
mod lang;
pub mod out;
pub mod stop;

pub mod audit;
mod certs;
pub mod clock;
mod files;
pub mod key;
pub mod leaves;
mod policy;
mod rules;
mod scan;
pub mod serve;

use std::panic::PanicHookInfo;
use std::process::ExitCode;

use clap::Parser;

pub use lang::Lang;
pub use out::Out;

use args::{Args, Command};

/// What a command came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Exit code 0.
    Positive,
    /// Exit code 1.
    Negative,
}

impl Verdict {
    /// [`Verdict::Positive`] if `holds`.
    pub fn of(holds: bool) -> Verdict {
        if holds { Verdict::Positive } else { Verdict::Negative }
    }
}

/// Why a command could not be carried out.
#[derive(Debug)]
pub enum Trouble {
    /// Exit code 2, after this message. Never holds a piece of what was scanned.
    Message(String),
    /// Whoever read our output has gone (`sekisho … | head`). A quiet end: exit code 0, or 1 if the code is an answer.
    Hangup,
}

impl Trouble {
    /// Something could not be done with `subject` (a path, an address) because of `cause`.
    pub fn at(subject: impl std::fmt::Display, cause: impl std::fmt::Display) -> Trouble {
        Trouble::Message(format!("{subject}: {cause}"))
    }
}

impl From<String> for Trouble {
    fn from(message: String) -> Trouble {
        Trouble::Message(message)
    }
}

impl From<sekisho::loaded::LoadError> for Trouble {
    fn from(error: sekisho::loaded::LoadError) -> Trouble {
        Trouble::Message(error.to_string())
    }
}

/// What every command returns.
pub type Ended = Result<Verdict, Trouble>;

/// Parses the arguments, runs the command and says how it ended.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(tell_place));
    let args = Args::parse();
    let lang = args.lang.unwrap_or_else(Lang::of_locale);
    let mut out = Out::stdout();
    // A reader who leaves early must not turn a negative result into a good one.
    let hangup = Verdict::of(!args.command.answers());
    let ended = match run(args.command, lang, &mut out) {
        Err(Trouble::Hangup) => Ok(hangup),
        ended => ended,
    };
    let ended = match (ended, out.flush()) {
        (Ok(_), Err(Trouble::Message(message))) => Err(Trouble::Message(message)),
        (ended, _) => ended,
    };
    match ended {
        Ok(Verdict::Positive) | Err(Trouble::Hangup) => ExitCode::SUCCESS,
        Ok(Verdict::Negative) => ExitCode::from(1),
        Err(Trouble::Message(message)) => {
            out::complain(&message);
            ExitCode::from(2)
        }
    }
}

/// Where a panic was, and nothing of what was being worked on: its message may quote a text.
fn tell_place(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "?".to_owned(), ToString::to_string);
    out::complain(&format!("panic at {place}"));
}

fn run(command: Command, lang: Lang, out: &mut Out) -> Ended {
    match command {
        Command::Serve(args) => serve::run(&args, lang, out),
        Command::Dev(args) => crate::dev::run(&args, lang, out),
        Command::Scan(args) => scan::run(&args, lang, out),
        Command::Rules(args) => rules::run(args.command, lang, out),
        Command::Policy(args) => policy::run(args.command, lang, out),
        Command::Audit(args) => audit::run(args.command, lang, out),
        Command::Certs(args) => certs::run(args.command, lang, out),
        Command::Key(args) => key::run(args.command, lang, out),
        Command::Version => {
            out.line(&format!("sekisho {}", env!("CARGO_PKG_VERSION"))).map(|()| Verdict::Positive)
        }
    }
}

pub use args::{DevArgs, VerifyArgs};
