//! What the tests of a policy notice, rule by rule.

use std::collections::BTreeMap;

use sekisho_policies::Policy;
use sekisho_policies::suite::{Part, Tested};
use serde_json::{Value, json};

use crate::cli::out::{BAD, FAINT, GOOD, paint};
use crate::cli::{Lang, Out, Trouble};

/// Each part on a line, with the changes that no test notices below it.
pub fn write(
    coverage: &BTreeMap<Part, Tested>,
    policy: &Policy,
    lang: Lang,
    out: &mut Out,
) -> Result<(), Trouble> {
    for (part, tested) in coverage {
        let (noticed, survivors) = (tested.noticed, tested.survivors.len());
        let mark = if survivors == 0 { paint(GOOD, "✓") } else { paint(BAD, "✗") };
        let id = part.id(policy);
        out.line(&format!("{mark} {} {id}  {noticed}/{}", kind(*part, lang), noticed + survivors))?;
        for survivor in &tested.survivors {
            out.line(&lang.pick(
                format!("    気付かれない変更：{}", survivor.change),
                format!("    nobody notices: {}", survivor.change),
            ))?;
            let example = lang.pick("判定が変わる例", "for example");
            out.line(&paint(FAINT, &format!("      {example}: {}", survivor.example)))?;
        }
    }
    let sum = |count: &dyn Fn(&Tested) -> usize| coverage.values().map(count).sum::<usize>();
    let noticed = sum(&|tested| tested.noticed);
    let all = noticed + sum(&|tested| tested.survivors.len());
    out.line(&lang.pick(
        format!("判定を変える変更{all}件のうち{noticed}件に試験が気付きます"),
        format!("of {all} changes that change a decision, the tests notice {noticed}"),
    ))
}

/// As data.
pub fn plain(coverage: &BTreeMap<Part, Tested>, policy: &Policy) -> Value {
    let part = |(part, tested): (&Part, &Tested)| {
        let survivors = tested
            .survivors
            .iter()
            .map(|survivor| json!({ "change": survivor.change, "example": survivor.example }));
        json!({
            "kind": kind(*part, Lang::En),
            "id": part.id(policy),
            "noticed": tested.noticed,
            "survivors": Value::from_iter(survivors),
            "equivalent": tested.equivalent,
        })
    };
    Value::from_iter(coverage.iter().map(part))
}

fn kind(part: Part, lang: Lang) -> &'static str {
    match part {
        Part::Content(_) => lang.pick("内容規則", "content"),
        Part::Access(_) => lang.pick("利用規則", "access"),
        Part::Quota(_) => lang.pick("上限", "quota"),
        Part::Zone(_) => lang.pick("環境", "zone"),
        Part::Grant(_) => lang.pick("資格", "grant"),
        Part::Service(_) => lang.pick("サービス", "service"),
        Part::App(_) => lang.pick("アプリ", "app"),
    }
}
