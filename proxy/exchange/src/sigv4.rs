//! AWS Signature Version 4 as text (IAM User Guide, «Create a signed AWS API request»): what of a request is signed, and the
//! head in which the signature stands. One reading for both ways: clients sign what is read here, and what goes to a backend
//! is signed as it is read here. Keys and their arithmetic are elsewhere.
//!
//! AWS's own words leave some requests to be read in two ways, and its SDKs do. Those are none here:
//! see [`Unclear`].

mod authorization;
#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};

use sekisho_audit::{hex, sha256};

pub use authorization::{ALGORITHM, Authorization, Scope};

/// What of a request is signed, as it stands on the wire.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query, neither decoded nor normalised.
    pub target: &'a str,
    /// The heads that are signed, in any order; names in lower case.
    pub heads: &'a [(&'a str, &'a [u8])],
}

/// The canonical request but for its last line, the body's hash: a body may come after everything else was looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Canonical(String);

impl Canonical {
    /// Whole: method, path, query, heads, their names and the hash of the body, a line each.
    pub fn with(&self, body: [u8; 32]) -> String {
        format!("{}{}", self.0, hex(&body))
    }

    /// What a key signs. `body` is the body's SHA-256, `moment` the one of `x-amz-date`.
    pub fn string_to_sign(&self, body: [u8; 32], moment: &str, scope: &Scope) -> String {
        format!("{ALGORITHM}\n{moment}\n{scope}\n{}", hex(&sha256(&[self.with(body).as_bytes()])))
    }
}

impl fmt::Debug for Canonical {
    /// Its length alone: heads may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Canonical({} bytes)", self.0.len())
    }
}

/// Where two readers would read two things.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unclear {
    /// The method is not in upper-case letters.
    Method,
    /// The path does not begin with `/`, holds a control character or `#`, or ends in `.` or `..`: some keep a slash
    /// there, others do not.
    Path,
    /// The query has an empty part, a `+`, an escape of a letter or in small hex, or something that some escape and others
    /// leave.
    Query,
    /// A head stands twice, has no lower-case name, or a value that is not printable ASCII.
    Head,
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unclear::Method => "the method is not in upper-case letters",
            Unclear::Path => "the path can be read in two ways",
            Unclear::Query => "the query can be read in two ways",
            Unclear::Head => "a head can be read in two ways",
        })
    }
}

impl std::error::Error for Unclear {}

/// The canonical request.
///
/// # Errors
/// [`Unclear`], whatever the signature says.
///
/// ```
/// use sekisho_exchange::sigv4::{Asked, canonical};
/// let heads: [(&str, &[u8]); 2] = [("x-amz-date", b"20150830T123600Z"), ("host", b"  example.amazonaws.com ")];
/// let asked = Asked { method: "GET", target: "/a%3A0/./b?y=2&x=1", heads: &heads };
/// let text = canonical(&asked).unwrap().with([0; 32]);
/// assert!(text.starts_with("GET\n/a%253A0/b\nx=1&y=2\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\n"));
/// ```
pub fn canonical(asked: &Asked<'_>) -> Result<Canonical, Unclear> {
    let Asked { method, target, .. } = *asked;
    if method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Unclear::Method);
    }
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut heads = asked.heads.to_vec();
    heads.sort_unstable_by_key(|(name, _)| *name);
    if heads.iter().zip(heads.iter().skip(1)).any(|((one, _), (next, _))| one == next) {
        return Err(Unclear::Head);
    }
    let mut text = format!("{method}\n{}\n{}\n", path_of(path)?, query.map_or(Ok(String::new()), query_of)?);
    for (name, value) in &heads {
        if !is_name(name) {
            return Err(Unclear::Head);
        }
        let value = folded(value)?;
        text.extend([name, ":", &value, "\n"]);
    }
    let names: Vec<&str> = heads.iter().map(|(name, _)| *name).collect();
    text.extend(["\n", &names.join(";"), "\n"]);
    Ok(Canonical(text))
}

/// Segments without dots and doubled slashes, escaped once more than they are on the wire: so it is for every service but S3.
fn path_of(path: &str) -> Result<String, Unclear> {
    let readable = |b: u8| !b.is_ascii_control() && b != b'#';
    if !path.starts_with('/') || !path.bytes().all(readable) {
        return Err(Unclear::Path);
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    if segments.is_empty() {
        return Ok("/".to_owned());
    }
    let mut out = String::new();
    for segment in segments {
        out.push('/');
        escape(segment, &mut out);
    }
    match path.rsplit('/').next() {
        Some("." | "..") => return Err(Unclear::Path),
        Some("") => out.push('/'),
        _ => {}
    }
    Ok(out)
}

/// Names and values as they stand, sorted; what is not ASCII is escaped.
fn query_of(query: &str) -> Result<String, Unclear> {
    let mut parts = Vec::new();
    for part in query.split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if name.is_empty() {
            return Err(Unclear::Query);
        }
        parts.push((escaped_once(name)?, escaped_once(value)?));
    }
    parts.sort();
    let parts: Vec<String> = parts.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(parts.join("&"))
}

/// Escaped as everybody does it, whether they take it as it stands or unescape and escape it anew.
fn escaped_once(text: &str) -> Result<String, Unclear> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let escape_of = rest.get(1..3).filter(|_| c == '%');
        let taken = match (c, escape_of) {
            (c, _) if !c.is_ascii() => {
                escape(c.encode_utf8(&mut [0; 4]), &mut out);
                c.len_utf8()
            }
            ('%', Some(digits)) if is_needed(digits) => {
                out.extend(["%", digits]);
                3
            }
            (c, _) if is_unreserved(c) => {
                out.push(c);
                1
            }
            _ => return Err(Unclear::Query),
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    Ok(out)
}

/// Two upper-case hex digits of a byte that nobody would leave unescaped.
fn is_needed(digits: &str) -> bool {
    let upper = digits.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    let byte = u8::from_str_radix(digits, 16).ok().filter(|_| upper);
    byte.is_some_and(|byte| !is_unreserved(char::from(byte)))
}

/// RFC 3986 §2.3.
fn is_unreserved(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~".contains(c)
}

fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match char::from(byte) {
            c if is_unreserved(c) => out.push(c),
            // Writing to a string cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
}

/// What HTTP/2 has in place of `Host` (RFC 9113 §8.3.1), and the SDK for JavaScript signs there.
pub const AUTHORITY: &str = ":authority";

/// A field name (RFC 9110 §5.1) in lower case, or [`AUTHORITY`].
fn is_name(name: &str) -> bool {
    let sign = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&b);
    name == AUTHORITY || (!name.is_empty() && name.bytes().all(sign))
}

/// Without blanks at its ends, and with one between its words.
fn folded(value: &[u8]) -> Result<String, Unclear> {
    let text = std::str::from_utf8(value).map_err(|_| Unclear::Head)?;
    // A tab is a blank for some and none for others; what is not ASCII is written in two ways.
    if !text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        return Err(Unclear::Head);
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    Ok(words.join(" "))
}
