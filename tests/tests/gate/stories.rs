//! Plays every story of `tests/cases`.

use sekisho_tests::Gate;
use sekisho_tests::case::Story;
use sekisho_tests::house::{files, relative, text};

#[test]
fn every_story_comes_true() {
    let gate = Gate::shared();
    let cases = files("tests/cases", "case");
    assert!(!cases.is_empty(), "there are stories");
    let broken: Vec<String> = cases
        .iter()
        .filter_map(|path| {
            let told = Story::parse(&text(path)).and_then(|story| story.play(&gate));
            told.err().map(|wrong| format!("{}: {wrong}", relative(path)))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}
