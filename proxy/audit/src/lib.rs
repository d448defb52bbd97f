//! Records, Merkle tree, checkpoints and their verification. Knows no policy and no wire format, and opens no file.

mod canonical;
mod checkpoint;
mod fingerprint;
mod frame;
mod keys;
mod leaf;
mod merkle;
mod progress;
mod record;
mod verify;
mod word;

pub use canonical::{hex, unhex};
pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use fingerprint::{Fingerprinter, Running};
pub use frame::{
    FRAME_HEAD_BYTES, Frame, FrameKind, PAYLOAD_BYTES_MAX, read_frame, segment_header, segment_name,
    write_frame,
};
pub use keys::{KeyError, Signer, Vkey};
pub use leaf::{LEAF_BYTES_MAX, OCSF_VERSION, Place, Unfinished, leaf, unfinished};
pub use merkle::{Hash, Tree, leaf_hash, node_hash, sha256};
pub use progress::{Flow, Stage, Stages};
pub use record::*;
pub use verify::{Fault, FaultKind, Options, Report, Segment, verify};
pub use word::{Fingerprint, Named, Principal, Term};
