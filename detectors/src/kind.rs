//! `[[kind]]` of a rule file: what tells some findings of other rules from the rest, such as an office's telephone number.
//!
//! A kind matches nothing itself. What a rule of the categories in `of` finds is the kind's finding, of the same span and as
//! sure, where one of its signs holds: something in the value, or directly before or behind it. So a kind can neither find
//! more nor less than the rules do, and where no sign holds the finding stays what it was.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use crate::literals::is_kanji;
use crate::matcher::{Matcher, Start};
use crate::parse::{Fields, Source};
use crate::pattern::Pattern;
use crate::read::{Built, choose, compiled, parse_category, parse_patterns, samples, validator};
use crate::sight::{End, Sight};
use crate::validate::{Validator, Verdict};
use crate::{CategoryPattern, Confidence, Rule};

/// What tells a kind.
pub(crate) struct Kind {
    pub(crate) of: Vec<CategoryPattern>,
    signs: Vec<Sign>,
}

/// Of a sign all parts must hold.
struct Sign {
    /// Matches the whole value.
    value: Option<Pattern>,
    validator: Validator,
    /// Ends where the value begins.
    before: Option<Pattern>,
    /// Begins where the value ends.
    after: Option<Pattern>,
    /// What stands before and behind may begin and end inside a word.
    inside_words: bool,
}

impl Kind {
    /// Whether what is found here is of this kind; `None` if more text decides.
    pub(crate) fn tells(&self, sight: &Sight<'_>, found: &Range<usize>, work: &mut u64) -> Option<bool> {
        let mut open = false;
        for sign in &self.signs {
            match sign.holds(sight, found, work) {
                Some(true) if !open => return Some(true),
                Some(true) | None => open = true,
                Some(false) => {}
            }
        }
        if open { None } else { Some(false) }
    }

    /// Every pattern of its own.
    #[cfg(test)]
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.signs.iter().flat_map(|sign| sign.value.iter().chain(&sign.before).chain(&sign.after))
    }
}

impl Sign {
    fn holds(&self, sight: &Sight<'_>, found: &Range<usize>, work: &mut u64) -> Option<bool> {
        let (bytes, value) = (sight.text.as_bytes(), sight.text.get(found.clone()).unwrap_or_default());
        let whole = |pattern: &Pattern, work: &mut u64| {
            let (ends, _) = pattern.ends(value.as_bytes(), 0, work);
            ends.contains(&value.len())
        };
        if self.value.as_ref().is_some_and(|pattern| !whole(pattern, work))
            || (self.validator.judge)(value) != Verdict::Keep
        {
            return Some(false);
        }
        if let Some(before) = &self.before {
            let starts = before.starts(bytes, found.start, work);
            if !starts.into_iter().any(|start| self.inside_words || is_edge(sight.text, start)) {
                return Some(false);
            }
        }
        let Some(after) = &self.after else { return Some(true) };
        let (ends, alive) = after.ends(bytes, found.end, work);
        let at_end = ends.last() == Some(&sight.text.len());
        if sight.end() == End::Open && (alive || at_end) {
            return None;
        }
        Some(ends.into_iter().any(|end| self.inside_words || is_edge(sight.text, end)))
    }
}

/// Whether a word may begin or end here: not between two kanji, two katakana, or two ASCII letters or digits.
fn is_edge(text: &str, at: usize) -> bool {
    let script = |c: char| match c {
        _ if is_kanji(c) => 1,
        'ァ'..='ヺ' | 'ー' => 2,
        _ if c.is_ascii_alphanumeric() => 3,
        _ => 0,
    };
    let (before, after) = text.split_at_checked(at).unwrap_or_default();
    let (last, next) = (before.chars().next_back().map_or(0, script), after.chars().next().map_or(0, script));
    last == 0 || last != next
}

/// Reads one; `None`, with the faults noted, if it is none.
pub(crate) fn kind(table: Spanned<DeTable<'_>>, source: &mut Source<'_>) -> Option<Built> {
    let span = table.span();
    let mut fields = Fields::new(table.into_inner(), span, source);
    let (id, category) = (fields.required("id"), fields.required("category"));
    let (name, about) = (fields.required_words("name"), fields.required_words("about"));
    let (reason, sources) = (fields.words("reason"), fields.strings("sources"));
    let (examples, negatives) = (fields.strings("examples"), fields.strings("negatives"));
    let of = fields.strings("of");
    let of = parse_patterns(&of, &mut fields);
    let category = category.and_then(|text| parse_category(&text, &mut fields));
    let tables = fields.tables("sign");
    for (missing, what) in [
        (
            examples.is_empty() || negatives.is_empty(),
            "a kind has `examples` and `negatives`: at least one of each",
        ),
        (sources.is_empty(), "`sources` says where the kind is documented: at least one"),
        (of.is_empty(), "`of` names the categories whose findings these are"),
        (tables.is_empty(), "a `[[kind.sign]]` says what tells the kind"),
    ] {
        if missing {
            fields.source.fault(fields.span(), what);
        }
    }
    let count = tables.len();
    let signs: Vec<Sign> = tables.into_iter().filter_map(|table| sign(table, fields.source)).collect();
    fields.finish();
    let id = id?;
    let (examples, negatives) = (samples(source, examples), samples(source, negatives));
    let rule = Rule {
        id: id.get_ref().clone(),
        category: category?,
        name: name?,
        about: about?,
        reason,
        confidence: Confidence::High,
        sources: sources.into_iter().map(Spanned::into_inner).collect(),
        examples,
        negatives,
    };
    (signs.len() == count).then(|| Built { rule, matcher: matcher(Kind { of, signs }), id })
}

fn sign(table: Spanned<DeTable<'_>>, source: &mut Source<'_>) -> Option<Sign> {
    let span = table.span();
    let mut fields = Fields::new(table.into_inner(), span, source);
    let (value, before, after) = (fields.string("value"), fields.string("before"), fields.string("after"));
    let validator = validator(&mut fields)?;
    let edges =
        fields.string("edges").map(|text| choose(&text, &[("word", false), ("any", true)], &mut fields));
    if value.is_none() && before.is_none() && after.is_none() && validator.name == Validator::NONE.name {
        fields.source.fault(fields.span(), "a sign has `value`, `validator`, `before` or `after`");
        return None;
    }
    let mut compile = |text: Option<_>, how: fn(&str) -> Result<Pattern, String>| match text {
        Some(text) => compiled(&text, how, &mut fields).map(Some),
        None => Some(None),
    };
    let value = compile(value, Pattern::forward);
    let before = compile(before, Pattern::backward);
    let after = compile(after, Pattern::forward);
    fields.finish();
    let inside_words = edges.map_or(Some(false), |edges| edges)?;
    Some(Sign { value: value?, validator, before: before?, after: after?, inside_words })
}

/// A matcher that no text begins.
fn matcher(kind: Kind) -> Matcher {
    Matcher { kind: Some(kind), ..Matcher::of(Start::Anchors(Vec::new())) }
}
