//! Faults of policy files, collected with their places and told all at once.

use std::cell::{Cell, RefCell};

use crate::diagnostic::{Diagnostic, Severity};
use crate::keys::{Key, Kind};
use crate::look::Located;
use crate::policy::SourceFile;
use crate::when::UtcOffset;

/// A byte of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) offset: usize,
}

struct Fault {
    place: Place,
    severity: Severity,
    message: String,
    help: Option<String>,
}

/// Where faults gather while reading goes on.
pub(crate) struct Report<'a> {
    files: &'a [SourceFile<'a>],
    /// Where the lines of each file begin.
    lines: Vec<Vec<usize>>,
    faults: RefCell<Vec<Fault>>,
    /// How far the policy's local time is ahead of UTC.
    pub(crate) offset: Cell<UtcOffset>,
    /// Every key that was asked for, if somebody wants to know.
    keys: Option<RefCell<Vec<Key>>>,
    /// Those that had to stand somewhere and did not.
    wanted: RefCell<Vec<(String, &'static str)>>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(files: &'a [SourceFile<'a>]) -> Report<'a> {
        let starts = |file: &SourceFile<'_>| {
            let newlines = file.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(newlines).collect()
        };
        Report {
            files,
            lines: files.iter().map(starts).collect(),
            faults: RefCell::new(Vec::new()),
            offset: Cell::default(),
            keys: None,
            wanted: RefCell::default(),
        }
    }

    /// The same, which notes every key that is asked for.
    pub(crate) fn noting(files: &'a [SourceFile<'a>]) -> Report<'a> {
        Report { keys: Some(RefCell::default()), ..Report::new(files) }
    }

    /// A key was asked for; the first to ask knows best what it is.
    pub(crate) fn asked(&self, table: &str, key: &'static str, kind: Kind) {
        let Some(keys) = &self.keys else { return };
        let mut keys = keys.borrow_mut();
        if !keys.iter().any(|known| known.table == table && known.key == key) {
            keys.push(Key { table: table.to_owned(), key, kind, required: false });
        }
    }

    /// A key must stand there.
    pub(crate) fn wanted(&self, table: &str, key: &'static str) {
        self.wanted.borrow_mut().push((table.to_owned(), key));
    }

    /// Every key that was asked for, in the order in which it was.
    pub(crate) fn keys(self) -> Vec<Key> {
        let wanted = self.wanted.into_inner();
        let mut keys = self.keys.map(RefCell::into_inner).unwrap_or_default();
        for (table, key) in wanted {
            match keys.iter_mut().find(|known| known.table == table && known.key == key) {
                Some(known) => known.required = true,
                // Nobody reads what is not there.
                None => keys.push(Key { table, key, kind: Kind::Text, required: true }),
            }
        }
        keys
    }

    /// Something is wrong; `help` says what would be right, and may be empty.
    pub(crate) fn error(&self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.note(place, Severity::Error, message.into(), help.into());
    }

    /// Something does nothing.
    pub(crate) fn warn(&self, place: Place, message: impl Into<String>, help: impl Into<String>) {
        self.note(place, Severity::Warning, message.into(), help.into());
    }

    fn note(&self, place: Place, severity: Severity, message: String, help: String) {
        let help = (!help.is_empty()).then_some(help);
        self.faults.borrow_mut().push(Fault { place, severity, message, help });
    }

    /// True if something is wrong.
    pub(crate) fn failed(&self) -> bool {
        self.faults.borrow().iter().any(|fault| fault.severity == Severity::Error)
    }

    /// Line and column of a place, both from 1, columns in characters.
    pub(crate) fn line_column(&self, place: Place) -> (usize, usize) {
        let text = self.files.get(place.file).map_or("", |file| file.text);
        let starts = self.lines.get(place.file).map_or(&[][..], Vec::as_slice);
        let mut end = place.offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let line = starts.partition_point(|start| *start <= end);
        let start = line.checked_sub(1).and_then(|line| starts.get(line)).copied().unwrap_or(0);
        let column = text.get(start..end).unwrap_or_default().chars().count() + 1;
        (line.max(1), column)
    }

    /// A place by its file's name, line and column.
    pub(crate) fn located(&self, place: Place) -> Located {
        let (line, column) = self.line_column(place);
        Located { file: self.file(place).to_owned(), line, column }
    }

    /// A place as people write it.
    pub(crate) fn written(&self, place: Place) -> String {
        let (line, _) = self.line_column(place);
        format!("{}:{line}", self.file(place))
    }

    /// The name of the file a place is in.
    pub(crate) fn file(&self, place: Place) -> &'a str {
        self.files.get(place.file).map_or("", |file| file.name)
    }

    /// Everything noted, sorted by place.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut faults = self.faults.borrow_mut();
        faults.sort_by_key(|fault| fault.place);
        let diagnostic = |fault: &Fault| {
            let (line, column) = self.line_column(fault.place);
            let file = self.file(fault.place).to_owned();
            let Fault { message, help, severity, .. } = fault;
            Diagnostic {
                file,
                line,
                column,
                message: message.clone(),
                help: help.clone(),
                severity: *severity,
            }
        };
        faults.iter().map(diagnostic).collect()
    }
}

/// "did you mean …", if one of the words is near enough to be a slip; otherwise all words, if they are few.
pub(crate) fn did_you_mean<'w>(written: &str, words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    let near = words.iter().map(|word| (distance(written, word), *word)).min();
    match near {
        Some((slips, word)) if slips <= 1 + word.chars().count() / 4 => format!("did you mean `{word}`?"),
        _ if words.is_empty() => "none is defined".to_owned(),
        _ if words.len() <= 12 => format!("known: `{}`", words.join("`, `")),
        _ => String::new(),
    }
}

/// Levenshtein's distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.chars().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(x != y));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, distance};

    #[test]
    fn distance_counts_slips() {
        for (a, b, slips) in
            [("", "", 0), ("", "ab", 2), ("zone", "zone", 0), ("zone", "zones", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (slips, slips), "{a} {b}");
        }
    }

    #[test]
    fn only_a_near_word_is_proposed() {
        assert_eq!(did_you_mean("comercial", ["commercial", "gov-cloud"]), "did you mean `commercial`?");
        assert_eq!(did_you_mean("moon", ["commercial", "gov-cloud"]), "known: `commercial`, `gov-cloud`");
        assert_eq!(did_you_mean("moon", []), "none is defined");
    }
}
