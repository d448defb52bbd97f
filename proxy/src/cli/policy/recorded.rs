//! Exchanges as the log holds them.

use std::net::IpAddr;
use std::path::Path;

use sekisho_detectors::{Confidence, RuleSet};
use sekisho_policies::{
    Direction, FindingKey, Opaque, OpaqueKey, Policy, RecordedSubject, Subject, Summary, Turn, Voice,
};
use serde_json::Value;

use crate::cli::Trouble;
use crate::cli::leaves::Leaves;

/// One of the two leaves of an exchange.
pub struct Recorded(Value);

impl Recorded {
    /// The decision of the exchange of that id.
    ///
    /// # Errors
    /// The log cannot be read, or has none.
    pub fn find(log: &Path, id: &str) -> Result<Recorded, Trouble> {
        let mut found = None;
        each(log, |recorded| {
            if recorded.is_decision() && recorded.id() == id {
                found = Some(recorded);
            }
        })?;
        found.ok_or_else(|| Trouble::Message(format!("{} has no decision of `{id}`", log.display())))
    }

    /// Whether it says what was decided, and not what became of it.
    pub fn is_decision(&self) -> bool {
        self.text("/unmapped/record") == Some("decision")
    }

    /// The exchange's id.
    pub fn id(&self) -> &str {
        self.text("/metadata/correlation_uid").unwrap_or_default()
    }

    /// When it was decided, in Unix seconds.
    pub fn time_s(&self) -> u64 {
        self.0.get("time").and_then(Value::as_u64).unwrap_or_default() / 1000
    }

    /// A member, by JSON pointer (RFC 6901).
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.0.pointer(pointer).and_then(Value::as_str)
    }

    /// The strings of a list, by JSON pointer.
    pub fn list(&self, pointer: &str) -> Vec<&str> {
        let list = self.0.pointer(pointer).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// What was decided.
    pub fn verdict(&self) -> &Value {
        self.0.pointer("/unmapped/verdict").unwrap_or(&Value::Null)
    }

    /// The members of a list, by JSON pointer.
    pub fn items(&self, pointer: &str) -> impl Iterator<Item = &Value> {
        self.0.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
    }

    /// Where the connection came from.
    pub fn from(&self) -> Option<IpAddr> {
        self.text("/src_endpoint/ip")?.parse().ok()
    }

    /// Who asked, if the policy still knows their ids.
    pub fn subject(&self, policy: &Policy) -> Option<Subject> {
        policy.recorded(&RecordedSubject {
            grants: &self.list("/unmapped/grants"),
            service: self.text("/unmapped/service"),
            ministry: self.text("/unmapped/ministry"),
            clearance: self.text("/unmapped/levels/clearance")?,
        })
    }

    /// What was found, as far as these rules still know it.
    pub fn findings(&self, policy: &Policy, rules: &RuleSet) -> Summary {
        let mut summary = Summary::default();
        let tallies = self.0.pointer("/unmapped/findings").and_then(Value::as_array);
        for tally in tallies.into_iter().flatten() {
            let said = |key: &str| tally.get(key).and_then(Value::as_str).unwrap_or_default();
            let count =
                tally.get("count").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
            let direction =
                if said("direction") == "completion" { Direction::Completion } else { Direction::Prompt };
            let turn = if said("turn") == "earlier" { Turn::Earlier } else { Turn::Newest };
            let voice = voice(said("voice"));
            if let Some(kind) = Opaque::ALL.into_iter().find(|kind| kind.category() == said("category")) {
                let listed = policy.listed(said("rule"));
                summary.add_opaque_many(OpaqueKey { kind, direction, voice, turn, listed }, count);
            } else if let Some(rule) = rules.find(said("rule")) {
                let confidence = confidence(said("confidence"));
                summary.add_many(FindingKey { rule, direction, voice, turn, confidence }, count);
            }
        }
        summary
    }
}

fn voice(word: &str) -> Voice {
    match word {
        "system" => Voice::System,
        "user" => Voice::User,
        "assistant" => Voice::Assistant,
        "tool" => Voice::Tool,
        _ => Voice::Other,
    }
}

fn confidence(word: &str) -> Confidence {
    match word {
        "low" => Confidence::Low,
        "medium" => Confidence::Medium,
        _ => Confidence::High,
    }
}

/// Every leaf of an exchange in a log, in order.
///
/// # Errors
/// The log cannot be read.
pub fn each(log: &Path, mut show: impl FnMut(Recorded)) -> Result<(), Trouble> {
    Leaves::open(log)?.read(|index, leaf| {
        let leaf: Value = serde_json::from_slice(leaf)
            .map_err(|error| Trouble::at(format!("{}, leaf {index}", log.display()), error))?;
        if leaf.pointer("/unmapped/record").is_some() {
            show(Recorded(leaf));
        }
        Ok(())
    })
}
