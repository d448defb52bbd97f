//! Whatever the body looks like: a planted secret is taken out or the exchange is refused, both ways.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::gate::{AT_1, answer, ask, text};

/// What is planted, and what must never come out.
const PLANTED: [(&str, &str); 3] = [
    ("key AKIARZPUZDIKABNBHR4I end", "RZPUZDIKABNBHR4I"),
    ("番号は123456789018です", "123456789018"),
    ("連絡先 tanaka@example.jp まで", "tanaka@example.jp"),
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        "[a-zあ-う \"\\\\{}\\[\\]]{0,6}".prop_map(Value::from),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-g]{1,3}", inner, 0..4)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

/// How the secret stands where it stands.
#[derive(Clone, Copy, Debug)]
enum Dress {
    Text,
    Key,
    Number,
    /// In a string that is JSON, so many times.
    Packed(u8),
    /// Cut into two elements of a list.
    Split(usize),
}

fn dress() -> impl Strategy<Value = Dress> {
    prop_oneof![
        Just(Dress::Text),
        Just(Dress::Key),
        Just(Dress::Number),
        (1u8..4).prop_map(Dress::Packed),
        (1usize..20).prop_map(Dress::Split),
    ]
}

fn dressed(planted: &str, dress: Dress) -> Value {
    let object = |key: &str, value: Value| Value::Object(Map::from_iter([(key.to_owned(), value)]));
    match dress {
        Dress::Text => planted.into(),
        Dress::Key => object(planted, 1.into()),
        Dress::Number => object("マイナンバー", 123_456_789_018_u64.into()),
        Dress::Packed(times) => {
            (0..times).fold(object("note", planted.into()), |inner, _| inner.to_string().into())
        }
        Dress::Split(at) => {
            let (at, _) = planted.char_indices().nth(at % planted.chars().count()).unwrap();
            let (one, other) = planted.split_at(at);
            vec![Value::from(one), Value::from(other)].into()
        }
    }
}

/// Puts `secret` in place of the leaf that `pick` points at, or beside the rest.
fn plant(tree: &mut Value, pick: usize, secret: Value) {
    match tree {
        Value::Array(items) if !items.is_empty() => {
            let count = items.len();
            plant(items.get_mut(pick % count).unwrap(), pick / count, secret);
        }
        Value::Object(members) if !members.is_empty() => {
            let count = members.len();
            plant(members.values_mut().nth(pick % count).unwrap(), pick / count, secret);
        }
        place => *place = secret,
    }
}

/// Writes some letters and digits of strings as escapes.
fn escaped(json: &str, picks: u64) -> String {
    let (mut out, mut inside, mut after_backslash) = (String::new(), false, 0);
    for (at, c) in json.chars().enumerate() {
        let plain = inside && after_backslash == 0;
        if plain && c.is_ascii_alphanumeric() && picks >> (at % 64) & 1 == 1 {
            out.push_str(&format!("\\u{:04X}", u32::from(c)));
            continue;
        }
        out.push(c);
        match c {
            '"' if after_backslash == 0 => inside = !inside,
            '\\' if after_backslash == 0 => after_backslash = 2,
            _ => {}
        }
        after_backslash = i32::max(after_backslash - 1, 0);
    }
    out
}

/// All strings, keys and numbers, those of JSON inside strings too, and lists of strings joined.
fn everything(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            out.push(text.clone());
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                everything(&inner, out);
            }
        }
        Value::Array(items) => {
            out.push(items.iter().filter_map(Value::as_str).collect());
            items.iter().for_each(|item| everything(item, out));
        }
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            out.push(key.clone());
            everything(value, out);
        }),
        Value::Number(number) => out.push(number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}

fn shows(body: &str, secret: &str) -> bool {
    let mut all = Vec::new();
    everything(&serde_json::from_str(body).unwrap(), &mut all);
    all.iter().any(|text| text.contains(secret))
}

fn secret_of(planted: (&str, &'static str), dress: Dress) -> &'static str {
    if matches!(dress, Dress::Number) { "123456789018" } else { planted.1 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_planted_secret_never_reaches_a_backend(
        mut tree in tree(), pick in 0usize..999, which in 0usize..3, dress in dress(), picks in any::<u64>(), place in 0u8..4
    ) {
        let (planted, secret) = (PLANTED[which], secret_of(PLANTED[which], dress));
        plant(&mut tree, pick, dressed(planted.0, dress));
        let body = match place {
            0 => serde_json::json!({"model": "m", "messages": [], "new": tree}),
            1 => serde_json::json!({"model": "m", "messages": [{"role": "user", "content": tree}]}),
            2 => serde_json::json!({"model": "m", "messages": [], "tools": [{"type": "function", "function": {"name": "f", "parameters": tree}}]}),
            _ => serde_json::json!({"model": "m", "messages": [{"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": tree.to_string()}}]}]}),
        };
        if let Ok((cleared, _)) = ask(AT_1, &escaped(&body.to_string(), picks)) {
            let forwarded = String::from_utf8(cleared.into_body()).unwrap();
            prop_assert!(!shows(&forwarded, secret), "{}", forwarded);
        }
    }

    #[test]
    fn a_planted_secret_never_comes_back(
        mut tree in tree(), pick in 0usize..999, which in 0usize..3, dress in dress(), picks in any::<u64>(), place in 0u8..3
    ) {
        let (planted, secret) = (PLANTED[which], secret_of(PLANTED[which], dress));
        plant(&mut tree, pick, dressed(planted.0, dress));
        let body = match place {
            0 => serde_json::json!({"model": "m", "choices": [], "new": tree}),
            1 => serde_json::json!({"model": "m", "choices": [{"message": {"role": "assistant", "content": tree}}]}),
            _ => serde_json::json!({"model": "m", "choices": [{"logprobs": tree.clone(), "message": {"function_call": {"name": "f", "arguments": tree.to_string()}}}]}),
        };
        let told = match answer(AT_1, 200, &escaped(&body.to_string(), picks)) {
            Ok((reply, _)) => text(&reply),
            Err(told) => text(&told.reply),
        };
        prop_assert!(!shows(&told, secret), "{}", told);
    }

    #[test]
    fn any_bytes_end_in_an_answer(body in "[\\[\\]{}:,\"\\\\u0-9a-e]{0,40}") {
        let _ = ask(AT_1, &body);
        let _ = answer(AT_1, 200, &body);
    }
}
