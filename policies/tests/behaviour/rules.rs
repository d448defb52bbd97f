//! What rules may be about beyond people, models and levels: networks, hours, dates, quotas, fields, ministries.

use std::net::IpAddr;
use std::sync::Arc;

use sekisho_policies::{
    Brought, Decision, Declared, Direction, Obligation, Opaque, OpaqueKey, Policy, PolicyRule, Question,
    Reason, Summary, Turn, Voice,
};

use crate::world::{HERE, TOLD, base, found, key, load, subject};

/// 2026-11-27, a Friday, 00:00 in Japan.
const FRIDAY: u64 = 1_795_705_200;
const HOUR: u64 = 3600;

/// A policy whose accreditations last, with this instead of the rule that permits everything.
fn policy(rules: &str) -> Arc<Policy> {
    let base = base().replace("[[access]]\nid = \"everyone\"\nthen = \"permit\"\n", "");
    load(
        &("utc_offset = \"+09:00\"\n".to_owned() + &base.replace("expires = 1970", "expires = 2070") + rules),
    )
}

fn decide(policy: &Arc<Policy>, findings: &Summary, from: IpAddr, now: u64) -> Decision {
    let subject = subject(policy, &[0]);
    let declared = Declared::Level(policy.scale().lowest());
    policy.decide(&Question {
        subject: &subject,
        declared,
        brought: Brought::Nothing,
        recalled: None,
        model: "m",
        dialect: None,
        findings,
        used_up: &[],
        from,
        now,
    })
}

/// Whether somebody may ask from there at that time.
fn may(policy: &Arc<Policy>, from: &str, now: u64) -> bool {
    matches!(decide(policy, &Summary::default(), from.parse().unwrap(), now), Decision::Permit(_))
}

#[test]
fn a_permit_may_be_for_some_networks_alone() {
    let inside = policy(
        "[[access]]\nid = \"inside\"\nthen = \"permit\"\nnetworks = [\"10.0.0.0/8\", \"2001:db8::/32\"]\nexcept_networks = [\"10.9.0.1\"]\n",
    );
    for (from, expect) in [
        ("10.1.2.3", true),
        ("11.1.2.3", false),
        ("10.9.0.1", false),
        ("10.9.0.2", true),
        ("2001:db8::1", true),
        ("2001:db9::1", false),
        // IPv4 in IPv6 (RFC 4291 §2.5.5.2) is IPv4.
        ("::ffff:10.1.2.3", true),
        ("::ffff:11.1.2.3", false),
    ] {
        assert_eq!(may(&inside, from, 0), expect, "{from}");
    }
}

#[test]
fn a_rule_may_hold_at_some_hours_and_between_dates() {
    let hours = policy(
        "[[access]]\nid = \"day\"\nthen = \"permit\"\nhours = { days = [\"fri\"], from = 08:00:00, to = 20:00:00 }\n",
    );
    for (hour, expect) in [(7, false), (8, true), (19, true), (20, false), (24 + 8, false)] {
        assert_eq!(may(&hours, "10.0.0.1", FRIDAY.saturating_add_signed(hour * 3600)), expect, "{hour}");
    }
    let dates =
        policy("[[access]]\nid = \"trial\"\nthen = \"permit\"\nbegins = 2026-11-27\nends = 2026-11-28\n");
    for (hour, expect) in [(-1, false), (0, true), (23, true), (24, false)] {
        assert_eq!(may(&dates, "10.0.0.1", FRIDAY.saturating_add_signed(hour * 3600)), expect, "{hour}");
    }
}

#[test]
fn a_rule_in_shadow_is_in_force_from_its_date_on() {
    let rules = format!(
        "[[access]]\nid = \"all\"\nthen = \"permit\"\n[[access]]\nid = \"soon\"\nthen = \"forbid\"\nmode = \"shadow\"\nenforce_from = 2026-11-27\n{TOLD}\
         [[content]]\nid = \"redacts-soon\"\ncategories = [\"pii.email\"]\ndirection = \"prompt\"\nthen = \"redact\"\nmode = \"shadow\"\nenforce_from = 2026-11-26\n{TOLD}"
    );
    let soon = policy(&rules);
    let email = found(&["email"]);
    let permit = |now| match decide(&soon, &email, HERE, now) {
        Decision::Permit(permit) => permit,
        Decision::Refuse(denial) => panic!("{denial:?}"),
    };
    let ids =
        |rules: &[PolicyRule]| rules.iter().map(|rule| soon.rule(*rule).0.to_owned()).collect::<Vec<_>>();
    let before = permit(FRIDAY - 25 * HOUR);
    assert_eq!(ids(before.shadows()), ["redacts-soon", "soon"]);
    assert_eq!(before.first().obligation(&key("email", Direction::Prompt)), Obligation::Allow);
    let between = permit(FRIDAY - 1);
    assert_eq!(ids(between.shadows()), ["soon"]);
    assert_eq!(between.first().obligation(&key("email", Direction::Prompt)), Obligation::Redact);
    let Decision::Refuse(denial) = decide(&soon, &email, HERE, FRIDAY) else { panic!("permitted") };
    assert_eq!((denial.reason, denial.by.map(|by| soon.rule(by).0)), (Reason::Access, Some("soon")));
}

