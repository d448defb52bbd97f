//! People through services: ceilings, floors, ministries, and rules about them. Every combination of the small world.

use std::collections::BTreeMap;
use std::sync::Arc;

use sekisho_policies::{
    Brought, Claims, Decision, Declared, Person, Policy, Question, Reason, Subject, Summary, Unknown, Voucher,
};

use crate::world::{HERE, HIGHEST, all, base, labels, load};

/// A service for every pair of ceiling and floor that makes sense, and for every clearance of its own.
fn services() -> String {
    let mut text = base().replace("clearance =", "ministry = \"m\"\nclearance =");
    text += "[[ministry]]\nid = \"m\"\nja = \"省\"\nen = \"ministry\"\n";
    text += "[[ministry]]\nid = \"n\"\nja = \"庁\"\nen = \"agency\"\n";
    for (ceiling, top) in ["1", "2", "3"].into_iter().zip(1..) {
        for floor in 1..=top {
            text += &format!(
                "[[service]]\nid = \"s-{ceiling}-{floor}\"\nceiling = {{ level = \"{ceiling}\", compartments = [\"a\"] }}\n\
                 floor = \"{floor}\"\nclearance = \"2\"\nministries = [\"m\"]\n\
                 certificates = [\"spiffe://x/{ceiling}/{floor}\"]\nja = \"業\"\nen = \"service\"\n"
            );
        }
    }
    text
}

fn person(policy: &Policy, role: usize, service: Option<&str>) -> Result<Subject, Unknown> {
    let claims = Claims(BTreeMap::from([("role".to_owned(), vec![role.to_string()])]));
    let voucher = Voucher::Issuer(policy.find_issuer("staff").unwrap());
    let service = service.map(|id| policy.find_service(id).unwrap());
    policy.subject(Some(Person { voucher, claims: &claims, bound: false }), service)
}

fn asks(policy: &Arc<Policy>, subject: &Subject, level: &str, now: u64) -> Decision {
    let declared = Declared::Level(policy.scale().level(level).unwrap());
    policy.decide(&Question {
        subject,
        declared,
        brought: Brought::Nothing,
        recalled: None,
        model: "m",
        dialect: None,
        findings: &Summary::default(),
        used_up: &[],
        from: HERE,
        now,
    })
}

#[test]
fn a_service_only_takes_away() {
    let policy = load(&services());
    for (role, clearance) in all(policy.scale()).into_iter().enumerate() {
        let alone = person(&policy, role, None).unwrap();
        for service in policy.services() {
            let through = person(&policy, role, Some(&service.id)).unwrap();
            assert_eq!(through.clearance(), clearance.meet(service.ceiling));
            assert_eq!((through.floor(), alone.floor()), (service.floor, policy.scale().lowest()));
            for level in ["1", "2", "3"] {
                let Decision::Permit(permit) = asks(&policy, &through, level, 0) else { continue };
                let effective = policy.scale().level(level).unwrap().join(service.floor);
                assert_eq!(permit.effective(), effective);
                assert!(service.ceiling.dominates(effective) && clearance.dominates(effective));
                assert!(matches!(asks(&policy, &alone, level, 0), Decision::Permit(_)));
            }
        }
    }
    assert_eq!(labels().count(), HIGHEST + 1);
}

#[test]
fn below_the_floor_is_at_the_floor() {
    let policy = load(&services());
    let through = |service, level| {
        let subject = person(&policy, HIGHEST, Some(service)).unwrap();
        match asks(&policy, &subject, level, 1500) {
            Decision::Permit(permit) => Ok(policy.scale().id(permit.effective()).to_owned()),
            Decision::Refuse(denial) => Err(denial.reason),
        }
    };
    assert_eq!(through("s-2-2", "1"), Ok("2".to_owned()));
    assert_eq!(through("s-2-1", "1"), Ok("1".to_owned()));
    assert_eq!(through("s-2-1", "3"), Err(Reason::Clearance));
    assert_eq!(through("s-3-1", "3"), Ok("3".to_owned()));
}

#[test]
fn a_service_by_itself_has_its_own_clearance_and_no_grant() {
    let text = services()
        + "[[access]]\nid = \"no\"\nthen = \"forbid\"\ngrants = [\"g-0\"]\nmodels = [\"m-open\"]\nmessage = { ja = \"否\", en = \"no\" }\nnext = { ja = \"次\", en = \"next\" }\n";
    let policy = load(&text);
    let alone = |id: &str| policy.subject(None, policy.find_service(id));
    let subject = alone("s-3-1").unwrap();
    assert_eq!((policy.scale().id(subject.clearance()), subject.grants()), ("2", &[][..]));
    assert_eq!(policy.scale().id(alone("s-1-1").unwrap().clearance()), "1");
    assert!(matches!(asks(&policy, &subject, "2", 0), Decision::Permit(_)));
    assert!(matches!(asks(&policy, &subject, "3", 0), Decision::Refuse(_)));
    assert_eq!(policy.subject(None, None), Err(Unknown::NoGrant));
    let silent = load(&services().replace("clearance = \"2\"\nministries", "ministries"));
    assert_eq!(silent.subject(None, silent.find_service("s-3-1")), Err(Unknown::ServiceAlone));
}

