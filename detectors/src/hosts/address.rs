//! The host that an address points to, as browsers read it (WHATWG URL Standard §4.4 and §3.5).
//!
//! Where readers differ, the address points wherever one of them goes: whoever asks wants to know that it goes nowhere else.

use unicode_normalization::UnicodeNormalization;

use super::punycode;

/// A character of an address and where it stands.
pub(super) type Placed = (usize, char);

/// Where an address points.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Points {
    /// To the place it is shown at, or to nothing that is fetched by name: `images/a.png`, `data:…`, `mailto:…`.
    Here,
    /// To this host, `None` if no list can name it; the authority ends at this byte.
    To(Option<String>, usize),
    /// What follows decides.
    Undecided,
}

/// Schemes whose addresses have a host however many slashes are written, and whichever.
const SPECIAL: [&str; 6] = ["http", "https", "ws", "wss", "ftp", "file"];

/// Longest scheme that anybody could follow; what is longer is the name of a file.
const SCHEME_MAX: usize = 64;

/// Where the address points that begins with these characters; `whole` says that it has no others.
pub(super) fn points(written: impl Iterator<Item = Placed>, whole: bool) -> Points {
    let seen = written.filter(|(_, c)| !matches!(c, '\t' | '\n' | '\r'));
    let seen: Vec<Placed> = seen.skip_while(|(_, c)| *c <= ' ').collect();
    let first = seen.first().is_some_and(|(_, c)| c.is_ascii_alphabetic());
    let named = seen.iter().take_while(|(_, c)| c.is_ascii_alphanumeric() || "+-.".contains(*c)).count();
    let first = first && named <= SCHEME_MAX;
    let (name, rest) = seen.split_at_checked(named).unwrap_or_default();
    let is_slash = |(_, c): &&Placed| matches!(c, '/' | '\\');
    let slashes_of = |rest: &[Placed]| rest.iter().take_while(is_slash).count();
    let (least, rest) = match rest.split_first() {
        Some(((_, ':'), rest)) if first => {
            let scheme: String = name.iter().map(|(_, c)| c.to_ascii_lowercase()).collect();
            (if SPECIAL.contains(&scheme.as_str()) { 0 } else { 2 }, rest)
        }
        None if first && !whole => return Points::Undecided,
        _ => (2, seen.as_slice()),
    };
    let slashes = slashes_of(rest);
    let (_, authority) = rest.split_at_checked(slashes).unwrap_or_default();
    if slashes < least {
        return if authority.is_empty() && !whole { Points::Undecided } else { Points::Here };
    }
    let length = authority.iter().take_while(|(_, c)| !matches!(c, '/' | '\\' | '?' | '#')).count();
    if length == authority.len() && !whole {
        return Points::Undecided;
    }
    let authority = authority.get(..length).unwrap_or_default();
    match authority.last() {
        Some((at, last)) => {
            let text: String = authority.iter().map(|(_, c)| *c).collect();
            Points::To(host_of(&text), at + last.len_utf8())
        }
        None => Points::Here,
    }
}

/// The host of an authority: without who asks and without the port.
pub(super) fn host_of(authority: &str) -> Option<String> {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (host, ""),
    };
    if port.chars().any(|c| !c.is_ascii_digit()) {
        return None;
    }
    if host.starts_with('[') {
        return host.ends_with(']').then(|| host.to_ascii_lowercase());
    }
    named(&decoded(host)?)
}

/// A host's name in the one form that lists are kept in: small ASCII letters, without the dot of the root.
pub(super) fn named(host: &str) -> Option<String> {
    let mapped: String = host.chars().filter(|c| !is_ignored(*c)).nfkc().collect::<String>().to_lowercase();
    let mapped: String = mapped.nfkc().map(|c| if is_dot(c) { '.' } else { c }).collect();
    let name = mapped.strip_suffix('.').unwrap_or(&mapped);
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || "#/:<>?@[\\]^|%".contains(c);
    if name.is_empty() || name.contains(forbidden) {
        return None;
    }
    let labels: Option<Vec<String>> = name.split('.').map(punycode::to_ascii).collect();
    let name = labels?.join(".");
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
    if is_number { ipv4(&name) } else { Some(name) }
}

