//! Anchors that may be under way at the end of a text.

/// The proper beginnings of all anchors, spelled backwards as a trie.
pub(crate) struct Prefixes {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    /// Sorted by byte.
    next: Vec<(u8, usize)>,
    /// Whether what was read backwards so far is a beginning of an anchor.
    begins: bool,
}

impl Prefixes {
    pub(crate) fn of(anchors: &[&str]) -> Prefixes {
        let mut prefixes = Prefixes { nodes: vec![Node::default()] };
        for anchor in anchors {
            (1..anchor.len()).filter_map(|len| anchor.as_bytes().get(..len)).for_each(|p| prefixes.add(p));
        }
        prefixes
    }

    fn add(&mut self, prefix: &[u8]) {
        let mut at = 0;
        for &byte in prefix.iter().rev() {
            let new = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            at = match node.next.binary_search_by_key(&byte, |(b, _)| *b) {
                Ok(found) => node.next.get(found).map_or(0, |(_, to)| *to),
                Err(place) => {
                    node.next.insert(place, (byte, new));
                    self.nodes.push(Node::default());
                    new
                }
            };
        }
        self.nodes.get_mut(at).into_iter().for_each(|node| node.begins = true);
    }

    /// Length of the longest end of `text` that begins an anchor without completing it.
    pub(crate) fn longest(&self, text: &str) -> usize {
        self.longest_of(text.bytes().rev())
    }

    /// [`Prefixes::longest`] of anchors in lower case, whatever the case of `text`.
    pub(crate) fn longest_in_any_case(&self, text: &str) -> usize {
        self.longest_of(text.bytes().rev().map(|byte| byte.to_ascii_lowercase()))
    }

    fn longest_of(&self, backwards: impl Iterator<Item = u8>) -> usize {
        let (mut at, mut longest) = (0, 0);
        for (length, byte) in (1..).zip(backwards) {
            let Some(node) = self.nodes.get(at) else { break };
            let Ok(found) = node.next.binary_search_by_key(&byte, |(b, _)| *b) else { break };
            at = node.next.get(found).map_or(0, |(_, to)| *to);
            if self.nodes.get(at).is_some_and(|node| node.begins) {
                longest = length;
            }
        }
        longest
    }
}

#[cfg(test)]
mod tests {
    use super::Prefixes;

    #[test]
    fn the_longest_beginning_counts_and_a_whole_anchor_does_not() {
        let prefixes = Prefixes::of(&["-----BEGIN ", "機密性", "aab"]);
        let check = |text: &str, expect| assert_eq!(prefixes.longest(text), expect, "{text}");
        check("x-----BEG", 8);
        check("-----BEGIN ", 0);
        check("------", 5);
        check("秘機密", 6);
        check("xaa", 2);
        check("aaab", 0);
        check("", 0);
    }
}
