use super::list::check;
use super::*;

fn all(judge: impl Fn(&str) -> bool, yes: &[&str], no: &[&str]) {
    yes.iter().for_each(|text| assert!(judge(text), "{text}"));
    no.iter().for_each(|text| assert!(!judge(text), "{text}"));
}

#[test]
fn every_list_is_sorted_and_finds_all_of_itself() {
    check("surnames", names::SURNAMES);
    check("given", names::GIVEN);
    check("surnames-kana", names::SURNAMES_KANA);
    check("given-readings", names::GIVEN_READINGS);
    check("given-kana", names::GIVEN_KANA);
    check("surnames-romaji", names::SURNAMES_ROMAJI);
    check("given-romaji", names::GIVEN_ROMAJI);
    check("world-given", world::GIVEN);
    check("world-surnames", world::SURNAMES);
    check("world-kana", world::KANA);
    check("not-names-words", names::WORDS);
    check("prefectures", places::PREFECTURES);
    check("municipalities", places::MUNICIPALITIES);
    check("wards", places::WARDS);
    check("towns", places::TOWNS);
    check("area-codes", numbers::AREA_CODES);
    check("postal-codes", numbers::POSTAL_CODES);
}

#[test]
fn surnames_are_common_known_or_rare() {
    let stands = |standing, texts: &[&str]| {
        texts.iter().for_each(|text| assert_eq!(surname(text).map(|s| s.standing), Some(standing), "{text}"));
    };
    stands(
        Standing::Common,
        &[
            "佐藤",
            "鈴木",
            "高橋",
            "田中",
            "渡辺",
            "渡邉",
            "齋藤",
            "林",
            "森",
            "長谷川",
            "安倍",
            "髙橋",
            "山﨑",
            "𠮷田",
            "濵田",
            "德永",
        ],
    );
    stands(Standing::Known, &["小鳥遊", "勅使河原", "四月一日", "五百旗頭"]);
    stands(Standing::Rare, &["月見里", "八月朔日"]);
    all(|text| surname(text).is_some(), &["比嘉", "佐々木"], &["中央", "皆", "各", "株式", "です", ""]);
    all(|text| surname(text).is_some_and(|s| s.word), &["林", "仲間"], &["佐藤", "山田", "小島"]);
    assert!(names::surnames().count() > 80_000);
}

#[test]
fn the_hundred_most_common_surnames_are_known() {
    let names = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 \
        阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 福田 太田 西村 藤井 岡本 金子 藤原 三浦 中野 \
        中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 原 内田 柴田 酒井 宮崎 横山 高木 安藤 宮本 大野 小島 谷口 今井 工藤 高田 増田 \
        丸山 杉山 村田 大塚 新井 藤本 小山 平野 河野 上野 野口 武田 松井 千葉 菅原 岩崎 木下 久保 佐野 野村 松尾 市川 菊地 杉本 古川 大西 島田";
    for name in names.split_whitespace() {
        assert!(surname(name).is_some_and(|s| s.standing > Standing::Rare), "{name}");
    }
}

#[test]
fn surnames_that_a_text_begins_with_come_shortest_first() {
    let begun = |text: &'static str| -> Vec<&str> {
        surname_prefixes(text).filter_map(|(bytes, _)| text.get(..bytes)).collect()
    };
    assert_eq!(begun("長谷川太郎"), ["長", "長谷", "長谷川"]);
    assert_eq!(begun("佐々木さん"), ["佐々", "佐々木"]);
    assert_eq!(begun("𠮷田様"), ["𠮷", "𠮷田"]);
    assert_eq!(begun("です"), Vec::<&str>::new());
    assert_eq!(begun(""), Vec::<&str>::new());
}

#[test]
fn given_names() {
    all(
        |text| given(text) == Some(Given::Name),
        &["太郎", "花子", "翔太", "陽菜", "結衣", "蓮", "誠", "まり子", "惠子", "凛", "大翔", "葵"],
        &["建設", "工業", "県", "部長", "大学", "議員", "会社", "です"],
    );
    all(|text| given(text) == Some(Given::Word), &["大学", "政治", "元"], &["太郎"]);
    all(
        given_in_kana,
        &["サクラ", "ヒカリ", "ノゾミ", "マリコ"],
        &["カラ", "マデ", "ノミ", "ナド", "サン", "デス"],
    );
}

