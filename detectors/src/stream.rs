//! A text that comes piece by piece, and how much of it may go on.
//!
//! **Law 1.** However a text is cut, all that is released, joined, is `redact(whole)`. **Law 2.** What is released is at
//! every moment a beginning of that, and holds no byte of a finding that was not reported before or with it.
//!
//! Both rest on one rule: what begins at a place is judged on the text within reach of it, and a judgement that looked
//! at the open end of the text is none. So whatever is settled is settled as it would be with the whole text at hand,
//! and only what begins at or after the first unsettled place is kept back.

use std::fmt;
use std::sync::Arc;

use crate::layers::Layer;
use crate::redact::{Edits, Seam, naming_order};
use crate::scan::{Found, With, blocks};
use crate::sight::WINDOW;
use crate::table::Tables;
use crate::{Confidence, Edit, Finding, RuleIndex, RuleSet};

/// What the owner of a stream decides about findings.
pub trait Redactor {
    /// Whether a finding of this rule is redacted; if it is at one confidence, then also at higher ones.
    fn redacts(&self, rule: RuleIndex, confidence: Confidence) -> bool;

    /// What takes the place of `value`; asked once for each edit, in the order of the text.
    fn placeholder(&mut self, edit: &Edit, value: &str) -> String;
}

/// What a step let go.
#[derive(Default)]
pub struct Release {
    /// Text that may go on; edits are made.
    pub text: String,
    /// What is settled about the text, each finding once; spans are bytes of the whole original text.
    pub findings: Vec<Finding>,
    /// Bytes of the original that edits took out.
    pub removed_bytes: usize,
}

impl fmt::Debug for Release {
    /// Sizes only: the text is content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Release({} bytes, {} findings)", self.text.len(), self.findings.len())
    }
}

/// Scans and redacts a text that is not all there yet.
///
/// ```
/// use std::sync::Arc;
/// use sekisho_detectors::{Confidence, Edit, Redactor, RuleIndex, RuleSet, StreamScanner};
///
/// struct All;
/// impl Redactor for All {
///     fn redacts(&self, _: RuleIndex, _: Confidence) -> bool { true }
///     fn placeholder(&mut self, _: &Edit, _: &str) -> String { "[…]".into() }
/// }
/// let rules = Arc::new(RuleSet::built_in().expect("the shipped rules load"));
/// let mut stream = StreamScanner::new(rules);
/// assert_eq!(stream.push("値はAKIARZPU", &mut All).text, "値は");
/// assert_eq!(stream.push("ZDIKABNBHR4I。", &mut All).text, "[…]。");
/// assert_eq!(stream.finish(&mut All).text, "");
/// ```
pub struct StreamScanner {
    rules: Arc<RuleSet>,
    layer: Layer,
    tables: Tables,
    /// settled <= pushed, in bytes of the original.
    pushed: usize,
    /// Everything that begins before is settled.
    settled: usize,
    /// Everything before has been released or replaced.
    released: usize,
    /// Settled findings that something may still join, as they were found.
    known: Vec<Finding>,
    /// End of what is certain to be replaced although it is not settled how far that goes.
    growing_to: usize,
    edits: Edits,
    seam: Seam,
}

impl StreamScanner {
    /// A stream that begins.
    pub fn new(rules: Arc<RuleSet>) -> StreamScanner {
        StreamScanner {
            rules,
            layer: Layer::original(),
            tables: Tables::default(),
            pushed: 0,
            settled: 0,
            released: 0,
            known: Vec::new(),
            growing_to: 0,
            edits: Edits::default(),
            seam: Seam::default(),
        }
    }

    /// Takes the next piece; gives what may go on.
    pub fn push(&mut self, text: &str, redactor: &mut impl Redactor) -> Release {
        let mut release = Release::default();
        for block in blocks(text).filter(|block| !block.is_empty()) {
            self.layer.push(block);
            self.tables.push(block, self.rules.engine());
            self.pushed += block.len();
            self.advance(false, redactor, &mut release);
        }
        release
    }

    /// The text is over; gives the rest. What follows on this scanner would be another text.
    pub fn finish(&mut self, redactor: &mut impl Redactor) -> Release {
        let mut release = Release::default();
        self.advance(true, redactor, &mut release);
        release
    }

