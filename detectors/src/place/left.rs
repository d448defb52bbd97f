//! What stands before a marking in its line.

use super::talk::talks;
use super::words::{self, closing, is_label, is_listing, is_ornament, is_space};
use super::{right, tail};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Left {
    /// The line begins here.
    Bare,
    /// So does an item, a heading, or what is set in bold.
    Listed,
    /// A box that is ticked, among others.
    Checked,
    /// A box that is not.
    Unchecked,
    /// `取扱区分：`
    Named,
    /// The bar or tab of a table.
    Cell,
    /// A comma, as between values.
    Comma,
    /// A title, and a gap; `wide` if nobody separates words so.
    Aside { wide: bool },
    /// `本資料は`
    Declared,
    /// A sentence ends here, or a reason, and none asks.
    Sentence,
    /// A sentence.
    Other,
}

const TICKED: &[&str] = &["☑", "☒", "✅", "✔", "✓", "[x]", "[X]", "［x］", "（レ）"];
const UNTICKED: &[&str] = &["□", "☐", "[ ]", "［ ］", "［　］", "⬜", "▢"];

/// Judges what stands before a mark of a scheme whose marks begin with `stem`.
pub(super) fn of(before: &str, stem: &str) -> Left {
    let text = without_tags(before.trim_end_matches(is_space));
    if without_tags(before).ends_with("<option") || is_choice(before) {
        return Left::Unchecked;
    }
    if UNTICKED.iter().any(|sign| text.ends_with(sign)) {
        return Left::Unchecked;
    }
    if TICKED.iter().any(|sign| text.ends_with(sign)) {
        return Left::Checked;
    }
    let text = without_companions(text, stem);
    if let Some(left) = begins(text) {
        return left;
    }
    let starred = text.trim_end_matches(|c| "■□★☆◆●※＊".contains(c));
    if ends_as_label(starred, before.len() > before.trim_end_matches(is_space).len()) {
        return Left::Named;
    }
    match text.chars().next_back() {
        Some('|' | '｜' | '│' | '┃' | '\t') => return Left::Cell,
        Some(',') => return Left::Comma,
        _ => {}
    }
    if before.ends_with('\t') {
        return Left::Cell;
    }
    if declares(before) {
        return Left::Declared;
    }
    let reason = text.trim_end_matches('、').ends_with("ため");
    if (reason || text.ends_with(['。', '！', '!'])) && !talks(text) {
        return Left::Sentence;
    }
    aside(before, text)
}

/// Nothing but ornament, or the sign of an item.
fn begins(text: &str) -> Option<Left> {
    let text = without_groups(text);
    let text = ["/*", "//", "<!--"].iter().find_map(|sign| text.strip_suffix(sign)).unwrap_or(text);
    if text.chars().all(is_ornament) {
        return Some(Left::Bare);
    }
    let signs = text.trim_matches(is_space);
    let lettered =
        signs.strip_suffix(['.', ')', '．', '）']).map(|item| item.trim_start_matches(['(', '（']));
    if lettered.is_some_and(|item| item.chars().count() == 1) {
        return Some(Left::Listed);
    }
    let dashes = signs.chars().filter(|c| "-–—－―‐*＊ 　".contains(*c)).count();
    // `**` is the bold type of Markdown, `＊＊` is a frame.
    let all_dashes = dashes == signs.chars().count() && (dashes >= 3 || signs == "＊＊");
    if all_dashes {
        return Some(Left::Bare);
    }
    (signs.chars().all(is_listing) && signs.chars().count() <= 8).then_some(Left::Listed)
}

/// A title and a gap after it.
fn aside(before: &str, text: &str) -> Left {
    // `月次報告　※取扱注意`
    let starred = |c| is_space(c) || "※★☆■◆●".contains(c);
    let text = text.trim_end_matches(starred);
    let gap = before.get(text.len()..).unwrap_or_default();
    if !gap.contains(is_space) || talks(text) || !gap.chars().all(starred) {
        return Left::Other;
    }
    let wide = gap.contains(['\u{3000}', '\t']) || gap.chars().count() >= 2;
    let sentence = text.ends_with(['。', '、', ',', '.', '：', ':']);
    let noun = text.ends_with(|c: char| !c.is_ascii_alphabetic() && !('ぁ'..='ん').contains(&c));
    if sentence || !(wide || noun) { Left::Other } else { Left::Aside { wide } }
}

/// The bracket that opens directly before, in bytes with spaces, and what closes it.
pub(super) fn opening(before: &str) -> Option<(usize, char)> {
    let inner = before.trim_end_matches(is_space);
    let open = inner.chars().next_back()?;
    let close = closing(open)?;
    Some((before.len() - inner.len() + open.len_utf8(), close))
}

/// [`opening`], also where other marks stand between: those are marks of their own.
pub(super) fn opening_of_all(before: &str, stem: &str) -> Option<(usize, char)> {
    let other = || opening(without_companions(before, stem)).map(|(_, close)| (0, close));
    opening(before).or_else(other)
}

