//! Every combination of what `decide` distinguishes in the small world.

use sekisho_policies::{
    AnswerVerdict, Brought, Decision, Declared, Direction, Label, Obligation, Opaque, OpaqueKey, Question,
};
use sekisho_policies::{Reason, Summary, Turn, Voice};

use crate::world::{HERE, HIGHEST, RAISES, all, ask, base, found, key, labels, load, subject};

const MOMENTS: [u64; 5] = [0, 999, 1000, 1999, 2000];

/// What may be found, and the label it says.
const FINDINGS: [(&str, &str, &[&str]); 3] =
    [("marking.level-2", "2", &[]), ("marking.level-3", "3", &[]), ("jp.corporate-number", "1", &["a"])];

#[test]
fn a_permit_holds_exactly_the_backends_that_the_label_allows() {
    let policy = load(&(base() + RAISES));
    let scale = policy.scale();
    let declarations = all(scale).into_iter().map(Declared::Level).chain([Declared::Absent]);
    for (declared, bits) in declarations.flat_map(|declared| (0..8).map(move |bits| (declared, bits))) {
        let chosen: Vec<_> = (0..3).filter(|bit| bits >> bit & 1 == 1).map(|bit| FINDINGS[bit]).collect();
        let findings = found(&chosen.iter().map(|(rule, ..)| *rule).collect::<Vec<_>>());
        let floors = chosen.iter().map(|(_, level, with)| scale.label(level, with).unwrap());
        let start = if let Declared::Level(label) = declared { label } else { policy.undeclared() };
        let effective = floors.fold(start, Label::join);
        for (role, clearance) in all(scale).into_iter().enumerate() {
            for now in MOMENTS {
                let allowed = |zone: &&str| {
                    let zone = policy.zones().iter().find(|known| known.id == **zone).unwrap();
                    zone.ceiling_at(now).is_some_and(|ceiling| ceiling.dominates(effective))
                };
                let expect: Vec<_> =
                    ["open", "closed", "vault"].into_iter().filter(|zone| allowed(zone)).collect();
                let came = ask(&policy, role, declared, &findings, now);
                check(&policy, came, clearance.dominates(effective), &expect, effective);
            }
        }
    }
}

fn check(
    policy: &sekisho_policies::Policy,
    came: Decision,
    cleared: bool,
    expect: &[&str],
    effective: Label,
) {
    match came {
        Decision::Permit(permit) => {
            let zones: Vec<_> = permit.routes().map(|route| policy.zone(route.zone()).id.as_str()).collect();
            assert!(cleared && zones == expect && !zones.is_empty(), "{zones:?} {expect:?}");
            assert_eq!((permit.effective(), permit.announced()), (effective, effective));
        }
        Decision::Refuse(denial) => {
            let reason = if cleared { Reason::NoZone } else { Reason::Clearance };
            assert!(!cleared || expect.is_empty());
            assert_eq!((denial.reason, denial.effective), (reason, effective));
        }
    }
}

/// More findings never open a door at the same label: only a higher label may lead elsewhere.
#[test]
fn a_finding_never_permits_what_was_refused_at_that_label() {
    let block = "[[content]]\nid = \"block-1\"\ncategories = [\"pii.email\"]\ndirection = \"prompt\"\nlevels = [\"1\", \"2\", \"3\"]\nthen = \"block\"\n\
                 message = { ja = \"止\", en = \"stop\" }\nnext = { ja = \"次\", en = \"next\" }\n";
    let policy = load(&(base() + RAISES + block));
    let names = ["marking.level-2", "marking.level-3", "jp.corporate-number", "email"];
    let chosen = |bits: usize| {
        found(&(0..4).filter(|bit| bits >> bit & 1 == 1).map(|bit| names[bit]).collect::<Vec<_>>())
    };
    for (declared, role) in
        all(policy.scale()).into_iter().flat_map(|label| (0..12).map(move |role| (label, role)))
    {
        for (bits, more) in (0..16).flat_map(|bits| (0..4).map(move |more| (bits, bits | 1 << more))) {
            let before = ask(&policy, role, Declared::Level(declared), &chosen(bits), 0);
            let after = ask(&policy, role, Declared::Level(declared), &chosen(more), 0);
            if let (Decision::Refuse(before), Decision::Permit(after)) = (before, after) {
                assert!(
                    after.effective() != before.effective && after.effective().dominates(before.effective)
                );
            }
        }
    }
}

