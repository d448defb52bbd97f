//! Lists of hosts in rule files: where pictures and links of an answer may point. Whatever points elsewhere is found.
//!
//! The parts of an answer that a client takes an address from are known by what stands before it (`place`), and the host by
//! what browsers make of the address (`address`). An address that is judged so is found up to its end, however long.

mod address;
mod list;
mod place;
mod punycode;

use std::ops::Range;

pub(crate) use list::hosts;

use self::address::{Placed, Points, host_of, points};
use self::list::Pattern;
use self::place::Inside;
use crate::Confidence;
use crate::lane::parted;
use crate::matcher::{Trial, is_key};
use crate::sight::{End, Sight};

/// What a client does with an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shown {
    /// Fetches it as soon as the answer is shown.
    Picture,
    /// Shows it, and fetches it when somebody follows it.
    Link,
}

/// Addresses of one kind that point to none of these hosts.
pub(crate) struct Outside {
    shown: Shown,
    hosts: Vec<Pattern>,
}

/// Where an address is written, which says how it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Written {
    Markdown,
    Definition,
    Attribute,
    /// Several addresses with commas between.
    Set,
    /// Behind a number of seconds.
    Refresh,
    Style,
    Import,
    /// In the text itself.
    Bare,
}

/// Attributes that hold addresses, and what of.
const ATTRIBUTES: [(&str, Written); 11] = [
    ("src", Written::Attribute),
    ("poster", Written::Attribute),
    ("background", Written::Attribute),
    ("data", Written::Attribute),
    ("href", Written::Attribute),
    ("action", Written::Attribute),
    ("formaction", Written::Attribute),
    ("ping", Written::Attribute),
    ("srcset", Written::Set),
    ("imagesrcset", Written::Set),
    ("content", Written::Refresh),
];

/// Those that wait for a click; `href` does in most elements.
const FOLLOWED: [&str; 3] = ["action", "formaction", "ping"];

/// What else an address stands behind.
const SIGNS: [(&str, Written); 8] = [
    ("](", Written::Markdown),
    ("]:", Written::Definition),
    ("url(", Written::Style),
    ("image-set(", Written::Style),
    ("@import", Written::Import),
    ("http", Written::Bare),
    ("ftp:", Written::Bare),
    ("www.", Written::Bare),
];

/// What begins an address, in whatever case.
fn signs() -> impl Iterator<Item = (&'static str, Written)> {
    ATTRIBUTES.into_iter().chain(SIGNS)
}

/// Bytes at the end of `text` that an address in prose may begin with.
pub(crate) fn unfinished(text: &str) -> usize {
    let bare = SIGNS.iter().filter(|(_, written)| *written == Written::Bare).map(|(sign, _)| *sign);
    let begun = |sign: &str| {
        (1..sign.len()).rev().find(|&length| {
            let end =
                text.len().checked_sub(length).filter(|&at| parted(text, at)).and_then(|at| text.get(at..));
            end.zip(sign.get(..length)).is_some_and(|(end, sign)| end.eq_ignore_ascii_case(sign))
        })
    };
    bare.filter_map(begun).max().unwrap_or(0)
}

/// An address in the text behind its sign, as far as it is seen.
struct Seen {
    range: Range<usize>,
    /// It goes on no further.
    whole: bool,
}

/// What becomes of an address.
enum Judged {
    Inside,
    /// Up to this byte it is certain.
    Outside(usize),
    Undecided,
}

impl Outside {
    /// What the address behind the sign of `length` bytes at `at` points to.
    pub(crate) fn find(&self, sight: &Sight<'_>, at: usize, length: usize) -> Trial {
        let sign = sight.text.get(at..at + length).unwrap_or_default();
        let written = signs().find(|(known, _)| sign.eq_ignore_ascii_case(known)).map(|(_, written)| written);
        let Some(written) = written.filter(|_| is_key(sight.text, at, length)) else { return Trial::Nothing };
        let from = if written == Written::Bare { at } else { at + length };
        let text = sight.after(from);
        let Some(Seen { range, whole }) = seen(written, text) else { return Trial::Nothing };
        let start = from + range.start;
        let end = match self.judged(written, text, range, whole || sight.end() == End::Whole) {
            Judged::Inside => return Trial::Nothing,
            Judged::Outside(end) => from + end,
            Judged::Undecided if sight.end() == End::Open => return Trial::Open,
            // Longer than anything that is judged.
            Judged::Undecided => sight.text.len(),
        };
        if self.shown_at(sight, at, sign, written) == Some(self.shown) {
            Trial::Found(start..end, Confidence::High)
        } else {
            Trial::Nothing
        }
    }

