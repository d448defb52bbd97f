//! Business applications of GENAI's (行政実務用AIアプリ) behind the real binary: what the screen shows, what the application
//! gets, and what the record says.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{CLOUD_KEY, HELLO, MY_NUMBER};
use sekisho_tests::genai::{APPS_KEY, USER};
use sekisho_tests::{Ask, Genai, Reply, Script};

/// What the screen shows.
fn outputs(reply: &Reply) -> String {
    reply.json()["outputs"].as_str().unwrap_or_default().to_owned()
}

/// Passed, as the application answered it; gives what the application got.
#[track_caller]
fn passed(genai: &Genai, reply: &Reply) -> String {
    assert_eq!((reply.status, reply.head("sekisho-decision")), (200, ""), "{}", reply.show());
    let [request] = genai.backend.requests().try_into().unwrap();
    request
}

/// Refused by the policy: shown like an answer, told to programs by a head, recorded as the decision that it is.
#[track_caller]
fn refused(genai: &Genai, reply: &Reply, reason: &str) {
    assert_eq!((reply.status, reply.head("sekisho-decision")), (200, "refused"), "{}", reply.show());
    assert_eq!(reply.json().as_object().unwrap().len(), 1, "{}", reply.show());
    let shown = outputs(reply);
    assert!(shown.contains(reply.record()) && reply.record().len() == 32, "{}", reply.show());
    assert!(shown.chars().any(|c| ('ぁ'..='ん').contains(&c)), "in Japanese: {shown}");
    let events = genai.gate.events_of(reply.record());
    let completion = events.last().unwrap();
    assert_eq!((&completion["status_detail"], &completion["status_code"]), (&json!(reason), &json!("200")));
    assert_eq!(completion["disposition_id"], 2, "blocked: {completion}");
}

/// Refused before anything reached the application.
#[track_caller]
fn stopped(genai: &Genai, reply: &Reply, reason: &str) {
    refused(genai, reply, reason);
    assert!(genai.backend.requests().is_empty(), "{}", reply.show());
    let decision = &genai.gate.events_of(reply.record())[0];
    let verdict = json!(["refuse", reason]);
    assert_eq!(json!([decided(decision, "decision"), decided(decision, "reason")]), verdict);
    assert_eq!(decision["status_code"], "200");
}

fn decided<'v>(decision: &'v Value, member: &str) -> &'v Value {
    &decision["unmapped"]["verdict"][member]
}

/// What is wrong with the request itself keeps its status; the screen shows why all the same.
#[track_caller]
fn kept(reply: &Reply, status: u16, word: &str) {
    assert_eq!((reply.status, reply.head("sekisho-decision")), (status, ""), "{}", reply.show());
    assert!(outputs(reply).contains(word), "{}", reply.show());
    assert_eq!(reply.json().as_object().unwrap().len(), 1, "{}", reply.show());
}

#[test]
fn a_form_reaches_the_application_and_its_answer_the_screen() {
    let genai = Genai::serve("");
    let reply = genai.asks("minutes", HELLO);
    let request = passed(&genai, &reply);
    assert_eq!((outputs(&reply).as_str(), reply.head("confidentiality-level")), (HELLO, "2"));
    assert_eq!(reply.json()["usageMetadata"][0]["modelVersion"], "m");
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /minutes/invoke HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("x-api-key: {APPS_KEY}")) && !request.contains(genai.key()), "{head}");
    let form = json!({ "question": HELLO });
    let sent = json!({ "inputs": form, "sessionId": "0b8c2a1e-5d2f-4f3a-9b1c-1f2e3d4c5b6a" });
    assert_eq!(body, sent.to_string(), "byte for byte");
    let events = genai.gate.events_of(reply.record());
    assert_eq!(
        json!([events[0]["api"]["operation"], decided(&events[0], "backend")]),
        json!(["genai.exapp", "minutes-app"])
    );
    for path in ["/apps/minutes/invoke/", "/apps/minutes", "/apps/secrets/invoke"] {
        assert_eq!(genai.gate.ask(genai.form("minutes", &form).path(path)).status, 404, "{path}");
    }
    assert!(genai.backend.requests().is_empty());
}

