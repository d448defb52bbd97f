//! Which language messages are in: `--lang`, else the locale, else English.

use clap::ValueEnum;

/// A language that every message exists in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Lang {
    /// 日本語
    Ja,
    /// English
    En,
}

impl Lang {
    /// The process's locale: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not empty (POSIX 8.2).
    pub fn of_locale() -> Lang {
        Lang::of(|name| std::env::var(name).ok())
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Lang {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = names.iter().filter_map(|name| variable(name)).find(|value| !value.is_empty());
        let japanese = locale
            .is_some_and(|locale| locale == "ja" || locale.starts_with("ja_") || locale.starts_with("ja."));
        if japanese { Lang::Ja } else { Lang::En }
    }

    /// The one of two texts that is in this language.
    pub fn pick<T>(self, ja: T, en: T) -> T {
        match self {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], expect: Lang) {
        let look =
            |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(Lang::of(look), expect, "{variables:?}");
    }

    #[test]
    fn the_locale_chooses_the_language() {
        check(&[], Lang::En);
        check(&[("LANG", "ja_JP.UTF-8")], Lang::Ja);
        check(&[("LANG", "ja")], Lang::Ja);
        check(&[("LANG", "en_US.UTF-8")], Lang::En);
        check(&[("LANG", "jam_JM")], Lang::En);
        check(&[("LC_ALL", "C"), ("LANG", "ja_JP.UTF-8")], Lang::En);
        check(&[("LC_ALL", ""), ("LANG", "ja_JP.UTF-8")], Lang::Ja);
        check(&[("LC_MESSAGES", "ja_JP.UTF-8"), ("LANG", "en_US.UTF-8")], Lang::Ja);
    }
}
