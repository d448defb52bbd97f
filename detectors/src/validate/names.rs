//! People's names in Japanese text, by the gazetteers.
//!
//! A name alone is never proof: 大学 is a given name and 市場 a surname. So each verdict weighs how common the surname
//! is, whether either part is an ordinary word, and whether a space stands between them.

pub(super) mod beside;
pub(super) mod company;
mod kana;
mod latin;
mod spoken;
mod titled;
mod vouched;

use super::{Validator, Verdict};
use crate::gazetteer::{self, Given, Standing, Surname};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "jp-name", checksum: false, judge: in_prose },
    Validator { name: "jp-labelled-name", checksum: false, judge: labelled },
    Validator { name: "jp-surname", checksum: false, judge: titled::surname },
    Validator { name: "jp-surname-aided", checksum: false, judge: titled::aided },
    Validator { name: "jp-surname-of-some", checksum: false, judge: one_of_some },
    Validator { name: "jp-reading", checksum: false, judge: kana::reading_beside },
    Validator { name: "jp-said", checksum: false, judge: said },
    Validator { name: "jp-with-reading", checksum: false, judge: with_reading },
    Validator { name: "jp-foreign-titled", checksum: false, judge: titled::foreign },
    Validator { name: "jp-romaji-behind", checksum: false, judge: kana::romaji_behind },
    Validator { name: "jp-romaji-titled", checksum: false, judge: kana::romaji_titled },
    Validator { name: "jp-kana-said", checksum: false, judge: kana::said },
    Validator { name: "jp-kana-name", checksum: false, judge: kana::katakana },
    Validator { name: "jp-name-row", checksum: false, judge: vouched::row },
    Validator { name: "jp-name-several", checksum: false, judge: vouched::several },
    Validator { name: "jp-name-vouched", checksum: false, judge: vouched::person },
    Validator { name: "jp-name-kin", checksum: false, judge: vouched::kin },
    Validator { name: "jp-of-office", checksum: false, judge: of_office },
    Validator { name: "jp-bare-surname", checksum: false, judge: bare },
    Validator { name: "jp-name-line", checksum: false, judge: spoken::line },
    Validator { name: "jp-speaker", checksum: false, judge: spoken::speaker },
    Validator { name: "jp-plain-surname", checksum: false, judge: spoken::plain },
    Validator { name: "jp-house", checksum: false, judge: spoken::house },
    Validator { name: "jp-kana-titled", checksum: false, judge: titled::hiragana },
    Validator { name: "jp-login", checksum: false, judge: kana::login },
    Validator { name: "jp-foreign-name", checksum: false, judge: kana::foreign },
    Validator { name: "latin-name", checksum: false, judge: latin::whole },
    Validator { name: "world-name", checksum: false, judge: latin::known },
    Validator { name: "world-kana", checksum: false, judge: latin::in_kana },
    Validator { name: "latin-behind", checksum: false, judge: latin::behind },
    Validator { name: "latin-titled", checksum: false, judge: latin::titled },
    Validator { name: "jp-romaji-name", checksum: false, judge: kana::romaji },
];

/// Surnames of one kanji that in prose are nearly always something else: a direction, a time, a part of a word.
const PARTICLES: &str = "一二三上下中今元内前北千南原古右左外大小山川島市平新方旧本東村橋次正水海町石神空全各西角諸車金長門間院\
    駅高黒白赤青両何多都道県州国郡区所公私主副総同当他幹支分学校部課局室係台式風型系類用者人男女子年月日時世代号円万億王兵";

