//! The house of `ARCHITECTURE.md`, held by tests: who may depend on whom, and what must never appear where.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod places;

use std::collections::{BTreeMap, BTreeSet};

use sekisho_tests::house::{cargo, code, files, is_test, relative, root, text, without_tests};

/// Our crates and the ones of ours that each may name. Whoever is not listed here may not exist.
const EDGES: [(&str, &[&str]); 9] = [
    ("sekisho-detectors", &[]),
    ("sekisho-audit", &[]),
    ("sekisho-certs", &[]),
    ("sekisho-policies", &["sekisho-detectors"]),
    ("sekisho-log", &["sekisho-audit"]),
    ("sekisho-exchange", &["sekisho-detectors", "sekisho-policies", "sekisho-audit"]),
    (
        "sekisho",
        &[
            "sekisho-detectors",
            "sekisho-audit",
            "sekisho-certs",
            "sekisho-policies",
            "sekisho-log",
            "sekisho-exchange",
        ],
    ),
    ("sekisho-tests", &["sekisho-audit", "sekisho-certs", "sekisho-detectors"]),
    ("sekisho-corpora", &["sekisho-detectors"]),
];

/// What only the process and these tests may name: sockets, TLS, HTTP, an executor.
const RUNTIME: [&str; 8] =
    ["tokio", "tokio-rustls", "hyper", "hyper-util", "http-body", "http-body-util", "rustls", "mio"];

/// Direct dependencies of every crate of the workspace, of all kinds (normal, build, dev).
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("cargo metadata prints JSON");
    let name = |value: &serde_json::Value| value["name"].as_str().expect("packages have names").to_owned();
    let packages = metadata["packages"].as_array().expect("metadata lists packages").iter();
    packages
        .map(|p| (name(p), p["dependencies"].as_array().into_iter().flatten().map(name).collect()))
        .collect()
}

/// Third-party packages of a build and the features they are built with.
fn resolved(arguments: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let tree = cargo(&[&["tree", "--prefix", "none", "--format", "{p}|{f}"], arguments].concat());
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree.lines().map(|line| line.trim_end_matches(" (*)")) {
        let Some((package, features)) = line.split_once('|') else {
            continue;
        };
        let name = package.split(' ').next().unwrap_or_default();
        let features = features.split(',').filter(|f| !f.is_empty()).map(str::to_owned);
        packages.entry(name.to_owned()).or_default().extend(features);
    }
    packages
}

/// What the binary is built from.
fn shipped() -> BTreeMap<String, BTreeSet<String>> {
    resolved(&["-p", "sekisho", "-e", "normal,build"])
}

/// Fails with one line for each place where `wrong` holds for a line of code; unit tests and `except` are passed over.
fn nowhere(folder: &str, except: &[&str], why: &str, wrong: impl Fn(&str) -> bool) {
    let mut places = Vec::new();
    for path in files(folder, "rs") {
        let name = relative(&path);
        if except.iter().any(|e| name.starts_with(e)) || (is_test(&path) && SHIPPED.contains(&folder)) {
            continue;
        }
        let source = text(&path);
        let code = code(without_tests(&source));
        places.extend(
            code.lines().enumerate().filter(|(_, l)| wrong(l)).map(|(n, _)| format!("  {name}:{}", n + 1)),
        );
    }
    assert!(places.is_empty(), "{why}:\n{}", places.join("\n"));
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word)
}

/// What a pure crate's `clippy.toml` bans.
const IMPURE: [&str; 8] = [
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "std::env::var",
    "std::fs::read",
    "std::fs::read_to_string",
    "std::fs::write",
    "std::fs::File::open",
    "std::net::TcpStream::connect",
];

/// Where code that ships lies; `tests` folders of the crates are not part of it.
const SHIPPED: [&str; 7] = [
    "detectors/src",
    "policies/src",
    "certs/src",
    "proxy/src",
    "proxy/exchange/src",
    "proxy/audit/src",
    "proxy/log/src",
];

#[test]
fn crates_depend_only_along_the_allowed_edges() {
    let allowed: BTreeMap<&str, &[&str]> = EDGES.into_iter().collect();
    for (package, named) in dependencies() {
        let Some(allowed) = allowed.get(package.as_str()) else {
            panic!("`{package}` is not in the table of EDGES; add it with the crates that it may name")
        };
        for ours in named.iter().filter(|d| d.starts_with("sekisho")) {
            assert!(
                allowed.contains(&ours.as_str()),
                "`{package}` names `{ours}`, which is not one of its edges: {allowed:?}"
            );
        }
    }
}

#[test]
fn only_the_process_names_sockets_tls_and_the_executor() {
    for (package, named) in dependencies() {
        if ["sekisho", "sekisho-tests"].contains(&package.as_str()) {
            continue;
        }
        let found: Vec<_> = RUNTIME.iter().filter(|r| named.contains(**r)).collect();
        assert!(found.is_empty(), "`{package}` is pure and may not name {found:?}");
    }
}

#[test]
fn one_crypto_library_and_one_tls_library_are_shipped() {
    let shipped = shipped();
    for banned in ["ring", "openssl", "openssl-sys", "native-tls", "boring", "reqwest", "ureq", "protobuf"] {
        assert!(
            !shipped.contains_key(banned),
            "`{banned}` came into the binary; `cargo tree -p sekisho -i {banned}`"
        );
    }
    assert!(shipped.contains_key("aws-lc-rs"), "the one crypto library is aws-lc-rs");
}

#[test]
fn no_second_crypto_library_comes_in_through_tests_either() {
    let all = resolved(&["--workspace", "-e", "normal,build,dev"]);
    for banned in ["ring", "openssl-sys", "native-tls", "reqwest"] {
        assert!(!all.contains_key(banned), "`{banned}` is in the tree; `cargo tree --workspace -i {banned}`");
    }
}

#[test]
fn tokens_are_checked_by_aws_lc_and_by_nothing_else() {
    let features = &shipped()["jsonwebtoken"];
    assert!(
        features.contains("aws_lc_rs"),
        "without a provider jsonwebtoken panics on first use: {features:?}"
    );
    assert!(
        !features.contains("rust_crypto"),
        "with two providers jsonwebtoken panics on first use: {features:?}"
    );
}

#[test]
fn rustls_has_one_provider() {
    let features = &shipped()["rustls"];
    assert!(features.contains("aws_lc_rs") && !features.contains("ring"), "{features:?}");
}

#[test]
fn json_values_keep_their_plain_meaning_for_everybody() {
    let features = &shipped()["serde_json"];
    for changing in ["preserve_order", "arbitrary_precision", "unbounded_depth"] {
        assert!(!features.contains(changing), "serde_json/{changing} changes `Value` for every crate");
    }
}

#[test]
fn no_cache_on_the_request_path_can_thrash() {
    let features = &shipped()["regex-automata"];
    for lazy in ["meta", "nfa-backtrack"] {
        assert!(
            !features.contains(lazy),
            "regex-automata/{lazy} is on; what a request costs must be bounded"
        );
    }
    assert!(!shipped().contains_key("regex"), "`regex` searches with caches that thrash; use regex-automata");
    // Where the lazy DFA is, its cache never clears, which that file says and the rules' tests see.
    let sources = ["detectors/src", "policies/src", "proxy"].map(|folder| files(folder, "rs")).concat();
    let users = sources.iter().filter(|path| text(path).contains("hybrid::")).map(|path| relative(path));
    let users: Vec<String> = users.collect();
    assert_eq!(users, ["detectors/src/pattern.rs"]);
}
