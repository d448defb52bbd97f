//! Requests that are signed as for AWS, with pairs that this gate has issued. Beside the one that passes stand the nearest that
//! do not.

use std::fs;
use std::path::Path;

use sekisho_tests::bedrock;
use sekisho_tests::sigv4::{Pair, Signing};
use sekisho_tests::{Ask, Backend, Gate, Reply, Script, sekisho};
use serde_json::json;

use crate::HELLO;

const SERVICES: &str = r#"
[[service]]
id = "nightly"
ceiling = "2"
floor = "1"
clearance = "2"
keys = true
ja = "夜間処理"
en = "the nightly batch"

[[access]]
id = "the-batch-may-ask"
then = "permit"
services = ["nightly"]
"#;

/// A gate that knows the service, and a pair of it.
fn serve() -> (Gate, Backend, Pair) {
    let mut pair = None;
    let (gate, backend) = Gate::serve("", |folder| {
        let edit = |name: &str, more: &str| {
            let text = fs::read_to_string(folder.join(name)).unwrap();
            fs::write(folder.join(name), text + more).unwrap();
        };
        edit("dev/policy/people.toml", SERVICES);
        edit(
            "dev/sekisho.toml",
            "\n[services]\nkeys = \"../services.toml\"\nsealing = \"../sealing.toml\"\n[revocations]\nfile = \"../revoked.toml\"\nmax_age_s = 3155760000\n",
        );
        revoke(folder, "");
        pair = Some(Pair::issue(folder, "nightly"));
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    (gate, backend, pair.unwrap())
}

fn revoke(folder: &Path, entry: &str) {
    fs::write(folder.join("next.toml"), format!("issued = 2026-11-25T00:00:00Z\n{entry}")).unwrap();
    fs::rename(folder.join("next.toml"), folder.join("revoked.toml")).unwrap();
}

fn hello(gate: &Gate) -> Ask {
    gate.with_token(Ask::chat(HELLO).nobody().level("1"))
}

fn signed(gate: &Gate, pair: &Pair, ask: Ask) -> Ask {
    pair.sign(gate.ready.address(), ask, &Signing::default())
}

/// Refused before anybody was known: no record, nothing sent.
#[track_caller]
fn check(gate: &Gate, ask: Ask, code: &str) -> Reply {
    let reply = gate.ask(ask).refused(401);
    assert!(reply.error().contains(&format!("({code})")), "{code}: {}", reply.show());
    assert_eq!(reply.record(), "", "{}", reply.show());
    reply
}

#[test]
fn a_service_is_known_by_what_it_has_signed() {
    let (gate, backend, pair) = serve();
    for hashed in [false, true] {
        for http2 in [false, true] {
            let signing = Signing { hashed, ..Signing::default() };
            let ask = pair.sign(gate.ready.address(), hello(&gate), &signing);
            let reply = gate.ask(if http2 { ask.http2() } else { ask });
            assert_eq!((reply.status, reply.content().as_str()), (200, "はい"), "{}", reply.show());
            let known = &gate.events_of(reply.record())[0]["unmapped"];
            assert_eq!((&known["proof"], &known["service"]), (&json!("sigv4"), &json!("nightly")), "{known}");
        }
    }
    let seen = backend.requests().concat().to_lowercase();
    assert!(
        seen.contains("chat/completions") && !seen.contains("x-amz-") && !seen.contains("sksh"),
        "{seen}"
    );
    // Without a body, and with the level in the path.
    let models = gate.ask(signed(&gate, &pair, Ask::get("/v1/models").nobody()));
    assert_eq!(models.status, 200, "{}", models.show());
    let path = signed(
        &gate,
        &pair,
        hello(&gate).without("confidentiality-level").path("/level/1/v1/chat/completions"),
    );
    let reply = gate.ask(path);
    assert_eq!((reply.status, reply.head("confidentiality-level")), (200, "1"), "{}", reply.show());
}

#[test]
fn what_was_not_signed_is_refused() {
    let (gate, backend, pair) = serve();
    let good = signed(&gate, &pair, hello(&gate));
    let body = |ask: &Ask, from: &str, to: &str| {
        assert!(ask.text().contains(from));
        ask.clone().with_body(ask.text().replacen(from, to, 1))
    };
    check(&gate, body(&good, "\"user\"", "\"usEr\""), "sigv4-signature");
    check(&gate, good.clone().path("/v1/chat/completionz"), "sigv4-signature");
    check(&gate, good.clone().path("/level/1/v1/chat/completions"), "sigv4-signature");
    check(&gate, good.clone().method("PUT"), "sigv4-signature");
    check(&gate, good.clone().without("confidentiality-level").level("2"), "sigv4-signature");
    check(
        &gate,
        good.clone().without("content-type").head("content-type", "application/json;charset=utf-8"),
        "sigv4-signature",
    );
    check(&gate, good.clone().without("content-type"), "sigv4-heads");
    check(&gate, good.clone().without("confidentiality-level"), "sigv4-heads");
    check(&gate, good.clone().without("x-amz-date"), "sigv4-heads");
    check(&gate, good.clone().head("confidentiality-handling", "a"), "sigv4-heads");
    check(&gate, good.clone().head("x-amz-target", "a"), "sigv4-heads");
    check(&gate, good.clone().head("x-amz-security-token", "a"), "sigv4-session-token");
    gate.ask(good.clone().path("/v1/chat/completions?X-Amz-Expires=60")).refused(400);
    assert_eq!(backend.requests(), [""; 0], "nothing of these left");
    let reply = gate.ask(good);
    assert_eq!(reply.status, 200, "it is good as it was signed: {}", reply.show());
}

#[test]
fn a_body_is_held_to_the_hash_in_the_head_and_the_mismatch_is_recorded() {
    let (gate, _backend, pair) = serve();
    let signing = Signing { hashed: true, ..Signing::default() };
    let good = pair.sign(gate.ready.address(), hello(&gate), &signing);
    let other = good.text().replacen("\"user\"", "\"usEr\"", 1);
    let reply = gate.ask(good.clone().with_body(other)).refused(400);
    assert_eq!(gate.events_of(reply.record())[0]["unmapped"]["verdict"]["reason"], "context-digest");
    for said in ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"] {
        let ask = hello(&gate).head("x-amz-content-sha256", said);
        check(&gate, signed(&gate, &pair, ask), "sigv4-unsigned-body");
    }
}

#[test]
fn the_moment_the_service_and_the_pair_count() {
    let (gate, _backend, pair) = serve();
    let with = |pair: &Pair, signing: Signing| pair.sign(gate.ready.address(), hello(&gate), &signing);
    assert_eq!(gate.ask(with(&pair, Signing { off_s: -270, ..Signing::default() })).status, 200);
    assert_eq!(gate.ask(with(&pair, Signing { off_s: 270, ..Signing::default() })).status, 200);
    for off_s in [-310, 310] {
        let reply = check(&gate, with(&pair, Signing { off_s, ..Signing::default() }), "sigv4-clock");
        assert!(reply.error().contains("Signature expired"), "{}", reply.show());
    }
    let bedrock = hello(&gate).path("/model/amazon.nova-lite-v1%3A0/converse");
    let late = pair.sign(gate.ready.address(), bedrock, &Signing { off_s: -310, ..Signing::default() });
    let told = gate.ask(late);
    let (kind, message) = (told.head("x-amzn-errortype"), told.text());
    assert_eq!((told.status, kind), (401, "InvalidSignatureException"), "{}", told.show());
    // By these words and this head SDKs set their clocks, and try again.
    assert!(message.contains("Signature expired") && !told.head("date").is_empty(), "{}", told.show());
    check(&gate, with(&pair, Signing { service: "bedrock-runtime", ..Signing::default() }), "sigv4-scope");
    let unknown = Pair { id: "SKSHAAAAAAAAAAAAAAAA".to_owned(), ..pair.clone() };
    check(&gate, with(&unknown, Signing::default()), "service-key");
    let wrong = Pair { secret: pair.secret.replace("sekisho4_", "sekisho5_"), ..pair.clone() };
    check(&gate, with(&wrong, Signing::default()), "sigv4-signature");
    let session = Pair { token: Some("t".to_owned()), ..pair.clone() };
    check(&gate, with(&session, Signing::default()), "sigv4-session-token");
    let malformed = hello(&gate).head("authorization", "AWS4-HMAC-SHA256 Credential=x");
    assert_eq!(check(&gate, malformed, "sigv4-form").head("www-authenticate"), "AWS4-HMAC-SHA256");
    let presigned = hello(&gate).path("/v1/chat/completions?X-Amz-Signature=00");
    check(&gate, presigned, "sigv4-presigned");
    // One credential and no more.
    gate.ask(with(&pair, Signing::default()).head("x-api-key", "a")).refused(400);
    // The secret is no key that is sent.
    check(&gate, hello(&gate).head("x-api-key", &pair.secret), "token-malformed");
}

#[test]
fn a_pair_counts_until_it_is_revoked() {
    let (gate, _backend, pair) = serve();
    let folder = gate.folder();
    let second = Pair::issue(folder, "nightly");
    let status = |pair: &Pair| gate.ask(signed(&gate, pair, hello(&gate))).status;
    assert_eq!(status(&pair), 200);
    gate.wait_until("the second pair is read", || status(&second) == 200);
    let file = folder.join("services.toml");
    assert!(sekisho(&["key", "revoke", "--file", file.to_str().unwrap(), "--id", &pair.id]).status.success());
    gate.wait_until("the first is taken out", || status(&pair) == 401);
    assert_eq!(status(&second), 200);
    revoke(folder, &format!("[[revoked]]\nissuer = \"service\"\nkey = \"{}\"\n", second.id));
    gate.wait_until("the second is on the list", || status(&second) == 401);
    check(&gate, signed(&gate, &second, hello(&gate)), "revoked");
    revoke(folder, "");
    gate.wait_until("it is on the list no more", || status(&second) == 200);
    // Sealing keys are changed while the gate runs.
    let (sealing, keys) = (folder.join("sealing.toml"), file.to_str().unwrap());
    let sealing = sealing.to_str().unwrap();
    assert!(sekisho(&["key", "sealing", "--file", sealing]).status.success());
    assert!(sekisho(&["key", "reseal", "--file", keys, "--sealing", sealing]).status.success());
    std::thread::sleep(std::time::Duration::from_millis(2500));
    assert_eq!(status(&second), 200);
}

#[test]
fn nobodys_body_is_read_who_names_no_pair_that_counts() {
    let (gate, _backend, pair) = serve();
    // More than a body may have: whoever is known by their pair is told so, everybody else is not read at all.
    let large = hello(&gate).with_body("x".repeat(9 * 1024 * 1024));
    let known = gate.ask(signed(&gate, &pair, large.clone())).refused(413);
    assert_eq!(known.record(), "", "who asks is not known before the signature was verified");
    let unknown = Pair { id: "SKSHAAAAAAAAAAAAAAAA".to_owned(), ..pair };
    check(&gate, signed(&gate, &unknown, large), "service-key");
}

/// Our own keys to the backend.
fn own(id: &str) -> Pair {
    Pair {
        id: id.to_owned(),
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        token: Some("session".to_owned()),
    }
}

fn write(folder: &Path, pair: &Pair) {
    let Pair { id, secret, token } = pair;
    let token = token.as_deref().unwrap_or_default();
    let text = format!(
        "[gate]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = {token}\n"
    );
    fs::write(folder.join("next"), text).unwrap();
    fs::rename(folder.join("next"), folder.join("aws")).unwrap();
}

fn converse(gate: &Gate) -> Reply {
    let body = json!({ "messages": [{ "role": "user", "content": [{ "text": HELLO }] }] });
    gate.ask(Ask::json(&body).path("/model/amazon.nova-lite-v1%3A0/converse").level("2"))
}

/// A gate in front of Bedrock that signs with the keys of a file, which is not there yet.
fn signing() -> (Gate, Backend) {
    bedrock::serve_with("", |folder| {
        let file = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&file).unwrap();
        let bearer = "[credentials.\"gov-aws\"]\nheader = \"bearer\"\nfile = \"keys/backend_credential\"\n";
        assert!(text.contains(bearer), "{text}");
        let aws = "[credentials.gov-aws]\naws = \"file\"\nfile = \"../aws\"\nprofile = \"gate\"\n";
        fs::write(&file, text.replace(bearer, aws)).unwrap();
    })
}

