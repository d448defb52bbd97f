//! What stands between a key and its value: `DATADOG_API_KEY: "…"`, `--password …`, 「パスワードは…」, `<key>…</key>`.

use std::sync::LazyLock;

use crate::pattern::Pattern;

/// How far from its key a value may stand, and what may stand between.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Gap {
    /// The rest of an identifier, and then a sign that assigns: for keys that are common words.
    Assigned,
    /// A few words as well, and no more than a space: for keys that are names of issuers.
    Near,
    /// Nothing but a note in parentheses, and then a sign, a space or a line: for labels of forms, `氏名（漢字）　…`.
    Label,
}

/// Signs that assign, with quotes and line breaks around them, or an element or attribute `value` in between.
const ASSIGNS: &str = concat!(
    r#"(?:\\?["'`\])}>）」』】*]){0,3}[ \t\u3000]{0,4}"#,
    r#"(?:=>|:=|={1,3}|[:：＝>|,、\t]|は、?|が|を| is |"#,
    r#"[,;]?[ \t\r\n]{0,16}["']?(?:value|Value|VALUE)["']?[ \t]{0,3}[:=>])"#,
    r#"[ \t\u3000]{0,4}(?:\r?\n[ \t]{0,16})?(?:\\?["'`「『（(\[{<【*]){0,3}"#,
    r#"(?:(?i:bearer|basic|token|apikey|key)[ =:]{1,2})?"#,
);

/// The rest of an identifier, as in `DATADOG` `_API_KEY_PROD`: not the rest of another word, as in `secret` `ary`.
const IDENTIFIER: &str = r"(?:s|[_.\-A-Z0-9][A-Za-z0-9_.\-]{0,31})";

/// A few words in the same line.
const WORDS: &str = r#"[A-Za-z0-9_.\-/ \u3000\[\]()"'`ぁ-んァ-ヶー一-龠]{1,40}"#;

/// No sign at all.
const SPACES: &str = r"[ \t\u3000]{1,4}";

/// A note on a label.
const NOTE: &str = r"[ \u3000]?[（(][^（）()\n]{1,16}[）)]";

/// What stands between a label and what was filled in.
const FILLED_IN: &str = concat!(
    r#"(?:["'\])}」』】*]{1,2}[ ]?)?"#,
    r#"(?:[ \t\u3000]{1,8}|[ \t\u3000]{0,8}(?:[:：=＝|,、\t/／は]|\r?\n)[ \t\u3000]{0,8}(?:\r?\n[ \t\u3000]{0,8})?)"#,
    r#"["'「『【\[]{0,2}"#,
);

/// The end of one element and the beginning of the next, as between `<th>` and `<td>`.
const TAGS: &str = r"(?:</?[A-Za-z][^<>\n]{0,32}>[ \t\r\n]{0,8}){2,4}";

static FORM: LazyLock<Option<Pattern>> =
    LazyLock::new(|| Pattern::forward(&format!("{FILLED_IN}|{TAGS}")).ok());
static NOTES: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(NOTE).ok());
static ASSIGNING: LazyLock<Option<Pattern>> =
    LazyLock::new(|| Pattern::forward(&format!("{ASSIGNS}|{TAGS}")).ok());
static SPACED: LazyLock<Option<Pattern>> =
    LazyLock::new(|| Pattern::forward(&format!("{ASSIGNS}|{TAGS}|{SPACES}")).ok());
static IDENTIFIERS: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(IDENTIFIER).ok());
static WORDY: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(WORDS).ok());

impl Gap {
    /// Where a value may begin after a key that ends at `at`, nearest first, and whether the text ended before all of
    /// these places were seen; adds the bytes read to `work`.
    pub(crate) fn ends(self, text: &[u8], at: usize, work: &mut u64) -> (Vec<usize>, bool) {
        let (Some(words), Some(assigns)) = self.patterns() else { return (Vec::new(), false) };
        let (mut middles, mut alive) = words.ends(text, at, work);
        middles.insert(0, at);
        let mut ends = Vec::new();
        for middle in middles {
            let (further, more) = assigns.ends(text, middle, work);
            ends.extend(further);
            alive |= more;
        }
        ends.sort_unstable();
        ends.dedup();
        (ends, alive)
    }

    /// Longest gap, in bytes.
    pub(crate) fn longest(self) -> usize {
        let (words, assigns) = self.patterns();
        [words, assigns].into_iter().flatten().map(|pattern| pattern.longest).sum()
    }

    fn patterns(self) -> (Option<&'static Pattern>, Option<&'static Pattern>) {
        match self {
            Gap::Assigned => (IDENTIFIERS.as_ref(), ASSIGNING.as_ref()),
            Gap::Near => (WORDY.as_ref(), SPACED.as_ref()),
            Gap::Label => (NOTES.as_ref(), FORM.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the value `V` of `key` is reached.
    fn reaches(gap: Gap, text: &str) -> bool {
        let value = text.rfind('V').unwrap();
        let at = text.get(..value).unwrap().to_ascii_lowercase().rfind("key").unwrap() + 3;
        gap.ends(text.as_bytes(), at, &mut 0).0.contains(&value)
    }

    #[test]
    fn its_patterns_compile() {
        for gap in [Gap::Assigned, Gap::Near, Gap::Label] {
            let (words, assigns) = gap.patterns();
            assert!([words, assigns].into_iter().all(|pattern| pattern.is_some_and(|p| p.compile().is_ok())));
        }
    }

    #[test]
    fn values_are_reached_in_all_the_layouts_that_people_paste() {
        for text in [
            "key=V",
            "key: V",
            "KEYS\nkey: 'V'",
            "{\"api_key\":\"V\"}",
            "{\\\"key\\\": \\\"V\\\"}",
            "key := \"V\"",
            "key => 'V'",
            "<key>V</key>",
            "<add key=\"key\" value=\"V\"/>",
            "- name: key\n  value: V",
            "key_prod.eu = `V`",
            "key\tV",
            "| key | V |",
            "keyは「V」です",
            "key＝V",
            "key: Bearer V",
            "os.environ[\"key\"] = \"V\"",
            "{\"name\": \"key\", \"value\": \"V\"}",
        ] {
            assert!(reaches(Gap::Assigned, text) && reaches(Gap::Near, text), "{text}");
        }
        for text in ["key V", "key のトークンは V", "key (production) V", "keyのAPIキー：V"] {
            assert!(reaches(Gap::Near, text) && !reaches(Gap::Assigned, text), "{text}");
        }
        for text in [
            "key：V",
            "key（漢字）　V",
            "key\nV",
            "key　　V",
            "「key」は「V」",
            "<th>key</th>\n<td>V</td>",
            "key / V",
        ] {
            assert!(reaches(Gap::Label, text), "{text}");
        }
        for text in ["keyV", "key for V", "keys: V", "key。V"] {
            assert!(!reaches(Gap::Label, text), "{text}");
        }
        for text in ["key\n\nV", "key。V", "key; and then V"] {
            assert!(!reaches(Gap::Near, text) && !reaches(Gap::Assigned, text), "{text}");
        }
    }
}
