//! A gate that knows a service which says for whom it asks, and that service.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::forge::{self, Algorithm, Header};
use crate::{Backend, Gate, Script, sekisho};

const PEOPLE: &str = r#"
[[grant]]
id = "said"
service = "genai-web"
claims = { role = "official" }
clearance = "2"
ja = "職員"
en = "official, says GENAI"

[[access]]
id = "whoever-genai-says"
then = "permit"
grants = ["said"]
"#;

/// The gate, its backend, and the service's key in the gate's folder.
pub struct Speaking {
    /// Where the service asks.
    pub gate: Gate,
    /// What the gate asks.
    pub backend: Backend,
}

impl Speaking {
    /// The service's key is made as its operator makes it.
    pub fn serve() -> Speaking {
        let (gate, backend) = Gate::serve("", |folder| {
            let (home, path) = (folder.join("dev"), |name: &str| folder.join(name).display().to_string());
            let (private, public) = (path("web.key"), path("web.jwks.json"));
            let pair = ["key", "pair", "--private", &private, "--public", &public, "--kid", "web-1"];
            assert!(sekisho(&pair).status.success(), "a key pair is made");
            let edit = |name: &str, change: &dyn Fn(String) -> String| {
                let text = fs::read_to_string(home.join(name)).expect("dev writes it");
                fs::write(home.join(name), change(text)).expect("a file can be written");
            };
            edit("policy/people.toml", &|text| {
                let shown = "certificates = [\"dns:web.genai.example\"]";
                assert!(text.contains(shown), "the shipped policy has the service");
                text.replace(shown, "contexts = [\"ES256\"]") + PEOPLE
            });
            edit("sekisho.toml", &|text| text + "\n[services.contexts]\ngenai-web = \"../web.jwks.json\"\n");
            (home.join("keys/backends.pem"), home.join("keys/backends.key"))
        });
        backend.plays(Script::says("はい"));
        Speaking { gate, backend }
    }

    /// The service's private key.
    pub fn key(&self) -> PathBuf {
        self.gate.folder().join("web.key")
    }

    /// A context for this body, with claims changed.
    pub fn context(&self, change: impl FnOnce(&mut Value), body: &[u8]) -> String {
        let digest = URL_SAFE_NO_PAD.encode(sekisho_audit::sha256(&[body]));
        let mut claims = json!({
            "iss": "genai-web", "sub": "ada@digital.go.jp", "ministry": "digital", "role": "official",
            "exp": forge::now_s() + 60, "digest": digest,
        });
        change(&mut claims);
        let head = Header { kid: Some("web-1".to_owned()), ..Header::new(Algorithm::ES256) };
        forge::by(&self.key(), &head, &claims)
    }
}
