//! `policy show`: what a policy says, a sentence for each entry, for those who read no TOML.

mod places;

use sekisho_policies::{
    Access, AccessRule, ContentRule, Conversation, Effect, Every, Hours, Level, Mode, Obligation, Per,
    Policy, Quota, Recall, ZoneScope,
};

use super::sentence::{label_name, list};
use super::{load, written};
use crate::cli::args::PolicyFolder;
use crate::cli::out::STRONG;
use crate::cli::{Ended, Lang, Out, Trouble, Verdict};

/// Says it, section by section.
pub fn run(args: &PolicyFolder, lang: Lang, out: &mut Out) -> Ended {
    let (policy, _) = load(&args.dir)?;
    let policy = &*policy;
    let say = Say { policy, lang };
    let mut section = |ja: &str, en: &str, sentences: Vec<String>| -> Result<(), Trouble> {
        if sentences.is_empty() {
            return Ok(());
        }
        out.styled(STRONG, lang.pick(ja, en))?;
        sentences.iter().try_for_each(|sentence| out.line(&format!("- {sentence}")))
    };
    section("格付", "Levels", say.levels())?;
    section("推論環境", "Zones", policy.zones().iter().map(|zone| say.zone(zone)).collect())?;
    section("モデル", "Models", say.models())?;
    section("アプリ", "Applications", say.apps())?;
    section("資格", "Grants", policy.grants().iter().map(|grant| say.grant(grant)).collect())?;
    section("サービス", "Services", policy.services().iter().map(|service| say.service(service)).collect())?;
    section("利用規則", "Access", policy.access_rules().iter().map(|rule| say.access(rule)).collect())?;
    section("内容規則", "Content", policy.content_rules().iter().map(|rule| say.content(rule)).collect())?;
    section("通してよい項目", "Fields", policy.fields().iter().map(|field| say.field(field)).collect())?;
    section("回数の上限", "Quotas", policy.quotas().iter().map(|quota| say.quota(quota)).collect())?;
    Ok(Verdict::Positive)
}

struct Say<'p> {
    policy: &'p Policy,
    lang: Lang,
}

