//! How a scripted backend streams: OpenAI's `chat.completion.chunk`, a few characters an event, with short pauses.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use serde_json::{Value, json};
use tokio::time::{Sleep, sleep};

use super::samples::Said;

/// What a backend sends: all at once, or event by event.
pub struct Speech {
    left: VecDeque<Bytes>,
    pause: Duration,
    resting: Option<Pin<Box<Sleep>>>,
}

/// Characters of an event. A secret is always cut: no sample fits into one.
const PIECE_CHARS: usize = 3;
/// Between two events, so that streaming can be seen.
const PAUSE: Duration = Duration::from_millis(4);
/// Longer texts come in larger pieces and without pauses.
const SHORT_CHARS: usize = 400;

impl Speech {
    /// A body in one piece.
    pub fn whole(body: String) -> Speech {
        Speech { left: VecDeque::from([Bytes::from(body)]), pause: Duration::ZERO, resting: None }
    }

    /// What is said, in as many choices as are asked for, which take turns.
    pub fn streamed(said: &Said, prompt: &Value, choices: u64) -> Speech {
        let model = prompt.get("model").cloned().unwrap_or_default();
        let event = |choices: Value, usage: Value| {
            let chunk = json!({ "id": "chatcmpl-development", "object": "chat.completion.chunk", "created": 1,
                "model": model, "choices": choices, "usage": usage });
            Bytes::from(format!("data: {chunk}\n\n"))
        };
        let choice = |index: u64, delta: &Value, finish: Option<&str>| json!([{ "index": index, "delta": delta, "finish_reason": finish }]);
        let steps = steps(said);
        let mut left = VecDeque::new();
        for (delta, finish) in &steps {
            left.extend((0..choices).map(|index| event(choice(index, delta, *finish), Value::Null)));
        }
        if prompt.pointer("/stream_options/include_usage") == Some(&Value::Bool(true)) {
            let count = steps.len();
            let usage = json!({ "prompt_tokens": 1, "completion_tokens": count, "total_tokens": count + 1 });
            left.push_back(event(json!([]), usage));
        }
        left.push_back(Bytes::from_static(b"data: [DONE]\n\n"));
        let pause = if steps.len() > SHORT_CHARS { Duration::ZERO } else { PAUSE };
        Speech { left, pause, resting: None }
    }
}

/// The deltas of one choice, and which of them ends it.
fn steps(said: &Said) -> Vec<(Value, Option<&'static str>)> {
    let mut steps = Vec::new();
    match said {
        Said::Text(text) => {
            steps.push((json!({ "role": "assistant", "content": "" }), None));
            steps.extend(pieces(text).map(|piece| (json!({ "content": piece }), None)));
            steps.push((json!({}), Some("stop")));
        }
        Said::Call { name, arguments } => {
            let first = json!({ "index": 0, "id": "call_development", "type": "function", "function": { "name": name, "arguments": "" } });
            steps.push((json!({ "role": "assistant", "content": null, "tool_calls": [first] }), None));
            let piece = |piece| json!({ "tool_calls": [{ "index": 0, "function": { "arguments": piece } }] });
            steps.extend(pieces(arguments).map(|text| (piece(text), None)));
            steps.push((json!({}), Some("tool_calls")));
        }
    }
    steps
}

fn pieces(text: &str) -> impl Iterator<Item = String> {
    let chars: Vec<char> = text.chars().collect();
    let size = if chars.len() > SHORT_CHARS { 10 * PIECE_CHARS } else { PIECE_CHARS };
    let pieces: Vec<String> = chars.chunks(size).map(|piece| piece.iter().collect()).collect();
    pieces.into_iter()
}

impl Body for Speech {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(resting) = &mut self.resting {
            ready!(resting.as_mut().poll(cx));
        }
        let pause = self.pause;
        self.resting = (!pause.is_zero()).then(|| Box::pin(sleep(pause)));
        Poll::Ready(self.left.pop_front().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_comes_in_pieces_that_join() {
        let said = Said::Text("番号は123456789018です。".to_owned());
        let contents: Vec<String> = steps(&said)
            .iter()
            .filter_map(|(delta, _)| Some(delta.get("content")?.as_str()?.to_owned()))
            .collect();
        assert_eq!(contents.concat(), "番号は123456789018です。");
        assert!(contents.iter().all(|piece| piece.chars().count() <= PIECE_CHARS));
        let call = Said::Call { name: "find".to_owned(), arguments: "{\"a\":1}".to_owned() };
        assert_eq!(steps(&call).last().unwrap().1, Some("tool_calls"));
    }

    #[test]
    fn choices_take_turns_and_usage_comes_last_if_asked_for() {
        let prompt = json!({ "model": "m", "stream_options": { "include_usage": true } });
        let speech = Speech::streamed(&Said::Text("あいうえ".to_owned()), &prompt, 2);
        assert_eq!(speech.left.len(), 2 * 4 + 2);
        assert!(String::from_utf8_lossy(&speech.left[8]).contains("total_tokens"));
        assert_eq!(speech.left[9], "data: [DONE]\n\n");
    }
}
