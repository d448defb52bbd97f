//! Which derived texts one text calls for, as it grows.
//!
//! Each text is folded, then read through one layer of encoding, and what that gives is treated alike, to a fixed
//! depth. A derived text is born at the first place where it differs, with so much of what stands before it that
//! whatever is judged near that place is judged alike; without such a place it costs one pass and no memory.

use crate::base64::{self, Content, Runs, SHIFTS};
use crate::decode::{Pieces, decode};
use crate::lane::Lane;
use crate::normalize::Fold;
use crate::place;
use crate::scan::{Found, With};
use crate::sight::{AHEAD, BEHIND, Seen, WINDOW};
use crate::track::Track;

/// How many layers of encoding are undone, and how many of them may be base64.
const DEPTH: u8 = 3;
const BASE64_DEPTH: u8 = 2;

/// A text, its folded twin, and what is encoded in it.
pub(crate) struct Layer {
    depth: u8,
    base: Track,
    fold: Fold,
    /// Offset in the base before which all is folded.
    folded_to: usize,
    folded: Option<Track>,
    /// Offset in the folded text (the base, while folding has changed nothing) before which all is decoded.
    decoded_to: usize,
    decoded: Option<Box<Layer>>,
    runs: Runs,
    unpacked: [Option<Box<Layer>>; SHIFTS],
}

impl Layer {
    /// The original, empty so far.
    pub(crate) fn original() -> Layer {
        Layer::of(Track::new(Lane::original()), 0)
    }

    fn of(base: Track, depth: u8) -> Layer {
        let start = base.lane.start();
        Layer {
            depth,
            base,
            fold: Fold::default(),
            folded_to: start,
            folded: None,
            decoded_to: start,
            decoded: None,
            runs: Runs::from(start),
            unpacked: Default::default(),
        }
    }

    /// The text itself.
    pub(crate) fn text(&self) -> &Lane {
        &self.base.lane
    }

    /// Adds to the original.
    pub(crate) fn push(&mut self, text: &str) {
        self.base.lane.push(text);
    }

    /// Derives and judges what has come since the last call. All of the original before `known` is in the text; `last`
    /// says that nothing more will come. Returns where in the original something begins that more text could change.
    pub(crate) fn advance(&mut self, with: With<'_>, known: usize, last: bool, found: &mut Found) -> usize {
        self.fold(last);
        let base = &self.base.lane;
        let folded_known = known_to(base, self.folded_to, known);
        let mut open = folded_known;
        if self.depth < DEPTH {
            open = open.min(self.decode(with, folded_known, last, found));
        }
        if self.depth < BASE64_DEPTH {
            open = open.min(self.unpack(with, folded_known, last, found));
        }
        let unborn = self.depth < DEPTH && self.decoded.is_none();
        let whole = Seen { to: self.base.lane.end(), known, last };
        match &mut self.folded {
            Some(folded) => {
                open = open.min(with.judge(&mut self.base, whole, found));
                let to = folded.lane.end();
                let seen = Seen { to, known: folded_known, last };
                open.min(with.judge(folded, limit(seen, &folded.lane, self.decoded_to, unborn), found))
            }
            None => {
                let seen = Seen { to: self.folded_to, known: folded_known, last };
                let seen = limit(seen, &self.base.lane, self.decoded_to, unborn);
                open.min(with.judge(&mut self.base, seen, found))
            }
        }
    }

    /// Forgets what nothing that begins at `source` or later could look at.
    pub(crate) fn trim(&mut self, source: usize) {
        let from = source.saturating_sub(WINDOW);
        let tracks = [&mut self.base].into_iter().chain(self.folded.as_mut());
        tracks.for_each(|track| track.lane.trim(from));
        let inner = self.decoded.iter_mut().chain(self.unpacked.iter_mut().flatten());
        inner.for_each(|layer| layer.trim(source));
    }

    fn fold(&mut self, last: bool) {
        let (base, folded) = (&self.base.lane, &mut self.folded);
        let (start, mut copied) = (base.start(), self.folded_to);
        let text = base.slice(start..base.end());
        let stopped = self.fold.step(text, start, self.folded_to - start, last, |range, with| {
            let range = start + range.start..start + range.end;
            let track = folded.get_or_insert_with(|| {
                copied = range.start;
                twin(base, range.start)
            });
            track.lane.copy(base, copied..range.start);
            track.lane.replace(base, range.clone(), with);
            copied = range.end;
        });
        self.folded_to = start + stopped;
        if let Some(track) = folded {
            track.lane.copy(base, copied..self.folded_to);
        }
    }

    /// The text whose escapes and runs are read, and its end.
    fn input(&self) -> (&Lane, usize) {
        match &self.folded {
            Some(folded) => (&folded.lane, folded.lane.end()),
            None => (&self.base.lane, self.folded_to),
        }
    }

