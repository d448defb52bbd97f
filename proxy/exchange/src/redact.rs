//! Carrying out obligations: a typed placeholder takes the place of each finding that must not stay.

use std::collections::{BTreeMap, HashMap};

use sekisho_audit::{Fingerprint, Fingerprinter, ObligationCount, Term};
use sekisho_detectors::{Finding, RuleIndex, redact, union};
use sekisho_policies::{FindingKey, Obligation, Route, SignedReasoning};

use crate::body::{Body, Handling};
use crate::inspect::{Hit, Inspection};
use crate::json::{NodeId, Splice};
use crate::reading::Stretch;
use crate::refusal::Found;
use crate::snapshot::Snapshot;

/// An obligation that cannot be carried out where its finding stands: what refuses the exchange.
pub(crate) type Stuck = Found;

/// What to replace, by segment.
pub(crate) struct Plan {
    edits: BTreeMap<usize, Vec<Finding>>,
    /// Signed blocks that go, and why.
    dropped: BTreeMap<NodeId, Stuck>,
    /// How often it replaces, for which category.
    pub counts: BTreeMap<Term, u32>,
}

impl Plan {
    /// Asks the route what each finding obliges to.
    pub fn of(
        body: &Body,
        inspection: &Inspection,
        route: &Route,
        snapshot: &Snapshot,
    ) -> Result<Plan, Stuck> {
        let mut plan = Plan { edits: BTreeMap::new(), dropped: BTreeMap::new(), counts: BTreeMap::new() };
        let mut opaque = inspection.summary().opaque().map(|(key, _)| key);
        if let Some(key) = opaque.find(|key| route.obligation_opaque(key) != Obligation::Allow) {
            let category = Term::of(key.kind.category());
            return Err(Found { rule: category.clone(), category });
        }
        for hit in &inspection.hits {
            if route.obligation(&hit.key) != Obligation::Allow {
                let category = snapshot.category(hit.key.rule);
                let found = Found { rule: snapshot.rule(hit.key.rule), category: category.clone() };
                match plan.goes_whole(body, hit, route) {
                    Some(element) => drop(plan.dropped.insert(element, found)),
                    None => plan.replace(body, hit, route).map_err(|InPlace| found)?,
                }
                *plan.counts.entry(category).or_insert(0) += 1;
            }
        }
        Ok(plan)
    }

    fn replace(&mut self, body: &Body, hit: &Hit, route: &Route) -> Result<(), InPlace> {
        let FindingKey { rule, confidence, .. } = hit.key;
        let handling = |index: usize| body.segments.get(index).map(|segment| segment.handling);
        // What is foreign to a stream does not pass at all.
        let editable = |index| matches!(handling(index), Some(Handling::Edit | Handling::Foreign));
        if route.obligation(&hit.key) == Obligation::Block
            || !hit.stretches.iter().all(|s| editable(s.segment))
        {
            return Err(InPlace);
        }
        let stays = |stretch: &&Stretch| handling(stretch.segment) == Some(Handling::Edit);
        for stretch in hit.stretches.iter().filter(stays) {
            let finding = Finding { rule, span: stretch.start..stretch.end, confidence };
            self.edits.entry(stretch.segment).or_default().push(finding);
        }
        Ok(())
    }

    /// The signed block that a finding stands in, if it may go.
    fn goes_whole(&self, body: &Body, hit: &Hit, route: &Route) -> Option<NodeId> {
        let drops = route.policy().signed_reasoning() == SignedReasoning::Drop
            && route.obligation(&hit.key) != Obligation::Block;
        let mut around = hit.stretches.iter().map(|stretch| body.signed_around(stretch.segment));
        let first = around.next().flatten().filter(|_| drops)?;
        around.all(|element| element == Some(first)).then_some(first)
    }

