//! How leaves and checkpoints stand in a segment file.
//!
//! ```text
//! frame   = length u32 | crc u32 | kind u8 | index u64 | payload        little-endian
//! segment = header-frame (leaf-frame* checkpoint-frame)*  zeros*        zeros only in the open segment
//! ```
//!
//! The CRC-32C (RFC 3720 §12.1) covers length, kind, index and payload. It finds accidents; the tree and the
//! signatures find intent.

use crate::merkle::{Hash, Tree};

/// Bytes before a payload.
pub const FRAME_HEAD_BYTES: usize = 17;

/// Longest payload: a C2SP tlog-tiles entry is at most 65,535 bytes.
pub const PAYLOAD_BYTES_MAX: usize = 65_535;

/// What a frame holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameKind {
    /// Where the segment stands in its log; the index is the segment's number.
    Header,
    /// A record; the index is the leaf's.
    Leaf,
    /// A signed checkpoint; the index is the tree's size.
    Checkpoint,
}

impl FrameKind {
    pub(crate) fn code(self) -> u8 {
        match self {
            FrameKind::Header => 1,
            FrameKind::Leaf => 2,
            FrameKind::Checkpoint => 3,
        }
    }

    fn of(code: u8) -> Option<FrameKind> {
        [FrameKind::Header, FrameKind::Leaf, FrameKind::Checkpoint]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// One frame, read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame<'a> {
    /// What it holds.
    pub kind: FrameKind,
    /// Its number.
    pub index: u64,
    /// What is in it.
    pub payload: &'a [u8],
}

impl Frame<'_> {
    /// Bytes that it takes in the file.
    pub fn bytes(&self) -> usize {
        FRAME_HEAD_BYTES + self.payload.len()
    }
}

/// Appends a frame.
pub fn write_frame(out: &mut Vec<u8>, kind: FrameKind, index: u64, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes();
    let index = index.to_le_bytes();
    let crc = crc32c(&[&length, &[kind.code()], &index, payload]);
    out.extend_from_slice(&length);
    out.extend_from_slice(&crc.to_le_bytes());
    out.push(kind.code());
    out.extend_from_slice(&index);
    out.extend_from_slice(payload);
}

/// The frame at the start of `bytes`; `None` if there is no whole and sound one.
pub fn read_frame(bytes: &[u8]) -> Option<Frame<'_>> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (crc, rest) = rest.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first()?;
    let (index, rest) = rest.split_first_chunk::<8>()?;
    let payload_bytes = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let payload = rest.get(..payload_bytes).filter(|payload| payload.len() <= PAYLOAD_BYTES_MAX)?;
    let sound = crc32c(&[length, &[*kind], index, payload]) == u32::from_le_bytes(*crc);
    let kind = FrameKind::of(*kind).filter(|_| sound)?;
    Some(Frame { kind, index: u64::from_le_bytes(*index), payload })
}

/// The header frame of a segment that begins with the next leaf of `tree`.
pub fn segment_header(origin: &str, number: u64, tree: &Tree) -> Vec<u8> {
    let root: Hash = tree.root();
    let mut payload = b"sekisho log 1\n".to_vec();
    payload.extend_from_slice(&tree.size().to_le_bytes());
    payload.extend_from_slice(&root);
    payload.extend_from_slice(origin.as_bytes());
    let mut frame = Vec::new();
    write_frame(&mut frame, FrameKind::Header, number, &payload);
    frame
}

/// The name of a segment's file: `00000000.seg` and so on.
pub fn segment_name(number: u64) -> String {
    format!("{number:08}.seg")
}

/// CRC-32C (Castagnoli, reflected) over the concatenation of these parts.
fn crc32c(parts: &[&[u8]]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let index = usize::from(crc.to_le_bytes()[0] ^ byte);
        (crc >> 8) ^ TABLE.get(index).copied().unwrap_or(0)
    };
    !parts.iter().flat_map(|part| part.iter()).fold(u32::MAX, step)
}

const TABLE: [u32; 256] = table();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiled: n is below the table's 256 entries")]
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut n = 0;
    let mut seed = 0;
    while n < 256 {
        let mut crc: u32 = seed;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82F6_3B78 } else { crc >> 1 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
        seed += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_standards() {
        // RFC 3720 appendix B.4.
        assert_eq!(crc32c(&[&[0; 32]]), 0x8A91_36AA);
        assert_eq!(crc32c(&[b"1234", b"56789"]), 0xE306_9283);
    }

    #[test]
    fn a_frame_is_read_back_and_no_changed_bit_of_it_is() {
        let mut frame = Vec::new();
        write_frame(&mut frame, FrameKind::Leaf, 7, b"payload");
        let read = read_frame(&frame).unwrap();
        assert_eq!((read.kind, read.index, read.payload), (FrameKind::Leaf, 7, b"payload".as_slice()));
        assert_eq!(read.bytes(), frame.len());
        for bit in 0..frame.len() * 8 {
            let mut changed = frame.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read_frame(&changed), None, "bit {bit}");
        }
        assert_eq!(read_frame(&frame[..frame.len() - 1]), None);
        assert_eq!(read_frame(&[0; 64]), None, "space that was never written is no frame");
    }
}
