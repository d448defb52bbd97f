//! What is an office's and what is a person's: each beside its nearest neighbour.

#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use std::sync::LazyLock;

use sekisho_detectors::{Confidence, RuleFile, RuleSet};

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

/// The categories below `branch` of what a policy would act on, each once.
#[track_caller]
fn check(branch: &str, expect: &str, texts: &[&str]) {
    for text in texts {
        let sure = RULES.scan(text).into_iter().filter(|finding| finding.confidence >= Confidence::Medium);
        let mut found: Vec<&str> = sure.map(|finding| RULES.rule(finding.rule).category().as_str()).collect();
        found.retain(|category| category.starts_with(branch));
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, [expect], "{text}");
    }
}

#[test]
fn telephone_numbers() {
    check(
        "pii.phone",
        "pii.phone.office",
        &[
            "総務省（代表 03-5253-5111）",
            "総務省(代表０３－５２５３－５１１１)",
            "【お問い合わせ先】\nデジタル庁 総務担当\n電話：03-4477-6775（代表）",
            "厚生労働省 電話 03-5253-1111 FAX 03-1234-5678",
            "消費者ホットライン 0570-064-370",
            "横浜市役所 市民局 電話番号：045-671-2121",
            "川崎市役所\n健康福祉局\n介護保険課\nTEL：044-200-2678",
            "税務署 電話：045-123-4567",
            "市民相談窓口：045-123-4567",
            "コールセンター 03-1234-5678",
        ],
    );
    check(
        "pii.phone",
        "pii.phone",
        &[
            "総務省の山田（03-5253-5112）",
            "総務省　山田太郎　電話 03-5253-5112",
            "総務課 山田 携帯 090-1234-5678",
            "総務省 携帯 090-1234-5678",
            "市役所 電話 050-1234-5678",
            "代表取締役 山田 03-1234-5678",
            "氏名：山田太郎　電話：045-123-4567",
            "市役所から帰宅した。自宅 045-123-4567",
            "緊急連絡先：045-123-4567",
        ],
    );
}

#[test]
fn names() {
    check(
        "pii.jp.name",
        "pii.jp.name.office-holder",
        &[
            "内閣総理大臣　佐藤一郎",
            "出席者：総務大臣 山田太郎",
            "○山田大臣　お答え申し上げます。",
            "佐藤太郎知事が会見した",
            "神奈川県知事 田中花子",
            "札幌市長　鈴木一郎",
            "参議院議員　高橋花子",
            "高橋花子（参議院議員）",
            "財務省主計局長　山田太郎",
            "総務審議官　山田太郎",
        ],
    );
    check(
        "pii.jp.name",
        "pii.jp.name",
        &[
            "総務課長　山田太郎",
            "山田太郎課長",
            "係長の山田太郎",
            "元総務大臣　山田太郎",
            "前市長の山田太郎",
            "理事長　山田太郎",
            "編集局長　山田太郎",
            "市長秘書　山田太郎",
            "大臣官房　山田太郎",
            "総務大臣は山田太郎を任命した",
            "山田太郎は市長に会った",
            "山田太郎様、市長がお呼びです",
            "議員宿舎　山田太郎",
        ],
    );
}

#[test]
fn addresses() {
    check(
        "pii.jp.address",
        "pii.jp.address.office",
        &[
            "東京都千代田区霞ヶ関１－３－１",
            "東京都千代田区永田町1-6-1 内閣府",
            "福岡市博多区博多駅東2-11-1 福岡合同庁舎",
            "川崎市役所　〒210-8577　川崎市川崎区宮本町1番地",
            "札幌市役所\n〒060-8611\n札幌市中央区北1条西2丁目",
        ],
    );
    check(
        "pii.jp.address",
        "pii.jp.address",
        &[
            "山田太郎　〒210-0004　川崎市川崎区宮本町1番地",
            "東京都千代田区永田町2-14-3",
            "札幌市中央区北1条西2丁目に住む",
            "市役所の山田太郎　川崎市川崎区宮本町1番地",
            "横浜市中区本町6-50-10 公務員宿舎201",
        ],
    );
}

/// A kind finds what the rules find, no more and no less sure, and a list knows values that a kind has taken.
#[test]
fn kinds_of_a_policy_of_its_own() {
    let text = "[[kind]]\nid = 'desk'\ncategory = 'pii.phone.desk'\nname = 'desk'\nabout = 'a desk'\nof = ['pii.phone']\n\
                sources = ['s']\nexamples = ['窓口A «03-1234-5678»']\nnegatives = ['窓口B 03-1234-5678']\n\
                [[kind.sign]]\nbefore = '窓口A '\n\
                [[listed]]\nid = 'ours'\ncategory = 'official.contact'\nname = 'n'\nabout = 'a'\nof = ['pii.phone']\n\
                values = ['0570-099-999']\nsources = ['s']\n";
    let rules = RuleSet::built_in_with(&[RuleFile { name: "rules/own.toml", text }]).unwrap();
    assert_eq!(rules.check_examples(), []);
    let found = |text: &str| -> Vec<(String, Confidence)> {
        let told = |f: sekisho_detectors::Finding| (rules.rule(f.rule).category().to_string(), f.confidence);
        rules.scan(text).into_iter().map(told).collect()
    };
    assert_eq!(found("窓口A 03-1234-5678"), [("pii.phone.desk".to_owned(), Confidence::Medium)]);
    assert_eq!(found("窓口B 03-1234-5678"), [("pii.phone".to_owned(), Confidence::Medium)]);
    assert_eq!(found("予約は0570-099-999"), [("official.contact".to_owned(), Confidence::Medium)]);
    assert_eq!(found("窓口A"), []);
}

#[test]
fn what_is_no_kind_is_told() {
    let faults = |text: &str| {
        let errors = RuleSet::load(&[RuleFile { name: "rules/own.toml", text }]).unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let all = faults(
        "[[kind]]\nid = 'a'\ncategory = 'a.b.c'\nname = 'n'\nabout = 'a'\n[[kind.sign]]\nedges = 'any'\n",
    );
    for fault in [
        "at least one of each",
        "`sources` says",
        "`of` names",
        "a sign has `value`, `validator`, `before` or `after`",
    ] {
        assert!(all.contains(fault), "{all}");
    }
}
