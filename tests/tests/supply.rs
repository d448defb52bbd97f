//! `deny.toml`, held without cargo-deny: what ships has known licences, no banned package and no new double version.
#![expect(clippy::expect_used, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};

use sekisho_tests::house::{cargo, root, text};

fn deny() -> toml::Table {
    text(&root().join("deny.toml")).parse().expect("deny.toml is TOML")
}

/// Strings below `section.key`: the items themselves, or what `field` says in each.
fn listed(section: &str, key: &str, field: &str) -> Vec<String> {
    let deny = deny();
    let items = deny
        .get(section)
        .and_then(|s| s.get(key))
        .and_then(toml::Value::as_array)
        .cloned()
        .unwrap_or_default();
    let string = |item: &toml::Value| item.as_str().or_else(|| item.get(field)?.as_str()).map(str::to_owned);
    items.iter().filter_map(string).collect()
}

/// `name version` → licence of what ships, third parties only.
fn shipped() -> BTreeMap<(String, String), String> {
    let tree = cargo(&[
        "tree",
        "-p",
        "sekisho",
        "-e",
        "normal,build",
        "--prefix",
        "none",
        "--no-dedupe",
        "-f",
        "{p}|{l}",
    ]);
    let package = |line: &str| {
        let (package, licence) = line.split_once('|')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
        (!name.starts_with("sekisho")).then(|| ((name.to_owned(), version.to_owned()), licence.to_owned()))
    };
    tree.lines().filter_map(package).collect()
}

#[test]
fn everything_that_ships_has_a_licence_we_accept() {
    let accepted: BTreeSet<String> = listed("licenses", "allow", "").into_iter().collect();
    let refused: Vec<_> =
        shipped().into_iter().filter(|(_, licence)| !acceptable(licence, &accepted)).collect();
    assert!(refused.is_empty(), "not on deny.toml's list: {refused:?}");
}

/// True if the SPDX expression can be met: `OR` needs one side, `AND` both. `/` is how old manifests write `OR`.
fn acceptable(licence: &str, accepted: &BTreeSet<String>) -> bool {
    let spaced = licence.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    either(&mut words.as_slice(), accepted)
}

fn either(words: &mut &[&str], accepted: &BTreeSet<String>) -> bool {
    let mut met = both(words, accepted);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        met |= both(words, accepted);
    }
    met
}

fn both(words: &mut &[&str], accepted: &BTreeSet<String>) -> bool {
    let mut met = one(words, accepted);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        met &= one(words, accepted);
    }
    met
}

fn one(words: &mut &[&str], accepted: &BTreeSet<String>) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let met = either(words, accepted);
            *words = words.strip_prefix(&[")"]).unwrap_or(words);
            met
        }
        [licence, "WITH", exception, rest @ ..] => {
            *words = rest;
            accepted.contains(&format!("{licence} WITH {exception}"))
        }
        [licence, rest @ ..] => {
            *words = rest;
            accepted.contains(*licence)
        }
        [] => false,
    }
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    let accepted = BTreeSet::from(["MIT".to_owned(), "ISC".to_owned()]);
    let check = |licence: &str, expect: bool| assert_eq!(acceptable(licence, &accepted), expect, "{licence}");
    check("MIT", true);
    check("GPL-3.0", false);
    check("MIT/GPL-3.0", true);
    check("MIT AND GPL-3.0", false);
    check("(MIT OR GPL-3.0) AND ISC", true);
    check("(GPL-2.0 OR GPL-3.0) AND ISC", false);
    check("MIT WITH some-exception", false);
    check("MIT WITH some-exception OR ISC", true);
    check("", false);
}

#[test]
fn nothing_banned_ships() {
    let banned = listed("bans", "deny", "name");
    assert!(banned.len() >= 4, "deny.toml bans something: {banned:?}");
    let found: Vec<_> = shipped().into_keys().filter(|(name, _)| banned.contains(name)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn double_versions_are_the_known_ones() {
    let known = listed("bans", "skip", "crate");
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, version) in shipped().into_keys() {
        versions.entry(name).or_default().insert(version);
    }
    let is_known = |name: &str, version: &String| {
        known
            .iter()
            .filter_map(|k| k.split_once('@'))
            .any(|(n, v)| n == name && version.starts_with(&format!("{v}.")))
    };
    for (name, versions) in versions.into_iter().filter(|(_, versions)| versions.len() > 1) {
        let unknown = versions.iter().filter(|version| !is_known(&name, version)).count();
        assert!(
            unknown <= 1,
            "`{name}` ships in versions {versions:?}; avoid it or list it in deny.toml with a reason"
        );
    }
}
