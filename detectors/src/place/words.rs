//! The signs and words by which a mark and a mention differ.

use super::talk::talks;

/// Brackets that only stamps stand in.
const PAIRS: &[(char, char)] = &[
    ('【', '】'),
    ('［', '］'),
    ('[', ']'),
    ('〔', '〕'),
    ('《', '》'),
    ('〈', '〉'),
    ('≪', '≫'),
    ('<', '>'),
    ('＜', '＞'),
    ('｛', '｝'),
    ('{', '}'),
    ('『', '』'),
    ('「', '」'),
    ('（', '）'),
    ('(', ')'),
];

/// What closes a bracket that opens so.
pub(super) fn closing(open: char) -> Option<char> {
    PAIRS.iter().find(|pair| pair.0 == open).map(|pair| pair.1)
}

/// What opens a bracket that closes so.
pub(super) fn opener(close: char) -> Option<char> {
    PAIRS.iter().find(|pair| pair.1 == close).map(|pair| pair.0)
}

pub(super) fn is_parenthesis(c: char) -> bool {
    matches!(c, '（' | '）' | '(' | ')')
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}' | '\u{3000}')
}

/// What surrounds a stamp and says nothing: rules, stars, boxes, table bars, quotation marks of mails.
pub(super) fn is_ornament(c: char) -> bool {
    is_space(c) || ">|=~`！!※●○■◆◇▲△★☆♦◎▼▽│┃─━┌┐└┘├┤┏┓┗┛═║╔╗╚╝＝｜＞〇🔒🔐⚠️‼❗📛🔴🟡🟢🚫―".contains(c)
}

/// What also begins an item or a heading.
pub(super) fn is_listing(c: char) -> bool {
    is_ornament(c) || "#＃*＊+-–—－‐_・•◦‣⁃.．()（）".contains(c) || c.is_numeric()
}

/// Words that are marks by their place alone, because they are words of every day as well.
pub(super) fn is_plain(mark: &str) -> bool {
    let plain = [
        "SECRET",
        "CONFIDENTIAL",
        "RESTRICTED",
        "OFFICIAL",
        "UNCLASSIFIED",
        "PROTECTED",
        "Confidential",
        "CUI",
    ];
    plain.contains(&mark) || matches!(mark, "秘" | "機密" | "極秘" | "秘密" | "機密情報")
}

/// Marks of a scheme with several levels, which are explained beside each other.
pub(super) fn is_scheme(mark: &str) -> bool {
    mark.contains(|c: char| c.is_numeric()) || mark.starts_with("TLP") || mark.starts_with("tlp")
}

/// Whether a text names another level of the mark's scheme, as whoever lists or explains the levels does.
pub(super) fn names_another_level(text: &str, mark: &str) -> bool {
    let stem = super::stem(mark);
    let own = level(mark.strip_prefix(stem).unwrap_or_default());
    own.is_some()
        && text.match_indices(stem).any(|(at, _)| {
            let found = level(text.get(at + stem.len()..).unwrap_or_default());
            found.is_some() && found != own
        })
}

/// The level that a scheme's stem is followed by.
fn level(text: &str) -> Option<char> {
    let text = text.trim_start_matches(|c| is_space(c) || "：:=＝-_レベル区分|".contains(c));
    let first = text.chars().next()?;
    let kinds = ["1１一Ⅰ①", "2２二Ⅱ②", "3３三Ⅲ③"];
    let number = kinds.iter().find(|kind| kind.contains(first)).and_then(|kind| kind.chars().next());
    let upper = first.to_ascii_uppercase();
    number.or_else(|| "RAGCW".contains(upper).then_some(upper))
}

/// What a document is called: behind a stamp that is a word of every day as well, as in `極秘 会議資料`, it says that a
/// stamp is meant.
const DOCUMENTS: &[&str] = &[
    "資料",
    "文書",
    "書",
    "書類",
    "案",
    "名簿",
    "一覧",
    "一覧表",
    "リスト",
    "台帳",
    "計画",
    "報告",
    "議事録",
    "要旨",
    "概要",
    "骨子",
    "メモ",
    "記録",
    "データ",
    "方針",
    "通知",
    "調書",
    "評価",
    "結果",
    "分析",
    "原稿",
    "草稿",
    "起案",
    "決裁",
    "別紙",
    "別添",
    "別表",
    "図面",
    "調査",
    "想定問答",
    "問答",
    "ファイル",
    "について",
];

