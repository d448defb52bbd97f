//! What may be written on the command line, and the help that says so.

mod key;
mod policy;
mod rules;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use super::Lang;

pub use key::*;
pub use policy::*;
pub use rules::*;

/// Checks every exchange between clients and model backends: who asks, at which Confidentiality Level, what is in
/// the text, and where it may be computed.
#[derive(Parser, Debug)]
#[command(name = "sekisho", version, about = "The checkpoint between clients and model backends (生成AIの関所)", after_help = MAIN_EXAMPLES)]
pub struct Args {
    /// Language of messages; otherwise the locale decides (LC_ALL, LC_MESSAGES, LANG)
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    #[command(subcommand)]
    pub command: Command,
}

const MAIN_EXAMPLES: &str = "\
Examples:
  sekisho dev                                    everything on this machine, nothing to set up
  sekisho dev --tour                             play the exchanges a person would meet, then check the log
  echo '番号は123456789018です' | sekisho scan   look for personal data, secrets and markings
  sekisho serve --config /etc/sekisho/config.toml

Exit codes: 0 done; 1 done, and the answer is negative; 2 wrong use or an error";

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the checkpoint (関所を動かす)
    #[command(
        after_help = "Examples:\n  sekisho serve --config /etc/sekisho/config.toml\n\nSIGTERM drains: open exchanges end, the log is closed, exit code 0."
    )]
    Serve(ServeArgs),
    /// Run everything on this machine: CA, people, backends, policy, log (開発環境を動かす)
    #[command(after_help = DEV_EXAMPLES)]
    Dev(DevArgs),
    /// Look for personal data, secrets and markings in files or standard input (文書を検査する)
    #[command(after_help = SCAN_EXAMPLES)]
    Scan(ScanArgs),
    /// List, show and test the detector rules (検出規則の一覧・表示・試験)
    #[command(
        after_help = "Examples:\n  sekisho rules list --category 'secret.*'\n  sekisho rules show marking.level-2\n  sekisho rules test --rules my-policy/rules"
    )]
    Rules(RulesArgs),
    /// Check, test and explain a policy folder (ポリシーの検査・試験・説明)
    #[command(
        after_help = "Examples:\n  sekisho policy check policies/genai\n  sekisho policy test policies/genai\n  sekisho policy explain policies/genai --help"
    )]
    Policy(PolicyArgs),
    /// Verify and read an audit log (監査ログの検証・閲覧)
    #[command(
        after_help = "Examples:\n  sekisho audit verify --log target/dev/audit --key target/dev/audit_key\n  sekisho audit tail --log target/dev/audit --follow"
    )]
    Audit(AuditArgs),
    /// Make a development CA and certificates (開発用認証局と証明書)
    #[command(
        after_help = "Examples:\n  sekisho certs init --dir ca\n  sekisho certs issue --dir ca --name gate.example --ip 127.0.0.1"
    )]
    Certs(CertsArgs),
    /// Issue, revoke and list keys of services (サービスの鍵の発行・失効・一覧)
    #[command(
        after_help = "Examples:\n  sekisho key issue --file keys/services.toml --service nightly\n  sekisho key list --file keys/services.toml\n  sekisho key revoke --file keys/services.toml --id 0123456789ab\n\nThe gate reads the file that `[services] keys` of its configuration names, every two seconds."
    )]
    Key(KeyArgs),
    /// Print the version (版を表示する)
    #[command(after_help = "Examples:\n  sekisho version")]
    Version,
}

impl Command {
    /// True if exit code 0 says more than that the command ran.
    pub fn answers(&self) -> bool {
        match self {
            Command::Dev(args) => args.tour,
            Command::Scan(args) => args.fail_on.is_some(),
            Command::Policy(_) | Command::Rules(_) => true,
            Command::Audit(args) => matches!(args.command, AuditCommand::Verify(_)),
            Command::Serve(_) | Command::Certs(_) | Command::Key(_) | Command::Version => false,
        }
    }
}

const DEV_EXAMPLES: &str = "\
Examples:
  sekisho dev
  sekisho dev --tour
  sekisho dev --dir /tmp/gate --listen 127.0.0.1:9443 --admin 127.0.0.1:9444

Listens on loopback only. Keys live 24 hours; a restart within them keeps the CA, the keys and the log.
SIGTERM or Ctrl-C ends it: open exchanges end, the log is closed, exit code 0.
With --tour: exit code 0 only if every exchange ended as promised and the log verifies, else 1.";

