//! Rules about values of keys and of cells: `keys` and what may stand between, columns of tables and their labels.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test that panics is a test that fails")]

use std::sync::Arc;

use sekisho_detectors::{Confidence, Edit, Redactor, RuleFile, RuleIndex, RuleSet, StreamScanner};

fn rules(keys: &str, more: &str) -> RuleSet {
    valued("[0-9a-f]{8}", keys, more)
}

fn valued(pattern: &str, keys: &str, more: &str) -> RuleSet {
    let text = format!(
        "[[rule]]\nid = 'x.key'\ncategory = 'secret.x'\nname = {{ ja = '鍵', en = 'key' }}\nabout = 'a'\nsources = ['s']\n\
         keys = {keys}\npattern = '{pattern}'\nconfidence = 'high'\nexamples = ['x']\nnegatives = ['x']\n{more}"
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

#[test]
fn a_value_in_a_column_is_found_by_its_label() {
    let rules = rules("['acme_key']", "");
    for marked in [
        "id,acme_key,note\n1,«0123abcd»,x\n2,«89abcdef»,y\n",
        "id\tACME_KEY\n1\t«0123abcd»",
        "| id | acme_key |\n|----|---|\n| 1 | «0123abcd» |\n",
        "acme_key,id\n«0123abcd»,1\n",
    ] {
        check(&rules, marked);
    }
    for marked in [
        "id,other,note\n1,0123abcd,x\n",
        "id,acme_key,note\n0123abcd,1,x\n",
        "id,acme_key,note\n1,0123abcd and more,x\n",
        "id,acme_key,note\n\n1,0123abcd,x\n",
    ] {
        check(&rules, marked);
    }
}

const CELL: &str = "[[rule]]\nid = 'x.cell'\ncategory = 'pii.x'\nname = 'n'\nabout = 'a'\nsources = ['s']\nstart = 'cell'\n\
                    pattern = '[一-龠]{2,8}'\nconfidence = 'low'\nneeds = 'high'\nexamples = ['x']\nnegatives = ['x']\n\
                    [[rule.context]]\nwords = ['氏名']\nconfidence = 'high'\n";

#[test]
fn a_rule_may_look_at_every_cell_below_a_label() {
    let rules = RuleSet::load(&[RuleFile { name: "own.toml", text: CELL }]).unwrap();
    for marked in [
        "氏名,住所\n«田中太郎»,東京都\n«鈴木花子»,大阪府\n",
        "番号\t職員氏名\n1\t«田中»\n",
        "番号,ｼﾒｲ,氏 名\n1,2,«田中»\n",
        "番号,ｼﾒｲ,氏・名\n1,2,田中\n",
        "番号,\"氏名\"\n1,\"«田中»\"\n",
    ] {
        check(&rules, marked);
    }
    check(&rules, "氏名,住所\n田中太郎です,東京都\n");
    check(&rules, "氏名は田中太郎,東京都\n");
}

/// What a stream lets go of the text, in single characters, with findings in brackets.
fn streamed(rules: RuleSet, text: &str) -> String {
    struct All;
    impl Redactor for All {
        fn redacts(&self, _: RuleIndex, _: Confidence) -> bool {
            true
        }
        fn placeholder(&mut self, _: &Edit, value: &str) -> String {
            format!("[{value}]")
        }
    }
    let mut scanner = StreamScanner::new(Arc::new(rules));
    let mut told: String =
        text.split_inclusive(|_: char| true).map(|part| scanner.push(part, &mut All).text).collect();
    told += &scanner.finish(&mut All).text;
    told
}

#[test]
fn keys_that_begin_at_one_place_all_wait_for_their_values() {
    // The longer key reaches the second value over the first one.
    let told = streamed(rules("['acme', 'acme: ']", "gap = 'near'"), "acme: 0123abcd, 4567abcd");
    assert_eq!(told, "acme: [0123abcd], [4567abcd]");
}

#[test]
fn the_value_of_a_key_that_begins_a_longer_one_may_have_begun() {
    // Letters and digits are held until their word ends, as they may be base64; signs are not.
    let rules = valued("[0-9.]{9}", "['acme', 'acme 1.2.x']", "gap = 'near'");
    assert_eq!(streamed(rules, "acme 1.2.3.4.5"), "acme [1.2.3.4.5]");
}
