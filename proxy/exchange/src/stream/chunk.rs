//! The shape of one event: where in it a text stands, and how an event is made that only goes on with one.

use crate::json::{Document, Kind, Value, quote};

/// Where a text stands in its events.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// The choice's index, as written.
    pub(super) choice: String,
    /// From the choice's `delta` to the text.
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
    pub(super) fn of(value: Value<'_>) -> (String, Place) {
        let mut steps = Vec::new();
        let mut at = Some(value);
        while let Some(value) = at {
            steps.extend(Step::of(value));
            at = value.parent();
        }
        steps.reverse();
        // `choices`, the choice, `delta`.
        let rest = steps.split_off(steps.len().min(3));
        let choice = steps.into_iter().find_map(|step| match step {
            Step::Element { index, .. } => Some(index),
            Step::Member(_) => None,
        });
        let place = Place { choice: choice.unwrap_or_default(), steps: rest };
        (place.name(), place)
    }

    fn name(&self) -> String {
        let mut name = self.choice.clone();
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
        let (index, delta) = (&self.choice, nested(&self.steps, text));
        format!(r#"{head}"choices":[{{"index":{index},"delta":{delta},"finish_reason":null}}]}}"#)
    }
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

/// Whether every element that names its place does so as every reader reads it: `1.0` and `"1"` are 1 to some.
pub(super) fn is_plainly_indexed(document: &Document) -> bool {
    let indices = document.values().filter(|value| value.key().is_some_and(|key| key == "index"));
    let of_elements =
        indices.filter(|value| value.parent().is_some_and(|holder| holder.key_span().is_none()));
    of_elements
        .filter(|value| value.parent().and_then(Value::parent).is_some())
        .all(|value| value.kind() == Kind::Number && value.raw().bytes().all(|b| b.is_ascii_digit()))
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

/// The choices that an event ends, by index as written.
pub(super) fn finished(document: &Document) -> Vec<String> {
    let choices = document.root().get("choices").into_iter().flat_map(Value::children);
    let ends = choices.filter(|choice| {
        let reason = choice.get("finish_reason").and_then(Value::string);
        reason.is_some_and(|reason| !reason.is_empty())
    });
    ends.filter_map(Step::of)
        .filter_map(|step| match step {
            Step::Element { index, .. } => Some(index),
            Step::Member(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Place, finished, head};
    use crate::json::{Document, JsonLimits, Value};

    fn read(text: &str) -> Document {
        Document::read(text.as_bytes().to_vec(), &JsonLimits::default()).unwrap()
    }

    /// Every string `x` of an event, as its name and the event that goes on with it.
    fn check(event: &str, expect: &[(&str, &str)]) {
        let document = read(event);
        let texts = document.values().filter(|value| value.string().as_deref() == Some("x"));
        let found: Vec<_> = texts
            .map(|value: Value<'_>| {
                let (name, place) = Place::of(value);
                (name, place.event("{", "go on"))
            })
            .collect();
        let found: Vec<_> = found.iter().map(|(name, event)| (name.as_str(), event.as_str())).collect();
        assert_eq!(found, expect, "{event}");
    }

    #[test]
    fn a_text_goes_on_where_it_stands() {
        check(
            r#"{"choices":[{"index":2,"delta":{"content":"x"}}]}"#,
            &[(
                r#"2/"content""#,
                r#"{"choices":[{"index":2,"delta":{"content":"go on"},"finish_reason":null}]}"#,
            )],
        );
        check(
            r#"{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"x"}}]}}]}"#,
            &[(
                r#"0/"tool_calls"/1/"function"/"arguments""#,
                r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"go on"}}]},"finish_reason":null}]}"#,
            )],
        );
        check(
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
        assert_eq!(finished(&read(event)), ["3"]);
        assert_eq!(head(&read(event), "m"), r#"{"id":"c","created":1,"model":"m","#);
    }
}
