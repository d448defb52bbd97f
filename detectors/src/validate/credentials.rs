//! Whether what stands where a password should be is one: a sample of manuals, a variable, code or prose is not.
//!
//! A validator sees a whole match, so each way to write a password has its own name here, which says where in the match
//! the password stands; the judgement is the same for all.

use super::random::{no_placeholder, random};
use super::{Validator, Verdict};
use crate::base64;

pub(super) const LIST: &[Validator] = &[
    Validator { name: "password", checksum: false, judge: password },
    Validator { name: "assigned-password", checksum: false, judge: |text| password(assigned(text)) },
    Validator { name: "quoted-password", checksum: false, judge: |text| password(quoted(text)) },
    Validator { name: "last-word-password", checksum: false, judge: |text| password(last_of(text, WHITE)) },
    Validator { name: "last-field-password", checksum: false, judge: |text| password(last_of(text, &[':'])) },
    Validator { name: "slash-password", checksum: false, judge: |text| password(slashed(text)) },
    Validator { name: "uri-password", checksum: false, judge: uri_password },
    Validator { name: "basic-credentials", checksum: false, judge: basic_credentials },
    Validator { name: "basic-key", checksum: false, judge: basic_key },
    Validator { name: "discord-bot", checksum: false, judge: discord_bot },
    Validator { name: "random-suffix", checksum: false, judge: random_suffix },
    Validator { name: "random-digits", checksum: false, judge: random_digits },
    Validator { name: "code", checksum: false, judge: code },
    Validator { name: "bitlocker", checksum: true, judge: bitlocker },
];

/// What manuals, tests and settings that nobody has filled in write for a password.
const SAMPLES: &[&str] = &[
    "admin",
    "administrator",
    "app",
    "bar",
    "bitnami",
    "changeit",
    "change",
    "default",
    "demo",
    "dev",
    "disabled",
    "dummy",
    "empty",
    "enabled",
    "env",
    "false",
    "file",
    "foo",
    "foobar",
    "foobared",
    "guest",
    "hoge",
    "hogehoge",
    "hunter2",
    "localhost",
    "mysql",
    "nil",
    "nobody",
    "none",
    "null",
    "nullable",
    "open sesame",
    "optional",
    "p4ssw0rd",
    "pass",
    "passwd",
    "password",
    "passphrase",
    "passw0rd",
    "postgres",
    "private",
    "prompt",
    "public",
    "pw",
    "pwd",
    "redis",
    "required",
    "root",
    "s3cr3t",
    "s3cret",
    "sample",
    "secret",
    "string",
    "test",
    "tester",
    "testing",
    "text",
    "token",
    "true",
    "undefined",
    "unknown",
    "user",
    "username",
    "value",
    "varchar",
    "void",
];

/// Words in a password that is the name of one.
const NAMES: &[&str] =
    &["pass", "pwd", "secret", "token", "credential", "example", "change", "your", "dummy", "sample"];

/// What stands between words.
const WHITE: &[char] = &[' ', '\t', '\r', '\n'];

/// `Keep` what only a password looks like, `Lower` what may be one, `Reject` samples, variables, paths, code and words.
pub(super) fn password(text: &str) -> Verdict {
    let text = text.trim_matches(['\'', '"']);
    let lower = text.to_ascii_lowercase();
    if text.chars().count() < 4
        || SAMPLES.contains(&stem(&lower))
        || is_constant(text)
        || is_reference(&lower)
        || is_code(text)
        || has_run(&lower)
    {
        return Verdict::Reject;
    }
    if no_placeholder(text) != Verdict::Keep {
        return Verdict::Reject;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let joins = text.bytes().filter(|byte| matches!(byte, b'_' | b'-' | b'.' | b'/')).count();
    let signs = text.chars().count().saturating_sub(digits + letters + joins);
    let named = NAMES.iter().any(|name| lower.contains(name));
    match (digits, signs) {
        (0, 0) if named || text.len() < 10 => Verdict::Reject,
        (0, 0) if joins > 0 => Verdict::Reject,
        (0, 0) => random(text).min_with(Verdict::Lower),
        _ if named || letters == 0 || text.len() < 8 => Verdict::Lower,
        _ => Verdict::Keep,
    }
}

/// Without the digits and dots that make `secret1` and `password...` of a word.
fn stem(lower: &str) -> &str {
    lower.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '_')
}

impl Verdict {
    /// The more doubtful of the two.
    fn min_with(self, other: Verdict) -> Verdict {
        if self == Verdict::Keep { other } else { self }
    }
}

