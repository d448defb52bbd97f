//! What stands in a file that somebody else keeps, read again and again.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::loaded::LoadError;

/// What was read last, and can be used.
pub struct Watched<T> {
    current: ArcSwap<T>,
    file: Option<(PathBuf, Box<Read<T>>)>,
}

/// From the text of a file, and from what is in force, to what shall be.
type Read<T> = dyn Fn(&str, &T) -> Result<T, String> + Send + Sync;

impl<T> Watched<T> {
    /// Reads the file, if there is to be one; `read` says why a text cannot be used.
    ///
    /// # Errors
    /// The file cannot be read or used.
    pub fn load(
        file: Option<&Path>,
        read: impl Fn(&str, &T) -> Result<T, String> + Send + Sync + 'static,
    ) -> Result<Watched<T>, LoadError>
    where
        T: Default,
    {
        let file = file.map(|file| (file.to_owned(), Box::new(read) as Box<Read<T>>));
        let watched = Watched { current: ArcSwap::from_pointee(T::default()), file };
        watched.refresh()?;
        Ok(watched)
    }

    /// What is in force.
    pub fn current(&self) -> Arc<T> {
        self.current.load_full()
    }

    /// Reads the file again. What cannot be read or used changes nothing.
    ///
    /// # Errors
    /// Why nothing changed.
    pub fn refresh(&self) -> Result<(), LoadError> {
        let Some((file, read)) = &self.file else { return Ok(()) };
        let text = fs::read_to_string(file).map_err(|error| LoadError::at(file, error))?;
        let next = read(&text, &self.current.load()).map_err(|error| LoadError::at(file, error))?;
        self.current.store(Arc::new(next));
        Ok(())
    }
}

impl<T: fmt::Debug> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.current.load().fmt(f)
    }
}
