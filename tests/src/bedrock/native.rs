//! What InvokeModel carries: bodies in the form of whoever made the model, which the model's id tells.

use serde_json::{Value, json};

use super::{Said, last_words, told, usage, words};

/// Whose form it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Family {
    Anthropic,
    Nova,
    Titan,
    Llama,
    Mistral,
    Embedding,
    Canvas,
    /// None of these: a form that nobody has described.
    Other,
}

impl Family {
    /// By a word of the id as it stands in the path; a prefix or an ARN changes nothing.
    pub(super) fn of(model: &str) -> Family {
        let families = [
            ("anthropic.", Family::Anthropic),
            ("titan-embed", Family::Embedding),
            ("nova-canvas", Family::Canvas),
            ("amazon.nova", Family::Nova),
            ("amazon.titan", Family::Titan),
            ("meta.", Family::Llama),
            ("mistral.", Family::Mistral),
        ];
        let found = families.into_iter().find(|(word, _)| model.contains(word));
        found.map_or(Family::Other, |(_, family)| family)
    }

    /// What comes of this prompt.
    pub(super) fn said(self, prompt: &Value) -> Said {
        let text = |name: &str| prompt.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (words, tool) = match self {
            Family::Anthropic => (last_words(prompt), prompt.pointer("/tools/0/name")),
            Family::Nova => (last_words(prompt), prompt.pointer("/toolConfig/tools/0/toolSpec/name")),
            Family::Titan | Family::Embedding => (text("inputText"), None),
            Family::Canvas => (String::new(), None),
            Family::Llama | Family::Mistral | Family::Other => (text("prompt"), None),
        };
        told(&words, tool.and_then(Value::as_str))
    }

    /// The whole answer.
    pub(super) fn invoked(self, said: &Said) -> Value {
        let text = if let Said::Text(text) = said { text.as_str() } else { "" };
        match self {
            Family::Anthropic => claude(said),
            Family::Nova => super::conversed(said),
            Family::Titan => json!({ "inputTextTokenCount": 1,
                "results": [{ "tokenCount": 1, "outputText": text, "completionReason": "FINISH" }] }),
            Family::Llama => {
                json!({ "generation": text, "prompt_token_count": 1, "generation_token_count": 1,
                "stop_reason": "stop" })
            }
            Family::Mistral => json!({ "outputs": [{ "text": text, "stop_reason": "stop" }] }),
            Family::Embedding => json!({ "embedding": [0.25, -0.5, 1.0], "inputTextTokenCount": 1 }),
            Family::Canvas => json!({ "images": [PIXEL] }),
            Family::Other => json!({ "answer": { "parts": [text] } }),
        }
    }

    /// The answer in pieces, each the payload of one `chunk`.
    pub(super) fn invoking(self, said: &Said) -> Vec<Value> {
        let text = if let Said::Text(text) = said { text.as_str() } else { "" };
        match self {
            Family::Anthropic => claude_streams(said),
            Family::Nova => nova_streams(text),
            Family::Titan => words(text, |piece| {
                json!({ "outputText": piece, "index": 0, "totalOutputTextTokenCount": null,
                    "completionReason": null, "inputTextTokenCount": 1 })
            }),
            Family::Llama => words(text, |piece| {
                json!({ "generation": piece, "prompt_token_count": null, "generation_token_count": 1,
                    "stop_reason": null })
            }),
            Family::Mistral => {
                words(text, |piece| json!({ "outputs": [{ "text": piece, "stop_reason": null }] }))
            }
            Family::Embedding | Family::Canvas | Family::Other => vec![self.invoked(said)],
        }
    }
}

/// A picture of one pixel (PNG).
const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn claude(said: &Said) -> Value {
    let (block, stop) = match said {
        Said::Text(text) => (json!({ "type": "text", "text": text }), "end_turn"),
        Said::Call { tool, input } => (claude_calls(tool, input), "tool_use"),
        Said::Raised(_) => (Value::Null, "end_turn"),
    };
    json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [block],
        "stop_reason": stop, "stop_sequence": null, "usage": { "input_tokens": 1, "output_tokens": 1 } })
}

fn claude_calls(tool: &str, input: &Value) -> Value {
    json!({ "type": "tool_use", "id": "toolu_1", "name": tool, "input": input })
}

fn claude_streams(said: &Said) -> Vec<Value> {
    let message = json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": { "input_tokens": 1, "output_tokens": 1 } });
    let (block, deltas, stop) = match said {
        Said::Call { tool, input } => {
            let delta = |piece| json!({ "type": "input_json_delta", "partial_json": piece });
            (claude_calls(tool, &json!({})), words(&input.to_string(), delta), "tool_use")
        }
        Said::Text(text) => {
            let delta = |piece| json!({ "type": "text_delta", "text": piece });
            (json!({ "type": "text", "text": "" }), words(text, delta), "end_turn")
        }
        Said::Raised(_) => (Value::Null, Vec::new(), "end_turn"),
    };
    let mut events = vec![
        json!({ "type": "message_start", "message": message }),
        json!({ "type": "content_block_start", "index": 0, "content_block": block }),
    ];
    events.extend(
        deltas.into_iter().map(|delta| json!({ "type": "content_block_delta", "index": 0, "delta": delta })),
    );
    events.push(json!({ "type": "content_block_stop", "index": 0 }));
    let ended = json!({ "stop_reason": stop, "stop_sequence": null });
    events.push(json!({ "type": "message_delta", "delta": ended, "usage": { "output_tokens": 1 } }));
    let metrics =
        json!({ "inputTokenCount": 1, "outputTokenCount": 1, "invocationLatency": 1, "firstByteLatency": 1 });
    events.push(json!({ "type": "message_stop", "amazon-bedrock-invocationMetrics": metrics }));
    events
}

fn nova_streams(text: &str) -> Vec<Value> {
    let mut events = vec![json!({ "messageStart": { "role": "assistant" } })];
    let delta =
        |piece| json!({ "contentBlockDelta": { "delta": { "text": piece }, "contentBlockIndex": 0 } });
    events.extend(words(text, delta));
    events.push(json!({ "contentBlockStop": { "contentBlockIndex": 0 } }));
    events.push(json!({ "messageStop": { "stopReason": "end_turn" } }));
    events.push(json!({ "metadata": { "usage": usage(), "metrics": {}, "trace": {} } }));
    events
}
