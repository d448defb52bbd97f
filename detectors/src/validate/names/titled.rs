//! A surname before an honorific or a title: 山田さん, 髙橋課長, 佐藤参考人.

use super::super::Verdict;
use super::{PARTICLES, full, is_place, kana};
use crate::gazetteer::{self, Given, Standing, Surname};

/// What is said of persons alone.
const HONORIFICS: &[&str] = &["さん", "さま", "様", "氏", "殿", "先生", "女史"];

/// What is said of the young, of animals, and in words such as 諸君.
const FAMILIAR: &[&str] = &["君", "くん", "ちゃん"];

/// Offices. Before them stands a person, or what the office is for: 市場課長.
const TITLES: &[&str] = &[
    "課長補佐",
    "課長代理",
    "書記官",
    "分科員",
    "構成員",
    "秘書",
    "総括",
    "副部長",
    "副課長",
    "副所長",
    "副会長",
    "政策官",
    "監察官",
    "統括官",
    "専門員",
    "相談員",
    "主任研究員",
    "研究員",
    "係員",
    "夫妻",
    "一家",
    "夫人",
    "同行",
    "同席",
    "課長",
    "係長",
    "主査",
    "主任",
    "主事",
    "主幹",
    "部長",
    "次長",
    "局長",
    "室長",
    "所長",
    "署長",
    "支店長",
    "店長",
    "支部長",
    "班長",
    "隊長",
    "館長",
    "院長",
    "学長",
    "校長",
    "教頭",
    "園長",
    "会長",
    "副会長",
    "社長",
    "副社長",
    "専務",
    "常務",
    "取締役",
    "監査役",
    "理事長",
    "理事",
    "監事",
    "幹事",
    "事務局長",
    "事務次官",
    "次官",
    "審議官",
    "参事官",
    "参事",
    "調査官",
    "企画官",
    "管理官",
    "専門官",
    "技官",
    "事務官",
    "調整官",
    "政務官",
    "大臣政務官",
    "秘書官",
    "補佐官",
    "議員",
    "議長",
    "副議長",
    "委員",
    "委員長",
    "副委員長",
    "座長",
    "部会長",
    "主席",
    "大臣",
    "副大臣",
    "長官",
    "知事",
    "副知事",
    "市長",
    "副市長",
    "町長",
    "村長",
    "区長",
    "参考人",
    "公述人",
    "証人",
    "教授",
    "准教授",
    "助教",
    "講師",
    "教諭",
    "博士",
    "弁護士",
    "税理士",
    "公認会計士",
    "司法書士",
    "行政書士",
    "医師",
    "看護師",
    "容疑者",
    "被告",
    "被告人",
    "選手",
    "監督",
    "記者",
    "検事",
    "検察官",
    "判事",
    "裁判官",
    "裁判長",
    "巡査",
    "警部",
    "警部補",
    "警視",
    "担当",
    "顧問",
    "参与",
    "代表",
    "総裁",
    "総理",
    "首相",
    "巡査部長",
    "大使",
    "公使",
    "領事",
    "会頭",
    "委員長職務代理者",
    "巡査長",
    "分団長",
    "団長",
    "施設長",
    "保健師",
    "助産師",
    "保育士",
    "栄養士",
    "薬剤師",
    "社会福祉士",
    "ケアマネ",
    "ケアマネジャー",
    "民生委員",
    "町議",
    "市議",
    "県議",
    "選手団長",
    "機長",
    "船長",
    "組合長",
    "工場長",
    "翁",
    "嬢",
];

