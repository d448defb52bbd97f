//! What stands directly before and behind a name: 清水建 in 清水建設 is none.

use super::super::Verdict;
use super::{is_kanji, titled};
use crate::gazetteer::{self, Standing};
use crate::literals::OFFICES;

/// What may follow a name without a sign between, beside titles.
pub(super) const FOLLOWERS: &[&str] = &[
    "宛",
    "名義",
    "同行",
    "同席",
    "本人",
    "他",
    "外",
    "以下",
    "登壇",
    "著",
    "宅",
    "夫妻",
    "一家",
    "両",
    "各",
    "欠席",
    "出席",
    "担当",
    "作成",
    "記載",
    "提出",
    "来庁",
    "来訪",
    "来所",
    "在席",
    "不在",
    "休暇",
    "退職",
    "異動",
    "着任",
    "名",
    "方",
    "儀",
    "殿",
    "様",
    "氏",
    "君",
    "兄弟",
    "姉妹",
    "親子",
    "家族",
    "個人",
    "携帯",
    "自宅",
    "内線",
    "直通",
    "電話",
    "住所",
    "確認",
    "承認",
    "決裁",
    "預",
    "拝",
    "運転",
    "発言",
    "発案",
    "持参",
    "受付",
    "対応",
    "生年月日",
    "及",
];

/// What makes of a name and a follower an organisation or a thing.
const THINGS: &[&str] = &[
    "法人",
    "事務所",
    "会",
    "室",
    "席",
    "級",
    "職",
    "選",
    "記念",
    "制",
    "賞",
    "学",
    "館",
    "像",
    "展",
    "家",
    "公園",
];

/// The kanji that follow, up to the first character that is none.
fn kanji(after: &str) -> &str {
    after.split(|c: char| !is_kanji(c)).next().unwrap_or_default()
}

/// Behind a whole name no kanji go on, unless they say something of a person or begin the next name.
pub(in super::super) fn full(before: &str, name: &str, after: &str) -> Verdict {
    let run = kanji(after);
    if is_example(before) {
        return Verdict::Reject;
    }
    if same_script(name, after) || goes_on_in_katakana(name, after) || goes_on_in_hiragana(name, after) {
        return Verdict::Reject;
    }
    let said = FOLLOWERS.iter().any(|word| run.starts_with(word)) || titled::begins_with_title(run);
    // 望月通り, 山田明け: the last kanji has an ending.
    let ending = name.ends_with(['通', '明', '勝', '守']) && after.starts_with(['り', 'け', 'ち', 'っ']);
    match () {
        () if ending || after.starts_with(['㈱', '㈲']) => Verdict::Reject,
        () if run.is_empty() || (said && !THINGS.iter().any(|word| run.contains(word))) => Verdict::Keep,
        () if next_name(run) => Verdict::Keep,
        () => Verdict::Reject,
    }
}

/// What a form or a manual shows as an example, and what is called so and is no person: 記入例：山田 太郎, 犬の名前はコタロウ.
fn is_example(before: &str) -> bool {
    const EXAMPLES: &[&str] =
        &["記入例", "入力例", "（例）", "(例)", "例", "例）", "例)", "見本", "サンプル", "ダミー", "架空"];
    const OTHERS: &[&str] = &[
        "犬の名前",
        "猫の名前",
        "ペットの名前",
        "ペット名",
        "犬名",
        "猫名",
        "品種の名前",
        "駅の名前",
        "船の名前",
        "台風の名前",
        "愛称",
        "施設名",
        "店名",
        "商品名",
        "製品名",
        "システム名",
        "キャラクター名",
        "サーバの名前",
        "サーバー名",
        "馬の名前",
        "馬名",
        "品種名",
        "船名",
    ];
    let signs = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | '「' | '『' | '"' | '、' | '→' | '=');
    let head = before.trim_end_matches(signs);
    let named = head.trim_end_matches(['は', 'が', 'を']);
    EXAMPLES.iter().any(|word| head.ends_with(word)) || OTHERS.iter().any(|word| named.ends_with(word))
}

/// Kana go on in kana: ナンバ in ナンバープレート, から in からの.
fn same_script(name: &str, after: &str) -> bool {
    let script = |c: char| match c {
        'ぁ'..='ゖ' => Some('あ'),
        'ァ'..='ヺ' | 'ー' => Some('ア'),
        _ => None,
    };
    let (last, next) = (name.chars().next_back().and_then(script), after.chars().next().and_then(script));
    let in_kana = name.chars().all(|c| script(c).is_some() || c.is_whitespace() || c == '・');
    in_kana
        && last.is_some()
        && last == next
        && !["さん", "さま", "くん"].iter().any(|word| after.starts_with(word))
}

