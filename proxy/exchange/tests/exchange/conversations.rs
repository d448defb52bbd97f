//! What a request brings of its conversation, and the label that its answer carries.

use sekisho_audit::{DecisionRecord, Evidence};
use sekisho_exchange::{Carried, Conversation, ConversationFault, Passage, Received, Refusal, Reply, Seal};

use super::gate::{
    AT_1, AT_2, Ask, Told, UNDECLARED, answered, case_with, chat, decision, head, said, steps, told,
};

const HEAD: &str = "sekisho-conversation";

/// What a label says, in clear.
fn clear() -> Seal {
    Seal::new(|level, ministry| Some(format!("{level} of {}", ministry.unwrap_or("nobody"))))
}

fn continued(level: &str) -> Conversation {
    Conversation::Continued(Carried { level: level.to_owned(), ministry: None })
}

fn ask(
    how: Ask<'_>,
    conversation: &Conversation,
    body: &str,
) -> Result<(DecisionRecord, Passage), Box<Told>> {
    let mut case = case_with(how.role, "/v1/chat/completions", Some(clear()), None);
    let cleared = case.goes_on(conversation).and_then(|()| steps(&mut case, how, body));
    match cleared {
        Ok((cleared, passage)) => Ok((decision(&cleared.records()), passage)),
        Err(refusal) => Err(told(case, refusal)),
    }
}

fn permitted(how: Ask<'_>, conversation: &Conversation, body: &str) -> (DecisionRecord, Passage) {
    ask(how, conversation, body).unwrap_or_else(|told| panic!("refused: {:?}", told.refusal))
}

fn label(reply: &Reply) -> Option<&str> {
    head(reply, HEAD)
}

/// The label that the answer to this carries, whole.
fn carried(how: Ask<'_>, conversation: &Conversation, body: &str) -> String {
    let (_, passage) = permitted(how, conversation, body);
    let received = Received::new(200, Some("application/json"), said("はい").into_bytes());
    let (reply, _) = answered(passage, received).unwrap_or_else(|told| panic!("{:?}", told.refusal));
    label(&reply).unwrap().to_owned()
}

#[test]
fn an_answer_carries_the_label_that_the_conversation_has_come_to() {
    let check = |how: Ask<'_>, conversation: &Conversation, body: &str, expect: &str| {
        assert_eq!(carried(how, conversation, &chat(body)), format!("{expect} of nobody"), "{body}");
    };
    check(AT_1, &Conversation::New, "hello", "1");
    check(AT_1, &Conversation::Unsaid, "hello", "1");
    check(AT_2, &Conversation::New, "hello", "2");
    check(UNDECLARED, &Conversation::New, "hello", "2");
    check(AT_1, &continued("1"), "hello", "1");
    check(AT_1, &continued("2"), "hello", "2");
    check(AT_2, &continued("1"), "hello", "2");
}

#[test]
fn a_conversation_goes_on_at_its_label_and_nowhere_else() {
    let zone = |how, conversation: &Conversation, model: &str| {
        let body = chat("hello").replace("\"m\"", &format!("\"{model}\""));
        match ask(how, conversation, &body) {
            Ok((decision, _)) => format!("{:?}", decision.verdict),
            Err(told) => told.refusal.code().to_owned(),
        }
    };
    assert!(zone(AT_1, &continued("1"), "m").contains("outside"));
    assert!(zone(AT_1, &continued("2"), "m").contains("inside"));
    assert!(zone(AT_1, &continued("1"), "far-only").contains("outside"));
    assert_eq!(zone(AT_1, &continued("2"), "far-only"), "no-zone");
    assert_eq!(zone(AT_1, &continued("3"), "m"), "clearance");
}

#[test]
fn a_stream_says_it_before_its_first_event() {
    let body = chat("hello").replace("{\"model\"", "{\"stream\":true,\"model\"");
    let (_, passage) = permitted(AT_1, &continued("2"), &body);
    let opened = passage.stream().head().into_reply();
    assert_eq!(label(&opened), Some("2 of nobody"));
    assert_eq!(head(&opened, "confidentiality-level"), Some("2"));
}