#[test]
fn a_secret_in_a_form_and_in_an_answer_is_redacted() {
    let genai = Genai::serve("");
    let history = format!(r#"[{{"role":"user","content":"キーは{CLOUD_KEY}です"}}]"#);
    let form = json!({ "question": format!("{CLOUD_KEY}とは"), "tags": ["a", CLOUD_KEY], "conversation_history": history });
    let reply = genai.gate.ask(genai.form("minutes", &form));
    let request = passed(&genai, &reply);
    assert!(!request.contains(CLOUD_KEY) && request.matches("[secret.cloud:1]").count() == 3, "{request}");
    let reply = genai.asks("minutes", "dev:utter aws-key");
    passed(&genai, &reply);
    assert_eq!(outputs(&reply), "キーは[secret.cloud:1]です。");
}

#[test]
fn what_policy_refuses_is_shown_like_an_answer_and_counted_as_a_refusal() {
    let genai = Genai::serve("");
    let reply = genai.asks("minutes", &format!("番号は{MY_NUMBER}です"));
    stopped(&genai, &reply, "content");
    assert!(
        outputs(&reply).contains("マイナンバー") && !reply.text().contains(MY_NUMBER),
        "{}",
        reply.show()
    );
    let decision = &genai.gate.events_of(reply.record())[0];
    assert_eq!(decided(decision, "rule"), "my-number");
    assert_eq!(decision["unmapped"]["user_claimed"], json!({ "domain": "genai-web", "uid": USER }));
    stopped(&genai, &genai.asks("minutes", "【機密性３情報】本件の詳細"), "clearance");
    for file in [
        json!({ "key": "k", "files": [{ "filename": "a.pdf", "content": "JVBERi0xLjcK" }] }),
        json!({ "key": "k", "filename": "a.pdf", "contents": "JVBERi0xLjcK" }),
    ] {
        let form = json!({ "question": HELLO, "files": [file] });
        stopped(&genai, &genai.gate.ask(genai.form("minutes", &form)), "opaque");
    }
    let metrics = genai.gate.admin("/metrics");
    let counted = |line: &&str| line.contains("genai.exapp") && line.contains("verdict=\"refuse\"");
    assert!(metrics.lines().any(|line| counted(&line) && line.contains("reason=\"content\"")), "{metrics}");
    passed(&genai, &genai.asks("minutes", "番号は書きません"));
}

#[test]
fn an_answer_that_may_not_be_shown_is_withheld_and_says_so() {
    let genai = Genai::serve("");
    for (question, reason) in [("dev:utter marking-3", "answer-label"), ("dev:file", "opaque")] {
        let reply = genai.asks("minutes", question);
        refused(&genai, &reply, reason);
        assert_eq!(genai.backend.requests().len(), 1);
        let hidden = !reply.text().contains("本件") && !reply.text().contains("JVBERi0xLjcK");
        assert!(
            hidden && outputs(&reply).starts_with("モデルの回答をお渡しできません。"),
            "{}",
            reply.show()
        );
        let events = genai.gate.events_of(reply.record());
        assert_eq!(
            (decided(&events[0], "decision"), &events[1]["unmapped"]["outcome"]),
            (&json!("permit"), &json!("cut"))
        );
    }
    let reply = genai.asks("minutes", "dev:utter clean");
    passed(&genai, &reply);
    assert_eq!(outputs(&reply), "本日の議事は以上です。");
}

#[test]
fn the_form_says_the_level_and_findings_raise_it() {
    let genai = Genai::serve("");
    let asked = |app: &str, level: &str, question: &str| {
        let form = json!({ "question": question, "confidentiality_level": level });
        genai.gate.ask(genai.form(app, &form))
    };
    let marked = "【機密性２情報】要約してください";
    for (app, level, question, effective) in [
        ("minutes", "機密性１情報", HELLO, "1"),
        ("minutes", "機密性２情報", HELLO, "2"),
        ("minutes", "機密性１情報", marked, "2"),
        ("translate", "機密性１情報", HELLO, "1"),
    ] {
        let reply = asked(app, level, question);
        let request = passed(&genai, &reply);
        assert_eq!(reply.head("confidentiality-level"), effective, "{app} {level} {question}");
        assert!(!request.contains("confidentiality_level"), "the word ends here: {request}");
    }
    for (level, question) in [("機密性２情報", HELLO), ("機密性１情報", marked)] {
        stopped(&genai, &asked("translate", level, question), "no-zone");
    }
    // Nothing said is Level 2, which this application is not for.
    stopped(&genai, &genai.asks("translate", HELLO), "no-zone");
    for level in ["機密性３情報", "1", ""] {
        kept(&asked("minutes", level, HELLO), 400, "機密性");
    }
    let form = json!({ "question": HELLO, "confidentiality_level": "機密性１情報" });
    let form = genai.form("translate", &form);
    kept(&genai.gate.ask(form.clone().level("2")), 400, "食い違って");
    assert_eq!(genai.gate.ask(form.level("1")).status, 200);
}

#[test]
fn what_is_wrong_with_the_request_itself_keeps_its_status_and_is_shown_too() {
    let genai = Genai::serve("");
    let form = || genai.form("minutes", &json!({ "question": HELLO }));
    let wrong = form().without("x-api-key").head("x-api-key", "sekisho_nobody");
    let stranger = genai.gate.ask(wrong);
    kept(&stranger, 401, "認証情報");
    assert_eq!(stranger.record(), "", "a stranger has no record");
    kept(&genai.gate.ask(form().without("x-api-key")), 401, "認証情報");
    let body = |body: &str| {
        let ask = Ask::bytes(body).path("/apps/minutes/invoke").nobody();
        genai.gate.ask(ask.head("x-api-key", genai.key()))
    };
    for broken in ["{", "", "[]", r#"{"inputs":{"a":1,"a":2}}"#, r#"{"inputs":{"a":"\ud800"}}"#] {
        kept(&body(broken), 400, "");
    }
    let typed = form().without("content-type").head("content-type", "text/plain");
    kept(&genai.gate.ask(typed), 415, "application/json");
    kept(&genai.gate.ask(form().head("x-user-id", "another")), 400, "ヘッダー");
    kept(&genai.gate.ask(form().method("PUT")), 405, "メソッド");
    assert!(genai.backend.requests().is_empty());
    passed(&genai, &genai.gate.ask(form()));
}

#[test]
fn an_overload_keeps_its_status_and_is_shown_too() {
    let genai = Genai::serve("exchanges_max = 2\nperson_exchanges_max = 1");
    let form =
        || genai.form("translate", &json!({ "question": HELLO, "confidentiality_level": "機密性１情報" }));
    let official = || form().without("x-api-key").without("x-user-id").by("official");
    genai.backend.plays(Script::Silence);
    let under_way = |asked: usize| {
        let mut seen = 0;
        genai.gate.wait_until("the application was asked", || {
            seen += genai.backend.requests().len();
            seen == asked
        });
    };
    std::thread::scope(|scope| {
        let first = scope.spawn(|| genai.gate.ask_freely(official()).unwrap());
        under_way(1);
        let crowded = genai.gate.ask_freely(official()).unwrap();
        kept(&crowded, 429, "同時に多すぎます");
        let second = scope.spawn(|| genai.gate.ask_freely(form()).unwrap());
        under_way(1);
        let overload = genai.gate.ask_freely(form()).unwrap();
        kept(&overload, 503, "混み合っています");
        assert_eq!((crowded.head("retry-after"), overload.head("retry-after")), ("2", "2"));
        assert_eq!((first.join().unwrap().status, second.join().unwrap().status), (504, 504));
    });
    genai.answers();
    passed(&genai, &genai.gate.ask(official()));
}

#[test]
fn the_user_is_known_to_the_application_and_the_record_by_the_services_name() {
    let genai = Genai::serve("");
    let user_of = |request: &str| {
        let heads = request.split("\r\n\r\n").next().unwrap().lines();
        heads.filter_map(|line| line.strip_prefix("x-user-id: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    let claimed = |reply: &Reply| genai.gate.events_of(reply.record())[0]["unmapped"]["user_claimed"].clone();
    let inputs = json!({ "question": HELLO, "confidentiality_level": "機密性１情報" });
    let named = genai.gate.ask(genai.form("translate", &inputs));
    assert_eq!(user_of(&passed(&genai, &named)), [USER]);
    assert_eq!(claimed(&named), json!({ "domain": "genai-web", "uid": USER }));
    let unnamed = genai.gate.ask(genai.form("translate", &inputs).without("x-user-id"));
    assert!(user_of(&passed(&genai, &unnamed)).is_empty());
    assert_eq!(claimed(&unnamed), Value::Null);
    // A person who is known needs no other name, and may not take one.
    let person = genai.form("translate", &inputs).without("x-api-key").by("official");
    let person = genai.gate.ask(person);
    assert!(user_of(&passed(&genai, &person)).is_empty());
    assert_eq!(claimed(&person), Value::Null);
}

#[test]
fn an_application_is_its_services_alone_where_policy_says_so() {
    let genai = Genai::serve("");
    let by_official = |app: &str, level: &str| {
        let form = json!({ "question": HELLO, "confidentiality_level": level });
        let form = genai.form(app, &form).without("x-api-key").without("x-user-id");
        genai.gate.ask(form.by("official"))
    };
    stopped(&genai, &by_official("minutes", "機密性２情報"), "access");
    passed(&genai, &genai.asks("minutes", HELLO));
    passed(&genai, &by_official("translate", "機密性１情報"));
}

#[test]
fn what_comes_later_is_fetched_below_the_applications_own_path_by_its_service() {
    let genai = Genai::serve("");
    let begin = |question: &str| {
        let form = genai.form("report", &json!({ "question": question })).path("/apps/report/requests");
        genai.gate.ask(form)
    };
    let poll =
        |address: &str| Ask::get(address).nobody().head("x-api-key", genai.key()).head("x-user-id", USER);
    let begun = begin(HELLO);
    assert_eq!((begun.status, begun.json()["status"].as_str()), (202, Some("PENDING")), "{}", begun.show());
    let address = begun.json()["status_url"].as_str().unwrap().to_owned();
    assert!(address.starts_with("/apps/report/requests/status/"), "{address}");
    genai.backend.requests();
    let under_way = genai.gate.ask(poll(&address));
    assert!(passed(&genai, &under_way).starts_with("GET /status/"));
    assert_eq!(under_way.json()["status"], "IN_PROGRESS");
    let over = genai.gate.ask(poll(&address));
    let request = passed(&genai, &over);
    assert!(
        request.contains(APPS_KEY) && request.contains(USER) && !request.contains(genai.key()),
        "{request}"
    );
    assert_eq!((over.json()["status"].as_str(), outputs(&over).as_str()), (Some("COMPLETED"), HELLO));
    // Nobody else, and nothing else.
    let ended = |reply: &Reply| (reply.status, reply.json()["status"].as_str().map(str::to_owned));
    let official = poll(&address).without("x-api-key").without("x-user-id").by("official");
    let changed = format!("{}AA", &address[..address.len() - 2]);
    for refused in [genai.gate.ask(official), genai.gate.ask(poll(&changed))] {
        assert_eq!(ended(&refused), (404, Some("ERROR".to_owned())), "{}", refused.show());
    }
    assert!(genai.backend.requests().is_empty());
    // What comes of it is guarded like any answer.
    for (question, hidden) in [("dev:utter marking-3", "本件"), ("dev:file", "JVBERi0xLjcK")] {
        let address = begin(question).json()["status_url"].as_str().unwrap().to_owned();
        genai.gate.ask(poll(&address));
        let withheld = genai.gate.ask(poll(&address));
        assert_eq!(ended(&withheld), (200, Some("ERROR".to_owned())), "{}", withheld.show());
        assert_eq!(withheld.head("sekisho-decision"), "refused");
        assert!(!withheld.text().contains(hidden) && !outputs(&withheld).is_empty(), "{}", withheld.show());
    }
}

#[test]
fn an_application_that_is_silent_is_told_before_its_user_has_gone() {
    let genai = Genai::serve("");
    let form = json!({ "question": HELLO, "confidentiality_level": "機密性１情報" });
    let ask = || genai.gate.ask(genai.form("translate", &form));
    genai.backend.plays(Script::Silence);
    let started = Instant::now();
    let silent = ask();
    let waited = started.elapsed();
    // Of the three seconds that the form waits, something is left for telling.
    kept(&silent, 504, "2250 ミリ秒");
    assert!(waited > Duration::from_secs(2) && waited < Duration::from_secs(8), "after {waited:?}");
    let completion = &genai.gate.events_of(silent.record())[1];
    let ended = json!([completion["status_detail"], completion["status_code"]]);
    assert_eq!(ended, json!(["upstream-silent", "504"]));
    genai.backend.requests();
    let Script::Say(bytes) =
        Script::answer("HTTP/1.1 200 OK\nContent-Type: application/json", r#"{"outputs":"はい"}"#)
    else {
        unreachable!()
    };
    genai.backend.plays(Script::Pieces(vec![(Duration::from_millis(800), bytes)]));
    let slow = ask();
    passed(&genai, &slow);
    assert_eq!(outputs(&slow), "はい");
}

#[test]
fn what_an_application_says_of_the_form_is_shown_and_its_defects_are_not() {
    let genai = Genai::serve("");
    let wrong = genai.asks("minutes", "dev:fail 400");
    kept(&wrong, 400, "said by the application");
    for status in ["500", "503", "404", "302"] {
        let broken = genai.asks("minutes", &format!("dev:fail {status}"));
        assert!([502, 503].contains(&broken.status), "{}", broken.show());
        assert!(!outputs(&broken).is_empty() && !broken.text().contains("said by"), "{}", broken.show());
    }
}
