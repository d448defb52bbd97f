//! Telephone numbers and addresses of public offices, by the value alone.

use super::numbers::digits;
use super::{Validator, Verdict, keep_if};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "jp-office-number", checksum: false, judge: number },
    Validator { name: "jp-office-line", checksum: false, judge: line },
    Validator { name: "jp-office-building", checksum: false, judge: building },
];

/// The switchboards of ministries, agencies, the Diet, the courts and the capital, without the leading 0. Whoever moves gets another
/// number: one that is missing here is found by its words.
const SWITCHBOARDS: &[&str] = &[
    "352532111", // 内閣府
    "344776775", // デジタル庁
    "352535111", // 総務省、消防庁
    "335804111", // 法務省、出入国在留管理庁
    "335803311", // 外務省
    "335814111", // 財務省
    "352534111", // 文部科学省、スポーツ庁
    "352531111", // 厚生労働省
    "335028111", // 農林水産省、林野庁、水産庁
    "335011511", // 経済産業省、資源エネルギー庁、中小企業庁
    "352538111", // 国土交通省、観光庁
    "335813351", // 環境省
    "353663111", // 防衛省
    "335810141", // 警察庁
    "335066000", // 金融庁
    "335078800", // 消費者庁
    "335814161", // 国税庁
    "335811101", // 特許庁
    "335815471", // 公正取引委員会
    "335815311", // 人事院
    "335813251", // 会計検査院
    "332131111", // 宮内庁
    "335815111", // 衆議院
    "335813111", // 参議院
    "335812331", // 国立国会図書館
    "332648111", // 最高裁判所
    "335814321", // 警視庁
    "353211111", // 東京都庁
];

/// A number's digits in Japan, without the leading 0; `None` for one abroad.
fn national(text: &str) -> Option<String> {
    let digits: String = digits(text).into_iter().filter_map(|digit| char::from_digit(digit, 10)).collect();
    let text = text.trim_start_matches(['(', '（']);
    let abroad = text.starts_with(['+', '＋']) || digits.starts_with("0081");
    let rest = match abroad {
        true => digits.trim_start_matches('0').strip_prefix("81")?,
        false => &digits,
    };
    Some(rest.strip_prefix('0').unwrap_or(rest).to_owned())
}

/// One that only an office has: a switchboard, or a number that organisations alone have.
fn number(text: &str) -> Verdict {
    let is_of = |number: String| SWITCHBOARDS.contains(&number.as_str()) || is_service(&number);
    keep_if(national(text).is_some_and(is_of))
}

/// One that may be an office's, if words say so: no mobile and none of the kind that people have for themselves.
fn line(text: &str) -> Verdict {
    let may_be = |number: String| {
        let landline = number.len() == 9 && !number.starts_with('0');
        landline || is_service(&number)
    };
    keep_if(national(text).is_some_and(may_be))
}

/// 0120 and 0800 free of charge, 0570 for calls that an organisation has taken anywhere.
fn is_service(number: &str) -> bool {
    (number.starts_with("120") || number.starts_with("570")) && number.len() == 9
        || number.starts_with("800") && number.len() == 10
}

/// What public buildings are called; nobody lives in one.
const BUILDINGS: &[&str] =
    &["庁舎", "市役所", "区役所", "町役場", "村役場", "県庁", "都庁", "府庁", "道庁", "官邸", "議員会館"];

/// An address that names a public building behind its block.
fn building(text: &str) -> Verdict {
    let block =
        text.find(|c: char| c.is_numeric() || "一二三四五六七八九十".contains(c)).unwrap_or(text.len());
    let behind = text.get(block..).unwrap_or_default();
    let named = BUILDINGS.iter().any(|building| behind.contains(building));
    keep_if(named && !["跡", "前", "宿舎", "寮", "マンション"].iter().any(|other| behind.contains(other)))
}

#[cfg(test)]
mod tests {
    use super::super::Verdict::{Keep, Reject};
    use super::super::check_all;
    use super::{building, line, number};

    #[test]
    fn switchboards_and_service_numbers_tell_themselves() {
        check_all(
            number,
            Keep,
            "03-5253-5111|(03)5253-5111|+81-3-5253-5111|0570-012-345|0120-123-456|0800-123-4567",
        );
        check_all(number, Reject, "03-5253-5112|090-5253-5111|045-671-2121|+82-3-5253-5111|1234");
    }

    #[test]
    fn an_offices_line_is_no_mobile() {
        check_all(line, Keep, "03-1234-5678|045-671-2121|(0422)12-3456|+81 3 1234 5678|0120-123-456");
        check_all(
            line,
            Reject,
            "090-1234-5678|080-1234-5678|070-1234-5678|050-1234-5678|+81-90-1234-5678|1234|〇三－一二三四－五六七八",
        );
    }

    #[test]
    fn a_public_building_stands_behind_the_block() {
        check_all(building, Keep, "千代田区霞が関2-1-2 中央合同庁舎第2号館|横浜市中区本町6-50-10 横浜市役所");
        check_all(
            building,
            Reject,
            "千代田区霞が関2-1-2|県庁前1-2-3 パークハイツ|中区本町6-50-10 公務員宿舎|本町1-2 県庁前マンション",
        );
    }
}
