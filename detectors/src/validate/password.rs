//! Passwords: told in sentences, given to commands, assigned in code. What is meant, and what only stands there.
//!
//! Judged by the value alone, since the label was found already: words, identifiers, placeholders, variables, paths,
//! addresses and names of algorithms are no passwords. How much a value must look like one depends on its label.

use super::believed::is_meant;
use super::random::random;
use super::spoken::{is_spoken, is_unspeakable, is_words_joined};
use super::words::{is_code, is_name, is_placeholder, is_quantity, is_technical};
use super::{Validator, Verdict, keep_if, romaji};
use crate::base64;

pub(super) const LIST: &[Validator] = &[
    Validator { name: "password-said", checksum: false, judge: said },
    Validator { name: "password-value", checksum: false, judge: value },
    Validator { name: "password-assigned", checksum: false, judge: assigned },
    Validator { name: "secret-assigned", checksum: false, judge: opaque },
    Validator { name: "secret-quoted", checksum: false, judge: quoted },
    Validator { name: "secret-told", checksum: false, judge: told },
    Validator { name: "password-label", checksum: false, judge: labelled },
    Validator { name: "password-word", checksum: false, judge: word },
];

/// What a value is made of.
pub(super) struct Made {
    pub(super) length: usize,
    pub(super) lower: usize,
    pub(super) upper: usize,
    pub(super) digits: usize,
    /// Punctuation that words, numbers and paths do not have.
    pub(super) signs: usize,
    /// How often letters of a case, digits and punctuation take turns.
    pub(super) turns: usize,
    pub(super) distinct: usize,
    pub(super) is_hex: bool,
}

impl Made {
    pub(super) fn of(value: &str) -> Made {
        let bytes = value.as_bytes();
        let count = |is: fn(&u8) -> bool| bytes.iter().filter(|&byte| is(byte)).count();
        let turns = bytes.windows(2).filter(|pair| pair.first().map(class) != pair.last().map(class)).count();
        let mut seen = [false; 256];
        bytes.iter().for_each(|&byte| seen.get_mut(usize::from(byte)).into_iter().for_each(|s| *s = true));
        Made {
            length: bytes.len(),
            lower: count(u8::is_ascii_lowercase),
            upper: count(u8::is_ascii_uppercase),
            digits: count(u8::is_ascii_digit),
            signs: count(is_sign),
            turns,
            is_hex: bytes.iter().all(u8::is_ascii_hexdigit),
            distinct: seen.iter().filter(|&&seen| seen).count(),
        }
    }

    pub(super) fn letters(&self) -> usize {
        self.lower + self.upper
    }

    fn classes(&self) -> usize {
        [self.lower, self.upper, self.digits, self.signs].iter().filter(|&&count| count > 0).count()
    }

    /// What somebody chose who was told to choose a good one.
    fn is_chosen(&self) -> bool {
        let mixed = self.letters() > 0 && self.digits + self.signs > 0;
        self.length >= 8 && mixed && (self.classes() >= 3 || (self.digits >= 3 && self.turns >= 3))
    }

    /// What nobody chose: a generator made it.
    fn is_random(&self) -> bool {
        let dense = self.turns * 4 >= self.length;
        // Sixteen digits of base 16 are as often a digest of some file.
        let long = if self.is_hex { 24 } else { 16 };
        self.length >= long && self.digits >= 2 && self.letters() >= 4 && dense && self.distinct >= 9
    }
}

fn class(byte: &u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

fn is_sign(byte: &u8) -> bool {
    matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'*' | b'+' | b'=' | b'?' | b'@' | b'^' | b'~')
}

/// Without what a sentence puts behind it.
fn core(text: &str) -> &str {
    text.trim_end_matches(['.', ':', ')', ']', '}', '>', '*', ',', ';', '(', '['])
}

/// Whether the value is followed by a letter that makes it something else, such as 文字 after a number.
pub(super) fn goes_on(text: &str) -> bool {
    !text.is_ascii()
}

/// Base64 of what manuals write, as `dXNlcm5hbWU6cGFzc3dvcmQ=` is of `username:password`.
fn is_encoded_sample(value: &str) -> bool {
    let text = base64::decoded(value).and_then(|bytes| String::from_utf8(bytes).ok());
    let sample = |part: &str| part.len() >= 3 && is_placeholder(part);
    text.is_some_and(|text| text.split([':', ' ']).all(sample))
}

