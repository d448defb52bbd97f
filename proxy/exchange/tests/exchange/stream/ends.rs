//! How streams end: by the backend, by the client, by what cannot be read, and by a policy that wants them whole.

use super::*;

#[test]
fn a_failure_that_the_backend_reports_is_told_in_its_words_and_guarded() {
    let error =
        format!("data: {{\"error\":{{\"message\":\"the key {KEY} is out of credit\",\"code\":429}}}}\n\n");
    let told = streamed(AT_2, &[delta("済。").as_bytes(), error.as_bytes()]);
    assert_eq!(
        told.error().unwrap(),
        ("upstream-error".into(), "the key [secret.cloud:1] is out of credit".into())
    );
    assert_eq!(told.content(), "済。");
    let plain = streamed(AT_2, &[b"data: {\"error\":\"overloaded\"}\n\n"]);
    assert_eq!(plain.error().unwrap().1, "overloaded");
}

#[test]
fn what_cannot_be_read_in_one_way_breaks_the_stream() {
    for bytes in [
        "data: {\n\n",
        "data: {\"a\":1,\"a\":2}\n\n",
        "data: [1]x\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"\\ud800x\"}}]}\n\n",
    ] {
        let told = streamed(AT_2, &[delta("済。").as_bytes(), bytes.as_bytes(), delta("b").as_bytes()]);
        assert_eq!(told.error().unwrap().0, "upstream-unreadable", "{bytes}");
        assert_eq!(told.content(), "済。", "{bytes}");
    }
}

#[test]
fn a_backend_that_breaks_off_leaves_an_error_and_a_record() {
    let mut guard = passage(AT_2).stream();
    let released = guard.push(delta("鍵はAKIARZPU").as_bytes(), 0).unwrap();
    let told = String::from_utf8(released.into_bytes()).unwrap();
    assert!(told.contains("鍵は") && !told.contains("AKIA"));
    let ended = guard.end(Ending::Refused(Refusal::Upstream(Upstream::Broken)), LATER);
    let record = completion(&ended.records());
    let tail = String::from_utf8(ended.into_bytes()).unwrap();
    assert!(tail.contains("upstream-broken") && !tail.contains("AKIA"), "{tail}");
    assert_eq!(record.reason.unwrap().as_str(), "upstream-broken");
    assert_eq!(record.outcome, Outcome::Cut((told.len() + tail.len()) as u64));
    assert_eq!(record.flow.unwrap().held_ms_max, 0);
}

#[test]
fn a_client_that_goes_away_leaves_a_record_of_what_it_got() {
    let mut guard = passage(AT_2).stream();
    let told = guard.push(delta("済。").as_bytes(), 3000).unwrap().into_bytes();
    let ended = guard.end(Ending::Abandoned, LATER);
    let record = completion(&ended.records());
    assert_eq!(
        (record.outcome, record.reason.unwrap().as_str()),
        (Outcome::Cut(told.len() as u64), "abandoned")
    );
    assert_eq!(record.flow.unwrap().first_ms, Some(3));
    assert!(ended.into_bytes().is_empty());
}

#[test]
fn where_policy_wants_answers_whole_nothing_goes_before_the_end() {
    let parts = [delta("済。"), delta("b "), finish("stop"), DONE.to_owned()];
    let told = streamed(AT_1, &parts.iter().map(String::as_bytes).collect::<Vec<_>>());
    assert!(told.steps[..told.steps.len() - 1].iter().all(String::is_empty));
    assert_eq!(told.content(), "済。b ");
    let parts = [delta("済。"), delta("【機密性３情報】\n"), delta("b")];
    let told = streamed(AT_1, &parts.iter().map(String::as_bytes).collect::<Vec<_>>());
    assert_eq!((told.content().as_str(), told.error().unwrap().0.as_str()), ("", "answer-label"));
}

#[test]
fn only_a_stream_that_was_asked_for_is_one() {
    let (_, unary) =
        ask(AT_2, &super::super::gate::chat("hello")).unwrap_or_else(|told| panic!("{:?}", told.refusal));
    assert!(!unary.streams(200, Some("text/event-stream")));
    let asked = passage(AT_2);
    assert!(!asked.streams(500, Some("text/event-stream")));
    assert!(!asked.streams(200, Some("application/json")));
    assert!(!asked.streams(200, None));
}
