//! What the gate said, read as the program would read it that asked: OpenAI's, AWS's, or an application's form.

use std::borrow::Cow;

use sekisho_exchange::eventstream::{Decoder, Message, MessageKind};
use serde_json::Value;

/// What the gate said.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The level it was announced at.
    pub level: Option<String>,
    /// The id to appeal with.
    pub record: Option<String>,
    /// `refused`, where the status does not say it.
    pub decision: Option<String>,
    /// What the body is.
    pub content_type: Option<String>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// What a stream said.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Streamed {
    /// How many events came.
    pub events: usize,
    /// Its words, joined.
    pub words: String,
    /// The message of the error that ended it.
    pub error: Option<String>,
    /// Whether it ended as such streams do.
    pub whole: bool,
}

/// Where answers and refusals have their words: OpenAI's, Converse's, applications'.
const WORDS: [&str; 5] = [
    "/choices/0/message/content",
    "/error/message",
    "/output/message/content/0/text",
    "/message",
    "/outputs",
];

/// Largest message of an event stream, in bytes.
const MESSAGE_BYTES_MAX: usize = 1 << 20;

impl Reply {
    /// The body as text; frames around it are no text and look like it.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// What the model says, or the message of a refusal.
    pub fn words(&self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let words = WORDS.iter().find_map(|place| body.pointer(place)?.as_str());
        words.map(str::to_owned)
    }

    /// What a stream says.
    pub fn streamed(&self) -> Streamed {
        match self.content_type.as_deref() {
            Some("application/vnd.amazon.eventstream") => frames(&self.body),
            _ => events(&self.text()),
        }
    }
}

/// Server-sent events of chat completions.
fn events(text: &str) -> Streamed {
    let mut streamed = Streamed::default();
    for event in text.split("\n\n").filter_map(|event| event.strip_prefix("data: ")) {
        streamed.events += 1;
        streamed.whole = event == "[DONE]";
        let event: Value = serde_json::from_str(event).unwrap_or_default();
        let at = |place: &str| event.pointer(place).and_then(Value::as_str);
        streamed.words += at("/choices/0/delta/content").unwrap_or_default();
        streamed.error = at("/error/message").map(str::to_owned).or(streamed.error);
    }
    streamed
}

/// Event streams of ConverseStream. One that cannot be read counts as broken off without a word.
fn frames(bytes: &[u8]) -> Streamed {
    let mut messages = Vec::new();
    let mut decoder = Decoder::new(MESSAGE_BYTES_MAX);
    let read = decoder.push(bytes, &mut messages).and_then(|()| decoder.finish());
    let mut streamed = Streamed { events: messages.len(), ..Streamed::default() };
    for Message { kind, name, payload, .. } in messages {
        let payload: Value = serde_json::from_slice(&payload).unwrap_or_default();
        let at = |place: &str| payload.pointer(place).and_then(Value::as_str).unwrap_or_default();
        match kind {
            MessageKind::Event => {
                streamed.words += at("/delta/text");
                streamed.whole |= name == "messageStop";
            }
            MessageKind::Exception | MessageKind::Error => streamed.error = Some(at("/message").to_owned()),
        }
    }
    streamed.whole &= read.is_ok() && streamed.error.is_none();
    streamed
}

#[cfg(test)]
mod tests {
    use sekisho_exchange::eventstream::{event, exception};
    use serde_json::json;

    use super::*;

    fn reply(content_type: &str, body: Vec<u8>) -> Reply {
        let content_type = Some(content_type.to_owned());
        Reply { status: 200, level: None, record: None, decision: None, content_type, body }
    }

    #[test]
    fn every_form_has_its_words() {
        let check = |body: Value, expect: Option<&str>| {
            let words = reply("application/json", body.to_string().into_bytes()).words();
            assert_eq!(words.as_deref(), expect, "{body}");
        };
        check(json!({ "choices": [{ "message": { "content": "一" } }] }), Some("一"));
        check(json!({ "error": { "message": "二" } }), Some("二"));
        check(json!({ "output": { "message": { "content": [{ "text": "三" }] } } }), Some("三"));
        check(json!({ "message": "四" }), Some("四"));
        check(json!({ "outputs": "五" }), Some("五"));
        check(json!({ "output": 1 }), None);
    }

    #[test]
    fn an_event_stream_says_what_its_frames_say_and_ends_as_one() {
        let mut bytes = Vec::new();
        let mut say = |name: &str, payload: Value| {
            event(name, "application/json", payload.to_string().as_bytes(), &mut bytes);
            bytes.clone()
        };
        say("messageStart", json!({ "role": "assistant" }));
        say("contentBlockDelta", json!({ "contentBlockIndex": 0, "delta": { "text": "議事" } }));
        let begun = say("contentBlockDelta", json!({ "contentBlockIndex": 0, "delta": { "text": "録" } }));
        let ended = say("messageStop", json!({ "stopReason": "end_turn" }));
        let mut broken = begun.clone();
        exception("modelStreamErrorException", br#"{"message":"no"}"#, &mut broken);
        let check = |bytes: &[u8], events: usize, error: Option<&str>, whole: bool| {
            let words = "議事録".to_owned();
            let expect = Streamed { events, words, error: error.map(str::to_owned), whole };
            assert_eq!(reply("application/vnd.amazon.eventstream", bytes.to_vec()).streamed(), expect);
        };
        check(&ended, 4, None, true);
        check(&begun, 3, None, false);
        check(&broken, 4, Some("no"), false);
        check(&[&ended[..], &ended[..20]].concat(), 4, None, false);
    }
}