/// A variable, a path, a URL, or a note that stands for the value.
fn is_reference(lower: &str) -> bool {
    let opens = [
        "$", "{", "<", "[", "(", "&", "*", "/", "./", "../", "~/", "@", "0x", "!vault", "#", "=", "?", ":",
        "|", "%(",
    ];
    let inside =
        ["${", "{{", "$(", "://", "<", "process.", "environ", "getenv", "vault:", "secretref", "arn:"];
    opens.iter().any(|open| lower.starts_with(open))
        || inside.iter().any(|part| lower.contains(part))
        || (lower.starts_with('%') && lower.ends_with(['%', 's', 'd']))
}

/// An expression or a type: calls, paths of names such as `var.db_password` and `std::string`.
fn is_code(text: &str) -> bool {
    let named = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
    };
    let parts = |separator: &str| {
        text.contains(separator) && text.split(separator).all(|part| part.is_empty() || named(part))
    };
    let argument = text.split_once('=').is_some_and(|(name, _)| named(name));
    argument
        || text.contains(['(', '`'])
        || parts(".")
        || parts("::")
        || parts("->")
        || parts(":")
        || parts("/")
        || parts("|")
}

/// Four or more of one character: `xxxx`, `****`, `0000`.
fn has_run(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    bytes.windows(4).any(|four| four.iter().all(|byte| Some(byte) == four.first()))
}

/// The value after the last `password=` or `pwd=`.
fn assigned(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let key = ["password", "pwd", "psk"]
        .into_iter()
        .filter_map(|key| lower.rfind(key).map(|at| at + key.len()))
        .max();
    let rest = key.and_then(|at| text.get(at..)).unwrap_or(text);
    rest.trim_start_matches([' ', '=', '\'', '"', '{']).trim_end_matches(['\'', '"', '}'])
}

/// What the last pair of quotes holds.
fn quoted(text: &str) -> &str {
    let quotes = ['\'', '"'];
    let inner = text.trim_end_matches(quotes).trim_end_matches('\\');
    inner.rsplit(quotes).next().unwrap_or_default()
}

fn last_of<'t>(text: &'t str, separators: &[char]) -> &'t str {
    text.rsplit(separators).next().unwrap_or_default().trim_matches(['\'', '"'])
}

/// `user/password@`.
fn slashed(text: &str) -> &str {
    let password = text.split_once('/').map_or("", |(_, rest)| rest);
    password.trim_end_matches('@').trim_matches('"')
}

/// `scheme://user:password@h`: a password that is also the user is a default that everybody knows. It is judged as it is
/// meant: `%3A` is a colon, no digit and two letters. RFC 3986 §2.1.
fn uri_password(text: &str) -> Verdict {
    let rest = text.split_once("://").map_or("", |(_, rest)| rest);
    let userinfo = rest.rsplit_once('@').map_or("", |(userinfo, _)| userinfo);
    match userinfo.split_once(':') {
        Some((user, pass)) if user == pass || user.contains(['{', '<', '$', '*']) => Verdict::Reject,
        Some((_, pass)) => unescaped(pass).map_or(Verdict::Reject, |pass| password(&pass)),
        None => Verdict::Reject,
    }
}

/// Without percent-encoding; `None` if that hides what nobody types into a field: controls, or no text at all.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = behind.split_at_checked(2).filter(|_| first == b'%').and_then(|(digits, after)| {
            let value = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
            Some((value, after))
        });
        let (byte, after) = escaped.unwrap_or((first, behind));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control))
}

/// Base64 of `user:password`.
fn basic_credentials(text: &str) -> Verdict {
    let decoded = decoded(text);
    match decoded.split_once(':') {
        Some((user, pass)) if user != pass && !user.is_empty() => password(pass),
        _ => Verdict::Reject,
    }
}

/// Base64 of `id:key`.
fn basic_key(text: &str) -> Verdict {
    match decoded(text).split_once(':') {
        Some((id, key)) if id.len() >= 16 && key.len() >= 16 => Verdict::Keep,
        _ => Verdict::Reject,
    }
}