/// What organisations and places end in; a surname before it names them, not a person.
const OTHERS: &[&str] = &[
    "市", "区", "町", "村", "県", "府", "都", "郡", "駅", "線", "橋", "港", "湾", "寺", "社", "省", "庁",
    "局", "部", "課", "係", "室", "院", "校", "園", "館", "店", "堂", "屋", "会", "党", "団", "群", "層",
    "式", "法", "病", "論", "賞", "案", "氏", "家", "組", "署", "所", "場", "城", "側", "宅", "邸", "派",
    "班", "隊", "杯", "銀行", "工業", "建設", "興業", "産業", "商事", "商会", "電機", "電器", "製薬", "製菓",
    "食品", "運輸", "交通", "鉄道", "証券", "生命", "出版", "書店", "新聞", "放送", "大学", "高校", "学園",
    "病院", "医院", "神社", "市長", "知事", "町長", "村長", "区長", "内閣", "政権", "夫妻", "一家", "兄弟",
    "姉妹",
];

/// Whether a text is a whole name, with no need of words nearby.
pub(super) fn is_name(text: &str) -> bool {
    in_prose(text) < Verdict::NeedsLabel
}

/// A whole name that stands in a text: of two kanji without a space no word nearby makes one.
fn in_prose(text: &str) -> Verdict {
    if text.chars().count() < 3 { Verdict::Reject } else { full(text) }
}

/// Whether it is a word, and no long surname that many have: 大久保 reads as 大 and 久保 as well.
fn is_word(text: &str) -> bool {
    let long = text.chars().count() > 2;
    let known =
        || gazetteer::surname(text).is_some_and(|surname| surname.standing > Standing::Rare && !surname.word);
    gazetteer::not_a_name(text) && !(long && known())
}

/// A surname that only the words around it tell: 山田です, 司会　山田.
fn alone(text: &str) -> Verdict {
    match gazetteer::surname(text) {
        _ if is_word(text) || titled::is_title(text) || is_place(text) => Verdict::Reject,
        Some(surname) if surname.standing == Standing::Common && text.chars().count() > 1 => Verdict::Keep,
        Some(surname) if surname.standing > Standing::Rare && !surname.word => Verdict::Keep,
        Some(surname) if surname.word => Verdict::Reject,
        Some(_) if text.chars().count() > 1 => Verdict::Lower,
        _ => Verdict::Reject,
    }
}

/// 振興局の福島です: behind an office whoever says so is a person, though places and words are called so.
fn of_office(text: &str) -> Verdict {
    let name = text.split_once('の').map_or("", |(_, rest)| rest);
    let name = name.split(|c: char| !is_kanji(c) && c != 'ヶ').next().unwrap_or_default();
    let known = gazetteer::surname(name).is_some_and(|known| known.standing > Standing::Rare || !known.word);
    let short = name.chars().count() < 3;
    if known && short && !titled::is_title(name) && !is_word(name) || alone(name) == Verdict::Keep {
        Verdict::Keep
    } else {
        Verdict::Reject
    }
}

/// A surname and nothing else, of which what stands around it says whether it is somebody's.
fn bare(text: &str) -> Verdict {
    let known = gazetteer::surname(text).is_some() && !is_word(text) && !titled::is_title(text);
    if known && !gazetteer::is_prefecture(text) { Verdict::Keep } else { Verdict::Reject }
}

/// A surname and what is said behind it; a prefecture's name says as much of the prefecture.
fn said(text: &str) -> Verdict {
    let name = text.split(|c: char| !is_kanji(c) && c != 'ヶ').next().unwrap_or_default();
    let name = name.strip_suffix(['宛', '拝', '姓']).unwrap_or(name);
    let name = ["名義", "本人"].iter().find_map(|word| name.strip_suffix(word)).unwrap_or(name);
    let prefecture = ["県", "府", "都"].iter().any(|of| is_place(&format!("{name}{of}")));
    if prefecture { Verdict::Reject } else { alone(name) }
}

/// 小鳥遊（たかなし）: a name in kanji and how it, or a part of it, is read.
fn with_reading(text: &str) -> Verdict {
    let Some(at) = text.find(['（', '(', '《', '〈']) else { return Verdict::Reject };
    let (name, kana) = text.split_at_checked(at).unwrap_or_default();
    let name = name.trim_end_matches([' ', '\u{3000}', '」', '”']);
    let first = parts(name).next().unwrap_or_default();
    let is_name = gazetteer::surname(first).is_some() || full(name) != Verdict::Reject;
    if is_name && !gazetteer::not_a_name(name) { kana::reading(kana) } else { Verdict::Reject }
}

