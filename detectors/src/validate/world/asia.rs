//! Numbers of people and companies in Asia.

use super::{
    Validator, Verdict, checked, digits, ends_in_day, exactly, formed, is_day, keep_if, letters_and_digits,
    number, parts, value, verhoeff, weighted,
};

pub(super) const LIST: &[Validator] = &[
    checked("kr-rrn", kr_rrn),
    checked("kr-business", kr_business),
    checked("cn-resident", cn_resident),
    checked("cn-credit-code", cn_credit_code),
    checked("tw-national", tw_national),
    checked("tw-business", tw_business),
    checked("hk-identity", hk_identity),
    checked("sg-nric", sg_nric),
    formed("my-mykad", my_mykad),
    checked("th-national", th_national),
    formed("id-nik", id_nik),
    formed("vn-cccd", vn_cccd),
    checked("in-aadhaar", in_aadhaar),
    checked("in-gstin", in_gstin),
];

/// 주민등록법 시행규칙: date, sex and century, weights 2 to 9. Foreigners' end two higher. Since October 2020 the last
/// six digits are random, so that a wrong check digit is no proof.
fn kr_rrn(text: &str) -> Verdict {
    let Some(all) = exactly(text, 13) else { return Verdict::Reject };
    let (body, check) = parts(&all);
    let sex = body.get(6).copied().unwrap_or(0);
    if !ends_in_day(body.get(..6).unwrap_or_default()) || !(1..=8).contains(&sex) {
        return Verdict::Reject;
    }
    let most = if sex >= 5 { 13 } else { 11 };
    let right = (most - weighted(body, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == check;
    if right { Verdict::Keep } else { Verdict::Lower }
}

/// 국세청 사업자등록번호: weights 1 3 7, and both digits of the ninth's fivefold.
fn kr_business(text: &str) -> Verdict {
    let Some(all) = exactly(text, 10) else { return Verdict::Reject };
    let (body, check) = parts(&all);
    let ninth = body.last().copied().unwrap_or(0);
    let sum = weighted(body, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + ninth * 5 / 10;
    keep_if((10 - sum % 10) % 10 == check)
}

/// GB 11643-1999: province, birth date, ISO 7064 MOD 11-2.
fn cn_resident(text: &str) -> Verdict {
    let all = letters_and_digits(text);
    let Some((check, body)) = all.split_last().filter(|(_, body)| body.len() == 17) else {
        return Verdict::Reject;
    };
    let body: Vec<u32> = body.iter().copied().map(value).collect();
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let place = usize::try_from(weighted(&body, &weights) % 11).unwrap_or_default();
    let province = number(body.get(..2).unwrap_or_default());
    let born = number(body.get(6..14).unwrap_or_default());
    let is_date = (1880..2100).contains(&(born / 10_000)) && is_day(born / 100 % 100, born % 100);
    keep_if((11..=83).contains(&province) && is_date && "10X98765432".chars().nth(place) == Some(*check))
}

/// GB 32100-2015: 31 characters without I O S V Z, weights powers of 3.
fn cn_credit_code(text: &str) -> Verdict {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let places: Option<Vec<u32>> =
        text.chars().map(|c| ALPHABET.find(c).and_then(|at| u32::try_from(at).ok())).collect();
    let Some(all) = places.filter(|all| all.len() == 18) else { return Verdict::Reject };
    let (body, check) = parts(&all);
    let powers: Vec<u32> = std::iter::successors(Some(1), |power| Some(power * 3 % 31)).take(17).collect();
    keep_if(
        (31 - weighted(body, &powers) % 31) % 31 == check && text.contains(|c: char| c.is_ascii_alphabetic()),
    )
}

/// 內政部 國民身分證 and 統一證號: a letter that stands for two digits, weights 1 9 8 … 1 1.
fn tw_national(text: &str) -> Verdict {
    // By code, 10 to 35.
    const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let mut chars = text.chars();
    let code = chars.next().and_then(|first| LETTERS.find(first)).and_then(|at| u32::try_from(at + 10).ok());
    let Some(code) = code else { return Verdict::Reject };
    let Some(rest) = exactly(chars.as_str(), 9) else { return Verdict::Reject };
    let all: Vec<u32> = [code / 10, code % 10].into_iter().chain(rest).collect();
    keep_if(weighted(&all, &[1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]).is_multiple_of(10))
}

/// 財政部 統一編號, rule of 2023-04: weights 1 2 1 2 1 2 4 1, digits of the products, modulus 5; a seventh 7 counts 10 or 1.
fn tw_business(text: &str) -> Verdict {
    let Some(all) = exactly(text, 8) else { return Verdict::Reject };
    let sum: u32 = all.iter().zip([1, 2, 1, 2, 1, 2, 4, 1]).map(|(d, w)| d * w / 10 + d * w % 10).sum();
    let seven = all.get(6) == Some(&7);
    keep_if(sum.is_multiple_of(5) || seven && (sum + 1).is_multiple_of(5))
}

/// 入境事務處 香港身份證: weights 9 to 1, a missing first letter counts 36, modulus 11.
fn hk_identity(text: &str) -> Verdict {
    let all = letters_and_digits(text);
    let lead = if all.len() == 8 { Some(36) } else { None };
    let values: Vec<u32> = lead.into_iter().chain(all.into_iter().map(value)).collect();
    keep_if(values.len() == 9 && weighted(&values, &[9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11))
}

/// ICA NRIC and FIN: weights 2 7 6 5 4 3 2, a start by the letter, a letter by the remainder.
fn sg_nric(text: &str) -> Verdict {
    let (first, last) = (text.chars().next(), text.chars().next_back());
    let (start, letters) = match first.map(|c| c.to_ascii_uppercase()) {
        Some('S') => (0, "JZIHGFEDCBA"),
        Some('T') => (4, "JZIHGFEDCBA"),
        Some('F') => (0, "XWUTRQPNMLK"),
        Some('G') => (4, "XWUTRQPNMLK"),
        Some('M') => (3, "XWUTRQPNJLK"),
        _ => return Verdict::Reject,
    };
    let Some(all) = exactly(text, 7) else { return Verdict::Reject };
    let place = usize::try_from((start + weighted(&all, &[2, 7, 6, 5, 4, 3, 2])) % 11).unwrap_or_default();
    keep_if(letters.chars().nth(place) == last.map(|c| c.to_ascii_uppercase()))
}

/// Jabatan Pendaftaran Negara MyKad: date and place of birth.
fn my_mykad(text: &str) -> Verdict {
    let Some(all) = exactly(text, 12) else { return Verdict::Reject };
    let place = number(all.get(6..8).unwrap_or_default());
    let placed = matches!(place, 1..=16 | 21..=68 | 71..=72 | 74..=79 | 82..=93 | 98..=99);
    keep_if(ends_in_day(all.get(..6).unwrap_or_default()) && placed)
}

/// กรมการปกครอง เลขประจำตัวประชาชน: weights 13 to 2, modulus 11.
fn th_national(text: &str) -> Verdict {
    let Some(all) = exactly(text, 13) else { return Verdict::Reject };
    let (body, check) = parts(&all);
    let sum = weighted(body, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    keep_if(body.first() != Some(&0) && (11 - sum % 11) % 10 == check)
}

/// Dukcapil NIK: province, regency, district, birth date (women's day plus 40), serial.
fn id_nik(text: &str) -> Verdict {
    let Some(all) = exactly(text, 16) else { return Verdict::Reject };
    let n = number(&all);
    let (province, day, month) = (n / 100_000_000_000_000, n / 100_000_000 % 100, n / 1_000_000 % 100);
    keep_if((11..=97).contains(&province) && is_day(month, day % 40) && !n.is_multiple_of(10_000))
}

/// Thông tư 59/2021/TT-BCA: province 001 to 096, century and sex, year, serial.
fn vn_cccd(text: &str) -> Verdict {
    let Some(all) = exactly(text, 12) else { return Verdict::Reject };
    let province = number(all.get(..3).unwrap_or_default());
    keep_if((1..=96).contains(&province) && all.get(3).is_some_and(|century| *century <= 3))
}

/// UIDAI: twelve digits from 2, Verhoeff, no palindrome.
fn in_aadhaar(text: &str) -> Verdict {
    let Some(all) = exactly(text, 12) else { return Verdict::Reject };
    let palindrome = all.iter().eq(all.iter().rev());
    keep_if(all.first() >= Some(&2) && !palindrome && verhoeff(&all))
}

/// GSTN: state, PAN, and a check character, Luhn's way in base 36.
fn in_gstin(text: &str) -> Verdict {
    let all: Vec<u32> = letters_and_digits(text).into_iter().map(value).collect();
    let (body, check) = parts(&all);
    let sum: u32 = body.iter().zip([1, 2].into_iter().cycle()).map(|(v, w)| v * w / 36 + v * w % 36).sum();
    let state = number(&digits(text.get(..2).unwrap_or_default()));
    keep_if(body.len() == 14 && (1..=38).contains(&state) && (36 - sum % 36) % 36 == check)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::check;

    /// Computed from the rules above, apart from this code.
    #[test]
    fn numbers_that_are_right_stay_and_their_neighbours_go() {
        check(kr_rrn, Verdict::Keep, &["850802-1453417"]);
        check(kr_rrn, Verdict::Reject, &["850802-145341", "991332-1234567"]);
        check(kr_business, Verdict::Keep, &["385-40-64027", "3854064027"]);
        check(kr_business, Verdict::Reject, &["385-40-64028"]);
        check(cn_resident, Verdict::Keep, &["110105198808126861", "31011519731017364X"]);
        check(cn_resident, Verdict::Reject, &["110105198808126862"]);
        check(cn_credit_code, Verdict::Keep, &["91310115P30CQWKWQA"]);
        check(cn_credit_code, Verdict::Reject, &["91310115P30CQWKWQB"]);
        check(tw_national, Verdict::Keep, &["A217983900", "F885929344"]);
        check(tw_national, Verdict::Reject, &["A217983901"]);
        check(tw_business, Verdict::Keep, &["85572789"]);
        check(tw_business, Verdict::Reject, &["85572780"]);
        check(hk_identity, Verdict::Keep, &["K482917(4)", "WX305168(2)", "K4829174"]);
        check(hk_identity, Verdict::Reject, &["K482917(5)", "K4829175"]);
        check(sg_nric, Verdict::Keep, &["S7381946F", "G5820371N", "M2947305J"]);
        check(sg_nric, Verdict::Reject, &["S7381946G"]);
        check(my_mykad, Verdict::Keep, &["760705-14-7902", "760705147902"]);
        check(my_mykad, Verdict::Reject, &["991332-14-5678"]);
        check(th_national, Verdict::Keep, &["3-6575-47411-81-8", "3657547411818"]);
        check(th_national, Verdict::Reject, &["3657547411819"]);
        check(id_nik, Verdict::Keep, &["3174062808880003"]);
        check(id_nik, Verdict::Reject, &["3174064599990003", "3174060000000003"]);
        check(vn_cccd, Verdict::Keep, &["001088458917"]);
        check(vn_cccd, Verdict::Reject, &["999988123456"]);
        check(in_aadhaar, Verdict::Keep, &["8324 3788 6950", "832437886950"]);
        check(in_aadhaar, Verdict::Reject, &["832437886951"]);
        check(in_gstin, Verdict::Keep, &["27BQZPK4827L1ZW"]);
        check(in_gstin, Verdict::Reject, &["27BQZPK4827L1ZX"]);
    }
}
