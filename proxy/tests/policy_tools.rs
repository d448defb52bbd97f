//! `sekisho policy` from outside: the shipped policies pass every tool, and what is half-written, huge, circular or disguised
//! is refused with a reason.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

mod scene;
use scene::{copy, scratch};

const SHIPPED: [&str; 2] = ["genai", "uk"];

fn shipped(name: &str) -> String {
    format!("{}/../policies/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn run(args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sekisho")).args(args).env("LC_ALL", "C").output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), said)
}

fn check(args: &[&str], code: i32) -> String {
    let (came, said) = run(args);
    assert_eq!(came, code, "{args:?}: {said}");
    said
}

/// A copy of the policy for GENAI, with one more file.
fn genai_with(name: &str, file: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let dir = scratch(name);
    copy(Path::new(&shipped("genai")), &dir);
    let path = dir.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    dir
}

#[test]
fn the_shipped_policies_pass_every_tool() {
    for name in SHIPPED {
        let dir = shipped(name);
        assert!(check(&["policy", "check", "--strict", &dir], 0).starts_with("fine: "));
        let said = check(&["policy", "test", "--coverage", &dir], 0);
        assert!(said.contains(" 0 failed") && !said.contains('✗'), "{said}");
        assert_eq!(check(&["policy", "fmt", "--check", &dir], 0), "");
        for lang in ["ja", "en"] {
            let said = check(&["--lang", lang, "policy", "show", &dir], 0);
            assert!(said.lines().count() > 20, "{said}");
        }
        let told: Value =
            serde_json::from_str(&check(&["policy", "test", "--format", "json", "--coverage", &dir], 0))
                .unwrap();
        assert_eq!(told["failures"].as_array().unwrap().len(), 0);
        assert!(
            told["coverage"]
                .as_array()
                .unwrap()
                .iter()
                .all(|part| part["survivors"].as_array().unwrap().is_empty())
        );
    }
}

#[test]
fn the_schema_takes_the_shipped_policies_and_no_key_that_the_reader_refuses() {
    let schema: Value = serde_json::from_str(&check(&["policy", "schema"], 0)).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let json = |text: &str| -> Value {
        let table: toml::Table = text.parse().unwrap();
        // Dates and times become strings, as editors hand them over.
        serde_json::to_value(plain(toml::Value::Table(table))).unwrap()
    };
    let mut files = 0;
    for folder in SHIPPED.iter().flat_map(|name| [shipped(name), format!("{}/tests", shipped(name))]) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file())
        {
            let value = json(&fs::read_to_string(entry.path()).unwrap());
            let faults: Vec<String> = schema.iter_errors(&value).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{}: {faults:?}", entry.path().display());
            files += 1;
        }
    }
    assert!(files > 10);
    for wrong in [
        "[[zone]]\nid = \"a b\"\nja = \"域\"\nen = \"z\"\nceiling = \"1\"",
        "[[zone]]\nid = \"z\"\nja = \"域\"\nen = \"z\"",
        "[[access]]\nid = \"a\"\nthen = \"allow\"",
        "[[content]]\nid = \"c\"\ncategories = []\ndirection = \"both\"\nthen = \"allow\"",
        "colour = \"red\"",
        "[limits]\npermit_s = 0",
        "[[access]]\nid = \"a\"\nthen = \"permit\"\nhours = { from = 08:00:00, to = 20:00:00, every = 2 }",
    ] {
        assert!(!schema.is_valid(&json(wrong)), "{wrong}");
    }
}

fn plain(value: toml::Value) -> toml::Value {
    match value {
        toml::Value::Datetime(date) => toml::Value::String(date.to_string()),
        toml::Value::Array(list) => toml::Value::Array(list.into_iter().map(plain).collect()),
        toml::Value::Table(table) => {
            toml::Value::Table(table.into_iter().map(|(key, value)| (key, plain(value))).collect())
        }
        other => other,
    }
}

