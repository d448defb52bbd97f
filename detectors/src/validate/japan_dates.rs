//! Dates of birth: real days, in 西暦, 和暦 and English.

use super::{Validator, Verdict, keep_if, names};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "birth-date", checksum: false, judge: |text| keep_if(is_birth_date(text)) },
    Validator { name: "birth-date-bare", checksum: false, judge: |text| keep_if(is_bare(text)) },
    Validator { name: "birth-date-grown", checksum: false, judge: |text| keep_if(is_grown(text)) },
];

/// Years in which somebody was born whom a text of today is about, or will be.
const YEARS: std::ops::RangeInclusive<u32> = 1868..=2099;

/// 元号: names and abbreviations, the year before the first, and the last year. 元号を改める政令; 昭和54年法律第43号 元号法.
const ERAS: &[(&[&str], u32, u32)] = &[
    (&["明治", "明", "M", "m"], 1867, 45),
    (&["大正", "大", "T", "t"], 1911, 15),
    (&["昭和", "昭", "S", "s"], 1925, 64),
    (&["平成", "平", "H", "h"], 1988, 31),
    (&["令和", "令", "R", "r"], 2018, 81),
];

/// 和暦 codes of the seven-digit dates in administrative records, 1 for 明治 to 5 for 令和.
const ERA_CODES: std::ops::RangeInclusive<u32> = 1..=5;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether the text begins with a day of the calendar that somebody may be born on. A form may offer the eras, of which
/// one was ringed on paper: `明・大・昭・平・令 58年2月17日`.
pub(super) fn is_birth_date(text: &str) -> bool {
    let text = text.trim_start();
    if let Some(rest) = behind_choices(text) {
        return is_birth_date(rest);
    }
    let numbers = numbers(&without_parentheses(text));
    if let Some((first, last)) = ERAS.iter().find_map(|(names, first, last)| {
        let is_word = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
        let begins = |name: &&str| text.strip_prefix(*name).is_some_and(|rest| !is_word(rest));
        names.iter().any(begins).then_some((*first, *last))
    }) {
        return in_era(&numbers, first, last);
    }
    if let Some(month) = month_name(text) {
        return match numbers.as_slice() {
            [(year, 4), (day, _), ..] | [(day, _), (year, _), ..] => is_day(*year, month, *day),
            _ => false,
        };
    }
    match numbers.as_slice() {
        [(whole, 8), ..] => is_day(whole / 10_000, whole / 100 % 100, whole % 100),
        [(whole, 7), ..] => era_coded(*whole),
        [(whole, 6)] => in_some_era(whole / 10_000, whole / 100 % 100, whole % 100),
        [(year, 4), (month, _), (day, _), ..] => is_day(*year, *month, *day),
        [(a, _), (b, _), (year, 4), ..] => is_day(*year, *a, *b) || is_day(*year, *b, *a),
        [(year, 1 | 2), (month, 1 | 2), (day, 1 | 2), ..] => {
            is_day(1900 + year, *month, *day) || in_some_era(*year, *month, *day)
        }
        _ => false,
    }
}

/// A year of two digits may be one of any era.
fn in_some_era(year: u32, month: u32, day: u32) -> bool {
    ERAS.iter().any(|(_, first, last)| in_era(&[(year, 2), (month, 2), (day, 2)], *first, *last))
}

/// What follows the eras that a form offers; `None` if it offers none.
fn behind_choices(text: &str) -> Option<&str> {
    let offered = text.get(..text.find(|c| c == '元' || numeral(c).is_some())?)?;
    let signs = |c: char| "・･/／、,，|｜ 　○〇◯()（）".contains(c);
    let is_era =
        |part: &&str| matches!(*part, "西暦" | "和暦") || ERAS.iter().any(|(names, ..)| names.contains(part));
    let last = offered.rfind(signs)?;
    let sign = offered.get(last..)?.chars().next()?;
    let (before, behind) = text.split_at_checked(last + sign.len_utf8())?;
    (before.split(signs).filter(is_era).count() >= 2
        || before.split(signs).any(|part| is_era(&part))
            && behind.starts_with(|c: char| numeral(c).is_none()))
    .then_some(behind)
}

/// A date of which no sentence goes on to say what happened then: 平成3年4月1日就職 is no birthday.
fn is_bare(text: &str) -> bool {
    let date = text.trim_end_matches(|c: char| !(numeral(c).is_some() || c == '日'));
    let behind = text.get(date.len()..).unwrap_or_default().trim_start_matches([' ', '　']);
    let ends = behind.is_empty() || behind.starts_with(['生', '男', '女', '満', '、', '。', '(', '（', ',']);
    ends && is_birth_date(date)
}

/// A day on which somebody was born who is grown up: in parentheses behind a name the dates of this office stand as well.
fn is_grown(text: &str) -> bool {
    let date = text.trim_matches(['(', '（', ')', '）']);
    let signs = ["明", "大", "昭", "平", "M", "T", "S", "H", "18", "19"];
    signs.iter().any(|sign| date.starts_with(sign)) && is_birth_date(date)
}

/// Whether a person's name stands right before a date in parentheses.
pub(super) fn behind_name(before: &str, _: &str, _: &str) -> Verdict {
    let before = before.trim_end_matches([' ', '\u{3000}']);
    let letter = |c: char| matches!(c, 'ぁ'..='ヶ' | 'ー' | '々' | '一'..='鿿' | ' ' | '\u{3000}');
    let from = before.char_indices().rev().take(NAME_MAX).take_while(|(_, c)| letter(*c)).last();
    let text = from.and_then(|(at, _)| before.get(at..)).unwrap_or_default();
    let mut words = text.rsplit([' ', '\u{3000}']).filter(|word| !word.is_empty());
    let (last, family) = (words.next().unwrap_or_default(), words.next());
    let apart = family.is_some_and(|family| names::is_name(&format!("{family} {last}")));
    keep_if(apart || names::is_name(last))
}

