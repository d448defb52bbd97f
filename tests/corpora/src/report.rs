//! The result as a table for people, or as JSON for the next comparison.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::benign::Benign;
use crate::corpus::Kind;
use crate::families::FAMILIES;
use crate::made::secrets::{ISSUERS, Issuer};
use crate::score::{Row, Score, Tally};

/// `part` of `whole`, in percent.
pub fn percent(part: usize, whole: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of texts are small")]
    let share = part as f64 / whole.max(1) as f64;
    share * 100.0
}

/// Markdown.
pub fn markdown(score: &Score, benign: Option<&Benign>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n", counts(score));
    out += "| gold | texts | spans | covered % | aim % | by hand % | made % | leaked chars % | right category % |\n";
    out += "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    for (number, row) in &score.rows {
        out += &line(FAMILIES[*number].gold, Some(FAMILIES[*number].aim), row);
    }
    out += &line("all", None, &total(score));
    out += &formats(score);
    out += &alarms(score);
    if let Some(benign) = benign {
        out += &benign.markdown();
    }
    out
}

fn counts(score: &Score) -> String {
    let count = |kind| score.texts.get(&kind).copied().unwrap_or_default();
    format!(
        "{} positive texts, {} hard negatives, {} mentions of markings; findings of medium confidence and above",
        count(Kind::Positive),
        count(Kind::Negative),
        count(Kind::Mention)
    )
}

fn total(score: &Score) -> Row {
    score.rows.values().fold(Row::default(), |all, row| Row {
        texts: score.texts.get(&Kind::Positive).copied().unwrap_or_default(),
        by_hand: all.by_hand.plus(row.by_hand),
        made: all.made.plus(row.made),
    })
}

fn line(name: &str, aim: Option<f64>, row: &Row) -> String {
    let all = row.by_hand.plus(row.made);
    let covered = percent(all.covered, all.spans);
    let aim = aim.map_or_else(String::new, |aim| {
        if covered < aim { format!("{aim:.0} ✗") } else { format!("{aim:.0} ✓") }
    });
    format!(
        "| {name} | {} | {} | {covered:.1} | {aim} | {} | {} | {:.1} | {:.1} |\n",
        row.texts,
        all.spans,
        share(row.by_hand),
        share(row.made),
        percent(all.leaked, all.chars),
        percent(all.right, all.spans),
    )
}

/// Covered spans in percent, and of how many.
fn share(tally: Tally) -> String {
    if tally.spans == 0 {
        "–".to_owned()
    } else {
        format!("{:.1} of {}", percent(tally.covered, tally.spans), tally.spans)
    }
}

fn formats(score: &Score) -> String {
    let count = |meant: fn(&Issuer) -> bool| {
        let meant =
            ISSUERS.iter().filter(|issuer| meant(issuer)).filter_map(|issuer| score.formats.get(issuer.id));
        let (whole, all) =
            meant.fold((0, 0), |(whole, all), covered| (whole + usize::from(*covered), all + 1));
        format!("{whole} of {all} ({:.1} %)", percent(whole, all))
    };
    format!(
        "\nToken formats of which every text is covered: {}; of those whose shape tells whose it is {}, of those that need a \
         name beside them {}. Shapes that were checked against a source: {}; from memory: {}.\n",
        count(|_| true),
        count(|issuer| issuer.telling),
        count(|issuer| !issuer.telling),
        count(|issuer| issuer.checked),
        count(|issuer| !issuer.checked)
    )
}

fn alarms(score: &Score) -> String {
    let count = |kind| score.texts.get(&kind).copied().unwrap_or_default();
    let negatives = count(Kind::Negative);
    let mut out = format!(
        "\nHard negatives flagged: {} of {negatives} ({:.2} %; aim 2). Mentions flagged as markings: {} of {} ({:.2} %; aim 1). \
         Findings in positive texts beside any gold span: {}.\n",
        score.negatives_flagged,
        percent(score.negatives_flagged, negatives),
        score.mentions,
        count(Kind::Mention),
        percent(score.mentions, count(Kind::Mention)),
        score.extra.len()
    );
    if !score.flagged.is_empty() {
        out += "\n| false alarms, by category | texts |\n|---|--:|\n";
    }
    for (category, texts) in &score.flagged {
        let _ = writeln!(out, "| {category} | {texts} |");
    }
    out
}

/// JSON, one object.
pub fn json(score: &Score, benign: Option<&Benign>) -> Value {
    let rows: Vec<Value> = score.rows.iter().map(|(number, row)| row_json(*number, row)).collect();
    let texts: serde_json::Map<String, Value> =
        Kind::ALL.iter().map(|(kind, name)| ((*name).to_owned(), json!(score.texts.get(kind)))).collect();
    json!({
        "texts": texts,
        "rows": rows,
        "formats": { "all": score.formats.len(), "whole": score.formats.values().filter(|whole| **whole).count(),
            "broken": score.formats.iter().filter(|(_, whole)| !**whole).map(|(id, _)| *id).collect::<Vec<_>>() },
        "negatives_flagged": score.negatives_flagged,
        "negatives_flagged_by_category": score.flagged,
        "mentions_flagged": score.mentions,
        "findings_beside_gold": score.extra.len(),
        "benign": benign.map(Benign::json),
    })
}

fn row_json(number: usize, row: &Row) -> Value {
    let all = row.by_hand.plus(row.made);
    json!({
        "gold": FAMILIES[number].gold,
        "aim_percent": FAMILIES[number].aim,
        "texts": row.texts,
        "spans": all.spans,
        "covered": all.covered,
        "covered_by_hand": row.by_hand.covered,
        "spans_by_hand": row.by_hand.spans,
        "chars": all.chars,
        "leaked_chars": all.leaked,
        "right_category": all.right,
    })
}
