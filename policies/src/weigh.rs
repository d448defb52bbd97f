//! What the findings of one text come to: counts by content rule, floors, blocks. Used for prompts and answers alike.

use crate::content::{ContentRule, Effect, Obligation};
use crate::denial::Reason;
use crate::facts::Summary;
use crate::index::{ContentRuleIndex, numbered};
use crate::label::Label;
use crate::permit::Route;
use crate::policy::Policy;

/// What the findings of one text come to.
pub(crate) struct Weighed {
    /// For each content rule, how many findings it counts.
    pub(crate) totals: Vec<u32>,
    /// Least upper bound of the floors.
    pub(crate) found: Option<Label>,
    /// Rules that raised, in the policy's order.
    pub(crate) raised: Vec<(ContentRuleIndex, Label)>,
}

/// Why a text may not be somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Block {
    /// A rule blocks what was found.
    Rule(ContentRuleIndex),
    /// A rule blocks what could not be inspected, or (`None`) no rule allows it.
    Opaque(Option<ContentRuleIndex>),
}

impl Block {
    pub(crate) fn rule(self) -> Option<ContentRuleIndex> {
        match self {
            Block::Rule(rule) => Some(rule),
            Block::Opaque(rule) => rule,
        }
    }

    pub(crate) fn reason(self) -> Reason {
        match self {
            Block::Rule(_) => Reason::Content,
            Block::Opaque(_) => Reason::OpaqueField,
        }
    }
}

impl Policy {
    /// Counts findings by content rule and joins the floors. Independent of the order of rules.
    pub(crate) fn weigh(&self, findings: &Summary) -> Weighed {
        let mut totals = vec![0_u32; self.content.len()];
        for (key, count) in findings.all() {
            let about = self.words.get(&key.what).map_or(&[][..], |word| &word.rules);
            for index in about {
                let counts = self.content.get(index.number()).is_some_and(|rule| rule.counts(&key));
                if let (true, Some(total)) = (counts, totals.get_mut(index.number())) {
                    *total = total.saturating_add(count);
                }
            }
        }
        let mut weighed = Weighed { totals, found: None, raised: Vec::new() };
        for (index, rule) in numbered::<ContentRuleIndex, _>(&self.content) {
            let Effect::Raise(floor) = rule.effect else {
                continue;
            };
            if rule.enforced() && weighed.met(index, rule.at_least) {
                weighed.found = Some(weighed.found.map_or(floor, |found| found.join(floor)));
                weighed.raised.push((index, floor));
            }
        }
        weighed
    }

    /// What, if anything, keeps this text from this place. Which rule is named depends on their order, but whether there
    /// is one, and of which kind, does not: what was read and blocked comes before what could not be read.
    pub(crate) fn blocked(&self, route: &Route, weighed: &Weighed, findings: &Summary) -> Option<Block> {
        let blocks = numbered::<ContentRuleIndex, _>(&self.content).filter(|(index, rule)| {
            rule.enforced()
                && rule.effect == Effect::Oblige(Obligation::Block)
                && weighed.met(*index, rule.at_least)
                && route.within(rule)
        });
        let mut opaque = None;
        for (index, _) in blocks {
            if !self.only_opaque(index, findings) {
                return Some(Block::Rule(index));
            }
            opaque = opaque.or(Some(Block::Opaque(Some(index))));
        }
        let unanswered = || findings.all().any(|(key, _)| route.owed(&key) == Obligation::Block);
        opaque.or_else(|| unanswered().then_some(Block::Opaque(None)))
    }

    /// True if all findings that a rule counts are of things that could not be inspected.
    fn only_opaque(&self, index: ContentRuleIndex, findings: &Summary) -> bool {
        let Some(rule) = self.content.get(index.number()) else {
            return false;
        };
        let mut words = findings
            .all()
            .filter(|(key, _)| rule.counts(key))
            .filter_map(|(key, _)| self.words.get(&key.what));
        words.all(|word| word.opaque() || !word.rules.contains(&index))
    }

    /// Rules in shadow mode that would have changed something at one of these places.
    pub(crate) fn shadows<'a>(
        &self,
        weighed: &Weighed,
        routes: impl Iterator<Item = &'a Route> + Clone,
    ) -> Vec<ContentRuleIndex> {
        let would = |(index, rule): &(ContentRuleIndex, &ContentRule)| {
            let somewhere =
                matches!(rule.effect, Effect::Raise(_)) || routes.clone().any(|route| route.within(rule));
            !rule.enforced() && weighed.met(*index, rule.at_least) && somewhere
        };
        numbered(&self.content).filter(would).map(|(index, _)| index).collect()
    }
}

impl Weighed {
    /// True if a rule has enough findings.
    pub(crate) fn met(&self, index: ContentRuleIndex, at_least: u32) -> bool {
        self.totals.get(index.number()).is_some_and(|total| *total >= at_least.max(1))
    }

    /// The first rule whose floor `label` does not dominate.
    pub(crate) fn above(&self, label: Label) -> Option<ContentRuleIndex> {
        self.raised.iter().find(|(_, floor)| !label.dominates(*floor)).map(|(index, _)| *index)
    }
}
