//! Addresses, postal codes, telephone numbers and number plates, of real municipalities and made-up doors.

use std::sync::LazyLock;

use crate::draw::Draw;
use crate::spell::spell;

struct Place {
    prefecture: &'static str,
    municipality: &'static str,
    postal: &'static str,
    area: &'static str,
    towns: Vec<&'static str>,
}

static PLACES: LazyLock<Vec<Place>> =
    LazyLock::new(|| include_str!("../../words/places.txt").lines().filter_map(place).collect());
static KYOTO: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("../../words/kyoto.txt").lines().collect());
static PLATES: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../words/plates.txt").split_whitespace().collect());
static BUILDINGS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../words/buildings.txt").lines().collect());

fn place(line: &'static str) -> Option<Place> {
    let mut fields = line.split('|');
    Some(Place {
        prefecture: fields.next()?,
        municipality: fields.next()?,
        postal: fields.next()?,
        area: fields.next()?,
        towns: fields.next()?.split(',').collect(),
    })
}

/// Makes what a place has.
pub fn make(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "address" => any_address(draw),
        "address.full" => address(draw, true),
        "address.short" => address(draw, false),
        "address.building" => format!("{}{}", address(draw, true), building(draw)),
        "address.kyoto" => format!("{}{}番地", draw.pick(&KYOTO), draw.between(2, 680)),
        "address.sapporo" => sapporo(draw),
        "address.kanji" => kanji(draw),
        "address.town" => town_and_door(draw),
        "address.hyphens" => hyphens(draw),
        "building" => building(draw),
        "municipality" => format!("{}{}", draw.pick(&PLACES).prefecture, draw.pick(&PLACES).municipality),
        "prefecture" => draw.pick(&PLACES).prefecture.to_owned(),
        "town" => {
            let place = draw.pick(&PLACES);
            place.municipality.to_owned()
        }
        "postal-code" => postal(draw),
        "postal-code.bare" => postal(draw).replace('-', ""),
        "phone" => any_phone(draw),
        "phone.mobile" => format!("0{}0-{}-{}", draw.pick(&["7", "8", "9"]), draw.number(4), draw.digits(4)),
        "phone.plain" => format!("0{}0{}{}", draw.pick(&["7", "8", "9"]), draw.number(4), draw.digits(4)),
        "phone.ip" => format!("050-{}-{}", draw.number(4), draw.digits(4)),
        "phone.free" => free(draw),
        "phone.landline" => landline(draw, "-", "-"),
        "phone.brackets" => landline(draw, "(", ")"),
        "phone.area-brackets" => area_in_brackets(draw),
        "phone.abroad" => abroad(draw),
        "extension" => draw.number(4),
        "plate" => plate(draw),
        _ => return None,
    })
}

fn door(draw: &mut Draw) -> String {
    let (a, b, c) = (draw.between(1, 8), draw.between(1, 40), draw.between(1, 30));
    match draw.below(6) {
        0 => format!("{a}丁目{b}番{c}号"),
        1 => format!("{a}丁目{b}-{c}"),
        2 => format!("{a}-{b}-{c}"),
        3 => spell(&format!("{a}－{b}－{c}"), "wide-digits").unwrap_or_default(),
        4 => format!("{}番地{c}", draw.between(2, 2400)),
        _ => format!("{}-{c}", draw.between(2, 900)),
    }
}

fn address(draw: &mut Draw, prefecture: bool) -> String {
    let place = draw.pick(&PLACES);
    let town = draw.pick(&place.towns);
    let prefecture = if prefecture { place.prefecture } else { "" };
    format!("{prefecture}{}{town}{}", place.municipality, door(draw))
}

fn any_address(draw: &mut Draw) -> String {
    match draw.below(12) {
        0..=3 => address(draw, true),
        4..=5 => address(draw, false),
        6..=7 => format!("{}{}", address(draw, true), building(draw)),
        8 => format!("{}{}番地", draw.pick(&KYOTO), draw.between(2, 680)),
        9 => sapporo(draw),
        10 => kanji(draw),
        _ => hyphens(draw),
    }
}

fn town_and_door(draw: &mut Draw) -> String {
    let place = draw.pick(&PLACES);
    let town = draw.pick(&place.towns);
    format!("{town}{}丁目{}番{}号", draw.between(1, 6), draw.between(1, 40), draw.between(1, 20))
}

fn building(draw: &mut Draw) -> String {
    let name = draw.pick(&BUILDINGS);
    let room = draw.between(1, 14) * 100 + draw.between(1, 12);
    match draw.below(4) {
        0 => format!(" {name}{room}号室"),
        1 => format!("　{name}{room}"),
        2 => format!("{name}{room}号"),
        _ => format!(" {name} {room}"),
    }
}

