//! The way out: from a request's bytes to the bytes for one backend, or a refusal.

use sekisho_audit::{Evidence, Verdict};

use super::gate::{AT_1, AT_2, Ask, UNDECLARED, ask, chat, cleared, decision, refused};

const NUMBER: &str = "123456789018";
const KEY: &str = concat!("AKIA", "RZPUZDIKABNBHR4I");

#[test]
fn a_clean_body_keeps_its_bytes_but_for_the_model() {
    let body = |model: &str| {
        format!(
            "{{ \"model\" : \"{model}\",\n \"messages\":[{{\"role\":\"user\",\"content\":\"\\u3042 1e5\"}}],\"seed\":1.50e1 }}"
        )
    };
    assert_eq!(cleared(AT_1, &body("m")), body("far-model"));
    assert_eq!(cleared(AT_2, &body("m")), body("near-model"));
}

#[test]
fn the_level_chooses_the_backend() {
    let backend =
        |how: Ask<'_>| ask(how, &chat("hello")).map(|(c, _)| c.backend().id.clone()).map_err(|_| ());
    assert_eq!(backend(AT_1).unwrap(), "far");
    assert_eq!(backend(AT_2).unwrap(), "near");
    assert_eq!(backend(UNDECLARED).unwrap(), "near");
    assert_eq!(refused(AT_2, &chat("hello").replace("\"m\"", "\"far-only\"")), "no-zone");
    assert_eq!(refused(AT_1, &chat("hello").replace("\"m\"", "\"far-only\"")), "cleared");
}

#[test]
fn a_level_is_declared_in_one_way_or_in_ways_that_agree() {
    let in_body = |level: &str| {
        chat("hello")
            .replace("{\"model\"", &format!("{{\"metadata\":{{\"confidentiality_level\":{level}}},\"model\""))
    };
    let in_path = Ask { target: "/level/1/v1/chat/completions", header: None, ..AT_1 };
    let effective = |how: Ask<'_>, body: &str| {
        let (cleared, _) = ask(how, body).map_err(|told| told.refusal.code()).ok()?;
        decision(&cleared.records()).effective.map(|term| term.to_string())
    };
    assert_eq!(effective(in_path, &chat("hello")).as_deref(), Some("1"));
    assert_eq!(effective(UNDECLARED, &in_body("\"1\"")).as_deref(), Some("1"));
    assert_eq!(effective(in_path, &in_body("\"1\"")).as_deref(), Some("1"));
    assert_eq!(effective(UNDECLARED, &in_body("null")).as_deref(), Some("2"));
    assert_eq!(refused(in_path, &in_body("\"2\"")), "levels-differ");
    assert_eq!(refused(Ask { header: Some("2"), ..in_path }, &chat("hello")), "levels-differ");
    assert_eq!(refused(AT_2, &in_body("\"1\"")), "levels-differ");
    assert_eq!(refused(UNDECLARED, &in_body("\"9\"")), "level-unknown");
    assert_eq!(refused(UNDECLARED, &in_body("1")), "level-unknown");
    assert_eq!(refused(Ask { header: Some("9"), ..AT_1 }, &chat("hello")), "level-unknown");
    assert_eq!(refused(Ask { header: Some(""), ..AT_1 }, &chat("hello")), "level-unknown");
}

