//! Passwords that stand somewhere in a sentence that speaks of one: what is believed to be one by its own looks.
//!
//! Names of products, machines, files and users stand in the same sentences; how much a value must look like a password
//! depends on how near the sentence comes to telling one.

mod lists;
pub(super) mod standing;

use super::password::{Made, goes_on};
use super::spoken::{is_member, is_member_joined, is_spoken, is_unspeakable};
use super::words::{is_code, is_name, is_placeholder, is_quantity, is_technical};
use super::{Validator, Verdict, keep_if, romaji};
use lists::{ENDINGS, NUMBERED, SETTINGS};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "password-believed", checksum: false, judge: believed },
    Validator { name: "password-near", checksum: false, judge: near },
    Validator { name: "password-signed", checksum: false, judge: signed },
    Validator { name: "password-strict", checksum: false, judge: strict },
];

/// In the same sentence as the noun.
fn believed(text: &str) -> Verdict {
    let value = core(text);
    keep_if(!goes_on(text) && (is_meant(value) || (!is_other(value) && is_joined(value))))
}

/// Signs or letters of both cases with digits among them, which no identifier has: what looks like a password even behind a
/// label that names much else.
pub(super) fn is_meant(value: &str) -> bool {
    let made = Made::of(value);
    !is_other(value)
        && (is_signed(&made) || is_mixed(value, &made) || is_leet(value, &made) || is_walk(value))
}

/// In no company at all: a sign among the letters, as nothing else has it that people write.
fn signed(text: &str) -> Verdict {
    const SIGNS: [char; 7] = ['!', '#', '$', '%', '&', '@', '^'];
    let value = core(text);
    let bare = value.trim_end_matches(SIGNS);
    let amid = bare.contains(SIGNS) && is_signed(&Made::of(value)) && !is_other(value) && !is_numbered(bare);
    let ended = bare.len() < value.len() && !is_other(bare) && is_mixed(bare, &Made::of(bare));
    let made = Made::of(value);
    let few = value.matches(SIGNS).count() <= 4 && made.lower >= 2 && made.letters() >= 4;
    keep_if(!goes_on(text) && few && !value.contains('=') && (amid || ended))
}

