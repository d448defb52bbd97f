//! One rule at one place: pattern, boundaries, validator, words nearby.

use std::ops::Range;

use crate::Confidence;
use crate::body::Until;
use crate::gap::Gap;
use crate::hosts::Outside;
use crate::joined::is_joined;
use crate::kind::Kind;
use crate::lane::parted;
use crate::literals::Roll;
use crate::nearby::{Context, PLACEHOLDER_MAX, has_word, lines, names_placeholder, sight_ahead, sight_back};
use crate::pattern::Pattern;
use crate::place::{PLACE_REACH, Place, Standing, frame_before, judge, tail};
use crate::sight::{End, Sight};
use crate::validate::{Around, BESIDE_CHARS, Beside, Validator, Verdict};

/// A rule, compiled.
pub(crate) struct Matcher {
    pub(crate) start: Start,
    /// What stands before the anchor and belongs to the match.
    pub(crate) lead: Option<Lead>,
    /// What may stand behind the match, one after the other, and belongs to it.
    pub(crate) tail: Vec<Pattern>,
    /// The lead alone is the finding: what the anchor says of it, as `さん` and `課長` do, stays.
    pub(crate) spares_anchor: bool,
    pub(crate) forms: Vec<Form>,
    pub(crate) validator: Validator,
    /// What the characters directly before and behind a match say of it.
    pub(crate) beside: Option<Beside>,
    /// What the lines around it say.
    pub(crate) around: Option<Around>,
    pub(crate) place: Place,
    pub(crate) context: Vec<Context>,
    pub(crate) unless: Vec<String>,
    pub(crate) until: Option<Until>,
    /// It finds addresses that point elsewhere, behind its keys, and has no forms.
    pub(crate) outside: Option<Outside>,
    /// It matches nothing, and tells some findings of others from the rest.
    pub(crate) kind: Option<Kind>,
}

/// What stands before an anchor, matched from its end.
pub(crate) struct Lead {
    pub(crate) whole: Pattern,
    /// What it may have begun as, while the anchor has not come.
    pub(crate) begun: Pattern,
}

/// Where matches begin.
pub(crate) enum Start {
    /// At literals that begin `Form::pattern`.
    Anchors(Vec<String>),
    /// At the first digit of a run.
    Digit,
    /// Where words of ASCII begin in other writing, or on a line.
    Word,
    /// Where a value of one of these keys may stand. ASCII case makes no difference.
    Keys(Vec<String>, Gap),
    /// At the first character of a cell whose column's label has a context word.
    Cell,
    /// At words of a gazetteer.
    Roll(Roll),
}

/// What a candidate begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Begin {
    /// An anchor or key of so many bytes; none for a digit.
    Literal(usize),
    /// A cell, which the match must be all of.
    Cell,
}

/// One way to write what the rule finds.
pub(crate) struct Form {
    pub(crate) pattern: Pattern,
    pub(crate) confidence: Confidence,
    /// Context that must raise at least so high, or the form does not count.
    pub(crate) needs: Option<Confidence>,
}

/// What a place turned out to be.
pub(crate) enum Trial {
    /// What follows decides.
    Open,
    Nothing,
    Found(Range<usize>, Confidence),
}

impl Matcher {
    /// One that begins so and asks for nothing else.
    pub(crate) fn of(start: Start) -> Self {
        Self {
            start,
            lead: None,
            tail: Vec::new(),
            spares_anchor: false,
            forms: Vec::new(),
            validator: Validator::NONE,
            beside: None,
            around: None,
            place: Place::Anywhere,
            context: Vec::new(),
            unless: Vec::new(),
            until: None,
            outside: None,
            kind: None,
        }
    }

