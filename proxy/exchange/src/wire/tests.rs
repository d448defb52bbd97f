//! What holds for the tables of all dialects.

use sekisho_policies::Opaque;

use super::shape::Shape;
use super::{Dialect, Family};
use crate::body::Body;
use crate::json::{Document, JsonLimits};

const DIALECTS: [Dialect; 11] = [
    Dialect::OpenAiChat,
    Dialect::Converse,
    Dialect::Invoke(Family::Anthropic),
    Dialect::Invoke(Family::Nova),
    Dialect::Invoke(Family::Llama),
    Dialect::Invoke(Family::Mistral),
    Dialect::Invoke(Family::Titan),
    Dialect::Invoke(Family::Other),
    Dialect::CountTokens,
    Dialect::Guardrail,
    Dialect::ExApp,
];

/// How far tables that refer to each other are followed.
const DEEP_MAX: usize = 9;

/// Every value of a shape that plants one thing which steers, has an effect that nobody described, or is no field of the
/// table, and a word for the last step to it.
fn planted(shape: &'static Shape, deep: usize) -> Vec<(String, &'static str)> {
    if deep > DEEP_MAX {
        return Vec::new();
    }
    let member = |(key, inner): &'static (&'static str, Shape)| {
        planted(inner, deep + 1).into_iter().map(move |(value, step)| {
            (format!(r#""{key}":{value}"#), if step.is_empty() { *key } else { step })
        })
    };
    let wrapped = |values: Vec<(String, &'static str)>, open: &str, close: &str| {
        values.into_iter().map(|(value, step)| (format!("{open}{value}{close}"), step)).collect::<Vec<_>>()
    };
    match shape {
        Shape::Steers(_) | Shape::Word(_) | Shape::Unknown(_) => vec![(r#""planted""#.to_owned(), "")],
        Shape::Object(members) => {
            let inside = members.iter().flat_map(member).chain([(r#""planted":1"#.to_owned(), "planted")]);
            wrapped(inside.collect(), "{", "}")
        }
        Shape::Map(members, rest) => {
            let others =
                planted(rest, deep + 1).into_iter().map(|(value, step)| (format!(r#""x":{value}"#), step));
            wrapped(members.iter().flat_map(member).chain(others).collect(), "{", "}")
        }
        Shape::List(inner) | Shape::Conversation(inner) => wrapped(planted(inner, deep + 1), "[", "]"),
        Shape::Tagged(shapes, other) => {
            let unknown =
                matches!(other, Shape::Unknown(_)).then(|| (r#"{"type":"planted"}"#.to_owned(), "type"));
            let known = shapes.iter().flat_map(|(tag, inner)| {
                let values = planted(inner, deep + 1).into_iter();
                values.map(move |(value, step)| {
                    let typed = value.strip_prefix('{').map(|rest| format!(r#"{{"type":"{tag}",{rest}"#));
                    (typed.unwrap_or(value), step)
                })
            });
            // A union that steers as a whole does so by its type.
            known.filter(|(value, _)| value.starts_with('{')).chain(unknown).collect()
        }
        Shape::Either(shapes) => shapes.iter().flat_map(|inner| planted(inner, deep + 1)).collect(),
        Shape::Said(_, inner) | Shape::Signed(inner) => planted(inner, deep + 1),
        _ => Vec::new(),
    }
}

fn noted(dialect: Dialect, body: &str) -> Vec<Opaque> {
    let limits = JsonLimits::default();
    let document =
        Document::read(body.as_bytes().to_vec(), &limits).unwrap_or_else(|fault| panic!("{fault:?}: {body}"));
    let body = Body::open(document, dialect.request(), &limits).unwrap();
    body.opaque.iter().map(|noted| noted.kind).collect()
}

#[test]
fn whatever_steers_and_whatever_nobody_described_is_noted_wherever_it_is_planted() {
    for dialect in DIALECTS {
        let planted = planted(dialect.request(), 0);
        assert!(!planted.is_empty(), "{}", dialect.as_str());
        for (body, step) in planted {
            let kinds = noted(dialect, &body);
            let steers = |kind: &Opaque| matches!(kind, Opaque::Steers | Opaque::Field | Opaque::Tool);
            assert!(kinds.iter().any(steers), "{} at `{step}`: {body}", dialect.as_str());
        }
    }
}

#[test]
fn what_steers_is_planted_in_all_the_places_that_are_known() {
    let planted =
        |dialect: Dialect, key: &str| planted(dialect.request(), 0).iter().any(|(_, step)| *step == key);
    let check = |dialect: Dialect, keys: &[&str]| {
        for key in keys {
            assert!(planted(dialect, key), "{}: `{key}`", dialect.as_str());
        }
    };
    check(
        Dialect::OpenAiChat,
        &[
            "store",
            "web_search_options",
            "moderation",
            "audio",
            "file_id",
            "service_tier",
            "prompt_cache_retention",
        ],
    );
    check(
        Dialect::Converse,
        &[
            "s3Location",
            "guardrailIdentifier",
            "requestMetadata",
            "latency",
            "systemTool",
            "type",
            "format",
            "ttl",
        ],
    );
    check(
        Dialect::Invoke(Family::Anthropic),
        &["anthropic_beta", "mcp_servers", "container", "context_management", "service_tier"],
    );
}
