#![expect(clippy::string_slice, reason = "a test may fail")]

use crate::{RuleFile, RuleSet};

fn rules() -> RuleSet {
    let text = "[[hosts]]\nid = 'ours'\nimages = ['*.go.jp']\nlinks = ['*.go.jp', 'example.com']\n";
    RuleSet::load(&[RuleFile { name: "rules/hosts.toml", text }]).unwrap()
}

/// What is found, by rule and text.
fn found(text: &str) -> Vec<(String, String)> {
    let rules = rules();
    let told = |f: crate::Finding| (rules.rule(f.rule).id().to_owned(), text[f.span].to_owned());
    rules.scan(text).into_iter().map(told).collect()
}

/// `«…»` marks what is found, and nothing else is.
#[track_caller]
fn check(rule: &str, texts: &[&str]) {
    for marked in texts {
        let text = marked.replace(['«', '»'], "");
        let (_, rest) = marked.split_once('«').unwrap();
        let (span, _) = rest.split_once('»').unwrap();
        assert_eq!(found(&text), [(rule.to_owned(), span.to_owned())], "{text}");
    }
}

#[track_caller]
fn nothing(texts: &[&str]) {
    texts.iter().for_each(|text| assert_eq!(found(text), [], "{text}"));
}

#[test]
fn pictures_from_elsewhere_are_found() {
    check(
        "ours.images",
        &[
            "![図](«https://evil.example/a.png»)",
            "![図]( <«https://evil.example/a.png»> \"題\")",
            "![図](\n«//evil.example/a.png?q=1»)",
            "[![図](«//evil.example/a»)](https://www.digital.go.jp/)",
            "![図][1]\n\n[1]: «https://evil.example/a.png»\n",
            "![図][1]\n\n[1]:\n  <«https://evil.example/a.png»>\n",
            "<img src=\"«https://evil.example/a.png»\">",
            "<IMG SRC = '«//evil.example/a»'>",
            "<img src=«https://evil.example/a»>",
            "<img alt=\"a>b\" src=«\\\\evil.example»\\a>",
            "<img srcset=\"«https://www.go.jp/a.png 1x, //evil.example/b.png 2x»\">",
            "<iframe src=\"«https://evil.example»\"></iframe>",
            "<link rel=stylesheet href=\"«//evil.example/a.css»\">",
            "<base href='«https://evil.example/»'>",
            "<meta http-equiv=refresh content=\"0; url=«//evil.example/»\">",
            "<video poster=«//evil.example/a»>",
            "<div style=\"background:url(«https://evil.example/a»)\">",
            "a { background: URL( '«//evil.example/a»' ) }",
            "@import \"«//evil.example/a.css»\";",
            "a { background: url(«\\68» ttps://evil.example) }",
        ],
    );
}

#[test]
fn links_to_elsewhere_are_found() {
    check(
        "ours.links",
        &[
            "[詳細](«https://evil.example/a»)",
            "<a href=\"«https://evil.example/a?b=c»\">詳細</a>",
            "<form action='«//evil.example»'>",
            "<a ping=«//evil.example/» href=/a>",
            "詳細は«https://evil.example/a»を参照",
            "<«https://evil.example/a»>",
            "«www.evil.example»",
            "参照[1]: «https://evil.example/a»",
            "src = \"«https://evil.example/a»\"",
            "«ftp://evil.example/a»",
        ],
    );
}

#[test]
fn what_points_to_a_listed_host_or_to_none_is_not() {
    nothing(&[
        "![図](https://www.digital.go.jp/a.png)",
        "![図](images/a.png)",
        "![図](/a.png)",
        "![](data:image/png;base64,iVBORw0KGgo=)",
        "[詳細](https://example.com/)",
        "[詳細](https://WWW.DIGITAL.GO.JP:443/a)",
        "[詳細](#見出し)",
        "[件名](mailto:info@digital.go.jp)",
        "詳細はhttps://www.digital.go.jpを参照。https://www.soumu.go.jp。",
        "https://www.digital.go.jp/login?next=https://evil.example/",
        "<img src=\"https://www.digital.go.jp/a.png\" alt=\"//evil.example\">",
        "<img srcset=\"https://www.go.jp/a.png 1x, b.png 2x\">",
        "<meta name=description content=\"//evil.example\">",
        "// evil.example は注釈です。data = 1; action: \"//x\"",
        "https と http の違い、www. で始まる",
        "配列[0]: 値、関数](引数)",
    ]);
}

/// What is found in the text of a link does not hide where the link points.
#[test]
fn an_address_before_another() {
    for text in ["[www.evil.example](//evil.example/a)", "[https://evil.example/](//evil.example/a)"] {
        let spans: Vec<String> = found(text).into_iter().map(|(_, span)| span).collect();
        assert!(spans.contains(&"//evil.example/a".to_owned()), "{spans:?}");
    }
}

/// Each is another host to whoever looks at it, and to a browser.
#[test]
fn spellings_of_another_host() {
    for address in [
        "https://www.go.jp@evil.example/",
        "https://evil.example\\@www.go.jp/",
        "https://evil.example\\\\@www.go.jp/",
        "https\\://evil.example",
        "https:\\/\\/evil.example",
        "https://go.jp.evil.example/",
        "https://go.jp/",
        "https://ｅｖｉｌ．example/",
        "https://%65vil.example/",
        "https://evil.example./",
        "https://evil。example/",
        "https://xn--evil-.example/",
        "https://203.0.113.7/",
        "https://0xcb007107/",
        "https://[2001:db8::1]/",
        "HtTpS:evil.example",
        "https:///evil.example",
        "/\\evil.example",
        "https&#58;//evil.example/",
        "https&colon;//evil.example/",
        "https://www.go.jp&#64;evil.example/",
        "//user:pass@evil.example:8443/a?b#c",
    ] {
        let text = format!("![図]({address})");
        let rules: Vec<String> = found(&text).into_iter().map(|(rule, _)| rule).collect();
        assert!(rules.contains(&"ours.images".to_owned()), "{text}: {rules:?}");
    }
}

#[test]
fn an_empty_list_names_no_host() {
    let text = "[[hosts]]\nid = 'none'\nimages = []\n";
    let rules = RuleSet::load(&[RuleFile { name: "rules/hosts.toml", text }]).unwrap();
    assert_eq!(rules.scan("![](https://www.go.jp/a) [a](https://www.go.jp/)").len(), 1);
    assert_eq!(rules.scan("![](a.png)").len(), 0);
}

#[test]
fn what_is_no_list_of_hosts_is_told() {
    let faults = |text: &str| {
        let errors = RuleSet::load(&[RuleFile { name: "rules/hosts.toml", text }]).unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert!(faults("[[hosts]]\nid = 'a'\n").contains("`images` or `links` names the hosts"));
    assert!(
        faults("[[hosts]]\nid = 'a'\nimages = ['https://a.jp']\n")
            .contains("is no host: write `www.example.jp`")
    );
    assert!(faults("[[hosts]]\nid = 'a'\nhosts = ['a.jp']\nlinks = []\n").contains("`hosts` is no key here"));
    assert!(faults("[[hosts]]\nimages = []\n").contains("`id` is missing"));
}