#[test]
fn kana_and_romaji() {
    all(kana_surname, &["タナカ", "サトウ", "テシガワラ", "タカナシ"], &["カメラ", "テスト", "システム", ""]);
    all(kana_given, &["タロウ", "ハナコ", "ショウタ", "サクラ"], &["ケース", "サーバ", "デス"]);
    all(
        romaji_surname,
        &[
            "Tanaka", "SATO", "Satoh", "Satou", "Satō", "Ohno", "Oono", "Inoue", "Shimizu", "Simizu",
            "Homma", "Kanbe", "Kambe", "Watanabe", "Jin'nai", "Ito", "Itoh", "Tsuchiya", "Tutiya", "Fukuda",
            "Hukuda",
        ],
        &["Smith", "Error", "Server", "Müller", "x", "", "Tanaka1"],
    );
    all(
        romaji_given,
        &["Taro", "Tarō", "Tarou", "Hanako", "Yuuki", "Yuki", "Jun'ichi", "Junichi", "Shinpei", "Shimpei"],
        &["Peter", "Test"],
    );
}

#[test]
fn what_looks_like_a_name_and_is_none() {
    all(
        not_a_name,
        &[
            "皆様",
            "お客様",
            "仕様",
            "模様",
            "某氏",
            "源氏",
            "摂氏",
            "たくさん",
            "運転手さん",
            "貴殿",
            "本部長",
            "森林",
            "note",
            "上岡田",
        ],
        &["田中", "山田さん", "佐藤様", "国分さん", "taro", "suzuki"],
    );
}

#[test]
fn prefectures_and_municipalities() {
    assert_eq!(places::prefectures().count(), 47);
    all(is_prefecture, &["北海道", "東京都", "大阪府", "神奈川県", "沖縄県"], &["東京", "北海県"]);
    // 1,741 municipalities and 171 wards of designated cities; most counties' towns twice, and each ケ in three ways.
    assert_eq!(places::municipalities().count(), 2851);
    all(
        is_municipality,
        &[
            "千代田区",
            "札幌市",
            "札幌市中央区",
            "余市郡余市町",
            "余市町",
            "つくば市",
            "龍ケ崎市",
            "龍ヶ崎市",
            "茅ヶ崎市",
            "三宅村",
            "浜松市中央区",
        ],
        &["梅田", "市", "東京市", "平成町"],
    );
    let begins = |prefix: fn(&str) -> Option<usize>, text: &str| {
        prefix(text).and_then(|bytes| text.get(..bytes)).map(str::to_owned)
    };
    assert_eq!(begins(prefecture_prefix, "東京都千代田区").as_deref(), Some("東京都"));
    assert_eq!(begins(municipality_prefix, "札幌市中央区北一条").as_deref(), Some("札幌市中央区"));
    assert_eq!(begins(municipality_prefix, "大和郡山市").as_deref(), Some("大和郡山市"));
    assert_eq!(begins(ward_prefix, "北区梅田").as_deref(), Some("北区"));
    assert_eq!(begins(town_prefix, "霞が関三丁目").as_deref(), Some("霞が関"));
    assert_eq!(begins(town_prefix, "霞ヶ関").as_deref(), Some("霞ヶ関"));
    assert_eq!(begins(town_prefix, "では"), None);
}

#[test]
fn area_codes() {
    all(
        area_code,
        &["03", "06", "045", "0422", "04992", "011", "099", "0980", "01267"],
        &["00", "0120", "0570", "090", "050", "0131", "3", ""],
    );
}

#[test]
fn postal_codes() {
    all(
        postal_code,
        &["1000001", "1008916", "5300001", "9071801", "0010000"],
        &["0000000", "9999999", "1000099", "100", "10000011", ""],
    );
    let spans = numbers::POSTAL_CODES.entries().flat_map(|(_, spans)| spans.split(' '));
    let codes = spans.map(|span| match span.split_once('-') {
        Some((first, last)) => last.parse::<u32>().unwrap() - first.parse::<u32>().unwrap() + 1,
        None => 1,
    });
    assert_eq!(codes.sum::<u32>(), 142_920);
}
