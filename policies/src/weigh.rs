//! What the findings of one text come to: counts by content rule, floors, blocks. Used for prompts and answers alike.

use crate::content::{ContentRule, Effect, Mode, Obligation, Scene};
use crate::denial::{PolicyRule, Reason};
use crate::facts::{Key, Summary};
use crate::index::{ContentRuleIndex, MinistryIndex};
use crate::label::Label;
use crate::permit::Route;
use crate::policy::Policy;

/// What the findings of one text come to.
pub(crate) struct Weighed {
    /// How many findings each content rule counts, by rule; only rules that count any.
    totals: Vec<(ContentRuleIndex, u32)>,
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

    pub(crate) fn by(self) -> Option<PolicyRule> {
        self.rule().map(PolicyRule::Content)
    }

    pub(crate) fn reason(self) -> Reason {
        match self {
            Block::Rule(_) => Reason::Content,
            Block::Opaque(_) => Reason::OpaqueField,
        }
    }
}

impl Policy {
    /// Counts findings by content rule and joins the floors. Independent of the order of rules, and of how many there
    /// are that found nothing.
    pub(crate) fn weigh(&self, findings: &Summary, scene: Scene) -> Weighed {
        let mut totals = self.totals(findings, scene.ministry);
        totals.retain(|(index, total)| {
            self.content.get(index.number()).is_some_and(|rule| *total >= rule.at_least.max(1))
        });
        let mut raised = Vec::new();
        for (index, rule) in self.met(&totals) {
            if let (Effect::Raise(floor), true) = (rule.effect, rule.enforced(scene)) {
                raised.push((index, floor));
            }
        }
        let found = raised.iter().map(|(_, floor)| *floor).reduce(Label::join);
        Weighed { totals, found, raised }
    }

    /// How many findings each rule counts, in the policy's order.
    fn totals(&self, findings: &Summary, ministry: Option<MinistryIndex>) -> Vec<(ContentRuleIndex, u32)> {
        let mut totals: Vec<(ContentRuleIndex, u32)> = Vec::new();
        for (key, count) in findings.all() {
            let Some(word) = self.words.get(&key.what) else { continue };
            let counts = |index: &ContentRuleIndex| {
                self.content.get(index.number()).is_some_and(|rule| rule.counts(&key))
            };
            totals.extend(word.about(ministry).filter(counts).map(|index| (index, count)));
        }
        totals.sort_unstable();
        totals.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        totals
    }

    fn met<'a>(
        &'a self,
        totals: &'a [(ContentRuleIndex, u32)],
    ) -> impl Iterator<Item = (ContentRuleIndex, &'a ContentRule)> + 'a {
        totals.iter().filter_map(|(index, _)| self.content.get(index.number()).map(|rule| (*index, rule)))
    }

    /// What, if anything, keeps this text from this place. Which rule is named depends on their order, but whether there
    /// is one, and of which kind, does not: what was read and blocked comes before what could not be read.
    pub(crate) fn blocked(&self, route: &Route, weighed: &Weighed, findings: &Summary) -> Option<Block> {
        let blocks = self.met(&weighed.totals).filter(|(_, rule)| {
            rule.effect == Effect::Oblige(Obligation::Block)
                && rule.enforced(route.scene())
                && route.within(rule)
                && self.unlisted(rule, route, findings)
        });
        let mut opaque = None;
        for (index, _) in blocks {
            if !self.only_opaque(index, findings) {
                return Some(Block::Rule(index));
            }
            opaque = opaque.or(Some(Block::Opaque(Some(index))));
        }
        // What was read blocks by a rule alone, and those have been asked; what could not be, or of which this policy has
        // never heard, blocks without one.
        let known = |key: &Key| self.words.get(&key.what).is_some_and(|word| !word.opaque);
        let unanswered =
            || findings.all().any(|(key, _)| !known(&key) && route.owed(&key) == Obligation::Block);
        opaque.or_else(|| unanswered().then_some(Block::Opaque(None)))
    }

    /// True if the rule finds enough even without the fields that the policy lets pass here.
    fn unlisted(&self, rule: &ContentRule, route: &Route, findings: &Summary) -> bool {
        if findings.opaque().all(|(key, _)| key.listed.is_none()) {
            return true;
        }
        let about = |key: &Key| self.words.get(&key.what).is_some_and(|word| rule.about(&word.category));
        let counted = findings.all().filter(|(key, _)| about(key) && rule.counts(key) && !route.lets(key));
        counted.fold(0_u32, |sum, (_, count)| sum.saturating_add(count)) >= rule.at_least.max(1)
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
        words.all(|word| word.opaque || !word.rules.contains(&index))
    }

    /// Rules in shadow mode that would have changed something at one of these places.
    pub(crate) fn shadows<'a>(
        &self,
        weighed: &Weighed,
        scene: Scene,
        routes: impl Iterator<Item = &'a Route> + Clone,
    ) -> Vec<PolicyRule> {
        let would = |(_, rule): &(ContentRuleIndex, &ContentRule)| {
            let somewhere =
                matches!(rule.effect, Effect::Raise(_)) || routes.clone().any(|route| route.within(rule));
            rule.mode_in(scene) == Some(Mode::Shadow) && somewhere
        };
        self.met(&weighed.totals).filter(would).map(|(index, _)| PolicyRule::Content(index)).collect()
    }
}

impl Weighed {
    /// The first rule whose floor `label` does not dominate.
    pub(crate) fn above(&self, label: Label) -> Option<PolicyRule> {
        let above = self.raised.iter().find(|(_, floor)| !label.dominates(*floor));
        above.map(|(index, _)| PolicyRule::Content(*index))
    }
}
