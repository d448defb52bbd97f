//! Tables in plain text (CSV, also with semicolons, TSV, Markdown): the label of a value stands in the first row of its column, not beside it.
//!
//! What a cell's label is depends only on what stands before the cell, so a stream and a whole text agree on it. A row of
//! labels is one whose cells are short, hold no figures, and name at least one thing that rules know.

use std::collections::VecDeque;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

/// The tables of one text that grows.
#[derive(Default)]
pub(crate) struct Tables {
    /// Offset of the end of what was read.
    end: usize,
    line: Line,
    header: Option<Arc<Header>>,
    rows: VecDeque<Row>,
    cells: VecDeque<Cell>,
}

/// The labels of a table's columns.
#[derive(Debug)]
pub(crate) struct Header {
    separator: char,
    columns: Vec<Column>,
}

/// One column.
#[derive(Debug)]
pub(crate) struct Column {
    /// Folded (NFKC).
    label: String,
    /// The rules that look at every cell below this label.
    rules: Vec<u16>,
}

/// Where a cell's text begins, and who looks at it.
pub(crate) struct Cell {
    /// Offset of its first character that is no space and no quote.
    pub(crate) at: usize,
    header: Arc<Header>,
    column: usize,
}

impl Cell {
    /// The rules that look at it.
    pub(crate) fn rules(&self) -> &[u16] {
        self.header.columns.get(self.column).map_or(&[], |column| &column.rules)
    }
}

/// A row below labels.
struct Row {
    range: std::ops::Range<usize>,
    header: Arc<Header>,
    /// Offsets after each separator.
    cuts: Vec<usize>,
}

/// The line under way.
#[derive(Default)]
struct Line {
    start: usize,
    /// Its text, while it may be a row of labels.
    text: String,
    overlong: bool,
    quoted: bool,
    /// The next character that is no space and no quote begins a cell.
    before_cell: bool,
}

/// Longest row of labels, and how far from the beginning of its row a cell is known, in bytes.
const ROW_MAX: usize = 1024;

/// Longest label, in characters.
const LABEL_MAX: usize = 24;

/// What rules know of labels.
pub(crate) trait Labels {
    /// Whether a word of it raises a rule's confidence.
    fn knows(&self, label: &str) -> bool;
    /// The rules that look at every cell below it.
    fn rules(&self, label: &str) -> Vec<u16>;
}

impl Tables {
    /// Reads on.
    pub(crate) fn push(&mut self, text: &str, labels: &impl Labels) {
        for line in text.split_inclusive('\n') {
            self.read(line);
            self.end += line.len();
            if line.ends_with('\n') {
                self.end_line(labels);
            }
        }
    }

    /// The label of the column in which `at` stands; empty outside of tables.
    pub(crate) fn label(&self, at: usize) -> &str {
        let next = self.rows.partition_point(|row| row.range.start <= at);
        let row = next.checked_sub(1).and_then(|index| self.rows.get(index));
        let Some(row) = row.filter(|row| at < row.range.end && at - row.range.start <= ROW_MAX) else {
            return "";
        };
        let column = row.cuts.partition_point(|&cut| cut <= at);
        row.header.columns.get(column).map_or("", |column| &column.label)
    }

