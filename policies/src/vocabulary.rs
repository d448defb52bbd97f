//! What content rules speak about: detector rules and opaque kinds as the policy sees them, found without a search.

use sekisho_detectors::Category;

use crate::content::ContentRule;
use crate::facts::{Opaque, What};
use crate::index::{ContentRuleIndex, MinistryIndex, numbered};

/// A detector rule or an opaque kind as the policy sees it: all that it needs of the rule set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    pub(crate) id: String,
    pub(crate) category: Category,
    /// Whether it stands for what could not be read. That may not pass in silence: without a rule, it blocks.
    pub(crate) opaque: bool,
    /// Content rules about the category, in the policy's order.
    pub(crate) rules: Vec<ContentRuleIndex>,
    /// Those that are about everybody.
    general: Vec<ContentRuleIndex>,
    /// Those that are about some ministries alone, by each of these.
    own: Vec<Vec<ContentRuleIndex>>,
}

impl Word {
    pub(crate) fn new(id: &str, category: Category) -> Word {
        let opaque = category.as_str().starts_with("opaque.");
        Word { id: id.to_owned(), category, opaque, rules: Vec::new(), general: Vec::new(), own: Vec::new() }
    }

    /// Content rules that may count for people of that ministry.
    pub(crate) fn about(&self, ministry: Option<MinistryIndex>) -> impl Iterator<Item = ContentRuleIndex> {
        let own = ministry.and_then(|ministry| self.own.get(ministry.number()));
        self.general.iter().chain(own.into_iter().flatten()).copied()
    }

    fn bind(&mut self, content: &[ContentRule]) {
        (self.rules, self.general, self.own) = Default::default();
        let about = numbered::<ContentRuleIndex, _>(content).filter(|(_, rule)| rule.about(&self.category));
        for (index, rule) in about {
            self.rules.push(index);
            if rule.ministries.is_empty() {
                self.general.push(index);
            }
            for ministry in &rule.ministries {
                if self.own.len() <= ministry.number() {
                    self.own.resize(ministry.number() + 1, Vec::new());
                }
                self.own.get_mut(ministry.number()).into_iter().for_each(|own| own.push(index));
            }
        }
    }
}

/// Every word, by what it is of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Vocabulary {
    /// By the rule's number.
    found: Vec<Option<(What, Word)>>,
    /// In the order of [`Opaque::ALL`].
    opaque: Vec<Option<(What, Word)>>,
}

impl Vocabulary {
    pub(crate) fn of(words: impl IntoIterator<Item = (What, Word)>) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for (what, word) in words {
            let (list, number) = match what {
                What::Rule(rule) => (&mut vocabulary.found, rule.number()),
                What::Opaque(kind) => (&mut vocabulary.opaque, number(kind)),
            };
            if list.len() <= number {
                list.resize(number + 1, None);
            }
            list.get_mut(number).into_iter().for_each(|place| *place = Some((what, word.clone())));
        }
        vocabulary
    }

    pub(crate) fn get(&self, what: &What) -> Option<&Word> {
        let place = match what {
            What::Rule(rule) => self.found.get(rule.number()),
            What::Opaque(kind) => self.opaque.get(number(*kind)),
        };
        place?.as_ref().map(|(_, word)| word)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (What, &Word)> {
        self.found.iter().chain(&self.opaque).flatten().map(|(what, word)| (*what, word))
    }

    /// Says for every word which rules are about it.
    pub(crate) fn bind(&mut self, content: &[ContentRule]) {
        for (_, word) in self.found.iter_mut().chain(&mut self.opaque).flatten() {
            word.bind(content);
        }
    }
}

fn number(kind: Opaque) -> usize {
    Opaque::ALL.iter().position(|other| *other == kind).unwrap_or(Opaque::ALL.len())
}
