//! docs/policy.md says nothing that is not so: every example is compiled, the tables of keys are those of the reader, and the
//! ten steps are run as they are written.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sekisho_policies::keys::{self, EVERY, Key, Kind};

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
