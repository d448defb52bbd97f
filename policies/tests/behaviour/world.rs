//! A small world: three levels, two compartments, three zones, a grant for every label, and what is asked of it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use sekisho_detectors::{Confidence, Finding, RuleSet, redact, union};
use sekisho_policies::{
    Brought, Claims, Decision, Declared, Direction, FindingKey, Label, Obligation, Person, Policy, Question,
    Scale, SourceFile, Subject, Summary, Turn, Voice, Voucher, suite::Reader,
};

pub static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::built_in().unwrap());

/// Where connections come from, unless a test says otherwise.
pub const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Zones: `open` holds level 1; `closed` level 2 until 1000, then level 1; `vault` everything until 2000, then nothing.
pub const BASE: &str = r#"
undeclared = "2"
under_declared = "raise"
level = [{ id = "1", ja = "一", en = "one" }, { id = "2", ja = "二", en = "two" }, { id = "3", ja = "三", en = "three" }]
compartment = [{ id = "a", ja = "甲", en = "A" }, { id = "b", ja = "乙", en = "B" }]

[[zone]]
id = "open"
ja = "開"
en = "open"
ceiling = "1"
[[zone]]
id = "closed"
ja = "閉"
en = "closed"
ceiling = "2"
unaccredited_ceiling = "1"
accreditation = { evidence = "e-1", expires = 1970-01-01T00:16:40Z, names = [{ url = "http://127.0.0.1:2", trust_anchor = "ca.pem", upstream_model = "m", deployment = "dedicated" }] }
[[zone]]
id = "vault"
ja = "庫"
en = "vault"
ceiling = { level = "3", compartments = ["a", "b"] }
accreditation = { evidence = "e-2", expires = 1970-01-01T00:33:20Z, names = [{ url = "http://127.0.0.1:3", trust_anchor = "ca.pem", upstream_model = "m", deployment = "dedicated" }] }

[[issuer]]
id = "staff"
iss = "https://i.example/"
audience = "https://s.example/"
algorithms = ["ES256"]
types = ["at+jwt"]
lifetime_max_s = 600

[[access]]
id = "everyone"
then = "permit"
"#;

/// Closed rules of the small world: two markings raise the level, a number a compartment.
pub const RAISES: &str = r#"
[[content]]
id = "marked-2"
categories = ["marking.level-2"]
direction = "both"
then = "raise"
to = "2"
message = { ja = "二", en = "two" }
next = { ja = "次", en = "next" }
[[content]]
id = "marked-3"
categories = ["marking.level-3"]
direction = "both"
then = "raise"
to = "3"
message = { ja = "三", en = "three" }
next = { ja = "次", en = "next" }
[[content]]
id = "numbered-a"
categories = ["pii.jp.corporate-number"]
direction = "prompt"
then = "raise"
to = { level = "1", compartments = ["a"] }
message = { ja = "甲", en = "A" }
next = { ja = "次", en = "next" }
"#;

const LEVELS: [&str; 3] = ["1", "2", "3"];
const COMPARTMENTS: [&[&str]; 4] = [&[], &["a"], &["b"], &["a", "b"]];

/// Every label: its level and compartments.
pub fn labels() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    LEVELS
        .into_iter()
        .flat_map(|level| COMPARTMENTS.into_iter().map(move |compartments| (level, compartments)))
}

/// Every label of a scale.
pub fn all(scale: &Scale) -> Vec<Label> {
    labels().map(|(level, compartments)| scale.label(level, compartments).unwrap()).collect()
}

/// The world's policy text without content rules.
pub fn base() -> String {
    let mut text = BASE.to_owned();
    for (zone, port) in [("open", 1), ("closed", 2), ("vault", 3)] {
        text.push_str(&format!(
            "[[backend]]\nid = \"b-{zone}\"\nzone = \"{zone}\"\nurl = \"http://127.0.0.1:{port}\"\ntrust_anchor = \"ca.pem\"\n\
             upstream_model = \"m\"\ndeployment = \"dedicated\"\ndialect = \"openai-chat\"\n"
        ));
    }
    text.push_str("[[model]]\nid = \"m\"\nbackends = [\"b-open\", \"b-closed\", \"b-vault\"]\n");
    text.push_str("[[model]]\nid = \"m-open\"\nbackends = [\"b-open\"]\n");
    for (number, (level, compartments)) in labels().enumerate() {
        text.push_str(&format!(
            "[[grant]]\nid = \"g-{number}\"\nissuer = \"staff\"\nclaims = {{ role = \"{number}\" }}\nja = \"資\"\nen = \"grant\"\n\
             clearance = {}\n",
            written(level, compartments)
        ));
    }
    text
}

