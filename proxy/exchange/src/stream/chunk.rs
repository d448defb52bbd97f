//! The shape of one event: where in it a text stands, and how an event is made that only goes on with one.

use crate::json::{Document, Kind, Value, quote};
use crate::wire::Script;

/// Where a text stands in its events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    script: Script,
    /// The index of the choice or block, as written.
    pub(super) block: String,
    /// What kind of delta it is, where deltas say so.
    kind: String,
    /// From the delta to the text.
    steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    Member(String),
    /// An array's element: its own `index`, or else its position.
    Element {
        index: String,
        named: bool,
    },
}

impl Place {
    /// The place of a string, and its name among all places of the stream.
    pub(super) fn of(value: Value<'_>, script: Script) -> (String, Place) {
        let (mut steps, mut root) = (Vec::new(), value);
        steps.extend(Step::of(value));
        while let Some(parent) = root.parent() {
            root = parent;
            steps.extend(Step::of(parent));
        }
        steps.reverse();
        let (block, kind, steps) = match script {
            Script::Choices => choice(steps),
            Script::Blocks => {
                let index = root.get(BLOCK_DELTA).and_then(|delta| delta.get(BLOCK_INDEX));
                (written(index), String::new(), steps.split_off(steps.len().min(2)))
            }
            Script::Typed => typed(root, steps),
            Script::Plain => (String::new(), String::new(), steps),
        };
        let place = Place { script, block, kind, steps };
        (place.name(), place)
    }

    fn name(&self) -> String {
        let mut name = self.block.clone();
        if !self.kind.is_empty() {
            name.push('/');
            name.push_str(&quote(&self.kind));
        }
        for step in &self.steps {
            name.push('/');
            match step {
                // A key may hold anything; an index holds digits alone.
                Step::Member(key) => name.push_str(&quote(key)),
                Step::Element { index, .. } => name.push_str(index),
            }
        }
        name
    }

    /// An event that says this and nothing else.
    pub(super) fn event(&self, head: &str, text: &str) -> String {
        let (index, delta) = (&self.block, nested(&self.steps, text));
        match self.script {
            Script::Choices => {
                format!(r#"{head}"choices":[{{"index":{index},"delta":{delta},"finish_reason":null}}]}}"#)
            }
            Script::Blocks => format!(r#"{{"{BLOCK_DELTA}":{{"{BLOCK_INDEX}":{index},"delta":{delta}}}}}"#),
            Script::Typed => {
                let members = delta.strip_prefix('{').unwrap_or_default();
                let kind = quote(&self.kind);
                format!(
                    r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":{kind},{members}}}"#
                )
            }
            Script::Plain => delta,
        }
    }
}

const BLOCK_DELTA: &str = "contentBlockDelta";
const BLOCK_STOP: &str = "contentBlockStop";
const BLOCK_INDEX: &str = "contentBlockIndex";

/// `choices`, the choice, `delta`, and what leads on from there.
fn choice(mut steps: Vec<Step>) -> (String, String, Vec<Step>) {
    let rest = steps.split_off(steps.len().min(3));
    let choice = steps.into_iter().find_map(|step| match step {
        Step::Element { index, .. } => Some(index),
        Step::Member(_) => None,
    });
    (choice.unwrap_or_default(), String::new(), rest)
}

/// What a block begins with goes on in deltas of the kind that has the same member.
fn typed(root: Value<'_>, mut steps: Vec<Step>) -> (String, String, Vec<Step>) {
    let rest = steps.split_off(steps.len().min(1));
    let begins = steps.first() == Some(&Step::Member("content_block".to_owned()));
    let kind = match rest.first() {
        Some(Step::Member(key)) if begins => format!("{key}_delta"),
        _ => {
            let kind = root.get("delta").and_then(|delta| delta.get("type")).and_then(Value::string);
            kind.unwrap_or_default().into_owned()
        }
    };
    (written(root.get("index")), kind, rest)
}

fn written(index: Option<Value<'_>>) -> String {
    index.map_or("0", Value::raw).to_owned()
}

impl Step {
    /// The step that leads to a value from the one that holds it.
    fn of(value: Value<'_>) -> Option<Step> {
        if let Some(key) = value.key() {
            return Some(Step::Member(key.into_owned()));
        }
        value.parent()?;
        let own = value.get("index").filter(|index| index.kind() == Kind::Number).map(Value::raw);
        let own = own.filter(|index| index.bytes().all(|b| b.is_ascii_digit()));
        let index = own.map_or_else(|| value.position().to_string(), str::to_owned);
        Some(Step::Element { index, named: own.is_some() })
    }
}

/// Furthest element of an array whose elements have no `index` that is filled up to.
const POSITION_MAX: usize = 64;

fn nested(steps: &[Step], text: &str) -> String {
    match steps {
        [] => quote(text),
        [Step::Member(key), rest @ ..] => format!("{{{}:{}}}", quote(key), nested(rest, text)),
        [Step::Element { index, named: true }, Step::Member(key), rest @ ..] => {
            format!(r#"[{{"index":{index},{}:{}}}]"#, quote(key), nested(rest, text))
        }
        [Step::Element { index, .. }, rest @ ..] => {
            let before = index.parse().unwrap_or(0).min(POSITION_MAX);
            format!("[{}{}]", "null,".repeat(before), nested(rest, text))
        }
    }
}

/// How the events of a stream begin: what stands in one of them, with the name that the client asked for.
pub(super) fn head(document: &Document, model: &str) -> String {
    let root = document.root();
    let mut head = String::from("{");
    for key in ["id", "object", "created"] {
        if let Some(value) = root.get(key) {
            head.push_str(&format!("{}:{},", quote(key), value.raw()));
        }
    }
    if root.get("model").is_some() {
        head.push_str(&format!("\"model\":{},", quote(model)));
    }
    head
}

/// Whether everything that names its place does so as every reader reads it: `1.0` and `"1"` are 1 to some.
pub(super) fn is_plainly_indexed(document: &Document, script: Script) -> bool {
    let of_element = |value: &Value<'_>| {
        value.parent().is_some_and(|holder| holder.key_span().is_none() && holder.parent().is_some())
    };
    let names = |value: &Value<'_>| match value.key().as_deref() {
        Some("index") => script == Script::Typed || of_element(value),
        Some(BLOCK_INDEX) => script == Script::Blocks,
        _ => false,
    };
    let plain =
        |value: Value<'_>| value.kind() == Kind::Number && value.raw().bytes().all(|b| b.is_ascii_digit());
    document.values().filter(names).all(plain)
}

/// Whether a value stands inside a `delta`, whose strings clients join.
pub(super) fn is_in_delta(value: Value<'_>) -> bool {
    let mut at = Some(value);
    while let Some(value) = at {
        if value.key().is_some_and(|key| key == "delta") {
            return true;
        }
        at = value.parent();
    }
    false
}

/// Which texts an event ends.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Ends {
    /// Those of these choices or blocks, by index as written.
    These(Vec<String>),
    All,
}

