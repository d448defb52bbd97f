//! `audit tail`: the records as JSON lines, as far as checkpoints cover them. Checks no signature; `verify` does.

use std::thread;
use std::time::Duration;

use crate::cli::args::TailArgs;
use crate::cli::leaves::Leaves;
use crate::cli::{Ended, Out, Verdict};

/// How often a log in use is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Prints what there is; with `--follow`, also what comes.
pub fn run(args: &TailArgs, out: &mut Out) -> Ended {
    let mut leaves = Leaves::open(&args.log)?;
    loop {
        leaves.read(
            |index, leaf| {
                if index >= args.from { out.line(&String::from_utf8_lossy(leaf)) } else { Ok(()) }
            },
        )?;
        out.flush()?;
        if !args.follow {
            return Ok(Verdict::Positive);
        }
        thread::sleep(LOOK_EVERY);
    }
}
