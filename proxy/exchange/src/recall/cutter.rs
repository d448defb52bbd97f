//! From a text that comes in pieces to the lines and sentences of it that are long enough to be known again.

/// Fewest letters and digits of a text that is remembered: what is shorter is anybody's.
pub(crate) const LETTERS_MIN: usize = 40;

/// Most letters and digits of one; a longer line counts as several, from its beginning.
const LETTERS_MAX: usize = 1024;

/// Cuts a text at line ends and after sentences, and leaves letters and digits alone of it: small ones for capitals, ASCII
/// for full width. So quoting, bullets, emphasis and spacing change nothing. However the pieces are cut, what comes out
/// is the same.
#[derive(Default)]
pub(crate) struct Cutter {
    line: String,
    letters: usize,
    /// The last was a sign after which a space ends the sentence.
    stopped: bool,
}

impl Cutter {
    /// Takes the next piece, and gives each text that it completes.
    pub fn push(&mut self, text: &str, each: &mut impl FnMut(&str)) {
        let mut rest = text;
        loop {
            let (bytes, letters) = plain(rest.as_bytes(), LETTERS_MAX - self.letters);
            let (run, after) = rest.split_at_checked(bytes).unwrap_or((rest, ""));
            if letters > 0 {
                self.line.push_str(run);
                self.letters += letters;
                self.stopped = false;
            }
            if self.letters == LETTERS_MAX {
                self.finish(each);
                rest = after;
                continue;
            }
            // Most words are followed by a blank that ends nothing.
            if let Some(further) = after.strip_prefix(' ').filter(|_| !self.stopped) {
                rest = further;
                continue;
            }
            let mut chars = after.chars();
            let Some(next) = chars.next() else { return };
            self.sign(next, each);
            rest = chars.as_str();
        }
    }

    /// Gives what has begun, and begins anew.
    pub fn finish(&mut self, each: &mut impl FnMut(&str)) {
        if self.letters >= LETTERS_MIN {
            each(&self.line);
        }
        self.line.clear();
        (self.letters, self.stopped) = (0, false);
    }

    fn sign(&mut self, c: char, each: &mut impl FnMut(&str)) {
        match sign(c) {
            Sign::Letter(c) => {
                self.line.push(c);
                self.letters += 1;
                self.stopped = false;
            }
            Sign::End => self.finish(each),
            Sign::Blank if self.stopped => self.finish(each),
            Sign::Stop => self.stopped = true,
            Sign::Blank => {}
            Sign::Other => self.stopped = false,
        }
        if self.letters == LETTERS_MAX {
            self.finish(each);
        }
    }
}

/// Length of the run of letters and digits at the beginning that count as they are, and how many they are; at most so
/// many. Bytes of UTF-8: most of any text is in such runs.
fn plain(bytes: &[u8], most: usize) -> (usize, usize) {
    let (mut at, mut letters) = (0, 0);
    while let Some(byte) = bytes.get(at).filter(|_| letters < most) {
        at += match byte {
            b'a'..=b'z' | b'0'..=b'9' => 1,
            // U+4000 to U+9FFF.
            0xE4..=0xE9 => 3,
            0xE3 if kana(bytes.get(at + 1), bytes.get(at + 2)) => 3,
            _ => break,
        };
        letters += 1;
    }
    (at, letters)
}

/// Whether a character that begins with `E3` is kana, by its other two bytes: U+3041 to U+3096, U+30A1 to U+30FA, U+30FC.
fn kana(second: Option<&u8>, third: Option<&u8>) -> bool {
    match (second, third) {
        (Some(0x81), Some(third)) => *third >= 0x81,
        (Some(0x82), Some(third)) => *third <= 0x96 || *third >= 0xA1,
        (Some(0x83), Some(third)) => *third <= 0xBA || *third == 0xBC,
        _ => false,
    }
}

enum Sign {
    /// What counts, as it counts.
    Letter(char),
    /// Ends a line or a sentence.
    End,
    /// Ends a sentence if a blank follows.
    Stop,
    Blank,
    Other,
}

