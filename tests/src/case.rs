//! Stories in files: what a client sends, what the backend may see, what the client gets, what the record says.
//!
//! ```text
//! A cloud key in a prompt passes as a placeholder.
//!
//! == client > POST /v1/chat/completions   contractor   Confidentiality-Level: 1
//! {"model":"$model","messages":[{"role":"user","content":"why is AKIA… refused?"}]}
//! == upstream <
//! /messages/0/role = "user"
//! without AKIA
//! == client < 200   Confidentiality-Level: 1
//! with refused?
//! == record
//! decision /status_id = 1
//! ```
//!
//! The first paragraph is the promise. A client section begins an exchange (a second one begins the next; who asks is
//! `official` unless named, `nobody` sends no credential); the others follow it, each at most once. Lines that expect:
//! `POINTER = JSON`, `POINTER absent`, `with TEXT`, `without TEXT`; in `upstream <` alone also `nothing`; in `record`
//! they name an event first. Anything else fails the file.

use std::fmt;

use serde_json::Value;

use crate::{Ask, Gate, Reply};

/// A story: its promise and its exchanges.
#[derive(Debug)]
pub struct Story {
    /// What is promised, in one paragraph.
    pub promise: String,
    exchanges: Vec<Exchange>,
}

#[derive(Debug)]
struct Exchange {
    line: usize,
    ask: Ask,
    upstream: Option<Vec<Expected>>,
    client: Option<Answer>,
    record: Option<Vec<(Event, Expected)>>,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    heads: Vec<(String, String)>,
    body: Vec<Expected>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Decision,
    Completion,
}

#[derive(Debug, PartialEq)]
enum Expected {
    Nothing,
    Is { pointer: String, value: Value },
    Absent { pointer: String },
    With(String),
    Without(String),
}

/// Why a file is no story, or where the gate kept no promise.
#[derive(Debug)]
pub struct Wrong {
    line: usize,
    what: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

fn wrong<T>(line: usize, what: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { line, what: what.into() })
}

impl Story {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Story, Wrong> {
        let mut sections = Vec::new();
        let mut promise = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            match (line.strip_prefix("== "), sections.last_mut()) {
                (Some(title), _) => sections.push(Section { number, title, lines: Vec::new() }),
                (None, Some(section)) if !line.trim().is_empty() => section.lines.push((number, line)),
                (None, Some(_)) => {}
                (None, None) => promise.push(line),
            }
        }
        let promise = promise.join(" ").trim().to_owned();
        if promise.is_empty() || sections.is_empty() {
            return wrong(1, "a story begins with its promise, then `== client > …`");
        }
        let mut exchanges: Vec<Exchange> = Vec::new();
        for section in sections {
            section.add_to(&mut exchanges)?;
        }
        match exchanges.iter().find(|e| e.upstream.is_none() || e.client.is_none()) {
            Some(half) => wrong(half.line, "an exchange says `== upstream <` and `== client <`"),
            None => Ok(Story { promise, exchanges }),
        }
    }

    /// Plays every exchange in order; the first broken promise ends the story.
    pub fn play(&self, gate: &Gate) -> Result<(), Wrong> {
        self.exchanges.iter().try_for_each(|exchange| exchange.play(gate))
    }
}

struct Section<'a> {
    number: usize,
    title: &'a str,
    lines: Vec<(usize, &'a str)>,
}

