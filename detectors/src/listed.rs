//! Lists of published values in rule files.

use toml::Spanned;
use toml::de::DeTable;

use crate::parse::{Fields, Source, Text};
use crate::read::parse_category;
use crate::{CategoryPattern, Confidence, Rule};

/// A list of values that are nobody's secret, such as the telephone numbers of an office: what the rules of some
/// categories find is this list's finding where it is exactly one of them.
pub(crate) struct Listed {
    pub(crate) rule: Rule,
    pub(crate) id: Text,
    /// The categories whose findings it may take.
    pub(crate) of: Vec<(CategoryPattern, Text)>,
    pub(crate) values: Vec<Text>,
}

/// Reads one; `None`, with the faults noted, if it is none.
pub(crate) fn listed(table: Spanned<DeTable<'_>>, source: &mut Source<'_>) -> Option<Listed> {
    let span = table.span();
    let mut fields = Fields::new(table.into_inner(), span, source);
    let (id, category) = (fields.required("id"), fields.required("category"));
    let (name, about) = (fields.required_words("name"), fields.required_words("about"));
    let (sources, of, values) = (fields.strings("sources"), fields.strings("of"), fields.strings("values"));
    let category = category.and_then(|text| parse_category(&text, &mut fields));
    for (list, what) in [
        (&sources, "`sources` says where the values are published: at least one"),
        (&of, "`of` names the categories whose findings these are"),
        (&values, "`values` names at least one"),
    ] {
        if list.is_empty() {
            fields.source.fault(fields.span(), what);
        }
    }
    let mut patterns = Vec::new();
    for text in of {
        match CategoryPattern::parse(text.get_ref()) {
            Some(pattern) => patterns.push((pattern, text)),
            None => fields.source.fault(text.span(), "write `pii.*` or one category"),
        }
    }
    fields.finish();
    let id = id?;
    let rule = Rule {
        id: id.get_ref().clone(),
        category: category?,
        name: name?,
        about: about?,
        reason: None,
        confidence: Confidence::High,
        sources: sources.into_iter().map(Spanned::into_inner).collect(),
        examples: Vec::new(),
        negatives: Vec::new(),
    };
    Some(Listed { rule, id, of: patterns, values })
}
