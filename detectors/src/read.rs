//! The tables of a rule file to rules and their matchers.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex_syntax::hir::{Class, HirKind};
use toml::Spanned;
use toml::de::DeTable;

use crate::body::{BodyEnd, Until};
use crate::gap::Gap;
use crate::hosts::hosts;
use crate::kind::kind;
use crate::listed::{Listed, listed};
use crate::literals::Roll;
use crate::matcher::{Form, Lead, Matcher, Start};
use crate::nearby::Context;
use crate::parse::{Fields, Source, Text, did_you_mean};
use crate::pattern::{MATCH_MAX, Pattern};
use crate::place::Place;
use crate::rule::Sample;
use crate::sight::{AHEAD, BEHIND};
use crate::spellings::spelled;
use crate::validate::{AROUND, BESIDES, Validator, validators};
use crate::{Category, CategoryPattern, Confidence, Rule};

/// A rule, its matcher, and where its id stands for messages about it.
pub(crate) struct Built {
    pub(crate) rule: Rule,
    pub(crate) matcher: Matcher,
    pub(crate) id: Text,
}

/// How near context words stand unless the rule says otherwise, in characters.
const WITHIN: usize = 40;

/// Longest body after a match that `until` may take, in bytes.
const UNTIL_BYTES: usize = 16 << 10;

/// All rules of a file. Those with faults are left out, and the faults noted.
pub(crate) fn rules(source: &mut Source<'_>) -> (Vec<Built>, Vec<Listed>) {
    let table = source.table();
    let mut file = Fields::new(table, 0..0, source);
    let (tables, lists) = (file.tables("rule"), file.tables("listed"));
    let (limits, kinds) = (file.tables("hosts"), file.tables("kind"));
    let mut built: Vec<Built> = tables.into_iter().filter_map(|table| rule(table, file.source)).collect();
    limits.into_iter().for_each(|table| built.extend(hosts(table, file.source)));
    built.extend(kinds.into_iter().filter_map(|table| kind(table, file.source)));
    let lists = lists.into_iter().filter_map(|table| listed(table, file.source)).collect();
    file.finish();
    (built, lists)
}

fn rule(table: Spanned<DeTable<'_>>, source: &mut Source<'_>) -> Option<Built> {
    let span = table.span();
    let mut fields = Fields::new(table.into_inner(), span, source);
    let id = fields.required("id");
    let category = fields.required("category");
    let (name, about) = (fields.required_words("name"), fields.required_words("about"));
    let reason = fields.words("reason");
    let sources = fields.strings("sources");
    let examples = fields.strings("examples");
    let negatives = fields.strings("negatives");
    let matcher = matcher(&mut fields);
    let category = category.and_then(|text| parse_category(&text, &mut fields));
    if examples.is_empty() || negatives.is_empty() {
        fields.source.fault(fields.span(), "a rule has `examples` and `negatives`: at least one of each");
    }
    if sources.is_empty() {
        fields.source.fault(fields.span(), "`sources` says where the format is documented: at least one");
    }
    fields.finish();
    let (id, matcher) = (id?, matcher?);
    let (examples, negatives) = (samples(source, examples), samples(source, negatives));
    let rule = Rule {
        id: id.get_ref().clone(),
        category: category?,
        name: name?,
        about: about?,
        reason,
        confidence: ceiling(&matcher),
        sources: sources.into_iter().map(Spanned::into_inner).collect(),
        examples,
        negatives,
    };
    Some(Built { rule, matcher, id })
}

/// The samples with their places, which outlive the file.
pub(crate) fn samples(source: &Source<'_>, texts: Vec<Text>) -> Vec<Sample> {
    let sample = |text: Text| {
        let (line, column) = source.place(text.span().start);
        Sample { text: text.into_inner(), line, column }
    };
    texts.into_iter().map(sample).collect()
}

fn ceiling(matcher: &Matcher) -> Confidence {
    let forms = matcher.forms.iter().map(|form| form.confidence);
    forms.chain(matcher.context.iter().map(|context| context.confidence)).max().unwrap_or(Confidence::Low)
}

