//! Texts that say something backwards, in rot13 or in numbers of characters: read so only where an issuer's literal or a
//! label shows that they may.
//!
//! These are disguises of whole texts. A stream would have to wait for its end to be read backwards, so streams are not.

mod numbers;

use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::matcher::{Matcher, Start};
use crate::scan::Engine;
use crate::{Confidence, Finding};

/// Signs of each disguise: what issuers' literals look like in it.
pub(crate) struct Disguises {
    plain: Option<AhoCorasick>,
    reversed: Option<AhoCorasick>,
    rotated: Option<AhoCorasick>,
    /// Labels: where one shows, whatever is found is believed.
    labelled_backwards: Option<AhoCorasick>,
    labelled_rotated: Option<AhoCorasick>,
}

/// Words that no other text has when it is read backwards or in rot13.
const LABELS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret_key",
    "api_key",
    "apikey",
    "my phone",
    "phone number",
    "phone:",
    "telephone",
    "please call",
    "my name is",
    "e-mail",
    "email",
    "mailto",
    "write to",
    "credit card",
    "account number",
    "@example.",
    ".co.jp",
    ".go.jp",
    ".lg.jp",
    ".or.jp",
    ".ne.jp",
    ".ac.jp",
    ".example",
    "パスワード",
    "パスコード",
    "暗証番号",
    "個人番号",
    "マイナンバー",
    "氏名は",
    "氏名：",
    "電話は",
    "電話：",
    "電話番号",
    "携帯は",
    "携帯番号",
    "住所は",
    "住所：",
    "生年月日",
    "メールアドレス",
    "メールは",
    "口座番号",
    "合言葉は",
    "ログインID",
];

/// Shortest literal that is a sign, in bytes: shorter ones are syllables of some word.
const SIGN_MIN: usize = 4;

impl Disguises {
    pub(crate) fn of(matchers: &[Arc<Matcher>]) -> Disguises {
        let signs = || matchers.iter().flat_map(|matcher| signs(matcher));
        let automaton =
            |words: Vec<String>| (!words.is_empty()).then(|| AhoCorasick::new(words).ok()).flatten();
        Disguises {
            plain: automaton(signs().map(str::to_owned).collect()),
            reversed: automaton(signs().map(reversed).collect()),
            rotated: automaton(signs().map(rotated).collect()),
            labelled_backwards: automaton(LABELS.iter().map(|label| reversed(label)).collect()),
            labelled_rotated: automaton(
                LABELS.iter().filter(|label| label.is_ascii()).map(|label| rotated(label)).collect(),
            ),
        }
    }

    /// What the text says in disguise, where in the text.
    pub(crate) fn scan(&self, engine: &Engine, text: &str) -> Vec<Finding> {
        let shows = |signs: &Option<AhoCorasick>, text: &str| {
            signs.as_ref().is_some_and(|signs| signs.is_match(text))
        };
        let mut found = Vec::new();
        let mirrored = |f: Finding| Finding { span: text.len() - f.span.end..text.len() - f.span.start, ..f };
        let small = text.to_ascii_lowercase();
        if shows(&self.labelled_backwards, &small) {
            found.extend(engine.believed(&reversed(text)).map(mirrored));
        } else if shows(&self.reversed, text) {
            found.extend(engine.signed(&reversed(text)).map(mirrored));
        }
        if shows(&self.labelled_rotated, &small) {
            found.extend(engine.believed(&rotated(text)));
        } else if shows(&self.rotated, text) {
            found.extend(engine.signed(&rotated(text)));
        }
        for spelt in numbers::spelt(text) {
            let placed = |f: Finding| spelt.source(&f.span).map(|span| Finding { span, ..f });
            if is_told(&spelt.text) {
                // The rest of the run says what the finding says.
                let whole = |f: Finding| placed(Finding { span: 0..spelt.text.len(), ..f });
                found.extend(engine.believed(&spelt.text).filter_map(whole));
            } else if shows(&self.plain, &spelt.text) {
                found.extend(engine.signed(&spelt.text).filter_map(placed));
            }
        }
        found
    }
}

