//! AWS event streams: messages made for backends, answers taken apart for tests. Knows nothing of the gate's own reader.

use crc32fast::hash;
use serde_json::{Value, json};

/// An event of this name.
pub fn event(name: &str, payload: &Value) -> Vec<u8> {
    let headers = [(":event-type", name), (":content-type", "application/json"), (":message-type", "event")];
    message(&headers, payload.to_string().as_bytes())
}

/// An error that the service's model knows.
pub fn exception(name: &str, message_said: &str) -> Vec<u8> {
    let headers =
        [(":exception-type", name), (":content-type", "application/json"), (":message-type", "exception")];
    message(&headers, json!({ "message": message_said }).to_string().as_bytes())
}

/// A message of these headers, all of them strings, in this order.
pub fn message(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let short = |length: usize| u16::try_from(length).expect("a header is short").to_be_bytes();
    let long = |length: usize| u32::try_from(length).expect("a message is small").to_be_bytes();
    let mut block = Vec::new();
    for (name, value) in headers {
        block.extend(short(name.len()).into_iter().skip(1));
        block.extend(name.bytes());
        block.push(7);
        block.extend(short(value.len()));
        block.extend(value.bytes());
    }
    let mut bytes = [long(16 + block.len() + payload.len()), long(block.len())].concat();
    bytes.extend(hash(&bytes).to_be_bytes());
    bytes.extend([&block, payload].concat());
    bytes.extend(hash(&bytes).to_be_bytes());
    bytes
}

/// The bytes in pieces of these sizes, again and again: as no frame, event or character is cut.
pub fn cut(bytes: &[u8], sizes: &[usize]) -> Vec<Vec<u8>> {
    let mut sizes = sizes.iter().copied().cycle();
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(rest.len()).clamp(1, rest.len());
        let (piece, after) = rest.split_at(size);
        pieces.push(piece.to_vec());
        rest = after;
    }
    pieces
}

/// What came of a stream.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    /// The events: name and payload.
    pub events: Vec<(String, Value)>,
    /// The exception that ended it: its name and what it said.
    pub exception: Option<(String, Value)>,
}

impl Messages {
    /// Takes a whole body apart. Fails the test unless it ends where a message does.
    pub fn of(mut body: &[u8]) -> Messages {
        let mut messages = Messages::default();
        while !body.is_empty() {
            assert!(messages.exception.is_none(), "nothing comes after an exception");
            let number = |at: usize| {
                let bytes = body.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).expect("four bytes");
                u32::from_be_bytes(bytes)
            };
            let (whole, block) = (number(0) as usize, number(4) as usize);
            let covered = |end: usize| body.get(..end).expect("a message is whole");
            assert_eq!(number(8), hash(covered(8)), "the prelude's checksum");
            assert_eq!(number(whole - 4), hash(covered(whole - 4)), "the message's checksum");
            let payload = body.get(12 + block..whole - 4).expect("the headers fit");
            let payload = serde_json::from_slice(payload).expect("a payload is JSON");
            let headers = strings(body.get(12..12 + block).expect("the headers fit"));
            let said =
                |name: &str| headers.iter().find(|(header, _)| header == name).map(|(_, said)| said.clone());
            match said(":message-type").as_deref() {
                Some("event") => messages.events.push((said(":event-type").expect("its type"), payload)),
                Some("exception") => {
                    messages.exception = Some((said(":exception-type").expect("its type"), payload));
                }
                other => panic!("{other:?} is no kind of message"),
            }
            body = body.get(whole..).unwrap_or_default();
        }
        messages
    }

    /// The strings at this place of the events of this name, joined: as `contentBlockDelta`, `/delta/text`.
    pub fn joined(&self, name: &str, pointer: &str) -> String {
        let named = self.events.iter().filter(|(event, _)| event == name);
        named.filter_map(|(_, payload)| payload.pointer(pointer)?.as_str()).collect()
    }

    /// The words of Converse.
    pub fn text(&self) -> String {
        self.joined("contentBlockDelta", "/delta/text")
    }
}

/// Headers of which each is a string.
fn strings(mut block: &[u8]) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    while let [length, rest @ ..] = block {
        let (name, rest) = rest.split_at(usize::from(*length));
        let [7, high, low, rest @ ..] = rest else { panic!("a header is a string") };
        let (value, rest) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a header is UTF-8");
        headers.push((text(name), text(value)));
        block = rest;
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_can_be_taken_apart() {
        let body = [event("a", &json!({ "t": "あ" })), exception("b", "c")].concat();
        assert_eq!(cut(&body, &[3, 1]).concat(), body);
        let messages = Messages::of(&body);
        assert_eq!(messages.joined("a", "/t"), "あ");
        assert_eq!(messages.exception, Some(("b".to_owned(), json!({ "message": "c" }))));
    }
}
