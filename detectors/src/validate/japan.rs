//! Numbers that Japanese authorities and banks issue.

use super::numbers::{digits, is_timestamp, jp_landline};
use super::{Validator, Verdict, keep_if};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "driver-license", checksum: true, judge: driver_license },
    Validator { name: "driver-license-shape", checksum: false, judge: driver_license_shape },
    Validator { name: "insurer-number", checksum: true, judge: insurer_number },
    Validator { name: "pension-number", checksum: false, judge: pension_number },
    Validator { name: "jp-account", checksum: false, judge: account },
    Validator { name: "jp-mobile", checksum: false, judge: mobile },
    Validator { name: "jp-phone-misread", checksum: false, judge: misread_phone },
    Validator { name: "card-serial", checksum: false, judge: card_serial },
    Validator { name: "residence-card", checksum: false, judge: residence_card },
    Validator { name: "vehicle-plate", checksum: false, judge: vehicle_plate },
];

/// 運転免許証: the customary check digit at the eleventh place, weights 5 4 3 2 7 6 5 4 3 2, modulus 11. The police
/// publish no formula, and numbers from before about 1966 need not keep it: under its label, see
/// [`driver_license_shape`].
fn driver_license(text: &str) -> Verdict {
    let all = digits(text);
    let (Some(body), Some(&check)) = (all.get(..10), all.get(10)) else { return Verdict::Reject };
    let sum: u32 = body.iter().zip([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]).map(|(d, w)| d * w).sum();
    let valid = is_license(&all) && check == (11 - sum % 11) % 10;
    if valid && is_timestamp(&all) { Verdict::NeedsLabel } else { keep_if(valid) }
}

/// Twelve digits that begin with the number of a 公安委員会, whatever the check digit.
fn driver_license_shape(text: &str) -> Verdict {
    let all = digits(text);
    keep_if(is_license(&all) && !is_timestamp(&all))
}

/// 10–14 北海道, 20–25 東北, 30 東京, 40–49, 50–55, 60–65, 70–74, 80–83, 90–97 (警察庁 公安委員会コード).
fn is_license(all: &[u32]) -> bool {
    let issued = matches!(all, [1 | 7, 0..=4, ..] | [2 | 5 | 6, 0..=5, ..] | [3, 0, ..])
        || matches!(all, [4, ..] | [8, 0..=3, ..] | [9, 0..=7, ..]);
    all.len() == 12 && issued
}

/// 厚生労働省 保険者番号等の設定要領: 法別 2 (not for 国民健康保険), 都道府県 2, insurer 3, check digit. Weights 2 and 1 from
/// the right, the digits of products added, modulus 10.
fn insurer_number(text: &str) -> Verdict {
    let all = digits(text);
    let Some((&check, body)) = all.split_last() else { return Verdict::Reject };
    let sum: u32 =
        body.iter().rev().zip([2, 1].into_iter().cycle()).map(|(d, w)| d * w / 10 + d * w % 10).sum();
    let prefecture = match body {
        [a, b, _, _, _] | [_, _, a, b, _, _, _] => a * 10 + b,
        _ => return Verdict::Reject,
    };
    // 51 to 97 are used where the numbers of a prefecture ran out.
    keep_if(prefecture > 0 && check == (10 - sum % 10) % 10)
}

/// 基礎年金番号: four digits and six. What is written likewise and begins as a service number is a telephone.
fn pension_number(text: &str) -> Verdict {
    let all = digits(text);
    let service =
        matches!(all.as_slice(), [0, 1, 2, 0, ..] | [0, 5, 7, 0, ..] | [0, 8, 0, 0, ..] | [0, 9, 9, 0, ..]);
    let same = all.first().is_some_and(|first| all.iter().all(|d| d == first));
    keep_if(all.len() == 10 && !service && !same)
}

/// Zeros alone, as in forms that wait to be filled, are nobody's account.
fn account(text: &str) -> Verdict {
    let all = digits(text);
    keep_if(all.iter().any(|d| *d != 0))
}

/// 090-0000-0000 stands in forms for what is to be filled in.
fn mobile(text: &str) -> Verdict {
    keep_if(digits(text).iter().skip(3).any(|d| *d != 0))
}

/// A telephone number in which letters were read for digits, as character recognition does.
fn misread_phone(text: &str) -> Verdict {
    let digit = |c: char| match c {
        'O' | 'o' | 'D' | 'Q' => '0',
        'l' | 'I' | '|' => '1',
        'S' => '5',
        'B' => '8',
        'Z' => '2',
        other => other,
    };
    let read: String = text.chars().map(digit).collect();
    let misread = text.chars().filter(char::is_ascii_alphabetic).count();
    let count = digits(&read).len();
    let mobile =
        count == 11 && ["050", "060", "070", "080", "090"].iter().any(|prefix| read.starts_with(prefix));
    let landline = count == 10 && jp_landline(&read) == Verdict::Keep;
    keep_if((1..=3).contains(&misread) && (mobile || landline))
}

/// マイナンバーカードの製造番号: of letters and digits; digits alone number everything.
fn card_serial(text: &str) -> Verdict {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let figures = text.bytes().filter(u8::is_ascii_digit).count();
    if letters > 0 && figures > 0 { Verdict::Keep } else { Verdict::NeedsLabel }
}