/// Whether a title ends as a document's does, with no more than its number, date or version behind.
pub(super) fn is_document(title: &str) -> bool {
    let title = title.trim_end_matches(|c: char| {
        is_space(c) || c.is_numeric() || "（）()【】第版号年月日令和平成.-/_vV".contains(c)
    });
    let short = title.chars().count() <= 40;
    short
        && !title.contains(['。', '、', '？', '?', '！', '!'])
        && DOCUMENTS.iter().any(|end| title.ends_with(end))
}

/// `機2`, which means something only in brackets.
pub(super) fn is_abbreviation(mark: &str) -> bool {
    mark.starts_with('機')
        && mark.contains(char::is_numeric)
        && !mark.contains(['性', '完', '可', 'レ', '度', '区', '等', 'ラ'])
}

/// Whether the axis is named and the level is its value: `機密性：2`.
pub(super) fn has_own_label(mark: &str) -> bool {
    mark.contains([':', '：', '=', '＝', '|', '｜', '\t', '）', ')', '】', '］', '〕'])
        && !mark.starts_with("TLP")
        && !mark.starts_with("tlp")
        && !mark.contains("OFFICIAL")
}

/// What stands before the nouns at the end, which may be those that a restriction is for.
pub(super) fn before_audience(before: &str) -> &str {
    before.trim_end_matches(|c: char| {
        ('一'..='鿿').contains(&c) || ('ァ'..='ー').contains(&c) || "々〇○・、/／及等".contains(c)
    })
}

/// What stands before those that a restriction such as `限り` is for; `None` if it names nobody, as `当日限り` does.
pub(super) fn without_audience(before: &str) -> Option<&str> {
    let rest = before_audience(before);
    let who = before.get(rest.len()..).unwrap_or_default();
    let ends = who
        .ends_with(|c| "者員内部局課省庁府係官室院等房団会党社人長名位所学校町村市区県都道班グ".contains(c))
        || who.ends_with("メンバー")
        || ["オブザーバー", "大臣", "政務", "公館", "警察", "担当", "級以上", "補佐", "秘書", "関係"]
            .iter()
            .any(|end| who.ends_with(end));
    let counts = [
        "１名",
        "一名",
        "名様",
        "個人",
        "一人",
        "お一人",
        "国内",
        "年内",
        "月内",
        "期間内",
        "県内",
        "市内",
        "区内",
        "店内",
        "日本国内",
    ];
    (ends && who.chars().count() >= 2 && !counts.iter().any(|word| who.ends_with(word))).then_some(rest)
}

/// What a label of a marking is called.
const LABELS: &[&str] = &[
    "格付",
    "区分",
    "機密",
    "秘密",
    "秘匿",
    "取扱",
    "取り扱い",
    "分類",
    "レベル",
    "件名",
    "標題",
    "表題",
    "題名",
    "タイトル",
    "資料名",
    "文書名",
    "ファイル名",
    "公開範囲",
    "共有範囲",
    "配布範囲",
    "配付範囲",
    "閲覧範囲",
    "開示範囲",
    "種別",
    "備考",
    "注記",
    "ヘッダ",
    "フッタ",
    "柱書",
    "欄外",
    "透かし",
    "スタンプ",
    "押印",
    "朱書",
    "表紙",
    "右上",
    "ステータス",
    "ラベル",
    "マーキング",
    "密級",
    "秘密度",
    "機微",
    "注意",
    "セキュリティ",
    "表示",
];

const LABELS_LATIN: &[&str] = &[
    "subject",
    "classification",
    "classified",
    "confidential",
    "sensitivity",
    "marking",
    "handling",
    "level",
    "label",
    "tlp",
    "tag",
    "tags",
    "distribution",
    "dissemination",
    "security",
    "protect",
    "caveat",
    "banner",
    "header",
    "footer",
    "watermark",
    "stamp",
    "_name",
    "re",
    "fw",
    "fwd",
    "title",
    "overall",
    "filename",
    "status",
    "restriction",
];

pub(super) fn is_label(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let latin = |word: &&str| {
        if word.len() < 4 {
            lower == **word || lower.ends_with(&format!(".{word}"))
        } else {
            lower.contains(*word)
        }
    };
    // `機密文書` is no label but a mark of its own.
    let is_mark = ["情報", "文書", "秘"].iter().any(|end| text.ends_with(end));
    let particle = text.ends_with(['に', 'を', 'が', 'で', 'も', 'の', 'と']);
    !is_mark
        && !particle
        && !talks(text)
        && text.chars().count() <= 24
        && (LABELS.iter().any(|word| text.contains(word)) || LABELS_LATIN.iter().any(latin))
}
