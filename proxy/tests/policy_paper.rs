//! docs/policy.md says nothing that is not so: every example is compiled, the tables of keys are those of the reader, and the
//! ten steps are run as they are written. Nor does docs/genai.md, whose examples are one installation.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sekisho::config::Config;
use sekisho_policies::keys::{self, EVERY, Key, Kind};
use serde_json::Value;

mod scene;
use scene::{copy, scratch};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn paper() -> String {
    fs::read_to_string(root().join("docs/policy.md")).unwrap()
}

/// A fenced block: what stands behind its language, and its text.
struct Block {
    language: String,
    about: String,
    text: String,
    line: usize,
}

fn blocks(paper: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in (1..).zip(paper.lines()) {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) => {
                let (language, about) = info.split_once(' ').unwrap_or((info, ""));
                let (language, about) = (language.to_owned(), about.to_owned());
                open = Some(Block { language, about, text: String::new(), line: number });
            }
            (None, Some(block)) => block.text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block has no end");
    blocks
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn sekisho(dir: &Path, args: &[&str]) -> Output {
    let binary = env!("CARGO_BIN_EXE_sekisho");
    Command::new(binary).args(args).current_dir(dir).env("LC_ALL", "C").output().unwrap()
}

#[test]
fn every_example_of_the_reference_is_compiled_and_keeps_its_promises() {
    let paper = paper();
    let examples = blocks(&paper);
    let examples =
        examples.iter().filter(|block| block.language == "toml" && !block.about.starts_with("file="));
    let mut count = 0;
    for block in examples {
        let dir = scratch(&format!("example-{}", block.line));
        copy(&root().join("policies/genai"), &dir.join("genai"));
        let (path, of) = match (block.about.as_str(), block.text.starts_with("inherits")) {
            ("rules", _) => ("genai/rules/example.toml", "genai"),
            (_, true) => ("genai/ministries/mof/policy.toml", "genai/ministries/mof"),
            _ => ("genai/example.toml", "genai"),
        };
        fs::create_dir_all(dir.join(path).parent().unwrap()).unwrap();
        fs::write(dir.join(path), &block.text).unwrap();
        let mut commands = vec![["policy", "check", of], ["policy", "check", "genai"]];
        if block.text.contains("[[test]]") {
            commands.push(["policy", "test", of]);
        }
        for args in commands {
            let output = sekisho(&dir, &args);
            assert!(output.status.success(), "docs/policy.md:{}: {}", block.line, said(&output));
        }
        fs::remove_dir_all(dir).unwrap();
        count += 1;
    }
    assert!(count >= 10, "{count} examples");
}

/// All blocks of this kind in docs/genai.md, one after the other.
fn genais(language: &str, about: &str) -> String {
    let blocks = blocks(&fs::read_to_string(root().join("docs/genai.md")).unwrap());
    let chosen = blocks.iter().filter(|block| block.language == language && block.about == about);
    let texts: Vec<&str> = chosen.map(|block| block.text.as_str()).collect();
    assert!(!texts.is_empty(), "docs/genai.md has no such block: {language} {about}");
    texts.join("\n")
}

#[test]
fn genais_paper_is_one_policy_and_keeps_its_promises() {
    let dir = scratch("genais-paper");
    copy(&root().join("policies/genai"), &dir.join("genai"));
    let more = genais("toml", "");
    fs::write(dir.join("genai/bedrock.toml"), &more).unwrap();
    for args in [["policy", "check", "genai"], ["policy", "test", "genai"]] {
        let output = sekisho(&dir, &args);
        assert!(output.status.success(), "docs/genai.md: {args:?}: {}", said(&output));
    }
    assert!(more.matches("[[test]]").count() >= 8, "each that passes beside the nearest that does not");
    fs::remove_dir_all(dir).unwrap();
}

/// Every file of the shipped policy as one table; what is said in several files is there in a row.
fn shipped() -> toml::Table {
    let mut all = toml::Table::new();
    for name in ["where", "people", "content"] {
        let text = fs::read_to_string(root().join(format!("policies/genai/{name}.toml"))).unwrap();
        all.extend(text.parse::<toml::Table>().unwrap());
    }
    all
}

/// Whether one value says all that the other does; of lists it may leave out some.
fn has(whole: &toml::Value, part: &toml::Value) -> bool {
    match (whole, part) {
        (toml::Value::Table(whole), toml::Value::Table(part)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|own| has(own, value)))
        }
        (toml::Value::Array(whole), toml::Value::Array(part)) => {
            part.iter().all(|value| whole.iter().any(|own| has(own, value)))
        }
        (whole, part) => whole == part,
    }
}

