//! Real clients, unmodified, through TLS with the private CA. Installed once into `target/clients`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sekisho_tests::{Gate, house};

/// The script's folder, and a folder of this name to install into.
fn folders(name: &str) -> (PathBuf, PathBuf) {
    let cache = house::root().join("target/clients").join(name);
    fs::create_dir_all(&cache).unwrap();
    (house::root().join("tests/clients").join(name), cache)
}

/// Runs to the end; fails with everything it said.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?} does not start: {e}"));
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{command:?} failed:\n{said}");
    said
}

/// Installs unless this very list of packages has been installed here before.
fn once(list: &Path, cache: &Path, install: impl FnOnce()) {
    let installed = cache.join("installed");
    let wanted = fs::read(list).unwrap();
    if fs::read(&installed).is_ok_and(|had| had == wanted) {
        return;
    }
    install();
    fs::write(installed, wanted).unwrap();
}

#[test]
#[ignore = "needs python3 with venv, and the package registry on the first run"]
fn the_openai_python_sdk_is_allowed_redacted_and_refused() {
    let (scripts, cache) = folders("python");
    let python = cache.join("venv/bin/python");
    let list = scripts.join("requirements.txt");
    once(&list, &cache, || {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(cache.join("venv")));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&list));
    });
    let gate = Gate::start();
    let script = &mut Command::new(python);
    script.arg(scripts.join("chat.py")).arg(gate.folder().join("dev/dev.json"));
    run(script.env("SSL_CERT_FILE", &gate.ready.ca).env("PYTHONUTF8", "1").env_remove("OPENAI_BASE_URL"));
}

/// Runs a folder's `chat.mjs` against a gate of its own.
fn node(name: &str) {
    let (scripts, cache) = folders(name);
    let list = scripts.join("package.json");
    once(&list, &cache, || {
        fs::copy(&list, cache.join("package.json")).unwrap();
        run(Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
            .current_dir(&cache));
    });
    // A module is resolved from where the script lies.
    let script = cache.join("chat.mjs");
    fs::copy(scripts.join("chat.mjs"), &script).unwrap();
    let gate = Gate::start();
    let node = &mut Command::new("node");
    run(node.arg(script).arg(gate.folder().join("dev/dev.json")).env("NODE_EXTRA_CA_CERTS", &gate.ready.ca));
}

#[test]
#[ignore = "needs node and npm, and the package registry on the first run"]
fn the_openai_node_sdk_is_allowed_redacted_and_refused() {
    node("node");
}

#[test]
#[ignore = "needs node and npm, and the package registry on the first run"]
fn the_vercel_ai_sdk_streams_redacted_and_is_refused() {
    node("vercel");
}

#[test]
#[ignore = "needs bash, curl and python3"]
fn the_readmes_five_minutes_go_as_it_says() {
    let gate = Gate::start();
    let readme = house::text(&house::root().join("README.md"));
    let block = readme.split("```sh\n").find(|block| block.starts_with("D=target/dev")).unwrap();
    let block = block.split("```").next().unwrap();
    let script = block.replace("D=target/dev", &format!("D={}", gate.folder().join("dev").display()));
    let said = run(Command::new("bash").args(["-euo", "pipefail", "-c", &script]));
    let statuses: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("HTTP/"))
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    assert_eq!(statuses, ["200", "200", "403", "200", "403", "403", "200", "403"], "{said}");
    assert!(!said.contains("RZPUZDIKABNBHR4I") && !said.contains("123456789018"), "{said}");
}
