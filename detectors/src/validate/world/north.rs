//! Numbers of people in northern and eastern Europe and in Turkey.

use super::super::numbers::luhn;
use super::{
    Validator, Verdict, begins_with_day, checked, digits, exactly, formed, is_day, keep_if, number, parts,
    weighted,
};

pub(super) const LIST: &[Validator] = &[
    checked("se-personal", se_personal),
    checked("no-birth", no_birth),
    formed("dk-cpr", dk_cpr),
    checked("fi-hetu", fi_hetu),
    checked("pl-pesel", pl_pesel),
    checked("pl-nip", pl_nip),
    checked("tr-identity", tr_identity),
    checked("ru-inn", ru_inn),
    checked("ru-snils", ru_snils),
    checked("ua-tax", ua_tax),
];

/// Skatteverket SKV 704: ten digits, perhaps the century, Luhn; coordination numbers have a day 60 higher.
fn se_personal(text: &str) -> Verdict {
    let all = digits(text);
    let short = all.get(all.len().saturating_sub(10)..).unwrap_or_default();
    let date = number(short.get(..6).unwrap_or_default());
    let dated = is_day(date / 100 % 100, date % 100 % 60);
    keep_if(matches!(all.len(), 10 | 12) && dated && luhn(short))
}

/// Skatteetaten fødselsnummer: two check digits; D numbers have a day 40 higher, those for tests a month 40 or 80.
fn no_birth(text: &str) -> Verdict {
    let Some(all) = exactly(text, 11) else { return Verdict::Reject };
    let date = number(all.get(..4).unwrap_or_default());
    let dated = is_day(date % 100 % 40, date / 100 % 40);
    let first = weighted(&all, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11);
    let second = weighted(&all, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
    keep_if(dated && first && second)
}

/// CPR-kontoret: a date. Since 2007 not every number passes modulus 11.
fn dk_cpr(text: &str) -> Verdict {
    let Some(all) = exactly(text, 10) else { return Verdict::Reject };
    let checked = weighted(&all, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
    match (begins_with_day(&all), checked) {
        (true, true) => Verdict::Keep,
        (true, false) => Verdict::Lower,
        (false, _) => Verdict::Reject,
    }
}

/// DVV henkilötunnus: date, a sign for the century, serial, a character by the remainder of 31.
fn fi_hetu(text: &str) -> Verdict {
    let check = text.chars().next_back().map(|c| c.to_ascii_uppercase());
    let all: Vec<u32> = digits(text.get(..10).unwrap_or_default());
    let place = usize::try_from(number(&all) % 31).unwrap_or_default();
    let right = "0123456789ABCDEFHJKLMNPRSTUVWXY".chars().nth(place) == check;
    keep_if(all.len() == 9 && begins_with_day(&all) && right)
}

/// Ministerstwo Cyfryzacji PESEL: weights 1 3 7 9; the month tells the century.
fn pl_pesel(text: &str) -> Verdict {
    let Some(all) = exactly(text, 11) else { return Verdict::Reject };
    let date = number(all.get(..6).unwrap_or_default());
    let dated = is_day(date / 100 % 100 % 20, date % 100);
    keep_if(dated && weighted(&all, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10))
}

/// Ministerstwo Finansów NIP: weights 6 5 7 2 3 4 5 6 7, modulus 11.
fn pl_nip(text: &str) -> Verdict {
    let Some(all) = exactly(text, 10) else { return Verdict::Reject };
    let (body, check) = parts(&all);
    keep_if(weighted(body, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == check)
}

/// Nüfus ve Vatandaşlık İşleri: the tenth digit from odd and even places, the last from the sum of all.
fn tr_identity(text: &str) -> Verdict {
    let Some(all) = exactly(text, 11) else { return Verdict::Reject };
    let odd = weighted(&all, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
    let even = weighted(&all, &[0, 1, 0, 1, 0, 1, 0, 1]);
    let (body, last) = parts(&all);
    let tenth = (odd * 7 + 90 - even) % 10;
    keep_if(all.first() != Some(&0) && body.last() == Some(&tenth) && body.iter().sum::<u32>() % 10 == last)
}

/// ФНС ИНН: ten digits of companies, twelve of people with two check digits.
fn ru_inn(text: &str) -> Verdict {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let all = digits(text);
    let right = |count: usize| {
        let weights = WEIGHTS.get(WEIGHTS.len().saturating_sub(count)..).unwrap_or_default();
        all.get(count) == Some(&(weighted(&all, weights) % 11 % 10))
    };
    let some = all.iter().any(|digit| *digit != 0);
    keep_if(some && (all.len() == 10 && right(9) || all.len() == 12 && right(10) && right(11)))
}

/// СФР СНИЛС: weights 9 to 1, modulus 101, 100 counts 0.
fn ru_snils(text: &str) -> Verdict {
    let Some(all) = exactly(text, 11) else { return Verdict::Reject };
    let sum = weighted(&all, &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
    keep_if(u64::from(sum % 101 % 100) == number(&all) % 100)
}

/// ДПС України РНОКПП: weights -1 5 7 9 4 6 10 5 7, modulus 11.
fn ua_tax(text: &str) -> Verdict {
    let Some(all) = exactly(text, 10) else { return Verdict::Reject };
    let (body, check) = parts(&all);
    keep_if(weighted(body, &[10, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10 == check)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    /// Computed from the rules above, apart from this code.
    #[test]
    fn numbers_that_are_right_stay_and_their_neighbours_go() {
        check(se_personal, Verdict::Keep, &["920410-2744", "199204102744"]);
        check(se_personal, Verdict::Reject, &["920410-2745"]);
        check(no_birth, Verdict::Keep, &["080959 36114", "08095936114"]);
        check(no_birth, Verdict::Reject, &["08095936115"]);
        check(dk_cpr, Verdict::Keep, &["010676-1744", "0106761744"]);
        check(dk_cpr, Verdict::Reject, &["321390-1234"]);
        check(fi_hetu, Verdict::Keep, &["020365-870J"]);
        check(fi_hetu, Verdict::Reject, &["020365-870K"]);
        check(pl_pesel, Verdict::Keep, &["58112000720"]);
        check(pl_pesel, Verdict::Reject, &["58112000721"]);
        check(pl_nip, Verdict::Keep, &["927-323-03-01", "9273230301"]);
        check(pl_nip, Verdict::Reject, &["9273230302"]);
        check(tr_identity, Verdict::Keep, &["42721966692"]);
        check(tr_identity, Verdict::Reject, &["42721966693"]);
        check(ru_inn, Verdict::Keep, &["774241371010"]);
        check(ru_inn, Verdict::Reject, &["774241371011"]);
        check(ru_snils, Verdict::Keep, &["153-053-219 23", "15305321923"]);
        check(ru_snils, Verdict::Reject, &["15305321924"]);
        check(ua_tax, Verdict::Keep, &["3147615207"]);
        check(ua_tax, Verdict::Reject, &["3147615208"]);
    }
}
