//! What the shipped rules find and what they leave alone, one case a line.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test may fail")]

use std::sync::LazyLock;

use sekisho_detectors::Confidence::{High, Low, Medium};
use sekisho_detectors::{Confidence, RuleSet};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

/// All findings of `text`, as category, matched text and confidence.
fn check(text: &str, expect: &[(&str, &str, Confidence)]) {
    let findings = RULES.scan(text);
    let got: Vec<_> = findings
        .iter()
        .map(|f| (RULES.rule(f.rule).category().as_str(), text.get(f.span.clone()).unwrap(), f.confidence))
        .collect();
    assert_eq!(got, expect, "{text}");
}

/// The one finding of a category, whatever else is found.
fn check_one(text: &str, category: &str, span: &str, at_least: Confidence) {
    let findings = RULES.scan(text);
    let of_category: Vec<_> =
        findings.iter().filter(|f| RULES.rule(f.rule).category().as_str() == category).collect();
    assert_eq!(of_category.len(), 1, "{text}: {of_category:?}");
    assert_eq!(text.get(of_category[0].span.clone()), Some(span), "{text}");
    assert!(of_category[0].confidence >= at_least, "{text}");
}

#[test]
fn plain_sentences_have_no_findings() {
    for text in [
        "",
        "今日は晴れです",
        "仕様書の様式を多様な皆様に。",
        "平成26年総務省令第85号 第5条",
        "令和3年法律第37号",
        "2026年4月1日 12:30",
        "202604011230",
        "会議は 2026-04-01 10:00-11:30 です",
        "JAN 4901234567894",
        "C4 S3 EKS v1.2.3",
        "本日の議事は以上です。",
        "メールとデータのサーバー",
        "予算 1,234,567 円",
        "550e8400-e29b-41d4-a716-446655440000",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_my_number_is_as_sure_as_its_surroundings() {
    let number = "pii.jp.my-number";
    check("123456789018", &[(number, "123456789018", Low)]);
    check("1234 5678 9018", &[(number, "1234 5678 9018", Medium)]);
    check("番号は123456789018です", &[(number, "123456789018", Medium)]);
    check("マイナンバーは123456789018です", &[(number, "123456789018", High)]);
    check("個人番号 202604011240", &[(number, "202604011240", High)]);
    check("202604011240", &[]);
    check("番号は123456789010です", &[]);
    check("x123456789018", &[]);
}

#[test]
fn a_my_number_is_found_however_it_is_written() {
    for span in [
        "123456789018",
        "1234 5678 9018",
        "1234 5678\n 9018",
        "1234\n5678\n9018",
        "1234-5678-9018",
        "1234‐5678−9018",
        "1234 - 5678 - 9018",
        "1234・5678・9018",
        "１２３４５６７８９０１８",
        "１２３４　５６７８　９０１８",
        "１２３４－５６７８ー９０１８",
        "1 2 3 4 5 6 7 8 9 0 1 8",
        "1-2-3-4-5-6-7-8-9-0-1-8",
        "1234\u{200b}5678\u{200b}9018",
        "1\u{ad}2\u{feff}3456789018",
        "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏𝟖",
        "一二三四五六七八九〇一八",
        "%31%32%33%34%35%36%37%38%39%30%31%38",
        "\\u0031234\\u0035678\\u0039018",
        "&#49;23456789018",
    ] {
        check_one(&format!("番号は{span}です"), "pii.jp.my-number", span, Medium);
    }
}

#[test]
fn an_address_glued_to_japanese_is_found_alone() {
    check("メールはtanaka@example.co.jpへ", &[("pii.email", "tanaka@example.co.jp", High)]);
    check("連絡先tanaka＠example.co.jpまで", &[("pii.email", "tanaka＠example.co.jp", High)]);
    check("icon@2x.png", &[]);
}

#[test]
fn numbers_with_a_check_digit_are_found_and_their_neighbours_are_not() {
    check("カード番号4111111111111111で", &[("pii.credit-card", "4111111111111111", High)]);
    check("4111111111111112", &[]);
    check("法人番号7000012050002の会社", &[("pii.jp.corporate-number", "7000012050002", High)]);
    check("登録番号T7000012050002", &[("pii.jp.corporate-number", "T7000012050002", High)]);
    check("登録番号T700001205000", &[]);
}

#[test]
fn phones_and_postal_codes() {
    check("電話は03-1234-5678です", &[("pii.phone", "03-1234-5678", High)]);
    check("携帯090-1234-5678", &[("pii.phone", "090-1234-5678", High)]);
    check("０１２０－１２３－４５６", &[("pii.phone.office", "０１２０－１２３－４５６", Medium)]);
    check("+81 3-1234-5678", &[("pii.phone", "+81 3-1234-5678", High)]);
    check("内線03-1234-5678", &[]);
    check("内線 1234", &[("pii.phone", "1234", Medium)]);
    check("〒100-0001", &[("pii.jp.postal-code", "〒100-0001", High)]);
    check("100-0001", &[]);
}

#[test]
fn keys() {
    check("キーはAKIARZPUZDIKABNBHR4Iです", &[("secret.cloud", "AKIARZPUZDIKABNBHR4I", High)]);
    check("キーはAKIARZPUZDIKABNBHR4です", &[]);
    let token = "ghp_0123456789ABCDEFGHIJKLMNOPQRST".to_owned() + "4PMbyp";
    check(&format!("トークンは{token}です"), &[("secret.forge", &token, High)]);
    check("-----BEGIN PUBLIC KEY-----", &[]);
}

#[test]
fn a_private_key_runs_to_its_end_the_cap_or_the_end_of_the_text() {
    let (begin, end) = ("-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----");
    let body = "MHcCAQEEIBkg\n".repeat(40);
    let whole = format!("{begin}\n{body}{end}");
    check(&format!("鍵\n{whole}\n以上"), &[("secret.private-key", &whole, High)]);
    let cut = format!("{begin}\n{body}");
    check(&cut, &[("secret.private-key", &cut, High)]);
    let endless = format!("{begin}{}", "\nAAAA BBBB".repeat(3_000));
    let findings = RULES.scan(&endless);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].span, 0..begin.len() + 16_384);
}

