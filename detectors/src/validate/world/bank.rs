//! Accounts and banks: IBAN and BIC.

use super::{Validator, Verdict, checked, formed, keep_if, letters_and_digits, mod97};

pub(super) const LIST: &[Validator] = &[checked("iban", iban), formed("bic", bic)];

/// Length of a country's IBAN; SWIFT, IBAN Registry release 99.
const IBAN: &[(usize, &str)] = &[
    (15, "NO"),
    (16, "BE"),
    (18, "DK FI FO GL NL FK"),
    (19, "MK SI SD"),
    (20, "AT BA EE KZ LT LU XK MN"),
    (21, "CH HR LI LV"),
    (22, "BG BH CR DE GB GE IE ME RS VA"),
    (23, "AE GI IL IQ OM TL SO"),
    (24, "AD CZ ES MD PK RO SA SE SK TN VG"),
    (25, "LY PT ST"),
    (26, "IS TR"),
    (27, "BI DJ FR GR IT MC MR SM"),
    (28, "AL AZ BY CY DO GT HU LB NI PL SV HN"),
    (29, "BR EG PS QA UA"),
    (30, "JO KW MU YE"),
    (31, "MT SC"),
    (32, "LC"),
    (33, "RU"),
];

/// ISO 13616-1: the first four characters go to the end, and MOD 97-10 leaves 1.
fn iban(text: &str) -> Verdict {
    let all = letters_and_digits(text);
    let Some((head, tail)) = all.split_at_checked(4) else { return Verdict::Reject };
    let country: String = head.iter().take(2).collect();
    let length =
        IBAN.iter().find(|(_, countries)| countries.split(' ').any(|c| c == country)).map(|(n, _)| *n);
    keep_if(length == Some(all.len()) && mod97(tail.iter().chain(head).copied()) == 1)
}

/// ISO 3166-1, and XK for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET \
    FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ \
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML \
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS \
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL \
    TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// ISO 9362: a party's four letters, a country, two characters of place, perhaps three of a branch.
fn bic(text: &str) -> Verdict {
    let country = text.get(4..6).unwrap_or_default();
    keep_if(matches!(text.len(), 8 | 11) && COUNTRIES.split(' ').any(|known| known == country))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn accounts() {
        // Computed: BBAN, then 98 less the remainder.
        let valid = ["DE68100500001234509876", "GB34 SKSH 2045 8831 7026 94", "FR1420041010050500013M02606"];
        check(iban, Verdict::Keep, &valid);
        check(
            iban,
            Verdict::Reject,
            &["DE68100500001234509877", "DE6810050000123450987", "JP68100500001234509876"],
        );
    }

    #[test]
    fn banks() {
        check(bic, Verdict::Keep, &["BOTKJPJT", "DEUTDEFF500"]);
        check(bic, Verdict::Reject, &["FUNCTION", "BOTKJPJTX"]);
    }
}
