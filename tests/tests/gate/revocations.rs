//! The list of revocations, read by a running gate.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::HELLO;
use sekisho_tests::{Ask, Backend, Gate, Script};

/// Far longer than the two seconds between two readings.
const SOON: Duration = Duration::from_secs(20);

const FRESH: &str = "issued = 2026-11-25T00:00:00Z\n";

/// A gate with this list, which counts for so long.
fn serve(list: &str, max_age_s: u64) -> (Gate, Backend) {
    let (gate, backend) = Gate::serve("", |folder| {
        let config = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&config).unwrap();
        let section = format!("[revocations]\nfile = \"../revoked.toml\"\nmax_age_s = {max_age_s}\n");
        fs::write(&config, format!("{text}\n{section}")).unwrap();
        fs::write(folder.join("revoked.toml"), list).unwrap();
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    (gate, backend)
}

const CENTURY_S: u64 = 3_155_760_000;

fn list(gate: &Gate) -> PathBuf {
    gate.folder().join("revoked.toml")
}

/// Puts another list in its place at once.
fn replace(file: &Path, text: &str) {
    let next = file.with_extension("next");
    fs::write(&next, text).unwrap();
    fs::rename(next, file).unwrap();
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < SOON, "waited for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn ask(gate: &Gate) -> u16 {
    gate.ask(Ask::chat(HELLO).level("1")).status
}

fn official(gate: &Gate) -> String {
    let (_, claims) = sekisho_tests::forge::read(&gate.ready.token("official"));
    claims["sub"].as_str().unwrap().to_owned()
}

#[test]
fn who_is_put_on_the_list_is_refused_and_others_are_not() {
    let (gate, _backend) = serve(FRESH, CENTURY_S);
    assert_eq!(ask(&gate), 200);
    let entry = format!("[[revoked]]\nissuer = \"staff\"\nsubject = \"{}\"\n", official(&gate));
    replace(&list(&gate), &format!("{FRESH}{entry}"));
    until("the list", || ask(&gate) == 401);
    let refused = gate.ask(Ask::chat(HELLO).level("1")).refused(401);
    assert!(refused.error().contains("revoked"), "{}", refused.show());
    assert_eq!(gate.ask(Ask::chat(HELLO).by("contractor").level("1")).status, 200);
    replace(&list(&gate), FRESH);
    until("the list", || ask(&gate) == 200);
}

#[test]
fn a_list_that_is_wrong_or_older_changes_nothing() {
    let entry = "[[revoked]]\nissuer = \"staff\"\nsubject = \"nobody\"\n";
    let (gate, _backend) = serve(&format!("{FRESH}{entry}"), CENTURY_S);
    let own = entry.replace("nobody", &official(&gate));
    replace(&list(&gate), &format!("issued = 2026-11-24T23:59:59Z\n{own}"));
    until("a word about it", || gate.said().contains("older than the list in force"));
    replace(&list(&gate), &format!("{FRESH}[[revoked]\n{own}"));
    until("a word about it", || gate.said().contains("revoked.toml: line 2"));
    assert_eq!(ask(&gate), 200);
    let told = fs::read_to_string(gate.folder().join("stderr")).unwrap();
    assert!(told.contains("revoked.toml") && !told.contains(&official(&gate)), "{told}");
}

#[test]
fn a_list_that_is_too_old_closes_the_gate() {
    let (gate, _backend) = serve("issued = 2020-01-01T00:00:00Z\n", 60);
    let refused = gate.ask(Ask::chat(HELLO).level("1")).refused(503);
    assert!(refused.error().contains("revocations"), "{}", refused.show());
    replace(&list(&gate), &format!("issued = {}\n", this_second()));
    until("the list", || ask(&gate) == 200);
}

/// This second, as TOML writes it.
fn this_second() -> String {
    let output = std::process::Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
