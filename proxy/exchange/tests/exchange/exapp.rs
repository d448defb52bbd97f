//! GENAI's business applications: inputs of a form, outputs for a screen.

use serde_json::Value;

use super::gate::{
    AT_2, Ask, Told, UNDECLARED, answered, ask, cleared, completion, decision, head, refused, text,
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
