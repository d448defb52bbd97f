//! Check digits and numbering plans.

use super::{Validator, Verdict, keep_if, places};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "my-number", checksum: true, judge: my_number },
    Validator { name: "corporate-number", checksum: true, judge: corporate_number },
    Validator { name: "invoice-number", checksum: true, judge: invoice_number },
    Validator { name: "luhn", checksum: true, judge: |text| keep_if(luhn(&digits(text))) },
    Validator { name: "credit-card", checksum: true, judge: credit_card },
    Validator { name: "jp-landline", checksum: false, judge: jp_landline },
];

pub(super) fn digits(text: &str) -> Vec<u32> {
    // Of known size: a text of digits is judged at every one of them.
    let mut digits = Vec::with_capacity(text.len());
    digits.extend(text.chars().filter_map(|c| c.to_digit(10)));
    digits
}

fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |n, &d| n * 10 + u64::from(d))
}

/// 平成26年総務省令第85号 第5条: weights 2 to 7 from the right, modulus 11, remainder 0 and 1 give 0.
pub(super) fn my_number(text: &str) -> Verdict {
    let all = digits(text);
    let Some((&check, body)) = all.split_last().filter(|(_, body)| body.len() == 11) else {
        return Verdict::Reject;
    };
    let sum: u32 = body.iter().rev().zip([2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6]).map(|(d, w)| d * w).sum();
    let expected = match sum % 11 {
        0 | 1 => 0,
        remainder => 11 - remainder,
    };
    if check != expected || body.iter().all(|d| *d == check) {
        Verdict::Reject
    } else if is_timestamp(&all) && text.len() == all.len() || is_pattern(&all) {
        Verdict::NeedsLabel
    } else {
        Verdict::Keep
    }
}

/// Two or three digits over and over, or one after the other: bits, rows of a matrix, rulers, test data.
fn is_pattern(digits: &[u32]) -> bool {
    let kinds = (0..10).filter(|digit| digits.contains(digit)).count();
    kinds < 4 || digits.iter().zip(digits.iter().skip(1)).all(|(here, next)| *next == (here + 1) % 10)
}