/// カー in カード, whatever stands before it.
fn goes_on_in_katakana(name: &str, after: &str) -> bool {
    let katakana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
    name.ends_with(katakana) && after.starts_with(katakana)
}

/// あき in あきたこまち; no particle is a part of a word.
fn goes_on_in_hiragana(name: &str, after: &str) -> bool {
    let hiragana = |c: char| ('ぁ'..='ゖ').contains(&c);
    let particles = [
        "は",
        "が",
        "を",
        "に",
        "の",
        "と",
        "も",
        "で",
        "へ",
        "や",
        "さん",
        "さま",
        "くん",
        "ちゃん",
        "から",
        "まで",
        "だ",
        "より",
        "ほか",
    ];
    name.ends_with(hiragana)
        && after.starts_with(hiragana)
        && !particles.iter().any(|word| after.starts_with(word))
}

/// Behind a title or an office stands its name, directly or with a sign between, and not what a sentence says of it.
pub(in super::super) fn behind_title(before: &str, name: &str, after: &str) -> Verdict {
    let last = before.chars().next_back();
    let sentence = last.is_some_and(|c| ('ぁ'..='ゖ').contains(&c) && c != 'の');
    let glued = last.is_some_and(is_kanji);
    let long =
        || gazetteer::surname(name).is_some_and(|known| known.standing > Standing::Rare && !known.word);
    let sure = name.chars().count() > 1
        && !name.starts_with('長')
        && (long()
            || name.contains([' ', '\u{3000}'])
            || is_plain(name)
            || name.chars().all(|c| ('ァ'..='ー').contains(&c)));
    let place = after.starts_with(['へ', 'に', 'で']);
    if sentence || (glued && !sure) || place { Verdict::Reject } else { full(before, name, after) }
}

/// Behind a relation as [`full`]; a given name alone is not what a sentence says of it: 娘の希望.
pub(in super::super) fn kin(before: &str, name: &str, after: &str) -> Verdict {
    let last = before.chars().next_back();
    let alone = !name.contains([' ', '\u{3000}']) && super::full(name) == Verdict::Reject;
    let ends = after.chars().next().is_none_or(|c| !c.is_alphanumeric());
    if name.chars().count() == 1
        && (!ends || last.is_none_or(|c| !matches!(c, ' ' | '\u{3000}' | '：' | ':')))
    {
        return Verdict::Reject;
    }
    match last {
        Some('の' | 'を' | 'に' | 'と' | 'も' | 'で') if alone => Verdict::Reject,
        Some('は' | 'が') if alone && !ends => Verdict::Reject,
        _ => full(before, name, after),
    }
}

/// A line or a column begins with it.
pub(in super::super) fn line(before: &str, _: &str, _: &str) -> Verdict {
    let begins = |c: char| !c.is_alphanumeric() || c.is_ascii_digit();
    if before.chars().next_back().is_none_or(begins) { Verdict::Keep } else { Verdict::Reject }
}

/// A whole line or column; behind it the next one begins.
pub(in super::super) fn column(before: &str, name: &str, after: &str) -> Verdict {
    let ends = after.is_empty() || after.starts_with(['\u{3000}', '\t', '\n', '\r', '（', '(']);
    if ends { line(before, name, after) } else { Verdict::Reject }
}

/// Behind somebody's house no kanji go on: 高崎方面, 山田家具.
pub(in super::super) fn house(before: &str, name: &str, after: &str) -> Verdict {
    if kanji(after).is_empty() { said(before, name, after) } else { Verdict::Reject }
}

/// Letters that an identifier goes on from or to are none of a name.
pub(in super::super) fn latin(before: &str, _: &str, after: &str) -> Verdict {
    let sign = ['_', '@', '/', '\\'];
    if before.ends_with(sign) || after.starts_with(sign) { Verdict::Reject } else { Verdict::Keep }
}

/// Nothing but signs and figures stands before it in its line.
pub(in super::super) fn speaker(before: &str, _: &str, _: &str) -> Verdict {
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.chars().any(char::is_alphabetic) { Verdict::Reject } else { Verdict::Keep }
}

/// Kana before さん begin where no other kana stand.
pub(in super::super) fn kana(before: &str, _: &str, _: &str) -> Verdict {
    let inside = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー' | 'ぁ'..='ゖ') || is_kanji(c);
    if before.chars().next_back().is_some_and(inside) { Verdict::Reject } else { Verdict::Keep }
}

