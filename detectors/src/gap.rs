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
    /// As in forms and memos: the rest of the label, a sign, a space, a line break, or nothing at all. For labels that
    /// say what the value is, such as 口座番号, in any language.
    Form,
    /// What a sentence says between a noun and its value, such as `は「` and ` for the wiki is now `.
    Said,
    /// No more than a quote: for keys that are options of a command.
    Glued,
}

/// Signs that assign, with quotes and line breaks around them, or an element or attribute `value` in between.
const ASSIGNS: &str = concat!(
    r#"(?:\\?["'`\])}>）」』】*]){0,3}[ \t\u3000]{0,4}"#,
    r#"(?:=>|:=|={1,3}|[:：＝>|,、\t]|は、?|が|を| is |\(\\?["']|"#,
    r#":[ ]?&?(?:'static |'a )?(?:[sS]tr|[sS]tring|SecretString)[ ]?=|"#,
    r#"[,;]?[ \t\r\n]{0,16}["']?(?:value|Value|VALUE)["']?[ \t]{0,3}[:=>])"#,
    r#"[ \t\u3000]{0,4}(?:\r?\n[ \t]{0,16})?(?:\\?["'`「『（(\[{<【*]){0,3}"#,
    r#"(?:(?i-u:bearer|basic|token|apikey|key|base64)[ =:]{1,2})?"#,
);

/// The rest of an identifier, as in `DATADOG` `_API_KEY_PROD`: not the rest of another word, as in `secret` `ary`.
const IDENTIFIER: &str = r"(?:s|[_.\-A-Z0-9][A-Za-z0-9_.\-]{0,31})";

/// A few words in the same line.
const WORDS: &str = r#"[A-Za-z0-9_.\-/ \u3000\[\]()"'`ぁ-んァ-ヶー一-龠]{1,40}"#;

/// Whose or which, before a sentence goes on: `（仮）`, ` for the admin account`.
const WHOSE: &str = concat!(
    r"(?:[ \t]?[（(\[【][^（）()\[\]【】\n]{1,24}[)）\]】]|",
    r" (?:for|of|to|on|in|at) [A-Za-z0-9_.@'/\- ]{1,40}| there| here|等|など|自体|の方|側|の?部分)",
);

/// What a sentence says of a noun before it tells the value, or nothing but a line break.
const SAYS: &str = concat!(
    r#"(?:\\?["'`\])}>）」』】*]){0,3}[ \t\u3000]{0,4}"#,
    r#"(?:(?:に|で|と)?(?:は|も)|が|を|って|[がを](?:(?:再?設定|再?発行|変更|更新|作成|リセット)し|変わり|変え)まし?た[ \u3000]?[→⇒:：]|=>|->|:=|={1,2}|[:：＝→⇒>|、\t?？]\*{0,2}|は?[?？]|"#,
    r#"(?:(?i: is| are| was| will be| should be| has been| to| as)|'s)[ :]|\r?\n)"#,
    r#"[ \t\u3000]{0,4}、?"#,
    r#"(?:(?:(?:次|以下|下記)の?(?:とおり|通り|もの|文字列)?(?:です|になります|でお願いします)?|現在|今は|今|確か|たしか|多分|たぶん|えーと、?|えっと、?|あれ、|(?:今日|本日|明日|今月|来月|先週|昨日|[0-9]{1,2}月(?:[0-9]{1,2}日)?)から|"#,
    r#"一応|とりあえず|初期値の|初期値は|既定の|仮で|仮の|新しい|旧い|古い|仮に|全員共通で|共通で|変わらず|前と同じ|"#,
    r#"(?:別[送途便紙添]|前回|先日|先ほど|昨年|従来|いつも|お伝えした|お知らせした|ご連絡の)の?(?:とおり|通り))[、。:：]?|"#,
    r#"(?i:(?:now|currently|still|set to|changed to|reset to|actually|just|probably|as follows|the following|this)[: ]{1,2}){1,2})?"#,
    r#"[ \t\u3000]{0,4}(?:\r?\n[ \t\u3000>]{0,8}){0,2}(?:\\?["'`「『（(\[{<【“‘*]){0,3}"#,
);

