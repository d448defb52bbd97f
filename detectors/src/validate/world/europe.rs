//! Numbers of people and companies in western and southern Europe.

use super::super::numbers::luhn;
use super::{
    Validator, Verdict, begins_with_day, checked, digits, exactly, formed, is_day, keep_if,
    letters_and_digits, mod11_10, number, parts, value, weighted,
};

pub(super) const LIST: &[Validator] = &[
    formed("uk-nino", uk_nino),
    checked("uk-nhs", uk_nhs),
    checked("uk-utr", uk_utr),
    checked("fr-nir", fr_nir),
    checked("fr-siren", fr_siren),
    checked("de-tax", de_tax),
    checked("de-social", de_social),
    checked("it-fiscal-code", it_fiscal_code),
    checked("es-dni", es_dni),
    checked("nl-bsn", nl_bsn),
    checked("be-national", be_national),
    checked("ch-ahv", ch_ahv),
    checked("at-social", at_social),
];

/// HMRC NIM39110: prefixes that are never given.
fn uk_nino(text: &str) -> Verdict {
    let prefix = text.get(..2).unwrap_or_default().to_ascii_uppercase();
    keep_if(
        !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix.as_str()) && exactly(text, 6).is_some(),
    )
}

/// NHS Data Dictionary, NHS NUMBER: weights 10 to 2, modulus 11.
fn uk_nhs(text: &str) -> Verdict {
    let Some(all) = exactly(text, 10) else { return Verdict::Reject };
    let (body, check) = parts(&all);
    keep_if((11 - weighted(body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 == check)
}

/// HMRC unique taxpayer reference: the check digit is the first.
fn uk_utr(text: &str) -> Verdict {
    let Some(all) = exactly(text, 10) else { return Verdict::Reject };
    let Some((check, body)) = all.split_first() else { return Verdict::Reject };
    let rest = weighted(body, &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    let place = usize::try_from(rest).unwrap_or_default();
    keep_if([2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1].get(place) == Some(check))
}

/// INSEE NIR: a month (or 20 to 42 and 50 to 99 where it is not known), Corsica's 2A and 2B as 19 and 18, and a key of
/// 97 less the remainder.
fn fr_nir(text: &str) -> Verdict {
    let plain: String = letters_and_digits(text).into_iter().collect();
    let all = digits(&plain.replace("2A", "19").replace("2B", "18"));
    if all.len() != 15 {
        return Verdict::Reject;
    }
    let n = number(&all);
    let month = n / 10_000_000_000 % 100;
    let known = matches!(month, 1..=12 | 20..=42 | 50..=99);
    keep_if(known && 97 - n / 100 % 97 == n % 100)
}

/// INSEE SIREN (9) and SIRET (14): Luhn; those of La Poste are divisible by five.
fn fr_siren(text: &str) -> Verdict {
    let all = digits(text);
    let post = all.starts_with(&[3, 5, 6, 0, 0, 0, 0, 0, 0]) && all.iter().sum::<u32>().is_multiple_of(5);
    let some = all.iter().any(|digit| *digit != 0);
    keep_if(matches!(all.len(), 9 | 14) && some && (luhn(&all) || post))
}

/// BZSt Steuer-Identifikationsnummer: of the first ten digits one stands two or three times; ISO 7064 MOD 11,10.
fn de_tax(text: &str) -> Verdict {
    let Some(all) = exactly(text, 11) else { return Verdict::Reject };
    let (body, _) = parts(&all);
    let often = |digit: u32| body.iter().filter(|d| **d == digit).count();
    let repeated = (0..10).filter(|digit| often(*digit) > 1).count();
    let most = (0..10).map(often).max().unwrap_or(0);
    keep_if(body.first() != Some(&0) && repeated == 1 && matches!(most, 2 | 3) && mod11_10(&all))
}

/// Deutsche Rentenversicherung, VKVV § 2: area, birth date, letter, serial; digits of the products, modulus 10.
fn de_social(text: &str) -> Verdict {
    let all = letters_and_digits(text);
    let spelled: Vec<u32> = all
        .iter()
        .flat_map(|c| match c.to_digit(10) {
            Some(digit) => vec![digit],
            None => vec![(value(*c) - 9) / 10, (value(*c) - 9) % 10],
        })
        .collect();
    let (body, check) = parts(&spelled);
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sum: u32 = body.iter().zip(weights).map(|(d, w)| d * w / 10 + d * w % 10).sum();
    keep_if(body.len() == 12 && begins_with_day(body.get(2..).unwrap_or_default()) && sum % 10 == check)
}

/// Decreto ministeriale 12 marzo 1974: odd places by a table, even ones by value, modulus 26.
fn it_fiscal_code(text: &str) -> Verdict {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let all = letters_and_digits(text);
    let Some((check, body)) = all.split_last().filter(|(_, body)| body.len() == 15) else {
        return Verdict::Reject;
    };
    let plain = |c: char| c.to_digit(10).unwrap_or_else(|| value(c).saturating_sub(10));
    let odd = |c: char| usize::try_from(plain(c)).ok().and_then(|at| ODD.get(at)).copied().unwrap_or(0);
    let sum: u32 = body.iter().enumerate().map(|(at, c)| if at % 2 == 0 { odd(*c) } else { plain(*c) }).sum();
    keep_if(sum % 26 == value(*check).wrapping_sub(10))
}

/// Ministerio del Interior DNI, and NIE with X, Y, Z for 0, 1, 2: a letter by the remainder of 23.
fn es_dni(text: &str) -> Verdict {
    let all = letters_and_digits(text);
    let Some((letter, body)) = all.split_last() else { return Verdict::Reject };
    let spelled: Vec<u32> = body
        .iter()
        .map(|c| match c {
            'X' => 0,
            'Y' => 1,
            'Z' => 2,
            digit => value(*digit),
        })
        .collect();
    let place = usize::try_from(number(&spelled) % 23).unwrap_or_default();
    keep_if(spelled.len() == 8 && "TRWAGMYFPDXBNJZSQVHLCKE".chars().nth(place) == Some(*letter))
}

/// Rijksdienst voor Identiteitsgegevens BSN, the eleven test: weights 9 to 2, and the last digit taken away.
fn nl_bsn(text: &str) -> Verdict {
    let Some(all) = exactly(text, 9) else { return Verdict::Reject };
    let (body, last) = parts(&all);
    keep_if(weighted(body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == last)
}

/// Rijksregister: birth date, serial, 97 less the remainder; those born from 2000 on count with a 2 in front.
fn be_national(text: &str) -> Verdict {
    let Some(all) = exactly(text, 11) else { return Verdict::Reject };
    let n = number(&all);
    let (body, check) = (n / 100, n % 100);
    // In bis numbers the month is 20 or 40 higher.
    let (month, day) = (body / 100_000 % 100, body / 1000 % 100);
    let dated = is_day(month % 20, day) && month < 60;
    keep_if(dated && (97 - body % 97 == check || 97 - (2_000_000_000 + body) % 97 == check))
}

/// Zentrale Ausgleichsstelle AHVN13: 756 and an EAN-13 check digit.
fn ch_ahv(text: &str) -> Verdict {
    let Some(all) = exactly(text, 13) else { return Verdict::Reject };
    let sum = weighted(&all, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]);
    keep_if(all.starts_with(&[7, 5, 6]) && sum.is_multiple_of(10))
}

/// Dachverband der Sozialversicherungsträger: the fourth digit is the check digit; then a birth date, whose month may
/// run to 15.
fn at_social(text: &str) -> Verdict {
    let Some(all) = exactly(text, 10) else { return Verdict::Reject };
    let sum = weighted(&all, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
    let n = number(&all);
    let (day, month) = (n / 10_000 % 100, n / 100 % 100);
    let dated = (1..=31).contains(&day) && (1..=15).contains(&month);
    keep_if(all.first() != Some(&0) && dated && all.get(3) == Some(&(sum % 11)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    /// Computed from the rules above, apart from this code.
    #[test]
    fn numbers_that_are_right_stay_and_their_neighbours_go() {
        check(uk_nino, Verdict::Keep, &["PX 48 29 17 C", "PX482917C"]);
        check(uk_nino, Verdict::Reject, &["GB482917C", "PX48291C"]);
        check(uk_nhs, Verdict::Keep, &["472 297 0483", "4722970483"]);
        check(uk_nhs, Verdict::Reject, &["4722970484"]);
        check(uk_utr, Verdict::Keep, &["2658161898", "26581 61898"]);
        check(fr_nir, Verdict::Keep, &["2 66 01 75 118 966 45", "266017511896645"]);
        check(fr_nir, Verdict::Reject, &["266017511896646"]);
        check(fr_siren, Verdict::Keep, &["403 344 047 00010", "403344047"]);
        check(fr_siren, Verdict::Reject, &["403344048"]);
        check(de_tax, Verdict::Keep, &["86 423 179 515", "86423179515"]);
        check(de_tax, Verdict::Reject, &["86423179516"]);
        check(de_social, Verdict::Keep, &["65 031070 M 045", "65031070M045"]);
        check(de_social, Verdict::Reject, &["65031070M046"]);
        check(it_fiscal_code, Verdict::Keep, &["BRNGPP84L17H501W"]);
        check(it_fiscal_code, Verdict::Reject, &["BRNGPP84L17H501X"]);
        check(es_dni, Verdict::Keep, &["92634074X", "Y6129454Z", "92634074-X"]);
        check(es_dni, Verdict::Reject, &["92634074Y"]);
        check(nl_bsn, Verdict::Keep, &["234296392", "2342.96.392"]);
        check(nl_bsn, Verdict::Reject, &["234296393"]);
        check(be_national, Verdict::Keep, &["84.01.21-522.37", "84012152237"]);
        check(be_national, Verdict::Reject, &["84.01.21-522.38"]);
        check(ch_ahv, Verdict::Keep, &["756.6524.8579.24", "7566524857924"]);
        check(ch_ahv, Verdict::Reject, &["7566524857925"]);
        check(at_social, Verdict::Keep, &["2896 140776", "2896140776"]);
        check(at_social, Verdict::Reject, &["2896140777", "2897140776"]);
    }
}