    /// Nothing goes that would leave a list without elements, which no backend takes.
    pub fn leaves_no_list_empty(&self, body: &Body) -> Result<(), Stuck> {
        let emptied = self.dropped.iter().find(|(element, _)| {
            let list = body.outermost().and_then(|document| document.value(**element)?.parent());
            list.is_some_and(|list| list.children().all(|child| self.dropped.contains_key(&child.id())))
        });
        emptied.map_or(Ok(()), |(_, found)| Err(found.clone()))
    }

    /// After a redaction nothing may be left to do.
    pub fn nothing_left(self, snapshot: &Snapshot) -> Result<(), Stuck> {
        if let Some(found) = self.dropped.into_values().next() {
            return Err(found);
        }
        let left = self.edits.into_values().flatten().next();
        let found = |f: Finding| Found { rule: snapshot.rule(f.rule), category: snapshot.category(f.rule) };
        left.map_or(Ok(()), |finding| Err(found(finding)))
    }

    /// Bytes of text that it takes out.
    pub fn removed_bytes(&self) -> u64 {
        let edits = self.edits.values().flat_map(|findings| union(findings.iter().cloned()));
        edits.map(|edit| u64::try_from(edit.span.len()).unwrap_or(u64::MAX)).fold(0, u64::saturating_add)
    }

    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.dropped.is_empty()
    }

    /// The body with every finding of the plan replaced; from the innermost layer outwards.
    pub fn apply(&self, body: &Body, placeholders: &mut Placeholders<'_>) -> String {
        let mut texts: BTreeMap<usize, String> = BTreeMap::new();
        for (index, findings) in &self.edits {
            let Some(segment) = body.segments.get(*index) else {
                continue;
            };
            let text = body.text(segment);
            let edits = union(findings.iter().cloned());
            let replaced = redact(&text, &edits, |edit| {
                placeholders.name(edit.rule, text.get(edit.span.clone()).unwrap_or_default())
            });
            texts.insert(*index, replaced);
        }
        for layer in body.layers.iter().rev() {
            let mut splice = Splice::new(&layer.document);
            for (index, text) in texts.range(layer.segments.clone()) {
                let segment = body.segments.get(*index);
                segment.into_iter().for_each(|s| splice.set_string(s.node, text));
            }
            match layer.inside {
                Some(_) if splice.is_empty() => {}
                Some(outer) => drop(texts.insert(outer, splice.apply())),
                None => {
                    self.dropped.keys().for_each(|element| splice.take_out(*element));
                    return splice.apply();
                }
            }
        }
        String::new()
    }
}

/// Redactions as records write them.
pub(crate) fn counted(counts: &BTreeMap<Term, u32>) -> Vec<ObligationCount> {
    let redact = Term::of(Obligation::Redact.as_str());
    let count = |(category, count): (&Term, &u32)| ObligationCount {
        obligation: redact.clone(),
        category: category.clone(),
        count: *count,
    };
    counts.iter().map(count).collect()
}

/// A finding must be kept in place by its own nature or by policy's `block`.
struct InPlace;

/// Names for what was replaced: `[category:n]`, the same value the same `n` for as long as the exchange lives.
pub(crate) struct Placeholders<'a> {
    pub snapshot: &'a Snapshot,
    pub fingerprinter: &'a Fingerprinter,
    pub names: &'a mut Names,
}

/// Which value has which number. Keeps keyed fingerprints, never a value.
#[derive(Default)]
pub(crate) struct Names(HashMap<Term, HashMap<Fingerprint, usize>>);

impl Placeholders<'_> {
    pub fn name(&mut self, rule: RuleIndex, value: &str) -> String {
        let category = self.snapshot.category(rule);
        let fingerprint = self.fingerprinter.fingerprint("placeholder", value.as_bytes());
        let known = self.names.0.entry(category.clone()).or_default();
        let next = known.len() + 1;
        let number = known.entry(fingerprint).or_insert(next);
        placeholder(category.as_str(), *number)
    }
}

/// What takes the place of a finding.
pub(crate) fn placeholder(category: &str, number: usize) -> String {
    format!("[{category}:{number}]")
}
