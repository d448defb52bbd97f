//! One rule at one place: pattern, boundaries, validator, words nearby.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use memchr::memmem;

use crate::Confidence;
use crate::gap::Gap;
use crate::lane::parted;
use crate::pattern::Pattern;
use crate::place::{PLACE_REACH, Place, Standing, frame_before, head, judge, tail};
use crate::sight::{End, Sight};
use crate::validate::{Validator, Verdict};

/// A rule, compiled.
pub(crate) struct Matcher {
    pub(crate) start: Start,
    /// What stands before the anchor and belongs to the match.
    pub(crate) lead: Option<Pattern>,
    pub(crate) forms: Vec<Form>,
    pub(crate) validator: Validator,
    pub(crate) place: Place,
    pub(crate) context: Vec<Context>,
    pub(crate) unless: Vec<String>,
    pub(crate) until: Option<Until>,
}

/// Where matches begin.
pub(crate) enum Start {
    /// At literals that begin `Form::pattern`.
    Anchors(Vec<String>),
    /// At the first digit of a run.
    Digit,
    /// Where a value of one of these keys may stand. ASCII case makes no difference.
    Keys(Vec<String>, Gap),
    /// At the first character of a cell whose column's label has a context word.
    Cell,
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

/// Words that make a match surer.
pub(crate) struct Context {
    pub(crate) written: Vec<String>,
    pub(crate) words: AhoCorasick,
    pub(crate) confidence: Confidence,
    /// How far a word may stand from the match on either side, in characters.
    pub(crate) within: usize,
}

/// A body that runs on after the match, for at most `cap` bytes.
pub(crate) struct Until {
    pub(crate) end: BodyEnd,
    pub(crate) cap: usize,
}

/// Where a body ends.
pub(crate) enum BodyEnd {
    /// With the line that holds this.
    Line(String),
    /// Before the first byte that is none of these.
    Run(Box<[bool; 128]>),
}

/// What a place turned out to be.
pub(crate) enum Trial {
    /// What follows decides.
    Open,
    Nothing,
    Found(Range<usize>, Confidence),
}

impl Matcher {
    /// What begins at `at` makes of it.
    pub(crate) fn find_at(&self, sight: &Sight<'_>, at: usize, begin: Begin, work: &mut u64) -> Trial {
        let (gap, length) = match (&self.start, begin) {
            (Start::Keys(_, gap), Begin::Literal(length)) => (gap, length),
            _ => return self.find(sight, at, begin, work),
        };
        if !is_key(sight.text, at, length) {
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
                        return Trial::Found(span, confidence);
                    }
                }
            }
        }
        overlong.map_or(Trial::Nothing, |confidence| Trial::Found(at..sight.text.len(), confidence))
    }

    /// How far, in bytes, a finding may begin before an anchor that stands after `before`.
    pub(crate) fn reach_back(&self, before: &str) -> usize {
        let lead = self.lead.as_ref().and_then(|lead| {
            lead.starts(before.as_bytes(), before.len(), &mut 0).last().map(|start| before.len() - start)
        });
        let frame = if self.place == Place::Mark { frame_before(before) } else { 0 };
        lead.unwrap_or(0).max(frame)
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
                // Nothing is found before a key, or before its cell.
                Start::Keys(..) | Start::Cell => false,
            },
        })
    }

    /// The first place, after an anchor or key at `at`, where its finding could begin.
    pub(crate) fn first_place(&self, before: &str, at: usize, begin: Begin) -> usize {
        match (&self.start, begin) {
            (Start::Keys(..), Begin::Literal(length)) => at + length,
            _ => at - self.reach_back(before),
        }
    }

    /// Whether it looks at every cell below this label.
    pub(crate) fn is_about(&self, label: &str) -> bool {
        matches!(self.start, Start::Cell)
            && self.context.iter().any(|context| has_word(&context.words, label))
    }

    /// Every pattern of its own.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.lead.iter().chain(self.forms.iter().map(|form| &form.pattern))
    }

    /// Furthest that a judgement of plain text looks, in bytes: ahead of its first byte, and back.
    pub(crate) fn reach(&self) -> (usize, usize) {
        let within = self.context.iter().map(|context| context.within).max().unwrap_or(0);
        let words = within.saturating_mul(4).saturating_add(2 * PLACEHOLDER_MAX);
        let place = if self.place == Place::Anywhere { 0 } else { PLACE_REACH };
        let longest = self.forms.iter().map(|form| form.pattern.longest).max().unwrap_or(0);
        let lead = self.lead.as_ref().map_or(0, |lead| lead.longest);
        let around = words.max(place).max(UNLESS_MAX);
        let begin = match &self.start {
            Start::Keys(keys, gap) => keys.iter().map(String::len).max().unwrap_or(0) + gap.longest(),
            _ => 0,
        };
        let longest = longest.saturating_add(begin);
        (longest.saturating_add(around), lead.saturating_add(around))
    }

    fn starts(&self, sight: &Sight<'_>, at: usize, work: &mut u64) -> Vec<usize> {
        let mut starts = match &self.lead {
            None => vec![at],
            Some(lead) => lead.starts(sight.text.as_bytes(), at, work),
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
        let verdict = (self.validator.judge)(matched);
        if verdict == Verdict::Reject || self.is_excluded(sight.before(found.start)) {
            return None;
        }
        let needs = if verdict == Verdict::NeedsLabel { Some(Confidence::High) } else { form.needs };
        let base = if verdict == Verdict::Lower { lowered(form.confidence) } else { form.confidence };
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

impl Until {
    /// How much of `after`, which follows the match, belongs to the body; `None` if more text decides.
    pub(crate) fn length(&self, after: &str, last: bool) -> Option<usize> {
        let body = head(after, self.cap);
        let full = last || after.len() >= self.cap;
        match &self.end {
            BodyEnd::Line(line) => end_of_line(body, line, full),
            BodyEnd::Run(set) => {
                let is_in = |byte: u8| set.get(usize::from(byte)).copied().unwrap_or(false);
                let run = body.bytes().take_while(|&byte| is_in(byte)).count();
                (run < body.len() || full).then_some(run)
            }
        }
    }
}

impl Until {
    /// How much of `after` belongs to the body, whatever follows.
    pub(crate) fn certain(&self, after: &str) -> usize {
        self.length(after, false).unwrap_or_else(|| match &self.end {
            BodyEnd::Line(line) => memmem::find(after.as_bytes(), line.as_bytes())
                .map_or(after.len(), |at| at.saturating_add(line.len())),
            BodyEnd::Run(_) => after.len(),
        })
    }
}

/// How far the dashes after a terminator are looked for, in bytes.
const DASHES_WITHIN: usize = 64;

fn end_of_line(body: &str, line: &str, full: bool) -> Option<usize> {
    let Some(at) = memmem::find(body.as_bytes(), line.as_bytes()) else {
        return full.then_some(body.len());
    };
    let line = at.saturating_add(line.len());
    let rest = body.get(line..).unwrap_or_default();
    match head(rest, DASHES_WITHIN).find("-----") {
        Some(more) => Some(line.saturating_add(more).saturating_add(5)),
        None => (full || rest.len() >= DASHES_WITHIN).then_some(line),
    }
}

/// At most `chars` characters back, and not past a placeholder: redacting must bring no word nearer.
fn sight_back(before: &str, chars: usize) -> &str {
    let from = before.char_indices().rev().take(chars).last().map_or(before.len(), |(at, _)| at);
    let window = before.get(from..).unwrap_or_default();
    let mut closers = window.rmatch_indices(']').map(|(at, _)| at);
    let placeholder = closers.find(|at| ends_placeholder(before.get(..from + at).unwrap_or_default()));
    placeholder.and_then(|at| window.get(at + 1..)).unwrap_or(window)
}

/// At most `chars` characters ahead, and not past a placeholder.
fn sight_ahead<'t>(sight: &Sight<'t>, from: usize, chars: usize) -> &'t str {
    let after = sight.after(from);
    let to = after.char_indices().nth(chars).map_or(after.len(), |(at, _)| at);
    let window = after.get(..to).unwrap_or_default();
    // A bracket near the end may open a placeholder that ends beyond it.
    if to == after.len() || (window.contains('[') && after.len() < to + PLACEHOLDER_MAX) {
        sight.touch();
    }
    let mut openers = window.match_indices('[').map(|(at, _)| at);
    let placeholder = openers.find(|&at| begins_placeholder(after.get(at..).unwrap_or_default()));
    placeholder.and_then(|at| window.get(..at)).unwrap_or(window)
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
        Some(c) => matches!(c, ',' | '\t' | '|' | '\n' | '\r'),
        None => {
            sight.touch();
            true
        }
    }
}

/// How far back `unless` words are looked for, in bytes.
const UNLESS_MAX: usize = 64;

/// Longest category and number that are taken for a placeholder, in bytes.
const PLACEHOLDER_MAX: usize = 64;

/// Whether `[name:` and a digit stand here.
fn begins_placeholder(text: &str) -> bool {
    let body = head(text, PLACEHOLDER_MAX).strip_prefix('[').unwrap_or_default();
    let rest = body
        .trim_start_matches(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    rest.len() < body.len()
        && rest.strip_prefix(':').is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether `:` and digits end here, as inside the last bracket of a placeholder.
fn ends_placeholder(text: &str) -> bool {
    let text = tail(text, PLACEHOLDER_MAX);
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && rest.ends_with(':')
}

/// A word of ASCII must stand alone; one that begins and ends otherwise may be part of a longer one.
pub(crate) fn has_word(words: &AhoCorasick, window: &str) -> bool {
    words.find_overlapping_iter(window).any(|hit| parted(window, hit.start()) && parted(window, hit.end()))
}

/// Lowers by one step; the lowest stays.
fn lowered(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}