#[test]
fn what_is_allowed_for_a_while_ends() {
    let rules = format!(
        "[[access]]\nid = \"all\"\nthen = \"permit\"\n[[content]]\nid = \"pictures\"\ncategories = [\"opaque.media\"]\ndirection = \"prompt\"\nthen = \"allow\"\nends = 2026-11-27\n{TOLD}"
    );
    let policy = policy(&rules);
    let mut picture = Summary::default();
    picture.add_opaque(opaque(Opaque::Media, None));
    let passes = |now| matches!(decide(&policy, &picture, HERE, now), Decision::Permit(_));
    assert!(passes(FRIDAY - 1) && !passes(FRIDAY));
}

fn opaque(kind: Opaque, listed: Option<sekisho_policies::FieldIndex>) -> OpaqueKey {
    OpaqueKey { kind, direction: Direction::Prompt, voice: Voice::Other, turn: Turn::Newest, listed }
}

#[test]
fn a_listed_field_passes_at_its_levels_and_no_other_does() {
    let rules = format!(
        "[[access]]\nid = \"all\"\nthen = \"permit\"\n[[field]]\nid = \"effort\"\ndialect = \"openai-chat\"\npath = \"reasoning.steps[].effort\"\nvalues = [\"low\", \"3\"]\nlevels = [\"1\"]\n\
         [[content]]\nid = \"unknown\"\ncategories = [\"opaque.*\"]\ndirection = \"both\"\nthen = \"block\"\n{TOLD}"
    );
    let policy = policy(&rules);
    let path: Vec<String> = ["reasoning", "steps", "[]", "effort"].map(str::to_owned).to_vec();
    let dialect = sekisho_policies::BackendDialect::OpenAiChat;
    let listed = policy.find_field(dialect, &path, "low");
    assert!(listed.is_some() && policy.find_field(dialect, &path, "3") == listed);
    assert_eq!(policy.find_field(dialect, &path, "high"), None);
    assert_eq!(policy.find_field(dialect, &path[..2], "low"), None);
    let ask = |level: &str, keys: &[OpaqueKey]| {
        let mut findings = Summary::default();
        keys.iter().for_each(|key| findings.add_opaque(*key));
        let subject = subject(&policy, &[4]);
        let declared = Declared::Level(policy.scale().level(level).unwrap());
        let question = Question {
            subject: &subject,
            declared,
            brought: Brought::Nothing,
            recalled: None,
            model: "m",
            dialect: None,
            findings: &findings,
            used_up: &[],
            from: HERE,
            now: 0,
        };
        match policy.decide(&question) {
            Decision::Permit(_) => None,
            Decision::Refuse(denial) => {
                Some((denial.reason, denial.by.map(|by| policy.rule(by).0.to_owned())))
            }
        }
    };
    let refused = Some((Reason::OpaqueField, Some("unknown".to_owned())));
    assert_eq!(ask("1", &[opaque(Opaque::Field, listed)]), None);
    assert_eq!(ask("1", &[opaque(Opaque::Field, None)]), refused);
    assert_eq!(ask("1", &[opaque(Opaque::Field, listed), opaque(Opaque::Steers, None)]), refused);
    assert_eq!(ask("2", &[opaque(Opaque::Field, listed)]), refused);
}

