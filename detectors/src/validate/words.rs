//! What stands where a secret could and is none: placeholders, code, names of algorithms, quantities, names.

use super::published::is_published;

/// What documentation writes instead of a secret. Lower case.
const PLACEHOLDERS: &[&str] = &[
    "example",
    "changeme",
    "change-me",
    "change_me",
    "changethis",
    "placeholder",
    "dummy",
    "redacted",
    "masked",
    "hidden",
    "sample",
    "replace",
    "todo",
    "fixme",
    "foobar",
    "insert",
    "notreal",
    "not-a-real",
    "not_a_real",
    "fake",
    "xxxx",
    "****",
    "...",
    "----",
    "____",
    "••••",
    "####",
    "????",
    "●●",
    "〇〇",
    "○○",
    "000000000",
    "1234567890",
    "0123456789abcdef",
    "abcdefghij",
    "abcdef0123",
    "0123abc",
    "deadbeef",
    "cafebabe",
    "lorem",
    "publickey",
    "privatekey",
    "undefined",
];

/// Placeholders and pieces of templates, `<…>`, `${…}`, `{{…}}`, `%s`, and what begins with `your`.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let variable = value.strip_prefix(['$', '%', '@', '&', '!']).is_some_and(is_one_case_name);
    let begins = ["your", "my-", "my_", "the-", "some-"].iter().any(|word| lower.starts_with(word));
    let says = PLACEHOLDERS.iter().any(|word| lower.contains(word));
    variable || begins || says || is_published(&lower) || is_template(value) || is_weak_word(&lower)
}

/// Where something else will be put in.
pub(super) fn is_template(value: &str) -> bool {
    let signs = [
        "${", "{{", "}}", "$(", "#{", "<", "%s", "%d", "%(", "{}", "{0", "…", "&#", "&quot", "&lt", "&gt",
        "&amp",
    ];
    value.starts_with(['{', '['])
        || value.starts_with("your")
        || signs.iter().any(|sign| value.contains(sign))
}

/// `DB_PASS1`, `pass_word`: a variable's name, in one case.
fn is_one_case_name(name: &str) -> bool {
    let name = name.trim_end_matches('%');
    let is = |of: fn(&u8) -> bool| name.bytes().all(|b| of(&b) || b.is_ascii_digit() || b == b'_');
    name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && (is(u8::is_ascii_lowercase) || is(u8::is_ascii_uppercase))
}

/// A word that says what would stand here, with no more than a number behind: `password`, `secret1`, `token_2`.
fn is_weak_word(lower: &str) -> bool {
    const WORDS: &[&str] = &[
        "password",
        "passwd",
        "pass",
        "pwd",
        "secret",
        "token",
        "apikey",
        "api_key",
        "api-key",
        "key",
        "test",
        "user",
        "username",
        "admin",
        "value",
        "string",
        "foo",
        "bar",
        "hoge",
        "fuga",
        "piyo",
        "new",
        "old",
        "db",
        "root",
        "mypassword",
        "mysecret",
        "mytoken",
        "testing",
        "abc",
        "pw",
        "demo",
    ];
    let word = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = lower.len() - word.len();
    digits <= 3 && WORDS.contains(&word.trim_end_matches(['-', '_', '.']))
}

/// Calls, paths, addresses, members, options: `get(x)`, `a::b`, `a.b`, `/etc/x`, `https://…`, `x->y`, `-march=x`, `a=b`.
pub(super) fn is_code(value: &str) -> bool {
    // The last line is what only regular expressions say.
    const SIGNS: &[&str] = &[
        "::", "->", "=>", "://", "()", "==", "&&", "||", "\\", "+=", "!=", //
        "[^", "(?:", "(?=", "(?!", "(?i", "[a-z", "[A-Z", "[0-9",
    ];
    const STARTS: &[&str] =
        &["/", "./", "../", "~/", ".", "--", "=", "@/", "&[", "#[", "#!", "&(", "![", "&'", "&mut", "*mut"];
    let bare = value.trim_start_matches(['&', '*', '!']);
    let option =
        value.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    option
        || STARTS.iter().any(|start| value.starts_with(start))
        || SIGNS.iter().any(|sign| value.contains(sign))
        || [is_call, is_dotted, is_address, is_assignment].iter().any(|is| is(bare))
        || value.ends_with("!r")
        || (value.starts_with('+') && value.ends_with('+'))
        || is_userinfo(value)
        || is_encoded(value)
}

