use super::*;
use crate::validate::check_all as check;

#[test]
fn full_names() {
    check(
        full,
        Verdict::Keep,
        "田中太郎|佐藤花子|髙橋誠|渡邉美咲|齋藤 一郎|山﨑　陽菜|𠮷田・翔太|勅使河原健|小鳥遊 葵|長谷川蓮|佐々木さくら|鈴木まり子|林健太|森 美咲|関 俊介|月見里 太郎|林 誠",
    );
    check(full, Verdict::Lower, "田中 政治|東太郎|原 学|田中 元|佐藤 戸羅");
    check(full, Verdict::NeedsLabel, "林誠|仲間 政治");
    check(
        full,
        Verdict::Reject,
        "森林|関東|山田製作所|田中建設|高橋工業|松本市|福島県|山田町|石川県知事|本田技研|中央公園|東京都|田中 大学町|お客様|徳川家康|織田信長|仕様|上岡田|田中です",
    );
}

#[test]
fn surnames_with_honorifics_and_titles() {
    check(
        titled::surname,
        Verdict::Keep,
        "田中さん|佐藤様|鈴木氏|高橋先生|髙橋課長|渡邉係長|齋藤参考人|山﨑委員|林さん|森課長|関委員|東さん|南さん|国分さん|勅使河原様|山田太郎様|田中 花子 様|タナカさん|山田副大臣|月見里さん|小川くん|原さん|伊藤課長補佐|加藤公述人|月見里課長|大川部長|大久保委員|神﨑医師|𠮷野室長",
    );
    check(titled::surname, Verdict::Lower, "林くん|さとうさん");
    check(titled::surname, Verdict::NeedsLabel, "アベさん");
    check(
        titled::surname,
        Verdict::Reject,
        "皆様|お客様|神様|仕様|模様|同様|多様|一様|王様|殿様|某氏|両氏|彼氏|源氏|平氏|摂氏|華氏|運転手さん|たくさん|皆さん|母さん|お母さん|お子さん|奥さん|業者さん|貴殿|諸君|本部長|支部長|副大臣|総理大臣|前議員|元議員|原課長|森林課長|中部局長|東海部長|市長|関係課長|全国委員|みなさん|おかあさん|宮殿|御殿|赤ちゃん|中君|参考人|担当者様|何様|ご担当者様|株式会社様",
    );
}

#[test]
fn names_in_kana() {
    check(
        kana::katakana,
        Verdict::Keep,
        "ヤマダ タロウ|タナカ　ハナコ|サトウ・ショウタ|やまだ はなこ|テシガワラ ケン|アベ シン",
    );
    check(kana::katakana, Verdict::Lower, "ヤマダタロウ|ハナコ サトウ");
    check(kana::katakana, Verdict::NeedsLabel, "やまだたろう");
    check(
        kana::katakana,
        Verdict::Reject,
        "カタカナ|ヒラガナ|テスト ケース|システム エラー|サーバ|コンピュータ|スマート フォン|田中 タロウ|ア|",
    );
}

#[test]
fn names_in_latin_letters() {
    check(
        kana::romaji,
        Verdict::Keep,
        "Taro Yamada|Yamada Taro|TANAKA Hanako|Satō Ichirō|Ohno Yuuki|Yamada, Taro|Suzuki Ichiro|Jun'ichi Homma",
    );
    check(kana::romaji, Verdict::Lower, "Hide Yamada|Sato Mine");
    check(kana::romaji, Verdict::NeedsLabel, "yamada taro");
    check(
        kana::romaji,
        Verdict::Reject,
        "Take Note|Same Time|Hello World|Toyota Motor|Tanaka|Peter Smith|Home Page|Taro Yamada Hanako|New Tokyo|",
    );
}

#[test]
fn surnames_that_are_told_by_their_sentence() {
    check(said, Verdict::Keep, "田中です|大久保と申し|佐々木でございます|神﨑 090-1");
    check(said, Verdict::Reject, "福島です|中央です|森林です|市民と申し|です");
    check(one_of_some, Verdict::Keep, "田中、鈴木|高橋→佐藤|田中（財務）、鈴木（人事）");
    check(one_of_some, Verdict::Reject, "田中|予算、決算|東西、南北");
    check(with_reading, Verdict::Keep, "田中（たなか）|小鳥遊《タカナシ》|東碧（あずま あお）");
    check(with_reading, Verdict::Reject, "資料（たたき）|端末（モニター）");
    check(titled::aided, Verdict::Keep, "田中補佐|大久保政府参考人|鈴木元課長");
    check(titled::aided, Verdict::Reject, "田中課長補佐|補佐|関係政府参考人");
}

#[test]
fn what_follows_a_name_tells_whether_it_is_one() {
    for (name, after) in [
        ("清水建", "設が"),
        ("会津若", "松市"),
        ("久保田通", "り商店街"),
        ("宮崎電", "機㈱"),
        ("井上靖", "記念館"),
    ] {
        assert_eq!(beside::full("", name, after), Verdict::Reject, "{name}{after}");
    }
    for (name, after) in [
        ("田中太郎", "が"),
        ("田中太郎", "課長"),
        ("田中太郎", "宛です"),
        ("田中太郎", "鈴木花子"),
        ("田中太郎", ""),
    ] {
        assert_eq!(beside::full("", name, after), Verdict::Keep, "{name}{after}");
    }
    assert_eq!(beside::titled("部", "長殿", ""), Verdict::Reject);
    assert_eq!(beside::titled("", "石田税理士", "法人"), Verdict::Reject);
    assert_eq!(beside::titled("総務課", "石田主査", "へ"), Verdict::Keep);
}
