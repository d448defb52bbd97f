//! A gate as it stands in GENAI (源内): one service asks by its key, models are on Bedrock, and business applications have
//! paths of their own. One backend plays all that is behind it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::{Ask, Backend, Gate, Reply, Script, bedrock, exapp, sekisho};

/// The service may ask by itself.
const PEOPLE: &str = r#"
[[access]]
id = "the-web-may-ask"
then = "permit"
services = ["genai-web"]
"#;

/// `minutes` is in the zone of Level 2, and GENAI's alone. `translate` is not, and officials may ask it as well; nobody
/// waits for it longer than three seconds. `report` begins, and is asked later what came of it.
const APPS: &str = r#"
[[app]]
id = "minutes"
path = "/apps/minutes/invoke"
backend = "minutes-app"
level_key = "confidentiality_level"
levels = { "機密性１情報" = "1", "機密性２情報" = "2" }
service = "genai-web"

[[app]]
id = "translate"
path = "/apps/translate/invoke"
backend = "translate-app"
level_key = "confidentiality_level"
levels = { "機密性１情報" = "1", "機密性２情報" = "2" }
ceiling = "1"
timeout_s = 3

[[app]]
id = "report"
path = "/apps/report/requests"
backend = "report-app"
level_key = "confidentiality_level"
levels = { "機密性１情報" = "1", "機密性２情報" = "2" }
service = "genai-web"
owner = "service"
"#;

/// Each application: its zone, and the end of its address.
const BACKENDS: [(&str, &str, &str); 3] = [
    ("minutes-app", "gov-cloud", "minutes/invoke"),
    ("translate-app", "commercial", "translate/invoke"),
    ("report-app", "gov-cloud", "report/requests"),
];

/// Pictures that a model made may pass at Level 1; what people send stays refused.
const PICTURES: &str = r#"
[[content]]
id = "pictures-that-models-make"
categories = ["opaque.media"]
direction = "completion"
levels = ["1"]
then = "allow"
"#;

/// What the gate shows the applications.
pub const APPS_KEY: &str = "the-gates-own-key-of-the-applications";

/// The gate, what is behind it, and the key of the service.
pub struct Genai {
    /// Where the service asks.
    pub gate: Gate,
    /// What the gate asks: Bedrock and every application.
    pub backend: Backend,
    key: String,
}

impl Genai {
    /// Starts it with these `[limits]`; the service's key is issued as its operator does.
    pub fn serve(limits: &str) -> Genai {
        let mut key = String::new();
        let (gate, backend) = Gate::serve(limits, |folder| {
            bedrock::place(folder);
            let policy = |name: &str| folder.join("dev/policy").join(name);
            edit(&policy("where.toml"), named);
            edit(&policy("people.toml"), |text| alone(&text) + PEOPLE);
            edit(&policy("content.toml"), |text| except_pictures(&text) + PICTURES);
            edit(&folder.join("dev/sekisho.toml"), |text| text + CONFIG);
            fs::write(folder.join("apps.key"), APPS_KEY).expect("a key can be written");
            key = issue(&folder.join("services.toml"));
            (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
        });
        let genai = Genai { gate, backend, key };
        genai.answers();
        genai
    }

    /// Everything behind the gate answers as it is asked.
    pub fn answers(&self) {
        self.backend.plays(Script::Asked(|request| {
            let path = request.split(' ').nth(1).unwrap_or_default();
            if path.contains("/model/") { bedrock::answer(request) } else { exapp::answer(request) }
        }));
    }

    /// The service's key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A form for `/apps/NAME/invoke`, as GENAI sends it: by its key, for a user whom it names by a pseudonym.
    pub fn form(&self, app: &str, inputs: &Value) -> Ask {
        let body = json!({ "inputs": inputs, "sessionId": "0b8c2a1e-5d2f-4f3a-9b1c-1f2e3d4c5b6a" });
        let ask = Ask::json(&body).path(&format!("/apps/{app}/invoke")).nobody();
        ask.head("x-api-key", &self.key).head("x-user-id", USER)
    }

    /// Asks one question in such a form.
    pub fn asks(&self, app: &str, question: &str) -> Reply {
        self.gate.ask(self.form(app, &json!({ "question": question })))
    }

    /// For a client that runs by itself: where the gate is, the service's key, and where the applications are.
    pub fn told(&self) -> PathBuf {
        let file = self.gate.folder().join("genai.json");
        let straight = format!("https://{}", self.backend.address);
        let told = json!({ "url": self.gate.ready.url, "key": self.key, "user": USER, "straight": straight });
        fs::write(&file, told.to_string()).expect("a file can be written");
        file
    }

    /// Whom it may believe: the gate's authority and the applications', in one file.
    pub fn authorities(&self) -> PathBuf {
        let file = self.gate.folder().join("authorities.pem");
        let both = [self.gate.ready.ca.clone(), self.gate.folder().join("dev/ca.pem")];
        let both = both.map(|ca| fs::read_to_string(ca).expect("an authority can be read"));
        fs::write(&file, both.concat()).expect("a file can be written");
        file
    }
}

/// A pseudonym as GENAI makes them: an HMAC-SHA-256 in base64url.
pub const USER: &str = "m2vXcT0Zb1rJq7sYw4uKfN8dLhE5gAiPoC3xVtB6nQk";

const CONFIG: &str = "\n[services]\nkeys = \"../services.toml\"\n\n\
                      [credentials.apps]\nheader = \"x-api-key\"\nfile = \"../apps.key\"\n";

fn edit(file: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(file).expect("dev writes it");
    fs::write(file, change(text)).expect("a file can be written");
}

/// The text with another part in place of one that must be there.
fn swapped(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the shipped policy has {from}");
    text.replacen(from, to, 1)
}

/// The service may show a key, and ask by itself.
fn alone(people: &str) -> String {
    let shown = "certificates = [\"dns:web.genai.example\"]";
    swapped(people, shown, &format!("{shown}\nkeys = true\nclearance = \"2\""))
}

fn except_pictures(content: &str) -> String {
    swapped(content, "except = [\"opaque.field\"]", "except = [\"opaque.field\", \"opaque.media\"]")
}

/// The policy's places, and the applications among them. Whose port it is, is filled in by whoever starts the backend.
fn named(places: String) -> String {
    let place = |id: &str, end: &str, split: &str| {
        [
            format!("url = \"https://127.0.0.1:0/{end}\""),
            "trust_anchor = \"anchors/development.pem\"".to_owned(),
            format!("upstream_model = \"{id}\""),
            "deployment = \"dedicated\"".to_owned(),
        ]
        .join(split)
    };
    let accredited = BACKENDS.iter().filter(|(_, zone, _)| *zone == "gov-cloud");
    let accredited: String =
        accredited.map(|(id, _, end)| format!("    {{ {} }},\n", place(id, end, ", "))).collect();
    let backend = |(id, zone, end): &(&str, &str, &str)| {
        let place = place(id, end, "\n");
        format!(
            "\n[[backend]]\nid = \"{id}\"\nzone = \"{zone}\"\n{place}\ndialect = \"exapp\"\ncredential = \"apps\"\n"
        )
    };
    let backends: String = BACKENDS.iter().map(backend).collect();
    swapped(&places, "names = [\n", &format!("names = [\n{accredited}")) + &backends + APPS
}

fn issue(file: &Path) -> String {
    let file = file.to_str().expect("the folder's name is UTF-8");
    let output = sekisho(&["key", "issue", "--file", file, "--service", "genai-web"]);
    assert!(output.status.success(), "a key is issued: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a key is ASCII").trim().to_owned()
}
