//! `policy impact`: from a log, whom rules in shadow and a policy in shadow would have affected.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::recorded::{self, Recorded};
use crate::cli::args::{ImpactArgs, PlainFormat};
use crate::cli::out::{FAINT, STRONG};
use crate::cli::{Ended, Lang, Out, Trouble, Verdict};

/// Who would have been affected, and how.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Debug)]
struct Row {
    /// `shadow-rules` or `shadow-policy`.
    by: String,
    /// `refuse`, `permit`, or `elsewhere`: another level or backend.
    would: &'static str,
    ministry: String,
    service: String,
    rule: String,
}

#[derive(Default)]
struct Report {
    decisions: u64,
    people: BTreeMap<Row, BTreeSet<String>>,
    exchanges: BTreeMap<Row, u64>,
    /// Rules in shadow that applied to prompts or answers, whether or not that would have changed the outcome.
    applied: BTreeMap<String, u64>,
}

/// Reads the log and tells.
pub fn run(args: &ImpactArgs, lang: Lang, out: &mut Out) -> Ended {
    let until = args.until.unwrap_or_else(Timestamp::now);
    let since = match args.since {
        Some(since) => since,
        None => until.checked_sub((7 * 24).hours()).map_err(|error| Trouble::at("--until", error))?,
    };
    let second = |moment: Timestamp| u64::try_from(moment.as_second()).unwrap_or(0);
    let span = second(since)..=second(until);
    let mut report = Report::default();
    recorded::each(&args.log, |record| {
        if span.contains(&record.time_s()) {
            report.add(&record);
        }
    })?;
    match args.format {
        PlainFormat::Json => out.line(&report.plain(since, until).to_string())?,
        PlainFormat::Text => report.text(since, until, lang, out)?,
    }
    Ok(Verdict::Positive)
}

impl Report {
    fn add(&mut self, record: &Recorded) {
        self.decisions += u64::from(record.is_decision());
        for rule in record.list("/unmapped/shadow") {
            *self.applied.entry(rule.to_owned()).or_default() += 1;
        }
        for would in record.items("/unmapped/would") {
            let said = |pointer: &str| would.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            let live = record.text("/unmapped/verdict/decision").unwrap_or_default();
            let would = match (live, said("/verdict/decision")) {
                ("permit", "refuse") => "refuse",
                ("refuse", "permit") => "permit",
                _ => "elsewhere",
            };
            let reason = [said("/verdict/rule"), said("/verdict/reason"), said("/effective")];
            let row = Row {
                by: said("/by").to_owned(),
                would,
                ministry: record.text("/unmapped/ministry").unwrap_or("-").to_owned(),
                service: record.text("/unmapped/service").unwrap_or("-").to_owned(),
                rule: reason.into_iter().find(|word| !word.is_empty()).unwrap_or("-").to_owned(),
            };
            let who = [record.text("/actor/user/domain"), record.text("/actor/user/uid")];
            let who = who.map(Option::unwrap_or_default).join("/");
            self.people.entry(row.clone()).or_default().insert(who);
            *self.exchanges.entry(row).or_default() += 1;
        }
    }

    fn rows(&self) -> impl Iterator<Item = (&Row, u64, usize)> {
        self.exchanges.iter().map(|(row, count)| (row, *count, self.people.get(row).map_or(0, BTreeSet::len)))
    }

    fn plain(&self, since: Timestamp, until: Timestamp) -> Value {
        let rows = self.rows().map(|(row, exchanges, people)| {
            json!({
                "by": row.by, "would": row.would, "ministry": row.ministry, "service": row.service, "rule": row.rule,
                "exchanges": exchanges, "people": people,
            })
        });
        json!({
            "since": since.to_string(),
            "until": until.to_string(),
            "decisions": self.decisions,
            "would": rows.collect::<Vec<_>>(),
            "applied": self.applied,
        })
    }

    fn text(&self, since: Timestamp, until: Timestamp, lang: Lang, out: &mut Out) -> Result<(), Trouble> {
        out.line(&lang.pick(
            format!("{since} から {until} まで：判定{}件", self.decisions),
            format!("{since} to {until}: {} decisions", self.decisions),
        ))?;
        for (would, ja, en) in [
            ("refuse", "拒否されたはずの要求", "Would have been refused"),
            ("permit", "許可されたはずの要求", "Would have been permitted"),
            ("elsewhere", "扱いが変わったはずの要求", "Would have gone elsewhere, or at another level"),
        ] {
            let rows: Vec<_> = self.rows().filter(|(row, ..)| row.would == would).collect();
            if rows.is_empty() {
                continue;
            }
            out.styled(STRONG, lang.pick(ja, en))?;
            let heads = lang.pick("件数 人数 府省 サービス 規則", "exchanges people ministry service rule");
            out.styled(FAINT, &heads.replace(' ', "\t"))?;
            for (row, exchanges, people) in rows {
                let Row { by, ministry, service, rule, .. } = row;
                out.line(&format!("{exchanges}\t{people}\t{ministry}\t{service}\t{rule} ({by})"))?;
            }
        }
        if self.exchanges.is_empty() {
            out.line(lang.pick("何も変わりません", "nothing would have changed"))?;
        }
        if !self.applied.is_empty() {
            out.styled(STRONG, lang.pick("適用された記録だけの規則", "Rules in shadow that applied"))?;
            self.applied.iter().try_for_each(|(rule, count)| out.line(&format!("{count}\t{rule}")))?;
        }
        Ok(())
    }
}