/// Quotes alone.
const QUOTES: &str = r#"\\?["'`]\(?|\("#;

/// No sign at all.
const SPACES: &str = r"[ \t\u3000]{1,4}";

/// The rest of a label: of an identifier, in words that add nothing, or in parentheses.
const LABEL: &str = concat!(
    r"(?:s|[_.\-A-Z0-9][A-Za-z0-9_.\-]{0,31}|(?:\r?\n[ \t]{0,8})?等?の?(?:記号)?番号|等|欄|コード|[ _\-]?(?i-u:numbers?|num|no|id|code)[.]?|[ ]?[№#])",
    r"(?:[ ]?[(（\[][^()（）\[\]\n]{1,24}[)）\]])?",
    r"|[ ]?[(（\[][^()（）\[\]\n]{1,24}[)）\]]",
);

/// What may stand between a label and its value: closing quotes, a sign, line breaks, opening quotes.
const LABELS: &str = concat!(
    r#"(?:(?:\\?["'`\])}>）」』】*]){1,3}[ \t\u3000]{0,4}(?:[:：=＝>|,、\t;；→⇒/／・…\-]{1,3}|って|は、?|が|を|に|の)?"#,
    r#"|[ \t\u3000]{0,4}(?:[:：=＝>|,、\t;；→⇒/／・…\-]{1,3}|って|は、?|が|を|に|の| is |[ \t\u3000])"#,
    r#"|(?:\\?["'`「『（(\[{<【*第])|\r?\n)"#,
    r#"[ \t\u3000]{0,6}(?:\r?\n[ \t\u3000|]{0,16}){0,2}(?:\\?["'`「『（(\[{<【*第]){0,3}"#,
);

/// The end of one element and the beginning of the next, as between `<th>` and `<td>`.
const TAGS: &str = r"(?:</?[A-Za-z][^<>\n]{0,32}>[ \t\r\n]{0,8}){2,4}";

static ASSIGNING: LazyLock<Option<Pattern>> =
    LazyLock::new(|| Pattern::forward(&format!("{ASSIGNS}|{TAGS}")).ok());
static SPACED: LazyLock<Option<Pattern>> =
    LazyLock::new(|| Pattern::forward(&format!("{ASSIGNS}|{TAGS}|{SPACES}")).ok());
static IDENTIFIERS: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(IDENTIFIER).ok());
static WHOSES: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(WHOSE).ok());
static SAYING: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(SAYS).ok());
static QUOTING: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(QUOTES).ok());
static LABEL_ENDS: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(LABEL).ok());
static LABELLING: LazyLock<Option<Pattern>> =
    LazyLock::new(|| Pattern::forward(&format!("{LABELS}|{TAGS}")).ok());
static WORDY: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::forward(WORDS).ok());

impl Gap {
    /// As rule files write them.
    pub(crate) const NAMES: &[(&str, Gap)] = &[
        ("assigned", Gap::Assigned),
        ("near", Gap::Near),
        ("label", Gap::Form),
        ("said", Gap::Said),
        ("glued", Gap::Glued),
    ];

    /// Where a value may begin after a key that ends at `at`, nearest first, and whether the text ended before all of
    /// these places were seen; adds the bytes read to `work`.
    pub(crate) fn ends(self, text: &[u8], at: usize, work: &mut u64) -> (Vec<usize>, bool) {
        let (words, assigns) = self.patterns();
        let step = |pattern: Option<&Pattern>, at: usize, work: &mut u64| {
            pattern.map_or((Vec::new(), false), |pattern| pattern.ends(text, at, work))
        };
        let (mut middles, mut alive) = step(words, at, work);
        middles.insert(0, at);
        // A label or an option may stand directly before its value: 口座番号1234567, `-pSecret`.
        let directly = matches!(self, Gap::Form | Gap::Glued);
        let mut ends = if directly { middles.clone() } else { Vec::new() };
        for middle in middles {
            let (further, more) = step(assigns, middle, work);
            ends.extend(further);
            alive |= more;
        }
        ends.sort_unstable();
        ends.dedup();
        (ends, alive)
    }

