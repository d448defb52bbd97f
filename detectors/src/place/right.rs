//! What stands after a marking in its line.

use super::talk::{is_notice, talks};
use super::words::{is_listing, is_ornament, is_space};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Right {
    /// The line ends here.
    End,
    /// The sentence and with it the line does.
    Stop,
    /// A sentence ends, and others follow.
    Point,
    /// A bar or tab.
    Cell,
    /// A comma, as between values.
    Comma,
    /// A quotation mark or what ends a value in code.
    Quote,
    /// A gap and a title; `wide` if nobody separates words so.
    Title { wide: bool },
    /// A colon and what is said of it.
    Text,
    /// A dash and what is said of it.
    Dash,
    /// `です。`, `につき…`: what a text says of itself.
    Notice,
    /// A name goes on.
    Name,
    /// A file's name ends.
    Ending,
    /// A sentence.
    Other,
}

/// Judges the rest of a line.
pub(super) fn of(rest: &str) -> Right {
    let text = without_tags(rest);
    let text = ["*/", "-->"]
        .iter()
        .find_map(|sign| text.trim_start_matches(is_space).strip_prefix(sign))
        .unwrap_or(text);
    let text = without_stars(text);
    let inner = text.trim_matches(|c| is_ornament(c) && !"|｜│┃\t".contains(c));
    // A number in the next cell may be that of the page, or count what the table is about.
    let cell = inner
        .strip_prefix(['|', '｜', '│', '┃'])
        .map(|cell| cell.trim_matches(|c| is_space(c) || "|｜│┃".contains(c)));
    let counts = cell.is_some_and(|cell| !cell.is_empty() && cell.chars().all(char::is_numeric));
    if !counts && inner.chars().all(is_listing) && !inner.starts_with(|c: char| c.is_numeric() || c == '.') {
        return Right::End;
    }
    if is_notice(text) {
        return Right::Notice;
    }
    let Some(first) = text.chars().next() else { return Right::End };
    let after = text.get(first.len_utf8()..).unwrap_or_default();
    match first {
        '_' | '＿' | '-' | '/' | '\\' if after.starts_with(char::is_alphanumeric) => Right::Name,
        '_' | '＿' if after.starts_with(['【', '（', '(', '[']) => Right::Name,
        '.' if has_file_ending(text) => Right::Ending,
        '。' | '.' | '！' | '!' | '．'
            if after.trim_matches(|c| is_space(c) || "。.！!」）)".contains(c)).is_empty() =>
        {
            Right::Stop
        }
        '。' | '.' if after.starts_with(|c: char| is_space(c) || first == '。' || c == '*') => Right::Point,
        '"' | '\'' | '」' | '』' | '}' | ']' | '<' | '】' | '］' | '〕' | '》' | '）' | ')' | '＞' => {
            Right::Quote
        }
        ',' | '、' | '，' | ';' => Right::Comma,
        '：' | ':' if !talks(after) && after.chars().count() <= 60 && !defines(after) => Right::Text,
        _ if inner.starts_with(['|', '｜', '│', '┃']) || text.starts_with('\t') => Right::Cell,
        _ if is_space(first) => title(text),
        _ => Right::Other,
    }
}

/// Without the ornament that ends a frame, such as the second star of `★関係者限り★ 議事メモ`.
fn without_stars(text: &str) -> &str {
    // Of `**`, only the full-width form is a frame.
    let rest = text.trim_start_matches(|c| "※★☆■□◆◇●◎＊".contains(c));
    if rest.starts_with(is_space) { rest } else { text }
}

fn title(text: &str) -> Right {
    let title = text.trim_start_matches(is_space);
    let gap = text.get(..text.len() - title.len()).unwrap_or_default();
    let dash = |text: &str| text.starts_with(['-', '–', '—', '―', '－']);
    let narrow = gap == " ";
    if narrow && title.starts_with(|c: char| c.is_ascii_lowercase())
        || title.starts_with(['=', '＝', '…', '→', '⇒'])
    {
        return Right::Other;
    }
    if dash(title) && !talks(title) {
        return Right::Dash;
    }
    let particle =
        ["は", "が", "を", "に", "の", "と", "で", "も", "や", "is ", "means", "was", "are ", "and "];
    if talks(title) || particle.iter().any(|word| title.starts_with(word)) {
        return Right::Other;
    }
    let wide = gap.contains(['\u{3000}', '\t']) || gap.chars().count() >= 2;
    Right::Title { wide }
}

/// Whether a text says what a term is.
fn defines(text: &str) -> bool {
    let text = text.trim_end_matches(['。', ' ', '\u{3000}']);
    ["情報", "する", "おそれ", "文書", "できない", "不可", "可"].iter().any(|end| text.ends_with(end))
}

const RESTRICTS: &[&str] =
    &["限り", "限定", "限", "関係者", "取扱注意", "複製禁止", "転送禁止", "のみ", "外秘", "禁止"];

