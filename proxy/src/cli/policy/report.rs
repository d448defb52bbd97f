//! What is wrong with a policy folder, as a person reads it beside the source, or as a program does.

use sekisho::policy_folder::{Examined, Folder};
use sekisho_policies::{Diagnostic, Severity};
use serde_json::{Value, json};

use crate::cli::args::ReportFormat;
use crate::cli::out::{BAD, FAINT, STRONG, WARN, paint};
use crate::cli::{Lang, Out, Trouble};

/// Writes everything that was found, in the order of files and lines.
pub fn write(
    format: ReportFormat,
    folder: &Folder,
    examined: &Examined,
    lang: Lang,
    out: &mut Out,
) -> Result<(), Trouble> {
    match format {
        ReportFormat::Text => {
            for diagnostic in &examined.diagnostics {
                out.line(&shown(diagnostic, folder.text(&diagnostic.file), lang))?;
            }
            out.line(&summary(examined, lang))
        }
        ReportFormat::Json => out.line(&Value::from_iter(examined.diagnostics.iter().map(plain)).to_string()),
        ReportFormat::Sarif => out.line(&sarif(&examined.diagnostics).to_string()),
    }
}

/// The fault, its place, the line with a mark below it, and what would be right.
fn shown(diagnostic: &Diagnostic, text: &str, lang: Lang) -> String {
    let Diagnostic { file, line, column, message, help, severity } = diagnostic;
    let (style, word) = match severity {
        Severity::Error => (BAD, lang.pick("誤り", "error")),
        Severity::Warning => (WARN, lang.pick("注意", "warning")),
    };
    let (number, gutter) = (line.to_string(), " ".repeat(line.to_string().len()));
    let faint = |text: &str| paint(FAINT, text);
    let mut shown = format!("{}: {}\n", paint(style, word), paint(STRONG, message));
    shown += &format!("{gutter}{} {file}:{line}:{column}\n", faint("-->"));
    if let Some(source) = text.lines().nth(line.saturating_sub(1)) {
        let at = source.char_indices().nth(column.saturating_sub(1)).map_or(source.len(), |(at, _)| at);
        let (before, rest) = source.split_at_checked(at).unwrap_or((source, ""));
        let bar = faint("|");
        shown += &format!("{gutter} {bar}\n{} {bar} {source}\n", faint(&number));
        shown += &format!("{gutter} {bar} {}{}\n", blank(before), paint(style, &mark(token(rest))));
    }
    if let Some(help) = help {
        shown += &format!("{gutter} {} {}: {help}\n", faint("="), lang.pick("対処", "help"));
    }
    shown
}

/// As wide as the text: Japanese is twice as wide as ASCII.
fn blank(text: &str) -> String {
    let blank = |c: char| match c {
        '\t' => '\t',
        c if is_wide(c) => '\u{3000}',
        _ => ' ',
    };
    text.chars().map(blank).collect()
}

fn mark(token: &str) -> String {
    let width: usize = token.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum();
    "^".repeat(width.max(1))
}

fn is_wide(c: char) -> bool {
    c >= '\u{1100}'
}

/// The word, or the string with its quotes, that a line goes on with.
fn token(rest: &str) -> &str {
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c));
    let end = match quote {
        Some(quote) => rest.get(1..).and_then(|inner| inner.find(quote)).map(|at| at + 2),
        None => rest.find(|c: char| c.is_whitespace() || [',', ']', '}', '='].contains(&c)),
    };
    end.and_then(|end| rest.get(..end)).unwrap_or(rest)
}

fn summary(examined: &Examined, lang: Lang) -> String {
    let errors = examined.errors();
    let Some(policy) = examined.policy.as_ref().filter(|_| errors == 0) else {
        return lang.pick(format!("誤りが{errors}件あります"), format!("{errors} faults"));
    };
    let (zones, backends) = (policy.zones().len(), policy.backends().len());
    let (models, rules) = (policy.models().len(), policy.content_rules().len());
    lang.pick(
        format!("問題ありません：推論環境{zones}、接続先{backends}、モデル{models}、内容規則{rules}"),
        format!("fine: {zones} zones, {backends} backends, {models} models, {rules} content rules"),
    )
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn plain(diagnostic: &Diagnostic) -> Value {
    let Diagnostic { file, line, column, message, help, severity } = diagnostic;
    json!({
        "file": file, "line": line, "column": column, "severity": level(*severity), "message": message, "help": help,
    })
}

/// SARIF 2.1.0 (OASIS): what code scanners of forges take.
fn sarif(diagnostics: &[Diagnostic]) -> Value {
    let result = |diagnostic: &Diagnostic| {
        let Diagnostic { file, line, column, message, help, severity } = diagnostic;
        let text = help.iter().fold(message.clone(), |text, help| format!("{text}; {help}"));
        json!({
            "level": level(*severity),
            "message": { "text": text },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": uri(file) },
                "region": { "startLine": line, "startColumn": column },
            } }],
        })
    };
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "sekisho policy check", "version": env!("CARGO_PKG_VERSION") } },
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

/// A path as a URI reference (RFC 3986 §2.3, §3.3).
fn uri(path: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    let piece = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, column: usize, help: Option<&str>, expect: &str) {
        let diagnostic = Diagnostic {
            file: "政策/p.toml".to_owned(),
            line: 12,
            column,
            message: "`gov-clod` is not defined".to_owned(),
            help: help.map(str::to_owned),
            severity: Severity::Error,
        };
        let text = "\n".repeat(11) + source;
        let shown = anstream::adapter::strip_str(&shown(&diagnostic, &text, Lang::En)).to_string();
        assert_eq!(shown, expect);
    }

    #[test]
    fn a_fault_is_marked_where_it_is() {
        check(
            "zone = \"gov-clod\" # 注",
            8,
            Some("did you mean `gov-cloud`?"),
            "error: `gov-clod` is not defined\n  --> 政策/p.toml:12:8\n   |\n12 | zone = \"gov-clod\" # 注\n   |        ^^^^^^^^^^\n   = help: did you mean `gov-cloud`?\n",
        );
        // Japanese is twice as wide, also below the mark.
        check(
            "ja = \"環境\", zone = x",
            19,
            None,
            "error: `gov-clod` is not defined\n  --> 政策/p.toml:12:19\n   |\n12 | ja = \"環境\", zone = x\n   |       \u{3000}\u{3000}          ^\n",
        );
        check("", 1, None, "error: `gov-clod` is not defined\n  --> 政策/p.toml:12:1\n");
    }

    #[test]
    fn a_word_ends_where_toml_says() {
        for (rest, expect) in [
            ("a.b = 1", "a.b"),
            ("\"x y\"]", "\"x y\""),
            ("'x', 2", "'x'"),
            ("12]", "12"),
            ("\"open", "\"open"),
            ("", ""),
            ("[[zone]]", "[[zone"),
        ] {
            assert_eq!(token(rest), expect, "{rest}");
        }
    }

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(uri("政/a b.toml"), "%E6%94%BF/a%20b.toml");
    }
}
