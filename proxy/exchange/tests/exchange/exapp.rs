//! GENAI's business applications: inputs of a form, outputs for a screen.

use serde_json::Value;

use super::gate::{
    AT_2, Ask, Told, UNDECLARED, answered, ask, cleared, completion, decision, fetch, head, refused, text,
};
use sekisho_audit::Evidence;
use sekisho_exchange::Received;

const KEY: &str = concat!("AKIA", "RZPUZDIKABNBHR4I");
const CARD: &str = "4111 1111 1111 1111";
const APP: Ask<'static> = Ask { target: "/apps/minutes/invoke", ..UNDECLARED };

fn form(question: &str) -> String {
    format!(
        r#"{{"inputs":{{"question":"{question}","step":35}},"sessionId":"0b8c2a1e-5d2f-4f3a-9b1c-1f2e3d4c5b6a"}}"#
    )
}

/// What the screen shows of an answer.
fn answer(body: &str) -> Result<(u16, Value), Box<Told>> {
    let (_, passage) = ask(APP, &form("質問")).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal));
    let received = Received::new(200, Some("application/json"), body.as_bytes().to_vec());
    answered(passage, received)
        .map(|(reply, _)| (reply.status(), serde_json::from_str(&text(&reply)).unwrap()))
}

#[test]
fn a_form_goes_to_the_application_as_it_is() {
    let body = form("議事録を要約してください");
    let (sent, _) = ask(APP, &body).map_err(|told| told.refusal).unwrap();
    assert_eq!((sent.backend().id.as_str(), sent.path(), sent.method()), ("near-app", "/", "POST"));
    assert_eq!(sent.patience_ms(), Some(28_250));
    assert_eq!(String::from_utf8(sent.into_body()).unwrap(), body);
    assert_eq!(refused(Ask { target: "/apps/minutes/invoke/", ..APP }, &body), "unknown-path");
    assert_eq!(refused(Ask { target: "/apps/other/invoke", ..APP }, &body), "unknown-path");
}

