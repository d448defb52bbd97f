//! Tokens in pieces: spelled `A K I A …`, in equal groups `AKIA-RZPU-…`, or broken over lines.
//!
//! Whether a separator goes is decided by what stands within reach of it, so a stream decides alike. Digits alone are never
//! joined: numbers come in groups, and rules about numbers know how.

/// What becomes of a separator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Join {
    /// It stays.
    No,
    /// More text decides.
    Wait,
    /// It goes, with all up to this offset.
    Yes(usize),
}

/// Longest group, and how many characters all groups of a token have at least together: spelled, and in groups.
const GROUP_MAX: usize = 8;
const SPELLED_MIN: usize = 12;
const GROUPED_MIN: usize = 16;

/// Fewest groups.
const GROUPS_MIN: usize = 4;

/// How much of a token stands before a line break at least, and after it, in bytes; and how far it is looked at.
const BROKEN_BEFORE: usize = 16;
const BROKEN_AFTER: usize = 4;
const BROKEN_REACH: usize = 64;

/// Deepest indent of the line on which a token goes on, in bytes.
const INDENT_MAX: usize = 8;

/// Whether this byte may separate pieces.
pub(crate) fn separates(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'\n' | b'\r')
}

/// What becomes of the separator at `at`.
pub(crate) fn join(text: &str, at: usize, last: bool) -> Join {
    let bytes = text.as_bytes();
    let before = bytes.get(..at).unwrap_or_default();
    let sign = bytes.get(at).copied().unwrap_or_default();
    // Whatever follows, most separators stay: nothing is waited for.
    let (token, groups) = (ends_token(before), Groups::before(before, sign));
    if !token && groups.is_none() {
        return Join::No;
    }
    let Some(separator) = Separator::at(bytes, at, last) else { return Join::Wait };
    let after = bytes.get(separator.end..).unwrap_or_default();
    match after.first() {
        None if !last => return Join::Wait,
        Some(&byte) if in_token(byte) => {}
        _ => return Join::No,
    }
    let goes_on = if separator.breaks_line && token { goes_on(after, last) } else { Some(false) };
    let holds = match goes_on {
        Some(false) => groups.map_or(Some(false), |groups| groups.hold(after, separator.sign, last)),
        decided => decided,
    };
    match holds {
        Some(true) => Join::Yes(separator.end),
        Some(false) => Join::No,
        None => Join::Wait,
    }
}

/// One separator.
struct Separator {
    sign: u8,
    end: usize,
    breaks_line: bool,
}

impl Separator {
    /// The separator that begins here; `None` if its end is not known yet.
    fn at(bytes: &[u8], at: usize, last: bool) -> Option<Separator> {
        let sign = bytes.get(at).copied().unwrap_or_default();
        let hyphen = usize::from(sign == b'-');
        let rest = bytes.get(at + hyphen..).unwrap_or_default();
        let newline = match rest {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            [] | [b'\r'] if !last => return None,
            _ => 0,
        };
        if newline == 0 {
            return Some(Separator { sign, end: at + 1, breaks_line: false });
        }
        let line = rest.get(newline..).unwrap_or_default();
        let indent = line.iter().take(INDENT_MAX).take_while(|&&byte| byte == b' ' || byte == b'\t').count();
        if indent == line.len() && indent < INDENT_MAX && !last {
            return None;
        }
        Some(Separator { sign: b'\n', end: at + hyphen + newline + indent, breaks_line: true })
    }
}

/// Whether a token, long and mixed, ends here.
fn ends_token(before: &[u8]) -> bool {
    let run = before.iter().rev().take(BROKEN_REACH).take_while(|&&byte| in_token(byte));
    let (mut length, mut digits, mut letters) = (0, 0, 0);
    for byte in run {
        length += 1;
        digits += usize::from(byte.is_ascii_digit());
        letters += usize::from(byte.is_ascii_alphabetic());
    }
    length >= BROKEN_BEFORE && digits > 0 && letters > 0
}

/// Whether a token goes on after a line break; `None` if that is not known yet.
fn goes_on(after: &[u8], last: bool) -> Option<bool> {
    let run = after.iter().take(BROKEN_AFTER).take_while(|&&byte| in_token(byte)).count();
    if run == after.len() && run < BROKEN_AFTER && !last { None } else { Some(run == BROKEN_AFTER) }
}

/// The groups on both sides of a separator, as far as they are of one length and parted by it.
struct Groups {
    length: usize,
    count: usize,
    digits: usize,
    capitals: usize,
    letters: usize,
    marks: usize,
    /// A last group that the text ended with: more text may make it another.
    unended: usize,
    /// The text ended in the middle.
    open: bool,
}

impl Groups {
    /// Those before a separator, if they may be part of a token: it begins with letters, and not as words do.
    fn before(before: &[u8], sign: u8) -> Option<Groups> {
        let mut length = before.iter().rev().take(GROUP_MAX + 1).take_while(|&&byte| in_group(byte)).count();
        // A hyphen is spelled as well: `s k - 8 Q`.
        if length == 0 && before.last().is_some_and(|&byte| is_spelled(byte, sign)) {
            length = 1;
        }
        let mut groups = Groups {
            length,
            count: 0,
            digits: 0,
            capitals: 0,
            letters: 0,
            marks: 0,
            unended: 0,
            open: false,
        };
        if length > GROUP_MAX {
            return None;
        }
        groups.count_along(before.iter().rev().copied(), sign);
        // What the text begins with is known.
        groups.count += std::mem::take(&mut groups.unended);
        groups.open = false;
        let word = groups.length > 1 && groups.digits + groups.capitals + groups.marks == 0;
        (groups.letters > 0 && !word).then_some(groups)
    }

