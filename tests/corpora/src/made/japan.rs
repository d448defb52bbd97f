//! Numbers that Japan gives to people, companies and documents.

use crate::check::{self, digits};
use crate::draw::Draw;
use crate::spell::spell;

/// Makes a number, laid out as people lay it out.
pub fn make(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "my-number" => laid_out(draw, my_number),
        "my-number.plain" => my_number(draw),
        "my-number.bad" => spoiled(&my_number(draw)),
        "corporate-number" => wide_sometimes(draw, corporate),
        "corporate-number.bad" => {
            let number = corporate(draw);
            let first = number[..1].parse().unwrap_or(0) % 9 + 1;
            format!("{first}{}", &number[1..])
        }
        "invoice-number" => invoice(draw),
        "driver-licence" => wide_sometimes(draw, licence),
        "passport" => {
            let letters = *draw.pick(&["TR", "TS", "TK", "TZ", "MU", "MZ", "MS", "TT"]);
            letters.to_owned() + &draw.digits(7)
        }
        "residence-card" => draw.pattern("{L2}{d8}{L2}"),
        "pension-number" => wide_sometimes(draw, |draw| format!("{}-{}", draw.number(4), draw.digits(6))),
        "insurer-number" => wide_sometimes(draw, insurer),
        "insurer-number.bad" => spoiled(&insurer(draw)),
        "insurance.symbol" => insurance_symbol(draw),
        "insurance.number" => {
            let count = draw.between(3, 8);
            draw.number(count)
        }
        "nursing-insurance" => format!("000{}", draw.number(7)),
        "employment-insurance" => format!("{}-{}-{}", draw.number(4), draw.digits(6), draw.digits(1)),
        "resident-code" => draw.number(11),
        "card-serial" => draw.pattern("{A16}"),
        "employee-number" => employee(draw),
        "birth-date" => birth_date(draw),
        "birth-date.iso" => {
            let (year, month, day) = birthday(draw);
            format!("{year}-{month:02}-{day:02}")
        }
        "birth-date.packed" => {
            let (year, month, day) = birthday(draw);
            format!("{year}{month:02}{day:02}")
        }
        _ => return None,
    })
}

fn text(digits: &[u32]) -> String {
    digits.iter().map(u32::to_string).collect()
}

fn laid_out(draw: &mut Draw, number: fn(&mut Draw) -> String) -> String {
    let plain = number(draw);
    let spelling =
        *draw.pick(&["", "", "", "four", "four", "four-hyphen", "wide", "wide", "four-wide", "spaced"]);
    spell(&plain, spelling).unwrap_or(plain)
}

fn wide_sometimes(draw: &mut Draw, number: fn(&mut Draw) -> String) -> String {
    let plain = number(draw);
    if draw.percent(20) { spell(&plain, "wide").unwrap_or(plain) } else { plain }
}

/// The same number with its last digit wrong.
fn spoiled(number: &str) -> String {
    let (body, last) = number.split_at(number.len() - 1);
    format!("{body}{}", (last.parse::<u32>().unwrap_or(0) + 1) % 10)
}

fn my_number(draw: &mut Draw) -> String {
    let body = digits(&draw.digits(11));
    format!("{}{}", text(&body), check::my_number(&body))
}

fn corporate(draw: &mut Draw) -> String {
    let kind = *draw.pick(&["0100", "0104", "1200", "0000", "1300", "0200", "1803"]);
    let body = digits(&format!("{kind}{}", draw.digits(8)));
    format!("{}{}", check::corporate_number(&body), text(&body))
}

fn invoice(draw: &mut Draw) -> String {
    let plain = format!("T{}", corporate(draw));
    match draw.below(4) {
        0 => spell(&plain, "wide").unwrap_or(plain),
        1 => format!("T-{}", &plain[1..]),
        _ => plain,
    }
}

fn licence(draw: &mut Draw) -> String {
    let authority = *draw.pick(&[
        "10", "20", "22", "30", "30", "40", "43", "44", "45", "50", "54", "60", "62", "63", "70", "80", "82",
        "90", "97",
    ]);
    let body = digits(&format!("{authority}{:02}{}", draw.between(0, 99), draw.digits(6)));
    format!("{}{}{}", text(&body), check::driver_licence(&body), draw.below(3))
}

fn insurer(draw: &mut Draw) -> String {
    let law = *draw.pick(&["01", "06", "31", "32", "33", "34", "39", "63", "67", "", ""]);
    let body = digits(&format!("{law}{:02}{}", draw.between(1, 47), draw.digits(3)));
    format!("{}{}", text(&body), check::luhn(&body))
}

fn insurance_symbol(draw: &mut Draw) -> String {
    match draw.below(5) {
        0 => format!("公立{}", draw.pick(&["ねり", "あお", "さい", "かな", "ふく"])),
        1 => format!("{}-{}", draw.number(3), draw.number(2)),
        2 => format!("国{}", draw.number(3)),
        3 => format!("{}・{}", draw.pick(&["総", "経", "厚労", "防"]), draw.number(4)),
        _ => draw.number(8),
    }
}

fn employee(draw: &mut Draw) -> String {
    match draw.below(4) {
        0 => draw.number(6),
        1 => format!("DA-{}", draw.digits(5)),
        2 => format!("{}{}", draw.chars("ABCHKS", 1), draw.digits(6)),
        _ => draw.number(8),
    }
}

fn birthday(draw: &mut Draw) -> (usize, usize, usize) {
    (draw.between(1931, 2024), draw.between(1, 12), draw.between(1, 28))
}

fn birth_date(draw: &mut Draw) -> String {
    let (year, month, day) = birthday(draw);
    let (era, letter, old) = match year {
        ..=1988 => ("昭和", 'S', year - 1925),
        1989..=2018 => ("平成", 'H', year - 1988),
        _ => ("令和", 'R', year - 2018),
    };
    match draw.below(10) {
        0..=1 => format!("{era}{old}年{month}月{day}日"),
        2 => spell(&format!("{era}{old}年{month}月{day}日"), "wide-digits").unwrap_or_default(),
        3 => format!("{letter}{old}.{month}.{day}"),
        4 => format!("{letter}{old:02}/{month:02}/{day:02}"),
        5..=6 => format!("{year}年{month}月{day}日"),
        7 => format!("{year}/{month:02}/{day:02}"),
        8 => format!("{year}-{month:02}-{day:02}"),
        _ => format!("{year}.{month}.{day}"),
    }
}
