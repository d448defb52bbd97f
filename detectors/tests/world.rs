//! What is written the same all over the world, in the texts people paste: found at medium or above, or not.

#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may fail")]

use std::sync::LazyLock;

use sekisho_detectors::{CategoryPattern, Confidence, RuleSet};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

/// What is acted on by default, of one category and its kinds.
fn found<'t>(text: &'t str, category: &str) -> Vec<&'t str> {
    let findings = RULES.scan(text);
    let category = CategoryPattern::parse(category).unwrap();
    let mut spans: Vec<_> = findings
        .into_iter()
        .filter(|f| f.confidence >= Confidence::Medium && category.matches(RULES.rule(f.rule).category()))
        .map(|f| &text[f.span])
        .collect();
    spans.dedup();
    spans
}

/// «…» marks what must be found, and nothing else of the category may be.
#[track_caller]
fn check(category: &str, marked: &[&str]) {
    for marked in marked {
        let text = marked.replace(['«', '»'], "");
        let expect: Vec<&str> = marked.split('«').skip(1).filter_map(|part| part.split('»').next()).collect();
        assert_eq!(found(&text, category), expect, "{marked}");
    }
}

#[test]
fn mail_addresses() {
    check(
        "pii.email",
        &[
            "担当：«yamada.hanako+test@digital.example.go.jp»、内線1234",
            "To: 山田 <«yamada@example.jp»>, «sato_k@mail.example.co.jp»",
            "メールアドレスは«ｓａｔｏ＠ｅｘａｍｐｌｅ．ｊｐ»です。",
            "佐藤«sato@example.jp»宛に",
            "id,mail\n1,«a.b@example.com»\n2,«c-d@example.org»",
            "<a href=\"mailto:«info@example.lg.jp»\">",
            "連絡先 «sato(at)example.jp»",
            "連絡先 «sato [at] example [dot] co [dot] jp»",
            "@scope/pkg@1.2.3 と icon@3x.png と @media print",
            "git@github.com:org/repo.git",
            "時給@1,200円 × 3人",
        ],
    );
}

#[test]
fn addresses_of_machines() {
    check(
        "pii.ip-address",
        &[
            "DBサーバは«192.168.10.25»、踏み台は«10.0.3.4»です",
            "サーバ«192.168.1.10»に接続",
            "2026-04-01 12:00:01 «203.104.128.77» - - \"GET / HTTP/1.1\" 200",
            "IPアドレス：«10.1.2.3»",
            "ファイアウォールで«172.20.0.0/16»を許可",
            "接続元IP「«8.8.4.4»」",
            "host=«10.23.4.5» port=5432",
            "ssh admin@«10.20.30.40»",
            "http://«192.168.0.12»:8080/login",
            "inet6 «2400:2410:a1b2:c300:21b:44ff:fe11:3ab7/64»",
            "バージョン1.2.3.4から1.2.4.0へ更新",
            "4.2.1.3 節を参照",
            "OID 1.3.6.1.4.1.311.10.3.4",
            "2.16.840.1.101.3.4.2.1",
            "127.0.0.1 と 0.0.0.0 と 255.255.255.0",
            "第1.2.3.4項",
            "令和8.4.1.10",
            "Chrome/120.0.0.0 Safari/537.36",
            "10.15.7",
        ],
    );
    check(
        "pii.mac-address",
        &[
            "MACアドレス «a4:83:e7:12:9f:0c»",
            "«A4-83-E7-12-9F-0C» の端末",
            "a4:83:e7:12:9f:0c:11:22:33:44:55:66:77:88:99:aa",
            "12:30:45 と 2026-04-01",
        ],
    );
}

#[test]
fn telephones_abroad() {
    check(
        "pii.phone",
        &[
            "ソウル事務所 «+82-2-2100-3399»",
            "米国 «+1-202-555-0143» / 英国 «+44 20 7946 0321»",
            "Mobile: «+65 9123 4567»",
            "ワシントン事務所の電話番号は«(202) 555-0143»です",
            "Phone: «202-555-0143»",
            "北京の携帯 «138-1234-5678»",
            "予算 +1,200,000円、前年比 +12.5%",
            "2026-04-01〜2026-04-30",
            "ISBN 978-4-12-345678-4",
            "製品番号 123-456-7890",
            "整理番号：415-555-2671",
            "電話対応は 2026/04/01 10:00-17:00",
            "FAX 12345678 枚",
            "diff @@ -1,4 +1,5 @@",
        ],
    );
}

#[test]
fn accounts_and_places() {
    check(
        "pii.iban",
        &[
            "送金先は«DE68100500001234509876»です",
            "IBAN «DE68 1005 0000 1234 5098 76»",
            "DE68100500001234509877",
        ],
    );
    check(
        "pii.coordinates",
        &[
            "現場は«35.689487, 139.691711»付近",
            "北緯«35度41分22秒»の地点",
            "{\"latitude\": «35.689487», \"longitude\": «139.691711»}",
            "比率は 0.123456, 0.654321",
            "移動平均 35.1234 139.5678",
            "気温35.6度、湿度40分の1",
        ],
    );
}

#[test]
fn numbers_of_people() {
    check(
        "pii.national-id.us",
        &[
            "SSN «483-57-2916»",
            "社会保障番号は«483-57-2916»です",
            "契約番号 345-67-8901",
            "電話 045-12-3456",
            "2026-04-0112",
        ],
    );
    check("pii.national-id.kr", &["住民登録番号 «880101-1234567»", "880132-1234567"]);
    check("pii.national-id.in", &["Aadhaar 1234 5678 9012", "在庫 2345 6789 0124"]);
}
