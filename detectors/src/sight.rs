//! What a judgement may look at: the text within reach of the place where it begins, and no more.
//!
//! Both bounds are in bytes of the original, so that they hold for encoded text as well. What begins somewhere is
//! judged as if nothing else existed: so it is settled at the latest when [`AHEAD`] bytes have followed, and a window
//! of [`WINDOW`] bytes is all that a stream must keep.

use std::cell::Cell;

use crate::lane::{Lane, parted};

/// How far ahead of its first byte a candidate is judged, in bytes of the original: match, views and context.
pub(crate) const AHEAD: usize = 4096;

/// How far back, likewise: lead and context.
pub(crate) const BEHIND: usize = 2048;

/// What is kept before the first place that is not settled.
pub(crate) const WINDOW: usize = AHEAD + BEHIND;

/// The text around one place.
pub(crate) struct Sight<'a> {
    pub(crate) text: &'a str,
    /// Offset of `text` in its lane.
    base: usize,
    seams: &'a [usize],
    /// Why the text ends where it does.
    end: End,
    touched: Cell<bool>,
    /// The label of the column, if the place is in a table.
    label: &'a str,
}

/// How much of a lane may be judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// The lane's text up to this offset.
    pub(crate) to: usize,
    /// What is known of the original: all that comes from before is in the lane up to `to`, or will never be.
    pub(crate) known: usize,
    /// Nothing more will come.
    pub(crate) last: bool,
}

/// Why a text ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// It is all there is within reach.
    Whole,
    /// More may come: whoever looks at the end has seen nothing yet.
    Open,
    /// There is more, too far away to be looked at.
    Reach,
}

impl<'a> Sight<'a> {
    /// What may be looked at from `at`.
    pub(crate) fn of(lane: &'a Lane, at: usize, seen: Seen) -> Sight<'a> {
        let source = lane.source_start(at);
        let from = lane.first_from(source.saturating_sub(BEHIND)).min(at);
        let reach = source.saturating_add(AHEAD);
        let cut = lane.last_to(reach, seen.to).max(at);
        let (to, end) = match () {
            () if cut < seen.to => (cut, End::Reach),
            () if seen.last || seen.known >= reach => (seen.to, End::Whole),
            () => (seen.to, End::Open),
        };
        Sight {
            text: lane.slice(from..to),
            base: from,
            seams: lane.seams(),
            end,
            touched: Cell::new(false),
            label: "",
        }
    }

    /// The same, in a column of a table.
    pub(crate) fn below(self, label: &'a str) -> Sight<'a> {
        Sight { label, ..self }
    }

    /// The label of the column; empty outside of tables.
    pub(crate) fn label(&self) -> &'a str {
        self.label
    }

    /// A text that is all there is.
    #[cfg(test)]
    pub(crate) fn whole(text: &'a str) -> Sight<'a> {
        Sight { text, base: 0, seams: &[], end: End::Whole, touched: Cell::new(false), label: "" }
    }

    pub(crate) fn offset(&self, at: usize) -> usize {
        self.base + at
    }

    pub(crate) fn local(&self, offset: usize) -> usize {
        offset.saturating_sub(self.base)
    }

    pub(crate) fn end(&self) -> End {
        self.end
    }

    /// Notes that what lies beyond the end would count.
    pub(crate) fn touch(&self) {
        if self.end == End::Open {
            self.touched.set(true);
        }
    }

    /// Whether a judgement since the last call would have looked beyond an open end.
    pub(crate) fn take_touched(&self) -> bool {
        self.touched.take()
    }

    pub(crate) fn before(&self, at: usize) -> &'a str {
        self.text.get(..at).unwrap_or_default()
    }

    pub(crate) fn after(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Whether a match may begin or end here: not between two ASCII alphanumerics, unless at a seam.
    pub(crate) fn parted(&self, at: usize) -> bool {
        parted(self.text, at) || self.seams.binary_search(&self.offset(at)).is_ok()
    }
}