#[test]
fn formatting_changes_no_value_and_is_done_once() {
    let dir = genai_with(
        "fmt",
        "zz.toml",
        "[[access]]\nmodels=['gpt-4o']   # これ\nthen=\"permit\"\nid=\"x\"\n\n\n\n",
    );
    let path = dir.display().to_string();
    let old: toml::Table = fs::read_to_string(dir.join("zz.toml")).unwrap().parse().unwrap();
    assert!(check(&["policy", "fmt", "--check", &path], 1).contains("zz.toml"));
    assert!(check(&["policy", "fmt", &path], 0).contains("zz.toml"));
    check(&["policy", "fmt", "--check", &path], 0);
    let text = fs::read_to_string(dir.join("zz.toml")).unwrap();
    assert_eq!(text, "[[access]]\nid = \"x\"\nthen = \"permit\"\nmodels = ['gpt-4o']   # これ\n");
    assert_eq!(text.parse::<toml::Table>().unwrap(), old);
    fs::write(dir.join("zz.toml"), "[[access]\n").unwrap();
    check(&["policy", "fmt", &path], 2);
    assert_eq!(
        fs::read_to_string(dir.join("zz.toml")).unwrap(),
        "[[access]\n",
        "what is no TOML stays as it is"
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_new_folder_is_complete_and_nothing_is_overwritten() {
    let dir = scratch("new");
    let (own, agency) = (dir.join("own").display().to_string(), shipped("genai"));
    check(&["policy", "new", &own, "--inherits", &agency, "--ministry", "mof"], 0);
    assert!(check(&["policy", "check", "--strict", &own], 0).starts_with("fine: "));
    check(&["policy", "test", &own], 0);
    check(&["policy", "fmt", "--check", &own], 0);
    check(&["policy", "new", &own, "--inherits", &agency, "--ministry", "mof"], 2);
    let other = dir.join("other").display().to_string();
    assert!(
        check(&["policy", "new", &other, "--inherits", &agency, "--ministry", "mod"], 2)
            .contains("digital, mof, mhlw")
    );
    assert!(!Path::new(&other).exists());
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn what_deserves_a_look_is_told_with_its_place() {
    let day = |days: i64| {
        let moment = jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap();
        moment.to_string().split('T').next().unwrap().to_owned()
    };
    let text = format!(
        "[[access]]\nid = \"trial\"\nthen = \"permit\"\ngrants = [\"of-mof\"]\nmodels = [\"gpt-4o\"]\nends = {}\n\
         [[access]]\nid = \"over\"\nthen = \"permit\"\ngrants = [\"of-mof\"]\nmodels = [\"gpt-4o\"]\nends = {}\n\
         [[zone]]\nid = \"soon\"\nja = \"域\"\nen = \"zone\"\nceiling = \"2\"\n\
         accreditation = {{ evidence = \"e\", expires = {}, names = [{{ url = \"https://s.example\", trust_anchor = \"s.pem\", upstream_model = \"m\", deployment = \"dedicated\" }}] }}\n\
         [[backend]]\nid = \"soon\"\nzone = \"soon\"\nurl = \"https://s.example\"\ntrust_anchor = \"s.pem\"\nupstream_model = \"m\"\ndeployment = \"dedicated\"\ndialect = \"openai-chat\"\n\
         [[model]]\nid = \"nobodys\"\nbackends = [\"soon\"]\n\
         [[access]]\nid = \"nobody\"\nthen = \"forbid\"\nmodels = [\"nobodys\"]\nmessage = {{ ja = \"no\", en = \"いいえ\" }}\nnext = {{ ja = \"次\", en = \"next\" }}\n",
        day(10),
        day(-10),
        day(20)
    );
    let dir = genai_with("look", "zz.toml", text);
    let path = dir.display().to_string();
    let told: Value =
        serde_json::from_str(&check(&["policy", "check", "--format", "json", &path], 0)).unwrap();
    let told: Vec<String> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            assert!(one["file"].as_str().unwrap().ends_with("zz.toml"), "{one}");
            format!("{}: {}", one["line"], one["message"].as_str().unwrap())
        })
        .collect();
    let has =
        |line: usize, starts: &str| told.iter().any(|one| one.starts_with(&format!("{line}: {starts}")));
    for (line, starts) in [
        (2, "access rule `trial` ends in "),
        (2, "no test would miss rule `trial`"),
        (8, "access rule `over` has ended"),
        (14, "the accreditation of zone `soon` expires in "),
        (28, "nobody may use model `nobodys`"),
        (34, "the text in `ja` is not Japanese"),
        (34, "the text in `en` is not English"),
    ] {
        assert!(has(line, starts), "{line}: {starts}: {told:#?}");
    }
    check(&["policy", "check", "--strict", &path], 1);
    fs::remove_dir_all(dir).unwrap();
}

/// An editor keeps its lock and its copy beside the file: neither is policy, and neither stops one from being read.
#[test]
fn what_begins_with_a_dot_is_no_policy() {
    let faulty = "undeclared = 7\n";
    let dir = genai_with("hidden", ".zz.toml", faulty);
    std::os::unix::fs::symlink("someone@desk.1234", dir.join(".#zones.toml")).unwrap();
    check(&["policy", "check", "--strict", &dir.display().to_string()], 0);
    fs::write(dir.join("zz.toml"), faulty).unwrap();
    check(&["policy", "check", &dir.display().to_string()], 1);
    fs::remove_dir_all(dir).unwrap();
}

/// The one network that a forbid leaves open counts as a place to ask from; without it, there is none.
#[test]
fn what_a_forbid_excepts_can_be_used_from_there() {
    let policy = |excepts: &str| {
        format!(
            "[[model]]\nid = \"indoors\"\nbackends = [\"gov-tsuzumi-2\"]\n\
             [[access]]\nid = \"indoors-only\"\nthen = \"forbid\"\nmodels = [\"indoors\"]\n{excepts}\
             message = {{ ja = \"庁内だけです。\", en = \"Only from indoors.\" }}\n\
             next = {{ ja = \"庁内から使ってください。\", en = \"Ask from indoors.\" }}\n"
        )
    };
    for (excepts, usable) in [("except_networks = [\"10.9.0.0/16\"]\n", true), ("", false)] {
        let dir = genai_with(&format!("indoors-{usable}"), "zz.toml", policy(excepts));
        let path = dir.display().to_string();
        let said = check(&["policy", "check", "--lang", "en", &path], 0);
        assert_eq!(!said.contains("nobody may use model `indoors`"), usable, "{said}");
        let asked = ["--claims", "roles=official", "--claims", "ministry=mof", "--level", "1"];
        let asked =
            [&["policy", "explain", "--lang", "en", "--model", "indoors", &path], &asked[..]].concat();
        let said = check(&asked, 1);
        assert_eq!(said.contains("to connect from the network of 10.9.0.0"), usable, "{said}");
        fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn a_huge_policy_is_refused_soon() {
    let rules: String = (0..100_000)
        .map(|n| format!("[[access]]\nid = \"r{n}\"\nthen = \"permit\"\nmodels = [\"gpt-4o\"]\n"))
        .collect();
    let dir = genai_with("huge", "zz.toml", rules);
    let begin = Instant::now();
    let said = check(&["policy", "check", "--format", "json", &dir.display().to_string()], 1);
    assert!(said.contains("more than 10000 of kind access"), "{}", said.get(..500).unwrap_or(&said));
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
    fs::remove_dir_all(dir).unwrap();
}

/// What is only large loads, and what would take long to find out is said to be so.
#[test]
fn a_large_policy_is_looked_at_in_bounded_time() {
    let rules: String = (0..2_000)
        .map(|n| {
            format!(
                "[[model]]\nid = \"m{n}\"\nbackends = [\"gov-tsuzumi-2\"]\n\
                 [[access]]\nid = \"r{n}\"\nthen = \"permit\"\ngrants = [\"of-mof\"]\nmodels = [\"m{n}\"]\n"
            )
        })
        .collect();
    let dir = genai_with("large", "zz.toml", rules);
    let said = check(&["policy", "check", &dir.display().to_string()], 0);
    assert!(said.contains("too many rules to say here") && said.contains("fine: "), "{said}");
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn what_is_disguised_circular_or_missing_is_refused_with_a_reason() {
    let faulty = |name: &str, file: &str, text: &[u8], expect: &str| {
        let dir = genai_with(name, file, text);
        let (code, said) = run(&["policy", "check", &dir.display().to_string()]);
        assert!([1, 2].contains(&code) && said.contains(expect), "{code} {said}");
        fs::remove_dir_all(dir).unwrap();
    };
    faulty("nul", "zz.toml", b"undeclared = \"1\0\"\n", "zz.toml:1:");
    faulty("utf8", "zz.toml", b"undeclared = \"\xff\"\n", "zz.toml");
    // A Cyrillic letter in a name that looks like one that is there.
    faulty(
        "homoglyph",
        "zz.toml",
        "[[access]]\nid = \"x\"\nthen = \"permit\"\nmodels = [\"g\u{0440}t-4o\"]\n".as_bytes(),
        "did you mean `gpt-4o`?",
    );
    faulty(
        "id",
        "zz.toml",
        "[[model]]\nid = \"tsuzumi\u{2010}2\"\nbackends = [\"gov-tsuzumi-2\"]\n".as_bytes(),
        "is no id",
    );
    faulty("half", "zz.toml", b"[[access]]\nid = \"x\"\nthen = ", "zz.toml:3:");
    faulty("lists", "ministries/mof/rules/own.toml", b"listed = [{ id = \"x\" }]\n", "no *.toml file here");
    let circle = scratch("circle");
    for (own, other) in [("a", "b"), ("b", "a")] {
        fs::create_dir_all(circle.join(own)).unwrap();
        fs::write(circle.join(own).join("p.toml"), format!("inherits = {{ folder = \"../{other}\" }}\n"))
            .unwrap();
    }
    assert!(
        check(&["policy", "check", &circle.join("a").display().to_string()], 2)
            .contains("inherits from itself")
    );
    fs::write(circle.join("b/p.toml"), "inherits = { folder = \"../nowhere\" }\n").unwrap();
    assert!(check(&["policy", "check", &circle.join("a").display().to_string()], 2).contains("nowhere"));
    fs::remove_dir_all(circle).unwrap();
    let dir = genai_with(
        "list",
        "ministries/mof/policy.toml",
        "inherits = { folder = \"../..\", ministry = \"mof\" }\n",
    );
    fs::create_dir_all(dir.join("ministries/mof/rules")).unwrap();
    fs::write(dir.join("ministries/mof/rules/own.toml"), "# 一覧\n[[ listed ]]\nid = \"x\"\n").unwrap();
    assert!(
        check(&["policy", "check", &dir.display().to_string()], 2)
            .contains("own.toml:2:1: a folder that inherits may only tighten")
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn watching_runs_the_tests_again_when_a_file_changes() {
    let dir = genai_with("watch", "zz.toml", "");
    let mut child = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["--lang", "en", "policy", "test", "--watch"])
        .arg(&dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().ends_with(" tests, 0 failed"));
    let broken = "[[test]]\nname = \"n\"\ngrants = [\"official\", \"of-mof\"]\nlevel = \"2\"\nmodel = \"tsuzumi-2\"\nexpect = \"refuse\"\n";
    fs::write(dir.join("zz.toml"), broken).unwrap();
    assert!(lines.next().unwrap().contains("zz.toml:1: n: permitted to `gov-tsuzumi-2` instead of `refuse`"));
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_dir_all(dir).unwrap();
}