/// Katakana begin where no others stand.
pub(in super::super) fn katakana(before: &str, _: &str, _: &str) -> Verdict {
    let inside = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー' | '・');
    if before.chars().next_back().is_some_and(inside) { Verdict::Reject } else { Verdict::Keep }
}

fn next_name(run: &str) -> bool {
    gazetteer::surname_prefixes(run)
        .any(|(bytes, surname)| bytes > 3 && surname.standing == Standing::Common && !surname.word)
}

/// A surname with a title: its first kanji goes on with nothing, its title with no office of the same name.
pub(in super::super) fn titled(before: &str, matched: &str, after: &str) -> Verdict {
    if THINGS.iter().any(|word| kanji(after).starts_with(word)) {
        return Verdict::Reject;
    }
    let inside = before.chars().next_back().filter(|&c| is_kanji(c));
    let short = titled::stems(matched).all(|stem| stem.chars().count() < 2);
    match inside {
        None => Verdict::Keep,
        Some(_) if short => Verdict::Reject,
        Some(c) if OFFICES.contains(c) => Verdict::Keep,
        Some(_) if titled::stems(matched).any(is_plain) => Verdict::Keep,
        Some(_) => Verdict::Lower,
    }
}

fn is_plain(stem: &str) -> bool {
    gazetteer::surname(stem).is_some_and(|surname| surname.standing == Standing::Common && !surname.word)
}

/// A surname alone begins a sentence or a field.
pub(in super::super) fn alone(before: &str, _: &str, after: &str) -> Verdict {
    let inside = before.chars().next_back().is_some_and(is_kanji);
    // 谷口、平山、中井の各地区
    if inside || after.starts_with("の各地") || after.starts_with("の各会場") || !kanji(after).is_empty()
    {
        Verdict::Reject
    } else {
        Verdict::Keep
    }
}

/// A surname in a sentence is no end of another word: 長野市は.
pub(in super::super) fn sentence(before: &str, _: &str, _: &str) -> Verdict {
    let inside = |c: char| is_kanji(c) || matches!(c, 'お' | 'ご' | 'ァ'..='ヺ' | 'ー');
    if before.chars().next_back().is_some_and(inside) { Verdict::Reject } else { Verdict::Keep }
}

/// Who says who is speaking begins a sentence, or says before it whose name it is: 総務課の田中です.
pub(in super::super) fn said(before: &str, _: &str, _: &str) -> Verdict {
    let last = before.chars().next_back();
    let kana = |c: char| ('ぁ'..='ゖ').contains(&c) && !matches!(c, 'お' | 'ご');
    let begins = |c: char| !c.is_alphanumeric() || kana(c) || OFFICES.contains(c);
    if last.is_none_or(begins) { Verdict::Keep } else { Verdict::Reject }
}

/// A name whose reading follows goes on from no other kanji.
pub(in super::super) fn lead(before: &str, _: &str, _: &str) -> Verdict {
    let inside = before.chars().next_back().is_some_and(|c| is_kanji(c) && !OFFICES.contains(c));
    if inside { Verdict::Reject } else { Verdict::Keep }
}

/// A reading in parentheses stands behind a name in kanji.
pub(in super::super) fn reading(before: &str, matched: &str, _: &str) -> Verdict {
    let is_name = |c: char| is_kanji(c) || c == 'ヶ';
    let name_at = before.rfind(|c: char| !is_name(c) && !matches!(c, ' ' | '\u{3000}' | '」' | '”'));
    let tail = name_at.and_then(|at| before.get(at..)).unwrap_or(before);
    let tail = tail.trim_start_matches(|c: char| !is_name(c)).trim_end_matches([' ', '\u{3000}', '」', '”']);
    let last = tail.rsplit([' ', '\u{3000}']).next().unwrap_or_default();
    let named = |text: &str| gazetteer::surname(text).is_some() || gazetteer::given(text).is_some();
    if super::kana::reading(matched) == Verdict::Reject {
        let sure =
            || gazetteer::surname(tail).is_some_and(|known| known.standing > Standing::Rare && !known.word);
        return if sure() || super::full(tail) == Verdict::Keep { Verdict::Keep } else { Verdict::Reject };
    }
    let begins = gazetteer::surname_prefixes(last).next().is_some();
    if named(last) || begins || super::full(tail) != Verdict::Reject {
        Verdict::Keep
    } else {
        Verdict::Reject
    }
}
