//! Keys that an issuer publishes, and a gate that asks for them. Both tests wait for the half minute that lies between two
//! requests.

use std::fs;
use std::time::{Duration, Instant};

use crate::HELLO;
use sekisho_tests::forge::Header;
use sekisho_tests::{Ask, Backend, Gate, Script, Site, forge};

/// A gate whose one issuer publishes its keys at `publisher`; and the key set that dev has written for it.
fn serve(publisher: &Site) -> (Gate, Backend, String) {
    let mut set = String::new();
    let (gate, backend) = Gate::serve("", |folder| {
        let config = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&config).unwrap();
        let published =
            format!("jwks_url = \"http://{}/keys\"\nrefresh_s = 30\nmax_age_s = 60", publisher.address);
        assert!(text.contains("jwks = \"issuer.jwks.json\""), "{text}");
        fs::write(&config, text.replace("jwks = \"issuer.jwks.json\"", &published)).unwrap();
        set = fs::read_to_string(folder.join("dev/issuer.jwks.json")).unwrap();
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    (gate, backend, set)
}

fn ask(gate: &Gate, token: &str) -> (u16, String) {
    let reply =
        gate.ask(Ask::chat(HELLO).nobody().head("authorization", &format!("Bearer {token}")).level("1"));
    (reply.status, reply.text())
}

/// Longer than from one request for the keys to the next.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(90), "waited for {what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_key_that_is_published_counts_and_one_that_is_taken_away_does_not() {
    let publisher = Site::start();
    // What stands at the place before the gate starts is dev's own set; its text is known only then.
    let (gate, _backend, set) = serve(&publisher);
    let elder = gate.ready.token("official");
    let (head, claims) = forge::read(&elder);
    let kid = head["kid"].as_str().unwrap();
    let mut next = Header::new(jsonwebtoken::Algorithm::ES256);
    next.typ = head["typ"].as_str().map(str::to_owned);
    next.kid = Some("next".to_owned());
    let younger = forge::genuine(&next, &claims, &gate.folder().join("dev"));

    let (status, said) = ask(&gate, &elder);
    assert!(status == 503 && said.contains("issuer-keys"), "{status} {said}");
    assert_eq!(publisher.asked(), 1);
    assert!(gate.said().contains("answered 503 Service Unavailable, not 200"), "{}", gate.said());

    publisher.shows(&set);
    until("the keys", || ask(&gate, &elder).0 == 200);
    let asked = publisher.asked();
    // A stranger's key is not asked for again and again, and nobody waits for it.
    let started = Instant::now();
    for _ in 0..20 {
        assert_eq!(ask(&gate, &younger).0, 401);
    }
    assert!(publisher.asked() <= asked + 1 && started.elapsed() < Duration::from_secs(20));

    publisher.shows(&set.replace(kid, "next"));
    until("the next key", || ask(&gate, &younger).0 == 200);
    let (status, said) = ask(&gate, &elder);
    assert!(status == 401 && said.contains("unknown-key"), "{status} {said}");
}
