//! The steps of a decision as sentences, in Japanese and English.

use std::collections::{BTreeMap, BTreeSet};

use sekisho_detectors::RuleSet;
use sekisho_policies::explain::{Exclusion, Remedy, Step};
use sekisho_policies::{Backend, Grant, Label, Permit, Policy, Quota, Service, Summary, Unknown};
use serde_json::{Value, json};

use crate::cli::Lang;

/// One step as a sentence.
pub fn of(step: &Step, policy: &Policy, lang: Lang) -> String {
    let level = |label: Label| label_name(policy, label, lang);
    match *step {
        Step::Granted(grant) => granted(policy.grant(grant), lang),
        Step::Belongs(ministry) => {
            let ministry = policy.ministry(ministry);
            lang.pick(format!("{}に所属しています", ministry.ja), format!("they belong to {}", ministry.en))
        }
        Step::Through(service) => through(policy.service(service), lang),
        Step::Floor(label) => lang.pick(
            format!("サービスにより{}以上です", level(label)),
            format!("from this service nothing is below {}", level(label)),
        ),
        Step::Recalled(label) => lang.pick(
            format!("以前に{}で扱った文が含まれています", level(label)),
            format!("it has texts that were handled at {} before", level(label)),
        ),
        Step::Brought(label) => lang.pick(
            format!("この会話は{}に達しています", level(label)),
            format!("the conversation had come to {}", level(label)),
        ),
        Step::Loose => lang
            .pick(
                "会話ラベルも`new`もありません",
                "it brings no conversation, and does not say that one begins",
            )
            .to_owned(),
        Step::Cleared(label) => lang
            .pick(format!("{}まで扱えます", level(label)), format!("so the clearance is {}", level(label))),
        Step::Declared { label, by_policy: false } => {
            lang.pick(format!("{}と宣言されました", level(label)), format!("{} was declared", level(label)))
        }
        Step::Declared { label, by_policy: true } => lang.pick(
            format!("宣言がないので{}として扱います", level(label)),
            format!("nothing was declared, so it is handled as {}", level(label)),
        ),
        Step::Raised { rule, to } => {
            let rule = policy.content_rule(rule);
            let (id, categories) = (&rule.id, list(&rule.categories));
            lang.pick(
                format!("{categories}が見つかったため、規則`{id}`により{}以上です", level(to)),
                format!("{categories} was found, so by the rule `{id}` it is at least {}", level(to)),
            )
        }
        Step::Effective(label) => {
            lang.pick(format!("{}として判定します", level(label)), format!("what counts is {}", level(label)))
        }
        Step::Permitted(rule) => {
            let id = &policy.access_rule(rule).id;
            lang.pick(format!("規則`{id}`が利用を認めます"), format!("the access rule `{id}` permits it"))
        }
        Step::Forbidden(rule) => {
            let id = &policy.access_rule(rule).id;
            lang.pick(format!("規則`{id}`が利用を禁じます"), format!("the access rule `{id}` forbids it"))
        }
        Step::UsedUp(quota) => used_up(policy.quota(quota), lang),
        Step::NotPermitted => {
            lang.pick("利用を認める規則がありません", "no access rule permits it").to_owned()
        }
        Step::Excluded { backend, why } => excluded(policy.backend(backend), why, policy, lang),
        Step::Route(backend) => {
            let backend = policy.backend(backend);
            let zone = policy.zone(backend.zone);
            lang.pick(
                format!("接続先`{}`（{}）で処理できます", backend.id, zone.ja),
                format!("the backend `{}` ({}) may compute it", backend.id, zone.en),
            )
        }
    }
}

fn excluded(backend: &Backend, why: Exclusion, policy: &Policy, lang: Lang) -> String {
    let (zone, why) = (policy.zone(backend.zone), exclusion(why, policy, lang));
    lang.pick(
        format!("接続先`{}`（{}）は使えません：{why}", backend.id, zone.ja),
        format!("the backend `{}` ({}) is out: {why}", backend.id, zone.en),
    )
}

fn granted(grant: &Grant, lang: Lang) -> String {
    let (id, claims) = (&grant.id, claims(&grant.claims));
    lang.pick(
        format!("{claims}により資格`{id}`（{}）を持っています", grant.ja),
        format!("{claims} earns the grant `{id}` ({})", grant.en),
    )
}

