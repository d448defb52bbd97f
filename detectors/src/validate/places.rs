//! Addresses, postal codes and the area codes of landlines in Japan, by the gazetteers.

use super::{Validator, Verdict, keep_if};
use crate::gazetteer;

pub(super) mod fragments;
mod latin;

pub(super) const LIST: &[Validator] = &[
    Validator { name: "jp-address", checksum: false, judge: address },
    Validator { name: "jp-block", checksum: false, judge: block },
    Validator { name: "jp-municipality", checksum: false, judge: municipality },
    Validator { name: "jp-town", checksum: false, judge: fragments::town },
    Validator { name: "jp-hamlet", checksum: false, judge: fragments::hamlet },
    Validator { name: "jp-kyoto", checksum: false, judge: fragments::kyoto },
    Validator { name: "address-latin", checksum: false, judge: latin::address },
    Validator { name: "jp-postal-code", checksum: false, judge: postal_code },
];

/// How much of where an address begins is known, before its numbers.
#[derive(Clone, Copy, Default)]
struct Place {
    prefecture: bool,
    municipality: bool,
    ward: bool,
    /// 大字
    hamlet: bool,
    town: bool,
}

/// Prefecture, municipality, ward and town, as many as are written, and then a block.
pub(super) fn address(text: &str) -> Verdict {
    let (place, rest) = Place::of(text);
    match place {
        Place { municipality: true, .. } if names_field(rest) => Verdict::Keep,
        Place { prefecture: true, municipality: true, .. } if is_whole_number(text, rest) => Verdict::Keep,
        _ if !has_block(rest, place.town, place.hamlet) => Verdict::Reject,
        Place { municipality: true, .. } => Verdict::Keep,
        Place { prefecture: true, town: true, .. } | Place { ward: true, town: true, .. } => Verdict::Keep,
        Place { ward: true, .. } if rest.contains("丁目") => Verdict::Keep,
        Place { prefecture: true, .. } | Place { ward: true, .. } | Place { town: true, .. } => {
            Verdict::Lower
        }
        _ => Verdict::Reject,
    }
}

impl Place {
    /// What a text begins with, and the rest of it.
    fn of(text: &str) -> (Place, &str) {
        let mut place = Place::default();
        let mut rest = text.trim_start();
        for (is_there, prefix) in [
            (&mut place.prefecture, gazetteer::prefecture_prefix as fn(&str) -> Option<usize>),
            (&mut place.municipality, gazetteer::municipality_prefix),
            (&mut place.ward, gazetteer::ward_prefix),
        ] {
            if let Some((_, after)) = prefix(rest).and_then(|bytes| rest.split_at_checked(bytes)) {
                *is_there = true;
                rest = after.trim_start_matches(BETWEEN);
            }
        }
        if let Some(after) = rest.strip_prefix("大字") {
            place.hamlet = true;
            rest = after;
        }
        if let Some((_, after)) = gazetteer::town_prefix(rest).and_then(|bytes| rest.split_at_checked(bytes))
        {
            place.town = true;
            rest = after.trim_start_matches(BETWEEN);
        }
        (place, rest)
    }
}

/// Prefecture and municipality, and perhaps a town, and nothing else.
fn municipality(text: &str) -> Verdict {
    let (place, rest) = Place::of(text);
    keep_if(place.municipality && (place.prefecture || place.ward || place.town) && rest.is_empty())
}

/// 白浜町1600: small towns that have no quarters number their houses directly.
fn is_whole_number(text: &str, rest: &str) -> bool {
    let name = text.strip_suffix(rest).unwrap_or_default();
    name.ends_with(['町', '村']) && (2..=5).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit())
}

/// What may divide the parts of an address where they are cells of a table or lines of a form.
const BETWEEN: [char; 7] = [' ', '\u{3000}', ',', '|', '\t', '\r', '\n'];

/// Whether a 字 is all that follows, as where a village has no numbers: 父島字西町.
fn names_field(rest: &str) -> bool {
    let named = rest
        .split_once('字')
        .filter(|(before, _)| before.is_empty() || before.ends_with(['町', '村', '島', '大']));
    named.is_some_and(|(_, field)| {
        field.chars().count() >= 2
            && !field.contains(is_number)
            && field.chars().all(crate::literals::is_kanji)
    })
}

/// Behind a label a town and its block are an address, and so is all that [`address`] knows.
fn block(text: &str) -> Verdict {
    const REFERENCES: [&str; 7] = ["別紙", "別添", "様式", "欄", "資料", "参照", "のとおり"];
    if REFERENCES.iter().any(|word| text.contains(word)) {
        return Verdict::Reject;
    }
    if address(text) == Verdict::Reject { Verdict::Lower } else { Verdict::Keep }
}

