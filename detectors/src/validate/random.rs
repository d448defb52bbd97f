//! Whether an opaque value was drawn at random, or is a placeholder, a name, a word or a number.
//!
//! Each look is one pass over the value. What is refused is refused for what it is (a period, a sequence, words), never
//! for too little of a statistic, so a short key that happens to look dull is lowered and not lost.

use super::published::is_published;
use super::{Validator, Verdict};

pub(super) const LIST: &[Validator] = &[
    Validator { name: "random", checksum: false, judge: random },
    Validator { name: "no-placeholder", checksum: false, judge: no_placeholder },
];

/// For values that have no form of their own: `Keep` what was certainly drawn at random, `Lower` what may be, `Reject`
/// placeholders, identifiers, numbers, sequences and repetitions.
pub(super) fn random(text: &str) -> Verdict {
    let bytes = text.as_bytes();
    let lower = text.to_ascii_lowercase();
    let figures = Figures::of(drawn(text).as_bytes());
    if FILLERS.iter().chain(NAMES).any(|word| lower.contains(word))
        || is_published(&lower)
        || text.starts_with("//")
        || is_periodic(bytes)
        || figures.is_flat()
        || figures.is_worded()
    {
        return Verdict::Reject;
    }
    if figures.is_convincing() { Verdict::Keep } else { Verdict::Lower }
}

/// What stands after the last sign that parts a prefix from it, if that is long enough to be judged by itself.
fn drawn(text: &str) -> &str {
    text.rsplit(['-', '_', '.', ':']).next().filter(|tail| tail.len() >= TAIL_MIN).unwrap_or(text)
}

/// For values whose prefix says whose they are: `Reject` what documentation writes after the prefix, and `Lower` what
/// is one character over and over, as in made-up samples.
pub(super) fn no_placeholder(text: &str) -> Verdict {
    let lower = text.to_ascii_lowercase();
    if FILLERS.iter().any(|word| lower.contains(word)) {
        return Verdict::Reject;
    }
    if Figures::of(text.as_bytes()).run >= DULL_RUN { Verdict::Lower } else { Verdict::Keep }
}

/// What stands where a value should be.
const FILLERS: &[&str] = &[
    "xxxx",
    "example",
    "your-",
    "your_",
    "yourtoken",
    "yourkey",
    "yourapikey",
    "yoursecret",
    "-here",
    "_here",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "redacted",
    "replaceme",
    "replace-",
    "replace_",
    "insert-",
    "insert_",
    "****",
    "....",
    "…",
    "<",
    ">",
    "${",
    "{{",
    "$(",
    "%s",
];

/// What programs write where a value comes from elsewhere, and words that no generator writes.
const NAMES: &[&str] = &[
    "process.env",
    "os.environ",
    "getenv",
    "import.meta",
    "config.",
    "secrets.",
    "settings.",
    "self.",
    "this.",
    "env.",
    "secret",
    "passw",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "undefined",
    "foobar",
    "dummy",
    "sample",
    "deadbeef",
    "cafebabe",
    "qwerty",
    "asdf",
    "lorem",
    "://",
];

/// Shortest part of a value that is judged without what stands before it.
const TAIL_MIN: usize = 20;

/// Longest run of one character that chance explains.
const RUN_MAX: usize = 5;

/// A run that only a person types.
const DULL_RUN: usize = 12;

/// Letters that often follow a letter in names and words, for each of `a` to `z`: 64 of 100 pairs in the words of
/// source text are these, and 15 of 100 pairs drawn at random.
const FOLLOW: [&[u8]; 26] = [
    b"bcdlmnprst",
    b"l",
    b"aehkot",
    b"aei",
    b"acdflmnrstx",
    b"fi",
    b"e",
    b"ae",
    b"cdglmnost",
    b"",
    b"",
    b"aeiloy",
    b"aeip",
    b"acdegiost",
    b"clmnprstu",
    b"aeor",
    b"",
    b"aeiost",
    b"ehistu",
    b"aehiors",
    b"nst",
    b"e",
    b"",
    b"",
    b"",
    b"",
];