fn through(service: &Service, lang: Lang) -> String {
    lang.pick(
        format!("サービス`{}`（{}）を経由しています", service.id, service.ja),
        format!("the service `{}` ({}) asks", service.id, service.en),
    )
}

fn used_up(quota: &Quota, lang: Lang) -> String {
    lang.pick(
        format!("上限`{}`（{}回）に達しています", quota.id, quota.exchanges),
        format!("the quota `{}` of {} exchanges is used up", quota.id, quota.exchanges),
    )
}

/// A label with its compartments, by their names.
pub fn label_name(policy: &Policy, label: Label, lang: Lang) -> String {
    let (scale, pick) = (policy.scale(), |ja: &str, en: &str| lang.pick(ja, en).to_owned());
    let name = scale.name(label);
    let handling: Vec<String> = scale.compartments(label).map(|def| pick(&def.ja, &def.en)).collect();
    let name = pick(&name.ja, &name.en);
    match handling.is_empty() {
        true => name,
        false => lang
            .pick(format!("{name}（{}）", handling.join("、")), format!("{name} ({})", handling.join(", "))),
    }
}

/// Patterns of categories, as `pii.*`, `secret.*`.
pub fn list<T: ToString>(items: &[T]) -> String {
    items.iter().map(|item| format!("`{}`", item.to_string())).collect::<Vec<_>>().join(", ")
}

/// `roles = official`
fn claims(claims: &BTreeMap<String, Vec<String>>) -> String {
    let claim = |(name, values): (&String, &Vec<String>)| format!("`{name} = {}`", values.join(" | "));
    claims.iter().map(claim).collect::<Vec<_>>().join(", ")
}

/// The word for a step, and what it names, as data.
pub fn plain(step: &Step, policy: &Policy) -> Value {
    let level = |label: Label| policy.scale().written(label);
    let (word, of) = match *step {
        Step::Granted(grant) => {
            ("granted", json!({ "grant": policy.grant(grant).id, "claims": policy.grant(grant).claims }))
        }
        Step::Belongs(ministry) => ("belongs", json!({ "ministry": policy.ministry(ministry).id })),
        Step::Through(service) => ("through", json!({ "service": policy.service(service).id })),
        Step::Cleared(label) => ("cleared", json!({ "level": level(label) })),
        Step::Declared { label, by_policy } => {
            ("declared", json!({ "level": level(label), "by_policy": by_policy }))
        }
        Step::Raised { rule, to } => {
            ("raised", json!({ "rule": policy.content_rule(rule).id, "level": level(to) }))
        }
        Step::Recalled(label) => ("recalled", json!({ "level": level(label) })),
        Step::Brought(label) => ("brought", json!({ "level": level(label) })),
        Step::Loose => ("loose", json!({})),
        Step::Floor(label) => ("floor", json!({ "level": level(label) })),
        Step::Effective(label) => ("effective", json!({ "level": level(label) })),
        Step::Permitted(rule) => ("permitted", json!({ "rule": policy.access_rule(rule).id })),
        Step::Forbidden(rule) => ("forbidden", json!({ "rule": policy.access_rule(rule).id })),
        Step::NotPermitted => ("not-permitted", json!({})),
        Step::UsedUp(quota) => ("used-up", json!({ "quota": policy.quota(quota).id })),
        Step::Excluded { backend, why } => {
            let (reason, rule) = match why {
                Exclusion::Dialect => ("dialect", None),
                Exclusion::App => ("app-ceiling", None),
                Exclusion::Ceiling => ("ceiling", None),
                Exclusion::Expired => ("expired", None),
                Exclusion::Content(rule) => {
                    ("content", rule.map(|rule| policy.content_rule(rule).id.clone()))
                }
            };
            let backend = policy.backend(backend);
            let zone = &policy.zone(backend.zone).id;
            ("excluded", json!({ "backend": backend.id, "zone": zone, "why": reason, "rule": rule }))
        }
        Step::Route(backend) => {
            let backend = policy.backend(backend);
            ("route", json!({ "backend": backend.id, "zone": policy.zone(backend.zone).id }))
        }
    };
    json!({ "step": word, "of": of, "ja": self::of(step, policy, Lang::Ja), "en": self::of(step, policy, Lang::En) })
}