    fn decode(&mut self, with: With<'_>, known: usize, last: bool, found: &mut Found) -> usize {
        let mut decoded = self.decoded.take();
        let (input, end) = self.input();
        let start = input.start();
        // A folded twin that is born with this layer begins later: what stands before it is the elder's, and read there.
        let from = self.decoded_to.max(start);
        let mut copied = from;
        let pieces = if self.depth == 0 { Pieces::Joined } else { Pieces::Left };
        let stopped = decode(input.slice(start..end), from - start, last, pieces, |range, with| {
            let range = start + range.start..start + range.end;
            let layer = decoded.get_or_insert_with(|| {
                copied = range.start;
                Box::new(Layer::of(twin(input, range.start), self.depth + 1))
            });
            layer.base.lane.copy(input, copied..range.start);
            layer.base.lane.replace(input, range.clone(), with);
            copied = range.end;
        });
        let to = start + stopped;
        let mut open = if to == end { known } else { input.source_start(to) };
        match &mut decoded {
            Some(layer) => {
                layer.base.lane.copy(input, copied..to);
                open = open.min(layer.advance(with, open, last, found));
            }
            // If an escape begins here, what stands before it will be folded and read with what the escape stands for.
            None if to < end => match word_before(input.slice(start..to)) {
                Some(length) => open = open.min(input.source_start(to - length)),
                None => {
                    let mut unsaid = Found::default();
                    let mut unborn = Layer::of(twin(input, to), self.depth + 1);
                    open = open.min(unborn.advance(with, open, last, &mut unsaid));
                    found.work += unsaid.work;
                }
            },
            None => {}
        }
        (self.decoded, self.decoded_to) = (decoded, to);
        open
    }

    fn unpack(&mut self, with: With<'_>, known: usize, last: bool, found: &mut Found) -> usize {
        let (mut unpacked, mut runs) = (std::mem::take(&mut self.unpacked), std::mem::take(&mut self.runs));
        let (input, end) = self.input();
        let (start, depth) = (input.start(), self.depth + 1);
        let text = input.slice(start..end);
        let waits = runs.step(text, start, last, &mut |content| match content {
            Content::Says(shift, range, with) => {
                if let Some(slot) = unpacked.get_mut(shift) {
                    let born = || Box::new(Layer::of(Track::new(Lane::derived(0)), depth));
                    slot.get_or_insert_with(born).base.lane.unpack(input, range, with);
                }
            }
            // A run is judged by itself: what stands in another has nothing to say about it.
            Content::Over => {
                for mut layer in unpacked.iter_mut().filter_map(Option::take) {
                    layer.advance(with, usize::MAX, true, found);
                }
            }
        });
        let known = if waits == end { known } else { input.source_start(waits) };
        let open = unpacked.iter_mut().flatten().map(|layer| layer.advance(with, known, false, found));
        let open = open.fold(known, usize::min);
        (self.unpacked, self.runs) = (unpacked, runs);
        open
    }
}

/// What is known of the original if a lane was read up to `to`.
fn known_to(lane: &Lane, to: usize, known: usize) -> usize {
    if to == lane.end() { known } else { lane.source_start(to) }
}

/// Until a twin is born, nothing is judged that it might show otherwise.
fn limit(seen: Seen, lane: &Lane, to: usize, unborn: bool) -> Seen {
    if unborn && to < seen.to { Seen { to, known: lane.source_start(to), ..seen } } else { seen }
}

/// How much of the end of a text is looked at to see what an escape behind it could change: far more than what folding
/// looks back, than the longest escape, and than the shortest run of base64 that is read.
const TAIL: usize = 64;

/// The length of the word, be it none, that an escape behind `text` would go on with, if a run of base64 that is still too
/// short to be read is all that the escape could change. `None`: fold, escapes or a longer run wait for what follows.
fn word_before(text: &str) -> Option<usize> {
    let tail = place::tail(text, TAIL);
    let folds = Fold::default().step(tail, 0, 0, false, |_, _| {}) < tail.len();
    let decodes = decode(tail, 0, false, Pieces::Left, |_, _| {}) < tail.len();
    base64::short_run(tail).filter(|_| !folds && !decodes)
}

/// A copy of `lane` up to `at`, where it is going to differ: so much of it that everything whose judgement could reach
/// `at` is judged, and sees all that it may.
fn twin(lane: &Lane, at: usize) -> Track {
    let source = lane.source_start(at);
    let mut copy = Lane::derived(lane.first_from(source.saturating_sub(WINDOW)).min(at));
    copy.copy(lane, copy.start()..at);
    let judged_from = lane.first_from(source.saturating_sub(AHEAD)).min(at);
    Track::from(copy, judged_from)
}

const _: () = assert!(WINDOW == AHEAD + BEHIND, "a twin sees what its elder sees");
