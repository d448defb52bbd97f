//! What a match may have begun as: a pattern for every beginning of a pattern's matches.
//!
//! A lead is known when its anchor has come. Until then a stream must keep what may become one, which is more than what is
//! one already: of four characters and more, also the first.

use regex_syntax::hir::{Hir, HirKind, Repetition};

/// A pattern for all beginnings, in whole characters, of what `hir` matches; nothing and all of it are among them.
pub(crate) fn beginnings(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Hir::empty(),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => {
                let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
                Hir::alternation(ends.filter_map(|end| text.get(..end)).map(literally).collect())
            }
            Err(_) => hir.clone(),
        },
        HirKind::Class(_) => optional(hir.clone()),
        HirKind::Repetition(repetition) => repeated(repetition),
        HirKind::Capture(capture) => beginnings(&capture.sub),
        HirKind::Alternation(either) => Hir::alternation(either.iter().map(beginnings).collect()),
        HirKind::Concat(parts) => {
            let begun = (0..parts.len()).filter_map(|at| {
                let (whole, rest) = parts.split_at_checked(at)?;
                Some(Hir::concat(whole.iter().cloned().chain(rest.first().map(beginnings)).collect()))
            });
            Hir::alternation(begun.collect())
        }
    }
}

/// All but one of the repetitions, and the beginning of one.
fn repeated(repetition: &Repetition) -> Hir {
    let max = repetition.max.map(|max| max.saturating_sub(1));
    let before = Hir::repetition(Repetition { min: 0, max, ..repetition.clone() });
    Hir::concat(vec![before, beginnings(&repetition.sub)])
}

fn optional(hir: Hir) -> Hir {
    Hir::repetition(Repetition { min: 0, max: Some(1), greedy: true, sub: Box::new(hir) })
}

fn literally(text: &str) -> Hir {
    Hir::literal(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use regex_automata::nfa::thompson::pikevm::PikeVM;

    use super::beginnings;

    /// Whether `text` is a beginning of what `pattern` matches.
    fn begins(pattern: &str, text: &str) -> bool {
        let all = beginnings(&regex_syntax::parse(pattern).unwrap());
        let vm = PikeVM::new(&format!("^(?:{all})$")).unwrap();
        vm.is_match(&mut vm.create_cache(), text)
    }

    #[test]
    fn every_beginning_of_a_match_is_one() {
        for (pattern, whole) in [
            ("[a-z]{4,9}[」]?", "passwort」"),
            ("https://[a-z]{1,4}", "https://abc"),
            ("[ァ-ヴ]{1,3}(?:・[ァ-ヴ]{1,3}){1,2}", "アイ・ウ・エオカ"),
            ("(?:[0-9a-f]{2}:){0,3}[0-9a-f]{2}", "01:ab:9f:00"),
            ("鍵[0-9]{2}|印(?:は|も)x", "印もx"),
        ] {
            for beginning in (0..=whole.len()).filter_map(|end| whole.get(..end)) {
                assert!(begins(pattern, beginning), "{pattern}: {beginning}");
            }
        }
    }

    #[test]
    fn what_no_match_begins_with_is_none() {
        for (pattern, text) in [
            ("[a-z]{4,9}」", "abc」"),
            ("https://[a-z]{1,4}", "http:/"),
            ("(?:[0-9a-f]{2}:){0,3}[0-9a-f]{2}", "01::"),
            ("[a-z]{1,3}", "abcd"),
        ] {
            assert!(!begins(pattern, text), "{pattern}: {text}");
        }
    }
}
