//! Texts to try the laws on.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use sekisho_detectors::{Edit, RuleSet};

pub static RULES: LazyLock<Arc<RuleSet>> = LazyLock::new(|| Arc::new(RuleSet::built_in().unwrap()));

/// As many cases as `PROPTEST_CASES` says, 256 if it is silent.
pub fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

pub fn placeholder(edit: &Edit) -> String {
    format!("[{}:1]", RULES.rule(edit.rule).category())
}

/// Text as people and attackers write it: pieces that are signs of something, and noise between.
pub fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => "[0-9]{1,13}",
        1 => "[ -~]{0,8}",
        1 => ".{0,4}",
        1 => prop::collection::vec(any::<u8>(), 0..6).prop_map(|b| String::from_utf8_lossy(&b).into_owned()),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

const PIECES: &[&str] = &[
    "番号は",
    "マイナンバー",
    "A K I A R Z P ",
    "AKIA-RZPU-",
    "ZDIK-ABNB-",
    "AKIARZPUZDIKAB1\n",
    "HR4I",
    "АКІ",
    "ghр_",
    "番号,マイナンバー,電話\n",
    "\n|電話|個人番号|\n",
    ",",
    "\t",
    "\"",
    "です",
    " ",
    "\n",
    "-",
    "－",
    "ー",
    "\u{200b}",
    "1234",
    "5678",
    "9018",
    "123456789018",
    "7000012050002",
    "T",
    "4111",
    "1111",
    "03",
    "090",
    "0120",
    "(",
    ")",
    "（",
    "）",
    "【",
    "】",
    "[",
    "]",
    "|",
    "機密性",
    "機密性３",
    "2",
    "情報",
    "限り",
    "内線",
    "電話",
    "〒",
    "100-0001",
    "@",
    "tanaka",
    "example.co.jp",
    ".",
    "AKIARZPUZDIKABNBHR4I",
    "AKIA",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "sk-proj-",
    "%41",
    "%",
    "\\u0041",
    "&#65;",
    "QUtJQVJaUFVaRElLQUJOQkhSNEkgeHl6",
    "👨‍👩‍👧",
    "が",
    "か\u{3099}",
    "ﾊﾞ",
    "１２３４",
    "秘",
    "[pii.email:1]",
];

/// Stretches between which rules must not see each other, or must: longer than anything that is kept in a stream.
pub fn long_text() -> impl Strategy<Value = String> {
    let filler = prop::sample::select(
        &["。", "a ", "（", "1 ", "%41", "\\\\", "QUtJ", "マイナンバー", "x", "&#65;"][..],
    );
    let stretch =
        (filler, 1usize..9000).prop_map(|(filler, bytes)| filler.repeat(bytes.div_ceil(filler.len())));
    prop::collection::vec(prop_oneof![text(), stretch], 1..5).prop_map(|parts| parts.concat())
}

/// Places to cut a text at, as shares of its length.
pub fn cuts() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![prop::collection::vec(0.0..1.0f64, 0..8), prop::collection::vec(0.0..1.0f64, 30..60)]
}

/// The text in the parts that the cuts make of it, moved to character boundaries.
pub fn parts<'t>(text: &'t str, cuts: &[f64]) -> Vec<&'t str> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a test"
    )]
    let mut places: Vec<usize> = cuts.iter().map(|share| (share * text.len() as f64) as usize).collect();
    places.iter_mut().for_each(|at| *at = (*at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap());
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}
