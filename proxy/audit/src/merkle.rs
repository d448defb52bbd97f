//! The Merkle tree of RFC 6962 §2.1, kept as its frontier: enough to append and to tell the root, in 64 hashes.

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// SHA-256 over the concatenation of these parts.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = [0; 32];
    hash.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    hash
}

/// Hash of a leaf: a zero byte before its bytes keeps leaves and nodes apart.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[0], leaf])
}

/// Hash of an inner node.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// A tree to which leaves are appended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// Roots of the complete subtrees, largest first: one for each bit set in `size`.
    frontier: Vec<Hash>,
}

impl Tree {
    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Two complete subtrees of the same size become one for each trailing bit that the count carries over.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.frontier.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.frontier.push(hash);
        self.size += 1;
    }

    /// The root; of an empty tree, the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut subtrees = self.frontier.iter().rev();
        match subtrees.next() {
            None => sha256(&[]),
            Some(last) => subtrees.fold(*last, |right, left| node_hash(left, &right)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962 §2.1, word for word.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(&[]),
            [one] => *one,
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                node_hash(&by_definition(&leaves[..k]), &by_definition(&leaves[k..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition_and_of_another_implementation() {
        let mut tree = Tree::default();
        let mut leaves = Vec::new();
        let mut stored: Vec<tlog_tiles::Hash> = Vec::new();
        assert_eq!(tree.root(), by_definition(&leaves));
        for n in 0..130u64 {
            let record = n.to_be_bytes();
            leaves.push(leaf_hash(&record));
            tree.append(leaf_hash(&record));
            assert_eq!(tree.root(), by_definition(&leaves), "{} leaves", n + 1);
            let reader = Stored(&stored);
            let new = tlog_tiles::stored_hashes(n, &record, &reader).unwrap();
            stored.extend(new);
            assert_eq!(tlog_tiles::tree_hash(n + 1, &Stored(&stored)).unwrap().0, tree.root());
        }
        assert_eq!(tree.size(), 130);
    }

    struct Stored<'a>(&'a Vec<tlog_tiles::Hash>);

    impl tlog_tiles::HashReader for Stored<'_> {
        fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::tlog::Error> {
            Ok(indexes.iter().map(|i| self.0[usize::try_from(*i).unwrap()]).collect())
        }
    }
}