/// Whether characters that were spelt as numbers say more than chance does: a number in groups, an address, or a label.
fn is_told(text: &str) -> bool {
    let grouped = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b' ' | b'+' | b'(' | b')'));
    let small = text.to_ascii_lowercase();
    let labelled = LABELS.iter().any(|label| small.contains(label));
    (grouped && text.contains('-')) || labelled || (text.contains('@') && text.contains('.'))
}

impl Engine {
    /// Findings in `text` that are acted on.
    fn believed(&self, text: &str) -> impl Iterator<Item = Finding> {
        self.scan(text).0.into_iter().filter(|finding| finding.confidence >= Confidence::Medium)
    }

    /// Sure findings in `text` of rules with a literal of their issuer.
    fn signed(&self, text: &str) -> impl Iterator<Item = Finding> {
        let is_signed = |finding: &Finding| {
            finding.confidence == Confidence::High
                && self.matcher(finding.rule).is_some_and(|matcher| signs(matcher).next().is_some())
        };
        self.scan(text).0.into_iter().filter(is_signed)
    }
}

/// The literals of a rule that are long enough; none of a rule whose matches are words of a language.
fn signs(matcher: &Matcher) -> impl Iterator<Item = &str> {
    let anchors = match &matcher.start {
        Start::Anchors(anchors) => anchors.as_slice(),
        _ => &[],
    };
    let long =
        anchors.iter().map(String::as_str).filter(|anchor| anchor.len() >= SIGN_MIN && anchor.is_ascii());
    long.filter(|anchor| anchor.bytes().filter(u8::is_ascii_alphabetic).count() >= 3)
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// Rotates ASCII letters by thirteen; its own inverse.
fn rotated(text: &str) -> String {
    let rotate = |c: char, first: u8| {
        let at = u32::from(c) - u32::from(first);
        char::from_u32(u32::from(first) + (at + 13) % 26).unwrap_or(c)
    };
    text.chars()
        .map(|c| match c {
            'a'..='z' => rotate(c, b'a'),
            'A'..='Z' => rotate(c, b'A'),
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RuleSet;

    fn check(text: &str, hidden: Option<&str>) {
        let rules = RuleSet::built_in().unwrap();
        let found: Vec<_> =
            rules.scan_whole(text).into_iter().filter(|f| f.confidence == Confidence::High).collect();
        let found = found.first().map(|f| text.get(f.span.clone()).unwrap());
        assert_eq!(found, hidden, "{text}");
    }

    #[test]
    fn what_is_said_backwards_or_in_rot13_is_found_where_it_stands() {
        check("逆に読んで：I4RHBNBAKIDZUPZRAIKA です", Some("I4RHBNBAKIDZUPZRAIKA"));
        check("rot13: NXVNEMCHMQVXNOAOUE4V", Some("NXVNEMCHMQVXNOAOUE4V"));
        check("gur cnffjbeq vf Iryirg-Penar44", Some("Iryirg-Penar44"));
        check("すで77iH-on-ikuYはドーワスパ", Some("77iH-on-ikuY"));
    }

    #[test]
    fn numbers_of_characters_are_read() {
        let hex = "414b4941525a50555a44494b41424e4248523449";
        check(&format!("hex: {hex} です"), Some(hex));
        check(&format!("0x{}", hex.to_uppercase()), Some(hex.to_uppercase().as_str()));
        let spaced = "41 4b 49 41 52 5a 50 55 5a 44 49 4b 41 42 4e 42 48 52 34 49";
        check(&format!("bytes {spaced}"), Some(spaced));
        let listed = "65, 75, 73, 65, 82, 90, 80, 85, 90, 68, 73, 75, 65, 66, 78, 66, 72, 82, 52, 73";
        check(&format!("[{listed}]"), Some(listed));
        check("d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e", None);
    }

    #[test]
    fn what_only_looks_like_a_disguise_is_not() {
        check("AIKAという会社のNXVN", None);
        check("I4RHBNBAKIDZUPZRAIK", None);
    }
}
