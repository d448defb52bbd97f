//! What looks like an identifier and is none.

use crate::check::{digits, ean13, municipality};
use crate::draw::Draw;

/// Makes a decoy.
pub fn make(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "uuid" => draw.uuid(),
        "sha1" => draw.pattern("{x40}"),
        "sha256" => draw.pattern("{x64}"),
        "md5" => draw.pattern("{x32}"),
        "integrity" => format!("sha512-{}==", draw.pattern("{b86}")),
        "jan" => barcode(draw, "49"),
        "isbn" => barcode(draw, "9784"),
        "isbn.hyphens" => {
            let plain = barcode(draw, "9784");
            format!("978-4-{}-{}-{}", &plain[4..6], &plain[6..12], &plain[12..])
        }
        "parcel" => draw.number(12),
        "parcel.hyphens" => crate::spell::spell(&draw.number(12), "four-hyphen")?,
        "aws-account" => draw.number(12),
        "yen" => yen(draw),
        "yen.plain" => {
            let count = draw.between(5, 12);
            draw.number(count)
        }
        "thousands" => grouped(&draw.between(1_000, 9_999_999).to_string()),
        "percent" => format!("{}.{}％", draw.between(0, 99), draw.between(0, 9)),
        "law" => law(draw),
        "document" => document(draw),
        "version" => format!("{}.{}.{}", draw.between(0, 30), draw.between(0, 40), draw.between(0, 99)),
        "model" => model(draw),
        "municipality-code" => {
            let body = digits(&format!("{:02}{}", draw.between(1, 47), draw.digits(3)));
            format!("{}{}", body.iter().map(u32::to_string).collect::<String>(), municipality(&body))
        }
        "count" => grouped(&draw.between(1, 250_000).to_string()),
        "year" => draw.between(2012, 2027).to_string(),
        "reiwa" => draw.between(2, 9).to_string(),
        "small" => draw.between(1, 30).to_string(),
        "hundreds" => draw.between(100, 999).to_string(),
        "seven" => draw.number(7),
        "eight" => draw.number(8),
        "ten" => draw.number(10),
        "eleven" => format!("{}{}", draw.chars("123456789", 1), draw.digits(10)),
        "sixteen" => draw.number(16),
        _ => return time(draw, maker),
    })
}

fn time(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "date" => date(draw),
        "date.packed" => {
            format!("20{:02}{:02}{:02}", draw.between(15, 27), draw.between(1, 12), draw.between(1, 28))
        }
        "time" => format!("{:02}:{:02}", draw.between(8, 19), draw.between(0, 59)),
        "stamp12" => format!(
            "20{:02}{:02}{:02}{:02}{:02}",
            draw.between(15, 27),
            draw.between(1, 12),
            draw.between(1, 28),
            draw.between(0, 23),
            draw.between(0, 59)
        ),
        "stamp14" => format!(
            "20{:02}{:02}{:02}{:02}{:02}{}",
            draw.between(15, 27),
            draw.between(1, 12),
            draw.between(1, 28),
            draw.between(0, 23),
            draw.between(0, 59),
            draw.between(10, 59)
        ),
        "stamp.iso" => format!(
            "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{}Z",
            draw.between(1, 12),
            draw.between(1, 28),
            draw.between(0, 23),
            draw.between(0, 59),
            draw.between(0, 59),
            draw.digits(3)
        ),
        "epoch" => format!("17{}", draw.digits(8)),
        "epoch.ms" => format!("17{}", draw.digits(11)),
        _ => return None,
    })
}

fn barcode(draw: &mut Draw, prefix: &str) -> String {
    let body = format!("{prefix}{}", draw.digits(12 - prefix.len()));
    format!("{body}{}", ean13(&digits(&body)))
}

fn grouped(plain: &str) -> String {
    let mut out = String::new();
    for (at, c) in plain.chars().enumerate() {
        if at > 0 && (plain.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn yen(draw: &mut Draw) -> String {
    let count = draw.between(4, 12);
    grouped(&draw.number(count))
}

fn law(draw: &mut Draw) -> String {
    let era = *draw.pick(&["昭和", "平成", "平成", "令和"]);
    let year = if era == "昭和" { draw.between(22, 63) } else { draw.between(1, 8) };
    let kind = *draw.pick(&["法律", "法律", "政令", "内閣府令", "総務省令", "厚生労働省令", "規則", "条例"]);
    format!("{era}{year}年{kind}第{}号", draw.between(1, 390))
}

fn document(draw: &mut Draw) -> String {
    let office = *draw.pick(&[
        "デジ総",
        "総行政",
        "府政経",
        "厚生労働省発",
        "閣副",
        "財計",
        "国総",
        "環自",
        "防官",
        "文科初",
    ]);
    format!("{office}第{}号", draw.between(1, 9999))
}

fn date(draw: &mut Draw) -> String {
    match draw.below(5) {
        0 => format!("令和{}年{}月{}日", draw.between(2, 9), draw.between(1, 12), draw.between(1, 28)),
        1 => format!("20{:02}年{}月{}日", draw.between(15, 27), draw.between(1, 12), draw.between(1, 28)),
        2 => format!("20{:02}/{:02}/{:02}", draw.between(15, 27), draw.between(1, 12), draw.between(1, 28)),
        3 => format!("R{}.{}.{}", draw.between(2, 9), draw.between(1, 12), draw.between(1, 28)),
        _ => format!("20{:02}-{:02}-{:02}", draw.between(15, 27), draw.between(1, 12), draw.between(1, 28)),
    }
}

fn model(draw: &mut Draw) -> String {
    let maker = *draw.pick(&["WX", "PR-", "NEC-", "MFC-", "LBP", "SV", "RTX", "AP-", "KX-", "ST"]);
    format!("{maker}{}{}", draw.number(4), draw.chars("ABCDNWX", 2))
}
