//! A gate whose models are on Amazon Bedrock, in front of a backend that plays it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::runtime;
use crate::{Backend, Gate};

/// The models of that gate and how they are deployed, as their names say: one of each maker whose form is known, and one
/// that makes pictures.
pub const MODELS: [(&str, &str); 6] = [
    ("jp.anthropic.claude-sonnet-4-6", "country"),
    ("amazon.nova-lite-v1:0", "regional"),
    ("amazon.titan-text-express-v1", "regional"),
    ("meta.llama3-70b-instruct-v1:0", "regional"),
    ("mistral.mistral-large-2402-v1:0", "regional"),
    ("amazon.nova-canvas-v1:0", "regional"),
];

/// The shipped policy with these models in the zone of Level 2, and the backend that is asked for all of them.
pub fn serve(limits: &str) -> (Gate, Backend) {
    serve_with(limits, |_| ())
}

/// The same, with whatever is done to its folder before it starts.
pub fn serve_with(limits: &str, change: impl FnOnce(&Path)) -> (Gate, Backend) {
    let (gate, backend) = Gate::serve(limits, |folder| {
        change(folder);
        place(folder);
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(runtime());
    (gate, backend)
}

/// Writes these models into dev's policy in this folder.
pub(crate) fn place(folder: &Path) {
    let places = folder.join("dev/policy/where.toml");
    let text = fs::read_to_string(&places).expect("dev writes the policy");
    fs::write(&places, moved(&text)).expect("the policy can be written");
}

/// The policy's places, and Bedrock among them. Whose port it is, is filled in by whoever starts the backend.
fn moved(places: &str) -> String {
    let (mut named, mut backends) = (String::new(), String::new());
    // Some are there already.
    let more = MODELS.iter().filter(|(model, _)| !places.contains(&format!("id = \"{model}\"")));
    for (number, (model, deployment)) in more.enumerate() {
        let place = |split: &str| {
            [
                format!("url = \"https://127.0.0.1:0/bedrock-{number}\""),
                "trust_anchor = \"anchors/development.pem\"".to_owned(),
                format!("upstream_model = \"{model}\""),
                format!("deployment = \"{deployment}\""),
            ]
            .join(split)
        };
        let _ = writeln!(named, "    {{ {} }},", place(", "));
        let _ = writeln!(
            backends,
            "[[backend]]\nid = \"bedrock-{number}\"\nzone = \"gov-cloud\"\n{}\ndialect = \"bedrock\"\n\
             region = \"ap-northeast-1\"\ncredential = \"gov-cloud\"\n\n\
             [[model]]\nid = \"{model}\"\nbackends = [\"bedrock-{number}\"]\n",
            place("\n")
        );
    }
    const EVIDENCE: &str = "names = [\n";
    assert!(places.contains(EVIDENCE), "the zone of Level 2 is accredited for what it names");
    format!("{}\n{backends}", places.replacen(EVIDENCE, &format!("{EVIDENCE}{named}"), 1))
}
