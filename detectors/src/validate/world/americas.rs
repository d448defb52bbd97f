//! Numbers of people and companies in the Americas.

use super::super::numbers::luhn;
use super::{
    Validator, Verdict, checked, digits, exactly, formed, is_day, keep_if, letters_and_digits, number, parts,
    value, weighted,
};

pub(super) const LIST: &[Validator] = &[
    formed("us-ssn", us_ssn),
    formed("us-itin", us_itin),
    formed("us-ein", us_ein),
    checked("ca-sin", ca_sin),
    checked("mx-curp", mx_curp),
    formed("mx-rfc", mx_rfc),
    checked("br-cpf", br_cpf),
    checked("br-cnpj", br_cnpj),
];

/// SSA POMS RM 10201.035: no area 000, 666 or 900 to 999, no group 00, no serial 0000. Numbers of advertisements and
/// counted-up digits are nobody's; with a leading 0 it may be a telephone number of old Japan, and needs its label.
fn us_ssn(text: &str) -> Verdict {
    let Some(all) = exactly(text, 9) else { return Verdict::Reject };
    let n = number(&all);
    let (area, group, serial) = (n / 1_000_000, n / 10_000 % 100, n % 10_000);
    let given = !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0;
    match keep_if(given && !matches!(n, 123_456_789 | 78_051_120 | 219_099_999)) {
        Verdict::Keep if area < 100 => Verdict::NeedsLabel,
        verdict => verdict,
    }
}

/// IRS Pub 1915: 9, and a group of 50 to 65, 70 to 88, 90 to 92 or 94 to 99.
fn us_itin(text: &str) -> Verdict {
    let all = digits(text);
    let group = number(all.get(3..5).unwrap_or_default());
    let issued = matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    keep_if(all.len() == 9 && all.first() == Some(&9) && issued)
}

/// IRS «How EINs are assigned and valid EIN prefixes»: those that are not in the list.
fn us_ein(text: &str) -> Verdict {
    let Some(all) = exactly(text, 9) else { return Verdict::Reject };
    let prefix = number(all.get(..2).unwrap_or_default());
    let unknown = matches!(prefix, 0 | 7..=9 | 17..=19 | 28..=29 | 49 | 69..=70 | 78..=79 | 89 | 96..=97);
    keep_if(!unknown)
}

/// Service Canada: Luhn; no number begins with 0 or 8.
fn ca_sin(text: &str) -> Verdict {
    let Some(all) = exactly(text, 9) else { return Verdict::Reject };
    keep_if(!matches!(all.first(), Some(0 | 8)) && luhn(&all))
}

/// RENAPO instructivo CURP: places in an alphabet with Ñ after N, weights 18 to 2, modulus 10.
fn mx_curp(text: &str) -> Verdict {
    let all = letters_and_digits(text);
    let places: Vec<u32> = all.iter().map(|c| value(*c) + u32::from(*c > 'N')).collect();
    let (body, check) = parts(&places);
    let sum: u32 = body.iter().zip((2..=18).rev()).map(|(place, weight)| place * weight).sum();
    let born = number(&digits(text.get(4..10).unwrap_or_default()));
    keep_if(body.len() == 17 && is_day(born / 100 % 100, born % 100) && (10 - sum % 10) % 10 == check)
}

/// SAT RFC: a date in the middle.
fn mx_rfc(text: &str) -> Verdict {
    let date =
        digits(text.get(text.len().saturating_sub(9)..text.len().saturating_sub(3)).unwrap_or_default());
    let n = number(&date);
    keep_if(date.len() == 6 && is_day(n / 100 % 100, n % 100))
}

/// Receita Federal CPF: two check digits, weights 10 to 2 and 11 to 2.
fn br_cpf(text: &str) -> Verdict {
    let Some(all) = exactly(text, 11) else { return Verdict::Reject };
    let weights = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    let first = brazilian(&all, weights.get(1..).unwrap_or_default());
    keep_if(all.get(9) == Some(&first) && all.get(10) == Some(&brazilian(&all, &weights)))
}

/// Receita Federal CNPJ, with letters from July 2026 on (Instrução Normativa RFB 2.229/2024): ASCII code less 48.
fn br_cnpj(text: &str) -> Verdict {
    let values: Vec<u32> =
        letters_and_digits(text).into_iter().map(|c| u32::from(c).saturating_sub(48)).collect();
    let weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let first = brazilian(&values, weights.get(1..).unwrap_or_default());
    let some = values.iter().any(|value| values.first() != Some(value));
    let right = values.get(12) == Some(&first) && values.get(13) == Some(&brazilian(&values, &weights));
    keep_if(values.len() == 14 && some && right)
}

fn brazilian(values: &[u32], weights: &[u32]) -> u32 {
    match weighted(values, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    /// Computed from the rules above, apart from this code.
    #[test]
    fn numbers_that_are_right_stay_and_their_neighbours_go() {
        check(us_ssn, Verdict::Keep, &["483-57-2916"]);
        check(
            us_ssn,
            Verdict::Reject,
            &["900-57-2916", "666-57-2916", "483-00-2916", "483-57-0000", "483-57-291"],
        );
        check(us_itin, Verdict::Keep, &["948-72-3165"]);
        check(us_itin, Verdict::Reject, &["948-49-3165", "948-72-316"]);
        check(us_ein, Verdict::Keep, &["84-2917365"]);
        check(us_ein, Verdict::Reject, &["07-2917365", "84-291736"]);
        check(ca_sin, Verdict::Keep, &["275 007 029", "275-007-029"]);
        check(ca_sin, Verdict::Reject, &["275007020"]);
        check(mx_curp, Verdict::Keep, &["GAXC870914MDFRRL08"]);
        check(mx_curp, Verdict::Reject, &["GAXC870914MDFRRL09"]);
        check(mx_rfc, Verdict::Keep, &["GAXC870914QK7"]);
        check(mx_rfc, Verdict::Reject, &["GAXC871399QK7"]);
        check(br_cpf, Verdict::Keep, &["424.251.832-30", "42425183230"]);
        check(br_cpf, Verdict::Reject, &["424.251.832-31"]);
        check(br_cnpj, Verdict::Keep, &["15.755.798/0001-59", "15755798000159"]);
        check(br_cnpj, Verdict::Reject, &["15.755.798/0001-50"]);
    }
}