/// `格付け：`, `"classification": "`, `<格付>`, `【格付】`, `| 格付 |`, `格付　`: whose value follows.
fn ends_as_label(text: &str, gap: bool) -> bool {
    let (written, text) = (text, without_any_tags(text));
    let signs = |c: char| is_space(c) || "：:＝=|｜,\"'「『】］[])>＞→⇒・.…‥".contains(c);
    let label = text.trim_end_matches(signs);
    let label = label
        .rsplit([
            '、', '。', ',', ';', '|', '｜', '{', '[', '(', '（', '【', '［', '<', '"', '\'', '「', '>', '■',
            '●', '○', '\t', ':', '：',
        ])
        .next();
    let label = label
        .unwrap_or_default()
        .trim_matches(|c| is_ornament(c) || is_listing(c))
        .trim_end_matches(['は', '：', ':']);
    if text.trim_end_matches(['"', '\'', ' ']).ends_with("==") {
        return false;
    }
    // Words before a mark are a label only if a sign says so; in Japanese a gap does.
    let signed = !written.ends_with(label) || gap && label.ends_with(|c: char| !c.is_ascii_alphabetic());
    if matches!(label, "content" | "value" | "値") && signed {
        let named = text.rsplit_once(label).map_or("", |(named, _)| named);
        return ends_as_label(named.trim_end_matches(|c| is_space(c) || c == ','), false);
    }
    !label.is_empty() && signed && is_label(label)
}

const NOUNS: &[&str] = &[
    "資料",
    "文書",
    "書類",
    "書面",
    "本書",
    "メール",
    "ファイル",
    "データ",
    "情報",
    "報告書",
    "議事録",
    "議事要旨",
    "内容",
    "ページ",
    "スライド",
    "通知",
    "文面",
    "名簿",
    "チャット",
    "やり取り",
    "原稿",
    "案件メモ",
    "メモ",
    "以下",
    "次",
    "下記",
    "上記",
    "文章",
    "テキスト",
    "スレッド",
    "先",
    "案件",
    "会話",
    "投稿",
    "画面",
    "録音",
    "音声",
    "写真",
    "画像",
    "図表",
    "ノート",
    "ドキュメント",
    "フォルダ",
    "フォルダー",
];
/// What stands for the text itself without naming it.
const PRONOUNS: &[&str] = &["これ", "こちら", "本件", "以下", "下記", "添付"];
const POINTERS: &[&str] =
    &["本", "この", "当", "添付", "以下", "上記", "下記", "別添", "別紙", "同封", "今回", "次"];

/// `本資料は`, `This document is`: what follows is said of the text itself.
pub(super) fn declares(before: &str) -> bool {
    let text = before.trim_end_matches(|c| is_space(c) || "、「『【“\"".contains(c));
    let lower = tail(text, 60).to_ascii_lowercase();
    let latin = [
        "is",
        "are",
        "is marked",
        "is marked as",
        "is classified",
        "is classified as",
        "is classified at",
        "is shared as",
        "is shared under",
        "contains",
    ];
    let is_self = |clause: &str| {
        ["this ", "the attached ", "the following ", "the enclosed "]
            .iter()
            .any(|word| clause.starts_with(word))
            && clause.len() <= 40
    };
    let clause = lower.rsplit(['.', '?', '!', ':', ';']).next().unwrap_or_default().trim();
    if latin
        .iter()
        .any(|verb| clause.strip_suffix(verb).is_some_and(|rest| rest.ends_with(' ') && is_self(rest)))
    {
        return true;
    }
    let clause = tail(text, 90)
        .rsplit(['。', '、', '？', '?', ' ', '\u{3000}', '※', '（', '(', '）', ')'])
        .next()
        .unwrap_or_default();
    if ["につき", "のため", "なので", "ですので"]
        .iter()
        .any(|end| clause.strip_suffix(end).is_some_and(is_document))
    {
        return true;
    }
    if before.ends_with('、') && (PRONOUNS.contains(&clause) || is_this_text(clause)) {
        return true;
    }
    let Some(subject) = clause.strip_suffix("には").or_else(|| clause.strip_suffix(['は', 'も'])) else {
        return false;
    };
    let subject =
        subject.strip_suffix("の格付").or_else(|| subject.strip_suffix("の格付け")).unwrap_or(subject);
    let subject = subject.strip_suffix("の取扱い").unwrap_or(subject);
    PRONOUNS.contains(&subject) || is_this_text(subject)
}

/// `次の文書`
fn is_this_text(subject: &str) -> bool {
    POINTERS.iter().any(|word| subject.starts_with(word)) && is_document(subject)
}

fn is_document(noun: &str) -> bool {
    NOUNS.iter().any(|end| noun.ends_with(end))
}

