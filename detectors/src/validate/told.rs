//! What stands beside a value in a sentence that tells it: Japanese writing, the ends of a line, and no noun by which it is
//! the name of something else.

use super::believed::standing;
use super::{Verdict, keep_if};

/// In Japanese writing.
pub(super) fn amid(before: &str, _: &str, after: &str) -> Verdict {
    let nearest = before.trim_end_matches(OPENERS).trim_end_matches(':').chars().next_back();
    // What a bracket cuts off is the rest of something that was redacted.
    keep_if(!after.starts_with('[') && (is_japanese(nearest) || is_japanese(after.chars().next())))
}

/// Behind a user's name and a slash, which the match begins with.
pub(super) fn user(before: &str, matched: &str, _: &str) -> Verdict {
    let named = |c: char| c.is_ascii_alphanumeric() || "_.@-".contains(c);
    let before = before.trim_end_matches(' ');
    let name = before.rsplit(|c| !named(c)).next().unwrap_or_default();
    standing::of_user(&format!("{name} {matched}"))
}

/// Not called something else.
pub(super) fn named(before: &str, _: &str, after: &str) -> Verdict {
    keep_if(!is_called(before) && !is_of(after))
}

/// In Japanese writing, and not called something else.
pub(super) fn amid_named(before: &str, matched: &str, after: &str) -> Verdict {
    amid(before, matched, after).max(named(before, matched, after))
}

/// In Japanese writing, or all that its line holds.
pub(super) fn standing(before: &str, matched: &str, after: &str) -> Verdict {
    amid(before, matched, after).min(alone(before, matched, after))
}

/// All that its line holds, but for decoration.
pub(super) fn alone(before: &str, _: &str, after: &str) -> Verdict {
    let begins = before.trim_end_matches(OPENERS).chars().next_back().is_none_or(|c| c == '\n');
    let ends = after.chars().next().is_none_or(|c| matches!(c, '\n' | '\r' | '」' | '』'));
    keep_if(begins && ends)
}

/// What may open before a value.
const OPENERS: &[char] = &[
    ' ', '\u{3000}', '\t', '"', '\'', '`', '“', '‘', '「', '『', '（', '(', '[', '【', '<', '＜', '*', '>',
    '|',
];

fn is_japanese(c: Option<char>) -> bool {
    c.is_some_and(|c| matches!(c, '\u{3001}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff01}'..='\u{ff9f}' | '\u{2190}'..='\u{21ff}' | '\u{25a0}'..='\u{27bf}' | '×' | '…'))
}

/// Whether a noun before the value, with a particle or a sign, says what else it is: 「ホスト名は」, 「型番：」.
fn is_called(before: &str) -> bool {
    let noun = before.trim_end_matches(OPENERS);
    let noun = PARTICLES.iter().find_map(|particle| noun.strip_suffix(particle)).unwrap_or(noun);
    let noun = noun.trim_end_matches(['」', '』', ')', '）', '】', ' ', '\u{3000}']);
    CALLED.iter().any(|called| noun.ends_with(called))
}

/// Whether what follows says what it is: 「…のファイル」, 「…という名前」.
fn is_of(after: &str) -> bool {
    OF.iter().any(|of| after.starts_with(of))
}

const PARTICLES: &[&str] = &["は", "が", "を", "の", "に", "も", "って", "という", "：", ":", "＝", "=", "→"];

/// Nouns whose names look as passwords do.
#[rustfmt::skip]
const CALLED: &[&str] = &[
    "名称", "名前", "件名", "題名", "書名", "品名", "機種", "型番", "型式", "品番", "製品", "サーバ", "サーバー", "ホスト", "ホスト名",
    "ファイル名", "ファイル", "フォルダ", "フォルダ名", "フォルダー", "シート", "シート名", "バージョン", "版", "ソフト", "アプリ", "ツール",
    "ブラウザ", "ブラウザー", "OS", "ＯＳ", "ID", "ＩＤ", "Id", "ユーザー", "ユーザ", "ユーザー名", "ユーザ名", "利用者", "利用者名", "ログイン名", "アカウント名", "アカウント",
    "SSID", "ＳＳＩＤ", "ネットワーク名", "会議室", "部屋", "チケット", "案件", "議案", "様式", "別紙", "資料", "ブランチ", "変数", "関数", "変数名",
    "列名", "項目名", "テーブル", "テーブル名", "規格", "方式", "章", "図", "表", "管理番号", "整理番号", "文書番号", "受付番号", "番号",
    "端末名", "サーバ名", "サーバー名", "コンピュータ名", "PC名", "機器名", "装置", "モデル", "ルータ", "ルーター", "プリンタ", "複合機", "車両", "路線",
    "識別子", "コード名", "プロジェクト", "プロジェクト名", "タグ", "リポジトリ", "クラス", "メソッド", "イベント",
];

const OF: &[&str] = &[
    "のファイル",
    "のフォルダ",
    "のサーバ",
    "の端末",
    "のシート",
    "という名",
    "という端末",
    "という型",
    "というサ",
    "というフ",
    "というシ",
    "号",
    "型",
    "版",
    "系",
    "形",
    "以降",
    "以上",
    "対応",
    "準拠",
    "方式",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::Beside;

    fn check(beside: Beside, expect: Verdict, cases: &[(&str, &str)]) {
        for (before, after) in cases {
            assert_eq!(beside(before, "Kumo-7x", after), expect, "{before}|{after}");
        }
    }

    #[test]
    fn a_value_stands_in_japanese_writing() {
        check(amid, Verdict::Keep, &[("今のが", "で"), ("は「", "」"), ("B: ", "です"), ("→ ", "")]);
        check(amid, Verdict::Reject, &[("with ", " and"), ("\n", "\n")]);
    }

    #[test]
    fn a_user_stands_before_a_slash() {
        assert_eq!(user("ben: viewer ", "/ graphs4every1", ""), Verdict::Keep);
        assert_eq!(user("taro01 ", "/ hana02", ""), Verdict::Reject);
        assert_eq!(user("", "/ graphs4every1", ""), Verdict::Reject);
    }

    #[test]
    fn a_noun_says_what_else_it_is() {
        check(named, Verdict::Reject, &[("名称を「", "」に"), ("型番：", "。"), ("", "のファイルを")]);
        check(named, Verdict::Keep, &[("今は", "で"), ("ファイルを開くのは", "です")]);
    }

    #[test]
    fn a_value_is_all_of_its_line() {
        check(alone, Verdict::Keep, &[("です。\n\n　", "\n"), ("", ""), ("は\n「", "」\n")]);
        check(alone, Verdict::Reject, &[("は", "\n"), ("\n", " x")]);
    }
}