pub(crate) fn parse_category(text: &Text, fields: &mut Fields<'_, '_, '_>) -> Option<Category> {
    let category = Category::parse(text.get_ref());
    if category.is_none() {
        let message = format!(
            "`{}` is no category: write lower-case segments with dots, such as `pii.email`",
            text.get_ref()
        );
        fields.source.fault(text.span(), message);
    }
    category
}

/// The patterns of categories, but for those that are none.
pub(crate) fn parse_patterns(texts: &[Text], fields: &mut Fields<'_, '_, '_>) -> Vec<CategoryPattern> {
    let mut patterns = Vec::new();
    for text in texts {
        match CategoryPattern::parse(text.get_ref()) {
            Some(pattern) => patterns.push(pattern),
            None => fields.source.fault(text.span(), "write `pii.*` or one category"),
        }
    }
    patterns
}

fn matcher(fields: &mut Fields<'_, '_, '_>) -> Option<Matcher> {
    let start = start(fields);
    let lead = fields.string("lead").map(|text| lead(&text, fields));
    if let (Some(Some(_)), Some(Start::Keys(..) | Start::Cell | Start::Roll(_) | Start::Word)) =
        (&lead, &start)
    {
        let message =
            "`lead` stands before `anchors` or a digit; other matches begin where they are looked for";
        fields.source.fault(fields.span(), message);
        return None;
    }
    let tail: Option<Vec<Pattern>> =
        fields.strings("tail").iter().map(|text| compiled(text, Pattern::forward, fields)).collect();
    let span = fields.string("span");
    let spares_anchor = span.as_ref().map(|text| choose(text, &[("lead", true), ("all", false)], fields));
    if let (Some(text), None) = (&span, &lead) {
        fields.source.fault(
            text.span(),
            "`span` says how much of `lead` and `pattern` is the finding: there is no `lead`",
        );
    }
    let forms = forms(fields);
    let validator = validator(fields);
    let beside = fields.string("beside").map(|text| choose(&text, BESIDES, fields));
    let around = fields.string("around").map(|text| choose(&text, AROUND, fields));
    let place = place(fields);
    let context =
        fields.tables("context").into_iter().filter_map(|table| context(table, fields.source)).collect();
    let unless = fields.strings("unless");
    let until = until(fields);
    if let (Some(word), Some(true)) = (unless.first(), validator.map(|v| v.checksum)) {
        fields.source.fault(
            word.span(),
            "`unless` is for rules without a checksum: words must not talk a finding away",
        );
    }
    let matcher = Matcher {
        lead: lead.map_or(Some(None), |lead| lead.map(Some))?,
        tail: tail?,
        spares_anchor: spares_anchor.map_or(Some(false), |spares| spares)?,
        forms: forms?,
        validator: validator?,
        beside: beside.map_or(Some(None), |beside| beside.map(Some))?,
        around: around.map_or(Some(None), |around| around.map(Some))?,
        place: place?,
        context,
        unless: unless.into_iter().map(Spanned::into_inner).collect(),
        until: until?,
        ..Matcher::of(start?)
    };
    within_reach(matcher, fields)
}

/// A rule whose judgement looks further than a stream keeps text would say otherwise in a stream than of the whole.
fn within_reach(matcher: Matcher, fields: &mut Fields<'_, '_, '_>) -> Option<Matcher> {
    let (ahead, back) = matcher.reach();
    if ahead > AHEAD || back > BEHIND {
        let message = format!(
            "the rule looks {ahead} bytes ahead and {back} back; streams keep {AHEAD} and {BEHIND}: shorten `pattern`, `lead` or `within`"
        );
        fields.source.fault(fields.span(), message);
        return None;
    }
    if matcher.until.is_some() && matcher.place != Place::Anywhere {
        fields.source.fault(fields.span(), "a body (`until`, `run`) has no `place`");
        return None;
    }
    Some(matcher)
}