#[test]
fn what_goes_to_bedrock_is_signed_with_our_own_keys_or_does_not_go() {
    let (gate, backend) = signing();
    let none = converse(&gate);
    assert_eq!(
        (none.status, none.head("x-amzn-errortype")),
        (503, "ServiceUnavailableException"),
        "{}",
        none.show()
    );
    let [decision, end] = &gate.events_of(none.record())[..] else { panic!("two records: {}", none.show()) };
    assert_eq!(decision["unmapped"]["verdict"]["zone"], "gov-aws", "{decision}");
    assert_eq!(
        (&end["status_detail"], &end["unmapped"]["outcome"]),
        (&json!("backend-credential"), &json!("not_sent"))
    );
    assert_eq!(backend.requests(), [""; 0]);
    for id in ["ASIAEXAMPLEEXAMPLE00", "ASIAEXAMPLEEXAMPLE01"] {
        write(gate.folder(), &own(id));
        gate.wait_until("the keys are read", || {
            converse(&gate).status == 200 && backend.requests().last().is_some_and(|last| last.contains(id))
        });
        assert_eq!(converse(&gate).status, 200);
        let requests = backend.requests();
        let request = requests.last().unwrap();
        assert!(own(id).has_signed(request), "{request}");
        assert!(!own("ASIAEXAMPLEEXAMPLE02").has_signed(request));
        let secret = &own(id).secret;
        assert!(!request.contains(secret), "a secret stays here");
    }
    let said = fs::read_to_string(gate.folder().join("stderr")).unwrap();
    assert_eq!(said.matches("credential `gov-aws`: ").count(), 1, "it is told once: {said}");
    assert!(said.contains("requests to backends that need it are refused"), "{said}");
}
