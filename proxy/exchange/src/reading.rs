//! Texts as somebody will read them: a segment alone, with its key before it, or joined with its neighbours; and the
//! way back from a stretch of such a text to the segments it stands in.
//!
//! Does not join one message with the next, nor digits that are spread over the numbers of an array.

use std::ops::Range;

use crate::body::{Body, Handling, Part};
use crate::json::decoded_range;

/// A text, and which segments stand where in it.
pub(crate) struct Reading {
    pub text: String,
    /// In order of the text; all else in it was put there by this program.
    pieces: Vec<(Range<usize>, usize)>,
}

/// A stretch of one segment's decoded text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Stretch {
    pub segment: usize,
    pub start: usize,
    pub end: usize,
}

/// Every reading of a body, one at a time.
pub(crate) fn readings(body: &Body) -> impl Iterator<Item = Reading> + '_ {
    let judged_now = |index: &usize| {
        let handling = body.segments.get(*index).map(|segment| segment.handling);
        !matches!(handling, Some(Handling::Flowing | Handling::Argument | Handling::Withheld))
    };
    let alone = (0..body.segments.len()).filter(judged_now).flat_map(|index| of_segment(body, index));
    let joined = body.joins.iter().flat_map(|join| ["", "\n"].map(|between| of_join(body, join, between)));
    alone.chain(joined)
}

/// A number means little without its key; a text may mean more with it.
fn of_segment(body: &Body, index: usize) -> Vec<Reading> {
    let Some(segment) = body.segments.get(index) else {
        return Vec::new();
    };
    let text = body.text(segment);
    let key = body.key(segment).filter(|_| segment.keyed && segment.part != Part::Key);
    let with_key = |text: &str| {
        let mut reading =
            Reading { text: format!("{}: ", key.as_deref().unwrap_or_default()), pieces: Vec::new() };
        reading.add(index, text);
        reading
    };
    let mut readings = vec![Reading { text: text.to_string(), pieces: vec![(0..text.len(), index)] }];
    if key.is_some() {
        readings.push(with_key(&text));
    }
    if segment.part == Part::Number {
        readings.extend(plain_integer(&text).map(|digits| with_key(&digits)));
    }
    readings
}

fn of_join(body: &Body, join: &[usize], between: &str) -> Reading {
    let mut reading = Reading { text: String::new(), pieces: Vec::new() };
    for index in join {
        if !reading.pieces.is_empty() {
            reading.text.push_str(between);
        }
        let segment = body.segments.get(*index);
        reading.add(*index, &segment.map(|s| body.text(s)).unwrap_or_default());
    }
    reading
}

impl Reading {
    fn add(&mut self, segment: usize, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push((start..self.text.len(), segment));
    }

    /// The stretches of segments that a span of the text touches. Empty if it touches only what was put between.
    pub fn stretches(&self, body: &Body, span: &Range<usize>) -> Vec<Stretch> {
        let mut found = Vec::new();
        for (piece, segment) in &self.pieces {
            let (start, end) = (span.start.max(piece.start), span.end.min(piece.end));
            if start < end {
                inward(body, *segment, start - piece.start..end - piece.start, &mut found);
            }
        }
        found
    }
}

/// Follows a stretch of a text that is JSON to the segments inside it.
fn inward(body: &Body, index: usize, span: Range<usize>, found: &mut Vec<Stretch>) {
    let before = found.len();
    if let Some(layer) = body.opened_in(index) {
        let text = layer.document.text();
        let content = |inner: &usize| body.segments.get(*inner).and_then(|s| body.content(s)).unwrap_or(0..0);
        // A layer's segments stand in the order of its text.
        let first = layer.first_ending_after(span.start, content);
        let touched = (first..layer.segments.end).map(|inner| (inner, content(&inner)));
        for (inner, content) in touched.take_while(|(_, content)| content.start < span.end) {
            let (start, end) = (span.start.max(content.start), span.end.min(content.end));
            if start < end {
                let raw = text.get(content.clone()).unwrap_or_default();
                let written = start - content.start..end - content.start;
                inward(body, inner, decoded_range(raw, &written), found);
            }
        }
    }
    // Not JSON, or nothing but its punctuation.
    if found.len() == before {
        found.push(Stretch { segment: index, start: span.start, end: span.end });
    }
}

/// The digits of an integer that is written with a point or an exponent, as `1.23e5`; up to 40 of them.
fn plain_integer(token: &str) -> Option<String> {
    let token = token.trim_start_matches('-');
    let (mantissa, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let exponent: isize = exponent.parse().ok().filter(|e| (-99..=99).contains(e))?;
    let point = whole.len().checked_add_signed(exponent).filter(|point| (1..=40).contains(point))?;
    let (integer, rest) = digits.split_at_checked(point).unwrap_or((&digits, ""));
    let exact = token != whole && rest.bytes().all(|b| b == b'0');
    exact.then(|| format!("{integer}{}", "0".repeat(point - integer.len())))
}

#[cfg(test)]
mod tests {
    use super::plain_integer;

    #[test]
    fn an_integer_is_an_integer_however_it_is_written() {
        let check =
            |token, expect: Option<&str>| assert_eq!(plain_integer(token).as_deref(), expect, "{token}");
        check("1.23456789018e11", Some("123456789018"));
        check("-123456789018.0", Some("123456789018"));
        check("12345678901800E-2", Some("123456789018"));
        check("1.5e+3", Some("1500"));
        check("123456789018", None);
        check("0.5", None);
        check("1.25e1", None);
        check("1e300", None);
        check("1e99999999999999999999", None);
    }
}
