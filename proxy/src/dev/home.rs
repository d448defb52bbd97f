//! The folder that a development environment lives in: who may use it, how old its keys are, where things stand.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::ready::Ready;
use crate::cli::{Lang, Trouble};

/// How long keys live, in seconds. A restart within this time keeps the CA, the keys and the log.
pub const KEYS_LIVE_S: u64 = 24 * 60 * 60;

/// An open folder; nobody else can open it meanwhile.
pub struct Home {
    root: PathBuf,
    /// When the keys were made, in seconds of the Unix epoch.
    pub born_s: u64,
    _lock: File,
}

impl Home {
    /// Opens or makes the folder, takes `dev.json` away, and sets aside what has outlived its keys.
    pub fn open(dir: &Path, now_s: u64, lang: Lang) -> Result<Home, Trouble> {
        let at = |error: io::Error| Trouble::at(dir.display(), error);
        let private = |path: &Path| DirBuilder::new().recursive(true).mode(0o700).create(path);
        private(dir).map_err(at)?;
        let root = fs::canonicalize(dir).map_err(at)?;
        let lock = lock(&root, lang)?;
        Ready::withdraw(&root.join("dev.json")).map_err(at)?;
        if age(&root).is_some_and(|born_s| now_s < born_s || now_s - born_s >= KEYS_LIVE_S) {
            set_aside(&root, now_s).map_err(at)?;
        }
        private(&root.join("keys")).and_then(|()| private(&root.join("tokens"))).map_err(at)?;
        let mut home = Home { root, born_s: now_s, _lock: lock };
        let born = home.keep("keys/born", || Ok(now_s.to_string().into_bytes()))?;
        home.born_s = seconds(&born).unwrap_or(now_s);
        Ok(home)
    }

    /// A path in the folder: absolute, without a trailing slash.
    pub fn at(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// When the keys end, in seconds of the Unix epoch.
    pub fn ends_s(&self) -> u64 {
        self.born_s.saturating_add(KEYS_LIVE_S)
    }

    /// What a file holds; if it is not there, what `make` says, kept for the next start. Only its owner may read it.
    pub fn keep(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Vec<u8>, Trouble>,
    ) -> Result<Vec<u8>, Trouble> {
        match fs::read(self.at(name)) {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let bytes = make()?;
                self.write(name, &bytes)?;
                Ok(bytes)
            }
            Err(error) => Err(Trouble::at(self.at(name).display(), error)),
        }
    }

    /// Writes a file that only its owner may read. It is complete or not there.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let path = self.at(name);
        let fresh = path.with_extension("new");
        write_private(&fresh, bytes)
            .and_then(|()| fs::rename(&fresh, &path))
            .map_err(|error| Trouble::at(path.display(), error))
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)
}

fn lock(root: &Path, lang: Lang) -> Result<File, Trouble> {
    let path = root.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(|error| Trouble::at(path.display(), error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Trouble::at(
            root.display(),
            lang.pick(
                "このフォルダーでは別の`sekisho dev`が動いています。止めるか、`--dir`で別の場所を指定してください",
                "another `sekisho dev` runs in this folder; stop it, or name another folder with `--dir`",
            ),
        )),
        Err(TryLockError::Error(error)) => Err(Trouble::at(path.display(), error)),
    }
}

fn age(root: &Path) -> Option<u64> {
    seconds(&fs::read(root.join("keys/born")).ok()?)
}

fn seconds(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// Keys that have ended are deleted; the log they signed stays, beside the keys that verify it.
fn set_aside(root: &Path, now_s: u64) -> io::Result<()> {
    for name in ["audit", "audit_key"] {
        if root.join(name).exists() {
            fs::rename(root.join(name), root.join(format!("{name}-until-{now_s}")))?;
        }
    }
    fs::remove_dir_all(root.join("keys"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("sekisho-home-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        dir
    }

    #[test]
    fn keys_stay_for_a_day_and_a_log_outlives_them() {
        let dir = scratch("day");
        let open = |now_s| Home::open(&dir, now_s, Lang::En).unwrap();
        let key = |home: &Home, fresh: &str| home.keep("keys/k", || Ok(fresh.as_bytes().to_vec())).unwrap();
        assert_eq!(key(&open(1000), "first"), b"first");
        fs::create_dir(dir.join("audit")).unwrap();
        assert_eq!(key(&open(1000 + KEYS_LIVE_S - 1), "second"), b"first");
        assert!(dir.join("audit").exists());
        assert_eq!(key(&open(1000 + KEYS_LIVE_S), "third"), b"third");
        assert!(!dir.join("audit").exists());
        assert!(dir.join(format!("audit-until-{}", 1000 + KEYS_LIVE_S)).exists());
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn one_folder_serves_one_process() {
        let dir = scratch("lock");
        let first = Home::open(&dir, 1, Lang::En).unwrap();
        assert!(Home::open(&dir, 1, Lang::En).is_err());
        drop(first);
        assert!(Home::open(&dir, 1, Lang::En).is_ok());
        fs::remove_dir_all(&dir).unwrap();
    }

    #[test]
    fn what_is_kept_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = scratch("mode");
        let home = Home::open(&dir, 1, Lang::En).unwrap();
        home.write("tokens/official", b"t").unwrap();
        assert_eq!(fs::metadata(home.at("tokens/official")).unwrap().permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(&dir).unwrap();
    }
}
