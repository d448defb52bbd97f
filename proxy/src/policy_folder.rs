//! A policy folder as it lies on disk: `*.toml`, `rules/*.toml`, `tests/*.toml`, read whole before anything is made of
//! it.

use std::fs;
use std::io;
use std::path::Path;

use sekisho_detectors::{RuleFile, RuleSet};
use sekisho_policies::{Policy, SourceFile};

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

    /// Both.
    ///
    /// # Errors
    /// Everything that is wrong with the rules, else with the policy.
    pub fn load(&self) -> Result<(Policy, RuleSet), LoadError> {
        let rules = self.rules()?;
        Ok((self.policy(&rules)?, rules))
    }
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
