//! Addresses of machines and mailboxes, and positions on the map.

use crate::draw::Draw;
use crate::spell::spell;

/// Makes an address.
pub fn make(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "email" => email(draw),
        "email.plain" => format!("{}@{}", mailbox(draw), draw.pick(HOSTS)),
        "ipv4" => format!(
            "{}.{}.{}.{}",
            draw.pick(&["10", "172.16", "192.168", "133", "202", "61"]),
            draw.below(256),
            draw.below(256),
            draw.between(1, 254)
        )
        .split('.')
        .take(4)
        .collect::<Vec<_>>()
        .join("."),
        "ipv4.private" => format!(
            "{}.{}.{}",
            draw.pick(&["10.24", "172.18", "192.168"]),
            draw.below(256),
            draw.between(1, 254)
        ),
        "ipv6" => ipv6(draw),
        "mac" => mac(draw),
        "mac.cisco" => draw.pattern("{x4}.{x4}.{x4}"),
        "userinfo" | "userinfo.pair" => {
            format!("{}:{}", draw.pick(&["admin", "deploy", "svc", "sync"]), draw.pattern("{n12}"))
        }
        "coordinates" => coordinates(draw),
        "host" => (*draw.pick(HOSTS)).to_owned(),
        _ => return None,
    })
}

/// Names that no one can own, and domains in which nobody reads mail.
const HOSTS: &[&str] = &[
    "example.go.jp",
    "example.lg.jp",
    "example.co.jp",
    "example.ac.jp",
    "mail.example.jp",
    "example.com",
    "digital.example.go.jp",
    "pref.example.lg.jp",
    "city.example.lg.jp",
    "example.ne.jp",
];

fn mailbox(draw: &mut Draw) -> String {
    let family = *draw.pick(&[
        "sato",
        "suzuki",
        "tanaka",
        "watanabe",
        "ito",
        "nakamura",
        "kobayashi",
        "yoshida",
        "hayashi",
        "mori",
        "abe",
        "ishikawa",
    ]);
    let given =
        *draw.pick(&["taro", "hanako", "kenji", "yuki", "makoto", "akiko", "ryo", "emi", "jun", "naoki"]);
    match draw.below(7) {
        0 => format!("{given}.{family}"),
        1 => format!("{family}-{}", &given[..1]),
        2 => format!("{}{family}{}", &given[..1], draw.number(2)),
        3 => format!("{family}_{given}"),
        4 => format!("{family}+{}", draw.pick(&["news", "work", "form"])),
        5 => format!("{family}.{given}.{}", draw.pattern("{l2}{d1}")),
        _ => family.to_owned(),
    }
}

fn email(draw: &mut Draw) -> String {
    let plain = format!("{}@{}", mailbox(draw), draw.pick(HOSTS));
    match draw.below(8) {
        0 => plain.replace('@', "＠"),
        1 => spell(&plain, "wide").unwrap_or(plain),
        _ => plain,
    }
}

fn ipv6(draw: &mut Draw) -> String {
    let block = draw.pattern("{x4}");
    match draw.below(4) {
        0 => format!("2400:8500:{block}::{}", draw.pattern("{x2}")),
        1 => format!("fe80::{}", draw.pattern("{x4}:{x4}:{x4}:{x4}")),
        2 => format!("fd{}:{block}:1::{}", draw.pattern("{x2}"), draw.pattern("{x3}")),
        _ => format!("2400:{block}:{}", draw.pattern("{x4}:{x4}:{x4}:{x4}:{x4}:{x4}")),
    }
}

fn mac(draw: &mut Draw) -> String {
    let pairs: Vec<String> = (0..6).map(|_| draw.pattern("{x2}")).collect();
    match draw.below(3) {
        0 => pairs.join(":"),
        1 => pairs.join("-").to_uppercase(),
        _ => pairs.join(":").to_uppercase(),
    }
}

fn coordinates(draw: &mut Draw) -> String {
    let (north, east) = (draw.between(26, 44), draw.between(127, 145));
    match draw.below(3) {
        0 => format!(
            "北緯{north}度{}分{}秒、東経{east}度{}分{}秒",
            draw.between(0, 59),
            draw.between(0, 59),
            draw.between(0, 59),
            draw.between(0, 59)
        ),
        1 => format!("{north}.{}, {east}.{}", draw.digits(6), draw.digits(6)),
        _ => format!(
            "{north}°{}'{}\"N {east}°{}'{}\"E",
            draw.between(10, 59),
            draw.between(10, 59),
            draw.between(10, 59),
            draw.between(10, 59)
        ),
    }
}
