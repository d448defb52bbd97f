//! What must not compile: proofs that are made up, copied or spent twice, and what leaves without one.
//!
//! Each `tests/refused/<crate>/<case>.rs` is given to the compiler with the libraries that this very build made, and must be refused with
//! the errors in the file beside it, one a line. `SEKISHO_BLESS=1` writes those files; read them before you commit them.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// Libraries that cases may name.
const NAMED: &[&str] = &[
    "sekisho",
    "sekisho_audit",
    "sekisho_exchange",
    "sekisho_log",
    "sekisho_policies",
    "bytes",
    "http",
    "http_body_util",
];

#[test]
fn nothing_undecided_unrecorded_or_unguarded_compiles() {
    let libraries = libraries();
    let cases = cases();
    assert!(cases.len() >= 26, "{} cases", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(|case| wrong(case, &libraries)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What is wrong about a case.
fn wrong(case: &Path, libraries: &BTreeMap<String, PathBuf>) -> Option<String> {
    let found = refused(case, libraries);
    let file = case.with_extension("errors");
    if env::var_os("SEKISHO_BLESS").is_some() {
        fs::write(&file, &found).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    let name = case.strip_prefix(HERE).unwrap().display();
    if found.is_empty() {
        Some(format!("{name} compiles"))
    } else {
        (found != expected).then(|| format!("{name} is refused with\n{found}and should be with\n{expected}"))
    }
}

/// The errors that the compiler has for a case, one a line.
fn refused(case: &Path, libraries: &BTreeMap<String, PathBuf>) -> String {
    let folder = case.parent().unwrap();
    let out = env::temp_dir().join(format!("sekisho-test-refused-{}", std::process::id()));
    let mut rustc = Command::new("rustc");
    rustc.current_dir(folder).arg(case.file_name().unwrap());
    rustc
        .args(["--edition=2024", "--emit=metadata", "--error-format=short", "--cap-lints=allow", "-o"])
        .arg(&out);
    for (name, path) in libraries {
        rustc.arg("--extern").arg(format!("{name}={}", path.display()));
        rustc.arg("-L").arg(format!("dependency={}", path.parent().unwrap().display()));
    }
    let output = rustc.output().expect("rustc runs");
    let errors = String::from_utf8(output.stderr).unwrap();
    let _ = fs::remove_file(out);
    assert_eq!(output.status.success(), errors.is_empty(), "{errors}");
    errors.lines().filter(|line| line.contains(": error")).map(|line| format!("{line}\n")).collect()
}

fn cases() -> Vec<PathBuf> {
    let folders = fs::read_dir(Path::new(HERE).join("refused")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let mut cases: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    cases.sort();
    cases
}

/// The libraries as the tests of the workspace use them: built already when they run, or else now.
fn libraries() -> BTreeMap<String, PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(HERE).args(["test", "--workspace", "--no-run", "--locked", "--message-format=json"]);
    let output = command.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages =
        output.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    let libraries: BTreeMap<String, PathBuf> =
        messages.filter_map(|message: Value| library(&message)).collect();
    assert_eq!(libraries.len(), NAMED.len(), "{libraries:?}");
    libraries
}

/// Name and file of a library that cases may name, if this message of cargo's tells of one that is no test itself.
fn library(message: &Value) -> Option<(String, PathBuf)> {
    let name = message["target"]["name"].as_str()?;
    let is_library = message["target"]["kind"][0] == "lib" && message["profile"]["test"] == false;
    let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
    let file = files.find(|file| file.ends_with(".rmeta"))?;
    (is_library && NAMED.contains(&name)).then(|| (name.to_owned(), file.into()))
}
