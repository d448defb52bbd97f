//! Draws that are the same on every run: a seed made of words, and no other source of chance.

/// A stream of draws.
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// The draws that belong to `seed`.
    pub fn of(seed: &str) -> Self {
        // FNV-1a, to be the same on every platform and version of Rust.
        Self(
            seed.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    /// SplitMix64.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.word() % bound).unwrap_or(0)
    }

    /// A number from `low` to `high`, both possible.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high + 1 - low)
    }

    /// True in so many of a hundred draws.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// So many characters of an ASCII alphabet.
    pub fn chars(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..count).map(|_| char::from(*self.pick(alphabet))).collect()
    }

    /// So many decimal digits; the first is not 0.
    pub fn number(&mut self, count: usize) -> String {
        format!("{}{}", self.chars("123456789", 1), self.chars("0123456789", count - 1))
    }

    /// So many decimal digits.
    pub fn digits(&mut self, count: usize) -> String {
        self.chars("0123456789", count)
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.word().to_le_bytes()[0]).collect()
    }

    /// What `pattern` describes: `{n36}` is 36 characters of set `n`, everything else stands for itself.
    pub fn pattern(&mut self, pattern: &str) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            out += before;
            let field = after.split('}').next().unwrap_or_default();
            let set = field.chars().next().and_then(alphabet);
            match (set, field.get(1..).and_then(|n| n.parse().ok())) {
                (Some(set), Some(count)) => {
                    out += &self.chars(set, count);
                    rest = &after[field.len() + 1..];
                }
                _ => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out + rest
    }

    /// A version 4 UUID.
    pub fn uuid(&mut self) -> String {
        let variant = self.chars("89ab", 1);
        self.pattern(&format!("{{x8}}-{{x4}}-4{{x3}}-{variant}{{x3}}-{{x12}}"))
    }
}

const DIGITS: &str = "0123456789";

fn alphabet(set: char) -> Option<&'static str> {
    Some(match set {
        'd' => DIGITS,
        'x' => "0123456789abcdef",
        'X' => "0123456789ABCDEF",
        'l' => "abcdefghijklmnopqrstuvwxyz",
        'L' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        'a' => "abcdefghijklmnopqrstuvwxyz0123456789",
        'A' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        'c' => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        'n' => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        'w' => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
        'b' => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        '2' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        '5' => "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
        _ => return None,
    })
}
