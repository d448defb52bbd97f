//! Credentials in the layouts they come in: `user:password`, after an option's letter, before a pipe, PINs, phrases in
//! quotes, Basic authentication.

use super::password::{Made, goes_on, labelled, said, value};
use super::words::{is_placeholder, is_template};
use super::{Validator, Verdict, keep_if};
use crate::base64::decoded;

pub(super) const LIST: &[Validator] = &[
    Validator { name: "password-glued", checksum: false, judge: glued },
    Validator { name: "password-piped", checksum: false, judge: piped },
    Validator { name: "password-first", checksum: false, judge: first },
    Validator { name: "password-url", checksum: false, judge: url },
    Validator { name: "password-last", checksum: false, judge: last },
    Validator { name: "password-pair", checksum: false, judge: pair },
    Validator { name: "pin", checksum: false, judge: pin },
    Validator { name: "pin-amid", checksum: false, judge: pin_amid },
    Validator { name: "passphrase", checksum: false, judge: passphrase },
    Validator { name: "password-changed", checksum: false, judge: changed },
    Validator { name: "passphrase-words", checksum: false, judge: words },
    Validator { name: "password-first-line", checksum: false, judge: first_line },
    Validator { name: "password-chosen", checksum: false, judge: chosen },
    Validator { name: "recovery-codes", checksum: false, judge: recovery },
    Validator { name: "basic-pair", checksum: false, judge: basic },
];

/// `user:password`, `user / password`: the second is judged, and the first may be any.
fn pair(text: &str) -> Verdict {
    let Some((user, secret)) = text.split_once([':', '/', '%', ' ', '\u{3001}', ',', '\n', '\t']) else {
        return Verdict::Reject;
    };
    let secret = secret.trim_start_matches([' ', '/', ':', ',', '\u{3001}', '\u{3000}', '\n', '"', '\'']);
    let lettered = user.bytes().any(|b| b.is_ascii_alphabetic());
    if !lettered || is_template(user) || text.contains("://") || secret.matches('/').count() > 1 {
        Verdict::Reject
    } else {
        value(secret)
    }
}

/// `ppassword`, `hp"password`: an option's letters are glued to it.
fn glued(text: &str) -> Verdict {
    let text = text.strip_prefix('h').unwrap_or(text);
    value(text.strip_prefix('p').unwrap_or(text).trim_start_matches(['"', '\'']))
}

/// `password' | sudo -S`, `user:password | chpasswd`: what stands before the pipe is judged.
fn piped(text: &str) -> Verdict {
    let said = text.split('|').next().unwrap_or_default().trim_end_matches([' ', '"', '\'', '\\', 'n']);
    labelled(said.split_once(':').map_or(said, |(_, password)| password))
}

/// The first of several words, behind what may divide it from a name, and before what says what it is.
fn first(text: &str) -> Verdict {
    let text = text.trim_start_matches(|c: char| !c.is_ascii() || " ,/\r\n\"'`:".contains(c));
    let end = text.find(|c: char| !c.is_ascii() || " \"'`".contains(c)).unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default();
    said(word.rsplit_once('(').map_or(word, |(word, _)| word))
}

/// All of the line below a sentence.
fn first_line(text: &str) -> Verdict {
    text.rsplit('\n').next().map_or(Verdict::Reject, said)
}

/// Beside an administrator's name stands much else: of three kinds of characters at least.
fn chosen(text: &str) -> Verdict {
    let bytes = text.as_bytes();
    let kinds =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, u8::is_ascii_punctuation];
    let many = kinds.iter().filter(|is| bytes.iter().any(is)).count() >= 4;
    if many { value(text) } else { Verdict::Reject }
}

/// Codes in groups, mixed of letters and digits, or long ones of digits alone.
fn recovery(text: &str) -> Verdict {
    let first = text.split([' ', ',', '\n', '、', 'と', '及']).next().unwrap_or_default();
    let made = Made::of(first);
    let digits = first.bytes().filter(u8::is_ascii_digit).count();
    keep_if(!is_placeholder(first) && digits >= 2 && (made.letters() >= 2 || digits >= 12))
}

/// `oldから「newに`, `old to new`: the new one, which is judged, and the old one with it.
fn changed(text: &str) -> Verdict {
    let (_, new) = text.split_once("から").or_else(|| text.split_once(" to ")).unwrap_or_default();
    let new = new.trim_start_matches(['「', '"', '\'', ' ']);
    let end = new.find(|c: char| !c.is_ascii() || " \"'`".contains(c)).unwrap_or(new.len());
    said(new.get(..end).unwrap_or_default())
}

/// Words of sentences about pass phrases.
const SPOKEN: &[&str] = &[
    "the",
    "this",
    "that",
    "your",
    "you",
    "our",
    "its",
    "and",
    "are",
    "was",
    "not",
    "for",
    "with",
    "from",
    "must",
    "should",
    "can",
    "will",
    "may",
    "has",
    "have",
    "least",
    "than",
    "into",
    "use",
    "used",
    "enter",
    "type",
    "please",
    "required",
    "protect",
    "key",
    "file",
    "string",
    "password",
    "passphrase",
    "secret",
    "empty",
    "none",
    "null",
    "true",
    "false",
    "when",
    "where",
    "which",
    "what",
    "how",
    "again",
    "same",
    "characters",
    "words",
    "default",
    "optional",
    "invalid",
    "wrong",
    "does",
    "match",
    "bad",
    "error",
    "failed",
    "set",
    "new",
    "old",
    "private",
];

