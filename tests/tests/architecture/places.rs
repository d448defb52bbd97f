//! What must never appear in a line of code, or only in some places.

use super::*;

#[test]
fn unsafe_code_occurs_nowhere() {
    for folder in SHIPPED.iter().chain(&["tests", "fuzz"]) {
        let why = "unsafe code (deny(unsafe_code) would say so too; this also sees what is compiled out)";
        nowhere(folder, &[], why, |line| has_word(line, "unsafe"));
    }
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    let allowing = ["#[", "allow("].concat();
    let allowing_all = ["#![", "allow("].concat();
    for folder in ["detectors", "policies", "certs", "proxy", "tests", "fuzz"] {
        for path in files(folder, "rs") {
            let code = code(&text(&path));
            let found = code.contains(&allowing) || code.contains(&allowing_all) || code.contains(", allow(");
            assert!(
                !found,
                "{}: use `expect` with a reason, so that it goes when it is not needed",
                relative(&path)
            );
        }
    }
}

#[test]
fn every_crate_takes_the_workspaces_lints() {
    for manifest in files(".", "toml").iter().filter(|p| p.ends_with("Cargo.toml")) {
        let (name, table) = (relative(manifest), toml_of(manifest));
        if table.contains_key("workspace") {
            continue;
        }
        let inherits = table.get("lints").and_then(|l| l.get("workspace")).and_then(toml::Value::as_bool);
        assert_eq!(inherits, Some(true), "{name} does not say `[lints] workspace = true`");
    }
}

fn toml_of(path: &std::path::Path) -> toml::Table {
    text(path).parse().unwrap_or_else(|e| panic!("{}: {e}", relative(path)))
}

#[test]
fn each_crates_clippy_file_repeats_the_roots_settings() {
    let settings = toml_of(&root().join("clippy.toml"));
    for path in
        files(".", "toml").iter().filter(|p| p.ends_with("clippy.toml") && *p != &root().join("clippy.toml"))
    {
        let own = toml_of(path);
        for (key, value) in settings.iter().filter(|(_, value)| !value.is_array()) {
            assert_eq!(
                own.get(key),
                Some(value),
                "{} replaces the root's file and must repeat `{key}`",
                relative(path)
            );
        }
    }
}

#[test]
fn pure_crates_ban_clocks_environment_files_and_sockets() {
    let banned = |table: &toml::Table| -> BTreeSet<String> {
        let methods =
            table.get("disallowed-methods").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        methods.iter().filter_map(|m| m.get("path")?.as_str().map(str::to_owned)).collect()
    };
    for pure in ["detectors", "policies", "proxy/exchange", "proxy/audit"] {
        let bans = banned(&toml_of(&root().join(pure).join("clippy.toml")));
        for method in IMPURE {
            assert!(bans.contains(method), "{pure}/clippy.toml does not ban `{method}`");
        }
    }
}

#[test]
fn pure_crates_read_no_file_clock_or_environment() {
    for folder in ["detectors/src", "policies/src", "proxy/exchange/src", "proxy/audit/src"] {
        let why = "a pure crate takes time, bytes and configuration as arguments";
        nowhere(folder, &[], why, |line| {
            [
                "std::fs",
                "std::env",
                "std::net::Tcp",
                "std::process",
                "std::thread",
                "SystemTime",
                "Instant::now",
            ]
            .iter()
            .any(|word| line.contains(word))
        });
    }
}

#[test]
fn the_verifier_never_imports_the_writer() {
    for path in files("proxy/audit/src", "rs").iter().filter(|path| !is_test(path)) {
        let name = relative(path);
        let source = text(path);
        let code = code(without_tests(&source));
        assert!(!code.contains("sekisho_log"), "{name} names the log");
        if name.contains("verify") {
            let writer = ["Signer", "crate::frame::write", "SigningKey"].iter().find(|w| code.contains(**w));
            assert_eq!(writer, None, "{name} verifies and may not know how to write");
        }
    }
}

/// Where content leaves; the development's own client; and the admin side, which asks an old socket whether somebody
/// still answers on it and says nothing there.
const CONNECTS: [&str; 4] =
    ["proxy/src/outbound", "proxy/src/fetch.rs", "proxy/src/dev", "proxy/src/admin.rs"];

