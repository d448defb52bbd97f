//! Server-sent events (HTML Living Standard §9.2.6, «Interpreting an event stream»), read from bytes that are cut
//! anywhere and written again in one form that every reader takes alike.
//!
//! Read is more than the standard: an event that the end of the stream leaves unterminated counts, since some readers
//! take it. Written is less: one `data` line an event where it can be, LF alone, no names, ids, retries or comments of
//! the other side.

use std::fmt;

use memchr::{memchr2, memmem};

/// What a stream says next.
#[derive(Clone, PartialEq, Eq)]
pub enum Item {
    /// An event that has data: its lines, joined with LF. Its name, if it had one, says nothing that counts here.
    Event(String),
    /// A comment, as servers send to keep a connection open; what it said is gone.
    Comment,
}

impl fmt::Debug for Item {
    /// Sizes only: the data is content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Event(data) => write!(f, "Event({} bytes)", data.len()),
            Item::Comment => f.write_str("Comment"),
        }
    }
}

/// Why a stream cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broken {
    /// An event is larger than the limit.
    TooLarge,
    /// An event is not UTF-8.
    Utf8,
}

/// Reads events as their bytes come.
pub struct Decoder {
    event_bytes_max: usize,
    /// The line that has begun.
    line: Vec<u8>,
    /// The data lines of the event that has begun; `None` before the first.
    data: Option<Vec<u8>>,
    /// The last byte was a CR, so that an LF after it ends no second line.
    after_cr: bool,
    /// Bytes of a byte-order mark that were seen, as long as nothing else was.
    mark: Option<usize>,
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

impl Decoder {
    /// A stream that begins. No event may be larger than the limit.
    pub fn new(event_bytes_max: usize) -> Decoder {
        Decoder { event_bytes_max, line: Vec::new(), data: None, after_cr: false, mark: Some(0) }
    }

    /// Takes bytes as they came; tells what is complete.
    ///
    /// # Errors
    /// An event that is too large or not UTF-8; nothing that follows can be read.
    pub fn push(&mut self, bytes: &[u8], items: &mut Vec<Item>) -> Result<(), Broken> {
        let mut rest = self.unmarked(bytes);
        while !rest.is_empty() {
            if std::mem::take(&mut self.after_cr) && rest.starts_with(b"\n") {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let end = memchr2(b'\r', b'\n', rest);
            let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
            if self.line.len() + self.data.as_ref().map_or(0, Vec::len) + piece.len() > self.event_bytes_max {
                return Err(Broken::TooLarge);
            }
            self.line.extend_from_slice(piece);
            if end.is_some() {
                self.after_cr = after.starts_with(b"\r");
                self.line_over(items)?;
            }
            rest = after.get(1..).unwrap_or_default();
        }
        Ok(())
    }

    /// The stream is over; tells of an event that was not terminated.
    ///
    /// # Errors
    /// It is not UTF-8.
    pub fn finish(&mut self, items: &mut Vec<Item>) -> Result<(), Broken> {
        // Fewer bytes than a mark are none.
        if let Some(seen @ 1..) = self.mark.take() {
            self.line.extend_from_slice(MARK.get(..seen).unwrap_or_default());
        }
        if !self.line.is_empty() {
            self.line_over(items)?;
        }
        self.event_over(items)
    }

    /// Takes a byte-order mark off the beginning.
    fn unmarked<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let Some(seen) = self.mark else { return bytes };
        let expected = MARK.get(seen..).unwrap_or_default();
        let same = bytes.iter().zip(expected).take_while(|(byte, mark)| byte == mark).count();
        if seen + same == MARK.len() {
            self.mark = None;
            return bytes.get(same..).unwrap_or_default();
        }
        if same < bytes.len() {
            self.mark = None;
            self.line.extend_from_slice(MARK.get(..seen).unwrap_or_default());
            return bytes;
        }
        self.mark = Some(seen + same);
        &[]
    }

