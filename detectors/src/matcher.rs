//! One rule at one place: pattern, boundaries, validator, words nearby.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use memchr::memmem;

use crate::Confidence;
use crate::pattern::Pattern;
use crate::place::{Place, Standing, head, judge, tail};
use crate::validate::{Validator, Verdict};
use crate::view::Reading;

/// A rule, compiled.
pub(crate) struct Matcher {
    /// Literals that begin `Form::pattern`; none means that digits do.
    pub(crate) anchors: Vec<String>,
    /// What stands before the anchor and belongs to the match.
    pub(crate) lead: Option<Pattern>,
    pub(crate) forms: Vec<Form>,
    pub(crate) validator: Validator,
    pub(crate) place: Place,
    pub(crate) context: Vec<Context>,
    pub(crate) unless: Vec<String>,
    pub(crate) until: Option<Until>,
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
    pub(crate) words: AhoCorasick,
    pub(crate) confidence: Confidence,
    /// How far a word may stand from the match on either side, in characters.
    pub(crate) within: usize,
}

/// A body that runs on after the match: to the line that holds `line`, or at most `cap` bytes.
pub(crate) struct Until {
    pub(crate) line: String,
    pub(crate) cap: usize,
}

impl Matcher {
    /// The finding whose pattern begins at `at`, if there is one. The first form that holds wins; within it the
    /// longest match does.
    pub(crate) fn find_at(
        &self,
        reading: Reading<'_>,
        at: usize,
        work: &mut u64,
    ) -> Option<(Range<usize>, Confidence)> {
        let Reading { text, .. } = reading;
        let bytes = text.as_bytes();
        let mut starts = None;
        for form in &self.forms {
            for end in form.pattern.ends(bytes, at, work).into_iter().rev().filter(|&end| reading.parted(end))
            {
                let starts = starts.get_or_insert_with(|| self.starts(reading, at, work));
                for start in starts.iter().copied() {
                    if let Some(found) = self.confirm(text, start..end, form, work) {
                        return Some(found);
                    }
                }
            }
        }
        None
    }

    /// Whether findings may be long enough that candidates inside them are skipped.
    pub(crate) fn is_long(&self) -> bool {
        self.until.is_some()
    }

    fn starts(&self, reading: Reading<'_>, at: usize, work: &mut u64) -> Vec<usize> {
        let mut starts = match &self.lead {
            None => vec![at],
            Some(lead) => lead.starts(reading.text.as_bytes(), at, work),
        };
        starts.reverse();
        starts.retain(|&start| reading.parted(start));
        starts
    }

    fn confirm(
        &self,
        text: &str,
        found: Range<usize>,
        form: &Form,
        work: &mut u64,
    ) -> Option<(Range<usize>, Confidence)> {
        let matched = text.get(found.clone())?;
        *work = work.saturating_add(matched.len() as u64);
        let verdict = (self.validator.judge)(matched);
        if verdict == Verdict::Reject || self.is_excluded(text, found.start) {
            return None;
        }
        let raised = self.context(text, &found, work);
        let needs = if verdict == Verdict::NeedsLabel { Some(Confidence::High) } else { form.needs };
        if raised < needs {
            return None;
        }
        let base = if verdict == Verdict::Lower { lowered(form.confidence) } else { form.confidence };
        let confidence = raised.map_or(base, |raised| raised.max(base));
        let span = form.pattern.span(text.as_bytes(), found);
        self.placed(text, self.extended(text, span), confidence)
    }

    fn placed(&self, text: &str, span: Range<usize>, base: Confidence) -> Option<(Range<usize>, Confidence)> {
        if self.place == Place::Anywhere {
            return Some((span, base));
        }
        match (self.place, judge(text, span.clone())) {
            (Place::Mark, Standing::Mark(mark, sure)) => Some((mark, sure.min(base))),
            (Place::Mention, Standing::Mention) => Some((span, base)),
            _ => None,
        }
    }

    fn extended(&self, text: &str, span: Range<usize>) -> Range<usize> {
        let Some(until) = &self.until else { return span };
        let rest = head(text.get(span.end..).unwrap_or_default(), until.cap);
        let body = match memmem::find(rest.as_bytes(), until.line.as_bytes()) {
            Some(at) => {
                let line = at.saturating_add(until.line.len());
                let last = rest.get(line..).and_then(|tail| head(tail, 64).find("-----"));
                last.map_or(line, |more| line.saturating_add(more).saturating_add(5))
            }
            None => rest.len(),
        };
        span.start..span.end.saturating_add(body)
    }

    /// Whether a word of `unless` stands directly before, with no more than spaces and a colon between.
    fn is_excluded(&self, text: &str, start: usize) -> bool {
        let before =
            tail(text.get(..start).unwrap_or_default(), 64).trim_end_matches([' ', '\u{3000}', ':', '：']);
        self.unless.iter().any(|word| before.ends_with(word.as_str()))
    }

    /// The highest confidence that words around the match speak for.
    fn context(&self, text: &str, found: &Range<usize>, work: &mut u64) -> Option<Confidence> {
        let near = self.context.iter().filter(|context| {
            let before = sight_back(text.get(..found.start).unwrap_or_default(), context.within);
            let after = sight_ahead(text.get(found.end..).unwrap_or_default(), context.within);
            *work = work.saturating_add(before.len() as u64).saturating_add(after.len() as u64);
            has_word(&context.words, before) || has_word(&context.words, after)
        });
        near.map(|context| context.confidence).max()
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
fn sight_ahead(after: &str, chars: usize) -> &str {
    let to = after.char_indices().nth(chars).map_or(after.len(), |(at, _)| at);
    let window = after.get(..to).unwrap_or_default();
    let mut openers = window.match_indices('[').map(|(at, _)| at);
    let placeholder = openers.find(|&at| begins_placeholder(after.get(at..).unwrap_or_default()));
    placeholder.and_then(|at| window.get(..at)).unwrap_or(window)
}

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
fn has_word(words: &AhoCorasick, window: &str) -> bool {
    let reading = Reading::of(window);
    words.find_overlapping_iter(window).any(|hit| reading.parted(hit.start()) && reading.parted(hit.end()))
}

/// Lowers by one step; the lowest stays.
fn lowered(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::High => Confidence::Medium,
        Confidence::Medium | Confidence::Low => Confidence::Low,
    }
}