#[test]
fn the_level_in_the_body_is_not_forwarded() {
    let check = |metadata: &str, expect: &str| {
        let body = format!(r#"{{"model":"m",{metadata}"messages":[]}}"#);
        assert_eq!(cleared(UNDECLARED, &body), format!(r#"{{"model":"near-model",{expect}"messages":[]}}"#));
    };
    check(r#""metadata":{"confidentiality_level":"2"},"#, "");
    check(r#""metadata":{"confidentiality_level":null},"#, "");
    check(r#""metadata":{"a":"b","confidentiality_level":"2"},"#, r#""metadata":{"a":"b"},"#);
    check(r#""metadata":{},"#, r#""metadata":{},"#);
}

#[test]
fn what_the_proxy_owns_is_written_or_taken_away() {
    let body = r#"{"model":"m","messages":[],"logprobs":true,"top_logprobs":5,"n":2}"#;
    assert_eq!(cleared(AT_1, body), r#"{"model":"far-model","messages":[],"n":2}"#);
    let tagged = |tag: &str| format!(r#"{{"model":"m","messages":[],"user":"{tag}"}}"#);
    let forwarded = cleared(AT_1, &tagged("taro"));
    assert!(!forwarded.contains("taro"));
    assert!(!forwarded.contains(|c: char| c.is_ascii_digit()));
    assert_eq!(forwarded, cleared(AT_1, &tagged("hanako")));
    let number = tagged("x").replace("\"x\"", "[{\"taro\":1}]");
    assert_eq!(forwarded, cleared(AT_1, &number));
    assert_ne!(forwarded.replace("far", "near"), cleared(AT_2, &tagged("taro")));
}

#[test]
fn a_stream_is_asked_for_in_one_way() {
    let with = |member: &str| format!(r#"{{"model":"m","messages":[],{member}}}"#);
    assert_eq!(refused(AT_1, &with(r#""stream":true"#)), "cleared");
    assert_eq!(refused(AT_1, &with(r#""stream":false"#)), "cleared");
    assert_eq!(refused(AT_1, &with(r#""stream":null"#)), "cleared");
    assert_eq!(refused(AT_1, &with(r#""stream":1"#)), "field");
    let options = r#""stream_options":{"include_usage":true}"#;
    assert_eq!(refused(AT_1, &with(options)), "field");
    assert_eq!(refused(AT_2, &with(&format!(r#""stream":true,{options}"#))), "cleared");
    assert_eq!(refused(AT_2, &with(r#""stream":true,"stream_options":{"new":"x"}"#)), "opaque");
    assert_eq!(refused(AT_1, &with(r#""stream_options":null"#)), "cleared");
}

#[test]
fn findings_become_placeholders_and_equal_values_equal_numbers() {
    let check = |content: &str, expect: &str| {
        assert_eq!(cleared(AT_1, &chat(content)), chat(expect).replace("\"m\"", "\"far-model\""))
    };
    check("番号は123456789018です", "番号は[pii.jp.my-number:1]です");
    check("a@example.jp, b@example.jp, a@example.jp", "[pii.email:1], [pii.email:2], [pii.email:1]");
    check("番号は123456789019です", "番号は123456789019です");
}

#[test]
fn escapes_and_splits_do_not_carry_a_value_through() {
    let escaped = chat("key ?").replace('?', &KEY.replace("AKIA", "\\u0041KIA"));
    assert!(!cleared(AT_1, &escaped).contains("RZPUZ"));
    let parts = r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"番号は1234 5678"},{"type":"text","text":" 9018です"}]}]}"#;
    let expect = r#"{"model":"far-model","messages":[{"role":"user","content":[{"type":"text","text":"番号は[pii.jp.my-number:1]"},{"type":"text","text":"[pii.jp.my-number:2]です"}]}]}"#;
    assert_eq!(cleared(AT_1, parts), expect);
}

#[test]
fn a_field_nobody_knows_is_redacted_at_level_1_and_refused_above() {
    let body = format!(r#"{{"model":"m","messages":[],"brand_new_field":{{"note":"番号は{NUMBER}です"}}}}"#);
    assert!(cleared(AT_1, &body).contains(r#"{"note":"番号は[pii.jp.my-number:1]です"}"#));
    assert_eq!(refused(AT_2, &body), "opaque");
}

#[test]
fn what_cannot_be_taken_out_where_it_stands_refuses() {
    let with = |member: &str| format!(r#"{{"model":"m","messages":[],"new":{member}}}"#);
    assert_eq!(refused(AT_1, &with(r#"{"a@example.jp":1}"#)), "not-removable");
    assert_eq!(refused(AT_1, &with(r#"{"a@example":1}"#)), "cleared");
    assert_eq!(refused(AT_1, &with(&format!(r#"{{"マイナンバー":{NUMBER}}}"#))), "not-removable");
    assert_eq!(refused(AT_1, &with(r#"{"マイナンバー":123456789019}"#)), "cleared");
    let named = |name: &str| {
        format!(r#"{{"model":"m","messages":[{{"role":"user","name":"{name}","content":"x"}}]}}"#)
    };
    assert_eq!(refused(AT_1, &named("a@example.jp")), "not-removable");
    assert_eq!(refused(AT_1, &named("a")), "cleared");
}

#[test]
fn json_in_arguments_is_redacted_inside() {
    let call = |arguments: &str| {
        let arguments = serde_json::to_string(arguments).unwrap();
        format!(
            r#"{{"model":"m","messages":[{{"role":"assistant","tool_calls":[{{"id":"1","type":"function","function":{{"name":"f","arguments":{arguments}}}}}]}}]}}"#
        )
    };
    let expect = |arguments: &str| call(arguments).replace("\"m\"", "\"far-model\"");
    assert_eq!(
        cleared(AT_1, &call(r#"{ "to" : "\u0061@example.jp" }"#)),
        expect(r#"{ "to" : "[pii.email:1]" }"#)
    );
    assert_eq!(refused(AT_1, &call(r#"{"マイナンバー": 123456789018}"#)), "not-removable");
}

#[test]
fn what_steers_is_refused_unless_policy_allows_it() {
    let with = |member: &str| format!(r#"{{"model":"m","messages":[],{member}}}"#);
    for how in [AT_1, AT_2] {
        assert_eq!(refused(how, &with(r#""store":true"#)), "opaque");
        assert_eq!(refused(how, &with(r#""store":false"#)), "cleared");
        assert_eq!(refused(how, &with(r#""tools":[{"type":"web_search"}]"#)), "opaque");
        assert_eq!(
            refused(how, &with(r#""tools":[{"type":"function","function":{"name":"f"}}]"#)),
            "cleared"
        );
    }
}

#[test]
fn policy_refuses_what_no_editing_makes_good() {
    let contractor = Ask { role: "contractor", ..AT_2 };
    assert_eq!(refused(contractor, &chat("hello")), "clearance");
    assert_eq!(refused(Ask { header: Some("1"), ..contractor }, &chat("hello")), "cleared");
    assert_eq!(refused(AT_1, &chat("カード番号 4111 1111 1111 1111")), "content");
    assert_eq!(refused(AT_1, &chat("カード番号 4111 1111 1111 1112")), "cleared");
    assert_eq!(refused(AT_1, &chat("【機密性３情報】大臣説明資料")), "clearance");
    assert_eq!(refused(AT_1, &chat("機密性３情報の定義を教えてください")), "cleared");
    assert_eq!(refused(AT_1, &chat("hello").replace("\"m\"", "\"x\"")), "unknown-model");
}

#[test]
fn what_two_parsers_could_read_differently_goes_nowhere() {
    let message = r#""messages":[{"role":"user","content":"hi"}]"#;
    assert_eq!(refused(AT_1, &format!(r#"{{"model":"m","model":"x",{message}}}"#)), "json");
    assert_eq!(refused(AT_1, &format!(r#"{{"model":"m","Model":"x",{message}}}"#)), "json");
    assert_eq!(refused(AT_1, &chat("x").replace("\"x\"", r#""\ud800""#)), "json");
    assert_eq!(refused(AT_1, &("[".repeat(200) + &"]".repeat(200))), "json");
    assert_eq!(refused(AT_1, "[]"), "field");
    assert_eq!(refused(AT_1, r#"{"messages":[]}"#), "field");
    assert_eq!(refused(AT_1, r#"{"model":"m"}"#), "field");
    assert_eq!(refused(AT_1, r#"{"model":"m","messages":"x"}"#), "field");
}

#[test]
fn the_decision_says_what_was_seen_and_done() {
    let (cleared, _) = ask(AT_1, &chat("a@example.jp")).map_err(|told| told.refusal.code()).unwrap();
    let record = decision(&cleared.records());
    let words = |term: &Option<sekisho_audit::Term>| term.as_ref().map(ToString::to_string);
    assert_eq!(
        (words(&record.declared).as_deref(), words(&record.effective).as_deref()),
        (Some("1"), Some("1"))
    );
    assert!(
        matches!(&record.verdict, Verdict::Permit { zone, backend, attempt: 1 } if zone.as_str() == "outside" && backend.as_str() == "far")
    );
    assert_eq!(record.findings.len(), 1);
    assert_eq!((record.spans.len(), record.obligations.len()), (1, 1));
    assert_eq!((record.coverage.segments, record.coverage.bytes), (3, 17));
    assert_ne!(record.received, record.forwarded);
    assert_eq!(record.forwarded.map(|f| f.length_bytes), u64::try_from(cleared.body().len()).ok());
}

#[test]
fn heads_upstream_are_built() {
    let (cleared, _) = ask(AT_1, &chat("hello")).map_err(|told| told.refusal.code()).unwrap();
    let names: Vec<_> = cleared.heads().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["content-type", "accept", "accept-encoding", "user-agent"]);
    assert_eq!((cleared.method(), cleared.path()), ("POST", "/chat/completions"));
}