impl Ends {
    pub(super) fn end(&self, place: &Place) -> bool {
        match self {
            Ends::These(blocks) => blocks.contains(&place.block),
            Ends::All => true,
        }
    }

    pub(super) fn of(document: &Document, script: Script) -> Ends {
        let root = document.root();
        let these = |index: Option<Value<'_>>| {
            Ends::These(index.map(|index| index.raw().to_owned()).into_iter().collect())
        };
        match script {
            Script::Choices => Ends::These(finished(root)),
            Script::Blocks if root.get("messageStop").or(root.get("metadata")).is_some() => Ends::All,
            Script::Blocks => these(root.get(BLOCK_STOP).and_then(|stop| stop.get(BLOCK_INDEX))),
            Script::Typed => match root.get("type").and_then(Value::string).as_deref() {
                Some("content_block_stop") => these(root.get("index")),
                Some("message_delta" | "message_stop") => Ends::All,
                _ => Ends::These(Vec::new()),
            },
            Script::Plain if document.values().any(is_reason) => Ends::All,
            Script::Plain => Ends::These(Vec::new()),
        }
    }
}

/// A reason why a model has stopped, as any of them calls it.
fn is_reason(value: Value<'_>) -> bool {
    let known = ["stop_reason", "stopReason", "completionReason", "finish_reason"];
    value.key().is_some_and(|key| known.contains(&key.as_ref())) && said(value)
}

fn said(value: Value<'_>) -> bool {
    value.string().is_some_and(|text| !text.is_empty())
}