    /// What a client does with what stands behind the sign at `at`; `None` if nothing.
    fn shown_at(&self, sight: &Sight<'_>, at: usize, sign: &str, written: Written) -> Option<Shown> {
        let (before, cut) = (sight.before(at), sight.offset(0) > 0);
        match written {
            Written::Markdown => Some(place::markdown(before, cut)),
            Written::Definition => place::is_definition(before, cut).then_some(Shown::Picture),
            Written::Style | Written::Import => Some(Shown::Picture),
            Written::Bare => (!place::is_told(before, cut) && !place::is_part(before)).then_some(Shown::Link),
            Written::Attribute | Written::Set | Written::Refresh => {
                if before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
                    return None;
                }
                let is = |names: &[&str]| names.iter().any(|name| sign.eq_ignore_ascii_case(name));
                match place::inside(before) {
                    Inside::Nothing => None,
                    Inside::Other if written == Written::Refresh => None,
                    Inside::Other if is(&["href"]) => Some(Shown::Link),
                    _ if is(&FOLLOWED) => Some(Shown::Link),
                    _ => Some(Shown::Picture),
                }
            }
        }
    }

    fn judged(&self, written: Written, text: &str, range: Range<usize>, whole: bool) -> Judged {
        let value = text.get(range.clone()).unwrap_or_default();
        let placed = || value.char_indices().map(|(at, c)| (range.start + at, c));
        match written {
            Written::Bare => self.bare(value, whole),
            Written::Set if !whole => Judged::Undecided,
            Written::Set => {
                let mut candidates =
                    value.split([' ', '\t', '\n', '\r', '\x0c']).map(|word| word.trim_matches(','));
                let outside =
                    |word: &str| matches!(self.judge(points(word.char_indices(), true)), Judged::Outside(_));
                if candidates.any(outside) { Judged::Outside(range.end) } else { Judged::Inside }
            }
            Written::Markdown | Written::Definition => match self.judge(points(placed(), whole)) {
                Judged::Inside if value.contains('\\') => {
                    let (unescaped, whole) = unescaped(placed(), whole);
                    self.judge(points(unescaped.into_iter(), whole))
                }
                judged => judged,
            },
            // What a backslash stands for in a style is not read: an address that needs none has none.
            Written::Style | Written::Import if value.contains('\\') => {
                let at = value.find('\\').unwrap_or_default();
                // Before a quotation mark it would be no part of the address.
                if value == "\\" && !whole {
                    return Judged::Undecided;
                }
                if points(placed().take_while(|(_, c)| *c != '\\'), false) == Points::Undecided {
                    Judged::Outside(range.start + at + 1)
                } else {
                    self.judge(points(placed(), whole))
                }
            }
            _ => self.judge(points(placed(), whole)),
        }
    }

    fn judge(&self, points: Points) -> Judged {
        match points {
            Points::Here => Judged::Inside,
            Points::Undecided => Judged::Undecided,
            Points::To(Some(host), _) if self.has(&host) => Judged::Inside,
            Points::To(_, end) => Judged::Outside(end),
        }
    }

    fn has(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| pattern.matches(host))
    }

    /// An address in prose, which goes on with the sentence: `https://www.go.jpを参照`.
    fn bare(&self, value: &str, whole: bool) -> Judged {
        let scheme = ["https://", "http://", "ftp://", "www."]
            .into_iter()
            .find(|scheme| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        let Some(scheme) = scheme else {
            let may = |scheme: &str| {
                scheme.get(..value.len()).is_some_and(|start| start.eq_ignore_ascii_case(value))
            };
            let undecided = !whole && ["https://", "http://", "ftp://"].into_iter().any(may);
            return if undecided { Judged::Undecided } else { Judged::Inside };
        };
        let skip = if scheme == "www." { 0 } else { scheme.len() };
        let rest = value.get(skip..).unwrap_or_default();
        let length = rest.find(|c: char| !is_in_authority(c)).unwrap_or(rest.len());
        if length == rest.len() && !whole {
            return Judged::Undecided;
        }
        let authority = rest.get(..length).unwrap_or_default().trim_end_matches(['.', ':', '*', '_', '~']);
        let ascii = authority.find(|c: char| !c.is_ascii()).unwrap_or(authority.len());
        let (front, behind) = authority.split_at_checked(ascii).unwrap_or((authority, ""));
        let known = |host: &str| host_of(host).is_some_and(|host| self.has(&host));
        let glued = !behind.contains('.') && known(front);
        let named = scheme != "www." || authority.len() > scheme.len();
        if authority.is_empty() || !named || known(authority) || glued {
            Judged::Inside
        } else {
            Judged::Outside(skip + authority.len())
        }
    }
}

