//! The leaves of a log folder, in order, as far as checkpoints cover them. Checks no signature; `audit verify` does.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sekisho_audit::{FRAME_HEAD_BYTES, FrameKind, PAYLOAD_BYTES_MAX, read_frame, segment_name};

use super::Trouble;

/// Read at once: some frames of the greatest length.
const CHUNK_BYTES: usize = 16 * (PAYLOAD_BYTES_MAX + FRAME_HEAD_BYTES);

/// Where reading has come to.
pub struct Leaves {
    log: PathBuf,
    segment: u64,
    offset: u64,
    /// Leaves that no checkpoint covers yet.
    pending: Vec<(u64, Vec<u8>)>,
}

impl Leaves {
    /// The log in this folder, from its first leaf on.
    ///
    /// # Errors
    /// There is none.
    pub fn open(log: &Path) -> Result<Leaves, Trouble> {
        let leaves = Leaves::new(log);
        if leaves.path().exists() {
            Ok(leaves)
        } else {
            Err(Trouble::at(leaves.path().display(), "no such file; is this the folder of a log?"))
        }
    }

    fn new(log: &Path) -> Leaves {
        Leaves { log: log.to_owned(), segment: 0, offset: 0, pending: Vec::new() }
    }

    fn path(&self) -> PathBuf {
        self.log.join(segment_name(self.segment))
    }

    /// Shows every leaf that has become covered.
    pub fn read(&mut self, mut show: impl FnMut(u64, &[u8]) -> Result<(), Trouble>) -> Result<(), Trouble> {
        loop {
            let chunk = self.chunk().map_err(|error| Trouble::at(self.path().display(), error))?;
            let taken = self.frames(&chunk, &mut show)?;
            if taken > 0 {
                self.offset = self.offset.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
                continue;
            }
            let next = self.log.join(segment_name(self.segment.saturating_add(1)));
            if !next.exists() {
                return Ok(());
            }
            // A finished segment ends with its last frame.
            if !chunk.is_empty() {
                let cause = format!("no sound frame at byte {}; `audit verify` says more", self.offset);
                return Err(Trouble::at(self.path().display(), cause));
            }
            (self.segment, self.offset) = (self.segment.saturating_add(1), 0);
        }
    }

    fn chunk(&self) -> io::Result<Vec<u8>> {
        let mut file = match File::open(self.path()) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            file => file?,
        };
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = Vec::new();
        file.take(u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads whole frames from the start of `chunk`; how many bytes they took.
    fn frames(
        &mut self,
        chunk: &[u8],
        show: &mut impl FnMut(u64, &[u8]) -> Result<(), Trouble>,
    ) -> Result<usize, Trouble> {
        let mut at = 0_usize;
        while let Some(frame) = chunk.get(at..).and_then(read_frame) {
            match frame.kind {
                FrameKind::Header => {}
                FrameKind::Leaf => self.pending.push((frame.index, frame.payload.to_vec())),
                FrameKind::Checkpoint => {
                    self.pending.drain(..).try_for_each(|(index, leaf)| show(index, &leaf))?;
                }
            }
            at = at.saturating_add(frame.bytes());
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use sekisho_audit::write_frame;

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("sekisho-tail-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn shown(reader: &mut Leaves) -> Vec<u64> {
        let mut seen = Vec::new();
        reader
            .read(|index, _| {
                seen.push(index);
                Ok(())
            })
            .unwrap();
        seen
    }

    fn segment(leaves: std::ops::Range<u64>, covered: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, FrameKind::Header, 0, b"h");
        let end = leaves.end;
        leaves.for_each(|index| write_frame(&mut bytes, FrameKind::Leaf, index, b"{}"));
        if covered {
            write_frame(&mut bytes, FrameKind::Checkpoint, end, b"c");
        }
        bytes
    }

    #[test]
    fn leaves_are_shown_once_a_checkpoint_covers_them() {
        let dir = scratch("covered");
        let mut reader = Leaves::new(&dir);
        let put = |number: u64, bytes: &[u8]| std::fs::write(dir.join(segment_name(number)), bytes).unwrap();
        put(0, &[segment(0..2, false), vec![0; 100]].concat());
        assert!(shown(&mut reader).is_empty());
        put(0, &[segment(0..2, true), vec![0; 100]].concat());
        assert_eq!(shown(&mut reader), [0, 1]);
        assert!(shown(&mut reader).is_empty(), "nothing is shown twice");
        put(0, &segment(0..2, true));
        put(1, &segment(2..3, true));
        assert_eq!(shown(&mut reader), [2]);
        std::fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn damage_before_another_segment_is_told() {
        let dir = scratch("damaged");
        std::fs::write(dir.join(segment_name(0)), [segment(0..2, true), vec![7; 100]].concat()).unwrap();
        std::fs::write(dir.join(segment_name(1)), segment(2..3, true)).unwrap();
        assert!(Leaves::new(&dir).read(|_, _| Ok(())).is_err());
        std::fs::remove_dir_all(dir).unwrap();
    }
}
