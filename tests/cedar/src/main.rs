//! What a decision costs, beside cedar-policy on an equivalent set of rules: the same people, models and levels, the same
//! permits and forbids, the same questions, and the same answers, which is checked before anything is timed.
//!
//! `cargo run --release --manifest-path tests/cedar/Cargo.toml`

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Instant;

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression,
};
use sekisho_detectors::{Confidence, RuleSet};
use sekisho_policies::{Brought, 
    Decision, Declared, Direction, FindingKey, Label, Policy, Question, SourceFile, Subject, Summary, Turn,
    Voice,
};

const GRANTS: usize = 50;
const MODELS: usize = 40;
const QUESTIONS: usize = 500;
/// Every so many rules forbid.
const FORBIDS: usize = 12;

/// One rule: whose, about which model, up to or from which level, and whether it forbids.
struct Rule {
    grant: usize,
    model: usize,
    level: usize,
    forbids: bool,
}

fn rules(count: usize) -> Vec<Rule> {
    let rule = |n: usize| Rule {
        grant: n * 7 % GRANTS,
        model: (n * 11 + n / GRANTS) % MODELS,
        level: 1 + n % 3,
        forbids: n % FORBIDS == FORBIDS - 1,
    };
    (0..count).map(rule).collect()
}

/// The rules as Sekisho writes them; a zone that holds everything, so that access alone decides.
fn ours(rules: &[Rule]) -> String {
    let mut text = String::from(
        "undeclared = \"1\"\nunder_declared = \"raise\"\n\
         level = [{ id = \"1\", ja = \"一\", en = \"1\" }, { id = \"2\", ja = \"二\", en = \"2\" }, { id = \"3\", ja = \"三\", en = \"3\" }]\n\
         zone = [{ id = \"z\", ja = \"域\", en = \"zone\", ceiling = \"3\", accreditation = { evidence = \"e\", expires = 2100-01-01, names = [{ url = \"https://b.example\", trust_anchor = \"ca.pem\", upstream_model = \"m\", deployment = \"dedicated\" }] } }]\n\
         backend = [{ id = \"b\", zone = \"z\", url = \"https://b.example\", trust_anchor = \"ca.pem\", upstream_model = \"m\", deployment = \"dedicated\", dialect = \"openai-chat\" }]\n\
         issuer = [{ id = \"i\", iss = \"i\", audience = \"a\", algorithms = [\"ES256\"], types = [\"JWT\"], lifetime_max_s = 60 }]\n",
    );
    for n in 0..MODELS {
        text += &format!("[[model]]\nid = \"m{n}\"\nbackends = [\"b\"]\n");
    }
    for n in 0..GRANTS {
        text += &format!(
            "[[grant]]\nid = \"g{n}\"\nissuer = \"i\"\nclaims = {{ r = \"{n}\" }}\nclearance = \"3\"\nja = \"資\"\nen = \"grant\"\n"
        );
    }
    for (n, Rule { grant, model, level, forbids }) in rules.iter().enumerate() {
        let (then, levels) = if *forbids { ("forbid", *level..=3) } else { ("permit", 1..=*level) };
        let levels: Vec<String> = levels.map(|level| level.to_string()).collect();
        text += &format!(
            "[[access]]\nid = \"r{n}\"\nthen = \"{then}\"\ngrants = [\"g{grant}\"]\nmodels = [\"m{model}\"]\nlevels = {levels:?}\n"
        );
        if *forbids {
            text += "message = { ja = \"否\", en = \"no\" }\nnext = { ja = \"次\", en = \"next\" }\n";
        }
    }
    text
}

/// The same in Cedar.
fn theirs(rules: &[Rule]) -> String {
    let rule = |rule: &Rule| {
        let Rule { grant, model, level, forbids } = rule;
        let (effect, compare) = if *forbids { ("forbid", ">=") } else { ("permit", "<=") };
        format!(
            "{effect}(principal in Group::\"g{grant}\", action == Action::\"ask\", resource == Model::\"m{model}\") when {{ context.level {compare} {level} }};\n"
        )
    };
    rules.iter().map(rule).collect()
}

