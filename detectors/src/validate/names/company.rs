//! Who stands with a surname that nothing beside it tells: in rosters, rows of seats, duty lists and signatures it has a field of
//! its own, and other names have theirs. So does a surname that somebody was called by before: 大野さん…, 午後は大野の席に.

use super::super::Verdict;
use super::{PARTICLES, full, is_kanji, is_place, is_word, titled, vouched};
use crate::gazetteer::{self, Given, Standing};

/// How far ahead of a surname its company is looked for, in characters.
pub(in super::super) const AHEAD_CHARS: usize = 80;

/// How far back, in characters.
pub(in super::super) const BACK_CHARS: usize = 240;

/// How many lines back, of those.
const LINES: usize = 3;

/// Stations and quarters that many know, and that are surnames as well. Towns of their own are in the gazetteer.
const QUARTERS: &str = " 大森 蒲田 小岩 大塚 巣鴨 田端 神田 大崎 目白 高田 荻窪 西荻窪 赤羽 亀戸 両国 浅草 金町 三田 田町 新橋 白金 広尾 青山 \
    赤坂 麻布 銀座 築地 月島 梅田 難波 京橋 野田 今宮 三宮 元町 住吉 今池 千種 天神 西新 大泉 保谷 石神井 駒場 駒込 上野 原宿 池袋 五反田 \
    大井 大井町 馬込 三鷹 国分 久我山 永福 高井戸 下北 三軒茶屋 用賀 二子 溝口 登戸 菊名 綱島 日吉 関内 桜木 戸部 磯子 金沢 鎌ヶ谷 津田 幕張 稲毛 \
    木下 田原 本八幡 小金 新松戸 我孫子 取手 土浦 石岡 友部 宮原 北上尾 大和田 岩槻 春日 本郷 湯島 根津 千石 白山 志村 成増 平和 塚本 十三 中津 \
    淡路 吹田 千里 桃山 深草 山科 石山 草津 米原 熱田 鳴海 有松 刈谷 安城 新城 小野 板橋 王子 ";

/// Companies and makes that are called as their founders were.
const MAKES: &str = " 松下 本田 豊田 三井 三菱 住友 野村 大林 鹿島 竹中 安田 大和 森永 明治 古河 岩波 出光 久保田 島津 荏原 日立 早川 熊谷 奥村 \
    飛島 五洋 東急 西武 武田 塩野 ";

/// Surnames that are met as words more often.
const TERMS: &str = " 一路 上司 上方 上部 下地 下宿 世代 中元 中台 中道 中部 九重 内野 出口 入場 北口 北方 南方 南部 古代 四季 四方 国立 国定 城下 城南 城西 \
    大台 大家 大手 大根 大海 大空 大蔵 大道 大部 大金 太古 好奇 天井 天地 小口 小形 小指 小豆 山地 山城 山手 山村 島内 川岸 市場 平地 平方 平生 当山 \
    扇子 放生 日出 明文 木綿 木造 未來 本名 植木 森林 樹木 河口 波形 海上 海老 炭田 片方 真夏 白砂 相場 石垣 砂金 神宮 竹林 米屋 絵本 花園 花形 花畑 \
    若草 若木 見方 見物 近道 道場 郷里 金星 長屋 門戸 霊山 青空 風穴 豊富 足代 行方 八百屋 六角 三角 二葉 仲間 味方 公平 光明 加勢 別当 五輪 大門 本島 \
    南国 北道 高原 海原 朝日 弥生 青葉 双葉 緑地 音 風 門 市井 大国 ";

