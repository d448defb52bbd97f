//! The shipped policy, pointed at this machine: every address and trust anchor is replaced, nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;

use toml::de::DeTable;

use super::home::Home;
use super::people::ISS;
use crate::cli::Trouble;

/// The shipped policy, file by file.
const FILES: &[(&str, &str)] = &[
    ("policy.toml", include_str!("../../../policies/genai/policy.toml")),
    ("where.toml", include_str!("../../../policies/genai/where.toml")),
    ("people.toml", include_str!("../../../policies/genai/people.toml")),
    ("content.toml", include_str!("../../../policies/genai/content.toml")),
    ("rules/answer-hosts.toml", include_str!("../../../policies/genai/rules/answer-hosts.toml")),
    ("rules/official-contacts.toml", include_str!("../../../policies/genai/rules/official-contacts.toml")),
    ("tests/apps.toml", include_str!("../../../policies/genai/tests/apps.toml")),
    ("tests/bedrock.toml", include_str!("../../../policies/genai/tests/bedrock.toml")),
    ("tests/content.toml", include_str!("../../../policies/genai/tests/content.toml")),
    ("tests/markings.toml", include_str!("../../../policies/genai/tests/markings.toml")),
    ("tests/people.toml", include_str!("../../../policies/genai/tests/people.toml")),
    ("tests/places.toml", include_str!("../../../policies/genai/tests/places.toml")),
];

/// First line of every file that is written.
const NOTE: &str =
    "# Written by `sekisho dev` at each start: the shipped policy with addresses of this machine.\n\n";

/// Where the backends' trust anchor stands in the policy folder.
const ANCHOR: &str = "anchors/development.pem";

/// What a policy must be told to work here.
pub struct Pointing {
    /// Where the scripted backends listen.
    pub backends: SocketAddr,
    /// How long tokens live, in seconds.
    pub lifetime_s: u64,
}

/// Writes the policy into the folder, in place of the last one, and says where it stands.
pub fn settle(home: &Home, pointing: &Pointing, ca_pem: &str) -> Result<PathBuf, Trouble> {
    let dir = home.at("policy");
    let at = |error: io::Error| Trouble::at(dir.display(), error);
    match fs::remove_dir_all(&dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(error)),
        _ => {}
    }
    for folder in ["tests", "rules", "anchors"] {
        fs::create_dir_all(dir.join(folder)).map_err(at)?;
    }
    fs::write(dir.join(ANCHOR), ca_pem).map_err(at)?;
    for (name, text) in FILES {
        let text = pointed(text, pointing).map_err(|cause| Trouble::at(name, cause))?;
        fs::write(dir.join(name), format!("{NOTE}{text}")).map_err(at)?;
    }
    Ok(dir)
}

/// A policy file with other addresses and longer tokens. Whatever else stands in it, comments too, stays as it is.
fn pointed(text: &str, pointing: &Pointing) -> Result<String, String> {
    let table = DeTable::parse(text).map_err(|error| error.to_string())?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut moved = BTreeMap::new();
    for backend in tables(table.get_ref(), "backend") {
        let url =
            format!("https://{}/{}{}", pointing.backends, word(backend, "id")?, path(word(backend, "url")?));
        moved.insert(approved(backend)?, url.clone());
        edits.push((span(backend, "url")?, quoted(&url)));
        edits.push((span(backend, "trust_anchor")?, quoted(ANCHOR)));
    }
    let zones = tables(table.get_ref(), "zone");
    let accreditations = zones.filter_map(|zone| zone.get("accreditation")?.get_ref().as_table());
    for named in accreditations.flat_map(|accreditation| tables(accreditation, "names")) {
        let url = moved.get(&approved(named)?).ok_or("an accreditation names no backend")?;
        edits.push((span(named, "url")?, quoted(url)));
        edits.push((span(named, "trust_anchor")?, quoted(ANCHOR)));
    }
    for issuer in tables(table.get_ref(), "issuer") {
        edits.push((span(issuer, "iss")?, quoted(ISS)));
        edits.push((span(issuer, "lifetime_max_s")?, pointing.lifetime_s.to_string()));
    }
    edits.sort_by_key(|(span, _)| span.start);
    splice(text, &edits).ok_or_else(|| "the edits do not fit the text".to_owned())
}

/// The tables of `[[name]]`.
fn tables<'a>(table: &'a DeTable<'a>, name: &str) -> impl Iterator<Item = &'a DeTable<'a>> {
    let array = table.get(name).and_then(|value| value.get_ref().as_array());
    array.into_iter().flat_map(|array| array.iter()).filter_map(|value| value.get_ref().as_table())
}

fn span(table: &DeTable<'_>, key: &str) -> Result<Range<usize>, String> {
    table.get(key).map(|value| value.span()).ok_or_else(|| format!("a table has no `{key}`"))
}

/// A string of a table.
fn word<'a>(table: &'a DeTable<'_>, key: &str) -> Result<&'a str, String> {
    table.get(key).and_then(|value| value.get_ref().as_str()).ok_or_else(|| format!("a table has no `{key}`"))
}

