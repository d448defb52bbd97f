//! What the scripted backends received, in the open: development only, and outside the audit folder.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// One body as a backend got it.
#[derive(Clone, PartialEq, Eq)]
pub struct Arrived {
    /// The backend's id in the policy.
    pub backend: String,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

/// `DIR/received.jsonl`, and the last few bodies for the tour.
pub struct Ledger {
    pages: Mutex<Pages>,
}

struct Pages {
    file: File,
    recent: VecDeque<Arrived>,
}

impl Ledger {
    /// Appends to the file at `path`; made if it is not there.
    pub fn open(path: &Path) -> io::Result<Ledger> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Ledger { pages: Mutex::new(Pages { file, recent: VecDeque::new() }) })
    }

    /// Writes a body as one line; the line stands in the file when this returns.
    ///
    /// Raw line ends in a JSON body are white space between tokens, so a blank in their place changes nothing.
    pub fn write(&self, arrived: Arrived) -> io::Result<()> {
        let mut line: Vec<u8> =
            arrived.body.iter().map(|&b| if matches!(b, b'\n' | b'\r') { b' ' } else { b }).collect();
        line.push(b'\n');
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.file.write_all(&line)?;
        pages.file.flush()?;
        pages.recent.push_back(arrived);
        if pages.recent.len() > RECENT_MAX {
            pages.recent.pop_front();
        }
        Ok(())
    }

    /// The bodies that came since the last call, oldest first; at most the last [`RECENT_MAX`].
    pub fn take(&self) -> Vec<Arrived> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).recent.drain(..).collect()
    }
}

/// A tour looks after each exchange, so a handful is plenty.
const RECENT_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_one_line_whatever_line_ends_it_has() {
        let path = std::env::temp_dir().join(format!("sekisho-ledger-{}", std::process::id()));
        let ledger = Ledger::open(&path).unwrap();
        let arrived = Arrived { backend: "b".to_owned(), body: b"{\n\"a\":\r\n1}".to_vec() };
        ledger.write(arrived.clone()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"{ \"a\":  1}\n");
        assert!(ledger.take() == [arrived]);
        assert!(ledger.take().is_empty());
        std::fs::remove_file(&path).unwrap();
    }
}
