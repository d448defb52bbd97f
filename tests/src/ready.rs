//! What `sekisho dev` says about itself in `dev.json`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// `dev.json`: where everything is. Unknown keys are allowed, missing ones are not.
#[derive(Deserialize, Clone, Debug, Default)]
pub struct Ready {
    /// `https://ADDRESS`, without a trailing slash.
    pub url: String,
    /// The admin side.
    pub admin: String,
    /// File with the credential of the admin side.
    pub admin_token: PathBuf,
    /// The development CA's certificate, PEM.
    pub ca: PathBuf,
    /// Files with the tokens of `official`, `contractor` and `stranger`.
    pub tokens: BTreeMap<String, PathBuf>,
    /// Names that clients may ask for; the first serves both levels.
    pub models: Vec<String>,
    /// The policy in force.
    pub policy_dir: PathBuf,
    /// The log.
    pub audit_dir: PathBuf,
    /// The log's vkey lines.
    pub audit_key: PathBuf,
}

impl Ready {
    /// Reads the file, which is complete as soon as it is there.
    pub fn read(path: &Path) -> Ready {
        let text = std::fs::read_to_string(path).expect("dev.json can be read");
        serde_json::from_str(&text)
            .unwrap_or_else(|e| panic!("dev.json is not what was promised: {e}\n{text}"))
    }

    /// Where the gate listens.
    pub fn address(&self) -> SocketAddr {
        let address = self.url.strip_prefix("https://").expect("the gate speaks HTTPS");
        address.parse().expect("`url` names an address and a port")
    }

    /// The token of one of the three people.
    pub fn token(&self, who: &str) -> String {
        let file = self.tokens.get(who).unwrap_or_else(|| panic!("dev.json has no token for `{who}`"));
        std::fs::read_to_string(file).expect("the token file can be read").trim().to_owned()
    }

    /// The name that serves both levels.
    pub fn model(&self) -> &str {
        self.models.first().expect("dev.json names a model")
    }
}