#[test]
fn a_mark_is_told_from_a_mention() {
    check("【機密性３情報】本件の詳細", &[("marking.level-3", "【機密性３情報】", High)]);
    check("資料\n機密性2情報\n本文", &[("marking.level-2", "機密性2情報", High)]);
    check(
        "機密性２情報（メンバー限り）",
        &[
            ("marking.level-2", "機密性２情報（メンバー限り）", High),
            ("marking.handling.insiders", "（メンバー限り）", High),
        ],
    );
    check("【機2】打合せ", &[("marking.level-2", "【機2】", High)]);
    check("［機密性１情報］", &[("marking.level-1", "［機密性１情報］", High)]);
    check("機密性２情報の定義は？", &[("marking.mention", "機密性２情報", Low)]);
    check("「機密性２情報の定義は？」", &[("marking.mention", "機密性２情報", Low)]);
    check("機密性とは", &[]);
    check("【極秘】", &[("marking.secret", "【極秘】", High)]);
    check("秘書の仕事", &[]);
}

#[test]
fn a_mention_beside_a_mark_lowers_nothing() {
    let text = "【機密性３情報】\n機密性３情報とは何ですか";
    let marks = RULES.scan(text).into_iter().filter(|f| f.confidence == High).count();
    assert_eq!(marks, 1);
}

#[test]
fn encodings_inside_encodings_are_opened() {
    check("%2541KIARZPUZDIKABNBHR4I", &[("secret.cloud", "%2541KIARZPUZDIKABNBHR4I", High)]);
    check("&amp;#65;KIARZPUZDIKABNBHR4I", &[("secret.cloud", "&amp;#65;KIARZPUZDIKABNBHR4I", High)]);
    check("５５５５%2D５５５５-5555-4444", &[("pii.credit-card", "５５５５%2D５５５５-5555-4444", High)]);
}