#[test]
fn a_permit_ends_with_the_accreditation_it_rests_on() {
    let policy = load(&base());
    let two = policy.scale().level("2").unwrap();
    let one = policy.scale().level("1").unwrap();
    for (label, now, expect) in
        [(two, 0, 60), (two, 990, 1000), (one, 990, 1000), (one, 1000, 1060), (one, 5000, 5060)]
    {
        let Decision::Permit(permit) =
            ask(&policy, HIGHEST, Declared::Level(label), &Summary::default(), now)
        else {
            panic!("refused at {now}")
        };
        assert_eq!(permit.expires_at(), expect, "{now}");
    }
}

#[test]
fn under_declaring_refuses_where_the_policy_says_so() {
    let text = (base() + RAISES).replace("under_declared = \"raise\"", "under_declared = \"refuse\"");
    let policy = load(&text);
    let (one, two) = (policy.scale().level("1").unwrap(), policy.scale().level("2").unwrap());
    let refused = |declared, rule: &str| match ask(&policy, HIGHEST, declared, &found(&[rule]), 0) {
        Decision::Refuse(denial) => {
            Some((denial.reason, denial.by.map(|rule| policy.rule(rule).0.to_owned())))
        }
        Decision::Permit(_) => None,
    };
    let expect = Some((Reason::UnderDeclared, Some("marked-2".to_owned())));
    assert_eq!(refused(Declared::Level(one), "marking.level-2"), expect);
    assert_eq!(refused(Declared::Level(two), "marking.level-2"), None);
    // Whoever declared nothing has not declared too little.
    assert_eq!(refused(Declared::Absent, "marking.level-3"), None);
}

#[test]
fn several_grants_allow_what_all_of_them_allow() {
    let policy = load(&base());
    let all = all(policy.scale());
    for (a, b) in labels().enumerate().flat_map(|(a, _)| (0..12).map(move |b| (a, b))) {
        assert_eq!(subject(&policy, &[a, b]).clearance(), all[a].meet(all[b]));
    }
}

#[test]
fn a_subject_of_one_policy_is_nobody_in_another() {
    let (here, there) = (load(&base()), load(&(base() + RAISES)));
    let stranger = subject(&there, &[HIGHEST]);
    let findings = Summary::default();
    let question = Question {
        subject: &stranger,
        declared: Declared::Absent,
        brought: Brought::Nothing,
        recalled: None,
        model: "m",
        dialect: None,
        findings: &findings,
        used_up: &[],
        from: HERE,
        now: 0,
    };
    assert!(matches!(here.decide(&question), Decision::Refuse(denial) if denial.reason == Reason::Access));
    assert!(matches!(there.decide(&question), Decision::Permit(_)));
    assert!(here.visible_models(&stranger, None, HERE, 0).is_empty());
    assert_eq!(there.visible_models(&stranger, None, HERE, 0).len(), 2);
}

#[test]
fn a_model_is_visible_where_it_could_be_used() {
    let policy = load(
        &(base()
            + "[[access]]\nid = \"no\"\nthen = \"forbid\"\nmodels = [\"m-open\"]\nlevels = [\"1\", \"2\", \"3\"]\nmessage = { ja = \"否\", en = \"no\" }\nnext = { ja = \"次\", en = \"next\" }\n"),
    );
    let visible: Vec<_> = policy
        .visible_models(&subject(&policy, &[HIGHEST]), None, HERE, 0)
        .iter()
        .map(|model| model.id.clone())
        .collect();
    assert_eq!(visible, ["m"]);
}

#[test]
fn what_no_rule_allows_is_blocked_only_if_it_could_not_be_read() {
    let policy = load(&base());
    let key_of = |kind| OpaqueKey {
        kind,
        direction: Direction::Prompt,
        voice: Voice::Other,
        turn: Turn::Newest,
        listed: None,
    };
    for kind in Opaque::ALL {
        let mut findings = Summary::default();
        findings.add_opaque(key_of(kind));
        let Decision::Refuse(denial) = ask(&policy, HIGHEST, Declared::Absent, &findings, 0) else {
            panic!("permitted")
        };
        assert_eq!((denial.reason, denial.by), (Reason::OpaqueField, None));
    }
    assert!(matches!(ask(&policy, HIGHEST, Declared::Absent, &found(&["email"]), 0), Decision::Permit(_)));
}

