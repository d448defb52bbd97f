//! One exchange of the tour: who asks what, and what is promised about it.

use super::people::Person;
use crate::cli::Lang;

/// One exchange.
pub struct Scene {
    /// What it shows.
    pub title: Both,
    /// Who asks.
    pub who: Who,
    /// The level declared.
    pub level: &'static str,
    /// The model asked for.
    pub model: Which,
    /// What is asked.
    pub says: &'static str,
    /// What must come of it.
    pub promise: Promise,
    /// Why that is so.
    pub why: Both,
}

/// The same in Japanese and in English.
#[derive(Clone, Copy)]
pub struct Both<T = &'static str> {
    pub ja: T,
    pub en: T,
}

impl<T: AsRef<str>> Both<T> {
    /// The one in this language.
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.ja, &self.en).as_ref()
    }
}

/// Who asks, and so in which form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// A person by a token, in OpenAI's.
    Person(Person),
    /// GENAI's chat by its key, in Amazon Bedrock's (ConverseStream); nobody says for whom.
    ChatLambda,
    /// What GENAI calls applications with, by its key; who uses it is a pseudonym.
    AppLambda,
}

impl Who {
    /// What the tour calls them.
    pub fn called(self, lang: Lang) -> &'static str {
        match self {
            Who::Person(person) => person.called(lang),
            Who::ChatLambda => lang.pick("源内のチャット（Lambda）", "GENAI's chat (a Lambda)"),
            Who::AppLambda => lang.pick("源内のアプリ画面（Lambda）", "GENAI's form (a Lambda)"),
        }
    }
}

/// A model name, by what it can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// Serves Level 1 from a commercial backend and Level 2 from a domestic one.
    Both,
    /// Has commercial backends only.
    CommercialOnly,
    /// On Amazon Bedrock, computed where Level 2 is approved.
    BedrockInJapan,
    /// On Amazon Bedrock, computed anywhere.
    BedrockAnywhere,
    /// A business application, computed where Level 2 is approved.
    Application,
}

/// Where a backend computes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A zone whose ceiling is below Level 2.
    Commercial,
    /// A zone approved for Level 2.
    Government,
}

/// What must come of an exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Promise {
    /// Answered, and a backend there got the words as they were written.
    Answered(Place),
    /// Answered; the backend got the rest, but not this, and it does not come back.
    Redacted(&'static str),
    /// Declared too low: answered at this level, from there.
    Raised(&'static str, Place),
    /// Refused with 403; no backend got anything.
    Refused,
    /// Refused, and shown by a screen that shows nothing but answers; no backend got anything.
    Shown,
    /// A backend answered with this, and it did not come back.
    Cut(&'static str),
    /// A backend there streamed this, cut over several events; the answer streamed as said here, and no piece of it was told.
    Streamed {
        /// Where it was computed.
        place: Place,
        /// What was hidden.
        hidden: &'static str,
        /// All that was told.
        told: &'static str,
    },
    /// The answer streamed so far, then broke off with an error, and nothing that follows here was told.
    BrokenOff {
        /// What was told before.
        told: &'static str,
        /// What was not.
        hidden: &'static str,
    },
}

impl Promise {
    /// Whether the answer comes event by event.
    pub fn streams(self) -> bool {
        matches!(self, Promise::Streamed { .. } | Promise::BrokenOff { .. })
    }
}

/// Looks like an access key id; belongs to nobody. In two pieces, so that no scanner takes this file for a leak.
pub const CLOUD_KEY: &str = concat!("AKIA", "RZPUZDIKABNBHR4I");
