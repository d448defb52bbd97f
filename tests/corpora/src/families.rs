//! Which findings answer which gold spans: the table to edit when rules get other categories.
//!
//! A pattern matches a category and all below it: `pii.phone` matches `pii.phone` and `pii.phone.mobile`.

/// A kind of gold span.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Gold category, or the beginning of several.
    pub gold: &'static str,
    /// What is aimed at, in percent of spans covered.
    pub aim: f64,
    /// Findings that count as seeing it.
    pub covers: &'static [&'static str],
    /// Findings that name it rightly.
    pub right: &'static [&'static str],
}

const PII: &[&str] = &["pii"];
const SECRET: &[&str] = &["secret"];
const MARKING: &[&str] = &["marking"];
/// A password in an address is both.
const BOTH: &[&str] = &["pii", "secret"];

const fn family(
    gold: &'static str,
    aim: f64,
    covers: &'static [&'static str],
    right: &'static [&'static str],
) -> Family {
    Family { gold, aim, covers, right }
}

/// The first row whose `gold` matches is meant; order is that of the report.
pub const FAMILIES: &[Family] = &[
    family("my-number", 99.0, PII, &["pii.jp.my-number"]),
    family("corporate-number", 99.0, PII, &["pii.jp.corporate-number"]),
    family("invoice-number", 99.0, PII, &["pii.jp.invoice-number", "pii.jp.corporate-number"]),
    family(
        "driver-licence",
        99.0,
        PII,
        &["pii.jp.driver-licence", "pii.jp.driver-license", "pii.jp.drivers-licence"],
    ),
    family("passport", 99.0, PII, &["pii.jp.passport", "pii.passport"]),
    family("residence-card", 99.0, PII, &["pii.jp.residence-card"]),
    family(
        "pension-number",
        99.0,
        PII,
        &["pii.jp.pension-number", "pii.jp.pension", "pii.jp.basic-pension-number"],
    ),
    family(
        "insurer-number",
        99.0,
        PII,
        &["pii.jp.health-insurance", "pii.jp.insurer-number", "pii.jp.insurance"],
    ),
    family("insurance-card", 99.0, PII, &["pii.jp.health-insurance", "pii.jp.insurance", "pii.jp.insured"]),
    family(
        "nursing-insurance",
        99.0,
        PII,
        &[
            "pii.jp.nursing-insurance",
            "pii.jp.nursing-care",
            "pii.jp.care-insurance",
            "pii.jp.long-term-care",
            "pii.jp.insurance",
        ],
    ),
    family("employment-insurance", 99.0, PII, &["pii.jp.employment-insurance", "pii.jp.insurance"]),
    family(
        "resident-code",
        99.0,
        PII,
        &["pii.jp.resident-code", "pii.jp.resident-record", "pii.jp.juminhyo"],
    ),
    family("card-serial", 99.0, PII, &["pii.jp.card-serial", "pii.jp.my-number-card", "pii.jp.mncard"]),
    family("bank-account", 99.0, PII, &["pii.jp.bank-account", "pii.jp.bank"]),
    family("yucho", 99.0, PII, &["pii.jp.bank-account", "pii.jp.bank", "pii.jp.yucho"]),
    family(
        "plate",
        99.0,
        PII,
        &["pii.jp.vehicle-plate", "pii.jp.vehicle", "pii.jp.plate", "pii.jp.number-plate"],
    ),
    family("employee-number", 99.0, PII, &["pii.jp.employee-number", "pii.employee-number"]),
    family(
        "birth-date",
        99.0,
        PII,
        &[
            "pii.jp.birth-date",
            "pii.birth-date",
            "pii.jp.date-of-birth",
            "pii.date-of-birth",
            "pii.jp.birth",
            "pii.birth",
        ],
    ),
    family("postal-code", 99.0, PII, &["pii.jp.postal-code", "pii.jp.address", "pii.address"]),
    family("phone.extension", 99.0, PII, &["pii.phone", "pii.jp.phone"]),
    family("phone", 99.0, PII, &["pii.phone", "pii.jp.phone"]),
    family("email", 99.0, PII, &["pii.email"]),
    family("credit-card", 99.0, PII, &["pii.credit-card"]),
    family("address", 95.0, PII, &["pii.jp.address", "pii.address"]),
    family("name.common", 95.0, PII, &["pii.jp.name", "pii.name", "pii.jp.person", "pii.person"]),
    family("name.rare", 75.0, PII, &["pii.jp.name", "pii.name", "pii.jp.person", "pii.person"]),
    family("name.kana", 75.0, PII, &["pii.jp.name", "pii.name", "pii.jp.person", "pii.person"]),
    family("name.romaji", 75.0, PII, &["pii.jp.name", "pii.name", "pii.jp.person", "pii.person"]),
    family("iban", 99.0, PII, &["pii.iban", "pii.bank"]),
    family("swift", 99.0, PII, &["pii.swift", "pii.bic", "pii.bank"]),
    family("ssn", 99.0, PII, &["pii.national-id.us", "pii.tax-id"]),
    family("mrz", 99.0, PII, &["pii.mrz", "pii.passport", "pii.jp.passport"]),
    family("ip", 99.0, PII, &["pii.ip", "pii.ip-address", "pii.ipv4", "pii.ipv6", "pii.network"]),
    family("mac", 99.0, PII, &["pii.mac", "pii.mac-address", "pii.network"]),
    family("coordinates", 99.0, PII, &["pii.coordinates", "pii.location", "pii.geo"]),
    family("userinfo", 99.0, BOTH, &["pii.url-user", "secret"]),
    family("vat", 99.0, PII, &["pii.company-id", "pii.tax-id"]),
    family("foreign-id", 99.0, PII, &["pii"]),
    family("secret.format", 99.0, SECRET, SECRET),
    family("secret.block", 99.0, SECRET, SECRET),
    family("said", 95.0, BOTH, SECRET),
    family("disguised", 95.0, BOTH, BOTH),
    family("marking.level-1", 99.0, MARKING, &["marking.level-1"]),
    family("marking.level-2", 99.0, MARKING, &["marking.level-2"]),
    family("marking.level-3", 99.0, MARKING, &["marking.level-3"]),
    family("marking.secret", 99.0, MARKING, MARKING),
    family("marking.handling", 99.0, MARKING, MARKING),
    family("marking.foreign", 99.0, MARKING, MARKING),
];

/// Whether `pattern` is this category or one above it.
pub fn within(category: &str, pattern: &str) -> bool {
    category.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The row of a gold category; nothing for one that the table does not know.
pub fn of(gold: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| within(gold, family.gold))
}