/// Words of a line that lists people.
const PEOPLE: &[&str] = &[
    "宿直",
    "日直",
    "当直",
    "当番",
    "早番",
    "遅番",
    "中番",
    "日勤",
    "夜勤",
    "出勤",
    "シフト",
    "勤務",
    "席",
    "班",
    "名簿",
    "敬称",
    "連絡網",
    "担当",
    "出席",
    "欠席",
    "参加",
    "氏名",
    "職員",
    "メンバー",
    "幹事",
    "面談",
    "採点",
    "面接",
    "窓口",
    "休暇",
    "年休",
    "早退",
    "遅刻",
    "在宅",
    "テレワーク",
    "出張",
    "承認",
    "決裁",
    "確認者",
    "作成者",
    "検査員",
    "記入者",
    "使用者",
    "様",
    "さん",
    "氏",
    "補佐",
    "課長",
    "係長",
    "主査",
    "主事",
    "当日の",
    "司会",
    "書記",
    "受付",
    "交代",
    "運転",
    "引率",
    "残業",
    "内線",
    "携帯",
    "姓",
    "議長",
    "座長",
    "書記",
    "正面",
    "口座",
    "火：",
    "水：",
    "木：",
    "金：",
];

/// Words of a line that lists places and things.
const SPOTS: &[&str] = &[
    "駅",
    "地区",
    "会場",
    "方面",
    "流域",
    "水系",
    "ダム",
    "キャンパス",
    "品種",
    "路線",
    "停留所",
    "バス停",
    "学区",
    "線",
    "IC",
    "店舗",
    "地名",
    "各地",
    "ブランド",
    "銘柄",
    "メーカー",
    "観測",
    "気温",
    "降水",
    "市町",
    "河川",
    "号線",
    "銘菓",
    "作品",
    "展",
];

/// A surname whose neighbours on both sides are signs; or any, if another name was told by it.
pub(in super::super) fn fielded(before: &str, _: &str, after: &str) -> Verdict {
    // 1泊2日 counts nights.
    let is_sign = |c: char| is_sign(c) && !c.is_ascii_digit();
    let left = before.chars().next_back().is_none_or(is_sign);
    let right = after.chars().next().is_none_or(|c| is_sign(c) && !matches!(c, '.' | '%' | '％' | '_'));
    // 交代は菊地（kikuchi@…
    let said = before.ends_with(['は', 'の', 'を', 'に']) && after.starts_with(['（', '(', '<', '＜']);
    if (left || said) && right { Verdict::Keep } else { Verdict::Reject }
}

/// Whether the lines around a surname that has a field of its own list people.
pub(in super::super) fn around(before: &str, name: &str, after: &str) -> Verdict {
    let (above, head) = before.rsplit_once('\n').unwrap_or(("", before));
    let (tail, below) = after.split_once('\n').unwrap_or((after, ""));
    let near: Vec<&str> = above.rsplit('\n').filter(|line| !line.trim().is_empty()).take(LINES).collect();
    let next = below.split('\n').find(|line| !line.trim().is_empty()).unwrap_or_default();
    let says = |words: &[&str], lines: &[&str]| {
        lines.iter().any(|line| words.iter().any(|word| line.contains(word)))
    };
    let own = [head, tail];
    let people = says(PEOPLE, &own) || says(PEOPLE, &near);
    if says(SPOTS, &own) && !says(PEOPLE, &own) || says(SPOTS, near.get(..1).unwrap_or_default()) && !people {
        return Verdict::Reject;
    }
    let mut company = Company::default();
    own.iter().chain(near.first()).chain([&next]).for_each(|line| company.count(line));
    let called = is_called(tail);
    let others = company.names + company.places > 0;
    let enough = match Known::of(name) {
        Known::Nothing => false,
        _ if !before.chars().next_back().is_none_or(is_sign) => called,
        _ if people && (called || others) => true,
        Known::Place => false,
        _ if called => true,
        _ if company.places > company.names => false,
        Known::Name => people || company.names > 0 || signs(&near, head, tail),
        Known::Short => company.names > 0,
    };
    if enough { Verdict::Keep } else { Verdict::Reject }
}