impl Say<'_> {
    fn pick(&self, ja: String, en: String) -> String {
        self.lang.pick(ja, en)
    }

    fn label(&self, label: sekisho_policies::Label) -> String {
        label_name(self.policy, label, self.lang)
    }

    fn levels(&self) -> Vec<String> {
        let undeclared = self.label(self.policy.undeclared());
        let silent = self.pick(
            format!("格付の宣言がない要求は{undeclared}として扱います。"),
            format!("A request that declares no level is handled as {undeclared}."),
        );
        let recalled = match self.policy.recall() {
            Recall::Raise => self.pick(
                "以前に高い格付で扱った文は、低く宣言されてもその格付で扱います。".to_owned(),
                "A text that was handled at a higher level before is handled at that level.".to_owned(),
            ),
            Recall::Off => self.pick(
                "以前に扱った文は覚えません。".to_owned(),
                "Texts that were handled before are not remembered.".to_owned(),
            ),
        };
        vec![silent, recalled]
    }

    fn grant(&self, grant: &sekisho_policies::Grant) -> String {
        let clearance = self.label(grant.clearance);
        self.pick(
            format!("`{}`（{}）は{clearance}まで扱えます。", grant.id, grant.ja),
            format!("`{}` ({}) may handle up to {clearance}.", grant.id, grant.en),
        )
    }

    fn service(&self, service: &sekisho_policies::Service) -> String {
        let ceiling = self.label(service.ceiling);
        let mut said = self.pick(
            format!("`{}`（{}）は{ceiling}までを通します。", service.id, service.ja),
            format!("`{}` ({}) passes up to {ceiling}.", service.id, service.en),
        );
        if let Some(clearance) = service.clearance {
            let clearance = self.label(clearance);
            said += &self.pick(
                format!("単独で要求するときは{clearance}まで扱えます。"),
                format!(" By itself it may handle up to {clearance}."),
            );
        }
        if service.floor != self.policy.scale().lowest() {
            let floor = self.label(service.floor);
            said += &self.pick(
                format!("通るものは{floor}以上として扱います。"),
                format!(" What goes through it is at least {floor}."),
            );
        }
        if let Some(lenience) = service.undeclared {
            let (label, until) = (self.label(lenience.label), written(self.policy, lenience.until));
            said += &self.pick(
                format!("宣言がない要求は{until}まで{label}として扱います。"),
                format!(" Until {until}, what declares nothing is handled as {label}."),
            );
        }
        if service.conversation == Conversation::Required {
            said += &self.pick(
                "会話ラベル、または新しい会話であることを必要とします。".to_owned(),
                " Its requests say with which conversation they go on.".to_owned(),
            );
        }
        said
    }

    fn access(&self, rule: &AccessRule) -> String {
        let models =
            rule.models.iter().map(|model| format!("`{}`", self.policy.model(*model).id)).collect::<Vec<_>>();
        let models_ja = if models.is_empty() {
            "どのモデルも".to_owned()
        } else {
            format!("{}を", models.join("、"))
        };
        let models_en = if models.is_empty() { "any model".to_owned() } else { models.join(", ") };
        let (who_ja, who_en) = self.who(&rule.grants, &rule.services, &rule.ministries);
        let who_ja = match (who_ja.as_str(), rule.then) {
            ("人", Access::Permit) => "誰でも".to_owned(),
            ("人", Access::Forbid) => "誰も".to_owned(),
            _ => format!("{who_ja}は"),
        };
        let (who_en, forbids_en) = match who_en.strip_prefix("anybody") {
            Some(rest) if rule.then == Access::Forbid => (format!("nobody{rest}"), "may use"),
            _ => (who_en, "may not use"),
        };
        let (levels_ja, levels_en) = self.at(&rule.levels);
        let (when_ja, when_en) = self.circumstances(rule);
        let (then_ja, then_en) = match rule.then {
            Access::Permit => ("利用できます", "may use"),
            Access::Forbid => ("利用できません", forbids_en),
        };
        self.pick(
            format!(
                "`{}`：{who_ja}{levels_ja}{when_ja}{models_ja}{then_ja}。{}",
                rule.id,
                self.shadow(rule.mode, rule.dates.begins)
            ),
            format!(
                "`{}`: {who_en} {then_en} {models_en}{levels_en}{when_en}.{}",
                rule.id,
                self.shadow(rule.mode, rule.dates.begins)
            ),
        )
    }

    fn who(
        &self,
        grants: &[sekisho_policies::GrantIndex],
        services: &[sekisho_policies::ServiceIndex],
        ministries: &[sekisho_policies::MinistryIndex],
    ) -> (String, String) {
        let (mut ja, mut en) = (Vec::new(), Vec::new());
        let both = |names: Vec<(&String, &String)>| {
            let ja = names.iter().map(|(ja, _)| ja.as_str()).collect::<Vec<_>>().join("・");
            (ja, names.iter().map(|(_, en)| en.as_str()).collect::<Vec<_>>().join(" or "))
        };
        if !ministries.is_empty() {
            let names = ministries.iter().map(|index| self.policy.ministry(*index));
            let (own_ja, own_en) = both(names.map(|own| (&own.ja, &own.en)).collect());
            ja.push(format!("{own_ja}の"));
            en.push(format!("of {own_en}"));
        }
        if !services.is_empty() {
            let names = services.iter().map(|index| self.policy.service(*index));
            let (own_ja, own_en) = both(names.map(|own| (&own.ja, &own.en)).collect());
            ja.push(format!("{own_ja}を使う"));
            en.push(format!("through {own_en}"));
        }
        let (holders_ja, holders_en) = if grants.is_empty() {
            ("人".to_owned(), "anybody".to_owned())
        } else {
            let names = grants.iter().map(|index| self.policy.grant(*index));
            both(names.map(|own| (&own.ja, &own.en)).collect())
        };
        let en = std::iter::once(holders_en).chain(en).collect::<Vec<_>>().join(" ");
        (ja.concat() + &holders_ja, en)
    }

    fn at(&self, levels: &[Level]) -> (String, String) {
        if levels.is_empty() {
            return (String::new(), String::new());
        }
        let names = self.policy.scale().each().filter(|label| levels.contains(&label.level()));
        let names = names.map(|label| self.label(label)).collect::<Vec<_>>();
        (format!("{}について", names.join("・")), format!(" at {}", names.join(", ")))
    }

    fn circumstances(&self, rule: &AccessRule) -> (String, String) {
        let (mut ja, mut en) = (String::new(), String::new());
        if !rule.networks.is_empty() {
            let networks = list(&rule.networks);
            ja += &format!("{networks}から");
            en += &format!(" from {networks}");
        }
        if !rule.except_networks.is_empty() {
            let networks = list(&rule.except_networks);
            ja += &format!("{networks}以外から");
            let but = if rule.then == Access::Forbid { "unless from" } else { "but not from" };
            en += &format!(" {but} {networks}");
        }
        if let Some(hours) = rule.hours {
            let (days, span) = (hours.days().collect::<Vec<_>>().join(" "), span(hours));
            ja += &format!("{days} {span}に");
            en += &format!(" on {days}, {span}");
        }
        if let Some(ends) = rule.dates.ends {
            ja += &format!("{}まで", written(self.policy, ends));
            en += &format!(" until {}", written(self.policy, ends));
        }
        (ja, en)
    }

    fn content(&self, rule: &ContentRule) -> String {
        let categories = list(&rule.categories);
        let (where_ja, where_en) = match rule.direction {
            Some(sekisho_policies::Direction::Prompt) => ("入力に", "in prompts"),
            Some(sekisho_policies::Direction::Completion) => ("回答に", "in answers"),
            None => ("入力か回答に", "in prompts or answers"),
        };
        let (turn_ja, turn_en) = match rule.turn {
            Some(sekisho_policies::Turn::Newest) => ("（最新の発言）", " (newest turn)"),
            Some(sekisho_policies::Turn::Earlier) => ("（以前の発言）", " (earlier turns)"),
            None => ("", ""),
        };
        let (zone_ja, zone_en) = self.zones(&rule.zones);
        let (levels_ja, levels_en) = self.at(&rule.levels);
        let many = rule.at_least > 1;
        let (count_ja, count_en) = if many {
            (format!("{}件以上", rule.at_least), format!("{} or more ", rule.at_least))
        } else {
            Default::default()
        };
        let (then_ja, then_en) = match rule.effect {
            Effect::Oblige(Obligation::Allow) => ("そのまま通します".to_owned(), "stay".to_owned()),
            Effect::Oblige(Obligation::Redact) => {
                ("伏せ字にします".to_owned(), "are replaced by placeholders".to_owned())
            }
            Effect::Oblige(Obligation::Block) => {
                ("送信・回答を止めます".to_owned(), "stop the exchange".to_owned())
            }
            Effect::Raise(label) => {
                let label = self.label(label);
                (format!("{label}として扱います"), format!("make it {label}"))
            }
        };
        self.pick(
            format!("`{}`：{levels_ja}{where_ja}{turn_ja}{categories}が{count_ja}あれば、{zone_ja}{then_ja}。{}{}", rule.id, rule.message.ja, self.shadow(rule.mode, rule.dates.begins)),
            format!("`{}`: {count_en}{categories} {where_en}{turn_en}{levels_en}{zone_en} {then_en}. {}{}", rule.id, rule.message.en, self.shadow(rule.mode, rule.dates.begins)),
        )
    }

    fn zones(&self, zones: &ZoneScope) -> (String, String) {
        match zones {
            ZoneScope::Everywhere => (String::new(), String::new()),
            ZoneScope::Accredited => {
                ("承認された環境では".to_owned(), " towards accredited zones".to_owned())
            }
            ZoneScope::Unaccredited => {
                ("承認されていない環境では".to_owned(), " towards zones without accreditation".to_owned())
            }
            ZoneScope::Only(zones) => {
                let names = zones.iter().map(|zone| self.policy.zone(*zone)).collect::<Vec<_>>();
                let ja = names.iter().map(|zone| zone.ja.as_str()).collect::<Vec<_>>().join("・");
                let en = names.iter().map(|zone| zone.en.as_str()).collect::<Vec<_>>().join(", ");
                (format!("{ja}では"), format!(" towards {en}"))
            }
        }
    }

    fn field(&self, field: &sekisho_policies::Field) -> String {
        let path = field.path.join(".").replace(".[]", "[]");
        let (values_ja, values_en) = if field.values.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("（値は{}）", list(&field.values)), format!(" (as {})", list(&field.values)))
        };
        let (levels_ja, levels_en) = self.at(&field.levels);
        self.pick(
            format!("`{}`：{levels_ja}項目`{path}`{values_ja}を通します。", field.id),
            format!("`{}`: the field `{path}`{values_en} passes{levels_en}.", field.id),
        )
    }

    fn quota(&self, quota: &Quota) -> String {
        let (per_ja, per_en) = match quota.per {
            Per::Person => ("一人につき", "each person has"),
            Per::Service => ("サービスごとに", "each service has"),
            Per::Ministry => ("府省ごとに", "each ministry has"),
        };
        let (every_ja, every_en) = match quota.every {
            Every::Minute => ("1分に", "a minute"),
            Every::Hour => ("1時間に", "an hour"),
            Every::Day => ("1日に", "a day"),
        };
        let (who_ja, who_en) = self.who(&quota.grants, &quota.services, &quota.ministries);
        self.pick(
            format!(
                "`{}`：{who_ja}は{per_ja}{every_ja}{}回まで。{}",
                quota.id,
                quota.exchanges,
                self.shadow(quota.mode, None)
            ),
            format!(
                "`{}`: of {who_en}, {per_en} {} exchanges {every_en}.{}",
                quota.id,
                quota.exchanges,
                self.shadow(quota.mode, None)
            ),
        )
    }

    fn shadow(&self, mode: Mode, from: Option<u64>) -> String {
        match (mode, from) {
            (Mode::Enforce, _) => String::new(),
            (Mode::Shadow, None) => self.pick("（記録だけ）".to_owned(), " Only recorded.".to_owned()),
            (Mode::Shadow, Some(from)) => {
                let from = written(self.policy, from);
                self.pick(
                    format!("（{from}から。それまでは記録だけ）"),
                    format!(" From {from} on; until then only recorded."),
                )
            }
        }
    }
}

fn span(hours: Hours) -> String {
    let (from, to) = hours.minutes();
    let at = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    format!("{}–{}", at(from), at(to))
}
