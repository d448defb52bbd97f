//! Amazon Bedrock Runtime as a scripted backend speaks it: Converse and InvokeModel, whole and in event streams.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use sekisho_exchange::eventstream;
use serde_json::{Value, json};

use super::answer::Answer;
use super::samples::{self, Said, last_words};
use super::speech::pieces;

const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// The answer to an operation on a model; `None` for one that this backend does not know.
pub fn operated(model: &str, operation: &str, prompt: &Value) -> Option<Answer> {
    let claude = model.contains("anthropic.");
    let whole = |body: &Value| Some(Answer::json(StatusCode::OK, body));
    let stream = |events| Some(Answer::stream(EVENT_STREAM, events));
    match operation {
        "converse" => whole(&conversed(&said(prompt, TOOL))),
        "converse-stream" => stream(conversing(&said(prompt, TOOL)).iter().map(named).collect()),
        "invoke" if claude => whole(&messaged(&said(prompt, CLAUDES_TOOL))),
        "invoke-with-response-stream" if claude => {
            stream(messaging(&said(prompt, CLAUDES_TOOL)).iter().map(wrapped).collect())
        }
        // Nova's own bodies are Converse's.
        "invoke" => whole(&conversed(&said(prompt, TOOL))),
        "invoke-with-response-stream" => {
            let native = |(name, payload): &(&str, Value)| wrapped(&json!({ *name: payload }));
            stream(conversing(&said(prompt, TOOL)).iter().map(native).collect())
        }
        "count-tokens" => whole(&json!({ "inputTokens": prompt.to_string().len() / 4 })),
        _ => None,
    }
}

/// Where the name of the first tool stands, in Converse's bodies and in Claude's own.
const TOOL: &str = "/toolConfig/tools/0/toolSpec/name";
const CLAUDES_TOOL: &str = "/tools/0/name";

fn said(prompt: &Value, tool: &str) -> Said {
    samples::reply(&last_words(prompt), prompt.pointer(tool).and_then(Value::as_str))
}

