//! Conversations: what one turn came to holds for the next, for titles and for what is tried again; and texts that come
//! again without one.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::HELLO;
use sekisho_tests::forge::{self, Header};
use sekisho_tests::{Ask, Backend, Gate, Reply, Script, conversation_key, sekisho};

const HEAD: &str = "sekisho-conversation";

/// A sentence that is long enough to be known again.
const PLAN: &str = "来年度の組織改編に伴う予算の配分案は次の閣議に諮るまで部内限りの取扱いとし外に出さない";

/// A gate of an installation, edited before it starts, whose backend says yes to everything.
fn serve(edit: impl FnOnce(&Path)) -> (Gate, Backend) {
    let (gate, backend) = Gate::serve("", |folder| {
        edit(folder);
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    (gate, backend)
}

fn append(path: &Path, more: &str) {
    let text = fs::read_to_string(path).unwrap();
    fs::write(path, text + more).unwrap();
}

fn decision(gate: &Gate, reply: &Reply) -> Value {
    gate.events_of(reply.record())[0]["unmapped"].clone()
}

/// The label of a new conversation at this level.
fn begun(gate: &Gate, level: &str) -> String {
    let reply = gate.ask(Ask::chat(HELLO).level(level).head(HEAD, "new"));
    assert_eq!(reply.status, 200, "{}", reply.show());
    let label = reply.head(HEAD);
    assert!((60..=512).contains(&label.len()), "{label}");
    assert!(label.bytes().all(|b| b.is_ascii_graphic()), "{label}");
    label.to_owned()
}

#[track_caller]
fn refused_for(gate: &Gate, ask: Ask, status: u16, reason: &str) -> Reply {
    let reply = gate.ask(ask).refused(status);
    assert_eq!(decision(gate, &reply)["verdict"]["reason"], reason, "{}", reply.show());
    reply
}

/// The official's token, as one of another ministry.
fn of(gate: &Gate, ministry: &str) -> String {
    let (head, mut claims) = forge::read(&gate.ready.token("official"));
    claims["ministry"] = json!(ministry);
    let head =
        Header { kid: head["kid"].as_str().map(str::to_owned), ..serde_json::from_value(head).unwrap() };
    forge::genuine(&head, &claims, &gate.folder().join("dev"))
}

#[test]
fn a_level_2_conversation_does_not_go_on_at_level_1_nor_outside_its_zones() {
    let gate = Gate::shared();
    let (one, two) = (begun(&gate, "1"), begun(&gate, "2"));
    assert_eq!(one.len(), two.len(), "a length tells nothing");
    let goes_on = |label: &str| {
        let reply = gate.ask(Ask::chat(HELLO).level("1").head(HEAD, label)).passed();
        let said = decision(&gate, &reply);
        (
            reply.head("confidentiality-level").to_owned(),
            said["verdict"]["zone"].as_str().unwrap().to_owned(),
            said,
        )
    };
    let (level, zone, said) = goes_on(&one);
    assert_eq!((level.as_str(), zone.as_str()), ("1", "commercial"));
    assert_eq!((&said["conversation"], &said["levels"]["brought"]), (&json!("continued"), &json!("1")));
    let (level, zone, said) = goes_on(&two);
    assert_eq!((level.as_str(), zone.as_str()), ("2", "gov-cloud"));
    assert_eq!((&said["levels"]["declared"], &said["levels"]["brought"]), (&json!("1"), &json!("2")));
    // Where there is no place for it, and for whom it is too high.
    let commercial = |label: &str| {
        let body = json!({ "model": "gpt-4o", "messages": [{ "role": "user", "content": HELLO }] });
        Ask::json(&body).level("1").head(HEAD, label)
    };
    gate.ask(commercial(&one)).passed();
    let refused = refused_for(&gate, commercial(&two), 403, "no-zone");
    assert!(!refused.head(HEAD).is_empty(), "a refusal carries the label too");
    gate.ask(Ask::chat(HELLO).by("contractor").level("1").head(HEAD, &one)).passed();
    refused_for(&gate, Ask::chat(HELLO).by("contractor").level("1").head(HEAD, &two), 403, "clearance");
}

#[test]
fn a_refused_turn_is_not_tried_again_lower() {
    let gate = Gate::shared();
    let refused =
        refused_for(&gate, Ask::chat("【機密性３情報】本件").level("1").head(HEAD, "new"), 403, "clearance");
    let label = refused.head(HEAD).to_owned();
    refused_for(&gate, Ask::chat("本件").level("1").head(HEAD, &label), 403, "clearance");
    gate.ask(Ask::chat("本件").level("1").head(HEAD, "new")).passed();
}

#[test]
fn titles_and_streams_carry_it_and_no_backend_sees_it() {
    let (gate, backend) = serve(|_| ());
    let two = begun(&gate, "2");
    // A chat's title is asked for by a call of its own, with a level that its form has fixed.
    let title = gate.ask(Ask::chat("この会話に題名を付けてください").level("1").head(HEAD, &two));
    assert_eq!((title.status, title.head("confidentiality-level")), (200, "2"), "{}", title.show());
    let event = |text: &str| {
        let choice = json!({ "index": 0, "delta": { "content": text }, "finish_reason": null });
        format!("data: {}\n\n", json!({ "id": "c", "choices": [choice] }))
    };
    backend.plays(Script::stream(
        [event("は"), event("い"), "data: [DONE]\n\n".to_owned()],
        Duration::ZERO,
        true,
    ));
    let body =
        json!({ "model": "$model", "stream": true, "messages": [{ "role": "user", "content": HELLO }] });
    let stream = gate.ask(Ask::json(&body).level("1").head(HEAD, &two));
    assert_eq!((stream.status, stream.head("confidentiality-level")), (200, "2"), "{}", stream.show());
    assert!(stream.head("content-type").contains("event-stream"));
    backend.plays(Script::says("はい"));
    let next = gate.ask(Ask::chat(HELLO).level("1").head(HEAD, stream.head(HEAD)));
    assert_eq!(next.head("confidentiality-level"), "2");
    let seen = backend.requests().concat().to_lowercase();
    assert!(seen.contains("content-type") && !seen.contains(HEAD) && !seen.contains(&two.to_lowercase()));
}

#[test]
fn a_label_that_is_not_as_it_was_sealed_is_a_bad_request() {
    let gate = Gate::shared();
    let label = begun(&gate, "2");
    let with =
        |lines: &[&str]| lines.iter().fold(Ask::chat(HELLO).level("1"), |ask, line| ask.head(HEAD, line));
    let mut changed = label.clone();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    let cut = &label[..label.len() - 4];
    for wrong in [
        &[changed.as_str()][..],
        &[cut],
        &["NEW"],
        &["2"],
        &["new", "new"],
        &[&label, &label],
        &["new", &label],
    ] {
        let reply = refused_for(&gate, with(wrong), 400, "conversation");
        assert!(reply.error().contains("新しい会話") && reply.error().contains("Sekisho-Conversation: new"));
        assert_eq!(reply.head(HEAD), "");
    }
    gate.ask(with(&[&label])).passed();
    gate.ask(with(&["new"])).passed();
    // The path that lists models asks for none, and answers without one.
    let models = gate.ask(Ask::get("/v1/models").head(HEAD, "NEW"));
    assert_eq!((models.status, models.head(HEAD)), (200, ""));
}

#[test]
fn a_conversation_is_its_ministrys() {
    let (gate, _backend) = serve(|_| ());
    let label = begun(&gate, "1");
    let token = format!("Bearer {}", of(&gate, "mof"));
    let ask =
        |label: &str| Ask::chat(HELLO).nobody().head("authorization", &token).level("1").head(HEAD, label);
    refused_for(&gate, ask(&label), 400, "conversation-ministry");
    let own = gate.ask(ask("new"));
    assert_eq!(gate.ask(ask(own.head(HEAD))).status, 200);
    refused_for(&gate, Ask::chat(HELLO).level("1").head(HEAD, own.head(HEAD)), 400, "conversation-ministry");
}

#[test]
fn a_label_counts_for_so_long() {
    let (gate, _backend) = serve(|folder| {
        let config = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text.replace("[conversation]\n", "[conversation]\nlifetime_s = 6\n")).unwrap();
    });
    let label = begun(&gate, "2");
    let ask = || gate.ask(Ask::chat(HELLO).level("1").head(HEAD, &label));
    assert_eq!(ask().status, 200);
    std::thread::sleep(Duration::from_millis(7100));
    let reply = ask().refused(400);
    assert_eq!(decision(&gate, &reply)["verdict"]["reason"], "conversation-expired");
}

#[test]
fn keys_are_changed_while_conversations_go_on() {
    let (gate, _backend) = serve(|_| ());
    let file = gate.folder().join("conversation.toml");
    let before = begun(&gate, "2");
    let ask = |label: &str| gate.ask(Ask::chat(HELLO).level("1").head(HEAD, label));
    // Labels begin with their key's id.
    let key = |label: &str| label[..6].to_owned();
    conversation_key(&file, &["--last"]);
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(key(&begun(&gate, "2")), key(&before), "the last key seals nothing");
    conversation_key(&file, &[]);
    gate.wait_until("the first key seals", || key(&begun(&gate, "2")) != key(&before));
    let after = begun(&gate, "2");
    assert_eq!((ask(&before).status, ask(&after).status), (200, 200), "an old key opens");
    let text = fs::read_to_string(&file).unwrap();
    let first = text.split("[[key]]").take(2).collect::<Vec<_>>().join("[[key]]");
    // A file without keys changes nothing.
    fs::write(&file, "").unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(ask(&before).status, 200);
    fs::write(&file, first).unwrap();
    gate.wait_until("the old key is gone", || ask(&before).status == 400);
    assert_eq!(ask(&after).status, 200);
    let reply = ask(&before).refused(400);
    assert_eq!(decision(&gate, &reply)["verdict"]["reason"], "conversation-key");
}

const BATCH: &str = r#"
[[service]]
id = "nightly"
ceiling = "2"
floor = "2"
clearance = "2"
conversation = "required"
keys = true
ja = "夜間処理"
en = "the nightly batch"

[[access]]
id = "the-batch-may-ask"
then = "permit"
services = ["nightly"]
"#;

fn with_batch(folder: &Path) -> String {
    append(&folder.join("dev/policy/people.toml"), BATCH);
    append(&folder.join("dev/sekisho.toml"), "\n[services]\nkeys = \"../services.toml\"\n");
    let file = folder.join("services.toml");
    let issued = sekisho(&["key", "issue", "--file", file.to_str().unwrap(), "--service", "nightly"]);
    String::from_utf8(issued.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_service_may_have_to_say_with_which_conversation_it_goes_on() {
    let mut key = String::new();
    let (gate, _backend) = serve(|folder| key = with_batch(folder));
    let ask = || Ask::chat(HELLO).nobody().head("x-api-key", &key).level("1");
    let missing = refused_for(&gate, ask(), 403, "conversation-missing");
    assert!(missing.error().contains("Sekisho-Conversation: new"), "{}", missing.show());
    let begun = gate.ask(ask().head(HEAD, "new"));
    // It has no context, and so its floor.
    assert_eq!((begun.status, begun.head("confidentiality-level")), (200, "2"), "{}", begun.show());
    assert_eq!(decision(&gate, &begun)["conversation"], "new");
    assert_eq!(gate.ask(ask().head(HEAD, begun.head(HEAD))).status, 200);
    // Nobody else has to.
    assert_eq!(gate.ask(Ask::chat(HELLO).level("1")).status, 200);
}

/// What `serve` says when it does not start with this config.
fn does_not_start(gate: &Gate, change: impl FnOnce(String) -> String) -> String {
    gate.stop();
    let home = gate.folder().join("dev");
    let text = fs::read_to_string(home.join("serve.toml")).unwrap();
    fs::write(home.join("wrong.toml"), change(text)).unwrap();
    let config = home.join("wrong.toml");
    let output = sekisho(&["--lang", "en", "serve", "--config", config.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_policy_that_asks_for_labels_is_not_taken_where_nobody_seals_them() {
    let (gate, _backend) = serve(|folder| drop(with_batch(folder)));
    let said =
        does_not_start(&gate, |text| text.replace("[conversation]\nkeys = \"../conversation.toml\"\n", ""));
    assert!(said.contains("service `nightly`") && said.contains("[conversation]"), "{said}");
}

#[test]
fn developments_keys_are_not_served_with() {
    let (gate, _backend) = serve(|_| ());
    let said = does_not_start(&gate, |text| text.replace("../conversation.toml", "keys/conversation.toml"));
    assert!(said.contains("sekisho dev") && said.contains("conversation.toml"), "{said}");
}

#[test]
fn without_keys_answers_carry_no_label_and_none_is_taken() {
    let (gate, _backend) = serve(|folder| {
        let config = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text.replace("[conversation]\nkeys = \"keys/conversation.toml\"\n", "")).unwrap();
    });
    for ask in [Ask::chat(HELLO).level("1"), Ask::chat(HELLO).level("1").head(HEAD, "new")] {
        let reply = gate.ask(ask);
        assert_eq!((reply.status, reply.head(HEAD)), (200, ""), "{}", reply.show());
    }
    let label = begun(&Gate::shared(), "2");
    refused_for(&gate, Ask::chat(HELLO).level("1").head(HEAD, &label), 400, "conversation-key");
}

#[test]
fn a_text_that_comes_again_without_its_conversation_is_known() {
    let (gate, backend) = serve(|_| ());
    backend.plays(Script::says(&format!("要約です。\n- {PLAN}")));
    let told = gate.ask(Ask::chat("資料の要約をお願いします").level("2"));
    assert_eq!(told.status, 200);
    backend.plays(Script::says("はい"));
    let level = |ask: Ask| {
        let reply = gate.ask(ask);
        assert_eq!(reply.status, 200, "{}", reply.show());
        (reply.head("confidentiality-level").to_owned(), decision(&gate, &reply))
    };
    let (raised, said) = level(Ask::chat(&format!("次の文を英訳してください。\n> {PLAN}")).level("1"));
    assert_eq!(
        (raised.as_str(), &said["recalled"], &said["levels"]["recalled"]),
        ("2", &json!(1), &json!("2"))
    );
    assert_eq!(said["verdict"]["zone"], "gov-cloud");
    // In other words it is not, and another ministry has never seen it.
    let (level_1, said) = level(Ask::chat(&PLAN.replace("予算", "費用")).level("1"));
    assert_eq!((level_1.as_str(), said.get("recalled")), ("1", None));
    let token = format!("Bearer {}", of(&gate, "mof"));
    let (level_1, _) = level(Ask::chat(PLAN).nobody().head("authorization", &token).level("1"));
    assert_eq!(level_1, "1");
}

#[test]
fn what_was_at_level_1_first_or_is_not_to_be_remembered_is_not() {
    let raised = |recall: &str, first: &str| {
        let (gate, _backend) = serve(|folder| {
            let policy = folder.join("dev/policy/policy.toml");
            let text = fs::read_to_string(&policy).unwrap();
            fs::write(&policy, format!("{recall}{text}")).unwrap();
        });
        for level in [first, "2", "1"] {
            assert_eq!(gate.ask(Ask::chat(PLAN).level(level)).status, 200);
        }
        gate.ask(Ask::chat(PLAN).level("1")).head("confidentiality-level").to_owned()
    };
    assert_eq!(raised("", "2"), "2");
    assert_eq!(raised("", "1"), "1");
    assert_eq!(raised("recall = \"off\"\n", "2"), "1");
}
