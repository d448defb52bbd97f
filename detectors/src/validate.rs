//! What a shape alone cannot say: check digits, issuer tables, traps.

mod believed;
mod born;
mod credentials;
mod exfil;
mod issuers;
mod japan;
mod japan_dates;
mod mailbox;
mod mrz;
mod names;
mod numbers;
mod offices;
mod pairs;
mod password;
mod places;
mod published;
mod random;
mod romaji;
mod spoken;
mod tokens;
mod told;
mod wallets;
mod words;
mod world;

pub use tokens::checksum;

/// What a validator says of a match.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Verdict {
    /// It is what the rule names.
    Keep,
    /// It has the form, but a sign is missing: one step less sure. Used where a wrong checksum is no proof,
    /// because issuers' own samples have wrong ones.
    Lower,
    /// It looks like something else that this shape is common for: only a label nearby makes it a finding.
    NeedsLabel,
    /// It is not what the rule names.
    Reject,
}

/// A check on what stands before a match, the match, and the characters behind it, [`BESIDE_CHARS`] of them at most. It
/// may look no further than to the first of them that is no letter and no digit.
pub(crate) type Beside = fn(&str, &str, &str) -> Verdict;

/// How many characters behind a match are looked at.
pub(crate) const BESIDE_CHARS: usize = 8;

/// Every such check that a rule file may name.
pub(crate) const BESIDES: &[(&str, Beside)] = &[
    ("jp-name", names::beside::full),
    ("jp-surname", names::beside::titled),
    ("jp-surname-alone", names::beside::alone),
    ("jp-said", names::beside::said),
    ("jp-lead", names::beside::lead),
    ("jp-reading", names::beside::reading),
    ("jp-behind-title", names::beside::behind_title),
    ("jp-kin", names::beside::kin),
    ("jp-line", names::beside::line),
    ("jp-speaker", names::beside::speaker),
    ("jp-column", names::beside::column),
    ("jp-house", names::beside::house),
    ("latin", names::beside::latin),
    ("jp-sentence", names::beside::sentence),
    ("jp-kana", names::beside::kana),
    ("katakana", names::beside::katakana),
    ("jp-field", names::company::fielded),
    ("jp-again", names::company::again),
    ("jp-address", places::beside),
    ("jp-named-date", japan_dates::behind_name),
    ("jp-town", places::fragments::beside),
    ("jp-born", born::born),
    ("jp-name-before", born::behind_name),
    ("jp-counted", japan::counted),
    ("told-amid", told::amid),
    ("told-named", told::named),
    ("told-alone", told::alone),
    ("told-user", told::user),
    ("told-standing", told::standing),
    ("told-amid-named", told::amid_named),
];

/// A check on the lines around a match: so many characters before it, the match, and so many behind it.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    pub(crate) back: usize,
    pub(crate) ahead: usize,
    pub(crate) judge: Beside,
}

/// Every such check that a rule file may name.
pub(crate) const AROUND: &[(&str, Around)] = &[(
    "jp-company",
    Around {
        back: names::company::BACK_CHARS,
        ahead: names::company::AHEAD_CHARS,
        judge: names::company::around,
    },
)];

/// A named check on the text of a match.
#[derive(Clone, Copy)]
pub(crate) struct Validator {
    pub(crate) name: &'static str,
    /// Whether it proves arithmetic; such a rule may not be talked away by words nearby.
    pub(crate) checksum: bool,
    pub(crate) judge: fn(&str) -> Verdict,
}

impl Validator {
    /// Keeps everything.
    pub(crate) const NONE: Validator = Validator { name: "none", checksum: false, judge: |_| Verdict::Keep };
}

/// Every validator a rule file may name.
pub(crate) fn validators() -> impl Iterator<Item = &'static Validator> {
    let own = [
        believed::LIST,
        believed::standing::LIST,
        born::LIST,
        credentials::LIST,
        exfil::LIST,
        issuers::LIST,
        japan::LIST,
        japan_dates::LIST,
        mailbox::LIST,
        mrz::LIST,
        names::LIST,
        numbers::LIST,
        offices::LIST,
        pairs::LIST,
        password::LIST,
        places::LIST,
        random::LIST,
        tokens::LIST,
        wallets::LIST,
    ];
    own.into_iter().chain(world::LISTS).flatten()
}

fn keep_if(valid: bool) -> Verdict {
    if valid { Verdict::Keep } else { Verdict::Reject }
}

/// Every one of `texts` is judged so; tells all that are not.
#[cfg(test)]
#[track_caller]
fn check(judge: fn(&str) -> Verdict, expect: Verdict, texts: &[&str]) {
    let judged = texts.iter().map(|text| (*text, judge(text)));
    let wrong: Vec<_> = judged.filter(|(_, found)| *found != expect).collect();
    assert!(wrong.is_empty(), "not {expect:?}: {wrong:?}");
}

/// [`check`] of texts with `|` between.
#[cfg(test)]
#[track_caller]
fn check_all(judge: fn(&str) -> Verdict, expect: Verdict, texts: &str) {
    let texts: Vec<&str> = texts.split('|').map(|text| text.trim_matches(['\n', ' '])).collect();
    check(judge, expect, &texts);
}