/// Whether the text itself is named directly before: `次の文書`, `添付の議事録`.
pub(super) fn ends_with_this_text(before: &str) -> bool {
    let clause =
        tail(before, 90).rsplit(['。', '、', '？', '?', '！', '\u{3000}', '※', '（', '(', '）', ')', '\n']);
    let mut clause = clause.map(|clause| clause.trim_matches(is_space));
    clause.next().is_some_and(|clause| !clause.starts_with("当該") && is_this_text(clause))
}

/// The nouns that a text calls itself by, without the one that stands first in `text`: `の資料です`.
pub(super) fn without_noun(text: &str) -> &str {
    let body = text.strip_prefix("の").unwrap_or(text);
    NOUNS.iter().find_map(|noun| body.strip_prefix(noun)).unwrap_or(text)
}

/// A ticked box among others.
pub(super) fn is_checked(before: &str, after: &str) -> bool {
    let text = before.trim_end_matches(is_space);
    let ticked = TICKED.iter().chain(&["■", "◼", "●", "◉"]).any(|sign| text.ends_with(sign));
    ticked && UNTICKED.iter().chain(&["○", "◯"]).any(|sign| before.contains(sign) || after.contains(sign))
}

/// An element that offers a choice.
fn is_choice(before: &str) -> bool {
    let tag = before.rsplit('<').next().unwrap_or_default();
    before.trim_end().ends_with('>')
        && ["option", "label", "button", "select"].iter().any(|name| tag.starts_with(name))
}

/// Without elements that say nothing, such as `<p class="mark">`; what a cell or an item opens stays.
fn without_tags(mut text: &str) -> &str {
    while let Some(open) =
        text.strip_suffix('>').and_then(|rest| rest.rfind('<').and_then(|at| text.get(at..)))
    {
        let name = open.trim_start_matches(['<', '/']);
        let silent = [
            "p", "div", "span", "b", "strong", "header", "footer", "font", "em", "u", "br", "center", "body",
            "small",
        ];
        let word: &str = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if !silent.contains(&word) || open.starts_with("</") && word != "br" {
            break;
        }
        text = text.strip_suffix(open).unwrap_or_default().trim_end_matches(is_space);
    }
    text
}

/// Without elements of any kind at its end.
fn without_any_tags(mut text: &str) -> &str {
    while let Some(at) = text.strip_suffix('>').and_then(|rest| rest.rfind('<')) {
        let tag = text.get(at..).unwrap_or_default();
        // `<格付>` is a label itself.
        if !tag.trim_start_matches(['<', '/']).starts_with(|c: char| c.is_ascii_lowercase()) {
            break;
        }
        match text.get(..at) {
            Some(rest) if !rest.is_empty() => text = rest,
            _ => break,
        }
    }
    text
}

/// Without other marks that stand before, such as `取扱注意　`.
fn without_companions<'t>(text: &'t str, stem: &str) -> &'t str {
    let from = text
        .rfind(['【', '［', '[', '（', '(', '|', '｜', '\t', '：', ':'])
        .and_then(|at| text.get(at..).and_then(|rest| rest.chars().next()).map(|c| at + c.len_utf8()));
    let (head, segment) = text.split_at_checked(from.unwrap_or(0)).unwrap_or(("", text));
    let inner = segment.trim_start_matches(is_ornament);
    let inner = inner.trim_end_matches(|c| is_space(c) || "・/／、,＋+".contains(c));
    let is_all =
        !inner.is_empty() && right::companions(inner, stem).is_some_and(|bytes| bytes == inner.len());
    if is_all { head } else { text }
}

/// Without bracketed groups at the end, such as `【重要】`.
fn without_groups(mut text: &str) -> &str {
    while let Some(open) = text.chars().next_back().and_then(words::opener).filter(|open| !open.is_ascii()) {
        match text.rfind(open) {
            // `（1）` is an item's number.
            Some(at) if text.get(at..).is_some_and(|group| group.chars().all(|c| !c.is_alphabetic())) => {
                break;
            }
            Some(at) => text = text.get(..at).unwrap_or_default().trim_end_matches(is_space),
            None => break,
        }
    }
    text
}

/// Whether the match goes on a name that ends here.
pub(super) fn is_glued(before: &str) -> bool {
    let Some(name) = before.strip_suffix(['_', '＿', '-', '/', '\\', '】', '）', ')', ']']) else {
        return false;
    };
    name.ends_with(|c: char| c.is_alphanumeric() || ")）】]".contains(c))
}

/// The word that ends here, as far as it could be a file's name.
pub(super) fn word(before: &str) -> &str {
    let from = before.rfind(|c: char| is_space(c) || "、。「『\"'`<>|：:".contains(c));
    let from =
        from.and_then(|at| before.get(at..).and_then(|rest| rest.chars().next()).map(|c| at + c.len_utf8()));
    before.get(from.unwrap_or(0)..).unwrap_or_default()
}

/// An item of a list of terms.
pub(super) fn is_short_item(line: &str) -> bool {
    let term = line.trim_start_matches(is_listing);
    let short = term.trim_end_matches(is_listing).chars().count();
    term.len() < line.len() && (1..=14).contains(&short) && !line.starts_with(is_space)
}
