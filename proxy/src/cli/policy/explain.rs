//! `policy explain`: what would be decided about a request that is described, or was about one that is recorded, why, and
//! what would have been enough.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use sekisho_detectors::RuleSet;
use sekisho_exchange::Texts;
use sekisho_policies::explain::{Remedy, Step, enough};
use sekisho_policies::suite::Reader as _;
use sekisho_policies::{
    Brought, Claims, Decision, Declared, Label, Person, Policy, Question, QuotaIndex, Subject, Summary,
    Unknown, Voucher,
};
use serde_json::{Value, json};

use super::recorded::Recorded;
use super::{load, sentence};
use crate::cli::args::{ExplainArgs, PlainFormat};
use crate::cli::out::{BAD, FAINT, GOOD, paint};
use crate::cli::{Ended, Lang, Out, Trouble, Verdict, clock};

/// Everything that the policy is asked.
struct Asked {
    subject: Subject,
    declared: Declared,
    brought: Brought,
    recalled: Option<Label>,
    model: String,
    findings: Summary,
    used_up: Vec<QuotaIndex>,
    from: IpAddr,
    now: u64,
    /// What the log says was decided.
    recorded: Option<Value>,
}

/// Decides and tells.
pub fn run(args: &ExplainArgs, lang: Lang, out: &mut Out) -> Ended {
    let (policy, rules) = load(&args.dir)?;
    let asked = match &args.record {
        Some(id) => recorded(&policy, &rules, id, args)?,
        None => described(&policy, &rules, args)?,
    };
    match asked {
        Ok(asked) => tell(&policy, &rules, &asked, args.format, lang, out),
        Err(unknown) => stranger(unknown, args.format, lang, out),
    }
}

fn stranger(unknown: Unknown, format: PlainFormat, lang: Lang, out: &mut Out) -> Ended {
    let said = |lang| sentence::unknown(unknown, lang);
    match format {
        PlainFormat::Json => {
            let told = json!({ "decision": "unknown", "reason": unknown.code(), "ja": said(Lang::Ja), "en": said(Lang::En) });
            out.line(&told.to_string())?;
        }
        PlainFormat::Text => {
            out.line(&refused(lang))?;
            out.line(&said(lang))?;
        }
    }
    Ok(Verdict::Negative)
}

fn tell(
    policy: &Arc<Policy>,
    rules: &RuleSet,
    asked: &Asked,
    format: PlainFormat,
    lang: Lang,
    out: &mut Out,
) -> Ended {
    let question = Question {
        subject: &asked.subject,
        declared: asked.declared,
        brought: asked.brought,
        recalled: asked.recalled,
        model: &asked.model,
        dialect: None,
        findings: &asked.findings,
        used_up: &asked.used_up,
        from: asked.from,
        now: asked.now,
    };
    let decision = policy.decide(&question);
    let (steps, remedies) = match &decision {
        Decision::Permit(permit) => (permit.steps(), Vec::new()),
        Decision::Refuse(denial) => (&denial.steps[..], enough(policy, &question, denial)),
    };
    match format {
        PlainFormat::Json => {
            out.line(&plain(policy, rules, asked, &decision, steps, &remedies).to_string())?
        }
        PlainFormat::Text => {
            if let Some(recorded) = &asked.recorded {
                out.line(&paint(FAINT, &then(recorded, lang)))?;
            }
            text(policy, &decision, steps, &remedies, lang, out)?;
            if let Decision::Permit(permit) = &decision {
                let backend = &policy.backend(permit.first().backend()).id;
                for (category, obligation) in sentence::obligations(permit, &asked.findings, rules) {
                    out.line(&lang.pick(
                        format!("  `{backend}`に送るとき：{category} → {obligation}"),
                        format!("  towards `{backend}`: {category} → {obligation}"),
                    ))?;
                }
            }
        }
    }
    Ok(Verdict::of(matches!(decision, Decision::Permit(_))))
}

fn text(
    policy: &Policy,
    decision: &Decision,
    steps: &[Step],
    remedies: &[Remedy],
    lang: Lang,
    out: &mut Out,
) -> Result<(), Trouble> {
    out.line(&match decision {
        Decision::Permit(_) => paint(GOOD, lang.pick("許可", "permitted")),
        Decision::Refuse(denial) => format!("{} ({})", refused(lang), denial.reason.code()),
    })?;
    for step in steps {
        out.line(&format!("  {}", sentence::of(step, policy, lang)))?;
    }
    if !remedies.is_empty() {
        out.line(&paint(
            FAINT,
            lang.pick("次のいずれか一つで足ります", "any one of these would have been enough"),
        ))?;
    }
    for remedy in remedies {
        out.line(&format!("  {}", sentence::remedy(remedy, policy, lang)))?;
    }
    Ok(())
}