/// The choices that an event ends.
fn finished(root: Value<'_>) -> Vec<String> {
    let choices = root.get("choices").into_iter().flat_map(Value::children);
    let ends = choices.filter(|choice| choice.get("finish_reason").is_some_and(said));
    ends.filter_map(Step::of)
        .filter_map(|step| match step {
            Step::Element { index, .. } => Some(index),
            Step::Member(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Ends, Place, head, is_plainly_indexed};
    use crate::json::{Document, JsonLimits, Value};
    use crate::wire::Script;

    fn read(text: &str) -> Document {
        Document::read(text.as_bytes().to_vec(), &JsonLimits::default()).unwrap()
    }

    /// Every string `x` of an event, as its name and the event that goes on with it.
    fn check(script: Script, event: &str, expect: &[(&str, &str)]) {
        let document = read(event);
        let texts = document.values().filter(|value| value.string().as_deref() == Some("x"));
        let found: Vec<_> = texts
            .map(|value: Value<'_>| {
                let (name, place) = Place::of(value, script);
                (name, place.event("{", "go on"))
            })
            .collect();
        let found: Vec<_> = found.iter().map(|(name, event)| (name.as_str(), event.as_str())).collect();
        assert_eq!(found, expect, "{event}");
    }

    #[test]
    fn a_text_goes_on_where_it_stands() {
        check(
            Script::Choices,
            r#"{"choices":[{"index":2,"delta":{"content":"x"}}]}"#,
            &[(
                r#"2/"content""#,
                r#"{"choices":[{"index":2,"delta":{"content":"go on"},"finish_reason":null}]}"#,
            )],
        );
        check(
            Script::Choices,
            r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"x"}}]}}]}"#,
            &[(
                r#"0/"tool_calls"/1/"function"/"arguments""#,
                r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"go on"}}]},"finish_reason":null}]}"#,
            )],
        );
        check(
            Script::Choices,
            r#"{"choices":[{"index":0,"delta":{"new":["",["x"]]}}]}"#,
            &[(
                r#"0/"new"/1/0"#,
                r#"{"choices":[{"index":0,"delta":{"new":[null,["go on"]]},"finish_reason":null}]}"#,
            )],
        );
    }

    #[test]
    fn a_choice_is_finished_by_a_reason() {
        let event = r#"{"id":"c","created":1,"model":"z","choices":[{"index":3,"finish_reason":"stop"},{"index":4,"finish_reason":null},{"index":5,"finish_reason":""}]}"#;
        assert_eq!(Ends::of(&read(event), Script::Choices), Ends::These(vec!["3".to_owned()]));
        assert_eq!(head(&read(event), "m"), r#"{"id":"c","created":1,"model":"m","#);
    }

    #[test]
    fn blocks_go_on_by_their_index() {
        check(
            Script::Blocks,
            r#"{"contentBlockDelta":{"contentBlockIndex":2,"delta":{"text":"x"},"p":"abc"}}"#,
            &[(r#"2/"text""#, r#"{"contentBlockDelta":{"contentBlockIndex":2,"delta":{"text":"go on"}}}"#)],
        );
        check(
            Script::Blocks,
            r#"{"contentBlockDelta":{"delta":{"toolUse":{"input":"x"}},"contentBlockIndex":0}}"#,
            &[(
                r#"0/"toolUse"/"input""#,
                r#"{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"toolUse":{"input":"go on"}}}}"#,
            )],
        );
        check(
            Script::Typed,
            r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"x"}}"#,
            &[(
                r#"1/"text_delta"/"text""#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"go on"}}"#,
            )],
        );
        check(
            Script::Typed,
            r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"x"}}"#,
            &[(
                r#"1/"text_delta"/"text""#,
                r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"go on"}}"#,
            )],
        );
        check(
            Script::Plain,
            r#"{"outputs":[{"text":"x","stop_reason":null}]}"#,
            &[(r#"/"outputs"/0/"text""#, r#"{"outputs":[{"text":"go on"}]}"#)],
        );
    }

    #[test]
    fn what_ends_a_block_ends_its_texts_alone() {
        let check = |script, event: &str, expect: Option<&[&str]>| {
            let expect = expect
                .map_or(Ends::All, |these| Ends::These(these.iter().map(|s| (*s).to_owned()).collect()));
            assert_eq!(Ends::of(&read(event), script), expect, "{event}");
        };
        check(Script::Blocks, r#"{"contentBlockStop":{"contentBlockIndex":3}}"#, Some(&["3"]));
        check(
            Script::Blocks,
            r#"{"contentBlockDelta":{"contentBlockIndex":3,"delta":{"text":"a"}}}"#,
            Some(&[]),
        );
        check(Script::Blocks, r#"{"messageStop":{"stopReason":"end_turn"}}"#, None);
        check(Script::Blocks, r#"{"metadata":{}}"#, None);
        check(Script::Typed, r#"{"type":"content_block_stop","index":3}"#, Some(&["3"]));
        check(Script::Typed, r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#, None);
        check(Script::Typed, r#"{"type":"ping"}"#, Some(&[]));
        check(Script::Plain, r#"{"generation":"a","stop_reason":null}"#, Some(&[]));
        check(Script::Plain, r#"{"generation":"a","stop_reason":"stop"}"#, None);
        check(Script::Plain, r#"{"outputText":"a","completionReason":"FINISH"}"#, None);
    }

    #[test]
    fn an_index_is_digits() {
        let check = |script, event: &str, expect| {
            assert_eq!(is_plainly_indexed(&read(event), script), expect, "{event}");
        };
        check(Script::Blocks, r#"{"contentBlockDelta":{"contentBlockIndex":3}}"#, true);
        check(Script::Blocks, r#"{"contentBlockDelta":{"contentBlockIndex":3.0}}"#, false);
        check(Script::Blocks, r#"{"contentBlockStop":{"contentBlockIndex":"3"}}"#, false);
        check(Script::Typed, r#"{"type":"content_block_delta","index":1}"#, true);
        check(Script::Typed, r#"{"type":"content_block_delta","index":1e0}"#, false);
        check(Script::Choices, r#"{"choices":[{"index":1.0}]}"#, false);
        check(Script::Choices, r#"{"index":1.0}"#, true);
    }
}
