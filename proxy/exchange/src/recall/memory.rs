//! What is kept: for each text that was seen above the lowest level its label, and that others were seen at it.

use sekisho_policies::{Label, Scale};

/// Most labels that are told apart; a policy has a handful.
const LABELS_MAX: usize = 1024;

/// Digests and their labels.
pub(super) struct Memory {
    above: Table,
    lowest: Table,
    /// As scales write them, since the process may come to have another scale.
    labels: Vec<String>,
}

impl Memory {
    pub fn new(texts_max: usize) -> Memory {
        Memory { above: Table::new(texts_max), lowest: Table::new(texts_max), labels: Vec::new() }
    }

    /// What a text had come to, if that is above the lowest level and the scale still knows it.
    pub fn label(&self, text: u64, scale: &Scale) -> Option<Label> {
        self.numbered(self.above.get(text)?, scale)
    }

    /// Keeps texts. One that was seen at the lowest level before is no secret now.
    pub fn keep(&mut self, texts: &[u64], label: Label, scale: &Scale) {
        let Some(number) = self.number(label, scale) else { return };
        for text in texts {
            match self.above.get(*text) {
                None if label == scale.lowest() || self.lowest.get(*text).is_some() => {
                    self.lowest.put(*text, 0);
                }
                Some(other) if other != number => {
                    let joined = self.numbered(other, scale).map_or(label, |other| other.join(label));
                    if let Some(joined) = self.number(joined, scale) {
                        self.above.put(*text, joined);
                    }
                }
                _ => self.above.put(*text, number),
            }
        }
    }

    fn numbered(&self, number: u32, scale: &Scale) -> Option<Label> {
        scale.read(self.labels.get(usize::try_from(number).ok()?)?)
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

/// A table of fixed size: each text has its row of so many places, and the oldest of a full row goes. A row is one line of
/// the processor's cache.
struct Table {
    /// Row after row: its texts, 0 where there is none, then their numbers and ages.
    words: Vec<u64>,
    age: u32,
}

/// Places of a row.
const PLACES: usize = 4;
const ROW_WORDS: usize = 2 * PLACES;

impl Table {
    /// Zeros are given by the system when they are touched, so an empty table costs nothing.
    fn new(max: usize) -> Table {
        Table { words: vec![0; max.div_ceil(PLACES).max(1) * ROW_WORDS], age: 0 }
    }

    /// Where a text's row begins.
    fn row(&self, text: u64) -> usize {
        let rows = u64::try_from(self.words.len() / ROW_WORDS).unwrap_or(1).max(1);
        usize::try_from(text % rows).unwrap_or(0) * ROW_WORDS
    }

    fn get(&self, text: u64) -> Option<u32> {
        let text = text.max(1);
        let row = self.row(text);
        let (texts, tags) = self.words.get(row..row + ROW_WORDS)?.split_at_checked(PLACES)?;
        let place = texts.iter().position(|own| *own == text)?;
        tags.get(place).map(|tag| number_of(*tag))
    }

    /// What is put again is as young as can be.
    fn put(&mut self, text: u64, number: u32) {
        let text = text.max(1);
        self.age = self.age.wrapping_add(1);
        let (row, age) = (self.row(text), self.age);
        let Some(row) = self.words.get_mut(row..row + ROW_WORDS) else { return };
        let Some((texts, tags)) = row.split_at_mut_checked(PLACES) else { return };
        let known = texts.iter().position(|own| *own == text);
        let place = known.or_else(|| texts.iter().position(|own| *own == 0));
        let place = place.or_else(|| {
            (0..PLACES).max_by_key(|place| tags.get(*place).map(|tag| age.wrapping_sub(age_of(*tag))))
        });
        if let Some((own, tag)) = place.and_then(|place| texts.get_mut(place).zip(tags.get_mut(place))) {
            (*own, *tag) = (text, u64::from(number) << 32 | u64::from(age));
        }
    }
}

fn number_of(tag: u64) -> u32 {
    u32::try_from(tag >> 32).unwrap_or(0)
}

fn age_of(tag: u64) -> u32 {
    u32::try_from(tag & u64::from(u32::MAX)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn the_oldest_are_forgotten_and_there_are_never_more() {
        let mut table = Table::new(40);
        let size = table.words.len();
        for n in 1..1000_u64 {
            table.put(n, 5);
            table.put(7, 9);
            assert_eq!((table.get(n).is_some(), table.get(7)), (true, Some(9)), "{n}");
        }
        assert_eq!((table.words.len(), size), (80, 80));
        assert_eq!((970..1000).filter(|n| table.get(*n) == Some(5)).count(), 30);
        assert_eq!((1..900).filter(|n| table.get(*n).is_some()).count(), 1);
        // A digest that looks like an empty place is another's, and not lost.
        table.put(0, 3);
        assert_eq!(table.get(0), Some(3));
        table.put(0, 4);
        assert_eq!(table.get(0), Some(4));
    }
}
