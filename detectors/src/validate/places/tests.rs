use super::*;
use crate::validate::check_all as check;

#[test]
fn addresses() {
    check(
        address,
        Verdict::Keep,
        "東京都千代田区霞が関1-2-3|千代田区霞ヶ関３丁目１番１号|東京都 千代田区 丸の内1-1|札幌市中央区北一条西5丁目|大阪府北区梅田1-2-3|大阪市北区梅田一丁目2番3号|北海道余市郡余市町黒川町1丁目2|京都市中京区寺町通御池上る上本能寺前町488番地|沖縄県那覇市泉崎1丁目|岩手県岩手郡雫石町第3地割12|横浜市西区みなとみらい2の3|北区梅田1-2-3|つくば市天王台１－１－１|茅ヶ崎市茅ヶ崎1-1-1|府中市宮西町2-24",
    );
    check(address, Verdict::Lower, "東京都架空町1-2-3|霞が関1-2-3|銀座4丁目");
    check(
        address,
        Verdict::Reject,
        "東京都千代田区において|横浜市条例第12号|令和5年|千代田区議会令和5年第3回|1-2-3|松本市の人口は24万人|東京都知事|国道16号|工区 3-2|横浜市長選は10月|大阪府警本部|",
    );
}

#[test]
fn postal_codes() {
    check(postal_code, Verdict::Keep, "100-0001|〒100-8916|1000001|5300001");
    check(postal_code, Verdict::NeedsLabel, "000-0000|999-9999|100-0099");
    check(postal_code, Verdict::Reject, "100-001|100-00011|");
}

#[test]
fn a_bare_number_ends_an_address_where_it_is_a_block_and_counts_nothing() {
    for text in ["いわき市平字梅本21", "京都市中京区河原町通蛸薬師上る奈良屋町300", "富山市婦中町速星754"]
    {
        assert_eq!(address(text), Verdict::Keep, "{text}");
    }
    for text in ["目黒区は2025-05-16", "新宿区広報　2021-05-28", "横浜市は377", "横浜市資料12"]
    {
        assert_eq!(address(text), Verdict::Reject, "{text}");
    }
    assert_eq!(beside("", "千代田区霞が関15", "人"), Verdict::NeedsLabel);
    assert_eq!(beside("", "千代田区霞が関15", "へ"), Verdict::Keep);
}
