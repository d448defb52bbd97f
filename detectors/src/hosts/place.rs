//! What an address is for, by what stands before it: a picture, a link, or neither.
//!
//! A picture is fetched by being shown, so what may be one is: in doubt about brackets an address is a picture's.

use super::Shown;
use crate::lane::parted;

/// What follows `](`: the picture or link whose text ends there. `cut` says that not all of the text before is seen.
pub(super) fn markdown(before: &str, cut: bool) -> Shown {
    let (mut text, complete) = paragraph(before, cut);
    while let Some((_, alt)) = text.split_once("![") {
        // Brackets in code, behind a backslash or in a tag are none, and others nest: only what is plain is told apart.
        match alt.find(['[', ']', '`', '\\', '<']).and_then(|at| alt.get(at..)?.strip_prefix(']')) {
            Some(rest) => text = rest,
            None => return Shown::Picture,
        }
    }
    if complete { Shown::Link } else { Shown::Picture }
}

/// Whether `]:` ends the label of a definition, which any picture may refer to.
pub(super) fn is_definition(before: &str, cut: bool) -> bool {
    let (text, complete) = paragraph(before, cut);
    let mut lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    !complete
        || lines.any(|at| {
            let line = text.get(at..).unwrap_or_default().trim_start_matches([' ', '\t', '>', '-', '*', '+']);
            line.strip_prefix('[').is_some_and(is_label)
        })
}

/// Whether no bracket ends a label before its end (CommonMark 4.7).
fn is_label(text: &str) -> bool {
    let mut escapes = false;
    !text.chars().any(|c| {
        let bracket = matches!(c, '[' | ']') && !escapes;
        escapes = c == '\\' && !escapes;
        bracket
    })
}

/// The block of Markdown that goes on at the end of a text, and whether all of it is seen.
fn paragraph(before: &str, cut: bool) -> (&str, bool) {
    let mut end = before.len();
    loop {
        let head = before.get(..end).unwrap_or_default();
        let Some(at) = head.rfind('\n') else {
            return (before, !cut || begins_block(head));
        };
        let line = head.get(at + 1..).unwrap_or_default();
        if begins_block(line) {
            return (before.get(at + 1..).unwrap_or_default(), true);
        }
        if end < before.len() && line.trim().is_empty() {
            return (before.get(end..).unwrap_or_default(), true);
        }
        end = at;
    }
}

/// What no paragraph goes on with: a heading, an item of a list, a fence.
fn begins_block(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    let item = ["- ", "* ", "+ "].iter().find_map(|mark| text.strip_prefix(mark));
    line.len() - text.len() <= 3
        && (item.is_some_and(|rest| !rest.trim().is_empty())
            || text.trim_start_matches('#').starts_with(' ') && text.starts_with('#')
            || text.starts_with("```")
            || text.starts_with("~~~"))
}

/// Elements whose `href` or `content` is followed without a click.
const FETCHED: [&str; 8] = ["link", "base", "image", "feimage", "use", "meta", "script", "embed"];

/// What an attribute at the end of `before` belongs to, as far as tags are told by quotes and angle brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Inside {
    /// No element.
    Nothing,
    /// An element that fetches what it names.
    Fetched,
    /// Any other.
    Other,
}

/// Where the readers of a tag are, one bit each; the upper half are those of elements that fetch.
#[derive(Clone, Copy, Default)]
struct Readers(u16);

const NAMES: u16 = 1;
const EQUALS: u16 = 1 << 1;
const DOUBLE: u16 = 1 << 2;
const SINGLE: u16 = 1 << 3;
const BARE: u16 = 1 << 4;
const HALF: u32 = 8;

impl Readers {
    /// Reads one more character, as HTML does (HTML Living Standard §13.2.5.32 to §13.2.5.38).
    fn read(self, c: char) -> Readers {
        let half = |bits: u16| {
            let has = |of: u16| bits & of != 0;
            let mut next = 0;
            let mut goes = |from: u16, to: u16| next |= if has(from) { to } else { 0 };
            match c {
                '>' => {}
                '=' => [(NAMES, EQUALS), (EQUALS, BARE), (BARE, BARE)].iter().for_each(|(a, b)| goes(*a, *b)),
                '"' => {
                    [(NAMES, NAMES), (EQUALS, DOUBLE), (BARE, BARE)].iter().for_each(|(a, b)| goes(*a, *b))
                }
                '\'' => {
                    [(NAMES, NAMES), (EQUALS, SINGLE), (BARE, BARE)].iter().for_each(|(a, b)| goes(*a, *b))
                }
                ' ' | '\t' | '\n' | '\r' | '\x0c' => {
                    [(NAMES, NAMES), (EQUALS, EQUALS), (BARE, NAMES)].iter().for_each(|(a, b)| goes(*a, *b));
                }
                _ => [(NAMES, NAMES), (EQUALS, BARE), (BARE, BARE)].iter().for_each(|(a, b)| goes(*a, *b)),
            }
            goes(DOUBLE, if c == '"' { NAMES } else { DOUBLE });
            goes(SINGLE, if c == '\'' { NAMES } else { SINGLE });
            next
        };
        Readers(half(self.0 & 0xff) | half(self.0 >> HALF) << HALF)
    }
}