#[test]
fn what_genais_paper_shows_of_the_shipped_policy_stands_there() {
    let shown: toml::Table = genais("toml", "shipped").parse().unwrap();
    let shipped = shipped();
    for (key, tables) in &shown {
        for table in tables.as_array().unwrap() {
            let one = toml::Value::Array(vec![table.clone()]);
            assert!(has(&shipped[key], &one), "docs/genai.md: the shipped policy has no such {key}: {table}");
        }
    }
    assert!(shown.len() >= 7, "{:?}", shown.keys().collect::<Vec<_>>());
}

/// What a process's configuration has beside what the paper says.
const AROUND: &str = r#"[listen]
address = "127.0.0.1:8443"
certificate = "tls/server.pem"
key = "tls/server.key"
[admin]
address = "127.0.0.1:9443"
token = "keys/admin.token"
[policy]
dir = "policy"
[audit]
dir = "audit"
origin = "sekisho.example.jp/log/1"
p256_key = "keys/p256.pem"
ed25519_key = "keys/ed25519.pem"
fingerprint_key = "keys/fingerprint.key"
[issuers.staff]
jwks = "staff.jwks.json"
"#;

#[test]
fn genais_paper_configures_what_its_policy_names_and_permits_nothing_else_at_aws() {
    let policy = genais("toml", "shipped") + &genais("toml", "");
    let config = format!("{AROUND}{}", genais("toml", "config"));
    let config = Config::parse(&config, Path::new("/etc/sekisho/sekisho.toml")).unwrap();
    let named = |key: &str| {
        let values = policy.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""));
        values.map(|value| value.trim_end_matches('"').to_owned()).collect::<Vec<_>>()
    };
    for name in named("credential") {
        assert!(config.credentials.contains_key(&name), "docs/genai.md configures no `{name}`");
    }
    assert!(config.services.is_some() && config.conversation.is_some());
    let mut resources = 0;
    for document in genais("json", "").split("\n\n") {
        let document: Value = serde_json::from_str(document).unwrap();
        let statements = document["Statement"].as_array().unwrap();
        for statement in statements.iter().filter(|statement| statement["Effect"] == "Allow") {
            for resource in statement["Resource"].as_array().unwrap() {
                let model = resource.as_str().unwrap().rsplit('/').next().unwrap();
                // What a profile leads to has no prefix.
                let known = named("upstream_model");
                let known = known.iter().any(|known| known == model || known.ends_with(&format!(".{model}")));
                assert!(
                    known,
                    "docs/genai.md lets the gate ask for {resource}, which its policy does not name"
                );
                resources += 1;
            }
        }
    }
    assert!(resources >= 4, "{resources} resources");
}

