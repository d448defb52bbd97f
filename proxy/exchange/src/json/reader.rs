//! The strict reader. It accepts RFC 8259 in UTF-8 and refuses whatever two parsers could read differently:
//! byte-order marks, equal keys (also but for case), lone surrogates, numbers beyond binary64, trailing data.

use std::fmt;
use std::ops::Range;

use super::document::{Document, Kind, Node};
use super::string;

/// How large a document may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonLimits {
    /// Most arrays and objects inside each other; recursion is bounded by it.
    pub depth_max: usize,
    /// Most values.
    pub nodes_max: usize,
}

impl Default for JsonLimits {
    fn default() -> Self {
        JsonLimits { depth_max: 64, nodes_max: 200_000 }
    }
}

/// Longest number, in bytes as written. Python refuses integers from 4,300 digits on; no API needs 64.
const NUMBER_BYTES_MAX: usize = 64;

/// What the reader refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JsonFault {
    /// Not UTF-8; another encoding, perhaps.
    Utf8,
    /// A byte-order mark.
    ByteOrderMark,
    /// Not what the grammar expects here.
    Syntax,
    /// The text ends inside a value.
    Unfinished,
    /// An escape that does not exist.
    Escape,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// A control character inside a string.
    Control,
    /// A number too long, or too large for binary64.
    Number,
    /// Two keys of one object that are equal, at least but for case.
    DuplicateKey,
    /// Too many levels of nesting.
    TooDeep,
    /// Too many values.
    TooMany,
    /// Something follows the value.
    Trailing,
}

/// Why a text was refused, and at which byte. Never the text itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonError {
    /// What was wrong.
    pub fault: JsonFault,
    /// The byte where it was noticed, from 0.
    pub at: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            JsonFault::Utf8 => "not UTF-8",
            JsonFault::ByteOrderMark => "byte-order mark",
            JsonFault::Syntax => "not JSON",
            JsonFault::Unfinished => "text ends too early",
            JsonFault::Escape => "unknown escape",
            JsonFault::LoneSurrogate => "lone surrogate",
            JsonFault::Control => "control character in a string",
            JsonFault::Number => "number out of range",
            JsonFault::DuplicateKey => "two keys of one object are equal (case aside)",
            JsonFault::TooDeep => "nested too deep",
            JsonFault::TooMany => "too many values",
            JsonFault::Trailing => "data after the value",
        };
        write!(f, "{what} at byte {}", self.at)
    }
}

/// Reads one document. With `halves`, strings may begin and end with half of a surrogate pair.
pub(super) fn read(bytes: Vec<u8>, limits: &JsonLimits, halves: bool) -> Result<Document, JsonError> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        return Err(JsonError { fault: JsonFault::ByteOrderMark, at: 0 });
    }
    let text = String::from_utf8(bytes)
        .map_err(|e| JsonError { fault: JsonFault::Utf8, at: e.utf8_error().valid_up_to() })?;
    let mut reader = Reader { text: &text, at: 0, depth: 0, nodes: Vec::new(), limits, halves };
    reader.value(None, None, 0)?;
    reader.space();
    if reader.at < text.len() {
        return Err(reader.fault(JsonFault::Trailing));
    }
    let nodes = reader.nodes;
    Ok(Document { text, nodes })
}

struct Reader<'t> {
    text: &'t str,
    /// Next byte; always on a character boundary between tokens.
    at: usize,
    depth: usize,
    nodes: Vec<Node>,
    limits: &'t JsonLimits,
    halves: bool,
}

type Read<T> = Result<T, JsonError>;