fn sapporo(draw: &mut Draw) -> String {
    let ward = draw.pick(&["中央区", "北区", "東区", "白石区"]);
    let row = ["一", "二", "三", "四", "五", "十二", "二十"];
    let (side, way) = *draw.pick(&[("北", "西"), ("南", "西"), ("北", "東"), ("南", "東")]);
    let door = format!("{}丁目{}-{}", draw.between(1, 25), draw.between(1, 9), draw.between(1, 30));
    match draw.below(3) {
        0 => format!("北海道札幌市{ward}{side}{}条{way}{door}", draw.pick(&row)),
        1 => format!("札幌市{ward}{side}{}条{way}{door}", draw.between(1, 30)),
        _ => format!("旭川市{}条通{door}", draw.between(1, 20)),
    }
}

fn kanji(draw: &mut Draw) -> String {
    let place = draw.pick(&PLACES);
    let town = draw.pick(&place.towns);
    let number = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十二", "二十三", "三十一"];
    format!(
        "{}{}{town}{}丁目{}番{}号",
        place.prefecture,
        place.municipality,
        draw.pick(&number[..6]),
        draw.pick(&number),
        draw.pick(&number)
    )
}

/// With a hyphen that is none: a minus, a dash, a long vowel mark.
fn hyphens(draw: &mut Draw) -> String {
    let place = draw.pick(&PLACES);
    let town = draw.pick(&place.towns);
    let hyphen = draw.pick(&["−", "‐", "–", "ー", "－", "の"]);
    let (a, b, c) = (draw.between(1, 7), draw.between(1, 30), draw.between(1, 20));
    let door = format!("{a}{hyphen}{b}{hyphen}{c}");
    let door = if draw.percent(50) { spell(&door, "wide-digits").unwrap_or_default() } else { door };
    format!("{}{}{town}{door}", place.prefecture, place.municipality)
}

fn postal(draw: &mut Draw) -> String {
    format!("{}-{}", draw.pick(&PLACES).postal, draw.digits(4))
}

/// Area code and exchange have six digits together; the line has four.
fn landline(draw: &mut Draw, open: &str, close: &str) -> String {
    let area = draw.pick(&PLACES).area;
    let exchange = draw.pattern(&format!("{}{{d{}}}", draw.clone().chars("2345678", 1), 5 - area.len()));
    let exchange = if area.len() == 5 { draw.chars("23456789", 1) } else { exchange };
    format!("{area}{open}{exchange}{close}{}", draw.digits(4))
}

fn area_in_brackets(draw: &mut Draw) -> String {
    let number = landline(draw, "|", "-");
    number.split_once('|').map_or_else(String::new, |(area, rest)| format!("({area}){rest}"))
}

fn free(draw: &mut Draw) -> String {
    match draw.below(3) {
        0 => format!("0120-{}-{}", draw.number(3), draw.digits(3)),
        1 => format!("0800-{}-{}", draw.number(3), draw.digits(4)),
        _ => format!("0570-{}-{}", draw.digits(3), draw.digits(3)),
    }
}

fn abroad(draw: &mut Draw) -> String {
    let national = any_domestic(draw);
    format!("+81-{}", national.trim_start_matches('0'))
}

fn any_domestic(draw: &mut Draw) -> String {
    let maker = *draw.pick(&["phone.mobile", "phone.mobile", "phone.landline", "phone.ip"]);
    make(draw, maker).unwrap_or_default()
}

fn any_phone(draw: &mut Draw) -> String {
    match draw.below(20) {
        0..=4 => any_domestic(draw),
        5..=7 => landline(draw, "-", "-"),
        8 => free(draw),
        9 => landline(draw, "(", ")"),
        10 => area_in_brackets(draw),
        11 => spell(&any_domestic(draw), "wide").unwrap_or_default(),
        12 => any_domestic(draw).replace('-', "ー"),
        13 => any_domestic(draw).replace('-', " "),
        14 => any_domestic(draw).replace('-', "−"),
        15 => abroad(draw),
        16 => abroad(draw).replace('-', " "),
        17 => any_domestic(draw).replace('-', "."),
        18 => landline(draw, "（", "）"),
        _ => any_domestic(draw).replace('-', ""),
    }
}

fn plate(draw: &mut Draw) -> String {
    let class = draw.pick(&["300", "330", "500", "530", "580", "100", "800", "50", "33", "3A0", "33F"]);
    let kana = draw.pick(&[
        "あ", "い", "う", "か", "き", "さ", "す", "せ", "た", "な", "に", "は", "ま", "み", "も", "や", "ら",
        "わ", "れ",
    ]);
    let (place, gap) = (draw.pick(&PLATES), draw.pick(&["", " ", "　"]));
    let number = match draw.below(4) {
        0 => format!("{}-{}", draw.number(2), draw.digits(2)),
        1 => format!("・{}-{}", draw.number(1), draw.digits(2)),
        2 => spell(&format!("{}-{}", draw.number(2), draw.digits(2)), "wide").unwrap_or_default(),
        _ => draw.number(4),
    };
    format!("{place}{gap}{class}{gap}{kana}{gap}{number}")
}
