//! The source tree as data: where the workspace is, its files, and a source file's code without comments and texts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace's `Cargo.toml`.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests crate lies in the workspace's folder")
}

/// Runs cargo in the workspace without touching the network or the lock file; returns what it printed.
pub fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run =
        Command::new(cargo).args(arguments).args(["--offline", "--locked"]).current_dir(root()).output();
    let output = run.expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {} failed:\n{said}", arguments.join(" "));
    String::from_utf8(output.stdout).expect("cargo prints UTF-8")
}

/// Every file below `folder` (relative to the workspace) with this extension, sorted; build folders are passed over.
pub fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(&root().join(folder), extension, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.expect("a folder of the workspace can be read").path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let foreign = name.starts_with('.') || ["target", "node_modules", "wip"].contains(&name.as_str());
        if path.is_dir() && !foreign {
            collect(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

/// A path as written from the workspace's folder, with `/`.
pub fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// True for a file that holds unit tests alone: `tests.rs`, or anything in a folder `tests`.
pub fn is_test(path: &Path) -> bool {
    relative(path).split('/').any(|part| part == "tests" || part == "tests.rs")
}

/// A source file as text.
pub fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{} cannot be read: {e}", relative(path)))
}

/// The file up to its unit tests.
pub fn without_tests(source: &str) -> &str {
    source.split_once("#[cfg(test)]").map_or(source, |(code, _)| code)
}

/// The source with comments, string literals and character literals blanked out; line breaks stay.
///
/// Good enough for looking up words in formatted Rust; not a parser.
pub fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = literal_or_comment(rest, code.chars().next_back());
        match length {
            0 => {
                code.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
            length => {
                let (blanked, after) = rest.split_at(length);
                code.push(' ');
                code.extend(blanked.chars().filter(|c| *c == '\n'));
                rest = after;
            }
        }
    }
    code
}

/// Length in bytes of the comment or literal that `rest` starts with; 0 if it starts with code.
fn literal_or_comment(rest: &str, before: Option<char>) -> usize {
    let within_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let to = |end: &str, skip: usize| {
        rest.get(skip..).and_then(|r| r.find(end)).map_or(rest.len(), |at| at + skip)
    };
    if rest.starts_with("//") {
        return to("\n", 0);
    }
    if rest.starts_with("/*") {
        return (to("*/", 2) + 2).min(rest.len());
    }
    if !within_word && (rest.starts_with("r\"") || rest.starts_with("r#") || rest.starts_with("br")) {
        let hashes = rest.trim_start_matches(['b', 'r']).chars().take_while(|c| *c == '#').count();
        let opening = rest.find('"').unwrap_or(rest.len());
        let prefix = rest.get(..opening).unwrap_or_default();
        if prefix.trim_start_matches('b').trim_start_matches('r').chars().all(|c| c == '#')
            && prefix.contains('r')
        {
            let closing = format!("\"{}", "#".repeat(hashes));
            return (to(&closing, opening + 1) + closing.len()).min(rest.len());
        }
    }
    if rest.starts_with('"') {
        return quoted(rest, '"');
    }
    let is_char = rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'');
    if rest.starts_with('\'') && is_char { quoted(rest, '\'') } else { 0 }
}

/// Length in bytes of a literal that opens and closes with `quote`, with backslash escapes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_and_lines_stay() {
        let check = |source: &str, expect: &str| assert_eq!(code(source), expect, "of {source}");
        check("a // b\nc", "a  \nc");
        check("a /* b\n */ c", "a  \n c");
        check(r#"f("x \" // y", 'q', '\'')"#, "f( ,  ,  )");
        check("r#\"a \" b\"# + c", "  + c");
        check("br\"x\" + for_<'a>", "  + for_<'a>");
        check("abr + bread", "abr + bread");
    }
}
