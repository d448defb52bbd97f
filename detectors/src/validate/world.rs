//! What is written the same all over the world, and the numbers other countries give their people.

mod americas;
mod asia;
mod bank;
mod europe;
mod net;
mod north;
mod pacific;
mod phone;
mod place;
mod vat;

use super::numbers::digits;
use super::{Validator, Verdict, keep_if};

pub(super) const LISTS: [&[Validator]; 10] = [
    americas::LIST,
    asia::LIST,
    bank::LIST,
    europe::LIST,
    net::LIST,
    north::LIST,
    pacific::LIST,
    phone::LIST,
    place::LIST,
    vat::LIST,
];

/// A check digit or character that is right, or it is not what the rule names.
const fn checked(name: &'static str, judge: fn(&str) -> Verdict) -> Validator {
    Validator { name, checksum: true, judge }
}

/// A form, a range or a table, without arithmetic.
const fn formed(name: &'static str, judge: fn(&str) -> Verdict) -> Validator {
    Validator { name, checksum: false, judge }
}

/// All digits of `text`, if there are `count` of them and they are not all the same.
fn exactly(text: &str, count: usize) -> Option<Vec<u32>> {
    let all = digits(text);
    let differ = all.first().is_some_and(|first| all.iter().any(|d| d != first));
    (all.len() == count && differ).then_some(all)
}

/// The digits before the last, and the last: mostly the check digit.
fn parts(all: &[u32]) -> (&[u32], u32) {
    all.split_last().map_or((&[], 0), |(last, body)| (body, *last))
}

/// Sum of digits times weights, as far as both go.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn number(digits: &[u32]) -> u64 {
    digits.iter().fold(0, |n, &digit| n.wrapping_mul(10).wrapping_add(u64::from(digit)))
}

/// Whether a month and a day of it exist in some year.
fn is_day(month: u64, day: u64) -> bool {
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=last).contains(&day)
}

/// `YYMMDD`, or any digits before `MMDD`.
fn ends_in_day(digits: &[u32]) -> bool {
    let n = number(digits);
    is_day(n / 100 % 100, n % 100)
}

/// `DDMM` and whatever follows.
fn begins_with_day(digits: &[u32]) -> bool {
    let n = number(digits.get(..4).unwrap_or_default());
    is_day(n % 100, n / 100)
}

/// Letters and digits in upper case, without what stands between.
fn letters_and_digits(text: &str) -> Vec<char> {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Digits as they are, `A` as 10 to `Z` as 35.
fn value(c: char) -> u32 {
    c.to_digit(36).unwrap_or(0)
}

/// ISO/IEC 7064 MOD 97-10 over letters and digits: the remainder.
fn mod97(chars: impl Iterator<Item = char>) -> u32 {
    chars.map(value).fold(0, |rest, v| if v < 10 { (rest * 10 + v) % 97 } else { (rest * 100 + v) % 97 })
}

/// ISO/IEC 7064 MOD 11,10 over digits with their check digit.
fn mod11_10(all: &[u32]) -> bool {
    let (body, check) = parts(all);
    let product = body.iter().fold(10, |product, digit| match (digit + product) % 10 {
        0 => 20 % 11,
        sum => sum * 2 % 11,
    });
    (11 - product) % 10 == check
}

/// Verhoeff, «Error detecting decimal codes» (1969): the dihedral group of the pentagon, and powers of one permutation.
fn verhoeff(all: &[u32]) -> bool {
    all.iter().rev().enumerate().fold(0, |sum, (place, &digit)| pentagon(sum, permuted(place, digit))) == 0
}

/// Product in the group: five turns are 0 to 4, and five turns of the pentagon turned over are 5 to 9.
fn pentagon(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

fn permuted(place: usize, digit: u32) -> u32 {
    const PERMUTATION: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    (0..place % 8)
        .fold(digit, |d, _| usize::try_from(d).ok().and_then(|d| PERMUTATION.get(d)).map_or(0, |d| *d))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each algorithm finds every wrong digit, as its authors say.
    #[test]
    fn one_wrong_digit_is_noticed() {
        let complete = |valid: fn(&[u32]) -> bool, body: &[u32]| {
            let with = |check: u32| body.iter().copied().chain([check]).collect::<Vec<u32>>();
            let all: Vec<Vec<u32>> = (0..10).map(with).filter(|all| valid(all)).collect();
            assert_eq!(all.len(), 1);
            let all = all.concat();
            for place in 0..all.len() {
                for wrong in 1..10 {
                    let mut other = all.clone();
                    other[place] = (other[place] + wrong) % 10;
                    assert!(!valid(&other), "{other:?}");
                }
            }
        };
        complete(verhoeff, &[2, 3, 6, 1, 4, 5, 0, 9, 8, 7, 7]);
        complete(mod11_10, &[7, 9, 4, 6, 2, 3]);
    }

    #[test]
    fn published_examples_hold() {
        // ISO/IEC 7064 §7 and Wikipedia, «Verhoeff algorithm»: 236 takes 3.
        assert!(verhoeff(&[2, 3, 6, 3]) && !verhoeff(&[2, 3, 6, 4]));
        assert!(mod11_10(&[0, 7, 9, 4, 5]));
        assert_eq!(mod97("794".chars().chain("44".chars())), 1);
    }

    #[test]
    fn days_exist() {
        assert!(is_day(2, 29) && is_day(12, 31) && !is_day(2, 30) && !is_day(13, 1) && !is_day(4, 31));
        assert!(ends_in_day(&[9, 0, 0, 1, 3, 1]) && begins_with_day(&[3, 1, 0, 1, 9, 0]));
    }
}
