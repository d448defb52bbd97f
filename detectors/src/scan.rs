//! One text through all rules: candidates, and what becomes of them.
//!
//! Work is bounded by the length of the text. A candidate is an anchor's occurrence or the first digit of a run;
//! each reads at most `MATCH_MAX` bytes a pattern and a fixed window around a match. Nothing else is searched for.
//!
//! A text may still grow. A candidate whose judgement looked at the open end is tried again when there is more; until
//! then nothing is said about the text from where its finding could begin.

mod words;

use std::collections::HashMap;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::disguise::Disguises;
use crate::gap::Gap;
use crate::hosts;
use crate::lane::Lane;
use crate::layers::Layer;
use crate::literals::{Case, Literals, Roll};
use crate::matcher::{Begin, Matcher, Start, is_key};
use crate::nearby::has_word;
use crate::place::{Place, frame_before};
use crate::sight::{Seen, WINDOW};
use crate::table::{Labels, Tables};
use crate::track::{Attempt, Candidate, Kinds, Track};
use crate::{Finding, RuleIndex};

/// Everything that scanning needs, built once; a clone shares it.
#[derive(Clone)]
pub(crate) struct Engine {
    anchors: Arc<Literals>,
    keys: Arc<Literals>,
    /// All context words of all rules.
    vocabulary: Option<AhoCorasick>,
    disguises: Arc<Disguises>,
    digit_rules: Vec<u16>,
    word_rules: Vec<u16>,
    cell_rules: Vec<u16>,
    /// Gazetteers, and the rules that begin at their words.
    rolls: Vec<(Roll, Vec<u16>)>,
    /// Rules whose findings may begin with a lead before their anchor.
    leads: Vec<u16>,
    /// Whether any rule's finding may begin with a frame before its anchor.
    marks: bool,
    /// Whether any rule finds addresses, which may begin with what they are known by.
    addresses: bool,
    matchers: Vec<Arc<Matcher>>,
    /// For each rule the kinds that its findings may be of, in order.
    pub(crate) kinds: Arc<HashMap<u16, Vec<u16>>>,
    /// For each rule the values that belong to a list, and whose list it is: a rule of its own.
    listed: HashMap<u16, HashMap<Box<str>, u16>>,
}

/// What was found so far, in no order and perhaps more than once, and the work done in bytes read.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Finding>,
    /// Findings whose end is not known yet, as far as they go by now.
    pub(crate) growing: Vec<Finding>,
    pub(crate) work: u64,
}

/// Largest part of a text that is looked at in one go: less than what is kept of it, so that a derived text that is
/// born late has all it needs.
pub(crate) const BLOCK: usize = 1024;

impl Engine {
    /// `kinds` names for each rule the kinds that its findings may be of.
    pub(crate) fn new(matchers: Vec<Arc<Matcher>>, kinds: HashMap<u16, Vec<u16>>) -> Result<Self, String> {
        let numbered = || (0u16..).zip(matchers.iter().map(Arc::as_ref));
        let anchors = numbered().filter_map(|(rule, matcher)| match &matcher.start {
            Start::Anchors(words) => Some((rule, words)),
            _ => None,
        });
        let keys = numbered().filter_map(|(rule, matcher)| match &matcher.start {
            Start::Keys(words, _) => Some((rule, words)),
            _ => None,
        });
        let anchors = Arc::new(Literals::new(each_word(anchors), Case::Counts)?);
        let keys = Arc::new(Literals::new(each_word(keys), Case::Ignored)?);
        let rules = |is: fn(&Matcher) -> bool| {
            numbered().filter(|(_, matcher)| is(matcher)).map(|(rule, _)| rule).collect::<Vec<u16>>()
        };
        let digit_rules = rules(|matcher| matches!(matcher.start, Start::Digit));
        let word_rules = rules(|matcher| matches!(matcher.start, Start::Word));
        let cell_rules = rules(|matcher| matches!(matcher.start, Start::Cell));
        let rolls = Roll::ALL.map(|roll| {
            let begins =
                |(_, matcher): &(u16, &Matcher)| matches!(matcher.start, Start::Roll(of) if of == roll);
            (roll, numbered().filter(begins).map(|(rule, _)| rule).collect::<Vec<u16>>())
        });
        let rolls = rolls.into_iter().filter(|(_, rules)| !rules.is_empty()).collect();
        let leads = rules(|matcher| matcher.lead.is_some());
        let marks = matchers.iter().any(|matcher| matcher.place == Place::Mark);
        let addresses = matchers.iter().any(|matcher| matcher.outside.is_some());
        let words = matchers.iter().flat_map(|matcher| &matcher.context).flat_map(|context| &context.written);
        let vocabulary = AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok();
        let disguises = Arc::new(Disguises::of(&matchers));
        let listed = HashMap::new();
        Ok(Self {
            anchors,
            keys,
            vocabulary,
            disguises,
            digit_rules,
            word_rules,
            cell_rules,
            rolls,
            leads,
            marks,
            addresses,
            matchers,
            kinds: Arc::new(kinds),
            listed,
        })
    }

