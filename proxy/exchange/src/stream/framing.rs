//! How the events of a stream are told apart, and how they are written again: as server-sent events, or as messages of
//! AWS's framing. Inside, every event is one JSON text; a message's name is the one key around it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::eventstream::{self, Message, MessageKind};
use crate::fault::Upstream;
use crate::json::{Document, JsonLimits, Kind, Value, quote};
use crate::refusal::{Refusal, Told};
use crate::sse::{self, KEEP_ALIVE};
use crate::wire::{ErrorForm, Framing};

/// Largest event of a stream, in bytes.
pub(super) const EVENT_BYTES_MAX: usize = 1 << 20;

/// What a stream says next.
pub(super) enum Item {
    /// An event: JSON, not yet known to be any.
    Event(String),
    /// Nothing, so that the connection stays open.
    KeepAlive,
    /// That it is over.
    Over,
    /// That the backend failed: what it says of it, as the member `error` of an object.
    Failure(String),
}

/// Reads and writes the events of one stream.
pub(super) struct Events {
    framing: Framing,
    decoder: Decoder,
    limits: JsonLimits,
}

enum Decoder {
    Sse(sse::Decoder),
    Messages(eventstream::Decoder),
}

/// The one event of InvokeModelWithResponseStream.
const CHUNK: &str = "chunk";
const JSON: &str = "application/json";

impl Events {
    pub(super) fn new(framing: Framing, limits: JsonLimits) -> Events {
        let decoder = match framing {
            Framing::Sse => Decoder::Sse(sse::Decoder::new(EVENT_BYTES_MAX)),
            Framing::Named | Framing::Wrapped => {
                Decoder::Messages(eventstream::Decoder::new(EVENT_BYTES_MAX))
            }
        };
        Events { framing, decoder, limits }
    }

    /// Takes bytes as they came; adds what is complete, also if what follows cannot be read.
    pub(super) fn push(&mut self, bytes: &[u8], items: &mut Vec<Item>) -> Result<(), Upstream> {
        match &mut self.decoder {
            Decoder::Sse(decoder) => {
                let mut read = Vec::new();
                let outcome = decoder.push(bytes, &mut read);
                items.extend(read.into_iter().filter_map(of_sse));
                outcome.map_err(broken_events)
            }
            Decoder::Messages(decoder) => {
                let mut read = Vec::new();
                let outcome = decoder.push(bytes, &mut read);
                for message in read {
                    items.push(of_message(message, self.framing, &self.limits)?);
                }
                outcome.map_err(broken_messages)
            }
        }
    }

    /// The stream is over; adds an event that was not terminated.
    pub(super) fn finish(&mut self, items: &mut Vec<Item>) -> Result<(), Upstream> {
        match &mut self.decoder {
            Decoder::Sse(decoder) => {
                let mut read = Vec::new();
                decoder.finish(&mut read).map_err(broken_events)?;
                items.extend(read.into_iter().filter_map(of_sse));
                Ok(())
            }
            Decoder::Messages(decoder) => decoder.finish().map_err(broken_messages),
        }
    }

    /// Writes an event. What is written here was made by [`Events::push`], or looks like it.
    pub(super) fn event(&self, json: &str, out: &mut Vec<u8>) {
        match self.framing {
            Framing::Sse => sse::frame(json, out),
            Framing::Named => {
                let inside = json.strip_prefix("{\"").and_then(|rest| rest.strip_suffix('}'));
                if let Some((name, payload)) = inside.and_then(|inside| inside.split_once("\":")) {
                    eventstream::event(name, JSON, payload.as_bytes(), out);
                }
            }
            Framing::Wrapped => {
                let payload = format!(r#"{{"bytes":"{}"}}"#, STANDARD.encode(json));
                eventstream::event(CHUNK, JSON, payload.as_bytes(), out);
            }
        }
    }

    /// Writes that nothing comes for a while; messages of AWS's framing have no way to say so.
    pub(super) fn keep_alive(&self, out: &mut Vec<u8>) {
        if self.framing == Framing::Sse {
            out.extend_from_slice(KEEP_ALIVE);
        }
    }

    /// Writes that the stream is over, where that is said.
    pub(super) fn over(&self, out: &mut Vec<u8>) {
        if self.framing == Framing::Sse {
            sse::frame("[DONE]", out);
        }
    }

    /// Writes the error that ends the stream, which clients raise.
    pub(super) fn error(&self, refusal: &Refusal, told: &Told, out: &mut Vec<u8>) {
        match self.framing {
            Framing::Sse => sse::frame(&told.body(ErrorForm::OpenAi), out),
            Framing::Named | Framing::Wrapped => {
                let body = told.body(ErrorForm::Aws);
                eventstream::exception(refusal.exception_in_stream(), body.as_bytes(), out);
            }
        }
    }
}

fn of_sse(item: sse::Item) -> Option<Item> {
    match item {
        sse::Item::Comment => Some(Item::KeepAlive),
        // Readers take whatever begins so for the end.
        sse::Item::Event(data) if data.starts_with("[DONE]") => Some(Item::Over),
        sse::Item::Event(data) if data.is_empty() => None,
        sse::Item::Event(data) => Some(Item::Event(data)),
    }
}

fn of_message(message: Message, framing: Framing, limits: &JsonLimits) -> Result<Item, Upstream> {
    let unreadable = || Upstream::Unreadable(None);
    let Message { kind, name, content_type, error_message, payload } = message;
    let payload = String::from_utf8(payload).map_err(|_| unreadable())?;
    if kind != MessageKind::Event {
        let said = error_message.filter(|_| payload.is_empty());
        let error = said.map_or(payload, |message| format!(r#"{{"message":{}}}"#, quote(&message)));
        return Ok(Item::Failure(format!(r#"{{"error":{error}}}"#)));
    }
    if content_type.is_some_and(|kind| kind != JSON) || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(unreadable());
    }
    match framing {
        Framing::Wrapped if name != CHUNK => Err(unreadable()),
        Framing::Wrapped => unwrapped(payload, limits).map(Item::Event).ok_or_else(unreadable),
        _ => Ok(Item::Event(format!("{{\"{name}\":{payload}}}"))),
    }
}

/// The model's own event that stands in a `chunk` as base64. Whatever stands beside it is padding, and goes.
fn unwrapped(payload: String, limits: &JsonLimits) -> Option<String> {
    let document = Document::read(payload.into_bytes(), limits).ok()?;
    let bytes = document.root().get("bytes").filter(|bytes| bytes.kind() == Kind::String);
    let decoded = STANDARD.decode(bytes.and_then(Value::string)?.as_bytes()).ok()?;
    String::from_utf8(decoded).ok()
}

fn broken_events(broken: sse::Broken) -> Upstream {
    match broken {
        sse::Broken::TooLarge => Upstream::TooLarge { limit_bytes: EVENT_BYTES_MAX },
        sse::Broken::Utf8 => Upstream::Unreadable(None),
    }
}

fn broken_messages(broken: eventstream::Broken) -> Upstream {
    match broken {
        eventstream::Broken::TooLarge => Upstream::TooLarge { limit_bytes: EVENT_BYTES_MAX },
        eventstream::Broken::Unfinished => Upstream::Broken,
        eventstream::Broken::Checksum | eventstream::Broken::Malformed => Upstream::Unreadable(None),
    }
}