/// What tells a backend of an accreditation from others: at one address several models may be asked.
fn approved<'a>(table: &'a DeTable<'_>) -> Result<[&'a str; 3], String> {
    Ok([word(table, "url")?, word(table, "upstream_model")?, word(table, "deployment")?])
}

/// What stands behind the host of an address.
fn path(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    host.find('/').and_then(|at| host.get(at..)).unwrap_or_default()
}

/// Puts values in place of spans, which are in order and do not overlap.
fn splice(text: &str, edits: &[(Range<usize>, String)]) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (span, value) in edits {
        result.push_str(text.get(at..span.start)?);
        result.push_str(value);
        at = span.end;
    }
    result.push_str(text.get(at..)?);
    Some(result)
}

/// A basic string (TOML 1.0, Strings).
fn quoted(value: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", value.chars().map(escape).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Lang;
    use sekisho::policy_folder::Folder;

    fn pointing() -> Pointing {
        Pointing { backends: "127.0.0.1:9".parse().unwrap(), lifetime_s: 86_400 }
    }

    #[test]
    fn addresses_anchors_and_lifetimes_are_replaced_and_nothing_else() {
        let check = |text: &str, expect: &str| assert_eq!(pointed(text, &pointing()).unwrap(), expect);
        check(
            "# 方針\n[[backend]]\ntrust_anchor = \"system\"\nurl = 'https://a.example/v1' # here\nid = \"a\"\nupstream_model = 'm'\ndeployment = 'global'\n",
            "# 方針\n[[backend]]\ntrust_anchor = \"anchors/development.pem\"\n\
             url = \"https://127.0.0.1:9/a/v1\" # here\nid = \"a\"\nupstream_model = 'm'\ndeployment = 'global'\n",
        );
        check(
            "[[issuer]]\nid = \"s\"\nlifetime_max_s = 3600\niss = \"https://i.example/\"\n",
            &format!("[[issuer]]\nid = \"s\"\nlifetime_max_s = 86400\niss = \"{ISS}\"\n"),
        );
        check("[limits]\npermit_s = 60\n", "[limits]\npermit_s = 60\n");
        assert!(pointed("[[backend]]\nid = \"a\"\n", &pointing()).is_err());
        assert!(pointed("=", &pointing()).is_err());
    }

    /// Two models at one address, as on Amazon Bedrock: each has an address of its own here.
    #[test]
    fn what_an_accreditation_names_goes_where_its_backend_goes() {
        let place = |url: &str, anchor: &str, model: &str, split: &str| {
            let rest = format!("upstream_model = '{model}'{split}deployment = 'country'");
            format!("url = {url}{split}trust_anchor = {anchor}{split}{rest}")
        };
        let policy = |[a, b]: [&str; 2], anchor: &str| {
            let named = [(b, "jp.n"), (a, "jp.m")].map(|(url, model)| place(url, anchor, model, ", "));
            let backend = |id: &str, url: &str, model: &str| {
                format!("[[backend]]\nid = '{id}'\n{}\n", place(url, anchor, model, "\n"))
            };
            let names = named.map(|named| format!("{{ {named} }}")).join(", ");
            let zone = format!("[[zone]]\naccreditation = {{ names = [{names}] }}\n");
            zone + &backend("a", a, "jp.m") + &backend("b", b, "jp.n")
        };
        let before = policy(["'https://bedrock.example'"; 2], "'system'");
        let (a, b) = ("\"https://127.0.0.1:9/a\"", "\"https://127.0.0.1:9/b\"");
        let after = policy([a, b], "\"anchors/development.pem\"");
        assert_eq!(pointed(&before, &pointing()).unwrap(), after);
        let other = before.replacen("jp.n", "jp.o", 1);
        assert!(pointed(&other, &pointing()).is_err(), "what it names is no backend");
    }

    #[test]
    fn what_stands_behind_the_host_stays() {
        for (url, behind) in
            [("https://a.example/v1", "/v1"), ("https://a.example", ""), ("https://a/b/c", "/b/c")]
        {
            assert_eq!(path(url), behind);
        }
    }

    #[test]
    fn what_is_embedded_is_all_of_the_shipped_policy() {
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies/genai");
        let mut names = Vec::new();
        for (folder, prefix) in [("", ""), ("tests", "tests/"), ("rules", "rules/")] {
            let Ok(entries) = fs::read_dir(format!("{shipped}/{folder}")) else { continue };
            let names_here = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names.extend(
                names_here.filter(|name| name.ends_with(".toml")).map(|name| format!("{prefix}{name}")),
            );
        }
        names.sort();
        let mut embedded: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        embedded.sort_unstable();
        assert_eq!(names, embedded);
    }

    #[test]
    fn the_written_policy_loads() {
        let dir = std::env::temp_dir().join(format!("sekisho-shipped-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        let home = Home::open(&dir, 1, Lang::En).unwrap();
        let at = settle(&home, &pointing(), "pem").unwrap();
        let again = settle(&home, &pointing(), "pem").unwrap();
        assert_eq!(at, again);
        let (policy, _) = Folder::read(&at).unwrap().load().unwrap();
        assert!(
            policy.backends().iter().all(|backend| backend.url.as_str().starts_with("https://127.0.0.1:9/"))
        );
        fs::remove_dir_all(&dir).unwrap();
    }
}
