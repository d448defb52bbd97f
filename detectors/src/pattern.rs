//! A bounded pattern, matched only where it is told to begin.
//!
//! Each pattern is a DFA for anchored search whose states are built when a text first leads to them: most rules of a set
//! meet no candidate for hours, and most texts see few states of those that do. Its one cache holds all states that a
//! pattern of permitted size can have, so a state is built once in the life of the process and never thrown away, whatever
//! texts ask for: together they cost no more than the whole table would have, in time or in memory.
//! All ends are reported, because the caller's checks (boundary, validator) may refuse the longest and accept a shorter one.

use regex_automata::dfa::{StartKind, dense};
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::hybrid::{self, LazyStateID};
use regex_automata::nfa::thompson;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::util::alphabet::Unit;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, Input, MatchKind};

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, OnceLock};

use crate::beginnings::beginnings;

/// Longest match a pattern may have, in bytes.
pub(crate) const MATCH_MAX: usize = 1024;

/// Memory that all states of one pattern may take as a table, and their building twice that, in bytes.
const DFA_BYTES_MAX: usize = 4 << 20;

/// Memory that the states of one pattern may take as they are built, which none that is permitted reaches, in bytes.
const CACHE_BYTES_MAX: usize = 16 * DFA_BYTES_MAX;

/// Separator between groups of one number: spaces, one hyphen or dot with spaces, or one line break.
const SEP: &str = r"(?:[ \t\xA0\u3000]{1,3}|[ \t]{0,2}[-.\u30FB][ \t]{0,2}|[ \t]{0,4}\r?\n[ \t\u3000]{0,8})";

/// A pattern that is checked, and compiled when it is needed.
pub(crate) struct Pattern {
    /// As it is compiled.
    pattern: String,
    /// Matched from its end.
    reverse: bool,
    /// Only the longest match counts: what is refused whole is not taken in part.
    whole: bool,
    /// `None` for one that cannot be built, which [`Pattern::fits`] tells.
    automaton: OnceLock<Option<Automaton>>,
    /// Longest match, in bytes.
    pub(crate) longest: usize,
    /// Finds group 1 inside a known match; only for patterns that have one.
    group: Option<OnceLock<Option<PikeVM>>>,
}

impl Pattern {
    /// A pattern that is matched forwards.
    pub(crate) fn forward(written: &str) -> Result<Self, String> {
        let (pattern, groups, longest) = check(written)?;
        let group = (groups > 0).then(OnceLock::new);
        Ok(Self { group, ..Self::of(pattern, false, longest) })
    }

    /// A pattern that is matched backwards, from its end.
    pub(crate) fn backward(written: &str) -> Result<Self, String> {
        let (pattern, groups, longest) = check(written)?;
        if groups > 0 {
            return Err("group 1 marks the span in `pattern`; `lead` has none".into());
        }
        Ok(Self::of(pattern, true, longest))
    }

    /// For a pattern that is matched from its end: the same of all that its matches may have begun as.
    pub(crate) fn begun(&self) -> Result<Self, String> {
        let hir = regex_syntax::parse(&self.pattern).map_err(|error| last_line(&error))?;
        Ok(Self::of(beginnings(&hir).to_string(), true, self.longest))
    }

    fn of(pattern: String, reverse: bool, longest: usize) -> Self {
        Self { pattern, reverse, whole: false, automaton: OnceLock::new(), longest, group: None }
    }

    /// The same, of which only the longest match counts.
    pub(crate) fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// Whether all its states together are as small as they must be; builds them all.
    pub(crate) fn fits(&self) -> Result<(), String> {
        let config = dense::Config::new()
            .start_kind(StartKind::Anchored)
            .match_kind(MatchKind::All)
            .dfa_size_limit(Some(DFA_BYTES_MAX))
            .determinize_size_limit(Some(2 * DFA_BYTES_MAX));
        let built = dense::Builder::new()
            .configure(config)
            .thompson(nfa(self.reverse))
            .syntax(unicode())
            .build(&self.pattern);
        built.map(|_| ()).map_err(|error| format!("the pattern does not compile: {}", first_line(&error)))
    }

    /// Whether states were ever thrown away.
    #[cfg(test)]
    pub(crate) fn forgot(&self) -> bool {
        self.automaton().is_some_and(|automaton| automaton.cache.lock().unwrap().clear_count() > 0)
    }

