//! The laws once more, with rule sets made up on the spot and against a scanner of another make: it has the whole text,
//! tries every rule at every place by hand, and knows no views, windows or automata.

use std::fmt::Write;
use std::sync::Arc;

use proptest::prelude::*;
use sekisho_detectors::{Confidence, Edit, Redactor, RuleFile, RuleIndex, RuleSet, StreamScanner};

use crate::texts::{config, cuts, parts};

/// `anchor` and then `least..=most` characters of `set`; with a word near, sure; `lead` characters may stand before.
#[derive(Clone, Debug)]
struct Plain {
    anchor: &'static str,
    set: &'static str,
    least: usize,
    most: usize,
    lead: usize,
    word: Option<(&'static str, usize)>,
}

fn plain() -> impl Strategy<Value = Plain> {
    let anchor = prop::sample::select(&["ab", "a", "b:", "11", "鍵", "鍵a"][..]);
    let set = prop::sample::select(&["ab", "1", "ab1", ".:"][..]);
    let word = prop::option::of((prop::sample::select(&["印", "b1", "鍵"][..]), 1usize..8));
    (anchor, set, 1usize..4, 0usize..9, prop_oneof![Just(0usize), 1usize..5], word).prop_map(
        |(anchor, set, least, more, lead, word)| Plain { anchor, set, least, most: least + more, lead, word },
    )
}

fn toml(rules: &[Plain]) -> String {
    let mut out = String::new();
    for (number, rule) in rules.iter().enumerate() {
        let Plain { anchor, set, least, most, lead, word } = rule;
        write!(
            out,
            "[[rule]]\nid = 'r{number}'\ncategory = 'c.r{number}'\nname = 'n'\nabout = 'a'\nsources = ['s']\n\
             examples = ['x']\nnegatives = ['x']\nanchors = ['{anchor}']\nconfidence = 'low'\n\
             pattern = '{anchor}[{set}]{{{least},{most}}}'\n"
        )
        .unwrap();
        if *lead > 0 {
            writeln!(out, "lead = '[ab.]{{1,{lead}}}'").unwrap();
        }
        if let Some((word, within)) = word {
            writeln!(out, "[[rule.context]]\nwords = ['{word}']\nconfidence = 'high'\nwithin = {within}")
                .unwrap();
        }
    }
    out
}

fn parted(chars: &[char], at: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_alphanumeric);
    !(word(at.checked_sub(1)) && word(Some(at)))
}

/// Whether `word` stands in `window` as a word.
fn has_word(window: &[char], word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    (0..window.len())
        .any(|at| window[at..].starts_with(&word) && parted(window, at) && parted(window, at + word.len()))
}

impl Plain {
    /// The finding whose anchor stands at `at`, in characters.
    fn at(&self, chars: &[char], at: usize) -> Option<(usize, usize, bool)> {
        let anchor: Vec<char> = self.anchor.chars().collect();
        if !chars[at..].starts_with(&anchor) {
            return None;
        }
        let body = at + anchor.len();
        let fits = |c: &&char| self.set.contains(**c);
        let run = chars[body..].iter().take(self.most).take_while(fits).count();
        let end = (self.least..=run).rev().map(|n| body + n).find(|end| parted(chars, *end))?;
        let start = if self.lead == 0 {
            Some(at).filter(|at| parted(chars, *at))
        } else {
            let run = chars[..at].iter().rev().take(self.lead).take_while(|c| "ab.".contains(**c)).count();
            (1..=run).rev().map(|n| at - n).find(|start| parted(chars, *start))
        }?;
        let sure = self.word.is_some_and(|(word, within)| {
            let before = &chars[start.saturating_sub(within)..start];
            let after = &chars[end..chars.len().min(end + within)];
            has_word(before, word) || has_word(after, word)
        });
        Some((start, end, sure))
    }
}

/// The text redacted by hand; only sure findings count if `sure`.
fn redacted(text: &str, rules: &[Plain], sure: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut found: Vec<(usize, usize, bool, usize)> = Vec::new();
    for (number, rule) in rules.iter().enumerate() {
        let all = (0..chars.len()).filter_map(|at| rule.at(&chars, at)).map(|(s, e, c)| (s, e, c, number));
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|(start, end, ..)| (*start, usize::MAX - end));
        let mut kept: Vec<(usize, usize, bool, usize)> = Vec::new();
        for finding in all {
            match kept.last_mut() {
                Some(last) if finding.1 <= last.1 => last.2 |= finding.2,
                _ => kept.push(finding),
            }
        }
        found.extend(kept);
    }
    found.retain(|(_, _, is_sure, _)| *is_sure || !sure);
    found.sort_by_key(|(start, end, is_sure, rule)| (*start, usize::MAX - end, !is_sure, *rule));
    let (mut out, mut at) = (String::new(), 0);
    let mut rest = found.into_iter().peekable();
    while let Some((start, mut end, _, rule)) = rest.next() {
        while let Some(next) = rest.next_if(|next| next.0 <= end) {
            end = end.max(next.1);
        }
        out.extend(&chars[at..start]);
        write!(out, "[c.r{rule}:1]").unwrap();
        // A placeholder is no label of a link.
        if chars.get(end).is_some_and(|next| "([:".contains(*next)) {
            out.push(' ');
        }
        at = end;
    }
    out.extend(&chars[at..]);
    out
}

struct Owner<'r> {
    rules: &'r RuleSet,
    sure: bool,
}

impl Redactor for Owner<'_> {
    fn redacts(&self, _: RuleIndex, confidence: Confidence) -> bool {
        !self.sure || confidence == Confidence::High
    }

    fn placeholder(&mut self, edit: &Edit, _: &str) -> String {
        format!("[{}:1]", self.rules.rule(edit.rule).category())
    }
}

/// No run of letters and digits is long enough to be read as base64.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec("[ab1]{0,7}[.: 鍵印、]{0,2}[ab1]{0,7}[ 鍵印、]", 0..8)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_rules_redact_in_any_stream_what_they_do_by_hand(
        plain in prop::collection::vec(plain(), 1..5), text in text(), cuts in cuts(), sure in any::<bool>()
    ) {
        let toml = toml(&plain);
        let rules = Arc::new(RuleSet::load(&[RuleFile { name: "r.toml", text: &toml }]).unwrap());
        let mut owner = Owner { rules: &rules, sure };
        let mut scanner = StreamScanner::new(Arc::clone(&rules));
        let mut out: String = parts(&text, &cuts).iter().map(|part| scanner.push(part, &mut owner).text).collect();
        out += &scanner.finish(&mut owner).text;
        prop_assert_eq!(out, redacted(&text, &plain, sure), "{:?}", text);
    }
}
