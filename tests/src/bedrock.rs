//! A scripted Bedrock Runtime: it says what it was told, in the form of the path and the model that were asked for.
//!
//! The person's last words come back, or a sample: `dev:utter NAME` says it, `dev:call NAME` calls the first tool with
//! it (or with the words themselves), `dev:raise NAME` fails with this exception: at once where the answer is whole,
//! after the first words of a stream. Streams come a few characters an event, and in pieces that cut events.

mod native;
mod served;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Script;
use crate::eventstream::{cut, event, exception};
use native::Family;
pub(crate) use served::place;
pub use served::{MODELS, serve, serve_with};

/// What a model says.
#[derive(Clone, Debug)]
enum Said {
    Text(String),
    Call { tool: String, input: Value },
    Raised(String),
}

/// Answers whatever path of Bedrock Runtime is asked for; anything else as it would, with 404.
pub fn runtime() -> Script {
    Script::Asked(answer)
}

/// A stream of these messages, written in pieces of these sizes again and again, with a pause before each; `ends` says
/// whether the body is complete or the connection just closes.
pub fn plays(messages: &[u8], sizes: &[usize], pause: Duration, ends: bool) -> Script {
    let head = "application/vnd.amazon.eventstream\r\nX-Amzn-Bedrock-Content-Type: application/json";
    Script::chunked(head, cut(messages, sizes), pause, ends)
}

/// Sizes of the pieces in which a stream is written: some cut the lengths of a message, some its words.
const PIECES: [usize; 5] = [5, 1, 40, 200, 13];

/// Characters of an event. A secret is always cut: no sample fits into one.
const WORD_CHARS: usize = 3;

const PAUSE: Duration = Duration::from_millis(1);

pub(crate) fn answer(request: &str) -> Script {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let path = head.split(' ').nth(1).unwrap_or_default();
    let prompt: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(guardrail) = path.split("/guardrail/").nth(1) {
        return if guardrail.ends_with("/apply") { whole(&applied(&prompt)) } else { unknown() };
    }
    let asked = path.split("/model/").nth(1).and_then(|asked| asked.split_once('/'));
    match asked {
        Some((_, "converse")) => whole_of(said(&prompt), conversed),
        Some((_, "converse-stream")) => streamed(&said(&prompt), conversing),
        Some((model, "invoke")) => {
            let family = Family::of(model);
            whole_of(family.said(&prompt), |said| family.invoked(said))
        }
        Some((model, "invoke-with-response-stream")) => {
            let family = Family::of(model);
            streamed(&family.said(&prompt), |said| family.invoking(said).iter().map(chunk).collect())
        }
        Some((_, "count-tokens")) => whole(&json!({ "inputTokens": body.chars().count() })),
        _ => unknown(),
    }
}

/// One event of InvokeModelWithResponseStream. The padding hides how long the words are, as the service's does.
fn chunk(native: &Value) -> Vec<u8> {
    let bytes = STANDARD.encode(native.to_string());
    event("chunk", &json!({ "bytes": bytes, "p": "abcdefghijkl" }))
}

fn whole_of(said: Said, shape: impl FnOnce(&Said) -> Value) -> Script {
    match said {
        Said::Raised(name) => raised(&name),
        said => whole(&shape(&said)),
    }
}

fn whole(body: &Value) -> Script {
    let head = "HTTP/1.1 200 OK\nContent-Type: application/json\nx-amzn-RequestId: 0";
    Script::answer(head, &body.to_string())
}

fn streamed(said: &Said, shape: impl FnOnce(&Said) -> Vec<Vec<u8>>) -> Script {
    let bytes = match said {
        Said::Raised(name) => {
            let begun = shape(&Said::Text("途中まで".to_owned())).into_iter().take(3);
            begun.chain([exception(&lower(name), "said by the backend")]).collect::<Vec<_>>().concat()
        }
        said => shape(said).concat(),
    };
    plays(&bytes, &PIECES, PAUSE, true)
}

fn unknown() -> Script {
    Script::answer("HTTP/1.1 404 Not Found\nx-amzn-ErrorType: UnknownOperationException", "{}")
}

/// As the service fails: the name is in a head, with an address that means nothing.
fn raised(name: &str) -> Script {
    let status = match name {
        "ThrottlingException" => "429 Too Many Requests",
        "ValidationException" => "400 Bad Request",
        "AccessDeniedException" => "403 Forbidden",
        _ => "500 Internal Server Error",
    };
    let kind = format!("{name}:http://internal.amazon.com/coral/com.amazon.bedrock/");
    let head = format!("HTTP/1.1 {status}\nContent-Type: application/json\nx-amzn-ErrorType: {kind}");
    Script::answer(&head, &json!({ "message": "said by the backend" }).to_string())
}

/// Exceptions in streams are named as members: `throttlingException`.
fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What comes of the last words of a conversation in Converse's form.
fn said(prompt: &Value) -> Said {
    let tool = prompt.pointer("/toolConfig/tools/0/toolSpec/name").and_then(Value::as_str);
    told(&last_words(prompt), tool)
}

