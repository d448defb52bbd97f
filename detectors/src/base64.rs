//! Text inside base64 and base64url: the readable stretches of every long run, as views of their own.
//!
//! A run is read at each of the four places a group may begin, because what stands before it (`/`, `-`, a letter)
//! is of the same alphabet and would shift it. Bytes that are no text are dropped, so hashes and pictures leave
//! nothing. Each step looks at its own bytes only: cutting a run in two never makes more of it readable.

use crate::view::{Builder, View};

/// Places where a group may begin.
pub(crate) const SHIFTS: usize = 4;

/// Shortest run that is read, in characters: 18 bytes of content.
const RUN_MIN: usize = 24;

/// Shortest stretch of text inside a run that is kept, in bytes.
const STRETCH_MIN: usize = 8;

/// The readable content of the runs of `text`, read from their `shift`th character; `None` if there is none.
///
/// All content stands for the whole run: base64 with a part cut out would be of no use, and what is left of it would
/// read differently.
pub(crate) fn contents(text: &str, shift: usize) -> Option<View> {
    let mut builder = Builder::extracting(text);
    let bytes = text.as_bytes();
    for (start, end) in runs(bytes) {
        let run = bytes.get(start.saturating_add(shift)..end).unwrap_or_default();
        let content: Vec<u8> = run.chunks(4).flat_map(group).collect();
        let readable = content.utf8_chunks().flat_map(|chunk| chunk.valid().split(is_unreadable));
        for stretch in readable.filter(|stretch| stretch.len() >= STRETCH_MIN) {
            builder.replace(start..end, stretch);
            builder.replace(end..end, "\n");
        }
    }
    builder.finish()
}

fn is_unreadable(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

fn runs(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let skipped = rest.iter().position(|&b| sextet(b).is_some()).unwrap_or(rest.len());
            let start = at.saturating_add(skipped);
            let run = bytes.get(start..).unwrap_or_default();
            let len = run.iter().position(|&b| sextet(b).is_none()).unwrap_or(run.len());
            at = start.saturating_add(len.max(1));
            if len >= RUN_MIN {
                return Some((start, start.saturating_add(len)));
            }
        }
        None
    })
}

/// The bytes of up to four characters: two carry one byte, three carry two; one alone carries none.
fn group(group: &[u8]) -> impl Iterator<Item = u8> {
    let bits = group.iter().fold(0u32, |bits, &b| (bits << 6) | u32::from(sextet(b).unwrap_or(0)));
    let missing = 4usize.saturating_sub(group.len());
    let bytes = (bits << (6 * missing)).to_be_bytes();
    bytes.into_iter().skip(1).take(group.len().saturating_sub(1))
}

/// Value of a base64 or base64url character (RFC 4648 §4, §5).
fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{SHIFTS, contents};

    fn check(text: &str, expect: Option<&str>) {
        let found = (0..SHIFTS).find_map(|shift| contents(text, shift));
        assert_eq!(found.map(|view| view.text().to_owned()).as_deref(), expect, "{text}");
    }

    #[test]
    fn readable_content_is_found_wherever_its_groups_begin() {
        check("key: QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6 end", Some("AKIARZPUZDIKABNBHR4I xyz\n"));
        check("55Wq5Y+344GvMTIzNDU2Nzg5MDE444Gn44GZ", Some("番号は123456789018です\n"));
        check("/-QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6", Some("AKIARZPUZDIKABNBHR4I xyz\n"));
    }

    #[test]
    fn short_runs_and_hashes_leave_nothing() {
        check("QUtJQQ==", None);
        check("d41d8cd98f00b204e9800998ecf8427e", None);
    }

    #[test]
    fn content_stands_for_its_whole_run() {
        let view = contents("x QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6 y", 0).unwrap();
        assert_eq!(view.source(0..20), 2..34);
    }
}