/// The body after the match: to a line (`until`), or as long as bytes are of a set (`run`).
fn until(fields: &mut Fields<'_, '_, '_>) -> Option<Option<Until>> {
    let cap = fields.number("cap_bytes").unwrap_or(UNTIL_BYTES);
    if cap > UNTIL_BYTES {
        fields.source.fault(fields.span(), format!("`cap_bytes` is at most {UNTIL_BYTES}"));
    }
    let end = match (fields.string("until"), fields.string("run")) {
        (None, None) => return Some(None),
        (Some(line), None) => BodyEnd::Line(line.into_inner()),
        (None, Some(set)) => BodyEnd::Run(ascii_set(&set, fields)?),
        (Some(_), Some(run)) => {
            fields.source.fault(run.span(), "a body ends with `until` or with `run`, not both");
            return None;
        }
    };
    Some(Some(Until { end, cap }))
}

/// A bracketed set of ASCII characters, such as `[A-Za-z0-9_-]`.
fn ascii_set(written: &Text, fields: &mut Fields<'_, '_, '_>) -> Option<Box<[bool; 128]>> {
    let class = match regex_syntax::parse(written.get_ref()).map(regex_syntax::hir::Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(class))) if class.is_ascii() => class,
        _ => {
            fields.source.fault(written.span(), "`run` is a set of ASCII characters, such as `[A-Za-z0-9]`");
            return None;
        }
    };
    let mut set = Box::new([false; 128]);
    for (byte, slot) in (0u8..).zip(set.iter_mut()) {
        *slot =
            class.iter().any(|range| range.start() <= char::from(byte) && char::from(byte) <= range.end());
    }
    Some(set)
}

/// Where matches begin: `anchors`, `keys`, or `start` for what has no literal.
fn start(fields: &mut Fields<'_, '_, '_>) -> Option<Start> {
    let (anchors, keys, start) = (fields.strings("anchors"), fields.strings("keys"), fields.string("start"));
    let gap = fields.string("gap");
    let gap = match gap {
        Some(text) if keys.is_empty() => {
            fields
                .source
                .fault(text.span(), "`gap` is what stands between `keys` and the value: there are none");
            return None;
        }
        Some(text) => choose(&text, Gap::NAMES, fields)?,
        None => Gap::Assigned,
    };
    if !keys.is_empty() && !gap.is_sound() {
        fields
            .source
            .fault(fields.span(), "what stands between a key and its value cannot be read in this build");
        return None;
    }
    let words = |texts: Vec<Text>| texts.into_iter().map(Spanned::into_inner).collect();
    match (anchors.is_empty(), keys.is_empty(), start) {
        (false, true, None) => Some(Start::Anchors(words(anchors))),
        (true, false, None) => Some(Start::Keys(spelled(keys.iter().map(Spanned::get_ref)), gap)),
        (true, true, Some(start)) => {
            let roll = |roll: Roll| move || Start::Roll(roll);
            let starts: [(&str, &dyn Fn() -> Start); 6] = [
                ("digit", &|| Start::Digit),
                ("word", &|| Start::Word),
                ("cell", &|| Start::Cell),
                ("surname", &roll(Roll::Surnames)),
                ("kana", &roll(Roll::Kana)),
                ("place", &roll(Roll::Places)),
            ];
            choose(&start, &starts, fields).map(|start| start())
        }
        (true, true, None) => {
            let message = "a rule needs `anchors`, literals its pattern begins with, `keys`, words that its value is \
                           assigned to, or `start = \"digit\"`";
            fields.source.fault(fields.span(), message);
            None
        }
        _ => {
            fields.source.fault(fields.span(), "a rule has one of `anchors`, `keys` and `start`");
            None
        }
    }
}

/// The forms, each with all its matches or, where `ends = "longest"`, with that one alone.
fn forms(fields: &mut Fields<'_, '_, '_>) -> Option<Vec<Form>> {
    let whole = match fields.string("ends") {
        Some(text) => choose(&text, &[("longest", true), ("any", false)], fields)?,
        None => false,
    };
    let forms = written_forms(fields)?.into_iter();
    let ended = |form: Form| if whole { Form { pattern: form.pattern.whole(), ..form } } else { form };
    Some(forms.map(ended).collect())
}

