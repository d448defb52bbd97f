//! Changes to named places of a document; every other byte stays as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::document::{Document, Kind, NodeId, Value};
use super::string::quote;

/// A closed list of changes: a value becomes a string or `null`, a member goes or comes. Nothing else can change.
///
/// Law: a splice without changes gives the text back, and after changes the text parses to the same tree but for
/// the values named.
pub struct Splice<'d> {
    document: &'d Document,
    /// The token that takes a value's place.
    values: BTreeMap<NodeId, String>,
    removed: BTreeSet<NodeId>,
    /// Members to append, by object.
    added: BTreeMap<NodeId, Vec<(&'static str, String)>>,
}

impl<'d> Splice<'d> {
    /// No changes yet.
    pub fn new(document: &'d Document) -> Splice<'d> {
        Splice { document, values: BTreeMap::new(), removed: BTreeSet::new(), added: BTreeMap::new() }
    }

    /// The value becomes this string.
    pub fn set_string(&mut self, value: NodeId, text: &str) {
        self.values.insert(value, quote(text));
    }

    /// The value becomes `null`.
    pub fn set_null(&mut self, value: NodeId) {
        self.values.insert(value, "null".to_owned());
    }

    /// The member leaves its object; an array's element becomes `null`, since its neighbours' places mean something.
    pub fn remove(&mut self, member: NodeId) {
        match self.document.value(member).and_then(Value::key_span) {
            Some(_) => drop(self.removed.insert(member)),
            None => self.set_null(member),
        }
    }

    /// The member or element goes, and what follows it moves up.
    pub fn take_out(&mut self, child: NodeId) {
        self.removed.insert(child);
    }

    /// The object's member of that key becomes this string, whether it was there or not.
    pub fn set_member(&mut self, object: NodeId, key: &'static str, text: &str) {
        let Some(holder) = self.document.value(object).filter(|v| v.kind() == Kind::Object) else {
            return;
        };
        match holder.get(key) {
            Some(member) => self.set_string(member.id(), text),
            None => self.added.entry(object).or_default().push((key, quote(text))),
        }
    }

    /// True if nothing would change.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.removed.is_empty() && self.added.is_empty()
    }

    /// The text with all changes made.
    pub fn apply(&self) -> String {
        let text = self.document.text();
        let mut cuts = self.cuts();
        cuts.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for (span, token) in cuts {
            // Inside a value that is replaced or removed: gone with it.
            if span.start < copied {
                continue;
            }
            out.push_str(text.get(copied..span.start).unwrap_or_default());
            out.push_str(&token);
            copied = span.end;
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        out
    }

    fn cuts(&self) -> Vec<(Range<usize>, String)> {
        let span_of = |id: NodeId| self.document.value(id).map(Value::span);
        let values = self.values.iter().filter_map(|(id, token)| Some((span_of(*id)?, token.clone())));
        let parents = self.removed.iter().filter_map(|id| self.document.value(*id)?.parent());
        let objects: BTreeSet<NodeId> = parents.map(Value::id).chain(self.added.keys().copied()).collect();
        values.chain(objects.into_iter().flat_map(|object| self.members(object))).collect()
    }

    /// The cuts that removing and adding members of one object ask for.
    ///
    /// A removed run takes the comma before it; a run at the front takes the comma after it.
    fn members(&self, object: NodeId) -> Vec<(Range<usize>, String)> {
        let Some(holder) = self.document.value(object) else {
            return Vec::new();
        };
        let mut cuts = Vec::new();
        let mut kept_end: Option<usize> = None;
        let mut front = None;
        let mut end = holder.span().start + 1;
        for member in holder.children() {
            let start = member.key_span().map_or(member.span().start, |key| key.start);
            let gone = self.removed.contains(&member.id());
            match (gone, kept_end) {
                (true, Some(kept)) => cuts.push((kept.max(end)..member.span().end, String::new())),
                (true, None) => front = front.or(Some(start)),
                (false, _) => {
                    cuts.extend(front.take().map(|from| (from..start, String::new())));
                    kept_end = Some(member.span().end);
                }
            }
            end = member.span().end;
        }
        cuts.extend(front.map(|from| (from..end, String::new())));
        let mut comma = kept_end.is_some();
        for (key, token) in self.added.get(&object).into_iter().flatten() {
            let comma = if std::mem::replace(&mut comma, true) { "," } else { "" };
            cuts.push((end..end, format!("{comma}{}:{token}", quote(key))));
        }
        cuts
    }
}
