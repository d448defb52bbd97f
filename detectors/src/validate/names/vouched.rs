//! Names that a label, a title, a relation or a list vouches for. What is left to doubt is whether they are words or
//! places, and of several together one sure name speaks for the others.

use super::super::Verdict;
use super::{OTHERS, alone, full, is_kanji, is_place, kana, parts, titled};
use crate::gazetteer::{self, Given, Standing};

/// Katakana in which people of other countries are often written, alone or with more of them.
const ABROAD: &str = " グエン チャン リ イ レ レー ファム ホアン フイン ファン ヴー ヴォ ダン ブイ ズオン リー ロペス ゴンサレス ガルシア \
    ロドリゲス フェルナンデス エルナンデス マルティネス サンチェス ペレス ゴメス ディアス トーレス ラミレス フローレス リベラ オチョア \
    モラレス レイエス クルス サントス シルバ シウバ ソウザ オリベイラ ペレイラ コスタ アルベス リマ ナカムラ カストロ メンドサ バウティスタ \
    ラモス デラクルス アキノ スミス ジョンソン ウィリアムズ ブラウン ジョーンズ ミラー デイビス ウィルソン アンダーソン テイラー トーマス \
    コリンズ ロバート マイケル ジョン デイビッド ジェームズ メアリー マリア アンナ エレナ オルガ ソフィア ルーカス ピーター シャルマ クマール \
    シュレスタ グルン タマン タパ ライ バスネット シン カーン アフマド アリ ハッサン ムハンマド モハメド アブドゥル ホセ カルロス ルイス \
    フアン ガブリエル ダニエル ワン チェン ウェイ ヤン リン ホアン キム パク チェ チョン カン ユン イム ハン ソン アウン ミン テッ ゾー \
    ティン スー チョー ウィン プトリ プトラ ウィジャヤ スリ アディ デウィ イワン イワノフ ペトロフ ペトロワ マリーナ ナターシャ ミュラー \
    エミリー ソフィー サマンサ ヘレン ジェニファー エリザベス スーザン パトリシア リンダ バーバラ ジュリア ローラ レベッカ キャサリン アリス \
    オリビア シャルロット クララ ハンナ エヴァ ナディア サミラ レイラ アミナ ゼイナブ オマル ユースフ イブラヒム アリフ ラシード タリク ビジェイ \
    アニル ラジェシュ スニル ディパック プラカシュ サンジャイ アミット プリヤ アンジャリ スニタ ギタ マヤ ラクシュミ ビシュヌ クリシュナ \
    ハリ ラマ ケイン ロバーツ クラーク ヒューズ ライト グリーン ベイカー モリス ロジャース リード クック モーガン パーカー ヒューストン \
    スチュワート マードック マクドナルド オブライエン ペドロ パウロ アントニオ フランシスコ マヌエル ミゲル ラファエル フェルナンド ロベルト \
    アンドレ ブルーノ フェリペ ジョアン ルシア テレサ カルメン イザベル クラウディア ベアトリス アレハンドロ ディエゴ パブロ シャキャ マハルジャン \
    ラナ カルキ ポウデル アディカリ ダンゴル ティティ ミャ キン タン ラット ソー ナイン アグス ブディ シティ リズキ ヌル フィトリ ジョセフ \
    トゥアン フン ズン タオ フォン リエン ミエン ハイン シュミット デュポン ロッシ ノバック ニコラス カレン アンジェラ クリスティーナ ジェシカ サラ エマ ファティマ アイシャ ";

/// Kanji that some are called by and that behind a label end another word.
const NO_FAMILIES: &str = "様氏殿君長堂館員者官方名会室";

