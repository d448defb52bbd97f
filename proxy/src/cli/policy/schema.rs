//! `policy schema`: a JSON Schema (draft 7, which editors know) of the keys that the reader asks for.

use sekisho_policies::keys::{self, EVERY, Key, Kind};
use serde_json::{Map, Value, json};

use crate::cli::{Ended, Out, Verdict};

/// Prints it.
pub fn run(out: &mut Out) -> Ended {
    let text = serde_json::to_string_pretty(&schema()).map_err(|error| error.to_string())?;
    out.line(&text)?;
    Ok(Verdict::Positive)
}

/// The schema of one file: a policy is several of them, so nothing is required of one alone.
pub fn schema() -> Value {
    let keys = keys::all();
    let mut root = table(&keys, "");
    if let Some(members) = root.as_object_mut() {
        members.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        members.insert("title".to_owned(), json!("Sekisho policy file"));
        members.remove("required");
    }
    root
}

fn table(keys: &[Key], path: &str) -> Value {
    let own = || keys.iter().filter(|key| key.table == path);
    let properties: Map<String, Value> = own()
        .filter(|key| key.key != EVERY)
        .map(|key| (key.key.to_owned(), described(key, value(keys, path, key))))
        .collect();
    let every = own().find(|key| key.key == EVERY).map(|key| described(key, value(keys, path, key)));
    let required: Vec<&str> = own().filter(|key| key.required).map(|key| key.key).collect();
    json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": every.unwrap_or(json!(false)),
        "required": required,
    })
}

fn described(key: &Key, mut value: Value) -> Value {
    if let (Some((ja, en)), Some(members)) = (key.described(), value.as_object_mut()) {
        members.insert("description".to_owned(), json!(format!("{ja} / {en}")));
    }
    value
}

fn value(keys: &[Key], path: &str, key: &Key) -> Value {
    let inner = || [path, key.key].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let text = || json!({ "type": "string", "minLength": 1 });
    let texts = || json!({ "type": "array", "items": text(), "minItems": 1 });
    match &key.kind {
        Kind::Text => text(),
        Kind::Id => json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" }),
        Kind::Texts => texts(),
        Kind::TextOrTexts => json!({ "anyOf": [text(), texts()] }),
        Kind::Number { least, most, default } => {
            let mut number = json!({ "type": "integer", "minimum": least, "maximum": most });
            if let (Some(default), Some(members)) = (default, number.as_object_mut()) {
                members.insert("default".to_owned(), json!(default));
            }
            number
        }
        Kind::Flag => json!({ "type": "boolean", "default": false }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Words(words) => json!({ "type": "array", "items": { "enum": words }, "minItems": 1 }),
        Kind::WordOrTexts(words) => json!({ "anyOf": [{ "enum": words }, texts()] }),
        // TOML's dates and times have no JSON type; editors that check TOML hand them over as strings.
        Kind::Moment => json!({ "type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\d" }),
        Kind::TimeOfDay => json!({ "type": "string", "pattern": "^\\d\\d:\\d\\d" }),
        Kind::Label => json!({ "anyOf": [text(), {
            "type": "object",
            "properties": { "level": text(), "compartments": texts() },
            "additionalProperties": false,
            "required": ["level"],
        }] }),
        Kind::Said => json!({
            "type": "object",
            "properties": { "ja": text(), "en": text() },
            "additionalProperties": false,
            "required": ["ja", "en"],
        }),
        Kind::Table => table(keys, &inner()),
        Kind::Tables => json!({ "type": "array", "items": table(keys, &inner()) }),
    }
}