/// The texts of the last message of the role `user`; a tool's result counts as words.
fn last_words(prompt: &Value) -> String {
    let messages = prompt.get("messages").and_then(Value::as_array);
    let user = |message: &&Value| message.get("role").and_then(Value::as_str) == Some("user");
    let last = messages.and_then(|messages| messages.iter().rev().find(user));
    match last.and_then(|message| message.get("content")) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().map(words_of).collect(),
        _ => String::new(),
    }
}

fn words_of(part: &Value) -> String {
    let results = ["/toolResult/content", "/content"].iter().find_map(|at| part.pointer(at)?.as_array());
    match results {
        Some(parts) => parts.iter().map(words_of).collect(),
        None => part.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
    }
}

fn told(words: &str, tool: Option<&str>) -> Said {
    let words = words.trim();
    match (words.split_once(' '), tool) {
        (Some(("dev:call", text)), Some(tool)) => {
            Said::Call { tool: tool.to_owned(), input: json!({ "text": sample(text.trim()) }) }
        }
        (Some(("dev:raise", name)), _) => Said::Raised(name.trim().to_owned()),
        (Some(("dev:utter", name)), _) => Said::Text(sample(name.trim())),
        _ => Said::Text(words.to_owned()),
    }
}

/// The sample of this name, or the name. They are those of `sekisho dev`, so that clients tell the same stories here.
pub(crate) fn sample(name: &str) -> String {
    let text = match name {
        "clean" => "本日の議事は以上です。",
        "my-number" => "番号は123456789018です。",
        // In two pieces, so that no scanner takes this file for a leak. The key belongs to nobody.
        "aws-key" => concat!("キーはAKIA", "RZPUZDIKABNBHR4I", "です。"),
        "marking-3" => "【機密性３情報】本件の詳細",
        "late-marking-3" => "要約は次のとおりです。\n【機密性３情報】\n本件の詳細",
        other => other,
    };
    text.to_owned()
}

/// The answer of Converse.
fn conversed(said: &Said) -> Value {
    let (block, stop) = match said {
        Said::Text(text) => (json!({ "text": text }), "end_turn"),
        Said::Call { tool, input } => {
            (json!({ "toolUse": { "toolUseId": "tooluse_1", "name": tool, "input": input } }), "tool_use")
        }
        Said::Raised(_) => (Value::Null, "end_turn"),
    };
    let message = json!({ "role": "assistant", "content": [block] });
    json!({ "output": { "message": message }, "stopReason": stop, "usage": usage(), "metrics": { "latencyMs": 1 } })
}

fn usage() -> Value {
    json!({ "inputTokens": 1, "outputTokens": 1, "totalTokens": 2 })
}

/// The events of ConverseStream. Every payload has its padding, as the service's have.
fn conversing(said: &Said) -> Vec<Vec<u8>> {
    let (start, deltas, stop) = match said {
        Said::Text(text) => (None, words(text, |piece| json!({ "text": piece })), "end_turn"),
        Said::Call { tool, input } => {
            let start = json!({ "toolUse": { "toolUseId": "tooluse_1", "name": tool } });
            let deltas = words(&input.to_string(), |piece| json!({ "toolUse": { "input": piece } }));
            (Some(start), deltas, "tool_use")
        }
        Said::Raised(_) => (None, Vec::new(), "end_turn"),
    };
    let start = start.map(|start| ("contentBlockStart", json!({ "contentBlockIndex": 0, "start": start })));
    let delta = |delta| ("contentBlockDelta", json!({ "contentBlockIndex": 0, "delta": delta }));
    let mut events = vec![("messageStart", json!({ "role": "assistant" }))];
    events.extend(start.into_iter().chain(deltas.into_iter().map(delta)));
    events.push(("contentBlockStop", json!({ "contentBlockIndex": 0 })));
    events.push(("messageStop", json!({ "stopReason": stop })));
    events.push(("metadata", json!({ "usage": usage(), "metrics": { "latencyMs": 1 } })));
    let padded = |(name, mut payload): (&str, Value)| {
        payload.as_object_mut().into_iter().for_each(|payload| {
            payload.insert("p".to_owned(), json!("abcdefgh"));
        });
        event(name, &payload)
    };
    events.into_iter().map(padded).collect()
}

/// What each piece of a text comes as.
fn words(text: &str, shape: impl Fn(String) -> Value) -> Vec<Value> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(WORD_CHARS).map(|word| shape(word.iter().collect())).collect()
}

