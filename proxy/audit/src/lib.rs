//! Records, Merkle tree, checkpoints and their verification. Knows no policy and no wire format, and opens no file.

mod record;

pub use record::*;
