//! `dev.json`: where everything is, for programs. It stands there only while every listener accepts.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// The file's content; paths are absolute and have no trailing slash.
#[derive(Serialize)]
pub struct Ready {
    /// Where clients connect.
    pub url: String,
    /// Where the admin side answers.
    pub admin: String,
    /// File with the admin side's bearer token.
    pub admin_token: PathBuf,
    /// The certificate authority to trust.
    pub ca: PathBuf,
    /// Files with one token each.
    pub tokens: Tokens,
    /// Files with one key each, by the id of the service.
    pub services: BTreeMap<String, PathBuf>,
    /// Model names of chat completions; the first serves Level 1 and Level 2.
    pub models: Vec<String>,
    /// Model names of Amazon Bedrock; the first serves Level 2.
    pub bedrock_models: Vec<String>,
    /// Where a business application is asked, below `url`.
    pub app: String,
    /// The policy in force.
    pub policy_dir: PathBuf,
    /// The log.
    pub audit_dir: PathBuf,
    /// The log's signers.
    pub audit_key: PathBuf,
}

/// Three people.
#[derive(Serialize)]
pub struct Tokens {
    /// Cleared to Level 2.
    pub official: PathBuf,
    /// Cleared to Level 1.
    pub contractor: PathBuf,
    /// Well signed, but no claim of the token is in the policy.
    pub stranger: PathBuf,
}

impl Ready {
    /// Puts the file in place in one step, so that whoever sees it sees all of it.
    pub fn announce(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        text.push('\n');
        let fresh = path.with_extension("json.new");
        fs::write(&fresh, text)?;
        fs::rename(&fresh, path)
    }

    /// Takes the file away; that it was not there is fine.
    pub fn withdraw(path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_exactly_the_promised_fields() {
        let dir = std::env::temp_dir().join(format!("sekisho-ready-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        let at = |name: &str| dir.join(name);
        let tokens = Tokens { official: at("o"), contractor: at("c"), stranger: at("s") };
        let ready = Ready {
            url: "https://127.0.0.1:8443".to_owned(),
            admin: "http://127.0.0.1:8444".to_owned(),
            admin_token: at("admin_token"),
            ca: at("ca.pem"),
            tokens,
            services: BTreeMap::from([("w".to_owned(), at("w"))]),
            models: vec!["m".to_owned()],
            bedrock_models: vec!["jp.m".to_owned()],
            app: "/apps/m/invoke".to_owned(),
            policy_dir: at("policy"),
            audit_dir: at("audit"),
            audit_key: at("audit_key"),
        };
        ready.announce(&at("dev.json")).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&fs::read(at("dev.json")).unwrap()).unwrap();
        let mut keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        keys.sort();
        let expect = [
            "admin",
            "admin_token",
            "app",
            "audit_dir",
            "audit_key",
            "bedrock_models",
            "ca",
            "models",
            "policy_dir",
            "services",
            "tokens",
            "url",
        ];
        assert_eq!(keys, expect);
        assert_eq!(value["tokens"].as_object().unwrap().len(), 3);
        Ready::withdraw(&at("dev.json")).unwrap();
        Ready::withdraw(&at("dev.json")).unwrap();
        assert!(fs::read_dir(&dir).unwrap().next().is_none());
        fs::remove_dir(&dir).unwrap();
    }
}
