//! Access rules as tables: for each grant, service, ministry, model and level the rules about it, one bit each, so that
//! thousands of rules are met a word of 64 at a time.

use crate::access::{Access, AccessRule, Asked, Verdict};
use crate::content::Mode;
use crate::imagined::NOWHERE;
use crate::index::{AccessRuleIndex, ModelIndex};
use crate::scale::Scale;
use crate::subject::Subject;

const BITS: usize = 64;

/// A set of rules.
type Bits = Vec<u64>;

/// One thing that rules may be about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Dimension {
    /// Rules that do not mind.
    any: Bits,
    /// For each entry of the policy the rules that name it, and those that do not mind.
    by: Vec<Bits>,
}

/// All access rules of a policy.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct AccessTable {
    forbids: Bits,
    shadowed: Bits,
    grants: Dimension,
    services: Dimension,
    ministries: Dimension,
    models: Dimension,
    levels: Dimension,
}

/// How many entries of each kind a policy has.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) grants: usize,
    pub(crate) services: usize,
    pub(crate) ministries: usize,
    pub(crate) models: usize,
    pub(crate) levels: usize,
}

impl AccessTable {
    pub(crate) fn of(rules: &[AccessRule], sizes: Sizes) -> AccessTable {
        let dimension = |size, named: &dyn Fn(&AccessRule) -> Vec<usize>| {
            let mut dimension = Dimension { any: bits(rules), by: vec![bits(rules); size] };
            for (number, rule) in rules.iter().enumerate() {
                let named = named(rule);
                if named.is_empty() {
                    set(&mut dimension.any, number);
                    dimension.by.iter_mut().for_each(|bits| set(bits, number));
                }
                for entry in named {
                    dimension.by.get_mut(entry).into_iter().for_each(|bits| set(bits, number));
                }
            }
            dimension
        };
        let those = |wanted: &dyn Fn(&AccessRule) -> bool| {
            let mut those = bits(rules);
            let numbers = rules.iter().enumerate().filter(|(_, rule)| wanted(rule)).map(|(number, _)| number);
            numbers.for_each(|number| set(&mut those, number));
            those
        };
        AccessTable {
            forbids: those(&|rule| rule.then == Access::Forbid),
            shadowed: those(&|rule| rule.mode == Mode::Shadow),
            grants: dimension(sizes.grants, &|rule| rule.grants.iter().map(|grant| grant.number()).collect()),
            services: dimension(sizes.services, &|rule| {
                rule.services.iter().map(|own| own.number()).collect()
            }),
            ministries: dimension(sizes.ministries, &|rule| {
                rule.ministries.iter().map(|own| own.number()).collect()
            }),
            models: dimension(sizes.models, &|rule| rule.models.iter().map(|model| model.number()).collect()),
            levels: dimension(sizes.levels, &|rule| {
                rule.levels.iter().map(|level| usize::from(level.0)).collect()
            }),
        }
    }

    /// For each model and level, whether this subject may ask for it from nowhere in particular.
    pub(crate) fn permits(
        &self,
        rules: &[AccessRule],
        subject: &Subject,
        models: usize,
        scale: &Scale,
        now: u64,
    ) -> Vec<bool> {
        let models = (0..models).filter_map(|model| u16::try_from(model).ok().map(ModelIndex));
        let asked = models.flat_map(|model| scale.each().map(move |label| (model, label.level())));
        let permits = asked.map(|(model, level)| {
            let asked = Asked { subject, model, level, from: NOWHERE, now, rehearsed: false };
            matches!(self.judge(rules, &asked), Verdict::Permitted(_))
        });
        permits.collect()
    }

    /// Rules in shadow that would have forbidden it.
    pub(crate) fn shadows(&self, rules: &[AccessRule], asked: &Asked<'_>) -> Vec<AccessRuleIndex> {
        let would =
            |number: &usize| rules.get(*number).is_some_and(|rule| rule.mode_at(asked) == Some(Mode::Shadow));
        let shadowed = self.shadowed.iter().enumerate().filter(|(_, shadowed)| **shadowed != 0);
        let about = shadowed.flat_map(|(word, shadowed)| ones(word, self.about(word, asked) & shadowed));
        about.filter(would).map(index).collect()
    }

    /// Forbid wins over permit, and permit over silence.
    pub(crate) fn judge(&self, rules: &[AccessRule], asked: &Asked<'_>) -> Verdict {
        let holds = |number: &usize| {
            rules.get(*number).is_some_and(|rule| rule.mode_at(asked) == Some(Mode::Enforce))
        };
        let mut permitted = None;
        for (word, forbids) in self.forbids.iter().enumerate() {
            let about = self.about(word, asked);
            if let Some(first) = ones(word, about & forbids).find(holds) {
                return Verdict::Forbidden(index(first));
            }
            if permitted.is_none() {
                permitted = ones(word, about & !forbids).find(holds);
            }
        }
        permitted.map_or(Verdict::NotPermitted, |first| Verdict::Permitted(index(first)))
    }

    /// 64 rules, of which those remain that are about this.
    fn about(&self, word: usize, asked: &Asked<'_>) -> u64 {
        let subject = asked.subject;
        let grants = subject.grants().iter().map(|grant| self.grants.named(grant.number(), word));
        grants.fold(self.grants.any(word), |all, one| all | one)
            & self.services.maybe(subject.service().map(|own| own.number()), word)
            & self.ministries.maybe(subject.ministry().map(|own| own.number()), word)
            & self.models.named(asked.model.number(), word)
            & self.levels.named(usize::from(asked.level.0), word)
    }
}

impl Dimension {
    fn any(&self, word: usize) -> u64 {
        self.any.get(word).copied().unwrap_or(0)
    }

    fn named(&self, entry: usize, word: usize) -> u64 {
        self.by.get(entry).and_then(|bits| bits.get(word)).copied().unwrap_or(0)
    }

    fn maybe(&self, entry: Option<usize>, word: usize) -> u64 {
        entry.map_or_else(|| self.any(word), |entry| self.named(entry, word))
    }
}

fn bits(rules: &[AccessRule]) -> Bits {
    vec![0; rules.len().div_ceil(BITS)]
}

fn set(bits: &mut Bits, number: usize) {
    bits.get_mut(number / BITS).into_iter().for_each(|word| *word |= 1 << (number % BITS));
}

/// The numbers of the bits that are set, lowest first.
fn ones(word: usize, mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let first = usize::try_from(bits.trailing_zeros()).ok().filter(|first| *first < BITS)?;
        bits &= bits - 1;
        Some(word * BITS + first)
    })
}

/// Loading refuses more rules than an index can number.
fn index(number: usize) -> AccessRuleIndex {
    AccessRuleIndex(u16::try_from(number).unwrap_or(u16::MAX))
}
