//! Where a password stands says how much it must look like one: behind a Japanese label, before words of its use, beside its
//! user, as the argument of a call, in a device's settings, as the answer to a question.

use super::lists::{ANSWERED, ASKS};
use super::{believed, core, is_joined, is_leet, is_other, is_titled, near};
use crate::validate::password::{Made, goes_on, labelled, said, value as given};
use crate::validate::spoken::is_member_joined;
use crate::validate::words::{is_placeholder, is_template};
use crate::validate::{Validator, Verdict, keep_if, romaji};

pub(in crate::validate) const LIST: &[Validator] = &[
    Validator { name: "password-sung", checksum: false, judge: sung },
    Validator { name: "password-told", checksum: false, judge: told },
    Validator { name: "password-used", checksum: false, judge: used },
    Validator { name: "password-of-user", checksum: false, judge: of_user },
    Validator { name: "password-set", checksum: false, judge: set },
    Validator { name: "password-argument", checksum: false, judge: argument },
    Validator { name: "password-in-use", checksum: false, judge: in_use },
    Validator { name: "password-first-label", checksum: false, judge: |text| labelled(behind(text)) },
    Validator { name: "password-device", checksum: false, judge: device },
    Validator { name: "password-declared", checksum: false, judge: declared },
    Validator { name: "password-worded", checksum: false, judge: worded },
    Validator { name: "answer", checksum: false, judge: answer },
];

/// Words of Japanese in Latin letters with spaces between, one of them a particle or a number: `manabi no mori 12`.
fn sung(text: &str) -> Verdict {
    let words: Vec<&str> = text.split(' ').collect();
    let small = |word: &&str| {
        ["no", "to", "ni", "wo", "ga", "wa", "ka"].contains(word) || word.bytes().all(|b| b.is_ascii_digit())
    };
    let count = words.iter().filter(|word| romaji::is_word(word)).count();
    keep_if(
        count >= 1
            && words.iter().any(small)
            && words.iter().all(|word| small(word) || romaji::is_word(word) || word.len() <= 3),
    )
}

/// Behind a Japanese label: even a word, if it is one of Japanese.
fn told(text: &str) -> Verdict {
    let value = core(text);
    let sung = (value.len() >= 5 && romaji::is_word(value)) || romaji::is_joined(value);
    match said(text) {
        Verdict::Reject if !goes_on(text) && sung && !is_member_joined(value) && !is_other(value) => {
            Verdict::Keep
        }
        Verdict::Reject => given(text),
        verdict => verdict,
    }
}

/// Directly before words of its use, such as 「で入れました」, which the match ends with.
fn used(text: &str) -> Verdict {
    let end = text.find(|c: char| !c.is_ascii() || c == '"').unwrap_or(text.len());
    let value = text.get(..end).unwrap_or_default();
    let small = Made::of(value).lower >= 2;
    if small { near(value) } else { Verdict::Reject }
}

/// `user / password`: the second looks like one, and is not of the same shape as the first, as in a list of names.
pub(in crate::validate) fn of_user(text: &str) -> Verdict {
    let divider = |c: char| !c.is_ascii() || " /:,|".contains(c);
    let (user, rest) = text.split_at(text.find(divider).unwrap_or(text.len()));
    let value = core(rest.trim_start_matches(|c: char| divider(c) || "\"'`(".contains(c)));
    let spaced = !rest.starts_with(['/', ':', ',']);
    let made = Made::of(value);
    let letters = made.lower >= 2 && made.letters() >= 3;
    let both = made.upper > 0 && made.digits > 0;
    let looks = (made.signs > 0 && made.upper + made.digits > 0)
        || both
        || (spaced && (is_leet(value, &made) || is_joined(value) || romaji::is_joined(value)));
    let small = user.bytes().any(|b| b.is_ascii_lowercase());
    let plain = user.len() >= 2 && small && !is_template(user) && shape(user) != shape(value);
    keep_if(!goes_on(value) && plain && letters && made.length >= 6 && looks && !is_other(value))
}

/// The kinds of characters of a value, each run of one kind once: `a-A0` of `nasu-A1`.
fn shape(value: &str) -> String {
    let kind = |c: char| match c {
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        '0'..='9' => '0',
        other => other,
    };
    let mut kinds: Vec<char> = value.chars().map(kind).collect();
    kinds.dedup();
    kinds.into_iter().collect()
}

