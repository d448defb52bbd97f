//! `policy fmt`: every policy file as everybody writes it. Keys stand in the reference's order, one empty line stands before
//! each table, and nothing else changes: comments stay where they are, and so does every value.

use std::fs;
use std::path::Path;

use sekisho::policy_folder;
use sekisho_policies::keys::{self, Key};
use toml_edit::{DocumentMut, Item, Key as TomlKey, RawString, Table, Value};

use crate::cli::args::FmtArgs;
use crate::cli::out::{BAD, paint};
use crate::cli::{Ended, Lang, Out, Trouble, Verdict};

/// Writes the folder's own files, or says which are not as they would be written.
pub fn run(args: &FmtArgs, lang: Lang, out: &mut Out) -> Ended {
    let mut changed = 0;
    for (path, text) in policy_folder::own(&args.dir)? {
        let written = formatted(&text).map_err(|error| Trouble::at(&path, error))?;
        if written == text {
            continue;
        }
        changed += 1;
        if args.check {
            out.line(&format!("{} {path}", paint(BAD, lang.pick("書式が違います：", "not formatted:"))))?;
        } else {
            replace(Path::new(&path), &written)?;
            out.line(&lang.pick(format!("整えました：{path}"), format!("formatted: {path}")))?;
        }
    }
    Ok(Verdict::of(!args.check || changed == 0))
}

/// Beside the old one first, so that a full disk leaves that as it was.
fn replace(path: &Path, text: &str) -> Result<(), Trouble> {
    let next = path.with_extension("toml.new");
    fs::write(&next, text)
        .and_then(|()| fs::set_permissions(&next, fs::metadata(path)?.permissions()))
        .and_then(|()| fs::rename(&next, path))
        .map_err(|error| Trouble::at(path.display(), error))
}

/// A policy file as everybody writes it.
pub fn formatted(text: &str) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.to_string())?;
    let keys = keys::all();
    // Where a table stands in the file is its author's choice; where a key stands in its table is not.
    table(document.as_table_mut(), "", &keys);
    let written = document.to_string();
    Ok(lines(&written))
}

fn table(own: &mut Table, path: &str, keys: &[Key]) {
    let position =
        |key: &TomlKey| keys.iter().position(|known| known.table == path && known.key == key.get());
    own.sort_values_by(|a, _, b, _| {
        position(a).unwrap_or(usize::MAX).cmp(&position(b).unwrap_or(usize::MAX))
    });
    for (mut key, item) in own.iter_mut() {
        let name = key.get().to_owned();
        let inner = [path, &name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
        match item {
            Item::Value(value) => {
                key.leaf_decor_mut().set_suffix(" ");
                before(value);
                inline(value, &inner, keys);
            }
            Item::Table(inside) => table(inside, &inner, keys),
            Item::ArrayOfTables(inside) => inside.iter_mut().for_each(|one| table(one, &inner, keys)),
            Item::None => {}
        }
    }
}

/// One space before a value; what follows it, a comment perhaps, stays.
fn before(value: &mut Value) {
    let after = value.decor().suffix().and_then(RawString::as_str).unwrap_or_default().to_owned();
    let after = if after.trim().is_empty() { String::new() } else { after };
    *value.decor_mut() = toml_edit::Decor::new(" ", after);
}

/// Inline tables have their keys in order, and one space inside their braces.
fn inline(value: &mut Value, path: &str, keys: &[Key]) {
    match value {
        Value::InlineTable(own) => {
            let position =
                |key: &TomlKey| keys.iter().position(|known| known.table == path && known.key == key.get());
            own.sort_values_by(|a, _, b, _| {
                position(a).unwrap_or(usize::MAX).cmp(&position(b).unwrap_or(usize::MAX))
            });
            own.fmt();
            for (key, value) in own.iter_mut() {
                inline(value, &format!("{path}.{}", key.get()), keys);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|one| inline(one, path, keys)),
        _ => {}
    }
}

/// No spaces at the ends of lines, one empty line between tables, none at the beginning, one end of line at the end.
fn lines(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut string = false;
    for line in text.lines() {
        // What stands in a string of several lines is its author's.
        let quotes = line.matches("\"\"\"").count() + line.matches("\'\'\'").count();
        let inside = string;
        string ^= quotes % 2 == 1;
        let line = if inside || string { line } else { line.trim_end() };
        let empty = line.is_empty() && !inside;
        if empty && lines.last().is_none_or(|last| last.is_empty()) {
            continue;
        }
        if line.starts_with('[') && !inside {
            lead(&mut lines);
        }
        lines.push(line);
    }
    while lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

/// An empty line before a table, or before the comment that stands right above it.
fn lead(lines: &mut Vec<&str>) {
    let comments = lines.iter().rev().take_while(|line| line.starts_with('#')).count();
    let at = lines.len() - comments;
    if at > 0 && lines.get(at - 1).is_some_and(|line| !line.is_empty()) {
        lines.insert(at, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let written = formatted(text).unwrap();
        assert_eq!(written, expect);
        assert_eq!(formatted(&written).unwrap(), expect, "what is formatted stays as it is");
        let same = |text: &str| text.parse::<toml::Table>().unwrap();
        assert_eq!(same(text), same(expect), "no value changes");
    }

    #[test]
    fn keys_stand_in_order_and_comments_stay() {
        check(
            "# 冒頭\nundeclared=\"2\"   # 注\n\n\n\n[[zone]]\nen   = \"z\"\nid=\"z\"\n# 天井\nceiling = { compartments=[\"a\"],level =\"1\" }\n[[level]]\nja = \"一\"\nid = \"1\"",
            "# 冒頭\nundeclared = \"2\"   # 注\n\n[[zone]]\nid = \"z\"\nen = \"z\"\n# 天井\nceiling = { compartments = [\"a\"], level = \"1\" }\n\n[[level]]\nid = \"1\"\nja = \"一\"\n",
        );
    }

    #[test]
    fn strings_of_several_lines_and_lists_stay() {
        check(
            "[[test]]\ntext = \"\"\"\n[[not a table]]\n\n\n  a  \n\"\"\"\nname = \"n\"\ngrants = [\n    \"a\",\n    # 注\n    \"b\",\n]\n",
            "[[test]]\nname = \"n\"\ngrants = [\n    \"a\",\n    # 注\n    \"b\",\n]\ntext = \"\"\"\n[[not a table]]\n\n\n  a  \n\"\"\"\n",
        );
    }

    #[test]
    fn a_comment_goes_with_its_table() {
        check("a = 1\n# of b\n[b]\nc = 1\n", "a = 1\n\n# of b\n[b]\nc = 1\n");
    }
}
