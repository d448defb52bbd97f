//! What is in the prompt: redacted, blocked or let through, however it is written.

use serde_json::{Value, json};

use crate::{CLOUD_KEY, HELLO, MY_NUMBER};
use sekisho_tests::{Ask, Gate, Reply};

/// Either refused, or forwarded without the secret; never in clear at the backend, never back in clear.
#[track_caller]
fn hidden(ask: Ask, secret: &str) -> Reply {
    let reply = Gate::shared().ask(ask);
    assert!([200, 400, 403].contains(&reply.status), "{}", reply.show());
    assert!(reply.status != 200 || !reply.backend.is_empty(), "{}", reply.show());
    for place in [&reply.backend, &reply.text()] {
        assert!(!place.contains(secret), "{}", reply.show());
    }
    reply
}

fn parts(texts: &[&str]) -> Value {
    let parts: Vec<Value> = texts.iter().map(|text| json!({ "type": "text", "text": text })).collect();
    json!({ "model": "$model", "messages": [{ "role": "user", "content": parts }] })
}

#[test]
fn a_cloud_key_is_redacted_and_the_rest_arrives() {
    for level in ["1", "2"] {
        let reply =
            hidden(Ask::chat(&format!("キーは{CLOUD_KEY}です")).level(level), &CLOUD_KEY[4..]).passed();
        assert!(
            reply.content().starts_with("キーは") && reply.content().ends_with("です"),
            "{}",
            reply.show()
        );
    }
}

#[test]
fn what_only_looks_like_a_cloud_key_passes_unchanged() {
    let text = format!("キーは{}です", &CLOUD_KEY[..19]);
    assert_eq!(Gate::shared().ask(Ask::chat(&text).level("1")).passed().content(), text);
}

#[test]
fn a_my_number_in_the_newest_turn_is_blocked() {
    for text in [
        format!("番号は{MY_NUMBER}です"),
        "番号は１２３４５６７８９０１８です".to_owned(),
        "マイナンバー: 1234-5678-9018".to_owned(),
        "マイナンバー 1234 5678 9018".to_owned(),
        "個人番号は1234\u{200b}5678\u{200b}9018です".to_owned(),
    ] {
        for level in ["1", "2"] {
            Gate::shared().ask(Ask::chat(&text).level(level)).refused(403);
        }
    }
}

#[test]
fn a_number_with_a_wrong_check_digit_passes() {
    let text = "番号は123456789019です";
    assert_eq!(Gate::shared().ask(Ask::chat(text).level("1")).passed().content(), text);
}

#[test]
fn a_my_number_in_an_earlier_turn_is_redacted_so_that_the_chat_goes_on() {
    let turns = json!([
        { "role": "user", "content": format!("番号は{MY_NUMBER}です") },
        { "role": "assistant", "content": "お答えできません。" },
        { "role": "user", "content": HELLO },
    ]);
    let ask = Ask::json(&json!({ "model": "$model", "messages": turns })).level("2");
    assert_eq!(hidden(ask, MY_NUMBER).passed().content(), HELLO);
}

#[test]
fn a_marking_above_the_declared_level_reaches_no_backend() {
    for text in [
        "【機密性３情報】大臣説明資料。要約してください。",
        "【機密性3情報】要約",
        "機密性３情報\n本件の詳細",
    ] {
        Gate::shared().ask(Ask::chat(text).level("1")).refused(403);
        Gate::shared().ask(Ask::chat(text).level("2")).refused(403);
    }
}

#[test]
fn a_marking_within_the_declared_level_passes() {
    let text = "【機密性１情報】公表資料の要約";
    assert_eq!(Gate::shared().ask(Ask::chat(text).level("1")).passed().content(), text);
    let text = "【機密性２情報】照会への回答案";
    assert_eq!(Gate::shared().ask(Ask::chat(text).level("2")).passed().content(), text);
}

