//! The steps of a decision as sentences, in Japanese and English.

use std::collections::BTreeSet;

use sekisho_detectors::RuleSet;
use sekisho_policies::explain::{Exclusion, Step};
use sekisho_policies::{Label, Permit, Policy, Summary, Unknown};

use crate::cli::Lang;

/// One step as a sentence.
pub fn of(step: &Step, policy: &Policy, lang: Lang) -> String {
    let level = |label: Label| {
        let name = policy.scale().name(label);
        lang.pick(name.ja.as_str(), name.en.as_str())
    };
    match *step {
        Step::Granted(grant) => {
            let id = &policy.grant(grant).id;
            lang.pick(format!("資格`{id}`を持っています"), format!("the claims earn the grant `{id}`"))
        }
        Step::Belongs(ministry) => {
            let ministry = policy.ministry(ministry);
            lang.pick(format!("{}に所属しています", ministry.ja), format!("they belong to {}", ministry.en))
        }
        Step::Through(service) => {
            let service = policy.service(service);
            lang.pick(
                format!("サービス`{}`（{}）を経由しています", service.id, service.ja),
                format!("the service `{}` ({}) asks", service.id, service.en),
            )
        }
        Step::Floor(label) => lang.pick(
            format!("サービスにより{}以上です", level(label)),
            format!("from this service nothing is below {}", level(label)),
        ),
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
            let id = &policy.content_rule(rule).id;
            lang.pick(
                format!("規則`{id}`により{}以上です", level(to)),
                format!("by the rule `{id}` it is at least {}", level(to)),
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
        Step::NotPermitted => {
            lang.pick("利用を認める規則がありません", "no access rule permits it").to_owned()
        }
        Step::Excluded { backend, why } => {
            let id = &policy.backend(backend).id;
            let why = exclusion(why, policy, lang);
            lang.pick(format!("接続先`{id}`は使えません：{why}"), format!("the backend `{id}` is out: {why}"))
        }
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

/// What becomes of the findings on the first route, a line for each category and obligation.
pub fn obligations(
    permit: &Permit,
    findings: &Summary,
    policy: &Policy,
    rules: &RuleSet,
    lang: Lang,
) -> BTreeSet<String> {
    let route = permit.first();
    let backend = &policy.backend(route.backend()).id;
    let line = |category: &str, obligation: &str| {
        lang.pick(
            format!("`{backend}`に送るとき：{category} → {obligation}"),
            format!("towards `{backend}`: {category} → {obligation}"),
        )
    };
    findings
        .iter()
        .map(|(key, _)| line(rules.rule(key.rule).category().as_str(), route.obligation(&key).as_str()))
        .collect()
}
