//! Numbers that other countries give to people and companies, and machine-readable zones.

use crate::check::{digits, luhn, mod11_10, mod97, mrz, verhoeff};
use crate::draw::Draw;

/// Makes a foreign number.
pub fn make(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "ssn" => {
            let area = draw.between(1, 665);
            format!("{area:03}-{:02}-{:04}", draw.between(1, 99), draw.between(1, 9999))
        }
        "itin" => format!("9{}-{}-{}", draw.digits(2), draw.between(70, 88), draw.digits(4)),
        "mrz" => mrz_line(draw),
        "mrz.names" => {
            let family = draw.pick(&["SUZUKI", "TANAKA", "NAKAMURA", "MIYAZAKI"]);
            let given = draw.pick(&["TARO", "HANAKO", "KEIKO", "YUTA"]);
            format!("{:<<44}", format!("P<JPN{family}<<{given}"))
        }
        "phone.us" => {
            format!(
                "+1 {}-{}-{}",
                draw.pick(&["202", "212", "415", "650"]),
                draw.chars("23456789", 1) + &draw.digits(2),
                draw.digits(4)
            )
        }
        "phone.uk" => format!("+44 20 {} {}", draw.number(4), draw.digits(4)),
        "phone.de" => format!("+49 30 {}", draw.number(8)),
        "phone.kr" => format!("+82-10-{}-{}", draw.number(4), draw.digits(4)),
        _ => return person(draw, maker).or_else(|| company(draw, maker)),
    })
}

fn person(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "id.kr" => korea(draw),
        "id.cn" => china(draw),
        "id.tw" => taiwan(draw),
        "id.sg" => singapore(draw),
        "id.in" => {
            let body = draw.number(11);
            let plain = format!("{body}{}", verhoeff(&digits(&body)));
            crate::spell::spell(&plain, "four").unwrap_or(plain)
        }
        "id.es" => {
            let number = draw.number(8);
            format!("{number}{}", letter("TRWAGMYFPDXBNJZSQVHLCKE", number.parse().unwrap_or(0) % 23))
        }
        "id.fr" => {
            let body = format!(
                "{}{:02}{:02}75{}{}",
                draw.between(1, 2),
                draw.between(40, 99),
                draw.between(1, 12),
                draw.number(3),
                draw.number(3)
            );
            format!("{body}{:02}", 97 - body.parse::<u64>().unwrap_or(0) % 97)
        }
        "id.br" => brazil(draw),
        "id.ca" => {
            let body = draw.chars("12345679", 1) + &draw.digits(7);
            let plain = format!("{body}{}", luhn(&digits(&body)));
            format!("{}-{}-{}", &plain[..3], &plain[3..6], &plain[6..])
        }
        "id.pl" => poland(draw),
        "id.de" => {
            let body = german_body(draw);
            format!("{body}{}", mod11_10(&digits(&body)))
        }
        _ => return None,
    })
}

/// VAT numbers.
fn company(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "vat.de" => {
            let body = draw.number(8);
            format!("DE{body}{}", mod11_10(&digits(&body)))
        }
        "vat.fr" => {
            let siren = {
                let body = draw.number(8);
                format!("{body}{}", luhn(&digits(&body)))
            };
            let key = (12 + 3 * (siren.parse::<u64>().unwrap_or(0) % 97)) % 97;
            format!("FR{key:02}{siren}")
        }
        "vat.be" => {
            let body = format!("0{}", draw.number(7));
            format!("BE{body}{:02}", 97 - mod97(&body))
        }
        "vat.it" => {
            let body = draw.digits(7) + "0" + &draw.digits(2);
            format!("IT{body}{}", luhn(&digits(&body)))
        }
        _ => return None,
    })
}

fn letter(alphabet: &str, at: usize) -> char {
    alphabet.chars().nth(at).unwrap_or('?')
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

/// Passport, line two (ICAO 9303-4).
fn mrz_line(draw: &mut Draw) -> String {
    let number = format!("T{}{}", draw.chars("KRSZ", 1), draw.digits(7));
    let born = format!("{:02}{:02}{:02}", draw.between(50, 99), draw.between(1, 12), draw.between(1, 28));
    let until = format!("{:02}{:02}{:02}", draw.between(26, 35), draw.between(1, 12), draw.between(1, 28));
    let optional = "<".repeat(14);
    let (n, b, u, o) = (mrz(&number), mrz(&born), mrz(&until), 0);
    let all = mrz(&format!("{number}{n}{born}{b}{until}{u}{optional}{o}"));
    format!("{number}{n}JPN{born}{b}{}{until}{u}{optional}{o}{all}", draw.chars("MF", 1))
}

fn date6(draw: &mut Draw) -> String {
    format!("{:02}{:02}{:02}", draw.between(50, 99), draw.between(1, 12), draw.between(1, 28))
}

fn korea(draw: &mut Draw) -> String {
    let body = format!("{}{}{}", date6(draw), draw.between(1, 2), draw.digits(5));
    let check = (11 - weighted(&digits(&body), &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10;
    format!("{}-{}{check}", &body[..6], &body[6..])
}

fn china(draw: &mut Draw) -> String {
    let region = *draw.pick(&["110101", "310115", "440305", "510104"]);
    let body = format!("{region}19{}{}", date6(draw), draw.digits(3));
    let rest = weighted(&digits(&body), &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    format!("{body}{}", letter("10X98765432", rest as usize))
}

fn taiwan(draw: &mut Draw) -> String {
    let city = draw.below(26);
    let letters = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let code = u32::try_from(10 + city).unwrap_or(10);
    let body = format!("{}{}", draw.between(1, 2), draw.digits(7));
    let sum = code / 10 + code % 10 * 9 + weighted(&digits(&body), &[8, 7, 6, 5, 4, 3, 2, 1]);
    format!("{}{body}{}", letter(letters, city), (10 - sum % 10) % 10)
}

fn singapore(draw: &mut Draw) -> String {
    let body = draw.digits(7);
    let rest = weighted(&digits(&body), &[2, 7, 6, 5, 4, 3, 2]) % 11;
    format!("S{body}{}", letter("JZIHGFEDCBA", rest as usize))
}

fn brazil(draw: &mut Draw) -> String {
    let mut all = digits(&draw.digits(9));
    for weights in [&[10, 9, 8, 7, 6, 5, 4, 3, 2][..], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2][..]] {
        let rest = weighted(&all, weights) % 11;
        all.push(if rest < 2 { 0 } else { 11 - rest });
    }
    let text: String = all.iter().map(u32::to_string).collect();
    format!("{}.{}.{}-{}", &text[..3], &text[3..6], &text[6..9], &text[9..])
}

fn poland(draw: &mut Draw) -> String {
    let body = date6(draw) + &draw.digits(4);
    let rest = weighted(&digits(&body), &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10;
    format!("{body}{}", (10 - rest) % 10)
}

/// Ten digits of which exactly one occurs twice, as the Steuer-ID has them.
fn german_body(draw: &mut Draw) -> String {
    let mut all: Vec<char> = "123456789".chars().collect();
    for at in (1..all.len()).rev() {
        all.swap(at, draw.below(at + 1));
    }
    let twice = all[3];
    all.push(twice);
    all.into_iter().collect()
}