#[test]
fn every_input_is_read_whatever_the_application_calls_it() {
    let swap = |body: &str| (body.replace("KEY", KEY), body.replace("KEY", "[secret.cloud:1]"));
    for body in [
        form("KEY"),
        r#"{"inputs":{"tags":{"a":["KEY"]}}}"#.to_owned(),
        r#"{"inputs":{"conversation_history":"[{\"role\":\"user\",\"content\":\"KEY\"}]"}}"#.to_owned(),
        r#"{"inputs":{"files":[{"key":"k","files":[]}],"systemPromptForAnswerGeneration":"KEY"}}"#.to_owned(),
    ] {
        let (sent, expect) = swap(&body);
        assert_eq!(cleared(APP, &sent), expect);
    }
    assert_eq!(refused(APP, &form(CARD)), "content");
    assert_eq!(refused(APP, r#"{"inputs":{"card number":4111111111111111}}"#), "content");
    assert_eq!(refused(APP, r#"{"inputs":{},"callback":"https://e.example"}"#), "opaque");
}

#[test]
fn files_are_opaque_in_both_spellings() {
    for files in [
        r#"{"key":"k","files":[{"filename":"a.pdf","content":"JVBERi0xLjcK"}]}"#,
        r#"{"key":"k","contents":"JVBERi0xLjcK","filename":"a.pdf"}"#,
        r#"{"key":"k","files":[{"filename":"a.csv","content":"44GC44GE"}]}"#,
    ] {
        assert_eq!(refused(APP, &format!(r#"{{"inputs":{{"files":[{files}]}}}}"#)), "opaque", "{files}");
    }
    assert_eq!(refused(APP, r#"{"inputs":{"files":[]}}"#), "cleared");
}

#[test]
fn the_form_declares_the_level_and_its_word_does_not_go_on() {
    let with = |word: &str| format!(r#"{{"inputs":{{"confidentiality_level":{word},"question":"質問"}}}}"#);
    let effective = |how: Ask<'_>, body: &str| {
        let (cleared, _) = ask(how, body).map_err(|told| told.refusal.code())?;
        let effective = decision(&cleared.records()).effective.unwrap().to_string();
        Ok::<_, &str>((effective, String::from_utf8(cleared.into_body()).unwrap()))
    };
    let sent = r#"{"inputs":{"question":"質問"}}"#.to_owned();
    assert_eq!(effective(APP, &with("\"機密性１情報\"")), Ok(("1".to_owned(), sent.clone())));
    assert_eq!(effective(APP, &with("\"機密性２情報\"")), Ok(("2".to_owned(), sent.clone())));
    assert_eq!(
        effective(Ask { header: Some("2"), ..APP }, &with("\"機密性２情報\"")),
        Ok(("2".to_owned(), sent))
    );
    assert_eq!(effective(APP, &with("\"機密性３情報\"")), Err("level-unknown"));
    assert_eq!(effective(APP, &with("1")), Err("level-unknown"));
    assert_eq!(effective(Ask { header: Some("2"), ..APP }, &with("\"機密性１情報\"")), Err("levels-differ"));
    // Nothing said is the policy's level, as everywhere.
    assert_eq!(effective(APP, &form("質問")).unwrap().0, "2");
    assert_eq!(refused(Ask { target: "/apps/low/invoke", ..AT_2 }, &form("質問")), "no-zone");
    assert_eq!(refused(Ask { target: "/level/1/apps/low/invoke", ..APP }, &form("質問")), "cleared");
}

#[test]
fn what_policy_refuses_is_told_as_outputs_that_the_screen_shows() {
    let told = ask(APP, &form(CARD)).map(|_| ()).unwrap_err();
    let body: Value = serde_json::from_str(&text(&told.reply)).unwrap();
    assert_eq!((told.reply.status(), head(&told.reply, "sekisho-decision")), (200, Some("refused")));
    let outputs = body["outputs"].as_str().unwrap();
    assert!(outputs.contains("カード番号は送れません。") && outputs.contains("no-cards"), "{outputs}");
    assert_eq!(body.as_object().unwrap().len(), 1);
    // The record tells the decision, and the status that was told.
    assert_eq!(completion(&told.records).reason.unwrap().as_str(), "content");
    assert_eq!(completion(&told.records).status, 200);
    // What is wrong with the request itself keeps its status.
    let told = ask(APP, "{").map(|_| ()).unwrap_err();
    assert_eq!((told.reply.status(), head(&told.reply, "sekisho-decision")), (400, None));
    assert!(text(&told.reply).starts_with(r#"{"outputs":""#));
}

#[test]
fn an_answer_is_guarded_and_one_that_may_not_be_shown_is_told_as_outputs() {
    let body = |said: &str| {
        format!(
            r#"{{"outputs":"{said}","usageMetadata":[{{"modelVersion":"m","requestCount":1}}],"statusCode":200}}"#
        )
    };
    let expect: Value = serde_json::from_str(&body("鍵は[secret.cloud:1]")).unwrap();
    assert_eq!(answer(&body(&format!("鍵は{KEY}"))).map_err(|told| told.refusal).unwrap(), (200, expect));
    let told = answer(&body(CARD)).map(|_| ()).unwrap_err();
    assert_eq!((told.reply.status(), head(&told.reply, "sekisho-decision")), (200, Some("refused")));
    assert!(text(&told.reply).contains("モデルの回答をお渡しできません。"));
    let file = r#"{"outputs":"a","artifacts":[{"display_name":"a.pdf","content":"JVBERi0xLjcK"}]}"#;
    assert_eq!(answer(file).map(|_| ()).unwrap_err().refusal.code(), "opaque");
}

/// The address at which an answer's result is fetched, when this is where the backend says it.
fn begun(how: Ask<'_>, status_url: &str) -> Result<String, &'static str> {
    let (_, passage) = ask(how, &form("質問")).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal));
    let body = format!(
        r#"{{"outputs":"受け付けました","request_id":"r-1","status":"PENDING","status_url":"{status_url}"}}"#
    );
    let received = Received::new(202, Some("application/json"), body.into_bytes());
    let (reply, _) = answered(passage, received).map_err(|told| told.refusal.code())?;
    assert_eq!(reply.status(), 202);
    let told: Value = serde_json::from_str(&text(&reply)).unwrap();
    assert_eq!(told["status"], "PENDING");
    Ok(told["status_url"].as_str().unwrap().to_owned())
}

#[test]
fn a_result_is_fetched_at_an_address_of_ours_by_whoever_began_it() {
    let address = begun(APP, "/prod/status/r-1?x=1").unwrap();
    assert!(address.starts_with("/apps/minutes/invoke/status/") && !address.contains("r-1"), "{address}");
    fn at(target: &str) -> Ask<'_> {
        Ask { target, ..APP }
    }
    let (sent, mut passage) = fetch(at(&address)).map_err(|told| told.refusal).unwrap();
    assert_eq!((sent.method(), sent.path(), sent.from_root()), ("GET", "/prod/status/r-1?x=1", true));
    assert!(sent.body().is_empty() && !sent.heads().iter().any(|(name, _)| *name == "content-type"));
    assert_eq!(decision(&sent.records()).effective.unwrap().as_str(), "2");
    let done = format!(r#"{{"status":"COMPLETED","progress":"100","outputs":"鍵は{KEY}"}}"#);
    let received = Received::new(200, Some("application/json"), done.into_bytes());
    let guarded = passage.guard(received, || super::gate::LATER).unwrap();
    let expect = r#"{"status":"COMPLETED","progress":"100","outputs":"鍵は[secret.cloud:1]"}"#;
    assert_eq!(String::from_utf8(guarded.into_reply().body().to_vec()).unwrap(), expect);
    // Nobody else, nowhere else, nothing made up.
    let refused = |how: Ask<'_>| -> &'static str {
        fetch(how).map(|_| "cleared").unwrap_or_else(|told| told.refusal.code())
    };
    assert_eq!(refused(Ask { role: "contractor", target: &address, header: Some("1") }), "clearance");
    assert_eq!(refused(at(&address.replace("minutes", "low"))), "nothing-pending");
    assert_eq!(refused(at("/apps/minutes/invoke/status/00")), "nothing-pending");
    assert_eq!(refused(at("/apps/minutes/invoke/status/")), "nothing-pending");
    assert_eq!(refused(at("/apps/other/status/00")), "unknown-path");
}

#[test]
fn what_came_of_a_request_is_no_less_than_the_request() {
    let level = |how: Ask<'_>| {
        let (sent, _) = fetch(how).map_err(|told| told.refusal.code())?;
        Ok::<_, &str>(decision(&sent.records()).effective.unwrap().to_string())
    };
    let high = begun(AT_2_APP, "/s/1").unwrap();
    let low = begun(Ask { header: Some("1"), ..APP }, "/s/1").unwrap();
    assert_eq!(level(Ask { target: &high, header: Some("1"), ..APP }).as_deref(), Ok("2"));
    assert_eq!(level(Ask { target: &low, ..APP }).as_deref(), Ok("1"));
    assert_eq!(level(Ask { target: &low, header: Some("2"), ..APP }).as_deref(), Ok("2"));
}

const AT_2_APP: Ask<'static> = Ask { header: Some("2"), ..APP };

#[test]
fn a_backend_names_no_other_origin() {
    for place in ["https://e.example/s", "//e.example/s", "s/1", "/a/../b", "/s#x"] {
        assert_eq!(begun(APP, place), Err("upstream-unreadable"), "{place}");
    }
}

#[test]
fn whoever_polls_is_told_of_a_refusal_in_the_form_that_ends_polling() {
    let address = begun(APP, "/s/1").unwrap();
    let (_, mut passage) = fetch(Ask { target: &address, ..APP }).map_err(|told| told.refusal).unwrap();
    let done = format!(r#"{{"status":"COMPLETED","outputs":"{CARD}"}}"#);
    let refusal =
        passage.guard(Received::new(200, Some("application/json"), done.into_bytes()), || super::gate::LATER);
    let refused =
        passage.refuse(&refusal.map(|_| ()).unwrap_err(), sekisho_audit::Outcome::Sent, super::gate::LATER);
    let reply = refused.into_reply();
    let told: Value = serde_json::from_str(&text(&reply)).unwrap();
    assert_eq!((reply.status(), told["status"].as_str()), (200, Some("ERROR")));
    assert_eq!(told["outputs"], told["error"]["message"]);
    assert_eq!(head(&reply, "sekisho-decision"), Some("refused"));
}
