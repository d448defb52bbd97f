//! One lane's way through the rules: how far it was looked at, and the places that more text must decide.

use std::ops::Range;
use std::sync::Arc;

use crate::lane::Lane;
use crate::matcher::{Begin, Matcher, Trial};
use crate::sight::{Seen, Sight};
use crate::table::Tables;
use crate::{Confidence, Finding, RuleIndex};

/// One lane's way through the rules.
pub(crate) struct Track {
    pub(crate) lane: Lane,
    /// Candidates that begin before this offset are known.
    pub(crate) scanned: usize,
    /// Likewise those at keys.
    pub(crate) scanned_for_keys: usize,
    /// Likewise those at cells.
    pub(crate) scanned_for_cells: usize,
    /// Those that could not be judged yet, in order.
    pub(crate) pending: Vec<Candidate>,
    /// For each rule with a long body, the end of its last one.
    pub(crate) covered: Vec<(u16, usize)>,
}

impl Track {
    pub(crate) fn new(lane: Lane) -> Track {
        Track::from(lane, 0)
    }

    /// A track on which nothing before this offset is a candidate.
    pub(crate) fn from(lane: Lane, scanned: usize) -> Track {
        Track {
            lane,
            scanned,
            scanned_for_keys: scanned,
            scanned_for_cells: scanned,
            pending: Vec::new(),
            covered: Vec::new(),
        }
    }
}

/// A place where a rule might hold.
pub(crate) struct Candidate {
    pub(crate) rule: u16,
    pub(crate) at: usize,
    pub(crate) begin: Begin,
    /// The first place where its finding could begin.
    pub(crate) from: usize,
    pub(crate) body: Option<Body>,
}

/// The kinds that a rule's findings may be of, and where to look them up.
#[derive(Clone, Copy)]
pub(crate) struct Kinds<'k> {
    pub(crate) numbers: &'k [u16],
    pub(crate) matchers: &'k [Arc<Matcher>],
}

impl Kinds<'_> {
    /// The first kind that tells this finding, or the rule; `None` if more text decides.
    fn owner(self, rule: u16, sight: &Sight<'_>, found: &Range<usize>, work: &mut u64) -> Option<u16> {
        for &number in self.numbers {
            let kind = self.matchers.get(usize::from(number)).and_then(|matcher| matcher.kind.as_ref());
            if kind.map_or(Some(false), |kind| kind.tells(sight, found, work))? {
                return Some(number);
            }
        }
        Some(rule)
    }
}

/// A finding that is certain and whose end is not known yet.
pub(crate) struct Body {
    /// Whose finding it is: the rule's, or a kind's.
    rule: u16,
    span: Range<usize>,
    confidence: Confidence,
}

pub(crate) enum Attempt {
    Open,
    Settled(Option<(u16, Range<usize>, Confidence)>),
}

impl Candidate {
    pub(crate) fn attempt(
        &mut self,
        matcher: &Matcher,
        kinds: Kinds<'_>,
        tables: &Tables,
        lane: &Lane,
        seen: Seen,
        work: &mut u64,
    ) -> Attempt {
        if self.body.is_none() {
            let sight = Sight::of(lane, self.at, seen).below(tables.label(lane.source_start(self.at)));
            match matcher.find_at(&sight, sight.local(self.at), self.begin, work) {
                Trial::Open => return Attempt::Open,
                Trial::Nothing => return Attempt::Settled(None),
                Trial::Found(span, confidence) => {
                    let Some(rule) = kinds.owner(self.rule, &sight, &span, work) else {
                        return Attempt::Open;
                    };
                    let span = sight.offset(span.start)..sight.offset(span.end);
                    self.from = span.start;
                    self.body = Some(Body { rule, span, confidence });
                }
            }
        }
        let Some(body) = &self.body else { return Attempt::Open };
        let Some(until) = &matcher.until else {
            return Attempt::Settled(Some((body.rule, body.span.clone(), body.confidence)));
        };
        match until.length(lane.slice(body.span.end..seen.to), seen.last) {
            Some(length) => {
                let span = body.span.start..body.span.end + length;
                Attempt::Settled(Some((body.rule, span, body.confidence)))
            }
            None => Attempt::Open,
        }
    }

    /// A body that is certain, as far as it goes by now.
    pub(crate) fn so_far(&self, matcher: &Matcher, lane: &Lane, seen: Seen) -> Option<Finding> {
        let Body { rule, span, confidence } = self.body.as_ref()?;
        let length = matcher.until.as_ref()?.certain(lane.slice(span.end..seen.to));
        let span = lane.source(span.start..span.end + length);
        Some(Finding { rule: RuleIndex(*rule), span, confidence: *confidence })
    }
}
