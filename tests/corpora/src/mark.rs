//! The notation of the corpora: a text with its gold spans, and what stands for something that is made when it is read.
//!
//! | written | means |
//! |---|---|
//! | `«phone\|090-…»` | a gold span of category `phone` |
//! | `«phone»`, `«phone:mobile»`, `«phone:mobile~wide»` | a gold span whose text is made: by whom, and how it is spelled |
//! | `⟨uuid⟩`, `⟨uuid~upper⟩` | made text that is not gold |
//! | `⟨=text~base64⟩` | this text, spelled so |
//! | `⟨U+200B⟩` | a character that one does not see |

use std::ops::Range;

use crate::made::Stage;
use crate::spell::{rot13, spell};

/// A place that must be found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gold {
    /// What it is; `families` says which findings that matches.
    pub category: String,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
}

/// A text and what must be found in it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Marked {
    /// The text, as a person would have pasted it.
    pub body: String,
    /// In the order of the text; disjoint.
    pub gold: Vec<Gold>,
}

impl Marked {
    /// Reads the notation and makes what is to be made.
    ///
    /// # Errors
    /// What is wrong with the notation.
    pub fn read(source: &str, stage: &mut Stage) -> Result<Self, String> {
        let mut marked = Self::default();
        let mut rest = source;
        while let Some(at) = rest.find(['«', '⟨', '»', '⟩']) {
            let (before, from) = rest.split_at(at);
            marked.body += before;
            let (inside, after) = enclosed(from)?;
            if from.starts_with('«') {
                marked.add_gold(inside, stage)?;
            } else {
                marked.body += &made(inside, stage)?;
            }
            rest = after;
        }
        marked.body += rest;
        Ok(marked)
    }

    fn add_gold(&mut self, inside: &str, stage: &mut Stage) -> Result<(), String> {
        let (category, text) = match inside.split_once('|') {
            Some((category, literal)) => (refined(category, "", stage), Self::read(literal, stage)?.body),
            None => {
                let (names, _) = inside.split_once('~').unwrap_or((inside, ""));
                let (category, maker) = names.split_once(':').unwrap_or((names, names));
                let recipe = inside.get(inside.len() - maker_and_spellings(inside)..).unwrap_or(maker);
                (refined(category, maker, stage), made(recipe, stage)?)
            }
        };
        if text.is_empty() {
            return Err(format!("an empty span of `{category}`"));
        }
        let start = self.body.len();
        self.body += &text;
        self.gold.push(Gold { category, span: start..self.body.len() });
        Ok(())
    }

    /// The text as it is made, with its gold spans in the notation.
    pub fn shown(&self) -> String {
        let mut out = String::new();
        let mut copied = 0;
        for Gold { category, span } in &self.gold {
            out += &format!("{}«{category}|{}»", &self.body[copied..span.start], &self.body[span.clone()]);
            copied = span.end;
        }
        out + &self.body[copied..]
    }

    /// The whole text disguised: `reversed` or `rot13`, its spans with it.
    ///
    /// # Errors
    /// Another spelling, because it would not be known where the spans are.
    pub fn disguise(self, spelling: &str) -> Result<Self, String> {
        let bytes = self.body.len();
        match spelling {
            "rot13" => Ok(Self { body: self.body.chars().map(rot13).collect(), ..self }),
            "reversed" => {
                let turn = |g: &Gold| Gold { span: bytes - g.span.end..bytes - g.span.start, ..g.clone() };
                Ok(Self {
                    gold: self.gold.iter().rev().map(turn).collect(),
                    body: self.body.chars().rev().collect(),
                })
            }
            other => Err(format!("a whole text cannot be spelled `{other}`")),
        }
    }
}

/// How many of the last bytes of `category:maker~spelling` say who makes it and how it is spelled.
fn maker_and_spellings(inside: &str) -> usize {
    let names = inside.find('~').unwrap_or(inside.len());
    inside
        .get(..names)
        .and_then(|names| names.find(':'))
        .map_or(inside.len(), |colon| inside.len() - colon - 1)
}

/// What stands between a mark and its end, and what follows it.
fn enclosed(from: &str) -> Result<(&str, &str), String> {
    let end = match from.chars().next() {
        Some('«') => '»',
        Some('⟨') => '⟩',
        _ => return Err(format!("a mark ends that has not begun: {}", start_of(from))),
    };
    let inside = from.get(from.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
    inside.split_once(end).ok_or_else(|| format!("a mark does not end: {}", start_of(from)))
}

fn start_of(text: &str) -> String {
    text.chars().take(24).collect()
}

fn made(recipe: &str, stage: &mut Stage) -> Result<String, String> {
    if let Some(code) = recipe.strip_prefix("U+") {
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        return c.map(String::from).ok_or_else(|| format!("`{recipe}` is no character"));
    }
    let mut parts = recipe.split('~');
    let maker = parts.next().unwrap_or_default();
    let text = match maker.strip_prefix('=') {
        Some(literal) => literal.to_owned(),
        None => stage.make(maker).ok_or_else(|| format!("nobody makes `{maker}`"))?,
    };
    parts
        .try_fold(text, |text, way| spell(&text, way).ok_or_else(|| format!("no spelling is called `{way}`")))
}

/// Names are counted by how hard they are: `name` is made precise by who it is and how it is written.
fn refined(category: &str, maker: &str, stage: &mut Stage) -> String {
    match category {
        "name" => stage.kind_of_name(maker).to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Gold, Marked};
    use crate::made::Stage;

    fn read(source: &str) -> Result<Marked, String> {
        Marked::read(source, &mut Stage::of("test"))
    }

    #[test]
    fn a_literal_span_is_where_it_stands() {
        let marked = read("電話は«phone|03-1»まで⟨U+200B⟩").unwrap();
        assert_eq!(marked.body, "電話は03-1まで\u{200b}");
        assert_eq!(marked.gold, [Gold { category: "phone".into(), span: 9..13 }]);
    }

    #[test]
    fn made_text_may_be_spelled_and_is_the_same_each_time() {
        let one = read("⟨=ab~wide⟩«my-number:my-number.plain~four»").unwrap();
        assert_eq!(one, read("⟨=ab~wide⟩«my-number:my-number.plain~four»").unwrap());
        assert!(one.body.starts_with("ａｂ") && one.gold[0].span.len() == 14, "{one:?}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for wrong in ["«phone|03", "03»", "⟨nobody⟩", "⟨uuid~nohow⟩", "«x|»", "⟨U+XX⟩"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_reversed_text_has_its_spans_reversed() {
        let marked = read("あ«x|bc»d").unwrap().disguise("reversed").unwrap();
        assert_eq!((marked.body.as_str(), marked.gold[0].span.clone()), ("dcbあ", 1..3));
    }
}
