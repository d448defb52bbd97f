//! What a policy says beyond levels: quotas, rules and policies in shadow, compartments, listed fields and values, and what a
//! ministry adds for its own people.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::HELLO;
use sekisho_tests::{Ask, Backend, Gate, Reply, Script};

const TOLD: &str = "message = { ja = \"上限です。\", en = \"That was the last.\" }\nnext = { ja = \"明日に。\", en = \"Tomorrow.\" }\n";

/// A gate whose policy folder was edited before it started.
fn serve(edit: impl FnOnce(&Path)) -> (Gate, Backend) {
    let (gate, backend) = Gate::serve("", |folder| {
        edit(folder);
        (folder.join("dev/keys/backends.pem"), folder.join("dev/keys/backends.key"))
    });
    backend.plays(Script::says("はい"));
    (gate, backend)
}

fn with_rules(rules: &str) -> (Gate, Backend) {
    serve(|folder| fs::write(folder.join("dev/policy/zz.toml"), rules).unwrap())
}

fn replace(path: PathBuf, pairs: &[(&str, &str)]) {
    let mut text = fs::read_to_string(&path).unwrap();
    for (from, to) in pairs {
        assert!(text.contains(from), "{} has no `{from}`", path.display());
        text = text.replace(from, to);
    }
    fs::write(path, text).unwrap();
}

fn passed(reply: Reply) -> Reply {
    assert_eq!(reply.status, 200, "{}", reply.show());
    reply
}

fn decision(gate: &Gate, record: &str) -> Value {
    let events = gate.events_of(record);
    events.iter().find(|event| event["unmapped"]["record"] == "decision").unwrap()["unmapped"].clone()
}

#[test]
fn who_has_used_a_quota_up_is_told_when_to_come_back_and_others_are_not_stopped() {
    let (gate, backend) = with_rules(&format!(
        "[[quota]]\nid = \"three-a-day\"\nper = \"person\"\nexchanges = 3\nevery = \"day\"\n{TOLD}"
    ));
    let ask = |who: &str| gate.ask(Ask::chat(HELLO).by(who).level("1"));
    for _ in 0..3 {
        passed(ask("official"));
    }
    backend.requests();
    let refused = ask("official").refused(429);
    let after: u64 = refused.head("retry-after").parse().unwrap();
    assert!((1..=86_400).contains(&after), "{after}");
    assert!(refused.error().contains("That was the last."), "{}", refused.show());
    assert_eq!(refused.json()["error"]["type"], "rate_limit_error");
    let record = decision(&gate, refused.record());
    assert_eq!(
        (&record["verdict"]["reason"], &record["verdict"]["rule"]),
        (&json!("quota"), &json!("three-a-day"))
    );
    assert!(backend.requests().is_empty(), "it did not leave");
    passed(ask("contractor"));
}

