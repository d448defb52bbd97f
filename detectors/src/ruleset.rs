//! All rules that are in force, compiled once, and the one question asked of them: `scan`.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::builtin::BUILT_IN;
use crate::listed::Listed;
use crate::matcher::Matcher;
use crate::parse::Source;
use crate::read::{self, Built};
use crate::sample;
use crate::scan::Engine;
use crate::{Finding, Rule, RuleError, RuleIndex};

/// A rule file: a name for messages, and its text.
#[derive(Clone, Copy, Debug)]
pub struct RuleFile<'a> {
    /// Name that errors begin with, such as `rules/own.toml`.
    pub name: &'a str,
    /// TOML text.
    pub text: &'a str,
}

/// Rules, immutable and shareable between threads.
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
    /// For each rule, the index of its file in `sources`.
    files: Vec<usize>,
    sources: Vec<(String, String)>,
    /// How many of the rules are of this crate; they come first.
    shipped: usize,
    engine: Engine,
    /// Stands in for an index of another set, so that looking up is total.
    unknown: Rule,
}

/// Most rules of one set: what a [`RuleIndex`] can count.
const RULES_MAX: usize = 60_000;

impl RuleSet {
    /// The rules this crate ships.
    ///
    /// # Errors
    /// Never for a released build, because the tests load them; callers need not rely on it.
    pub fn built_in() -> Result<Self, Vec<RuleError>> {
        Self::built_in_with(&[])
    }

