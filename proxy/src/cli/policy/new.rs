//! `policy new`: a folder that inherits, ready to be filled. It loads as it is, and says in comments what may stand where.

use std::fs;
use std::path::{Component, Path, PathBuf};

use sekisho::policy_folder::Folder;

use crate::cli::args::NewArgs;
use crate::cli::{Ended, Lang, Out, Trouble, Verdict, clock};

const POLICY: &str = include_str!("new/policy.toml");
const TESTS: &str = include_str!("new/tests.toml");

/// Makes the folder.
pub fn run(args: &NewArgs, lang: Lang, out: &mut Out) -> Ended {
    let (policy, _) = Folder::read(&args.inherits)?.load()?;
    if let Some(id) = &args.ministry {
        let known: Vec<&str> = policy.ministries().iter().map(|ministry| ministry.id.as_str()).collect();
        if !known.contains(&id.as_str()) {
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Trouble::Message(format!(
                "{} has no ministry `{id}`; it has: {known}",
                args.inherits.display()
            )));
        }
    }
    let folder = relative(&args.dir, &args.inherits)?;
    let inherits = match &args.ministry {
        Some(id) => format!("inherits = {{ folder = \"{folder}\", ministry = \"{id}\" }}"),
        None => format!("inherits = {{ folder = \"{folder}\" }}"),
    };
    let level = policy.scale().id(policy.undeclared());
    let somebody = policy.somebody(args.ministry.as_deref(), clock::now_s());
    let (grants, model) = somebody.ok_or_else(|| {
        Trouble::Message(format!(
            "{} permits nobody of them anything that could be tightened",
            args.inherits.display()
        ))
    })?;
    let grants = grants.iter().map(|grant| format!("\"{grant}\"")).collect::<Vec<_>>().join(", ");
    write(
        &args.dir.join("policy.toml"),
        &POLICY.replace("{inherits}", &inherits).replace("{level}", level),
        lang,
        out,
    )?;
    let tests = TESTS.replace("{grants}", &grants).replace("{model}", model).replace("{level}", level);
    write(&args.dir.join("tests/promises.toml"), &tests, lang, out)?;
    let dir = args.dir.display();
    out.line(&lang.pick(
        format!("次に：sekisho policy check {dir} && sekisho policy test {dir}"),
        format!("next: sekisho policy check {dir} && sekisho policy test {dir}"),
    ))?;
    Ok(Verdict::Positive)
}

fn write(path: &Path, text: &str, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
    let at = |error: std::io::Error| Trouble::at(path.display(), error);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(at)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(at)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(at)?;
    out.line(&lang.pick(format!("作りました：{}", path.display()), format!("made {}", path.display())))
}

/// How one folder names another, as TOML strings may hold it.
fn relative(from: &Path, to: &Path) -> Result<String, Trouble> {
    let whole = |path: &Path| std::path::absolute(path).map_err(|error| Trouble::at(path.display(), error));
    let (from, to) = (plain(&whole(from)?), plain(&whole(to)?));
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to.components().skip(shared).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let path: Vec<String> = up.chain(down).collect();
    let path = if path.is_empty() { ".".to_owned() } else { path.join("/") };
    Ok(path.replace('\\', "\\\\").replace('"', "\\\""))
}

fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_from_another() {
        let check = |from: &str, to: &str, expect: &str| {
            assert_eq!(relative(Path::new(from), Path::new(to)).unwrap(), expect, "{from} {to}");
        };
        check("/p/genai/ministries/mof", "/p/genai", "../..");
        check("/p/mof", "/p/genai", "../genai");
        check("/p/a/../mof", "/p/./genai", "../genai");
        check("/p", "/p", ".");
    }
}
