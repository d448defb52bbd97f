//! `sekisho policy`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(clap::Args, Debug)]
pub struct PolicyArgs {
    #[command(subcommand)]
    pub command: PolicyCommand,
}

#[derive(Subcommand, Debug)]
pub enum PolicyCommand {
    /// Say everything that is wrong with a policy folder (記述の誤りをすべて示す)
    #[command(
        after_help = "Examples:\n  sekisho policy check policies/genai\n  sekisho policy check policies/genai --format sarif > policy.sarif\n\nExit codes: 0 it loads; 1 it does not, and why; 2 the folder cannot be read"
    )]
    Check(CheckArgs),
    /// Run the tests of a policy folder (ポリシー自身の試験を実行する)
    #[command(
        after_help = "Examples:\n  sekisho policy test policies/genai\n\nExit codes: 0 all pass; 1 some fail; 2 the policy does not load"
    )]
    Test(PolicyFolder),
    /// Say what would be decided about a request, and why (判定とその理由を示す)
    #[command(
        after_help = "Examples:\n  sekisho policy explain policies/genai --issuer staff --claims roles=official --model MODEL --level 2 --text 'こんにちは'\n  sekisho policy explain policies/genai --issuer staff --claims roles=official --model MODEL --file draft.txt\n\nExit codes: 0 permitted; 1 refused; 2 error"
    )]
    Explain(ExplainArgs),
}

#[derive(clap::Args, Debug)]
pub struct CheckArgs {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// How faults are printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
}

/// How faults are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ReportFormat {
    /// Each with its line of the source
    Text,
    /// One array: `file`, `line`, `column`, `severity`, `message`, `help`
    Json,
    /// SARIF 2.1.0, as code scanning takes it
    Sarif,
}

#[derive(clap::Args, Debug)]
pub struct PolicyFolder {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct ExplainArgs {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Which issuer vouches for the claims: an id of the policy
    #[arg(long, value_name = "ID")]
    pub issuer: String,
    /// What the token claims; may be given more than once
    #[arg(long, value_name = "KEY=VALUE")]
    pub claims: Vec<String>,
    /// The token names the client certificate of its connection
    #[arg(long)]
    pub bound: bool,
    /// Through which service: an id of the policy
    #[arg(long, value_name = "ID")]
    pub service: Option<String>,
    /// The declared level; none is what an undeclared request is
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    /// The model asked for
    #[arg(long, value_name = "NAME")]
    pub model: String,
    /// The newest text of the person
    #[arg(long, conflicts_with = "file")]
    pub text: Option<String>,
    /// A file with the newest text of the person; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}