/// `name=value` of a call or an element; what base64 ends with is none.
fn is_assignment(value: &str) -> bool {
    value.split_once('=').is_some_and(|(name, rest)| {
        let is = |of: fn(u8) -> bool, text: &str| text.bytes().all(|b| of(b) || b == b'_' || b == b'-');
        let lettered = is(|b| b.is_ascii_alphabetic(), name) && !rest.starts_with('=');
        let worded = is(|b| b.is_ascii_alphanumeric(), name)
            && !rest.is_empty()
            && is(|b| b.is_ascii_alphabetic(), rest);
        name.len() >= 2 && (lettered || worded)
    })
}

/// A name and an opening bracket.
fn is_call(value: &str) -> bool {
    let (name, _) = value.split_once(['(', '[', '{', '<']).unwrap_or_default();
    let named = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '!';
    name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(named)
}

/// Names joined by dots, slashes or colons: members, hosts, files, modules.
fn is_dotted(value: &str) -> bool {
    let plain = |part: &str| is_plain(part) || part.bytes().all(|b| b.is_ascii_digit());
    value.contains(['.', '/', ':'])
        && value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && value.split(['.', '/', ':', '-', '_']).all(plain)
}

/// `user:password@host`, which other rules read.
fn is_userinfo(value: &str) -> bool {
    value.split_once('@').is_some_and(|(before, host)| before.contains(':') && !host.is_empty())
}

/// `%3A`: read in its decoded form.
fn is_encoded(value: &str) -> bool {
    let hex = |b: Option<&u8>| b.is_some_and(u8::is_ascii_hexdigit);
    let bytes = value.as_bytes();
    bytes.windows(3).any(|w| w.first() == Some(&b'%') && hex(w.get(1)) && hex(w.get(2)))
}

/// A mail address.
fn is_address(value: &str) -> bool {
    value.split_once('@').is_some_and(|(local, host)| {
        let ending = host.rsplit_once('.').map_or("", |(_, ending)| ending);
        local.len() >= 2 && ending.len() >= 2 && ending.bytes().all(|b| b.is_ascii_alphabetic())
    })
}

/// How passwords are kept and sent.
const TECHNICAL: &[&str] = &[
    "sha1",
    "sha2",
    "sha3",
    "sha5",
    "md4",
    "md5",
    "base64",
    "base32",
    "base58",
    "base16",
    "utf8",
    "utf16",
    "aes1",
    "aes2",
    "rsa2",
    "rsa4",
    "rsa1",
    "rsa3",
    "argon2",
    "pbkdf2",
    "pbes2",
    "oauth1",
    "oauth2",
    "http1",
    "http2",
    "http3",
    "ipv4",
    "ipv6",
    "x509",
    "x255",
    "pkcs",
    "ed25519",
    "ed448",
    "hs256",
    "hs512",
    "rs256",
    "es256",
    "es384",
    "ps256",
    "tls1",
    "ssl3",
    "2fa",
    "win32",
    "win64",
    "windows1",
    "office36",
    "microsoft36",
    "m365",
    "i18n",
    "python3",
    "python2",
    "mysql5",
    "mysql8",
    "php7",
    "php8",
    "java8",
    "25519",
    "25519",
    "p256",
    "p384",
    "p521",
    "secp256",
    "secp384",
    "crc32",
    "blake2",
    "blake3",
    "hmac",
    "scram",
    "ntlm",
    "web3",
    "auth0",
    "oidc",
    "saml2",
    "i64",
    "i32",
    "u64",
    "u32",
    "u16",
    "u8",
    "usize",
    "int32",
    "int64",
    "uint8",
    "uint3",
    "uint6",
    "float3",
    "float6",
    "x86",
    "arm64",
    "amd64",
    "k8s",
    "ec2",
    "s3",
    "bcrypt",
    "scrypt",
    "chacha20",
    "poly1305",
    "sm2",
    "sm3",
    "sm4",
    "level",
    "step",
    "version",
    "type1",
    "type2",
    "phase",
    "chapter",
    "section",
    "rfc",
    "iso",
    "wpa2",
    "wpa3",
    "lt1",
    "covid",
    "mldsa",
    "mlkem",
    "x448",
    "asn1",
];

