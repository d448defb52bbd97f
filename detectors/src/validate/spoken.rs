//! Passwords that people make up and say: words with capitals and a number, capitals where no name has them, words with
//! hyphens between.

use super::password::Made;
use super::words::{is_placeholder, is_quantity, is_technical};

/// In what programs call things.
const MEMBERS: &[&str] = &[
    "pass",
    "secret",
    "token",
    "key",
    "string",
    "text",
    "field",
    "type",
    "value",
    "name",
    "config",
    "auth",
    "user",
    "input",
    "hash",
    "error",
    "class",
    "param",
    "label",
    "column",
    "state",
    "policy",
    "manager",
    "service",
    "test",
    "window",
    "server",
    "client",
    "option",
    "default",
    "version",
    "prompt",
    "dialog",
    "path",
    "index",
    "object",
    "array",
    "list",
    "item",
    "node",
    "file",
    "data",
    "code",
    "format",
    "login",
    "form",
    "page",
    "view",
    "model",
    "request",
    "response",
    "method",
    "function",
    "handler",
    "provider",
    "credential",
    "encrypt",
    "crypto",
];

/// Words with capitals and a number behind, such as `Kaze-to-kumo5`: told as a password, they are one, unless they say what
/// programs call things.
pub(super) fn is_spoken(value: &str) -> bool {
    let made = Made::of(value);
    let numbered =
        value.rsplit(['-', '_', '.']).next().is_some_and(|last| last.bytes().any(|b| b.is_ascii_digit()));
    made.length >= 8
        && made.lower >= 3
        && made.upper >= 1
        && numbered
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !is_member(value)
        && !is_placeholder(value)
        && !is_technical(value)
        && !is_quantity(value)
}

/// Whether it says what programs call things.
pub(super) fn is_member(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    MEMBERS.iter().any(|word| lower.contains(word))
}

/// Whether one of the words that it joins does.
pub(super) fn is_member_joined(value: &str) -> bool {
    let mut words = value.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_ascii_lowercase);
    words.any(|word| MEMBERS.contains(&word.as_str()))
}

/// Ten letters or more whose capitals stand where no name has them, such as `qzdLemPyIthcO`.
pub(super) fn is_unspeakable(value: &str) -> bool {
    let made = Made::of(value);
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let odd: usize = value.split(['-', '_']).map(short_humps).sum();
    made.letters() >= 10 && made.lower >= 4 && made.upper >= 2 && plain && odd >= 2 && !is_placeholder(value)
}

/// How many capitals begin no more than two letters. Three capitals in a row and more are an abbreviation and none.
fn short_humps(part: &str) -> usize {
    let upper: Vec<usize> =
        part.bytes().enumerate().filter(|(_, b)| b.is_ascii_uppercase()).map(|(at, _)| at).collect();
    let ends = upper.iter().skip(1).copied().chain([part.len()]);
    let humps: Vec<usize> = upper.iter().zip(ends).map(|(&begin, end)| end - begin).collect();
    humps.split(|&length| length > 2).filter(|run| !is_abbreviation(run)).map(<[usize]>::len).sum()
}

/// Capitals alone: a run of them has no letters between.
fn is_abbreviation(run: &[usize]) -> bool {
    run.len() >= 2 && run.iter().all(|&length| length == 1)
}

/// Four words or more with hyphens between, as passphrases are made.
pub(super) fn is_words_joined(value: &str) -> bool {
    let word = |word: &str| word.len() >= 3 && word.bytes().skip(1).all(|b| b.is_ascii_lowercase());
    value.len() >= 19
        && !value.contains("password")
        && value.split('-').count() >= 4
        && value.split('-').all(word)
}