#[test]
fn a_refusal_carries_it_once_the_label_is_known() {
    let refused = |how, conversation: &Conversation, body: &str| {
        let told = ask(how, conversation, body).map(|_| ()).unwrap_err();
        (told.refusal.code(), label(&told.reply).map(str::to_owned))
    };
    // Decided, and so not to be tried again lower.
    let at_3 = Ask { header: Some("3"), ..AT_1 };
    assert_eq!(
        refused(at_3, &Conversation::New, &chat("hello")),
        ("clearance", Some("3 of nobody".to_owned()))
    );
    let marked = chat("【機密性３情報】本件");
    assert_eq!(refused(AT_1, &Conversation::New, &marked), ("clearance", Some("3 of nobody".to_owned())));
    let far = chat("hello").replace("\"m\"", "\"far-only\"");
    assert_eq!(refused(AT_1, &continued("2"), &far), ("no-zone", Some("2 of nobody".to_owned())));
    // Not decided: the client keeps what it has.
    assert_eq!(refused(AT_1, &continued("2"), "{"), ("json", None));
    assert_eq!(
        refused(Ask { header: Some("9"), ..AT_1 }, &continued("2"), &chat("x")),
        ("level-unknown", None)
    );
    // The answer was refused: what was announced for it holds.
    let (_, passage) = permitted(AT_2, &Conversation::New, &chat("hello"));
    let secret =
        Received::new(200, Some("application/json"), said("【機密性３情報】本件の詳細").into_bytes());
    let cut = answered(passage, secret).map(|_| ()).unwrap_err();
    assert_eq!((cut.refusal.code(), label(&cut.reply)), ("answer-label", Some("2 of nobody")));
}

#[test]
fn what_is_brought_has_to_fit_the_policy_and_who_asks() {
    let refused = |level: &str, ministry: Option<&str>| {
        let carried = Carried { level: level.to_owned(), ministry: ministry.map(str::to_owned) };
        let told = ask(AT_1, &Conversation::Continued(carried), &chat("hello")).map(|_| ()).unwrap_err();
        let Refusal::Bad(bad) = told.refusal else { panic!("{:?}", told.refusal) };
        let said = String::from_utf8(told.reply.body().to_vec()).unwrap();
        assert!(said.contains("新しい会話") && said.contains("Sekisho-Conversation: new"), "{said}");
        assert_eq!((told.reply.status(), label(&told.reply)), (400, None));
        let record = decision(&told.records);
        assert_eq!((record.conversation.said, record.effective), (None, None));
        bad
    };
    let fault = sekisho_exchange::BadRequest::Conversation;
    assert_eq!(refused("9", None), fault(ConversationFault::Label));
    assert_eq!(refused("2+a", None), fault(ConversationFault::Label));
    assert_eq!(refused("2", Some("digital")), fault(ConversationFault::Ministry));
}

#[test]
fn every_fault_of_a_label_has_a_word_and_says_what_to_do() {
    let all = [
        (ConversationFault::Unreadable, "conversation"),
        (ConversationFault::Key, "conversation-key"),
        (ConversationFault::Expired, "conversation-expired"),
        (ConversationFault::Label, "conversation-label"),
        (ConversationFault::Ministry, "conversation-ministry"),
    ];
    for (fault, code) in all {
        let refusal = Refusal::Bad(sekisho_exchange::BadRequest::Conversation(fault));
        assert_eq!((refusal.code(), refusal.status()), (code, 400));
    }
}

#[test]
fn the_record_says_what_was_brought() {
    let record = |conversation: &Conversation| {
        let (decision, _) = permitted(AT_1, conversation, &chat("hello"));
        let said = decision.conversation.said.map(|term| term.to_string());
        (said, decision.conversation.brought.map(|term| term.to_string()))
    };
    assert_eq!(record(&Conversation::Unsaid), (None, None));
    assert_eq!(record(&Conversation::New), (Some("new".to_owned()), None));
    assert_eq!(record(&continued("2")), (Some("continued".to_owned()), Some("2".to_owned())));
}

#[test]
fn without_a_way_to_seal_there_is_no_head() {
    let mut case = case_with("official", "/v1/chat/completions", None, None);
    let (_, passage) = steps(&mut case, AT_1, &chat("hello")).unwrap();
    assert_eq!(label(&passage.stream().head().into_reply()), None);
    let none = Seal::new(|_, _| None);
    let mut case = case_with("official", "/v1/chat/completions", Some(none), None);
    let (_, passage) = steps(&mut case, AT_1, &chat("hello")).unwrap();
    assert_eq!(label(&passage.stream().head().into_reply()), None);
}