/// Words of katakana before さん and in the like places that are nobody's name.
const LOANS: &str = " パート バイト ママ パパ プロ ペット サル ネコ イヌ クマ ゾウ タコ カニ ホスト ゲスト ボス コーチ リス キリン パン カメ \
    ヘルパー スタッフ ユーザー ユーザ メーカー オーナー ドライバー リーダー ベンダー ベンダ アルバイト ケアマネ ケースワーカー ナース ドクター \
    モデル アイドル タレント ファン ライター カメラマン エンジニア デザイナー マネージャー マネジャー サポート ガス トラック タクシー バス \
    レジ クラブ サークル チーム グループ スポンサー クライアント テナント ホテル レストラン スーパー コンビニ ハウス ゴミ ネズミ ハチ \
    カラス ツバメ メダカ ウサギ ヤギ ヒツジ ニワトリ インコ ハト シェフ パイロット キャスター アナウンサー アナ システム テスト サーバ サーバー \
    サービス センター データ クラウド ネット メール パスワード コード ケース モード タイプ プラン セット ルール テーマ ゲーム ラーメン ガード ";

/// One or several names behind 氏名, 出席, 担当 and the like.
pub(super) fn row(text: &str) -> Verdict {
    let verdicts: Vec<Verdict> = members(text).map(|member| titled_or_not(&member)).collect();
    match verdicts.as_slice() {
        [] => Verdict::Reject,
        all if all.contains(&Verdict::Reject) => Verdict::Reject,
        all if all.contains(&Verdict::Keep) => Verdict::Keep,
        _ if members(text).any(|member| stem_of_place(&member)) => Verdict::Reject,
        _ => Verdict::Lower,
    }
}

/// Names without a label, of which there are two at least and which are places all together no more than by chance.
pub(super) fn several(text: &str) -> Verdict {
    let goes_on = |c: char| ('ぁ'..='ゖ').contains(&c) || matches!(c, '（' | '(');
    let text = text.split(goes_on).next().unwrap_or_default().trim_end();
    let text = ["両名", "各氏"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let members: Vec<String> = members(text).collect();
    let at_home = members.iter().filter(|member| stem_of_place(member)).count();
    if members.len() < 2 || at_home == members.len() { Verdict::Reject } else { row(text) }
}

/// What may stand behind a relation without being a name: another one, and what becomes of people.
const RELATIONS: &str = " 父 母 夫 妻 兄 弟 姉 妹 長男 次男 二男 三男 四男 長女 次女 二女 三女 祖父 祖母 息子 娘 孫 甥 姪 子供 \
    実家 実父 実母 実子 養子 里子 双子 一人 二人 三人 成人 独身 未婚 既婚 死別 離婚 再婚 別居 同居 在宅 健在 他界 病気 介護 看護 \
    未来 将来 希望 幸福 正義 名前 ";

/// Kanji that some are called by, and that in forms say something else.
const NO_GIVEN: &str = "有無男女子父母夫妻兄弟姉妹正副新旧計他同本人大中小済未可否上下左右一二三四五六七八九十年月日歳才生死元前現";

/// A surname, a whole name or a given name behind 長男, 妻 and the like.
pub(super) fn kin(text: &str) -> Verdict {
    let name = person(text);
    let known = gazetteer::given(text) == Some(Given::Name)
        || kana::folded(text).is_some_and(|kana| gazetteer::given_in_kana(&kana));
    match name {
        _ if gazetteer::not_a_name(text)
            || [LOANS, RELATIONS].iter().any(|words| words.contains(&format!(" {text} "))) =>
        {
            Verdict::Reject
        }
        Verdict::Keep => Verdict::Keep,
        // 長男 蓮
        _ if text.chars().count() < 2 && (!known || NO_GIVEN.contains(text)) => Verdict::Reject,
        _ if text.chars().count() < 2 => Verdict::Keep,
        _ if known && text.chars().count() > 1 => Verdict::Keep,
        _ if text.chars().count() > 2 && kana::read(text) => Verdict::Keep,
        _ => name.max(Verdict::Lower),
    }
}

/// One name.
pub(super) fn person(text: &str) -> Verdict {
    let all: Vec<&str> = parts(text).collect();
    match *all.as_slice() {
        [] => Verdict::Reject,
        _ if all.iter().any(|part| titled::is_title(part) || part.ends_with(['殿', '様'])) => {
            Verdict::Reject
        }
        [one] => single(one),
        [family, first] => spaced(family, first).min(several_alone(&all)).min(kana_pair(text)),
        _ => mixed(&all).min(several_alone(&all)).min(kana::foreign(text)),
    }
}

/// Members without what stands in parentheses behind them.
fn members(text: &str) -> impl Iterator<Item = String> {
    let mut depth = 0;
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        depth += i32::from(matches!(c, '（' | '(')) - i32::from(matches!(c, '）' | ')'));
        if depth == 0 && !matches!(c, '）' | ')') {
            plain.push(c);
        }
    }
    for word in ["及び", "並びに", "および", "ならびに", "→", "⇒", "と"] {
        plain = plain.replace(word, "、");
    }
    let signs = ['、', '，', ',', '／', '/', '\n', '\r', '＆', '&'];
    // Between names of another country ・ parts one name, between ours it parts two.
    let dots = plain.split('・').any(|part| part.chars().any(is_kanji));
    let split = move |c: char| signs.contains(&c) || (dots && c == '・');
    let all: Vec<String> =
        plain.split(split).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    all.into_iter()
}