    /// What begins at `at` makes of it.
    pub(crate) fn find_at(&self, sight: &Sight<'_>, at: usize, begin: Begin, work: &mut u64) -> Trial {
        let (gap, length) = match (&self.start, begin) {
            (Start::Keys(_, gap), Begin::Literal(length)) => (gap, length),
            _ => return self.find(sight, at, begin, work),
        };
        if let Some(outside) = &self.outside {
            return outside.find(sight, at, length);
        }
        if !is_key(sight.text, at, length) || names_placeholder(sight.text, at) {
            return Trial::Nothing;
        }
        let (begins, alive) = gap.ends(sight.text.as_bytes(), at + length, work);
        for value in begins {
            match self.find(sight, value, begin, work) {
                Trial::Nothing => {}
                trial => return trial,
            }
        }
        if alive && sight.end() == End::Open { Trial::Open } else { Trial::Nothing }
    }

    /// What the pattern that begins at `at` makes of it. The first form that holds wins; within it the longest match
    /// does.
    fn find(&self, sight: &Sight<'_>, at: usize, begin: Begin, work: &mut u64) -> Trial {
        let bytes = sight.text.as_bytes();
        let mut starts = None;
        let mut overlong = None;
        for form in &self.forms {
            let (ends, alive) = form.pattern.ends(bytes, at, work);
            if alive && sight.end() == End::Open {
                return Trial::Open;
            }
            // Written so much longer than it reads, it is taken for what it may be.
            if alive && sight.end() == End::Reach {
                overlong = Some(form.confidence);
            }
            for end in ends.into_iter().rev().filter(|&end| self.until.is_some() || sight.parted(end)) {
                let starts = starts.get_or_insert_with(|| self.starts(sight, at, work));
                for start in starts.iter().copied() {
                    let fits = begin != Begin::Cell || ends_cell(sight.after(end), sight);
                    let found = if fits { self.confirm(sight, start..end, form, work) } else { None };
                    if sight.take_touched() {
                        return Trial::Open;
                    }
                    if let Some((span, confidence)) = found {
                        return self.ended(sight, at, span, confidence, work);
                    }
                }
            }
        }
        overlong.map_or(Trial::Nothing, |confidence| Trial::Found(at..sight.text.len(), confidence))
    }

    /// A finding with its tail, or without its anchor.
    fn ended(
        &self,
        sight: &Sight<'_>,
        at: usize,
        span: Range<usize>,
        confidence: Confidence,
        work: &mut u64,
    ) -> Trial {
        if self.spares_anchor {
            return Trial::Found(span.start..at, confidence);
        }
        let mut end = span.end;
        for tail in &self.tail {
            let (ends, alive) = tail.ends(sight.text.as_bytes(), end, work);
            if alive && sight.end() == End::Open {
                return Trial::Open;
            }
            end = ends.into_iter().rev().find(|&end| sight.parted(end)).unwrap_or(end);
        }
        Trial::Found(span.start..end, confidence)
    }

    /// How far, in bytes, a finding may begin before an anchor that stands after `before`.
    pub(crate) fn reach_back(&self, before: &str) -> usize {
        let lead = self.lead.as_ref().map_or(0, |lead| farthest(&lead.whole, before));
        let frame = if self.place == Place::Mark { frame_before(before) } else { 0 };
        lead.max(frame)
    }

    /// How far, in bytes, the first place of a finding may lie before `at` in `text`, where an anchor stands or may come.
    pub(crate) fn may_reach_back(&self, text: &str, at: usize) -> usize {
        let before = text.get(..at).unwrap_or_default();
        // At the end, the lead itself may go on before its anchor comes.
        let begun = self.lead.as_ref().filter(|_| at == text.len());
        self.reach_back(before).max(begun.map_or(0, |lead| farthest(&lead.begun, before)))
    }

    /// Where in `text`, from `from` on, an anchor of this rule stands, may be under way, or may begin next.
    pub(crate) fn begun<'t>(&'t self, text: &'t str, from: usize) -> impl Iterator<Item = usize> + 't {
        (from..=text.len()).filter(move |&at| match text.get(at..) {
            None => false,
            Some("") => true,
            Some(rest) => match &self.start {
                Start::Digit => rest.starts_with(|c: char| c.is_ascii_digit()),
                Start::Anchors(anchors) => {
                    anchors.iter().any(|anchor| anchor.starts_with(rest) || rest.starts_with(anchor.as_str()))
                }
                // These have no lead: a rule that has one is refused.
                Start::Keys(..) | Start::Cell | Start::Roll(_) | Start::Word => false,
            },
        })
    }