    /// Builds what does not hang on a text.
    pub(crate) fn warm(&self) {
        self.automaton();
    }

    /// Ends of all matches that begin at `at`, or of the longest, shortest first, and whether the text ended while a longer one was under
    /// way; adds the bytes read to `work`.
    pub(crate) fn ends(&self, text: &[u8], at: usize, work: &mut u64) -> (Vec<usize>, bool) {
        let rest = text.get(at..).unwrap_or_default();
        let (mut lengths, alive) = self.lengths(rest.iter().copied(), work);
        if self.whole {
            lengths.drain(..lengths.len().saturating_sub(1));
        }
        (lengths.into_iter().map(|len| at.saturating_add(len)).collect(), alive)
    }

    /// Starts of all matches that end at `at`, nearest first.
    pub(crate) fn starts(&self, text: &[u8], at: usize, work: &mut u64) -> Vec<usize> {
        let before = text.get(..at).unwrap_or_default();
        let (lengths, _) = self.lengths(before.iter().rev().copied(), work);
        lengths.into_iter().map(|len| at.saturating_sub(len)).collect()
    }

    /// The part of a match that is the finding: group 1, or all of it.
    pub(crate) fn span(&self, text: &[u8], found: Range<usize>) -> Range<usize> {
        let Some(group) = &self.group else { return found };
        let whole = || PikeVM::new(&format!(r"(?:{})\z", self.pattern)).ok();
        let Some(vm) = group.get_or_init(whole) else { return found };
        let haystack = text.get(found.clone()).unwrap_or_default();
        let mut captures = vm.create_captures();
        vm.captures(&mut vm.create_cache(), Input::new(haystack).anchored(Anchored::Yes), &mut captures);
        match captures.get_group(1) {
            Some(group) => found.start.saturating_add(group.start)..found.start.saturating_add(group.end),
            None => found,
        }
    }

    fn lengths(&self, bytes: impl Iterator<Item = u8>, work: &mut u64) -> (Vec<usize>, bool) {
        let mut lengths = Vec::new();
        let walked = self.automaton().and_then(|automaton| automaton.walk(bytes, &mut lengths, work));
        (lengths, walked.unwrap_or(false))
    }

    fn automaton(&self) -> Option<&Automaton> {
        self.automaton.get_or_init(|| Automaton::new(&self.pattern, self.reverse)).as_ref()
    }
}

/// A pattern as a machine: what it may read next, and the states that were built so far.
struct Automaton {
    dfa: DFA,
    cache: Mutex<Cache>,
}

impl Automaton {
    /// `None` for what cannot be built at all.
    fn new(pattern: &str, reverse: bool) -> Option<Self> {
        let config = hybrid::dfa::Config::new()
            .match_kind(MatchKind::All)
            .cache_capacity(CACHE_BYTES_MAX)
            .skip_cache_capacity_check(true);
        let dfa =
            DFA::builder().configure(config).thompson(nfa(reverse)).syntax(unicode()).build(pattern).ok()?;
        let cache = Mutex::new(dfa.create_cache());
        Some(Self { dfa, cache })
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(|poisoned| {
            // Whoever panicked while building a state may have left it half built.
            let mut cache = poisoned.into_inner();
            cache.reset(&self.dfa);
            cache
        })
    }

    /// Lengths of all matches at the beginning of `bytes`, shortest first, and whether these ended while a longer one was
    /// under way.
    fn walk(
        &self,
        bytes: impl Iterator<Item = u8>,
        lengths: &mut Vec<usize>,
        work: &mut u64,
    ) -> Option<bool> {
        let mut cache = self.cache();
        let (dfa, cache) = (&self.dfa, &mut *cache);
        let anchored = start::Config::new().anchored(Anchored::Yes);
        let mut state = dfa.start_state(cache, &anchored).ok()?;
        let mut read = 0;
        for byte in bytes {
            state = dfa.next_state(cache, state, byte).ok()?;
            *work = work.saturating_add(1);
            // A match shows one byte late, so it ended before this byte.
            if state.is_match() {
                lengths.push(read);
            } else if is_over(state) {
                return Some(false);
            }
            read = read.saturating_add(1);
        }
        if dfa.next_eoi_state(cache, state).ok()?.is_match() {
            lengths.push(read);
        }
        let mut goes_on = |unit: Unit| {
            let next = unit.as_u8().and_then(|byte| dfa.next_state(cache, state, byte).ok());
            next.is_some_and(|next| !is_over(next))
        };
        Some(dfa.byte_classes().representatives(..).any(&mut goes_on))
    }
}

