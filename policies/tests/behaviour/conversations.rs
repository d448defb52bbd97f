//! What a conversation brings, and what is remembered of texts: joined, never more lenient, and asked for where policy says.

use std::sync::Arc;

use sekisho_policies::explain::{Remedy, Step, enough};
use sekisho_policies::{
    Brought, Claims, Decision, Declared, Label, Person, Policy, Question, Reason, Subject, Summary, Voucher,
    suite,
};

use crate::world::{HERE, HIGHEST, Labelled, RAISES, RULES, Scans, all, ask_saying, base, found, load};

fn label(policy: &Policy, written: &str) -> Label {
    policy.scale().read(written).unwrap()
}

/// The level that counts and where it goes first, or why it is refused and at which level.
fn came(policy: &Arc<Policy>, said: Labelled, findings: &Summary) -> (String, String) {
    let scale = policy.scale();
    match ask_saying("m", policy, HIGHEST, said, findings, 0) {
        Decision::Permit(permit) => {
            (scale.written(permit.effective()), policy.backend(permit.first().backend()).id.clone())
        }
        Decision::Refuse(denial) => (scale.written(denial.effective), denial.reason.code().to_owned()),
    }
}

#[test]
fn what_is_brought_or_recalled_joins() {
    let policy = load(&base());
    let label = |written: &str| label(&policy, written);
    let check = |declared: &str, brought: Option<&str>, recalled: Option<&str>, expect: (&str, &str)| {
        let brought = brought.map_or(Brought::Nothing, |written| Brought::Label(label(written)));
        let said = (Declared::Level(label(declared)), brought, recalled.map(&label));
        let (level, outcome) = came(&policy, said, &Summary::default());
        assert_eq!((level.as_str(), outcome.as_str()), expect, "{declared} {brought:?} {recalled:?}");
    };
    check("1", None, None, ("1", "b-open"));
    check("1", Some("1"), Some("1"), ("1", "b-open"));
    check("1", Some("2"), None, ("2", "b-closed"));
    check("2", Some("1"), None, ("2", "b-closed"));
    check("1", Some("1+a"), None, ("1+a", "b-vault"));
    check("2", Some("1+a"), Some("1+b"), ("2+a+b", "b-vault"));
    check("1", None, Some("2"), ("2", "b-closed"));
    // What a service or silence makes of it is no less.
    let undeclared = (Declared::Absent, Brought::Label(label("1")), None);
    assert_eq!(came(&policy, undeclared, &Summary::default()).0, "2");
}

#[test]
fn every_label_that_is_brought_is_dominated_by_the_one_that_counts() {
    let policy = load(&(base() + RAISES));
    for declared in all(policy.scale()) {
        for brought in all(policy.scale()) {
            let said = (Declared::Level(declared), Brought::Label(brought), None);
            let Decision::Permit(permit) =
                ask_saying("m", &policy, HIGHEST, said, &found(&["marking.level-2"]), 0)
            else {
                panic!("the highest clearance and the vault's ceiling dominate everything");
            };
            let two = label(&policy, "2");
            assert_eq!(permit.effective(), declared.join(brought).join(two));
            assert!(permit.announced().dominates(brought));
        }
    }
}

#[test]
fn a_conversation_is_cleared_for_like_anything_else() {
    let policy = load(&base());
    let ask = |role, brought| {
        let said = (Declared::Level(policy.scale().lowest()), brought, None);
        ask_saying("m", &policy, role, said, &Summary::default(), 0)
    };
    assert!(matches!(ask(0, Brought::Label(policy.scale().lowest())), Decision::Permit(_)));
    let Decision::Refuse(denial) = ask(0, Brought::Label(label(&policy, "2"))) else { panic!() };
    assert_eq!(denial.reason, Reason::Clearance);
    assert!(denial.steps.contains(&Step::Brought(label(&policy, "2"))), "{:?}", denial.steps);
}

#[test]
fn where_under_declaring_refuses_recall_does_and_what_is_brought_does_not() {
    let policy = load(&base().replace("\"raise\"", "\"refuse\""));
    let (one, two) = (label(&policy, "1"), label(&policy, "2"));
    let check = |said, expect: (&str, &str)| {
        let (level, outcome) = came(&policy, said, &Summary::default());
        assert_eq!((level.as_str(), outcome.as_str()), expect);
    };
    check((Declared::Level(one), Brought::Label(two), None), ("2", "b-closed"));
    check((Declared::Level(one), Brought::Nothing, Some(two)), ("2", "under-declared"));
    check((Declared::Level(two), Brought::Nothing, Some(two)), ("2", "b-closed"));
    check((Declared::Level(one), Brought::Nothing, Some(one)), ("1", "b-open"));
    // Silence raises all the same, and bringing a label declares nothing.
    let three = label(&policy, "3");
    check((Declared::Absent, Brought::Nothing, Some(three)), ("3", "b-vault"));
    check((Declared::Level(one), Brought::Label(two), Some(two)), ("2", "under-declared"));
}