/// Surnames with signs between, of which one names no place as well: 山田、鈴木; 高橋と松本.
fn one_of_some(text: &str) -> Verdict {
    let mut within = 0;
    let mut outside = |c: char| {
        within += i32::from(matches!(c, '（' | '(')) - i32::from(matches!(c, '）' | ')'));
        within > 0 || !(is_kanji(c) || c == 'ヶ')
    };
    let parts: Vec<&str> = text.split(&mut outside).filter(|part| !part.is_empty()).collect();
    let all = parts.iter().map(|part| alone(part)).max().unwrap_or(Verdict::Reject);
    match parts.iter().filter(|part| company::is_spot(part)).count() {
        _ if parts.len() < 2 => Verdict::Reject,
        places if places * 2 > parts.len() => all.max(Verdict::NeedsLabel),
        _ => all,
    }
}

/// A surname and a given name, glued or with a space or ・ between.
pub(super) fn full(text: &str) -> Verdict {
    let parts: Vec<&str> = parts(text).collect();
    match *parts.as_slice() {
        [family, first] if gazetteer::not_a_name(&[family, first].concat()) => Verdict::Reject,
        // 石狩・空知: so one parts two places.
        [family, first]
            if text.contains('・') && [family, first].map(vouched::stem_of_place).contains(&true) =>
        {
            Verdict::NeedsLabel
        }
        [family, first] => {
            gazetteer::surname(family).map_or(Verdict::Reject, |surname| apart(family, surname, first))
        }
        [glued] if gazetteer::not_a_name(glued) || is_place(glued) || names_place(glued) => Verdict::Reject,
        [glued] => gazetteer::surname_prefixes(glued)
            .filter_map(|(bytes, surname)| Some((glued.split_at_checked(bytes)?, surname)))
            .map(|((family, first), surname)| together(family, surname, first))
            .min()
            .unwrap_or(Verdict::Reject),
        _ => Verdict::Reject,
    }
}

/// What stands behind a label such as 氏名: whatever may be a name is one, and a surname is enough.
fn labelled(text: &str) -> Verdict {
    if is_word(text) || titled::is_title(text) || vouched::is_relation(text) {
        return Verdict::Reject;
    }
    let names = [full, kana::katakana, kana::romaji].into_iter().map(|judge| judge(text));
    if names.into_iter().any(|verdict| verdict != Verdict::Reject) {
        return Verdict::Keep;
    }
    if kana::foreign(text) == Verdict::Keep {
        return Verdict::Keep;
    }
    match gazetteer::surname(text) {
        Some(surname) if surname.standing > Standing::Rare && !surname.word => Verdict::Keep,
        Some(Surname { standing: Standing::Common, .. }) => Verdict::Keep,
        Some(Surname { standing: Standing::Rare, word: true }) => Verdict::Reject,
        Some(_) => Verdict::Lower,
        None if kana::folded(text).is_some_and(|kana| gazetteer::kana_surname(&kana)) => Verdict::Lower,
        None if parts(text).count() > 1 || !vouched::stem_of_place(text) => vouched::person(text),
        None => Verdict::Reject,
    }
}

/// 安藤村 may be anyone; more likely it is a village.
fn names_place(glued: &str) -> bool {
    let stem = glued.strip_suffix(['市', '区', '町', '村', '県', '郡', '駅', '島', '港', '線']);
    stem.and_then(gazetteer::surname).is_some_and(|surname| surname.standing > Standing::Rare)
}

