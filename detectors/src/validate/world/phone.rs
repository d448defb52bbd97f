//! Telephone numbers outside Japan's plan, which has rules of its own.

use super::{Validator, Verdict, digits, formed, is_day, keep_if, number};

pub(super) const LIST: &[Validator] = &[
    formed("e164", e164),
    formed("nanp", |text| keep_if(nanp(&digits(text)))),
    formed("phone-national", national),
];

/// National numbers' lengths where they are known to be narrower than what E.164 leaves.
const LENGTHS: &[(u64, std::ops::RangeInclusive<usize>)] = &[
    (1, 10..=10),
    (7, 10..=10),
    (31, 9..=9),
    (32, 8..=9),
    (33, 9..=9),
    (34, 9..=9),
    (39, 6..=12),
    (41, 9..=9),
    (44, 9..=10),
    (48, 9..=9),
    (49, 6..=12),
    (52, 10..=10),
    (55, 10..=11),
    (60, 8..=10),
    (61, 9..=9),
    (62, 8..=12),
    (63, 8..=10),
    (64, 8..=10),
    (65, 8..=8),
    (66, 8..=9),
    (82, 8..=10),
    (84, 9..=10),
    (86, 9..=11),
    (91, 10..=10),
    (380, 9..=9),
    (852, 8..=8),
    (853, 8..=8),
    (886, 8..=9),
];

/// ITU-T E.164 and its list of assigned country codes: at most 15 digits.
fn e164(text: &str) -> Verdict {
    let dialled = digits(&text.replace("(0)", ""));
    let prefix = match dialled.as_slice() {
        [0, 0, ..] => 2,
        [0, 1, 0, ..] => 3,
        _ => 0,
    };
    let all = dialled.get(prefix..).unwrap_or_default();
    let Some((code, national)) = country_code(all) else { return Verdict::Reject };
    // Japan's are another rule's.
    if code == 81 || all.len() > 15 {
        return Verdict::Reject;
    }
    let lengths =
        LENGTHS.iter().find(|(known, _)| *known == code).map_or(6..=12, |(_, lengths)| lengths.clone());
    let trunk = national.strip_prefix(&[0]).filter(|_| code != 39).unwrap_or(national);
    let alike = trunk.iter().all(|digit| trunk.first() == Some(digit));
    keep_if(lengths.contains(&trunk.len()) && !alike && (code != 1 || nanp(trunk)))
}

/// The country code at the front and what follows it.
fn country_code(all: &[u32]) -> Option<(u64, &[u32])> {
    (1..=3).find_map(|length| {
        let (code, rest) = all.split_at_checked(length)?;
        is_assigned(number(code)).then_some((number(code), rest))
    })
}

fn is_assigned(code: u64) -> bool {
    matches!(code,
        1 | 7 | 20 | 27 | 30..=34 | 36 | 39..=41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84 | 86 | 90..=95 | 98
        | 211..=213 | 216 | 218 | 220..=258 | 260..=269 | 290 | 291 | 297..=299 | 350..=359 | 370..=378 | 380..=383
        | 385..=387 | 389 | 420 | 421 | 423 | 500..=509 | 590..=599 | 670 | 672..=683 | 685..=692 | 800 | 808 | 850
        | 852 | 853 | 855 | 856 | 870 | 878 | 880..=883 | 886 | 888 | 960..=968 | 970..=977 | 979 | 992..=996 | 998)
}

/// North American Numbering Plan: area and exchange from 2, and neither ends in 11, which are services.
fn nanp(all: &[u32]) -> bool {
    match all.strip_prefix(&[1]).unwrap_or(all) {
        [2..=9, 1, 1, ..] | [_, _, _, _, 1, 1, ..] => false,
        // Middle digit 9 is kept for a longer plan.
        [2..=9, 0..=8, _, 2..=9, _, _, _, _, _, _] => true,
        _ => false,
    }
}

/// What stands at a label: a number as one of the plans writes it at home. Ten digits with a leading 0 are Japan's
/// form too, whose rule finds them.
fn national(text: &str) -> Verdict {
    let all = digits(text);
    if is_date(text, &all) || all.iter().all(|digit| all.first() == Some(digit)) {
        return Verdict::Reject;
    }
    let japanese = matches!(all.as_slice(), [0, 5..=9, 0, ..]);
    keep_if(match all.as_slice() {
        [0, 1..=9, ..] => matches!(all.len(), 9 | 11 | 12) && !japanese,
        // China's mobile numbers, and North America with its trunk prefix.
        [1, 3..=9, ..] if all.len() == 11 => true,
        [2..=9, ..] if all.len() == 10 => nanp(&all) || all.first() >= Some(&6),
        // Singapore and Hong Kong; Spain, Portugal, Poland.
        [2..=9, ..] if matches!(all.len(), 8 | 9) => text.len() > all.len() || all.first() >= Some(&6),
        _ => nanp(&all),
    })
}

/// `2026-04-01`, with an hour perhaps, and `20260401`.
fn is_date(text: &str, all: &[u32]) -> bool {
    let n = number(all.get(..8).unwrap_or_default());
    let dated = (1900..2100).contains(&(n / 10_000)) && is_day(n / 100 % 100, n % 100);
    let runs: Vec<usize> =
        text.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|n| *n > 0).collect();
    dated && matches!(runs.as_slice(), [8 | 12 | 14] | [4, 2, 2, ..] | [8, 4 | 6] | [4, 4])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    #[test]
    fn with_a_country_code() {
        let valid = [
            "+1 415-555-2671",
            "+44 (0)20 7946 0958",
            "+82-10-1234-5678",
            "+86 138 1234 5678",
            "+886-2-2345-6789",
            "+6591234567",
            "+33 6 12 34 56 78",
            "0044 20 7946 0958",
            "010-82-2-2100-3399",
        ];
        check(e164, Verdict::Keep, &valid);
        check(
            e164,
            Verdict::Reject,
            &["+1 115-555-2671", "+81-3-1234-5678", "+999 12345678", "+65 123456789"],
        );
        check(e164, Verdict::Reject, &["+4294967296", "+10000000000", "+0900", "+44 0000000000"]);
    }

    #[test]
    fn as_written_at_home() {
        let valid =
            ["415-555-2671", "1-415-555-2671", "020 7946 0958", "13812345678", "9123 4567", "98765 43210"];
        check(national, Verdict::Keep, &valid);
        check(
            national,
            Verdict::Reject,
            &["2026-04-01", "2026/04/01 10", "20260401", "090-1234-5678", "03-1234-5678", "1234567"],
        );
        check(national, Verdict::Reject, &["00000000", "12345678901234"]);
    }
}
