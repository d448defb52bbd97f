//! Text inside base64 and base64url: the readable stretches of every long run, character by character.
//!
//! A run is read at each of the four places a group may begin, because what stands before it (`/`, `-`, a letter)
//! is of the same alphabet and would shift it. Bytes that are no text are dropped, so hashes and pictures leave
//! nothing. Each step looks at its own bytes only: cutting a run in two never makes more of it readable.

use std::ops::Range;

/// Places where a group may begin.
pub(crate) const SHIFTS: usize = 4;

/// Shortest run that is read, in characters: 18 bytes of content.
const RUN_MIN: usize = 24;

/// Shortest stretch of text inside a run that is kept, in bytes.
const STRETCH_MIN: usize = 8;

/// How far the runs of a text that grows were read.
#[derive(Default)]
pub(crate) struct Runs {
    /// Where the run begins that goes on at `at`.
    run: Option<usize>,
    /// All before was looked at, all of the run before `fed` was read.
    at: usize,
    fed: usize,
    shifts: [Shift; SHIFTS],
}

/// What is told of the runs of a text.
pub(crate) enum Content<'a> {
    /// Read from that place of a group on, this part of the text says this.
    Says(usize, Range<usize>, &'a str),
    /// The run is over: what follows has nothing to do with it.
    Over,
}

type Tell<'a> = &'a mut dyn FnMut(Content<'_>);

impl Runs {
    /// Nothing before this offset is of interest.
    pub(crate) fn from(at: usize) -> Runs {
        Runs { at, ..Runs::default() }
    }

    /// Reads `text` up to its end, telling what is readable; returns where something begins that more text could change.
    /// `offset` is where `text` begins in the whole; places told, and the one returned, are offsets in the whole.
    pub(crate) fn step(&mut self, text: &str, offset: usize, last: bool, tell: Tell<'_>) -> usize {
        let bytes = text.as_bytes();
        let end = offset + bytes.len();
        self.at = self.at.max(offset);
        while self.at < end {
            let rest = bytes.get(self.at - offset..).unwrap_or_default();
            let in_run = self.run.is_some();
            let same = rest.iter().position(|&b| sextet(b).is_some() != in_run).unwrap_or(rest.len());
            match self.run {
                None => {
                    self.at += same;
                    self.run = (self.at < end).then_some(self.at);
                    self.fed = self.at;
                }
                Some(start) => {
                    self.at += same;
                    self.feed(start, bytes, offset, tell);
                    let pads = padding(bytes.get(self.at - offset..).unwrap_or_default());
                    // One sign of padding may be followed by another.
                    if pads == 1 && self.at + pads == end && !last {
                        break;
                    }
                    if self.at < end {
                        self.over(pads, tell);
                    }
                }
            }
        }
        if last {
            self.over(0, tell);
        }
        let run = self.run.unwrap_or(self.at);
        if self.fed == run {
            run
        } else {
            self.shifts.iter().filter_map(Shift::waits).min().unwrap_or(self.at)
        }
    }

    /// A run that is long enough is read as far as it is there.
    fn feed(&mut self, start: usize, bytes: &[u8], offset: usize, tell: Tell<'_>) {
        if self.at - start < RUN_MIN {
            return;
        }
        for at in self.fed..self.at {
            let value = bytes.get(at - offset).and_then(|&b| sextet(b)).unwrap_or_default();
            for (number, shift) in
                self.shifts.iter_mut().enumerate().filter(|(number, _)| at >= start + number)
            {
                shift.take(at, value, &mut |range, text| tell(Content::Says(number, range, text)));
            }
        }
        self.fed = self.at;
    }

    /// The run is over, and so many signs of padding follow.
    fn over(&mut self, pads: usize, tell: Tell<'_>) {
        // Most runs are words, of which nothing was read.
        if self.run.take().is_some_and(|start| self.fed > start) {
            for (number, shift) in self.shifts.iter_mut().enumerate() {
                std::mem::take(shift).over(pads, &mut |range, text| tell(Content::Says(number, range, text)));
            }
            tell(Content::Over);
        }
        self.fed = self.at;
    }
}

type Told<'a> = &'a mut dyn FnMut(Range<usize>, &str);

/// One of the four ways to read a run.
#[derive(Default)]
struct Shift {
    /// The characters of a group that is not complete: how many, from where, and their bits.
    count: usize,
    from: usize,
    bits: u32,
    /// Bytes of a character that is not complete, each with the group it came from.
    utf8: Vec<(u8, Range<usize>)>,
    /// Characters of a stretch that is not yet long enough, in bytes and with their groups.
    stretch: Vec<(char, Range<usize>)>,
    length: usize,
    /// Where the last character came from.
    latest: Range<usize>,
}

impl Shift {
    /// Where something begins that is not told yet.
    fn waits(&self) -> Option<usize> {
        let group = (self.count > 0).then_some(self.from);
        let byte = self.utf8.first().map(|(_, source)| source.start);
        let char = self.stretch.first().map(|(_, source)| source.start);
        char.or(byte).or(group)
    }

    fn take(&mut self, at: usize, value: u8, told: Told<'_>) {
        if self.count == 0 {
            (self.from, self.bits) = (at, 0);
        }
        self.bits = (self.bits << 6) | u32::from(value);
        self.count += 1;
        if self.count == 4 {
            self.group(at + 1, told);
        }
    }

    /// The bytes of up to four characters: two carry one byte, three carry two; one alone carries none.
    fn group(&mut self, end: usize, told: Told<'_>) {
        let missing = 4usize.saturating_sub(self.count);
        let bytes = (self.bits << (6 * missing)).to_be_bytes();
        for byte in bytes.into_iter().skip(1).take(self.count.saturating_sub(1)) {
            self.utf8.push((byte, self.from..end));
            self.characters(told);
        }
        self.count = 0;
    }

    /// Takes whole characters off the bytes; what can be none ends the stretch.
    fn characters(&mut self, told: Told<'_>) {
        while !self.utf8.is_empty() {
            let bytes: Vec<u8> = self.utf8.iter().map(|(byte, _)| *byte).collect();
            match std::str::from_utf8(&bytes) {
                Ok(text) => {
                    let from = self.utf8.first().map_or(0, |(_, source)| source.start);
                    let to = self.utf8.last().map_or(0, |(_, source)| source.end);
                    text.chars().for_each(|c| self.character(c, from..to, told));
                    self.utf8.clear();
                }
                Err(error) => match error.error_len() {
                    Some(invalid) => {
                        self.cut(told);
                        self.utf8.drain(..invalid);
                    }
                    None => return,
                },
            }
        }
    }

    fn character(&mut self, c: char, source: Range<usize>, told: Told<'_>) {
        if is_unreadable(c) {
            return self.cut(told);
        }
        self.length += c.len_utf8();
        self.latest = source.clone();
        self.stretch.push((c, source));
        if self.length >= STRETCH_MIN {
            for (c, source) in self.stretch.drain(..) {
                told(source, c.encode_utf8(&mut [0; 4]));
            }
        }
    }

    /// Ends a stretch; a line break stands after one that was told.
    fn cut(&mut self, told: Told<'_>) {
        if self.length >= STRETCH_MIN {
            told(self.latest.clone(), "\n");
        }
        self.stretch.clear();
        self.length = 0;
    }

    /// Padding that fits belongs to the last group.
    fn over(mut self, pads: usize, told: Told<'_>) {
        let fits = (2..4).contains(&self.count) && self.count + pads == 4;
        let end = self.from + self.count + if fits { pads } else { 0 };
        self.group(end, told);
        self.utf8.clear();
        self.cut(told);
    }
}

/// How many signs of padding a text begins with, of the two that there may be.
fn padding(rest: &[u8]) -> usize {
    rest.iter().take(2).take_while(|&&byte| byte == b'=').count()
}

fn is_unreadable(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// Length of the run at the end of `text`; `None` if it is long enough to be read.
pub(crate) fn short_run(text: &str) -> Option<usize> {
    let run = text.bytes().rev().take_while(|&byte| sextet(byte).is_some()).take(RUN_MIN).count();
    (run < RUN_MIN).then_some(run)
}

/// What base64 or base64url of RFC 4648 stands for, with padding or without; `None` if it is neither.
pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        (bits, count) = ((bits << 6) | u32::from(sextet(byte)?), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.extend(u8::try_from((bits >> count) & 0xFF));
        }
    }
    Some(bytes)
}

