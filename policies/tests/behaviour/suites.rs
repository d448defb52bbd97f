//! A policy's own tests fail when the policy does otherwise.

use sekisho_policies::suite;

use crate::world::{RAISES, RULES, Scans, base, load};

/// The message of the one failing test.
fn check(test: &str, expect: Option<&str>) {
    let policy = load(&(base() + RAISES + "[[test]]\nname = \"t\"\nmodel = \"m\"\n" + test));
    let failures = suite::run(&policy, &Scans(&RULES), 0);
    let told: Vec<_> = failures.iter().map(|failure| failure.message.as_str()).collect();
    assert_eq!(told, expect.into_iter().collect::<Vec<_>>(), "{test}");
    assert!(failures.iter().all(|failure| failure.line > 100 && failure.file == "policy.toml"));
}

#[test]
fn what_a_test_promises_is_compared() {
    let top = "grants = [\"g-11\"]\n";
    check(&format!("{top}expect = \"permit\""), None);
    check(&format!("{top}expect = \"refuse\""), Some("permitted to `b-closed` instead of `refuse`"));
    check(
        &format!("{top}expect = \"permit\"\neffective = \"2\"\nzone = \"closed\"\nbackend = \"b-closed\""),
        None,
    );
    check(
        &format!("{top}expect = \"permit\"\neffective = \"1\""),
        Some("counts as level `2` instead of `1`"),
    );
    check(
        &format!("{top}expect = \"permit\"\nzone = \"vault\""),
        Some("goes to zone `closed` instead of `vault`"),
    );
    check(
        &format!("{top}expect = \"permit\"\nbackend = \"b-vault\""),
        Some("goes to backend `b-closed` instead of `b-vault`"),
    );
    check(
        &format!("{top}expect = \"permit\"\nobligations = {{ \"pii.email\" = \"allow\" }}"),
        Some("found no `pii.email`"),
    );
}

#[test]
fn refusals_are_compared_by_reason_and_rule() {
    let low = "grants = [\"g-0\"]\n";
    check(&format!("{low}expect = \"refuse\"\nreason = \"clearance\""), None);
    check(&format!("{low}expect = \"permit\""), Some("refused for `clearance` instead of `permit`"));
    check(
        &format!("{low}expect = \"refuse\"\nreason = \"no-zone\""),
        Some("refused for `clearance` instead of `no-zone`"),
    );
    let marked =
        format!("{low}level = \"1\"\nfindings = [{{ of = \"marking.level-2\" }}]\nexpect = \"refuse\"\n");
    check(&format!("{marked}rule = \"marked-2\""), None);
    check(&format!("{marked}rule = \"marked-3\""), Some("refused by `marked-2` instead of `marked-3`"));
}

#[test]
fn claims_and_answers_are_played() {
    let known = "issuer = \"staff\"\nclaims = { role = \"11\" }\nlevel = \"1\"\n";
    check(&format!("{known}expect = \"permit\""), None);
    check("issuer = \"staff\"\nclaims = { role = \"12\" }\nexpect = \"unknown\"", None);
    check(
        "issuer = \"staff\"\nclaims = { role = \"12\" }\nexpect = \"permit\"",
        Some("nobody is known by these claims instead of `permit`"),
    );
    let answer = format!("{known}answer_findings = [{{ of = \"marking.level-3\" }}]\n");
    check(&format!("{answer}expect = \"cut\"\nreason = \"answer-label\""), None);
    check(
        &format!("{answer}expect = \"permit\""),
        Some("answer cut for `answer-label` by `marked-3` instead of `permit`"),
    );
}

#[test]
fn claims_may_be_a_services_own_words() {
    let service = |contexts: &str| {
        format!(
            "[[ministry]]\nid = \"m\"\nja = \"省\"\nen = \"ministry\"\n[[service]]\nid = \"web\"\nceiling = \"2\"\n\
             ministries = [\"m\"]\n{contexts}ja = \"画面\"\nen = \"web\"\n[[grant]]\nid = \"said\"\nservice = \"web\"\n\
             claims = {{ role = \"official\" }}\nclearance = \"2\"\nja = \"職員\"\nen = \"official\"\n"
        )
    };
    let base =
        base().replace("clearance =", "ministry = \"m\"\nclearance =") + &service("contexts = [\"ES256\"]\n");
    let outcome = |test: &str| {
        let policy = load(&format!(
            "{base}[[test]]\nname = \"t\"\nmodel = \"m\"\nlevel = \"1\"\nexpect = \"permit\"\n{test}"
        ));
        suite::run(&policy, &Scans(&RULES), 0).pop().map(|failure| failure.message)
    };
    let said = "service = \"web\"\ncontext = true\nclaims = { ministry = \"m\", role = \"official\" }\n";
    assert_eq!(outcome(said), None);
    let others = outcome(&said.replace("role = \"official\"", "role = \"11\""));
    // Claims of the issuer's people earn nothing here.
    assert_eq!(others.as_deref(), Some("nobody is known by these claims instead of `permit`"));
}
