//! Keys of services, issued and revoked while the gate runs.

use std::fs;
use std::path::Path;

use crate::HELLO;
use sekisho_tests::{Ask, Backend, Gate, Reply, Script, sekisho};

const SERVICE: &str = r#"
[[service]]
id = "nightly"
ceiling = "2"
floor = "2"
clearance = "2"
keys = true
ja = "夜間処理"
en = "the nightly batch"

[[access]]
id = "the-batch-may-ask"
then = "permit"
services = ["nightly"]
"#;

fn issue(file: &Path, service: &str) -> String {
    let output = sekisho(&["key", "issue", "--file", file.to_str().unwrap(), "--service", service]);
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A gate that knows the service, and a key of it.
fn serve() -> (Gate, Backend, String) {
    let mut key = String::new();
    let (gate, backend) = Gate::serve("", |folder| {
        let edit = |name: &str, more: &str| {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            fs::write(folder.join(name), text + more).unwrap();
        };
        edit("dev/policy/people.toml", SERVICE);
        edit("dev/sekisho.toml", "\n[services]\nkeys = \"../services.toml\"\n");
        key = issue(&folder.join("services.toml"), "nightly");
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    (gate, backend, key)
}

fn with(gate: &Gate, place: &str, key: &str) -> Reply {
    gate.ask(Ask::chat(HELLO).nobody().head(place, key).level("2"))
}

#[test]
fn a_service_asks_by_its_key_until_it_is_revoked() {
    let (gate, _backend, key) = serve();
    assert_eq!(with(&gate, "authorization", &format!("Bearer {key}")).status, 200);
    let reply = with(&gate, "x-api-key", &key);
    assert_eq!(reply.status, 200, "{}", reply.show());
    let events = gate.events_of(reply.record());
    assert_eq!(events[0]["unmapped"]["proof"], "service-key");
    assert_eq!(events[0]["unmapped"]["service"], "nightly");
    let mut wrong = key.clone();
    let last = if wrong.pop() == Some('a') { 'b' } else { 'a' };
    wrong.push(last);
    let refused = with(&gate, "x-api-key", &wrong).refused(401);
    assert!(refused.error().contains("service-key"), "{}", refused.show());
    // One credential and no more.
    let both = Ask::chat(HELLO).head("x-api-key", &key).level("2");
    gate.ask(both).refused(400);

    let file = gate.folder().join("services.toml");
    let second = issue(&file, "nightly");
    let text = fs::read_to_string(&file).unwrap();
    let id = text.split("id = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(sekisho(&["key", "revoke", "--file", file.to_str().unwrap(), "--id", id]).status.success());
    gate.wait_until("the list is read again", || with(&gate, "x-api-key", &key).status == 401);
    assert_eq!(with(&gate, "x-api-key", &second).status, 200);
}

#[test]
fn a_key_in_a_prompt_does_not_leave() {
    let (gate, backend, key) = serve();
    gate.ask(Ask::chat(&format!("この鍵で動きません：{key}")).level("1"));
    let told = backend.requests().concat();
    assert!(told.contains("この鍵で動きません") && !told.contains(&key), "{told}");
}
