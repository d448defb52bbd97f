//! Applications with a path of their own: who may ask, and how high.

use std::sync::Arc;

use sekisho_policies::suite::{self, Part};
use sekisho_policies::{
    BackendDialect, Brought, Decision, Declared, Policy, Question, Reason, Subject, Summary,
};

use crate::reading::check;
use crate::world::{HERE, HIGHEST, RULES, Scans, base, load, subject};

const BACKEND: &str = "[[backend]]\nid = \"minutes-app\"\nzone = \"closed\"\nurl = \"http://127.0.0.1:2\"\ntrust_anchor = \"ca.pem\"\n\
                       upstream_model = \"m\"\ndeployment = \"dedicated\"\ndialect = \"exapp\"\n";
const SERVICE: &str =
    "[[service]]\nid = \"web\"\nja = \"窓\"\nen = \"web\"\nceiling = \"3\"\nclearance = \"3\"\nkeys = true\n";

fn app(more: &str) -> String {
    format!(
        "{BACKEND}[[app]]\nid = \"minutes\"\npath = \"/apps/minutes/invoke\"\nbackend = \"minutes-app\"\n{more}"
    )
}

#[test]
fn slips_are_told_with_what_was_meant() {
    check(&app(""), &[]);
    check(&app("level_key = \"k\"\nlevels = { \"機密性１情報\" = \"1\", \"機密性２情報\" = \"2\" }\n"), &[]);
    check(
        &app("level_key = \"k\"\n"),
        &[
            "more.toml:9:1: a level is declared by an input and its words; write both `level_key` and `levels = { \"機密性１情報\" = \"1\", … }`, or neither",
        ],
    );
    check(
        &app("level_key = \"k\"\nlevels = { \"二\" = \"9\" }\n"),
        &["more.toml:14:18: level `9` is not defined; did you mean `1`?"],
    );
    check(
        &app("").replace("exapp", "openai-chat"),
        &[
            "more.toml:12:11: backend `minutes-app` speaks `openai-chat`; an app's backend has `dialect = \"exapp\"`",
        ],
    );
    for path in
        ["/v1/minutes", "/model/m/converse", "apps", "/apps//a", "/apps/../a", "/level/2/apps", "/apps?x"]
    {
        let told = format!(
            "more.toml:11:8: `{path}` cannot be an app's path; write a path of its own, as `/apps/minutes/invoke`: letters, digits, `-`, `.`, `_` and `~` between slashes"
        );
        check(&app("").replace("/apps/minutes/invoke", path), &[&told]);
    }
    let twice =
        app("") + "[[app]]\nid = \"other\"\npath = \"/apps/minutes/invoke\"\nbackend = \"minutes-app\"\n";
    check(
        &twice,
        &[
            "more.toml:15:8: path `/apps/minutes/invoke` is defined twice; the first is at more.toml:11; choose another id",
        ],
    );
}

fn asks(policy: &Arc<Policy>, subject: &Subject, level: &str, dialect: BackendDialect) -> Result<(), Reason> {
    let declared = Declared::Level(policy.scale().level(level).unwrap());
    let findings = &Summary::default();
    let question = Question {
        subject,
        declared,
        model: "minutes",
        dialect: Some(dialect),
        brought: Brought::Nothing,
        recalled: None,
        findings,
        used_up: &[],
        from: HERE,
        now: 0,
    };
    match policy.decide(&question) {
        Decision::Permit(_) => Ok(()),
        Decision::Refuse(denial) => Err(denial.reason),
    }
}

#[test]
fn an_app_is_given_nothing_above_its_ceiling_and_is_no_model_of_another_form() {
    let (open, low) = (load(&(base() + &app(""))), load(&(base() + &app("ceiling = \"1\"\n"))));
    let at =
        |policy: &Arc<Policy>, level, dialect| asks(policy, &subject(policy, &[HIGHEST]), level, dialect);
    assert_eq!(at(&open, "1", BackendDialect::ExApp), Ok(()));
    assert_eq!(at(&open, "2", BackendDialect::ExApp), Ok(()));
    assert_eq!(at(&low, "1", BackendDialect::ExApp), Ok(()));
    assert_eq!(at(&low, "2", BackendDialect::ExApp), Err(Reason::NoZone));
    assert_eq!(at(&open, "3", BackendDialect::ExApp), Err(Reason::NoZone));
    assert_eq!(at(&open, "1", BackendDialect::OpenAiChat), Err(Reason::UnknownModel));
}

#[test]
fn an_app_of_a_service_is_for_that_service_alone() {
    let policy = load(&(base() + SERVICE + &app("service = \"web\"\n")));
    let web = policy.subject(None, policy.find_service("web")).unwrap();
    assert_eq!(asks(&policy, &web, "1", BackendDialect::ExApp), Ok(()));
    assert_eq!(asks(&policy, &subject(&policy, &[HIGHEST]), "1", BackendDialect::ExApp), Err(Reason::Access));
}

#[test]
fn an_app_is_found_by_its_path_and_its_words_declare_levels() {
    let policy = load(&(base() + &app("level_key = \"k\"\nlevels = { \"二\" = \"2\" }\n")));
    let (id, app) = policy.find_app("/apps/minutes/invoke").unwrap();
    assert_eq!((id, app.level_key.as_deref(), app.timeout_s), ("minutes", Some("k"), 29));
    assert_eq!(app.declared("二"), policy.scale().level("2"));
    assert_eq!(app.declared("三"), None);
    assert!(policy.find_app("/apps/minutes/invoke/").is_none());
}

/// What no test would notice of the application and of the service, with these tests.
fn survivors(tests: &[&str]) -> Vec<String> {
    let test = |rest: &&str| format!("[[test]]\nname = \"t\"\nmodel = \"minutes\"\n{rest}\n");
    let tests: String = tests.iter().map(test).collect();
    let policy = load(&(base() + SERVICE + &app("service = \"web\"\nceiling = \"1\"\n") + &tests));
    assert_eq!(suite::run(&policy, &Scans(&RULES), 0), []);
    let coverage = suite::coverage(&policy, &Scans(&RULES), 0, &|_| true);
    let own = coverage.into_iter().filter(|(part, _)| matches!(part, Part::App(_) | Part::Service(_)));
    let mut told: Vec<String> =
        own.flat_map(|(_, tested)| tested.survivors).map(|survivor| survivor.change).collect();
    told.sort();
    told
}

#[test]
fn tests_should_notice_who_may_ask_an_app_and_how_high_it_goes() {
    let none = survivors(&["level = \"1\"\nservice = \"web\"\nexpect = \"permit\""]);
    assert_eq!(none, ["ceiling 2", "ceiling 2", "clearance 2", "for every service"]);
    let app_alone = survivors(&[
        "level = \"2\"\nservice = \"web\"\nexpect = \"refuse\"\nreason = \"no-zone\"",
        "level = \"1\"\ngrants = [\"g-11\"]\nexpect = \"refuse\"\nreason = \"access\"",
    ]);
    assert_eq!(app_alone, ["ceiling 2", "clearance 2"]);
}
