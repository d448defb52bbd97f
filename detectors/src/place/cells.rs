//! A marking in a cell of a table or a list of values: its column says whether it marks what the row names.

use super::talk::talks;
use super::words::{is_label, is_space};
use crate::Confidence::{self, High, Medium};

/// Columns in which levels are explained.
const DEFINING: &[&str] =
    &["基準", "定義", "説明", "内容", "意味", "概要", "例", "扱い", "機密情報", "条件", "要件", "対象"];
const DEFINING_LATIN: &[&str] = &["mean", "defin", "descri", "example", "when", "use", "how", "who", "shar"];

/// Judges the cell that holds a mark, after `before` and before `after` in its line; `earlier` is what stands above.
pub(super) fn judge(before: &str, mark: &str, after: &str, earlier: &str, stem: &str) -> Option<Confidence> {
    let sign = sign(before, after)?;
    let (left, right) = (cells(before, sign), cells(after.trim_start_matches([' ', '\u{3000}']), sign));
    let own = left.len().saturating_sub(1);
    // Beside others of its scheme it is one of those that there are.
    let beside = left.iter().chain(&right).any(|cell| cell.starts_with(stem) && *cell != mark);
    let others = left.iter().any(|cell| !is_furniture(cell));
    let last = right.iter().all(|cell| is_furniture(cell));
    if beside {
        return None;
    }
    match header(earlier, sign) {
        Some(header) if header.iter().any(|cell| defines(cell)) => None,
        Some(header) if header.get(own).is_some_and(|cell| is_label(cell)) => Some(High),
        Some(_) => None,
        // A bar between a mark and a title, and no table above.
        None if left.len() == 1 && !before.contains(sign) && right.len() == 1 => {
            let title = right.last().copied().unwrap_or_default();
            // What was redacted there may have been a question.
            (!talks(title) && !title.contains('[') && title.chars().count() <= 40).then_some(Medium)
        }
        // The head or foot of a page, with its number or date in another cell.
        None if left.len() == 1 && right.iter().any(|cell| is_furniture(cell) && !cell.is_empty()) => {
            let short = |cell: &&str| !talks(cell) && !cell.contains('[') && cell.chars().count() <= 20;
            right.iter().all(short).then_some(Medium)
        }
        None if !others && last => Some(High),
        None if sign != ',' && last => Some(Medium),
        _ => None,
    }
}

/// Nothing, or what stands at the head and foot of every page: its number, a date.
fn is_furniture(cell: &str) -> bool {
    let folded: String = cell.chars().filter(|c| !is_space(*c)).collect();
    let spare =
        |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || "/／-－–.．：:年月日()（）".contains(c);
    let words = ["ページ", "頁", "page", "Page", "P.", "p.", "令和", "平成", "R", "版", "第", "元"];
    let plain = words.iter().fold(folded.clone(), |text, word| text.replace(word, ""));
    // A number alone may count what the table is about.
    let alone = folded.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c));
    folded.is_empty() || !alone && plain.chars().all(spare)
}

/// What separates the cells of this line.
fn sign(before: &str, after: &str) -> Option<char> {
    ['|', '｜', '│', '┃', '\t', ','].into_iter().find(|&sign| before.contains(sign) || after.contains(sign))
}

/// The cells that a bar or comma at the line's beginning and end only frames.
fn cells(line: &str, sign: char) -> Vec<&str> {
    let line = line.trim_matches(|c| c == ' ' || c == '\u{3000}');
    let line = if sign == ',' || sign == '\t' && !line.starts_with(sign) {
        line
    } else {
        line.strip_prefix(sign).unwrap_or(line)
    };
    line.split(sign).map(|cell| cell.trim_matches(|c| is_space(c) || "*\"'".contains(c))).collect()
}

/// The first of the lines directly above that have cells.
fn header(earlier: &str, sign: char) -> Option<Vec<&str>> {
    let above = earlier.lines().rev().take_while(|line| line.contains(sign));
    above.last().map(|line| cells(line, sign)).filter(|header| header.len() > 1)
}

fn defines(cell: &str) -> bool {
    let lower = cell.to_ascii_lowercase();
    let named = |word: &&str| cell.ends_with(word) && !cell.contains("取扱");
    DEFINING.iter().any(named) || DEFINING_LATIN.iter().any(|word| lower.contains(word))
}