/// A telephone number, an extension or an address of mail directly behind a name.
fn is_called(tail: &str) -> bool {
    let rest = tail.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '（' | '(' | '：' | ':' | '→' | '<' | '＜')
    });
    let number = rest
        .strip_prefix('0')
        .is_some_and(|rest| rest.bytes().take(8).filter(u8::is_ascii_digit).count() > 4);
    let mail = rest.find('@').is_some_and(|at| at > 1 && rest.bytes().take(at).all(|b| b.is_ascii_graphic()));
    let account = rest.starts_with("ゆうちょ") || rest.chars().take(8).collect::<String>().contains("銀行");
    number
        || mail
        || account
        || ["内線", "内 ", "TEL", "携帯", "PHS", "直通", "Tel", "☎", "℡"]
            .iter()
            .any(|word| rest.starts_with(word))
}

/// The name alone on its line, below the end of a letter.
fn signs(near: &[&str], head: &str, tail: &str) -> bool {
    let alone = |text: &str| text.chars().all(|c| c.is_whitespace() || matches!(c, '>' | '＞' | '-' | '－'));
    let ends =
        near.first().is_some_and(|line| line.trim_end().ends_with(['。', '！', '!', '？', '?', '…', '～']));
    let closed = head.trim_end().ends_with(['す', '。', '！']) || head.is_empty();
    (alone(head) && ends || closed && head.contains("ございます")) && alone(tail)
}

/// What a field may hold, as far as it is a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// A surname of many that is nothing else.
    Name,
    /// One kanji, or an ordinary word as well.
    Short,
    /// A place as well.
    Place,
    Nothing,
}

impl Known {
    fn of(name: &str) -> Known {
        let listed = |words: &str| words.contains(&format!(" {name} "));
        let Some(surname) = gazetteer::surname(name) else { return Known::Nothing };
        match name.chars().count() {
            _ if is_word(name) || titled::is_title(name) || vouched::is_relation(name) => Known::Nothing,
            _ if gazetteer::is_prefecture(name) || is_prefecture_stem(name) || listed(MAKES) => {
                Known::Nothing
            }
            1 if surname.standing == Standing::Common && !PARTICLES.contains(name) => Known::Short,
            1 => Known::Nothing,
            _ if surname.standing == Standing::Rare || surname.word && listed(TERMS) => Known::Nothing,
            _ if surname.word => Known::Short,
            _ if is_spot(name) => Known::Place,
            _ => Known::Name,
        }
    }
}

fn is_prefecture_stem(name: &str) -> bool {
    ["県", "府", "都"].iter().any(|of| is_place(&format!("{name}{of}")))
}

/// Whether a town, a station or a quarter is called so.
pub(super) fn is_spot(name: &str) -> bool {
    vouched::stem_of_place(name) || is_place(name) || QUARTERS.contains(&format!(" {name} "))
}

/// How many other fields hold names, and how many hold places.
#[derive(Default)]
struct Company {
    names: usize,
    places: usize,
}

impl Company {
    fn count(&mut self, line: &str) {
        for field in line.split(is_sign).filter(|field| !field.is_empty()) {
            let field = titled::stems(field).find(|stem| gazetteer::surname(stem).is_some()).unwrap_or(field);
            match Known::of(field) {
                Known::Name => self.names += 1,
                Known::Place => self.places += 1,
                Known::Nothing if is_prefecture_stem(field) || is_place(field) => self.places += 1,
                Known::Nothing if full(field) == Verdict::Keep => self.names += 1,
                _ => {}
            }
        }
    }
}

/// What parts fields: everything that is no letter of a word.
fn is_sign(c: char) -> bool {
    !(is_kanji(c) || c.is_alphabetic() || matches!(c, 'ー' | '々' | 'ヶ' | '・'))
        || matches!(c, '・' | '→' | '⇒' | '①'..='⑳')
}

