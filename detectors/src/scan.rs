//! One text through all rules: views, candidates, checks; findings mapped back to the original.
//!
//! Work is bounded by the length of the text. A candidate is an anchor's occurrence or the first digit of a run;
//! each reads at most `MATCH_MAX` bytes a pattern and a fixed window around a match. Nothing else is searched for.

use aho_corasick::{AhoCorasick, MatchKind};

use crate::matcher::Matcher;
use crate::view::Reading;
use crate::views::Views;
use crate::{Finding, RuleIndex};

/// Everything that scanning needs, built once.
pub(crate) struct Engine {
    anchors: Option<AhoCorasick>,
    /// For each anchor, the rules it is a sign of.
    anchored: Vec<Vec<u16>>,
    digit_rules: Vec<u16>,
    matchers: Vec<Matcher>,
}

impl Engine {
    pub(crate) fn new(matchers: Vec<Matcher>) -> Result<Self, String> {
        let mut words: Vec<&str> = Vec::new();
        let mut anchored: Vec<Vec<u16>> = Vec::new();
        let mut digit_rules = Vec::new();
        for (index, matcher) in (0u16..).zip(&matchers) {
            if matcher.anchors.is_empty() {
                digit_rules.push(index);
            }
            for anchor in &matcher.anchors {
                let at = words.iter().position(|word| word == anchor).unwrap_or_else(|| {
                    words.push(anchor);
                    anchored.push(Vec::new());
                    words.len() - 1
                });
                anchored.get_mut(at).into_iter().for_each(|rules| rules.push(index));
            }
        }
        let build = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&words);
        let anchors = build.map_err(|error| format!("the anchors do not compile: {error}"))?;
        Ok(Self { anchors: (!words.is_empty()).then_some(anchors), anchored, digit_rules, matchers })
    }

    /// Findings in `text` by start, and the work done in bytes read (for the test that it is bounded).
    pub(crate) fn scan(&self, text: &str) -> (Vec<Finding>, u64) {
        let mut work = 0;
        let mut findings = self.scan_view(Reading::of(text), &mut work);
        let views = Views::of(text);
        for (view, back) in views.iter() {
            let inside = self.scan_view(view, &mut work);
            findings.extend(inside.into_iter().map(|f| Finding { span: back(f.span), ..f }));
        }
        (distinct(findings), work)
    }

    fn scan_view(&self, reading: Reading<'_>, work: &mut u64) -> Vec<Finding> {
        let mut pass = Pass { reading, work, findings: Vec::new(), covered: vec![0; self.matchers.len()] };
        if let Some(anchors) = &self.anchors {
            for hit in anchors.find_overlapping_iter(reading.text) {
                let rules = self.anchored.get(hit.pattern().as_usize()).map_or(&[][..], Vec::as_slice);
                self.try_rules(rules, hit.start(), &mut pass);
            }
        }
        if !self.digit_rules.is_empty() {
            for at in digit_starts(reading) {
                self.try_rules(&self.digit_rules, at, &mut pass);
            }
        }
        pass.findings
    }

    fn try_rules(&self, rules: &[u16], at: usize, pass: &mut Pass<'_>) {
        for &rule in rules {
            let Some(matcher) = self.matchers.get(usize::from(rule)) else {
                continue;
            };
            let Some(covered) = pass.covered.get_mut(usize::from(rule)).filter(|end| **end <= at) else {
                continue;
            };
            if let Some((span, confidence)) = matcher.find_at(pass.reading, at, pass.work) {
                // A long body is read once: an anchor inside it begins nothing new.
                if matcher.is_long() {
                    *covered = span.end;
                }
                pass.findings.push(Finding { rule: RuleIndex(rule), span, confidence });
            }
        }
    }
}

/// One view's way through the rules.
struct Pass<'a> {
    reading: Reading<'a>,
    work: &'a mut u64,
    findings: Vec<Finding>,
    /// For each rule, the end of its last long finding.
    covered: Vec<usize>,
}

/// First digit of each run that does not continue an ASCII word.
fn digit_starts(reading: Reading<'_>) -> impl Iterator<Item = usize> {
    let digits = reading.text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit());
    digits.map(|(at, _)| at).filter(move |&at| reading.parted(at))
}

/// Sorted by start, longest first; a finding inside another of the same rule joins it, with the higher confidence.
fn distinct(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|f| (f.rule, f.span.start, std::cmp::Reverse(f.span.end)));
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match kept.last_mut() {
            Some(last) if last.rule == finding.rule && finding.span.end <= last.span.end => {
                last.confidence = last.confidence.max(finding.confidence);
            }
            _ => kept.push(finding),
        }
    }
    kept.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end), f.rule));
    kept
}

#[cfg(test)]
mod tests {
    use crate::RuleSet;

    /// Bytes read for each byte of text, however hostile: the sum over all rules of what one candidate may read,
    /// divided by the bytes that a candidate needs.
    const WORK_PER_BYTE: u64 = 1_000;

    #[test]
    fn work_grows_with_the_text_and_not_faster() {
        let rules = RuleSet::built_in().unwrap();
        let patterns = [
            "1",
            "12 ",
            "1 ",
            "1-",
            "0",
            "03-",
            "4111 ",
            "@",
            "a@",
            "a@b.",
            "a.",
            "aaaaaaaa@",
            "AKIA",
            "ghp_",
            "sk-",
            "sk-proj-a",
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN ",
            "機密性",
            "【機密性2",
            "機密性2情報",
            "秘",
            "【秘",
            "+81",
            "T1",
            "(0",
            "〒1",
            "%41",
            "%25",
            "\\u0041",
            "&#65;",
            "&",
            "QUtJ",
            "１",
            "ー",
            "－ ",
            "\u{200b}",
            "一",
            "ﾊﾞ",
            "か\u{3099}",
            "[a:1]",
            "[",
            "]",
            "\u{fdfa}",
            "123456789018 ",
            "1234 5678 9018\n",
            "番号123456789018",
            "(",
            "|機密性2情報",
        ];
        for pattern in patterns {
            let short = pattern.repeat(2_000 / pattern.len());
            let long = pattern.repeat(20_000 / pattern.len());
            let (work, more) = (rules.work(&short), rules.work(&long));
            assert!(more <= WORK_PER_BYTE * long.len() as u64, "{pattern}: {more} for {} bytes", long.len());
            assert!(more <= 12 * work.max(2_000), "{pattern}: {work} grows to {more}");
        }
    }

    #[test]
    fn text_without_signs_is_read_by_no_rule() {
        let rules = RuleSet::built_in().unwrap();
        assert_eq!(rules.work("今日は晴れです。A quick brown fox jumps over the lazy dog."), 0);
    }
}
