//! The laws of reading and splicing, with an independent parser as oracle.

use proptest::prelude::*;
use serde_json::Value as Oracle;

use super::JsonFault::{self, *};
use super::{Document, JsonLimits, Kind, Splice, Value};

fn parse(text: &[u8]) -> Result<Document, JsonFault> {
    Document::read(text.to_vec(), &JsonLimits::default()).map_err(|error| error.fault)
}

fn check(text: impl AsRef<[u8]>, expect: Option<JsonFault>) {
    assert_eq!(parse(text.as_ref()).err(), expect, "{}", String::from_utf8_lossy(text.as_ref()));
}

#[test]
fn plain_json_is_read() {
    check(r#"{"a":1,"b":[true,null,-0.5e+3]}"#, None);
    check(" \t\n\r{} ", None);
    check(r#"{"a":{"a":1},"b":{"a":1}}"#, None);
    check(r#""\ud83d\ude00""#, None);
    check("0.30000000000000004", None);
    check("[".repeat(64) + &"]".repeat(64), None);
}

#[test]
fn what_two_parsers_could_read_differently_is_refused() {
    check(r#"{"a":1,"a":2}"#, Some(DuplicateKey));
    check(r#"{"a":1,"\u0061":2}"#, Some(DuplicateKey));
    check(r#"{"prompt":1,"PROMPT":2}"#, Some(DuplicateKey));
    check("{\"messages\":1,\"me\u{17f}\u{17f}ages\":2}", Some(DuplicateKey));
    check("\u{feff}{}", Some(ByteOrderMark));
    check(b"{\0}\0", Some(Syntax));
    check(b"\"\xFF\"", Some(Utf8));
    check(b"\"\xC0\xB1\"", Some(Utf8));
    check(b"\"\xED\xA0\x80\"", Some(Utf8));
    check(r#""\ud83d""#, Some(LoneSurrogate));
    check(r#""\ud83d\u0041""#, Some(LoneSurrogate));
    check(r#""\ude00""#, Some(LoneSurrogate));
    check("1e999", Some(Number));
    check("1".repeat(65), Some(Number));
    check("[".repeat(65) + &"]".repeat(65), Some(TooDeep));
}

#[test]
fn what_is_not_json_is_refused() {
    check("\"a\tb\"", Some(Control));
    check(r#""\x""#, Some(Escape));
    check("{} {}", Some(Trailing));
    check("[1,]", Some(Syntax));
    check("[,1]", Some(Syntax));
    check(r#"{"a":1,}"#, Some(Syntax));
    check("[1 2]", Some(Syntax));
    check("{a:1}", Some(Syntax));
    check("NaN", Some(Syntax));
    check("01", Some(Trailing));
    check("1.", Some(Unfinished));
    check(".5", Some(Syntax));
    check("+1", Some(Syntax));
    check("tru", Some(Unfinished));
    check("trux", Some(Syntax));
    check("", Some(Unfinished));
    check(r#"{"a""#, Some(Unfinished));
    check("[1", Some(Unfinished));
    check(r#""a\"#, Some(Unfinished));
}

#[test]
fn the_number_of_values_is_bounded() {
    let limits = JsonLimits { nodes_max: 4, ..JsonLimits::default() };
    assert!(Document::read(b"[1,2,3]".to_vec(), &limits).is_ok());
    let error = Document::read(b"[1,2,3,4]".to_vec(), &limits).unwrap_err();
    assert_eq!((error.fault, error.at), (TooMany, 7));
}

#[test]
fn removing_members_keeps_the_commas_right() {
    let check = |gone: &[&str], expect: &str| {
        let document = parse(br#"{"a":1, "b":{"x":"y"}, "c":3}"#).unwrap();
        let mut splice = Splice::new(&document);
        let member = |key: &&str| document.root().get(key).unwrap();
        // A change inside what goes is gone with it.
        member(&"b").children().for_each(|inner| splice.set_string(inner.id(), "z"));
        gone.iter().for_each(|key| splice.remove(member(key).id()));
        assert_eq!(splice.apply(), expect);
    };
    check(&[], r#"{"a":1, "b":{"x":"z"}, "c":3}"#);
    check(&["a"], r#"{"b":{"x":"z"}, "c":3}"#);
    check(&["b"], r#"{"a":1, "c":3}"#);
    check(&["c"], r#"{"a":1, "b":{"x":"z"}}"#);
    check(&["a", "b"], r#"{"c":3}"#);
    check(&["b", "c"], r#"{"a":1}"#);
    check(&["a", "c"], r#"{"b":{"x":"z"}}"#);
    check(&["a", "b", "c"], "{}");
}

#[test]
fn a_member_is_set_whether_it_was_there_or_not() {
    let check = |text: &str, gone: Option<&str>, expect: &str| {
        let document = parse(text.as_bytes()).unwrap();
        let mut splice = Splice::new(&document);
        splice.set_member(document.root().id(), "model", "m\"");
        gone.into_iter().for_each(|key| splice.remove(document.root().get(key).unwrap().id()));
        assert_eq!(splice.apply(), expect);
    };
    check(r#"{"model":1,"a":2}"#, None, r#"{"model":"m\"","a":2}"#);
    check(r#"{"a":2}"#, None, r#"{"a":2,"model":"m\""}"#);
    check("{}", None, r#"{"model":"m\""}"#);
    check(r#"{"a":2}"#, Some("a"), r#"{"model":"m\""}"#);
    check(r#"{"a":2, "b":3}"#, Some("b"), r#"{"a":2,"model":"m\""}"#);
    check("[]", None, "[]");
}

/// The tree without its places, to be compared with the oracle's.
fn tree(value: Value<'_>) -> Oracle {
    match value.kind() {
        Kind::String => Oracle::String(value.string().unwrap().into_owned()),
        Kind::Array => value.children().map(tree).collect(),
        Kind::Object => {
            Oracle::Object(value.children().map(|c| (c.key().unwrap().into_owned(), tree(c))).collect())
        }
        _ => serde_json::from_str(value.raw()).unwrap(),
    }
}

fn value() -> impl Strategy<Value = Oracle> {
    let leaf = prop_oneof![
        Just(Oracle::Null),
        any::<bool>().prop_map(Oracle::from),
        any::<i64>().prop_map(Oracle::from),
        "\\PC{0,8}|[\u{0}-\u{7f}\u{2028}\"\\\\]{0,8}".prop_map(Oracle::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Oracle::from),
            prop::collection::vec(("[a-z\u{3042}-\u{3044}\"\\\\]{0,4}", inner), 0..5)
                .prop_map(|members| Oracle::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_accepted_means_the_same_to_another_parser(value in value()) {
        let text = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(tree(parse(&text).unwrap().root()), value);
    }

    #[test]
    fn nothing_is_accepted_that_another_parser_refuses(text in "[\\[\\]{}:,\"\\\\u0-9eE+.tfn a-]{0,24}") {
        if let Ok(document) = parse(text.as_bytes()) {
            let oracle: Oracle = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(tree(document.root()), oracle);
        }
    }

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn splicing_nothing_is_identity(value in value()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let document = parse(text.as_bytes()).unwrap();
        prop_assert_eq!(Splice::new(&document).apply(), text);
    }

    #[test]
    fn an_edited_body_is_the_same_tree_but_for_the_edited_strings(
        value in value(), picks in any::<u64>(), new in any::<String>()
    ) {
        let text = serde_json::to_vec(&value).unwrap();
        let document = parse(&text).unwrap();
        let strings = document.values().filter(|v| v.kind() == Kind::String);
        let picked: Vec<_> = strings.map(Value::id).enumerate().filter(|(n, _)| picks >> (n % 64) & 1 == 1).collect();
        let mut splice = Splice::new(&document);
        picked.iter().for_each(|(_, id)| splice.set_string(*id, &new));
        let edited = parse(splice.apply().as_bytes()).unwrap();
        prop_assert_eq!(document.values().count(), edited.values().count());
        for (before, after) in document.values().zip(edited.values()) {
            prop_assert_eq!(before.key(), after.key());
            prop_assert_eq!(before.kind(), after.kind());
            if picked.iter().any(|(_, id)| *id == before.id()) {
                prop_assert_eq!(after.string().unwrap(), new.as_str());
            } else if !matches!(before.kind(), Kind::Array | Kind::Object) {
                prop_assert_eq!(before.raw(), after.raw());
            }
        }
    }
}