impl Section<'_> {
    fn add_to(&self, exchanges: &mut Vec<Exchange>) -> Result<(), Wrong> {
        if let Some(title) = self.title.strip_prefix("client > ") {
            let (line, ask) = (self.number, self.ask(title)?);
            exchanges.push(Exchange { line, ask, upstream: None, client: None, record: None });
            return Ok(());
        }
        let Some(exchange) = exchanges.last_mut() else {
            return wrong(self.number, "begin with `== client > …`");
        };
        let fresh = if self.title == "upstream <" {
            exchange.upstream.replace(self.expected()?).is_none()
        } else if let Some(title) = self.title.strip_prefix("client < ") {
            exchange.client.replace(self.answer(title)?).is_none()
        } else if self.title == "record" {
            exchange.record.replace(self.events()?).is_none()
        } else {
            return wrong(self.number, format!("`{}` is no section of a story", self.title));
        };
        if fresh { Ok(()) } else { wrong(self.number, "this exchange has such a section already") }
    }

    /// `METHOD PATH   WHO   Name: value   Name: value`, columns parted by two spaces or more.
    fn ask(&self, title: &str) -> Result<Ask, Wrong> {
        let mut columns = title.split("  ").map(str::trim).filter(|column| !column.is_empty());
        let Some((method, path)) = columns.next().and_then(|c| c.split_once(' ')) else {
            return wrong(self.number, "say `METHOD PATH`");
        };
        let body: Vec<&str> = self.lines.iter().map(|(_, line)| *line).collect();
        let ask = if body.is_empty() { Ask::get(path) } else { Ask::bytes(body.join("\n")).path(path) };
        columns.try_fold(ask.method(method), |ask, column| match (column, column.split_once(": ")) {
            (_, Some((name, value))) => Ok(ask.head(name, value)),
            ("official" | "contractor" | "stranger", None) => Ok(ask.by(column)),
            ("nobody", None) => Ok(ask.nobody()),
            _ => wrong(self.number, format!("`{column}` is neither a person nor `Name: value`")),
        })
    }

    fn answer(&self, title: &str) -> Result<Answer, Wrong> {
        let mut columns = title.split("  ").map(str::trim).filter(|column| !column.is_empty());
        let status = columns.next().and_then(|c| c.parse().ok());
        let Some(status) = status else {
            return wrong(self.number, "say `client < STATUS`");
        };
        let head = |column: &str| match column.split_once(": ") {
            Some((name, value)) => Ok((name.to_ascii_lowercase(), value.to_owned())),
            None => wrong(self.number, format!("`{column}` is no `Name: value`")),
        };
        let heads = columns.map(head).collect::<Result<_, Wrong>>()?;
        Ok(Answer { status, heads, body: self.expected()? })
    }

    fn expected(&self) -> Result<Vec<Expected>, Wrong> {
        let lines: Vec<Expected> =
            self.lines.iter().map(|(number, line)| expected(*number, line)).collect::<Result<_, Wrong>>()?;
        let silent = lines.contains(&Expected::Nothing);
        if silent && (lines.len() > 1 || self.title != "upstream <") {
            return wrong(self.number, "`nothing` stands alone, in `upstream <`");
        }
        Ok(lines)
    }

    fn events(&self) -> Result<Vec<(Event, Expected)>, Wrong> {
        let event = |(number, line): &(usize, &str)| match line.split_once(' ') {
            Some(("decision", rest)) => Ok((Event::Decision, expected(*number, rest)?)),
            Some(("completion", rest)) => Ok((Event::Completion, expected(*number, rest)?)),
            _ => wrong(*number, "say `decision …` or `completion …`"),
        };
        self.lines.iter().map(event).collect()
    }
}

fn expected(number: usize, line: &str) -> Result<Expected, Wrong> {
    if line == "nothing" {
        return Ok(Expected::Nothing);
    }
    if let Some(text) = line.strip_prefix("with ") {
        return Ok(Expected::With(text.to_owned()));
    }
    if let Some(text) = line.strip_prefix("without ") {
        return Ok(Expected::Without(text.to_owned()));
    }
    if let Some(pointer) = line.strip_suffix(" absent").filter(|p| p.starts_with('/')) {
        return Ok(Expected::Absent { pointer: pointer.to_owned() });
    }
    match line.split_once(" = ").filter(|(p, _)| p.starts_with('/')) {
        None => wrong(number, "expected `POINTER = JSON`, `POINTER absent`, `with TEXT` or `without TEXT`"),
        Some((pointer, json)) => match serde_json::from_str(json) {
            Ok(value) => Ok(Expected::Is { pointer: pointer.to_owned(), value }),
            Err(error) => wrong(number, format!("`{json}` is no JSON: {error}")),
        },
    }
}