/// What IDNA takes for a full stop (UTS #46 §2.3), after compatibility forms.
fn is_dot(c: char) -> bool {
    matches!(c, '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
}

/// What IDNA takes for nothing at all.
fn is_ignored(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

/// Percent signs undone; `None` for what is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let pair = if first == b'%' { tail.get(..2) } else { None };
        let pair = pair.and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8(bytes).ok()
}

/// An IPv4 address in the four decimal parts that browsers make of `0x7f.1` and `2130706433`.
fn ipv4(name: &str) -> Option<String> {
    let parts: Option<Vec<u64>> = name.split('.').map(number).collect();
    let parts = parts?;
    let (last, front) = parts.split_last()?;
    let room = 4_usize.checked_sub(front.len()).filter(|room| *room > 0)?;
    if front.iter().any(|part| *part > 255) || *last >= 256_u64.pow(u32::try_from(room).ok()?) {
        return None;
    }
    let tail = last.to_be_bytes().into_iter().skip(8 - room).map(u64::from);
    let all: Vec<String> = front.iter().copied().chain(tail).map(|part| part.to_string()).collect();
    Some(all.join("."))
}

fn number(part: &str) -> Option<u64> {
    match part.strip_prefix("0x") {
        Some("") => Some(0),
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u64::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Points, points};

    fn to(text: &str) -> Option<String> {
        match points(text.char_indices(), true) {
            Points::To(host, _) => Some(host.unwrap_or_else(|| "?".into())),
            _ => None,
        }
    }

    #[track_caller]
    fn check(host: &str, texts: &[&str]) {
        texts.iter().for_each(|text| assert_eq!(to(text).as_deref(), Some(host), "{text}"));
    }

    #[test]
    fn whatever_browsers_take_for_the_same_host_is_one() {
        check(
            "www.go.jp",
            &[
                "https://www.go.jp/",
                "HTTPS://WWW.GO.JP:8443/a",
                "https://www.go.jp.",
                "//www.go.jp/a.png",
                "https:www.go.jp/",
                "https:/www.go.jp/",
                "https:\\\\www.go.jp\\a",
                "/\\www.go.jp/a",
                "\\\\www.go.jp\\a",
                "///www.go.jp/a",
                " ht\ntps:/\t/www.go.jp/",
                "https://user:pass@www.go.jp/",
                "https://evil.example@www.go.jp/",
                "https://ｗｗｗ．ｇｏ。ｊｐ/",
                "https://w%77w.go%2Ejp/",
                "https://www.g\u{ad}o.jp/",
                "ftp://www.go.jp",
                "wss://www.go.jp",
                "vscode://www.go.jp/x",
            ],
        );
    }

    #[test]
    fn what_only_looks_like_a_host_is_another() {
        check("evil.example", &["https://www.go.jp@evil.example/", "https://evil.example\\@www.go.jp/"]);
        check("evil.example", &["https://evil.example?www.go.jp", "https://evil.example#@www.go.jp/"]);
        check("go.jp.evil.example", &["https://go.jp.evil.example/"]);
        check("127.0.0.1", &["http://0x7f.1/", "http://2130706433", "http://0177.0.0.1/", "http://127.1."]);
        check("[::1]", &["http://[::1]:80/"]);
        check(
            "xn--wgv71a119e.jp",
            &["https://日本語.jp/", "https://XN--WGV71A119E.jp", "https://日本語。jp"],
        );
        check("?", &["https://www.go.jp:x/", "https://www.go.jp／a@/", "https://1.2.3.4.5/", "https://a b/"]);
    }

    #[test]
    fn an_address_without_a_host_points_here() {
        for text in [
            "images/a.png",
            "/a",
            "./a",
            "?q",
            "#a",
            "",
            "data:image/png;base64,iVBOR",
            "mailto:a@b.jp",
            "tel:0312345678",
            "https://",
            "図:1",
        ] {
            assert_eq!(points(text.char_indices(), true), Points::Here, "{text}");
        }
    }

    #[test]
    fn an_address_that_goes_on_is_not_decided_before_its_authority_ends() {
        for text in ["", "h", "https", "https:", "https://", "https://www.go.jp", "/", "//", "data:"] {
            let decided = points(text.char_indices(), false);
            assert_eq!(decided, Points::Undecided, "{text}");
        }
        assert_eq!(points("a/b".char_indices(), false), Points::Here);
        assert_eq!(points("https://a.jp/".char_indices(), false), Points::To(Some("a.jp".into()), 12));
    }
}