    /// Counts groups from here on, as many as could be needed.
    fn count_along(&mut self, mut bytes: impl Iterator<Item = u8>, sign: u8) {
        for _ in 0..self.needed() {
            for _ in 0..self.length {
                match bytes.next() {
                    Some(byte) if in_group(byte) || (self.length == 1 && is_spelled(byte, sign)) => {
                        self.count_byte(byte);
                    }
                    Some(_) => return,
                    None => return self.open = true,
                }
            }
            // A last group may be followed by anything but more of itself.
            match bytes.next() {
                Some(byte) if byte == sign => self.count += 1,
                Some(byte) if in_group(byte) => return,
                Some(_) => return self.count += 1,
                None => {
                    self.unended += 1;
                    return self.open = true;
                }
            }
        }
    }

    fn count_byte(&mut self, byte: u8) {
        self.digits += usize::from(byte.is_ascii_digit());
        self.capitals += usize::from(byte.is_ascii_uppercase());
        self.letters += usize::from(byte.is_ascii_alphabetic());
        self.marks += usize::from(byte == b'_');
    }

    fn needed(&self) -> usize {
        match self.length {
            0 => 0,
            1 => SPELLED_MIN,
            length => GROUPS_MIN.max(GROUPED_MIN.div_ceil(length)),
        }
    }

    /// Whether they make a token with those after the separator; `None` if more text decides.
    fn hold(mut self, after: &[u8], sign: u8, last: bool) -> Option<bool> {
        self.count_along(after.iter().copied(), sign);
        let spelled = self.length == 1;
        let marked = self.marks > 0 && self.capitals > 0 && sign == b'-';
        let mixed =
            self.letters >= 2 && (spelled || marked || self.digits > 0 || self.capitals == self.letters);
        let count = self.count + if last { self.unended } else { 0 };
        match count >= self.needed() && mixed {
            true => Some(true),
            false if self.open && !last => None,
            false => Some(false),
        }
    }
}

fn in_group(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What a spelled token has between its letters, where it is not what parts them.
fn is_spelled(byte: u8, sign: u8) -> bool {
    byte == b'-' && sign != b'-'
}

fn in_token(byte: u8) -> bool {
    in_group(byte) || matches!(byte, b'+' | b'/' | b'=' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` joined, as it would be if it came `step` characters at a time.
    fn joined(text: &str) -> String {
        let (mut out, mut at) = (String::new(), 0);
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            match join(text, at, true) {
                Join::Yes(end) if separates(text.as_bytes()[at]) => at = end,
                _ => {
                    out.push(c);
                    at += c.len_utf8();
                }
            }
        }
        out
    }

    fn check(text: &str, expect: &str) {
        assert_eq!(joined(text), expect, "{text}");
        for (at, _) in text.char_indices().filter(|(at, _)| separates(text.as_bytes()[*at])) {
            let whole = join(text, at, true);
            for (end, _) in text.char_indices().filter(|(end, _)| *end > at) {
                let early = join(text.get(..end).unwrap(), at, false);
                assert!(
                    early == whole || early == Join::Wait,
                    "{text} at {at} up to {end}: {early:?}, {whole:?}"
                );
            }
        }
    }

    #[test]
    fn spelled_grouped_and_broken_tokens_are_joined() {
        check("鍵は A K I A R Z P U Z D I K A B です", "鍵は AKIARZPUZDIKAB です");
        check("AKIA-RZPU-ZDIK-ABNB-HR4I", "AKIARZPUZDIKABNBHR4I");
        check("hf_uI-FgeSv-ExGol-HaOev-qmyAQ", "hf_uIFgeSvExGolHaOevqmyAQ");
        check("鍵は s k - 8 Q E a C o S 5 o k f です", "鍵は sk-8QEaCoS5okf です");
        check("AKIA RZPU ZDIK ABNB HR4I.", "AKIARZPUZDIKABNBHR4I.");
        check("ghp_0123456789abcdefghij\nklmnopqrstuv", "ghp_0123456789abcdefghijklmnopqrstuv");
        check("ghp_0123456789abcdefghij-\r\n  klmnop", "ghp_0123456789abcdefghijklmnop");
    }

    #[test]
    fn words_and_numbers_stay_as_they_are() {
        for text in [
            "this that them what with from",
            "1234-5678-9012-3456-7890",
            "1 2 3 4 5 6 7 8 9 0 1 2 3 4",
            "2026-11-26 18:00:01",
            "550e8400-e29b-41d4-a716-446655440000",
            "a b c d e f",
            "a - b - c - d",
            "This-That-Them-What-With",
            "end of line\nnext line",
            "see RFC 5321 and RFC 5322",
        ] {
            check(text, text);
        }
    }
}
