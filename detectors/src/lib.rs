//! Text to findings: rules as data, bounded matching, redaction, of whole texts and of texts that come piece by piece
//! ([`StreamScanner`]), by the same code. Knows no levels, no people and no vendors' policies.
//!
//! ```
//! use sekisho_detectors::{RuleSet, redact, union};
//!
//! let rules = RuleSet::built_in().expect("the shipped rules load");
//! let text = "メールはtanaka@example.co.jpへ";
//! let edits = union(rules.scan(text));
//! let redacted = redact(text, &edits, |edit| format!("[{}:1]", rules.rule(edit.rule).category()));
//! assert_eq!(redacted, "メールは[pii.email:1]へ");
//! ```
//!
//! # How to add a rule
//!
//! 1. Put it in `rules/<family>/<issuer>.toml`, one issuer or topic a file, and name the file in `builtin.rs`.
//! 2. Write `negatives` first: too short, too long, glued to a letter, what else has this shape. Then `examples`,
//!    with «…» around the span, glued to Japanese, full-width and escaped.
//!    `name`, `about` (what it is, what could happen) and `reason` (why so sure) are `{ ja = "…", en = "…" }`.
//! 3. Give it `anchors`, literals that `pattern` begins with, or `start = "digit"`: a number that goes on by its own
//!    sign, as in a UUID or behind a decimal point, then needs a context of high confidence; `"surname"`, `"kana"` and
//!    `"place"` start at words of the gazetteers, `"word"` where a word of ASCII begins in Japanese writing or
//!    on a line. What stands before an anchor is
//!    matched backwards by `lead`. A value that has no form of its own is found behind `keys`, whatever their case, and `pension number`
//!    is `pension_number`, `pension-number` and `pensionNumber` as well:
//!    `pattern` is the value alone; `gap = "assigned"` (an identifier's rest and a sign such as `=`, `:`, `は`, in all
//!    the layouts of code, tables and prose), for issuers' names `"near"` (some words of the same line as well), for labels of
//!    forms `"label"` (a sign, a space, a line break, the next cell or nothing), `"said"` (the words of a sentence that tells it, in Japanese
//!    or English), `"glued"` (no more than a quote). In CSV, TSV and Markdown a column's label is a key and a context word
//!    for all its cells, and `start = "cell"` looks at every cell whose label has a context word.
//! 4. Write `pattern` bounded and in ASCII sets (`[0-9]{4}`, never `+` or `\d`); boundaries are the engine's.
//!    `{{sep}}` is what may stand between groups of a number. Group 1, if there is one, is the span. Several ways to
//!    write a thing are `[[rule.form]]`s; the first that holds wins. What a validator refuses is tried shorter, unless
//!    `ends = "longest"`.
//! 5. Prefer a `validator` to a longer pattern. It sees the match alone; `beside` names a check on the characters before and
//!    behind it, such as those that make 清水建設 of 清水建. `around` names one on the
//!    lines around, as far as no placeholder stands there. Words in `[[rule.context]]` raise confidence; a form with `needs`
//!    counts only if they raise it so far. `unless` words directly before a match take it away, and only rules
//!    without a checksum may have them. `place = "mark"` tells classification marks from mentions; `until` runs the
//!    span on to a terminator, `run` for as long as characters are of a set, both for at most `cap_bytes`.
//! 6. What is to be told from the rest of a rule's findings, such as an office's number, is a `[[kind]]`: it matches nothing itself
//!    (`kind.rs`). Which hosts addresses may point to is a policy's matter (`[[hosts]]`, `hosts.rs`).
//! 7. `cargo test -p sekisho-detectors`: a rule that fails its own samples fails the build.
//!
//! # What is not seen
//!
//! Text in images, texts in rhyme and translation, and encodings other than percent, backslash, HTML entities and base64,
//! each to a fixed depth. Whole texts are also read backwards, in rot13 and in numbers of characters ([`RuleSet::scan_whole`]);
//! streams are not.

mod base64;
mod beginnings;
mod body;
mod builtin;
mod category;
mod decode;
mod disguise;
mod distinct;
mod error;
mod finding;
mod gap;
mod gazetteer;
mod hosts;
mod join;
mod joined;
mod kind;
mod lane;
mod layers;
mod listed;
mod literals;
mod matcher;
mod nearby;
mod normalize;
mod parse;
mod pattern;
mod place;
mod prefixes;
mod read;
mod redact;
mod rule;
mod ruleset;
mod sample;
mod scan;
mod sight;
mod spellings;
mod stream;
mod table;
mod track;
mod validate;

pub use category::{Category, CategoryPattern};
pub use error::RuleError;
pub use finding::{Confidence, Finding, RuleIndex};
pub use redact::{EDIT_BYTES_MAX, Edit, redact, union};
pub use rule::{Rule, Words};
pub use ruleset::{RuleFile, RuleSet};
pub use stream::{Redactor, Release, StreamScanner};
pub use validate::checksum;