/// The token's first part is base64 of the bot's id, a number of 17 to 20 digits.
fn discord_bot(text: &str) -> Verdict {
    let id = decoded(text.split('.').next().unwrap_or_default());
    let is_id = (17..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    if is_id { no_placeholder(text) } else { Verdict::Reject }
}

/// The printable text that base64, with or without padding and in either alphabet, stands for; else nothing.
fn decoded(text: &str) -> String {
    let text = base64::decoded(text).and_then(|bytes| String::from_utf8(bytes).ok());
    text.filter(|text| !text.contains(char::is_control)).unwrap_or_default()
}

/// What follows the prefix was drawn at random; the prefix itself may be a word.
fn random_suffix(text: &str) -> Verdict {
    random(text.split_once(['-', '_', '.', '/']).map_or(text, |(_, rest)| rest))
}

/// A value drawn at random, with a digit: identifiers of code, which stand behind the same names, often have none.
fn random_digits(text: &str) -> Verdict {
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if digit && !is_constant(text) && !is_reference(text) { random(text) } else { Verdict::Reject }
}

/// `MLKEM_512_LENGTH`: the name of a constant.
fn is_constant(text: &str) -> bool {
    let named = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    text.contains('_') && text.bytes().all(named)
}

/// Grouped characters that are no date, no word and no filler.
fn code(text: &str) -> Verdict {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let (groups, dashed) = (text.split(['-', ' ']).count(), text.contains('-'));
    let date = letters == 0 && dashed && groups < 4;
    if digits == 0 || date || has_run(&text.to_ascii_lowercase()) { Verdict::Reject } else { Verdict::Keep }
}

/// Every group is a multiple of 11 of 16 bits, and not all are one.
fn bitlocker(text: &str) -> Verdict {
    let groups: Vec<u32> = text.split('-').filter_map(|group| group.parse().ok()).collect();
    let valid = groups.len() == 8 && groups.iter().all(|group| group % 11 == 0 && *group < 720_896);
    let varied = groups.iter().any(|group| Some(group) != groups.first());
    super::keep_if(valid && varied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn passwords_are_told_from_samples_variables_and_code() {
        check(password, Verdict::Keep, &["k3vQ8z1m#X7", "aB3dE6gH9jK2mN5p", "Tokyo-2026-summer!"]);
        check(password, Verdict::Lower, &["k3vQ8z", "12345678", "Password123!", "qzjxkvwpyhgufbdm"]);
        check(
            password,
            Verdict::Reject,
            &[
                "password",
                "Secret",
                "changeme",
                "***",
                "xxxxxxxx",
                "${DB_PASSWORD}",
                "$PASS",
                "<password>",
                "{0}",
                "%DB_PASS%",
                "var.db_password",
                "os.environ",
                "get_secret(1)",
                "std::string",
                "Option<String>",
                "/run/secrets/db",
                "your_password_1",
                "mypassword",
                "internationalization",
                "pw1",
            ],
        );
    }

    #[test]
    fn the_password_is_found_where_its_layout_has_it() {
        check(
            uri_password,
            Verdict::Keep,
            &[
                "redis://:k3vQ8z1mX7@h",
                "postgres://app:k3vQ8z1mX7@h",
                "ftp://a:k3vQ%40z1m@h",
                "ftp://a:k3v%8z1mX@h",
            ],
        );
        check(
            uri_password,
            Verdict::Reject,
            &[
                "amqp://guest:guest@h",
                "https://user:pass@h",
                "ftp://a:${B}@h",
                "http://:%3A%40c@h",
                "http://foo:%F0%9F%92%A9@h",
                "https://user:pass%5B%7F@h",
                "http://:%c3%89t%C3%A9@h",
                "http://user:p%C3@h",
            ],
        );
        for (part, expect) in [
            (assigned("host=a password='k3v' "), "k3v' "),
            (assigned("Pwd={a=b}"), "a=b"),
            (quoted("IDENTIFIED BY 'k3v'"), "k3v"),
            (quoted("password=\\\"k3v\\\""), "k3v"),
            (last_of("machine a login b password k3v", WHITE), "k3v"),
            (slashed("sqlplus app/k3v@"), "k3v"),
        ] {
            assert_eq!(part, expect);
        }
    }

    #[test]
    fn encoded_credentials_are_read() {
        check(basic_credentials, Verdict::Keep, &["dGFuYWthOmszdlE4ejFt"]);
        check(
            basic_credentials,
            Verdict::Reject,
            &["required", "dXNlcjpwYXNzd29yZA==", "QWRtaW5pc3RyYXRvcg==", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
        );
        check(discord_bot, Verdict::Reject, &["MTabcdefghijklmnopqrstuv.0a1B2c.0a1B2c3D4e5F6g7H8i9J0a1B2c3"]);
    }

    #[test]
    fn recovery_codes_are_no_dates() {
        check(code, Verdict::Keep, &["3f9a1-c07be", "K3VQ-Z4M5-X7W2", "4829 1375"]);
        check(code, Verdict::Reject, &["2026-1126", "XXXX-XXXX", "ABCD-EFGH"]);
        check(bitlocker, Verdict::Keep, &["110000-220011-330022-440033-550044-660055-000011-111111"]);
        check(bitlocker, Verdict::Reject, &["123456-123456-123456-123456-123456-123456-123456-123456"]);
    }
}