#[test]
fn recall_can_be_switched_off() {
    let recalls = |key: &str| {
        let policy = load(&(key.to_owned() + &base()));
        let (one, two) = (label(&policy, "1"), label(&policy, "2"));
        came(&policy, (Declared::Level(one), Brought::Nothing, Some(two)), &Summary::default()).0
    };
    assert_eq!((recalls("").as_str(), recalls("recall = \"raise\"\n").as_str()), ("2", "2"));
    assert_eq!(recalls("recall = \"off\"\n"), "1");
}

/// The small world with a service that has to say with which conversation it goes on, and one that may.
fn services() -> String {
    let mut text = base().replace("clearance =", "ministry = \"m\"\nclearance =");
    text += "[[ministry]]\nid = \"m\"\nja = \"省\"\nen = \"ministry\"\n";
    for (id, key) in [("chat", "conversation = \"required\"\n"), ("batch", "")] {
        text += &format!(
            "[[service]]\nid = \"{id}\"\nceiling = \"3\"\nfloor = \"1\"\n{key}ministries = [\"m\"]\nclearance = \"2\"\n\
             certificates = [\"spiffe://x/{id}\"]\nja = \"業\"\nen = \"service\"\n"
        );
    }
    text
}

fn subject(policy: &Policy, role: Option<usize>, service: Option<&str>) -> Subject {
    let claims = Claims([("role".to_owned(), vec![role.unwrap_or(0).to_string()])].into());
    let voucher = Voucher::Issuer(policy.find_issuer("staff").unwrap());
    let person = role.map(|_| Person { voucher, claims: &claims, bound: false });
    policy.subject(person, service.map(|id| policy.find_service(id).unwrap())).unwrap()
}

#[test]
fn a_service_may_have_to_say_with_which_conversation_it_goes_on() {
    let policy = load(&services());
    let one = policy.scale().lowest();
    let ask = |role, service, brought| {
        let subject = subject(&policy, role, service);
        let question = Question {
            subject: &subject,
            declared: Declared::Level(one),
            brought,
            recalled: None,
            model: "m",
            dialect: None,
            findings: &Summary::default(),
            used_up: &[],
            from: HERE,
            now: 0,
        };
        match policy.decide(&question) {
            Decision::Permit(_) => None,
            Decision::Refuse(denial) => {
                assert!(denial.steps.contains(&Step::Loose));
                assert!(enough(&policy, &question, &denial).contains(&Remedy::Begin));
                Some(denial.reason)
            }
        }
    };
    for who in [Some(HIGHEST), None] {
        assert_eq!(ask(who, Some("chat"), Brought::Nothing), Some(Reason::Conversation));
        assert_eq!(ask(who, Some("chat"), Brought::New), None);
        assert_eq!(ask(who, Some("chat"), Brought::Label(one)), None);
        assert_eq!(ask(who, Some("batch"), Brought::Nothing), None);
    }
    assert_eq!(ask(Some(HIGHEST), None, Brought::Nothing), None);
    assert_eq!(policy.asks_for_conversations().map(|service| service.id.as_str()), Some("chat"));
    assert!(load(&base()).asks_for_conversations().is_none());
}

#[test]
fn a_policys_tests_say_what_is_brought_and_its_coverage_asks() {
    let test = |rest: &str| {
        services()
            + &format!("[[test]]\nname = \"t\"\nmodel = \"m\"\ngrants = [\"g-11\"]\nlevel = \"1\"\n{rest}")
    };
    let check = |rest: &str, failing: usize| {
        let policy = load(&test(rest));
        assert_eq!(suite::run(&policy, &Scans(&RULES), 0).len(), failing, "{rest}");
    };
    check("conversation = \"2\"\nexpect = \"permit\"\neffective = \"2\"\n", 0);
    check("conversation = \"2\"\nexpect = \"permit\"\neffective = \"1\"\n", 1);
    check("recalled = \"2\"\nexpect = \"permit\"\neffective = \"2\"\n", 0);
    check("service = \"chat\"\nexpect = \"refuse\"\nreason = \"conversation-missing\"\n", 0);
    check("service = \"chat\"\nconversation = \"new\"\nexpect = \"permit\"\n", 0);
    let survives = |rest: &str| {
        let policy = load(&test(rest));
        let tested = suite::coverage(&policy, &Scans(&RULES), 0, &|_| true);
        let survivors = tested.values().flat_map(|tested| &tested.survivors);
        survivors.filter(|survivor| survivor.change == "conversation optional").count()
    };
    assert_eq!(survives("service = \"chat\"\nexpect = \"refuse\"\n"), 0);
    assert_eq!(survives("service = \"chat\"\nconversation = \"new\"\nexpect = \"permit\"\n"), 1);
}
