//! `sekisho rules`: the detector rules that are in force, what each is for, and whether it does what its samples say.

use sekisho_detectors::{CategoryPattern, Rule, RuleError, RuleSet, Words};
use serde_json::{Value, json};

use super::args::{RulesCommand, RulesFormat, RulesListArgs, RulesShowArgs, RulesTestArgs};
use super::out::{BAD, FAINT, GOOD, STRONG, paint};
use super::{Ended, Lang, Out, Trouble, Verdict, scan};

/// Lists, shows or tests rules.
pub fn run(command: RulesCommand, lang: Lang, out: &mut Out) -> Ended {
    match command {
        RulesCommand::List(args) => list(&args, lang, out),
        RulesCommand::Show(args) => show(&args, lang, out),
        RulesCommand::Test(args) => test(&args, lang, out),
    }
}

fn list(args: &RulesListArgs, lang: Lang, out: &mut Out) -> Ended {
    let pattern = args.category.as_deref().map(|text| parse(text, lang)).transpose()?;
    let rules = scan::rules(args.rules.as_deref())?;
    let wanted = |rule: &&Rule| pattern.as_ref().is_none_or(|pattern| pattern.matches(rule.category()));
    let mut listed: Vec<&Rule> = rules.iter().map(|(_, rule)| rule).filter(wanted).collect();
    listed.sort_by_key(|rule| (rule.category().as_str(), rule.id()));
    match args.format {
        RulesFormat::Json => {
            out.line(&Value::from_iter(listed.iter().map(|rule| brief(rule))).to_string())?
        }
        RulesFormat::Text => {
            let width =
                |text: fn(&Rule) -> &str| listed.iter().map(|rule| text(rule).len()).max().unwrap_or(0);
            let (id, category) = (width(Rule::id), width(|rule| rule.category().as_str()));
            for rule in &listed {
                let sure = scan::word(rule.confidence());
                let name = said(rule.name(), lang);
                out.line(&format!(
                    "{:id$}  {:category$}  {sure:6}  {name}",
                    rule.id(),
                    rule.category().as_str()
                ))?;
            }
        }
    }
    // A category that nothing finds is more often misspelt than meant.
    Ok(Verdict::of(!listed.is_empty()))
}

fn parse(text: &str, lang: Lang) -> Result<CategoryPattern, Trouble> {
    CategoryPattern::parse(text).ok_or_else(|| {
        Trouble::at(
            format!("--category `{text}`"),
            lang.pick(
                "`secret.*`か`pii.email`のように書いてください",
                "write `secret.*` or one category such as `pii.email`",
            ),
        )
    })
}

fn show(args: &RulesShowArgs, lang: Lang, out: &mut Out) -> Ended {
    let rules = scan::rules(args.rules.as_deref())?;
    let Some(index) = rules.find(&args.id) else {
        return Err(Trouble::at(format!("`{}`", args.id), unknown(&rules, &args.id, lang)));
    };
    let rule = rules.rule(index);
    match args.format {
        RulesFormat::Json => out.line(&whole(rule).to_string())?,
        RulesFormat::Text => described(rule, lang, out)?,
    }
    Ok(Verdict::Positive)
}

/// What is wrong with an id, and which ones are like it.
fn unknown(rules: &RuleSet, id: &str, lang: Lang) -> String {
    let stem = id.split('.').next().unwrap_or(id);
    let alike: Vec<&str> = rules
        .iter()
        .map(|(_, rule)| rule.id())
        .filter(|known| known.contains(id) || known.starts_with(stem))
        .take(8)
        .collect();
    if alike.is_empty() {
        return lang
            .pick(
                "この識別子の規則はありません。`sekisho rules list`で一覧できます",
                "no rule has this id; `sekisho rules list` shows all",
            )
            .to_owned();
    }
    let alike = alike.join(", ");
    lang.pick(
        format!("この識別子の規則はありません。近いもの：{alike}"),
        format!("no rule has this id; there are {alike}"),
    )
}