impl Reader<'_> {
    fn value(&mut self, parent: Option<usize>, key: Option<Range<usize>>, position: usize) -> Read<()> {
        self.space();
        let index = self.nodes.len();
        if index >= self.limits.nodes_max {
            return Err(self.fault(JsonFault::TooMany));
        }
        let start = self.at;
        self.nodes.push(Node { kind: Kind::Null, span: start..start, key, parent, position, after: index });
        let kind = match self.peek() {
            Some(b'{') => self.nested(index, Self::object).map(|()| Kind::Object),
            Some(b'[') => self.nested(index, Self::array).map(|()| Kind::Array),
            Some(b'"') => self.string(self.halves).map(|_| Kind::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Kind::Number),
            Some(b't') => self.word("true").map(|()| Kind::Bool),
            Some(b'f') => self.word("false").map(|()| Kind::Bool),
            Some(b'n') => self.word("null").map(|()| Kind::Null),
            _ => Err(self.unexpected()),
        }?;
        let (end, after) = (self.at, self.nodes.len());
        if let Some(node) = self.nodes.get_mut(index) {
            (node.kind, node.span, node.after) = (kind, start..end, after);
        }
        Ok(())
    }

    fn nested(&mut self, index: usize, inside: fn(&mut Self, usize) -> Read<()>) -> Read<()> {
        self.depth += 1;
        if self.depth > self.limits.depth_max {
            return Err(self.fault(JsonFault::TooDeep));
        }
        self.at += 1;
        inside(self, index)?;
        self.depth -= 1;
        Ok(())
    }

    fn array(&mut self, index: usize) -> Read<()> {
        self.space();
        if self.took(b']') {
            return Ok(());
        }
        for position in 0.. {
            self.value(Some(index), None, position)?;
            self.space();
            if self.took(b']') {
                return Ok(());
            }
            self.expect(b',')?;
        }
        Ok(())
    }

    fn object(&mut self, index: usize) -> Read<()> {
        let mut keys = Vec::new();
        self.space();
        if self.took(b'}') {
            return Ok(());
        }
        loop {
            self.space();
            let key = self.string(false)?;
            keys.push((self.folded(&key), key.start));
            self.space();
            self.expect(b':')?;
            self.value(Some(index), Some(key), 0)?;
            self.space();
            if self.took(b'}') {
                return distinct(keys);
            }
            self.expect(b',')?;
        }
    }

    /// A key as a reader that ignores case would compare it (Go's encoding/json folds these two letters as well).
    fn folded(&self, token: &Range<usize>) -> String {
        let raw = self.text.get(token.start + 1..token.end - 1).unwrap_or_default();
        // Nearly every key there is.
        if raw.is_ascii() && !raw.contains('\\') {
            return raw.to_ascii_lowercase();
        }
        let fold = |c: char| match c {
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            _ => c.to_ascii_lowercase(),
        };
        string::units(raw).map_while(Result::ok).map(|unit| fold(unit.char)).collect()
    }

    /// Reads a string token; the span includes the quotes.
    fn string(&mut self, halves: bool) -> Read<Range<usize>> {
        let start = self.at;
        self.expect(b'"')?;
        let content = self.at;
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(0..0x20) => return Err(self.fault(JsonFault::Control)),
                Some(_) => self.at += 1,
                None => return Err(self.fault(JsonFault::Unfinished)),
            }
        }
        if escaped {
            let raw = self.text.get(content..self.at).unwrap_or_default();
            let broken = match halves {
                true => string::fragment(raw).err(),
                false => string::units(raw).find_map(Result::err),
            };
            broken.map_or(Ok(()), |(fault, at)| Err(JsonError { fault, at: content + at }))?;
        }
        self.at += 1;
        Ok(start..self.at)
    }

    fn number(&mut self) -> Read<()> {
        let start = self.at;
        self.took(b'-');
        if !self.took(b'0') {
            self.digits()?;
        }
        if self.took(b'.') {
            self.digits()?;
        }
        if self.took(b'e') || self.took(b'E') {
            let _sign = self.took(b'+') || self.took(b'-');
            self.digits()?;
        }
        let token = self.text.get(start..self.at).unwrap_or_default();
        let finite = token.parse::<f64>().is_ok_and(f64::is_finite);
        if token.len() > NUMBER_BYTES_MAX || !finite {
            return Err(JsonError { fault: JsonFault::Number, at: start });
        }
        Ok(())
    }

    fn digits(&mut self) -> Read<()> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.unexpected()) } else { Ok(()) }
    }

    fn word(&mut self, word: &str) -> Read<()> {
        word.bytes().try_for_each(|b| self.expect(b))
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn took(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        if self.took(byte) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn unexpected(&self) -> JsonError {
        self.fault(if self.at < self.text.len() { JsonFault::Syntax } else { JsonFault::Unfinished })
    }

    fn fault(&self, fault: JsonFault) -> JsonError {
        JsonError { fault, at: self.at }
    }
}

fn distinct(mut keys: Vec<(String, usize)>) -> Read<()> {
    keys.sort_unstable();
    let mut after = keys.iter().skip(1);
    let twice = keys.iter().zip(&mut after).find(|(one, next)| one.0 == next.0);
    twice.map_or(Ok(()), |(_, next)| Err(JsonError { fault: JsonFault::DuplicateKey, at: next.1 }))
}