const SCAN_EXAMPLES: &str = "\
Examples:
  sekisho scan notes.txt minutes/*.md
  cat prompt.txt | sekisho scan --fail-on high
  sekisho scan --input jsonl --format jsonl < texts.jsonl     lines {\"id\":…,\"text\":…}
  sekisho scan --rules my-policy/rules notes.txt              the built-in rules and these

Prints places, categories and rules, never the text that was found. Offsets are bytes of the original.
Exit codes: 0 scanned, whatever was found; 1 only with --fail-on, if something that sure was found; 2 error";

#[derive(clap::Args, Debug)]
pub struct ServeArgs {
    /// The process's configuration: listeners, key paths, folders
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct DevArgs {
    /// Where everything is kept
    #[arg(long, value_name = "DIR", default_value = "target/dev")]
    pub dir: PathBuf,
    /// Where clients connect; loopback only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8443")]
    pub listen: SocketAddr,
    /// Where the admin side answers; loopback only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8444")]
    pub admin: SocketAddr,
    /// Play the exchanges a person would meet, verify the log, and end
    #[arg(long)]
    pub tour: bool,
}

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// `file:line:column: category rule confidence`
    Text,
    /// One array of all inputs
    Json,
    /// One line for each input
    Jsonl,
}

/// What the input is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Input {
    /// Each file is one text
    Text,
    /// Each line is one text: `{"id":…,"text":…}`
    Jsonl,
}

/// How sure a finding must be to count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Sure {
    Low,
    Medium,
    High,
}

#[derive(clap::Args, Debug)]
pub struct ScanArgs {
    /// Files to scan; none, or `-`, is standard input
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// What the input is
    #[arg(long, value_enum, default_value = "text")]
    pub input: Input,
    /// Rules of one's own, beside the built-in ones: every *.toml below this folder
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Exit with 1 if something at least this sure is found
    #[arg(long, value_name = "CONFIDENCE", value_enum)]
    pub fail_on: Option<Sure>,
}

#[derive(clap::Args, Debug)]
pub struct AuditArgs {
    #[command(subcommand)]
    pub command: AuditCommand,
}

#[derive(Subcommand, Debug)]
pub enum AuditCommand {
    /// Check that a log is whole and signed (ログの完全性と署名を検証する)
    #[command(
        after_help = "Examples:\n  sekisho audit verify --log target/dev/audit --key target/dev/audit_key\n  sekisho audit verify --log /var/lib/sekisho/audit --key keys.vkey --open\n\nExit codes: 0 whole; 1 not, and where; 2 the folder or the key file cannot be read"
    )]
    Verify(VerifyArgs),
    /// Print records as JSON lines (記録をJSON行で表示する)
    #[command(
        after_help = "Examples:\n  sekisho audit tail --log target/dev/audit\n  sekisho audit tail --log target/dev/audit --from 100 --follow | jq ."
    )]
    Tail(TailArgs),
}

#[derive(clap::Args, Debug)]
pub struct VerifyArgs {
    /// The log's folder
    #[arg(long, value_name = "DIR")]
    pub log: PathBuf,
    /// The signers' keys: one vkey a line
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// The log is in use, or its process was killed: account for everything up to the last checkpoint
    #[arg(long)]
    pub open: bool,
    /// Check every signature, not only those of the first, last and key-change checkpoints
    #[arg(long)]
    pub all: bool,
}

#[derive(clap::Args, Debug)]
pub struct TailArgs {
    /// The log's folder
    #[arg(long, value_name = "DIR")]
    pub log: PathBuf,
    /// The first record to print, counted from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub from: u64,
    /// Wait for more
    #[arg(long)]
    pub follow: bool,
}

#[derive(clap::Args, Debug)]
pub struct CertsArgs {
    #[command(subcommand)]
    pub command: CertsCommand,
}

#[derive(Subcommand, Debug)]
pub enum CertsCommand {
    /// Make a certificate authority: ca.pem and ca.key (認証局を作る)
    #[command(after_help = "Examples:\n  sekisho certs init --dir ca\n\nNever overwrites.")]
    Init(InitArgs),
    /// Issue a server certificate: NAME.pem and NAME.key (サーバー証明書を発行する)
    #[command(
        after_help = "Examples:\n  sekisho certs issue --dir ca --name gate.example\n  sekisho certs issue --dir ca --name localhost --ip 127.0.0.1 --ip ::1 --days 30"
    )]
    Issue(IssueArgs),
}

#[derive(clap::Args, Debug)]
pub struct InitArgs {
    /// Where to put it
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// For how many days it is valid
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub days: u32,
}

#[derive(clap::Args, Debug)]
pub struct IssueArgs {
    /// The folder of the certificate authority
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// The DNS name; also names the files
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// An address that the certificate is for; may be given more than once
    #[arg(long, value_name = "ADDRESS")]
    pub ip: Vec<IpAddr>,
    /// For how many days it is valid
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=397))]
    pub days: u32,
}

#[cfg(test)]
mod tests {
    use clap::{Command as Clap, CommandFactory};

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_help_has_examples() {
        fn check(command: &Clap) {
            let help = command.clone().render_help().to_string();
            assert!(help.contains("Examples:"), "{}", command.get_name());
            command.get_subcommands().filter(|sub| sub.get_name() != "help").for_each(check);
        }
        check(&Args::command());
    }
}