fn titled_or_not(member: &str) -> Verdict {
    if titled::is_title(member) {
        return Verdict::Reject;
    }
    let town = gazetteer::surname(member).is_some() && stem_of_town(member);
    let verdict = titled::stems(member).map(person).fold(person(member), Verdict::min);
    // 多治見: a town's name is somebody's as well, if others say so.
    if town { verdict.min(Verdict::Lower) } else { verdict }
}

fn single(one: &str) -> Verdict {
    let letters = one.chars().count();
    let abroad = || ABROAD.contains(&format!(" {one} "));
    match gazetteer::surname(one) {
        _ if super::is_word(one) || gazetteer::is_prefecture(one) || LOANS.contains(&format!(" {one} ")) => {
            Verdict::Reject
        }
        _ if is_place(one) || NO_FAMILIES.contains(one) => Verdict::Reject,
        // 林, 原: with others only.
        Some(surname) if letters == 1 && surname.standing == Standing::Common => Verdict::Lower,
        Some(_) if letters == 1 => Verdict::Reject,
        Some(_) if ["県", "府", "都"].iter().any(|of| is_place(&format!("{one}{of}"))) => Verdict::Lower,
        Some(_) if alone(one) == Verdict::Keep => Verdict::Keep,
        Some(surname) if letters > 2 && !surname.word => Verdict::Keep,
        Some(_) => Verdict::Lower,
        _ if letters > 2 && full(one) == Verdict::Keep => Verdict::Keep,
        _ if abroad() || kana::katakana(one) == Verdict::Lower => Verdict::Keep,
        _ if letters > 1 && stem_of_place(one) => Verdict::Lower,
        _ => Verdict::Reject,
    }
}

/// Two words of which one at least is known as a name.
fn spaced(family: &str, first: &str) -> Verdict {
    let glued = [family, first].concat();
    let word = |part: &str| super::is_word(part) || is_place(part);
    if gazetteer::not_a_name(&glued) || word(family) || is_place(first) || !may_be_family(family) {
        return Verdict::Reject;
    }
    let surname = gazetteer::surname(family).filter(|known| !known.word || known.standing > Standing::Rare);
    match (surname, given(first)) {
        (Some(known), Some(Given::Name)) if known.standing > Standing::Rare => Verdict::Keep,
        (_, Some(Given::Name)) if family.chars().count() > 1 || surname.is_some() => Verdict::Lower,
        (Some(_), Some(Given::Word)) => Verdict::Lower,
        (Some(_), None) if super::is_plausible(first) && gazetteer::surname(first).is_none() => {
            Verdict::Lower
        }
        _ => Verdict::Reject,
    }
}