    /// The cells that begin in a range, in order.
    pub(crate) fn cells(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = &Cell> {
        let first = self.cells.partition_point(|cell| cell.at < range.start);
        self.cells.iter().skip(first).take_while(move |cell| cell.at < range.end)
    }

    /// Forgets rows that end before `from`.
    pub(crate) fn trim(&mut self, from: usize) {
        let rows = self.rows.partition_point(|row| row.range.end < from);
        self.rows.drain(..rows);
        let cells = self.cells.partition_point(|cell| cell.at < from);
        self.cells.drain(..cells);
    }

    /// A line, or what there is of it.
    fn read(&mut self, text: &str) {
        if self.header.is_none() {
            let room = ROW_MAX.saturating_sub(self.line.text.len());
            self.line.overlong |= text.len() > room;
            if !self.line.overlong {
                self.line.text.push_str(text);
            }
            return;
        }
        let Some(row) = self.rows.back_mut().filter(|row| row.range.start == self.line.start) else { return };
        for (at, c) in text.char_indices() {
            let at = self.end + at;
            if at - row.range.start > ROW_MAX {
                return;
            }
            self.line.quoted ^= c == '"';
            if c == row.header.separator && !(self.line.quoted && matches!(c, ',' | ';')) {
                row.cuts.push(at + c.len_utf8());
                self.line.before_cell = true;
            } else if self.line.before_cell && !matches!(c, ' ' | '\u{3000}' | '"' | '\r' | '\n') {
                self.line.before_cell = false;
                self.cells.push_back(Cell { at, header: Arc::clone(&row.header), column: row.cuts.len() });
            }
        }
    }

    fn end_line(&mut self, labels: &impl Labels) {
        let line = std::mem::take(&mut self.line);
        self.line.start = self.end;
        self.line.before_cell = true;
        if self.header.is_none() {
            let is_whole = !line.overlong;
            self.header = is_whole.then(|| header(&line.text, labels)).flatten().map(Arc::new);
        } else if let Some(row) = self.rows.back_mut() {
            row.range.end = self.end;
            // A line without cells is no row: the table is over.
            if row.cuts.is_empty() {
                self.header = None;
            }
        }
        if let Some(header) = &self.header {
            let row = Row { range: self.end..usize::MAX, header: Arc::clone(header), cuts: Vec::new() };
            self.rows.push_back(row);
        }
    }
}

/// The columns, if the line is a row of labels.
fn header(line: &str, labels: &impl Labels) -> Option<Header> {
    let separator = ['\t', '|', ',', ';'].into_iter().find(|&separator| line.contains(separator))?;
    let cells = line.trim_end_matches(['\r', '\n']).split(separator);
    let cells: Vec<String> = cells.map(label).collect::<Option<_>>()?;
    if is_code(line, separator)
        || separator != '|' && cells.iter().filter(|cell| !cell.is_empty()).count() < 2
    {
        return None;
    }
    let told = topic(&cells);
    let cells =
        cells.into_iter().map(|label| told.as_ref().and_then(|told| told.of(&label)).unwrap_or(label));
    let column = |label: String| Column { rules: labels.rules(&label), label };
    let columns: Vec<Column> = cells.map(column).collect();
    let known = columns.iter().any(|column| !column.rules.is_empty() || labels.knows(&column.label));
    known.then_some(Header { separator, columns })
}

/// Arguments of a call, one statement after the other: what programs are made of has commas and semicolons, too, but is
/// indented or ends with one.
fn is_code(line: &str, separator: char) -> bool {
    let indented = line.starts_with("  ") || line.starts_with('\t');
    let ended = line.trim_end().ends_with(separator);
    match separator {
        ',' => indented && line.trim_end().is_ascii(),
        ';' => indented || ended,
        _ => false,
    }
}

/// A cell as a label; `None` if it is something else.
fn label(cell: &str) -> Option<String> {
    let text = cell.trim_matches([' ', '\u{3000}', '"', '*', '\u{feff}']);
    let figures = text.bytes().filter(u8::is_ascii_digit).count();
    let sentence = text.contains(['。', '！', '？', '!', '?', '@', ';', '{']);
    let code = text.contains(['$', '=', '`', '}']) || text.contains("::") || text.contains("->");
    let closed = text.matches(['(', '（']).count() == text.matches([')', '）']).count();
    let short = text.chars().nth(LABEL_MAX).is_none();
    (short && figures <= 2 && !sentence && !code && closed).then(|| text.nfkc().collect())
}

/// What bare labels such as 番号 mean in a table whose other labels say what it is about.
struct Topic {
    /// Part of a label that says it.
    sign: &'static str,
    /// Labels that mean something else for it, and what.
    bare: &'static [(&'static str, &'static str)],
}

const TOPICS: &[Topic] = &[
    Topic { sign: "保険", bare: INSURANCE },
    Topic { sign: "資格確認書", bare: INSURANCE },
    Topic { sign: "枝番", bare: INSURANCE },
    Topic { sign: "支店", bare: &[("番号", "口座番号")] },
    Topic { sign: "金融機関", bare: &[("番号", "口座番号")] },
    Topic { sign: "内線", bare: &[("番号", "職員番号")] },
    Topic { sign: "職名", bare: &[("番号", "職員番号")] },
];

const INSURANCE: &[(&str, &str)] = &[
    ("記号", "被保険者証記号"),
    ("番号", "被保険者証番号"),
    ("枝番", "被保険者証枝番"),
    ("枝番号", "被保険者証枝番"),
];

impl Topic {
    fn of(&self, label: &str) -> Option<String> {
        self.bare.iter().find(|(bare, _)| *bare == label).map(|(_, meant)| (*meant).to_owned())
    }
}

/// What a table with these labels is about.
fn topic(cells: &[String]) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| {
        // 記号 and 枝番 are columns of lists of land and of goods as well.
        let insured = topic.sign != "枝番" || cells.iter().any(|cell| cell == "記号");
        insured && cells.iter().any(|cell| cell.contains(topic.sign))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Labels for Known {
        fn knows(&self, label: &str) -> bool {
            label.contains("氏名") || label.contains("name")
        }

        fn rules(&self, label: &str) -> Vec<u16> {
            if self.knows(label) { vec![7] } else { Vec::new() }
        }
    }

    /// The text of each cell that a rule looks at, however the text is cut.
    fn check(text: &str, expect: &[&str]) {
        for step in [1, 2, 5, 1000] {
            let mut tables = Tables::default();
            let chars: Vec<char> = text.chars().collect();
            chars.chunks(step).for_each(|part| tables.push(&part.iter().collect::<String>(), &Known));
            let watched = tables.cells(0..usize::MAX).filter(|cell| !cell.rules().is_empty());
            let found: Vec<&str> = watched
                .map(|cell| {
                    text.get(cell.at..)
                        .unwrap()
                        .split([',', ';', '\t', '|', '\n', '"'])
                        .next()
                        .unwrap()
                        .trim()
                })
                .collect();
            assert_eq!(found, expect, "{text} by {step}");
        }
    }

    #[test]
    fn cells_are_known_by_the_label_of_their_column() {
        check("番号,氏名,備考\n1,田中,なし\n2,鈴木,あり\n", &["田中", "鈴木"]);
        check("番号\t氏名\n1\t田中\n", &["田中"]);
        check("| 番号 | 氏名 |\n|---|---|\n| 1 | 田中 |\n", &["---", "田中"]);
        check("\"id\",\"name\"\r\n\"1\",\"Tanaka, Taro\"\r\n", &["Tanaka"]);
        check("氏名,住所\n田中,\"東京,千代田\"\n佐藤,大阪\n", &["田中", "佐藤"]);
        check("番号;氏名;内線\r\n1;田中;10\r\n", &["田中"]);
        check("番号;\"氏名\"\n1;\"田中;太郎\"\n", &["田中"]);
    }

    #[test]
    fn what_is_no_table_has_no_labels() {
        check("氏名は田中、です\nつぎ,の行\n", &[]);
        check("番号,値\n1,田中\n", &[]);
        check("name, 12345 items\nx,y\n", &[]);
        check("氏名,番号\n\n田中,1\n", &[]);
        check("    name, sizeof(name),\n    salt, 16\n", &[]);
        check("int name; char c;\nfoo; bar\n", &[]);
        check("\"name\",\n\"ia-x-3\",\n", &[]);
        check("f(name, salt\nfoo, bar\n", &[]);
        check("name = a, b\nfoo, bar\n", &[]);
        check("氏名,番号\n以上\n田中,1\n", &["以上"]);
    }

    #[test]
    fn a_bare_label_means_what_its_neighbours_say() {
        for (text, meant) in [
            ("保険者番号,記号,番号,枝番\n", "保険者番号|被保険者証記号|被保険者証番号|被保険者証枝番"),
            ("支店,種別,番号\n", "支店|種別|口座番号"),
            ("番号,氏名,地番,枝番\n", "番号|氏名|地番|枝番"),
        ] {
            let cells: Vec<String> = text.trim().split(',').map(|cell| label(cell).unwrap()).collect();
            let told = topic(&cells);
            let labels: Vec<String> = cells
                .iter()
                .map(|cell| told.and_then(|told| told.of(cell)).unwrap_or(cell.clone()))
                .collect();
            assert_eq!(labels.join("|"), meant);
        }
    }

    #[test]
    fn the_label_of_a_place_is_that_of_its_column() {
        let text = "番号,氏名\n12,田中\n";
        let mut tables = Tables::default();
        tables.push(text, &Known);
        let at = text.find("12").unwrap();
        assert_eq!((tables.label(at), tables.label(at + 3), tables.label(0)), ("番号", "氏名", ""));
    }
}