    /// Whether its patterns can be read, which hangs on what the regular expressions are built with: if they could not, no
    /// rule that has it would find anything.
    pub(crate) fn is_sound(self) -> bool {
        let (words, assigns) = self.patterns();
        assigns.is_some() && (words.is_some() || self == Gap::Glued)
    }

    /// Builds what does not hang on a text.
    pub(crate) fn warm(self) {
        let (words, assigns) = self.patterns();
        words.into_iter().chain(assigns).for_each(Pattern::warm);
    }

    /// Longest gap, in bytes.
    pub(crate) fn longest(self) -> usize {
        let (words, assigns) = self.patterns();
        [words, assigns].into_iter().flatten().map(|pattern| pattern.longest).sum()
    }

    /// What may stand first, if anything may, and what divides it from the value.
    fn patterns(self) -> (Option<&'static Pattern>, Option<&'static Pattern>) {
        match self {
            Gap::Assigned => (IDENTIFIERS.as_ref(), ASSIGNING.as_ref()),
            Gap::Near => (WORDY.as_ref(), SPACED.as_ref()),
            Gap::Form => (LABEL_ENDS.as_ref(), LABELLING.as_ref()),
            Gap::Said => (WHOSES.as_ref(), SAYING.as_ref()),
            Gap::Glued => (None, QUOTING.as_ref()),
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
        for (name, gap) in Gap::NAMES {
            let (words, assigns) = gap.patterns();
            let compile = |pattern: &Pattern| pattern.fits().is_ok();
            assert!(gap.is_sound() && words.is_none_or(compile) && assigns.is_some_and(compile), "{name}");
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
            "let key: &str = \"V\";",
            "const key: string = 'V'",
            "set_key(\"V\")",
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
            assert!(reaches(Gap::Form, text), "{text}");
        }
        for text in ["key for V", "key。V"] {
            assert!(!reaches(Gap::Form, text), "{text}");
        }
        for text in ["key\n\nV", "key。V", "key; and then V"] {
            assert!(!reaches(Gap::Near, text) && !reaches(Gap::Assigned, text), "{text}");
        }
    }

    #[test]
    fn sentences_tell_a_value() {
        for text in [
            "keyは「V」です",
            "key: V",
            "key（仮）：V",
            "key for the admin account is now V",
            "the key's V",
            "set the key to \"V\"",
            "keyは以下の通りです。\nV",
            "key\nV",
            "keyは、たしかV",
            "keyをVに変更",
            "keyが変わりました→V",
            "key部分はV",
            "keyは前回のとおりVで",
        ] {
            assert!(reaches(Gap::Said, text), "{text}");
        }
        for text in ["key V", "keys V", "keyがありません。V", "key must be V"] {
            assert!(!reaches(Gap::Said, text), "{text}");
        }
        assert!(
            reaches(Gap::Glued, "keyV") && reaches(Gap::Glued, "key'V'") && !reaches(Gap::Glued, "key V")
        );
    }

    #[test]
    fn a_label_is_followed_by_its_value_as_in_forms() {
        for text in [
            "keyV",
            "key：V",
            "key V",
            "key　　V",
            "key\nV",
            "key\n\n  V",
            "key（半角）：V",
            "keyの番号は「V」",
            "key\n番号\nV",
            "key等番号 V",
            "key番号第V",
            "key No. V",
            "key number: V",
            "key_no\":\"V",
            "**key**：V",
            "| key | V |",
            "【key】V",
            "key：\nV",
            "<key>V</key>",
            "key・・・V",
            "key → V",
            "key is V",
        ] {
            assert!(reaches(Gap::Form, text), "{text}");
        }
        for text in ["key\n\n\n\nV", "key。V", "keyを忘れた方はV", "keyboard V", "key of the V"] {
            assert!(!reaches(Gap::Form, text), "{text}");
        }
    }
}
