//! `[[hosts]]` of a rule file.

use toml::Spanned;
use toml::de::DeTable;

use super::{FOLLOWED, Outside, Shown, address, signs};
use crate::body::{BodyEnd, Until};
use crate::gap::Gap;
use crate::matcher::{Matcher, Start};
use crate::parse::{Fields, Source, Text};
use crate::read::Built;
use crate::rule::Words;
use crate::{Category, Confidence, Rule};

/// A host that addresses may point to: one, or all below it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Pattern {
    One(String),
    /// All that end so, the dot included.
    Below(String),
}

impl Pattern {
    fn parse(text: &str) -> Option<Pattern> {
        let (below, host) = text.strip_prefix("*.").map_or((false, text), |host| (true, host));
        let bracketed = host.starts_with('[').then(|| address::host_of(host)).flatten();
        let host = bracketed.or_else(|| address::named(host))?;
        let sound = !host.contains('*') && !host.split('.').any(str::is_empty);
        sound.then(|| if below { Pattern::Below(format!(".{host}")) } else { Pattern::One(host) })
    }

    pub(super) fn matches(&self, host: &str) -> bool {
        match self {
            Pattern::One(one) => host == one,
            Pattern::Below(suffix) => host.len() > suffix.len() && host.ends_with(suffix.as_str()),
        }
    }
}

/// The rules of one table: for pictures, for links, or for both.
pub(crate) fn hosts(table: Spanned<DeTable<'_>>, source: &mut Source<'_>) -> Vec<Built> {
    let span = table.span();
    let mut fields = Fields::new(table.into_inner(), span, source);
    let id = fields.required("id");
    let about = fields.words("about");
    let mut lists = Vec::new();
    for (key, shown) in [("images", Shown::Picture), ("links", Shown::Link)] {
        if fields.has(key) {
            let texts = fields.strings(key);
            let patterns = texts.iter().filter_map(|text| pattern(text, &mut fields)).collect();
            lists.push((shown, patterns));
        }
    }
    if lists.is_empty() {
        let message =
            "`images` or `links` names the hosts that answers may point to; an empty list names none";
        fields.source.fault(fields.span(), message);
    }
    fields.finish();
    let Some(id) = id else { return Vec::new() };
    lists.into_iter().filter_map(|(shown, hosts)| built(&id, about.clone(), shown, hosts)).collect()
}

fn pattern(text: &Text, fields: &mut Fields<'_, '_, '_>) -> Option<Pattern> {
    let pattern = Pattern::parse(text.get_ref());
    if pattern.is_none() {
        let message = format!(
            "`{}` is no host: write `www.example.jp`, or `*.example.jp` for all below it, without scheme, port or path",
            text.get_ref()
        );
        fields.source.fault(text.span(), message);
    }
    pattern
}

fn built(id: &Text, about: Option<Words>, shown: Shown, hosts: Vec<Pattern>) -> Option<Built> {
    let (suffix, category, name, what) = match shown {
        Shown::Picture => (
            "images",
            "exfil.image.host",
            Words::new("一覧にないホストの画像など", "picture from a host that is not listed"),
            Words::new(
                "表示されるだけで取得されます。相手に、表示されたことと、アドレスに書かれたことが伝わります。",
                "It is fetched by being shown: whoever serves it learns that it was, and all that its address says.",
            ),
        ),
        Shown::Link => (
            "links",
            "exfil.link.host",
            Words::new("一覧にないホストへのリンク", "link to a host that is not listed"),
            Words::new(
                "押すと、一覧にない相手につながります。アドレスに書かれたことも伝わります。",
                "Whoever follows it reaches somebody who is not listed, and tells them all that its address says.",
            ),
        ),
    };
    let rule = Rule {
        id: format!("{}.{suffix}", id.get_ref()),
        category: Category::parse(category)?,
        name,
        about: about.unwrap_or(what),
        reason: Some(Words::new(
            "ブラウザと同じ読み方で求めたホストが、一覧にありません。",
            "The host, read as browsers read it, is not in the list.",
        )),
        confidence: Confidence::High,
        sources: vec!["WHATWG URL Standard §3.5 and §4.4; CommonMark 0.31.2 §4.7, §6.3 to §6.5".into()],
        examples: Vec::new(),
        negatives: Vec::new(),
    };
    let matcher = matcher(Outside { shown, hosts });
    Some(Built { rule, matcher, id: id.clone() })
}

fn matcher(outside: Outside) -> Matcher {
    let is_followed =
        |sign: &str| FOLLOWED.contains(&sign) || ["href", "](", "http", "ftp:", "www."].contains(&sign);
    let is_fetched = |sign: &str| !FOLLOWED.contains(&sign) && !["http", "ftp:", "www."].contains(&sign);
    let signs = signs().map(|(sign, _)| sign).filter(|sign| match outside.shown {
        Shown::Picture => is_fetched(sign),
        Shown::Link => is_followed(sign),
    });
    let start = Start::Keys(signs.map(str::to_owned).collect(), Gap::Glued);
    Matcher {
        until: Some(Until { end: BodyEnd::Run(address_bytes()), cap: ADDRESS_MAX }),
        outside: Some(outside),
        ..Matcher::of(start)
    }
}

/// How much of an address is taken behind its host, in bytes.
const ADDRESS_MAX: usize = 16 << 10;

/// What an address goes on with: no space, no quote and no bracket that may end it, or begin another.
fn address_bytes() -> Box<[bool; 128]> {
    let mut set = Box::new([false; 128]);
    for (byte, slot) in (0_u8..).zip(set.iter_mut()) {
        *slot = byte.is_ascii_graphic() && !b"\"'<>()[]`\\".contains(&byte);
    }
    set
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn matches(pattern: &str, host: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(host)
    }

    #[test]
    fn a_pattern_is_one_host_or_all_below_it() {
        assert!(matches("www.go.jp", "www.go.jp"));
        assert!(matches("WWW.ｇｏ.jp.", "www.go.jp"));
        assert!(matches("*.go.jp", "www.go.jp"));
        assert!(matches("*.go.jp", "a.b.go.jp"));
        assert!(matches("日本語.jp", "xn--wgv71a119e.jp"));
        assert!(matches("192.0.2.1", "192.0.2.1"));
        assert!(matches("[2001:db8::1]", "[2001:db8::1]"));
        assert!(!matches("*.go.jp", "go.jp"));
        assert!(!matches("*.go.jp", "xgo.jp"));
        assert!(!matches("*.go.jp", "www.go.jp.evil.example"));
        assert!(!matches("www.go.jp", "a.www.go.jp"));
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in
            ["*", "*.", "", "https://www.go.jp", "www.go.jp/", "www.go.jp:443", "*go.jp", "a.*.jp", "a b"]
        {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
    }
}