/// Value of a base64 or base64url character (RFC 4648 §4, §5).
fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test may fail")]
mod tests {
    use super::{Content, Runs};

    /// The first shift's readable content, when the text comes by `step` bytes, and the part of the text it stands for.
    fn contents(text: &str, step: usize) -> Option<(String, std::ops::Range<usize>)> {
        let (mut runs, mut found) = (Runs::default(), vec![(String::new(), text.len()..0); 4]);
        for end in (step..text.len()).step_by(step).chain([text.len()]) {
            let waits = runs.step(&text[..end], 0, end == text.len(), &mut |content| {
                if let Content::Says(shift, range, says) = content {
                    let (all, source) = &mut found[shift];
                    *all += says;
                    *source = source.start.min(range.start)..source.end.max(range.end);
                }
            });
            assert!(waits <= end);
        }
        found.into_iter().find(|(all, _)| !all.is_empty())
    }

    #[expect(clippy::needless_pass_by_value, reason = "a case is a line")]
    fn check(text: &str, expect: Option<(&str, std::ops::Range<usize>)>) {
        for step in [1, 2, 3, 5, 1000] {
            let found = contents(text, step);
            let found = found.as_ref().map(|(all, source)| (all.as_str(), source.clone()));
            assert_eq!(found, expect, "{text} by {step}");
        }
    }

    #[test]
    fn readable_content_is_found_wherever_its_groups_begin() {
        let key = "AKIARZPUZDIKABNBHR4I xyz\n";
        check("key: QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6 end", Some((key, 5..37)));
        check("55Wq5Y+344GvMTIzNDU2Nzg5MDE444Gn44GZ", Some(("番号は123456789018です\n", 0..36)));
        check("QUtJQVJaUFVaRElLQUJOQkhSNEkgeHk= x", Some(("AKIARZPUZDIKABNBHR4I xy\n", 0..32)));
        check("QUtJQVJaUFVaRElLQUJOQkhSNEkgeA==", Some(("AKIARZPUZDIKABNBHR4I x\n", 0..32)));
        check("QUtJQVJaUFVaRElLQUJOQkhSNEkgeA=x", Some(("AKIARZPUZDIKABNBHR4I x\n", 0..30)));
        check("/-QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6", Some((key, 2..34)));
    }

    #[test]
    fn short_runs_and_hashes_leave_nothing() {
        check("QUtJQQ==", None);
        check("d41d8cd98f00b204e9800998ecf8427e", None);
    }

    #[test]
    fn each_character_stands_for_its_groups() {
        let mut told = Vec::new();
        let mut runs = Runs::default();
        runs.step("x QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6 y", 0, true, &mut |content| {
            if let Content::Says(0, range, text) = content {
                told.push((range, text.to_owned()));
            }
        });
        assert_eq!(told[0], (2..6, "A".to_owned()));
        assert_eq!(told[2], (2..6, "I".to_owned()));
        assert_eq!(told[3], (6..10, "A".to_owned()));
    }
}