/// An event of ConverseStream.
fn named((name, payload): &(&'static str, Value)) -> Bytes {
    let mut frame = Vec::new();
    eventstream::event(name, "application/json", payload.to_string().as_bytes(), &mut frame);
    frame.into()
}

/// An event of InvokeModelWithResponseStream: the model's own, in base64.
fn wrapped(native: &Value) -> Bytes {
    named(&("chunk", json!({ "bytes": STANDARD.encode(native.to_string()) })))
}

/// Converse's answer.
fn conversed(said: &Said) -> Value {
    let (block, stop) = match said {
        Said::Text(text) => (json!({ "text": text }), "end_turn"),
        Said::Call { name, arguments } => {
            let call = json!({ "toolUseId": CALL, "name": name, "input": parsed(arguments) });
            (json!({ "toolUse": call }), "tool_use")
        }
    };
    json!({
        "output": { "message": { "role": "assistant", "content": [block] } },
        "stopReason": stop, "usage": usage(), "metrics": { "latencyMs": 1 },
    })
}

/// ConverseStream's events.
fn conversing(said: &Said) -> Vec<(&'static str, Value)> {
    let delta = |delta: Value| ("contentBlockDelta", json!({ "contentBlockIndex": 0, "delta": delta }));
    let mut events = vec![("messageStart", json!({ "role": "assistant" }))];
    let stop = match said {
        Said::Text(text) => {
            events.extend(pieces(text).map(|piece| delta(json!({ "text": piece }))));
            "end_turn"
        }
        Said::Call { name, arguments } => {
            let start = json!({ "toolUse": { "toolUseId": CALL, "name": name } });
            events.push(("contentBlockStart", json!({ "contentBlockIndex": 0, "start": start })));
            events.extend(pieces(arguments).map(|piece| delta(json!({ "toolUse": { "input": piece } }))));
            "tool_use"
        }
    };
    events.push(("contentBlockStop", json!({ "contentBlockIndex": 0 })));
    events.push(("messageStop", json!({ "stopReason": stop })));
    events.push(("metadata", json!({ "usage": usage(), "metrics": { "latencyMs": 1 } })));
    events
}

/// Claude's own answer.
fn messaged(said: &Said) -> Value {
    let (block, stop) = match said {
        Said::Text(text) => (json!({ "type": "text", "text": text }), "end_turn"),
        Said::Call { name, arguments } => (claudes_call(name, &parsed(arguments)), "tool_use"),
    };
    message(&json!([block]), Some(stop))
}

/// Claude's own events.
fn messaging(said: &Said) -> Vec<Value> {
    let (block, deltas, stop): (Value, Vec<Value>, &str) = match said {
        Said::Text(text) => {
            let deltas = pieces(text).map(|piece| json!({ "type": "text_delta", "text": piece }));
            (json!({ "type": "text", "text": "" }), deltas.collect(), "end_turn")
        }
        Said::Call { name, arguments } => {
            let deltas =
                pieces(arguments).map(|piece| json!({ "type": "input_json_delta", "partial_json": piece }));
            (claudes_call(name, &json!({})), deltas.collect(), "tool_use")
        }
    };
    let delta = |delta: Value| json!({ "type": "content_block_delta", "index": 0, "delta": delta });
    let mut events = vec![
        json!({ "type": "message_start", "message": message(&json!([]), None) }),
        json!({ "type": "content_block_start", "index": 0, "content_block": block }),
    ];
    events.extend(deltas.into_iter().map(delta));
    events.push(json!({ "type": "content_block_stop", "index": 0 }));
    let ended = json!({ "stop_reason": stop, "stop_sequence": null });
    events.push(json!({ "type": "message_delta", "delta": ended, "usage": { "output_tokens": 1 } }));
    events.push(json!({ "type": "message_stop" }));
    events
}

fn message(content: &Value, stop: Option<&str>) -> Value {
    json!({
        "id": "msg_development", "type": "message", "role": "assistant", "model": "claude",
        "content": content, "stop_reason": stop, "stop_sequence": null,
        "usage": { "input_tokens": 1, "output_tokens": 1 },
    })
}

fn claudes_call(name: &str, input: &Value) -> Value {
    json!({ "type": "tool_use", "id": CALL, "name": name, "input": input })
}

const CALL: &str = "tooluse_development";

fn usage() -> Value {
    json!({ "inputTokens": 1, "outputTokens": 1, "totalTokens": 2 })
}

fn parsed(arguments: &str) -> Value {
    serde_json::from_str(arguments).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(events: &[Value], place: &str) -> String {
        events.iter().filter_map(|event| event.pointer(place)?.as_str()).collect()
    }

    #[test]
    fn a_conversation_says_the_same_whole_and_in_events() {
        let prompt = json!({ "messages": [{ "role": "user", "content": [{ "text": "議事録の要約" }] }] });
        let said = said(&prompt, TOOL);
        assert_eq!(conversed(&said)["output"]["message"]["content"][0]["text"], "議事録の要約");
        let (names, events): (Vec<_>, Vec<_>) = conversing(&said).into_iter().unzip();
        assert_eq!(joined(&events, "/delta/text"), "議事録の要約");
        assert_eq!((names.first(), names.last()), (Some(&"messageStart"), Some(&"metadata")));
    }

    #[test]
    fn claude_has_bodies_of_its_own() {
        let prompt = json!({ "messages": [{ "role": "user", "content": "dev:call 東京" }], "tools": [{ "name": "find" }] });
        let said = said(&prompt, CLAUDES_TOOL);
        assert_eq!(messaged(&said)["content"][0]["input"], json!({ "text": "東京" }));
        assert_eq!(joined(&messaging(&said), "/delta/partial_json"), "{\"text\":\"東京\"}");
    }

    #[test]
    fn a_frame_can_be_read_again() {
        let mut messages = Vec::new();
        let mut decoder = eventstream::Decoder::new(1 << 16);
        decoder.push(&wrapped(&json!({ "type": "message_stop" })), &mut messages).unwrap();
        assert_eq!((messages.len(), messages[0].name.as_str()), (1, "chunk"));
        let payload: Value = serde_json::from_slice(&messages[0].payload).unwrap();
        let native = STANDARD.decode(payload["bytes"].as_str().unwrap()).unwrap();
        assert_eq!(native, br#"{"type":"message_stop"}"#);
    }

    #[test]
    fn what_is_no_operation_is_none() {
        assert!(operated("m", "invoke-with-bidirectional-stream", &json!({})).is_none());
        assert!(operated("m", "converse", &json!({})).is_some());
    }
}