/// What may also stand behind another title or say which of several: these follow a name directly, or it is not they.
const AIDES: &[&str] = &[
    "補佐",
    "代理",
    "政府参考人",
    "元課長",
    "前課長",
    "元部長",
    "前部長",
    "元局長",
    "前局長",
    "元議員",
    "前議員",
    "元係員",
    "名誉教授",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Suffix {
    Honorific,
    Familiar,
    Title,
}

pub(super) fn surname(text: &str) -> Verdict {
    let written = text;
    let text: String = super::parts(text).collect();
    if gazetteer::not_a_name(&text) {
        return Verdict::Reject;
    }
    // 浜辺 京香委員: the space says where one name ends.
    if suffixes().any(|(suffix, _)| written.strip_suffix(suffix).is_some_and(spaced)) {
        return Verdict::Keep;
    }
    suffixes()
        .filter_map(|(suffix, kind)| Some((text.strip_suffix(suffix)?, kind)))
        .map(|(stem, kind)| (stem.trim_end_matches(['」', '』']), kind))
        .map(|(stem, kind)| if is_head_of_place(&text, stem) { Verdict::Reject } else { judge(stem, kind) })
        .min()
        .unwrap_or(Verdict::Reject)
}

fn spaced(stem: &str) -> bool {
    let stem = stem.trim_end().trim_end_matches(['」', '』']).trim_end();
    super::parts(stem).count() == 2 && super::vouched::person(stem) != Verdict::Reject
}

/// 松本市長 heads 松本市, whoever that is.
fn is_head_of_place(text: &str, stem: &str) -> bool {
    let title = text.strip_prefix(stem).unwrap_or_default();
    ["市", "町", "村", "区", "県", "府", "都", "道"].iter().any(|kind| {
        (title.starts_with(kind) || title.ends_with("知事")) && is_place(&format!("{stem}{kind}"))
    })
}

/// ジョン・スミス氏: whatever is written so is somebody's name.
pub(super) fn foreign(text: &str) -> Verdict {
    stems(text).map(kana::foreign).min().unwrap_or(Verdict::Reject)
}

/// 田中補佐; 田中課長補佐 is what [`surname`] finds.
pub(super) fn aided(text: &str) -> Verdict {
    let stems = AIDES.iter().filter_map(|aide| text.strip_suffix(aide)).map(str::trim_end);
    stems.map(|stem| judge(stem, Suffix::Title)).min().unwrap_or(Verdict::Reject)
}

pub(super) fn begins_with_title(text: &str) -> bool {
    suffixes().map(|(suffix, _)| suffix).chain(AIDES.iter().copied()).any(|suffix| text.starts_with(suffix))
}

/// Whether what follows a surname, a space or none between, is a title that makes it somebody's.
pub(super) fn tells(name: &str, rest: &str) -> bool {
    let rest = rest.strip_prefix([' ', '\u{3000}']).unwrap_or(rest);
    let titled = suffixes().map(|(suffix, _)| suffix).filter(|suffix| rest.starts_with(suffix));
    let aided = AIDES.iter().copied().filter(|aide| rest.starts_with(aide));
    titled.map(|suffix| surname(&format!("{name}{suffix}"))).any(|verdict| verdict == Verdict::Keep)
        || aided.map(|aide| self::aided(&format!("{name}{aide}"))).any(|verdict| verdict == Verdict::Keep)
}

/// What is left of a text without each title that it may end in.
pub(super) fn stems(text: &str) -> impl Iterator<Item = &str> {
    let all = suffixes().map(|(suffix, _)| suffix).chain(AIDES.iter().copied());
    all.filter_map(move |suffix| text.strip_suffix(suffix)).map(str::trim_end)
}

pub(super) fn is_title(text: &str) -> bool {
    suffixes().any(|(suffix, _)| suffix == text)
}

fn suffixes() -> impl Iterator<Item = (&'static str, Suffix)> {
    let kinds = [(HONORIFICS, Suffix::Honorific), (FAMILIAR, Suffix::Familiar), (TITLES, Suffix::Title)];
    kinds.into_iter().flat_map(|(list, kind)| list.iter().map(move |&suffix| (suffix, kind)))
}

/// Houses of history: who is called 氏 or 殿 with these is one of them, or the house.
const CLANS: &str =
    " 徳川 織田 豊臣 上杉 毛利 島津 伊達 足利 北条 朝倉 今川 鍋島 長宗我部 大友 尼子 大内 最上 蘇我 物部 ";

fn judge(stem: &str, kind: Suffix) -> Verdict {
    if super::is_word(stem) || kind == Suffix::Honorific && CLANS.contains(&format!(" {stem} ")) {
        return Verdict::Reject;
    }
    if kind != Suffix::Title && is_called(stem, kind) {
        return Verdict::Keep;
    }
    match gazetteer::surname(stem) {
        Some(surname) if stem.chars().count() == 1 => short(stem, surname, kind),
        Some(surname) => long(surname, stem.chars().count(), kind),
        None if kana::folded(stem).is_some() => in_kana(stem, kind),
        // 宇佐先生: a town's name is somebody's as well.
        None if kind == Suffix::Honorific && super::vouched::stem_of_town(stem) => Verdict::Keep,
        // 山田太郎様: a whole name before it.
        None => whole(stem, kind),
    }
}

/// 智子さん, 蓮くん: a given name before what is said of friends and of the young.
fn is_called(stem: &str, kind: Suffix) -> bool {
    let long = stem.chars().count() > 1;
    let young = kind == Suffix::Familiar && !PARTICLES.contains(stem);
    gazetteer::given(stem) == Some(Given::Name) && (long || young)
}

/// みさきさん, ヨネさん: kana that are a name, and what is said of persons.
pub(super) fn hiragana(text: &str) -> Verdict {
    let stems =
        ["さん", "さま", "ちゃん", "くん", "様", "氏"].iter().filter_map(|suffix| text.strip_suffix(suffix));
    let known = |stem: &str| {
        kana::folded(stem).is_some_and(|kana| {
            let long = stem.chars().count() > 2;
            gazetteer::given_in_kana(&kana)
                || long && (gazetteer::kana_surname(&kana) || gazetteer::world_in_kana(stem))
        })
    };
    let is_name = |stem: &str| !gazetteer::not_a_name(stem) && !gazetteer::not_a_name(text) && known(stem);
    if stems.map(str::trim_end).any(is_name) { Verdict::Keep } else { Verdict::Reject }
}

fn whole(stem: &str, kind: Suffix) -> Verdict {
    match (full(stem), kind) {
        (Verdict::Lower, Suffix::Honorific) => Verdict::Keep,
        (Verdict::Lower | Verdict::NeedsLabel, _) if stem.chars().count() > 3 => Verdict::Keep,
        (Verdict::Keep, _) => Verdict::Keep,
        _ => Verdict::Reject,
    }
}

fn long(surname: Surname, letters: usize, kind: Suffix) -> Verdict {
    match (kind, surname.standing) {
        (Suffix::Title, Standing::Rare) if letters > 2 && !surname.word => Verdict::Keep,
        (Suffix::Title, Standing::Rare) | (Suffix::Familiar, Standing::Rare) => Verdict::Lower,
        (_, Standing::Common) => Verdict::Keep,
        (Suffix::Title, _) if surname.word => Verdict::Lower,
        (_, Standing::Rare | Standing::Known) if surname.word => Verdict::Lower,
        _ => Verdict::Keep,
    }
}

/// One kanji: 東さん is a person, 東部長 may be the head of 東部, 本部長 is nobody's name.
fn short(stem: &str, surname: Surname, kind: Suffix) -> Verdict {
    let particle = PARTICLES.contains(stem);
    match (kind, surname.standing) {
        (Suffix::Honorific, Standing::Common) => Verdict::Keep,
        (Suffix::Honorific, _) => Verdict::Lower,
        (_, Standing::Common) if !particle => match kind {
            Suffix::Title => Verdict::Keep,
            _ => Verdict::Lower,
        },
        _ => Verdict::Reject,
    }
}

/// タナカさん; in hiragana a word's end may look so, and two kana say nothing.
fn in_kana(stem: &str, kind: Suffix) -> Verdict {
    let known = kana::folded(stem).is_some_and(|kana| gazetteer::kana_surname(&kana));
    let katakana = stem.chars().all(|c| ('ァ'..='ー').contains(&c));
    match stem.chars().count() {
        _ if super::vouched::is_abroad(stem) => Verdict::Keep,
        _ if !known && kind == Suffix::Honorific && super::vouched::abroad(stem) => Verdict::Keep,
        _ if !known => Verdict::Reject,
        0..=2 => Verdict::NeedsLabel,
        _ if katakana && kind == Suffix::Honorific => Verdict::Keep,
        _ => Verdict::Lower,
    }
}