    /// Builds what nearly every text asks for.
    pub(crate) fn warm(&self) {
        Gap::NAMES.iter().for_each(|(_, gap)| gap.warm());
        self.rolls.iter().for_each(|(roll, _)| {
            roll.literals();
        });
    }

    /// Every pattern of every rule.
    #[cfg(test)]
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &crate::pattern::Pattern> {
        self.matchers.iter().flat_map(|matcher| matcher.patterns())
    }

    pub(crate) fn matcher(&self, rule: RuleIndex) -> Option<&Matcher> {
        self.matchers.get(rule.number()).map(Arc::as_ref)
    }

    /// What the whole text says in disguise, beside what it says plainly.
    pub(crate) fn disguised(&self, text: &str) -> Vec<Finding> {
        self.disguises.scan(self, text)
    }

    /// From now on, what `rule` finds is a finding of `list` where it is exactly this value.
    pub(crate) fn list(&mut self, rule: u16, value: &str, list: u16) {
        self.listed.entry(rule).or_default().insert(value.into(), list);
    }

    /// Whose finding it is: the rule's, or a list's that holds the value.
    fn owner(&self, rule: u16, value: &str) -> u16 {
        if self.listed.is_empty() {
            return rule;
        }
        self.listed.get(&rule).and_then(|values| values.get(value)).copied().unwrap_or(rule)
    }

    /// Findings in `text` by start, and the work done in bytes read (for the test that it is bounded).
    pub(crate) fn scan(&self, text: &str) -> (Vec<Finding>, u64) {
        let mut layer = Layer::original();
        let (mut tables, mut found) = (Tables::default(), Found::default());
        let mut known = 0;
        for block in blocks(text) {
            layer.push(block);
            tables.push(block, self);
            known += block.len();
            let with = With { engine: self, tables: &tables };
            let open = layer.advance(with, known, known == text.len(), &mut found);
            layer.trim(open);
            tables.trim(open.saturating_sub(WINDOW));
        }
        (self.distinct(found.findings), found.work)
    }

    /// Judges what is new in a track; returns where in the original something begins that more text could change.
    fn judge(&self, tables: &Tables, track: &mut Track, seen: Seen, found: &mut Found) -> usize {
        let text = track.lane.slice(track.lane.start()..seen.to);
        let until = |unfinished: usize| if seen.last { seen.to } else { seen.to - unfinished };
        let rolls = self.rolls.iter().filter_map(|(roll, _)| roll.literals());
        let unfinished =
            rolls.map(|words| words.unfinished(text)).fold(self.anchors.unfinished(text), usize::max);
        let (partial, partial_key) = (until(unfinished), until(self.keys.unfinished(text)));
        let mut pending = std::mem::take(&mut track.pending);
        if track.scanned < partial {
            self.candidates(&track.lane, track.scanned..partial, seen.to, &mut pending);
            track.scanned = partial;
        }
        if track.scanned_for_keys < partial_key {
            self.keyed(&track.lane, track.scanned_for_keys..partial_key, seen.to, &mut pending);
            track.scanned_for_keys = partial_key;
        }
        if track.scanned_for_cells < seen.to {
            self.in_cells(tables, &track.lane, track.scanned_for_cells..seen.to, &mut pending);
            track.scanned_for_cells = seen.to;
        }
        let mut blocked = Vec::new();
        pending.retain_mut(|candidate| self.stays(candidate, tables, track, seen, &mut blocked, found));
        let open = pending.iter().map(|candidate| candidate.from).min();
        track.pending = pending;
        if seen.last {
            return seen.known;
        }
        let future = self.future(&track.lane, partial, seen.to);
        let future = future.min(self.future_of_keys(&track.lane, partial_key, seen.to));
        let from = open.map_or(future, |open| open.min(future));
        if from == seen.to { seen.known } else { track.lane.source_start(from) }
    }