fn sign(c: char) -> Sign {
    match c {
        // A marking or heading in such brackets comes off without the sentence behind it.
        '\n' | '。' | '！' | '？' | '】' => Sign::End,
        '.' | '!' | '?' | '．' => Sign::Stop,
        ' ' | '\t' | '\r' | '\u{3000}' => Sign::Blank,
        _ if c.is_ascii_alphanumeric() => Sign::Letter(c.to_ascii_lowercase()),
        '\u{FF01}'..='\u{FF5E}' => narrow(c),
        _ if !c.is_ascii() && c.is_alphanumeric() => Sign::Letter(c),
        _ => Sign::Other,
    }
}

/// Full-width forms are their ASCII letters, so many code points further on.
fn narrow(c: char) -> Sign {
    let ascii = u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32);
    match ascii.filter(char::is_ascii_alphanumeric) {
        Some(letter) => Sign::Letter(letter.to_ascii_lowercase()),
        None => Sign::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Cutter, LETTERS_MAX, LETTERS_MIN};

    fn cut(pieces: &[&str]) -> Vec<String> {
        let (mut cutter, mut lines) = (Cutter::default(), Vec::new());
        let mut each = |line: &str| lines.push(line.to_owned());
        pieces.iter().for_each(|piece| cutter.push(piece, &mut each));
        cutter.finish(&mut each);
        lines
    }

    const SENTENCE: &str =
        "来年度の組織改編に伴う予算の配分案は次の閣議に諮るまで部内限りの取扱いとし外に出さない";

    #[test]
    fn what_is_long_enough_is_cut_at_lines_and_sentences() {
        let english = "The committee will move the data centre to the northern site in April";
        let text = format!("短い。{SENTENCE}。{english}. {english}, version 2.1! 終\n{SENTENCE}");
        let letters = english.to_lowercase().replace(' ', "");
        let expect = [SENTENCE, &letters, &format!("{letters}version21"), SENTENCE];
        assert_eq!(cut(&[&text]), expect);
        let shorter: String = SENTENCE.chars().take(LETTERS_MIN - 1).collect();
        assert_eq!(cut(&[&shorter]), [""; 0]);
        assert_eq!(cut(&["ab".repeat(LETTERS_MAX).as_str()]).len(), 2);
    }

    #[test]
    fn quoting_spacing_and_width_change_nothing() {
        let plain = "Version 2 of the plan for the migration of the office";
        for other in [
            "> **Version 2**  of the plan for the\tmigration of the office",
            "・ Ｖｅｒｓｉｏｎ　２ of the plan for the migration of the office",
            "- VERSION 2 of the plan, for the migration of the office!",
        ] {
            assert_eq!(cut(&[other]), cut(&[plain]), "{other}");
        }
        assert_ne!(cut(&["Version 3 of the plan for the migration of the office"]), cut(&[plain]));
    }

    proptest! {
        /// What counts as it is, is what the signs say, one by one.
        #[test]
        fn runs_are_made_of_letters(text in "[a-z0-9A-ZＡ-Ｚぁ-ゟァ-ヿ㐀-䶿䷀-䷿一-鿿。 ・é가]{0,60}") {
            let (bytes, letters) = super::plain(text.as_bytes(), usize::MAX);
            let (run, _) = text.split_at(bytes);
            prop_assert_eq!(run.chars().count(), letters);
            let counts = |c: char| c >= '\u{4000}' || matches!(super::sign(c), super::Sign::Letter(same) if same == c);
            prop_assert!(run.chars().all(counts));
        }

        #[test]
        fn however_it_comes_the_lines_are_the_same(text in "[a-zA-Z0-9。．. \n！ぁ-ん漢字Ａ-Ｚ]{0,400}", at in 0..400_usize) {
            let at = text.floor_char_boundary(at);
            let (first, rest) = text.split_at(at);
            prop_assert_eq!(cut(&[first, rest]), cut(&[&text]));
        }
    }
}