fn is_over(state: LazyStateID) -> bool {
    state.is_dead() || state.is_quit()
}

fn nfa(reverse: bool) -> thompson::Config {
    thompson::Config::new().reverse(reverse).nfa_size_limit(Some(DFA_BYTES_MAX))
}

fn unicode() -> syntax::Config {
    syntax::Config::new().unicode(true).utf8(true)
}

/// Refuses what is unbounded or means something else in Japanese text; returns the pattern, its group count and the
/// length of its longest match.
fn check(written: &str) -> Result<(String, usize, usize), String> {
    if let Some(class) = unicode_class(written) {
        return Err(format!(
            "`\\{class}` is a Unicode class, and kanji are letters to it: write the ASCII set, such as `[0-9]`"
        ));
    }
    let pattern = written.replace("{{sep}}", SEP);
    let hir = regex_syntax::parse(&pattern)
        .map_err(|error| format!("the pattern is not a regular expression: {}", last_line(&error)))?;
    let properties = hir.properties();
    if !properties.look_set().is_empty() {
        return Err("anchors and boundaries are the engine's: leave out `^`, `$`, `\\A`, `\\z`".into());
    }
    match (properties.minimum_len(), properties.maximum_len()) {
        (Some(1..), Some(longest @ ..=MATCH_MAX)) => {
            Ok((pattern, properties.explicit_captures_len(), longest))
        }
        (Some(1..), _) => Err(format!("a match has no bound of {MATCH_MAX} bytes: write `{{1,64}}` for `+`")),
        _ => Err("the pattern matches the empty text".into()),
    }
}

fn unicode_class(pattern: &str) -> Option<char> {
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            let class = chars.next()?;
            if "bBdDsSwWpP".contains(class) {
                return Some(class);
            }
        }
    }
    None
}

fn first_line(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn last_line(error: &impl ToString) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn all_ends_are_reported_and_reading_stops_early() {
        let pattern = Pattern::forward("a[ab]{1,4}").unwrap();
        let mut work = 0;
        assert_eq!(pattern.ends(b"xabab-", 1, &mut work), (vec![3, 4, 5], false));
        assert_eq!(work, 5);
        assert_eq!(pattern.ends(b"ab", 0, &mut work), (vec![2], true));
        assert_eq!(pattern.ends(b"abbbbbbbbbbb", 0, &mut work), (vec![2, 3, 4, 5], false));
    }

    #[test]
    fn the_longest_is_all_that_counts_of_a_whole_one() {
        let pattern = Pattern::forward("a[ab]{1,4}").unwrap().whole();
        assert_eq!(pattern.ends(b"abab-", 0, &mut 0), (vec![4], false));
        assert_eq!(pattern.ends(b"xabab-", 0, &mut 0), (vec![], false));
    }

    #[test]
    fn a_lead_is_matched_backwards() {
        let pattern = Pattern::backward("[a-z][a-z.]{0,3}").unwrap();
        assert_eq!(pattern.starts("はa.b@".as_bytes(), 6, &mut 0), [5, 3]);
    }

    #[test]
    fn group_one_is_the_span() {
        let pattern = Pattern::forward("key=([a-z]{1,9});").unwrap();
        assert_eq!(pattern.span(b"key=abc;", 0..8), 4..7);
    }

    #[test]
    fn what_is_unbounded_or_unicode_is_refused() {
        let refused = |pattern| Pattern::forward(pattern).err().unwrap();
        assert!(refused("a+").contains("no bound"));
        assert!(refused("a{0,3}").contains("empty"));
        assert!(refused(r"\d{3}").contains("`[0-9]`"));
        assert!(refused("^a").contains("boundaries are the engine's"));
        assert!(refused("a(").contains("not a regular expression: unclosed group"));
        assert!(Pattern::forward(r"\\d").is_ok());
    }
}
