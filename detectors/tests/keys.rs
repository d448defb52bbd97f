//! Rules about values of keys: `keys` and what may stand between.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test that panics is a test that fails")]

use sekisho_detectors::{RuleFile, RuleSet};

fn rules(keys: &str, more: &str) -> RuleSet {
    let text = format!(
        "[[rule]]\nid = 'x.key'\ncategory = 'secret.x'\nname = {{ ja = '鍵', en = 'key' }}\nabout = 'a'\nsources = ['s']\n\
         keys = {keys}\npattern = '[0-9a-f]{{8}}'\nconfidence = 'high'\nexamples = ['x']\nnegatives = ['x']\n{more}"
    );
    RuleSet::load(&[RuleFile { name: "own.toml", text: &text }]).unwrap()
}

#[track_caller]
fn check(rules: &RuleSet, marked: &str) {
    let text = marked.replace(['«', '»'], "");
    let found: Vec<&str> = rules.scan(&text).into_iter().map(|f| &text[f.span]).collect();
    let expect: Vec<&str> = marked.split('«').skip(1).filter_map(|part| part.split('»').next()).collect();
    assert_eq!(found, expect, "{marked}");
}

#[test]
fn a_value_is_found_behind_its_key_in_any_case_and_layout() {
    let rules = rules("['acme_key', 'acme-key']", "");
    for marked in [
        "ACME_KEY=«0123abcd»",
        "acme_key: '«0123abcd»'",
        "{\"Acme-Key\":\"«0123abcd»\"}",
        "ＡＣＭＥ＿ＫＥＹ：«０１２３ａｂｃｄ»",
        "acme_key_prod は「«0123abcd»」です",
        "MY_ACME_KEY=«0123abcd»\nACME_KEY=«89abcdef»",
    ] {
        check(&rules, marked);
    }
    for marked in
        ["acme 0123abcd", "acme_key 0123abcd", "acme_key=0123abcde", "acme_key=x0123abcd", "0123abcd"]
    {
        check(&rules, marked);
    }
}

#[test]
fn words_may_stand_between_where_the_rule_says_near() {
    let rules = rules("['acme', 'アクメ']", "gap = 'near'");
    for marked in [
        "Acme のトークンは«0123abcd»です",
        "アクメのAPIキー：«0123abcd»",
        "acme «0123abcd»",
        "acme API key (prod): «0123abcd»",
    ] {
        check(&rules, marked);
    }
    for marked in ["macme 0123abcd", "acme。0123abcd", "acme\n\n0123abcd"] {
        check(&rules, marked);
    }
}