    /// The first place, after an anchor or key at `at`, where its finding could begin.
    pub(crate) fn first_place(&self, before: &str, at: usize, begin: Begin) -> usize {
        match (&self.start, begin) {
            // An address in prose begins with its key.
            (Start::Keys(..), Begin::Literal(_)) if self.outside.is_some() => at,
            (Start::Keys(..), Begin::Literal(length)) => at + length,
            _ => at - self.reach_back(before),
        }
    }

    /// Whether a context word stands in this label.
    pub(crate) fn is_about(&self, label: &str) -> bool {
        self.context.iter().any(|context| has_word(&context.words, label))
    }

    /// Every pattern of its own.
    #[cfg(test)]
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.lead
            .iter()
            .flat_map(|lead| [&lead.whole, &lead.begun])
            .chain(&self.tail)
            .chain(self.forms.iter().map(|form| &form.pattern))
            .chain(self.kind.iter().flat_map(Kind::patterns))
    }

    /// Furthest that a judgement of plain text looks, in bytes: ahead of its first byte, and back.
    pub(crate) fn reach(&self) -> (usize, usize) {
        let within = self.context.iter().map(|context| context.within).max().unwrap_or(0);
        let lines = self.around.map_or(0, |around| around.back.max(around.ahead));
        let words = within.max(lines).saturating_mul(4).saturating_add(2 * PLACEHOLDER_MAX);
        let place = if self.place == Place::Anywhere { 0 } else { PLACE_REACH };
        let longest = self.forms.iter().map(|form| form.pattern.longest).max().unwrap_or(0);
        let lead = self.lead.as_ref().map_or(0, |lead| lead.whole.longest);
        let around = words.max(place).max(UNLESS_MAX);
        let begin = match &self.start {
            Start::Keys(keys, gap) => keys.iter().map(String::len).max().unwrap_or(0) + gap.longest(),
            _ => 0,
        };
        let tail = self.tail.iter().map(|tail| tail.longest).sum::<usize>();
        let longest = longest.saturating_add(begin).saturating_add(tail);
        (longest.saturating_add(around), lead.saturating_add(around))
    }

    fn starts(&self, sight: &Sight<'_>, at: usize, work: &mut u64) -> Vec<usize> {
        let mut starts = match &self.lead {
            None => vec![at],
            Some(lead) => lead.whole.starts(sight.text.as_bytes(), at, work),
        };
        starts.reverse();
        starts.retain(|&start| sight.parted(start));
        starts
    }

    fn confirm(
        &self,
        sight: &Sight<'_>,
        found: Range<usize>,
        form: &Form,
        work: &mut u64,
    ) -> Option<(Range<usize>, Confidence)> {
        let matched = sight.text.get(found.clone())?;
        *work = work.saturating_add(matched.len() as u64);
        let verdict = self.beside(sight, &found, matched, (self.validator.judge)(matched));
        let verdict =
            verdict.max(lines(sight, &found, self.around.filter(|_| verdict != Verdict::Reject), work));
        if verdict == Verdict::Reject || self.is_excluded(sight.before(found.start)) {
            return None;
        }
        let joined = matches!(self.start, Start::Digit) && is_joined(sight, &found);
        let needs =
            if joined || verdict == Verdict::NeedsLabel { Some(Confidence::High) } else { form.needs };
        let base = if verdict == Verdict::Lower { form.confidence.lowered() } else { form.confidence };
        // Words that could change nothing are not waited for.
        let raised = if needs.is_none() && self.most_context() <= Some(base) {
            None
        } else {
            self.context(sight, &found, work)
        };
        if raised < needs {
            return None;
        }
        let confidence = raised.map_or(base, |raised| raised.max(base));
        self.placed(sight, form.pattern.span(sight.text.as_bytes(), found), confidence)
    }

    /// The verdict with what stands beside the match, as far as that is one word with it.
    fn beside(&self, sight: &Sight<'_>, found: &Range<usize>, matched: &str, verdict: Verdict) -> Verdict {
        let Some(beside) = self.beside.filter(|_| verdict != Verdict::Reject) else { return verdict };
        let after = sight.after(found.end);
        let to = after.char_indices().nth(BESIDE_CHARS).map_or(after.len(), |(at, _)| at);
        let window = after.get(..to).unwrap_or_default();
        // The word that follows may go on.
        if to == after.len() && window.chars().all(char::is_alphanumeric) {
            sight.touch();
        }
        verdict.max(beside(sight.before(found.start), matched, window))
    }

    fn placed(
        &self,
        sight: &Sight<'_>,
        span: Range<usize>,
        base: Confidence,
    ) -> Option<(Range<usize>, Confidence)> {
        if self.place == Place::Anywhere {
            return Some((span, base));
        }
        match (self.place, judge(sight, span.clone())) {
            (Place::Mark, Standing::Mark(mark, sure)) => Some((mark, sure.min(base))),
            (Place::Mention, Standing::Mention) => Some((span, base)),
            _ => None,
        }
    }

    /// Whether a word of `unless` stands directly before, with no more than spaces and a colon between.
    fn is_excluded(&self, before: &str) -> bool {
        let before = tail(before, UNLESS_MAX).trim_end_matches([' ', '\u{3000}', ':', '：']);
        self.unless.iter().any(|word| before.ends_with(word.as_str()))
    }

    /// The most that words nearby can speak for.
    fn most_context(&self) -> Option<Confidence> {
        self.context.iter().map(|context| context.confidence).max()
    }

    /// The highest confidence that words around the match speak for.
    fn context(&self, sight: &Sight<'_>, found: &Range<usize>, work: &mut u64) -> Option<Confidence> {
        let mut best = None;
        for context in &self.context {
            if !sight.label().is_empty() && has_word(&context.words, sight.label()) {
                best = best.max(Some(context.confidence));
            }
            let before = sight_back(sight.before(found.start), context.within);
            *work = work.saturating_add(before.len() as u64);
            if has_word(&context.words, before) {
                best = best.max(Some(context.confidence));
            }
        }
        for context in
            self.context.iter().filter(|context| Some(context.confidence) > best).collect::<Vec<_>>()
        {
            let after = sight_ahead(sight, found.end, context.within);
            *work = work.saturating_add(after.len() as u64);
            if has_word(&context.words, after) {
                best = best.max(Some(context.confidence));
            }
        }
        best
    }
}

/// Length, in bytes, of the longest match at the end of `before`.
fn farthest(pattern: &Pattern, before: &str) -> usize {
    let starts = pattern.starts(before.as_bytes(), before.len(), &mut 0);
    starts.last().map_or(0, |start| before.len() - start)
}

/// Whether a key of `length` bytes counts at `at`: a short one must not end a longer word.
pub(crate) fn is_key(text: &str, at: usize, length: usize) -> bool {
    length > SHORT_KEY || parted(text, at)
}

/// Keys of up to so many letters do not end a longer word.
const SHORT_KEY: usize = 4;

/// Whether nothing but a closing quote stands between here and the end of the cell.
fn ends_cell(after: &str, sight: &Sight<'_>) -> bool {
    match after.trim_start_matches([' ', '\u{3000}', '"']).chars().next() {
        Some(c) => matches!(c, ',' | ';' | '\t' | '|' | '\n' | '\r'),
        None => {
            sight.touch();
            true
        }
    }
}

/// How far back `unless` words are looked for, in bytes.
const UNLESS_MAX: usize = 64;