/// Length of `（メンバー限り）` and its kind directly after the mark.
pub(super) fn restriction(after: &str) -> usize {
    let opened = after.trim_start_matches([' ', '\u{3000}']);
    let Some(body) = opened.strip_prefix(['（', '(']) else { return 0 };
    let Some((inner, _)) = body.split_once(['）', ')']) else { return 0 };
    let dated = inner.starts_with("指定") || inner.contains("期限") || inner.contains("期間");
    if !dated && !RESTRICTS.iter().any(|word| inner.ends_with(word)) {
        return 0;
    }
    let closed = body.get(inner.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    after.len() - body.len() + inner.len() + closed
}

/// Bytes of other marks that follow, such as `／完全性２情報` and `　取扱注意`; `None` if they are of the same scheme, as
/// where all levels are listed.
pub(super) fn companions(text: &str, stem: &str) -> Option<usize> {
    let mut end = 0;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let inner = rest.trim_start_matches(|c| is_space(c) || "/／・,、，;；|｜:：+＋&＆".contains(c));
        let gap = rest.len() - inner.len();
        if end > 0 && gap == 0 && !inner.starts_with(['（', '(']) {
            return Some(end);
        }
        if !stem.is_empty() && stem.chars().count() > 2 && inner.starts_with(stem) && gap > 0 {
            return None;
        }
        match companion(inner) {
            Some(bytes) => end += gap + bytes,
            None => return Some(end),
        }
    }
}

const HANDLING: &[&str] = &[
    "限り",
    "限定",
    "禁止",
    "注意",
    "必須",
    "廃棄",
    "回収",
    "要許可",
    "厳禁",
    "未定稿",
    "暫定版",
    "外秘",
    "極秘",
    "厳秘",
    "共有範囲",
    "まで保存",
    "不可",
    "保全情報",
    "安定情報",
    "機密情報",
    "保護情報",
    "のみ",
    "まで",
    "公開範囲",
    "配布範囲",
    "速報版",
    "ドラフト",
    "案",
    "者限",
    "員限",
    "官限",
    "課限",
    "省限",
    "内限",
    "公表前",
    "未公表",
    "非公表",
    "検討中",
    "調整中",
    "協議中",
    "内部資料",
    "素案",
    "たたき台",
    "禁ず",
    "禁ずる",
    "禁じる",
    "禁止する",
    "至急",
    "緊急",
    "重要",
    "親展",
    "要返信",
    "要保護",
];

/// Length of one other mark.
fn companion(text: &str) -> Option<usize> {
    if text.starts_with(['」', '』']) {
        return None;
    }
    if let Some(body) = text.strip_prefix(['（', '(']) {
        let (inner, _) = body.split_once(['）', ')'])?;
        let close = body.get(inner.len()..)?.chars().next()?;
        let fits = (1..=20).contains(&inner.chars().count()) && !talks(inner);
        return fits.then(|| text.len() - body.len() + inner.len() + close.len_utf8());
    }
    if ["機１", "機２", "機３", "機1", "機2", "機3"].iter().any(|short| text.starts_with(short)) {
        return text.char_indices().nth(2).map_or(Some(text.len()), |(at, _)| Some(at));
    }
    for axis in ["完全性", "可用性", "機密性"] {
        if let Some(body) = text.strip_prefix(axis) {
            let level = body.trim_start_matches(|c| is_space(c) || ":：-=（(".contains(c));
            let first = level.chars().next().filter(|c| "0123０１２３一二三ⅠⅡⅢ".contains(*c))?;
            let rest = level.get(first.len_utf8()..).unwrap_or_default();
            let rest = rest.strip_prefix(['）', ')']).unwrap_or(rest);
            let rest = rest.strip_prefix("情報").unwrap_or(rest);
            return Some(text.len() - rest.len());
        }
    }
    let run = text
        .find(|c: char| is_space(c) || "/／・,、，;；|｜:：（(）)】］]〕》<>。".contains(c))
        .unwrap_or(text.len());
    let word = text.get(..run).unwrap_or_default();
    let forbids = word.contains("を禁");
    let kana = word.chars().filter(|c| ('ぁ'..='ん').contains(c)).count();
    let joins = !forbids && ["及び", "又は", "または", "並びに", "と"].iter().any(|join| word.contains(join));
    let fits = !joins && (2..=18).contains(&word.chars().count()) && (kana <= 3 || forbids);
    (fits && (forbids || !talks(word)) && HANDLING.iter().any(|end| word.ends_with(end))).then_some(run)
}

/// Without elements that end here.
fn without_tags(mut text: &str) -> &str {
    while let Some(end) = text.strip_prefix('<').and_then(|rest| rest.find('>')) {
        let tag = text.get(..end + 2).unwrap_or_default();
        let silent = [
            "</p", "</div", "</span", "</b>", "</strong", "</header", "</footer", "<br", "</font", "</em",
            "</u>", "</center", "</body", "</small",
        ];
        if !silent.iter().any(|start| tag.starts_with(start)) {
            break;
        }
        text = text.get(tag.len()..).unwrap_or_default();
    }
    text
}

/// The word that begins here, as far as it could be a file's name.
pub(super) fn word(after: &str) -> &str {
    let to = after.find(|c: char| is_space(c) || "、。」』\"'`<>|：:".contains(c)).unwrap_or(after.len());
    after.get(..to).unwrap_or_default()
}

const ENDINGS: &[&str] = &[
    "docx", "doc", "docm", "xlsx", "xls", "xlsm", "pptx", "ppt", "pdf", "txt", "csv", "tsv", "md", "zip",
    "7z", "jtd", "rtf", "html", "htm", "msg", "eml", "png", "jpg", "jpeg", "tif", "tiff", "odt", "ods",
    "odp", "xdw", "json", "xml", "mp4",
];

/// Whether a file's name ends the word that begins here.
pub(super) fn has_file_ending(after: &str) -> bool {
    let word = word(after);
    word.match_indices('.').any(|(at, _)| {
        let rest = word.get(at + 1..).unwrap_or_default();
        let ending: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
    })
}