/// Words with spaces between that say nothing about passphrases: `orange teapot 42 meadow`.
fn words(text: &str) -> Verdict {
    let told = |word: &str| {
        let letters = word.bytes().all(|b| b.is_ascii_alphabetic()) && word.len() >= 3;
        (letters && !SPOKEN.contains(&word.to_ascii_lowercase().as_str()))
            || word.bytes().all(|b| b.is_ascii_digit())
    };
    let text = text.trim_end_matches(['"', '\'', '.', '\r', '\n', '」']);
    keep_if(text.split(' ').count() >= 4 && text.split(' ').all(told))
}

/// The last of several words.
fn last(text: &str) -> Verdict {
    value(text.rsplit(' ').next().unwrap_or_default().trim_matches(['"', '\'']))
}

/// RFC 3986 §3.2.1: `user:password@`.
fn url(text: &str) -> Verdict {
    let (_, password) = text.trim_end_matches('@').split_once(':').unwrap_or_default();
    if Made::of(password).letters() == 0 { Verdict::Reject } else { value(password) }
}

/// A number that is typed at a machine; not a year, not a count of something.
fn pin(text: &str) -> Verdict {
    keep_if(!goes_on(text) && text.bytes().filter(u8::is_ascii_digit).count() >= 4)
}

/// The same somewhere in a sentence: digits in groups and nothing behind them, no year and no port.
fn pin_amid(text: &str) -> Verdict {
    let number = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let made = number.trim_end_matches(['#', '*']);
    let plain = made.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b' ') || made.contains(" to ");
    let digits = made.bytes().filter(u8::is_ascii_digit).count();
    let year = made.len() == 4 && (made.starts_with("19") || made.starts_with("202"));
    keep_if(plain && !year && made.ends_with(|c: char| c.is_ascii_digit()) && digits >= 3)
}

/// Words in quotes, of any script, that a label says are a pass phrase.
fn passphrase(text: &str) -> Verdict {
    let Some((said, after)) = text.rsplit_once(['」', '』', '”', '"']) else { return Verdict::Reject };
    let said = said.rsplit(['「', '『', '“', '"']).next().unwrap_or_default();
    let asks = [
        "必須",
        "必要",
        "文字",
        "桁",
        "変更",
        "設定",
        "入力",
        "忘れ",
        "再設定",
        "リセット",
        "パスワード",
        "同じ",
        "とは",
        "ください",
    ];
    let told_of =
        ["を", "と", "の", "に関", "欄", "は", "が", "ボタン"].iter().any(|word| after.starts_with(word));
    keep_if(
        said.chars().count() >= 3
            && !told_of
            && !asks.iter().any(|word| said.contains(word))
            && !is_placeholder(said),
    )
}

/// RFC 7617 §2: base64 of user-id, colon and password, in printable characters.
fn basic(text: &str) -> Verdict {
    let encoded = text.rsplit([' ', '\t', ':', '"', '\'']).next().unwrap_or_default();
    let Some(bytes) = decoded(encoded) else { return Verdict::Reject };
    let Ok(said) = std::str::from_utf8(&bytes) else { return Verdict::Reject };
    let printable = said.chars().all(|c| !c.is_control());
    keep_if(
        printable
            && said
                .split_once(':')
                .is_some_and(|(_, word)| !word.is_empty() && !is_placeholder(word) && !is_published(word)),
    )
}

/// Those of RFC 7617 §2 and RFC 2617 §2.
fn is_published(password: &str) -> bool {
    ["open sesame", "opensesame", "test\u{a3}"].contains(&password)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn pairs_pins_and_phrases() {
        check(pair, Verdict::Keep, &["tanaka:Abc12345", "tanaka / Abc12345", "root:zaq12wsx"]);
        check(
            pair,
            Verdict::Reject,
            &["user:password", "tanaka / yamada", "http://x1y2z3", "<user>:Abc12345"],
        );
        check(pin, Verdict::Keep, &["1234", "0000", "123456"]);
        check(pin_amid, Verdict::Keep, &["0417", "4-1-9", "482 119", "2580#", "4419 to 8203"]);
        check(pin_amid, Verdict::Reject, &["2024", "4471年", "1234/5", "12"]);
        check(pin, Verdict::Reject, &["2024年", "123", "1234桁"]);
        check(passphrase, Verdict::Keep, &["合言葉は「ひらけごま」です", "合言葉は「山と川」"]);
        check(changed, Verdict::Keep, &["mori2024から「kawa2025", "Abc12345 to Zxc98765"]);
        check(changed, Verdict::Reject, &["管理者から利用者", "plain to hashed"]);
        check(words, Verdict::Keep, &["orange teapot 42 meadow", "correct horse battery staple\n"]);
        check(words, Verdict::Reject, &["must be at least eight", "two words", "orange teapot a meadow"]);
        check(
            passphrase,
            Verdict::Reject,
            &["合言葉は「必須」です", "合言葉は「山」です", "合言葉は「ひらけごま」と"],
        );
    }

    #[test]
    fn basic_credentials_have_a_colon() {
        check(basic, Verdict::Keep, &["Basic dGFuYWthOkFiYzEyMzQ1", "basic YTpaeDkja2tRMg"]);
        check(
            basic,
            Verdict::Reject,
            &["Basic authentication", "Basic dGFuYWth", "Basic dGFuYWthOg==", "basic dXNlcjpwYXNz"],
        );
    }
}
