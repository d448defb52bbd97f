//! The list of revocations in force, and the file that it is read from again and again.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::config;
use crate::identity::Revoked;
use crate::loaded::LoadError;

/// The list in force.
#[derive(Default)]
pub struct Revocations {
    current: ArcSwap<Revoked>,
    source: Option<(PathBuf, u64)>,
}

impl Revocations {
    /// Reads what the config names; without a file nobody is revoked.
    ///
    /// # Errors
    /// The file cannot be read or understood.
    pub fn load(config: Option<&config::Revocations>) -> Result<Revocations, LoadError> {
        let Some(config) = config else { return Ok(Revocations::default()) };
        let source = Some((config.file.clone(), config.max_age_s));
        let revocations = Revocations { current: ArcSwap::default(), source };
        revocations.refresh()?;
        Ok(revocations)
    }

    /// The list as it is now.
    pub fn current(&self) -> Arc<Revoked> {
        self.current.load_full()
    }

    /// Reads the file again. What cannot be read, or is older than the list in force, changes nothing: that list grows
    /// old, and then nobody passes.
    ///
    /// # Errors
    /// Why nothing changed.
    pub fn refresh(&self) -> Result<(), LoadError> {
        let Some((file, max_age_s)) = &self.source else { return Ok(()) };
        let text = fs::read_to_string(file).map_err(|error| LoadError::at(file, error))?;
        let read = Revoked::read(&text, *max_age_s).map_err(|error| LoadError::at(file, error))?;
        if !read.follows(&self.current.load()) {
            return Err(LoadError::at(file, "older than the list in force; it was not taken"));
        }
        self.current.store(Arc::new(read));
        Ok(())
    }
}

impl fmt::Debug for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.current.load())
    }
}
