//! Names as they are read: in katakana, hiragana or Latin letters.

use unicode_normalization::UnicodeNormalization;

use super::super::Verdict;
use super::parts;
use crate::gazetteer;

/// How a name is read, in parentheses behind it or where its label says so: a surname is enough.
pub(super) fn reading(text: &str) -> Verdict {
    let text = text.trim_matches(['（', '）', '(', ')', '《', '》', '〈', '〉', '「', '」']);
    if gazetteer::not_a_name(text) {
        return Verdict::Reject;
    }
    let parts: Vec<String> = parts(text).filter_map(folded).collect();
    match parts.as_slice() {
        [one] if gazetteer::kana_surname(one) || gazetteer::kana_given(one) || splits(one) => Verdict::Keep,
        [family, first] if gazetteer::kana_surname(family) || gazetteer::kana_given(first) => Verdict::Keep,
        _ => Verdict::Reject,
    }
}

/// グエン・ヴァン・ミン: two to four words of katakana with ・ or spaces between, which a title or a label calls a person.
pub(super) fn foreign(text: &str) -> Verdict {
    let parts: Vec<&str> = parts(text).collect();
    let kana = |part: &&str| part.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー'));
    let known = parts.iter().any(|part| gazetteer::not_a_name(part));
    if (2..=4).contains(&parts.len()) && parts.iter().all(kana) && text.chars().count() > 4 && !known {
        Verdict::Keep
    } else {
        Verdict::Reject
    }
}

/// Tanaka or Taro, where a title or a label says that it is one of them.
fn romaji_part(text: &str) -> Verdict {
    let known = |part: &str| gazetteer::romaji_surname(part) || gazetteer::romaji_given(part);
    let parts: Vec<&str> = parts(text).collect();
    match *parts.as_slice() {
        [one] if known(one) && !gazetteer::not_a_name(&one.to_lowercase()) => Verdict::Keep,
        [one, other] if known(one) && known(other) => Verdict::Keep,
        _ => Verdict::Reject,
    }
}

/// ヤマダ タロウ, やまだたろう: how a surname and a given name are read.
pub(super) fn katakana(text: &str) -> Verdict {
    let Some(parts) = parts(text).map(folded).collect::<Option<Vec<String>>>() else {
        return Verdict::Reject;
    };
    let hiragana = text.contains(|c| ('ぁ'..='ゖ').contains(&c));
    match parts.as_slice() {
        [family, first] => apart(family, first, hiragana),
        [glued] if gazetteer::not_a_name(glued) => Verdict::Reject,
        [glued] if !splits(glued) => Verdict::Reject,
        [glued] if hiragana || glued.chars().count() < 5 => Verdict::NeedsLabel,
        [_] => Verdict::Lower,
        _ => Verdict::Reject,
    }
}

fn apart(family: &str, first: &str, hiragana: bool) -> Verdict {
    let length = family.chars().count() + first.chars().count();
    let (surname, given) = (gazetteer::kana_surname(family), gazetteer::kana_given(first));
    let swapped = || gazetteer::kana_surname(first) && gazetteer::kana_given(family);
    if gazetteer::not_a_name(&[family, first].concat()) {
        return Verdict::Reject;
    }
    match (surname, given) {
        (true, true) if length < if hiragana { 5 } else { 4 } => Verdict::Lower,
        (true, true) => Verdict::Keep,
        _ if swapped() => Verdict::Lower,
        (true, false) | (false, true) if length > 4 => Verdict::NeedsLabel,
        _ => Verdict::Reject,
    }
}

/// Whether a surname and a given name, each of two kana or more, are all of it.
fn splits(glued: &str) -> bool {
    glued.char_indices().filter_map(|(at, _)| glued.split_at_checked(at)).any(|(family, first)| {
        family.chars().count() > 1
            && first.chars().count() > 1
            && gazetteer::kana_surname(family)
            && gazetteer::kana_given(first)
    })
}

/// Hiragana as katakana; `None` if there is something else in it or nothing.
pub(super) fn folded(text: &str) -> Option<String> {
    // Of half its width it is as much as of its whole.
    let wide: String = text.nfkc().collect();
    let text = wide.as_str();
    let fold = |c: char| match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60),
        'ァ'..='ヺ' | 'ー' => Some(c),
        _ => None,
    };
    if text.is_empty() { None } else { text.chars().map(fold).collect() }
}