/// Most characters of a name with a space in it.
const NAME_MAX: usize = 14;

/// `1970年(昭和45年)3月3日` says the year twice.
fn without_parentheses(text: &str) -> String {
    let mut depth = 0u32;
    let outside = |c: &char| {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

fn in_era(numbers: &[(u32, usize)], first: u32, last: u32) -> bool {
    let (year, month, day) = match numbers {
        [(whole, 6), ..] => (whole / 10_000, whole / 100 % 100, whole % 100),
        [(year, _), (month, _), (day, _), ..] => (*year, *month, *day),
        _ => return false,
    };
    (1..=last).contains(&year) && is_day(first + year, month, day)
}

/// `3450303`: 昭和45年3月3日.
fn era_coded(whole: u32) -> bool {
    let code = whole / 1_000_000;
    let era = usize::try_from(code).ok().and_then(|code| ERAS.get(code.checked_sub(1)?));
    let rest = whole % 1_000_000;
    ERA_CODES.contains(&code) && era.is_some_and(|(_, first, last)| in_era(&[(rest, 6)], *first, *last))
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    YEARS.contains(&year) && (1..=days).contains(&day)
}

fn month_name(text: &str) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    (1u32..).zip(MONTHS).find(|(_, name)| lower.contains(name)).map(|(month, _)| month)
}

/// The numbers in a text and how many characters each has; 〇一二三, 四十五 and 元 count.
pub(super) fn numbers(text: &str) -> Vec<(u32, usize)> {
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c| numeral(c).is_some()) {
        rest = rest.get(at..).unwrap_or_default();
        let end = rest.find(|c| numeral(c).is_none()).unwrap_or(rest.len());
        let token = rest.get(..end).unwrap_or_default();
        numbers.push((value(token), token.chars().count()));
        rest = rest.get(end..).unwrap_or_default();
    }
    numbers
}

/// A number in digits, or in kanji by place or with 十.
fn value(token: &str) -> u32 {
    let Some((tens, ones)) = token.split_once('十') else {
        return token.chars().filter_map(numeral).fold(0u32, |n, d| n.saturating_mul(10).saturating_add(d));
    };
    let tens = if tens.is_empty() { 1 } else { value(tens) };
    tens.saturating_mul(10).saturating_add(value(ones))
}

fn numeral(c: char) -> Option<u32> {
    match c {
        '〇' | '零' => Some(0),
        '一' | '元' => Some(1),
        '二' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        '十' => Some(10),
        _ => c.to_digit(10),
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, behind_name, is_bare, is_birth_date, is_grown};

    #[test]
    fn a_date_behind_a_name_or_kin_is_told_from_what_happened_then() {
        let named = |text: &str| behind_name(text, "", "") == Verdict::Keep;
        assert!(["10/9 福留 きみ", "山田太郎", "対象者：鈴木　花子 "].iter().all(|text| named(text)));
        assert!(!["健康保険法", "山田町", "制定", ""].iter().any(|text| named(text)));
        assert!(["(昭和18年1月5日)", "（S18.1.5）", "(1943/1/5)"].iter().all(|text| is_grown(text)));
        assert!(!["(令和8年1月5日)", "(2020/1/5)", "(昭和18年13月5日)"].iter().any(|text| is_grown(text)));
        assert!(
            ["昭和47年1月19日", "平成3年11月9日、", "H3.11.9 女", "昭和47年1月19日生"]
                .iter()
                .all(|text| is_bare(text))
        );
        assert!(
            !["平成3年4月1日就職", "令和6年4月1日から", "昭和47年1月19日付"].iter().any(|text| is_bare(text))
        );
    }

    #[test]
    fn days_of_every_calendar() {
        for text in [
            "1990年4月1日",
            "1990/04/01",
            "19900401",
            "2000-02-29",
            "昭和45年3月3日",
            "昭和四十五年三月三日",
            "昭和六十四年一月七日",
            "平成元年12月31日",
            "S45.3.3",
            "H02/11/10",
            "R元.5.1",
            "S450303",
            "3450303",
            "一九九〇年四月十二日",
            "April 1, 1990",
            "March 1, 1990",
            "Sep 1, 1990",
            "1 Apr 1990",
            "1990-Apr-01",
            "550402",
            "04/01/1990",
            "31.12.1970",
            "1970年(昭和45年)3月3日",
            "昭和45年（1970年）3月3日（52歳）",
            "明・大・昭和・平・令 58年 2月 17日",
            "昭和・平成 昭和44年 6月 30日",
            "M/T/S/H 45.3.3",
            "58年2月17日",
            "58.3.2",
        ] {
            assert!(is_birth_date(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_of_a_life() {
        for text in [
            "1990年13月1日",
            "1990年2月30日",
            "1900-02-29",
            "1700年1月1日",
            "2100年1月1日",
            "昭和65年1月1日",
            "平成32年4月1日",
            "令和100年1月1日",
            "大正0年1月1日",
            "19901301",
            "6450303",
            "0450303",
            "April 31, 1990",
            "明・大 58年13月1日",
            "昭・平 65年2月30日",
            "58.13.2",
            "13/13/1990",
            "1990年",
            "",
        ] {
            assert!(!is_birth_date(text), "{text}");
        }
    }
}
