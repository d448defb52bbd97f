//! How people speak of markings, and how texts speak of themselves.

use super::left::without_noun;
use crate::sight::Sight;

/// Words of whoever asks or explains.
const TALK: &[&str] = &[
    "とは",
    "って",
    "意味",
    "定義",
    "違い",
    "ちがい",
    "教え",
    "説明",
    "解説",
    "何",
    "なに",
    "どう",
    "どの",
    "どれ",
    "どんな",
    "でしょうか",
    "ますか",
    "ですか",
    "か？",
    "か?",
    "？",
    "?",
    "の場合",
    "該当",
    "分類す",
    "基準",
    "相当",
    "ルール",
    "方法",
    "やり方",
    "読み方",
    "使い方",
    "英語",
    "英訳",
    "用語",
    "一覧",
    "入力し",
    "入力でき",
    "してよい",
    "してもよい",
    "していい",
    "してもいい",
    "可能",
    "できる",
    "できま",
    "取り扱う",
    "扱う",
    "扱って",
    "と書",
    "と表示",
    "と記載",
    "例：",
    "例:",
    "例え",
    "たとえ",
    "などの",
    "などを",
    "ような",
    "という",
    "または",
    "もしくは",
    "比較",
    "種類",
    "求め",
    "必要",
    "送って",
    "付けて",
    "つけて",
    "対象",
    "もの",
    "こと",
];

const TALK_LATIN: &[&str] = &[
    "mean",
    "what",
    "how ",
    "which",
    "who ",
    "why",
    "when ",
    "difference",
    "defin",
    "explain",
    "example",
    "should",
    "can i",
    "could",
    "may be",
    "must",
    "if ",
    "about",
    " vs",
    "versus",
    " or ",
    "means",
    "describe",
    "e.g.",
    "such as",
    "policy",
    "guide",
    "is the",
    "are the",
    "refers",
    "rule",
    "for information",
    "levels",
    "instead",
    "treat",
    "mark ",
];

/// Whether a text asks about something or explains it.
pub(super) fn talks(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    TALK.iter().any(|word| text.contains(word)) || TALK_LATIN.iter().any(|word| lower.contains(word))
}

/// How a sentence goes on after a term in brackets.
const CONTINUATIONS: &[&str] = &[
    "とは",
    "という",
    "って",
    "について",
    "に関",
    "に該当",
    "に当た",
    "に相当",
    "に分類",
    "に格付",
    "のよう",
    "の意味",
    "の定義",
    "の違い",
    "の取",
    "の扱",
    "の場合",
    "の例",
    "の文書",
    "の資料",
    "の表示",
    "の基準",
    "の情報",
    "のマーク",
    "の格付",
    "のファイル",
    "の区分",
    "のラベル",
    "の付",
    "の書",
    "は何",
    "はなん",
    "はどう",
    "は、",
    "が付",
    "が何",
    "がどう",
    "が、",
    "を付",
    "を含",
    "を扱",
    "を取",
    "を入",
    "を送",
    "を表",
    "を要",
    "と書",
    "と表",
    "と記",
    "と付",
    "と【",
    "や【",
    "、【",
    "と［",
    "や［",
    "かどうか",
    "ですか",
    "なのか",
    "でしょうか",
    "または",
    "及び",
    "および",
    "以外",
    "以上",
    "以下",
    "などの",
    "など",
    " mean",
    " stand",
    " is ",
    " marking",
    " label",
    "に変",
    "にする",
    "にし",
    "から",
    "も付",
    "で始",
    "も入",
    "のみ",
    "は「",
    "等の",
    "等を",
    "等と",
];

/// Whether what stands before this is part of a sentence.
pub(super) fn continues(rest: &str) -> bool {
    CONTINUATIONS.iter().any(|word| rest.starts_with(word))
}

/// How a text goes on that speaks of itself, and how a request to readers does.
const NOTICES: &[&str] = &["につき", "でお願い", "にてお願い", "扱いでお", "とさせていただ"];
/// What a sentence says of its text when it begins with the mark: `機密性３情報です。`
const COPULAS: &[&str] =
    &["です", "である", "なので", "だから", "につき", "の", "で", "を含みます", "を含んでいます", "が含まれ"];