fn plain(
    policy: &Policy,
    rules: &RuleSet,
    asked: &Asked,
    decision: &Decision,
    steps: &[Step],
    remedies: &[Remedy],
) -> Value {
    let mut told = match decision {
        Decision::Permit(permit) => {
            let obligations = sentence::obligations(permit, &asked.findings, rules);
            let obligations =
                obligations.iter().map(|(of, owed)| json!({ "category": of, "obligation": owed }));
            json!({
                "decision": "permit",
                "level": policy.scale().written(permit.effective()),
                "backends": permit.routes().map(|route| &policy.backend(route.backend()).id).collect::<Vec<_>>(),
                "obligations": obligations.collect::<Vec<_>>(),
            })
        }
        Decision::Refuse(denial) => json!({
            "decision": "refuse",
            "reason": denial.reason.code(),
            "rule": denial.by.map(|rule| policy.rule(rule).0),
            "level": policy.scale().written(denial.effective),
        }),
    };
    if let Some(members) = told.as_object_mut() {
        members.insert("steps".to_owned(), steps.iter().map(|step| sentence::plain(step, policy)).collect());
        let enough = remedies.iter().map(|remedy| sentence::remedy_plain(remedy, policy));
        members.insert("enough".to_owned(), enough.collect());
        members.insert("recorded".to_owned(), asked.recorded.clone().unwrap_or_default());
    }
    told
}

/// What the log says, since the policy may be another one by now.
fn then(recorded: &Value, lang: Lang) -> String {
    let said = |key: &str| recorded.get(key).and_then(Value::as_str);
    let words: Vec<&str> = ["decision", "reason", "rule", "backend"].into_iter().filter_map(said).collect();
    let words = words.join(", ");
    lang.pick(format!("記録された判定：{words}"), format!("recorded: {words}"))
}

fn refused(lang: Lang) -> String {
    paint(BAD, lang.pick("拒否", "refused"))
}

/// A decision of a log, asked again of this policy.
fn recorded(
    policy: &Policy,
    rules: &RuleSet,
    id: &str,
    args: &ExplainArgs,
) -> Result<Result<Asked, Unknown>, Trouble> {
    let log = args.log.as_deref().ok_or_else(|| Trouble::Message("--record wants --log DIR".to_owned()))?;
    let record = Recorded::find(log, id)?;
    let subject = record.subject(policy).ok_or_else(|| {
        Trouble::Message(
            "the policy no longer knows who asked: a grant, service or ministry of the record is gone"
                .to_owned(),
        )
    })?;
    let unknown = || Trouble::Message("the record names a level that the policy does not have".to_owned());
    let level = |pointer: &str| {
        let written = record.text(pointer);
        written.map(|level| policy.scale().read(level).ok_or_else(unknown)).transpose()
    };
    let declared = level("/unmapped/levels/declared")?.map_or(Declared::Absent, Declared::Level);
    let brought = match (level("/unmapped/levels/brought")?, record.text("/unmapped/conversation")) {
        (Some(label), _) => Brought::Label(label),
        (None, Some("new")) => Brought::New,
        (None, _) => Brought::Nothing,
    };
    let rule = record.text("/unmapped/verdict/rule");
    let quotas = policy.quotas_of(&subject, record.text("/ai_model/name").unwrap_or_default());
    let shadow = record.list("/unmapped/shadow");
    let used_up = |quota: &QuotaIndex| {
        let id = policy.quota(*quota).id.as_str();
        rule == Some(id) || shadow.contains(&id)
    };
    Ok(Ok(Asked {
        declared,
        brought,
        recalled: level("/unmapped/levels/recalled")?,
        model: record.text("/ai_model/name").unwrap_or_default().to_owned(),
        findings: record.findings(policy, rules),
        used_up: quotas.into_iter().filter(used_up).collect(),
        recorded: Some(record.verdict().clone()),
        from: record.from().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        now: record.time_s(),
        subject,
    }))
}

