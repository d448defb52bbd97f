//! Numbers of people and companies in Australia, New Zealand and South Africa.

use super::super::numbers::luhn;
use super::{Validator, Verdict, checked, digits, ends_in_day, exactly, keep_if, weighted};

pub(super) const LIST: &[Validator] = &[
    checked("au-tfn", au_tfn),
    checked("au-abn", au_abn),
    checked("au-medicare", au_medicare),
    checked("nz-ird", nz_ird),
    checked("za-identity", za_identity),
];

/// ATO tax file number: weights 1 4 3 7 5 8 6 9 10, modulus 11.
fn au_tfn(text: &str) -> Verdict {
    let Some(all) = exactly(text, 9) else { return Verdict::Reject };
    keep_if(weighted(&all, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11))
}

/// ABR «Format of the ABN»: the first digit less 1, weights 10 1 3 … 19, modulus 89.
fn au_abn(text: &str) -> Verdict {
    let Some(all) = exactly(text, 11).filter(|all| all.first() != Some(&0)) else { return Verdict::Reject };
    let sum = weighted(&all, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    keep_if((sum - 10).is_multiple_of(89))
}

/// Services Australia Medicare card: 2 to 6 first, weights 1 3 7 9, the ninth digit checks, then the issue.
fn au_medicare(text: &str) -> Verdict {
    let all = digits(text);
    let sum = weighted(&all, &[1, 3, 7, 9, 1, 3, 7, 9]);
    let begun = all.first().is_some_and(|first| (2..=6).contains(first));
    keep_if(matches!(all.len(), 10 | 11) && begun && all.get(8) == Some(&(sum % 10)))
}

/// Inland Revenue «Resident withholding tax specification», IRD number: two sets of weights, modulus 11.
fn nz_ird(text: &str) -> Verdict {
    let mut all = digits(text);
    if all.len() == 8 {
        all.insert(0, 0);
    }
    let Some((&check, body)) = all.split_last().filter(|(_, body)| body.len() == 8) else {
        return Verdict::Reject;
    };
    let given = |weights: &[u32]| (11 - weighted(body, weights) % 11) % 11;
    let expected = match given(&[3, 2, 7, 6, 5, 4, 3, 2]) {
        10 => given(&[7, 4, 3, 2, 5, 2, 7, 6]),
        first => first,
    };
    keep_if(check == expected && super::number(&all) > 10_000_000)
}

/// Department of Home Affairs: birth date, sex, citizenship, Luhn.
fn za_identity(text: &str) -> Verdict {
    let Some(all) = exactly(text, 13) else { return Verdict::Reject };
    let citizen = all.get(10).is_some_and(|digit| *digit <= 2);
    keep_if(ends_in_day(all.get(..6).unwrap_or_default()) && citizen && luhn(&all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    /// Computed from the rules above, apart from this code.
    #[test]
    fn numbers_that_are_right_stay_and_their_neighbours_go() {
        check(au_tfn, Verdict::Keep, &["183 692 952", "183692952"]);
        check(au_tfn, Verdict::Reject, &["183692953"]);
        check(au_abn, Verdict::Keep, &["82 082 967 537", "82082967537"]);
        check(au_abn, Verdict::Reject, &["82082967538"]);
        check(au_medicare, Verdict::Keep, &["5961 62351 1", "5961623511"]);
        check(au_medicare, Verdict::Reject, &["5961623521"]);
        check(nz_ird, Verdict::Keep, &["127-916-877", "127916877"]);
        check(nz_ird, Verdict::Reject, &["127916878"]);
        check(za_identity, Verdict::Keep, &["940808 0011 089", "9408080011089"]);
        check(za_identity, Verdict::Reject, &["9408080011080"]);
    }
}