fn described(rule: &Rule, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
    let label = |ja: &str, en: &str| paint(FAINT, lang.pick(ja, en));
    out.styled(STRONG, rule.id())?;
    out.line(said(rule.name(), lang))?;
    out.line("")?;
    out.line(said(rule.about(), lang))?;
    out.line("")?;
    out.line(&format!("{} {}", label("種類：", "category:"), rule.category()))?;
    let reason = rule.reason().map_or("", |reason| said(reason, lang));
    out.line(&format!(
        "{} {} {reason}",
        label("確からしさ：", "confidence:"),
        scan::word(rule.confidence())
    ))?;
    for source in rule.sources() {
        out.line(&format!("{} {source}", label("出典：", "source:")))?;
    }
    for example in rule.examples() {
        out.line(&format!("{} {}", label("見つける例：", "finds:"), on_one_line(example)))?;
    }
    for negative in rule.negatives() {
        out.line(&format!("{} {}", label("見つけない例：", "leaves alone:"), on_one_line(negative)))?;
    }
    Ok(())
}

/// Samples may have line ends and characters that nobody sees.
fn on_one_line(text: &str) -> String {
    let shown = |c: char| match c {
        c if c.is_control() || unseen(c) => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(shown).collect()
}

fn unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

fn test(args: &RulesTestArgs, lang: Lang, out: &mut Out) -> Ended {
    let rules = scan::rules(args.rules.as_deref())?;
    let faults = rules.check_examples();
    let samples: usize =
        rules.iter().map(|(_, rule)| rule.examples().count() + rule.negatives().count()).sum();
    match args.format {
        RulesFormat::Json => {
            let faults = Value::from_iter(faults.iter().map(fault));
            let rules = rules.iter().count();
            out.line(&json!({ "rules": rules, "samples": samples, "faults": faults }).to_string())?;
        }
        RulesFormat::Text => {
            for fault in &faults {
                out.line(&fault.to_string())?;
            }
            out.line(&summary(&rules, samples, faults.len(), lang))?;
        }
    }
    Ok(Verdict::of(faults.is_empty()))
}

fn summary(rules: &RuleSet, samples: usize, faults: usize, lang: Lang) -> String {
    let rules = rules.iter().count();
    let style = if faults == 0 { GOOD } else { BAD };
    let text = match faults {
        0 => lang.pick(
            format!("規則{rules}件、例{samples}件：すべて期待どおりです"),
            format!("{rules} rules, {samples} samples: all as they should be"),
        ),
        faults => lang.pick(
            format!("規則{rules}件、例{samples}件：{faults}件が期待と違います"),
            format!("{rules} rules, {samples} samples: {faults} are not as they should be"),
        ),
    };
    paint(style, &text)
}

fn said(words: &Words, lang: Lang) -> &str {
    lang.pick(&words.ja, &words.en)
}

fn both(words: &Words) -> Value {
    json!({ "ja": words.ja, "en": words.en })
}

/// A rule as a line of a list.
fn brief(rule: &Rule) -> Value {
    json!({
        "id": rule.id(),
        "category": rule.category().as_str(),
        "confidence": scan::word(rule.confidence()),
        "name": both(rule.name()),
    })
}

/// All there is to say of a rule.
fn whole(rule: &Rule) -> Value {
    json!({
        "id": rule.id(),
        "category": rule.category().as_str(),
        "confidence": scan::word(rule.confidence()),
        "name": both(rule.name()),
        "about": both(rule.about()),
        "reason": rule.reason().map(both),
        "sources": rule.sources(),
        "examples": rule.examples().collect::<Vec<_>>(),
        "negatives": rule.negatives().collect::<Vec<_>>(),
    })
}

fn fault(error: &RuleError) -> Value {
    json!({ "file": error.file, "line": error.line, "column": error.column, "message": error.message })
}