/// Whether an attribute may begin at the end of `before`: from every `<` that a tag may begin with, all at once, since
/// what stands in quotes or in a comment for one reader is a tag for another.
pub(super) fn inside(before: &str) -> Inside {
    let mut readers = Readers::default();
    for (at, c) in before.char_indices() {
        readers = readers.read(c);
        let name = before.get(at + 1..).unwrap_or_default();
        if c == '<' && name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let name = name.get(..length).unwrap_or_default();
            let fetched = FETCHED.iter().any(|known| name.eq_ignore_ascii_case(known));
            readers.0 |= if fetched { NAMES << HALF } else { NAMES };
        }
    }
    match readers.0 {
        bits if bits & (NAMES << HALF) != 0 => Inside::Fetched,
        bits if bits & NAMES != 0 => Inside::Other,
        _ => Inside::Nothing,
    }
}

/// Whether an address at the end of `before` is told by what stands there, and so is found from there.
pub(super) fn is_told(before: &str, cut: bool) -> bool {
    let text = before.trim_end_matches([' ', '\t', '\n', '\r', '<']);
    if text.ends_with("](") {
        return true;
    }
    if let Some(label) = text.strip_suffix("]:") {
        return is_definition(label, cut);
    }
    let quoted = before.trim_end_matches([' ', '\t', '\n', '\r', '"', '\'', '\\']);
    // `http://url(www.…` is no style: what the address does not take stands by itself.
    let begins =
        |style: &&str| quoted.get(..quoted.len().saturating_sub(style.len())).is_some_and(|b| !is_part(b));
    if ["url(", "image-set(", "@import"].iter().any(|style| ends_with(quoted, style) && begins(style)) {
        return true;
    }
    let Some(name) = quoted.strip_suffix('=').map(str::trim_end) else { return false };
    super::ATTRIBUTES.iter().any(|(known, _)| {
        let start = name.len().saturating_sub(known.len());
        ends_with(name, known) && inside(name.get(..start).unwrap_or_default()) != Inside::Nothing
    })
}

fn ends_with(text: &str, word: &str) -> bool {
    let tail = text.len().checked_sub(word.len()).and_then(|at| text.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(word))
}

/// Whether an address that begins at the end of `before` is a part of another one, such as `?next=https://…`.
pub(super) fn is_part(before: &str) -> bool {
    let is_part = |c: char| c.is_ascii_graphic() && !"<>\"'`()[]{}|\\".contains(c);
    let run = before.len() - before.trim_end_matches(is_part).len();
    let run = before.get(before.len() - run..).unwrap_or_default().to_ascii_lowercase();
    run.contains("//") || run.match_indices("www.").any(|(at, _)| parted(&run, at))
}

#[cfg(test)]
mod tests {
    use super::{Inside, inside, is_definition, is_part, is_told, markdown};
    use crate::hosts::Shown;

    #[test]
    fn what_may_be_a_picture_is_one() {
        for text in [
            "![図",
            "![",
            "文です。![a",
            "![a [b] c",
            "![a\nb",
            "![a`]`[`b",
            "![a\\]\\[b",
            "![a<b title=\"]\">[c",
            "> ![a\n> b",
            "![a\n2. b",
        ] {
            assert_eq!(markdown(text, false), Shown::Picture, "{text}");
        }
        assert_eq!(markdown("長い段落[a", true), Shown::Picture, "what is not seen may begin one");
    }

    #[test]
    fn what_cannot_be_one_is_a_link() {
        for text in
            ["[a", "![a](b.png) [c", "[![a](b.png)", "![a\n\n[b", "![a\n- [b", "![a\n# [b", "文です。[a"]
        {
            assert_eq!(markdown(text, false), Shown::Link, "{text}");
        }
        assert_eq!(markdown("長い\n- [a", true), Shown::Link);
        assert_eq!(markdown("長い\n\n[a", true), Shown::Link);
    }

    #[test]
    fn a_definition_begins_a_line() {
        assert!(is_definition("[1", false) && is_definition("a\n\n > [長い\n名前", false));
        assert!(is_definition("[a\\]", false) && is_definition("[1]: b\n[2", false));
        assert!(!is_definition("参照[1", false) && !is_definition("[1]", false));
    }

    #[test]
    fn attributes_stand_in_tags_whatever_their_quotes_hold() {
        for text in ["<img ", "<img alt='a>b' ", "<img alt=\">\" ", "<img\n", "<a title=\"<b>\" ", "\"<img "]
        {
            assert_eq!(inside(text), Inside::Other, "{text}");
        }
        for text in ["<link ", "<LINK rel=a ", "<meta http-equiv=refresh "] {
            assert_eq!(inside(text), Inside::Fetched, "{text}");
        }
        for text in ["", "const ", "a < b; ", "<img>", "<img alt=\"a", "<img alt='a>"] {
            assert_eq!(inside(text), Inside::Nothing, "{text}");
        }
    }

    #[test]
    fn an_address_is_found_once() {
        for text in ["[a](", "![a]( <", "<img src=\"", "<img src = '", "url(", "@import \"", "[1]: "] {
            assert!(is_told(text, false), "{text}");
        }
        for text in ["", "<", "参照：", "src = \"", "参照[1]: ", "<a>href=", "f(", "http://url(", "www.url("]
        {
            assert!(!is_told(text, false), "{text}");
        }
        assert!(is_part("https://a.jp/?u=") && is_part("//a.jp/"));
        assert!(is_part("www.a.jp/?u=") && !is_part("awww.a.jp/?u="));
        assert!(!is_part("url=") && !is_part("https://a.jp ") && !is_part("は"));
    }
}
