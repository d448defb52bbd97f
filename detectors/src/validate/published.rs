//! Values that standards and vendors print as examples: they stand in every manual, and open nothing.

/// In lower case.
const VALUES: &[&str] = &[
    // RFC 6749 and RFC 6750, in the order in which they come.
    "czzcagrsa3f0mzpnwdfmqmf0m2jw",
    "gx1fbat3bv",
    "7fjfp0zbr1ktdrbnfvdmiw",
    "2yotnfzfejr1zcsicmwpaa",
    "tgzv3jokf0xg5qx2tlkwia",
    "splxlobezqqybys6wxsbia",
    "slav32hkkg",
    "mf_9.b5f-4.1jqm",
    // RFC 5849, and OAuth Core 1.0 before it.
    "kd94hf93k423kf44",
    "pfkkdhi9sl3r4s00",
    "hh5s93j4hdidpola",
    "hdhd0244k9j7ao03",
    "nnch734d00sl2jdk",
    "ad180jjd733klru7",
    "kkk9d7dh3k39sjv7",
    "9djdj82h48djs9d2",
    // RFC 6455 §1.3.
    "dghlihnhbxbszsbub25jzq",
    // AWS Signature Version 4 test suite: its session token.
    "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
];

/// Whether a value, in lower case, is such an example.
pub(super) fn is_published(lower: &str) -> bool {
    let value = lower.trim_end_matches('=');
    VALUES.contains(&value)
}