/// A request in the words of the command line.
fn described(
    policy: &Policy,
    rules: &RuleSet,
    args: &ExplainArgs,
) -> Result<Result<Asked, Unknown>, Trouble> {
    let subject = match subject(policy, args)? {
        Ok(subject) => subject,
        Err(unknown) => return Ok(Err(unknown)),
    };
    let model = args
        .model
        .clone()
        .ok_or_else(|| Trouble::Message("--model says which model is asked for".to_owned()))?;
    Ok(Ok(Asked {
        subject,
        declared: declared(policy, args.level.as_deref())?,
        brought: brought(policy, args.conversation.as_deref())?,
        recalled: None,
        model,
        findings: Texts(rules).scan(&given_text(args)?),
        used_up: Vec::new(),
        recorded: None,
        from: args.from,
        now: args.at.map_or_else(clock::now_s, |at| u64::try_from(at.as_second()).unwrap_or(0)),
    }))
}

/// Who it is for the policy, or why it does not know them.
fn subject(policy: &Policy, args: &ExplainArgs) -> Result<Result<Subject, Unknown>, Trouble> {
    let service = match &args.service {
        None => None,
        Some(id) => {
            let known = policy.services().iter().map(|service| service.id.as_str());
            Some(policy.find_service(id).ok_or_else(|| missing("service", id, known))?)
        }
    };
    if args.claims.is_empty() {
        return Ok(policy.subject(None, service));
    }
    let voucher = match (args.context, service, &args.issuer) {
        (true, Some(service), _) => Voucher::Service(service),
        (true, None, _) => return Err(Trouble::Message("--context wants --service ID".to_owned())),
        (false, _, Some(id)) => {
            let known = policy.issuers().iter().map(|issuer| issuer.id.as_str());
            Voucher::Issuer(policy.find_issuer(id).ok_or_else(|| missing("issuer", id, known))?)
        }
        (false, _, None) => only_issuer(policy)?,
    };
    let claims = claims(&args.claims)?;
    Ok(policy.subject(Some(Person { voucher, claims: &claims, bound: args.bound }), service))
}

/// Where there is one issuer alone, nobody needs to name it.
fn only_issuer(policy: &Policy) -> Result<Voucher, Trouble> {
    match policy.issuers() {
        [only] => policy.find_issuer(&only.id).map(Voucher::Issuer),
        _ => None,
    }
    .ok_or_else(|| {
        let known = policy.issuers().iter().map(|issuer| issuer.id.as_str()).collect::<Vec<_>>();
        Trouble::Message(format!("--issuer says who vouches for the claims: one of {}", known.join(", ")))
    })
}

fn missing<'a>(kind: &str, id: &str, known: impl Iterator<Item = &'a str>) -> Trouble {
    Trouble::Message(format!(
        "the policy has no {kind} `{id}`; it has: {}",
        known.collect::<Vec<_>>().join(", ")
    ))
}

/// `KEY=VALUE`; a key given twice has two values.
fn claims(pairs: &[String]) -> Result<Claims, Trouble> {
    let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in pairs {
        let (key, value) =
            pair.split_once('=').ok_or_else(|| Trouble::Message(format!("`{pair}` is not KEY=VALUE")))?;
        claims.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    Ok(Claims(claims))
}

fn declared(policy: &Policy, level: Option<&str>) -> Result<Declared, Trouble> {
    let Some(id) = level else {
        return Ok(Declared::Absent);
    };
    let known = policy.scale().levels().map(|level| level.id.as_str());
    let label = policy.scale().read(id).ok_or_else(|| missing("level", id, known))?;
    Ok(Declared::Level(label))
}

fn brought(policy: &Policy, conversation: Option<&str>) -> Result<Brought, Trouble> {
    Ok(match conversation {
        None => Brought::Nothing,
        Some("new") => Brought::New,
        label => match declared(policy, label)? {
            Declared::Level(label) => Brought::Label(label),
            Declared::Absent => Brought::Nothing,
        },
    })
}

fn given_text(args: &ExplainArgs) -> Result<String, Trouble> {
    let Some(path) = &args.file else {
        return Ok(args.text.clone().unwrap_or_default());
    };
    let read = if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    read.map_err(|error| Trouble::at(path.display(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_pairs_and_a_repeated_key_has_several_values() {
        let given = |pairs: &[&str]| claims(&pairs.iter().map(|pair| (*pair).to_owned()).collect::<Vec<_>>());
        let claims = given(&["roles=a", "roles=b", "org=x=y"]).unwrap();
        assert_eq!(claims.values("roles"), ["a", "b"]);
        assert_eq!(claims.values("org"), ["x=y"]);
        assert!(given(&["roles"]).is_err());
    }
}
