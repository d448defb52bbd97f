//! Canonical JSON (RFC 8785) for the closed data of a record: ASCII keys, strings, booleans and whole numbers.

use std::collections::BTreeMap;
use std::fmt::Write;

/// A value of a leaf. Without floats, canonical form needs no number formatting rules (RFC 8785 §3.2.2.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Json {
    Bool(bool),
    /// At most 2^53 - 1, so that every reader gets the same number.
    Number(u64),
    String(String),
    Array(Vec<Json>),
    /// Keys are ASCII words of this crate, so byte order is the UTF-16 order that RFC 8785 §3.2.3 asks for.
    Object(BTreeMap<&'static str, Json>),
}

const NUMBER_MAX: u64 = (1 << 53) - 1;

impl Json {
    /// An object of these members; absent ones are left out.
    pub fn object<const N: usize>(members: [(&'static str, Option<Json>); N]) -> Json {
        Json::Object(members.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
    }

    /// A string.
    pub fn text(text: impl std::fmt::Display) -> Json {
        Json::String(text.to_string())
    }

    /// Lower-case hex.
    pub fn hex(bytes: &[u8]) -> Json {
        Json::String(hex(bytes))
    }

    /// An array of what an iterator gives; `None` if it gives nothing.
    pub fn list(items: impl IntoIterator<Item = Json>) -> Option<Json> {
        let items: Vec<Json> = items.into_iter().collect();
        (!items.is_empty()).then_some(Json::Array(items))
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::new();
        self.write(&mut out);
        out.into_bytes()
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Number(number) => out.push_str(&number.min(&NUMBER_MAX).to_string()),
            Json::String(text) => write_string(out, text),
            Json::Array(items) => {
                let mut separator = '[';
                for item in items {
                    out.push(separator);
                    item.write(out);
                    separator = ',';
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Json::Object(members) => {
                let mut separator = '{';
                for (key, value) in members {
                    out.push(separator);
                    write_string(out, key);
                    out.push(':');
                    value.write(out);
                    separator = ',';
                }
                out.push_str(if members.is_empty() { "{}" } else { "}" });
            }
        }
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Json {
        Json::Number(number)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Json {
        Json::Number(number.into())
    }
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The bytes that hex digits of either case say; `None` for anything else, and for another number of them.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

/// RFC 8785 §3.2.2.2: the short escapes, `\u00xx` for other controls, everything else as it is.
fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Json::Bool),
            (0..=NUMBER_MAX).prop_map(Json::Number),
            any::<String>().prop_map(Json::String),
        ];
        let key = prop::sample::select(vec!["a", "b", "A", "a_b", "ab", "time_dt", "z"]);
        leaf.prop_recursive(3, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
                prop::collection::btree_map(key.clone(), inner, 0..4).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn bytes_are_those_of_an_independent_canonicaliser(value in value()) {
            let ours = value.to_bytes();
            let parsed: serde_json::Value = serde_json::from_slice(&ours).unwrap();
            prop_assert_eq!(String::from_utf8(ours).unwrap(), serde_jcs::to_string(&parsed).unwrap());
        }
    }
}