/// Nothing of what stands where a password could.
fn is_none(value: &str) -> bool {
    if is_encoded_sample(value) {
        return true;
    }
    if is_words_joined(value) {
        return is_placeholder(value) || is_code(value);
    }
    is_placeholder(value)
        || is_code(value)
        || is_technical(named(value))
        || is_quantity(value)
        || is_name(unsigned(value))
}

/// Without the letter that constants begin with in some code: `kPBKDF2Salt1`.
fn named(value: &str) -> &str {
    value.strip_prefix('k').filter(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())).unwrap_or(value)
}

/// Without the signs that code puts before a name: `!!passThrough`, `&mut`, `*p`.
fn unsigned(value: &str) -> &str {
    value.trim_start_matches(['!', '&', '*'])
}

/// In a sentence: it must not be a word, because sentences about passwords go on with words.
pub(super) fn said(text: &str) -> Verdict {
    let value = core(text);
    // What only begins or ends with a sign is a word of a sentence or of code: `required!`, `#define`.
    let made = Made::of(
        value.trim_end_matches(['!', '?']).trim_start_matches(['#', '@', '&', '*', '%', '$', '!', '+']),
    );
    let meant = is_numbered(value) || is_spoken(value) || is_unspeakable(value) || is_meant(value);
    if goes_on(text) || made.length < 4 || is_encoded_sample(value) || (is_none(value) && !meant) {
        return Verdict::Reject;
    }
    match () {
        () if meant => Verdict::Keep,
        () if made.letters() == 0 && made.signs == 0 => {
            if made.digits >= 4 {
                Verdict::Lower
            } else {
                Verdict::Reject
            }
        }
        () if made.letters() > 0 && made.digits > 0 => Verdict::Keep,
        () if made.letters() > 0 && made.signs > 0 && made.length >= 6 => Verdict::Keep,
        () if is_words_joined(value) => Verdict::Keep,
        () => keep_if(made.signs > 0 && made.digits > 0),
    }
}

/// Words and a number with hyphens between, such as `kasumi-gaseki-01`: in code a name, in a sentence a password.
fn is_numbered(value: &str) -> bool {
    let is = |part: &str, of: fn(&u8) -> bool| part.bytes().all(|b| of(&b));
    value.rsplit_once(['-', '_', '.']).is_some_and(|(words, number)| {
        let spoken =
            words.split(['-', '_', '.']).all(|word| word.len() >= 3 && is(word, u8::is_ascii_lowercase));
        let capital = |word: &str| word.len() >= 4 && word.bytes().skip(1).all(|b| b.is_ascii_lowercase());
        let capitals = words.split(['-', '_', '.']).filter(|word| capital(word)).count();
        let several = capitals >= 3;
        (several || (spoken || capitals >= 2) && number.len() >= 2)
            && is(number, u8::is_ascii_digit)
            && !is_placeholder(value)
            && !is_technical(value)
    })
}

/// Given to a command, or behind a label that names nothing else: a word may be one, a placeholder is not.
pub(super) fn value(text: &str) -> Verdict {
    let value = core(text);
    let made = Made::of(value);
    let meant = is_spoken(&value.replace('.', "-")) || is_unspeakable(value) || is_meant(value);
    if goes_on(text) || made.length < 4 || (is_none(value) && !meant) {
        return Verdict::Reject;
    }
    match () {
        () if meant => Verdict::Keep,
        () if made.letters() > 0 && made.digits + made.signs > 0 && made.length >= 6 => Verdict::Keep,
        () if made.letters() == 0 && made.digits >= 6 => Verdict::Lower,
        () => keep_if(is_words_joined(value)),
    }
}

/// Behind `PW:` beside an id: what stands there is meant, unless it is a word.
pub(super) fn labelled(text: &str) -> Verdict {
    let value = core(text);
    let made = Made::of(value);
    let mixed = made.digits + made.signs > 0;
    let refused = goes_on(text)
        || made.length < 4
        || is_placeholder(value)
        || is_code(value)
        || is_encoded_sample(value);
    let chosen = mixed && !is_technical(value) && !is_quantity(value);
    keep_if(!refused && (chosen || romaji::is_joined(value)))
}

/// Behind `パスワード：` beside an id: even a word may be meant.
fn word(text: &str) -> Verdict {
    let value = core(text);
    keep_if(!goes_on(text) && !is_common(value) && !is_placeholder(value))
}

/// Words that stand behind the label of a field.
fn is_common(value: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "login", "user", "username", "name", "string", "text", "type", "null", "none", "true",
        "false", "required", "optional", "same", "unknown", "reset", "forgot", "change", "your",
        "the", "here", "enter", "input", "hidden", "must", "should", "please", "with", "from",
        "this", "that", "will", "cannot", "invalid", "incorrect", "wrong", "email", "mail", "n/a",
        "token", "hash", "hashed", "encrypted", "above", "below", "separately", "ldap", "sso",
        "public", "private", "root", "admin", "default", "basic", "bearer", "auto", "blank",
        "empty", "show", "hide", "confirm",
    ];
    WORDS.contains(&value.to_ascii_lowercase().as_str())
}