/// Names of algorithms, formats and versions.
pub(super) fn is_technical(value: &str) -> bool {
    let plain: String = value.to_ascii_lowercase().chars().filter(|c| !"-_./ ".contains(*c)).collect();
    let version = plain.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    let simple = plain.bytes().all(|b| b.is_ascii_alphanumeric());
    let first = value.split(['-', '_', '.', '/', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    let named = |word: &&str| {
        // So short a name is meant only if it stands alone: `s3`, `s3-bucket`, not `s3aGull9`.
        let rest = first.strip_prefix(word).filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        if word.len() <= 3 && word.bytes().any(|b| b.is_ascii_digit()) {
            rest.is_some()
        } else {
            plain.starts_with(*word)
        }
    };
    version || (simple && plain.len() <= 20 && TECHNICAL.iter().any(named))
}

/// `0x8803`: a number in code, of at most eight digits.
fn is_hexadecimal(value: &str) -> bool {
    let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X")).unwrap_or_default();
    (1..=8).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Numbers with a unit, dates, versions, ranges, numbers in code: `8-character`, `90days`, `2026-04-01`, `1.2.3`, `8-64`.
pub(super) fn is_quantity(value: &str) -> bool {
    const UNITS: &[&str] = &[
        "char", "bit", "byte", "day", "hour", "min", "sec", "month", "year", "week", "digit", "letter",
        "word", "time", "st", "nd", "rd", "th", "x", "ms", "s", "h", "m", "kb", "mb", "gb", "px", "em",
        "factor", "way", "step", "step", "attempt", "of", "or", "to", "symbol",
    ];
    let rest = value
        .trim_start_matches(|c: char| c.is_ascii_digit() || "-./:,~+TZ".contains(c))
        .to_ascii_lowercase();
    let number = value.len() > rest.len();
    let parted = value.bytes().any(|b| b"-./:,~".contains(&b));
    let unit = UNITS
        .iter()
        .any(|unit| rest.trim_end_matches(['s', '-']) == *unit || (unit.len() > 2 && rest.starts_with(unit)));
    number && ((rest.is_empty() && parted) || unit || is_hexadecimal(value))
}

/// Identifiers with a number in or behind them: words joined by `-`, `_` or the like, or by capitals, such as
/// `my-db-secret-2`, `P256_PRIVATE_KEY`, `Utf8PathBuf`.
pub(super) fn is_name(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['-', '_', '.', '/', ':']).filter(|part| !part.is_empty()).collect();
    if let [part] = parts.as_slice() {
        return is_cased(part);
    }
    let counted =
        |part: &str| value.contains('_') && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    parts.iter().all(|part| is_plain(part) || counted(part))
}

/// A part of a name: letters, few digits behind them, words in capitals, an algorithm.
fn is_plain(part: &str) -> bool {
    let alphanumeric = part.bytes().all(|b| b.is_ascii_alphanumeric());
    alphanumeric && (part.len() <= 2 || is_word(part) || is_cased(part) || is_technical(part))
}

/// Letters, and at most two digits behind them.
fn is_word(part: &str) -> bool {
    let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
    part.len() - letters.len() <= 2 && !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Two capitalised words or more, with digits only behind them or in a technical word: `passwordField1`,
/// `Utf8PathBuf`; not `Mong0Pass`.
fn is_cased(part: &str) -> bool {
    let plain = part.trim_end_matches(|c: char| c.is_ascii_digit());
    let humps = plain.bytes().filter(u8::is_ascii_uppercase).count();
    let letters = plain.bytes().filter(u8::is_ascii_alphabetic).count();
    let spoken =
        plain.split(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()).filter(|w| !w.is_empty());
    let long = spoken.filter(|word| word.len() >= 3 && has_vowel(word)).count();
    let lower = plain.to_ascii_lowercase();
    let spelt = letters == plain.len() || TECHNICAL.iter().any(|word| lower.contains(word));
    let alone = part.bytes().all(|b| b.is_ascii_alphanumeric()) && part.len() - plain.len() <= 2;
    alone && spelt && letters >= 3 * humps && long >= 2
}

fn has_vowel(word: &str) -> bool {
    word.bytes().any(|b| b"aeiouy".contains(&b))
}