/// The log holds all that a decision rested on: asked again of the same policy, it is the same.
#[test]
fn a_recorded_exchange_is_explained_as_it_was_decided() {
    let (gate, _backend) = with_rules(&format!(
        "[[quota]]\nid = \"one-a-day\"\nper = \"person\"\nexchanges = 1\nevery = \"day\"\ngrants = [\"contractor\"]\n{TOLD}"
    ));
    let policy = gate.folder().join("dev/policy").display().to_string();
    let log = gate.ready.audit_dir.display().to_string();
    let explained = |record: &str| -> Value {
        let args = ["policy", "explain", &policy, "--record", record, "--log", &log, "--format", "json"];
        let output = sekisho_tests::sekisho(&args);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
    };
    let number = format!("個人番号は{}です", crate::MY_NUMBER);
    for ask in [
        Ask::chat(HELLO).level("2"),
        Ask::chat(HELLO),
        Ask::chat(&number).level("2"),
        Ask::chat("【機密性３情報】要約").level("1"),
        Ask::chat(HELLO).by("contractor").level("2"),
        Ask::chat(HELLO).by("contractor").level("1"),
        Ask::json(
            &json!({ "model": "$model", "store": true, "messages": [{ "role": "user", "content": HELLO }] }),
        )
        .level("1"),
    ] {
        let reply = gate.ask(ask);
        let (recorded, told) = (decision(&gate, reply.record()), explained(reply.record()));
        assert_eq!(told["recorded"], recorded["verdict"], "{told}");
        assert_eq!(told["decision"], recorded["verdict"]["decision"], "{told}");
        assert_eq!(told["reason"], recorded["verdict"]["reason"], "{told}");
        assert_eq!(told["rule"], recorded["verdict"]["rule"], "{told}");
        assert_eq!(told["level"], recorded["levels"]["effective"], "{told}");
        if told["decision"] == "permit" {
            assert_eq!(told["backends"][0], recorded["verdict"]["backend"], "{told}");
        }
        assert!(told["steps"].as_array().unwrap().iter().all(|step| step["ja"] != step["en"]), "{told}");
    }
    // What would have been enough was asked of the policy itself.
    let refused = explained(gate.ask(Ask::chat(HELLO).by("contractor").level("1")).record());
    assert_eq!((&refused["reason"], &refused["rule"]), (&json!("quota"), &json!("one-a-day")));
    let changes = |told: &Value| {
        let enough = told["enough"].as_array().unwrap();
        enough.iter().map(|one| one["change"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(changes(&refused).contains(&"at".to_owned()), "{refused}");
    let marked = explained(gate.ask(Ask::chat(&number).level("2")).record());
    assert_eq!(changes(&marked), ["without"], "{marked}");
}

#[test]
fn a_rule_in_shadow_changes_nothing_and_is_recorded() {
    let (gate, _backend) = with_rules(&format!(
        "[[access]]\nid = \"soon\"\nthen = \"forbid\"\nlevels = [\"2\", \"3\"]\nmode = \"shadow\"\n{TOLD}"
    ));
    let through = passed(gate.ask(Ask::chat(HELLO).level("2")));
    let record = decision(&gate, through.record());
    assert_eq!(record["shadow"], json!(["soon"]));
    let [would] = &record["would"].as_array().unwrap()[..] else { panic!("{record}") };
    assert_eq!(would["by"], "shadow-rules");
    assert_eq!(would["verdict"], json!({ "decision": "refuse", "reason": "access", "rule": "soon" }));
    // Where it does not apply nothing is said of it.
    let through = passed(gate.ask(Ask::chat(HELLO).level("1")));
    let record = decision(&gate, through.record());
    assert!(record["shadow"].is_null() && record["would"].is_null(), "{record}");
    let line = "sekisho_shadow_differences_total{by=\"shadow-rules\"";
    gate.wait_until("it is counted", || gate.admin("/metrics").contains(line));
}

#[test]
fn a_policy_in_shadow_decides_everything_and_is_obeyed_by_nobody() {
    let (gate, backend) = serve(|folder| {
        let (live, shadow) = (folder.join("dev/policy"), folder.join("dev/next"));
        for part in ["", "rules"] {
            fs::create_dir_all(shadow.join(part)).unwrap();
            for entry in fs::read_dir(live.join(part)).unwrap().map(Result::unwrap) {
                if entry.path().is_file() {
                    fs::copy(entry.path(), shadow.join(part).join(entry.file_name())).unwrap();
                }
            }
        }
        // Contractors are unknown to it, officials reach Level 1 alone, and keys stop a message.
        replace(shadow.join("people.toml"), &[("roles = [\"contractor\"]", "roles = [\"nobody\"]")]);
        let keys = format!(
            "[[content]]\nid = \"no-keys\"\ncategories = [\"secret.*\"]\ndirection = \"prompt\"\nthen = \"block\"\n{TOLD}\
             [[access]]\nid = \"not-yet\"\nthen = \"forbid\"\nlevels = [\"2\", \"3\"]\n{TOLD}"
        );
        fs::write(shadow.join("zz.toml"), keys).unwrap();
        replace(folder.join("dev/sekisho.toml"), &[("[policy]", "[policy]\nshadow = \"next\"")]);
    });
    let would = |reply: &Reply| {
        let record = decision(&gate, reply.record());
        let would = record["would"].as_array().cloned().unwrap_or_default();
        would.iter().map(|would| (would["by"].clone(), would["verdict"].clone())).collect::<Vec<_>>()
    };
    let refuse = |reason: &str, rule: Option<&str>| {
        let mut verdict = json!({ "decision": "refuse", "reason": reason });
        rule.into_iter().for_each(|rule| verdict["rule"] = json!(rule));
        vec![(json!("shadow-policy"), verdict)]
    };
    let at_2 = passed(gate.ask(Ask::chat(HELLO).level("2")));
    assert_eq!(would(&at_2), refuse("access", Some("not-yet")));
    let key = passed(gate.ask(Ask::chat(&format!("{} とは", crate::CLOUD_KEY)).level("1")));
    assert_eq!(would(&key), refuse("content", Some("no-keys")));
    let contractor = passed(gate.ask(Ask::chat(HELLO).by("contractor").level("1")));
    assert_eq!(would(&contractor), refuse("access", None));
    let alike = passed(gate.ask(Ask::chat(HELLO).level("1")));
    assert_eq!(would(&alike), []);
    assert_eq!(backend.requests().len(), 4, "all of them were answered");
    let report = sekisho_tests::sekisho(&[
        "policy",
        "impact",
        "--format",
        "json",
        "--log",
        &gate.ready.audit_dir.display().to_string(),
    ]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let rows = report["would"].as_array().unwrap();
    let rules: Vec<_> = rows.iter().map(|row| (row["rule"].clone(), row["exchanges"].clone())).collect();
    assert_eq!(report["decisions"], 4);
    assert_eq!(rules.len(), 3, "{report}");
    assert!(rules.contains(&(json!("not-yet"), json!(1))), "{report}");
}

#[test]
fn compartments_are_declared_cleared_told_and_recorded() {
    let (gate, _backend) = serve(|folder| {
        let policy = folder.join("dev/policy");
        let with = "{ level = \"2\", compartments = [\"personnel\"] }";
        replace(policy.join("where.toml"), &[("\nceiling = \"2\"", &format!("\nceiling = {with}"))]);
        replace(policy.join("people.toml"), &[("\nclearance = \"2\"", &format!("\nclearance = {with}"))]);
        let compartments = "[[compartment]]\nid = \"personnel\"\nja = \"人事\"\nen = \"personnel\"\n\
                            [[compartment]]\nid = \"budget\"\nja = \"予算\"\nen = \"budget\"\n";
        fs::write(policy.join("zz.toml"), compartments).unwrap();
    });
    let ask =
        |handling: &str| gate.ask(Ask::chat(HELLO).level("2").head("confidentiality-handling", handling));
    let through = passed(ask("personnel"));
    assert_eq!(
        (through.head("confidentiality-level"), through.head("confidentiality-handling")),
        ("2", "personnel")
    );
    assert_eq!(decision(&gate, through.record())["levels"]["effective"], "2+personnel");
    // Cleared for the one, and not for the other; a word that the scale lacks is no request.
    let refused = ask("personnel, budget").refused(403);
    assert_eq!(decision(&gate, refused.record())["levels"]["declared"], "2+personnel+budget");
    ask("personel").refused(400);
    ask("").refused(400);
    passed(gate.ask(Ask::chat(HELLO).head("confidentiality-level", "2+personnel")));
    // Without a level it is the policy's, and the compartment as well.
    let through = passed(gate.ask(Ask::chat(HELLO).head("confidentiality-handling", "personnel")));
    assert_eq!(decision(&gate, through.record())["levels"]["effective"], "2+personnel");
    assert_eq!(passed(gate.ask(Ask::chat(HELLO).level("2"))).head("confidentiality-handling"), "");
}

#[test]
fn a_listed_field_passes_and_is_recorded_under_its_name() {
    let (gate, backend) = serve(|_| {});
    let ask = |field: &str| {
        let mut body = json!({ "model": "$model", "messages": [{ "role": "user", "content": HELLO }] });
        body[field] = json!(7);
        gate.ask(Ask::json(&body).level("2"))
    };
    let through = passed(ask("top_k"));
    assert!(backend.requests().pop().unwrap().contains("\"top_k\":7"));
    let found = decision(&gate, through.record())["findings"].clone();
    assert_eq!((&found[0]["rule"], &found[0]["category"]), (&json!("top-k"), &json!("opaque.field")));
    ask("top_kk").refused(403);
    assert!(backend.requests().is_empty());
}

#[test]
fn a_published_contact_passes_where_a_persons_address_does_not() {
    let (gate, backend) = serve(|_| {});
    let ask = |text: &str| gate.ask(Ask::chat(text).level("1"));
    let through =
        passed(ask("窓口は info@digital.genai.example、担当は taro.yamada@digital.genai.example です"));
    let sent = backend.requests().pop().unwrap();
    assert!(sent.contains("info@digital.genai.example") && sent.contains("[pii.email:1]"), "{sent}");
    assert!(!sent.contains("taro.yamada"), "{sent}");
    let found = decision(&gate, through.record())["findings"].to_string();
    assert!(found.contains("\"official-contacts\"") && found.contains("\"email\""), "{found}");
}

#[test]
fn a_ministrys_folder_is_its_peoples_alone_and_its_exchanges_go_with_its_credential() {
    let (gate, backend) = serve(|folder| {
        let policy = folder.join("dev/policy");
        let own = |id: &str| {
            let dir = policy.join("ministries").join(id);
            fs::create_dir_all(&dir).unwrap();
            let rule = format!(
                "inherits = {{ folder = \"../..\", ministry = \"{id}\" }}\n[[content]]\nid = \"{id}-no-mail\"\ncategories = [\"pii.email\"]\ndirection = \"prompt\"\nthen = \"block\"\n{TOLD}"
            );
            fs::write(dir.join("policy.toml"), rule).unwrap();
        };
        own("mof");
        replace(
            policy.join("where.toml"),
            &[(
                "credential = \"gov-cloud\"",
                "credential = \"gov-cloud\"\ncredentials = { digital = \"digital\" }",
            )],
        );
        fs::write(folder.join("dev/keys/digital"), "the-agencys-own").unwrap();
        let config = folder.join("dev/sekisho.toml");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(config, text + "\n[credentials.digital]\nheader = \"bearer\"\nfile = \"keys/digital\"\n")
            .unwrap();
    });
    let mail = || gate.ask(Ask::chat("taro.yamada@example.com に書いて").level("2"));
    // The official of `dev` belongs to the Digital Agency.
    passed(mail());
    assert!(backend.requests().pop().unwrap().contains("Bearer the-agencys-own"));
    let (mof, digital) = (
        gate.folder().join("dev/policy/ministries/mof"),
        gate.folder().join("dev/policy/ministries/digital"),
    );
    fs::create_dir_all(&digital).unwrap();
    let text = fs::read_to_string(mof.join("policy.toml")).unwrap();
    fs::write(digital.join("policy.toml"), text.replace("mof", "digital")).unwrap();
    gate.wait_until("it is in force", || mail().status == 403);
    // One that does not say whose it is could loosen everything, and changes nothing.
    fs::write(digital.join("policy.toml"), "[[access]]\nid = \"all\"\nthen = \"permit\"\n").unwrap();
    gate.wait_until("it is told", || {
        gate.said().contains("this is the folder of ministry `digital` and does not say so")
    });
    assert_eq!(mail().status, 403, "the former policy stays");
}