#[test]
fn only_outbound_and_dev_open_connections() {
    let opens = [
        "TcpStream::connect",
        "TcpSocket",
        "UnixStream::connect",
        "UdpSocket",
        "client::conn",
        "TlsConnector",
    ];
    for folder in SHIPPED {
        let why = "a connection is opened outside `proxy/src/outbound` (where content leaves), `proxy/src/fetch.rs` (where none does) and `proxy/src/dev`";
        nowhere(folder, &CONNECTS, why, |line| opens.iter().any(|o| line.contains(o)));
    }
}

/// What goes out beside exchanges: requests for keys (of issuers, and of the role by which we sign), and telemetry.
#[test]
fn only_keys_and_telemetry_are_fetched_or_told_beside_exchanges() {
    let may = [
        "proxy/src/fetch.rs",
        "proxy/src/keys.rs",
        "proxy/src/telemetry/courier.rs",
        "proxy/src/sigv4/source/role.rs",
        "proxy/src/lib.rs",
    ];
    nowhere("proxy/src", &may, "only keys and telemetry go out beside exchanges", |line| {
        line.contains("fetch::") || line.contains("::fetch")
    });
    for file in &may[..4] {
        let source = text(&root().join(file));
        assert!(!source.contains("sekisho_exchange"), "{file} may not name what holds content");
    }
}

#[test]
fn terms_are_loaded_only_where_policy_and_config_are_loaded() {
    let loaders = [
        "proxy/exchange/src/snapshot.rs",
        "proxy/src/config",
        "proxy/src/identity/caller.rs",
        "proxy/src/identity/context.rs",
        "proxy/src/identity/issuers.rs",
        // Words that the log itself held before a crash.
        "proxy/audit/src/leaf/pairs.rs",
        "proxy/audit/src/record.rs",
    ];
    for folder in SHIPPED {
        let why = "`Term::loaded` writes a word into the record; only the snapshot's and the process's loaders may call it";
        nowhere(folder, &loaders, why, |line| {
            line.contains("Term::loaded") || line.contains("Term :: loaded")
        });
    }
}

#[test]
fn no_file_is_called_util_common_or_helpers() {
    let nameless = ["util", "utils", "common", "helpers", "helper", "misc"];
    for path in files(".", "rs") {
        let parts: Vec<String> =
            relative(&path).trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        let bad = parts.iter().find(|part| nameless.contains(&part.as_str()));
        assert_eq!(bad, None, "{} says where things were put, not what they are", relative(&path));
    }
}

#[test]
fn source_files_have_one_subject() {
    for folder in SHIPPED {
        for path in files(folder, "rs") {
            let lines = without_tests(&text(&path)).lines().count();
            assert!(lines <= 400, "{} has {lines} lines; what is its second subject?", relative(&path));
        }
    }
}

#[test]
fn the_story_of_an_exchange_fits_one_screen() {
    let path = root().join("proxy/src/handle.rs");
    let longest = functions(&code(without_tests(&text(&path)))).into_iter().max_by_key(|(_, lines)| *lines);
    let (name, lines) = longest.expect("handle.rs tells the story in a function");
    assert!(lines <= 60, "`{name}` in handle.rs has {lines} lines; the story of an exchange fits one screen");
}

/// Name and length in lines of each function of formatted code.
fn functions(code: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let Some(after) = line.split_once("fn ").map(|(_, after)| after) else {
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        let closing = format!("{}}}", " ".repeat(indent));
        let length = lines[start..].iter().position(|l| l.trim_end() == closing).map_or(1, |n| n + 1);
        found.push((after.split(['(', '<']).next().unwrap_or_default().to_owned(), length));
    }
    found
}

#[test]
fn detectors_know_no_levels_and_policies_know_no_wire() {
    let check = |folder: &str, words: &[&str]| {
        let why = format!("{folder} speaks of what it must not know ({})", words.join(", "));
        nowhere(folder, &[], &why, |line| words.iter().any(|w| has_word(line, w)));
    };
    check("detectors/src", &["Label", "Clearance", "Zone", "Subject", "Principal", "Backend"]);
    check("policies/src", &["http", "hyper", "serde_json", "HeaderMap", "StatusCode"]);
    check("proxy/audit/src", &["sekisho_policies", "sekisho_exchange", "sekisho_detectors", "HeaderMap"]);
}