    /// Whether a candidate must be tried again.
    fn stays(
        &self,
        candidate: &mut Candidate,
        tables: &Tables,
        track: &mut Track,
        seen: Seen,
        blocked: &mut Vec<u16>,
        found: &mut Found,
    ) -> bool {
        let Candidate { rule, at, .. } = *candidate;
        let Some(matcher) = self.matchers.get(usize::from(rule)) else {
            return false;
        };
        // A long body is read once: an anchor inside it begins nothing new.
        let long = matcher.until.is_some();
        if long && track.covered.iter().any(|(known, end)| *known == rule && at < *end) {
            return false;
        }
        if long && blocked.contains(&rule) {
            return true;
        }
        let numbers = self.kinds.get(&rule).map_or(&[][..], Vec::as_slice);
        let kinds = Kinds { numbers, matchers: &self.matchers };
        match candidate.attempt(matcher, kinds, tables, &track.lane, seen, &mut found.work) {
            Attempt::Open => {
                blocked.extend(long.then_some(rule));
                found.growing.extend(candidate.so_far(matcher, &track.lane, seen));
                true
            }
            Attempt::Settled(None) => false,
            Attempt::Settled(Some((owner, span, confidence))) => {
                if long {
                    track.covered.retain(|(known, _)| *known != rule);
                    track.covered.push((rule, span.end));
                }
                found.findings.push(Finding {
                    rule: RuleIndex(self.owner(owner, track.lane.slice(span.clone()))),
                    span: track.lane.source(span),
                    confidence,
                });
                false
            }
        }
    }

