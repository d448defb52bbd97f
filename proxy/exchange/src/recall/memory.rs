//! What is kept: for each text that was seen above the lowest level its label, and that others were seen at it. In two
//! halves each, of which the older goes when the younger is full.

use std::collections::HashMap;

use sekisho_policies::{Label, Scale};

/// Most labels that are told apart; a policy has a handful.
const LABELS_MAX: usize = 1024;

/// Digests and their labels.
pub(super) struct Memory {
    above: Halves<u32>,
    lowest: Halves<()>,
    /// As scales write them, since the process may come to have another scale.
    labels: Vec<String>,
}

impl Memory {
    pub fn new(texts_max: usize) -> Memory {
        Memory { above: Halves::new(texts_max), lowest: Halves::new(texts_max), labels: Vec::new() }
    }

    /// What a text had come to, if that is above the lowest level and the scale still knows it.
    pub fn label(&self, text: u64, scale: &Scale) -> Option<Label> {
        let number = usize::try_from(*self.above.get(text)?).ok()?;
        scale.read(self.labels.get(number)?)
    }

    /// Keeps a text. One that was seen at the lowest level before is no secret now.
    pub fn keep(&mut self, text: u64, label: Label, scale: &Scale) {
        let before = self.label(text, scale);
        match before {
            None if label == scale.lowest() => self.lowest.put(text, ()),
            None if self.lowest.get(text).is_some() => self.lowest.put(text, ()),
            _ => {
                let label = before.map_or(label, |before| before.join(label));
                if let Some(number) = self.number(label, scale) {
                    self.above.put(text, number);
                }
            }
        }
    }

    fn number(&mut self, label: Label, scale: &Scale) -> Option<u32> {
        let written = scale.written(label);
        let known = self.labels.iter().position(|own| *own == written);
        let number = known.unwrap_or(self.labels.len());
        if known.is_none() {
            if number >= LABELS_MAX {
                return None;
            }
            self.labels.push(written);
        }
        u32::try_from(number).ok()
    }
}

/// A table whose older half is forgotten when the younger is full.
struct Halves<V> {
    young: HashMap<u64, V>,
    old: HashMap<u64, V>,
    half: usize,
}

impl<V> Halves<V> {
    fn new(max: usize) -> Halves<V> {
        Halves { young: HashMap::new(), old: HashMap::new(), half: max.div_ceil(2).max(1) }
    }

    fn get(&self, text: u64) -> Option<&V> {
        self.young.get(&text).or_else(|| self.old.get(&text))
    }

    /// What is put again is as young as can be.
    fn put(&mut self, text: u64, value: V) {
        if self.young.len() >= self.half && !self.young.contains_key(&text) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(text, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Halves;

    #[test]
    fn the_oldest_are_forgotten_and_there_are_never_more() {
        let mut halves = Halves::new(10);
        for n in 0..1000_u64 {
            halves.put(n, ());
            halves.put(7, ());
            assert!(halves.young.len() + halves.old.len() <= 10);
            assert!(halves.get(n).is_some() && halves.get(7).is_some(), "{n}");
        }
        assert!(halves.get(996).is_some() && halves.get(900).is_none());
    }
}