/// A space between says that these are two words; what is left to doubt is whether they are two names.
fn apart(family: &str, surname: Surname, first: &str) -> Verdict {
    let short = family.chars().count() == 1 && first.chars().count() == 1;
    match given(first) {
        Some(Given::Name) if short && (PARTICLES.contains(family) || PARTICLES.contains(first)) => {
            Verdict::Lower
        }
        Some(Given::Name) => Verdict::Keep,
        Some(Given::Word) if surname.word || surname.standing == Standing::Rare => Verdict::NeedsLabel,
        Some(Given::Word) => Verdict::Lower,
        // 伏見 トラ: as the old were registered.
        None if read_so(first) && !surname.word && surname.standing > Standing::Rare => Verdict::Keep,
        // 玲子宛: the name, and what is said of it.
        None if ends_in_follower(first) => Verdict::Reject,
        None if is_plausible(first) && !surname.word && surname.standing > Standing::Rare => Verdict::Lower,
        None if is_plausible(first) => Verdict::NeedsLabel,
        None => Verdict::Reject,
    }
}

fn together(family: &str, surname: Surname, first: &str) -> Verdict {
    let (one, alone) = (family.chars().count() == 1, first.chars().count() == 1);
    match given(first) {
        // 森林, 東大: of two kanji nobody can tell.
        Some(_) if one && alone => Verdict::NeedsLabel,
        Some(Given::Name) if one && PARTICLES.contains(family) => Verdict::Lower,
        Some(Given::Name) if alone && (PARTICLES.contains(first) || OTHERS.contains(&first)) => {
            Verdict::NeedsLabel
        }
        Some(Given::Name) if surname.standing == Standing::Rare && (one || alone || surname.word) => {
            Verdict::Lower
        }
        Some(Given::Name) => Verdict::Keep,
        Some(Given::Word) if surname.word || one => Verdict::NeedsLabel,
        Some(Given::Word) => Verdict::Lower,
        None if one || surname.word || surname.standing == Standing::Rare => Verdict::Reject,
        // Kana here go on with the sentence.
        None if is_plausible(first) && first.chars().all(is_kanji) => Verdict::NeedsLabel,
        None => Verdict::Reject,
    }
}

/// A given name in kanji, in kana if it is one that is written so, or in both as ミヤ子 is.
fn given(first: &str) -> Option<Given> {
    let in_kana = || kana::folded(first).is_some_and(|kana| gazetteer::given_in_kana(&kana));
    let half = || {
        let stem = first.strip_suffix(['子', '江', '代', '枝', '恵', '美', '乃', '世']).unwrap_or_default();
        (1..=2).contains(&stem.chars().count()) && kana::folded(stem).is_some()
    };
    gazetteer::given(first).or_else(|| (in_kana() || half()).then_some(Given::Name))
}

fn ends_in_follower(first: &str) -> bool {
    let name = |end: &&&str| first.strip_suffix(**end).is_some_and(|stem| given(stem) == Some(Given::Name));
    beside::FOLLOWERS.iter().any(|end| name(&end))
}

/// A given name's reading in katakana, two to four of them.
fn read_so(first: &str) -> bool {
    (2..=4).contains(&first.chars().count())
        && first.chars().all(|c| ('ァ'..='ヺ').contains(&c))
        && gazetteer::kana_given(first)
}

/// One to three kanji or kana that name no organisation, no place and nobody's title.
fn is_plausible(first: &str) -> bool {
    let name = |c: char| is_kanji(c) || matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー');
    (1..=3).contains(&first.chars().count())
        && first.chars().all(name)
        && !OTHERS.iter().any(|other| first.ends_with(other))
        && !titled::is_title(first)
        && !gazetteer::not_a_name(first)
}

pub(super) use crate::literals::is_kanji;

fn is_place(text: &str) -> bool {
    gazetteer::is_prefecture(text) || gazetteer::is_municipality(text)
}

/// The parts of a name, without spaces, ・ and what selects another form of a kanji.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\u{3000}', '\u{a0}', '\t', '・', '･', ',', '，']).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests;