const STATEMENTS: &[&str] = &[
    "です",
    "である",
    "であり",
    "でございます",
    "として取",
    "として扱",
    "とする",
    "とします",
    "に該当し",
    "に該当する。",
    "に指定",
    "を含み",
    "が含まれ",
    "を含む",
    "に格付け",
    "扱いです",
    "扱いとする",
    "扱いとします",
    "となります",
    "なので",
    "だから",
    "で共有します",
    "で共有いたします",
    "で送ります",
    "で送付します",
    "につき",
    "でお願い",
    "のため",
    "に当たるため",
    "に該当するため",
];

/// How readers are told what they must not do with a document.
const ORDERS: &[&str] = &[
    "取扱注意",
    "取扱い注意",
    "取り扱い注意",
    "取扱厳重注意",
    "複写",
    "複製",
    "転送",
    "転載",
    "転用",
    "持出",
    "持ち出し",
    "部外",
    "関係者",
    "回覧",
    "閲覧後",
    "読了後",
    "使用後",
    "会議後",
    "要回収",
    "要返却",
    "要廃棄",
    "外部",
];

/// Whether a mark in 「」 is followed by such an order, by itself or as the reason for it: 「機密性３」につき複写を禁ずる.
pub(super) fn orders(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\u{3000}', '、', '・']);
    let reason = ["につき", "のため、", "のため"].iter().find_map(|word| rest.strip_prefix(word));
    let order = reason.unwrap_or(rest).trim_start_matches(['、', ' ', '\u{3000}']);
    let forbids =
        ["禁", "注意", "限", "不可", "廃棄", "回収", "返却", "ないこと", "ください", "下さい", "厳", "秘"];
    ORDERS.iter().any(|word| order.starts_with(word))
        && forbids.iter().any(|word| order.contains(word))
        && !order.contains(['？', '?'])
        && !order.contains("か。")
        && !["とは", "場合", "の意味", "という", "ですか", "ますか"].iter().any(|word| order.contains(word))
}

/// Whether letters that follow directly may still belong to a mark.
///
/// A level may begin its sentence, other marks are words of every day there: 社外秘なので教えられません.
pub(super) fn goes_on(after: &str, is_level: bool, sight: &Sight<'_>) -> bool {
    let copulas: &[&str] = if is_level { COPULAS } else { &[] };
    if NOTICES.iter().chain(copulas).any(|word| after.starts_with(word)) {
        return true;
    }
    if NOTICES.iter().chain(copulas).any(|word| word.starts_with(after)) {
        sight.touch();
    }
    false
}

/// Whether a statement about a text itself, or a request to its readers, ends here.
pub(super) fn is_notice(after: &str) -> bool {
    let clause = after.split(['。', '．', '！', '!']).next().unwrap_or_default();
    let clause = clause.trim_start_matches([' ', '\u{3000}']);
    // What follows a reason may well be a question about something else.
    let gives_reason = ["なので", "だから", "につき", "のため"].iter().any(|word| clause.starts_with(word));
    let clause = if gives_reason { clause.split('、').next().unwrap_or_default() } else { clause };
    let said = without_noun(clause);
    let asks = [
        "か？",
        "か?",
        "？",
        "?",
        "ですか",
        "ますか",
        "でしょう",
        "だろう",
        "べき",
        "場合",
        "ときは",
        "かどうか",
        "かも",
        "言われ",
    ];
    let hypothetical =
        gives_reason && ["入力", "貼っ", "送って", "使って"].iter().any(|word| after.contains(word));
    let states =
        STATEMENTS.iter().chain(NOTICES).any(|word| clause.starts_with(word) || said.starts_with(word))
            || clause == "で"
            || said.is_empty() && !clause.is_empty() && clause.len() < after.len();
    states
        && !clause.ends_with('か')
        && !after.starts_with("ですか")
        && !asks.iter().any(|word| clause.contains(word))
        && !hypothetical
}