/// One change that would have been enough, as a sentence.
pub fn remedy(remedy: &Remedy, policy: &Policy, lang: Lang) -> String {
    match remedy {
        Remedy::Model(model) => {
            let id = &policy.model(*model).id;
            lang.pick(format!("モデル`{id}`を使う"), format!("to use the model `{id}`"))
        }
        Remedy::Declare(label) => {
            let level = label_name(policy, *label, lang);
            lang.pick(format!("{level}と宣言する"), format!("to declare {level}"))
        }
        Remedy::Begin => lang.pick("新しい会話を始める", "to begin another conversation").to_owned(),
        Remedy::Without(category) => {
            lang.pick(format!("`{category}`を取り除く"), format!("to leave `{category}` out"))
        }
        Remedy::Grant(grant) => {
            let grant = policy.grant(*grant);
            lang.pick(
                format!("資格`{}`（{}）だけを持つ人が送る", grant.id, grant.ja),
                format!("to be a holder of the grant `{}` ({}) alone", grant.id, grant.en),
            )
        }
        Remedy::From(address) => lang.pick(
            format!("`{address}`のあるネットワークから接続する"),
            format!("to connect from the network of {address}"),
        ),
        Remedy::At(moment) => {
            let at = super::written(policy, *moment);
            lang.pick(format!("{at}まで待つ"), format!("to wait until {at}"))
        }
    }
}

/// The same as data.
pub fn remedy_plain(one: &Remedy, policy: &Policy) -> Value {
    let (change, to) = match one {
        Remedy::Model(model) => ("model", policy.model(*model).id.clone()),
        Remedy::Declare(label) => ("level", policy.scale().written(*label)),
        Remedy::Begin => ("conversation", "new".to_owned()),
        Remedy::Without(category) => ("without", category.to_string()),
        Remedy::Grant(grant) => ("grant", policy.grant(*grant).id.clone()),
        Remedy::From(address) => ("from", address.to_string()),
        Remedy::At(moment) => ("at", super::written(policy, *moment)),
    };
    json!({ "change": change, "to": to, "ja": remedy(one, policy, Lang::Ja), "en": remedy(one, policy, Lang::En) })
}

/// Why the policy does not know someone, for whoever writes it.
pub fn unknown(why: Unknown, lang: Lang) -> String {
    let ja = match why {
        Unknown::NoGrant => "この資格を認める規則がポリシーにありません",
        Unknown::Unbound => "この発行者のトークンは、クライアント証明書と結び付いている場合だけ有効です",
        Unknown::NoMinistry => "この資格からは所属府省が定まりません",
        Unknown::SeveralMinistries => "この資格からは複数の府省が導かれます",
        Unknown::NotServed => "このサービスは、この府省の利用者の代理を認められていません",
        Unknown::ServiceAlone => "このサービスは、利用者を示さずに要求できません",
    };
    lang.pick(ja.to_owned(), why.to_string())
}

fn exclusion(why: Exclusion, policy: &Policy, lang: Lang) -> String {
    match why {
        Exclusion::Dialect => lang
            .pick("要求の通信形式に対応していません", "it does not take requests in this wire form")
            .to_owned(),
        Exclusion::App => lang
            .pick(
                "このアプリはこの格付の情報を扱えません",
                "the ceiling of the application is below the level that counts",
            )
            .to_owned(),
        Exclusion::Ceiling => lang
            .pick(
                "その環境はこの格付の情報を扱えません",
                "the ceiling of its zone is below the level that counts",
            )
            .to_owned(),
        Exclusion::Expired => {
            lang.pick("その環境の承認は期限切れです", "the accreditation of its zone has expired").to_owned()
        }
        Exclusion::Content(Some(rule)) => {
            let id = &policy.content_rule(rule).id;
            lang.pick(format!("規則`{id}`が止めます"), format!("the rule `{id}` blocks it"))
        }
        Exclusion::Content(None) => lang
            .pick(
                "確認できない内容を認める規則がありません",
                "something could not be inspected, and no rule allows it",
            )
            .to_owned(),
    }
}

/// What becomes of the findings on the first route: each category with its obligation.
pub fn obligations(permit: &Permit, findings: &Summary, rules: &RuleSet) -> BTreeSet<(String, &'static str)> {
    let route = permit.first();
    let found = findings
        .iter()
        .map(|(key, _)| (rules.rule(key.rule).category().to_string(), route.obligation(&key).as_str()));
    let opaque = findings
        .opaque()
        .map(|(key, _)| (key.kind.category().to_owned(), route.obligation_opaque(&key).as_str()));
    found.chain(opaque).collect()
}