/// Who, which model, which level.
fn questions() -> Vec<(usize, usize, usize)> {
    (0..QUESTIONS).map(|n| (n * 13 % GRANTS, (n * 17 + n / 3) % MODELS, 1 + n % 3)).collect()
}

const CATEGORIES: [&str; 5] =
    ["pii.email", "pii.phone", "pii.jp.my-number", "secret.cloud", "marking.level-2"];
const MINISTRIES: usize = 39;

/// Content rules beside them, as ministries write them: each about its own people, one category and one turn.
fn content(count: usize) -> String {
    let rule = |n: usize| {
        let round = n / CATEGORIES.len() / MINISTRIES;
        let turn = ["newest", "earlier"][round % 2];
        let voice = ["user", "tool", "system", "assistant"][round / 2];
        format!(
            "[[content]]\nid = \"c{n}\"\ncategories = [\"{}\"]\nministries = [\"o{}\"]\ndirection = \"prompt\"\nturn = \"{turn}\"\nvoices = [\"{voice}\"]\nthen = \"redact\"\n\
             message = {{ ja = \"文\", en = \"text\" }}\nnext = {{ ja = \"次\", en = \"next\" }}\n",
            CATEGORIES[n % CATEGORIES.len()],
            n / CATEGORIES.len() % MINISTRIES,
        )
    };
    let ministry = |n: usize| format!("[[ministry]]\nid = \"o{n}\"\nja = \"省\"\nen = \"ministry\"\n");
    (0..MINISTRIES).map(ministry).chain((0..count).map(rule)).collect()
}

/// Every grant's holder belongs somewhere.
fn placed(ours: String) -> String {
    let mut n = 0;
    let line = |line: &str| {
        if !line.starts_with("clearance") {
            return format!("{line}\n");
        }
        n += 1;
        format!("{line}\nministry = \"o{}\"\n", n % MINISTRIES)
    };
    ours.lines().map(line).collect()
}

/// One finding of each category.
fn findings(detectors: &RuleSet) -> Summary {
    let mut findings = Summary::default();
    for category in CATEGORIES {
        let rule = detectors.iter().find(|(_, rule)| rule.category().as_str() == category);
        findings.add(FindingKey {
            rule: rule.expect("a rule of that category").0,
            direction: Direction::Prompt,
            voice: Voice::User,
            turn: Turn::Newest,
            confidence: Confidence::High,
        });
    }
    findings
}

/// A policy with all that is asked of it, built beforehand: only the decision is timed.
struct Ours {
    policy: Arc<Policy>,
    subjects: Vec<Subject>,
    models: Vec<String>,
    labels: Vec<Label>,
    findings: Summary,
}

impl Ours {
    fn new(text: &str, detectors: &RuleSet, findings: Summary) -> Ours {
        let files = [SourceFile { name: "policy.toml", text }];
        let policy = Arc::new(Policy::load(&files, detectors).expect("the policy loads"));
        let holder = |n: usize| policy.imagined(&[&format!("g{n}")], None).expect("a holder");
        let subjects = (0..GRANTS).map(holder).collect();
        let models = (0..MODELS).map(|n| format!("m{n}")).collect();
        let labels = policy.scale().each().collect();
        Ours { policy, subjects, models, labels, findings }
    }

    fn permits(&self, (grant, model, level): (usize, usize, usize)) -> bool {
        let question = Question {
            subject: &self.subjects[grant],
            declared: Declared::Level(self.labels[level - 1]), brought: Brought::Nothing, recalled: None,
            model: &self.models[model], dialect: None,
            findings: &self.findings,
            used_up: &[],
            from: IpAddr::V4(Ipv4Addr::LOCALHOST),
            now: 1_795_478_400,
        };
        matches!(self.policy.decide(black_box(&question)), Decision::Permit(_))
    }
}

