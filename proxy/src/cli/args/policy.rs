//! `sekisho policy`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(clap::Args, Debug)]
pub struct PolicyArgs {
    #[command(subcommand)]
    pub command: PolicyCommand,
}

#[derive(Subcommand, Debug)]
pub enum PolicyCommand {
    /// Begin a ministry's folder, with comments (府省のポリシーの雛形を作る)
    #[command(
        after_help = "Examples:\n  sekisho policy new policies/genai/ministries/mof --inherits policies/genai --ministry mof\n\nThe folder inherits: it can only tighten what the other one says. Nothing that exists is overwritten."
    )]
    New(NewArgs),
    /// Say everything that is wrong with a policy folder, or deserves a look (誤りと注意をすべて示す)
    #[command(
        after_help = "Examples:\n  sekisho policy check policies/genai\n  sekisho policy check policies/genai --strict\n  sekisho policy check policies/genai --format sarif > policy.sarif\n\nExit codes: 0 it loads; 1 it does not, and why (with --strict also: something deserves a look); 2 the folder cannot be read"
    )]
    Check(CheckArgs),
    /// Write a policy folder as everybody writes it (書式を整える)
    #[command(
        after_help = "Examples:\n  sekisho policy fmt policies/genai\n  sekisho policy fmt policies/genai --check\n\nKeys in the reference's order, one empty line between tables; comments stay.\nExit codes: 0 done; 1 with --check: some file would change; 2 error"
    )]
    Fmt(FmtArgs),
    /// Say each rule of a policy as a sentence (規則を文章で示す)
    #[command(
        after_help = "Examples:\n  sekisho policy show policies/genai --lang ja\n  sekisho policy show policies/genai --lang en | less"
    )]
    Show(PolicyFolder),
    /// Run the tests of a policy folder (ポリシー自身の試験を実行する)
    #[command(
        after_help = "Examples:\n  sekisho policy test policies/genai\n  sekisho policy test policies/genai --coverage    each rule dropped or weakened: does a test notice?\n  sekisho policy test policies/genai --watch\n\nExit codes: 0 all pass, and with --coverage every change that alters a decision is noticed; 1 otherwise; 2 the policy does not load"
    )]
    Test(TestArgs),
    /// Say what would be decided about a request, or was, and why (判定とその理由を示す)
    #[command(
        after_help = "Examples:\n  sekisho policy explain policies/genai --claims roles=official --model genai-default --level 2 --text 'こんにちは'\n  sekisho policy explain policies/genai --claims roles=official --model genai-default --file draft.txt --format json\n  sekisho policy explain policies/genai --record 0123456789abcdef0123456789abcdef --log target/dev/audit\n\nExit codes: 0 permitted; 1 refused; 2 error"
    )]
    Explain(Box<ExplainArgs>),
    /// Say from a log whom rules and policies in shadow would have affected (影響を記録から集計する)
    #[command(
        after_help = "Examples:\n  sekisho policy impact --log target/dev/audit\n  sekisho policy impact --log /var/lib/sekisho/audit --since 2026-11-23T00:00:00+09:00 --format json"
    )]
    Impact(ImpactArgs),
    /// Print the JSON Schema of policy files, for editors (エディター用のJSONスキーマ)
    #[command(after_help = "Examples:\n  sekisho policy schema > policy.schema.json")]
    Schema,
}

#[derive(clap::Args, Debug)]
pub struct NewArgs {
    /// The folder to make
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The policy folder that it tightens
    #[arg(long, value_name = "DIR")]
    pub inherits: PathBuf,
    /// Whose people it is about: an id of that policy; without it, everybody
    #[arg(long, value_name = "ID")]
    pub ministry: Option<String>,
}

#[derive(clap::Args, Debug)]
pub struct CheckArgs {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// How faults are printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
    /// Exit code 1 also for what only deserves a look
    #[arg(long)]
    pub strict: bool,
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

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum PlainFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

#[derive(clap::Args, Debug)]
pub struct FmtArgs {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Change nothing; say which files would
    #[arg(long)]
    pub check: bool,
}

#[derive(clap::Args, Debug)]
pub struct PolicyFolder {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct TestArgs {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Drop and weaken each rule in turn: would a test notice?
    #[arg(long)]
    pub coverage: bool,
    /// Run again whenever a file of the folder changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// How results are printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: PlainFormat,
}

#[derive(clap::Args, Debug)]
pub struct ExplainArgs {
    /// The policy folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Which issuer vouches for the claims: an id of the policy; needless where there is one
    #[arg(long, value_name = "ID")]
    pub issuer: Option<String>,
    /// What the token claims; may be given more than once
    #[arg(long, value_name = "KEY=VALUE")]
    pub claims: Vec<String>,
    /// The token names the client certificate of its connection
    #[arg(long)]
    pub bound: bool,
    /// Through which service, or which service by itself: an id of the policy
    #[arg(long, value_name = "ID")]
    pub service: Option<String>,
    /// The claims are what the service says of the person in its context
    #[arg(long)]
    pub context: bool,
    /// The declared level, with compartments as `2+a+b`; none is what an undeclared request is
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    /// The label that the conversation brings, written like a level, or `new`; none is a request that says nothing of it
    #[arg(long, value_name = "LEVEL")]
    pub conversation: Option<String>,
    /// The model asked for
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// Where the connection comes from
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub from: IpAddr,
    /// When; now, if it is left out
    #[arg(long, value_name = "TIME")]
    pub at: Option<jiff::Timestamp>,
    /// The newest text of the person
    #[arg(long, conflicts_with = "file")]
    pub text: Option<String>,
    /// A file with the newest text of the person; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Instead of all these: the exchange of this id in a log
    #[arg(long, value_name = "ID", requires = "log", conflicts_with_all = ["claims", "service", "model", "text", "file", "level", "conversation"])]
    pub record: Option<String>,
    /// The folder of the log
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// How the answer is printed: `json` has every sentence in Japanese and English
    #[arg(long, value_enum, default_value = "text")]
    pub format: PlainFormat,
}

#[derive(clap::Args, Debug)]
pub struct ImpactArgs {
    /// The folder of the log
    #[arg(long, value_name = "DIR")]
    pub log: PathBuf,
    /// From when on; a week ago, if it is left out
    #[arg(long, value_name = "TIME")]
    pub since: Option<jiff::Timestamp>,
    /// Until when; now, if it is left out
    #[arg(long, value_name = "TIME")]
    pub until: Option<jiff::Timestamp>,
    /// How the report is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: PlainFormat,
}