    /// The rules this crate ships, and own ones beside them.
    ///
    /// # Errors
    /// All faults of `files`, in file order.
    pub fn built_in_with(files: &[RuleFile<'_>]) -> Result<Self, Vec<RuleError>> {
        Self::load_all(BUILT_IN, files)
    }

    /// Only the rules of `files`.
    ///
    /// # Errors
    /// All faults of `files`, in file order. Whether rules find their examples is asked by
    /// [`RuleSet::check_examples`].
    pub fn load(files: &[RuleFile<'_>]) -> Result<Self, Vec<RuleError>> {
        Self::load_all(&[], files)
    }

    fn load_all(shipped: &[RuleFile<'_>], own: &[RuleFile<'_>]) -> Result<Self, Vec<RuleError>> {
        let files: Vec<RuleFile<'_>> = shipped.iter().chain(own).copied().collect();
        let mut errors = Vec::new();
        let (mut loaded, mut lists) = (Loaded::default(), Vec::new());
        if !shipped.is_empty() {
            let (known, faults) = &*SHIPPED;
            errors.extend(faults.iter().cloned());
            known.iter().for_each(|known| loaded.push(known.clone()));
        }
        for (index, file) in files.iter().enumerate().skip(shipped.len()) {
            let mut source = Source::new(file.name, file.text);
            let (built, own) = read::rules(&mut source);
            built.into_iter().for_each(|built| loaded.add(index, built, &mut source));
            lists.extend(own.into_iter().map(|list| (index, list)));
            errors.extend(source.into_errors());
        }
        // Lists come last: they match nothing themselves, and may name any rule.
        let matching = loaded.rules.len();
        for (index, list) in &lists {
            let Some(file) = files.get(*index) else { continue };
            let mut source = Source::new(file.name, file.text);
            loaded.list(*index, list, matching, &mut source);
            errors.extend(source.into_errors());
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let own = loaded.matchers.len() > SHIPPED.0.len() || shipped.is_empty();
        let engine = if own {
            let kinds = kinds(&loaded.rules, &loaded.matchers);
            Engine::new(loaded.matchers, kinds)
        } else {
            SHIPPED_ENGINE.clone()
        };
        let mut engine = engine.map_err(|message| {
            let file = files.first().map_or("", |f| f.name).to_owned();
            vec![RuleError { file, line: 1, column: 1, message }]
        })?;
        loaded.listed.iter().for_each(|(rule, value, list)| engine.list(*rule, value, *list));
        let sources = files.iter().map(|f| (f.name.to_owned(), f.text.to_owned())).collect();
        let shipped = if shipped.is_empty() { 0 } else { SHIPPED.0.len() };
        let unknown = Rule::unknown();
        Ok(Self { rules: loaded.rules, files: loaded.files, sources, shipped, engine, unknown })
    }

    /// Every file's name and text, in load order, for a digest.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Every rule with its index.
    pub fn iter(&self) -> impl Iterator<Item = (RuleIndex, &Rule)> {
        (0u16..).map(RuleIndex).zip(self.rules.iter().map(Arc::as_ref))
    }

    /// The rule of that index; for an index of another set, a rule of category `opaque.unknown-rule`.
    pub fn rule(&self, index: RuleIndex) -> &Rule {
        self.rules.get(usize::from(index.0)).map_or(&self.unknown, Arc::as_ref)
    }

    /// The index of a rule by its id.
    pub fn find(&self, id: &str) -> Option<RuleIndex> {
        self.iter().find(|(_, rule)| rule.id() == id).map(|(index, _)| index)
    }

    /// Builds now what nearly every text asks for, and the first one would wait for: the automata of names and places, and
    /// what stands between keys and values.
    pub fn warm(&self) {
        self.engine.warm();
    }

    /// Everything the rules find in `text`, sorted by start; the longest first among those that start alike.
    ///
    /// Spans are bytes of `text` on character boundaries, whatever encoding the finding was hidden in. Findings of
    /// different rules may overlap; none of one rule lies inside another of it. Work is linear in `text`.
    pub fn scan(&self, text: &str) -> Vec<Finding> {
        self.engine.scan(text).0
    }

    /// [`RuleSet::scan`], and what secrets the text says backwards, in rot13 or in numbers of characters: only a text that is
    /// complete can be read so, and the rest of the text is not read so by chance, because an issuer's literal must show it.
    pub fn scan_whole(&self, text: &str) -> Vec<Finding> {
        let disguised = self.engine.disguised(text);
        let mut found = self.scan(text);
        if !disguised.is_empty() {
            found.extend(disguised);
            found = self.engine.distinct(found);
        }
        found
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Examples that are not found and negatives that are, as errors at their place in the file.
    pub fn check_examples(&self) -> Vec<RuleError> {
        self.check_from(0)
    }

    /// The same of own rules alone: those that this crate ships are held to theirs before it ships them.
    pub fn check_own_examples(&self) -> Vec<RuleError> {
        self.check_from(self.shipped)
    }

    fn check_from(&self, first: usize) -> Vec<RuleError> {
        let mut errors = Vec::new();
        for ((index, rule), file) in self.iter().zip(&self.files).skip(first) {
            let name = self.sources.get(*file).map_or("", |(name, _)| name.as_str());
            errors.extend(sample::check(self, index, rule, name));
        }
        errors
    }

    /// Bytes read to scan `text`, for the test that this is bounded.
    #[cfg(test)]
    pub(crate) fn work(&self, text: &str) -> u64 {
        self.engine.scan(text).1
    }
}

impl fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleSet").field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}

/// A rule that is read, with the file it is from.
#[derive(Clone)]
struct Known {
    rule: Arc<Rule>,
    matcher: Arc<Matcher>,
    file: usize,
}

/// The rules of this crate, read once and shared by all sets of the process: a set that is loaded anew, when a policy changes,
/// has the patterns that the one before it has compiled.
static SHIPPED: LazyLock<(Vec<Known>, Vec<RuleError>)> = LazyLock::new(|| {
    let (mut loaded, mut errors) = (Loaded::default(), Vec::new());
    for (index, file) in BUILT_IN.iter().enumerate() {
        let mut source = Source::shipped(file.name, file.text);
        let (built, _) = read::rules(&mut source);
        built.into_iter().for_each(|built| loaded.add(index, built, &mut source));
        errors.extend(source.into_errors());
    }
    let rules = loaded.rules.into_iter().zip(loaded.matchers).zip(loaded.files);
    (rules.map(|((rule, matcher), file)| Known { rule, matcher, file }).collect(), errors)
});

/// The engine of these rules and no others.
static SHIPPED_ENGINE: LazyLock<Result<Engine, String>> = LazyLock::new(|| {
    let rules: Vec<Arc<Rule>> = SHIPPED.0.iter().map(|known| Arc::clone(&known.rule)).collect();
    let matchers: Vec<Arc<Matcher>> = SHIPPED.0.iter().map(|known| Arc::clone(&known.matcher)).collect();
    let kinds = kinds(&rules, &matchers);
    Engine::new(matchers, kinds)
});

/// For each rule the kinds that its findings may be of, in the order in which they are written.
fn kinds(rules: &[Arc<Rule>], matchers: &[Arc<Matcher>]) -> HashMap<u16, Vec<u16>> {
    let numbered = || (0u16..).zip(rules.iter().zip(matchers));
    let mut kinds: HashMap<u16, Vec<u16>> = HashMap::new();
    for (own, kind) in numbered().filter_map(|(own, (_, matcher))| Some((own, matcher.kind.as_ref()?))) {
        let is_of = |rule: &Rule| kind.of.iter().any(|pattern| pattern.matches(&rule.category));
        for (rule, _) in numbered().filter(|(_, (rule, matcher))| matcher.kind.is_none() && is_of(rule)) {
            kinds.entry(rule).or_default().push(own);
        }
    }
    kinds
}

#[derive(Default)]
struct Loaded {
    rules: Vec<Arc<Rule>>,
    matchers: Vec<Arc<Matcher>>,
    files: Vec<usize>,
    ids: HashSet<String>,
    /// Rule, value, and the list that it belongs to.
    listed: Vec<(u16, String, u16)>,
}

impl Loaded {
    fn push(&mut self, known: Known) {
        self.ids.insert(known.rule.id.clone());
        self.rules.push(known.rule);
        self.matchers.push(known.matcher);
        self.files.push(known.file);
    }

    /// Adds a list as a rule of its own, over those of the first `matching` rules whose category it names.
    fn list(&mut self, file: usize, list: &Listed, matching: usize, source: &mut Source<'_>) {
        let Ok(own) = u16::try_from(self.rules.len()) else { return };
        if self.ids.contains(&list.rule.id) || self.rules.len() >= RULES_MAX {
            return source.fault(list.id.span(), format!("another rule has the id `{}`", list.rule.id));
        }
        for (pattern, text) in &list.of {
            let rules = (0u16..).zip(self.rules.iter().take(matching));
            let mut rules = rules.filter(|(_, rule)| pattern.matches(&rule.category)).peekable();
            if rules.peek().is_none() {
                source.fault(text.span(), format!("no rule finds `{}`", text.get_ref()));
            }
            for (rule, _) in rules {
                self.listed.extend(list.values.iter().map(|value| (rule, value.get_ref().clone(), own)));
            }
        }
        self.ids.insert(list.rule.id.clone());
        self.rules.push(Arc::new(list.rule.clone()));
        self.files.push(file);
    }

    fn add(&mut self, file: usize, built: Built, source: &mut Source<'_>) {
        let Built { rule, matcher, id } = built;
        if self.ids.contains(&rule.id) {
            source.fault(id.span(), format!("another rule has the id `{}`", rule.id));
        } else if self.rules.len() >= RULES_MAX {
            source.fault(id.span(), format!("more than {RULES_MAX} rules"));
        } else {
            self.push(Known { rule: Arc::new(rule), matcher: Arc::new(matcher), file });
        }
    }
}
