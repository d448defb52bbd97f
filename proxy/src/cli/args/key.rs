//! `sekisho key`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(clap::Args, Debug)]
pub struct KeyArgs {
    #[command(subcommand)]
    pub command: KeyCommand,
}

#[derive(Subcommand, Debug)]
pub enum KeyCommand {
    /// Issue a key: shown once, on standard output (鍵を発行する。表示は一度だけ)
    #[command(visible_alias = "new", after_help = ISSUE_EXAMPLES)]
    Issue(KeyIssueArgs),
    /// Make a key that seals the secrets of pairs (鍵の組の秘密を封じる鍵を作る)
    #[command(
        after_help = "Examples:\n  sekisho key sealing --file keys/sealing.toml\n  sekisho key sealing --file keys/sealing.toml --last\n\nThe gate reads the file that `[services] sealing` of its configuration names, every two seconds: its first key seals,\nall of them open. To change keys: add one, let every gate have the file, `sekisho key reseal`, then take the old one out."
    )]
    Sealing(KeySealingArgs),
    /// Seal the secrets of all pairs anew, with the first sealing key (秘密を新しい鍵で封じ直す)
    #[command(
        after_help = "Examples:\n  sekisho key reseal --file keys/services.toml --sealing keys/sealing.toml\n\nExit codes: 0 done; 2 a file cannot be read or written, or no key opens one of the secrets: then nothing was changed"
    )]
    Reseal(KeyResealArgs),
    /// Make a key pair with which a service signs contexts (コンテキストに署名する鍵の組を作る)
    #[command(
        after_help = "Examples:\n  sekisho key pair --private web.key --public keys/genai-web.jwks.json\n\nThe private key stays with the service. The gate reads the public one where `[services.contexts]` names it.\nTo change keys, add the new public key to that file, change the service, then take the old one out."
    )]
    Pair(KeyPairArgs),
    /// Make a key that seals the labels of conversations (会話ラベルを封じる鍵を作る)
    #[command(
        after_help = "Examples:\n  sekisho key conversation --file keys/conversation.toml\n  sekisho key conversation --file keys/conversation.toml --last\n\nThe gate reads the file that `[conversation] keys` of its configuration names, every two seconds: its first key seals,\nall of them open. Where several gates share it, add a key with --last, and move it to the top when all have it.\nTake a key out when its labels are too old to count."
    )]
    Conversation(KeyConversationArgs),
    /// Revoke a key: within seconds it no longer counts (鍵を失効させる)
    #[command(after_help = "Examples:\n  sekisho key revoke --file keys/services.toml --id 0123456789ab")]
    Revoke(KeyRevokeArgs),
    /// List keys by id, service and time; never the keys (鍵の一覧)
    #[command(after_help = "Examples:\n  sekisho key list --file keys/services.toml")]
    List(KeyListArgs),
}

const ISSUE_EXAMPLES: &str = "\
Examples:
  sekisho key issue --file keys/services.toml --service nightly --days 90
  sekisho key issue --file keys/services.toml --service nightly | vault-put nightly
  sekisho key new --sigv4 --sealing keys/sealing.toml --file keys/services.toml --service nightly > nightly.credentials
  sekisho key new --sigv4 --sealing keys/sealing.toml --file keys/services.toml --service nightly --format json

With --sigv4: a pair for AWS's SDKs, an access key id and a secret, as their credentials file has them below a profile's
name; with --format json as a `credential_process` answers. The secret lies sealed in the file.
Exit codes: 0 issued; 2 wrong use, or a file cannot be read or written: then nothing was issued";

/// How something is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum KeyFormat {
    /// For people and shells
    Text,
    /// One line of JSON
    Json,
}

#[derive(clap::Args, Debug)]
pub struct KeyIssueArgs {
    /// The file of keys; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// Whose it is: a service's id in the policy
    #[arg(long, value_name = "ID")]
    pub service: String,
    /// For how many days it counts
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=397))]
    pub days: u32,
    /// A pair that signs requests as for AWS (Signature Version 4), instead of a key that is sent
    #[arg(long, requires = "sealing")]
    pub sigv4: bool,
    /// The file of sealing keys: its first one seals the secret
    #[arg(long, value_name = "FILE", requires = "sigv4")]
    pub sealing: Option<PathBuf>,
    /// How it is printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: KeyFormat,
}

#[derive(clap::Args, Debug)]
pub struct KeySealingArgs {
    /// The file of sealing keys; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// Behind the others: it opens, and seals nothing yet
    #[arg(long)]
    pub last: bool,
}

#[derive(clap::Args, Debug)]
pub struct KeyResealArgs {
    /// The file of keys
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// The file of sealing keys
    #[arg(long, value_name = "FILE")]
    pub sealing: PathBuf,
}

#[derive(clap::Args, Debug)]
pub struct KeyPairArgs {
    /// Where the private key goes: PEM, PKCS #8, P-256
    #[arg(long, value_name = "FILE")]
    pub private: PathBuf,
    /// Where the public key goes: a JWK set
    #[arg(long, value_name = "FILE")]
    pub public: PathBuf,
    /// What the head of a context calls the key
    #[arg(long, value_name = "ID", default_value = "1")]
    pub kid: String,
}

#[derive(clap::Args, Debug)]
pub struct KeyConversationArgs {
    /// The file of keys; made if it is not there
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// Behind the others: it opens, and seals nothing yet
    #[arg(long)]
    pub last: bool,
}

#[derive(clap::Args, Debug)]
pub struct KeyRevokeArgs {
    /// The file of keys
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// Which key, as `sekisho key list` names it
    #[arg(long, value_name = "ID")]
    pub id: String,
}

#[derive(clap::Args, Debug)]
pub struct KeyListArgs {
    /// The file of keys
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// How it is printed; JSON is one line for each key
    #[arg(long, value_enum, default_value = "text")]
    pub format: KeyFormat,
}