    fn line_over(&mut self, items: &mut Vec<Item>) -> Result<(), Broken> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.event_over(items);
        }
        let colon = memmem::find(&line, b":");
        let (field, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b":").unwrap_or(value);
        match field {
            b"" => items.push(Item::Comment),
            b"data" => {
                let value = value.strip_prefix(b" ").unwrap_or(value);
                match &mut self.data {
                    Some(data) => {
                        data.push(b'\n');
                        data.extend_from_slice(value);
                    }
                    None => self.data = Some(value.to_vec()),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn event_over(&mut self, items: &mut Vec<Item>) -> Result<(), Broken> {
        if let Some(data) = self.data.take() {
            items.push(Item::Event(String::from_utf8(data).map_err(|_| Broken::Utf8)?));
        }
        Ok(())
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decoder")
    }
}

/// Writes an event. JSON without line breaks is one line, as all that is written here is.
pub fn frame(data: &str, out: &mut Vec<u8>) {
    let mut rest = data.as_bytes();
    loop {
        let end = memchr2(b'\r', b'\n', rest);
        let (line, after) = rest.split_at(end.unwrap_or(rest.len()));
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(line);
        out.push(b'\n');
        match after.split_first() {
            Some((_, after)) => rest = after,
            None => break,
        }
    }
    out.push(b'\n');
}

/// A comment that says nothing.
pub const KEEP_ALIVE: &[u8] = b":\n\n";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Broken, Decoder, Item, frame};

    fn read(parts: &[&[u8]]) -> Result<Vec<Item>, Broken> {
        let (mut decoder, mut items) = (Decoder::new(1000), Vec::new());
        parts.iter().try_for_each(|part| decoder.push(part, &mut items))?;
        decoder.finish(&mut items)?;
        Ok(items)
    }

    fn check(text: &str, expect: &[&str]) {
        let items = read(&[text.as_bytes()]).unwrap();
        let said: Vec<&str> = items
            .iter()
            .map(|item| match item {
                Item::Event(data) => data.as_str(),
                Item::Comment => "(comment)",
            })
            .collect();
        assert_eq!(said, expect, "{text:?}");
    }

    #[test]
    fn events_are_what_the_standard_says_and_an_unterminated_one_counts_too() {
        check("data: a\n\ndata:b\n\n", &["a", "b"]);
        check("data: a\r\n\r\ndata: b\r\rdata: c\n\n", &["a", "b", "c"]);
        check("data: a\ndata:  b\ndata\n\n", &["a\n b\n"]);
        check(
            ": ping\n\n:\nevent: x\nid: 1\nretry: 2\nnew: y\ndata: a\n\n",
            &["(comment)", "(comment)", "a"],
        );
        check("event: x\n\ndata: a", &["a"]);
        check("data: a\n", &["a"]);
        check("data\n\n", &[""]);
        check("datax: a\n data: b\n\n", &[]);
        check("", &[]);
    }

    #[test]
    fn a_byte_order_mark_is_one_at_the_beginning_alone() {
        check("\u{feff}data: a\n\n", &["a"]);
        check("\u{feff}\u{feff}data: a\n\n", &[]);
        check("data: \u{feff}a\n\n\u{feff}data: b\n\n", &["\u{feff}a"]);
        assert_eq!(read(&[b"\xEF", b"\xBB", b"\xBFdata: a"]).unwrap(), [Item::Event("a".into())]);
        assert_eq!(read(&[b"\xEF\xBB"]).unwrap(), []);
    }

    #[test]
    fn what_is_too_large_or_no_text_breaks_the_stream() {
        assert_eq!(read(&[b"data: \xff\n\n"]), Err(Broken::Utf8));
        assert_eq!(read(&[b"data: ", &[b'a'; 990], b"\n\n"]).unwrap().len(), 1);
        assert_eq!(read(&[b"data: ", &[b'a'; 995]]), Err(Broken::TooLarge));
        assert_eq!(read(&[b"data: a\n".repeat(600).as_slice()]), Err(Broken::TooLarge));
    }

    /// Reads all at once, as the standard's grammar is written, and shares nothing with the decoder.
    fn naive(text: &str) -> Vec<Item> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let (mut items, mut data): (Vec<Item>, Vec<&str>) = (Vec::new(), Vec::new());
        for line in text.split('\n').chain([""]) {
            if line.is_empty() && !data.is_empty() {
                items.push(Item::Event(std::mem::take(&mut data).join("\n")));
            } else if line.starts_with(':') {
                items.push(Item::Comment);
            } else if line == "data" {
                data.push("");
            } else if let Some(value) = line.strip_prefix("data:") {
                data.push(value.strip_prefix(' ').unwrap_or(value));
            }
        }
        items
    }

    proptest! {
        #[test]
        fn every_way_of_cutting_reads_the_same(
            pieces in prop::collection::vec(prop::sample::select(&["data", ":", " ", "\n", "\r", "\r\n", "あ", "\u{feff}", "id", "a"][..]), 0..40),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12)
        ) {
            let text = pieces.concat();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            places.extend([0, text.len()]);
            places.sort_unstable();
            let parts: Vec<&[u8]> = places.windows(2).map(|pair| &text.as_bytes()[pair[0]..pair[1]]).collect();
            prop_assert_eq!(read(&parts).unwrap(), naive(&text));
        }

        #[test]
        fn what_is_written_is_read_again(data in "[^\r]{0,40}") {
            let mut out = Vec::new();
            frame(&data, &mut out);
            prop_assert_eq!(read(&[&out]).unwrap(), [Item::Event(data)]);
        }
    }
}
