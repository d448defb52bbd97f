//! Client certificates: services, tokens that are bound to them, revocation.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::HELLO;
use sekisho_tests::forge::{self, Header};
use sekisho_tests::{Ask, Backend, Gate, Reply, Script};

const PEOPLE: &str = r#"
[[service]]
id = "web"
ceiling = "1"
ministries = ["digital"]
certificates = ["spiffe://agency.example/web"]
ja = "画面"
en = "the web front"

[[service]]
id = "batch"
ceiling = "2"
floor = "2"
clearance = "2"
certificates = ["spiffe://agency.example/batch", "spiffe://agency.example/batch-old"]
ja = "夜間処理"
en = "the nightly batch"

[[access]]
id = "services-may-ask"
then = "permit"
services = ["batch"]
"#;

/// A gate that asks for client certificates, and knows two services.
fn serve(required: bool) -> (Gate, Backend) {
    let (gate, backend) = Gate::serve("", |folder| {
        forge::clients(folder, &["web", "batch", "nobody", "batch-old"]);
        let home = folder.join("dev");
        edit(&home.join("policy/people.toml"), |text| text + PEOPLE);
        edit(&home.join("sekisho.toml"), |text| {
            format!(
                "{text}\n[listen.clients]\nanchors = \"../clients.pem\"\nrevoked = [\"../clients.crl\"]\nrequired = {required}\n"
            )
        });
        (home.join("keys/backends.pem"), home.join("keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    (gate, backend)
}

fn edit(file: &Path, change: impl FnOnce(String) -> String) {
    fs::write(file, change(fs::read_to_string(file).unwrap())).unwrap();
}

fn ask_as(gate: &Gate, shown: &str, ask: Ask) -> Reply {
    gate.try_ask_as(shown, ask).unwrap()
}

fn opening(gate: &Gate, reply: &Reply) -> Value {
    let events = gate.events_of(reply.record());
    let user = events[0].pointer("/actor/user").cloned();
    let mut known = events[0]["unmapped"].clone();
    known["user"] = user.unwrap();
    known
}

#[test]
fn a_service_is_known_by_its_certificate() {
    let (gate, _backend) = serve(false);
    let reply = ask_as(&gate, "batch", Ask::chat(HELLO).nobody().level("1"));
    assert_eq!((reply.status, reply.head("confidentiality-level")), (200, "2"), "{}", reply.show());
    let known = opening(&gate, &reply);
    assert_eq!(
        (&known["service"], &known["proof"], &known["ministry"], &known["levels"]["effective"]),
        (&json!("batch"), &json!("certificate"), &Value::Null, &json!("2")),
        "{known}"
    );
    // The nearest that are not.
    let nobody = ask_as(&gate, "nobody", Ask::chat(HELLO).nobody().level("1"));
    assert_eq!((nobody.status, nobody.record()), (401, ""), "{}", nobody.show());
    let web = ask_as(&gate, "web", Ask::chat(HELLO).nobody().level("1"));
    assert_eq!(web.status, 403, "{}", web.show());
    assert!(web.error().contains("may not ask without saying for whom"), "{}", web.show());
    assert_eq!(gate.ask(Ask::chat(HELLO).nobody().level("1")).status, 401);
    assert!(gate.try_ask_as("batch-old", Ask::chat(HELLO).nobody()).is_err(), "it is revoked");
}

#[test]
fn a_person_asks_through_a_service_and_no_higher_than_it_may() {
    let (gate, _backend) = serve(false);
    let reply = ask_as(&gate, "web", Ask::chat(HELLO).level("1"));
    assert_eq!(reply.status, 200, "{}", reply.show());
    let known = opening(&gate, &reply);
    assert_eq!(
        (&known["service"], &known["proof"], &known["ministry"], &known["levels"]["clearance"]),
        (&json!("web"), &json!("token"), &json!("digital"), &json!("1")),
        "{known}"
    );
    ask_as(&gate, "web", Ask::chat(HELLO).level("2")).refused(403);
    assert_eq!(gate.ask(Ask::chat(HELLO).level("2")).status, 200, "by themselves they may");
    let batch = ask_as(&gate, "batch", Ask::chat(HELLO).level("2")).refused(403);
    assert!(batch.error().contains("people of your ministry"), "{}", batch.show());
}

#[test]
fn a_bound_token_is_of_no_use_on_another_connection() {
    let (gate, _backend) = serve(false);
    let (head, mut claims) = forge::read(&gate.ready.token("official"));
    claims["cnf"] = json!({ "x5t#S256": forge::thumbprint(&gate.folder().join("web.pem")) });
    let head: Header = serde_json::from_value(head).unwrap();
    let token = forge::genuine(&head, &claims, &gate.folder().join("dev"));
    let ask = || Ask::chat(HELLO).nobody().head("authorization", &format!("Bearer {token}")).level("1");
    let reply = ask_as(&gate, "web", ask());
    assert_eq!(reply.status, 200, "{}", reply.show());
    assert_eq!(opening(&gate, &reply)["proof"], "bound-token");
    assert_eq!(ask_as(&gate, "nobody", ask()).status, 401);
    let stolen = gate.ask(ask()).refused(401);
    assert!(stolen.error().contains("token-binding"), "{}", stolen.show());
}

#[test]
fn who_must_show_a_certificate_and_does_not_is_turned_away() {
    let (gate, _backend) = serve(true);
    assert_eq!(ask_as(&gate, "web", Ask::chat(HELLO).level("1")).status, 200);
    assert!(gate.try_ask(Ask::chat(HELLO).level("1")).is_err());
}

#[test]
fn whoever_is_revoked_is_refused_on_open_connections_too() {
    let (gate, _backend) = serve(false);
    let mut kept = gate.keep_as("batch");
    assert_eq!(kept.ask(&gate.with_token(Ask::chat(HELLO).nobody())).status, 200);
    let (list, folder) = (gate.folder().join("clients.crl"), gate.folder());
    fs::write(folder.join("broken.crl"), "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n").unwrap();
    fs::rename(folder.join("broken.crl"), &list).unwrap();
    gate.wait_until("what cannot be used is told", || {
        gate.said().contains("client certificates cannot be verified")
    });
    assert_eq!(kept.ask(&gate.with_token(Ask::chat(HELLO).nobody())).status, 200, "and changes nothing");
    fs::rename(folder.join("all.crl"), &list).unwrap();
    let ask = gate.with_token(Ask::chat(HELLO).nobody());
    gate.wait_until("the list is read again", || kept.ask(&ask).status == 401);
    let refused = kept.ask(&ask);
    assert!(refused.error().contains("client-certificate"), "{}", refused.show());
    assert!(gate.try_ask_as("batch", Ask::chat(HELLO).nobody()).is_err(), "a new handshake ends");
    assert_eq!(gate.ask(Ask::chat(HELLO).level("2")).status, 200, "people without one may still ask");
}

#[test]
fn a_renewed_certificate_is_served_and_one_without_its_key_is_not() {
    let (gate, _backend) = serve(false);
    let next = gate.folder().join("next");
    fs::create_dir(&next).unwrap();
    forge::certificate(&next);
    let put = |name: &str| fs::rename(next.join(name), gate.folder().join(name)).unwrap();
    put("server.pem");
    gate.wait_until("what does not belong together is told", || gate.said().contains("cannot serve"));
    assert_eq!(gate.ask(Ask::chat(HELLO).level("1")).status, 200, "the former pair serves on");
    put("server.key");
    put("ca.pem");
    gate.wait_until("the pair is read again", || {
        gate.try_ask(Ask::chat(HELLO).level("1")).is_ok_and(|r| r.status == 200)
    });
}

#[test]
fn client_anchors_that_cannot_serve_stop_the_start() {
    let gate = Gate::start();
    gate.stop();
    let home = gate.folder().join("dev");
    forge::certificate(gate.folder());
    for (anchors, why) in [("ca.pem", "development authority"), ("sekisho.toml", "sekisho.toml")] {
        let text = fs::read_to_string(home.join("sekisho.toml")).unwrap();
        let text = text.replace("keys/gate.pem", "../server.pem").replace("keys/gate.key", "../server.key");
        let file = home.join("wrong.toml");
        fs::write(&file, format!("{text}\n[listen.clients]\nanchors = \"{anchors}\"\n")).unwrap();
        let output = sekisho_tests::sekisho(&["--lang", "en", "serve", "--config", file.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
}
