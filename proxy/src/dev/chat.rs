//! OpenAI Chat Completions as a scripted backend speaks them: whole, and in chunks.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use super::answer::Answer;
use super::samples::{self, Said, last_words};
use super::speech::pieces;

/// Most answers for one prompt (`n`).
const CHOICES_MAX: u64 = 8;

/// The answer to a prompt.
pub fn completed(prompt: &Value) -> Answer {
    let said =
        samples::reply(&last_words(prompt), prompt.pointer("/tools/0/function/name").and_then(Value::as_str));
    match prompt.get("stream") {
        Some(Value::Bool(true)) => Answer::stream("text/event-stream; charset=utf-8", chunks(&said, prompt)),
        _ => Answer::json(StatusCode::OK, &completion(&said, prompt)),
    }
}

fn choices(prompt: &Value) -> u64 {
    prompt.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, CHOICES_MAX)
}

/// In the shape of `chat.completion`.
fn completion(said: &Said, prompt: &Value) -> Value {
    let (message, finish) = match said {
        Said::Text(text) => (json!({ "role": "assistant", "content": text, "refusal": null }), "stop"),
        Said::Call { name, arguments } => {
            let call = json!({ "id": "call_development", "type": "function", "function": { "name": name, "arguments": arguments } });
            (json!({ "role": "assistant", "content": null, "tool_calls": [call] }), "tool_calls")
        }
    };
    let choice =
        |index| json!({ "index": index, "message": message, "logprobs": null, "finish_reason": finish });
    json!({
        "id": "chatcmpl-development", "object": "chat.completion", "created": 1,
        "model": prompt.get("model").cloned().unwrap_or_default(),
        "choices": (0..choices(prompt)).map(choice).collect::<Vec<_>>(),
        "usage": { "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 },
    })
}

/// In the shape of `chat.completion.chunk`; as many choices as are asked for take turns.
fn chunks(said: &Said, prompt: &Value) -> Vec<Bytes> {
    let model = prompt.get("model").cloned().unwrap_or_default();
    let event = |choices: Value, usage: Value| {
        let chunk = json!({ "id": "chatcmpl-development", "object": "chat.completion.chunk", "created": 1,
            "model": model, "choices": choices, "usage": usage });
        Bytes::from(format!("data: {chunk}\n\n"))
    };
    let choice = |index: u64, delta: &Value, finish: Option<&str>| json!([{ "index": index, "delta": delta, "finish_reason": finish }]);
    let steps = steps(said);
    let mut events = Vec::new();
    for (delta, finish) in &steps {
        events.extend((0..choices(prompt)).map(|index| event(choice(index, delta, *finish), Value::Null)));
    }
    if prompt.pointer("/stream_options/include_usage") == Some(&Value::Bool(true)) {
        let count = steps.len();
        let usage = json!({ "prompt_tokens": 1, "completion_tokens": count, "total_tokens": count + 1 });
        events.push(event(json!([]), usage));
    }
    events.push(Bytes::from_static(b"data: [DONE]\n\n"));
    events
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_answers_come_as_were_asked_for() {
        let said = Said::Text("はい".to_owned());
        let count = |n: u64| completion(&said, &json!({ "n": n }))["choices"].as_array().unwrap().len();
        assert_eq!((count(0), count(3), count(1000)), (1, 3, 8));
    }

    #[test]
    fn what_is_said_comes_in_pieces_that_join() {
        let said = Said::Text("番号は123456789018です。".to_owned());
        let contents: Vec<String> = steps(&said)
            .iter()
            .filter_map(|(delta, _)| Some(delta.get("content")?.as_str()?.to_owned()))
            .collect();
        assert_eq!(contents.concat(), "番号は123456789018です。");
        assert!(contents.len() > 4);
        let call = Said::Call { name: "find".to_owned(), arguments: "{\"a\":1}".to_owned() };
        assert_eq!(steps(&call).last().unwrap().1, Some("tool_calls"));
    }

    #[test]
    fn choices_take_turns_and_usage_comes_last_if_asked_for() {
        let prompt = json!({ "model": "m", "n": 2, "stream_options": { "include_usage": true } });
        let events = chunks(&Said::Text("あいうえ".to_owned()), &prompt);
        assert_eq!(events.len(), 2 * 4 + 2);
        assert!(String::from_utf8_lossy(&events[8]).contains("total_tokens"));
        assert_eq!(events[9], "data: [DONE]\n\n");
    }
}
