//! A policy folder as it lies on disk: `*.toml`, `rules/*.toml`, `tests/*.toml`, read whole before anything is made of
//! it.

use std::fs;
use std::io;
use std::path::Path;

use sekisho_detectors::{RuleError, RuleFile, RuleSet};
use sekisho_policies::{Diagnostic, Policy, Severity, SourceFile};

use crate::loaded::LoadError;

/// The texts of a policy folder, under the names that messages use.
pub struct Folder {
    /// `*.toml` and `tests/*.toml`, by path.
    pub policy: Vec<(String, String)>,
    /// `rules/*.toml`, by path.
    pub rules: Vec<(String, String)>,
}

impl Folder {
    /// Reads the folder.
    ///
    /// # Errors
    /// A file cannot be read, or there is none.
    pub fn read(dir: &Path) -> Result<Folder, LoadError> {
        let below = |path: &Path| files(path).map_err(|error| LoadError::at(path, error));
        let mut policy = below(dir)?;
        if policy.is_empty() {
            return Err(LoadError::at(dir, "no *.toml file here; is this a policy folder?"));
        }
        policy.extend(below(&dir.join("tests"))?);
        Ok(Folder { policy, rules: below(&dir.join("rules"))? })
    }

    /// The built-in rules and the folder's own.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn rules(&self) -> Result<RuleSet, LoadError> {
        let files: Vec<_> = self.rules.iter().map(|(name, text)| RuleFile { name, text }).collect();
        RuleSet::built_in_with(&files).map_err(LoadError::all)
    }

    /// The policy over these rules.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn policy(&self, rules: &RuleSet) -> Result<Policy, LoadError> {
        let files: Vec<_> = self.policy.iter().map(|(name, text)| SourceFile { name, text }).collect();
        Policy::load(&files, rules).map_err(LoadError::all)
    }

    /// Everything that is wrong, also with the examples that rules carry, and what does nothing; by file and line.
    pub fn examine(&self) -> Examined {
        let files: Vec<_> = self.rules.iter().map(|(name, text)| RuleFile { name, text }).collect();
        let rules = match RuleSet::built_in_with(&files) {
            Ok(rules) => rules,
            Err(errors) => return Examined::of(errors.into_iter().map(fault).collect(), None),
        };
        let mut diagnostics: Vec<Diagnostic> = rules.check_examples().into_iter().map(fault).collect();
        let files: Vec<_> = self.policy.iter().map(|(name, text)| SourceFile { name, text }).collect();
        match Policy::load(&files, &rules) {
            Ok(policy) => {
                diagnostics.extend(policy.warnings().iter().cloned());
                Examined::of(diagnostics, Some(policy))
            }
            Err(faults) => {
                diagnostics.extend(faults);
                Examined::of(diagnostics, None)
            }
        }
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
    pub policy: Option<Policy>,
}

impl Examined {
    fn of(mut diagnostics: Vec<Diagnostic>, policy: Option<Policy>) -> Examined {
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

/// The `*.toml` of a folder by name; none if there is no such folder.
fn files(dir: &Path) -> io::Result<Vec<(String, String)>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push((path.display().to_string(), fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}
