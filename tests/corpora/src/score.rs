//! What the rules find in the corpora, compared with what stands there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use sekisho_detectors::{Confidence, RuleSet};

use crate::corpus::{Kind, Place, Text};
use crate::families::{self, Family, within};
use crate::mark::Gold;

/// Below this, the shipped policy does nothing.
pub const DEFAULT_CONFIDENCE: Confidence = Confidence::Medium;

/// A finding that the policy acts on, with its rule's names looked up.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Id of the rule.
    pub rule: String,
    /// Its category.
    pub category: String,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
}

/// What `rules` find in `text` at default confidence, read as the texts of a request are: also backwards and the like.
pub fn hits(rules: &RuleSet, text: &str) -> Vec<Hit> {
    let sure = rules.scan_whole(text).into_iter().filter(|finding| finding.confidence >= DEFAULT_CONFIDENCE);
    let hit = |finding: sekisho_detectors::Finding| {
        let rule = rules.rule(finding.rule);
        Hit { rule: rule.id().to_owned(), category: rule.category().to_string(), span: finding.span }
    };
    sure.map(hit).collect()
}

/// A count of spans and characters.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Tally {
    /// Spans that must be found.
    pub spans: usize,
    /// Spans of which every character is redacted.
    pub covered: usize,
    /// Spans that a finding of the right category touches.
    pub right: usize,
    /// Characters of the spans.
    pub chars: usize,
    /// Characters of them that would be sent on.
    pub leaked: usize,
}

impl Tally {
    fn add(&mut self, seen: &Seen) {
        self.spans += 1;
        self.covered += usize::from(seen.leaked == 0);
        self.right += usize::from(seen.right);
        self.chars += seen.chars;
        self.leaked += seen.leaked;
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            spans: self.spans + other.spans,
            covered: self.covered + other.covered,
            right: self.right + other.right,
            chars: self.chars + other.chars,
            leaked: self.leaked + other.leaked,
        }
    }
}

/// What a row of the table has.
#[derive(Clone, Default, Debug)]
pub struct Row {
    /// Texts with such a span.
    pub texts: usize,
    /// Spans of texts that were written by hand.
    pub by_hand: Tally,
    /// Spans of texts that were made.
    pub made: Tally,
}

/// A span that was not wholly covered, or a finding where none may be.
#[derive(Clone, Debug)]
pub struct Slip {
    /// Where the text is written.
    pub place: Place,
    /// Whose token it is, if it is one.
    pub issuer: Option<&'static str>,
    /// Gold category of a miss, category and rule of a false alarm.
    pub what: String,
    /// What the text says there, with something around it.
    pub says: String,
}

/// The whole result.
#[derive(Default, Debug)]
pub struct Score {
    /// By row of [`families::FAMILIES`].
    pub rows: BTreeMap<usize, Row>,
    /// Spans not wholly covered.
    pub misses: Vec<Slip>,
    /// Findings in texts where nothing may be found.
    pub false_alarms: Vec<Slip>,
    /// Markings found where they are only spoken of.
    pub mentions_flagged: Vec<Slip>,
    /// Findings in positive texts that touch no gold span.
    pub extra: Vec<Slip>,
    /// Positive, negative, mentioning texts.
    pub texts: BTreeMap<Kind, usize>,
    /// Negative texts with a finding, by its category.
    pub flagged: BTreeMap<String, usize>,
    /// Negative texts with a finding.
    pub negatives_flagged: usize,
    /// Mentioning texts with a marking found.
    pub mentions: usize,
    /// Formats of which no text leaks, and all formats.
    pub formats: BTreeMap<&'static str, bool>,
}

struct Seen {
    right: bool,
    chars: usize,
    leaked: usize,
}

/// Scans every text.
pub fn score(rules: &RuleSet, texts: &[Text]) -> Score {
    let mut score = Score::default();
    for text in texts {
        *score.texts.entry(text.kind).or_default() += 1;
        let hits = hits(rules, &text.marked.body);
        match text.kind {
            Kind::Positive => score.positive(text, &hits),
            Kind::Negative => score.negative(text, &hits),
            Kind::Mention => score.mention(text, &hits),
        }
    }
    score
}