fn written(level: &str, compartments: &[&str]) -> String {
    if compartments.is_empty() {
        format!("\"{level}\"")
    } else {
        format!("{{ level = \"{level}\", compartments = {compartments:?} }}")
    }
}

pub fn load(text: &str) -> Arc<Policy> {
    match Policy::load(&[SourceFile { name: "policy.toml", text }], &RULES) {
        Ok(policy) => Arc::new(policy),
        Err(faults) => panic!("{}", faults.iter().map(|fault| format!("{fault}\n")).collect::<String>()),
    }
}

/// The subject whose only grant has this number.
pub fn subject(policy: &Policy, roles: &[usize]) -> Subject {
    let roles = roles.iter().map(usize::to_string).collect();
    let claims = Claims(BTreeMap::from([("role".to_owned(), roles)]));
    let voucher = Voucher::Issuer(policy.find_issuer("staff").unwrap());
    policy.subject(Some(Person { voucher, claims: &claims, bound: false }), None).unwrap()
}

/// The number of the grant that clears for everything.
pub const HIGHEST: usize = 11;

/// A finding of the user's newest words.
pub fn key(rule: &str, direction: Direction) -> FindingKey {
    let rule = RULES.find(rule).unwrap();
    FindingKey { rule, direction, voice: Voice::User, turn: Turn::Newest, confidence: Confidence::High }
}

/// A rule's last two keys.
pub const TOLD: &str = "message = { ja = \"文\", en = \"text\" }\nnext = { ja = \"次\", en = \"next\" }\n";

pub fn found(rules: &[&str]) -> Summary {
    let mut summary = Summary::default();
    rules.iter().for_each(|rule| summary.add(key(rule, Direction::Prompt)));
    summary
}

/// Asks for model `m`.
pub fn ask(policy: &Arc<Policy>, role: usize, declared: Declared, findings: &Summary, now: u64) -> Decision {
    ask_for("m", policy, role, declared, findings, now)
}

pub fn ask_for(
    model: &str,
    policy: &Arc<Policy>,
    role: usize,
    declared: Declared,
    findings: &Summary,
    now: u64,
) -> Decision {
    ask_saying(model, policy, role, (declared, Brought::Nothing, None), findings, now)
}

/// What a request says of its label: declared, brought by its conversation, recalled of its texts.
pub type Labelled = (Declared, Brought, Option<Label>);

/// The same label in each of the places where it may come from, beside a declared one.
pub fn each_way(declared: Label, label: Label) -> [Labelled; 3] {
    [
        (Declared::Level(declared.join(label)), Brought::New, None),
        (Declared::Level(declared), Brought::Label(label), None),
        (Declared::Level(declared), Brought::New, Some(label)),
    ]
}

pub fn ask_saying(
    model: &str,
    policy: &Arc<Policy>,
    role: usize,
    (declared, brought, recalled): Labelled,
    findings: &Summary,
    now: u64,
) -> Decision {
    let subject = subject(policy, &[role]);
    policy.decide(&Question {
        subject: &subject,
        declared,
        brought,
        recalled,
        model,
        dialect: None,
        findings,
        used_up: &[],
        from: HERE,
        now,
    })
}

/// Reads texts as the rules do; every placeholder is the first.
pub struct Scans<'r>(pub &'r RuleSet);

impl Scans<'_> {
    fn key(finding: &Finding) -> FindingKey {
        let (direction, voice, turn) = (Direction::Prompt, Voice::User, Turn::Newest);
        FindingKey { rule: finding.rule, direction, voice, turn, confidence: finding.confidence }
    }
}

impl Reader for Scans<'_> {
    fn scan(&self, text: &str) -> Summary {
        let mut summary = Summary::default();
        self.0.scan(text).iter().for_each(|finding| summary.add(Scans::key(finding)));
        summary
    }

    fn forwarded(&self, text: &str, owed: &dyn Fn(FindingKey) -> Obligation) -> String {
        let owes = |finding: &Finding| owed(Scans::key(finding)) != Obligation::Allow;
        let found = self.0.scan(text).into_iter().filter(owes);
        redact(text, &union(found), |edit| format!("[{}:1]", self.0.rule(edit.rule).category()))
    }
}
