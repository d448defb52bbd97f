//! A policy folder as it lies on disk: `*.toml`, `rules/*.toml`, `tests/*.toml`, those of the folder that it inherits from
//! and of the ministries' folders in it, read whole before anything is made of them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sekisho_detectors::{RuleError, RuleFile, RuleSet};
use sekisho_exchange::Texts;
use sekisho_policies::{Diagnostic, Policy, Severity, SourceFile, look};

use crate::loaded::LoadError;

/// The texts of a policy folder, under the names that messages use.
pub struct Folder {
    /// `*.toml` and `tests/*.toml`, by path.
    pub policy: Vec<(String, String)>,
    /// `rules/*.toml`, by path.
    pub rules: Vec<(String, String)>,
    /// The paths of those that the folder inherits.
    inherited: BTreeSet<String>,
}

impl Folder {
    /// Reads the folder.
    ///
    /// # Errors
    /// A file cannot be read, or there is none.
    pub fn read(dir: &Path) -> Result<Folder, LoadError> {
        let mut folder = Folder { policy: Vec::new(), rules: Vec::new(), inherited: BTreeSet::new() };
        for Part { dir, inherited, tightens } in parts(dir)? {
            let own = some_files(&dir)?;
            if inherited {
                folder.inherited.extend(own.iter().map(|(name, _)| name.clone()));
            }
            folder.policy.extend(own);
            // What a folder promises for itself need not hold for those that tighten it.
            if !inherited {
                folder.policy.extend(files(&dir.join("tests"))?);
            }
            let rules = files(&dir.join("rules"))?;
            if tightens {
                rules.iter().try_for_each(|(name, text)| no_list(name, text))?;
            }
            folder.rules.extend(rules);
        }
        Ok(folder)
    }

    /// The built-in rules and the folder's own.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn rules(&self) -> Result<RuleSet, LoadError> {
        self.load_rules().map_err(LoadError::all)
    }

    fn load_rules(&self) -> Result<RuleSet, Vec<RuleError>> {
        let files: Vec<_> = self.rules.iter().map(|(name, text)| RuleFile { name, text }).collect();
        RuleSet::built_in_with(&files)
    }

    /// The policy over these rules.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn policy(&self, rules: &RuleSet) -> Result<Policy, LoadError> {
        self.load_policy(rules).map_err(LoadError::all)
    }

    fn load_policy(&self, rules: &RuleSet) -> Result<Policy, Vec<Diagnostic>> {
        let files: Vec<_> = self.policy.iter().map(|(name, text)| SourceFile { name, text }).collect();
        Policy::load(&files, rules)
    }

    /// Everything that is wrong, also with the examples that rules carry, and what deserves a look at `now`; by file and
    /// line. What a folder inherits is looked at where it is kept.
    pub fn examine(&self, now: u64) -> Examined {
        let rules = match self.load_rules() {
            Ok(rules) => rules,
            Err(errors) => return Examined::of(errors.into_iter().map(fault).collect(), None),
        };
        let mut diagnostics: Vec<Diagnostic> = rules.check_own_examples().into_iter().map(fault).collect();
        match self.load_policy(&rules) {
            Ok(policy) => {
                let policy = Arc::new(policy);
                let seen = look(&policy, &Texts(&rules), now).into_iter();
                diagnostics.extend(seen.filter(|seen| self.owns(&seen.file)));
                Examined::of(diagnostics, Some(policy))
            }
            Err(faults) => {
                diagnostics.extend(faults);
                Examined::of(diagnostics, None)
            }
        }
    }

    /// Whether a file is the folder's own, and not one that it inherits.
    pub fn owns(&self, file: &str) -> bool {
        !self.inherited.contains(file)
    }

    /// The text of a file of the folder; empty if there is none of that name.
    pub fn text(&self, name: &str) -> &str {
        let mut files = self.policy.iter().chain(&self.rules);
        files.find(|(own, _)| own == name).map_or("", |(_, text)| text)
    }

    /// Both.
    ///
    /// # Errors
    /// Everything that is wrong with the rules, else with the policy.
    pub fn load(&self) -> Result<(Policy, RuleSet), LoadError> {
        let rules = self.rules()?;
        Ok((self.policy(&rules)?, rules))
    }
}

/// What was found in a folder.
#[derive(Debug)]
pub struct Examined {
    /// Faults and warnings, by file and line.
    pub diagnostics: Vec<Diagnostic>,
    /// The policy, if it loads.
    pub policy: Option<Arc<Policy>>,
}

impl Examined {
    fn of(mut diagnostics: Vec<Diagnostic>, policy: Option<Arc<Policy>>) -> Examined {
        diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        Examined { diagnostics, policy }
    }

    /// How many faults there are, without warnings.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }
}

fn fault(RuleError { file, line, column, message }: RuleError) -> Diagnostic {
    Diagnostic { file, line, column, message, help: None, severity: Severity::Error }
}

/// Deepest that folders may inherit from each other.
const INHERITED_MAX: usize = 4;

