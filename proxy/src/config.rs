//! The process's own configuration: where it listens, where its keys are, its limits. What decides about data stands
//! in the policy folder instead.
//!
//! ```
//! use sekisho::config::Config;
//! let text = r#"
//! [listen]
//! address = "127.0.0.1:8443"
//! certificate = "tls/server.pem"
//! key = "tls/server.key"
//! [admin]
//! address = "127.0.0.1:9443"
//! token = "keys/admin.token"
//! [policy]
//! dir = "policy"
//! [audit]
//! dir = "audit"
//! origin = "sekisho.example.jp/log/1"
//! p256_key = "keys/log-p256.pem"
//! ed25519_key = "keys/log-ed25519.pem"
//! fingerprint_key = "keys/fingerprint.key"
//! "#;
//! let config = Config::parse(text, "/etc/sekisho/sekisho.toml".as_ref()).unwrap();
//! assert_eq!(config.policy.dir.to_str(), Some("/etc/sekisho/policy"));
//! ```

mod credential;
mod limits;
mod parse;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::Deserialize;

pub use credential::{AwsKeys, Credential, CredentialHeader};
pub use limits::Limits;
pub(crate) use limits::ms;
pub use parse::ConfigError;

/// The whole process config. Paths in the file are relative to the folder that holds the file; here they are joined.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where clients come in.
    pub listen: Listen,
    /// Where operators look in.
    pub admin: Admin,
    /// Where the policy is.
    pub policy: PolicyFolder,
    /// Where the record goes.
    pub audit: Audit,
    /// Issuer id of the policy → that issuer's keys.
    #[serde(default)]
    pub issuers: BTreeMap<String, Issuer>,
    /// Who no longer counts.
    #[serde(default)]
    pub revocations: Option<Revocations>,
    /// Services that prove themselves by keys.
    #[serde(default)]
    pub services: Option<Services>,
    /// How the labels of conversations are sealed; answers carry none unless written.
    #[serde(default)]
    pub conversation: Option<Conversation>,
    /// Credential name of the policy's backends → what is sent.
    #[serde(default)]
    pub credentials: BTreeMap<String, Credential>,
    /// The bounds; everything has a default.
    #[serde(default)]
    pub limits: Limits,
}

/// `[listen]`: the TLS listener.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// IP address and port.
    pub address: SocketAddr,
    /// PEM certificate chain, leaf first.
    pub certificate: PathBuf,
    /// PEM private key of the leaf.
    pub key: PathBuf,
    /// DNS names and addresses that requests may be for, without port; all unless written.
    #[serde(default)]
    pub names: Vec<String>,
    /// Whether TLS 1.2 is spoken too; false unless written.
    #[serde(default)]
    pub tls_1_2: bool,
    /// Balancers that say who is behind them by the PROXY protocol, version 2: addresses with a prefix, as
    /// `10.1.0.0/24`. From these the header must come, from nobody else it may.
    #[serde(default)]
    pub balancers: Vec<IpNet>,
    /// Whose certificates clients may show; none are asked for unless written.
    #[serde(default)]
    pub clients: Option<Clients>,
}

/// `[listen.clients]`: client certificates.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    /// PEM file of the authorities that may sign them.
    pub anchors: PathBuf,
    /// PEM files of their revocation lists, one in each. With any, each authority needs one that has not expired.
    #[serde(default)]
    pub revoked: Vec<PathBuf>,
    /// Whether a client without a certificate is turned away; false unless written.
    #[serde(default)]
    pub required: bool,
}

/// `[admin]`: `/healthz` and `/readyz` bare, the rest behind the token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    /// A loopback address; exactly one of this and `socket`.
    #[serde(default)]
    pub address: Option<SocketAddr>,
    /// Path of a Unix socket, made with mode 0600.
    #[serde(default)]
    pub socket: Option<PathBuf>,
    /// File whose first line is the bearer token.
    pub token: PathBuf,
}

/// `[policy]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFolder {
    /// Folder with `policy.toml`, `rules/`, `tests/`.
    pub dir: PathBuf,
    /// Whether it is put into force when it changes; SIGHUP does so in any case. True unless written.
    #[serde(default = "watch")]
    pub watch: bool,
    /// Another policy folder, which decides everything too and is obeyed by nobody: what it would have decided otherwise
    /// is recorded.
    pub shadow: Option<PathBuf>,
}

fn watch() -> bool {
    true
}

/// `[audit]`: one transparency log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// Folder of the log; one process holds it at a time.
    pub dir: PathBuf,
    /// Unique name of the log, the first line of its checkpoints (C2SP tlog-checkpoint).
    pub origin: String,
    /// Size of a segment file, from 64 KiB on.
    #[serde(default = "segment_bytes")]
    pub segment_bytes: u64,
    /// PEM (PKCS#8) ECDSA P-256 key that signs checkpoints.
    pub p256_key: PathBuf,
    /// PEM (PKCS#8) Ed25519 key that signs checkpoints.
    pub ed25519_key: PathBuf,
    /// 32 bytes as 64 hex digits: the key of the record's fingerprints.
    pub fingerprint_key: PathBuf,
}

fn segment_bytes() -> u64 {
    64 * 1024 * 1024
}

/// `[issuers.ID]`: exactly one of `jwks`, `jwks_url` and `discovery`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// JWKS file (RFC 7517), read again when it changes.
    #[serde(default)]
    pub jwks: Option<PathBuf>,
    /// Where the issuer publishes its JWKS.
    #[serde(default)]
    pub jwks_url: Option<String>,
    /// Whether the issuer says itself where its JWKS is, at `/.well-known/openid-configuration` below its `iss` (OpenID
    /// Connect Discovery 1.0 §4): at a place of the same host.
    #[serde(default)]
    pub discovery: bool,
    /// PEM file of who may sign the certificate of that place; the system's authorities unless written.
    #[serde(default)]
    pub anchors: Option<PathBuf>,
    /// How often it is asked, in seconds.
    #[serde(default = "refresh_s")]
    pub refresh_s: u64,
    /// How long keys count after they were last seen there, in seconds.
    #[serde(default = "max_age_s")]
    pub max_age_s: u64,
}

fn refresh_s() -> u64 {
    300
}

fn max_age_s() -> u64 {
    24 * 3600
}

/// `[revocations]`: a list that somebody keeps fresh.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocations {
    /// TOML file, read again every two seconds.
    pub file: PathBuf,
    /// How long a list counts from its `issued` on, in seconds. After that nobody passes.
    pub max_age_s: u64,
}

/// `[services]`: what services prove themselves by, beside certificates.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// The file that `sekisho key` writes, read again every two seconds.
    #[serde(default)]
    pub keys: Option<PathBuf>,
    /// The file of the keys that open the secrets in it, which `sekisho key sealing` writes; read as often.
    #[serde(default)]
    pub sealing: Option<PathBuf>,
    /// Service id of the policy → JWKS file (RFC 7517) of the keys that sign its contexts, read again when it changes.
    #[serde(default)]
    pub contexts: BTreeMap<String, PathBuf>,
}

/// `[conversation]`: the labels that clients keep between the turns of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// The file that `sekisho key conversation` writes, read again every two seconds. The same for all replicas.
    pub keys: PathBuf,
    /// How long a label counts after the answer that brought it, in seconds; 30 days unless written.
    #[serde(default = "lifetime_s")]
    pub lifetime_s: u64,
}

fn lifetime_s() -> u64 {
    30 * 24 * 3600
}