#[test]
fn the_strictest_rule_wins_and_an_allow_lowers_nothing() {
    let rule = |id: &str, then: &str, zones: &str| {
        format!(
            "[[content]]\nid = \"{id}\"\ncategories = [\"pii.email\"]\ndirection = \"both\"\nzones = {zones}\nthen = \"{then}\"\n\
             message = {{ ja = \"文\", en = \"text\" }}\nnext = {{ ja = \"次\", en = \"next\" }}\n"
        )
    };
    let text = base()
        + &rule("a", "allow", "\"accredited\"")
        + &rule("r", "redact", "[\"closed\"]")
        + &rule("b", "block", "[\"open\"]");
    let policy = load(&text);
    let one = Declared::Level(policy.scale().level("1").unwrap());
    let Decision::Permit(permit) = ask(&policy, HIGHEST, one, &found(&["email"]), 0) else {
        panic!("refused")
    };
    let owed: Vec<_> =
        permit.routes().map(|route| route.obligation(&key("email", Direction::Completion))).collect();
    // `open` is out: its rule blocks there. The rest keeps its order.
    assert_eq!(owed, [Obligation::Redact, Obligation::Allow]);
}

#[test]
fn if_content_shuts_every_place_the_rule_is_named() {
    let block = "[[content]]\nid = \"b\"\ncategories = [\"pii.email\"]\ndirection = \"both\"\nat_least = 2\nthen = \"block\"\n\
                 message = { ja = \"止\", en = \"stop\" }\nnext = { ja = \"次\", en = \"next\" }\n";
    let policy = load(&(base() + RAISES + block));
    let refused = |rules: &[&str]| match ask(&policy, HIGHEST, Declared::Absent, &found(rules), 0) {
        Decision::Refuse(denial) => Some((denial.reason, policy.rule(denial.by.unwrap()).0.to_owned())),
        Decision::Permit(_) => None,
    };
    assert_eq!(refused(&["email"]), None);
    assert_eq!(refused(&["email", "email"]), Some((Reason::Content, "b".to_owned())));
}

#[test]
fn an_answer_above_its_announced_label_is_cut() {
    let policy = load(&(base() + RAISES));
    let answers = |level: &str, rule: &str| {
        let label = Declared::Level(policy.scale().level(level).unwrap());
        let Decision::Permit(permit) = ask(&policy, HIGHEST, label, &Summary::default(), 0) else {
            panic!("refused")
        };
        let mut answer = Summary::default();
        answer.add(key(rule, Direction::Completion));
        match permit.judge_answer(permit.first(), &answer) {
            AnswerVerdict::Release => None,
            AnswerVerdict::Cut(denial) => Some(denial.reason),
        }
    };
    assert_eq!(answers("1", "marking.level-2"), Some(Reason::AnswerLabel));
    assert_eq!(answers("2", "marking.level-2"), None);
    assert_eq!(answers("2", "marking.level-3"), Some(Reason::AnswerLabel));
    assert_eq!(answers("2", "email"), None);
    // This rule looks at prompts alone.
    assert_eq!(answers("1", "jp.corporate-number"), None);
}

#[test]
fn a_rule_in_shadow_is_counted_and_changes_nothing() {
    let shadow = "[[content]]\nid = \"s\"\ncategories = [\"pii.email\"]\ndirection = \"both\"\nzones = [\"vault\"]\nmode = \"shadow\"\nthen = \"block\"\n\
                  message = { ja = \"止\", en = \"stop\" }\nnext = { ja = \"次\", en = \"next\" }\n";
    let policy = load(&(base() + shadow));
    for (rule, now, expect) in [("email", 0, 1), ("email", 2000, 0), ("jp.my-number", 0, 0)] {
        let one = Declared::Level(policy.scale().level("1").unwrap());
        let Decision::Permit(permit) = ask(&policy, HIGHEST, one, &found(&[rule]), now) else {
            panic!("refused")
        };
        assert_eq!(permit.shadows().len(), expect, "{rule} {now}");
    }
}