impl Exchange {
    fn play(&self, gate: &Gate) -> Result<(), Wrong> {
        let reply = gate.try_ask(self.ask.clone()).map_err(|what| Wrong { line: self.line, what })?;
        self.kept(gate, &reply).or_else(|what| wrong(self.line, format!("{what}\n{}", reply.show())))
    }

    fn kept(&self, gate: &Gate, reply: &Reply) -> Result<(), String> {
        let client = self.client.as_ref().ok_or("an exchange has an answer")?;
        if client.status != reply.status {
            return Err(format!("the client was promised {}", client.status));
        }
        for (name, value) in &client.heads {
            if reply.head(name) != value {
                return Err(format!("the client was promised `{name}: {value}`"));
            }
        }
        client
            .body
            .iter()
            .try_for_each(|e| e.holds(&reply.text()).map_err(|what| format!("client: {what}")))?;
        let upstream = self.upstream.as_deref().unwrap_or_default();
        upstream.iter().try_for_each(|e| {
            e.holds(reply.backend.trim_end()).map_err(|what| format!("upstream: {what}"))
        })?;
        self.record.as_deref().map_or(Ok(()), |record| recorded(record, &gate.events_of(reply.record())))
    }
}

/// The exchange has two events: the decision first, the completion last.
fn recorded(expected: &[(Event, Expected)], events: &[Value]) -> Result<(), String> {
    let [decision, completion] = events else {
        return Err(format!("an exchange has two records, not {}", events.len()));
    };
    expected.iter().try_for_each(|(event, expected)| {
        let of = if *event == Event::Decision { decision } else { completion };
        expected.holds(&of.to_string()).map_err(|what| format!("{event:?}: {what}\n{of:#}"))
    })
}

impl Expected {
    fn holds(&self, text: &str) -> Result<(), String> {
        let json = || serde_json::from_str::<Value>(text).map_err(|_| format!("not one JSON text: {text}"));
        match self {
            Expected::Nothing if text.is_empty() => Ok(()),
            Expected::Nothing => Err("something arrived".to_owned()),
            Expected::With(part) if text.contains(part.as_str()) => Ok(()),
            Expected::With(part) => Err(format!("`{part}` is missing")),
            Expected::Without(part) if !text.contains(part.as_str()) => Ok(()),
            Expected::Without(part) => Err(format!("`{part}` is there")),
            Expected::Absent { pointer } => match json()?.pointer(pointer) {
                None => Ok(()),
                Some(value) => Err(format!("{pointer} is {value}")),
            },
            Expected::Is { pointer, value } => match json()?.pointer(pointer) {
                Some(found) if found == value => Ok(()),
                found => Err(format!("{pointer} is {}, not {value}", found.unwrap_or(&Value::Null))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "A promise.\n\n== client > POST /v1/x   contractor   A-Level: 1\n{}\n== upstream <\nnothing\n\
                        == client < 403   A-Level: 1\n/error absent\nwith x\n== record\ndecision /a/b = [1]\n";

    #[test]
    fn a_story_is_read_whole() {
        let story = Story::parse(GOOD).unwrap();
        assert_eq!(story.promise, "A promise.");
        let exchange = story.exchanges.first().unwrap();
        assert_eq!(exchange.ask.who.as_deref(), Some("contractor"));
        assert_eq!(exchange.upstream.as_deref(), Some([Expected::Nothing].as_slice()));
        assert_eq!(exchange.client.as_ref().unwrap().body.len(), 2);
        assert_eq!(exchange.record.as_ref().unwrap().len(), 1);
    }

    #[test]
    fn what_is_not_understood_fails_the_file() {
        let check = |from: &str, to: &str, line: usize| {
            let story = Story::parse(&GOOD.replace(from, to));
            assert_eq!(story.map(|_| ()).unwrap_err().line, line, "{from} -> {to}");
        };
        check("A promise.", "", 1);
        check("== record", "== recrod", 10);
        check("nothing", "silence", 6);
        check("with x", "nothing", 7);
        check("contractor", "somebody", 3);
        check("403", "refused", 7);
        check("[1]", "[1", 11);
        check("decision", "verdict", 11);
        check("== upstream <\nnothing\n", "", 3);
        check("== record\ndecision /a/b = [1]", "== upstream <\nnothing", 10);
    }
}
