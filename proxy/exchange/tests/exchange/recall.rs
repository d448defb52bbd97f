//! Texts that come again at a lower level than they had: what is known again, and what is not.

use std::collections::hash_map::RandomState;
use std::sync::Arc;

use sekisho_audit::{DecisionRecord, Evidence};
use sekisho_exchange::{Conversation, Ending, Passage, Recall, Received};
use serde_json::json;

use super::gate::{
    AT_1, AT_2, Ask, LATER, UNDECLARED, answered, case_with, chat, decision, said, steps, told,
};

const PLAN: &str = "来年度の組織改編に伴う予算の配分案は次の閣議に諮るまで部内限りの取扱いとし外に出さない";
const MOVE: &str = "The committee will move the data centre to the northern site in April next year";

struct Desk(Arc<Recall>);

impl Desk {
    fn new() -> Desk {
        Desk(Arc::new(Recall::new(RandomState::new(), 1000)))
    }

    fn asks(&self, how: Ask<'_>, body: &str) -> (DecisionRecord, Option<Passage>) {
        self.goes_on(how, &Conversation::Unsaid, body)
    }

    fn goes_on(
        &self,
        how: Ask<'_>,
        conversation: &Conversation,
        body: &str,
    ) -> (DecisionRecord, Option<Passage>) {
        let recall = Some(Arc::clone(&self.0));
        let mut case = case_with(how.role, "/v1/chat/completions", None, recall);
        case.goes_on(conversation).unwrap();
        match steps(&mut case, how, body) {
            Ok((cleared, passage)) => (decision(&cleared.records()), Some(passage)),
            Err(refusal) => (decision(&told(case, refusal).records), None),
        }
    }

    /// The level that counts, and how many texts were known again.
    fn counts(&self, how: Ask<'_>, body: &str) -> (String, u32) {
        let (record, _) = self.asks(how, body);
        let recalled = record.conversation.recalled;
        let level = record.effective.map(|level| level.to_string()).unwrap_or_default();
        if let Some(recalled) = &recalled {
            assert_eq!(recalled.level.to_string(), "2");
        }
        (level, recalled.map_or(0, |recalled| recalled.count))
    }

    fn answers(&self, how: Ask<'_>, answer: &str) {
        let (_, passage) = self.asks(how, &chat("続けてください"));
        let received = Received::new(200, Some("application/json"), said(answer).into_bytes());
        assert!(answered(passage.unwrap(), received).is_ok());
    }
}