/// A folder's own policy files, by path: neither what it inherits nor its ministries', and no detector rules.
///
/// # Errors
/// They cannot be read, or there is none.
pub fn own(dir: &Path) -> Result<Vec<(String, String)>, LoadError> {
    let mut own = some_files(dir)?;
    own.extend(files(&dir.join("tests"))?);
    Ok(own)
}

/// When any file of a policy last changed, and how many there are: enough to see that somebody is editing.
pub fn stamp(dir: &Path) -> (usize, Option<SystemTime>) {
    let all = parts(dir).unwrap_or_default().into_iter().flat_map(Part::folders);
    let paths = all.filter_map(|dir| paths(&dir).ok()).flatten();
    let times: Vec<_> = paths.filter_map(|path| path.metadata().ok()?.modified().ok()).collect();
    (times.len(), times.iter().max().copied())
}

/// One folder that a policy is read from.
pub struct Part {
    /// Where it is.
    pub dir: PathBuf,
    /// Whether another one inherits from it.
    pub inherited: bool,
    /// Whether it inherits from another one, and so may only tighten.
    pub tightens: bool,
}

impl Part {
    /// The folders that its files lie in.
    pub fn folders(self) -> [PathBuf; 3] {
        [self.dir.join("rules"), self.dir.join("tests"), self.dir]
    }
}

/// Every folder that a policy is read from: what it inherits from, outermost first; itself; its ministries'.
///
/// # Errors
/// A folder cannot be read, or inherits from itself.
pub fn parts(dir: &Path) -> Result<Vec<Part>, LoadError> {
    let mut chain = vec![plain(dir)];
    while let Some(next) = chain.last().map(|last| inherits(last)).transpose()?.flatten() {
        if chain.contains(&next) {
            return Err(LoadError::at(dir, format!("{} inherits from itself", next.display())));
        }
        if chain.len() > INHERITED_MAX {
            return Err(LoadError::at(
                dir,
                format!("more than {INHERITED_MAX} folders inherit from each other"),
            ));
        }
        chain.push(next);
    }
    let outermost = chain.len() - 1;
    let part = |(depth, dir)| Part { dir, inherited: depth > 0, tightens: depth < outermost };
    let mut parts: Vec<Part> = chain.into_iter().enumerate().map(part).rev().collect();
    let ministries = plain(dir).join("ministries");
    let own = match fs::read_dir(&ministries) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(parts),
        entries => entries.map_err(|error| LoadError::at(&ministries, error))?,
    };
    let mut own: Vec<PathBuf> =
        own.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    own.sort();
    parts.extend(own.into_iter().map(|dir| Part { dir, inherited: false, tightens: true }));
    Ok(parts)
}

/// A list of values and a kind take findings from the rules that find them: that is no tightening.
fn no_list(name: &str, text: &str) -> Result<(), LoadError> {
    // What is no TOML is told when all of it is read.
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let Some(key) = ["listed", "kind"].into_iter().find(|key| table.contains_key(*key)) else {
        return Ok(());
    };
    let mut lines = (1_usize..).zip(text.lines());
    let number = lines.find(|(_, line)| line.contains(key)).map_or(1, |(number, _)| number);
    Err(LoadError(vec![format!(
        "{name}:{number}:1: a folder that inherits may only tighten, and has no `[[{key}]]`; ask for it where the policy is kept"
    )]))
}

/// The folder that a folder says it inherits from. What cannot be read as TOML is told when all of it is read.
fn inherits(dir: &Path) -> Result<Option<PathBuf>, LoadError> {
    let files = files(dir)?;
    let said = files.iter().filter(|(_, text)| text.contains("inherits")).find_map(|(_, text)| {
        let table = text.parse::<toml::Table>().ok()?;
        table.get("inherits")?.get("folder")?.as_str().map(str::to_owned)
    });
    Ok(said.map(|folder| plain(&dir.join(folder))))
}

/// A path without `.` and, where it can be told from the path alone, `..`, so that a folder has one name.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

/// The `*.toml` of a folder that must have some.
fn some_files(dir: &Path) -> Result<Vec<(String, String)>, LoadError> {
    let files = files(dir)?;
    if files.is_empty() {
        return Err(LoadError::at(dir, "no *.toml file here; is this a policy folder?"));
    }
    Ok(files)
}

/// The `*.toml` of a folder by name; none if there is no such folder.
fn files(dir: &Path) -> Result<Vec<(String, String)>, LoadError> {
    let read = |path: PathBuf| match fs::read_to_string(&path) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(error) => Err(LoadError::at(&path, error)),
    };
    let toml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml");
    paths(dir)?.into_iter().filter(toml).map(read).collect()
}

/// Everything in a folder by name, and nothing if there is no such folder. What begins with a dot is an editor's, or where
/// a mount keeps what its links point to: it is no part of a policy.
///
/// # Errors
/// It cannot be read.
pub fn paths(dir: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| LoadError::at(dir, error))?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| LoadError::at(dir, error))?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}
