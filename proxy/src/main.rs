//! The `sekisho` binary: the command line over the library, and the development environment.

mod cli;
mod dev;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
