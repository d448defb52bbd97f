//! What is more than a string: words of closed lists, dates, and sentences in both languages.

use super::{Fields, Text};
use crate::content::Said;
use crate::keys::Kind;
use crate::parse::moment;
use crate::parse::report::did_you_mean;

impl<'r> Fields<'r> {
    /// One word of a closed list, or `default` if it is absent. The list is never empty.
    pub(crate) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&str, T)],
        default: Option<T>,
    ) -> Option<T> {
        self.note(key, Kind::word(words));
        let Some((place, value)) = self.value(key) else {
            if default.is_none() {
                self.missing(key);
            }
            return default;
        };
        let text = self.string(place, key, value)?;
        self.choose(key, &text, words)
    }

    /// One word of a closed list that may be absent.
    pub(crate) fn maybe_word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.note(key, Kind::word(words));
        let text = self.maybe_text(key)?;
        self.choose(key, &text, words)
    }

    /// Several words of a closed list; absent means none.
    pub(crate) fn words<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Vec<T> {
        self.note(key, Kind::words(words));
        let texts = self.texts(key);
        texts.iter().filter_map(|text| self.choose(key, text, words)).collect()
    }

    /// The word of a closed list that a text is, or a fault.
    pub(crate) fn choose<T: Copy>(&self, key: &str, text: &Text, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text.text).map(|(_, value)| *value);
        if found.is_none() {
            let help = did_you_mean(&text.text, words.iter().map(|(word, _)| *word));
            self.report.error(text.place, format!("`{}` is no `{key}`", text.text), help);
        }
        found
    }

    /// A moment as Unix seconds: an offset date-time, or a date, which means its first second in the policy's
    /// local time.
    pub(crate) fn moment(&mut self, key: &'static str) -> Option<u64> {
        self.note(key, Kind::Moment);
        let (place, value) = self.value(key)?;
        let Some(written) = value.as_datetime() else {
            self.mistyped(place, key, "a date", value);
            return None;
        };
        let moment = moment::unix_seconds(written, self.report.offset.get());
        if moment.is_none() {
            let help = "write a date (`2027-03-31`) or a time with its offset (`2027-03-31T00:00:00+09:00`), from 1970 on";
            self.report.error(place, format!("`{key}` is no moment"), help);
        }
        moment
    }

    /// A time of the day without a date, as `08:30:00`, in minutes.
    pub(crate) fn time_of_day(&mut self, key: &'static str) -> Option<u16> {
        self.note(key, Kind::TimeOfDay);
        let (place, value) = self.required(key)?;
        let time = value.as_datetime().filter(|written| written.date.is_none() && written.offset.is_none());
        let time = time.and_then(|written| written.time);
        match time {
            Some(time) => Some(u16::from(time.hour) * 60 + u16::from(time.minute)),
            None => {
                self.report.error(place, format!("`{key}` is no time of the day"), "write it as `08:30:00`");
                None
            }
        }
    }

    /// A sentence in both languages; empty after a fault.
    pub(crate) fn said(&mut self, key: &'static str, required: bool) -> Said {
        self.note(key, Kind::Said);
        if required && !self.has(key) {
            let help = format!("write `{key} = {{ ja = \"…\", en = \"…\" }}`: what a person reads");
            self.report.error(self.place, format!("{} has no `{key}`", self.what), help);
        }
        let Some(mut fields) = self.table(key) else {
            return Said::default();
        };
        let (place, said) = (fields.place, Said { ja: fields.text("ja").text, en: fields.text("en").text });
        // The other language twice is as good as nothing.
        for (language, wrong, key) in [
            ("Japanese", !said.ja.is_empty() && !said.ja.contains(is_japanese), "ja"),
            ("English", said.en.contains(is_kana), "en"),
        ] {
            if wrong {
                self.report.warn(
                    place,
                    format!("the text in `{key}` is not {language}"),
                    "people read the one of their language",
                );
            }
        }
        fields.finish();
        said
    }
}

/// Hiragana and katakana, which no other language has.
fn is_kana(c: char) -> bool {
    ('\u{3041}'..='\u{30FF}').contains(&c)
}

/// Kana, or a character that Japanese shares with Chinese.
fn is_japanese(c: char) -> bool {
    is_kana(c) || ('\u{3400}'..='\u{9FFF}').contains(&c)
}