/// `issue#12`, `root@web01`: words with a number or a name behind them.
fn is_numbered(value: &str) -> bool {
    let small =
        |part: &str| part.len() >= 3 && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let counted = value.split_once(['#', '!', '$', '&']).is_some_and(|(word, number)| {
        let small = word.bytes().all(|b| b.is_ascii_lowercase());
        let word = word.to_ascii_lowercase();
        number.bytes().all(|b| b.is_ascii_digit())
            && (small || NUMBERED.contains(&word.as_str()) || !word.bytes().all(|b| b.is_ascii_alphabetic()))
    });
    counted
        || value.split_once('@').is_some_and(|(user, host)| {
            small(user) && small(host) || host.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
}

/// Next to the noun: letters and digits, or words joined by hyphens, that name nothing of programs.
fn near(text: &str) -> Verdict {
    let value = core(text);
    let made = Made::of(value);
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let numbered = made.letters() >= 3 && made.digits > 0 && plain && !(is_name(value) && is_member(value));
    let sung = romaji::is_joined(value) && !is_member_joined(value);
    let looks = numbered || sung || is_titled(value) || is_hyphened(value) || believed(text) == Verdict::Keep;
    keep_if(!goes_on(text) && !is_other(value) && looks)
}

/// In a sentence that speaks of an account, where users and machines have names as well: signs, or both cases and digits in
/// more than one part.
fn strict(text: &str) -> Verdict {
    let value = core(text);
    let made = Made::of(value);
    let joined = value.split(['-', '_']).filter(|part| part.len() >= 2).count() >= 2;
    let parted = joined || made.turns >= 4;
    let mixed = is_mixed(value, &made) && parted && !value.contains('.');
    let sung = made.upper > 0 && made.lower > 3 && romaji::is_joined(value) && !is_member_joined(value);
    keep_if(
        !goes_on(text)
            && !is_other(value)
            && (is_signed(&made) || mixed || sung || (is_leet(value, &made) && made.upper > 0)),
    )
}

/// Two words or more with capitals, joined by hyphens, that say nothing of programs and settings.
fn is_titled(value: &str) -> bool {
    let parts: Vec<String> = value.split('-').map(str::to_ascii_lowercase).collect();
    let capital = value.split('-').filter(|part| part.starts_with(|c: char| c.is_ascii_uppercase())).count();
    let letters = value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    parts.len() >= 2
        && capital == parts.len()
        && letters
        && value.len() >= 9
        && !parts.iter().any(|part| SETTINGS.contains(&part.as_str()))
}

/// Small words joined by hyphens, three or more: `lime-otter-castle`.
fn is_hyphened(value: &str) -> bool {
    let words: Vec<&str> = value.split('-').collect();
    let small = |word: &&str| word.len() >= 2 && word.bytes().all(|b| b.is_ascii_lowercase());
    let function = |word: &&str| {
        ["to", "of", "in", "the", "and", "or", "by", "on", "end", "up", "out", "off", "is"].contains(word)
    };
    words.len() >= 3
        && value.len() >= 10
        && words.iter().all(small)
        && !words.iter().any(function)
        && !is_member(value)
}

/// Without what a sentence puts around it.
fn core(text: &str) -> &str {
    text.trim_end_matches(['.', ':', ')', ']', '}', '>', '*', ',', ';', '(', '[', '?'])
}

/// What is something else, whatever it looks like.
fn is_other(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let word = lower.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let joined = lower.split(['-', '_', ' ']).next().unwrap_or_default();
    let signed = value.bytes().any(|b| matches!(b, b'!' | b'#' | b'$' | b'^' | b'*' | b'~'));
    let capital = value.bytes().any(|b| b.is_ascii_uppercase());
    let named = capital == value.bytes().any(|b| b.is_ascii_digit());
    let signed = signed || (romaji::is_joined(value) && named);
    value.len() < 6
        || value.starts_with(['#', '@', '%', '$', '/', '.', '-', '=', '&', '+', '?'])
        || (value.contains(['/', ':', '(', '{', '[', '|', ',']) && !is_walk(value))
        || (!signed && (NUMBERED.contains(&word) || NUMBERED.contains(&joined)))
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || is_placeholder(value)
        || (is_code(value) && !(value.contains('-') && is_joined(value)) && !romaji::is_joined(value))
        || is_technical(value)
        || is_quantity(value)
        || is_issued(value)
}

/// Sixteen capitals and digits or more, as issuers make them and nobody types: their own rules find them, and do not wait
/// for what follows.
fn is_issued(value: &str) -> bool {
    value.len() >= 16 && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Letters, a sign inside, and something more: `Hg7^pLw2`, `opal&Rhubarb`, `synologyNAS1!`.
fn is_signed(made: &Made) -> bool {
    let more = made.digits > 0 || (made.upper > 0 && made.lower > 0);
    made.signs > 0 && made.length >= 7 && made.letters() >= 3 && made.lower > 0 && more
}

/// Letters of both cases and digits: `Temp-4471-aki`, `Tozei4han`, `Jukou2026`; not `ThreadPool2`.
fn is_mixed(value: &str, made: &Made) -> bool {
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let both = made.lower >= 2 && made.upper > 0 && made.digits > 0;
    let sung = value.split('-').count() >= 3;
    let named = is_name(value) && !is_spoken(value) && !is_unspeakable(value) && !sung;
    plain && both && made.length >= 8 && !named
}

/// Words in small letters with a number, joined: `tsukimi-dango7`, `kasumi-7788`; not `tokyo-01`.
fn is_joined(value: &str) -> bool {
    let parts: Vec<&str> = value.split(['-', '_', '.']).collect();
    let plain = value
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let words = parts.iter().filter(|part| part.bytes().filter(u8::is_ascii_lowercase).count() >= 3).count();
    plain && parts.len() >= 2 && digits > 0 && value.len() >= 9 && (words >= 2 || (words == 1 && digits >= 3))
}

/// Digits among small letters: `gr4vel0toaster`, `l0ngRoad2Nara`; not digits of base 16, nor a word with a number.
fn is_leet(value: &str, made: &Made) -> bool {
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let inside = value.trim_end_matches(|c: char| c.is_ascii_digit()).bytes().any(|b| b.is_ascii_digit());
    plain
        && inside
        && !made.is_hex
        && made.lower >= 3
        && made.letters() >= 5
        && made.length >= 8
        && made.turns >= 2
}

/// Keys side by side, as `qwertyuiop789`, `zxcvbnm` and `1qaz2wsx`.
fn is_walk(value: &str) -> bool {
    const WALKS: &[&str] = &["qwerty", "asdfgh", "zxcvbn", "1qaz", "qazwsx", "!qaz", "zaq1", "q1w2", "1q2w"];
    let lower = value.to_ascii_lowercase();
    WALKS.iter().any(|walk| lower.contains(walk))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn passwords_are_believed_by_their_looks() {
        let passwords = &[
            "Hg7^pLw2",
            "opal&Rhubarb",
            "Temp-4471-aki",
            "SS3cchan-toku",
            "Yoyaku!r8",
            "tsukimi-dango7",
            "natto-gohan.55",
            "Tozei4han",
            "kotei88MATSU",
            "Kyouyou-T14#",
            "Denshi-R7-haru",
            "live-8c2p-77xq-ow3e",
            "Jukou2026",
            "kasumi-7788",
            "gr4vel-toaster",
            "qwertyuiop789",
        ];
        check(believed, Verdict::Keep, passwords);
        check(
            believed,
            Verdict::Reject,
            &[
                "Windows11",
                "Microsoft365",
                "AKIARZPUZDIKABNBHR4I",
                "RTX-1210",
                "COVID-19",
                "gx-0192",
                "tokyo-01",
                "web-server-01",
                "netop",
                "manual-v2.pdf",
                "https://a.example/1",
                "tanaka2031",
                "SHA-256",
                "A4",
                "2026-04-01",
                "user-0192",
                "AT&T",
                "Q&A",
                "hint",
                "tanaka.taro1@example.co.jp",
                "base64",
                "10.0.0.1",
                "Wi-Fi6E",
                "<password1>",
            ],
        );
    }

    #[test]
    fn settings_and_sentences_are_judged_by_looks() {
        check(near, Verdict::Keep, &["umineko2031", "neko-no-te", "lime-otter-castle"]);
        check(
            near,
            Verdict::Reject,
            &["Windows11", "e-Gov", "Wi-Fi", "PasswordField2", "manual-v2.pdf", "point-to-point"],
        );
        check(strict, Verdict::Keep, &["Bg!2026-Aki", "calvin-Kai2", "L3tMeIn-now"]);
        check(strict, Verdict::Reject, &["Jukou2026", "web-server-01", "Windows11", "Argon2id"]);
    }
}