impl Score {
    fn positive(&mut self, text: &Text, hits: &[Hit]) {
        let mut touched = BTreeSet::new();
        for gold in &text.marked.gold {
            let family =
                families::of(&gold.category).expect("every gold category has a row; a test holds it");
            let number = families::FAMILIES.iter().position(|f| f.gold == family.gold).unwrap_or_default();
            let seen = look(gold, family, &text.marked.body, hits);
            let row = self.rows.entry(number).or_default();
            row.texts += usize::from(touched.insert(number));
            if text.by_hand { &mut row.by_hand } else { &mut row.made }.add(&seen);
            if seen.leaked > 0 {
                self.misses.push(slip(text, gold.category.clone(), &gold.span));
            }
            if let Some(issuer) = text.issuer {
                *self.formats.entry(issuer).or_insert(true) &= seen.leaked == 0;
            }
        }
        let strays =
            hits.iter().filter(|hit| !text.marked.gold.iter().any(|gold| overlap(&gold.span, &hit.span)));
        self.extra.extend(strays.map(|hit| slip(text, named(hit), &hit.span)));
    }

    fn negative(&mut self, text: &Text, hits: &[Hit]) {
        self.negatives_flagged += usize::from(!hits.is_empty());
        let categories: BTreeSet<&String> = hits.iter().map(|hit| &hit.category).collect();
        for category in categories {
            *self.flagged.entry(category.clone()).or_default() += 1;
        }
        self.false_alarms.extend(hits.iter().map(|hit| slip(text, named(hit), &hit.span)));
    }

    /// Markings are what a mention must not be; anything else in it is a false alarm like any other.
    fn mention(&mut self, text: &Text, hits: &[Hit]) {
        let markings: Vec<&Hit> = hits.iter().filter(|hit| within(&hit.category, "marking")).collect();
        self.mentions += usize::from(!markings.is_empty());
        self.mentions_flagged.extend(markings.iter().map(|hit| slip(text, named(hit), &hit.span)));
        let others = hits.iter().filter(|hit| !within(&hit.category, "marking"));
        self.false_alarms.extend(others.map(|hit| slip(text, named(hit), &hit.span)));
    }
}

fn look(gold: &Gold, family: &Family, body: &str, hits: &[Hit]) -> Seen {
    let of = |patterns: &[&str], hit: &Hit| patterns.iter().any(|pattern| within(&hit.category, pattern));
    let covering: Vec<&Hit> = hits.iter().filter(|hit| of(family.covers, hit)).collect();
    let mut seen = Seen {
        right: hits.iter().any(|hit| of(family.right, hit) && overlap(&gold.span, &hit.span)),
        chars: 0,
        leaked: 0,
    };
    // A hyphen or a comma between two redacted parts of a number says nothing; in a password it does.
    let separable = family.covers.contains(&"pii") && family.gold != "said" && family.gold != "disguised";
    for (at, c) in body[gold.span.clone()].char_indices() {
        // What one does not see says nothing: a line end or zero-width character may stay.
        let unseen =
            c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}' | '\u{feff}');
        if unseen || (separable && !c.is_alphanumeric()) {
            continue;
        }
        seen.chars += 1;
        seen.leaked += usize::from(!covering.iter().any(|hit| hit.span.contains(&(gold.span.start + at))));
    }
    seen
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn named(hit: &Hit) -> String {
    format!("{} ({})", hit.category, hit.rule)
}

fn slip(text: &Text, what: String, span: &Range<usize>) -> Slip {
    Slip { place: text.place.clone(), issuer: text.issuer, what, says: around(&text.marked.body, span) }
}

/// Characters of the text that are shown on either side of a span.
const AROUND: usize = 24;

/// The span in `«»` with some text around it, on one line.
pub fn around(body: &str, span: &Range<usize>) -> String {
    let before: Vec<char> = body[..span.start].chars().rev().take(AROUND).collect();
    let after: String = body[span.end..].chars().take(AROUND).collect();
    let inside: String = body[span.clone()].chars().take(160).collect();
    let shown = format!("{}«{inside}»{after}", before.into_iter().rev().collect::<String>());
    shown.replace('\n', "⏎").replace('\t', "⇥")
}