fn given(first: &str) -> Option<Given> {
    let read = || kana::folded(first).is_some_and(|kana| gazetteer::kana_given(&kana));
    super::given(first).or_else(|| (first.chars().count() > 1 && read()).then_some(Given::Name))
}

fn may_be_family(family: &str) -> bool {
    let sign = |c: char| is_kanji(c) || matches!(c, 'ヶ' | 'ケ' | 'ノ' | 'ツ' | 'の');
    family.chars().any(is_kanji)
        && family.chars().all(sign)
        && (gazetteer::surname(family).is_some() || !OTHERS.iter().any(|other| family.ends_with(other)))
}

/// 田中　鈴木　佐藤: nothing but surnames.
fn several_alone(all: &[&str]) -> Verdict {
    if all.iter().all(|one| alone(one) == Verdict::Keep) { Verdict::Keep } else { Verdict::Reject }
}

/// リ シュウエイ: two words of katakana, of which one is a name that is known.
fn kana_pair(text: &str) -> Verdict {
    let parts: Vec<&str> = parts(text).collect();
    let kana = parts.iter().all(|part| kana::folded(part).is_some());
    let known = |part: &&str| {
        ABROAD.contains(&format!(" {part} "))
            || kana::folded(part).is_some_and(|kana| gazetteer::kana_surname(&kana))
    };
    match kana {
        true if kana::katakana(text) == Verdict::Keep => Verdict::Keep,
        true if kana::foreign(text) == Verdict::Keep && parts.iter().any(known) => Verdict::Keep,
        true if parts.iter().any(known) && kana::katakana(text) != Verdict::Reject => Verdict::Lower,
        _ => Verdict::Reject,
    }
}

/// 大城 ニコラス 健: three words of two scripts or more, of which one is a name that is known.
fn mixed(all: &[&str]) -> Verdict {
    let known = |part: &&str| {
        ABROAD.contains(&format!(" {part} "))
            || gazetteer::given(part) == Some(Given::Name)
            || gazetteer::surname(part).is_some_and(|surname| surname.standing > Standing::Rare)
    };
    let short = all.len() == 3 && all.iter().all(|part| part.chars().count() < 9);
    let scripts = all.iter().any(|part| kana::folded(part).is_some())
        && all.iter().any(|part| part.chars().all(is_kanji));
    let words = all.iter().any(|part| gazetteer::not_a_name(part) || LOANS.contains(&format!(" {part} ")));
    if short && scripts && !words && all.iter().filter(|part| known(part)).count() > 1 {
        Verdict::Keep
    } else {
        Verdict::Reject
    }
}

/// Whether a town or a prefecture is called so.
pub(super) fn stem_of_place(text: &str) -> bool {
    ["市", "町", "村", "区", "県", "府"].iter().any(|of| is_place(&format!("{text}{of}")))
}

pub(super) fn is_relation(text: &str) -> bool {
    RELATIONS.contains(&format!(" {text} "))
}

/// Whether a town is called so, of two kanji or more, and no prefecture.
pub(super) fn stem_of_town(text: &str) -> bool {
    let prefecture = ["県", "府", "都", "道"].iter().any(|of| is_place(&format!("{text}{of}")));
    text.chars().count() > 1 && stem_of_place(text) && !prefecture && !gazetteer::is_prefecture(text)
}

/// ミン in ミンさん, a name that stands in katakana before a word that is said of persons alone.
pub(super) fn abroad(one: &str) -> bool {
    let katakana = one.chars().all(|c| ('ァ'..='ヺ').contains(&c));
    let short = katakana && (2..=3).contains(&one.chars().count());
    (is_abroad(one) || short) && !LOANS.contains(&format!(" {one} "))
}

/// Whether many who come from another country are called so.
pub(super) fn is_abroad(one: &str) -> bool {
    one.chars().count() > 1 && ABROAD.contains(&format!(" {one} "))
}
