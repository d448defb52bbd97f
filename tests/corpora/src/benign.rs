//! False alarms of the secrets rules in what is installed: sources, packages, lock files, minified scripts, papers.
//!
//! Nothing is kept in the tree: the registry's sources, Debian's papers, and a few npm packages of pinned versions
//! that `npm` puts into the target folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sekisho_detectors::RuleSet;
use serde_json::{Value, json};

use crate::corpus::home;
use crate::draw::Draw;
use crate::families::within;
use crate::score::{around, hits};

/// What was read and what it raised.
#[derive(Default, Debug)]
pub struct Benign {
    /// Files and bytes by kind.
    pub read: BTreeMap<&'static str, (usize, usize)>,
    /// `secret.*` findings by kind of file.
    pub alarms: BTreeMap<&'static str, usize>,
    /// Private keys in the packages' own tests: rightly found, and not counted as alarms.
    pub real_keys: usize,
    /// Every finding of `secret.*`: file, category and rule, what stands there.
    pub findings: Vec<(PathBuf, String, String)>,
    /// All other findings at default confidence, by category.
    pub others: BTreeMap<String, usize>,
    /// The first of those of each category.
    pub samples: Vec<(PathBuf, String, String)>,
}

/// Findings of a category other than `secret.*` that are kept to be shown.
const SAMPLES: usize = 60;

/// Files that are larger are no text that a person pastes.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Reads up to `bytes_max` of each kind of file.
///
/// # Errors
/// If npm does not do what it is asked.
pub fn benign(rules: &RuleSet, bytes_max: usize) -> Result<Benign, String> {
    let mut paths: Vec<PathBuf> = folders()?.iter().flat_map(|folder| files_below(folder)).collect();
    // Mixed, so that a limit does not mean the packages whose names begin with `a`; the same on every run.
    paths.sort_by_key(|path| (Draw::of(&path.to_string_lossy()).word(), path.clone()));
    let mut benign = Benign::default();
    for path in paths {
        benign.file(rules, &path, bytes_max);
    }
    Ok(benign)
}

fn folders() -> Result<Vec<PathBuf>, String> {
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo =
        cargo.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo"))).unwrap_or_default();
    let papers = ["/usr/share/doc", "/usr/share/perl", "/usr/lib/python3"].map(PathBuf::from);
    Ok([cargo.join("registry/src"), npm()?].into_iter().chain(papers).collect())
}

/// The packages of `npm/package.json`, installed without their scripts.
fn npm() -> Result<PathBuf, String> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| home().join("../../target"), PathBuf::from);
    let folder = target.join("corpora-npm");
    let pinned = home().join("npm/package.json");
    if fs::read(folder.join("package.json")).ok() == fs::read(&pinned).ok()
        && folder.join("node_modules").exists()
    {
        return Ok(folder);
    }
    let fault = |e: std::io::Error| format!("{}: {e}", folder.display());
    fs::create_dir_all(&folder).map_err(fault)?;
    fs::copy(&pinned, folder.join("package.json")).map_err(fault)?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(&folder);
    let status = npm.status().map_err(|e| format!("npm does not start: {e}"))?;
    if status.success() { Ok(folder) } else { Err(format!("npm install failed in {}", folder.display())) }
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    paths
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            walk(&entry.path(), paths);
        } else if kind.is_file() {
            paths.push(entry.path());
        }
    }
}

/// What kind of text a file is, by its name; nothing for what nobody pastes.
fn kind(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    Some(match extension {
        "lock" => "lock files",
        "json" if name.contains("lock") => "lock files",
        "js" | "mjs" | "cjs" if name.contains(".min.") || path.to_string_lossy().contains("/dist/") => {
            "minified or bundled scripts"
        }
        "js" | "mjs" | "cjs" | "ts" | "tsx" => "scripts",
        "map" => "source maps",
        "rs" => "Rust",
        "c" | "h" | "cc" | "cpp" | "S" | "go" | "py" | "pl" | "pm" | "sh" => "other code",
        "md" | "txt" | "html" | "css" | "copyright" => "prose and pages",
        "json" | "toml" | "yml" | "yaml" | "xml" | "csv" => "data",
        _ if path.starts_with("/usr/share/doc") => "prose and pages",
        _ => return None,
    })
}

impl Benign {
    fn file(&mut self, rules: &RuleSet, path: &Path, bytes_max: usize) {
        let Some(kind) = kind(path) else { return };
        let read = self.read.entry(kind).or_default();
        let small = fs::metadata(path).is_ok_and(|meta| meta.len() <= FILE_BYTES_MAX);
        if read.1 >= bytes_max || !small {
            return;
        }
        let Ok(text) = fs::read_to_string(path) else { return };
        *read = (read.0 + 1, read.1 + text.len());
        for hit in hits(rules, &text) {
            let named = format!("{} ({})", hit.category, hit.rule);
            if !within(&hit.category, "secret") {
                let count = self.others.entry(hit.category).or_default();
                *count += 1;
                if *count <= SAMPLES {
                    self.samples.push((path.to_owned(), named, around(&text, &hit.span)));
                }
            } else if text[hit.span.clone()].contains("-----BEGIN ") {
                self.real_keys += 1;
            } else {
                *self.alarms.entry(kind).or_default() += 1;
                self.findings.push((path.to_owned(), named, around(&text, &hit.span)));
            }
        }
    }

    fn bytes(&self) -> usize {
        self.read.values().map(|(_, bytes)| bytes).sum()
    }

    /// Findings of `secret.*` for every 50 MB.
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    pub fn rate(&self) -> f64 {
        self.findings.len() as f64 / self.bytes().max(1) as f64 * 50e6
    }

    /// A part of the report.
    #[expect(clippy::cast_precision_loss, reason = "megabytes")]
    pub fn markdown(&self) -> String {
        let mut out = format!(
            "\nBenign text: {:.1} MB, {} findings of secret.* ({:.2} for every 50 MB; aim 2), beside {} private keys of the packages' own tests.\n\n",
            self.bytes() as f64 / 1e6,
            self.findings.len(),
            self.rate(),
            self.real_keys
        );
        out += "| benign | files | MB | secret.* |\n|---|--:|--:|--:|\n";
        for (kind, (files, bytes)) in &self.read {
            let alarms = self.alarms.get(kind).copied().unwrap_or_default();
            let _ = writeln!(out, "| {kind} | {files} | {:.1} | {alarms} |", *bytes as f64 / 1e6);
        }
        let others: Vec<String> =
            self.others.iter().map(|(category, count)| format!("{category} {count}")).collect();
        let _ = writeln!(
            out,
            "\nOther findings there, not judged (addresses of authors are real): {}.",
            others.join(", ")
        );
        out
    }

    /// A part of the report.
    pub fn json(&self) -> Value {
        json!({
            "bytes": self.bytes(),
            "secret_findings": self.findings.len(),
            "secret_findings_for_50_mb": self.rate(),
            "private_keys": self.real_keys,
            "others": self.others,
        })
    }
}