#[track_caller]
fn check(before: &[(Ask<'_>, String)], then: (Ask<'_>, String), expect: (&str, u32)) {
    let desk = Desk::new();
    for (how, body) in before {
        desk.asks(*how, body);
    }
    let (level, count) = desk.counts(then.0, &then.1);
    assert_eq!((level.as_str(), count), expect);
}

#[test]
fn a_text_that_was_above_the_lowest_level_raises_a_lower_declaration() {
    let at = |how, text: &str| (how, chat(text));
    check(&[at(AT_2, PLAN)], at(AT_1, PLAN), ("2", 1));
    check(&[at(AT_2, &format!("{PLAN}。{MOVE}."))], at(AT_1, &format!("> {MOVE}\n- {PLAN}")), ("2", 2));
    check(&[at(AT_2, PLAN)], at(AT_1, &format!("次の要約を直して：\n{PLAN}")), ("2", 1));
    // What is above what was declared is what counts; the same level is no news.
    check(&[at(AT_2, PLAN)], at(AT_2, PLAN), ("2", 0));
    check(&[at(AT_1, PLAN)], at(AT_1, PLAN), ("1", 0));
    check(&[], at(AT_1, PLAN), ("1", 0));
    // Not long enough, or in other words.
    check(&[at(AT_2, "予算の配分案は部内限り")], at(AT_1, "予算の配分案は部内限り"), ("1", 0));
    check(&[at(AT_2, PLAN)], at(AT_1, &PLAN.replace("予算", "費用")), ("1", 0));
}

#[test]
fn a_marking_that_was_taken_off_leaves_its_text_marked() {
    // Refused, and tried again without the marking.
    let desk = Desk::new();
    let (refused, _) = desk.asks(AT_1, &chat(&format!("【機密性３情報】{PLAN}")));
    assert_eq!(refused.effective.map(|level| level.to_string()).as_deref(), Some("3"));
    let (again, passage) = desk.asks(AT_1, &chat(PLAN));
    assert!(passage.is_none());
    assert_eq!(again.conversation.recalled.map(|recalled| recalled.level.to_string()).as_deref(), Some("3"));
}

#[test]
fn silence_says_nothing_about_a_text() {
    // Whoever forgot to declare may say it the next time.
    check(&[(UNDECLARED, chat(PLAN))], (AT_1, chat(PLAN)), ("1", 0));
    // But what silence would count as is no reason to know it again.
    check(&[(AT_2, chat(PLAN))], (UNDECLARED, chat(PLAN)), ("2", 0));
    let desk = Desk::new();
    let brought = sekisho_exchange::Carried { level: "2".to_owned(), ministry: None };
    desk.goes_on(UNDECLARED, &Conversation::Continued(brought), &chat(PLAN));
    assert_eq!(desk.counts(AT_1, &chat(PLAN)), ("2".to_owned(), 1), "a conversation's label does");
}

#[test]
fn what_was_at_the_lowest_level_before_is_no_secret() {
    let at = |how, text: &str| (how, chat(text));
    check(&[at(AT_1, PLAN), at(AT_2, PLAN)], at(AT_1, PLAN), ("1", 0));
    check(
        &[at(AT_1, PLAN), at(AT_2, &format!("{PLAN}。{MOVE}"))],
        at(AT_1, &format!("{PLAN}。{MOVE}")),
        ("2", 1),
    );
    // What went nowhere was not made known by that.
    let nowhere = chat(PLAN).replace("\"m\"", "\"nothing\"");
    check(&[(AT_1, nowhere), at(AT_2, PLAN)], at(AT_1, PLAN), ("2", 1));
}

#[test]
fn what_applications_say_in_every_exchange_is_not_remembered() {
    let with = |role: &str| {
        json!({ "model": "m", "messages": [{ "role": role, "content": PLAN }, { "role": "user", "content": "x" }] }).to_string()
    };
    for role in ["system", "developer"] {
        check(&[(AT_2, with(role))], (AT_1, with(role)), ("1", 0));
    }
    for role in ["user", "assistant", "tool"] {
        check(&[(AT_2, with(role))], (AT_1, with(role)), ("2", 1));
    }
    let tool = json!({ "model": "m", "messages": [{ "role": "user", "content": "x" }], "tools": [{ "type": "function",
        "function": { "name": "f", "description": PLAN, "parameters": { "type": "object" } } }] })
    .to_string();
    check(&[(AT_2, tool.clone())], (AT_1, tool), ("1", 0));
    let call = |text: &str| {
        let arguments = json!({ "text": text }).to_string();
        json!({ "model": "m", "messages": [{ "role": "assistant", "tool_calls": [{ "id": "1", "type": "function",
            "function": { "name": "f", "arguments": arguments } }] }, { "role": "tool", "tool_call_id": "1", "content": arguments }] })
        .to_string()
    };
    check(&[(AT_2, call(PLAN))], (AT_1, chat(PLAN)), ("2", 1));
}

#[test]
fn answers_are_known_again_whole_and_streamed() {
    let desk = Desk::new();
    desk.answers(AT_2, &format!("要約です。\n\n- **{PLAN}**\n- {MOVE}"));
    assert_eq!(desk.counts(AT_1, &chat(&format!("{PLAN}\n{MOVE}"))), ("2".to_owned(), 2));
    let desk = Desk::new();
    desk.answers(AT_1, PLAN);
    assert_eq!(desk.counts(AT_1, &chat(PLAN)), ("1".to_owned(), 0));
}

/// Streams this answer in pieces of so many letters; gives it up after so many pieces, if it is to be given up.
fn streams(desk: &Desk, how: Ask<'_>, answer: &str, letters: usize, until: Option<usize>) {
    let body = chat("続けて").replace("{\"model\"", "{\"stream\":true,\"model\"");
    let (_, passage) = desk.asks(how, &body);
    let mut guard = passage.unwrap().stream();
    let all: Vec<char> = answer.chars().collect();
    let mut ending = Ending::Complete;
    for (number, piece) in all.chunks(letters).enumerate() {
        if until == Some(number) {
            ending = Ending::Abandoned;
            break;
        }
        let content: String = piece.iter().collect();
        let event = json!({ "id": "c", "choices": [{ "index": 0, "delta": { "content": content }, "finish_reason": null }] });
        let _ = guard.push(format!("data: {event}\n\n").as_bytes(), 0).unwrap();
    }
    let _ = guard.end(ending, LATER);
}

#[test]
fn a_stream_is_remembered_line_by_line_however_it_comes() {
    for letters in [1, 7, 1000] {
        let desk = Desk::new();
        streams(&desk, AT_2, &format!("要約です。{PLAN}。\n{MOVE}"), letters, None);
        assert_eq!(desk.counts(AT_1, &chat(&format!("{MOVE}. {PLAN}"))), ("2".to_owned(), 2), "{letters}");
    }
    // What somebody has stopped reading was told as far as it went.
    let desk = Desk::new();
    streams(&desk, AT_2, &format!("{PLAN}。\n{MOVE}"), 10, Some(9));
    assert_eq!(desk.counts(AT_1, &chat(PLAN)), ("2".to_owned(), 1));
    assert_eq!(desk.counts(AT_1, &chat(MOVE)), ("1".to_owned(), 0));
}

#[test]
fn it_forgets_the_oldest() {
    let desk = Desk(Arc::new(Recall::new(RandomState::new(), 10)));
    desk.asks(AT_2, &chat(PLAN));
    assert_eq!(desk.counts(AT_1, &chat(PLAN)), ("2".to_owned(), 1));
    for n in 0..20 {
        desk.asks(AT_2, &chat(&format!("{MOVE} and {n}")));
    }
    assert_eq!(desk.counts(AT_1, &chat(PLAN)), ("1".to_owned(), 0));
}