/// A surname by which somebody was called before in the text, and which here is no part of another word.
pub(in super::super) fn again(before: &str, name: &str, after: &str) -> Verdict {
    let last = before.chars().next_back();
    let inside = |c: char| matches!(c, 'お' | 'ご' | 'ァ'..='ヺ' | 'ー');
    let goes_on = after.chars().next().is_some_and(|c| matches!(c, 'ァ'..='ヺ' | 'ー' | '々'));
    let place = after.starts_with(['へ', '町', '市', '区', '村', '県', '駅', '線', '川']);
    let known = Known::of(name);
    let fits = match known {
        Known::Name => true,
        Known::Short => last.is_none_or(is_sign),
        Known::Place => {
            !place && !after.starts_with("から") && !after.starts_with('で') && !after.starts_with('に')
        }
        Known::Nothing => false,
    };
    let kept = fits
        && !last.is_some_and(inside)
        && !goes_on
        && !after.chars().next().is_some_and(is_kanji)
        && is_told(before, name);
    if kept { Verdict::Keep } else { Verdict::Reject }
}

/// Whether somebody is called so before: 大野さん, 総務課の大野です, 大野 健司.
fn is_told(before: &str, name: &str) -> bool {
    before.rmatch_indices(name).any(|(at, _)| {
        let head = before.get(..at).unwrap_or_default();
        let rest = before.get(at + name.len()..).unwrap_or_default();
        let begins =
            head.chars().next_back().is_none_or(|c| !is_kanji(c) || crate::literals::OFFICES.contains(c));
        let says = ["です。", "と申し", "でございます", "と名乗"].iter().any(|word| rest.starts_with(word));
        begins && (says || titled::tells(name, rest) || has_given(name, rest))
    })
}

/// 健司 behind 大野, with or without a space.
fn has_given(name: &str, rest: &str) -> bool {
    let rest = rest.strip_prefix([' ', '\u{3000}']).unwrap_or(rest);
    let ends: Vec<usize> = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(4).collect();
    ends.iter().take(3).filter_map(|&end| rest.split_at_checked(end)).any(|(given, behind)| {
        let said = || super::beside::FOLLOWERS.iter().any(|word| behind.starts_with(word));
        let ends = behind.chars().next().is_none_or(|c| !is_kanji(c));
        let whole = ends || titled::begins_with_title(behind) || said();
        whole
            && gazetteer::given(given) == Some(Given::Name)
            && full(&format!("{name} {given}")) == Verdict::Keep
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roster_lists_people_and_a_list_of_stations_places() {
        let keeps = |before: &str, name: &str, after: &str| around(before, name, after) == Verdict::Keep;
        assert!(keeps("宿直表\n12/2(火) ", "村田", "・岡\n12/3(水) 西川／堀内"));
        assert!(keeps("宿直表\n12/2(火) 村田・", "岡", "\n12/3(水) 西川／堀内"));
        assert!(keeps("夜勤　", "丸山", "\n"));
        assert!(keeps("承知しました。\n", "竹本", "\n"));
        assert!(keeps("", "野中", "　内線3321"));
        assert!(!keeps("", "大森", "・小岩・蒲田の3駅で"));
        assert!(!keeps("", "久保田", "、八海山、菊水を試飲"));
        assert!(!keeps("会場　", "谷口", "　平山"));
        assert!(!keeps("", "川口", "　大宮　熊谷"));
    }

    #[test]
    fn who_was_named_once_is_known_again() {
        let keeps = |before: &str, name: &str, after: &str| again(before, name, after) == Verdict::Keep;
        assert!(keeps("大野さん休み。午後は", "大野", "の席に"));
        assert!(keeps("北村補佐が説明。資料は", "北村", "から"));
        assert!(keeps("小松 健司 wrote:\n> ", "小松", ""));
        assert!(!keeps("大野は", "大野", "の"));
        assert!(!keeps("大野さんは", "大野", "市へ"));
        assert!(!keeps("大野さんは", "大野", "建設へ"));
    }
}
