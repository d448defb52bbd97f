//! Every key that a policy file may hold: what the reader itself asks for, with a sentence about each. The JSON Schema,
//! the reference and the formatter are made of it, so none of them can know another language than the reader.

mod described;

use sekisho_detectors::RuleSet;

use crate::parse;
use crate::policy::SourceFile;

/// The key of a table whose keys are names of the policy's choosing.
pub const EVERY: &str = "*";

/// What stands under a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A string.
    Text,
    /// Letters, digits, `.`, `-`, `_`, at most 64.
    Id,
    /// A list of strings.
    Texts,
    /// A string or a list of them.
    TextOrTexts,
    /// A whole number.
    Number {
        /// The least.
        least: u64,
        /// The greatest.
        most: u64,
        /// What counts without the key.
        default: Option<u64>,
    },
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Word(Vec<String>),
    /// A list of these words.
    Words(Vec<String>),
    /// One of these words, or a list of names.
    WordOrTexts(Vec<String>),
    /// A date, or a time with its offset.
    Moment,
    /// A time of the day.
    TimeOfDay,
    /// A level's id, or `{ level = "…", compartments = ["…"] }`.
    Label,
    /// `{ ja = "…", en = "…" }`
    Said,
    /// A table.
    Table,
    /// A list of tables.
    Tables,
}

impl Kind {
    pub(crate) fn word<T>(words: &[(&str, T)]) -> Kind {
        Kind::Word(words.iter().map(|(word, _)| (*word).to_owned()).collect())
    }

    pub(crate) fn words<T>(words: &[(&str, T)]) -> Kind {
        Kind::Words(words.iter().map(|(word, _)| (*word).to_owned()).collect())
    }
}

/// A key that a policy may hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The keys that lead to its table, as `zone.accreditation`; empty for the outermost.
    pub table: String,
    /// The key, or [`EVERY`].
    pub key: &'static str,
    /// What stands under it.
    pub kind: Kind,
    /// Whether its table is wrong without it.
    pub required: bool,
}

impl Key {
    /// What it means, in Japanese and in English.
    pub fn described(&self) -> Option<(&'static str, &'static str)> {
        described::of(&self.table, self.key)
    }
}

/// Every key, table by table, in the order of the reference.
pub fn all() -> Vec<Key> {
    let rules = RuleSet::load(&[]).or_else(|_| RuleSet::built_in());
    let Ok(rules) = rules else { return Vec::new() };
    let mut keys = parse::keys(&specimen(FULL), &rules);
    // A key whose absence is told must be there, unless that depends on what else is.
    keys.iter_mut().for_each(|known| known.required = false);
    for bare in parse::keys(&specimen(BARE), &rules) {
        let known = keys.iter_mut().filter(|known| known.table == bare.table && known.key == bare.key);
        known.into_iter().for_each(|known| known.required |= bare.required);
    }
    keys.sort_by_key(|key| {
        (described::table(&key.table), key.table.clone(), described::position(&key.table, key.key))
    });
    keys
}

fn specimen(text: &'static str) -> [SourceFile<'static>; 2] {
    let own = "inherits = { folder = \"..\", ministry = \"m\" }\n";
    [SourceFile { name: "policy.toml", text }, SourceFile { name: "m/policy.toml", text: own }]
}

/// Every table, so that the reader asks for what may stand in it. That it is every table is a test.
const FULL: &str = r#"
under_declared = ""
recall = ""
signed_reasoning = ""
utc_offset = ""
level = [{ id = "1", ja = "一", en = "one" }]
compartment = [{ }]
zone = [{ accreditation = { names = [{ }] } }]
backend = [{ credentials = { } }]
model = [{ }]
issuer = [{ require = { } }]
ministry = [{ }]
service = [{ undeclared = { } }]
certificate = { }
grant = [{ claims = { } }]
access = [{ hours = { } }]
content = [{ then = "raise" }]
quota = [{ }]
field = [{ }]
inference_profile = [{ }]
app = [{ levels = { } }]
limits = { }
answers = { }
test = [
    { claims = { }, context = true, service = "s", findings = [{ }], answer_findings = [{ }], obligations = { } },
    { claims = { }, findings = [{ }] },
    { grants = ["g"], findings = [{ }] },
]
"#;

/// The same, with nothing in it.
const BARE: &str = r#"
level = [{ }]
compartment = [{ }]
zone = [{ accreditation = { names = [{ }] } }, { accreditation = { } }]
backend = [{ }]
model = [{ }]
issuer = [{ }]
ministry = [{ }]
service = [{ undeclared = { } }]
certificate = { }
grant = [{ }]
access = [{ hours = { } }]
content = [{ }]
quota = [{ }]
field = [{ }]
inference_profile = [{ }]
app = [{ }]
test = [{ findings = [{ }], answer_findings = [{ }] }]
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_described_and_nothing_else_is() {
        let keys = all();
        let bare: Vec<String> = keys
            .iter()
            .filter(|key| key.described().is_none())
            .map(|key| format!("{} {} {:?}", key.table, key.key, key.kind))
            .collect();
        assert_eq!(bare, [""; 0]);
        let asked: Vec<(&str, &str)> = keys.iter().map(|key| (key.table.as_str(), key.key)).collect();
        let extra: Vec<_> = described::each().filter(|known| !asked.contains(known)).collect();
        assert_eq!(extra, []);
    }

    #[test]
    fn every_table_is_looked_into() {
        let keys = all();
        for key in keys.iter().filter(|key| matches!(key.kind, Kind::Table | Kind::Tables)) {
            let path = [key.table.as_str(), key.key].into_iter().filter(|part| !part.is_empty());
            let path = path.collect::<Vec<_>>().join(".");
            assert!(
                keys.iter().any(|inner| inner.table == path),
                "nothing is known of what stands in `{path}`"
            );
        }
    }

    #[test]
    fn what_must_be_there_is_known() {
        let keys = all();
        let required = |table: &str| {
            let own = keys.iter().filter(|key| key.table == table && key.required);
            own.map(|key| key.key).collect::<Vec<_>>()
        };
        assert_eq!(required("zone"), ["id", "ja", "en", "ceiling"]);
        assert_eq!(required("zone.accreditation"), ["evidence", "expires", "names"]);
        assert_eq!(required(""), ["undeclared", "under_declared"]);
    }
}
