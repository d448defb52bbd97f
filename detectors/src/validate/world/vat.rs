//! Value added tax numbers, by the country they begin with.

use super::super::numbers::luhn;
use super::{Validator, Verdict, checked, digits, letters_and_digits, mod11_10, number, parts, weighted};

pub(super) const LIST: &[Validator] = &[checked("vat", vat)];

/// VIES, «Structure of VAT identification numbers»; the check digits as the states' tax offices publish them. Of those
/// whose arithmetic is not known here the length must be right, and one step of confidence is missing.
fn vat(text: &str) -> Verdict {
    let all: String = letters_and_digits(text).into_iter().collect();
    let (Some(country), Some(rest)) = (all.get(..2), all.get(2..)) else { return Verdict::Reject };
    if !lengths(country).is_some_and(|lengths| lengths.contains(&rest.len())) {
        return Verdict::Reject;
    }
    match arithmetic(country, rest) {
        Some(true) => Verdict::Keep,
        Some(false) => Verdict::Reject,
        None => Verdict::Lower,
    }
}

fn lengths(country: &str) -> Option<std::ops::RangeInclusive<usize>> {
    Some(match country {
        "DK" | "FI" | "HU" | "LU" | "MT" | "SI" => 8..=8,
        "AT" | "CY" | "DE" | "EE" | "EL" | "ES" | "PT" => 9..=9,
        "IE" => 8..=9,
        "BE" | "PL" | "SK" => 10..=10,
        "FR" | "HR" | "IT" | "LV" => 11..=11,
        "NL" | "SE" => 12..=12,
        "BG" => 9..=10,
        "CZ" => 8..=10,
        "GB" | "XI" => 9..=12,
        "LT" => 9..=12,
        "RO" => 7..=10,
        _ => return None,
    })
}

/// Whether the check digits are right; `None` where they are not known.
fn arithmetic(country: &str, rest: &str) -> Option<bool> {
    let all = digits(rest);
    let (body, check) = parts(&all);
    let n = number(&all);
    let eleven = |weights: &[u32]| (11 - weighted(body, weights) % 11) % 11 % 10 == check;
    Some(match country {
        "AT" => {
            let sum: u32 = body.iter().zip([1, 2, 1, 2, 1, 2, 1]).map(|(d, w)| d * w / 10 + d * w % 10).sum();
            rest.starts_with('U') && all.len() == 8 && (96 - sum % 10) % 10 == check
        }
        "BE" => all.len() == 10 && 97 - n / 100 % 97 == n % 100,
        "DE" | "HR" => mod11_10(&all),
        "DK" => weighted(&all, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        "EE" => (10 - weighted(body, &[3, 7, 1, 3, 7, 1, 3, 7]) % 10) % 10 == check,
        "EL" => weighted(body, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == check,
        "FI" => eleven(&[7, 9, 10, 5, 8, 4, 2]),
        "FR" if all.len() == 11 => {
            let siren = n % 1_000_000_000;
            (12 + 3 * (siren % 97)) % 97 == n / 1_000_000_000
        }
        "GB" | "XI" => british(all.get(..9)?),
        "HU" => (10 - weighted(body, &[9, 7, 3, 1, 9, 7, 3]) % 10) % 10 == check,
        "IT" => luhn(&all),
        "LU" => n / 100 % 89 == n % 100,
        "MT" => (37 - weighted(&all, &[3, 4, 6, 7, 8, 9]) % 37) as u64 == n % 100,
        "NL" => dutch(rest)?,
        "PL" => weighted(body, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == check,
        "PT" => eleven(&[9, 8, 7, 6, 5, 4, 3, 2]),
        "SE" => rest.ends_with("01") && luhn(all.get(..10)?),
        "SI" => eleven(&[8, 7, 6, 5, 4, 3, 2]),
        "SK" => n.is_multiple_of(11),
        _ => return None,
    })
}

/// HMRC: weights 8 to 2, modulus 97, and 42 or 55 left in those given since 2010.
fn british(all: &[u32]) -> bool {
    let check = number(all) % 100;
    let sum = u64::from(weighted(all, &[8, 7, 6, 5, 4, 3, 2])) + check;
    matches!(sum % 97, 0 | 42 | 55)
}

/// Belastingdienst: nine digits, B, two digits. Those of sole traders count over all characters, modulus 97.
fn dutch(rest: &str) -> Option<bool> {
    let (number_part, branch) = rest.split_once('B')?;
    let all = digits(number_part);
    let (body, check) = parts(&all);
    let eleven = weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == check;
    let formed = all.len() == 9 && branch.len() == 2;
    Some(formed && (eleven || super::mod97(format!("NL{rest}").chars()) == 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    /// Computed from the rules above, apart from this code.
    #[test]
    fn numbers_that_are_right_stay_and_their_neighbours_go() {
        check(
            vat,
            Verdict::Keep,
            &["DE212683672", "FR51458413283", "NL813321840B01", "GB 286 9651 55", "IT08529530159"],
        );
        check(vat, Verdict::Reject, &["DE212683673"]);
    }
}
