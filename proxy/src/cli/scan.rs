//! `sekisho scan`: the detectors over files, standard input or JSON lines. Prints where and what kind, never what.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use sekisho_detectors::{Confidence, Finding, RuleFile, RuleSet};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::args::{Format, Input, ScanArgs, Sure};
use super::{Ended, Lang, Out, Trouble, Verdict};

/// Scans everything that was named, in order; stops at the first thing that cannot be read as what it should be.
pub fn run(args: &ScanArgs, lang: Lang, out: &mut Out) -> Ended {
    let rules = rules(args.rules.as_deref())?;
    let mut report = Report { rules: &rules, format: args.format, out, all: Vec::new(), surest: None };
    let stdin = [PathBuf::from("-")];
    let files = if args.files.is_empty() { &stdin[..] } else { &args.files[..] };
    for file in files {
        match args.input {
            Input::Text => scan_file(file, lang, &mut report)?,
            Input::Jsonl => scan_lines(file, lang, &mut report)?,
        }
    }
    let surest = report.end()?;
    let fails = args.fail_on.is_some_and(|least| surest >= Some(least.into()));
    Ok(Verdict::of(!fails))
}

/// The built-in rules, and those of a folder beside them.
pub fn rules(dir: Option<&Path>) -> Result<RuleSet, Trouble> {
    let mut files = BTreeMap::new();
    if let Some(dir) = dir {
        gather(dir, &mut files).map_err(|error| Trouble::at(dir.display(), error))?;
        if files.is_empty() {
            return Err(Trouble::at(dir.display(), "no *.toml file in this folder"));
        }
    }
    let files: Vec<RuleFile<'_>> = files.iter().map(|(name, text)| RuleFile { name, text }).collect();
    RuleSet::built_in_with(&files).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Trouble::Message(lines.join("\n"))
    })
}

/// Every `*.toml` below `dir`, by its path.
fn gather(dir: &Path, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.insert(path.display().to_string(), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn scan_file(file: &Path, lang: Lang, report: &mut Report<'_>) -> Result<(), Trouble> {
    let name = name(file);
    let mut bytes = Vec::new();
    open(file)?.read_to_end(&mut bytes).map_err(|error| Trouble::at(&name, error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Trouble::at(&name, not_utf8(lang, at))
    })?;
    report.text(&name, &text)
}

/// Offsets into a repaired text would not be offsets of the original, so nothing is repaired.
fn not_utf8(lang: Lang, at: usize) -> String {
    lang.pick(
        format!("UTF-8ではありません（{at}バイト目）。UTF-8に変換してから検査してください"),
        format!("not UTF-8 at byte {at}; convert the file to UTF-8 first"),
    )
}

/// One line of `--input jsonl`. Other fields are ignored.
#[derive(Deserialize)]
struct Line {
    id: Value,
    text: String,
}

fn scan_lines(file: &Path, lang: Lang, report: &mut Report<'_>) -> Result<(), Trouble> {
    let name = name(file);
    let mut reader = BufReader::with_capacity(1 << 16, open(file)?);
    let mut bytes = Vec::new();
    for number in 1u64.. {
        bytes.clear();
        let read = reader.read_until(b'\n', &mut bytes).map_err(|error| Trouble::at(&name, error))?;
        if read == 0 {
            break;
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let line = parse(&bytes, lang).map_err(|cause| Trouble::at(format!("{name}:{number}"), cause))?;
        report.line(&name, number, line)?;
        // Whoever writes a line and waits for its answer gets it; whoever sends a file is not slowed down.
        if reader.buffer().is_empty() {
            report.out.flush()?;
        }
    }
    Ok(())
}

/// Errors name a place and a kind, never the line.
fn parse(bytes: &[u8], lang: Lang) -> Result<Line, String> {
    let line: Line = serde_json::from_slice(bytes).map_err(|error| {
        let column = error.column();
        lang.pick(
            format!("{column}桁目：{{\"id\":…,\"text\":\"…\"}}の形のJSONではありません"),
            format!("column {column}: not JSON of the form {{\"id\":…,\"text\":\"…\"}}"),
        )
    })?;
    let plain = line.id.is_string() || line.id.is_i64() || line.id.is_u64();
    if plain {
        Ok(line)
    } else {
        Err(lang.pick("`id`は文字列か整数です", "`id` must be a string or an integer").to_owned())
    }
}

fn name(file: &Path) -> String {
    if file == Path::new("-") { "<stdin>".to_owned() } else { file.display().to_string() }
}

fn open(file: &Path) -> Result<Box<dyn Read>, Trouble> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    match File::open(file) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Trouble::at(file.display(), error)),
    }
}

