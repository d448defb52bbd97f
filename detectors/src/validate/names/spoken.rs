//! Names that the form of a line tells: who speaks in a chat, whose house it is, who stands in a list.

use super::super::Verdict;
use super::{alone, full, is_plausible, kana, parts, titled, vouched};
use crate::gazetteer::{self, Given, Standing};

/// Families of history, whose house is a house in another sense.
const DYNASTIES: &str = " 徳川 松平 織田 豊臣 武田 上杉 毛利 島津 伊達 前田 細川 足利 北条 藤原 浅井 朝倉 今川 山内 鍋島 蜂須賀 池田 \
    黒田 真田 井伊 酒井 本多 榊原 佐竹 津軽 南部 大友 大内 尼子 長宗我部 三好 斎藤 浅野 加藤 宗 平 源 橘 近衛 九条 二条 一条 鷹司 \
    三井 三菱 住友 岩崎 渋沢 高松 秋篠 常陸 三笠 桂 有栖川 伏見 東久邇 ";

/// 14:02 山田, 山田 17:33, 山田：了解です: without the time and what is said.
pub(super) fn speaker(text: &str) -> Verdict {
    let sign =
        |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, ':' | '：' | ']' | ')' | '[' | '(');
    let name = text.trim_matches(sign);
    let name = name.split([':', '：']).next().unwrap_or_default().trim_end();
    let called = kana::folded(name).is_some_and(|kana| gazetteer::given_in_kana(&kana));
    match vouched::person(name) {
        _ if titled::is_title(name) || gazetteer::not_a_name(name) => Verdict::Reject,
        _ if parts(name).count() == 1 && vouched::stem_of_place(name) => Verdict::Reject,
        _ if called && name.chars().count() > 2 => Verdict::Keep,
        verdict => verdict,
    }
}

/// 山崎方, 帆足宅, 湊家.
pub(super) fn house(text: &str) -> Verdict {
    let name = text.split(['宅', '方', '家', '世']).next().unwrap_or_default().trim_end();
    let dynasty = text.contains('家') && DYNASTIES.contains(&format!(" {name} "));
    if dynasty || text.contains('家') && vouched::stem_of_place(name) {
        Verdict::Reject
    } else {
        alone(name)
    }
}

/// 神山 琉生 in a line or a cell of its own: a surname, a space, and what may be a given name.
pub(super) fn line(text: &str) -> Verdict {
    let end = |c: char| !c.is_alphanumeric() || c.is_ascii_digit();
    let name = text.trim_end_matches(end);
    let parts: Vec<&str> = parts(name).collect();
    let [family, first] = *parts.as_slice() else { return Verdict::Reject };
    let known =
        gazetteer::surname(family).is_some_and(|surname| surname.standing > Standing::Rare && !surname.word);
    let prefecture = |part: &str| vouched::stem_of_place(part) && !vouched::stem_of_town(part);
    let other = |part| super::company::is_spot(part) || gazetteer::not_a_name(part) || titled::is_title(part);
    let word = gazetteer::given(first) == Some(Given::Word) || is_plausible(first);
    match full(name) {
        Verdict::Keep => Verdict::Keep,
        Verdict::Reject => Verdict::Reject,
        _ if known && word && !prefecture(family) && !other(first) && gazetteer::surname(first).is_none() => {
            Verdict::Keep
        }
        _ => Verdict::Reject,
    }
}

/// Companies that are called as their founders were.
const COMPANIES: &str = " 松下 本田 豊田 三井 三菱 住友 野村 大林 鹿島 竹中 安田 大和 森永 明治 小林 川崎 古河 大塚 高島 岩波 石橋 出光 \
    久保田 島津 村田 荏原 日立 早川 中島 西松 前田 熊谷 奥村 飛島 安藤 戸田 五洋 東急 西武 五月 夏目 ";

/// 佐藤が, 鈴木に: a surname that many have and no place, no word and no company has, and a sentence about it.
pub(super) fn plain(text: &str) -> Verdict {
    let name = text.split(|c: char| ('ぁ'..='ゖ').contains(&c)).next().unwrap_or_default();
    let many =
        gazetteer::surname(name).is_some_and(|known| known.standing == Standing::Common && !known.word);
    let others = [COMPANIES, DYNASTIES].iter().any(|names| names.contains(&format!(" {name} ")));
    if many && !others && !vouched::stem_of_place(name) { alone(name) } else { Verdict::Reject }
}
