//! The papers say nothing that is not there: links lead somewhere, and every test they name exists.

use std::path::PathBuf;

use sekisho_tests::case::Story;
use sekisho_tests::house::{files, relative, root, text};

/// The papers at the root and in `docs`.
fn papers() -> Vec<PathBuf> {
    let at_root = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
    at_root.iter().map(|name| root().join(name)).chain(files("docs", "md")).collect()
}

#[test]
fn links_lead_to_files() {
    for paper in papers() {
        let text = text(&paper);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.contains("://")) {
            let target = paper.parent().unwrap().join(link);
            assert!(target.exists(), "{} links to `{link}`", relative(&paper));
        }
    }
}

#[test]
fn every_test_that_a_paper_names_exists() {
    let mut named = 0;
    for paper in papers() {
        for code in text(&paper).split('`').skip(1).step_by(2) {
            // `path/to/file.rs::name_of_the_test`
            let Some((path, name)) = code.split_once(".rs::") else {
                continue;
            };
            let path = format!("{path}.rs");
            let source = root().join(&path);
            assert!(source.exists(), "{} names `{code}`; there is no {path}", relative(&paper));
            let there = text(&source).contains(&format!("fn {name}("));
            assert!(there, "{} names `{code}`; {path} has no such test", relative(&paper));
            named += 1;
        }
    }
    assert!(named > 10, "docs/leaks.md names tests: {named}");
}

#[test]
fn every_file_that_a_paper_names_exists() {
    let ours = ["detectors/", "policies/", "certs/", "proxy/", "tests/", "fuzz/", "docs/"];
    for paper in papers() {
        for code in text(&paper).split('`').skip(1).step_by(2) {
            let is_path = ours.iter().any(|folder| code.starts_with(folder))
                && !code.contains([' ', ':', '*', '<', '…']);
            assert!(
                !is_path || root().join(code).exists(),
                "{} names `{code}`, which is not there",
                relative(&paper)
            );
        }
    }
}

/// A reader who follows the paper sets what a real client was run with.
#[test]
fn genais_paper_sets_what_clients_were_run_with_and_quotes_what_the_gate_says() {
    let paper = text(&root().join("docs/genai.md"));
    let clients: String =
        ["mjs", "py"].iter().flat_map(|kind| files("tests/clients", kind)).map(|file| text(&file)).collect();
    let clients = clients + &text(&root().join("tests/tests/clients.rs"));
    let variable = |word: &&str| word.starts_with("AWS_") || word.starts_with("NODE_EXTRA_");
    let words = paper.split(|c: char| !c.is_ascii_uppercase() && c != '_').filter(variable);
    let mut set = 0;
    for word in words {
        assert!(clients.contains(word), "docs/genai.md names `{word}`, with which no client was run");
        set += 1;
    }
    assert!(set > 5, "{set} variables");
    let messages = text(&root().join("proxy/exchange/src/messages.rs"));
    let quoted = paper.split('「').skip(1).filter_map(|rest| rest.split_once('」'));
    for (message, _) in quoted.filter(|(message, _)| message.ends_with('。')) {
        assert!(
            messages.contains(message),
            "docs/genai.md quotes 「{message}」, which the gate does not say"
        );
    }
}

#[test]
fn every_story_is_well_told() {
    for case in files("tests/cases", "case") {
        Story::parse(&text(&case)).unwrap_or_else(|wrong| panic!("{}: {wrong}", relative(&case)));
    }
}
