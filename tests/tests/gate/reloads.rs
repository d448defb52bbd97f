//! Another policy while the gate runs: in force whole, or not at all.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use crate::HELLO;
use sekisho_tests::stream::{DONE, chunk, finish};
use sekisho_tests::{Ask, Backend, Gate, Script};

const CLOSED: &str = r#"
[[access]]
id = "closed-for-today"
then = "forbid"
levels = ["2", "3"]
message = { ja = "本日は終了しました。", en = "Closed for today." }
next = { ja = "明日お試しください。", en = "Come back tomorrow." }
"#;

fn serve(watch: bool) -> (Gate, Backend, PathBuf) {
    let (gate, backend) = Gate::serve("", |folder| {
        let config = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text.replace("[policy]", &format!("[policy]\nwatch = {watch}"))).unwrap();
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    let file = gate.folder().join("dev/policy/zz.toml");
    (gate, backend, file)
}

fn status(gate: &Gate) -> u16 {
    gate.ask(Ask::chat(HELLO).level("2")).status
}

#[test]
fn a_changed_folder_is_in_force_soon_and_says_so_in_the_log() {
    let (gate, _backend, file) = serve(true);
    let before = gate.ask(Ask::chat(HELLO).level("2"));
    assert_eq!(before.status, 200, "{}", before.show());
    fs::write(&file, CLOSED).unwrap();
    gate.wait_until("the gate is closed", || status(&gate) == 403);
    let after = gate.ask(Ask::chat(HELLO).level("2")).refused(403);
    assert!(after.error().contains("Closed for today."), "{}", after.show());
    let events = gate.events();
    let digest = |record: &str| {
        let own = |event: &&serde_json::Value| event.to_string().contains(record);
        events.iter().find(own).and_then(|event| event["policy"]["uid"].as_str().map(str::to_owned))
    };
    let (old, new) = (digest(before.record()), digest(after.record()));
    assert!(new.is_some() && new != old, "{old:?} {new:?}");
    let notice = events.iter().find(|event| event["unmapped"]["notice"] == "reloaded").unwrap();
    assert!(new.unwrap().contains(notice["unmapped"]["policy_digest"].as_str().unwrap()), "{notice}");
    fs::remove_file(&file).unwrap();
    gate.wait_until("the gate is open again", || status(&gate) == 200);
}

#[test]
fn a_folder_that_cannot_be_used_changes_nothing_and_is_told() {
    let (gate, _backend, file) = serve(true);
    fs::write(&file, format!("{CLOSED}\n[[access]]\nid = \"half\"\nthen = \"forbidd\"\n")).unwrap();
    gate.wait_until("it is told", || gate.said().contains("zz.toml:11:8"));
    assert!(gate.said().contains("did you mean `forbid`"), "{}", gate.said());
    assert_eq!(status(&gate), 200, "the former policy stays");
    assert!(gate.admin("/readyz").contains("ready, by a former policy"), "{}", gate.admin("/readyz"));
    let outdated = |is: &str| {
        let metrics = gate.admin("/metrics");
        let told = |line: &&str| line.starts_with("sekisho_policy_outdated{");
        let line = metrics.lines().find(told).unwrap();
        assert!(line.ends_with(is), "{line}");
    };
    outdated(" 1");
    fs::write(&file, CLOSED).unwrap();
    gate.wait_until("what was mended is in force", || status(&gate) == 403);
    outdated(" 0");
    assert!(!gate.admin("/readyz").contains("former"));
}

#[test]
fn without_watch_only_the_signal_counts() {
    let (gate, _backend, file) = serve(false);
    fs::write(&file, CLOSED).unwrap();
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(status(&gate), 200);
    gate.signal("HUP");
    gate.wait_until("the gate is closed", || status(&gate) == 403);
}

/// A stream that is under way ends by the policy it began with.
#[test]
fn an_exchange_keeps_the_policy_it_began_with() {
    let (gate, backend, file) = serve(true);
    let mut texts: Vec<String> = (0..60).map(|_| chunk(&[(0, json!({ "content": "はい。" }))])).collect();
    texts.extend([finish(1), DONE.to_owned()]);
    backend.plays(Script::stream(texts, Duration::from_millis(250), true));
    let body =
        json!({ "model": "$model", "stream": true, "messages": [{ "role": "user", "content": HELLO }] });
    let running = std::thread::scope(|scope| {
        let running = scope.spawn(|| gate.ask_freely(Ask::json(&body).level("2")).unwrap());
        gate.wait_until("it has reached the backend", || !backend.requests().is_empty());
        std::thread::sleep(Duration::from_millis(500));
        backend.plays(Script::says("はい"));
        fs::write(&file, CLOSED).unwrap();
        gate.wait_until("the gate is closed", || {
            gate.ask_freely(Ask::chat(HELLO).level("2")).is_ok_and(|reply| reply.status == 403)
        });
        assert!(!running.is_finished(), "the stream is under way");
        running.join().unwrap()
    });
    assert_eq!(running.status, 200, "{}", running.show());
    assert_eq!(running.stream().contents(1), ["はい。".repeat(60)]);
}