/// A number that ends an address counts nothing.
pub(super) fn beside(_: &str, matched: &str, after: &str) -> Verdict {
    const COUNTERS: [&str; 22] = [
        "人", "名", "年", "月", "日", "時", "円", "件", "回", "歳", "個", "台", "枚", "世帯", "校", "箇所",
        "か所", "位", "%", "％", "万", "億",
    ];
    let bare = matched.ends_with(is_number);
    if bare && (COUNTERS.iter().any(|word| after.starts_with(word)) || after.starts_with([',', '，', '.'])) {
        Verdict::NeedsLabel
    } else {
        Verdict::Keep
    }
}

/// What an era's year or an article's number has before it.
const NOT_BEFORE: [char; 6] = ['第', '和', '成', '正', '治', '約'];

/// What follows the number of a block.
const AFTER: [&str; 12] = ["丁目", "字", "番", "番地", "地割", "条", "線", "号地", "街区", "-", "の", "ノ"];

/// Whether a number of a block stands in `rest`; one alone counts only directly after a town.
fn has_block(rest: &str, town: bool, hamlet: bool) -> bool {
    let mut before = None;
    let mut left = rest;
    let (mut first, mut dated) = (true, false);
    while let Some(at) = left.find(is_number) {
        let (gap, numbers) = left.split_at_checked(at).unwrap_or_default();
        let before_number = gap.chars().next_back().or(before);
        let after = numbers.trim_start_matches(is_number);
        let hyphen = after.starts_with(is_hyphen) && after.chars().nth(1).is_some_and(is_number);
        let follows = hyphen || AFTER.iter().any(|unit| *unit != "-" && after.starts_with(unit));
        let alone = first && town && gap.trim_matches(['字', ' ']).is_empty() && after.is_empty();
        dated |= is_date(numbers) || gap.starts_with(['は', 'が', 'で', 'を', 'に']);
        let alone = alone || (after.is_empty() && (tells_block(gap) || first && hamlet));
        let counted =
            dated || before_number.is_some_and(|c| NOT_BEFORE.contains(&c)) && !after.starts_with("地割");
        if (follows || alone) && !counted {
            return true;
        }
        before = numbers.chars().nth(numbers.chars().count().saturating_sub(after.chars().count() + 1));
        left = after;
        first = false;
    }
    false
}

/// Whether what stands before a number says that it is that of a block: 字梅本21, 寺町通御池上る本能寺前町488, 福島乙317.
fn tells_block(gap: &str) -> bool {
    let part = gap.ends_with(['甲', '乙', '丙', '丁']);
    part || ["字", "上る", "下る", "上ル", "下ル", "西入", "東入"].iter().any(|word| gap.contains(word))
}

/// 2026-04-01
fn is_date(numbers: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let mut parts = numbers.split('-').map(|part| part.split(|c| !digit(c)).next().unwrap_or_default().len());
    (numbers.starts_with("19") || numbers.starts_with("20"))
        && parts.next() == Some(4)
        && matches!(parts.next(), Some(1 | 2))
}

fn is_number(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９' | '〇' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '－' | 'ー' | '−' | '\u{2010}'..='\u{2015}' | '─' | 'ｰ')
}

/// Seven digits, written in any way: a code that 日本郵便 has given, or one that only its label tells.
pub(super) fn postal_code(text: &str) -> Verdict {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        7 if gazetteer::postal_code(&digits) => Verdict::Keep,
        7 => Verdict::NeedsLabel,
        _ => Verdict::Reject,
    }
}

/// Whether a landline's number begins with an area code, where it is written apart with all of it.
pub(super) fn has_area_code(number: &str) -> bool {
    let (abroad, number) = number.strip_prefix("+81").map_or((false, number), |rest| (true, rest));
    let mut groups: Vec<&str> =
        number.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    if abroad && groups.first() == Some(&"0") {
        groups.remove(0);
    }
    let national = |group: &str| if group.starts_with('0') { group.into() } else { format!("0{group}") };
    // Spaced out digit by digit it says no more than all together.
    if let [area, _, ..] = *groups.as_slice()
        && groups.len() < 5
    {
        return gazetteer::area_code(&national(area));
    }
    let all = national(&groups.concat());
    (2..=5).filter_map(|length| all.get(..length)).any(gazetteer::area_code)
}

#[cfg(test)]
mod tests;
