//! A surname before an honorific or a title: 山田さん, 髙橋課長, 佐藤参考人.

use super::super::Verdict;
use super::{PARTICLES, doubt, full, kana};
use crate::gazetteer::{self, Standing, Surname};

/// What is said of persons alone.
const HONORIFICS: &[&str] = &["さん", "さま", "様", "氏", "殿", "先生", "女史"];

/// What is said of the young, of animals, and in words such as 諸君.
const FAMILIAR: &[&str] = &["君", "くん", "ちゃん"];

/// Offices. Before them stands a person, or what the office is for: 市場課長.
const TITLES: &[&str] = &[
    "課長補佐",
    "課長代理",
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
    "補佐",
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
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Suffix {
    Honorific,
    Familiar,
    Title,
}

pub(super) fn surname(text: &str) -> Verdict {
    let text: String = super::parts(text).collect();
    if gazetteer::not_a_name(&text) {
        return Verdict::Reject;
    }
    suffixes()
        .filter_map(|(suffix, kind)| Some((text.strip_suffix(suffix)?, kind)))
        .map(|(stem, kind)| judge(stem, kind))
        .min_by_key(|&verdict| doubt(verdict))
        .unwrap_or(Verdict::Reject)
}

pub(super) fn is_title(text: &str) -> bool {
    suffixes().any(|(suffix, _)| suffix == text)
}

fn suffixes() -> impl Iterator<Item = (&'static str, Suffix)> {
    let kinds = [(HONORIFICS, Suffix::Honorific), (FAMILIAR, Suffix::Familiar), (TITLES, Suffix::Title)];
    kinds.into_iter().flat_map(|(list, kind)| list.iter().map(move |&suffix| (suffix, kind)))
}

fn judge(stem: &str, kind: Suffix) -> Verdict {
    if gazetteer::not_a_name(stem) {
        return Verdict::Reject;
    }
    match gazetteer::surname(stem) {
        Some(surname) if stem.chars().count() == 1 => short(stem, surname, kind),
        Some(surname) => long(surname, kind),
        None if kana::folded(stem).is_some() => in_kana(stem, kind),
        // 山田太郎様: a whole name before it.
        None if full(stem) == Verdict::Keep => Verdict::Keep,
        None => Verdict::Reject,
    }
}

fn long(surname: Surname, kind: Suffix) -> Verdict {
    match (kind, surname.standing) {
        (Suffix::Title, Standing::Rare) | (Suffix::Familiar, Standing::Rare) => Verdict::Lower,
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
        _ if !known => Verdict::Reject,
        0..=2 => Verdict::NeedsLabel,
        _ if katakana && kind == Suffix::Honorific => Verdict::Keep,
        _ => Verdict::Lower,
    }
}