    /// Bytes at the end of the text about which nothing is certain yet.
    ///
    /// Zero between findings on plain prose; never more than what the longest judgement looks at, and the longest body.
    /// Why it exists: releasing less would delay tokens, releasing more would let the first half of a secret out. Text
    /// that is certain to be replaced is not counted.
    pub fn held_back(&self) -> usize {
        let edited = self.edits.open().map_or(self.released, |edit| edit.span.end);
        self.pushed - self.settled.max(edited).max(self.growing_to).min(self.pushed)
    }

    fn advance(&mut self, last: bool, redactor: &mut impl Redactor, release: &mut Release) {
        let mut found = Found::default();
        let with = With { engine: self.rules.engine(), tables: &self.tables };
        let open = self.layer.advance(with, self.pushed, last, &mut found);
        // A derived text that is born late repeats what its elder has settled.
        found.findings.retain(|finding| finding.span.start >= self.settled);
        self.known.append(&mut found.findings);
        let mut all = self.rules.engine().distinct(self.known.clone());
        let end = if last { self.pushed + 1 } else { open };
        // What was let go stays so, although an escape may let a derived text look back past what folding removed.
        let settled = settled(&all, end, redactor).max(self.settled);
        all.sort_by_key(naming_order);
        for finding in &all {
            let redacts = redactor.redacts(finding.rule, finding.confidence);
            if redacts && (self.settled..settled).contains(&finding.span.start) {
                self.edits.add(finding);
            }
        }
        self.edits.close_before(settled);
        self.let_go(settled.min(self.pushed), redactor, release);
        let reported = all.iter().filter(|f| f.span.end <= settled);
        release.findings.extend(reported.cloned());
        self.forget(&all, settled);
        let growing = found.growing.iter().filter(|f| redactor.redacts(f.rule, f.confidence));
        let reached = growing.filter(|f| f.span.start <= settled).map(|f| f.span.end);
        self.growing_to = reached.max().unwrap_or(0);
        self.settled = settled;
        self.layer.trim(self.released.min(open));
        self.tables.trim(self.released.min(open).saturating_sub(WINDOW));
    }

    /// Releases what comes before `to`, edits made.
    fn let_go(&mut self, to: usize, redactor: &mut impl Redactor, release: &mut Release) {
        let (text, seam) = (self.layer.text(), &mut self.seam);
        for edit in self.edits.take_closed() {
            seam.text(&mut release.text, text.slice(self.released..edit.span.start));
            let value = text.slice(edit.span.clone());
            release.removed_bytes += value.len();
            seam.placeholder(&mut release.text, &redactor.placeholder(&edit, value));
            self.released = edit.span.end;
        }
        let to = self.edits.open().map_or(to, |edit| to.min(edit.span.start));
        if self.released < to {
            seam.text(&mut release.text, text.slice(self.released..to));
            self.released = to;
        }
    }

    /// Keeps what something that is found later could join.
    fn forget(&mut self, all: &[Finding], settled: usize) {
        let open: Vec<&Finding> = all.iter().filter(|f| f.span.end > settled).collect();
        self.known.retain(|f| {
            let holds =
                |o: &&&Finding| o.rule == f.rule && o.span.start <= f.span.start && f.span.end <= o.span.end;
            open.iter().any(|o| holds(&o))
        });
    }
}

impl fmt::Debug for StreamScanner {
    /// Sizes only: the text is content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamScanner({} of {} bytes released)", self.released, self.pushed)
    }
}

/// Up to where everything is settled, when every judgement is that begins before `end`: a finding that is not redacted
/// now might be, if another of its rule inside it is surer, as long as what lies inside it is not all known. Waiting for
/// one may leave another unfinished that began before it.
fn settled(all: &[Finding], end: usize, redactor: &impl Redactor) -> usize {
    let doubtful = all.iter().filter(|f| f.span.start < end && f.span.end > end);
    let doubtful = doubtful.filter(|f| !redactor.redacts(f.rule, f.confidence));
    match doubtful.map(|f| f.span.start).min() {
        Some(earlier) => settled(all, earlier, redactor),
        None => end,
    }
}
