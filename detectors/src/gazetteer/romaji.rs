//! Latin letters to the key that romaji are listed by, the same that `gazetteers/make/kana.py` makes of kana.

/// Longest name in letters that is looked at.
const LETTERS_MAX: usize = 32;

/// What is written so, and what Hepburn writes; the first that fits counts.
const SPELLINGS: &[(&str, &str)] = &[
    ("cch", "tch"),
    ("sh", "sh"),
    ("ch", "ch"),
    ("ts", "ts"),
    ("sy", "sh"),
    ("ty", "ch"),
    ("zy", "j"),
    ("jy", "j"),
    ("si", "shi"),
    ("ti", "chi"),
    ("tu", "tsu"),
    ("hu", "fu"),
    ("zi", "ji"),
    ("di", "ji"),
    ("dz", "z"),
    ("du", "zu"),
    ("l", "r"),
    ("wo", "o"),
];

/// The key of a name in letters; `None` if there is something else in it.
///
/// Long vowels are short in it (`Satō`, `Satou`, `Satoh` and `Sato` are one), and `n` stands before b, m and p.
pub(super) fn key(text: &str) -> Option<String> {
    let letters = plain(text)?;
    let mut key = String::with_capacity(letters.len());
    let mut rest = letters.as_str();
    while let Some(first) = rest.chars().next() {
        let (taken, written) = syllable(rest, first);
        written.chars().for_each(|letter| push(&mut key, letter));
        rest = rest.get(taken..)?;
    }
    Some(key)
}

/// Bytes of what is read next, and what stands for it.
fn syllable(rest: &str, first: char) -> (usize, &str) {
    if let Some((written, hepburn)) = SPELLINGS.iter().find(|(written, _)| rest.starts_with(written)) {
        return (written.len(), hepburn);
    }
    let next = |at: usize| rest.as_bytes().get(at).copied().unwrap_or(b' ');
    match (first, next(1)) {
        ('m', b'b' | b'm' | b'p') => (1, "n"),
        // Ohno, Satoh: an h that makes the vowel long.
        ('o', b'h') if !matches!(next(2), b'a' | b'e' | b'i' | b'o' | b'u' | b'y') => (2, "o"),
        _ => (1, rest.get(..1).unwrap_or_default()),
    }
}

/// A vowel that only makes the one before it long is not written.
fn push(key: &mut String, letter: char) {
    let long = match letter {
        'u' => key.ends_with(['o', 'u']),
        'o' => key.ends_with('o'),
        _ => false,
    };
    if !long {
        key.push(letter);
    }
}

/// Lower case, without macrons, circumflexes, apostrophes and hyphens.
fn plain(text: &str) -> Option<String> {
    let mut letters = String::with_capacity(text.len());
    for c in text.chars().take(LETTERS_MAX + 1) {
        letters.push(match c {
            'a'..='z' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            'ā' | 'Ā' | 'â' | 'Â' => 'a',
            'ī' | 'Ī' | 'î' | 'Î' => 'i',
            'ū' | 'Ū' | 'û' | 'Û' => 'u',
            'ē' | 'Ē' | 'ê' | 'Ê' => 'e',
            'ō' | 'Ō' | 'ô' | 'Ô' => 'o',
            '\'' | '’' | '-' => continue,
            _ => return None,
        });
    }
    ((2..=LETTERS_MAX).contains(&letters.len())).then_some(letters)
}