/// Assigned as a password in code or configuration.
fn assigned(text: &str) -> Verdict {
    let value = core(text);
    let made = Made::of(value);
    let cased = value.bytes().any(|b| b.is_ascii_uppercase()) || value.contains('-');
    let sung = cased && !value.contains('_') && romaji::is_joined(value);
    let meant = (value.contains('-') && is_spoken(value)) || sung;
    let chosen = !is_none(value) && (made.is_chosen() || made.is_random());
    keep_if(!goes_on(text) && (meant || chosen))
}

/// Assigned as a token, key or secret: only what looks generated, since these labels name much else; the ids that
/// interfaces hand out as tokens are mostly UUIDs.
fn opaque(text: &str) -> Verdict {
    if is_uuid(core(text)) { Verdict::Reject } else { told(text) }
}

/// The last of several quoted arguments.
fn quoted(text: &str) -> Verdict {
    let inner = text.trim_end_matches(['"', '\'']);
    opaque(inner.rsplit(['"', '\'']).next().unwrap_or_default())
}

/// Told to be a token, key or secret: what looks generated.
fn told(text: &str) -> Verdict {
    let value = core(text);
    // JSON in base64 is a web token, which has a rule of its own, or not signed.
    let is_json = value.starts_with("eyJ");
    let is_generated = Made::of(value).is_random() && random(value) != Verdict::Reject;
    keep_if(!goes_on(text) && !is_json && !is_none(value) && is_generated)
}

/// RFC 9562 §4: 8-4-4-4-12 digits of base 16.
fn is_uuid(value: &str) -> bool {
    let parts = value.split('-').map(str::len);
    parts.eq([8, 4, 4, 4, 12]) && value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn a_sentence_tells_a_password_and_not_a_word() {
        let passwords = &[
            "Abc12345",
            "hunter2",
            "P@ssw0rd!",
            "Sakura2024",
            "correct-horse-battery-staple",
            "aB3$xY9.",
            "tanaka123",
        ];
        check(said, Verdict::Keep, passwords);
        check(said, Verdict::Lower, &["19850401", "1234"]);
        check(
            said,
            Verdict::Reject,
            &[
                "required",
                "incorrect!",
                "base64",
                "SHA-256",
                "8-character",
                "bcrypt",
                "${DB_PASS1}",
                "<password1>",
                "********",
                "123",
                "OAuth2",
                "case-sensitive",
                "tanaka1@example.co.jp",
                "config.pass1",
                "getPassword2()",
                "2024年",
                "v1.2.3",
                "2016-09-24T16:18:07Z",
                "https://a.example/1",
                "/etc/passwd2",
                "your-password1",
                "PasswordField2",
                "Utf8PathBuf",
                "XMLHttpRequest",
                "HTTPServerError",
                "dXNlcm5hbWU6cGFzc3dvcmQ=",
                "token)[^=]*=)[^&",
                "[A-Za-z0-9]{8,}",
            ],
        );
        let named =
            &["Kaze-to-kumo5", "YamaNeko88", "haRu-no-2x", "qzdLemPyIthcO", "Tsubaki_xYbUoL", "s3aGull9"];
        check(said, Verdict::Keep, named);
        check(value, Verdict::Keep, named);
    }

    #[test]
    fn code_assigns_more_than_passwords() {
        check(assigned, Verdict::Keep, &["aB3dE6gH9jK2mN5p", "Passw0rd!", "S3cure#Pass", "zx81-qq7w-9"]);
        check(
            assigned,
            Verdict::Reject,
            &[
                "password",
                "password123",
                "String",
                "process.env.PASS1",
                "!!passThrough",
                "kPBKDF2Salt1",
                "self.password2",
                "None",
                "example1A!",
                "changeme1!",
            ],
        );
        check(
            opaque,
            Verdict::Keep,
            &["aB3dE6gH9jK2mN5p", "9f86d081884c7d659a2feaa0c55ad015", "tok_4fJ29dkL0s8Qz7"],
        );
        check(
            opaque,
            Verdict::Reject,
            &[
                "my-application-token",
                "TokenKind1",
                "Passw0rd!",
                "00000000000000000000",
                "0123456789abcdef0123456789abcdef",
            ],
        );
    }
}
