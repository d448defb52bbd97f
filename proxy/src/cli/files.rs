//! Files that come in pairs.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::Trouble;

/// Writes a secret that its owner alone may read, and what belongs to it; neither if one of the files exists.
pub fn create_both(secret: (&Path, &str), public: (&Path, &str)) -> Result<(), Trouble> {
    if let Some(path) = [secret.0, public.0].into_iter().find(|path| path.exists()) {
        return Err(Trouble::at(path.display(), "exists already; move it away first"));
    }
    for ((path, text), mode) in [(secret, 0o600), (public, 0o644)] {
        let opened = OpenOptions::new().create_new(true).write(true).mode(mode).open(path);
        let written = opened.and_then(|mut opened| opened.write_all(text.as_bytes()));
        written.map_err(|error| Trouble::at(path.display(), error))?;
    }
    Ok(())
}