/// Where a setting takes a password and nothing else: even words with capitals, as in `Vpn-Gaisen-Yon`.
fn set(text: &str) -> Verdict {
    let value = core(text);
    keep_if(
        !goes_on(text)
            && value.len() >= 6
            && (believed(text) == Verdict::Keep || is_titled(value) || said(text) == Verdict::Keep),
    )
}

/// The last quoted argument of a call.
fn argument(text: &str) -> Verdict {
    let inner = text.trim_end_matches(['"', '\'']);
    let value = inner.rsplit(['"', '\'']).next().unwrap_or_default();
    if romaji::is_joined(value) && !is_other(value) { Verdict::Keep } else { believed(value) }
}

/// The quoted value that the match ends with, of a declaration with a password's name.
fn declared(text: &str) -> Verdict {
    let inner = text.trim_end_matches(['"', '\'']);
    set(inner.rsplit(['"', '\'']).next().unwrap_or_default())
}

/// Without what stands between the label and the value.
fn behind(text: &str) -> &str {
    text.trim_start_matches(['、', ' ', '\u{3000}', '「', '『'])
}

/// Behind 「使っているのは」: what looks like a password, or a word of Japanese.
fn in_use(text: &str) -> Verdict {
    let value = behind(text);
    let sung = value.len() >= 6 && romaji::is_word(value);
    if sung { Verdict::Keep } else { near(value) }
}

/// The last word of a device's setting, or all that is in its quotes.
fn device(text: &str) -> Verdict {
    let line = text.trim_end_matches(['"', '\n', '\r']);
    match line.rsplit_once(" \"") {
        Some((_, phrase)) if phrase.contains(' ') => worded(phrase),
        _ => set(line.rsplit([' ', '"']).next().unwrap_or_default()),
    }
}

/// Words in quotes behind the name of a password, a number among them: `mail pass with space 5`.
fn worded(text: &str) -> Verdict {
    let value = text.trim_end_matches(['"', '\'']);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    keep_if(
        value.split(' ').count() >= 3
            && (1..=6).contains(&digits)
            && !is_placeholder(value)
            && !value.contains(['=', '{', '$', '<', '(']),
    )
}

/// The answer to a secret question, or a watchword, in any script: not what such sentences go on with.
fn answer(text: &str) -> Verdict {
    let value = ANSWERED.iter().fold(text, |value, end| value.strip_suffix(end).unwrap_or(value));
    let value = value.trim_end_matches(['」', '』', '）']);
    keep_if(
        value.chars().count() >= 2 && !ASKS.iter().any(|word| value.contains(word)) && !is_placeholder(value),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn where_a_value_stands_says_how_much_it_must_look_like_one() {
        check(set, Verdict::Keep, &["Bcm-Yosemite", "sakura77"]);
        check(set, Verdict::Reject, &["Case-Sensitive", "required", "X-Auth-Token"]);
        check(argument, Verdict::Keep, &["\"tanaka\", \"Im-Wani-33\""]);
        check(worded, Verdict::Keep, &["mail pass with space 5\""]);
        check(answer, Verdict::Keep, &["たんぽぽです", "からあげ定食", "鷹觜で登録"]);
        check(answer, Verdict::Reject, &["必須です", "何です", "英数字です"]);
        check(told, Verdict::Keep, &["himitsu", "kaikan_3F_natsu", "Abc12345", "Tsubaki_xYbUoL"]);
        check(told, Verdict::Reject, &["required", "token", "Windows11"]);
        check(used, Verdict::Keep, &["yosan2026でロック", "Mado.Guchi5」で開き"]);
        check(used, Verdict::Reject, &["Chrome138で開く", "A4で開く"]);
        check(
            of_user,
            Verdict::Keep,
            &["test1/nasu-A1", "viewer / graphs4every1", "svc_share の Budou!Tana4"],
        );
        check(
            of_user,
            Verdict::Reject,
            &["taro01 / hana02", "user / password", "google / github", "BIOS / Kyoumu-88"],
        );
        check(sung, Verdict::Keep, &["manabi no mori 12", "aki no yo no tsuki"]);
        check(sung, Verdict::Reject, &["Windows Server 2022", "the user is here"]);
        check(in_use, Verdict::Keep, &["sakurajima", "「Kaki-88"]);
        check(in_use, Verdict::Reject, &["Windows11", "Chrome138"]);
        check(device, Verdict::Keep, &["username kanri secret Cs-Umi13\n"]);
        check(device, Verdict::Reject, &["username field is required\n"]);
    }
}
