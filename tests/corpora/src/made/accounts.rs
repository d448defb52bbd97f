//! Accounts at banks and cards that pay.

use std::sync::LazyLock;

use crate::check::{digits, luhn, mod97};
use crate::draw::Draw;

static BANKS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    include_str!("../../words/banks.txt").lines().filter_map(|l| l.split_once('|')).collect()
});

/// Makes what belongs to an account.
pub fn make(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "bank" => draw.pick(&BANKS).0.to_owned(),
        "branch" => {
            let name = draw.pick(&[
                "本店営業部",
                "霞が関支店",
                "新宿支店",
                "駅前支店",
                "県庁支店",
                "大通支店",
                "栄町支店",
            ]);
            (*name).to_owned()
        }
        "branch-code" => draw.digits(3),
        "bank-code" => draw.pick(&BANKS).1.to_owned(),
        "bank-account" => draw.number(7),
        "bank-account.coded" => format!("{}-{}-{}", draw.pick(&BANKS).1, draw.digits(3), draw.number(7)),
        "yucho" => format!("1{}0-{}1", draw.digits(3), draw.number(7)),
        "yucho.symbol" => format!("1{}0", draw.digits(3)),
        "yucho.number" => format!("{}1", draw.number(7)),
        "credit-card" => laid_out(draw),
        "credit-card.plain" => card(draw),
        "credit-card.bad" => {
            let card = card(draw);
            let (body, last) = card.split_at(card.len() - 1);
            format!("{body}{}", (last.parse::<u32>().unwrap_or(0) + 1) % 10)
        }
        "iban" => iban(draw),
        "swift" => swift(draw),
        _ => return None,
    })
}

fn card(draw: &mut Draw) -> String {
    let issuer = *draw.pick(&[
        "4{d14}",
        "4{d14}",
        "51{d13}",
        "53{d13}",
        "2223{d11}",
        "3530{d11}",
        "3568{d11}",
        "37{d12}",
        "36{d11}",
    ]);
    let body = draw.pattern(issuer);
    format!("{body}{}", luhn(&digits(&body)))
}

/// In groups as embossed: four by four, American Express and Diners by 4-6-5 and 4-6-4.
fn laid_out(draw: &mut Draw) -> String {
    let card = card(draw);
    let gap = *draw.pick(&["", "", " ", "-", " ", "－"]);
    let grouped = match card.len() {
        16 => [&card[..4], &card[4..8], &card[8..12], &card[12..]].join(gap),
        _ => [&card[..4], &card[4..10], &card[10..]].join(gap),
    };
    if gap == "－" { crate::spell::spell(&grouped, "wide").unwrap_or(grouped) } else { grouped }
}

fn iban(draw: &mut Draw) -> String {
    let (country, body) = *draw.pick(&[
        ("DE", "{d18}"),
        ("FR", "{d10}{A11}{d2}"),
        ("GB", "{L4}{d14}"),
        ("NL", "{L4}{d10}"),
        ("IT", "{L1}{d10}{A12}"),
        ("ES", "{d20}"),
        ("BE", "{d12}"),
        ("CH", "{d5}{A12}"),
        ("AT", "{d16}"),
        ("PL", "{d24}"),
    ]);
    let body = draw.pattern(body);
    let check = 98 - mod97(&format!("{body}{country}00"));
    let iban = format!("{country}{check:02}{body}");
    if draw.percent(50) { crate::spell::spell(&iban, "four").unwrap_or(iban) } else { iban }
}

fn swift(draw: &mut Draw) -> String {
    let bank = draw.pick(&[
        "MHCBJPJT", "BOTKJPJT", "SMBCJPJT", "DEUTDEFF", "BNPAFRPP", "BARCGB22", "CHASUS33", "HYVEDEMM",
    ]);
    let branch = *draw.pick(&["", "", "XXX", "500"]);
    format!("{bank}{branch}")
}
