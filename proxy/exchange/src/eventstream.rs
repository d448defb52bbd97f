//! AWS event streams (`application/vnd.amazon.eventstream`; Smithy 2.0, «Amazon Event Stream Specification»), read
//! from bytes that are cut anywhere and written again in one form.
//!
//! ```text
//! message = length u32 | headers-length u32 | crc of both u32 | header* | payload | crc of all before u32    big-endian
//! header  = name-length u8 | name | type u8 | value
//! ```
//!
//! Read is less than the standard: a message that does not say what it is, or says so twice, is none. Written is what
//! the client has to know: what kind of message, its name, its payload's type. No other header passes.

use std::fmt;

use crc32fast::hash;

/// What a stream says next.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// What `:message-type` says.
    pub kind: MessageKind,
    /// What `:event-type`, `:exception-type` or `:error-code` says: 1 to 255 printable ASCII characters.
    pub name: String,
    /// What `:content-type` says, if there is one.
    pub content_type: Option<String>,
    /// What `:error-message` says, if there is one.
    pub error_message: Option<String>,
    /// What it carries; nothing is known about it yet.
    pub payload: Vec<u8>,
}

/// What kind of message it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MessageKind {
    /// A part of the answer.
    Event,
    /// An error that the service's model describes; the stream is over.
    Exception,
    /// An error that no model describes; the stream is over.
    Error,
}

impl fmt::Debug for Message {
    /// Sizes only: names and payload are the other side's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({} bytes)", self.kind, self.payload.len())
    }
}

/// Why a stream cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broken {
    /// A message says that it is larger than the limit.
    TooLarge,
    /// A checksum does not belong to what it stands behind.
    Checksum,
    /// Lengths that do not fit into each other, a header that is none or stands twice, or a message that does not say
    /// what it is.
    Malformed,
    /// The stream ended within a message.
    Unfinished,
}

/// Reads messages as their bytes come.
pub struct Decoder {
    message_bytes_max: usize,
    /// What has come of the message that has begun: never more than the limit, for more is not taken.
    begun: Vec<u8>,
    /// How long its parts are, once its prelude was found to be whole.
    lengths: Option<Lengths>,
}

#[derive(Clone, Copy)]
struct Lengths {
    /// All of the message, both checksums with it.
    message_bytes: usize,
    headers_bytes: usize,
}

/// Both lengths and their checksum.
const PRELUDE_BYTES: usize = 12;

const CHECKSUM_BYTES: usize = 4;

/// Most headers of a message. Bedrock sends three; a bound keeps it cheap to look whether one stands twice.
const HEADERS_MAX: usize = 64;

/// Longest name of an event, an exception or an error, and longest content type, in bytes.
const WORD_BYTES_MAX: usize = 255;

/// The one type that names and content types may have.
const STRING: u8 = 7;

impl Decoder {
    /// A stream that begins. No message may be larger than the limit, in bytes of all of it.
    pub fn new(message_bytes_max: usize) -> Decoder {
        Decoder { message_bytes_max, begun: Vec::new(), lengths: None }
    }