/// What stands before it is of the same alphabet, and may read as letters.
#[test]
fn a_value_in_base64_is_found_whatever_the_encoding_is_glued_to() {
    let encoded = "QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6";
    for before in [
        "",
        "00",
        "1234",
        "4111",
        "8-03",
        "7000012050002",
        "７００００１２０５０００２",
        "AKIARZPUZDIKABNBHR4Iー00",
    ] {
        let text = format!("{before}{encoded}");
        let found = RULES.scan(&text);
        let keys = found.iter().filter(|f| RULES.rule(f.rule).category().as_str() == "secret.cloud");
        assert!(keys.clone().any(|f| text[f.span.clone()].starts_with("QUtJ")), "{text}: {found:?}");
    }
}

/// A word may end where something was folded, also for those who read what is encoded around it.
#[test]
fn what_was_folded_beside_a_value_hides_it_in_no_view() {
    let key = "AKIARZPUZDIKABNBHR4I";
    check_one("%41123456789018１２３４", "pii.jp.my-number", "123456789018", Low);
    check_one(&format!("\\u0041{key}\u{fe00}x"), "secret.cloud", key, High);
}

#[test]
fn a_value_of_a_list_is_the_lists_finding_and_no_other_is() {
    let list = "[[listed]]\nid = \"office\"\ncategory = \"official.contact\"\nname = \"office\"\nabout = \"Published by the office.\"\n\
                of = [\"pii.email\", \"pii.phone\"]\nvalues = [\"info@digital.example.jp\", \"03-5253-2111\"]\nsources = [\"its web page\"]\n";
    let files = [sekisho_detectors::RuleFile { name: "own.toml", text: list }];
    let rules = sekisho_detectors::RuleSet::built_in_with(&files).unwrap();
    let found = |text: &str| {
        let found = rules.scan(text);
        found.iter().map(|finding| rules.rule(finding.rule).id().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("連絡先: info@digital.example.jp まで"), ["office"]);
    assert_eq!(found("連絡先: taro@digital.example.jp まで"), ["email"]);
    assert_eq!(found("連絡先: xinfo@digital.example.jp まで"), ["email"]);
    assert_eq!(found("電話 03-5253-2111 内線"), ["office"]);
    assert!(!found("電話 03-5253-2112 内線").contains(&"office".to_owned()));
    // Written in full-width digits it is the same number.
    assert_eq!(found("電話 ０３－５２５３－２１１１ 内線"), ["office"]);
    assert!(rules.check_examples().is_empty());
    let faulty = |text: &str| {
        let files = [sekisho_detectors::RuleFile { name: "own.toml", text }];
        sekisho_detectors::RuleSet::built_in_with(&files)
            .unwrap_err()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(faulty(&list.replace("pii.phone", "pii.fone")), ["own.toml:6:20: no rule finds `pii.fone`"]);
    assert_eq!(
        faulty(&list.replace("\"office\"\ncat", "\"email\"\ncat")),
        ["own.toml:2:6: another rule has the id `email`"]
    );
}

#[test]
fn a_token_in_pieces_is_one_token() {
    for text in [
        "A K I A R Z P U Z D I K A B N B H R 4 I",
        "AKIA-RZPU-ZDIK-ABNB-HR4I",
        "AKIA RZPU ZDIK ABNB HR4I",
        "AKIARZPUZDIKABNBH\nR4I5",
        "АКІАRZPUZDIKABNBHR4I",
    ] {
        let found: Vec<_> =
            RULES.scan(text).into_iter().filter(|f| RULES.rule(f.rule).id().starts_with("aws.")).collect();
        let whole = found.iter().any(|f| f.span.start == 0 && f.confidence == High);
        assert_eq!(whole, text != "AKIARZPUZDIKABNBH\nR4I5", "{text}: {found:?}");
    }
    // A token that goes on elsewhere than at its end is longer than the issuer's, and a line that ends one is its end.
    check("値 AKIARZPUZDIKABNBHR4I\nはい", &[("secret.cloud", "AKIARZPUZDIKABNBHR4I", High)]);
}