/// One in the rule itself, or several under `[[rule.form]]`.
fn written_forms(fields: &mut Fields<'_, '_, '_>) -> Option<Vec<Form>> {
    let tables = fields.tables("form");
    if tables.is_empty() {
        return Some(vec![form(fields)?]);
    }
    let count = tables.len();
    let mut forms = Vec::new();
    for table in tables {
        let span = table.span();
        let mut fields = Fields::new(table.into_inner(), span, fields.source);
        forms.extend(form(&mut fields));
        fields.finish();
    }
    (forms.len() == count).then_some(forms)
}

fn form(fields: &mut Fields<'_, '_, '_>) -> Option<Form> {
    let pattern = fields.required("pattern");
    let confidence = fields.required("confidence");
    let needs = fields.string("needs");
    let needs = needs.map(|text| parse_confidence(&text, fields));
    Some(Form {
        pattern: compiled(&pattern?, Pattern::forward, fields)?,
        confidence: parse_confidence(&confidence?, fields)?,
        needs: needs.map_or(Some(None), |needs| needs.map(Some))?,
    })
}

pub(crate) fn compiled(
    text: &Text,
    compile: impl FnOnce(&str) -> Result<Pattern, String>,
    fields: &mut Fields<'_, '_, '_>,
) -> Option<Pattern> {
    // Those that this crate ships are compiled in its tests.
    let lazy = fields.source.is_shipped();
    let pattern = compile(text.get_ref()).and_then(|pattern| {
        if !lazy {
            pattern.fits()?;
        }
        Ok(pattern)
    });
    pattern.map_err(|message| fields.source.fault(text.span(), message)).ok()
}

/// What stands before an anchor.
fn lead(text: &Text, fields: &mut Fields<'_, '_, '_>) -> Option<Lead> {
    let whole = compiled(text, Pattern::backward, fields)?;
    let begun = compiled(text, |_| whole.begun(), fields)?;
    Some(Lead { whole, begun })
}

fn parse_confidence(text: &Text, fields: &mut Fields<'_, '_, '_>) -> Option<Confidence> {
    choose(
        text,
        &[("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)],
        fields,
    )
}

fn place(fields: &mut Fields<'_, '_, '_>) -> Option<Place> {
    let places = [("anywhere", Place::Anywhere), ("mark", Place::Mark), ("mention", Place::Mention)];
    match fields.string("place") {
        Some(text) => choose(&text, &places, fields),
        None => Some(Place::Anywhere),
    }
}

pub(crate) fn validator(fields: &mut Fields<'_, '_, '_>) -> Option<Validator> {
    let named: Vec<(&str, Validator)> =
        std::iter::once(&Validator::NONE).chain(validators()).map(|v| (v.name, *v)).collect();
    match fields.string("validator") {
        Some(text) => choose(&text, &named, fields),
        None => Some(Validator::NONE),
    }
}

pub(crate) fn choose<T: Copy>(
    text: &Text,
    choices: &[(&str, T)],
    fields: &mut Fields<'_, '_, '_>,
) -> Option<T> {
    let found = choices.iter().find(|(name, _)| name == text.get_ref()).map(|(_, value)| *value);
    if found.is_none() {
        let hint = did_you_mean(text.get_ref(), choices.iter().map(|(name, _)| *name));
        fields.source.fault(text.span(), format!("`{}` is unknown{hint}", text.get_ref()));
    }
    found
}

fn context(table: Spanned<DeTable<'_>>, source: &mut Source<'_>) -> Option<Context> {
    let span = table.span();
    let mut fields = Fields::new(table.into_inner(), span, source);
    let words = spelled(fields.strings("words").iter().map(Spanned::get_ref));
    let confidence = fields.required("confidence").and_then(|text| parse_confidence(&text, &mut fields));
    let within = fields.number("within").unwrap_or(WITHIN);
    if words.is_empty() {
        fields.source.fault(fields.span(), "`words` are missing");
    }
    if within > MATCH_MAX {
        fields.source.fault(fields.span(), format!("`within` is at most {MATCH_MAX} characters"));
    }
    fields.finish();
    // A few words looked for in a few characters: what counts is how soon the automaton is built.
    let kind = Some(AhoCorasickKind::NoncontiguousNFA);
    let automaton = AhoCorasick::builder().kind(kind).ascii_case_insensitive(true).build(&words).ok()?;
    Some(Context { written: words, words: automaton, confidence: confidence?, within })
}