/// `YYYYMMDDhhmm`, the most common twelve digits in logs and file names.
pub(super) fn is_timestamp(digits: &[u32]) -> bool {
    let n = number(digits);
    let (minute, hour, day, month, year) =
        (n % 100, n / 100 % 100, n / 10_000 % 100, n / 1_000_000 % 100, n / 100_000_000);
    (1950..2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
}

/// 平成26年財務省令第70号 第2条: weights 1 and 2 from the right, modulus 9, check digit in front.
pub(super) fn corporate_number(text: &str) -> Verdict {
    let all = digits(text);
    let Some((&check, body)) = all.split_first().filter(|(_, body)| body.len() == 12) else {
        return Verdict::Reject;
    };
    let sum: u32 = body.iter().rev().zip([1, 2].into_iter().cycle()).map(|(d, w)| d * w).sum();
    if check != 9 - sum % 9 {
        Verdict::Reject
    } else if !text.starts_with(['T', 't']) && is_article_code(&all) {
        Verdict::NeedsLabel
    } else {
        Verdict::Keep
    }
}

/// `T` and thirteen digits: a corporate number, or a sole proprietor's number, which has another check digit that
/// is not published, so only its label tells it.
pub(super) fn invoice_number(text: &str) -> Verdict {
    match corporate_number(text) {
        Verdict::Reject => Verdict::NeedsLabel,
        verdict => verdict,
    }
}

/// A JAN or ISBN-13: prefix 45, 49, 978 or 979 with a right EAN check digit.
fn is_article_code(digits: &[u32]) -> bool {
    let sum: u32 = digits.iter().zip([1, 3].into_iter().cycle()).map(|(d, w)| d * w).sum();
    let prefixed = matches!(digits, [4, 5 | 9, ..] | [9, 7, 8 | 9, ..]);
    prefixed && sum.is_multiple_of(10)
}

/// ISO/IEC 7812-1 annex B.
pub(super) fn luhn(digits: &[u32]) -> bool {
    let doubled = |d: u32| if d > 4 { d * 2 - 9 } else { d * 2 };
    let sum: u32 =
        digits.iter().rev().enumerate().map(|(i, &d)| if i % 2 == 1 { doubled(d) } else { d }).sum();
    sum.is_multiple_of(10)
}

/// Luhn, an issuer's range, and a length that this issuer has.
pub(super) fn credit_card(text: &str) -> Verdict {
    let all = digits(text);
    let head = number(all.get(..4).unwrap_or_default());
    let issued = match (head, all.len()) {
        (4000..=4999, 13 | 16 | 19)                    // Visa
        | (5100..=5599 | 2221..=2720, 16)              // Mastercard
        | (3528..=3589, 16)                            // JCB
        | (3400..=3499 | 3700..=3799, 15)              // American Express
        | (3000..=3059 | 3600..=3699 | 3800..=3999, 14)  // Diners Club
        | (6011 | 6400..=6599, 16)                     // Discover
        | (6200..=6299, 16..=19) => true,              // UnionPay
        _ => false,
    };
    let same = all.first().is_some_and(|first| all.iter().all(|d| d == first));
    if issued && !same && luhn(&all) && all.len() == 13 && is_article_code(&all) {
        return Verdict::NeedsLabel;
    }
    match keep_if(issued && !same && luhn(&all)) {
        Verdict::Keep if is_rare_bare(text, head) => Verdict::Lower,
        verdict => verdict,
    }
}

/// Digits alone in a range or a length few cards have: in tables of numbers these are more common than cards.
fn is_rare_bare(text: &str, head: u64) -> bool {
    let rare = matches!(head, 2221..=2720 | 3000..=3059 | 3600..=3699 | 3800..=3999)
        || !matches!(text.len(), 15 | 16);
    rare && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// 電気通信番号計画: ten digits with the leading 0 (nine after +81), and no service such as 0120, 0570, 0x0.
pub(super) fn jp_landline(text: &str) -> Verdict {
    let all = digits(text.trim_start_matches("+81"));
    let domestic = !text.starts_with('+') || all.first() == Some(&0);
    let area = if domestic { all.strip_prefix(&[0]).unwrap_or_default() } else { all.as_slice() };
    let service = matches!(area, [0, ..] | [_, 0, ..] | [1, 2, 0, ..] | [5, 7, 0, ..] | [9, 9, 0, ..]);
    if area.len() != 9 || service {
        Verdict::Reject
    } else if places::has_area_code(text) {
        Verdict::Keep
    } else {
        Verdict::NeedsLabel
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn my_numbers() {
        let valid = ["123456789018", "314159265352", "983205673214", "6214 9832 0257"];
        check(my_number, Verdict::Keep, &valid);
        check(my_number, Verdict::Reject, &["123456789010", "983205673210", "621498320258", "12345678901"]);
        check(my_number, Verdict::Reject, &["000000000000", "202604011230"]);
        check(
            my_number,
            Verdict::NeedsLabel,
            &["202604011240", "0 0 0 0 0 0 1 0 1 0 0 1", "3 4 5 6 7 8 9 0 1 2 3 4"],
        );
        check(my_number, Verdict::Keep, &["2026 0401 1240"]);
    }

    #[test]
    fn corporate_numbers() {
        let valid = ["4010001234567", "2000012345678", "7000012050002", "8000012010038", "T1180301018771"];
        check(corporate_number, Verdict::Keep, &valid);
        check(corporate_number, Verdict::Reject, &["5010001234567", "0000012345678", "401000123456"]);
    }

    #[test]
    fn an_article_code_that_passes_as_a_corporate_number_needs_a_label() {
        let code = (0..).map(|n| format!("4912345{n:06}"));
        let both =
            code.take(20_000).find(|c| is_article_code(&digits(c)) && corporate_number(c) != Verdict::Reject);
        assert_eq!(corporate_number(&both.unwrap()), Verdict::NeedsLabel);
    }

    #[test]
    fn credit_cards() {
        let valid = [
            "4111111111111111",
            "5555555555554444",
            "2223 0031 2200 3222",
            "3530111333300000",
            "3566002020360505",
            "3782 822463 10005",
            "3056 930902 5904",
            "4111-1111-1111-1111",
        ];
        check(credit_card, Verdict::Keep, &valid);
        check(credit_card, Verdict::Lower, &["2223003122003222", "30569309025904"]);
        check(
            credit_card,
            Verdict::Reject,
            &["4111111111111112", "1111111111111117", "411111111111111", "0000000000000000"],
        );
    }

    #[test]
    fn landlines() {
        check(
            jp_landline,
            Verdict::Keep,
            &[
                "03-1234-5678",
                "04-1234-5678",
                "042-123-4567",
                "0422-12-3456",
                "04992-1-2345",
                "(03)12345678",
                "0312345678",
                "+81-3-1234-5678",
                "+81(0)312345678",
            ],
        );
        check(
            jp_landline,
            Verdict::Reject,
            &["0120-123-456", "03-1234-567", "0010-12-3456", "0570-123-456", "0990-12-3456"],
        );
        check(
            jp_landline,
            Verdict::NeedsLabel,
            &["05-1234-5678", "041-234-5678", "0312-34-5678", "061-234-5678", "09-1234-5678"],
        );
        // No place has these, or not so written.
        check(
            jp_landline,
            Verdict::NeedsLabel,
            &["0345-67-8901", "03123-4-5678", "0131-23-4567", "+81-131-23-4567"],
        );
        check(
            jp_landline,
            Verdict::Keep,
            &["045-123-4567", "04992-1-2345", "0451234567", "0 3 1 2 3 4 5 6 7 8"],
        );
    }
}
