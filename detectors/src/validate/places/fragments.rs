//! Addresses that do not say which municipality they lie in: those of people who live in the same one.

use super::{Place, has_block, is_hyphen, is_number};
use crate::gazetteer;
use crate::literals::{OFFICES, is_kanji};
use crate::validate::Verdict;

/// A ward or a town, and a block that says by itself that it is one: 丸の内一丁目9-30, 向ヶ丘1の7の12, 南区川沿11条2丁目3.
pub(crate) fn town(text: &str) -> Verdict {
    let (place, rest) = Place::of(text);
    if place.prefecture || place.municipality || !has_block(rest, place.town, place.hamlet) {
        return Verdict::Reject;
    }
    let named = text.strip_suffix(rest).unwrap_or_default().trim_end();
    let long = named.chars().nth(1).is_some();
    match (place.ward, place.town, is_sure_block(rest)) {
        (true, true, _) | (true, false, true) => Verdict::Keep,
        (false, true, true) if long => Verdict::Keep,
        (false, true, false) if long => Verdict::NeedsLabel,
        _ => Verdict::Reject,
    }
}

/// Whether a block has two parts in words or three in figures: chapters and tables have fewer.
fn is_sure_block(rest: &str) -> bool {
    let parts = |sign: fn(char) -> bool| rest.split(sign).filter(|part| part.starts_with(is_number)).count();
    let street = rest.split_once("丁目").is_some_and(|(_, door)| door.trim_start().starts_with(is_number));
    street || rest.contains("番地") || parts(is_hyphen) >= 3 || parts(|c| c == 'の') >= 3
}

/// 字上ノ原118番地の4: not the 字 of 文字 and 字数.
pub(crate) fn hamlet(text: &str) -> Verdict {
    let after = text.split_once('字').map_or("", |(_, after)| after);
    let word = ["数", "幕", "体", "形", "画", "句", "源", "面", "義", "詰", "余"];
    if word.iter().any(|word| after.starts_with(word)) || after.starts_with(is_number) {
        return Verdict::Reject;
    }
    Verdict::Keep
}

/// A street of Kyoto, the way from its crossing, and a town: 室町通一条上る小島町538.
pub(crate) fn kyoto(text: &str) -> Verdict {
    let begins = ["京都府京都市", "京都市"].iter().any(|city| text.starts_with(city));
    let ward = gazetteer::ward_prefix(text).is_some();
    let street = text.split_once('通').is_some_and(|(street, _)| street.chars().all(is_kanji));
    if begins || ward || street { Verdict::Keep } else { Verdict::Reject }
}

/// In the middle of other kanji no town begins, unless an office or a word for moving stands there.
pub(crate) fn beside(before: &str, matched: &str, after: &str) -> Verdict {
    let glued = |c: char| is_kanji(c) && !OFFICES.contains(c) && !"旧新現元前先所宅方日時".contains(c);
    let long_sound = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
    let last = before.chars().next_back();
    if last.is_some_and(glued) || last.is_some_and(long_sound) && matched.starts_with(long_sound) {
        return Verdict::Reject;
    }
    super::beside(before, matched, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check_all as check;

    #[test]
    fn blocks_of_a_known_town() {
        check(
            town,
            Verdict::Keep,
            "丸の内一丁目9-30|向ヶ丘1の7の12の305|西区枇杷島三丁目2番|南区川沿11条2丁目3-40|本町2番地3",
        );
        check(town, Verdict::NeedsLabel, "本町1-2");
        check(town, Verdict::Reject, "別紙1-2-3|東京都千代田区霞が関1-2-3|本町|緑1-2-3|第1-2-3");
    }

    #[test]
    fn fields_and_streets() {
        check(hamlet, Verdict::Keep, "字上ノ原118番地の4|大字南字北浦1193ノ2|鳥居松町字村合1450");
        check(hamlet, Verdict::Reject, "字数118番|字幕2-1|字3-4");
        check(kyoto, Verdict::Keep, "京都市上京区室町通一条上る小島町538|中京区御幸町通三条下ル海老屋町327");
        check(kyoto, Verdict::Keep, "室町通一条上る小島町538");
        check(kyoto, Verdict::Reject, "自宅は室町通一条上る小島町538");
    }
}
