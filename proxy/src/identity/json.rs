//! JSON of tokens and key sets, read so that no two readers can disagree: RFC 8259, no key twice at any depth.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value, as far as tokens and key sets need it.
///
/// No `Debug`: claims are about a person.
#[derive(Clone, PartialEq)]
pub(super) enum Json {
    /// A string.
    Text(String),
    /// An integer from 0 to 2⁶⁴ - 1, written without fraction or exponent.
    Integer(u64),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(BTreeMap<String, Json>),
    /// `null`, a boolean, or any other number: never what is asked for.
    Other,
}

impl Json {
    /// Reads one object and nothing after it.
    pub(super) fn object(bytes: &[u8]) -> Result<BTreeMap<String, Json>, serde_json::Error> {
        match serde_json::from_slice(bytes)? {
            Json::Object(members) => Ok(members),
            _ => Err(serde_json::Error::custom("not an object")),
        }
    }

    /// The string, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub(super) fn integer(&self) -> Option<u64> {
        match self {
            Json::Integer(integer) => Some(*integer),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub(super) fn members(&self) -> Option<&BTreeMap<String, Json>> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// A string as one string, an array of nothing but strings as its strings.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Json::Text(text) => Some(vec![text]),
            Json::Array(items) => items.iter().map(Json::text).collect(),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Json, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Json, E> {
        Ok(Json::Text(text))
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<Json, E> {
        Ok(Json::Integer(integer))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut read = Vec::new();
        while let Some(item) = items.next_element()? {
            read.push(item);
        }
        Ok(Json::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut read = BTreeMap::new();
        while let Some((name, value)) = members.next_entry::<String, Json>()? {
            // The name is not shown: it may be a token's.
            if read.insert(name, value).is_some() {
                return Err(A::Error::custom("an object has a key twice"));
            }
        }
        Ok(Json::Object(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: bool) {
        assert_eq!(Json::object(text.as_bytes()).is_ok(), expect, "{text}");
    }

    #[test]
    fn only_one_object_without_repeated_keys_is_read() {
        check(r#"{"a":1,"b":1}"#, true);
        check(r#"{"a":1,"a":1}"#, false);
        check(r#"{"a":1,"\u0061":1}"#, false);
        check(r#"{"a":{"b":1,"c":1}}"#, true);
        check(r#"{"a":[{"b":1,"b":1}]}"#, false);
        check(r#"{"a":1} "#, true);
        check(r#"{"a":1} {}"#, false);
        check("[]", false);
        check("\u{feff}{}", false);
        check(r#"{"a":"\ud83d\ude00"}"#, true);
        check(r#"{"a":"\ud83d"}"#, false);
        check(&format!("{{\"a\":{}{}}}", "[".repeat(100), "]".repeat(100)), true);
        check(&format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200)), false);
    }

    #[test]
    fn only_whole_numbers_are_integers() {
        let read = |text: &str| Json::object(format!("{{\"n\":{text}}}").as_bytes()).unwrap()["n"].integer();
        assert_eq!(read("17"), Some(17));
        assert_eq!(read("18446744073709551615"), Some(u64::MAX));
        assert_eq!(read("18446744073709551616"), None);
        assert_eq!(read("-1"), None);
        assert_eq!(read("17.0"), None);
        assert_eq!(read("1e3"), None);
        assert_eq!(read("\"17\""), None);
        assert_eq!(read("true"), None);
    }
}