/// What may be an authority in prose: no punctuation of any language but what hosts and users are written with.
fn is_in_authority(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~%@:!$&*+=".contains(c) || !c.is_ascii() && c.is_alphanumeric()
}

/// The characters with each backslash gone that Markdown takes for an escape (CommonMark §2.4), and whether that is all:
/// the last backslash may be one as well.
fn unescaped(placed: impl Iterator<Item = Placed>, whole: bool) -> (Vec<Placed>, bool) {
    let mut out: Vec<Placed> = Vec::new();
    let mut escapes = false;
    for (at, c) in placed {
        match out.last_mut() {
            Some(last) if escapes && c.is_ascii_punctuation() => {
                *last = (at, c);
                escapes = false;
            }
            _ => {
                out.push((at, c));
                escapes = c == '\\';
            }
        }
    }
    if escapes && !whole {
        out.pop();
    }
    (out, whole)
}

/// The address in the text behind a sign, as far as the text goes; `None` if none can follow.
fn seen(written: Written, text: &str) -> Option<Seen> {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c');
    let at = |rest: &str| text.len() - rest.len();
    let rest = text.trim_start_matches(blank);
    match written {
        Written::Bare => Some(Seen { range: 0..text.len(), whole: false }),
        Written::Markdown | Written::Definition => Some(match rest.strip_prefix('<') {
            Some(inner) => up_to(at(inner), inner, |c| matches!(c, '>' | '\n')),
            None => up_to(at(rest), rest, |c| c <= ' ' || c == ')' && written == Written::Markdown),
        }),
        Written::Attribute | Written::Set | Written::Refresh => {
            let value = match rest.strip_prefix('=') {
                Some(value) => value.trim_start_matches(blank),
                None if rest.is_empty() => rest,
                None => return None,
            };
            let found = quoted(at(value), value, |c| blank(c) || c == '>');
            if written == Written::Refresh { refreshed(text, found) } else { Some(found) }
        }
        Written::Style => Some(quoted(at(rest), rest, |c| blank(c) || c == ')')),
        Written::Import if rest.is_empty() || rest.starts_with(['"', '\'', '\\']) => {
            Some(quoted(at(rest), rest, blank))
        }
        Written::Import => None,
    }
}

/// A value in quotes, which may be escaped, or up to a character that ends it.
fn quoted(at: usize, value: &str, ends: impl Fn(char) -> bool) -> Seen {
    let bare = value.strip_prefix('\\').filter(|rest| rest.starts_with(['"', '\''])).unwrap_or(value);
    let skipped = value.len() - bare.len();
    match bare.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => up_to(at + skipped + 1, bare.get(1..).unwrap_or_default(), |c| c == quote),
        None => up_to(at, value, ends),
    }
}

fn up_to(at: usize, text: &str, ends: impl Fn(char) -> bool) -> Seen {
    let end = text.find(ends);
    Seen { range: at..at + end.unwrap_or(text.len()), whole: end.is_some() }
}

/// Where an element leads after some seconds (HTML Living Standard §4.2.5.3): `5; url=https://…`.
fn refreshed(text: &str, content: Seen) -> Option<Seen> {
    let value = text.get(content.range.clone())?;
    let rest = value.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c.is_ascii_whitespace());
    let Some(rest) = rest.strip_prefix([';', ',']) else {
        return rest.is_empty().then_some(Seen { range: content.range.end..content.range.end, ..content });
    };
    let rest = rest.trim_start();
    let named = rest.get(..3).filter(|name| name.eq_ignore_ascii_case("url")).and_then(|_| rest.get(3..));
    let address = named.and_then(|rest| rest.trim_start().strip_prefix('=')).unwrap_or(rest);
    let address = address.trim_start_matches([' ', '\t', '\n', '\r', '"', '\'']);
    Some(Seen { range: content.range.end - address.len()..content.range.end, ..content })
}

#[cfg(test)]
mod tests;
