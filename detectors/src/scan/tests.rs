//! Work is bounded.

use crate::RuleSet;

/// Bytes read for each byte of text, however hostile: the sum over all rules of what one candidate may read,
/// divided by the bytes that a candidate needs.
const WORK_PER_BYTE: u64 = 1_000;

#[test]
fn work_grows_with_the_text_and_not_faster() {
    let rules = RuleSet::built_in().unwrap();
    let patterns = [
        "1",
        "12 ",
        "1 ",
        "1-",
        "0",
        "03-",
        "4111 ",
        "@",
        "a@",
        "a@b.",
        "a.",
        "aaaaaaaa@",
        "AKIA",
        "ghp_",
        "sk-",
        "sk-proj-a",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "機密性",
        "【機密性2",
        "機密性2情報",
        "秘",
        "【秘",
        "+81",
        "T1",
        "(0",
        "〒1",
        "%41",
        "%25",
        "\\u0041",
        "&#65;",
        "&",
        "QUtJ",
        "１",
        "ー",
        "－ ",
        "\u{200b}",
        "一",
        "ﾊﾞ",
        "か\u{3099}",
        "[a:1]",
        "[",
        "]",
        "\u{fdfa}",
        "123456789018 ",
        "1234 5678 9018\n",
        "番号123456789018",
        "(",
        "|機密性2情報",
    ];
    for pattern in patterns {
        let short = pattern.repeat(2_000 / pattern.len());
        let long = pattern.repeat(20_000 / pattern.len());
        let (work, more) = (rules.work(&short), rules.work(&long));
        assert!(more <= WORK_PER_BYTE * long.len() as u64, "{pattern}: {more} for {} bytes", long.len());
        assert!(more <= 12 * work.max(2_000), "{pattern}: {work} grows to {more}");
    }
}

#[test]
fn text_with_few_signs_is_hardly_read() {
    let rules = RuleSet::built_in().unwrap();
    let text = "今日は晴れです。A quick brown fox jumps over the lazy dog.";
    let work = rules.work(text);
    // 今 is a surname and A may begin a name: what may follow is looked for.
    assert!(work <= 4 * text.len() as u64, "{work} for {} bytes", text.len());
}