    /// Every candidate at an anchor or a digit that begins in `range`, in order; anchors may end as late as `to`.
    fn candidates(&self, lane: &Lane, range: std::ops::Range<usize>, to: usize, out: &mut Vec<Candidate>) {
        let text = lane.slice(range.start..to);
        let mut new = Vec::new();
        self.anchors.each(text, range.len(), |rule, at, length| {
            new.push(self.candidate(lane, rule, range.start + at, Begin::Literal(length)));
        });
        if !self.digit_rules.is_empty() {
            let digits = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()).map(|(at, _)| at);
            let within = digits.map(|at| range.start + at).take_while(|at| *at < range.end);
            for at in within.filter(|at| lane.parted(*at)) {
                new.extend(
                    self.digit_rules.iter().map(|&rule| self.candidate(lane, rule, at, Begin::Literal(0))),
                );
            }
        }
        self.at_words(lane, range.clone(), out);
        for (roll, rules) in &self.rolls {
            let Some(words) = roll.literals() else { continue };
            words.each(text, range.len(), |_, at, length| {
                let at = range.start + at;
                if roll.may_begin(lane.slice(lane.start()..at)) {
                    new.extend(
                        rules.iter().map(|&rule| self.candidate(lane, rule, at, Begin::Literal(length))),
                    );
                }
            });
        }
        new.sort_unstable_by_key(|candidate| (candidate.at, candidate.rule));
        // An anchor that begins another one of its rule says nothing new. Not so a key, after which the gap begins elsewhere:
        // those that wait in `out` stay, although several may begin at one place.
        new.dedup_by_key(|candidate| (candidate.at, candidate.rule));
        out.append(&mut new);
    }

    /// Every candidate at a key that begins in `range`, in order.
    fn keyed(&self, lane: &Lane, range: std::ops::Range<usize>, to: usize, out: &mut Vec<Candidate>) {
        let first = out.len();
        self.keys.each(lane.slice(range.start..to), range.len(), |rule, at, length| {
            out.push(self.candidate(lane, rule, range.start + at, Begin::Literal(length)));
        });
        let new = out.get_mut(first..).unwrap_or_default();
        new.sort_unstable_by_key(|candidate| (candidate.at, candidate.rule));
    }

    /// Every candidate that is the beginning of a cell of the original, in order.
    fn in_cells(
        &self,
        tables: &Tables,
        lane: &Lane,
        range: std::ops::Range<usize>,
        out: &mut Vec<Candidate>,
    ) {
        for cell in tables.cells(lane.source_start(range.start)..lane.source_start(range.end)) {
            let at = lane.first_from(cell.at);
            let candidate = |&rule| Candidate { rule, at, begin: Begin::Cell, from: at, body: None };
            out.extend(cell.rules().iter().map(candidate));
        }
    }

    fn candidate(&self, lane: &Lane, rule: u16, at: usize, begin: Begin) -> Candidate {
        let before = lane.slice(lane.start()..at);
        let matcher = self.matchers.get(usize::from(rule));
        let from = matcher.map_or(at, |matcher| matcher.first_place(before, at, begin));
        Candidate { rule, at, begin, from, body: None }
    }

    /// The first place from which a finding could begin whose anchor is not complete yet, or not judged.
    fn future(&self, lane: &Lane, partial: usize, to: usize) -> usize {
        let text = lane.slice(lane.start()..to);
        let from = partial - lane.start();
        let frame = if self.marks { frame_before(text.get(..from).unwrap_or_default()) } else { 0 };
        let leads = self.leads.iter().filter_map(|&rule| self.matchers.get(usize::from(rule)));
        let begins = leads.flat_map(|matcher| {
            let begun = matcher.begun(text, from);
            begun.map(|at| at - matcher.may_reach_back(text, at))
        });
        let address = if self.addresses { text.len() - hosts::unfinished(text) } else { text.len() };
        // A mark's frame that stands between `partial` and its anchor begins after `partial`.
        lane.start() + begins.fold((from - frame).min(address), usize::min)
    }

    /// Likewise behind keys that begin at `partial` or later: a key that is complete may be the beginning of a longer one, as
    /// `vat` is of `vat number`, and is judged when that is known; but the value of the shorter one may have begun.
    fn future_of_keys(&self, lane: &Lane, partial: usize, to: usize) -> usize {
        let text = lane.slice(partial..to);
        let mut first = to;
        self.keys.each(text, text.len(), |_, at, length| first = first.min(partial + at + length));
        first
    }
}

/// Each word with its rule.
fn each_word<'w>(of: impl Iterator<Item = (u16, &'w Vec<String>)>) -> impl Iterator<Item = (u16, &'w str)> {
    of.flat_map(|(rule, words)| words.iter().map(move |word| (rule, word.as_str())))
}

/// What a text is judged with.
#[derive(Clone, Copy)]
pub(crate) struct With<'w> {
    pub(crate) engine: &'w Engine,
    pub(crate) tables: &'w Tables,
}

impl With<'_> {
    /// Judges what is new in a track; returns where in the original something begins that more text could change.
    pub(crate) fn judge(self, track: &mut Track, seen: Seen, found: &mut Found) -> usize {
        self.engine.judge(self.tables, track, seen, found)
    }
}

impl Labels for Engine {
    fn knows(&self, label: &str) -> bool {
        self.vocabulary.iter().any(|words| has_word(words, label))
    }

    fn rules(&self, label: &str) -> Vec<u16> {
        let mut rules = Vec::new();
        self.keys.each(label, label.len(), |rule, at, length| {
            if is_key(label, at, length) {
                rules.push(rule);
            }
        });
        let is_about =
            |rule: &u16| self.matcher(RuleIndex(*rule)).is_some_and(|matcher| matcher.is_about(label));
        rules.extend(self.cell_rules.iter().copied().filter(is_about));
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

/// A text in parts that end on character boundaries; the empty text is one part.
pub(crate) fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let block = crate::place::head(text, BLOCK);
        rest = text.get(block.len()..).filter(|rest| !rest.is_empty());
        Some(block)
    })
}

#[cfg(test)]
mod tests;
