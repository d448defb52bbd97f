//! Streamed answers, as OpenAI's SDKs read them: made for backends, taken apart for tests.

use serde_json::{Value, json};

/// One event of these deltas: choice number and delta.
pub fn chunk(deltas: &[(usize, Value)]) -> String {
    let choices: Vec<Value> = deltas
        .iter()
        .map(|(index, delta)| json!({ "index": index, "delta": delta, "finish_reason": null }))
        .collect();
    event(&json!(choices))
}

/// The event that ends these choices.
pub fn finish(choices: usize) -> String {
    let ends: Vec<Value> =
        (0..choices).map(|index| json!({ "index": index, "delta": {}, "finish_reason": "stop" })).collect();
    event(&json!(ends))
}

/// How a stream ends.
pub const DONE: &str = "data: [DONE]\n\n";

fn event(choices: &Value) -> String {
    let event = json!({ "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "x", "choices": choices });
    format!("data: {event}\n\n")
}

/// What came of a stream.
#[derive(Clone, Debug, Default)]
pub struct Streamed {
    /// The events, without `[DONE]`.
    pub events: Vec<Value>,
    /// Whether `[DONE]` came.
    pub done: bool,
}

impl Streamed {
    /// Takes a whole body apart.
    pub fn of(body: &str) -> Streamed {
        let mut streamed = Streamed::default();
        for data in body.split("\n\n").filter_map(|event| event.strip_prefix("data: ")) {
            match data {
                "[DONE]" => streamed.done = true,
                data => streamed.events.push(serde_json::from_str(data).expect("an event is JSON")),
            }
        }
        streamed
    }

    /// The words of each choice, joined.
    pub fn contents(&self, choices: usize) -> Vec<String> {
        let mut contents = vec![String::new(); choices];
        for choice in self.events.iter().filter_map(|event| event.get("choices")?.as_array()).flatten() {
            let index = choice.get("index").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            let words = choice.pointer("/delta/content").and_then(Value::as_str).unwrap_or_default();
            index.and_then(|index| contents.get_mut(index)).into_iter().for_each(|all| all.push_str(words));
        }
        contents
    }

    /// The words of the first choice.
    pub fn content(&self) -> String {
        self.contents(1).concat()
    }

    /// The error that ended it.
    pub fn error(&self) -> Option<&Value> {
        self.events.last()?.get("error")
    }
}
