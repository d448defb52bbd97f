//! `sekisho key`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(clap::Args, Debug)]
pub struct KeyArgs {
    #[command(subcommand)]
    pub command: KeyCommand,
}

#[derive(Subcommand, Debug)]
pub enum KeyCommand {
    /// Issue a key: shown once, on standard output (鍵を発行する。表示は一度だけ)
    #[command(
        after_help = "Examples:\n  sekisho key issue --file keys/services.toml --service nightly --days 90\n  sekisho key issue --file keys/services.toml --service nightly | vault-put nightly"
    )]
    Issue(KeyIssueArgs),
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
}
