//! The process config of the environment, written as a file like any other, so that it can be read and compared.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::Ed25519KeyPair;
use sekisho::config::Config;
use sekisho::conversation::KeyFile;
use sekisho_audit::hex;

use super::home::Home;
use super::pki::Leaf;
use crate::cli::Trouble;
use crate::cli::clock::now_s;
use crate::cli::key::pair;

/// The config's file name in the folder.
const FILE: &str = "sekisho.toml";

/// The file of the services' keys in the folder.
pub const SERVICE_KEYS: &str = "keys/services.toml";

/// What the config says beside fixed names.
pub struct Settings<'a> {
    /// Where clients connect.
    pub listen: SocketAddr,
    /// Where the admin side answers.
    pub admin: SocketAddr,
    /// The gate's certificate.
    pub leaf: &'a Leaf,
    /// The issuer's id in the policy.
    pub issuer: &'a str,
    /// Names of the credentials that backends ask for.
    pub credentials: &'a BTreeSet<String>,
}

impl Settings<'_> {
    /// Makes the keys that are not there yet, writes the file, and reads it back.
    pub fn settle(&self, home: &Home) -> Result<Config, Trouble> {
        home.keep("keys/log-p256.pem", || Ok(pair::pem(&pair::p256()?).into()))?;
        home.keep("keys/log-ed25519.pem", || Ok(pair::pem(&ed25519()?).into()))?;
        home.keep("keys/fingerprint.key", || Ok(hex(&random::<32>()?).into_bytes()))?;
        home.keep("admin_token", || Ok(hex(&random::<32>()?).into_bytes()))?;
        home.keep("keys/backend_credential", || Ok(hex(&random::<16>()?).into_bytes()))?;
        home.keep("keys/conversation.toml", conversation_key)?;
        let origin = home.keep("keys/origin", || {
            Ok(format!("sekisho.invalid/development/{}", hex(&random::<8>()?)).into_bytes())
        })?;
        let text = self.text(&String::from_utf8_lossy(&origin));
        home.write(FILE, text.as_bytes())?;
        Config::parse(&text, &home.at(FILE)).map_err(|error| Trouble::Message(error.to_string()))
    }

    fn text(&self, origin: &str) -> String {
        let credential = |name: &String| {
            format!("\n[credentials.{name:?}]\nheader = \"bearer\"\nfile = \"keys/backend_credential\"\n")
        };
        let credentials: String = self.credentials.iter().map(credential).collect();
        format!(
            r#"# Written by `sekisho dev` at each start.
[listen]
address = "{listen}"
certificate = "{certificate}"
key = "{key}"

[admin]
address = "{admin}"
token = "admin_token"

[policy]
dir = "policy"

[audit]
dir = "audit"
origin = "{origin}"
p256_key = "keys/log-p256.pem"
ed25519_key = "keys/log-ed25519.pem"
fingerprint_key = "keys/fingerprint.key"

[conversation]
keys = "keys/conversation.toml"

[services]
keys = "{SERVICE_KEYS}"

[issuers."{issuer}"]
jwks = "issuer.jwks.json"
{credentials}"#,
            listen = self.listen,
            certificate = self.leaf.certificate,
            key = self.leaf.key,
            admin = self.admin,
            issuer = self.issuer,
        )
    }
}

/// A key that `serve` does not take: anybody may have read it.
fn conversation_key() -> Result<Vec<u8>, Trouble> {
    let mut file = KeyFile { development: true, ..KeyFile::default() };
    file.make(now_s(), false)?;
    let text = toml::to_string(&file).map_err(|error| Trouble::at("conversation key", error))?;
    Ok(text.into_bytes())
}

fn ed25519() -> Result<Vec<u8>, Trouble> {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
    made.map(|der| der.as_ref().to_vec()).map_err(|error| Trouble::at("log key", error))
}

fn random<const N: usize>() -> Result<[u8; N], Trouble> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|error| Trouble::at("randomness", error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Lang;

    #[test]
    fn the_written_config_is_one_that_the_process_takes() {
        let dir = std::env::temp_dir().join(format!("sekisho-settings-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let home = Home::open(&dir, 1, Lang::En).unwrap();
        let leaf = Leaf { certificate: "keys/gate.pem".to_owned(), key: "keys/gate.key".to_owned() };
        let credentials = BTreeSet::from(["gov-cloud".to_owned()]);
        let (listen, admin) = ("127.0.0.1:1".parse().unwrap(), "[::1]:2".parse().unwrap());
        let settings = Settings { listen, admin, leaf: &leaf, issuer: "staff", credentials: &credentials };
        let first = settings.settle(&home).unwrap();
        assert!(first.credentials.contains_key("gov-cloud"));
        assert_eq!(first.audit.dir, home.at("audit"));
        assert_eq!(settings.settle(&home).unwrap(), first, "keys and origin are kept");
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