/// Rewrites the tables with `SEKISHO_BLESS=1`.
#[test]
fn the_tables_of_keys_are_the_readers() {
    let (paper, keys) = (paper(), keys::all());
    let mut written = String::new();
    let mut rest = paper.as_str();
    let mut tables = Vec::new();
    while let Some((before, after)) = rest.split_once("<!-- keys \"") {
        let (table, after) = after.split_once("\" -->\n").unwrap();
        let (_, after) = after.split_once("<!-- /keys -->").unwrap();
        written += &format!("{before}<!-- keys \"{table}\" -->\n{}<!-- /keys -->", rows(&keys, table));
        tables.push(table.to_owned());
        rest = after;
    }
    written += rest;
    let mut known: Vec<String> = keys.iter().map(|key| key.table.clone()).collect();
    known.dedup();
    let missing: Vec<_> = known.iter().filter(|table| !tables.contains(table)).collect();
    assert!(missing.is_empty(), "docs/policy.md has no table of {missing:?}");
    if std::env::var_os("SEKISHO_BLESS").is_some() {
        fs::write(root().join("docs/policy.md"), &written).unwrap();
    }
    assert!(written == paper, "the tables of docs/policy.md are not the reader's: run with SEKISHO_BLESS=1");
}

fn rows(keys: &[Key], table: &str) -> String {
    let mut rows = if table.is_empty() {
        "| key | what stands there | meaning |\n|---|---|---|\n".to_owned()
    } else {
        format!("| key of `{table}` | what stands there | meaning |\n|---|---|---|\n")
    };
    for key in keys.iter().filter(|key| key.table == table) {
        let name = if key.key == EVERY { "any".to_owned() } else { format!("`{}`", key.key) };
        let name = if key.required { format!("**{name}**") } else { name };
        let (ja, en) = key.described().unwrap();
        rows += &format!("| {name} | {} | {en} ({ja}) |\n", kind(&key.kind));
    }
    rows
}

fn kind(kind: &Kind) -> String {
    let words =
        |words: &[String]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match kind {
        Kind::Text => "string".to_owned(),
        Kind::Id => "id".to_owned(),
        Kind::Texts => "list of strings".to_owned(),
        Kind::TextOrTexts => "string, or list of them".to_owned(),
        Kind::Number { least, most, default } => match default {
            Some(default) => format!("{least} to {most}; {default} without it"),
            None => format!("{least} to {most}"),
        },
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Word(known) => format!("one of {}", words(known)),
        Kind::Words(known) => format!("list of {}", words(known)),
        Kind::WordOrTexts(known) => format!("one of {}, or list of ids", words(known)),
        Kind::Moment => "date".to_owned(),
        Kind::TimeOfDay => "time, as `08:30:00`".to_owned(),
        Kind::Label => "label".to_owned(),
        Kind::Said => "`{ ja, en }`".to_owned(),
        Kind::Table => "table".to_owned(),
        Kind::Tables => "tables".to_owned(),
    }
}

/// The commands want `bash` and `curl`.
#[test]
#[ignore = "wants bash and curl: cargo test --workspace -- --ignored"]
fn the_steps_work_as_they_are_written() {
    let (paper, dir) = (paper(), scratch("steps"));
    copy(&root().join("policies"), &dir.join("policies"));
    let bin = Path::new(env!("CARGO_BIN_EXE_sekisho")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(bin.to_path_buf()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let path = path.unwrap();
    let mut last = String::new();
    let (mut commands, mut promises) = (0, 0);
    for block in blocks(&paper) {
        let place = format!("docs/policy.md:{}", block.line);
        match (block.language.as_str(), block.about.strip_prefix("file=")) {
            ("toml", Some(file)) => {
                let old = fs::read_to_string(dir.join(file)).unwrap();
                fs::write(dir.join(file), old + "\n" + &block.text).unwrap();
            }
            ("sh", _) => {
                let mut bash = Command::new("bash");
                bash.args(["-euo", "pipefail", "-c", &block.text]).current_dir(&dir);
                let output = bash.env("PATH", &path).env("LC_ALL", "C").output().unwrap();
                last = said(&output);
                assert!(output.status.success(), "{place}: {last}");
                commands += 1;
            }
            ("text", _) => {
                for line in block.text.lines() {
                    assert!(last.lines().any(|other| other == line), "{place}: `{line}` is not in:\n{last}");
                    promises += 1;
                }
            }
            _ => {}
        }
    }
    assert!(commands >= 9 && promises >= 10, "{commands} commands, {promises} promises");
    fs::remove_dir_all(dir).unwrap();
}
