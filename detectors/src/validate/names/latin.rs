//! Names in Latin letters that are in no gazetteer, where a label, a title or an honorific says that they are some.

use super::super::Verdict;
use crate::gazetteer::{not_a_name, world_given, world_in_kana, world_surname};

/// Small words between the parts of a name.
const BETWEEN: &[&str] = &[
    "de", "da", "do", "dos", "das", "del", "di", "la", "le", "van", "von", "den", "der", "ten", "bin",
    "binti", "al", "el",
];

/// Words that are written with a capital where a name may stand.
const WORDS: &str = " iban bic swift dob tel fax mail url ref pin cvv exp test user users sample example name first last full your my our company corp corporation inc ltd llc co \
    gmbh bank office admin administrator system systems service services server team group department ministry agency city \
    university school hospital unknown none null nil the and of for to in on at sir madam all there everyone president \
    chairman chair speaker minister secretary prime manager director robot right data center centre cloud web microsoft \
    google amazon oracle apple adobe azure windows office linux japan tokyo osaka new york united states kingdom \
    south north east west street avenue road number card account passport address phone email date birth nationality \
    sex gender male female surname given family type status code id no not is are was were be has have this that we you \
    international national digital security information technology solutions software network company holdings \
    project foundation institute association committee council embassy airlines airport hotel station plaza tower \
    visa mastercard master express debit credit gold monday tuesday wednesday thursday friday saturday sunday \
    january february march april may june july august september october november december open source public private \
    key keys token access secret api app version release note notes hello dear thank thanks best regards please see \
    support help desk customer client contact sales order invoice total page table figure chapter section ";

/// Two to five words, each with a capital or all in capitals, of which none is an ordinary one.
pub(super) fn whole(text: &str) -> Verdict {
    let words: Vec<&str> = text.split([' ', ',', '\u{3000}', '・']).filter(|word| !word.is_empty()).collect();
    let long = words.iter().filter(|word| is_part(word)).count();
    let ends = [words.first(), words.last()].into_iter().flatten();
    let capital = ends.into_iter().all(|word| is_part(word) || is_initial(word));
    let all = words.iter().all(|word| is_part(word) || is_initial(word) || BETWEEN.contains(word));
    if (2..=5).contains(&words.len()) && long > 0 && capital && all { Verdict::Keep } else { Verdict::Reject }
}

/// Emma Whitfield, THAPA Bikash, Donovan, Patricia: a given name and a surname that somewhere are some; of one alone what stands
/// nearby must say that it is a person's.
pub(super) fn known(text: &str) -> Verdict {
    let plain = text.replace(',', "");
    if whole(&plain) == Verdict::Reject || not_a_name(&plain.to_lowercase()) {
        return Verdict::Reject;
    }
    let words: Vec<&str> = plain.split(' ').filter(|word| is_part(word)).collect();
    let given: Vec<usize> =
        (0..).zip(&words).filter(|(_, word)| world_given(word)).map(|(at, _)| at).collect();
    let family: Vec<usize> =
        (0..).zip(&words).filter(|(_, word)| world_surname(word)).map(|(at, _)| at).collect();
    if words.len() > 1 && given.iter().any(|one| family.iter().any(|other| one != other)) {
        Verdict::Keep
    } else if !given.is_empty() || !family.is_empty() {
        Verdict::Lower
    } else {
        Verdict::Reject
    }
}

/// ダニエル・コスタ: katakana with dots between, of which one is somebody's name abroad.
pub(super) fn in_kana(text: &str) -> Verdict {
    let parts: Vec<&str> = text.split('・').collect();
    let known = parts.iter().any(|part| world_in_kana(part)) && !not_a_name(text);
    if known && parts.iter().all(|part| !not_a_name(part)) { Verdict::Keep } else { Verdict::Reject }
}

/// Collins behind Ms.: whatever is no ordinary word.
pub(super) fn behind(text: &str) -> Verdict {
    let name = text.split_once(' ').map_or("", |(_, name)| name);
    let words: Vec<&str> = name.split(' ').collect();
    let all = words.iter().all(|word| is_part(word) || is_initial(word) || BETWEEN.contains(word));
    if all && words.iter().any(|word| is_part(word)) { Verdict::Keep } else { Verdict::Reject }
}

/// Olga Petrova氏; what the anchor says of it is cut off.
pub(super) fn titled(text: &str) -> Verdict {
    let letter = |c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’');
    text.split(|c: char| !letter(c)).next().map_or(Verdict::Reject, |name| whole(name.trim_end()))
}

fn is_part(word: &str) -> bool {
    let latin = |c: &char| c.is_ascii_alphabetic() || matches!(c, 'À'..='ž');
    let letters = word.chars().filter(latin).count();
    let plain = word.chars().all(|c| latin(&c) || matches!(c, '-' | '\'' | '’'));
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let cased = word.starts_with(char::is_uppercase) && (capitals <= 2 || capitals == letters);
    letters > 1 && plain && cased && !WORDS.contains(&format!(" {} ", word.to_ascii_lowercase()))
}

fn is_initial(word: &str) -> bool {
    word.len() == 2 && word.ends_with('.') && word.starts_with(|c: char| c.is_ascii_uppercase())
}