/// A number that counts something, such as the digits that a number has, is none itself.
pub(super) fn counted(_: &str, _: &str, after: &str) -> Verdict {
    const COUNTERS: [&str; 10] = ["桁", "ケタ", "件", "人", "名", "枚", "円", "回", "年", "月"];
    keep_if(!COUNTERS.iter().any(|word| after.starts_with(word)))
}

/// 在留カード: the letters are not explained; zeros alone are a form's.
fn residence_card(text: &str) -> Verdict {
    keep_if(digits(text).iter().any(|d| *d != 0))
}

/// 自動車登録規則 別表: an office's name, a class, a kana that is in use, and a number.
fn vehicle_plate(text: &str) -> Verdict {
    let place = text.split(|c: char| c.is_ascii_digit() || c == ' ').next().unwrap_or_default();
    keep_if(PLACES.contains(&place.trim_end_matches("ナンバー")))
}

/// 国土交通省 ナンバープレートの地名 (ご当地ナンバー included), as of 2025.
const PLACES: &[&str] = &[
    "札幌",
    "函館",
    "旭川",
    "室蘭",
    "苫小牧",
    "釧路",
    "知床",
    "帯広",
    "北見",
    "青森",
    "八戸",
    "弘前",
    "岩手",
    "盛岡",
    "平泉",
    "宮城",
    "仙台",
    "秋田",
    "山形",
    "庄内",
    "福島",
    "会津",
    "郡山",
    "白河",
    "いわき",
    "水戸",
    "土浦",
    "つくば",
    "宇都宮",
    "那須",
    "とちぎ",
    "日光",
    "群馬",
    "前橋",
    "高崎",
    "大宮",
    "川口",
    "所沢",
    "川越",
    "熊谷",
    "春日部",
    "越谷",
    "千葉",
    "成田",
    "習志野",
    "市川",
    "船橋",
    "袖ヶ浦",
    "袖ケ浦",
    "市原",
    "野田",
    "柏",
    "松戸",
    "品川",
    "世田谷",
    "練馬",
    "杉並",
    "板橋",
    "足立",
    "江東",
    "葛飾",
    "八王子",
    "多摩",
    "横浜",
    "川崎",
    "湘南",
    "相模",
    "山梨",
    "富士山",
    "新潟",
    "長岡",
    "上越",
    "富山",
    "石川",
    "金沢",
    "福井",
    "長野",
    "松本",
    "諏訪",
    "南信州",
    "安曇野",
    "岐阜",
    "飛騨",
    "静岡",
    "浜松",
    "沼津",
    "伊豆",
    "名古屋",
    "豊橋",
    "三河",
    "岡崎",
    "豊田",
    "尾張小牧",
    "一宮",
    "春日井",
    "三重",
    "鈴鹿",
    "四日市",
    "伊勢志摩",
    "滋賀",
    "京都",
    "大阪",
    "なにわ",
    "和泉",
    "堺",
    "神戸",
    "姫路",
    "奈良",
    "飛鳥",
    "和歌山",
    "鳥取",
    "島根",
    "出雲",
    "岡山",
    "倉敷",
    "広島",
    "福山",
    "山口",
    "下関",
    "徳島",
    "香川",
    "高松",
    "愛媛",
    "高知",
    "福岡",
    "北九州",
    "久留米",
    "筑豊",
    "佐賀",
    "長崎",
    "佐世保",
    "熊本",
    "大分",
    "宮崎",
    "鹿児島",
    "奄美",
    "沖縄",
    "十勝",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn licences() {
        check(driver_license, Verdict::Keep, &["309012345620", "301912345680", "3090 1234 5620"]);
        check(
            driver_license,
            Verdict::Reject,
            &["309012345630", "319012345620", "009012345620", "30901234562", "3090123456200"],
        );
        check(driver_license, Verdict::NeedsLabel, &["202604011230"]);
        check(driver_license_shape, Verdict::Keep, &["309012345630", "979012345630"]);
        check(driver_license_shape, Verdict::Reject, &["319012345630", "989012345630", "30901234563"]);
    }

    #[test]
    fn insurers() {
        check(insurer_number, Verdict::Keep, &["33120015", "06130017", "138016", "39120019"]);
        check(insurer_number, Verdict::Reject, &["33120016", "138017", "1380165", "06000014", "", "5"]);
    }

    #[test]
    fn pension_numbers() {
        check(pension_number, Verdict::Keep, &["1234-567890", "0112 345678"]);
        check(pension_number, Verdict::Reject, &["0120-123456", "0570-051165", "0000-000000", "1234-56789"]);
    }

    #[test]
    fn accounts_and_cards_of_zeros_are_forms() {
        check(account, Verdict::Keep, &["0001-001-0000001", "10530-12345671"]);
        check(account, Verdict::Reject, &["0000-000-0000000"]);
        check(mobile, Verdict::Keep, &["090-0000-0001"]);
        check(mobile, Verdict::Reject, &["090-0000-0000", "08000000000"]);
        check(residence_card, Verdict::Keep, &["AB12345678CD"]);
        check(residence_card, Verdict::Reject, &["AB00000000CD"]);
    }

    #[test]
    fn plates_begin_with_the_name_of_an_office() {
        check(vehicle_plate, Verdict::Keep, &["品川 500 さ 12-34", "尾張小牧300あ1", "つくば 33 た ・・12"]);
        check(vehicle_plate, Verdict::Reject, &["品川区500さ12-34", "東京 500 さ 12-34", "500 さ 12-34"]);
    }
}