/// What one pass counts.
#[derive(Default)]
struct Figures {
    length: usize,
    digits: usize,
    upper: usize,
    lower: usize,
    distinct: usize,
    /// Longest run of one character.
    run: usize,
    /// Neighbours that are equal, or one up or one down.
    steps: usize,
    /// Neighbours that may stand in one word, and those among them that often do.
    pairs: usize,
    usual: usize,
    /// Stretches of letters that could each be a word.
    words: usize,
}

impl Figures {
    fn of(bytes: &[u8]) -> Figures {
        let mut figures = Figures { length: bytes.len(), ..Figures::default() };
        let mut seen = [false; 256];
        let (mut run, mut last) = (0, None);
        for &byte in bytes {
            figures.digits += usize::from(byte.is_ascii_digit());
            figures.upper += usize::from(byte.is_ascii_uppercase());
            figures.lower += usize::from(byte.is_ascii_lowercase());
            if let Some(slot) = seen.get_mut(usize::from(byte)) {
                figures.distinct += usize::from(!std::mem::replace(slot, true));
            }
            run = if last == Some(byte) { run + 1 } else { 1 };
            figures.run = figures.run.max(run);
            figures.neighbours(last, byte);
            last = Some(byte);
        }
        figures
    }

    fn neighbours(&mut self, last: Option<u8>, byte: u8) {
        let step = last.is_some_and(|last| last.abs_diff(byte) <= 1);
        self.steps += usize::from(step);
        if !byte.is_ascii_alphabetic() {
            return;
        }
        let joined = last.filter(|last| {
            last.is_ascii_alphabetic() && (last.is_ascii_uppercase() || byte.is_ascii_lowercase())
        });
        let Some(last) = joined else {
            self.words += 1;
            return;
        };
        self.pairs += 1;
        let row = usize::from(last.to_ascii_lowercase() - b'a');
        let usual = FOLLOW.get(row).is_some_and(|row| row.contains(&byte.to_ascii_lowercase()));
        self.usual += usize::from(usual);
    }

    /// A number, one character over and over, or a sequence.
    fn is_flat(&self) -> bool {
        self.digits == self.length
            || self.run > RUN_MAX
            || self.distinct * 4 < self.length.min(24)
            || self.steps * 5 > self.length * 2
    }

    /// Words: long stretches of letters, most of whose pairs are usual.
    fn is_worded(&self) -> bool {
        let letters = self.upper + self.lower;
        let long = letters >= self.words * 3;
        let mostly = letters * 4 >= self.length * 3;
        long && mostly && self.pairs >= 4 && self.usual * 2 >= self.pairs
    }

    /// Long enough, of several kinds, and neither words nor steps.
    fn is_convincing(&self) -> bool {
        let kinds = [self.digits, self.upper, self.lower].iter().filter(|&&count| count > 0).count();
        let letters = self.upper + self.lower;
        let wordy =
            letters >= self.words * 3 && self.usual * 5 >= self.pairs * 2 && self.digits * 8 < self.length;
        self.length >= 16 && kinds >= 2 && self.distinct >= 8 && self.steps * 11 <= self.length * 4 && !wordy
    }
}