#[test]
fn a_quota_that_is_used_up_refuses_those_it_is_about() {
    let rules = format!(
        "[[access]]\nid = \"all\"\nthen = \"permit\"\n\
         [[quota]]\nid = \"day\"\nper = \"person\"\nexchanges = 3\nevery = \"day\"\ngrants = [\"g-0\"]\n{TOLD}\
         [[quota]]\nid = \"watched\"\nper = \"person\"\nexchanges = 1\nevery = \"minute\"\nmode = \"shadow\"\n{TOLD}\
         [[quota]]\nid = \"open\"\nper = \"person\"\nexchanges = 1\nevery = \"hour\"\nmodels = [\"m-open\"]\n{TOLD}"
    );
    let policy = policy(&rules);
    let ids = |role: usize, model: &str| {
        let quotas = policy.quotas_of(&subject(&policy, &[role]), model);
        quotas.iter().map(|quota| policy.quota(*quota).id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(0, "m"), ["day", "watched"]);
    assert_eq!(ids(1, "m"), ["watched"]);
    assert_eq!(ids(0, "m-open"), ["day", "watched", "open"]);
    assert_eq!(ids(0, "nothing"), [""; 0]);
    let all = policy.quotas_of(&subject(&policy, &[0]), "m-open");
    let ask = |role: usize, used_up: &[sekisho_policies::QuotaIndex]| {
        let subject = subject(&policy, &[role]);
        let declared = Declared::Level(policy.scale().lowest());
        let findings = Summary::default();
        policy.decide(&Question {
            subject: &subject,
            declared,
            brought: Brought::Nothing,
            recalled: None,
            model: "m",
            dialect: None,
            findings: &findings,
            used_up,
            from: HERE,
            now: 0,
        })
    };
    let Decision::Refuse(denial) = ask(0, &all) else { panic!("permitted") };
    assert_eq!((denial.reason, denial.by.map(|by| policy.rule(by).0)), (Reason::Quota, Some("day")));
    // It is not about these; the one in shadow is counted.
    let Decision::Permit(permit) = ask(1, &all) else { panic!("refused") };
    assert_eq!(permit.shadows().iter().map(|rule| policy.rule(*rule).0).collect::<Vec<_>>(), ["watched"]);
    assert!(matches!(ask(0, &[]), Decision::Permit(_)));
    // A day begins at midnight in Japan.
    let day = policy.quota(all[0]);
    assert_eq!((day.window(FRIDAY) - day.window(FRIDAY - 1), day.rest_s(FRIDAY - 1)), (1, 1));
    assert_eq!(day.rest_s(FRIDAY), 24 * HOUR);
}

#[test]
fn a_service_may_be_silent_for_a_while_and_a_ministry_has_its_own_credential() {
    let base = base().replace("clearance =", "ministry = \"mof\"\nclearance =").replace(
        "dialect = \"openai-chat\"\n",
        "dialect = \"openai-chat\"\ncredential = \"all\"\ncredentials = { mof = \"own\" }\n",
    );
    let services = "[[ministry]]\nid = \"mof\"\nja = \"財\"\nen = \"MOF\"\n\
        [[service]]\nid = \"old\"\nceiling = \"3\"\nclearance = \"3\"\nministries = [\"mof\"]\nkeys = true\nja = \"旧\"\nen = \"old\"\nundeclared = { level = \"1\", until = 2026-11-27 }\n";
    let policy = load(
        &("utc_offset = \"+09:00\"\n".to_owned()
            + &base.replace("expires = 1970", "expires = 2070")
            + services),
    );
    let service = policy.find_service("old");
    let effective = |service, now| {
        let subject = policy.imagined(&["g-8"], service).unwrap();
        let findings = Summary::default();
        let question = Question {
            subject: &subject,
            declared: Declared::Absent,
            brought: Brought::Nothing,
            recalled: None,
            model: "m",
            dialect: None,
            findings: &findings,
            used_up: &[],
            from: HERE,
            now,
        };
        match policy.decide(&question) {
            Decision::Permit(permit) => {
                (policy.scale().written(permit.effective()), permit.first().credential().map(str::to_owned))
            }
            Decision::Refuse(denial) => panic!("{denial:?}"),
        }
    };
    let own = Some("own".to_owned());
    assert_eq!(effective(service, FRIDAY - 1), ("1".to_owned(), own.clone()));
    assert_eq!(effective(service, FRIDAY), ("2".to_owned(), own.clone()));
    assert_eq!(effective(None, FRIDAY - 1), ("2".to_owned(), own));
    let alone = policy.subject(None, service).unwrap();
    let findings = Summary::default();
    let (subject, declared) = (&alone, Declared::Absent);
    let question = Question {
        subject,
        declared,
        brought: Brought::Nothing,
        recalled: None,
        model: "m",
        dialect: None,
        findings: &findings,
        used_up: &[],
        from: HERE,
        now: FRIDAY,
    };
    let Decision::Permit(permit) = policy.decide(&question) else { panic!("refused") };
    assert_eq!(permit.first().credential(), Some("all"));
}
