//! What belongs to a finding beyond its pattern: a body to a line that ends it, or as long as characters are of a set.

use memchr::memmem;

use crate::place::head;

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