/// The same questions about texts with findings, where a fifth of the rules is about content.
fn with_findings(count: usize, detectors: &RuleSet) -> (f64, f64) {
    let text = placed(ours(&rules(count * 4 / 5))) + &content(count / 5);
    let ours = Ours::new(&text, detectors, findings(detectors));
    timed(200, || questions().into_iter(), |question| ours.permits(question))
}

fn main() {
    println!("rules     ours p50    mean   cedar p50    mean   cedar/ours (p50)");
    for count in [200, 2000] {
        let rules = rules(count);
        let detectors = RuleSet::built_in().expect("built-in rules load");
        let ours = Ours::new(&ours(&rules), &detectors, Summary::default());

        let set: PolicySet = theirs(&rules).parse().expect("Cedar reads it");
        let uid = |kind: &str, id: String| format!("{kind}::\"{id}\"").parse::<EntityUid>().expect("an id");
        let people = (0..GRANTS).map(|n| {
            let groups = [uid("Group", format!("g{n}"))].into_iter().collect();
            Entity::new(uid("User", format!("u{n}")), Default::default(), groups).expect("an entity")
        });
        let entities = Entities::from_entities(people, None).expect("entities");
        // Built beforehand, as Cedar's own measurements do: only the evaluation is timed.
        let requests: Vec<Request> = questions()
            .iter()
            .map(|(grant, model, level)| {
                let level = RestrictedExpression::new_long(i64::try_from(*level).expect("small"));
                Request::new(
                    uid("User", format!("u{grant}")),
                    uid("Action", "ask".to_owned()),
                    uid("Model", format!("m{model}")),
                    Context::from_pairs([("level".to_owned(), level)]).expect("a context"),
                    None,
                )
                .expect("a request")
            })
            .collect();
        let authorizer = Authorizer::new();
        let answer = |request: &Request| {
            authorizer.is_authorized(black_box(request), &set, &entities).decision()
                == cedar_policy::Decision::Allow
        };

        let mut permitted = 0;
        for (question, request) in questions().into_iter().zip(&requests) {
            let (own, other) = (ours.permits(question), answer(request));
            assert_eq!(own, other, "{count} rules: {question:?}");
            permitted += usize::from(own);
        }
        assert!(permitted > 0 && permitted < QUESTIONS, "{permitted} of {QUESTIONS}");
        let own = timed(200, || questions().into_iter(), |question| ours.permits(question));
        let other = timed(1, || requests.iter(), |request| answer(request));
        println!(
            "{count:>5}  {:>8.2} µs {:>7.2} {:>8.1} µs {:>7.1}   {:>8.0}    ({permitted} of {QUESTIONS} permitted, alike)",
            own.0,
            own.1,
            other.0,
            other.1,
            other.0 / own.0
        );
        let (p50, mean) = with_findings(count, &detectors);
        println!("       {p50:>8.2} µs {mean:>7.2}   with five findings, a fifth of the rules about content");
    }
}

/// Median and mean, in microseconds. Cheap questions are timed `at_once`, so that the clock is not what is measured.
fn timed<T, I: Iterator<Item = T>>(
    at_once: usize,
    all: impl Fn() -> I,
    ask: impl Fn(T) -> bool,
) -> (f64, f64) {
    let mut times = Vec::new();
    for _ in 0..if at_once > 1 { 200 } else { 5 } {
        let mut questions = all();
        loop {
            let some: Vec<T> = questions.by_ref().take(at_once).collect();
            if some.len() < at_once {
                break;
            }
            let begin = Instant::now();
            for question in some {
                black_box(ask(question));
            }
            times.push(begin.elapsed().as_secs_f64() * 1e6 / at_once as f64);
        }
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times.iter().sum::<f64>() / times.len() as f64)
}
