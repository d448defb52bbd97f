//! The binary's manners: exit codes, messages that name the place, and never the text that was scanned.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Runs the binary in the C locale with this standard input.
fn sekisho(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(args)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that ends before it reads everything is told apart by its exit code.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn check(args: &[&str], input: &str, code: i32) -> String {
    let output = sekisho(args, input.as_bytes());
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    said
}

fn scratch(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("sekisho-cli-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

#[test]
fn exit_codes_are_0_for_done_and_2_for_wrong_use() {
    assert!(check(&["version"], "", 0).starts_with("sekisho "));
    check(&["--help"], "", 0);
    check(&["scan", "--help"], "", 0);
    check(&[], "", 2);
    check(&["no-such-command"], "", 2);
    check(&["scan", "--format", "xml"], "", 2);
    check(&["scan", "/no/such/file"], "", 2);
    check(&["serve", "--config", "/no/such/file"], "", 2);
}

#[test]
fn a_bad_line_is_an_error_that_names_it_and_shows_nothing_of_it() {
    let lines = ["scan", "--input", "jsonl", "--format", "jsonl"];
    let good = "{\"id\":\"a\",\"text\":\"晴れ\"}\n";
    assert_eq!(check(&lines, good, 0), "{\"id\":\"a\",\"findings\":[]}\n");
    let said = check(&lines, &format!("{good}{{\"id\":\"b\",\"text\":\"秘密\"\n"), 2);
    assert!(said.contains("<stdin>:2:"), "{said}");
    assert!(!said.contains("秘密"), "{said}");
}

#[test]
fn what_is_not_utf8_is_refused_since_its_offsets_would_not_be_true() {
    let output = sekisho(&["scan"], b"abc\xff");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("byte 3"));
}

#[test]
fn messages_follow_the_locale_unless_told_otherwise() {
    let says = |locale: &str, args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sekisho"))
            .args(["policy", "test", concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/genai")])
            .args(args)
            .env("LC_ALL", locale)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(says("C", &[]).contains("tests"));
    assert!(says("ja_JP.UTF-8", &[]).contains("試験"));
    assert!(says("ja_JP.UTF-8", &["--lang", "en"]).contains("tests"));
    assert!(!says("C", &[]).contains('\u{1b}'), "no colour where there is no terminal");
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["scan", "--input", "jsonl", "--format", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let _ = child.stdin.take().unwrap().write_all("{\"id\":1,\"text\":\"晴れ\"}\n".repeat(20_000).as_bytes());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn a_reader_that_leaves_early_hides_no_finding() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["scan", "--fail-on", "low"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let _ = child.stdin.take().unwrap().write_all("tanaka@example.co.jp\n".repeat(2_000).as_bytes());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn findings_are_told_by_place_and_kind_and_never_by_text() {
    let text = "メールは\ntanaka@example.co.jpへ";
    assert_eq!(check(&["scan"], text, 0), "<stdin>:2:1: pii.email email high\n");
    let line = format!("{}\n", serde_json::json!({ "id": 7, "text": text }));
    let said = check(&["scan", "--input", "jsonl", "--format", "jsonl"], &line, 0);
    let found: serde_json::Value = serde_json::from_str(&said).unwrap();
    let expect = serde_json::json!({
        "rule": "email", "category": "pii.email", "start": 13, "end": 33, "confidence": "high",
    });
    assert_eq!(found, serde_json::json!({ "id": 7, "findings": [expect] }));
    check(&["scan", "--fail-on", "high"], text, 1);
    check(&["scan", "--fail-on", "high"], "今日は晴れです", 0);
}

#[test]
fn a_policy_is_checked_tested_and_explained() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/genai");
    check(&["policy", "check", shipped], "", 0);
    check(&["policy", "test", shipped], "", 0);
    check(&["policy", "check", "/no/such/folder"], "", 2);
    let explain = |level: &str, claims: &str, code| {
        let claims = format!("roles={claims}");
        let args =
            ["--claims", &claims, "--claims", "ministry=mof", "--model", "genai-default", "--level", level];
        check(&[&["policy", "explain", shipped][..], &args[..]].concat(), "", code)
    };
    assert!(explain("2", "official", 0).contains("gov-tsuzumi-2"));
    assert!(explain("2", "contractor", 1).contains("refused (clearance)"));
    assert!(explain("2", "nobody", 1).contains("refused"));
    explain("9", "official", 2);

    let dir = scratch("policy");
    std::fs::write(dir.join("policy.toml"), "undeclared = 2\nunheard_of = 1\n").unwrap();
    let said = check(&["policy", "check", dir.to_str().unwrap()], "", 1);
    assert!(said.contains("policy.toml:2:") && said.contains("^^^^^^^^^^"), "{said}");
    let read = |format: &str| -> serde_json::Value {
        let said = check(&["policy", "check", dir.to_str().unwrap(), "--format", format], "", 1);
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
    };
    let faults = read("json");
    let unheard = faults.as_array().unwrap().iter().find(|fault| fault["line"] == 2).unwrap();
    assert_eq!((&unheard["column"], &unheard["severity"]), (&1.into(), &"error".into()), "{unheard}");
    let results = read("sarif")["runs"][0]["results"].as_array().unwrap().len();
    assert_eq!(results, faults.as_array().unwrap().len());
    let whole = check(&["policy", "check", shipped, "--format", "json"], "", 0);
    assert_eq!(whole.trim(), "[]", "the shipped policy deserves no warning");
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn an_authority_is_made_once_and_issues() {
    let dir = scratch("certs");
    let at = dir.to_str().unwrap();
    check(&["certs", "issue", "--dir", at, "--name", "gate.example"], "", 2);
    check(&["certs", "init", "--dir", at], "", 0);
    check(&["certs", "init", "--dir", at], "", 2);
    check(&["certs", "issue", "--dir", at, "--name", "gate.example", "--ip", "127.0.0.1"], "", 0);
    check(&["certs", "issue", "--dir", at, "--name", "gate.example"], "", 2);
    check(&["certs", "issue", "--dir", at, "--name", "../elsewhere"], "", 2);
    assert!(dir.join("gate.example.pem").exists());
    // What such an authority issues is for development; `serve` says so before it opens anything.
    let config = "[listen]\naddress = \"127.0.0.1:0\"\ncertificate = \"gate.example.pem\"\nkey = \"gate.example.key\"\n\
                  [admin]\naddress = \"127.0.0.1:0\"\ntoken = \"t\"\n[policy]\ndir = \"p\"\n\
                  [audit]\ndir = \"a\"\norigin = \"o.example\"\np256_key = \"k\"\ned25519_key = \"k\"\nfingerprint_key = \"k\"\n";
    std::fs::write(dir.join("sekisho.toml"), config).unwrap();
    let said = check(&["serve", "--config", dir.join("sekisho.toml").to_str().unwrap()], "", 2);
    assert!(said.contains("development"), "{said}");
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn the_environment_is_for_loopback_alone() {
    let dir = scratch("loopback");
    let at = dir.join("dev");
    let said = check(&["dev", "--dir", at.to_str().unwrap(), "--listen", "0.0.0.0:0"], "", 2);
    assert!(said.contains("loopback"), "{said}");
    assert!(!at.exists(), "nothing is made for an address that is refused");
    std::fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_key_pair_is_made_once_and_its_private_half_is_nobody_elses_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = scratch("pair");
    let (private, public) = (dir.join("web.key"), dir.join("web.jwks.json"));
    let pair = ["key", "pair", "--private", private.to_str().unwrap(), "--public", public.to_str().unwrap()];
    check(&pair, "", 0);
    let pem = std::fs::read_to_string(&private).unwrap();
    assert!(
        pem.starts_with("-----BEGIN PRIVATE KEY-----\n") && pem.lines().all(|line| line.len() <= 64),
        "{pem}"
    );
    assert_eq!(std::fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    let set: serde_json::Value = serde_json::from_slice(&std::fs::read(&public).unwrap()).unwrap();
    assert_eq!((&set["keys"][0]["kid"], &set["keys"][0]["alg"]), (&"1".into(), &"ES256".into()));
    assert_eq!(set["keys"][0].get("d"), None, "only the public half");
    check(&pair, "", 2);
    std::fs::remove_file(&private).unwrap();
    check(&pair, "", 2);
    assert!(!private.exists(), "neither, if one of them exists");
}

#[test]
fn a_key_is_issued_once_listed_without_itself_and_revoked() {
    let dir = scratch("key");
    let file = dir.join("services.toml");
    let path = file.to_str().unwrap();
    let issued = sekisho(&["key", "issue", "--file", path, "--service", "nightly"], b"");
    assert!(issued.status.success());
    let key = String::from_utf8(issued.stdout).unwrap();
    let key = key.trim_end();
    assert!(key.starts_with("sekisho_") && key.len() == 44, "{key}");
    assert!(!String::from_utf8_lossy(&issued.stderr).contains(key), "it is told once");
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions()) & 0o777,
        0o600
    );
    check(&["key", "issue", "--file", path, "--service", "web", "--days", "1"], "", 0);
    let listed = check(&["key", "list", "--file", path], "", 0);
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(
        listed.contains("  nightly  ") && !listed.contains(key) && !listed.contains("sekisho_"),
        "{listed}"
    );
    assert!(!std::fs::read_to_string(&file).unwrap().contains(key.trim_start_matches("sekisho_")));
    let id = listed.split(' ').next().unwrap();
    check(&["key", "revoke", "--file", path, "--id", id], "", 0);
    let left = check(&["key", "list", "--file", path], "", 0);
    assert!(left.contains("  web  ") && !left.contains("nightly"), "{left}");
    assert!(check(&["key", "revoke", "--file", path, "--id", id], "", 2).contains("no key"));
    check(&["key", "list", "--file", "/no/such/file"], "", 2);
    std::fs::write(file.with_extension("next"), "").unwrap();
    check(&["key", "issue", "--file", path, "--service", "web"], "", 2);
    assert_eq!(check(&["key", "list", "--file", path], "", 0), left, "somebody else is writing it");
}

#[test]
fn a_pair_is_issued_in_the_forms_that_sdks_read_and_its_secret_is_sealed() {
    let dir = scratch("sealing");
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let (file, sealing) = (path("services.toml"), path("sealing.toml"));
    let new = ["key", "new", "--sigv4", "--sealing", &sealing, "--file", &file, "--service", "nightly"];
    check(&new, "", 2);
    check(&["key", "sealing", "--file", &sealing], "", 0);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&sealing).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let told = check(&new, "", 0);
    let values: Vec<&str> = told.lines().filter_map(|line| Some(line.split_once(" = ")?.1)).collect();
    assert!(
        told.starts_with("aws_access_key_id = SKSH") && told.contains("\naws_secret_access_key = sekisho4_"),
        "{told}"
    );
    let [id, secret] = values[..] else { panic!("two lines: {told}") };
    let json = check(&[&new[..], &["--format", "json"]].concat(), "", 0);
    let json: serde_json::Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((&json["Version"], &json["Service"]), (&1.into(), &"nightly".into()));
    assert!(json["Expiration"].as_str().unwrap().ends_with('Z'), "{json}");
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains(id) && !written.contains(secret.trim_start_matches("sekisho4_")), "{written}");
    let list = ["key", "list", "--file", &file];
    assert!(check(&list, "", 0).contains(&format!("{id}  nightly  ")));
    let listed = check(&[&list[..], &["--format", "json"]].concat(), "", 0);
    let listed: serde_json::Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    assert_eq!((&listed["kind"], &listed["id"]), (&"sigv4".into(), &id.into()));

    // Another sealing key, and then the first one is needed no more.
    check(&["key", "sealing", "--file", &sealing], "", 0);
    let reseal = ["key", "reseal", "--file", &file, "--sealing", &sealing];
    assert!(check(&reseal, "", 0).contains("2 pairs"));
    assert_ne!(std::fs::read_to_string(&file).unwrap(), written);
    let keys = std::fs::read_to_string(&sealing).unwrap();
    let newest = keys.rsplit_once("[[key]]").unwrap().0;
    std::fs::write(&sealing, newest).unwrap();
    check(&reseal, "", 0);
    std::fs::write(&file, &written).unwrap();
    assert!(check(&reseal, "", 2).contains("key 1: `sealed` is sealed with the key"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written, "nothing was changed");
    check(&["key", "revoke", "--file", &file, "--id", id], "", 0);
    assert_eq!(check(&list, "", 0).lines().count(), 1);
    // Neither goes without the other.
    check(&["key", "issue", "--sigv4", "--file", &file, "--service", "web"], "", 2);
    check(&["key", "issue", "--sealing", &sealing, "--file", &file, "--service", "web"], "", 2);
    let plain = check(&["key", "issue", "--file", &file, "--service", "web", "--format", "json"], "", 0);
    let plain: serde_json::Value = serde_json::from_str(plain.lines().next().unwrap()).unwrap();
    assert!(plain["key"].as_str().unwrap().starts_with("sekisho_"), "{plain}");
}

#[test]
fn rules_are_listed_shown_and_tested() {
    let listed = check(&["rules", "list", "--category", "secret.*"], "", 0);
    assert!(listed.lines().any(|line| line.starts_with("github.pat ")), "{listed}");
    assert!(!listed.contains("marking."), "{listed}");
    let all: serde_json::Value =
        serde_json::from_str(&check(&["rules", "list", "--format", "json"], "", 0)).unwrap();
    assert!(
        all.as_array()
            .unwrap()
            .iter()
            .all(|rule| rule["name"]["ja"].is_string() && rule["category"].is_string())
    );
    let shown = check(&["rules", "show", "marking.level-2", "--lang", "ja"], "", 0);
    assert!(shown.contains("機密性2情報」の表示") && shown.contains("見つけない例："), "{shown}");
    let shown: serde_json::Value =
        serde_json::from_str(&check(&["rules", "show", "github.pat", "--format", "json"], "", 0)).unwrap();
    assert!(
        !shown["sources"].as_array().unwrap().is_empty()
            && !shown["negatives"].as_array().unwrap().is_empty()
    );
    assert!(check(&["rules", "show", "github.pot"], "", 2).contains("github.pat"));
    check(&["rules", "list", "--category", "secret.nothing"], "", 1);
    assert!(check(&["rules", "list", "--category", "Secret"], "", 2).contains("`secret.*`"));
    assert!(check(&["rules", "test"], "", 0).contains("all as they should be"));
}

#[test]
fn a_rule_of_ones_own_that_misses_its_example_is_told_with_its_place() {
    let dir = scratch("own-rules");
    let rule = "[[rule]]\nid = \"own.project\"\ncategory = \"own.project-name\"\nname = \"project number\"\nabout = \"Names a project.\"\n\
                sources = [\"the project list\"]\nanchors = [\"PRJ-\"]\npattern = 'PRJ-[0-9]{4}'\nconfidence = \"high\"\n\
                examples = [\"see «PRJ-1234»\"]\nnegatives = [\"PRJ-12\"]\n";
    let file = dir.join("own.toml");
    let dir = dir.to_str().unwrap();
    std::fs::write(&file, rule).unwrap();
    check(&["rules", "test", "--rules", dir], "", 0);
    assert!(
        check(&["rules", "list", "--rules", dir, "--category", "own.*"], "", 0).contains("project number")
    );
    std::fs::write(&file, rule.replace("«PRJ-1234»", "«PRJ-123»")).unwrap();
    let said = check(&["rules", "test", "--rules", dir], "", 1);
    assert!(said.contains("own.toml:10:13: rule `own.project`"), "{said}");
    std::fs::write(&file, rule.replace("confidence", "confidnce")).unwrap();
    assert!(check(&["rules", "test", "--rules", dir], "", 2).contains("own.toml:9:1"));
}
