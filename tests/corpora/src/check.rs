//! Check digits, written from the ordinances and standards and shared with nothing that is measured.

/// The decimal digits of a text, full-width ones too.
pub fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| plain(c).to_digit(10)).collect()
}

fn plain(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => "〇一二三四五六七八九"
            .chars()
            .position(|k| k == c)
            .and_then(|n| char::from_digit(n as u32, 10))
            .unwrap_or(c),
    }
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// 個人番号: the 12th digit for 11 (番号法総務省令 5条).
pub fn my_number(body: &[u32]) -> u32 {
    let rest = weighted(body, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    if rest <= 1 { 0 } else { 11 - rest }
}

/// 法人番号: the leading digit for 12 (平成26年財務省令70号 2条).
pub fn corporate_number(body: &[u32]) -> u32 {
    9 - weighted(body, &[2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]) % 9
}

/// 運転免許証番号: the 11th digit for 10, by the customary rule.
pub fn driver_licence(body: &[u32]) -> u32 {
    (11 - weighted(body, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10
}

/// Luhn's digit for a body, as cards and 保険者番号 have it.
pub fn luhn(body: &[u32]) -> u32 {
    let doubled =
        body.iter().rev().enumerate().map(|(n, d)| if n % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { *d });
    (10 - doubled.sum::<u32>() % 10) % 10
}

/// EAN-13 and ISBN-13: the 13th digit for 12.
pub fn ean13(body: &[u32]) -> u32 {
    (10 - weighted(body, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10) % 10
}

/// 全国地方公共団体コード: the 6th digit for 5.
pub fn municipality(body: &[u32]) -> u32 {
    (11 - weighted(body, &[6, 5, 4, 3, 2]) % 11) % 10
}

/// ICAO 9303: the digit after a field of a machine-readable zone.
pub fn mrz(field: &str) -> u32 {
    field
        .chars()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(c, w)| c.to_digit(36).unwrap_or(0) * w)
        .sum::<u32>()
        % 10
}

/// The remainder by 97 of a text of digits and letters, a letter counting as two digits (ISO 7064, 13616).
pub fn mod97(text: &str) -> u32 {
    let value = |rest: u32, c: char| match c.to_digit(36) {
        Some(n) if n < 10 => (rest * 10 + n) % 97,
        Some(n) => (rest * 100 + n) % 97,
        None => rest,
    };
    text.chars().fold(0, value)
}

/// ISO 7064 MOD 11,10, as German tax and VAT numbers have it.
pub fn mod11_10(body: &[u32]) -> u32 {
    let product = body.iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// Verhoeff's digit, as Aadhaar has it.
pub fn verhoeff(body: &[u32]) -> u32 {
    let dihedral = |a: u32, b: u32| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b - 5) % 5,
        (false, true) => 5 + (a - b) % 5,
        (false, false) => (5 + a - b) % 5,
    };
    let turned =
        |digit: u32, times: usize| (0..times).fold(digit, |d, _| [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][d as usize]);
    let sum = body.iter().rev().enumerate().fold(0, |sum, (n, d)| dihedral(sum, turned(*d, (n + 1) % 8)));
    (0..10).find(|digit| dihedral(sum, *digit) == 0).unwrap_or(0)
}

/// Whether the text of a gold span has the check digit that its category promises; true for categories without one.
pub fn holds(category: &str, text: &str) -> bool {
    let digits = digits(text);
    let last =
        |check: fn(&[u32]) -> u32| digits.split_last().is_some_and(|(last, body)| check(body) == *last);
    match category {
        "my-number" => digits.len() == 12 && last(my_number),
        "corporate-number" => digits.len() == 13 && digits[0] == corporate_number(&digits[1..]),
        "driver-licence" => digits.len() == 12 && digits[10] == driver_licence(&digits[..10]),
        "insurer-number" => [6, 8].contains(&digits.len()) && last(luhn),
        "credit-card" => (13..=19).contains(&digits.len()) && last(luhn),
        "iban" => {
            let packed: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            packed.len() > 4 && mod97(&format!("{}{}", &packed[4..], &packed[..4])) == 1
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_hold() {
        for (category, text) in [
            ("my-number", "123456789018"),
            ("my-number", "983205673214"),
            ("my-number", "621498320257"),
            ("corporate-number", "7000012050002"),
            ("corporate-number", "1180301018771"),
            ("driver-licence", "309012345620"),
            ("driver-licence", "301912345680"),
            ("insurer-number", "33120015"),
            ("insurer-number", "138016"),
            ("credit-card", "4111 1111 1111 1111"),
            ("iban", "GB82 WEST 1234 5698 7654 32"),
        ] {
            assert!(holds(category, text), "{category} {text}");
        }
        assert!(!holds("my-number", "983205673210"));
        assert!(!holds("my-number", "621498320258"));
    }

    #[test]
    fn published_check_digits_are_computed() {
        assert_eq!(municipality(&[1, 3, 1, 0, 1]), 6);
        assert_eq!(municipality(&[0, 1, 1, 0, 0]), 2);
        assert_eq!(mrz("TR1234567"), 2);
        assert_eq!(mrz("L898902C<"), 3);
        assert_eq!(verhoeff(&[2, 3, 6]), 3);
        assert_eq!(mod11_10(&[1, 3, 6, 6, 9, 5, 9, 7]), 6);
        assert_eq!(ean13(&digits("978030640615")), 7);
    }
}
