//! `sekisho rules`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(clap::Args, Debug)]
pub struct RulesArgs {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Subcommand, Debug)]
pub enum RulesCommand {
    /// List the detector rules: id, category, confidence, name (検出規則の一覧)
    #[command(
        after_help = "Examples:\n  sekisho rules list\n  sekisho rules list --category 'secret.*'\n  sekisho rules list --rules my-policy/rules --format json\n\nThe confidence is the highest that a finding of the rule can have."
    )]
    List(RulesListArgs),
    /// Show a rule: what it finds, why, how sure, and its samples (規則の内容を表示する)
    #[command(
        after_help = "Examples:\n  sekisho rules show github.pat\n  sekisho rules show marking.level-2 --lang ja\n  sekisho rules show own.project --rules my-policy/rules --format json\n\nIn examples, «…» marks what is found."
    )]
    Show(RulesShowArgs),
    /// Try every rule on its own examples and negatives (規則を自身の例で試験する)
    #[command(
        after_help = "Examples:\n  sekisho rules test\n  sekisho rules test --rules my-policy/rules\n\nExit codes: 0 every rule finds its examples and none of its negatives; 1 one does not, and where; 2 a file is no rule file"
    )]
    Test(RulesTestArgs),
}

/// How rules are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum RulesFormat {
    /// For people
    Text,
    /// For programs, in both languages
    Json,
}

#[derive(clap::Args, Debug)]
pub struct RulesListArgs {
    /// Only rules of this category, or of all below one: `secret.*`
    #[arg(long, value_name = "PATTERN")]
    pub category: Option<String>,
    /// Rules of one's own, beside the built-in ones: every *.toml below this folder
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// How they are printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: RulesFormat,
}

#[derive(clap::Args, Debug)]
pub struct RulesShowArgs {
    /// The rule's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// Rules of one's own, beside the built-in ones: every *.toml below this folder
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// How it is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: RulesFormat,
}

#[derive(clap::Args, Debug)]
pub struct RulesTestArgs {
    /// Rules of one's own, beside the built-in ones: every *.toml below this folder
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// How faults are printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: RulesFormat,
}