/// The answer of ApplyGuardrail: it intervenes where it is told to utter something, and says that instead.
fn applied(prompt: &Value) -> Value {
    let texts: Vec<&str> = prompt
        .get("content")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|part| part.pointer("/text/text")?.as_str())
        .collect();
    let outputs: Vec<Value> = texts
        .iter()
        .filter_map(|text| text.strip_prefix("dev:utter "))
        .map(|name| json!({ "text": sample(name) }))
        .collect();
    let action = if outputs.is_empty() { "NONE" } else { "GUARDRAIL_INTERVENED" };
    json!({ "usage": { "topicPolicyUnits": 1 }, "action": action, "outputs": outputs, "assessments": [] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eventstream::Messages;

    /// The body of what comes of this request, and its status line.
    fn ask(path: &str, prompt: &Value) -> (String, Vec<u8>) {
        let bytes = match answer(&format!("POST {path} HTTP/1.1\r\n\r\n{prompt}")) {
            Script::Say(bytes) => bytes,
            Script::Pieces(pieces) => {
                let chunk = |bytes: &[u8]| {
                    let body = bytes.iter().position(|byte| *byte == b'\n').unwrap_or_default() + 1;
                    bytes[body..bytes.len() - 2].to_vec()
                };
                let (head, chunks) = pieces.split_first().unwrap();
                assert_eq!(chunks.last().unwrap().1, b"0\r\n\r\n");
                let body = chunks[..chunks.len() - 1].iter().flat_map(|(_, bytes)| chunk(bytes));
                head.1.iter().copied().chain(body).collect()
            }
            other => panic!("{other:?}"),
        };
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        (String::from_utf8_lossy(&bytes[..end]).into_owned(), bytes[end + 4..].to_vec())
    }

    fn conversation(text: &str) -> Value {
        json!({ "messages": [{ "role": "user", "content": [{ "text": text }] }],
            "toolConfig": { "tools": [{ "toolSpec": { "name": "find" } }] } })
    }

    #[test]
    fn a_conversation_says_the_same_whole_and_in_a_stream() {
        for (prompt, said) in [("はい", "はい"), ("dev:utter clean", "本日の議事は以上です。")]
        {
            let (_, whole) = ask("/model/m/converse", &conversation(prompt));
            let whole: Value = serde_json::from_slice(&whole).unwrap();
            assert_eq!(whole["output"]["message"]["content"][0]["text"], said);
            let (_, stream) = ask("/level/2/model/a%3A0/converse-stream", &conversation(prompt));
            assert_eq!(Messages::of(&stream).text(), said);
        }
        let (_, stream) = ask("/model/m/converse-stream", &conversation("dev:call 東京"));
        let input = Messages::of(&stream).joined("contentBlockDelta", "/delta/toolUse/input");
        assert_eq!(input, "{\"text\":\"東京\"}");
    }

    #[test]
    fn what_fails_does_so_in_the_head_or_at_the_end_of_a_stream() {
        let prompt = conversation("dev:raise ThrottlingException");
        let (head, _) = ask("/model/m/converse", &prompt);
        assert!(head.contains(" 429 ") && head.contains("x-amzn-ErrorType: ThrottlingException:"), "{head}");
        let (_, stream) = ask("/model/m/converse-stream", &prompt);
        assert_eq!(Messages::of(&stream).exception.unwrap().0, "throttlingException");
    }

    #[test]
    fn each_familys_stream_has_chunks_of_its_own_form() {
        let chunks = |model: &str, prompt: Value, at: &str| {
            let (_, stream) = ask(&format!("/model/{model}/invoke-with-response-stream"), &prompt);
            let messages = Messages::of(&stream);
            let natives = messages.events.iter().map(|(name, payload)| {
                assert_eq!(name, "chunk");
                let bytes = STANDARD.decode(payload["bytes"].as_str().unwrap()).unwrap();
                serde_json::from_slice::<Value>(&bytes).unwrap()
            });
            natives.filter_map(|native| native.pointer(at)?.as_str().map(str::to_owned)).collect::<String>()
        };
        let words = "議事録の要約";
        let claude = json!({ "messages": [{ "role": "user", "content": words }] });
        assert_eq!(chunks("jp.anthropic.claude-x", claude, "/delta/text"), words);
        let titan = json!({ "inputText": words });
        assert_eq!(chunks("amazon.titan-text-express-v1", titan, "/outputText"), words);
        for (model, at) in [("meta.llama3-8b", "/generation"), ("mistral.large", "/outputs/0/text")] {
            assert_eq!(chunks(model, json!({ "prompt": words }), at), words);
        }
        let nova = chunks("amazon.nova-lite-v1%3A0", conversation(words), "/contentBlockDelta/delta/text");
        assert_eq!(nova, words);
    }

    #[test]
    fn what_is_no_operation_is_unknown() {
        for path in ["/model/m/converse/", "/model/m", "/guardrail/g/version/1", "/v1/chat/completions"] {
            assert!(ask(path, &json!({})).0.contains(" 404 "), "{path}");
        }
        let applied = ask(
            "/guardrail/g/version/1/apply",
            &json!({ "content": [{ "text": { "text": "dev:utter clean" } }] }),
        );
        let applied: Value = serde_json::from_slice(&applied.1).unwrap();
        assert_eq!(applied["outputs"][0]["text"], "本日の議事は以上です。");
    }
}
