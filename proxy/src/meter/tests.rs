use sekisho_audit::Term;
use sekisho_detectors::RuleSet;
use sekisho_policies::SourceFile;

use super::*;

const POLICY: &str = r#"
undeclared = "1"
under_declared = "raise"
level = [{ id = "1", ja = "一", en = "one" }]
zone = [{ id = "z", ja = "域", en = "zone", ceiling = "1" }]
backend = [{ id = "b", zone = "z", url = "http://127.0.0.1:1", trust_anchor = "system", upstream_model = "m", deployment = "global", dialect = "openai-chat" }]
model = [{ id = "m", backends = ["b"] }]
ministry = [{ id = "mof", ja = "財", en = "MOF" }]
issuer = [{ id = "i", iss = "i", audience = "a", algorithms = ["ES256"], types = ["JWT"], lifetime_max_s = 60 }]
grant = [{ id = "g", issuer = "i", claims = { r = "g" }, ministry = "mof", clearance = "1", ja = "資", en = "grant" }]
access = [{ id = "all", then = "permit" }]
[[quota]]
id = "each"
per = "person"
exchanges = 2
every = "minute"
message = { ja = "上", en = "many" }
next = { ja = "次", en = "next" }
[[quota]]
id = "together"
per = "ministry"
exchanges = 3
every = "hour"
message = { ja = "上", en = "many" }
next = { ja = "次", en = "next" }
"#;

fn policy(text: &str) -> Policy {
    let files = [SourceFile { name: "policy.toml", text }];
    Policy::load(&files, &RuleSet::built_in().unwrap()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn person(name: &str) -> Principal {
    Principal::new(Term::of("i"), name).unwrap()
}

#[test]
fn each_is_counted_by_itself_and_all_together_and_counts_begin_anew() {
    let (policy, meter) = (policy(POLICY), Meter::default());
    let subject = policy.imagined(&["g"], None).unwrap();
    let used_up = |name: &str, now_s| {
        let used_up = meter.count(&policy, &subject, &person(name), "m", now_s);
        used_up.iter().map(|index| policy.quota(*index).id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(used_up("ada", 0), [""; 0]);
    assert_eq!(used_up("ada", 59), [""; 0]);
    assert_eq!(used_up("ada", 59), ["each"]);
    // What was refused counts for nobody.
    assert_eq!(used_up("eve", 59), [""; 0]);
    assert_eq!(used_up("eve", 59), ["together"]);
    assert_eq!(used_up("ada", 60), ["together"]);
    assert_eq!(used_up("ada", 3600), [""; 0]);
}

#[test]
fn a_quota_in_shadow_does_not_stop_the_others() {
    let shadow = policy(&POLICY.replace("every = \"minute\"", "every = \"minute\"\nmode = \"shadow\""));
    let (subject, meter) = (shadow.imagined(&["g"], None).unwrap(), Meter::default());
    let count = || meter.count(&shadow, &subject, &person("ada"), "m", 0).len();
    assert_eq!([count(), count(), count(), count()], [0, 0, 1, 2]);
}