/// Mr. Tanaka, Given name: Taro.
pub(super) fn romaji_behind(text: &str) -> Verdict {
    let after = |sign| text.split_once(sign).map(|(_, name)| name);
    after(": ").or_else(|| after(" ")).map_or(Verdict::Reject, romaji_part)
}

/// yamazaki.hiroko: how people log in.
pub(super) fn login(text: &str) -> Verdict {
    let parts: Vec<&str> = text.split(['.', '_', '-']).collect();
    let [one, other] = *parts.as_slice() else { return Verdict::Reject };
    let named =
        |family: &str, first: &str| gazetteer::romaji_surname(family) && gazetteer::romaji_given(first);
    let words = [one, other].into_iter().any(gazetteer::not_a_name);
    let long = one.len() > 2 && other.len() > 2 && one.len() + other.len() > 7;
    if long && !words && (named(one, other) || named(other, one)) { Verdict::Keep } else { Verdict::Reject }
}

/// サカイと名乗る, クロダです: a surname in katakana and what somebody says of it.
pub(super) fn said(text: &str) -> Verdict {
    let name: String = text.nfkc().take_while(|c| matches!(c, 'ァ'..='ヺ' | 'ー')).collect();
    let long = name.chars().count() > 2 || !text.contains("です");
    let known = gazetteer::kana_surname(&name) || splits(&name);
    if long && known && !gazetteer::not_a_name(&name) { Verdict::Keep } else { Verdict::Reject }
}

/// Kana that are the reading of a surname, of a given name or of both.
pub(super) fn read(text: &str) -> bool {
    folded(text)
        .is_some_and(|kana| gazetteer::kana_surname(&kana) || gazetteer::kana_given(&kana) || splits(&kana))
}

/// As [`reading`], and whatever else is written in hiragana: of that the name before it decides.
pub(super) fn reading_beside(text: &str) -> Verdict {
    let kana = text.trim_matches(|c: char| !('ぁ'..='ゖ').contains(&c));
    let hiragana = kana.chars().all(|c| ('ぁ'..='ゖ').contains(&c) || matches!(c, ' ' | '\u{3000}'));
    if hiragana && kana.chars().count() > 2 { Verdict::Keep } else { reading(text) }
}

/// Tanaka-san.
pub(super) fn romaji_titled(text: &str) -> Verdict {
    text.split(['-', ' ']).next().map_or(Verdict::Reject, romaji_part)
}

/// T. Yamada, Yamada, T.: a surname and the letter that a given name begins with.
fn initialled(text: &str) -> Verdict {
    let parts: Vec<&str> = text.split([' ', ',', '.']).filter(|part| !part.is_empty()).collect();
    let surname = |part: &str| {
        part.len() > 3 && gazetteer::romaji_surname(part) && !gazetteer::not_a_name(&part.to_lowercase())
    };
    match *parts.as_slice() {
        [one, other] if one.len() == 1 && surname(other) || other.len() == 1 && surname(one) => Verdict::Keep,
        _ => Verdict::Reject,
    }
}

/// Taro YAMADA, Yamada Tarō: a surname and a given name in either order, each with a capital.
pub(super) fn romaji(text: &str) -> Verdict {
    let parts: Vec<&str> = text.split([' ', ',', '/', '\u{3000}']).filter(|part| !part.is_empty()).collect();
    let [one, other] = *parts.as_slice() else {
        return initialled(text);
    };
    if one.contains('.') || other.contains('.') {
        return initialled(text);
    }
    let named =
        |family: &str, first: &str| gazetteer::romaji_surname(family) && gazetteer::romaji_given(first);
    if !named(one, other) && !named(other, one) {
        return Verdict::Reject;
    }
    let words = [one, other].into_iter().filter(|part| gazetteer::not_a_name(&part.to_lowercase())).count();
    let capitals = [one, other].into_iter().all(|part| part.starts_with(char::is_uppercase));
    match words {
        0 if capitals && one.len() + other.len() > 5 => Verdict::Keep,
        0 if capitals => Verdict::Lower,
        0 => Verdict::NeedsLabel,
        1 if capitals => Verdict::Lower,
        _ => Verdict::Reject,
    }
}