    /// Takes bytes as they came; tells what is complete.
    ///
    /// # Errors
    /// A message that is too large, damaged or malformed; nothing that follows is read. What a message says about its
    /// length is looked at before anything is kept for it.
    pub fn push(&mut self, bytes: &[u8], messages: &mut Vec<Message>) -> Result<(), Broken> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let wanted = self.lengths.map_or(PRELUDE_BYTES, |lengths| lengths.message_bytes);
            let missing = wanted.saturating_sub(self.begun.len());
            let (piece, after) = rest.split_at(missing.min(rest.len()));
            self.begun.extend_from_slice(piece);
            rest = after;
            if self.begun.len() == wanted {
                self.come_so_far(messages)?;
            }
        }
        Ok(())
    }

    /// The stream is over.
    ///
    /// # Errors
    /// It broke off within a message.
    pub fn finish(&mut self) -> Result<(), Broken> {
        if self.begun.is_empty() { Ok(()) } else { Err(Broken::Unfinished) }
    }

    /// The prelude is whole, or the message is. What was wrong once stays, and so is wrong again at the next byte.
    fn come_so_far(&mut self, messages: &mut Vec<Message>) -> Result<(), Broken> {
        match self.lengths {
            None => self.lengths = Some(prelude(&self.begun, self.message_bytes_max)?),
            Some(lengths) => {
                messages.push(message(&self.begun, lengths)?);
                self.begun.clear();
                self.lengths = None;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decoder")
    }
}

/// What the first twelve bytes say.
fn prelude(bytes: &[u8], message_bytes_max: usize) -> Result<Lengths, Broken> {
    let mut fields = Fields(vouched_for(bytes)?);
    let (message_bytes, headers_bytes) = (fields.length()?, fields.length()?);
    if message_bytes > message_bytes_max {
        return Err(Broken::TooLarge);
    }
    match message_bytes.checked_sub(PRELUDE_BYTES + CHECKSUM_BYTES) {
        Some(room_bytes) if headers_bytes <= room_bytes => Ok(Lengths { message_bytes, headers_bytes }),
        _ => Err(Broken::Malformed),
    }
}

/// What stands before a checksum, if it is what was summed.
fn vouched_for(bytes: &[u8]) -> Result<&[u8], Broken> {
    let (before, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(Broken::Malformed)?;
    if hash(before) == u32::from_be_bytes(*checksum) { Ok(before) } else { Err(Broken::Checksum) }
}

/// A message of which all is there.
fn message(bytes: &[u8], lengths: Lengths) -> Result<Message, Broken> {
    let mut fields = Fields(vouched_for(bytes)?);
    fields.take(PRELUDE_BYTES)?;
    let headers = Headers::read(Fields(fields.take(lengths.headers_bytes)?))?;
    // All of them are looked at, so that none is wrong only in the eyes of another reader.
    let event = headers.word(":event-type")?;
    let exception = headers.word(":exception-type")?;
    let error = headers.word(":error-code")?;
    let (kind, name) = match headers.word(":message-type")?.as_deref() {
        Some("event") => (MessageKind::Event, event),
        Some("exception") => (MessageKind::Exception, exception),
        Some("error") => (MessageKind::Error, error),
        _ => return Err(Broken::Malformed),
    };
    Ok(Message {
        kind,
        name: name.ok_or(Broken::Malformed)?,
        content_type: headers.word(":content-type")?,
        error_message: headers.string(":error-message")?.map(str::to_owned),
        payload: fields.0.to_vec(),
    })
}

/// The headers of a message, each with its value if that is a string.
struct Headers<'b>(Vec<(&'b [u8], Option<&'b [u8]>)>);

impl<'b> Headers<'b> {
    fn read(mut fields: Fields<'b>) -> Result<Headers<'b>, Broken> {
        let mut headers = Headers(Vec::new());
        while !fields.0.is_empty() {
            let name_bytes = fields.byte()?;
            let name = fields.take(name_bytes.into())?;
            let value = fields.value()?;
            let twice = headers.0.iter().any(|(other, _)| *other == name);
            if name.is_empty() || twice || headers.0.len() == HEADERS_MAX {
                return Err(Broken::Malformed);
            }
            headers.0.push((name, value));
        }
        Ok(headers)
    }

    /// What this header says, if there is one; any other type than a string is wrong.
    fn string(&self, name: &str) -> Result<Option<&'b str>, Broken> {
        let header = self.0.iter().find(|(other, _)| *other == name.as_bytes());
        let Some((_, value)) = header else { return Ok(None) };
        let text = value.and_then(|value| std::str::from_utf8(value).ok());
        text.map(Some).ok_or(Broken::Malformed)
    }

    /// The same of what the client will be told again.
    fn word(&self, name: &str) -> Result<Option<String>, Broken> {
        let word = self.string(name)?;
        let printable = |word: &str| word.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let wrong =
            word.is_some_and(|word| word.is_empty() || word.len() > WORD_BYTES_MAX || !printable(word));
        if wrong { Err(Broken::Malformed) } else { Ok(word.map(str::to_owned)) }
    }
}

/// Bytes that have not been read yet; what asks for more than there is, is wrong.
struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Broken::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (number, rest) = self.0.split_first_chunk().ok_or(Broken::Malformed)?;
        self.0 = rest;
        Ok(*number)
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        self.number().map(u8::from_be_bytes)
    }

    fn length(&mut self) -> Result<usize, Broken> {
        let length = self.number().map(u32::from_be_bytes)?;
        usize::try_from(length).map_err(|_| Broken::TooLarge)
    }

    /// A header's type and value; the value of a string alone is of interest.
    fn value(&mut self) -> Result<Option<&'b [u8]>, Broken> {
        let kind = self.byte()?;
        let value_bytes = match kind {
            // True and false.
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            // An integer and a time.
            5 | 8 => 8,
            // Bytes.
            6 | STRING => self.number().map(u16::from_be_bytes)?.into(),
            // A UUID.
            9 => 16,
            _ => return Err(Broken::Malformed),
        };
        let value = self.take(value_bytes)?;
        Ok((kind == STRING).then_some(value))
    }
}

/// Writes a part of an answer.
pub fn event(name: &str, content_type: &str, payload: &[u8], out: &mut Vec<u8>) {
    let headers = [(":event-type", name), (":content-type", content_type), (":message-type", "event")];
    write(&headers, payload, out);
}

/// Writes an error that the service's model describes, after which nothing may come.
pub fn exception(name: &str, payload_json: &[u8], out: &mut Vec<u8>) {
    let headers =
        [(":exception-type", name), (":content-type", "application/json"), (":message-type", "exception")];
    write(&headers, payload_json, out);
}

/// Names and types are ours or were read here, and payloads are smaller than an answer may be. Whatever were longer than
/// its length can say would make a message that no reader takes.
fn write(headers: &[(&str, &str)], payload: &[u8], out: &mut Vec<u8>) {
    let begin = out.len();
    let headers_bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    let message_bytes = PRELUDE_BYTES + headers_bytes + payload.len() + CHECKSUM_BYTES;
    for length in [message_bytes, headers_bytes] {
        out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    }
    sum_up(begin, out);
    for (name, value) in headers {
        out.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(name.as_bytes());
        out.push(STRING);
        out.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
        out.extend_from_slice(value.as_bytes());
    }
    out.extend_from_slice(payload);
    sum_up(begin, out);
}

/// Puts the checksum of what was written since `begin` behind it.
fn sum_up(begin: usize, out: &mut Vec<u8>) {
    let checksum = hash(out.get(begin..).unwrap_or_default());
    out.extend(checksum.to_be_bytes());
}

#[cfg(test)]
mod tests;