#[test]
fn a_person_belongs_to_one_ministry_and_comes_through_a_service_of_it() {
    let policy = load(&services());
    assert_eq!(
        person(&policy, 3, Some("s-2-1")).map(|s| s.ministry()),
        Ok(person(&policy, 3, None).unwrap().ministry())
    );
    let none = load(&services().replace("ministry = \"m\"\n", ""));
    assert_eq!(person(&none, 3, None), Err(Unknown::NoMinistry));
    let other = load(&services().replace("ministry = \"m\"\n", "ministry = \"n\"\n"));
    assert_eq!(person(&other, 3, Some("s-2-1")), Err(Unknown::NotServed));
    assert!(person(&other, 3, None).is_ok());
}

#[test]
fn a_service_speaks_for_people_of_its_own_ministries_and_in_its_own_name() {
    let web = "[[service]]\nid = \"web\"\nceiling = \"2\"\nfloor = \"1\"\nministries = [\"m\"]\n\
               contexts = [\"ES256\"]\nja = \"画面\"\nen = \"web\"\n\
               [[grant]]\nid = \"said\"\nservice = \"web\"\nclaims = { role = \"official\" }\nclearance = \"3\"\n\
               ja = \"職員\"\nen = \"official\"\n";
    let text = services() + web;
    let policy = load(&text);
    let of = |policy: &Policy, ministries: &[&str], role: &str, through: Option<&str>| {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let claims = [("ministry", texts(ministries)), ("role", texts(&[role]))];
        let claims = Claims(claims.map(|(claim, values)| (claim.to_owned(), values)).into());
        let voucher = Voucher::Service(policy.find_service("web").unwrap());
        let through = through.and_then(|id| policy.find_service(id));
        policy.subject(Some(Person { voucher, claims: &claims, bound: true }), through)
    };
    let official = of(&policy, &["m"], "official", None).unwrap();
    assert_eq!(policy.scale().id(official.clearance()), "2", "no higher than the service's ceiling");
    assert_eq!(official.service(), policy.find_service("web"));
    assert_eq!(official.ministry().map(|own| policy.ministries()[own.number()].id.as_str()), Some("m"));
    // Whatever certificate it came with, it came through the service that says so.
    assert_eq!(of(&policy, &["m"], "official", Some("s-3-1")).unwrap().service(), policy.find_service("web"));
    assert_eq!(of(&policy, &["m"], "visitor", None), Err(Unknown::NoGrant));
    assert_eq!(of(&policy, &["n"], "official", None), Err(Unknown::NotServed));
    for no_ministry in [&[][..], &["x"], &["m", "m"], &["m", "n"]] {
        assert_eq!(of(&policy, no_ministry, "official", None), Err(Unknown::NoMinistry), "{no_ministry:?}");
    }
    // Claims of the issuer's people do not count as the service's, nor a grant that leads elsewhere.
    assert_eq!(of(&policy, &["m"], "3", None), Err(Unknown::NoGrant));
    let elsewhere =
        load(&text.replace("service = \"web\"\nclaims", "ministry = \"n\"\nservice = \"web\"\nclaims"));
    assert_eq!(of(&elsewhere, &["m"], "official", None), Err(Unknown::SeveralMinistries));
}

#[test]
fn access_rules_ask_for_services_and_ministries() {
    let with =
        |rule: &str| load(&services().replace("[[access]]\nid = \"everyone\"\nthen = \"permit\"\n", rule));
    let may = |policy: &Arc<Policy>, service: Option<&str>| {
        let subject = person(policy, HIGHEST, service).unwrap();
        matches!(asks(policy, &subject, "1", 0), Decision::Permit(_))
    };
    let only = with("[[access]]\nid = \"a\"\nthen = \"permit\"\nservices = [\"s-2-1\"]\n");
    assert_eq!(
        (may(&only, Some("s-2-1")), may(&only, Some("s-3-1")), may(&only, None)),
        (true, false, false)
    );
    let own = with("[[access]]\nid = \"a\"\nthen = \"permit\"\nministries = [\"m\"]\n");
    let others = with("[[access]]\nid = \"a\"\nthen = \"permit\"\nministries = [\"n\"]\n");
    assert_eq!((may(&own, None), may(&others, None)), (true, false));
    let alone = own.subject(None, own.find_service("s-2-1")).unwrap();
    assert!(matches!(asks(&own, &alone, "1", 0), Decision::Refuse(_)), "a service belongs to no ministry");
}