/// Prints findings as they come.
struct Report<'a> {
    rules: &'a RuleSet,
    format: Format,
    out: &'a mut Out,
    /// For [`Format::Json`], which is one array.
    all: Vec<Scanned>,
    surest: Option<Confidence>,
}

/// What was found in one text.
#[derive(Serialize)]
struct Scanned {
    id: Value,
    findings: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    rule: String,
    category: String,
    /// Bytes of the original text.
    start: usize,
    end: usize,
    confidence: &'static str,
}

impl Report<'_> {
    /// A whole file.
    fn text(&mut self, name: &str, text: &str) -> Result<(), Trouble> {
        let place = |found: &Found| {
            let (line, column) = line_and_column(text, found.start);
            format!("{name}:{line}:{column}")
        };
        self.print(Value::from(name), text, place)
    }

    /// A line of JSON.
    fn line(&mut self, name: &str, number: u64, line: Line) -> Result<(), Trouble> {
        let place = |found: &Found| format!("{name}:{number}: {}..{}", found.start, found.end);
        self.print(line.id, &line.text, place)
    }

    fn print(&mut self, id: Value, text: &str, place: impl Fn(&Found) -> String) -> Result<(), Trouble> {
        let findings = self.rules.scan_whole(text);
        self.surest = self.surest.max(findings.iter().map(|finding| finding.confidence).max());
        let scanned = Scanned {
            id,
            findings: findings.into_iter().map(|finding| found(self.rules, finding)).collect(),
        };
        match self.format {
            Format::Json => self.all.push(scanned),
            Format::Jsonl => self.out.line(&json(&scanned)?)?,
            Format::Text => {
                for found in &scanned.findings {
                    let line =
                        format!("{}: {} {} {}", place(found), found.category, found.rule, found.confidence);
                    self.out.line(&line)?;
                }
            }
        }
        Ok(())
    }

    /// Prints what is still to be printed; the highest confidence of all findings.
    fn end(self) -> Result<Option<Confidence>, Trouble> {
        if self.format == Format::Json {
            self.out.line(&json(&self.all)?)?;
        }
        Ok(self.surest)
    }
}

fn json(value: &impl Serialize) -> Result<String, Trouble> {
    serde_json::to_string(value).map_err(|error| Trouble::at("JSON", error))
}

fn found(rules: &RuleSet, finding: Finding) -> Found {
    let rule = rules.rule(finding.rule);
    Found {
        rule: rule.id().to_owned(),
        category: rule.category().as_str().to_owned(),
        start: finding.span.start,
        end: finding.span.end,
        confidence: word(finding.confidence),
    }
}

/// As rules and policies write it.
pub fn word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

impl From<Sure> for Confidence {
    fn from(sure: Sure) -> Confidence {
        match sure {
            Sure::Low => Confidence::Low,
            Sure::Medium => Confidence::Medium,
            Sure::High => Confidence::High,
        }
    }
}

/// Line and column of a byte, both from 1; columns count characters.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|&b| b == b'\n').count();
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count());
    (line.saturating_add(1), column.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let text = "番号\nは123";
        assert_eq!(line_and_column(text, 0), (1, 1));
        assert_eq!(line_and_column(text, text.find('1').unwrap()), (2, 2));
        assert_eq!(line_and_column(text, 10_000), (2, 5));
    }

    #[test]
    fn a_line_is_read_whole_or_refused_without_being_shown() {
        let check =
            |line: &str| parse(line.as_bytes(), Lang::En).map(|line| (line.id.to_string(), line.text));
        assert_eq!(check(r#"{"id":"a","text":"t","more":1}"#), Ok(("\"a\"".to_owned(), "t".to_owned())));
        assert_eq!(check(r#"{"text":"t","id":7}"#), Ok(("7".to_owned(), "t".to_owned())));
        let refused = [
            r#"{"id":"a"}"#,
            r#"{"text":"secret"}"#,
            r#"{"id":1.5,"text":"secret"}"#,
            r#"{"id":"a","text":"secret","text":"t"}"#,
            r#"{"id":"a","text":"\ud800"}"#,
            r#"{"id":"a","text":"secret"} x"#,
            r#"secret"#,
        ];
        for line in refused {
            let message = check(line).unwrap_err();
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