#[test]
fn escapes_hide_nothing() {
    let key = &CLOUD_KEY[4..];
    let body =
        format!(r#"{{"model":"$model","messages":[{{"role":"user","content":"key \u0041K\u0049A{key}"}}]}}"#);
    hidden(Ask::bytes(body).level("1"), key);
    let escaped: String = MY_NUMBER.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let body =
        format!(r#"{{"model":"$model","messages":[{{"role":"user","content":"番号は{escaped}です"}}]}}"#);
    Gate::shared().ask(Ask::bytes(body).level("1")).refused(403);
}

#[test]
fn splitting_over_parts_hides_nothing() {
    for texts in
        [["番号は1234 5678", " 9018です"], ["番号は123456", "789018です"], ["マイナンバー1234-5678-", "9018"]]
    {
        let reply = Gate::shared().ask(Ask::json(&parts(&texts)).level("1"));
        let whole = reply.backend.contains("1234") && reply.backend.contains("9018");
        assert!(reply.status == 403 || (reply.status == 200 && !whole), "{}", reply.show());
    }
    hidden(
        Ask::json(&parts(&["鍵は", &CLOUD_KEY[..9], &CLOUD_KEY[9..], "です"])).level("1"),
        &CLOUD_KEY[9..],
    );
}

#[test]
fn parts_with_nothing_to_hide_arrive_as_they_were() {
    let body = parts(&["一つ目。", "二つ目。"]);
    let reply = Gate::shared().ask(Ask::json(&body).level("1")).passed();
    assert_eq!(reply.received()[0]["messages"], body["messages"]);
}

#[test]
fn every_string_is_inspected_whatever_its_field_is_called() {
    let message = |more: Value| {
        let mut message = json!({ "role": "user", "content": HELLO });
        message.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "model": "$model", "messages": [message] })
    };
    let body = |more: Value| {
        let mut body = json!({ "model": "$model", "messages": [{ "role": "user", "content": HELLO }] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let secret = format!("番号は{MY_NUMBER}です");
    let function = |name: &str, about: &str| {
        json!([{ "type": "function", "function": { "name": name, "description": about, "parameters":
            { "type": "object", "properties": { "x": { "type": "string", "description": about } } } } }])
    };
    let call = json!([{ "id": "c1", "type": "function",
        "function": { "name": "f", "arguments": json!({ "x": secret }).to_string() } }]);
    let answered = json!({ "model": "$model", "messages": [
        { "role": "user", "content": HELLO },
        { "role": "assistant", "content": null, "tool_calls": call },
        { "role": "tool", "tool_call_id": "c1", "content": secret },
    ] });
    for ask in [
        body(json!({ "brand_new_field": { "note": secret } })),
        body(json!({ "brand_new_field": { secret.as_str(): true } })),
        body(json!({ "user": secret })),
        body(json!({ "metadata": { "note": secret } })),
        body(json!({ "stop": [secret] })),
        body(json!({ "tools": function("f", &secret) })),
        body(json!({ "response_format": { "type": "json_schema", "json_schema":
            { "name": "n", "schema": { "description": secret } } } })),
        body(json!({ "prediction": { "type": "content", "content": secret } })),
        message(json!({ "name": secret })),
        message(json!({ "refusal": secret })),
        message(json!({ "note": secret })),
        json!({ "model": "$model", "messages": [secret] }),
        json!({ "model": "$model", "messages": [[{ "role": "user", "content": secret }]] }),
        answered,
    ] {
        hidden(Ask::json(&ask).level("1"), MY_NUMBER);
    }
}

#[test]
fn an_unknown_field_is_refused_at_level_2() {
    let ask = |level: &str| {
        let body = json!({ "model": "$model", "brand_new_field": 1,
            "messages": [{ "role": "user", "content": HELLO }] });
        Gate::shared().ask(Ask::json(&body).level(level))
    };
    ask("2").refused(403);
    assert!([200, 403].contains(&ask("1").status));
}

#[test]
fn bodies_without_edits_keep_their_bytes() {
    let body = r#"{ "messages" : [ {"content":"caf\u00e9 \/ 1.0e2","role":"user"} ],"temperature":0.70,
        "model":"$model" }"#;
    let reply = Gate::shared().ask(Ask::bytes(body).level("1")).passed();
    for kept in [r#"{"content":"caf\u00e9 \/ 1.0e2","role":"user"}"#, r#""temperature":0.70"#] {
        assert!(reply.backend.contains(kept), "{}", reply.show());
    }
}

#[test]
fn an_image_is_opaque_and_not_forwarded() {
    let picture = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let content = json!([{ "type": "text", "text": "何が見えますか" }, { "type": "image_url", "image_url": { "url": picture } }]);
    let body = json!({ "model": "$model", "messages": [{ "role": "user", "content": content }] });
    Gate::shared().ask(Ask::json(&body).level("2")).refused(403);
    Gate::shared().ask(Ask::json(&body).level("1")).refused(403);
}

#[test]
fn a_tool_that_runs_elsewhere_is_refused_at_level_2() {
    let body = json!({ "model": "$model", "messages": [{ "role": "user", "content": HELLO }],
        "web_search_options": { "search_context_size": "low" } });
    Gate::shared().ask(Ask::json(&body).level("2")).refused(403);
    let body =
        json!({ "model": "$model", "messages": [{ "role": "user", "content": HELLO }], "store": true });
    Gate::shared().ask(Ask::json(&body).level("2")).refused(403);
}