/// Whether the value is a shorter one, written twice or more: by the borders of its prefixes.
fn is_periodic(bytes: &[u8]) -> bool {
    let mut borders = vec![0; bytes.len()];
    let mut border = 0;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        while border > 0 && bytes.get(border) != Some(byte) {
            border = borders.get(border - 1).copied().unwrap_or_default();
        }
        border += usize::from(bytes.get(border) == Some(byte));
        if let Some(slot) = borders.get_mut(at) {
            *slot = border;
        }
    }
    border * 2 >= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "0123456789abcdef";
    const BASE36: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
    const BASE64: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/";

    /// Draws with a fixed seed (Knuth's MMIX generator).
    struct Draw(u64);

    impl Draw {
        fn value(&mut self, alphabet: &str, length: usize) -> String {
            let alphabet = alphabet.as_bytes();
            let mut next = || {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(alphabet[usize::try_from(self.0 >> 33).unwrap() % alphabet.len()])
            };
            (0..length).map(|_| next()).collect()
        }
    }

    fn check(expect: Verdict, texts: &[&str]) {
        for text in texts {
            assert_eq!(random(text), expect, "{text}");
        }
    }

    #[test]
    fn of_values_drawn_at_random_nearly_all_are_kept_and_hardly_any_refused() {
        for (alphabet, length) in [
            (HEX, 32),
            (HEX, 40),
            (HEX, 64),
            (BASE36, 24),
            (BASE36, 40),
            (BASE64, 20),
            (BASE64, 32),
            (BASE64, 40),
        ] {
            let mut draw = Draw(7);
            let verdicts: Vec<Verdict> = (0..20_000).map(|_| random(&draw.value(alphabet, length))).collect();
            let count = |verdict| verdicts.iter().filter(|&&v| v == verdict).count();
            let (kept, refused) = (count(Verdict::Keep), count(Verdict::Reject));
            assert!(kept >= 19_800, "{kept} of {} {length}", alphabet.len());
            assert!(refused <= 60, "{refused} of {} {length}", alphabet.len());
        }
    }

    #[test]
    fn keys_are_kept() {
        check(
            Verdict::Keep,
            &[
                "3f9a1c07be52d846a0f3c91e7d28b465",
                "8c6b2f1e-7d3a-4c95-b0e4-19f5a27d6c38",
                "wJalrXUtnFEMIK7MDENGbPxRfiCYzq83nQd0mKvT",
                "k3vq8z1m0x7w2c9r5t4y",
                "dataset-kvqzmxwcrtybn8hjdfgp2s7u",
            ],
        );
    }

    #[test]
    fn short_ones_and_ones_of_one_kind_may_be() {
        check(Verdict::Lower, &["k3vq8z1m", "QZJXKVWPYHGUFBDM", "hqzvkjxwpgfbuymd"]);
    }

    #[test]
    fn placeholders_are_refused() {
        check(
            Verdict::Reject,
            &[
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX",
                "your_api_key_goes_here_1234",
                "<3f9a1c07be52d846>",
                "${DATADOG_API_KEY}",
                "2YotnFZFEjr1zCsicMWpAA",
                "//nodejs.example/dist/latest-v12.x/docs/api/n-api.html",
                "changeme1234567890abcd",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            ],
        );
    }

    #[test]
    fn sequences_and_repetitions_are_refused() {
        check(
            Verdict::Reject,
            &[
                "00000000-0000-0000-0000-000000000000",
                "12345678-1234-1234-1234-123456789012",
                "0123456789abcdef0123456789abcdef",
                "abcdefghijklmnopqrstuvwxyz012345",
                "a1b2c3d4a1b2c3d4a1b2c3d4a1b2c3d4",
                "11111111222222223333333344444444",
                "20261126181545000000",
            ],
        );
    }

    #[test]
    fn names_and_words_are_refused() {
        check(
            Verdict::Reject,
            &[
                "process.env.MISTRAL",
                "settings.providers.mistral",
                "kubernetes-deployment-controller",
                "getApplicationDefaultCredentials",
                "AbstractSingletonProxyFactoryBean",
                "my-production-database-server-01",
                "internationalization",
            ],
        );
    }

    #[test]
    fn after_a_prefix_only_what_fills_in_is_refused() {
        for (text, expect) in [
            ("hf_0123456789abcdefghijklmnopqrstuvwx", Verdict::Keep),
            ("hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", Verdict::Reject),
            ("hf_your_token_goes_in_this_place_0000", Verdict::Reject),
            ("hf_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Verdict::Lower),
        ] {
            assert_eq!(no_placeholder(text), expect, "{text}");
        }
    }
}
